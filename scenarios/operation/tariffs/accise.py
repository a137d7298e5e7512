"""The accise, and from when local kWh bear it in full: as the folder asks, or as it is announced."""

from datetime import date, timedelta

import numpy as np

from acc.bills.tariffs import Accise, Segment
from acc.scenario import Scenario
from acc.steps import Steps, local_calendar, years_later
from acc.units import kw
from scenarios.rates.reader import RateReader

LONGEST_PLAN_YEARS = 50


def accise_of(reader: RateReader, scenario: Scenario) -> Accise:
    """Return the accise at the date of the rates; a day that the folder gives counts, no announced one."""
    small = reader.get("accise.up-to-36-kva", "EUR/kWh")
    large = reader.get("accise.over-36-kva", "EUR/kWh")
    exempt = reader.get("accise.local.ratio", "ratio")
    announced = reader.get("accise.local.full.year", "year")
    full_accise_from = scenario.prices.full_accise_from
    day = full_accise_from or (None if np.isnan(announced) else date(int(announced), 1, 1))
    return Accise(
        eur_per_kwh={Segment.BT_INF: small, Segment.BT_SUP: large, Segment.HTA: large},
        local_ratio=exempt,
        full_from=day,
        full_ratios=(0.0,) if day is None else full_ratios(day, scenario.steps),
        in_full=full_accise_from is not None,
    )


def accise_limit_kwp(reader: RateReader) -> float | None:
    """Return the power of a site from which local kWh bear the accise; None where no such rule is known."""
    rows = reader.rates.in_force(reader.on, "perimeter_accise_site_power")
    return kw(rows[0].value) if rows else None


def full_ratios(day: date, steps: Steps) -> tuple[float, ...]:
    """Fraction of the days from `day` on, in the period, then in each year from the second.

    The last holds on; a plan is no longer than `LONGEST_PLAN_YEARS`.

    >>> full_ratios(date(2027, 7, 2), Steps.between(date(2026, 1, 1), date(2027, 1, 1), 60))
    (0.0, 0.5013698630136987, 1.0)
    """
    first, last = (day.item() for day in local_calendar(steps).day[[0, -1]])
    ratios = [_part_from(day, first, last + timedelta(days=1))]
    while ratios[-1] < 1.0 and len(ratios) < LONGEST_PLAN_YEARS:
        ratios.append(_part_from(day, *(years_later(first, len(ratios) + more) for more in (0, 1))))
    return tuple(ratios)


def _part_from(day: date, start: date, end: date) -> float:
    return min(max((end - day) / (end - start), 0.0), 1.0)
