"""How a sky varies: the statistics that a generated year and a measured or satellite one are compared by."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from acc.arrays import FloatArray
from acc.steps import Steps

LIT_W_PER_M2 = 100.0
"""Below this clear-sky irradiance an index says little."""

CLEAR_DAY = 0.95
"""A day whose index passes this is a clear day."""

MEASURED: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "daily_sd": (0.24, 0.32),
        "dark_days": (0.02, 0.21),
        "ramp_15": (0.165, 0.177),
        "clear_steps_above_105": (0.05, 0.42),
    }
)
"""Lowest and highest of the measured or satellite years, all against pvlib's Ineichen sky."""


def daily_index(ghi: FloatArray, clear: FloatArray, step_minutes: int) -> FloatArray:
    """Return the clear-sky index of each whole day."""
    per_day = 24 * 60 // step_minutes
    days = len(ghi) // per_day
    light, sky = (values[: days * per_day].reshape(days, per_day).sum(axis=1) for values in (ghi, clear))
    index: FloatArray = light / sky
    return index


def ramp(ghi: FloatArray, clear: FloatArray) -> float:
    """Return the standard deviation of the change of the index from one step to the next, by day."""
    index = np.where(clear > LIT_W_PER_M2, ghi / np.maximum(clear, 1.0), np.nan)
    return float(np.nanstd(np.diff(index)))


def over(ghi: FloatArray, minutes: int, steps: Steps) -> FloatArray:
    """Return the means over `minutes` of values on finer steps."""
    means: FloatArray = ghi.reshape(-1, minutes // steps.step_minutes).mean(axis=1)
    return means


def sky_statistics(ghi: FloatArray, clear: FloatArray, steps: Steps) -> dict[str, float]:
    """Return what is compared, by name; the ramps that the steps allow."""
    daily = daily_index(ghi, clear, steps.step_minutes)
    index = np.where(clear > LIT_W_PER_M2, ghi / np.maximum(clear, 1.0), np.nan)
    per_day = 24 * 60 // steps.step_minutes
    of_clear_days = index[: len(daily) * per_day].reshape(-1, per_day)[daily > CLEAR_DAY]
    lit = of_clear_days[~np.isnan(of_clear_days)]
    ramps = {
        f"ramp_{minutes}": ramp(over(ghi, minutes, steps), over(clear, minutes, steps))
        for minutes in (10, 15, 30, 60)
        if minutes % steps.step_minutes == 0
    }
    return {
        "daily_sd": float(daily.std()),
        "dark_days": float((daily < 0.3).mean()),
        "clear_days": float((daily > CLEAR_DAY).mean()),
        "lag_1": float(np.corrcoef(daily[1:], daily[:-1])[0, 1]),
        **ramps,
        "clear_steps_above_105": float((lit > 1.05).mean()) if len(lit) else 0.0,
        "index_p99": float(np.nanquantile(index, 0.99)),
    }
