"""Keys said as splits, so that batches can sum them fast; whatever cannot be said goes through `settle`."""

from collections.abc import Callable, Sequence

import numpy as np

from acc.arrays import IntArray
from acc.batch.sums import KeyForm, KeySums, ProductiveSteps, Split, allocation_sums, prorata_split
from acc.exchange import Exchange
from acc.keys.price import Price
from acc.keys.priority import Priority
from acc.keys.prorata import Prorata
from acc.keys.weighted import Static, Weighted
from acc.settle import BLOCK_VALUES, Key, looks_back, settle

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
            return Split(KeyForm.FIXED, np.array(key.share))
        case Weighted():
            return Split(KeyForm.WEIGHTS, np.array(key.weight), key.part)
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
