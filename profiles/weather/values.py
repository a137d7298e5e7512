"""A weather year on the steps of an operation: the same sky for every plant of a perimeter."""

from dataclasses import dataclass
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray
from acc.sites import Position
from acc.steps import Steps

ARRAYS = ("ghi", "dni", "dhi", "temp_air_c", "wind_speed_m_s")

FINE_MINUTES = 5
"""Skies are drawn and spread on this grid, then averaged to the steps asked: every step has the same sky."""


def mean_over_steps(fine: FloatArray, first: int, steps: Steps) -> FloatArray:
    """Return the means over `steps`, (T,), of values on the fine grid whose first step starts at `first`."""
    per_step = steps.step_minutes // FINE_MINUTES
    part = fine[first : first + steps.count * per_step]
    return np.asarray(part.reshape(steps.count, per_step).mean(axis=1))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weather:
    """Means over each step, arrays of shape (T,).

    Attributes:
        ghi, dni, dhi: global horizontal, beam normal and diffuse horizontal irradiance, W/m2.
        temp_air_c: air temperature at 2 m, degrees Celsius.
        wind_speed_m_s: wind speed, m/s.
        source: one line for a person, already translated.
        reference: where the data or the method come from.
        notes: what to read with care, already translated.

    Raises:
        ValueError: an array that does not fit the steps, or holds a missing or negative irradiance.
    """

    steps: Steps
    position: Position
    ghi: FloatArray
    dni: FloatArray
    dhi: FloatArray
    temp_air_c: FloatArray
    wind_speed_m_s: FloatArray
    source: str
    reference: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ARRAYS:
            values = getattr(self, name)
            if values.shape != (self.steps.count,):
                raise ValueError(_("{name} of the weather does not have one value a step").format(name=name))
            # not (min >= low) is also true for NaN: missing is not zero, and must not pass.
            if not values.min() >= (-90.0 if name == "temp_air_c" else 0.0):
                raise ValueError(_("{name} of the weather is missing or out of bounds").format(name=name))

    @property
    def ghi_kwh_per_m2(self) -> float:
        """Global horizontal irradiation of the whole period."""
        return float(self.ghi.sum()) * self.steps.hours / 1000.0

    @property
    def mean_temp_air_c(self) -> float:
        """Mean air temperature of the period."""
        return float(self.temp_air_c.mean())
