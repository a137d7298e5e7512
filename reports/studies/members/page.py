"""The screen "Membres": who brings what, who leaves, who could come; nothing is told of a home alone."""

from collections.abc import Iterator, Mapping, Sequence
from gettext import gettext as _
from gettext import ngettext
from typing import NamedTuple

from acc.departures.entry_exit import Change
from acc.departures.game import Player
from acc.household_privacy import LEAST_HOUSEHOLDS
from acc.i18n import N_, semicolons
from acc.members.report import Contribution, Joining, MembersReport, Reward
from acc.members.report import together as together_of
from acc.rules.check import Check, State
from acc.scenario import Scenario
from reports.format.labels import RULE_SUBJECTS, STATES, key_title
from reports.format.numbers import fr, listed, mwh_text
from reports.format.unlawful import compares_text
from reports.format.wording import sentence
from reports.page.amounts import eur_text, signed_eur
from reports.page.law import obstacle_text
from reports.page.member_outcome import ROWS, closed_name, homes_name
from reports.page.names import CLOSED_ROW, HOMES_ROW, Names
from reports.studies.members.screen import price_text, verdict_text
from reports.view.privacy import LEAST_CLOSED

TONES: Mapping[Reward, str] = {Reward.OVER: "better", Reward.UNDER: "worse"}
REWARDS: Mapping[Reward, str] = {
    Reward.OVER: N_("more"),
    Reward.FAIR: N_("as much"),
    Reward.UNDER: N_("less"),
    Reward.UNSURE: N_("about as much"),
}
"""What it has beside what it brings, in the last column; `REWARD_TEXTS` in whole."""
RULES: Mapping[str, str] = {**STATES, State.MET: N_("Rules respected")}
NAMED = 2


class BroughtRow(NamedTuple):
    """What one member brings and what the key gives it, in MWh and EUR of the period."""

    name: str
    mwh: str
    eur: str
    key_eur: str
    word: str
    tone: str


class LeavingRow(NamedTuple):
    """What one changes by leaving: shared MWh, the euros of all the others, who is hit worst."""

    name: str
    mwh: str
    others: str
    loses: bool
    worst: str


class JoiningRow(NamedTuple):
    """What a candidate would change, the state of the rules once it is in, and why where it may not."""

    name: str
    state: str
    words: str
    text: str


class MembersScreen(NamedTuple):
    """What the screen prints of a report.

    Attributes:
        barred: that its figures only compare, where a rule forbids.
        has_closed: whether some are counted with others, since they did not agree to be named.
    """

    barred: str
    title: str
    subtitle: str
    has_euros: bool
    brought: tuple[BroughtRow, ...]
    leaving: tuple[LeavingRow, ...]
    persons: tuple[LeavingRow, ...]
    joining: tuple[JoiningRow, ...]
    invitations: tuple[str, ...]
    holds: tuple[str, ...]
    notes: tuple[str, ...]
    has_closed: bool = False


def members_screen(report: MembersReport, everyone: Scenario, names: Names) -> MembersScreen:
    """Return the screen of a report.

    Args:
        everyone: all of the folder, candidates too.
        names: what to call whom; who stands with homes is in no row of its own.
    """
    called = _Called(everyone, names)
    brought = _pooled(report, called)
    all_ids = [change.id for change in (*report.chosen, *(joining.change for joining in report.joining))]
    homes, closed = (sum(called.row(id_) == row for id_ in all_ids) for row in ROWS)
    shared, surplus = (mwh_text(kwh) for kwh in (report.shared_kwh, report.surplus_kwh))
    notes = [_("Who stands with homes is not told one by one.")] * bool(homes)
    notes += [_("Who did not agree to be named is counted with others.")] * bool(closed)
    return MembersScreen(
        barred=compares_text(report.status),
        title=_title(brought, called),
        subtitle=sentence("shared-under-key", shared=shared, surplus=surplus, key=key_title(report.key)),
        has_euros=report.shapley.eur is not None,
        brought=tuple(_brought(part, called) for part in sorted(brought, key=lambda part: -part.value_kwh)),
        leaving=tuple(_leavers(report.chosen, called)),
        persons=tuple(_leavers(report.persons_leaving, called)),
        joining=tuple(_joining(row, called) for row in report.joining if not called.is_pooled(row.change.id)),
        invitations=tuple(_invitations(report, called)),
        holds=tuple(_holds(report, called)),
        notes=(*map(names.veiled, report.notes), *notes),
        has_closed=bool(closed),
    )


class _Called:
    """What each site, plant and person is called here, and who is in the row of homes."""

    def __init__(self, scenario: Scenario, names: Names) -> None:
        self.names = names
        sites = {site.id: site.person or site.id for site in scenario.participants}
        owners = {
            plant.id: plant.person or plant.behind or plant.owner or plant.id for plant in scenario.plants
        }
        self._member = {id_: sites.get(who, who) for id_, who in (sites | owners).items()}

    def name(self, id_: str) -> str:
        """Name of a site, a plant or a person."""
        return self.names.sites.get(id_) or self.names.members.get(id_) or _("A member")

    def member(self, id_: str) -> str:
        """Return the person who holds a site or a plant."""
        return self._member.get(id_, id_)

    def row(self, id_: str) -> str:
        """Return the id of the row of several in which it stands; empty where it is told alone."""
        return self.names.row(self.member(id_))

    def is_pooled(self, id_: str) -> bool:
        """Return whether nothing is told of one alone."""
        return bool(self.row(id_))

    def together(self, row: str, ids: Sequence[str]) -> tuple[str, bool]:
        """Name of a shared row, and whether its figures may be shown."""
        members = {self.member(id_) for id_ in ids}
        if row == CLOSED_ROW:
            return closed_name(len(members)), len(members) >= LEAST_CLOSED
        count = sum(self.names.homes.get(member, 0) for member in members)
        return homes_name(count), self.names.may_show or count >= LEAST_HOUSEHOLDS


def _pooled(report: MembersReport, called: _Called) -> list[Contribution]:
    """Contribution of each member, those of a shared row summed where they may be shown."""
    rows = [part for part in report.brought if not called.is_pooled(part.player.id)]
    for row in ROWS:
        together = [part for part in report.brought if called.row(part.player.id) == row]
        name, may = called.together(row, [part.player.id for part in together])
        if together and may:
            rows.append(together_of(Player(row, name, None, ()), together))
    return rows


def _name(contribution: Contribution, called: _Called) -> str:
    return contribution.player.name if contribution.player.id in ROWS else called.name(contribution.player.id)


def _reward(contribution: Contribution) -> Reward:
    same = contribution.value_eur is not None and eur_text(contribution.value_eur) == eur_text(
        contribution.key_eur
    )
    return Reward.FAIR if same else contribution.reward_eur or contribution.reward_kwh


def _brought(contribution: Contribution, called: _Called) -> BroughtRow:
    reward = _reward(contribution)
    return BroughtRow(
        _name(contribution, called),
        _mwh(contribution.value_kwh),
        eur_text(contribution.value_eur),
        eur_text(contribution.key_eur),
        _(REWARDS[reward]),
        TONES.get(reward, ""),
    )


def _mwh(energy_kwh: float) -> str:
    return fr(energy_kwh / 1000.0, 0 if abs(energy_kwh) >= 10_000.0 else 1)


def _title(brought: Sequence[Contribution], called: _Called) -> str:
    """Members with more than their contribution, and with less, in a sentence."""
    more = [contribution for contribution in brought if _reward(contribution) is Reward.OVER]
    less = [contribution for contribution in brought if _reward(contribution) is Reward.UNDER]
    parts = []
    if more:
        parts.append(sentence("has-more", len(more), who=_who(more, called)))
    if less:
        name = "has-less" if more else "has-less-than-it-brings"
        parts.append(sentence(name, len(less), who=_who(less, called)))
    return semicolons(parts) if parts else _("Each member has what it brings")


def _who(some: Sequence[Contribution], called: _Called) -> str:
    if len(some) <= NAMED:
        return listed([_name(contribution, called) for contribution in some])
    return ngettext("{count} member", "{count} members", len(some)).format(count=fr(len(some)))


def _leavers(changes: Sequence[Change], called: _Called) -> Iterator[LeavingRow]:
    """Yield departures, largest first."""
    for change in sorted(changes, key=lambda change: change.shared_change_kwh):
        if called.is_pooled(change.id):
            continue
        others, worst = change.others_change_eur, change.worst
        hit = "–"
        if worst is not None and worst.change_eur is not None and round(worst.change_eur) < 0:
            hit = f"{called.name(worst.id)} ({signed_eur(worst.change_eur)})"
            if row := called.row(worst.id):
                hit = _("a household") if row == HOMES_ROW else _("a member")
        yield LeavingRow(
            called.name(change.id),
            _mwh(change.shared_change_kwh),
            "–" if others is None else signed_eur(others),
            others is not None and round(others) < 0,
            hit,
        )


def _joining(joining: Joining, called: _Called) -> JoiningRow:
    change = joining.change
    parts = [_("{kwh} more shared").format(kwh=mwh_text(change.shared_change_kwh))]
    if change.own_eur is not None:
        parts.append(_("{eur} € for it").format(eur=signed_eur(change.own_eur)))
    if change.others_change_eur is not None:
        parts.append(_("{eur} € for the others").format(eur=signed_eur(change.others_change_eur)))
    obstacles = listed([_obstacle(check, called.names) for check in joining.broken])
    why = _(": ").join([_(STATES[joining.state]), obstacles])
    words = why if joining.broken else _(RULES[joining.state])
    return JoiningRow(called.name(change.id), str(joining.state), words, ", ".join(parts))


def _obstacle(check: Check, names: Names) -> str:
    """Obstacle to an entry, without names: a title of a rule may hold some."""
    if check.rule == "distance" and check.measured is not None:
        return obstacle_text(check, names)
    return _(RULE_SUBJECTS.get(check.rule, check.rule))


def _invitations(report: MembersReport, called: _Called) -> Iterator[str]:
    line = _("{name}: {gain} more, {total} together")
    for step in report.order:
        if not called.is_pooled(step.id):
            gain, total = mwh_text(step.gain_kwh), mwh_text(step.total_kwh)
            yield line.format(name=called.name(step.id), gain=gain, total=total)


def _holds(report: MembersReport, called: _Called) -> Iterator[str]:
    """Yield whether each key holds its members together, and at which local price."""
    names = {player.id: called.name(player.id) for player in report.players}
    for stability in report.stability:
        ids = {*stability.worst.player_ids, *stability.at_best.player_ids}
        rows = {called.row(id_) for id_ in ids}
        if rows & {*ROWS}:
            yield sentence("who-leaves-not-told", key=key_title(stability.key))
            continue
        verdict = verdict_text(stability, stability.verdict, stability.worst, names)
        yield _("Key “{key}”: {verdict}.").format(key=key_title(stability.key), verdict=verdict)
        yield price_text(stability, names)
