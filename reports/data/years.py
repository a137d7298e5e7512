"""The years of a plan that differ, as data: the kWh of each one, what all gain in it, what changes in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from typing import Annotated, TypedDict

from acc.changes import DatedChange
from acc.problem import InputError, Problem
from acc.result.outcomes import drawn_in, gains_eur_ht
from acc.result.result import Result
from acc.rules.check import Check
from acc.years.row_values import RowValues
from acc.years.states import year_of
from reports.data.encode import Ends, Keys, Picked, Ranged, keyed
from reports.format.wording import text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRow:
    """One year of the plan, kWh.

    Attributes:
        year, name: of the calendar, in which it begins; what it is called, "2029" or "2029-30".
        gain_eur_ht: of all persons together before what is built and tax on profit, as the gain of the first
            year is counted; None without prices.
        investment_eur_ht: what is built for plants that come later, less what is granted or given back then;
            None without prices.
        changes: that begin or end in it.
    """

    year: int
    name: str
    production_kwh: float
    own_use_kwh: float
    shared_kwh: float
    surplus_kwh: float
    need_kwh: float
    gain_eur_ht: float | None
    investment_eur_ht: float | None
    changes: tuple[DatedChange, ...]


def year_rows(result: Result) -> Iterator[YearRow]:
    """Yield the years of the plan; none where no dated change tells them apart."""
    years, scenario = result.years, result.scenario
    if years is None:
        return
    gains = gains_eur_ht(result.money)
    plan = None if result.money is None else result.money.plan
    for t, sums in enumerate(years.energies, start=1):
        in_it = [
            change
            for change in scenario.changes
            if t in {year_of(day, scenario.steps) for day in (change.since, change.until) if day is not None}
        ]
        own = float(sums.own_use_kwh.sum())
        yield YearRow(
            year=years.starts(t).year,
            name=years.name(t),
            production_kwh=float(sums.production_kwh.sum()) + own,
            own_use_kwh=own,
            shared_kwh=float(sums.received_kwh.sum()),
            surplus_kwh=float(sums.surplus_kwh.sum()),
            need_kwh=float(sums.consumption_kwh.sum()),
            gain_eur_ht=float(gains[t]) if len(gains) else None,
            investment_eur_ht=-float(plan.flows.built_eur[t]) if plan is not None else None,
            changes=tuple(in_it),
        )


def plan_year_of_calendar(result: Result, wanted: int | None) -> int | None:
    """Return the year of the plan, from 1 on, that begins in one of the calendar; None where none is asked.

    Raises:
        InputError: a year that is not in the plan, a folder without dated changes.
    """
    if wanted is None:
        return None
    place = _("in {year}").format(year=wanted)  # by an option, or in the words of a meeting
    if result.years is None:
        name = "no-plan-years" if result.scenario.changes else "no-dated-change"
        raise InputError([Problem(place, text_of(name))])
    known = {result.years.starts(year).year: year for year in range(1, len(result.years.energies) + 1)}
    if wanted not in known:
        message = _("{year} is not in the plan: {first} to {last}")
        raise InputError([Problem(place, message.format(year=wanted, first=min(known), last=max(known)))])
    return known[wanted]


class ChangesYear(TypedDict):
    """Year of the calendar that changes are counted in."""

    year: int


CHANGES = Keys(
    RowValues,
    "shared_without_kwh=without_kwh shared_with_kwh=with_kwh together_eur_ht?=together_eur exact rows",
)
BROKEN = Keys(Check, "rule title culprits")


class Years(TypedDict, total=False):
    """Years of the plan, where dated changes make them differ."""

    years: list[Annotated[Picked, YearRow, Ranged]]
    changes: Annotated[Picked, ChangesYear, CHANGES]
    broken_later: list[Annotated[Picked, ChangesYear, BROKEN]]
    other_changes: Sequence[DatedChange]


def years_document(result: Result) -> Years:
    """Years as `--json` prints them; nothing where no dated change makes them differ."""
    shown: Years = {}
    years = [{**keyed(row), **_ranges(result, year)} for year, row in enumerate(year_rows(result), start=1)]
    if years:
        shown["years"] = years
    if result.years is not None:
        starts = result.years.starts
        if result.changes is not None:
            year = starts(result.changes.year).year
            shown["changes"] = {"year": year, **CHANGES.record(result.changes)}
        if result.broken_later:
            later = ((starts(year).year, check) for year, check in result.broken_later)
            shown["broken_later"] = [{"year": year, **BROKEN.record(check)} for year, check in later]
    if result.scenario.other_changes:
        shown["other_changes"] = result.scenario.other_changes
    return shown


def _ranges(result: Result, year: int) -> Ranged:
    """Ranges of what all share and gain in a year of the plan; nothing where none is drawn."""
    named = {"shared_kwh": "later_received_kwh", "gain_eur_ht": "later_gain_eur_ht"}
    drawn = {name: drawn_in(result, of, year) for name, of in named.items()}
    ranges = {name: Ends(*of) for name, of in drawn.items() if of is not None}
    return {"ranges": ranges} if ranges else {}
