"""What a search of the best split rests on.

Only steps where something can be chosen are kept, gathered in patterns of the same prices: inside a pattern
euros depend on what each one receives in it, not on when.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray, row_sums
from acc.bills.shared_worth import SharedWorth
from acc.exchange import Exchange
from acc.fairness import can_receive
from acc.water_filling import SAME_PRICE_EUR_PER_KWH, divided, round_to_units, row_numbers


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


def ground_of(exchange: Exchange, worth: SharedWorth) -> Ground:
    """Return the steps where a choice is left, by pattern of worths, and what is settled without."""
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


def _patterns(prices: FloatArray) -> tuple[IntArray, IntArray]:
    """Return the pattern of each row of prices, and the first row of each pattern."""
    rounded = round_to_units(prices, SAME_PRICE_EUR_PER_KWH)
    _values, firsts, pattern = np.unique(row_numbers(rounded), return_index=True, return_inverse=True)
    return pattern.ravel(), firsts
