"""The shape of a use over a calendar year, in quarter hours: hours x season x closures x driver.

Everything is computed on the quarter hours of whole local years, so that a month is the same as the
year cut to that month, and an hour the sum of its quarters, whatever the period and step asked for.

School holidays are those of zone A (Bergerac, académie de Bordeaux), published a few years ahead only:
beyond the last published school year, a school year (September to August) repeats, shifted by whole
weeks, the last published one whose 1 September fell on the same weekday, so that Christmas, All Saints
and the first day of school keep their place; the answer says so. The order of the zones in February
and April turns from one year to the next and is not known in advance: those two may be two weeks off.
"""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from gettext import gettext as _
from importlib.resources import files
from itertools import pairwise

import numpy as np
from dateutil.easter import easter

from acc.arrays import BoolArray, FloatArray, IntArray, TimeArray
from acc.problem import InputError, Problem
from acc.sites import Position
from acc.steps import Steps, local_calendar
from profiles.data.sourced_figures import numbered, read_figures
from profiles.reference.kinds import MONTH_STARTS, Driver, ElectricityUse, Knots
from profiles.weather.sun import middles_utc, sun_position

SAME_DAY_EACH_YEAR = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
"""Public holidays by month and day; the others follow Easter."""

EASTER_MONDAY, ASCENSION, WHIT_MONDAY = 1, 39, 50
"""Days after Easter."""

WORKED_WHIT_MONDAYS = range(2005, 2008)
"""Years in which it was the day of solidarity for all (law 2004-626, until law 2008-351)."""

ZONE = "a"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SchoolHolidays:
    """The school holidays of zone A in a calendar year, weekends within them included.

    Attributes:
        known_until: last day whose holidays are published; later days repeat an earlier school year.
    """

    year: int
    days: frozenset[date]
    known_until: date

    @property
    def is_repeated(self) -> bool:
        """Whether some days of the year are not published yet."""
        return self.known_until < date(self.year, 12, 31)


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """Return the 11 public holidays of metropolitan France (code du travail L3133-1).

    >>> date(2026, 5, 14) in public_holidays(2026)  # Ascension Day
    True
    >>> len(public_holidays(2026))
    11
    """
    # Of a package that knows every country a tenth of a second is spent on the others, in each first run.
    movable = [EASTER_MONDAY, ASCENSION, *([] if year in WORKED_WHIT_MONDAYS else [WHIT_MONDAY])]
    fixed = {date(year, month, day) for month, day in SAME_DAY_EACH_YEAR}
    return frozenset(fixed | {easter(year) + timedelta(days=days) for days in movable})


@lru_cache(maxsize=64)
def school_holidays(year: int) -> SchoolHolidays:
    """Return the school holidays of zone A in `year`, published or repeated.

    Raises:
        InputError: a year before the first one known.

    >>> date(2026, 2, 7) in school_holidays(2026).days  # first Saturday of the winter holidays
    True
    """
    published = _published()
    first, last = min(published), max(published)
    if year < first.year:
        message = _("the school holidays of {year} are not known: the first known year is {first}")
        raise InputError([Problem("operation.start", message.format(year=year, first=first.year))])
    january_first = date(year, 1, 1)
    days = [january_first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - january_first).days)]
    return SchoolHolidays(year, frozenset(day for day in days if _known_day(day, last) in published), last)


def _known_day(day: date, last: date) -> date:
    """Return `day` where it is published, else its like in the school year that it repeats."""
    if day <= last:
        return day
    september_first = date(day.year if day.month >= 9 else day.year - 1, 9, 1)
    like = september_first
    while like.weekday() != september_first.weekday() or like.replace(year=like.year + 1) > last + DAY:
        like = like.replace(year=like.year - 1)
    return day - (september_first - like)


@lru_cache(maxsize=1)
def _published() -> frozenset[date]:
    # The table of the package, without its reader of dates, twenty times slower.
    with (files("vacances_scolaires_france") / "data" / "data.csv").open(encoding="utf-8") as table:
        rows = csv.DictReader(table)
        off = [row["date"] for row in rows if row[f"vacances_zone_{ZONE}"] == "True"]
    return frozenset(map(date.fromisoformat, off))


def is_in(days: frozenset[date], calendar_days: TimeArray) -> BoolArray:
    """Return whether each of `calendar_days` (datetime64[D], shape (D,)) is one of `days`, shape (D,)."""
    return np.isin(calendar_days, np.array(sorted(days), dtype="datetime64[D]"))


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
    elevation = _elevation_near(year, near_point(position))
    return Surroundings(year, temperature_c, day_mean(year, temperature_c), elevation)


def near_point(position: Position) -> Position:
    """Return a point within 8 km: the sites of a perimeter share one sun, dusk moves by 25 s at most."""
    return Position(round(position.latitude_deg, 1), round(position.longitude_deg, 1))


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
    into_day = middles_utc(year.steps) - year.steps.starts_utc.astype("datetime64[D]")
    clock_h = into_day / np.timedelta64(1, "h")
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
        factor[closure.first : closure.last + 1] *= closure.level_ratio
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
