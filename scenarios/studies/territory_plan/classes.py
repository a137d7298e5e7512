"""Classes of hours: those that every operation of a plan sees alike are one."""

import numpy as np

from acc.arrays import FloatArray, IntArray
from scenarios.studies.territory_plan.plan import TerritoryPlan
from scenarios.studies.territory_plan.problem import Territory

CLIPPED_LN = 0.15
"""Beyond, all that is made is shared, or all that is needed is served: such hours add nothing when summed."""

ROUNDS = 30


def coarse_classes(territory: Territory, count: int) -> IntArray:
    """Return classes by what all roofs make against what all sites need, (T,): before any plan is known."""
    need = np.bincount(territory.kind, territory.need_kwh, len(territory.load)) @ territory.load
    made = np.bincount(territory.orient, territory.made_kwh, len(territory.shape)) @ territory.shape
    rank = np.argsort(np.argsort(made / np.maximum(need, 1e-9), kind="stable"), kind="stable")
    classes: IntArray = (rank * count) // len(rank)
    return classes


def plan_classes(territory: Territory, plan: TerritoryPlan, count: int) -> IntArray:
    """Return classes of hours that the operations of a plan see alike, (T,), at most so many."""
    ratios = [_ratio(territory, group) for group in plan.groups]
    if not ratios:
        return coarse_classes(territory, count)
    points = np.clip(np.array(ratios).T, -CLIPPED_LN, CLIPPED_LN)
    return _as_counted(_means(points, count))


def _ratio(territory: Territory, group: IntArray) -> FloatArray:
    """Return ln of what an operation makes over what it needs, at each step."""
    n = territory.sites
    sites, roofs = group[group < n], group[group >= n] - n
    need = np.bincount(territory.kind[sites], territory.need_kwh[sites], len(territory.load)) @ territory.load
    made = np.bincount(territory.orient[roofs], territory.made_kwh[roofs], len(territory.shape))
    ratio: FloatArray = np.log(np.maximum(made @ territory.shape, 1e-9) / np.maximum(need, 1e-9))
    return ratio


def _means(points: FloatArray, count: int) -> IntArray:
    """Return the class of each point (Lloyd, 1982), from centres spread over the sum of coordinates."""
    rank = np.argsort(points.sum(axis=1), kind="stable")
    places = np.linspace(0, len(points) - 1, min(count, len(points))).astype(np.int64)
    centres = points[rank[places]].copy()
    classes = np.zeros(len(points), dtype=np.int64)
    for _round in range(ROUNDS):
        far = (centres**2).sum(axis=1) - 2.0 * points @ centres.T
        now = far.argmin(axis=1)
        if (now == classes).all():
            break
        classes = now
        sums = np.zeros_like(centres)
        np.add.at(sums, classes, points)
        sizes = np.bincount(classes, minlength=len(centres))
        centres = np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], centres)
    return classes


def _as_counted(classes: IntArray) -> IntArray:
    """Return classes numbered without gaps."""
    return np.unique(classes, return_inverse=True)[1].ravel().astype(np.int64)
