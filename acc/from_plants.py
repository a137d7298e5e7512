"""From which plant a local kWh comes: the one convention, for bills, exports and batches."""

from itertools import pairwise, product

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.water_filling import divided

BLOCK_VALUES = 1 << 20
"""Energies looked at together where plants are apart: little is copied (8 MB)."""

POOLED_VALUES = 1 << 16
"""The same of a pool: they are read twice, and stay in cache (512 kB)."""

BLOCK_PRODUCTS = 1 << 17
"""Products made together: a small product of matrices is quick, and wakes no thread of the algebra library.

Waking them costs half a second of processor for a few milliseconds of work.
"""


STEPS_AT_ONCE = 64
"""Steps of many sites put in one product: of fewer, each site would be written to anew at each step."""


LANES_AT_ONCE = 32
"""Rows put in one product, unless it is small: it goes over more steps, whose sums are added less often."""


def products(parts: FloatArray, values: FloatArray) -> FloatArray:
    """Return `parts @ values`, (M, d) by (d, N), in products too small to wake threads.

    >>> products(np.array([[0.75], [0.25]]), np.array([[1.0, 2.0]])).tolist()
    [[0.75, 1.5], [0.25, 0.5]]
    """
    lanes, (steps, sites) = len(parts), values.shape
    received_kwh = np.zeros((lanes, sites))
    most = max(1, min(lanes, max(LANES_AT_ONCE, BLOCK_PRODUCTS // max(1, steps * sites))))
    width = max(1, min(sites, BLOCK_PRODUCTS // max(1, most * min(steps, STEPS_AT_ONCE))))
    height = max(1, BLOCK_PRODUCTS // max(1, most * width))
    for first in range(0, steps, height):
        some = slice(first, first + height)
        for lane, site in product(range(0, lanes, most), range(0, sites, width)):
            rows, those = slice(lane, lane + most), slice(site, site + width)
            received_kwh[rows, those] += parts[rows, some] @ values[some, those]
    return received_kwh


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
                sums[index] += products(part.T, received_kwh[rows])
            else:
                sums[index] += received_kwh[rows].sum(axis=0)
    return sums
