"""Concave terms that a search maximises: caps, sums of caps, and planes above them that are kept.

A concave function to maximise under limits, and what a search of it found.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray


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
        rows: which row of `unit_kwh` each variable makes, where several make the same.
    """

    unit_kwh: FloatArray
    need_kwh: FloatArray
    worth: FloatArray
    columns: IntArray | None = None
    rows: IntArray | None = None

    def at(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the values (J,) and a supergradient of each (J, n) at `x`."""
        rows = np.arange(len(self.unit_kwh)) if self.rows is None else self.rows
        columns = np.arange(len(rows)) if self.columns is None else self.columns
        # einsum, not @: BLAS may start threads, and on a busy machine wait for them longer than it counts.
        output = np.einsum("n,nd->d", np.bincount(rows, x[columns], len(self.unit_kwh)), self.unit_kwh)
        is_short = output < self.need_kwh
        values: FloatArray = np.einsum("jd,d->j", self.worth, np.minimum(output, self.need_kwh))
        slopes = np.einsum("jd,nd->jn", self.worth * is_short, self.unit_kwh)
        wide = np.zeros((len(self.worth), len(x)))
        wide[:, columns] = slopes[:, rows]
        return values, wide


def unique_rows(unit_kwh: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return the rows of an array that differ, and which of them each row is."""
    rows = kinds_of(unit_kwh)
    return np.ascontiguousarray(unit_kwh[np.unique(rows, return_index=True)[1]]), rows


def kinds_of(*worths: FloatArray) -> IntArray:
    """Return a number for each row, (n,), the same where all these arrays (n, ...) have the same row.

    >>> kinds_of(np.array([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0]])).tolist()
    [0, 1, 0]
    """
    rows = [
        b"".join(np.ascontiguousarray(worth[n]).tobytes() for worth in worths) for n in range(len(worths[0]))
    ]
    numbers = {row: number for number, row in enumerate(dict.fromkeys(rows))}
    return np.array([numbers[row] for row in rows], dtype=np.int64)


class LoneLoops:
    """`sum_n sum_t worth_nt (min(unit_nt x_n - limit_n last, need_t) + limit_n last)` where n makes anything.

    Each variable is counted by itself, with the last one as a limit beside the need.
    """

    def __init__(
        self,
        columns: IntArray,
        unit_kwh: FloatArray,
        need_kwh: FloatArray,
        worths: Sequence[FloatArray],
        limits: FloatArray,
    ) -> None:
        """Precompute arrays for repeated calls.

        Args:
            columns: the variables that count, (c,), of those of `unit_kwh` (n, D).
            need_kwh: shape (D,).
            worths: of a kWh of each of `columns`, (D,) each, not negative.
            limits: of one unit of the last variable beside each of `columns`, (c,), 0 where it is none.
        """
        self.columns, self.limits, self.worths = columns, limits, worths
        lit = np.flatnonzero(unit_kwh[columns].any(axis=0))
        self.unit, self.need = unit_kwh[np.ix_(columns, lit)], need_kwh[lit]
        self.worths = [worth[lit] * (unit > 0.0) for worth, unit in zip(worths, self.unit, strict=True)]
        self.slopes = np.array(
            [np.einsum("d,d->", w, u) for w, u in zip(self.worths, self.unit, strict=True)]
        )
        self.needs = np.array([np.einsum("d,d->", w, self.need) for w in self.worths])
        self.sums = np.array([w.sum() for w in self.worths])

    def at(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the value (1,) and a supergradient (1, n) at `x`."""
        value, gradient = 0.0, np.zeros(len(x))
        gradient[self.columns] = self.slopes  # of what is not built, which is short everywhere
        for place in np.flatnonzero(x[self.columns]).tolist():
            n, limit = int(self.columns[place]), float(self.limits[place])
            unit, room = self.unit[place], limit * float(x[-1])
            worth = self.worths[place] * (unit * x[n] < self.need + room)
            short, slope = float(worth.sum()), float(np.einsum("d,d->", worth, unit))
            rest = self.sums[place] - short
            value += slope * float(x[n]) + rest * room
            value += float(self.needs[place] - np.einsum("d,d->", worth, self.need))
            gradient[n] = slope
            gradient[-1] += limit * rest
        return np.array([value]), gradient[None]


@dataclass(frozen=True, slots=True, eq=False)
class OnRows:
    """A term of one gain, the same for some rows of several."""

    term: Term
    rows: tuple[int, ...]
    count: int

    def at(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the values (J,) and a supergradient of each (J, n) at `x`."""
        (value,), (gradient,) = self.term.at(x)
        values, gradients = np.zeros(self.count), np.zeros((self.count, len(x)))
        values[list(self.rows)], gradients[list(self.rows)] = value, gradient
        return values, gradients


class KeptTerms:
    """Terms together, with what each point gave: as many planes, which other searches need not ask for."""

    def __init__(self, terms: tuple[Term, ...]) -> None:
        self.terms = terms
        self.points: list[FloatArray] = []
        self.places: dict[bytes, int] = {}
        self.values: FloatArray = np.zeros((0, 0))
        self.gradients: FloatArray = np.zeros((0, 0, 0))
        self.offsets: FloatArray = np.zeros((0, 0))

    def at(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the values (J,) and a supergradient of each (J, n) at `x`."""
        place = self.places.get(x.tobytes())
        if place is None:
            place = self._keep(x)
        return self.values[place].copy(), self.gradients[place].copy()

    def _keep(self, x: FloatArray) -> int:
        values, gradients = self.terms[0].at(x)
        for term in self.terms[1:]:
            more, steeper = term.at(x)
            values, gradients = values + more, gradients + steeper
        place = len(self.points)
        if place == 0:
            self.values, self.offsets = values[None].copy(), values[None].copy()
            self.gradients = gradients[None]
        elif place == len(self.values):
            self.values, self.offsets, self.gradients = (
                np.concatenate([kept, np.zeros_like(kept)])
                for kept in (self.values, self.offsets, self.gradients)
            )
        self.values[place], self.gradients[place] = values, gradients
        self.offsets[place] = values - gradients @ x
        self.points.append(x)
        self.places[x.tobytes()] = place
        return place

    def lowest(self, x: FloatArray, row: int) -> tuple[float, FloatArray]:
        """Upper bound of a gain at `x` from the kept planes, and point of the lowest plane."""
        count = len(self.points)
        if count == 0:
            return np.inf, x
        heights = self.offsets[:count, row] + self.gradients[:count, row] @ x
        place = int(np.argmin(heights))
        return float(heights[place]), self.points[place]


@dataclass(frozen=True, slots=True, eq=False)
class Gains:
    """Concave functions of x that share their evaluation: terms, plus `slope . x + offset`.

    Attributes:
        slope: shape (J, n).
        offset: shape (J,).
        kept: the only one of the terms, where it keeps its planes.
    """

    loops: tuple[Term, ...]
    slope: FloatArray
    offset: FloatArray
    kept: KeptTerms | None = None

    def at(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the values (J,) and a supergradient of each (J, n) at `x`."""
        values, gradients = self.slope @ x + self.offset, self.slope.copy()
        for loop in self.loops:
            more, steeper = loop.at(x)
            values += more
            gradients += steeper
        return values, gradients

    def lowest(self, x: FloatArray, row: int) -> tuple[float, FloatArray]:
        """Upper bound of a gain at `x` from the kept planes, and point of the lowest plane."""
        if self.kept is None:
            return np.inf, x
        height, point = self.kept.lowest(x, row)
        return height + float(self.slope[row] @ x + self.offset[row]), point


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """A limit `weight . x <= limit`; entry costs, its own (n,) or the choice's, count where `pays_entry`."""

    name: str
    weight: FloatArray
    limit: float
    pays_entry: bool = False
    entry_cost: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class Floor:
    """A limit `gain >= 0`; entry costs are taken off where `pays_entry`.

    Attributes:
        scale: in the unit of the gain: divided by it, limits are comparable.
    """

    row: int
    scale: float
    pays_entry: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Variables that are 0 or between their bounds, at most one of each set above 0.

    Attributes:
        sets: which set each variable belongs to, 0 to S - 1, shape (n,).
        must: whether a set has to have one, shape (S,).
        entry_cost: lost as soon as the variable is above 0, shape (n,), by what pays it.
    """

    sets: IntArray
    must: BoolArray
    entry_cost: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ConvexProblem:
    """Maximise the least of some gains, under limits.

    Attributes:
        low, high: bounds of x, shape (n,).
        aims: rows of `gains` whose least value is maximised.
        floors: rows of `gains` that must be at least 0.
        pays_entry: whether the aim pays the entry costs of the choice.
        choice: None when every variable may take any value between its bounds.
        step: x is a whole number of these, shape (n,), 0 for any value; None where all take any.
        exact: the true value where `gains` only bounds it from above; None where it is exact.
    """

    gains: Gains
    low: FloatArray
    high: FloatArray
    aims: tuple[int, ...] = (0,)
    floors: tuple[Floor, ...] = ()
    limits: tuple[Linear, ...] = ()
    choice: Choice | None = None
    step: FloatArray | None = None
    pays_entry: bool = True
    exact: Callable[[FloatArray], float] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Optimum:
    """What the search found.

    Attributes:
        x: shape (n,); `value` there, and the `bound` that no feasible x passes.
        planes: points evaluated, to start another search of the same gains from.
    """

    x: FloatArray
    value: float
    bound: float
    planes: tuple[FloatArray, ...] = field(repr=False, default=())

    @property
    def gap_ratio(self) -> float:
        """Bound less value, relative to the value (to 1 when it is smaller)."""
        return max(0.0, self.bound - self.value) / max(1.0, abs(self.value))


class InfeasibleError(Exception):
    """No x meets all the limits at once."""
