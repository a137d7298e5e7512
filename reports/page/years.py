"""A later year of the plan on the screen of a meeting: which one, which changes count, what is said of it.

A room reads this screen: a change that its holder does not publish is neither named nor counted in a later
year.
"""

from dataclasses import dataclass
from gettext import gettext as _

from acc.changes import LATE, DatedChange
from acc.result.result import Result
from acc.scenario import Scenario
from acc.steps import count_full_years
from acc.years.plan_years import PlanYears
from acc.years.row_values import open_changes
from acc.years.states import first_day, year_of
from reports.format.changes import by_decision, decision_text
from reports.format.labels import lowered
from reports.page.names import Names


def announced(everyone: Scenario) -> tuple[list[DatedChange], list[DatedChange]]:
    """Return the dated changes that a room may know of, and those that it may not.

    Args:
        everyone: the folder with everyone in, those that are not counted too.
    """
    changes = open_changes(everyone)
    open_rows = {change.row for change in changes}
    every = (*everyone.changes, *everyone.other_changes)
    return list(changes), [change for change in every if change.row not in open_rows]


@dataclass(frozen=True, slots=True)
class Announced:
    """A line of changes that a room may know of: its id, its words, whether the folder counts it."""

    row: str
    text: str
    is_counted: bool


@dataclass(frozen=True, slots=True)
class PlanCalendar:
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


def about_year(year: str) -> str:
    """Basis of the figures of a later year."""
    return _(
        "Figures of {year}: the kWh of that year, each price by its index, before what is built in it, after "
        "the tax on profit; what each gains in it has no range. Only the changes of those who may be named "
        "count on this screen."
    ).format(year=year)


def year_notes(result: Result, year: int, names: Names) -> tuple[str, ...]:
    """Notes for the room on a year of the plan: rules broken by that year."""
    broken = [(since, check) for since, check in result.broken_later if since <= year]
    if result.years is None:
        return ()
    text = _("In {year}, not met: {rule}")
    return tuple(
        names.veiled(text.format(year=result.years.name(since), rule=check.title)) for since, check in broken
    )


def uncounted_note() -> str:
    """Note where a later year is requested and no change is counted."""
    return _("No change is counted: each year of the plan is the first one, its output fading.")
