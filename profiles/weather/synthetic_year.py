"""A generated weather year: no file, no network, any step, the published months of the nearest place.

A clear sky (`clear_sky_ghi`) is dimmed by a random index. Each day draws its index from a Beta law, days
following each other by a Gaussian AR(1) copula; the mean of the law is solved month by month, so that
the month has its irradiation while no day passes the cap of the index. Inside a day the index wanders
between its own bounds, and is solved so that the day keeps its energy. Every draw comes from the seed and
the calendar year alone, so that a sky does not depend on the period asked.

What is published are quarters; the months between are the smoothest cyclic curve that keeps them.

References: Graham & Hollands 1990, Solar Energy 44(6):333 (Beta law, AR(1)); Aguiar &
Collares-Pereira 1992, Solar Energy 48(3):157 (inside the day); figures in `data/weather.csv`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from gettext import gettext as _
from itertools import accumulate

import numpy as np
from scipy.optimize import brentq
from scipy.special import betaincinv, expit, ndtr

from acc.arrays import FloatArray, IntArray, TimeArray
from acc.i18n import N_
from acc.problem import InputError, Problem
from acc.sites import Position
from acc.steps import Steps, local_calendar
from profiles.data.sourced_figures import read_figures, table_rows
from profiles.weather.formats.base import WeatherRecord
from profiles.weather.sun import clear_sky_ghi, distance_km, split_short_steps, sun_position
from profiles.weather.values import FINE_MINUTES, Weather, mean_over_steps

ANY_YEAR = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 15)
"""The clear sky of a month is that of any year, to 0.1 %."""

FEWEST_HOURS = 600
"""A month of a file with fewer hours of light and temperature than this has no mean to give."""


@dataclass(frozen=True, slots=True)
class PublishedPlace:
    """A row of `data/sunshine.csv`: irradiation (kWh/m2) and mean temperature of each quarter."""

    name: str
    position: Position
    ghi_kwh_per_m2: tuple[float, ...]
    temperature_c: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class MonthlySky:
    """Twelve months of a place.

    Attributes:
        name: the place or the file they come from, for a person.
        clear_sky_index: irradiation over that of a cloudless sky, twelve values.
        temperature_c: mean air temperature, twelve values.
        position: where the figures hold; None where a file does not say it.
    """

    name: str
    clear_sky_index: tuple[float, ...]
    temperature_c: tuple[float, ...]
    position: Position | None


@lru_cache(maxsize=1)
def published_places() -> tuple[PublishedPlace, ...]:
    """Return the places whose quarters are published, Bergerac first."""
    places = []
    for row in table_rows("sunshine.csv"):
        position = Position(float(row["latitude_deg"]), float(row["longitude_deg"]))
        ghi, celsius = (tuple(float(row[f"{n}_q{q}"]) for q in range(1, 5)) for n in ("ghi", "temperature"))
        places.append(PublishedPlace(row["name"], position, ghi, celsius))
    return tuple(places)


def published_months(position: Position) -> MonthlySky:
    """Return the months of the published place nearest to `position`."""
    return _months_of_place(min(published_places(), key=lambda p: distance_km(p.position, position)))


@lru_cache(maxsize=8)
def _months_of_place(place: PublishedPlace) -> MonthlySky:
    month = local_calendar(ANY_YEAR).month - 1
    kwh_per_m2 = clear_sky_ghi(ANY_YEAR, place.position) * (ANY_YEAR.hours / 1000.0)
    clear: FloatArray = np.bincount(month, weights=kwh_per_m2).astype(np.float64)
    days: FloatArray = np.bincount(month).astype(np.float64) * (ANY_YEAR.hours / 24.0)
    means = np.array(place.temperature_c) * days.reshape(4, 3).sum(axis=1)
    return MonthlySky(
        place.name,
        tuple(smoothest_months(clear, np.array(place.ghi_kwh_per_m2)).tolist()),
        tuple(smoothest_months(days, means).tolist()),
        place.position,
    )


def smoothest_months(weights: FloatArray, quarter_sums: FloatArray) -> FloatArray:
    """Return the cyclic curve of least second difference whose weighted quarters sum to `quarter_sums`.

    Args:
        weights: of each month in its quarter, shape (12,).
        quarter_sums: shape (4,).

    >>> smoothest_months(np.ones(12), np.array([3.0, 3.0, 3.0, 3.0])).round(9).tolist() == [1.0] * 12
    True
    """
    sums = np.where(np.arange(12) // 3 == np.arange(4)[:, None], weights, 0.0)
    bend = np.roll(np.eye(12), 1, axis=1) - 2.0 * np.eye(12) + np.roll(np.eye(12), -1, axis=1)
    system = np.block([[bend.T @ bend, sums.T], [sums, np.zeros((4, 4))]])
    return np.asarray(np.linalg.solve(system, np.concatenate([np.zeros(12), quarter_sums]))[:12])


def months_of_record(record: WeatherRecord, name: str, position: Position | None) -> MonthlySky:
    """Return the months of a weather file, all its years together.

    Args:
        position: of the operation, where the file does not say its own.

    Raises:
        InputError: a file without a place, or without one of the months.
    """
    place = record.place(name, position)
    month = record.starts_utc.astype("datetime64[M]").astype(np.int64) % 12
    known = ~(np.isnan(record.ghi) | np.isnan(record.temp_air_c))
    hours = np.bincount(month[known], minlength=12)
    if hours.min() < FEWEST_HOURS:
        message = _(
            "month {month} has {hours} hours of light and temperature: twelve whole months are needed"
        )
        short = int(hours.argmin())
        raise InputError([Problem(name, message.format(month=short + 1, hours=int(hours[short])))])
    clear_month = local_calendar(ANY_YEAR).month - 1
    clear = np.bincount(clear_month, weights=clear_sky_ghi(ANY_YEAR, place)) / np.bincount(clear_month)
    ghi = np.bincount(month[known], weights=record.ghi[known], minlength=12) / hours
    celsius = np.bincount(month[known], weights=record.temp_air_c[known], minlength=12) / hours
    return MonthlySky(name, tuple((ghi / clear).tolist()), tuple(celsius.tolist()), place)


PER_DAY = 24 * 60 // FINE_MINUTES


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """The draws of one year, a value a day.

    Attributes:
        month: 0 to 11, shape (days,).
        rank: 0 dark to 1 clear, shape (days + 2,): the last day of the year before and the first of the
            year after stand around it.
        anomaly_c: temperature against the season, shape (days + 2,).
    """

    month: IntArray
    rank: FloatArray
    anomaly_c: FloatArray


def draw_days(year: int, seed: int) -> Days:
    """Return the draws of the days of `year`, in one chain with those of the years beside it."""
    figures = read_figures("weather.csv")
    rank = _chain(year, seed, 0, figures["daily_index_correlation"].value)
    anomaly = _chain(year, seed, 1, figures["temperature_anomaly_correlation"].value)
    return Days(
        month=_dates(year).astype("datetime64[M]").astype(np.int64) % 12,
        rank=ndtr(rank),
        anomaly_c=anomaly * figures["temperature_anomaly_sd"].value,
    )


def _chain(year: int, seed: int, kind: int, correlation_ratio: float) -> FloatArray:
    """Return a chain of unit variance over the days of `year` and one day on each side."""
    years = (year - 1, year, year + 1)
    # From a year before: what is read does not depend on where the chain starts.
    noise = [_generator(seed, y, kind).standard_normal(len(_dates(y))) for y in years]
    first = len(noise[0]) - 1
    return _autoregressive(np.concatenate(noise), correlation_ratio)[first : first + len(noise[1]) + 2]


def _dates(year: int) -> TimeArray:
    return np.arange(np.datetime64(f"{year}-01-01"), np.datetime64(f"{year + 1}-01-01"))


def _generator(seed: int, year: int, kind: int) -> np.random.Generator:
    return np.random.default_rng([seed, year, kind])


def _autoregressive(noise: FloatArray, correlation_ratio: float) -> FloatArray:
    """Return an AR(1) chain of unit variance driven by `noise`, along the last axis."""
    scaled = noise * np.sqrt(1.0 - correlation_ratio**2)
    # One step of all the chains at a time; scipy.signal would do it, at 0.5 s of import in each process.
    steps = accumulate(np.moveaxis(scaled, -1, 0), lambda past, driven: correlation_ratio * past + driven)
    return np.stack(list(steps), axis=-1)


def daily_index(days: Days, clear_sum: FloatArray, monthly_ratio: Sequence[float]) -> FloatArray:
    """Return the clear-sky index of each day, each month having the index of `monthly_ratio` (12 values).

    The days of a month are the even quantiles of its law, in an order that is drawn: no seed has too many
    dark days, nor too few.
    """
    figures = read_figures("weather.csv")
    floor, cap = figures["daily_index_floor"].value, figures["daily_index_cap"].value
    concentration = figures["daily_index_concentration"].value
    index = np.empty(len(days.month))
    for month in range(12):
        rows = days.month == month
        rank = (days.rank[1:-1][rows].argsort().argsort() + 0.5) / rows.sum()
        wanted = (monthly_ratio[month] - floor) / (cap - floor)
        index[rows] = floor + (cap - floor) * _beta_with_mean(rank, clear_sum[rows], wanted, concentration)
    return index


def _beta_with_mean(rank: FloatArray, weight: FloatArray, wanted: float, concentration: float) -> FloatArray:
    """Return the Beta quantiles of `rank` whose weighted mean is `wanted`, by solving the law's mean."""

    def quantiles(mean_ratio: float) -> FloatArray:
        return np.asarray(betaincinv(mean_ratio * concentration, (1.0 - mean_ratio) * concentration, rank))

    def excess(mean_ratio: float) -> float:
        return float(np.average(quantiles(mean_ratio), weights=weight)) - wanted

    low, high = 0.01, 0.99
    if excess(low) >= 0.0:
        return quantiles(low)
    if excess(high) <= 0.0:
        return quantiles(high)
    return quantiles(float(brentq(excess, low, high, xtol=1e-7)))


def index_inside_days(index: FloatArray, clear: FloatArray, year: int, seed: int) -> FloatArray:
    """Return the index on the base grid, shape (days, PER_DAY), each day keeping its own energy.

    A logistic of two wandering noises, fields of clouds and single clouds: wide on broken days, nearly flat
    on clear and on dark ones.
    """
    figures = read_figures("weather.csv")
    floor, cap = figures["step_index_floor"].value, figures["step_index_cap"].value
    wander = _spread_of_days(index)[:, None] * _clouds(clear.shape, _generator(seed, year, 2))
    lit = clear.any(axis=0)
    weight = clear[:, lit] / np.maximum(clear.sum(axis=1, keepdims=True), 1e-9)
    level = _solve_level(wander[:, lit], weight, (index - floor) / (cap - floor))
    return np.asarray(floor + (cap - floor) * expit(level[:, None] + wander))


def _spread_of_days(index: FloatArray) -> FloatArray:
    """Spread of the daily index, largest half-way between the darkest and the clearest."""
    figures = read_figures("weather.csv")
    floor, cap = figures["daily_index_floor"].value, figures["daily_index_cap"].value
    place = np.clip((index - floor) / (cap - floor), 0.0, 1.0)
    broken = (4.0 * place * (1.0 - place)) ** figures["step_spread_power"].value
    return np.asarray(figures["step_spread"].value * np.maximum(broken, figures["step_spread_least"].value))


def _clouds(shape: tuple[int, ...], generator: np.random.Generator) -> FloatArray:
    """Return a noise of unit variance along the day: slow for fields of clouds, fast for single ones."""
    figures = read_figures("weather.csv")
    share = figures["step_fast_share"].value
    slow, fast = (
        _autoregressive(generator.standard_normal(shape), figures[name].value ** (FINE_MINUTES / 30.0))
        for name in ("step_correlation_30min", "step_fast_correlation_30min")
    )
    return np.asarray(np.sqrt(1.0 - share) * slow + np.sqrt(share) * fast)


def _solve_level(wander: FloatArray, weight: FloatArray, wanted: FloatArray) -> FloatArray:
    """Return the level of each day whose weighted mean of `expit(level + wander)` is `wanted`; bisection."""
    low, high = np.full(len(wanted), -30.0), np.full(len(wanted), 30.0)
    for _step in range(36):  # 60 / 2**36: below 1e-9 of the index
        middle = (low + high) / 2.0
        too_high = (weight * expit(middle[:, None] + wander)).sum(axis=1) > wanted
        low, high = np.where(too_high, low, middle), np.where(too_high, middle, high)
    return np.asarray((low + high) / 2.0)


def temperature_c(days: Days, solar_hour: FloatArray, months_c: Sequence[float]) -> FloatArray:
    """Return the air temperature on the base grid: seasons, days and hours, continuous at midnight.

    Args:
        months_c: mean temperature of each month, 12 values.
    """
    figures = read_figures("weather.csv")
    dull, clear = figures["temperature_wave_dull"].value, figures["temperature_wave_clear"].value
    count = len(days.month)
    noons = np.arange(-1, count + 1) + 0.5
    moments = (np.arange(count * PER_DAY) + 0.5) / PER_DAY
    mean = np.interp(moments, noons, days.anomaly_c) + _season_c(moments, count, np.array(months_c))
    half_range = np.interp(moments, noons, dull + (clear - dull) * days.rank)
    wave = np.cos((solar_hour - figures["temperature_wave_hour"].value) * (2.0 * np.pi / 24.0))
    return np.asarray(mean + half_range * wave)


def _season_c(moments: FloatArray, days_in_year: int, monthly: FloatArray) -> FloatArray:
    """Return the normal temperature at `moments` (days since the start), keeping the monthly means."""
    identity = np.eye(12)
    # The mean over a month of the line through three knots is 1/8, 6/8, 1/8 of them.
    means = 0.75 * identity + 0.125 * (np.roll(identity, 1, axis=1) + np.roll(identity, -1, axis=1))
    knots = np.linalg.solve(means, monthly)
    middles = (np.arange(12) + 0.5) / 12.0 * days_in_year
    return np.asarray(np.interp(moments, middles, knots, period=float(days_in_year)))


DAY_SHIFT = timedelta(hours=1)
"""Days of the generator start at 23:00 UTC, midnight of French winter time: a local year is one draw."""

REFERENCE = N_(
    "Ineichen clear sky (pvlib) x Beta index (Graham & Hollands 1990), quarter totals of PVGIS 2005-2020 "
    "(open-solar-france, CC BY 4.0), diffuse by Erbs-Driesse 2024"
)

REFERENCE_OF_A_FILE = N_(
    "Ineichen clear sky (pvlib) x Beta index (Graham & Hollands 1990), months of the file, diffuse by "
    "Erbs-Driesse 2024"
)


def generated_weather(
    steps: Steps,
    position: Position | None = None,
    seed: int = 24,
    *,
    months: MonthlySky | None = None,
    year_ratio: float = 1.0,
) -> Weather:
    """Return the generated sky over `steps`; a part of a year is that part of the same year.

    Args:
        position: the place; None for Bergerac.
        seed: names the sky; the same seed gives the same sky, whatever the period and the step.
        months: of a file; None for those published nearest to the place.
        year_ratio: annual irradiation against the published mean.

    Raises:
        ValueError: steps that do not start on a multiple of 5 minutes.
    """
    place = position or calibrated_position()
    fine = timedelta(minutes=FINE_MINUTES)
    first_year, last_year = ((moment + DAY_SHIFT).year for moment in (steps.start_utc, steps.end_utc - fine))
    first = (steps.start_utc - _year_start(first_year)) / fine
    if first != int(first):
        raise ValueError(_("generated weather starts on a multiple of {n} minutes").format(n=FINE_MINUTES))
    sky = months or published_months(place)
    years = [_year_sky(year, place, seed, year_ratio, sky) for year in range(first_year, last_year + 1)]
    arrays = [mean_over_steps(np.concatenate(parts), int(first), steps) for parts in zip(*years, strict=True)]
    ghi, dni, dhi, temp_air_c = arrays
    wind = np.full(steps.count, read_figures("weather.csv")["wind_speed"].value)
    return Weather(
        steps=steps,
        position=place,
        ghi=ghi,
        dni=dni,
        dhi=dhi,
        temp_air_c=temp_air_c,
        wind_speed_m_s=wind,
        source=_source(sky, seed, year_ratio, is_of_a_file=months is not None),
        reference=_(REFERENCE if months is None else REFERENCE_OF_A_FILE),
        notes=_notes(place, sky),
    )


def calibrated_position() -> Position:
    """Default position of the sky: Bergerac, the first of the published places."""
    figures = read_figures("weather.csv")
    return Position(figures["default_latitude"].value, figures["default_longitude"].value)


def _source(sky: MonthlySky, seed: int, year_ratio: float, *, is_of_a_file: bool) -> str:
    text = _("generated sky, calibrated on the published sunshine of {name}, draw {seed}")
    if is_of_a_file:
        text = _("generated sky, months of the file {name}, draw {seed}")
    source = text.format(name=sky.name, seed=seed)
    if year_ratio == 1.0:
        return source
    return source + _(", sunshine of the year x {factor:.3f}").format(factor=year_ratio)


def _notes(place: Position, sky: MonthlySky) -> tuple[str, ...]:
    km = 0.0 if sky.position is None else distance_km(place, sky.position)
    if km <= read_figures("weather.csv")["calibrated_radius"].value:
        return ()
    message = _(
        "The months of the generated sky are those of {name}, {km:.0f} km away: take PVGIS, a weather "
        "file, or the months of a file (`months` in `[weather]`) for figures to rely on."
    )
    return (message.format(name=sky.name, km=km),)


def _year_start(year: int) -> datetime:
    return datetime(year, 1, 1) - DAY_SHIFT  # noqa: DTZ001 - naive UTC, as everywhere in Steps


@lru_cache(maxsize=2)
def _year_sky(
    year: int, place: Position, seed: int, year_ratio: float, sky: MonthlySky
) -> tuple[FloatArray, ...]:
    """Return ghi, dni, dhi (W/m2) and air temperature (C) of a year on the base grid."""
    days = draw_days(year, seed)
    steps = Steps(_year_start(year), FINE_MINUTES, len(days.month) * PER_DAY)
    clear = clear_sky_ghi(steps, place).reshape(-1, PER_DAY)
    index = daily_index(days, clear.sum(axis=1), [month * year_ratio for month in sky.clear_sky_index])
    ghi = (clear * index_inside_days(index, clear, year, seed)).ravel()
    sun = sun_position(steps, place)
    dni, dhi = split_short_steps(ghi, clear.ravel(), sun, 60 // FINE_MINUTES)
    temperature = temperature_c(days, sun.solar_hour, sky.temperature_c)
    return ghi, dni, dhi, temperature
