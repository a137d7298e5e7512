"""Classes of hours: those that operations see alike are one.

With sites served from the dearest on, by roofs whose surplus is the cheapest first, what a group shares is a
sum of min(made, need): of all that is made against the needs of the dearest v levels, for each v, and of what
the cheapest j lots make against all needs, for each j. Summing hours on the same side of all costs nothing;
summing others adds, for each min, the less of what is over on one side and of what is over on the other.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from acc.arrays import FloatArray, IntArray
from scenarios.studies.territory.problem import Territory

ROUNDS = 30


def coarse_classes(territory: Territory, count: int) -> IntArray:
    """Return classes by what all roofs make against what all sites need, (T,): before any plan is known."""
    need = np.bincount(territory.kind, territory.need_kwh, len(territory.load)) @ territory.load
    output = np.bincount(territory.orient, territory.made_kwh, len(territory.shape)) @ territory.shape
    rank = np.argsort(np.argsort(output / np.maximum(need, 1e-9), kind="stable"), kind="stable")
    classes: IntArray = (rank * count) // len(rank)
    return _numbered(classes, _patterns(territory))


def seen_classes(territory: Territory, groups: Sequence[IntArray], count: int) -> IntArray:
    """Return about so many classes of hours, (T,), that groups of units see as nearly alike as they can."""
    sides = [side for group in groups for side in _sides(territory, group)]
    if not sides:
        return coarse_classes(territory, count)
    over_eur = np.array(sides).T
    output = np.bincount(territory.orient, territory.made_kwh, len(territory.shape)) @ territory.shape
    patterns = _patterns(territory)
    classes = np.zeros(len(over_eur), dtype=np.int64)
    for pattern in range(int(patterns.max()) + 1):
        own = patterns == pattern
        # Each pattern of prices has its part of the classes: two summed would both have the higher price.
        some = int(np.ceil(count * output[own].sum() / output.sum()))
        classes[own] = _modes(over_eur[own], some)
    return _numbered(classes, patterns)


def _patterns(territory: Territory) -> IntArray:
    """Index of the price pattern of each hour, (T,)."""
    return np.unique(territory.worth_eur, axis=1, return_inverse=True)[1].ravel().astype(np.int64)


def _numbered(classes: IntArray, patterns: IntArray) -> IntArray:
    """Return the classes of each pattern numbered without gaps."""
    pairs = np.stack([patterns, classes])
    return np.unique(pairs, axis=1, return_inverse=True)[1].ravel().astype(np.int64)


def _sides(territory: Territory, group: IntArray) -> Iterator[FloatArray]:
    """Yield the production less the need at each step, EUR, negative for a lack."""
    n = territory.sites
    sites, roofs = group[group < n], group[group >= n] - n
    worth, surplus = territory.worth_eur.mean(axis=1), territory.surplus_eur
    levels = np.unique(worth[territory.level[territory.kind[sites]]])[::-1]
    lots = np.unique(surplus[territory.orient[roofs]])
    if not len(levels) or not len(lots):
        return
    of_site = worth[territory.level[territory.kind[sites]]]
    of_roof = surplus[territory.orient[roofs]]
    need, output = _needed(territory, sites), _produced(territory, roofs)
    for level, cheaper in zip(levels, [*levels[1:], lots[-1]], strict=True):
        yield (output - _needed(territory, sites[of_site >= level])) * max(0.0, float(level - cheaper))
    for lot, dearer in pairwise(lots):
        yield (_produced(territory, roofs[of_roof <= lot]) - need) * float(dearer - lot)


def _needed(territory: Territory, sites: IntArray) -> FloatArray:
    total: FloatArray = territory.need_kwh[sites] @ territory.load[territory.kind[sites]]
    return total


def _produced(territory: Territory, roofs: IntArray) -> FloatArray:
    total: FloatArray = territory.made_kwh[roofs] @ territory.shape[territory.orient[roofs]]
    return total


def _modes(over_eur: FloatArray, count: int) -> IntArray:
    """Return the class of each hour, by the sides that most of a class is on (k-modes, Huang, 1998).

    Args:
        over_eur: above zero on one side, below on the other, (T, G): on the wrong one an hour costs it.
    """
    above, below = np.maximum(over_eur, 0.0), np.maximum(-over_eur, 0.0)
    apart, centres = np.full(len(over_eur), np.inf), list[FloatArray]()
    at = int(np.argmax(np.abs(over_eur).sum(axis=1)))
    while len(centres) < count and (apart > 0.0).any():
        centre = (over_eur[at] > 0.0).astype(float)
        centres.append(centre)
        apart = np.minimum(apart, below @ centre + above @ (1.0 - centre))
        at = int(np.argmax(apart))
    modes, classes = np.array(centres), np.full(len(over_eur), -1, dtype=np.int64)
    for _round in range(ROUNDS):
        now = (below @ modes.T + above @ (1.0 - modes).T).argmin(axis=1)
        if (now == classes).all():
            break
        classes = now
        sums = np.array([np.bincount(classes, column, len(modes)) for column in over_eur.T]).T
        modes = (sums > 0.0).astype(float)
    return classes
