"""The one pass of a search: the steps of a ground poured in an order of the members.

In a pattern a member receives what the plants give to it and to all before it together, less what they give
to those before: sums that depend on a set of members alone. The passes of a search are alike, so that most of
their sets were met before; their sums are kept.
"""

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.water_filling import divided, ranks_of, row_numbers
from scenarios.operation.fair_front.ground import Ground

MOST_KEPT = 64
"""Patterns whose sums are kept; of more, those that share an order are poured together."""

MOST_SUMS = 1 << 17
"""Sums kept over all patterns; then they are forgotten."""


@dataclass(frozen=True, slots=True, eq=False)
class GreedyAllocation:
    """What one order of the members gives: kWh of each, (N,), and euros of everybody and of the members."""

    received_kwh: FloatArray
    eur: float
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
        part: FloatArray = need @ divided(np.clip(self.pool - taken_kwh, 0.0, wanted), wanted)
        return part


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
