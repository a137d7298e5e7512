"""The years of a plan that differ, as data: the kWh of each one, what all gain in it, what changes in it."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from gettext import gettext as _

from acc.changes import DatedChange
from acc.problem import InputError, Problem
from acc.result.outcomes import drawn_in, gains_eur_ht
from acc.result.result import Result
from acc.years.row_values import RowValue, RowValues
from acc.years.states import year_of


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


def years_document(result: Result) -> dict[str, object]:
    """Return the years as `--json` prints them; nothing where no dated change tells them apart."""
    rows = [
        asdict(row) | {"changes": [_document(change) for change in row.changes]} | _ranges(result, year)
        for year, row in enumerate(year_rows(result), start=1)
    ]
    worth = result.changes
    shown: dict[str, object] = {} if worth is None else {"changes": _worth_document(result, worth)}
    if result.years is not None and result.broken_later:
        starts = result.years.starts
        shown["broken_later"] = [
            {"year": starts(year).year, "rule": check.rule, "title": check.title, "culprits": check.culprits}
            for year, check in result.broken_later
        ]
    prices = [_document(change) for change in result.scenario.other_changes]
    return ({"years": rows, **shown} if rows else {}) | ({"other_changes": prices} if prices else {})


def _ranges(result: Result, year: int) -> dict[str, object]:
    """Return the ranges of what all share and gain in a year of the plan; nothing where none is drawn."""
    named = {"shared_kwh": "later_received_kwh", "gain_eur_ht": "later_gain_eur_ht"}
    drawn = {name: drawn_in(result, of, year) for name, of in named.items()}
    ends = ("p10", "p50", "p90")
    ranges = {name: dict(zip(ends, of, strict=True)) for name, of in drawn.items() if of is not None}
    return {"ranges": ranges} if ranges else {}


def _worth_document(result: Result, worth: RowValues) -> dict[str, object]:
    assert result.years is not None  # changes are weighed in a year of the plan
    return {
        "year": result.years.starts(worth.year).year,
        "shared_without_kwh": worth.without_kwh,
        "shared_with_kwh": worth.with_kwh,
        **({} if worth.together_eur is None else {"together_eur_ht": worth.together_eur}),
        "exact": worth.exact,
        "rows": [
            _document(row.change)
            | {
                "alone_kwh": row.alone_kwh,
                "last_kwh": row.last_kwh,
                "shapley_kwh": row.shapley_kwh,
                "need_kwh": row.need_kwh,
                "production_kwh": row.production_kwh,
                "local_ratio": row.local_ratio,
            }
            | _euros(row)
            for row in worth.rows
        ],
    }


def _euros(row: RowValue) -> dict[str, object]:
    """Gain of all by a change in the year, and of its holder; empty where not shown."""
    amounts_eur = {
        "alone_eur_ht": row.alone_eur,
        "last_eur_ht": row.last_eur,
        "shapley_eur_ht": row.shapley_eur,
        "own_alone_eur_ht": row.own_alone_eur,
        "own_last_eur_ht": row.own_last_eur,
    }
    return {name: eur for name, eur in amounts_eur.items() if eur is not None}


def _document(change: DatedChange) -> dict[str, object]:
    days = {"since": change.since.isoformat(), "until": change.until and change.until.isoformat()}
    return {
        "site": change.site,
        "what": change.what.value,
        **days,
        "ratio": change.ratio,
        "kwh": change.kwh,
        "chance_ratio": change.chance_ratio,
        "delay_years": change.delay_years,
        "low": change.low,
        "high": change.high,
        "source": change.source,
    }
