"""What participants withdraw in a draw, made a few steps at a time: a base, and what it is multiplied by."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray, IntArray, column_sums

BLOCK_VALUES = 1 << 16
"""Needs handled at once (512 kB): a block stays in cache, and what numpy takes to begin is small beside."""


@dataclass(frozen=True, slots=True, eq=False)
class Bend:
    """Factors that change from step to step: P kinds of steps, as the hours of a month.

    Attributes:
        factor: of each participant in each kind of steps, shape (N, P).
        of_step: kind of each step of the sheet, shape (D,).
    """

    factor: FloatArray
    of_step: IntArray

    def times(self, base: FloatArray, steps: slice | IntArray) -> FloatArray:
        """Return a base (N, d) times the factors of its steps, an array of its own, laid as the base is."""
        kind = self.of_step[steps]
        if np.isfortran(base):  # as `Sheet.take` leaves many participants: a step is a row
            by_step = self.factor.T.take(kind, axis=0, mode="clip")
            return np.multiply(by_step, base.T, out=by_step).T
        bent = self.factor.take(kind, axis=1, mode="clip")  # kinds are in range: "raise" would copy first
        return np.multiply(bent, base, out=bent)


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """What each participant withdraws: a base times factors, but for those with a plant behind their meter.

    Attributes:
        base_kwh: shape (N, D), D the steps of a sheet; may be memory-mapped, is never written to.
        factor: of each participant, shape (N,).
        hosts: participants given step by step instead, shape (H,).
        host_kwh: their needs, shape (H, D).
        bend: factors that stand in place of `factor`, where there are some.
    """

    base_kwh: FloatArray
    factor: FloatArray
    hosts: IntArray
    host_kwh: FloatArray
    bend: Bend | None = None

    @classmethod
    def of(cls, need_kwh: FloatArray) -> "Needs":
        """Return needs as they are, shape (N, D)."""
        members, count = need_kwh.shape
        return cls(need_kwh, np.ones(members), np.zeros(0, dtype=np.int64), np.zeros((0, count)))

    def part(self, steps: slice | IntArray) -> FloatArray:
        """Return the needs of some steps, an array of its own."""
        base = self.base_kwh[:, steps]
        need = base * self.factor[:, None] if self.bend is None else self.bend.times(base, steps)
        need[self.hosts] = self.host_kwh[:, steps]
        return need

    def of_rows(self, rows: IntArray) -> FloatArray:
        """Needs of some participants before own use, (rows, D), kWh."""
        base = np.ascontiguousarray(self.base_kwh[rows])
        if self.bend is None:
            return base * self.factor[rows, None]
        return Bend(self.bend.factor[rows], self.bend.of_step).times(base, slice(None))

    def withdrawn(self, rows: IntArray) -> FloatArray:
        """Needs of some participants, plants behind their meters counted, (rows, D), kWh."""
        need = self.of_rows(rows)
        for host, kwh in zip(self.hosts, self.host_kwh, strict=True):
            need[rows == host] = kwh
        return need

    def total(self) -> FloatArray:
        """Total need at each step, (D,), kWh."""
        members, count = self.base_kwh.shape
        return np.concatenate([np.zeros(0), *(column_sums(self.part(p)) for p in parts(0, count, members))])


def parts(first: int, stop: int, members: int) -> Iterator[slice]:
    """Return steps `first` to `stop` (excluded) in parts that stay in cache."""
    return some_at_a_time(first, stop, max(1, BLOCK_VALUES // max(1, members)))


def some_at_a_time(first: int, stop: int, size: int) -> Iterator[slice]:
    """Yield `first` to `stop` (excluded) in parts of `size`, the last one of what is left."""
    for start in range(first, stop, size):
        yield slice(start, min(start + size, stop))
