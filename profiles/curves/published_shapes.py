"""Shapes that Enedis publishes (coefficients of profiles, regional means) as curves to scale to a bill."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from acc.problem import InputError
from profiles.curves.formats.enedis_open_data import Shape, read_profile_coefficients, read_regional_means
from profiles.curves.read import Curve


def read_shapes(path: Path) -> Mapping[str, Shape]:
    """Return the shapes of either file of Enedis, by name.

    Raises:
        InputError: neither of the two files, or cells that cannot be read.
    """
    try:
        return read_profile_coefficients(path)
    except InputError as fault:
        try:
            return read_regional_means(path)
        except InputError:
            raise fault from None


def shape_curve(shape: Shape, source: str) -> Curve:
    """Return a shape as a curve of 1 kWh in all, for `profiles.curves.resample.to_steps`."""
    count = len(shape.starts_utc)
    return Curve(
        starts_utc=shape.starts_utc,
        minutes=np.full(count, shape.step_minutes, dtype=np.int64),
        energy_kwh=shape.scaled_kwh(1.0),
        estimated=np.zeros(count, dtype=np.bool_),
        unit="kWh",
        format="reference",
        prm=None,
        kind="consumption",
        column="",
        source=source,
    )
