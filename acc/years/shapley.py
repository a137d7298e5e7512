"""The Shapley values of the rows of a plan: what each adds on average, in whatever order they come."""

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from math import comb

import numpy as np

from acc.years.meter_sums import NOTHING, YearWorth

Part = frozenset[int]
"""Some of the rows, by position."""

ORDERS = 12
"""Orders that are drawn, each in both directions, all of one seed."""


def exact_values(count: int, worth: Callable[[Part], YearWorth]) -> list[YearWorth]:
    """Return the values by every part of the rows."""
    every, values = frozenset(range(count)), []
    for n in sorted(every):
        others = sorted(every - {n})
        total = NOTHING
        for size in range(count):
            for some in combinations(others, size):
                part = frozenset(some)
                more = worth(part | {n}) - worth(part)
                total += more.times(1.0 / (count * comb(len(others), size)))
        values.append(total)
    return values


def drawn_values(count: int, in_order: Callable[[Sequence[int]], Iterable[YearWorth]]) -> list[YearWorth]:
    """Return the values over orders drawn, each in both directions: they sum to the whole too.

    Args:
        in_order: what each row adds, one after the other.
    """
    random, total = np.random.default_rng(24), [NOTHING] * count
    for _draw in range(ORDERS):
        order = random.permutation(count)
        for way in (order.tolist(), order[::-1].tolist()):
            for n, more in zip(way, in_order(way), strict=True):
                total[n] += more
    return [value.times(1.0 / (2 * ORDERS)) for value in total]
