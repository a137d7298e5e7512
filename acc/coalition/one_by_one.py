"""The standings of an operation without each of many sites, in turn.

Under the default key what everyone receives at a step is one part of all needs. Without a site that part
changes, not the needs: the sums of many cases are one product of matrices, in place of a pass over all needs
for each.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import TypeAlias

import numpy as np

from acc.arrays import FloatArray
from acc.batch.sums import KeySums
from acc.coalition.counterfactual import Stage, Standing, nobody, standing_of, standings
from acc.keys.prorata import PRORATA
from acc.pouring import divided
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


def standings_of_each(
    stage: Stage, choices: Sequence[KeyChoice], cases: Iterable[Case]
) -> Iterator[tuple[Standing | InputError, ...]]:
    """Yield, for each case, what `standings` gives under each key."""
    groups = len(stage.sheet.starts) - 1
    values = max(1, groups * len(stage.context.participants))
    todo, together = iter(cases), max(1, min(MOST_CASES, BLOCK_VALUES // values))
    by_product = [choice.name == PRORATA.name and not stage.by_plant for choice in choices]
    others = [choice for choice, product in zip(choices, by_product, strict=True) if not product]
    wholes = stage.made_kwh.sum(axis=0), stage.needs_kwh.sum(axis=0)
    while block := list(islice(todo, together)):
        sums = _default_sums(stage, wholes, block) if any(by_product) else [None] * len(block)
        for case, made in zip(block, sums, strict=True):
            slow = iter(standings(stage, others, *case) if others else ())
            fast = None if made is None else _standing(stage, made, case)
            yield tuple(fast if p and fast is not None else next(slow) for p in by_product)


def _standing(stage: Stage, sums: KeySums, case: Case) -> Standing:
    members = np.setdiff1d(np.arange(len(stage.context.participants)), case[0])
    plants = np.setdiff1d(np.arange(len(stage.context.plants)), case[1])
    if not len(members) or not len(plants):
        return nobody(len(stage.context.participants), len(stage.context.plants))
    return standing_of(stage, sums, members, plants)


def _default_sums(
    stage: Stage, wholes: tuple[FloatArray, FloatArray], cases: Sequence[Case]
) -> list[KeySums]:
    """Return the sums of the default key in each case, in arrays of all sites.

    Args:
        wholes: what all plants make and all participants need at each step, (D,) each.
    """
    need, made, starts = stage.needs_kwh, stage.made_kwh, stage.sheet.starts
    pool = _left(made, wholes[0], [idle for _gone, idle in cases])
    total = _left(need, wholes[1], [gone for gone, _idle in cases])
    shared = np.minimum(pool, total)
    served, given = divided(shared, total), divided(shared, pool)
    local = np.empty((len(cases), len(starts) - 1, len(need)))
    for group, (first, stop) in enumerate(pairwise(starts)):
        local[:, group] = served[:, first:stop] @ need[:, first:stop].T
    delivered = given @ made.T
    for case, (gone, idle) in enumerate(cases):
        local[case][:, list(gone)] = 0.0
        delivered[case, list(idle)] = 0.0
    return [KeySums(sums[None], plants) for sums, plants in zip(local, delivered, strict=True)]


def _left(values_kwh: FloatArray, whole: FloatArray, out: Sequence[Sequence[int]]) -> FloatArray:
    """Return the sums over all rows (X, D) but those which are out in each case, shape (B, D)."""
    left = np.empty((len(out), len(whole)))
    for case, rows in enumerate(out):
        columns = list(rows)
        np.subtract(whole, values_kwh[columns].sum(axis=0), out=left[case])
        few = np.flatnonzero(left[case] < DROWNED * whole)
        if few.size:
            stay = np.setdiff1d(np.arange(len(values_kwh)), columns)
            left[case, few] = values_kwh[np.ix_(stay, few)].sum(axis=0)
    return left
