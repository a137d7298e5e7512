"""Keys said as splits, so that batches can sum them fast; whatever cannot be said goes through `settle`.

`acc.keys.catch_up` is the reference. Each step is a few operations on small arrays, whatever the number of
draws: twenty together take little longer than one.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from acc.arrays import FloatArray, IntArray, row_sums
from acc.batch.ordered_sums import OrderedKey, ordered_sums
from acc.batch.sums import KeyForm, KeySums, Needs, ProductiveSteps, Split, allocation_sums, prorata_split
from acc.exchange import Exchange
from acc.keys.price import Price
from acc.keys.priority import Priority
from acc.keys.prorata import Prorata
from acc.keys.weighted import Static, Weighted
from acc.settle import BLOCK_VALUES, Key, looks_back, settle
from acc.water_filling import divided

SumSplits = Callable[..., tuple[KeySums, ...]]
"""`acc.batch.sums.split_sums`, or the compiled one."""


def split_of(key: Key, members: int, sheet: ProductiveSteps) -> Split | None:
    """Split equivalent to a key over the steps of a sheet; None when there is none.

    A key by price whose order changes inside a group of steps is none: group by its pattern too.
    """
    match key:
        case Prorata():
            return prorata_split(members)
        case Static():
            return Split(KeyForm.FIXED, np.array(key.coefficient_share))
        case Weighted():
            return Split(KeyForm.WEIGHTS, np.array(key.weight), key.production_share)
        case Price():
            number = _price_ranks(key, sheet)
            return None if number is None else Split(KeyForm.RANKS, number.astype(np.float64))
        case Priority():
            rank = _priority_ranks(key, members)
            return None if rank is None else Split(KeyForm.RANKS, rank.astype(np.float64))
        case _:
            return None


def settled_sums(exchange: Exchange, key: Key, sheet: ProductiveSteps, *, by_plant: bool = False) -> KeySums:
    """Return the sums of a key that is no split: in order, else by the reference, some steps at a time.

    All of them where it looks back.
    """
    if isinstance(key, OrderedKey):
        needs, made = Needs.of(sheet.take(exchange.consumption_kwh)), sheet.take(exchange.production_kwh)
        return ordered_sums(key, sheet, needs, made, by_plant=by_plant)
    if looks_back(key):
        return allocation_sums(sheet, exchange.production_kwh, settle(exchange, key), by_plant=by_plant)
    count, plants = len(sheet.starts) - 1, exchange.production_kwh.shape[1]
    members = exchange.consumption_kwh.shape[1]
    group = np.full(exchange.steps.count, -1)
    group[sheet.rows] = np.repeat(np.arange(count), np.diff(sheet.starts))
    local, shared = np.zeros((plants if by_plant else 1, count, members)), np.zeros(plants)
    rows = max(1, BLOCK_VALUES // max(1, members))
    for first in range(0, len(group), rows):
        of_block = group[first : first + rows]
        if not (of_block >= 0).any():  # by night
            continue
        part = exchange.part(first, first + len(of_block))
        sums = allocation_sums(
            ProductiveSteps.of(of_block >= 0, of_block, count),
            part.production_kwh,
            settle(part, key),
            by_plant=by_plant,
        )
        local += sums.local_kwh
        shared += sums.shared_kwh
    return KeySums(local, shared)


def _price_ranks(key: Price, sheet: ProductiveSteps) -> IntArray | None:
    if key.pattern is None:
        only: IntArray = key.ranks[0]
        return only
    pattern, starts = key.pattern[sheet.rows], sheet.starts
    rows = np.zeros((len(starts) - 1, key.ranks.shape[1]), dtype=np.int64)
    filled = np.flatnonzero(starts[1:] > starts[:-1])
    if not filled.size:
        return rows
    first = pattern[starts[filled]]
    if (np.repeat(first, np.diff(starts)[filled]) != pattern[starts[0] : starts[-1]]).any():
        return None
    rows[filled] = key.ranks[first]
    return rows


def _priority_ranks(key: Priority, members: int) -> IntArray | None:
    """Return one rank for each participant, groups by price inside kept in their order."""
    rank = np.zeros(members, dtype=np.int64)
    first = 0
    for columns, inside in key.groups:
        if isinstance(inside, Prorata) or (len(columns) == 1 and isinstance(inside, Weighted | Price)):
            own = np.zeros(len(columns), dtype=np.int64)
        elif isinstance(inside, Price) and inside.pattern is None:
            own = inside.ranks[0]
        else:
            return None
        rank[columns] = first + own
        first += int(own.max(initial=-1)) + 1
    return rank


def group_of_steps(patterns: Sequence[IntArray], count: int) -> tuple[IntArray, IntArray]:
    """Return the groups in which every pattern is constant: of each step (T,), and patterns by group (X, G).

    >>> group, values = group_of_steps([np.array([0, 0, 1]), np.array([5, 7, 7])], 3)
    >>> group.tolist(), values.tolist()
    ([0, 1, 2], [[0, 0, 1], [5, 7, 7]])
    """
    if not patterns:
        return np.zeros(count, dtype=np.int64), np.zeros((0, 1), dtype=np.int64)
    group = np.zeros(count, dtype=np.int64)
    for pattern in patterns:
        code = group * (int(pattern.max(initial=0)) + 1) + pattern
        group = (np.cumsum(np.bincount(code) > 0) - 1)[code]
    values = np.zeros((len(patterns), int(group.max(initial=-1)) + 1), dtype=np.int64)
    values[:, group] = patterns
    return group, values


BLOCK_STEPS = 96
"""Steps whose needs are made at once, in all draws: a day at 15 min."""


def caught_up_sums(
    sheet: ProductiveSteps,
    needs: Sequence[Needs],
    production_kwh: Sequence[FloatArray],
    *,
    by_plant: bool = False,
    makes: FloatArray | None = None,
) -> list[KeySums]:
    """Return the sums of each of S draws under the key that catches up.

    Args:
        sheet: of every step, nights included: what was consumed there counts.
        needs, production_kwh: of each draw, N participants; M plants, (M, D).
        makes: by what each plant is multiplied in each draw, (S, M), where not by 1.
    """
    plants, members, groups = len(production_kwh[0]), needs[0].base_kwh.shape[0], len(sheet.starts) - 1
    local = np.zeros((groups, len(needs), plants if by_plant else 1, members))
    shared = np.zeros((len(needs), plants))
    of_step = np.repeat(np.arange(groups), np.diff(sheet.starts))
    past = np.zeros((2, len(needs), members))
    for places in _in_time(sheet):
        need = np.stack([draw.part(places).T for draw in needs], axis=1)
        production = np.stack([draw[:, places].T for draw in production_kwh], axis=1)
        production = production if makes is None else production * makes
        pool = production.sum(axis=2)
        received = _received(need, pool, past)
        part = divided(production, pool[:, :, None])
        shared += np.einsum("dsm,ds->sm", part, received.sum(axis=2))
        lane = part if by_plant else np.ones((*pool.shape, 1))
        for group in np.unique(of_step[places]):
            here = of_step[places] == group
            local[group] += np.einsum("dsm,dsn->smn", lane[here], received[here])
    return [KeySums(local[:, s].transpose(1, 0, 2).copy(), shared[s]) for s in range(len(needs))]


def _in_time(sheet: ProductiveSteps) -> Iterator[IntArray]:
    """Yield the places of the sheet in the order of time, a few steps at once."""
    order = np.argsort(sheet.rows, kind="stable")
    for first in range(0, len(order), BLOCK_STEPS):
        yield order[first : first + BLOCK_STEPS]


def _received(need: FloatArray, pool: FloatArray, past: FloatArray) -> FloatArray:
    """Energy received at each step of a block, (d, S, N), kWh; `past` is updated.

    Args:
        need: (d, S, N); pool: (d, S).
        past: received and consumed since the start, (2, S, N).
    """
    so_far, consumed = past[0], past[1] + np.cumsum(need, axis=0)
    received = np.where((pool > 0.0)[:, :, None], need, 0.0)
    scarce = (received.sum(axis=2) > pool) & (pool > 0.0)
    scale = np.where(consumed > 0.0, consumed, 1.0)
    part, beyond = need / scale, np.where(need > 0.0, 0.0, np.inf)
    turns, every = np.concatenate((scale, -scale), axis=2), scarce.all(axis=1).tolist()
    for step in np.flatnonzero((pool > 0.0).any(axis=1)).tolist():
        if every[step] or scarce[step].any():
            rows = slice(None) if every[step] else np.flatnonzero(scarce[step])
            here = step, rows
            reached = so_far[rows] / scale[here]
            # Counted from the lowest who needs energy, so that a long past does not drown a small step.
            reached -= np.minimum.reduce(reached + beyond[here], axis=1, keepdims=True)
            received[here] = raise_lowest_of_each(need[here], pool[here], reached, part[here], turns[here])
        so_far += received[step]
    past[1] = consumed[-1]
    return received


def raise_lowest_of_each(
    need_kwh: FloatArray, pool_kwh: FloatArray, start: FloatArray, part: FloatArray, turns_kwh: FloatArray
) -> FloatArray:
    """Return `acc.keys.catch_up.raise_lowest` of each draw, shape (S, N).

    Args:
        need_kwh: of each participant, shape (S, N).
        pool_kwh: less than the sum of the needs of its draw, shape (S,).
        start: what each has reached of its yardstick, above the lowest who needs energy, (S, N).
        part: its need by its yardstick, (S, N).
        turns_kwh: yardstick of each, and then less each of them, (S, 2 N).

    >>> need, ten = np.array([[1.0, 1.0]]), np.full((1, 2), 10.0)
    >>> parts = np.array([[0.0, 0.05]]), need / ten, np.hstack([ten, -ten])
    >>> raise_lowest_of_each(need, np.array([1.0]), *parts).round(9).tolist()
    [[0.75, 0.25]]
    """
    count, width = turns_kwh.shape
    first = _firsts(count, width)
    level = np.concatenate((start, start + part), axis=1)
    order = level.argsort(axis=1)
    order += first
    level = level.take(order)
    slope = turns_kwh.take(order).cumsum(axis=1)
    volume = np.zeros((count, width))
    (slope[:, :-1] * (level[:, 1:] - level[:, :-1])).cumsum(axis=1, out=volume[:, 1:])
    last = np.minimum(np.add.reduce(volume <= pool_kwh[:, None], axis=1), width - 1) + (first[:, 0] - 1)
    top = level.take(last) + (pool_kwh - volume.take(last)) / slope.take(last)
    received = (top[:, None] - start) * turns_kwh[:, : width // 2]
    received = np.minimum(np.maximum(received, 0.0, out=received), need_kwh, out=received)
    total = row_sums(received)
    if not np.logical_and.reduce(total):  # a pool so small that it is not seen beside the past
        received = np.where(total[:, None] > 0.0, received, need_kwh)
        total = row_sums(received)
    received *= (pool_kwh / total)[:, None]
    served = pool_kwh >= volume[:, -1]  # by rounding: the pool was said to be short
    if np.logical_or.reduce(served):
        received[served] = need_kwh[served]
    capped: FloatArray = np.minimum(received, need_kwh, out=received)
    return capped


@lru_cache(maxsize=16)
def _firsts(count: int, width: int) -> IntArray:
    """Return where each row of an array begins once it is laid flat, (count, 1)."""
    return np.arange(0, count * width, width)[:, None]
