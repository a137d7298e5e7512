"""The random parts of a generated year: days that follow each other, clouds inside a day, warmth.

Every draw comes from the seed and the calendar year alone, so that a sky does not depend on the period asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from scipy.optimize import brentq
from scipy.special import betaincinv, expit, ndtr

from acc.arrays import FloatArray, IntArray, TimeArray
from profiles.data.sourced_figures import read_figures
from profiles.weather.values import FINE_MINUTES

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


def _chain(year: int, seed: int, kind: int, correlation: float) -> FloatArray:
    """Return a chain of unit variance over the days of `year` and one day on each side."""
    years = (year - 1, year, year + 1)
    # From a year before: what is read does not depend on where the chain starts.
    noise = [_generator(seed, y, kind).standard_normal(len(_dates(y))) for y in years]
    first = len(noise[0]) - 1
    return _autoregressive(np.concatenate(noise), correlation)[first : first + len(noise[1]) + 2]


def _dates(year: int) -> TimeArray:
    return np.arange(np.datetime64(f"{year}-01-01"), np.datetime64(f"{year + 1}-01-01"))


def _generator(seed: int, year: int, kind: int) -> np.random.Generator:
    return np.random.default_rng([seed, year, kind])


def _autoregressive(noise: FloatArray, correlation: float) -> FloatArray:
    """Return an AR(1) chain of unit variance driven by `noise`, along the last axis."""
    scaled = noise * np.sqrt(1.0 - correlation**2)
    # One step of all the chains at a time; scipy.signal would do it, at 0.5 s of import in each process.
    steps = accumulate(np.moveaxis(scaled, -1, 0), lambda past, driven: correlation * past + driven)
    return np.stack(list(steps), axis=-1)


def daily_index(days: Days, clear_sum: FloatArray, months: Sequence[float]) -> FloatArray:
    """Return the clear-sky index of each day, each month having the index of `months` (12 values).

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
        wanted = (months[month] - floor) / (cap - floor)
        index[rows] = floor + (cap - floor) * _beta_with_mean(rank, clear_sum[rows], wanted, concentration)
    return index


def _beta_with_mean(rank: FloatArray, weight: FloatArray, wanted: float, concentration: float) -> FloatArray:
    """Return the Beta quantiles of `rank` whose weighted mean is `wanted`, by solving the law's mean."""

    def quantiles(mean: float) -> FloatArray:
        values: FloatArray = betaincinv(mean * concentration, (1.0 - mean) * concentration, rank)
        return values

    def excess(mean: float) -> float:
        return float(np.average(quantiles(mean), weights=weight)) - wanted

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
    inside: FloatArray = floor + (cap - floor) * expit(level[:, None] + wander)
    return inside


def _spread_of_days(index: FloatArray) -> FloatArray:
    """Spread of the daily index, largest half-way between the darkest and the clearest."""
    figures = read_figures("weather.csv")
    floor, cap = figures["daily_index_floor"].value, figures["daily_index_cap"].value
    place = np.clip((index - floor) / (cap - floor), 0.0, 1.0)
    broken = (4.0 * place * (1.0 - place)) ** figures["step_spread_power"].value
    spread: FloatArray = figures["step_spread"].value * np.maximum(broken, figures["step_spread_least"].value)
    return spread


def _clouds(shape: tuple[int, ...], generator: np.random.Generator) -> FloatArray:
    """Return a noise of unit variance along the day: slow for fields of clouds, fast for single ones."""
    figures = read_figures("weather.csv")
    share = figures["step_fast_share"].value
    slow, fast = (
        _autoregressive(generator.standard_normal(shape), figures[name].value ** (FINE_MINUTES / 30.0))
        for name in ("step_correlation_30min", "step_fast_correlation_30min")
    )
    noise: FloatArray = np.sqrt(1.0 - share) * slow + np.sqrt(share) * fast
    return noise


def _solve_level(wander: FloatArray, weight: FloatArray, wanted: FloatArray) -> FloatArray:
    """Return the level of each day whose weighted mean of `expit(level + wander)` is `wanted`; bisection."""
    low, high = np.full(len(wanted), -30.0), np.full(len(wanted), 30.0)
    for _step in range(36):  # 60 / 2**36: below 1e-9 of the index
        middle = (low + high) / 2.0
        too_high = (weight * expit(middle[:, None] + wander)).sum(axis=1) > wanted
        low, high = np.where(too_high, low, middle), np.where(too_high, middle, high)
    level: FloatArray = (low + high) / 2.0
    return level


def temperature_c(days: Days, solar_hour: FloatArray, months: Sequence[float]) -> FloatArray:
    """Return the air temperature on the base grid: seasons, days and hours, continuous at midnight.

    Args:
        months: mean temperature of each month, 12 values.
    """
    figures = read_figures("weather.csv")
    dull, clear = figures["temperature_wave_dull"].value, figures["temperature_wave_clear"].value
    count = len(days.month)
    noons = np.arange(-1, count + 1) + 0.5
    moments = (np.arange(count * PER_DAY) + 0.5) / PER_DAY
    mean = np.interp(moments, noons, days.anomaly_c) + _season_c(moments, count, np.array(months))
    half_range = np.interp(moments, noons, dull + (clear - dull) * days.rank)
    wave = np.cos((solar_hour - figures["temperature_wave_hour"].value) * (2.0 * np.pi / 24.0))
    temperature: FloatArray = mean + half_range * wave
    return temperature


def _season_c(moments: FloatArray, days_in_year: int, monthly: FloatArray) -> FloatArray:
    """Return the normal temperature at `moments` (days since the start), keeping the monthly means."""
    identity = np.eye(12)
    # The mean over a month of the line through three knots is 1/8, 6/8, 1/8 of them.
    means = 0.75 * identity + 0.125 * (np.roll(identity, 1, axis=1) + np.roll(identity, -1, axis=1))
    knots = np.linalg.solve(means, monthly)
    middles = (np.arange(12) + 0.5) / 12.0 * days_in_year
    season: FloatArray = np.interp(moments, middles, knots, period=float(days_in_year))
    return season
