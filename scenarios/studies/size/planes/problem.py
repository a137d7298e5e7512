"""A concave function to maximise under limits, and what a search of it found."""

from collections.abc import Callable
from dataclasses import dataclass, field

from acc.arrays import BoolArray, FloatArray, IntArray
from scenarios.studies.size.planes.terms import Gains


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
