"""A generated weather year: no file, no network, any step, the published months of the nearest place.

A clear sky (`clear_sky`) is dimmed by a random index. Each day draws its index from a Beta law, days
following each other by a Gaussian AR(1) copula; the mean of the law is solved month by month, so that
the month has its irradiation while no day passes the cap of the index. Inside a day the index wanders
between its own bounds, and is solved so that the day keeps its energy.

References: Graham & Hollands 1990, Solar Energy 44(6):333 (Beta law, AR(1)); Aguiar &
Collares-Pereira 1992, Solar Energy 48(3):157 (inside the day); figures in `data/weather.csv`.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray
from acc.i18n import N_
from acc.sites import Position
from acc.steps import Steps
from profiles.data.sourced_figures import read_figures
from profiles.weather.clear_sky import clear_sky_ghi
from profiles.weather.irradiance import split_short_steps
from profiles.weather.monthly_sky import MonthlySky, published_months
from profiles.weather.sun import distance_km, sun_position
from profiles.weather.synthetic_sky import (
    PER_DAY,
    daily_index,
    draw_days,
    index_inside_days,
    temperature_c,
)
from profiles.weather.values import FINE_MINUTES, Weather, mean_over_steps

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
    year_factor: float = 1.0,
) -> Weather:
    """Return the generated sky over `steps`; a part of a year is that part of the same year.

    Args:
        position: the place; None for Bergerac.
        seed: names the sky; the same seed gives the same sky, whatever the period and the step.
        months: of a file; None for those published nearest to the place.
        year_factor: annual irradiation against the published mean.

    Raises:
        ValueError: steps that do not start on a multiple of 5 minutes.
    """
    place = position or calibrated_position()
    first = (steps.start_utc - _year_start(_generator_year(steps.start_utc))) / timedelta(
        minutes=FINE_MINUTES
    )
    if first != int(first):
        raise ValueError(_("generated weather starts on a multiple of {n} minutes").format(n=FINE_MINUTES))
    sky = months or published_months(place)
    years = [_year_sky(year, place, seed, year_factor, sky) for year in _generator_years(steps)]
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
        source=_source(sky, seed, year_factor, is_of_a_file=months is not None),
        reference=_(REFERENCE if months is None else REFERENCE_OF_A_FILE),
        notes=_notes(place, sky),
    )


def calibrated_position() -> Position:
    """Default position of the sky: Bergerac, the first of the published places."""
    figures = read_figures("weather.csv")
    return Position(figures["default_latitude"].value, figures["default_longitude"].value)


def _source(sky: MonthlySky, seed: int, year_factor: float, *, is_of_a_file: bool) -> str:
    if is_of_a_file:
        text = _("generated sky, months of the file {name}, draw {seed}")
    else:
        text = _("generated sky, calibrated on the published sunshine of {name}, draw {seed}")
    source = text.format(name=sky.name, seed=seed)
    if year_factor == 1.0:
        return source
    return source + _(", sunshine of the year x {factor:.3f}").format(factor=year_factor)


def _notes(place: Position, sky: MonthlySky) -> tuple[str, ...]:
    km = 0.0 if sky.position is None else distance_km(place, sky.position)
    if km <= read_figures("weather.csv")["calibrated_radius"].value:
        return ()
    return (
        _(
            "The months of the generated sky are those of {name}, {km:.0f} km away: take PVGIS, a weather "
            "file, or the months of a file (`months` in `[weather]`) for figures to rely on."
        ).format(name=sky.name, km=km),
    )


def _generator_year(moment_utc: datetime) -> int:
    return (moment_utc + DAY_SHIFT).year


def _generator_years(steps: Steps) -> range:
    last = steps.end_utc - timedelta(minutes=FINE_MINUTES)
    return range(_generator_year(steps.start_utc), _generator_year(last) + 1)


def _year_start(year: int) -> datetime:
    return datetime(year, 1, 1) - DAY_SHIFT  # noqa: DTZ001 - naive UTC, as everywhere in Steps


@lru_cache(maxsize=2)
def _year_sky(
    year: int, place: Position, seed: int, factor: float, sky: MonthlySky
) -> tuple[FloatArray, ...]:
    """Return ghi, dni, dhi (W/m2) and air temperature (C) of a year on the base grid."""
    days = draw_days(year, seed)
    steps = Steps(_year_start(year), FINE_MINUTES, len(days.month) * PER_DAY)
    clear = clear_sky_ghi(steps, place).reshape(-1, PER_DAY)
    index = daily_index(days, clear.sum(axis=1), [month * factor for month in sky.clear_sky_index])
    ghi = (clear * index_inside_days(index, clear, year, seed)).ravel()
    sun = sun_position(steps, place)
    dni, dhi = split_short_steps(ghi, clear.ravel(), sun, 60 // FINE_MINUTES)
    temperature = temperature_c(days, sun.solar_hour, sky.temperature_c)
    return ghi, dni, dhi, temperature
