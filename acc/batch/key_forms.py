"""Keys said as splits, so that batches can sum them fast; whatever cannot be said goes through `settle`.

`acc.keys.catch_up` is the reference. Each step is a few operations on small arrays, whatever the number of
draws: twenty together take little longer than one.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from acc.arrays import FloatArray, IntArray
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
    """Return the sums of a key by the reference; some steps at a time unless the key looks back."""
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
    plants, members, groups = len(production_kwh[0]), len(needs[0].base_kwh), len(sheet.starts) - 1
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
    for step in np.flatnonzero((pool > 0.0).any(axis=1)).tolist():
        short = np.flatnonzero(scarce[step])
        if short.size:
            rows = slice(None) if short.size == len(so_far) else short
            received[step, rows] = raise_lowest_of_each(
                need[step, rows], pool[step, rows], so_far[rows], consumed[step, rows]
            )
        so_far += received[step]
    past[1] = consumed[-1]
    return received


def raise_lowest_of_each(
    need_kwh: FloatArray, pool_kwh: FloatArray, so_far_kwh: FloatArray, yardstick_kwh: FloatArray
) -> FloatArray:
    """Return `acc.keys.catch_up.raise_lowest` of each draw, shape (S, N).

    Args:
        need_kwh, so_far_kwh, yardstick_kwh: shape (S, N).
        pool_kwh: less than the sum of the needs of its draw, shape (S,).

    >>> draw = (np.array([[1.0, 1.0]]), np.array([1.0]), np.array([[2.0, 2.5]]), np.array([[10.0, 10.0]]))
    >>> raise_lowest_of_each(*draw).round(9).tolist()
    [[0.75, 0.25]]
    """
    count, members = need_kwh.shape
    each, first = _rows(count, 2 * members)
    scale = np.where(yardstick_kwh > 0.0, yardstick_kwh, 1.0)
    reached = so_far_kwh / scale
    start = reached - np.where(need_kwh > 0.0, reached, np.inf).min(axis=1, keepdims=True)
    level = np.concatenate((start, start + need_kwh / scale), axis=1)
    order = level.argsort(axis=1) + first
    level = level.take(order)
    slope = np.concatenate((scale, -scale), axis=1).take(order).cumsum(axis=1)
    volume = np.zeros_like(level)
    (slope[:, :-1] * (level[:, 1:] - level[:, :-1])).cumsum(axis=1, out=volume[:, 1:])
    last = np.minimum((volume <= pool_kwh[:, None]).sum(axis=1) - 1, 2 * members - 2)
    top = level[each, last] + (pool_kwh - volume[each, last]) / slope[each, last]
    received = np.minimum(np.maximum((top[:, None] - start) * scale, 0.0), need_kwh)
    unseen = received.sum(axis=1) == 0.0  # a pool so small that it is not seen beside the past
    received[unseen] = need_kwh[unseen]
    received *= (pool_kwh / received.sum(axis=1))[:, None]
    served = pool_kwh >= volume[:, -1]  # by rounding: the pool was said to be short
    return np.where(served[:, None], need_kwh, np.minimum(received, need_kwh))


@lru_cache(maxsize=16)
def _rows(count: int, width: int) -> tuple[IntArray, IntArray]:
    """Return the numbers of the rows of an array, and where each begins once it is laid flat, (count, 1)."""
    each = np.arange(count)
    return each, (each * width)[:, None]
