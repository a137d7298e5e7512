"""From hourly irradiance to shorter steps: inside each hour the light follows the sun, its energy is kept.

The index (irradiance over the sine of the sun's height) is interpolated from hour to hour, then each
hour is brought back to its own energy: a mean-preserving interpolation. It adds no clouds: shared energy
on 15-min steps comes out a little high.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.sites import Position
from acc.steps import Steps
from profiles.weather.hour_mapping import Hours
from profiles.weather.irradiance import LOWEST_COS_ZENITH, split_global
from profiles.weather.sun import middles_utc, sun_position
from profiles.weather.values import FINE_MINUTES, mean_over_steps

GRAZING_SINE = 0.03
"""An hour whose sun is lower on average has no index of its own to hand to its neighbours."""

NO_LIGHT_W_PER_M2 = 1e-9
"""Below it an hour has no shape to follow."""


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """Irradiance on the steps asked, W/m2, shape (T,) each."""

    ghi: FloatArray
    dni: FloatArray
    dhi: FloatArray


def light_on_steps(hours: Hours, light_minutes: float, steps: Steps, position: Position) -> Light:
    """Return the irradiance of `hours` on `steps`; each hour stands around `light_minutes` past its start."""
    fine = _fine_steps(steps)
    sun = sun_position(fine, position)
    sine = np.maximum(np.cos(np.radians(sun.zenith_deg)), 0.0)
    centres: FloatArray = np.arange(len(hours.ghi), dtype=np.float64) + light_minutes / 60.0
    moments: FloatArray = (middles_utc(fine) - hours.first_utc).astype(np.float64) / 3600.0
    hour_of = np.clip(np.floor(moments - centres[0] + 0.5), 0, len(centres) - 1).astype(np.int64)
    dhi_h = hours.dhi
    if dhi_h is None:
        sine_h = _hour_means(sine, hour_of, len(centres))
        extra_h = _hour_means(sun.extra_w_per_m2, hour_of, len(centres))
        dhi_h = split_global(hours.ghi, np.degrees(np.arccos(sine_h)), extra_h)[1]
    dhi_h = np.minimum(dhi_h, hours.ghi)
    diffuse = spread_hours(dhi_h, sine, hour_of, centres, moments)
    beam = spread_hours(hours.ghi - dhi_h, sine, hour_of, centres, moments)
    high = sine > LOWEST_COS_ZENITH
    # Beam under 3 degrees of height is handed to the diffuse: divided by its sine it would run away.
    diffuse = np.where(high, diffuse, diffuse + beam)
    dni = np.divide(beam, sine, out=np.zeros_like(beam), where=high)
    ghi = np.where(high, diffuse + beam, diffuse)
    first = (steps.start_utc - fine.start_utc) // timedelta(minutes=FINE_MINUTES)
    return Light(*(mean_over_steps(values, first, steps) for values in (ghi, dni, diffuse)))


def air_on_steps(values: FloatArray, air_minutes: float, hours: Hours, steps: Steps) -> FloatArray:
    """Return hourly temperature or wind interpolated to the middle of each step, shape (T,)."""
    moments = (middles_utc(steps) - hours.first_utc).astype(np.float64) / 3600.0
    air: FloatArray = np.interp(moments, np.arange(len(values)) + air_minutes / 60.0, values)
    return air


def spread_hours(
    hourly: FloatArray, sine: FloatArray, hour_of: IntArray, centres: FloatArray, moments: FloatArray
) -> FloatArray:
    """Return `hourly` on the fine grid, along the sine of the sun's height, the mean of each hour kept.

    Args:
        hourly: mean of each hour, shape (h,).
        sine: of the sun's height on the fine grid, 0 at night, shape (f,).
        hour_of: the hour each fine moment belongs to, shape (f,).
        centres, moments: of the hours, (h,), and of the fine grid, (f,), in hours from the same origin.
    """
    sine_h = _hour_means(sine, hour_of, len(hourly))
    lit = sine_h > GRAZING_SINE
    index = np.divide(hourly, sine_h, out=np.zeros_like(hourly), where=lit)
    values = sine * np.interp(moments, centres[lit], index[lit]) if lit.any() else np.zeros_like(sine)
    spread_h = _hour_means(values, hour_of, len(hourly))
    has_sun = spread_h > NO_LIGHT_W_PER_M2
    scale = np.divide(hourly, spread_h, out=np.zeros_like(hourly), where=has_sun)
    # What the file gives in an hour without sun (twilight, rounding) is spread evenly.
    flat = np.where(has_sun, 0.0, hourly)
    spread: FloatArray = values * scale[hour_of] + flat[hour_of]
    return spread


def _hour_means(values: FloatArray, hour_of: IntArray, count: int) -> FloatArray:
    totals = np.bincount(hour_of, weights=values, minlength=count)
    means: FloatArray = totals / np.maximum(np.bincount(hour_of, minlength=count), 1)
    return means


def _fine_steps(steps: Steps) -> Steps:
    """Return the fine grid over the period and an hour on each side, in line with the steps."""
    margin = timedelta(minutes=60)
    count = (steps.end_utc - steps.start_utc + 2 * margin) // timedelta(minutes=FINE_MINUTES)
    return Steps(steps.start_utc - margin, FINE_MINUTES, count)
