"""What is summed of loads cell by cell, and what is left of them inside."""

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.batch.needs import some_at_a_time
from acc.steps import Steps
from profiles.reference.cells import CELLS, cell_of_steps

TOGETHER_VALUES = 1 << 20
"""Energies copied together to be summed (8 MB): all of a group may be a third of the loads."""


def roughness(load: FloatArray, steps: Steps) -> FloatArray:
    """Return each step of loads (T, N) over the mean of its cell: how a site's days and quarters differ.

    A cell without any load counts as even.
    """
    cell = cell_of_steps(steps)
    mean = sums_by_group(load, cell, CELLS).T / np.maximum(np.bincount(cell, minlength=CELLS), 1)[:, None]
    mean = mean[cell]
    return np.divide(load, mean, out=np.ones_like(load), where=mean > 0.0)


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
