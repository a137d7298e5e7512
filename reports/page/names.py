"""What a room may know: names of sites and members, homes never told apart, and the years of the plan."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from gettext import gettext as _
from typing import NamedTuple

from acc.accounts.persons import Holding, holdings
from acc.changes import LATE, DatedChange
from acc.household_privacy import HOMES, homes_together, may_have_a_row
from acc.result.result import Result
from acc.scenario import Scenario
from acc.sites import Kind, Participant
from acc.steps import count_full_years
from acc.years.plan_years import PlanYears
from acc.years.row_values import open_changes
from acc.years.states import first_day, year_of
from reports.format.changes import by_decision, decision_text
from reports.format.labels import lowered
from reports.view.privacy import (
    drawn_names,
    is_at_home,
    plant_holders,
    plant_name,
)

NUMBER = re.compile(r" \d+$")

HOMES_ROW, CLOSED_ROW = "foyers", "ensemble"
"""Ids of the rows of several: homes; those who are not to be named."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names by id: a member may have the id of one of its sites.

    Attributes:
        sites: of sites and plants.
        members: of members: persons where the folder tells of them; elsewhere each site, and who owns plants.
        homes: how many homes a member stands for, of those who are shown together alone.
        together: members who stand in the row of those who are not to be named.
        may_show: whether homes under ten all agreed to figures of theirs.
        closed: ids that would name who is not to be named: of sites, of their holders, of their plants.
        secret: members who did not agree, homes left out.
        said: what the real names of these are replaced by in sentences.
    """

    sites: Mapping[str, str]
    members: Mapping[str, str]
    homes: Mapping[str, int] = field(default_factory=dict)
    together: frozenset[str] = frozenset()
    may_show: bool = False
    closed: frozenset[str] = frozenset()
    secret: frozenset[str] = frozenset()
    said: Mapping[str, str] = field(default_factory=dict)

    def veiled(self, text: str) -> str:
        """Return a sentence of the engine without the name of anybody who is not to be named."""
        for name, shown in self.said.items():
            text = text.replace(name, shown)
        return text

    def bare(self, text: str) -> str:
        """Return a sentence with figures: those who are not to be named have no number in it either."""
        for name, shown in self.said.items():
            text = text.replace(name, NUMBER.sub("", shown))
        return text

    def unnamed(self, text: str) -> str:
        """Return a message about ids without those of anybody who is not to be named."""
        hidden = {**self.members, **self.sites}
        name = re.compile(r"[^\W_][\w-]*")
        return name.sub(
            lambda w: hidden.get(w[0], _("A member")) if w[0] in self.closed else w[0], self.veiled(text)
        )

    def in_rows(self, *, each: bool = False) -> "Names":
        """Return the names with who stands in a row of several, as in the brief.

        Args:
            each: the keeper alone looks: who did not agree has a row, under no name; homes still have none.
        """
        return replace(self, together=frozenset() if each else self.secret - self.homes.keys())

    def row(self, member: str) -> str:
        """Return the id of the row of several in which a member stands; empty where it has its own."""
        if member in self.homes:
            return HOMES_ROW
        return CLOSED_ROW if member in self.together else ""


def names_of(everyone: Scenario) -> Names:
    """Names of sites and members.

    Args:
        everyone: all of the folder, so that a name does not change with who is in.
    """
    sites, members = page_names(everyone), holdings(everyone)
    called = _numbered({member.id: _member_name(member, everyone) for member in members})
    closed = _closed_ids(everyone, members)
    real = [
        (participant.id, participant.name, sites[participant.id])
        for participant in (*everyone.participants, *everyone.plants)
    ]
    real += [(member.id, member.name, called[member.id]) for member in members]
    real += [
        (participant.id, participant.name, called.get(participant.id, _closed(participant.kind)))
        for participant in everyone.absent
    ]
    mask = {name: shown for id_, name, shown in real if id_ in closed and name != shown}
    longest_first = {name: mask[name] for name in sorted(mask, key=len, reverse=True)}  # one may hold another
    return Names(
        sites,
        called,
        homes_together({member.id: _sites(member, everyone) for member in members}),
        may_show=may_have_a_row(everyone.participants),
        closed=closed,
        secret=frozenset(
            member.id for member in members if member.id in closed and not _is_home(member, everyone)
        ),
        said=longest_first,
    )


def _closed_ids(scenario: Scenario, members: Sequence[Holding]) -> frozenset[str]:
    people = (*scenario.participants, *scenario.absent)
    closed = {person.id for person in people if person.kind in HOMES or not person.publish}
    closed |= {member.id for member in members if _is_home(member, scenario)}
    closed |= {member.id for member in members if not all(site.publish for site in _sites(member, scenario))}
    return frozenset(closed | {plant.id for plant in scenario.plants if plant_holders(plant) & closed})


def _sites(member: Holding, scenario: Scenario) -> list[Participant]:
    return [scenario.participants[column] for column in member.sites]


def _is_home(member: Holding, scenario: Scenario) -> bool:
    return member.kind in HOMES or any(site.kind in HOMES for site in _sites(member, scenario))


def page_names(scenario: Scenario) -> Mapping[str, str]:
    """Return the name of each site by id; several that would be called the same are numbered.

    Args:
        scenario: everyone of the folder, so that a number does not change with who is in.
    """
    drawn = drawn_names(scenario)
    called = {site.id: drawn.get(site.id, _("Household")) for site in scenario.participants}
    closed = _closed_ids(scenario, holdings(scenario))
    plants = {
        plant.id: _("A plant") if plant.id in closed and not is_at_home(plant, scenario) else name
        for plant in scenario.plants
        for name in [plant_name(plant, scenario)]
    }
    return {**_numbered(called), **_numbered(plants)}


def _numbered(names: Mapping[str, str]) -> dict[str, str]:
    """Return names with a number where several are the same; homes are never told apart."""
    homes = {_("Household"), _("roof of a household")}
    many = {name for name, count in Counter(names.values()).items() if count > 1} - homes
    seen: Counter[str] = Counter()
    numbered = dict(names)
    for id_, name in names.items():
        if name in many:
            seen[name] += 1
            numbered[id_] = f"{name} {seen[name]}"
    return numbered


def _member_name(member: Holding, scenario: Scenario) -> str:
    """Return the name of a person whose sites may all be named; else that of the first that may not."""
    if member.kind in HOMES and not member.sites:
        return _("Household")
    drawn = drawn_names(scenario)
    for site in _sites(member, scenario):
        if drawn.get(site.id, _("Household")) != site.name:
            return _closed(site.kind)
    return member.name


def _closed(kind: Kind) -> str:
    if kind in HOMES:
        return _("Household")
    return _("A company") if kind is Kind.COMPANY else _("A member")


def announced(everyone: Scenario) -> tuple[list[DatedChange], list[DatedChange]]:
    """Return the dated changes that a room may know of, and those that it may not.

    Args:
        everyone: the folder with everyone in, those that are not counted too.
    """
    changes = open_changes(everyone)
    open_rows = {change.row for change in changes}
    every = (*everyone.changes, *everyone.other_changes)
    return list(changes), [change for change in every if change.row not in open_rows]


class Announced(NamedTuple):
    """A line of changes that a room may know of: its id, its words, whether the folder counts it."""

    row: str
    text: str
    is_counted: bool


class PlanCalendar(NamedTuple):
    """The years of a plan that differ, and what a room may know of them.

    Attributes:
        years: in which each begins, the first one first, and what each is called.
        lines: that may be told.
        hidden: changes that may not, and are in the figures of a later year.
    """

    years: tuple[int, ...]
    names: tuple[str, ...]
    lines: tuple[Announced, ...]
    hidden: tuple[DatedChange, ...]

    def year_of_plan(self, request: str) -> int | None:
        """Return the year of the plan, from 1 on, that an address asks for; None for the first one."""
        known = {str(year): rank for rank, year in enumerate(self.years, start=1)}
        rank = known.get(request, 1)
        return None if rank == 1 else rank


def plan_calendar(everyone: Scenario, names: Names) -> PlanCalendar | None:
    """Return the years that a screen may show; None where nothing tells them apart for the room.

    Nor where a change that it may not know of is in the figures of the first year: another year, in which it
    does not count, would tell it.

    Args:
        everyone: the folder with everyone in, the changes that are not counted too.
    """
    finance, steps = everyone.finance, everyone.steps
    if finance is None or count_full_years(steps) != 1:
        return None
    shown, hidden = announced(everyone)
    later = [change for change in hidden if change.since > first_day(steps) or change.what not in LATE]
    if not everyone.changes or not shown or any(year_of(change.since, steps) <= 1 for change in later):
        return None
    plan, every = PlanYears(start=first_day(steps), energies=()), range(1, finance.horizon_years + 1)
    lines = [
        Announced(some[0].row, decision_text(some, names.sites), some[0].is_counted)
        for some in sorted(by_decision(shown), key=lambda some: some[0].since)
    ]
    return PlanCalendar(
        tuple(plan.starts(year).year for year in every),
        tuple(map(plan.name, every)),
        tuple({line.row: line for line in lines}.values()),
        tuple(later),
    )


def in_year(year: str, *, is_unlawful: bool) -> str:
    """Opening of the sentence of a later year; notes that figures only compare where they do."""
    text = _("In {year}").format(year=year)
    return _("To compare only: {text}").format(text=lowered(text)) if is_unlawful else text


def year_notes(result: Result, year: int, names: Names) -> tuple[str, ...]:
    """Notes for the room on a year of the plan: rules broken by that year."""
    broken = [(since, check) for since, check in result.broken_later if since <= year]
    if result.years is None:
        return ()
    text = _("In {year}, not met: {rule}")
    texts = (text.format(year=result.years.name(since), rule=check.title) for since, check in broken)
    return tuple(map(names.veiled, texts))
