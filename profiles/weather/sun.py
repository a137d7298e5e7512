"""Where the sun stands at each step, what a cloudless sky gives, beam and diffuse parts of a global."""

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from pvlib.atmosphere import alt2pres, get_absolute_airmass, get_relative_airmass
from pvlib.clearsky import ineichen, lookup_linke_turbidity
from pvlib.irradiance import erbs_driesse, get_extra_radiation
from pvlib.location import lookup_altitude
from pvlib.solarposition import ephemeris

from acc.arrays import FloatArray, TimeArray
from acc.sites import Position
from acc.steps import Steps
from profiles.data.sourced_figures import read_figures

SHARED_WITHIN_KM = 20.0
"""The sun of the weather's place serves every plant nearer than this (0.2 degree, one minute at most)."""

EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True, slots=True, eq=False)
class Sun:
    """The sun at the middle of each step, arrays of shape (T,).

    Attributes:
        zenith_deg: angle from the vertical, without refraction.
        apparent_zenith_deg: as seen, refraction included; below 90 the sun is up.
        azimuth_deg: clockwise from north, 180 = south.
        solar_hour: 12.0 when the sun crosses the meridian.
        extra_w_per_m2: irradiance normal to the rays outside the atmosphere.
    """

    zenith_deg: FloatArray
    apparent_zenith_deg: FloatArray
    azimuth_deg: FloatArray
    solar_hour: FloatArray
    extra_w_per_m2: FloatArray


@lru_cache(maxsize=8)
def sun_position(steps: Steps, position: Position) -> Sun:
    """Return the sun at the middle of each step, kept in memory for the plants that follow.

    pvlib's `ephemeris`: at most 0.011 degree from the NREL algorithm, annual yield within 0.001 %.

    >>> from datetime import datetime
    >>> noon = Steps(datetime(2025, 6, 21, 11, 55), 10, 1)
    >>> sun = sun_position(noon, Position(45.0, 0.0))
    >>> float(sun.zenith_deg[0].round(1)), float(sun.azimuth_deg[0].round())  # latitude - 23.44, due south
    (21.6, 179.0)
    """
    middle = middles_utc(steps)
    frame = _ephemeris(middle, position)
    sun = Sun(
        frame["zenith"].to_numpy(),
        frame["apparent_zenith"].to_numpy(),
        frame["azimuth"].to_numpy(),
        frame["solar_time"].to_numpy() % 24.0,
        extra_w_per_m2(middle),
    )
    for name in Sun.__slots__:
        getattr(sun, name).flags.writeable = False
    return sun


def zenith_at(moments_utc: TimeArray, position: Position) -> FloatArray:
    """Return the angle of the sun from the vertical at any moments of UTC, degrees, shape (n,)."""
    return np.asarray(_ephemeris(moments_utc, position)["zenith"].to_numpy(dtype=np.float64))


def _ephemeris(moments_utc: TimeArray, position: Position) -> pd.DataFrame:
    with pvlib_on_pandas_3():
        return ephemeris(
            pd.DatetimeIndex(moments_utc, tz="UTC"), position.latitude_deg, position.longitude_deg
        )


@contextmanager
def pvlib_on_pandas_3() -> Iterator[None]:
    """Let pvlib 0.16 read `DatetimeIndex.dayofyear`, which pandas 3.1 renamed; the value is the same."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="DatetimeIndex.dayofyear", category=DeprecationWarning)
        yield


def middles_utc(steps: Steps) -> TimeArray:
    """Return the middle of each step in UTC, datetime64[s], shape (T,)."""
    first = np.datetime64(steps.start_utc, "s") + np.timedelta64(steps.step_minutes * 30, "s")
    return first + np.arange(steps.count) * np.timedelta64(steps.step_minutes * 60, "s")


def extra_w_per_m2(moments_utc: TimeArray) -> FloatArray:
    """Return the irradiance normal to the rays outside the atmosphere (Spencer 1971), shape (T,)."""
    days, day_of_step = np.unique(moments_utc.astype("datetime64[D]"), return_inverse=True)
    day_of_year = (days - days.astype("datetime64[Y]")).astype(np.int64) + 1
    values: FloatArray = np.asarray(get_extra_radiation(day_of_year), dtype=np.float64)
    return values[day_of_step]


def distance_km(a: Position, b: Position) -> float:
    """Return the great-circle distance, good enough to choose a weather place, not to check a perimeter.

    >>> round(distance_km(Position(44.85, 0.48), Position(44.84, -0.58)))  # Bergerac to Bordeaux
    84
    """
    half_lat = math.radians(b.latitude_deg - a.latitude_deg) / 2.0
    half_lon = math.radians(b.longitude_deg - a.longitude_deg) / 2.0
    cosines = math.cos(math.radians(a.latitude_deg)) * math.cos(math.radians(b.latitude_deg))
    h = math.sin(half_lat) ** 2 + cosines * math.sin(half_lon) ** 2
    return 2.0 * EARTH_RADIUS_KM * math.asin(math.sqrt(h))


REFERENCE = "Ineichen & Perez 2002, Solar Energy 73(3):151, with the Linke turbidity climatology of pvlib"


@lru_cache(maxsize=4)
def clear_sky_ghi(steps: Steps, position: Position) -> FloatArray:
    """Return the cloudless global horizontal irradiance at the middle of each step, W/m2, shape (T,).

    Kept, since every draw of a year's sky dims the same one.
    """
    sun = sun_position(steps, position)
    up = sun.apparent_zenith_deg < 90.0
    zenith = sun.apparent_zenith_deg[up]
    altitude = lookup_altitude(position.latitude_deg, position.longitude_deg)
    airmass = get_absolute_airmass(get_relative_airmass(zenith), alt2pres(altitude))
    turbidity = _turbidity(steps, position)[up]
    ghi = np.zeros(steps.count)
    ghi[up] = ineichen(zenith, airmass, turbidity, altitude, sun.extra_w_per_m2[up])["ghi"]
    ghi.flags.writeable = False
    return ghi


def _turbidity(steps: Steps, position: Position) -> FloatArray:
    days, day_of_step = np.unique(middles_utc(steps).astype("datetime64[D]"), return_inverse=True)
    index = pd.DatetimeIndex(days, tz="UTC")
    with pvlib_on_pandas_3():
        daily = lookup_linke_turbidity(index, position.latitude_deg, position.longitude_deg)
    return np.asarray(daily.to_numpy(dtype=np.float64)[day_of_step])


LOWEST_COS_ZENITH = 0.05
"""Below 3 degrees of elevation everything is diffuse: a beam divided by its cosine would run away."""


def split_global(ghi: FloatArray, zenith_deg: FloatArray, extra: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return beam normal and diffuse horizontal irradiance of hourly means `ghi`, W/m2, shape (T,).

    Driesse et al. 2024, Solar Energy 267:112093: the continuous form of Erbs, Klein & Duffie 1982.
    """
    dni, dhi = np.zeros_like(ghi), ghi.copy()
    lit = (ghi > 0.0) & (zenith_deg < 90.0)
    parts = erbs_driesse(ghi[lit], zenith_deg[lit], dni_extra=extra[lit])
    dni[lit], dhi[lit] = parts["dni"], parts["dhi"]
    return dni, dhi


def split_short_steps(
    ghi: FloatArray, clear: FloatArray, sun: Sun, per_hour: int
) -> tuple[FloatArray, FloatArray]:
    """Return beam normal and diffuse horizontal irradiance on steps shorter than an hour, W/m2, shape (T,).

    The model was fitted on hourly means: the diffuse of the hour comes from it, follows the clear sky
    `clear` inside the hour, and never passes the global; the beam is the rest. What the model misses of the
    diffuse measured (`diffuse_factor`) is added.
    """
    cosine = np.maximum(np.cos(np.radians(sun.zenith_deg)), 0.0)
    hourly = [
        values.reshape(-1, per_hour).mean(axis=1) for values in (ghi, clear, cosine, sun.extra_w_per_m2)
    ]
    ghi_h, clear_h, cosine_h, extra_h = hourly
    factor = read_figures("weather.csv")["diffuse_factor"].value
    dhi_h = np.minimum(factor * split_global(ghi_h, np.degrees(np.arccos(cosine_h)), extra_h)[1], ghi_h)
    of_clear = np.divide(dhi_h, clear_h, out=np.zeros_like(dhi_h), where=clear_h > 0.0)
    dhi = np.minimum(np.repeat(of_clear, per_hour) * clear, ghi)
    high = cosine > LOWEST_COS_ZENITH
    dhi = np.where(high, dhi, ghi)
    dni = np.divide(ghi - dhi, cosine, out=np.zeros_like(ghi), where=high)
    return dni, dhi
