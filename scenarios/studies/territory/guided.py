"""A plan bettered by operations that somebody wants: those of other plans, those that the bound would found.

One is put into the plan, those that share much with it are dissolved, and the search goes on around it. A
plan a little worse is gone on from, ever less (threshold accepting, Dueck and Scheuer, 1990).
"""

from collections.abc import Sequence

import numpy as np

from acc.arrays import IntArray
from scenarios.studies.territory.numba_plan import Units
from scenarios.studies.territory.plan import TerritoryPlan, planned

TRIED, AROUND = 40, 12
"""Rounds after an operation is put in, around it and so many units near each of its own."""

DISSOLVED = 0.4
"""Part shared with an operation that is put in, above which another is dissolved."""

WORSE = 0.02
"""Part of the mean worth of an operation by which a plan may be worse at first."""

Wanted = tuple[IntArray, int]
"""Units of an operation, the most wanted first, and its regime."""


def guided(
    units: Units, start: TerritoryPlan, wanted: Sequence[Wanted], trials: int, seed: int
) -> TerritoryPlan:
    """Return the best plan met while operations are put into one, drawn at random, the first ones more often.

    Args:
        wanted: who may not stand in one is left out of it.
    """
    groups = [(lawful_part(units, *operation), operation[1]) for operation in wanted]
    groups = [kept for kept in groups if len(kept[0])]
    rng, here, best = np.random.default_rng(seed), start, start
    for trial in range(trials if groups else 0):
        group, regime = groups[int(len(groups) * rng.random() ** 2)]
        tried = _forced(here, group, regime)
        if tried is None:
            continue
        around = np.unique(units.nearest[group, :AROUND])
        child = planned(units, TRIED, int(rng.integers(1 << 30)), len(here.regime), tried, around)
        worse = WORSE * best.net_eur / max(1, len(best.groups)) * (1.0 - trial / trials)
        here = child if child.net_eur > here.net_eur - worse else here
        best = max(best, here, key=lambda plan: plan.net_eur)
    return best


def lawful_part(units: Units, wanted: IntArray, regime: int) -> IntArray:
    """Return those of some units that may stand together, each but for those before it."""
    near, kept, kwp = units.near[regime], list[int](), 0.0
    for u in wanted.tolist():
        if near[u, u] and near[u, kept].all() and kwp + units.kwp[u] < units.cap[regime]:
            kept.append(u)
            kwp += float(units.kwp[u])
    return np.array(kept, dtype=np.int64)


def _forced(plan: TerritoryPlan, group: IntArray, regime: int) -> TerritoryPlan | None:
    """Return a plan with another's operation in it, those that share much with it dissolved.

    None where it stands in the plan already, or where no place is left for it.
    """
    label, regimes = plan.label.copy(), plan.regime.copy()
    inside = np.isin(np.arange(len(label)), group)
    for own in plan.groups:
        common = int(inside[own].sum())
        if common == len(own) == len(group):
            return None
        if common > DISSOLVED * min(len(own), len(group)):
            label[own] = -1
    label[group] = -1
    regimes[np.setdiff1d(np.arange(len(regimes)), label)] = -1
    free = np.flatnonzero(regimes < 0)
    if not len(free):
        return None
    label[group], regimes[free[0]] = free[0], regime
    return TerritoryPlan(label, regimes, 0.0)
