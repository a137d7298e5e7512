"""What is summed of loads cell by cell, and what is left of them inside."""

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.batch.needs import some_at_a_time
from acc.steps import Steps
from profiles.reference.shape_library import CELLS, cell_of_steps

TOGETHER_VALUES = 1 << 20
"""Energies copied together to be summed (8 MB): all of a group may be a third of the loads."""


def roughness(load: FloatArray, steps: Steps) -> FloatArray:
    """Return each step of loads (T, N) over the mean of its cell: how a site's days and quarters differ."""
    cell = cell_of_steps(steps)
    return over_means(load, cell, cell_means(load, cell))


def cell_means(load: FloatArray, cell: IntArray) -> FloatArray:
    """Return the mean of loads (T, N) in each cell, (CELLS, N), from the cell of each step."""
    sums = np.stack([np.bincount(cell, column, CELLS) for column in load.T], axis=1)
    means: FloatArray = sums / np.maximum(np.bincount(cell, minlength=CELLS), 1)[:, None]
    return means


def over_means(load: FloatArray, cell: IntArray, means: FloatArray) -> FloatArray:
    """Return some steps of loads (T, N) over the means of their cells; a cell without any load is even."""
    usual = means[cell]
    return np.divide(load, usual, out=np.ones_like(load), where=usual > 0.0)


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
