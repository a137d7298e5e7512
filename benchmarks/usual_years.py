"""Make `profiles/data/usual_years.npz` again, when a use of a profile, its normals or its days changed.

`python -m benchmarks.usual_years`: kWh of each profile by month, kind of day and hour of a usual year.
"""

import numpy as np

from acc.arrays import FloatArray
from profiles.reference.kinds import PROFILES, Driver, uses_of
from profiles.reference.load import BERGERAC
from profiles.reference.shape_library import CELLS, USUAL_YEARS, cell_of_steps
from profiles.reference.shapes import normal_temperature_c, surroundings_of, use_shape, year_of

USUAL_YEAR = 2025
"""Whose days stand for any year's where only mean powers count."""


def usual_year_kwh(kind: str) -> FloatArray:
    """Return what heats of a kind and all that it uses by cell, for 1 kWh in the year, shape (2, CELLS)."""
    year = year_of(USUAL_YEAR)
    around = surroundings_of(year, BERGERAC, normal_temperature_c(USUAL_YEAR))
    heating, total = np.zeros(year.steps.count), np.zeros(year.steps.count)
    for use in uses_of(kind):
        kwh = use.share_ratio * use_shape(use, around, 0.0) / year.steps.count
        total += kwh
        if use.driver is Driver.HEATING:
            heating += kwh
    cell = cell_of_steps(year.steps)
    return np.array([np.bincount(cell, kwh, CELLS) for kwh in (heating, total)])


def main() -> None:
    """Write the table."""
    years = {kind: usual_year_kwh(kind) for kind in PROFILES}
    np.savez_compressed(USUAL_YEARS, allow_pickle=False, **years)


if __name__ == "__main__":
    main()
