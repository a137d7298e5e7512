"""Who adds what, as data and as figures: what `acc members --json` prints, and its pictures."""

from collections.abc import Mapping, Sequence
from gettext import gettext as _
from pathlib import Path
from typing import Annotated, NamedTuple, TypeAlias

from matplotlib.figure import Figure

from acc.departures.entry_exit import Change
from acc.members.core import Stability
from acc.members.report import Contribution, Joining, MembersReport, Reward, Shapley
from acc.problem import InputError, Problem
from acc.rules.check import Check
from reports.data.encode import Document, Keys, Picked
from reports.figures.axes import unique_labels
from reports.figures.keys import NAME_MM, ParticipantByKey, keys
from reports.figures.mailed import caption, mailed
from reports.figures.style import BODY, SLIDE_DPI
from reports.files import write_files
from reports.format.numbers import energy_scale, fr, signed
from reports.view.privacy import is_at_home, picture_groups, shown_names

BROKEN = Keys(Check, "rule title measured limit unit")
"""Keys of a rule that is not met."""
BROKEN_NOW = Keys(Check, f"{BROKEN.words} culprits remedy")
STABILITY = Keys(
    Stability,
    "key verdict whole_eur=total_eur better_key_eur worst best_price_eur_per_kwh best_verdict at_best "
    "low_eur_per_kwh high_eur_per_kwh",
)
PLAYER = Keys(
    Contribution,
    "id=player.id name=player.name value_kwh half_width_kwh=half_kwh key_kwh reward_kwh value_eur "
    "half_width_eur key_eur reward_eur",
    half_width_eur=(float, lambda brought: None if brought.value_eur is None else brought.half_eur),
    reward_eur=(Reward | None, lambda brought: brought.reward_eur or None),
)
SHAPLEY = Keys(
    Shapley,
    "exact confidence orders reached players",
    players=(list[Annotated[Picked, PLAYER]], None),
)


class SiteChange(NamedTuple):
    """What a departure changes for a site."""

    id: str
    received_change_kwh: float
    saving_change_eur: float


class PlantChange(NamedTuple):
    """What a departure changes for a plant."""

    id: str
    gain_change_eur: float


CHANGE = Keys(
    Change,
    "id name is_plant together_ids shared_kwh=after_kwh shared_change_kwh surplus_kwh=surplus_after_kwh "
    "surplus_change_kwh others_change_eur own_kwh own_eur worst participants plants",
    participants=(list[SiteChange] | None, None),
    plants=(list[PlantChange] | None, None),
)
JOINING = Keys(Joining, "state broken", broken=BROKEN)
Changes: TypeAlias = list[Annotated[Picked, CHANGE]]


def _changes(report: MembersReport, changes: Sequence[Change]) -> Changes:
    return [CHANGE.record(change, **_of_each(report, change)) for change in changes]


def _joining(report: MembersReport) -> list[Annotated[Picked, CHANGE, JOINING]]:
    changes = _changes(report, [joining.change for joining in report.joining])
    return [change | JOINING.record(joining) for change, joining in zip(changes, report.joining, strict=True)]


def _shapley(report: MembersReport) -> Annotated[Picked, SHAPLEY]:
    return SHAPLEY.record(report.shapley, players=[PLAYER.record(brought) for brought in report.brought])


MEMBERS = Keys(
    MembersReport,
    "name=scenario.name variant=scenario.variant fictitious=scenario.fictitious status key shared_kwh "
    "surplus_kwh leaving persons_leaving over_plan joining order order_is_proven shapley stability "
    "broken missing notes",
    leaving=(
        Mapping[str, Changes],
        lambda report: {key: _changes(report, changes) for key, changes in report.leaving.items()},
    ),
    persons_leaving=(Changes, lambda report: _changes(report, report.persons_leaving)),
    joining=_joining,
    shapley=_shapley,
    stability=STABILITY,
    broken=BROKEN_NOW,
)


def members_document(report: MembersReport) -> Annotated[Document, MEMBERS]:
    """Document of a report: kWh and EUR over the period, without tax; unknown euros are null."""
    return MEMBERS.document(report)


DOCUMENTS = {"members": members_document}
"""For `acc schema`."""


def _of_each(report: MembersReport, change: Change) -> Picked:
    """Change of each of the others, as data; left out for thousands of sites."""
    sites = [site.id for site in report.scenario.participants]
    plants = [plant.id for plant in report.scenario.plants]
    kwh, eur = change.received_change_kwh.tolist(), change.saving_change_eur.tolist()
    if len(kwh) != len(sites):
        return {"participants": None, "plants": None}
    return {
        "participants": list(map(SiteChange, sites, kwh, eur)),
        "plants": list(map(PlantChange, plants, change.gain_change_eur.tolist())),
    }


MOST_ROWS = 14
"""Of each figure; the largest are drawn."""


def members_figures(report: MembersReport) -> tuple[Figure, Figure]:
    """Draw the kWh lost without each member, then what each brings and what the key gives it.

    A picture travels: it has those who have a row of their own in the brief (`reports.view.privacy`), and no
    total, from which others could be told. Members are in euros where they are known.

    Raises:
        InputError: nobody may be drawn alone.
    """
    names, scale, members = _shown(report), energy_scale(max(report.shared_kwh, 1.0)), report.brought
    lost = {
        change.id: [scale.value(max(0.0, report.shared_kwh - change.after_kwh))] for change in report.chosen
    }
    if report.shapley.eur is not None:
        unit, given = "€", {own.player.id: [own.key_eur or 0.0, own.value_eur or 0.0] for own in members}
    else:
        unit = scale.name
        given = {own.player.id: [*map(scale.value, (own.key_kwh, own.value_kwh))] for own in members}
    marks = [_("what the key gives it"), _("what it brings")]
    first = _figure(names, [_("No longer shared if it leaves")], lost, scale.name)
    return first, _figure(names, marks, given, unit)


def _figure(
    names: Mapping[str, str], marks: Sequence[str], values: Mapping[str, Sequence[float]], unit: str
) -> Figure:
    """Return a row a name that is in both, the largest first; a change between two marks at its end."""
    own = sorted((id_ for id_ in values if id_ in names), key=lambda id_: -values[id_][-1])
    labels = unique_labels([names[id_] for id_ in own[:MOST_ROWS]], BODY, NAME_MM)
    rows = []
    for id_, label in zip(own, labels, strict=False):
        first, *others = values[id_]
        change = first - others[0] if others else -first
        note = signed(change, 0 if abs(change) >= 10.0 or change == 0.0 else 1)
        rows.append(ParticipantByKey(label, (first, *others), note))
    if len(rows) < len(own):
        text = _("{title}: the {drawn} largest of {count}")
        unit = text.format(title=unit, drawn=fr(len(rows)), count=fr(len(own)))
    return keys(marks, rows, unit)


def members_png(report: MembersReport) -> bytes:
    """Return the figures of `members_figures`, one below the other, as wide as a slide."""
    above = caption(report.scenario, report.status, _("Who adds what"), key=report.key)
    first, below = members_figures(report)
    return mailed(first, above, SLIDE_DPI, below)


def _shown(report: MembersReport) -> dict[str, str]:
    """Return the names of the sites and plants that have a row of their own, by id.

    Raises:
        InputError: there is none, or households may not be shown.
    """
    scenario, received_kwh = report.scenario, report.outcome.received_kwh
    groups = picture_groups(scenario, report.need_kwh, received_kwh)
    people, shown = scenario.participants, shown_names(scenario, groups)
    alone = {people[group.members[0]].id for group in groups if group.is_named}
    roofs = {p.id for p in scenario.plants if not is_at_home(p, scenario) and shown[p.id] != _("a plant")}
    if not alone | roofs:
        raise InputError([Problem("participants.csv", _("no picture: nobody agreed to be named"))])
    return {id_: shown[id_] for id_ in alone | roofs}


def write_members(
    report: MembersReport, out: Path, name: str, *, force: bool
) -> tuple[list[Path], list[str]]:
    """Write the picture of who adds what; return its path, or why there is none: the screen says it all.

    Raises:
        InputError: a file that is there with other content (unless `force`).
    """
    try:
        files = {name: members_png(report)}
    except InputError as fault:
        return [], [problem.message for problem in fault.problems]
    return write_files(out, files, force=force), []
