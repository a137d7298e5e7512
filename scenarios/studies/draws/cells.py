"""The cells of a year in which the shape of a load is drawn: month, weekday or weekend, hour of the clock."""

from functools import lru_cache

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.batch.needs import some_at_a_time
from acc.steps import Steps, local_calendar

TOGETHER_VALUES = 1 << 20
"""Energies copied together to be summed (8 MB): all of a group may be a third of the loads."""

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
    """Return how many hours of an average year lie in each cell, shape (CELLS,)."""
    days = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    parts = np.array([5.0, 2.0]) / 7.0
    return _fixed(np.repeat(np.outer(days, parts).ravel(), HOURS))


def _fixed(values: FloatArray) -> FloatArray:
    values.flags.writeable = False
    return values


def roughness(load: FloatArray, steps: Steps) -> FloatArray:
    """Return each step of loads (T, N) over the mean of its hour: what is left of a curve inside its cells.

    An hour without any load counts as even.
    """
    per_hour = max(1, 60 // steps.step_minutes)
    whole = len(load) // per_hour * per_hour
    rough = np.ones_like(load)
    hours = load[:whole].reshape(-1, per_hour, load.shape[1])
    mean = np.broadcast_to(hours.mean(axis=1, keepdims=True), hours.shape)
    even = np.divide(hours, mean, out=np.ones_like(hours), where=mean > 0.0)
    rough[:whole] = even.reshape(whole, load.shape[1])
    return rough


def sums_by_group(kwh: FloatArray, group: IntArray, count: int) -> FloatArray:
    """Return the sums (columns, G) of (T, columns) over each group of steps.

    No matrix product: its last bits change with the threads of BLAS, and the bytes of a sweep with them.
    """
    sums = np.zeros((count, kwh.shape[1]))
    for g in range(count):
        rows = np.flatnonzero(group == g)
        for some in some_at_a_time(0, len(rows), max(1, TOGETHER_VALUES // max(1, kwh.shape[1]))):
            sums[g] += kwh[rows[some]].sum(axis=0)
    return np.ascontiguousarray(sums.T)
