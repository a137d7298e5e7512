"""Classes that are worth differently, told apart: where one search only bounds their value, several prove it.

Own and other kWh of classes under one contract share one margin: `optimise.cutting_planes` is exact for them.
Across contracts it takes the best of each: the bound stands, but may be missed. Here the classes of a roof
are then split by what they are worth, each part is searched by itself, and what cannot beat the best
found is left aside (branch and bound: A. H. Land and A. G. Doig, Econometrica 28, 1960).
"""

import heapq
from collections.abc import Callable
from dataclasses import replace
from itertools import count

import numpy as np

from acc.arrays import BoolArray, IntArray
from scenarios.studies.size.planes.cutting_planes import GAP_RATIO
from scenarios.studies.size.planes.problem import InfeasibleError, Optimum

MOST_SEARCHES = 200
"""Searches after which the best found is given with the bound reached so far."""

DATED_SEARCHES, DATED_GAP_RATIO = 12, 1e-3
"""The same where several years are searched, and how near of the bound is enough: roofs that start apart are
worth differently, and no part of the search then has one worth."""

Solve = Callable[[BoolArray], Optimum]


def branch_by_kind(
    solve: Solve, roofs: IntArray, kinds: IntArray, is_open: BoolArray, *, dated: bool = False
) -> Optimum:
    """Return the best solution and the bound on all others, the kinds of a roof searched apart where need be.

    Args:
        solve: the best solution among the columns that are open, with a bound on all of these.
        roofs, kinds: of each column, (n,); columns of one kind are worth the same.
        is_open: the columns allowed at first.
        dated: whether several years are searched.

    Raises:
        InfeasibleError: the limits exclude each other.
    """
    most, gap_ratio = (DATED_SEARCHES, DATED_GAP_RATIO) if dated else (MOST_SEARCHES, GAP_RATIO)
    best = solve(is_open)
    order = count()
    waiting = [(-best.bound, next(order), is_open)]
    left, searches = -np.inf, 1
    while waiting and searches < most:
        bound = -waiting[0][0]
        if bound <= best.value + gap_ratio * max(1.0, abs(best.value)):
            break
        _bound, _order, inside = heapq.heappop(waiting)
        parts = _parts(roofs, kinds, inside)
        left = left if parts else max(left, bound)
        for part in parts:
            searches += 1
            try:
                solution = solve(part)
            except InfeasibleError:
                continue
            best = solution if solution.value > best.value else best
            heapq.heappush(waiting, (-min(solution.bound, bound), next(order), part))
    highest = max([left, best.value, *(-item[0] for item in waiting)])
    return replace(best, bound=float(highest))


def _parts(roofs: IntArray, kinds: IntArray, is_open: BoolArray) -> list[BoolArray]:
    """Return the open columns with the first roof of several kinds held to each of them; none without one."""
    for roof in np.unique(roofs[is_open]):
        inside = roofs == roof
        kinds_in = np.unique(kinds[inside & is_open])
        if len(kinds_in) > 1:
            return [is_open & (~inside | (kinds == kind)) for kind in kinds_in]
    return []
