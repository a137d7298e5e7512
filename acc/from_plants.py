"""From which plant a local kWh comes: the one convention, for bills, exports and batches."""

from itertools import pairwise

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.water_filling import divided

BLOCK_VALUES = 1 << 20
"""Energies looked at together where plants are apart: little is copied (8 MB)."""

POOLED_VALUES = 1 << 18
"""The same of a pool: they are read twice, and stay in cache (2 MB)."""


def from_plants(plant_kwh: FloatArray, received_kwh: FloatArray, group: IntArray, count: int) -> FloatArray:
    """Return the kWh that went from each plant to each participant in each group, shape (count, M, N).

    Pooled keys split what a participant receives between the plants in proportion to their injection of
    the step (a convention: no text of Enedis was found).

    Args:
        plant_kwh: injected by each plant, shape (T, M).
        received_kwh: by each participant, shape (T, N), or plant by plant where that was settled, shape
            (T, M, N): see `Allocation.finest_kwh`.
        group: group of each step (a month, a tariff slot), 0 to count - 1, shape (T,).

    >>> plants, received = np.array([[3.0, 1.0]]), np.array([[1.0, 2.0]])
    >>> from_plants(plants, received, np.array([0]), 1).tolist()
    [[[0.75, 1.5], [0.25, 0.5]]]
    """
    sums = np.zeros((count, plant_kwh.shape[1], received_kwh.shape[-1]))
    lit = np.flatnonzero(plant_kwh.any(axis=1))
    order = lit[np.argsort(group[lit], kind="stable")]
    starts = np.searchsorted(group[order], np.arange(count + 1))
    width = max(1, received_kwh[0].size if len(received_kwh) else 1)
    height = max(1, (POOLED_VALUES if received_kwh.ndim == 2 else BLOCK_VALUES) // width)
    for index, (start, stop) in enumerate(pairwise(starts)):
        for first in range(start, stop, height):
            rows = order[first : min(first + height, stop)]
            if received_kwh.ndim == 2:
                block_kwh = plant_kwh[rows]
                part = divided(block_kwh, block_kwh.sum(axis=1, keepdims=True))
                sums[index] += part.T @ received_kwh[rows]
            else:
                sums[index] += received_kwh[rows].sum(axis=0)
    return sums
