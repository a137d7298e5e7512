"""The years of a plan that differ, as data: the kWh of each one, what all gain in it, what changes in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from gettext import gettext as _

from acc.changes import DatedChange
from acc.problem import InputError, Problem
from acc.result.result import Result
from acc.result.year_outcomes import drawn_in, gains_eur_ht, outcomes_in
from acc.years.states import year_of
from reports.data.encode import Document, document, ends, keyed, pick


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
    if result.years is None:
        message = _(
            "no dated change to count: from a year of the plan to the next panels alone age. Write "
            "changes.csv (docs/annees.md)"
        )
        raise InputError([Problem("--year", message)])
    known = {result.years.starts(year).year: year for year in range(1, len(result.years.energies) + 1)}
    if wanted not in known:
        message = _("{year} is not in the plan: {first} to {last}")
        raise InputError([Problem("--year", message.format(year=wanted, first=min(known), last=max(known)))])
    return known[wanted]


def years_document(result: Result) -> Document:
    """Return the years as `--json` prints them; nothing where no dated change tells them apart."""
    years = [keyed(row) | _ranges(result, year) for year, row in enumerate(year_rows(result), start=1)]
    shown: Document = {"years": years} if years else {}
    if result.years is not None:
        starts = result.years.starts
        if result.changes is not None:
            shown["changes"] = pick(
                result.changes,
                "year shared_without_kwh=without_kwh shared_with_kwh=with_kwh together_eur_ht?=together_eur "
                "exact rows",
                year=starts(result.changes.year).year,
            )
        if result.broken_later:
            shown["broken_later"] = [
                pick(check, "year rule title culprits", year=starts(year).year)
                for year, check in result.broken_later
            ]
    others = result.scenario.other_changes
    return shown | ({"other_changes": others} if others else {})


def _ranges(result: Result, year: int) -> Document:
    """Return the ranges of what all share and gain in a year of the plan; nothing where none is drawn."""
    named = {"shared_kwh": "later_received_kwh", "gain_eur_ht": "later_gain_eur_ht"}
    drawn = {name: drawn_in(result, of, year) for name, of in named.items()}
    ranges = {name: ends(of) for name, of in drawn.items() if of is not None}
    return {"ranges": ranges} if ranges else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantYearRow:
    """What a plant makes in a year of the plan, and what it is paid, EUR without tax, None where unknown.

    Attributes:
        production_kwh: injected, as in the first year; `own_use_kwh` used behind its meter.
        own_use_eur_ht: what its own use brings its owner.
    """

    id: str
    name: str
    production_kwh: float
    own_use_kwh: float
    shared_kwh: float
    surplus_kwh: float
    local_eur_ht: float | None
    surplus_eur_ht: float | None
    own_use_eur_ht: float | None


def plant_year_rows(result: Result, year: int) -> Iterator[PlantYearRow]:
    """Yield each plant in a year of the plan, from 1 on, in the order of the scenario."""
    assert result.years is not None  # only then is a year asked for
    sums, money = result.years.energies[year - 1], result.money
    terms, income = (None, None) if money is None else (money.plan_terms, money.plant_income)
    flows = None if terms is None or income is None else terms.flows(income)
    for m, plant in enumerate(result.scenario.plants):
        production_kwh, left = float(sums.production_kwh[m]), float(sums.surplus_kwh[m])

        def eur(name: str, row: int = m) -> float | None:
            return None if flows is None else float(getattr(flows, name)[row, year])

        yield PlantYearRow(
            id=plant.id,
            name=plant.name,
            production_kwh=production_kwh,
            own_use_kwh=float(sums.own_use_kwh[m]),
            shared_kwh=max(0.0, production_kwh - left),
            surplus_kwh=left,
            local_eur_ht=eur("local_eur_ht"),
            surplus_eur_ht=eur("surplus_eur_ht"),
            own_use_eur_ht=eur("own_use_eur_ht"),
        )


def year_document(result: Result, wanted: int | None) -> Document:
    """Return a year of the calendar as `--json` prints it; nothing where none is asked for.

    Raises:
        InputError: a year that is not in the plan, a folder without dated changes.
    """
    year = plan_year_of_calendar(result, wanted)
    if year is None or result.years is None:
        return {}
    outcomes, sums = outcomes_in(result, year), result.years.energies[year - 1]
    saved = {site.id: site.saving_eur_ht for site in outcomes.sites}
    (row,) = [year_row for number, year_row in enumerate(year_rows(result), start=1) if number == year]
    sites = zip(
        result.scenario.participants, sums.consumption_kwh.tolist(), sums.received_kwh.tolist(), strict=True
    )
    kept = "id name consumption_kwh received_kwh saving_eur_ht"
    participants = [
        pick(site, kept, consumption_kwh=need, received_kwh=received, saving_eur_ht=saved.get(site.id))
        for site, need, received in sites
    ]
    words = "* -changes participants plants members"
    plants = list(plant_year_rows(result, year))
    own = document(row, words, participants=participants, plants=plants, members=outcomes.members)
    return {"asked_year": own}
