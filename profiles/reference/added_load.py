"""What a new use adds to a site: a heat pump, vehicles, cooling, a water heater, hour by hour.

The shape comes from the uses of the reference profiles (hours x season x driver), the level from what is
said: twelve months sum to it exactly.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from acc.arrays import FloatArray
from acc.steps import Steps, count_full_years
from profiles.reference.added_uses import AddedUse, added_rows, uses_within
from profiles.reference.load import BERGERAC, cut, sum_of_uses, surroundings_on, years_of
from profiles.reference.shapes import Surroundings, use_shape
from profiles.reference.tables import Driver, ElectricityUse, Knots, closed_days, use_of_rows, uses_of

DAY_MINUTES = 24 * 60


def added_use_kwh(added: AddedUse, steps: Steps, temperature_c: FloatArray | None) -> FloatArray:
    """Return the kWh of a new use on each step, (T,), 1 kWh in twelve months.

    Args:
        temperature_c: air temperature on the same steps, (T,); None for the normals of Bergerac.
    """
    years = years_of(steps)
    place = added.position or BERGERAC
    around = [surroundings_on(year, steps, place, temperature_c) for year in years]
    level = np.concatenate([_level(added, of_year) / of_year.year.steps.count for of_year in around])
    kwh = cut(level, years[0], steps)
    twelve = count_full_years(steps)
    return np.asarray(kwh * (twelve / kwh.sum())) if twelve and kwh.sum() > 0.0 else kwh


def part_of_need(part: AddedUse, steps: Steps, temperature_c: FloatArray | None) -> FloatArray:
    """Return the part of what a site uses that some of its uses are, on each step, (T,), 0 to 1.

    Args:
        part: a kind of `data/added_uses.csv` that names uses, of a site whose profile is known.
        temperature_c: as for `added_use_kwh`.
    """
    assert part.profile is not None  # a part of nothing else is known
    years, kinds = years_of(steps), (uses_within(part.kind, part.profile), uses_of(part.profile))
    around = [surroundings_on(year, steps, part.position or BERGERAC, temperature_c) for year in years]

    def kwh(uses: Sequence[ElectricityUse]) -> FloatArray:
        shares = [(use, use.share_ratio) for use in uses]
        return cut(np.concatenate([sum_of_uses(shares, of_year, 0.0) for of_year in around]), years[0], steps)

    some, every = map(kwh, kinds)
    return np.divide(some, every, out=np.zeros_like(some), where=every > 0.0)


def _level(added: AddedUse, around: Surroundings) -> FloatArray:
    use = _use(added)
    usual = use_shape(use, around, 0.0)
    if not added.hours:
        return usual
    worked = int(added_rows()[added.kind].get("hours_days", "7"))
    none: Knots = ((0, 0.0),)
    week = tuple(_in_windows(added.hours) if day < worked else none for day in range(7))
    moved = use_shape(replace(use, hours=week), around, 0.0)
    season = added_rows()[added.kind].get("moved_season")
    if season is None:
        return moved
    days = closed_days(season)
    inside = (around.year.season_day >= days.first) & (around.year.season_day <= days.last)
    return np.where(inside[around.year.day], moved, usual)


def _use(added: AddedUse) -> ElectricityUse:
    """Return a use by its rows, at the hours and days of the kind of its site where that heats, or cools."""
    use = use_of_rows(added.kind, added_rows()[added.kind])
    if use.driver not in {Driver.HEATING, Driver.COOLING} or added.profile is None:
        return use
    own = next(
        (
            electricity_use
            for electricity_use in uses_of(added.profile)
            if electricity_use.driver is use.driver
        ),
        None,
    )
    if own is None:
        return use
    return replace(
        use,
        hours=own.hours,
        season=own.season,
        closures=own.closures,
        school_holidays_ratio=own.school_holidays_ratio,
        threshold_c=use.threshold_c if use.driver is Driver.HEATING else own.threshold_c,
    )


def _in_windows(windows: tuple[tuple[int, int], ...]) -> Knots:
    """Return a day on in some windows, off beside them."""
    edges = {minute for a, b in windows for minute in (a - 1, a, b - 1, b) if 0 <= minute < DAY_MINUTES}
    return tuple((m, float(any(a <= m < b for a, b in windows))) for m in sorted(edges))
