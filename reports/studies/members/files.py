"""Who adds what, as data and as figures: what `acc members --json` prints, and its pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from math import isfinite
from pathlib import Path
from typing import Annotated, NamedTuple, TypeAlias

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from acc.departures.entry_exit import Change
from acc.members.core import Stability
from acc.members.report import Contribution, Joining, MembersReport, Reward, Shapley
from acc.problem import InputError, Problem
from acc.rules.check import Check
from reports.data.encode import Document, Keys, Picked
from reports.figures.axes import legend, level_scale, unique_labels
from reports.figures.mailed import caption, mailed
from reports.figures.style import BODY, SEMIBOLD, SLIDE_DPI, SMALL, blank, box, canvas
from reports.files import write_files
from reports.format import palette
from reports.format.numbers import EnergyScale, energy_scale, fr, signed
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


WIDTH_MM, NAME_MM, NOTE_MM, ROW_MM = 178.0, 44.0, 13.0, 5.4
HEAD_MM, AXIS_MM, GAP_MM = 11.0, 9.0, 5.0
MOST_ROWS = 14
"""Of each half; the largest are drawn."""


@dataclass(frozen=True, slots=True)
class Without:
    """What is shared without one site, in the unit of the figure; plants have the colour of the sun."""

    name: str
    shared: float
    is_plant: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What one member brings, within `half`, and what the key gives it, in the unit of the lower half."""

    name: str
    brings: float
    half: float
    has: float


def who_adds(
    total: float,
    without: Sequence[Without],
    given: Sequence[Given],
    units: tuple[str, str],
    counts: tuple[int, int] = (0, 0),
) -> Figure:
    """Draw the energy lost without each site, above the contribution and reward of each member.

    Args:
        total: shared with everyone, in the unit of `without`.
        units: of the upper and of the lower half.
        counts: how many there are in each half, those that are not drawn included.
    """
    upper, lower = ROW_MM * len(without), ROW_MM * len(given)
    height = 2.0 * (HEAD_MM + AXIS_MM) + GAP_MM + upper + lower
    figure = blank(WIDTH_MM, height)
    words = canvas(figure)
    _title(words, 2.0, _("No longer shared if it leaves"), len(without), counts[0])
    legend(
        figure,
        7.0,
        units[0],
        [
            ("area", palette.SHARED, _("without this participant")),
            ("area", palette.SUN, _("without this plant")),
        ],
    )
    if without:
        _without(box(figure, NAME_MM, HEAD_MM, WIDTH_MM - NAME_MM - NOTE_MM, upper), total, without)
    _names(words, HEAD_MM, [(row.name, _share_text(row.shared - total)) for row in without])
    top = HEAD_MM + upper + AXIS_MM + GAP_MM
    _title(words, top + 2.0, _("What each one brings, and what the key gives it"), len(given), counts[1])
    legend(
        figure,
        top + 7.0,
        units[1],
        [
            ("line", palette.INK, _("ring: brings")),
            ("line", palette.BETTER, _("arrow to the right: the key gives it more")),
            ("line", palette.WORSE, _("to the left: less")),
        ],
    )
    if given:
        _given(box(figure, NAME_MM, top + HEAD_MM, WIDTH_MM - NAME_MM - NOTE_MM, lower), given)
    _names(words, top + HEAD_MM, [(row.name, _share_text(row.has - row.brings)) for row in given])
    return figure


def members_figure(report: MembersReport) -> Figure:
    """Return the figure of a report: the sites that count most, members in euros where they are known.

    A picture travels: it has those who have a row of their own in the brief (`reports.view.privacy`), and no
    total, from which others could be told.

    Raises:
        InputError: nobody may be drawn alone.
    """
    names = _shown(report)
    shown = [change for change in report.chosen if change.id in names]
    changes = sorted(shown, key=lambda change: change.after_kwh)[:MOST_ROWS]
    scale = energy_scale(max(report.shared_kwh, 1.0))
    without = [Without(names[c.id], scale.value(c.after_kwh), c.is_plant) for c in changes]
    with_euros = report.shapley.eur is not None
    members = [player for player in report.brought if player.player.id in names]
    brought = sorted(members, key=lambda player: -_value(player, with_euros=with_euros))[:MOST_ROWS]
    given = [_row(player, names[player.player.id], scale, with_euros=with_euros) for player in brought]
    units = scale.name, "€" if with_euros else scale.name
    counts = len(shown), len(members)
    return who_adds(scale.value(report.shared_kwh), without, given, units, counts)


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


def _value(contribution: Contribution, *, with_euros: bool) -> float:
    return (contribution.value_eur or 0.0) if with_euros else contribution.value_kwh


def _row(contribution: Contribution, name: str, scale: EnergyScale, *, with_euros: bool) -> Given:
    if with_euros:
        return Given(name, contribution.value_eur or 0.0, contribution.half_eur, contribution.key_eur or 0.0)
    values = (contribution.value_kwh, contribution.half_kwh, contribution.key_kwh)
    return Given(name, *(scale.value(kwh) for kwh in values))


def _title(words: Axes, y_mm: float, text: str, drawn: int, count: int) -> None:
    """Write the title of a half, with how many of all its rows are drawn where some are not."""
    if count > drawn:
        text = _("{title}: the {drawn} largest of {count}").format(
            title=text, drawn=fr(drawn), count=fr(count)
        )
    words.text(0.0, y_mm, text, size=BODY, weight=SEMIBOLD, color=palette.INK, va="center")


def _names(words: Axes, top_mm: float, rows: Sequence[tuple[str, str]]) -> None:
    names = unique_labels([name for name, _note in rows], BODY, NAME_MM - 2.0)
    for index, (name, (_name, note)) in enumerate(zip(names, rows, strict=True)):
        y = top_mm + ROW_MM * (index + 0.5)
        words.text(NAME_MM - 2.0, y, name, ha="right", va="center")
        words.text(WIDTH_MM, y, note, size=SMALL, color=palette.MUTED, ha="right", va="center")


def _share_text(change: float) -> str:
    return signed(change, 0 if abs(change) >= 10.0 or change == 0.0 else 1)


def _without(axes: Axes, total: float, rows: Sequence[Without]) -> None:
    losses = [max(0.0, total - row.shared) for row in rows]
    for y, (row, loss) in enumerate(zip(rows, losses, strict=True)):
        axes.barh(y, loss, height=0.62, color=palette.SUN if row.is_plant else palette.SHARED, linewidth=0)
    _scale(axes, [0.0, *losses], len(rows))


def _given(axes: Axes, rows: Sequence[Given]) -> None:
    for y, row in enumerate(rows):
        # From what it brings (a ring) to what the key gives it (the point of the arrow).
        if row.half > 0.0:
            axes.plot(
                [row.brings - row.half, row.brings + row.half], [y, y], color=palette.INK, linewidth=0.8
            )
        apart = palette.BETTER if row.has >= row.brings else palette.WORSE
        axes.plot([row.brings, row.has], [y, y], color=apart, linewidth=1.8, solid_capstyle="butt")
        axes.plot([row.brings], [y], "o", color=palette.INK, markerfacecolor="white", markersize=5.2)
        axes.plot([row.has], [y], ">" if row.has >= row.brings else "<", color=apart, markersize=5.2)
    _scale(axes, [0.0, *(value for row in rows for value in (row.brings, row.has))], len(rows))


def _scale(axes: Axes, values: Sequence[float], rows: int) -> None:
    seen = [value for value in values if isfinite(value)]
    low, high = min(seen), max(seen)
    level_scale(axes, low, high if high > low else low + 1.0)
    axes.set_ylim(rows - 0.5, -0.5)


def members_png(report: MembersReport) -> bytes:
    """Return the figure of `members_figure` as wide as a slide."""
    above = caption(report.scenario, report.status, _("Who adds what"), key=report.key)
    return mailed(members_figure(report), above, SLIDE_DPI)


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
