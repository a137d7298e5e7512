"""The cells of a year in which measured shapes are kept: month, weekday or weekend, hour of the clock."""

from functools import lru_cache

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.steps import Steps, local_calendar

MONTHS, KINDS_OF_DAY, HOURS = 12, 2, 24
CELLS = MONTHS * KINDS_OF_DAY * HOURS
SATURDAY = 5
DAYTIME = slice(9, 17)
"""Hours of the clock when panels make most: what a shape does to an operation, in one figure."""


def cell_of_steps(steps: Steps) -> IntArray:
    """Return the cell of each step on the local clock, shape (T,).

    >>> from datetime import date
    >>> cell_of_steps(Steps.between(date(2025, 2, 1), date(2025, 2, 2), 60))[:3].tolist()  # a Saturday
    [72, 73, 74]
    """
    calendar = local_calendar(steps)
    weekend = calendar.weekday >= SATURDAY
    cell: IntArray = ((calendar.month - 1) * KINDS_OF_DAY + weekend) * HOURS + calendar.minute // 60
    return cell


@lru_cache(maxsize=1)
def usual_hours() -> FloatArray:
    """Hours of each cell in an average year, (CELLS,)."""
    days = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    parts = np.array([5.0, 2.0]) / 7.0
    return _fixed(np.repeat(np.outer(days, parts).ravel(), HOURS))


def _fixed(values: FloatArray) -> FloatArray:
    values.flags.writeable = False
    return values
