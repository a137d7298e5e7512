"""The outcomes of an operation without each of many sites, in turn.

Under the default key what everyone receives at a step is one part of all needs. Without a site that part
changes, not the needs: the sums of many cases are one product of matrices, in place of a pass over all needs
for each. Under the key that catches up, the steps of many cases are taken side by side.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice, pairwise
from typing import TypeAlias

import numpy as np

from acc.arrays import FloatArray
from acc.batch.catching_up import caught_up_sums
from acc.batch.needs import Needs
from acc.batch.sums import KeySums, ProductiveSteps
from acc.departures.counterfactual import Baseline, SubsetOutcome, nobody, subset_outcome, subset_outcomes
from acc.keys.catch_up import CATCH_UP
from acc.keys.prorata import PRORATA
from acc.problem import InputError
from acc.scenario import KeyChoice

Case: TypeAlias = tuple[Sequence[int], Sequence[int]]
"""The columns of the participants and of the plants who are out."""

MOST_CASES = 64
"""Cases summed together."""

BLOCK_VALUES = 1 << 22
"""Sums held at once by them (32 MB)."""

DROWNED = 1e-6
"""Part of the whole below which what is left is summed anew: a difference would be rounding."""


def outcomes_of_subsets(
    stage: Baseline, choices: Sequence[KeyChoice], cases: Iterable[Case]
) -> Iterator[tuple[SubsetOutcome | InputError, ...]]:
    """Yield, for each case, what `subset_outcomes` gives under each key."""
    values = max(1, (len(stage.sheet.starts) - 1) * len(stage.context.participants))
    todo, together = iter(cases), max(1, min(MOST_CASES, BLOCK_VALUES // values))
    makers = [_maker(stage, choice) for choice in choices]
    others = [choice for choice, make in zip(choices, makers, strict=True) if make is None]
    while block := list(islice(todo, together)):
        key_sums = [None if make is None else iter(make(block)) for make in makers]
        for case in block:
            slow = iter(subset_outcomes(stage, others, *case) if others else ())
            yield tuple(
                next(slow) if sums is None else _outcome_of_case(stage, next(sums), case) for sums in key_sums
            )


SumsOfCases: TypeAlias = Callable[[Sequence[Case]], list[KeySums]]
"""Tells the sums of several cases at once."""


def _maker(stage: Baseline, choice: KeyChoice) -> SumsOfCases | None:
    """Vectorized sums of many cases of a key; None for a key summed case by case."""
    if choice.name == PRORATA.name and not stage.by_plant:
        return partial(_default_sums, stage, (stage.made_kwh.sum(axis=0), stage.needs_kwh.sum(axis=0)))
    if choice.name == CATCH_UP.name and stage.context.plants:
        return partial(_caught_up_sums, stage, _every_step(stage))
    return None


def _every_step(stage: Baseline) -> ProductiveSteps:
    """Return all the steps in the groups of the sheet, nights in any: what is needed there counts as past."""
    group = np.zeros(stage.exchange.steps.count, dtype=np.int64)
    count = len(stage.sheet.starts) - 1
    group[stage.sheet.rows] = np.repeat(np.arange(count), np.diff(stage.sheet.starts))
    return ProductiveSteps.of(np.ones(len(group), dtype=bool), group, count)


def _caught_up_sums(stage: Baseline, sheet: ProductiveSteps, cases: Sequence[Case]) -> list[KeySums]:
    """Return the sums of the key that catches up in each case, in arrays of all sites."""
    need, production = sheet.take(stage.exchange.consumption_kwh), sheet.take(stage.exchange.production_kwh)
    stays, makes = np.ones((len(cases), len(need))), np.ones((len(cases), len(production)))
    for case, (absent, idle) in enumerate(cases):
        stays[case, list(absent)] = 0.0
        makes[case, list(idle)] = 0.0
    none = np.zeros(0, dtype=np.int64), np.zeros((0, need.shape[1]))
    return caught_up_sums(
        sheet,
        [Needs(need, stay, *none) for stay in stays],
        [production] * len(cases),
        by_plant=stage.by_plant,
        makes=makes,
    )


def _outcome_of_case(stage: Baseline, sums: KeySums, case: Case) -> SubsetOutcome:
    members = np.setdiff1d(np.arange(len(stage.context.participants)), case[0])
    plants = np.setdiff1d(np.arange(len(stage.context.plants)), case[1])
    if not len(members) or not len(plants):
        return nobody(len(stage.context.participants), len(stage.context.plants))
    return subset_outcome(stage, sums, members, plants)


def _default_sums(
    stage: Baseline, wholes: tuple[FloatArray, FloatArray], cases: Sequence[Case]
) -> list[KeySums]:
    """Return the sums of the default key in each case, in arrays of all sites.

    Args:
        wholes: what all plants make and all participants need at each step, (D,) each.
    """
    need, production, starts = stage.needs_kwh, stage.made_kwh, stage.sheet.starts
    pool = _left(production, wholes[0], [idle for _absent, idle in cases])
    total = _left(need, wholes[1], [absent for absent, _idle in cases])
    shared = np.minimum(pool, total)
    served, given = _part(shared, total), _part(shared, pool)
    local = np.empty((len(cases), len(starts) - 1, len(need)))
    for group, (first, stop) in enumerate(pairwise(starts)):
        local[:, group] = served[:, first:stop] @ need[:, first:stop].T
    delivered = given @ production.T
    for case, (left_out, idle) in enumerate(cases):
        local[case][:, list(left_out)] = 0.0
        delivered[case, list(idle)] = 0.0
    return [KeySums(sums[None], plants) for sums, plants in zip(local, delivered, strict=True)]


def _part(shared: FloatArray, total: FloatArray) -> FloatArray:
    """Return `shared / total` in place of the total, which is never negative; zero where it is zero."""
    return np.divide(shared, total, out=total, where=total > 0.0)


def _left(values_kwh: FloatArray, total: FloatArray, out: Sequence[Sequence[int]]) -> FloatArray:
    """Return the sums over all rows (X, D) but those which are out in each case, shape (B, D)."""
    left = np.empty((len(out), len(total)))
    for case, rows in enumerate(out):
        columns = list(rows)
        np.subtract(total, values_kwh[columns].sum(axis=0), out=left[case])
        few = np.flatnonzero(left[case] < DROWNED * total)
        if few.size:
            stay = np.setdiff1d(np.arange(len(values_kwh)), columns)
            left[case, few] = values_kwh[np.ix_(stay, few)].sum(axis=0)
    return left
