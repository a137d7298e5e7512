"""What a plane yields over a year, relative to one another: a table of planes, straight lines between."""

from functools import lru_cache

import numpy as np

from acc.arrays import FloatArray
from profiles.data.sourced_figures import table_rows


@lru_cache(maxsize=4096)
def plane_yield(tilt_deg: float, azimuth_deg: float) -> float:
    """Return the yearly yield of a plane over that of 30 degrees south.

    East and west count alike.

    >>> round(plane_yield(30.0, 180.0), 3), plane_yield(20.0, 90.0) == plane_yield(20.0, 270.0)
    (1.0, True)
    """
    tilts, offsets, table = _table()
    offset = abs((azimuth_deg - 180.0 + 180.0) % 360.0 - 180.0)
    below = min(max(int(np.searchsorted(tilts, tilt_deg)) - 1, 0), len(tilts) - 2)
    around = slice(below, below + 2)  # the two rows that count, since draws ask for thousands of planes
    yields = [np.interp(offset, offsets, row) for row in table[around]]
    return float(np.interp(tilt_deg, tilts[around], yields))


@lru_cache(maxsize=1)
def _table() -> tuple[FloatArray, FloatArray, FloatArray]:
    rows = table_rows("plane_yields.csv")
    tilts = np.array([float(row["tilt_deg"]) for row in rows])
    names = [name for name in rows[0] if name.startswith("from_south_")]
    offsets = np.array([float(name.removeprefix("from_south_").removesuffix("_deg")) for name in names])
    return tilts, offsets, np.array([[float(row[name]) for name in names] for row in rows])
