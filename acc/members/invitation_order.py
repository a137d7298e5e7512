"""Whom to invite first: candidates one by one, and in the order in which each next one brings most.

What a set J of candidates brings is `sum_t min(P + P_J, C + C_J)` less what is shared without them: what a
key that wastes nothing shares. It is concave in J taken as numbers from 0 to 1 (a least of two sums), so that
the plane through any point bounds every set. Where all candidates only consume, or all only produce, it
is moreover submodular (who comes later brings less): the greedy order then brings at least 1 - 1/e, some
63 %, of the best set of the same size, when any candidates may join together (Nemhauser, Wolsey and Fisher,
1978). With both kinds a plant and a consumer may be worth more together: only the printed bound holds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray, IntArray

GREEDY_RATIO = 1.0 - 1.0 / np.e
"""The part of the best that the greedy order is proven to bring, under the conditions above."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """What may join an operation: U candidates, D steps.

    Attributes:
        made_kwh, need_kwh: of the operation as it stands, shape (D,).
        more_made_kwh, more_need_kwh: what each candidate adds, shape (D, U); a plant behind a meter
            that is in already lowers its need.
    """

    made_kwh: FloatArray
    need_kwh: FloatArray
    more_made_kwh: FloatArray
    more_need_kwh: FloatArray

    @property
    def is_submodular(self) -> bool:
        """Whether the greedy order is proven to bring its part of the best: candidates of one side only."""
        output, need = self.more_made_kwh, self.more_need_kwh
        return (not output.any() and bool(np.all(need >= 0.0))) or (
            not need.any() and bool(np.all(output >= 0.0))
        )

    def shared_kwh(self, chosen: Sequence[int] = ()) -> float:
        """Energy shared with a set of candidates, kWh."""
        pool, need = self._with(chosen)
        return float(np.minimum(pool, need).sum())

    def gains_kwh(self, chosen: Sequence[int] = ()) -> FloatArray:
        """Marginal shared energy of each candidate, (U,), kWh; zero for members of the set."""
        pool, need = self._with(chosen)
        now = np.minimum(pool, need).sum()
        after = np.minimum(pool[:, None] + self.more_made_kwh, need[:, None] + self.more_need_kwh).sum(axis=0)
        gains: FloatArray = after - now
        gains[list(chosen)] = 0.0
        return gains

    def slopes_kwh(self, chosen: Sequence[int]) -> FloatArray:
        """Return the slope of the plane that touches at a set, for each candidate, shape (U,)."""
        pool, need = self._with(chosen)
        is_short = pool < need
        slopes: FloatArray = np.where(is_short[:, None], self.more_made_kwh, self.more_need_kwh).sum(axis=0)
        return slopes

    def _with(self, chosen: Sequence[int]) -> tuple[FloatArray, FloatArray]:
        columns = list(chosen)
        return (
            self.made_kwh + self.more_made_kwh[:, columns].sum(axis=1),
            self.need_kwh + self.more_need_kwh[:, columns].sum(axis=1),
        )


@dataclass(frozen=True, slots=True)
class Invitation:
    """One step of the best order.

    Attributes:
        candidate: its position.
        gain_kwh: what it adds to those before it; `total_kwh` all of them together.
        bound_kwh: no set of that many candidates brings more in total.
    """

    candidate: int
    gain_kwh: float
    total_kwh: float
    bound_kwh: float


def best_order(
    candidates: Candidates, may_join: Callable[[Sequence[int]], bool] = lambda _set: True
) -> tuple[Invitation, ...]:
    """Return the candidates in greedy order, each the one that adds most to those before it.

    It ends when nobody adds anything or may still join.

    Args:
        may_join: whether a set is allowed; asked for sets that grow one by one.

    >>> ones = np.ones(1)
    >>> steps = best_order(Candidates(6.0 * ones, 1.0 * ones, np.zeros((1, 2)), np.array([[2.0, 4.0]])))
    >>> [(step.candidate, step.gain_kwh, step.bound_kwh) for step in steps]
    [(1, 4.0, 4.0), (0, 1.0, 5.0)]
    """
    chosen: list[int] = []
    gains_kwh: list[float] = []
    left = list(range(candidates.more_need_kwh.shape[1]))
    while left:
        gains = candidates.gains_kwh(chosen)
        left = [c for c in left if may_join([*chosen, c])]
        best = max(left, key=lambda c: gains[c], default=None)
        if best is None or not gains[best] > 0.0:
            break
        chosen.append(best)
        gains_kwh.append(float(gains[best]))
        left.remove(best)
    bounds, totals = _bounds_kwh(candidates, chosen), np.cumsum(gains_kwh)
    return tuple(
        Invitation(candidate, gain, float(total), max(float(bound), float(total)))
        for candidate, gain, total, bound in zip(chosen, gains_kwh, totals, bounds, strict=True)
    )


def _bounds_kwh(candidates: Candidates, chosen: Sequence[int]) -> FloatArray:
    """Upper bounds of the gain of any set of 1, 2... candidates, (len(chosen),), kWh.

    The least over the planes that touch at the sets met: value + slopes of the best few. Where the worth
    is submodular, what each one adds bounds better than its slope.
    """
    start = candidates.shared_kwh()
    sizes = np.arange(1, len(chosen) + 1)
    bounds = np.full(len(chosen), np.inf)
    for count in range(len(chosen) + 1):
        inside = list(chosen[:count])
        brought, slopes = candidates.shared_kwh(inside) - start, candidates.slopes_kwh(inside)
        bounds = np.minimum(bounds, brought - slopes[inside].sum() + _best_few(slopes, sizes))
        if candidates.is_submodular:
            bounds = np.minimum(bounds, brought + _best_few(candidates.gains_kwh(inside), sizes))
    return bounds


def _best_few(values: FloatArray, sizes: IntArray) -> FloatArray:
    """Return the sum of the 1, 2... largest of `values` that are above zero."""
    ordered = np.cumsum(np.maximum(np.sort(values)[::-1], 0.0))
    return ordered[sizes - 1]
