"""What a search of the best split rests on, and its one pass: pour the steps in an order of the members.

Only steps where something can be chosen are kept, gathered in patterns of the same prices: inside a pattern
euros depend on what each one receives in it, not on when.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray, row_sums
from acc.bills.shared_worth import SharedWorth
from acc.exchange import Exchange
from acc.fairness import can_receive
from acc.pouring import SAME_PRICE_EUR_PER_KWH, divided, ranks_of, row_numbers, whole_units

MOST_TOGETHER = 64
"""Patterns poured place by place together; of more, those that share an order go together."""

AT_ONCE = 4096
"""Steps of a pattern poured for all members at once; more leave the cache, and go member by member."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The steps where a split is chosen, member by member, and what is fixed elsewhere.

    Attributes:
        need_kwh, pool_kwh: at those steps, pattern after pattern, (N, T) and (T,).
        starts: first step of each pattern, and the number of steps, (K + 1,).
        everyone, paid: see `SharedWorth`, of each pattern, (K, N).
        fixed_kwh: received where nothing is chosen, (N,); `fixed_eur`, `fixed_paid_eur` of it.
        demand_kwh: needed over the whole period, (N,).
        can_receive: whom a floor protects, see `acc.fairness`, (N,).
    """

    need_kwh: FloatArray
    pool_kwh: FloatArray
    starts: IntArray
    everyone: FloatArray
    paid: FloatArray
    fixed_kwh: FloatArray
    fixed_eur: float
    fixed_paid_eur: float
    demand_kwh: FloatArray
    can_receive: BoolArray

    def coverage(self, received_kwh: FloatArray) -> FloatArray:
        """Return the part of its need that each one has received, fixed part included; 0 without need."""
        return divided(received_kwh + self.fixed_kwh, self.demand_kwh)


@dataclass(frozen=True, slots=True, eq=False)
class Poured:
    """What one order of the members gives: kWh of each, (N,), and euros of everybody and of the members."""

    received_kwh: FloatArray
    eur: float
    paid_eur: float


def ground_of(exchange: Exchange, worth: SharedWorth) -> Ground:
    """Return the ground of a period."""
    pool, need = row_sums(exchange.production_kwh), exchange.consumption_kwh
    lit = pool > 0.0
    refused = (worth.everyone < 0.0) & (need > 0.0)
    open_ = lit & ((row_sums(need) > pool) | refused.any(axis=1))
    settled = lit & ~open_
    given = need[settled]
    rows = np.flatnonzero(open_)
    pattern, firsts = _patterns(np.hstack([worth.everyone[rows], worth.paid[rows]]))
    order = rows[np.argsort(pattern, kind="stable")]
    return Ground(
        need_kwh=np.ascontiguousarray(need[order].T),
        pool_kwh=pool[order],
        starts=np.concatenate([[0], np.cumsum(np.bincount(pattern, minlength=len(firsts)))]),
        everyone=worth.everyone[rows[firsts]],
        paid=worth.paid[rows[firsts]],
        fixed_kwh=given.sum(axis=0),
        fixed_eur=float((given * worth.everyone[settled]).sum()),
        fixed_paid_eur=float((given * worth.paid[settled]).sum()),
        demand_kwh=need.sum(axis=0),
        can_receive=can_receive(need, pool),
    )


def stacked(grounds: Sequence[Ground], weights: Sequence[float]) -> Ground:
    """Return several periods as one, each with its weight: means over draws, or months still to come."""
    parts = [np.diff(ground.starts) for ground in grounds]
    pairs = list(zip(grounds, weights, strict=True))
    return Ground(
        need_kwh=np.hstack([ground.need_kwh * w for ground, w in pairs]),
        pool_kwh=np.concatenate([ground.pool_kwh * w for ground, w in pairs]),
        starts=np.concatenate([[0], np.cumsum(np.concatenate(parts))]).astype(np.int64),
        everyone=np.vstack([ground.everyone for ground in grounds]),
        paid=np.vstack([ground.paid for ground in grounds]),
        fixed_kwh=sum((g.fixed_kwh * w for g, w in pairs), np.zeros(len(grounds[0].fixed_kwh))),
        fixed_eur=sum(g.fixed_eur * w for g, w in pairs),
        fixed_paid_eur=sum(g.fixed_paid_eur * w for g, w in pairs),
        demand_kwh=sum((g.demand_kwh * w for g, w in pairs), np.zeros(len(grounds[0].fixed_kwh))),
        can_receive=np.logical_or.reduce([ground.can_receive for ground in grounds]),
    )


def poured(ground: Ground, extra_eur_per_kwh: FloatArray) -> Poured:
    """Return what is received when each kWh goes to the highest `worth + extra`, and none at or below 0.

    Equal scores share as the default key does: the same part of every need.
    """
    ranks = ranks_of(ground.everyone + extra_eur_per_kwh)
    kwh = np.zeros(ranks.shape)
    number = row_numbers(ranks)
    if 1 < len(number) <= MOST_TOGETHER and _without_ties(ranks).all():
        kwh = _poured_together(ground, ranks)
        number = number[:0]
    for value in dict.fromkeys(number.tolist()):
        patterns = np.flatnonzero(number == value)
        kwh[patterns] = _poured_in_order(ground, ranks[patterns[0]], patterns)
    return Poured(kwh.sum(axis=0), float((kwh * ground.everyone).sum()), float((kwh * ground.paid).sum()))


def _without_ties(ranks: IntArray) -> BoolArray:
    """Return which patterns serve one member after the other, (K,)."""
    alone: BoolArray = (ranks >= 0).sum(axis=1) == ranks.max(axis=1) + 1
    return alone


def _poured_together(ground: Ground, ranks: IntArray) -> FloatArray:
    """Return the kWh of each member in each pattern, (K, N), where none has ties: all patterns together.

    The first of each pattern first, then the second of each: long rows are added, whatever the patterns.
    """
    starts, pool = ground.starts, ground.pool_kwh
    rows = [slice(first, stop) for first, stop in pairwise(starts.tolist())]
    kwh, all_rows = np.zeros(ranks.shape), np.arange(len(ranks))
    taken, level, need = np.zeros(len(pool)), np.empty(len(pool)), np.empty(len(pool))
    firsts, last = starts[:-1], np.zeros(len(ranks))
    whole = np.add.reduceat(pool, firsts)
    # Who is not served has rank -1, and stands first: its place is left out.
    served, order = (ranks >= 0).sum(axis=1), np.argsort(ranks, axis=1, kind="stable")
    for place in range(int(served.max(initial=0))):
        at = np.minimum(ranks.shape[1] - served + place, ranks.shape[1] - 1)
        members = order[all_rows, at]
        for row, member, count in zip(rows, members.tolist(), served.tolist(), strict=True):
            need[row] = ground.need_kwh[member, row] if place < count else 0.0
        taken += need
        reached = np.add.reduceat(np.minimum(taken, pool, out=level), firsts)
        kwh[all_rows, members] += np.where(place < served, reached - last, 0.0)
        last = reached
        if np.array_equal(reached, whole):
            break
    return kwh


def _poured_in_order(ground: Ground, rank: IntArray, patterns: IntArray) -> FloatArray:
    """Return the kWh of each member in each of the patterns that share one order, (k, N)."""
    need, pool, firsts = _columns(ground, patterns)
    kwh = np.zeros((len(patterns), len(rank)))
    order = np.argsort(rank, kind="stable")[int((rank < 0).sum()) :]
    if len(patterns) == 1 and len(pool) <= AT_ONCE and len(order) == int(rank.max(initial=-1)) + 1:
        taken = np.cumsum(need[order], axis=0)
        kwh[0, order] = np.diff(np.minimum(taken, pool, out=taken).sum(axis=1), prepend=0.0)
        return kwh
    taken, level, last = np.zeros(len(pool)), np.empty(len(pool)), np.zeros(len(patterns))
    whole = np.add.reduceat(pool, firsts)
    for place in range(int(rank.max(initial=-1)) + 1):
        members = np.flatnonzero(rank == place)
        if len(members) == 1:
            taken += need[members[0]]
            reached = np.add.reduceat(np.minimum(taken, pool, out=level), firsts)
            kwh[:, members[0]] = reached - last
        else:
            wanted = need[members].sum(axis=0)
            served = divided(np.clip(pool - taken, 0.0, wanted), wanted)
            kwh[:, members] = np.add.reduceat(need[members] * served, firsts, axis=1).T
            taken += wanted
            reached = np.add.reduceat(np.minimum(taken, pool, out=level), firsts)
        last = reached
        if np.array_equal(reached, whole):
            break
    return kwh


def _columns(ground: Ground, patterns: IntArray) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return the steps of some patterns, and the first step of each among them."""
    starts = ground.starts
    if np.array_equal(patterns, np.arange(patterns[0], patterns[-1] + 1)):
        rows = slice(int(starts[patterns[0]]), int(starts[patterns[-1] + 1]))
        return ground.need_kwh[:, rows], ground.pool_kwh[rows], starts[patterns] - starts[patterns[0]]
    counts = starts[patterns + 1] - starts[patterns]
    steps = np.concatenate([np.arange(starts[k], starts[k + 1]) for k in patterns])
    firsts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return ground.need_kwh[:, steps], ground.pool_kwh[steps], firsts


def _patterns(prices: FloatArray) -> tuple[IntArray, IntArray]:
    """Return the pattern of each row of prices, and the first row of each pattern."""
    whole = whole_units(prices, SAME_PRICE_EUR_PER_KWH)
    _values, firsts, pattern = np.unique(row_numbers(whole), return_index=True, return_inverse=True)
    return pattern.ravel(), firsts
