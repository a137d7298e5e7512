"""The shape of a use over a calendar year, in quarter hours: hours x season x closures x driver.

Everything is worked out on the quarter hours of whole local years, so that a month is the same as the
year cut to that month, and an hour the sum of its quarters, whatever the period and step asked for.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

import numpy as np

from acc.arrays import FloatArray, IntArray, TimeArray
from acc.sites import Position
from acc.steps import Steps, local_calendar
from profiles.data.sourced_figures import numbered, read_figures
from profiles.reference.calendars import is_in, public_holidays, school_holidays
from profiles.reference.tables import MONTH_STARTS, Driver, ElectricityUse, Knots
from profiles.weather.sun import middles_utc, sun_position

STEP_MINUTES = 15
QUARTERS = 24 * 60 // STEP_MINUTES
DAYS = 365
SUNDAY = 6
HIGH_SUN_DEG = 30.0
"""Elevation from which a room with windows needs no more lamps than `level_ratio`."""


@dataclass(frozen=True, slots=True, eq=False)
class Year:
    """A local calendar year in quarter hours, T steps and D days.

    Attributes:
        day: index of the day of each step, shape (T,).
        slot: index of each step in a week of quarter hours (Monday 00:00 is 0, holidays are Sundays), (T,).
        dates: local dates, shape (D,).
        season_day: days from 1 January as in a common year, 0 to 364, shape (D,).
    """

    number: int
    steps: Steps
    day: IntArray
    slot: IntArray
    dates: TimeArray
    season_day: IntArray


@lru_cache(maxsize=8)
def year_of(number: int) -> Year:
    """Return the grid of a calendar year in Paris; kept, since every site of a run asks for it."""
    steps = Steps.between(date(number, 1, 1), date(number + 1, 1, 1), STEP_MINUTES)
    calendar = local_calendar(steps)
    day = (calendar.day - calendar.day[0]).astype(np.int64)
    dates = np.unique(calendar.day)
    weekday = np.where(is_in(public_holidays(number), calendar.day), SUNDAY, calendar.weekday)
    months = dates.astype("datetime64[M]")
    month_starts = np.array(MONTH_STARTS)[months.astype(np.int64) % 12]
    season_day = month_starts + (dates - months.astype("datetime64[D]")).astype(np.int64)
    slot = weekday * QUARTERS + calendar.minute // STEP_MINUTES
    return Year(number, steps, day, slot, dates, season_day)


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What the drivers of a site follow, on the quarter hours of a year, shape (T,) each."""

    year: Year
    temperature_c: FloatArray
    day_mean_c: FloatArray
    elevation_deg: FloatArray


def surroundings_of(year: Year, position: Position, temperature_c: FloatArray) -> Surroundings:
    """Surroundings of the uses of a site at `position` during `year`, temperatures of shape (T,)."""
    return Surroundings(year, temperature_c, day_mean(year, temperature_c), _elevation_deg(year, position))


def _elevation_deg(year: Year, position: Position) -> FloatArray:
    """Return the elevation of the sun at the middle of each step, from a point within 8 km of the site.

    Rounding the place lets the sites of a perimeter share one sun; it moves dusk by 25 s at most.
    """
    return _elevation_near(year, Position(round(position.latitude_deg, 1), round(position.longitude_deg, 1)))


@lru_cache(maxsize=64)
def _elevation_near(year: Year, near: Position) -> FloatArray:
    """Return the same, kept: the sites of 20 km stand near nine such points, over one year or two."""
    elevation = np.asarray(90.0 - sun_position(year.steps, near).zenith_deg)
    elevation.flags.writeable = False
    return elevation


def day_mean(year: Year, temperature_c: FloatArray) -> FloatArray:
    """Return the mean of each day, joined from noon to noon: buildings do not follow the hour."""
    mean = np.bincount(year.day, weights=temperature_c) / np.bincount(year.day)
    noon = (np.arange(len(year.dates)) + 0.5) * (len(year.day) / len(year.dates))
    return np.asarray(np.interp(np.arange(len(year.day)) + 0.5, noon, mean))


@lru_cache(maxsize=8)
def normal_temperature_c(number: int) -> FloatArray:
    """Return the usual air temperature at Bergerac on the quarter hours of a year, shape (T,).

    Monthly normals of `data/weather.csv` and mean daily swing of `data/reference_normals.csv`, warmest
    near 15 h of the sun; without warm and cold spells.
    """
    year, weather = year_of(number), read_figures("weather.csv")
    mean_c = _month_to_month(year, numbered(weather, "temperature_", 12))
    swing_c = _month_to_month(year, numbered(read_figures("reference_normals.csv"), "swing_", 12))
    clock_h = (middles_utc(year.steps) - year.steps.starts_utc.astype("datetime64[D]")) / np.timedelta64(
        1, "h"
    )
    warmest_h = weather["temperature_wave_hour"].value
    return np.asarray(mean_c + swing_c / 2 * np.cos(2 * np.pi * (clock_h - warmest_h) / 24))


def _month_to_month(year: Year, monthly: FloatArray) -> FloatArray:
    """Return the line through the middles of the months, shape (T,)."""
    knots = tuple(zip((start + 15 for start in MONTH_STARTS), monthly.tolist(), strict=True))
    return _periodic(knots, np.arange(DAYS), DAYS)[year.season_day][year.day]


def use_shape(use: ElectricityUse, around: Surroundings, shift_minutes: float) -> FloatArray:
    """Return the shape of a use over the year, mean 1, shape (T,); zeros where nothing ever drives it.

    Args:
        shift_minutes: how much later than its kind the site opens.
    """
    year = around.year
    week = np.concatenate([_day_levels(knots, shift_minutes) for knots in use.hours])
    shape = week[year.slot] * _day_factor(use, year)[year.day] * _driven(use, around)
    mean = shape.mean()
    return np.asarray(shape / mean) if mean > 0 else shape


@lru_cache(maxsize=2048)
def _day_levels(knots: Knots, shift_minutes: float) -> FloatArray:
    """Return the level of each quarter hour of a day, shape (96,)."""
    middles = (np.arange(QUARTERS, dtype=np.float64) + 0.5) * STEP_MINUTES
    return _periodic(knots, middles - shift_minutes, 24 * 60)


def _day_factor(use: ElectricityUse, year: Year) -> FloatArray:
    """Daily factor of season, closures and school holidays, (D,)."""
    factor = np.ones(DAYS)
    if use.season:
        factor = _periodic(use.season, np.arange(DAYS), DAYS)
    for closure in use.closures:
        factor[closure.first : closure.last + 1] *= closure.level
    by_day = factor[year.season_day]
    if use.school_holidays_ratio != 1.0:
        off = is_in(school_holidays(year.number).days, year.dates)
        by_day = by_day * np.where(off, use.school_holidays_ratio, 1.0)
    return by_day


def _periodic(knots: Knots, positions: FloatArray | IntArray, period: int) -> FloatArray:
    """Return the levels at `positions` on the line through `knots`, which comes back each `period`."""
    points, levels = zip(*knots, strict=True)
    assert all(first < second for first, second in pairwise(points)), knots
    return np.asarray(np.interp(positions, points, levels, period=period))


def _driven(use: ElectricityUse, around: Surroundings) -> FloatArray | float:
    match use.driver:
        case Driver.NONE:
            return 1.0
        case Driver.DAYLIGHT:
            return np.interp(around.elevation_deg, (0.0, HIGH_SUN_DEG), (1.0, use.level_ratio))
        case Driver.NIGHT:
            return (around.elevation_deg < use.threshold_deg).astype(np.float64)
        case Driver.HEATING:
            felt_c = around.day_mean_c + use.air_ratio * (around.temperature_c - around.day_mean_c)
            return np.maximum(0.0, use.threshold_c - felt_c) / _performance(use, around)
        case Driver.COOLING:
            felt_c = (around.temperature_c + around.day_mean_c) / 2  # walls keep half of the day's heat
            return np.maximum(0.0, felt_c - use.threshold_c)
        case Driver.REFRIGERATION:
            degrees = around.temperature_c - use.threshold_c
            return np.maximum(use.level_ratio, 1.0 + use.slope_per_c * degrees)


def _performance(use: ElectricityUse, around: Surroundings) -> FloatArray | float:
    """Coefficient of performance of the heating, 1 except for a heat pump."""
    if not use.flow_c:
        return 1.0
    lift = use.flow_c - around.temperature_c
    return use.cop_constant + use.cop_per_k * lift + use.cop_per_k2 * lift**2


def noise(rng: np.random.Generator, count: int, spread_ratio: float, memory_steps: float) -> FloatArray:
    """Return `count` positive factors around 1 that keep a memory of the last ones (AR(1) of logarithms).

    Args:
        spread_ratio: standard deviation.
        memory_steps: steps after which the correlation has fallen to 1/e.
    """
    past = np.exp(-1.0 / memory_steps) ** np.arange(int(7 * memory_steps) + 1)  # e^-7: the rest is nothing
    past *= spread_ratio / np.sqrt((past**2).sum())
    draws = rng.standard_normal(count + len(past) - 1)
    return np.asarray(np.exp(np.convolve(draws, past, mode="valid") - spread_ratio**2 / 2))
