"""What is summed of loads cell by cell, and what is left of them inside."""

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.batch.needs import some_at_a_time
from acc.steps import Steps

TOGETHER_VALUES = 1 << 20
"""Energies copied together to be summed (8 MB): all of a group may be a third of the loads."""


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
