"""The best split of few members, exactly: every lawful group, then the best set of disjoint ones."""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from acc.arrays import FloatArray
from acc.rules.largest_group import positions_of
from scenarios.studies.splitting.units import Units

MOST_GROUPS = 5_000
"""Beyond so many lawful groups, the exact way is left for the search and its bound."""

MOST_NODES = 500
"""Of the solver when it packs the groups of a search: a count, not a time, so that runs agree."""

SCALE = 1e4
"""The greatest value of a group in the solver, whose absolute tolerance is 1e-6."""


def lawful_groups(units: Units, most: int = MOST_GROUPS) -> list[int] | None:
    """Return every lawful group with a plant and a consumer, None when there are more than `most`."""
    found: set[int] = set()
    for near in units.near.values():
        stack = [(0, sum(1 << unit for unit in range(units.count) if near[unit] >> unit & 1))]
        tried = 0
        while stack:
            group, candidates = stack.pop()
            tried += 1
            if tried > 4 * most or len(found) > most:
                return None
            if group & units.with_plant and group & units.with_load and units.worth(group) is not None:
                found.add(group)
            for unit in positions_of(candidates):
                later = candidates >> (unit + 1) << (unit + 1)
                stack.append((group | 1 << unit, later & near[unit]))
    return sorted(found)


def best_packing(units: Units, groups: Sequence[int]) -> tuple[int, ...]:
    """Return disjoint groups of `groups` that share the most kWh; nothing when the solver is at its limit."""
    kwh = np.array([units.shared_kwh(group) for group in groups])
    return _packed(units, groups, kwh, nodes=MOST_NODES) if kwh.size and kwh.max() > 0.0 else ()


def best_split(units: Units, groups: Sequence[int], *, worst_first: bool) -> tuple[int, ...]:
    """Return the disjoint groups of `groups` that share the most kWh.

    With `worst_first`, those that serve the most members, then the worst served of them best, then
    share the most kWh.
    """
    kwh = np.array([units.shared_kwh(group) for group in groups])
    if not groups or kwh.max() <= 0.0:
        return ()
    if not worst_first:
        return _packed(units, groups, kwh)
    served = [_served(units, group) for group in groups]
    count = np.array([len(ratios) for ratios in served], dtype=float)
    worst = np.array([min(ratios, default=0.0) for ratios in served])
    most = _taken(groups, count, _packed(units, groups, count))
    floors = np.unique(worst)

    def reaches(floor: float) -> bool:
        kept = [group for group, ratio in zip(groups, worst, strict=True) if ratio >= floor]
        return _taken(groups, count, _packed(units, kept, count[worst >= floor])) >= most

    floor = floors[bisect_left(floors, x=True, key=lambda value: not reaches(value)) - 1]
    kept = [group for group, ratio in zip(groups, worst, strict=True) if ratio >= floor]
    return _packed(units, kept, kwh[worst >= floor], count[worst >= floor], most)


def _packed(
    units: Units,
    groups: Sequence[int],
    value: FloatArray,
    count: FloatArray | None = None,
    least: float = 0.0,
    nodes: int | None = None,
) -> tuple[int, ...]:
    """Return disjoint groups of the greatest total value, whose total `count` is at least `least`."""
    if not groups:
        return ()
    rows = [unit for group in groups for unit in positions_of(group)]
    columns = np.repeat(np.arange(len(groups)), [group.bit_count() for group in groups])
    holds = csc_array((np.ones(len(rows)), (rows, columns)), shape=(units.count, len(groups)))
    rules = [LinearConstraint(holds, ub=1.0)]
    if count is not None:
        rules.append(LinearConstraint(count[None, :], lb=least - 0.5))
    found = milp(
        -value * SCALE / value.max(),
        integrality=np.ones(len(groups)),
        bounds=Bounds(0.0, 1.0),
        constraints=rules,
        options={"mip_rel_gap": 0.0, "node_limit": nodes},
    )
    if found.x is None:
        return ()
    return tuple(group for group, taken in zip(groups, found.x, strict=True) if taken > 0.5)


def _taken(groups: Sequence[int], count: FloatArray, chosen: Sequence[int]) -> float:
    by_group = dict(zip(groups, count, strict=True))
    return float(sum(by_group[group] for group in chosen))


def _served(units: Units, group: int) -> list[float]:
    return [ratio for ratio in units.served(group).values() if ratio > 0.0]
