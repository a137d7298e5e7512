"""How bright and how warm each month is at a place: published, or read in a file that a person gives.

What is published are quarters; the months between are the smoothest cyclic curve that keeps them.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray
from acc.problem import InputError, Problem
from acc.sites import Position
from acc.steps import Steps, local_calendar
from profiles.data.sourced_figures import table_rows
from profiles.weather.clear_sky import clear_sky_ghi
from profiles.weather.formats import WeatherRecord
from profiles.weather.sun import distance_km

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
    return tuple(
        PublishedPlace(
            row["name"],
            Position(float(row["latitude_deg"]), float(row["longitude_deg"])),
            tuple(float(row[f"ghi_q{n}"]) for n in range(1, 5)),
            tuple(float(row[f"temperature_q{n}"]) for n in range(1, 5)),
        )
        for row in table_rows("sunshine.csv")
    )


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
    months: FloatArray = np.linalg.solve(system, np.concatenate([np.zeros(12), quarter_sums]))[:12]
    return months


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
