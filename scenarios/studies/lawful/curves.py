"""What sites use and roofs make over the steps that count, by member, alike prices side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray, Laid, in_memory, let_go

AT_ONCE = 256
"""Columns picked at once: a second copy of those of 10,000 sites would take 350 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class SunnySteps:
    """The steps in which something is made, put together where the same prices hold for everybody.

    Attributes:
        order: positions of the steps in the period, (T',).
        starts: where each pattern of prices begins among them, (P + 1,), the end last.
        together: how many of them are one sum; sums of several share too much (min is concave).
    """

    order: IntArray
    starts: IntArray
    together: int = 1

    @property
    def edges(self) -> tuple[int, ...]:
        """Where the sums of each pattern begin, (P + 1,), the end last."""
        counts = -(-np.diff(self.starts) // self.together)
        return (0, *np.cumsum(counts).tolist())

    def rows(self, by_step_kwh: FloatArray, store: Laid = in_memory) -> FloatArray:
        """Return columns (T, S) of the whole period as rows of sums, (S, T'')."""
        blocks = map(self._summed, self._picked(by_step_kwh))
        return store(blocks, (by_step_kwh.shape[1], self.edges[-1]))

    def _picked(self, by_step_kwh: FloatArray) -> Iterator[FloatArray]:
        for first in range(0, by_step_kwh.shape[1], AT_ONCE):
            yield by_step_kwh[:, first : first + AT_ONCE][self.order].T
            let_go(by_step_kwh)

    def _summed(self, picked: FloatArray) -> FloatArray:
        return picked if self.together == 1 else np.add.reduceat(picked, self._cuts(), axis=1)

    def _cuts(self) -> IntArray:
        pairs = pairwise(self.starts.tolist())
        cuts: IntArray = np.concatenate([np.arange(a, b, self.together) for a, b in pairs])
        return cuts


def sunny_steps(is_sunny: BoolArray, pattern: IntArray) -> SunnySteps:
    """Return the steps that count, by pattern of prices.

    Args:
        pattern: of each step, (T,).
    """
    steps = np.flatnonzero(is_sunny)
    order = steps[np.argsort(pattern[steps], kind="stable")]
    _kinds, starts = np.unique(pattern[order], return_index=True)
    return SunnySteps(order, np.append(starts, len(order)))


def added(rows_kwh: Sequence[FloatArray], count: int) -> FloatArray:
    """Return the sum of rows, (T'',): one by one and in place, thrice as fast as over a copy of them."""
    total = np.zeros(count)
    for row in rows_kwh:
        total += row
    return total
