"""What a search of the best split rests on.

Only steps where something can be chosen are kept, gathered in patterns of the same prices: inside a pattern
euros depend on what each one receives in it, not on when.

In a pattern a member receives what the plants give to it and to all before it together, less what they give
to those before: sums that depend on a set of members alone. The passes of a search are alike, so that most of
their sets were met before; their sums are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import highspy
import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray, row_sums
from acc.bills.surplus import SharedWorth
from acc.exchange import Exchange
from acc.fairness import can_receive
from acc.water_filling import SAME_PRICE_EUR_PER_KWH, divided, ranks_of, round_to_units, row_numbers
from scenarios.operation.optimise.highs import TIGHT, SilentHighs


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


def stacked(grounds: Sequence[Ground], weight_ratio: Sequence[float]) -> Ground:
    """Return several periods as one, each with its weight: means over draws, or months still to come."""
    parts = [np.diff(ground.starts) for ground in grounds]
    pairs = list(zip(grounds, weight_ratio, strict=True))
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


MOST_KEPT = 64
"""Patterns whose sums are kept; of more, those that share an order are poured together."""

MOST_SUMS = 1 << 17
"""Sums kept over all patterns; then they are forgotten."""


@dataclass(frozen=True, slots=True, eq=False)
class GreedyAllocation:
    """What one order of the members gives: kWh of each, (N,), and euros of everybody and of the members."""

    received_kwh: FloatArray
    total_eur: float
    paid_eur: float


class Passes:
    """Passes over one ground, with the sums met so far."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        count = len(ground.starts) - 1
        self._patterns = [_Pattern(ground, k) for k in range(count)] if count <= MOST_KEPT else []

    def pour(self, extra_eur_per_kwh: FloatArray) -> GreedyAllocation:
        """Energy of each member when each kWh goes to the highest positive `worth + extra`.

        Equal scores share as the default key does: the same part of every need.
        """
        ground = self.ground
        ranks = ranks_of(ground.everyone + extra_eur_per_kwh)
        kwh = np.zeros(ranks.shape)
        for pattern, rank, received in zip(self._patterns, ranks.tolist(), kwh, strict=False):
            pattern.pour(rank, received)
        number = row_numbers(ranks) if not self._patterns else np.zeros(0, np.int64)
        for value in dict.fromkeys(number.tolist()):
            patterns = np.flatnonzero(number == value)
            kwh[patterns] = _allocate_in_order(ground, ranks[patterns[0]], patterns)
        everyone, paid = float((kwh * ground.everyone).sum()), float((kwh * ground.paid).sum())
        return GreedyAllocation(kwh.sum(axis=0), everyone, paid)


class _Pattern:
    """One pattern; a set of members is a number, a bit each."""

    def __init__(self, ground: Ground, pattern: int) -> None:
        rows = slice(int(ground.starts[pattern]), int(ground.starts[pattern + 1]))
        self.need, self.pool = ground.need_kwh[:, rows], ground.pool_kwh[rows]
        self.whole, self.most = float(self.pool.sum()), MOST_SUMS // (len(ground.starts) - 1)
        self.given = {0: 0.0}  # to a set
        self.shared: dict[tuple[int, int], FloatArray] = {}  # by those of one rank, served after a set

    def pour(self, rank: list[int], kwh: FloatArray) -> None:
        """Write the energy of each member; those of rank -1 are left out."""
        if len(self.given) > self.most:
            self.given, self.shared = {0: 0.0}, {}
        order = sorted((n for n, place in enumerate(rank) if place >= 0), key=rank.__getitem__)
        before, taken = 0, _Taken(self.need)
        for _place, tied in groupby(order, key=rank.__getitem__):
            group = list(tied)
            after = before | sum(1 << n for n in group)
            if len(group) > 1:
                if (before, after) not in self.shared:
                    self.shared[before, after] = self._shared(taken.kwh, group)
                kwh[group] = self.shared[before, after]
            taken.add(group)
            if after not in self.given:
                self.given[after] = float(np.minimum(taken.kwh, self.pool).sum())
            if len(group) == 1:
                kwh[group[0]] = self.given[after] - self.given[before]
            if self.given[after] == self.whole:
                break
            before = after

    def _shared(self, taken_kwh: FloatArray, group: list[int]) -> FloatArray:
        need = self.need[group]
        wanted = need.sum(axis=0)
        return need @ divided(np.clip(self.pool - taken_kwh, 0.0, wanted), wanted)


class _Taken:
    """The needs of those served so far, (T,), summed when asked for."""

    def __init__(self, need_kwh: FloatArray) -> None:
        self.need, self.waiting = need_kwh, list[int]()
        self._kwh: FloatArray | None = None

    def add(self, group: list[int]) -> None:
        """Serve some more."""
        self.waiting += group

    @property
    def kwh(self) -> FloatArray:
        """The sum at each step."""
        if self._kwh is None:
            self._kwh = np.zeros(self.need.shape[1])
        for member in self.waiting:
            self._kwh += self.need[member]
        self.waiting = []
        return self._kwh


def _allocate_in_order(ground: Ground, rank: IntArray, patterns: IntArray) -> FloatArray:
    """Return the kWh of each member in each of the patterns that share one order, (k, N)."""
    need, pool, firsts = _columns(ground, patterns)
    kwh = np.zeros((len(patterns), len(rank)))
    taken, level, last = np.zeros(len(pool)), np.empty(len(pool)), np.zeros(len(patterns))
    total = np.add.reduceat(pool, firsts)
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
        if np.array_equal(reached, total):
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


MISSING_EUR_PER_KWH = 2.0
"""What a kWh under the floor costs in the search: far above any price, so that a floor is missed only when
it cannot be met, and no multiplier grows without end."""

TOLERANCE = 1e-10
DUAL, PRIMAL = 1, 4
"""Simplex of HiGHS: after other limits were asked; after orders were added, when the last mixture stands."""


class Master:
    """Weights of the orders, summing to 1: the most euros above a floor, or the highest floor.

    Column 0 is the floor; then a slack for each member, then the orders. Row n says that member n covers
    what is asked of it; the last row sums the weights. Euros are over `scale`, kWh over the member's need.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.members = len(ground.demand_kwh)
        self.eur: list[float] = []
        self.scale = 0.0
        self.counts_euros, self.strategy = True, DUAL
        self.highs = SilentHighs(presolve="off", **TIGHT)
        inf, nothing = highspy.kHighsInf, np.zeros(0)
        self.highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        for _row in range(self.members):
            self.highs.addRow(-inf, inf, 0, nothing.astype(np.int32), nothing)
        self.highs.addRow(1.0, 1.0, 0, nothing.astype(np.int32), nothing)
        self.highs.addCol(0.0, 0.0, 0.0, 0, nothing.astype(np.int32), nothing)
        for member in range(self.members):
            self.highs.addCol(0.0, 0.0, inf, 1, np.array([member], np.int32), np.ones(1))
        self.first = 1 + self.members

    def add(self, order: GreedyAllocation) -> None:
        """Add an order."""
        if not self.scale:
            self.scale = max(abs(order.total_eur), 1.0)
        rows = np.arange(self.members + 1, dtype=np.int32)
        weights = np.append(divided(order.received_kwh, self.ground.demand_kwh), 1.0)
        self.eur.append(order.total_eur)
        cost = order.total_eur / self.scale if self.counts_euros else 0.0
        self.highs.addCol(cost, 0.0, highspy.kHighsInf, len(rows), rows, weights)

    def ask_floor(self, need_ratio: FloatArray) -> None:
        """Ask for the most euros where each covers `need_ratio` at least, fixed part included."""
        slack = MISSING_EUR_PER_KWH * self.ground.demand_kwh / self.scale
        self._ask(need_ratio, np.zeros(self.members, dtype=np.bool_), np.append(0.0, -slack))
        self._count(euros=True)

    def ask_level(self, need_ratio: FloatArray, raised: BoolArray) -> None:
        """Ask for the highest floor under `raised`, where the others cover `need_ratio` at least."""
        cost = np.zeros(1 + self.members)
        cost[0] = 1.0
        self._ask(np.where(raised, 0.0, need_ratio), raised, cost)
        self._count(euros=False)

    def _count(self, *, euros: bool) -> None:
        self.counts_euros = euros
        eur = np.array(self.eur) / self.scale * euros
        index = np.arange(self.first, self.first + len(eur), dtype=np.int32)
        self.highs.changeColsCost(len(eur), index, eur)

    def _ask(self, need_ratio: FloatArray, raised: BoolArray, cost: FloatArray) -> None:
        inf, levels, self.strategy = highspy.kHighsInf, bool(raised.any()), DUAL
        fixed = self.ground.coverage(np.zeros(self.members))
        for member in range(self.members):
            bounded = need_ratio[member] > 0.0 or raised[member]
            low = need_ratio[member] - fixed[member] - TOLERANCE if bounded else -inf
            self.highs.changeRowBounds(member, low, inf)
            self.highs.changeCoeff(member, 0, -1.0 if raised[member] else 0.0)
        columns = np.arange(self.first, dtype=np.int32)
        self.highs.changeColsCost(len(columns), columns, cost)
        self.highs.changeColBounds(0, 0.0, 1.0 if levels else 0.0)
        for member in range(self.members):
            self.highs.changeColBounds(1 + member, 0.0, 0.0 if levels else inf)

    def solve(self) -> "Mixed":
        """Return the best weights of the orders known so far."""
        self.highs.setOptionValue("simplex_strategy", self.strategy)
        self.highs.run()
        self.strategy = PRIMAL
        status = self.highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"the mixture of orders was not found: {status}")
        solution = self.highs.getSolution()
        values, duals = np.array(solution.col_value), np.array(solution.row_dual)
        weight = np.maximum(values[self.first :], 0.0)
        return Mixed(
            floor_ratio=float(values[0]),
            weight=weight / weight.sum(),
            dual=np.maximum(-duals[: self.members], 0.0),
            least=float(duals[self.members]),
        )


class Mixed:
    """A solution of the programme.

    Attributes:
        weight: of each order, summing to 1.
        dual: of each member's row, in the objective's unit by unit of coverage, (N,).
        least: what a new order has to pass to be worth taking.
    """

    def __init__(self, floor_ratio: float, weight: FloatArray, dual: FloatArray, least: float) -> None:
        self.floor, self.weight, self.dual, self.least = floor_ratio, weight, dual, least
