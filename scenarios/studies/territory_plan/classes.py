"""Classes of hours: those that every operation of a plan sees alike are one.

With sites served from the dearest on, by roofs whose surplus is the cheapest first, what a group shares is a
sum of min(made, need): of all that is made against the needs of the dearest v levels, for each v, and of what
the cheapest j lots make against all needs, for each j. Summing hours on the same side of all costs nothing.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from acc.arrays import FloatArray, IntArray
from scenarios.studies.territory_plan.plan import TerritoryPlan
from scenarios.studies.territory_plan.problem import Territory

CLIPPED_LN = 0.2
"""Beyond, all that is made is shared, or all that is needed is served: such hours add nothing when summed."""

ROUNDS = 30


def coarse_classes(territory: Territory, count: int) -> IntArray:
    """Return classes by what all roofs make against what all sites need, (T,): before any plan is known."""
    need = np.bincount(territory.kind, territory.need_kwh, len(territory.load)) @ territory.load
    made = np.bincount(territory.orient, territory.made_kwh, len(territory.shape)) @ territory.shape
    rank = np.argsort(np.argsort(made / np.maximum(need, 1e-9), kind="stable"), kind="stable")
    classes: IntArray = (rank * count) // len(rank)
    return _numbered(classes, _patterns(territory))


def plan_classes(territory: Territory, plan: TerritoryPlan, count: int) -> IntArray:
    """Return classes of hours that the operations of a plan see alike, (T,), about so many."""
    sides = [side for group in plan.groups for side in _sides(territory, group)]
    if not sides:
        return coarse_classes(territory, count)
    points = np.array(sides).T
    made = np.bincount(territory.orient, territory.made_kwh, len(territory.shape)) @ territory.shape
    patterns = _patterns(territory)
    classes = np.zeros(len(points), dtype=np.int64)
    for pattern in range(int(patterns.max()) + 1):
        own = patterns == pattern
        # Each pattern of prices has its part of the classes: two summed would both have the higher price.
        some = int(np.ceil(count * made[own].sum() / made.sum()))
        classes[own] = _means(points[own], made[own], some)
    return _numbered(classes, patterns)


def _patterns(territory: Territory) -> IntArray:
    """Return which hours have the same prices, (T,)."""
    return np.unique(territory.worth_eur, axis=1, return_inverse=True)[1].ravel().astype(np.int64)


def _numbered(classes: IntArray, patterns: IntArray) -> IntArray:
    """Return the classes of each pattern numbered without gaps."""
    pairs = np.stack([patterns, classes])
    return np.unique(pairs, axis=1, return_inverse=True)[1].ravel().astype(np.int64)


def _sides(territory: Territory, group: IntArray) -> Iterator[FloatArray]:
    """Yield ln of what is made over what is needed at each step, clipped, weighted by what hangs on it."""
    n = territory.sites
    sites, roofs = group[group < n], group[group >= n] - n
    worth, surplus = territory.worth_eur.mean(axis=1), territory.surplus_eur
    levels = np.unique(worth[territory.level[territory.kind[sites]]])[::-1]
    lots = np.unique(surplus[territory.orient[roofs]])
    if not len(levels) or not len(lots):
        return
    of_site = worth[territory.level[territory.kind[sites]]]
    of_roof = surplus[territory.orient[roofs]]
    need, made = _needed(territory, sites), _made(territory, roofs)
    for level, cheaper in zip(levels, [*levels[1:], lots[-1]], strict=True):
        yield _side(made, _needed(territory, sites[of_site >= level]), float(level - cheaper))
    for lot, dearer in pairwise(lots):
        yield _side(_made(territory, roofs[of_roof <= lot]), need, float(dearer - lot))


def _side(made: FloatArray, need: FloatArray, eur_per_kwh: float) -> FloatArray:
    ratio = np.clip(np.log(np.maximum(made, 1e-9) / np.maximum(need, 1e-9)), -CLIPPED_LN, CLIPPED_LN)
    # The fourth root: what little hangs on must be seen too, or hours far apart in it are summed.
    side: FloatArray = ratio * np.power(made.sum() * max(0.0, eur_per_kwh), 0.25)
    return side


def _needed(territory: Territory, sites: IntArray) -> FloatArray:
    total: FloatArray = territory.need_kwh[sites] @ territory.load[territory.kind[sites]]
    return total


def _made(territory: Territory, roofs: IntArray) -> FloatArray:
    total: FloatArray = territory.made_kwh[roofs] @ territory.shape[territory.orient[roofs]]
    return total


def _means(points: FloatArray, weights: FloatArray, count: int) -> IntArray:
    """Return the class of each weighted point (Lloyd, 1982), each first centre far from the others."""
    apart, centres = np.full(len(points), np.inf), list[FloatArray]()
    at = int(np.argmax(weights))
    while len(centres) < count and (apart > 0.0).any():
        centres.append(points[at])
        apart = np.minimum(apart, ((points - points[at]) ** 2).sum(axis=1) * weights)
        at = int(np.argmax(apart))
    middles, classes = np.array(centres), np.full(len(points), -1, dtype=np.int64)
    for _round in range(ROUNDS):
        now = ((middles**2).sum(axis=1) - 2.0 * points @ middles.T).argmin(axis=1)
        if (now == classes).all():
            break
        classes = now
        held = np.bincount(classes, weights, len(middles))
        sums = [np.bincount(classes, weights * column, len(middles)) for column in points.T]
        middles = np.where(held[:, None] > 0.0, np.array(sums).T / np.maximum(held, 1e-12)[:, None], middles)
    return classes
