"""Concave terms that a search maximises: caps, sums of caps."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from acc.arrays import FloatArray, IntArray


class Term(Protocol):
    """A concave part of some gains."""

    def at(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return planes above it that touch at `x`: the values there (J,), the slopes (J, n)."""


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """`sum_t worth_t min(unit_t . x, need_t)`: what is made meets a need, and only that much counts.

    Attributes:
        unit_kwh: made by one unit of each variable, shape (n, D), or of those in `columns` alone, which make
            all of it.
        need_kwh: shape (D,).
        worth: of each kWh that meets the need, for each gain, shape (J, D), not negative.
    """

    unit_kwh: FloatArray
    need_kwh: FloatArray
    worth: FloatArray
    columns: IntArray | None = None

    def at(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the values (J,) and a supergradient of each (J, n) at `x`."""
        made = np.einsum("n,nd->d", x if self.columns is None else x[self.columns], self.unit_kwh)
        is_short = made < self.need_kwh
        # einsum, not @: BLAS may start threads, and on a busy machine wait for them longer than it counts.
        values: FloatArray = np.einsum("jd,d->j", self.worth, np.minimum(made, self.need_kwh))
        slopes = np.einsum("jd,nd->jn", self.worth * is_short, self.unit_kwh)
        if self.columns is None:
            return values, slopes
        wide = np.zeros((len(self.worth), len(x)))
        wide[:, self.columns] = slopes
        return values, wide


@dataclass(frozen=True, slots=True, eq=False)
class Gains:
    """Concave functions of x that share their evaluation: terms, plus `slope . x + offset`.

    Attributes:
        slope: shape (J, n).
        offset: shape (J,).
    """

    loops: tuple[Term, ...]
    slope: FloatArray
    offset: FloatArray

    def at(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the values (J,) and a supergradient of each (J, n) at `x`."""
        values, gradients = self.slope @ x + self.offset, self.slope.copy()
        for loop in self.loops:
            more, steeper = loop.at(x)
            values += more
            gradients += steeper
        return values, gradients
