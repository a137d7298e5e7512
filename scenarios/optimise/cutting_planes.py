"""The largest value of a concave function made of caps, exactly, with a bound that proves it.

Kelley's cutting planes (J. SIAM 8, 1960): each evaluation gives a plane that the function never passes;
a small linear programme keeps them all and proposes the next point. Because the functions are piecewise
linear the search ends, and the last programme's value is an upper bound: bound less value is the gap.
The programme (HiGHS) is kept warm and receives one row an evaluation.

The bound does not trust the solver's tolerances: whatever multipliers it gives, their combination of
planes is above the function, and its largest value over the box is computed here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from scenarios.optimise.highs import SilentHighs
from scenarios.optimise.terms import Gains

GAP_RATIO = 1e-10
"""Relative gap at which the search stops."""

FEASIBLE_RATIO = 1e-9
"""By how much a concave limit may be missed, relative to its own scale: rounding of the linear programme."""

MAX_ROUNDS = 500


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


def maximise(problem: ConvexProblem, start: Sequence[FloatArray] = ()) -> Optimum:
    """Return the best x, its value, and the bound that proves how good it is.

    Args:
        start: points to take planes from first, of an earlier search with the same gains.

    Raises:
        InfeasibleError: the limits exclude each other.
    """
    master = _Master(problem)
    middle = (problem.low + problem.high) / 2.0
    for point in start or (problem.high, middle):
        master.add_planes(point)
    best, best_value, bound = None, -np.inf, np.inf
    whole = problem.choice is not None or problem.step is not None
    for _round in range(MAX_ROUNDS):
        x, upper = master.solve(whole=whole)
        bound = min(bound, upper)
        value, is_feasible = master.add_planes(x)
        if is_feasible and value > best_value:
            best, best_value = x, value
        if best is not None and bound - best_value <= GAP_RATIO * max(1.0, abs(best_value)):
            break
        if master.stalled:
            break
    if best is None:
        raise InfeasibleError
    return Optimum(best, best_value, max(bound, best_value), tuple(master.points))


class _Master:
    """The linear programme that holds the planes; x is scaled to its upper bound, values to theirs."""

    def __init__(self, problem: ConvexProblem) -> None:
        self.problem = problem
        self.scale = np.where(problem.high > 0.0, problem.high, 1.0)
        values, gradients = problem.gains.at(problem.high)
        reach = np.abs(gradients) @ problem.high + np.abs(values)
        self.value_scale = float(max(reach[list(problem.aims)].max(), 1e-12))
        self.points: list[FloatArray] = []
        self.stalled = False
        self.rows: list[tuple[str, FloatArray, float]] = []
        self.chosen = 0
        self.highs = self._programme()

    def _programme(self) -> highspy.Highs:
        highs = SilentHighs()
        for option, value in (
            ("primal_feasibility_tolerance", 1e-10),
            ("dual_feasibility_tolerance", 1e-10),
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", 1e-11),
            ("mip_feasibility_tolerance", 1e-9),
            ("threads", 1),
        ):
            highs.setOptionValue(option, value)
        problem, inf = self.problem, highspy.kHighsInf
        self._may_be_zero = problem.choice is not None
        for low, high, scale in zip(problem.low, problem.high, self.scale, strict=True):
            highs.addVar(0.0 if self._may_be_zero else low / scale, high / scale)
        self.theta = len(problem.low)
        highs.addVar(-inf, inf)
        highs.changeColCost(self.theta, 1.0)
        highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        if problem.step is not None:
            self._add_steps(highs, problem.step)
        if problem.choice is not None:
            self._add_choice(highs, problem.choice)
        for limit in problem.limits:
            entry = self._entry(pays=limit.pays_entry)
            if len(entry) and limit.entry_cost is not None:
                entry = limit.entry_cost
            self._add_row(highs, "limit", limit.weight * self.scale, limit.limit, entry)
        return highs

    def _entry(self, *, pays: bool) -> FloatArray:
        """Return the entry cost of each variable, none where there is no choice or nobody pays."""
        choice = self.problem.choice
        return choice.entry_cost if choice is not None and pays else np.zeros(0)

    def _add_row(
        self, highs: highspy.Highs, kind: str, weight: FloatArray, upper: float, entry: FloatArray
    ) -> None:
        """Add `weight . u (+ theta) (+ entry . chosen) <= upper`, in sizes near 1."""
        size = 1.0 if kind == "aim" else max(float(np.abs(weight).max(initial=0.0)), 1e-12)
        index = [*range(len(weight)), *([self.theta] if kind == "aim" else [])]
        values = [*(weight / size), *([1.0] if kind == "aim" else [])]
        index += [self.chosen + n for n in range(len(entry))]
        values += list(entry / size)
        highs.addRow(
            -highspy.kHighsInf, upper / size, len(index), np.array(index, np.int32), np.array(values)
        )
        self.rows.append((kind, weight / size, upper / size))

    def _add_steps(self, highs: highspy.Highs, step: FloatArray) -> None:
        for n, (size, scale) in enumerate(zip(step, self.scale, strict=True)):
            if size <= 0.0:
                continue
            count = highs.getNumCol()
            highs.addVar(0.0, float(np.floor(self.problem.high[n] / size + 1e-9)))
            highs.changeColIntegrality(count, highspy.HighsVarType.kInteger)
            index, values = np.array([n, count], dtype=np.int32), np.array([1.0, -size / scale])
            highs.addRow(0.0, 0.0, 2, index, values)
            self.rows.append(("tie", np.zeros(len(step)), 0.0))

    def _add_choice(self, highs: highspy.Highs, choice: Choice) -> None:
        problem, inf = self.problem, highspy.kHighsInf
        self.chosen = highs.getNumCol()
        zeros = np.zeros(len(problem.low))
        for n in range(len(problem.low)):
            column = self.chosen + n
            # What can only be 0 is never the one that its set has to have.
            highs.addVar(0.0, 1.0 if problem.high[n] > 0.0 else 0.0)
            highs.changeColIntegrality(column, highspy.HighsVarType.kInteger)
            if problem.pays_entry:
                highs.changeColCost(column, -float(choice.entry_cost[n]) / self.value_scale)
            index = np.array([n, column], dtype=np.int32)
            for bound, lower, upper in ((problem.high[n], -inf, 0.0), (problem.low[n], 0.0, inf)):
                highs.addRow(lower, upper, 2, index, np.array([1.0, -bound / self.scale[n]]))
                self.rows.append(("tie", zeros, 0.0))
        for number, must in enumerate(choice.must):
            members = (self.chosen + np.flatnonzero(choice.sets == number)).astype(np.int32)
            highs.addRow(1.0 if must else 0.0, 1.0, len(members), members, np.ones(len(members)))
            self.rows.append(("tie", zeros, 0.0))

    def add_planes(self, x: FloatArray) -> tuple[float, bool]:
        """Add the planes at `x`; return the value there, and whether x meets the concave limits."""
        problem = self.problem
        values, gradients = problem.gains.at(x)
        self.points.append(x)
        for row in problem.aims:
            plane = gradients[row] * self.scale / self.value_scale
            upper = (values[row] - gradients[row] @ x) / self.value_scale
            self._add_row(self.highs, "aim", -plane, upper, np.zeros(0))
        is_feasible = True
        for floor in problem.floors:
            entry = self._entry(pays=floor.pays_entry)
            paid = float(entry @ (x > 0.0)) if len(entry) else 0.0
            is_feasible &= bool(values[floor.row] - paid >= -FEASIBLE_RATIO * floor.scale)
            plane = -gradients[floor.row] * self.scale / floor.scale
            upper = (values[floor.row] - gradients[floor.row] @ x) / floor.scale
            self._add_row(self.highs, "floor", plane, upper, entry / floor.scale)
        value = float(values[list(problem.aims)].min()) if problem.exact is None else problem.exact(x)
        return value - self._entry_cost(x), is_feasible

    def _entry_cost(self, x: FloatArray) -> float:
        entry = self._entry(pays=self.problem.pays_entry)
        return float(entry @ (x > 0.0)) if len(entry) else 0.0

    def solve(self, *, whole: bool) -> tuple[FloatArray, float]:
        """Return the next point, and a bound on the value of every feasible one."""
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise InfeasibleError
        solution, problem = self.highs.getSolution(), self.problem
        u = np.array(solution.col_value[: self.theta])
        x = np.clip(u * self.scale, 0.0 if self._may_be_zero else problem.low, problem.high)
        if problem.step is not None:
            step = np.where(problem.step > 0.0, problem.step, 1.0)
            x = np.where(problem.step > 0.0, np.round(x / step) * step, x)
        if problem.choice is not None:
            taken = np.array(solution.col_value[self.chosen : self.chosen + self.theta]) > 0.5
            x = np.where(taken, np.maximum(x, problem.low), 0.0)
        self.stalled = any(np.array_equal(x, point) for point in self.points)
        if whole:
            return x, self.highs.getInfo().mip_dual_bound * self.value_scale
        return x, self._bound(np.array(solution.row_dual)) * self.value_scale

    def _bound(self, duals: FloatArray) -> float:
        """Return the largest value over the box of the planes combined by these multipliers."""
        weights = np.abs(duals[: len(self.rows)])
        is_aim = np.array([kind == "aim" for kind, _weight, _upper in self.rows])
        total = weights[is_aim].sum()
        if total <= 0.0:
            return float("inf")
        planes = np.array([weight for _kind, weight, _upper in self.rows])
        uppers = np.array([upper for _kind, _weight, upper in self.rows])
        slope = -(weights @ planes) / total
        low, high = self.problem.low / self.scale, self.problem.high / self.scale
        return float(weights @ uppers / total + np.maximum(slope * low, slope * high).sum())
