"""The programme that holds the planes of a search, and the points where it has them.

x is scaled to its upper bound, values to theirs. With a choice, a column more for each variable says how much
of it is taken: at most all of a set, shared between several where nothing forbids it.

A linear programme that grows row by row, solved by HiGHS, kept warm, with a bound of its own.

The bound does not trust the solver's tolerances: whatever multipliers it gives, their combination of
rows holds everywhere, and its largest value over the box is computed here.
"""

from dataclasses import dataclass

import highspy
import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from scenarios.operation.optimise.highs import TIGHT, SilentHighs
from scenarios.studies.size.planes.terms import Choice, ConvexProblem, InfeasibleError

INTEGER_OPTIONS = {"mip_rel_gap": 0.0, "mip_abs_gap": 1e-11, "mip_feasibility_tolerance": 1e-9}
"""Of columns in whole numbers."""

NO_PRESOLVE = {"presolve": "off"}
"""Of the same: on floors that whole modules just meet, that of HiGHS 1.x was seen not to end."""


class UnsolvedError(Exception):
    """The solver gave up: neither an optimum nor the proof that there is none."""


class Programme:
    """Maximise `cost . v` for `lower <= v <= upper`, and rows; one column at most may be without bounds."""

    def __init__(self, cost: FloatArray, lower: FloatArray, upper: FloatArray, is_integer: BoolArray) -> None:
        self.cost, self.lower, self.upper = cost, lower, upper
        self.free = np.flatnonzero(np.isinf(upper))
        self.count = 0
        self.weights = np.zeros((64, len(cost)))
        self.row_lower, self.row_upper = np.zeros(64), np.zeros(64)
        self.highs = SilentHighs(**TIGHT, **INTEGER_OPTIONS, **(NO_PRESOLVE if is_integer.any() else {}))
        for n in range(len(cost)):
            self.highs.addVar(lower[n], upper[n])
            self.highs.changeColCost(n, cost[n])
            if is_integer[n]:
                self.highs.changeColIntegrality(n, highspy.HighsVarType.kInteger)
        self.highs.changeObjectiveSense(highspy.ObjSense.kMaximize)

    def add(self, weights: FloatArray, lower: float, upper: float) -> int:
        """Add `lower <= weights . v <= upper`; return its position."""
        row, self.count = self.count, self.count + 1
        if row == len(self.weights):
            self.weights = np.vstack([self.weights, np.zeros_like(self.weights)])
            self.row_lower, self.row_upper = (
                np.append(ends, np.zeros_like(ends)) for ends in (self.row_lower, self.row_upper)
            )
        self.weights[row], self.row_lower[row], self.row_upper[row] = weights, lower, upper
        index = np.flatnonzero(weights)
        self.highs.addRow(lower, upper, len(index), index.astype(np.int32), weights[index])
        return row

    def hold_columns(self, columns: IntArray, upper: FloatArray) -> None:
        """Change the upper bounds of some columns."""
        self.upper[columns] = upper
        self.highs.changeColsBounds(len(columns), columns.astype(np.int32), self.lower[columns], upper)

    def hold_row(self, row: int, lower: float) -> None:
        """Change the lower bound of a row."""
        self.row_lower[row] = lower
        self.highs.changeRowBounds(row, lower, self.row_upper[row])

    def solved(self) -> FloatArray:
        """Return the columns at the optimum.

        Raises:
            InfeasibleError: the rows exclude each other.
            UnsolvedError: the solver gave up.
        """
        self.highs.run()
        status = self.highs.getModelStatus()
        if status not in {highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible}:
            self.highs.clearSolver()  # once more, from nothing
            self.highs.run()
            status = self.highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            raise InfeasibleError
        if status != highspy.HighsModelStatus.kOptimal:
            raise UnsolvedError
        return np.array(self.highs.getSolution().col_value)

    def integer_bound(self) -> float:
        """Return the bound of the last solution in whole numbers."""
        return float(self.highs.getInfo().mip_dual_bound)

    def bound(self) -> float:
        """Return the largest value over the box of the rows combined by the multipliers of the solution."""
        y = np.array(self.highs.getSolution().row_dual)
        weights, lower, upper = (
            ends[: self.count] for ends in (self.weights, self.row_lower, self.row_upper)
        )
        y = np.where(np.isinf(np.where(y > 0.0, upper, lower)), 0.0, y)
        for column in self.free:
            total = float(y @ weights[:, column])
            if total <= 0.0:
                return float("inf")
            y *= self.cost[column] / total
        ends = np.where(y > 0.0, upper, lower)
        left = self.cost - y @ weights
        left[self.free] = 0.0
        box = np.where(left > 0.0, self.upper, self.lower)
        box[self.free] = 0.0
        return float(y[y != 0.0] @ ends[y != 0.0] + left @ box)


FEASIBLE_RATIO = 1e-9
"""By how much a concave limit may be missed, relative to its own scale: rounding of the linear programme."""

VALUE_RATIO = 0.01
"""Scale of values over the most that the planes can reach: the solver's tolerance is then a part of it."""

DUST = 1e-10
"""A part of a choice below this is none: the tolerance of the linear programme."""


@dataclass(frozen=True, slots=True, eq=False)
class ChoicePart:
    """A part of a choice: the variables that are open, (n,), and the sets that must have one, (S,)."""

    is_open: BoolArray
    must: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class TrialPoint:
    """The next point.

    Attributes:
        columns: of the programme, there.
        taken: how much of each variable's choice is taken, (n,), 0 to 1; none without a choice.
        upper: bound on the value of all that the programme allows.
        is_true: whether the point may be built: at most one variable of a set, between its bounds.
        is_known: whether it was met before: no plane can then tell more.
    """

    x: FloatArray
    columns: FloatArray
    taken: FloatArray
    upper: float
    is_true: bool
    is_known: bool


class PlanesMaster:
    """The linear programme of a problem, and the points where it has planes."""

    def __init__(self, problem: ConvexProblem) -> None:
        self.problem = problem
        self.scale = np.where(problem.high > 0.0, problem.high, 1.0)
        values, gradients = problem.gains.at(problem.high)
        reach = np.abs(gradients) @ problem.high + np.abs(values)
        self.value_scale = VALUE_RATIO * float(max(reach[list(problem.aims)].max(), 1e-12))
        self.values: dict[bytes, FloatArray] = {}
        self.points: list[FloatArray] = []
        # Columns: x, the value, what is taken of each, then how many modules.
        self.theta = len(problem.low)
        self.x, self.taken = slice(self.theta), slice(self.theta + 1, 2 * self.theta + 1)
        self.set_rows: list[int] = []
        self.limits: list[tuple[FloatArray, float]] = []
        self.whole = self.held = allowed_sets(problem)
        self.programme = self._programme()
        if problem.choice is not None:
            self._add_choice(problem.choice)
        if problem.step is not None:
            first = len(self.programme.cost) - int((problem.step > 0.0).sum())
            for place, n in enumerate(np.flatnonzero(problem.step > 0.0)):
                weights = self._row()
                weights[n], weights[first + place] = 1.0, -problem.step[n] / self.scale[n]
                self.programme.add(weights, 0.0, 0.0)
        for limit in problem.limits:
            entry = entry_costs(problem, pays=limit.pays_entry)
            if limit.pays_entry and problem.choice is not None and limit.entry_cost is not None:
                entry = limit.entry_cost
            self.limits.append(self._add_limit(limit.weight, limit.limit, entry))

    def _programme(self) -> Programme:
        problem, n = self.problem, self.theta
        counts = np.zeros(0) if problem.step is None else _most_modules(problem)
        chosen = 0 if problem.choice is None else n
        lower, upper = np.zeros(n + 1 + chosen + len(counts)), np.ones(n + 1 + chosen + len(counts))
        cost = np.zeros(len(lower))
        upper[self.x] = problem.high / self.scale
        lower[n], upper[n], cost[n] = -np.inf, np.inf, 1.0
        upper[n + 1 + chosen :] = counts
        if problem.choice is None:
            lower[self.x] = problem.low / self.scale
        else:
            upper[self.taken] = problem.high > 0.0
            cost[self.taken] = -entry_costs(problem, pays=problem.pays_entry) / self.value_scale
        is_integer = np.zeros(len(lower), dtype=np.bool_)
        is_integer[n + 1 :] = problem.step is not None
        return Programme(cost, lower, upper, is_integer)

    def _row(self) -> FloatArray:
        return np.zeros(len(self.programme.cost))

    def _add_choice(self, choice: Choice) -> None:
        """Tie each variable to what is taken of it, between its bounds; share each set between its own."""
        for n, (low, high) in enumerate(zip(self.problem.low, self.problem.high, strict=True)):
            for bound, lower, upper in ((high, -np.inf, 0.0), (low, 0.0, np.inf)):
                weights = self._row()
                weights[n], weights[self.theta + 1 + n] = 1.0, -bound / self.scale[n]
                self.programme.add(weights, lower, upper)
        for number, must in enumerate(choice.must):
            weights = self._row()
            weights[self.taken] = choice.sets == number
            self.set_rows.append(self.programme.add(weights, float(must), 1.0))

    def _add_limit(self, weight: FloatArray, upper: float, entry: FloatArray) -> tuple[FloatArray, float]:
        """Add `weight . x + entry . taken <= upper`, in sizes near 1; return the row."""
        weights = self._row()
        weights[self.x] = weight * self.scale
        size = max(float(np.abs(weights).max(initial=0.0)), 1e-12)
        if self.problem.choice is not None:
            weights[self.taken] = entry
        self.programme.add(weights / size, -np.inf, upper / size)
        return weights / size, upper / size

    def add_planes(self, x: FloatArray) -> FloatArray:
        """Add the planes at `x`, unless they are there; return the gains."""
        key = x.tobytes()
        if key in self.values:
            return self.values[key]
        problem = self.problem
        values, gradients = problem.gains.at(x)
        self.values[key] = values
        self.points.append(x)
        for row in problem.aims:
            weights = self._row()
            weights[self.x] = -gradients[row] * self.scale / self.value_scale
            weights[self.theta] = 1.0
            self.programme.add(weights, -np.inf, float(values[row] - gradients[row] @ x) / self.value_scale)
        for floor in problem.floors:
            entry = entry_costs(problem, pays=floor.pays_entry) / floor.scale
            gradient = gradients[floor.row] / floor.scale
            self._add_limit(-gradient, float(values[floor.row] / floor.scale - gradient @ x), entry)
        return values

    def meet(self, x: FloatArray) -> tuple[float, bool]:
        """Add the planes at a point that may be built; return what the gains reach, and if limits hold."""
        problem = self.problem
        values, built = self.add_planes(x), x > 0.0
        is_feasible = all(
            values[floor.row] - entry_costs(problem, pays=floor.pays_entry) @ built
            >= -FEASIBLE_RATIO * floor.scale
            for floor in problem.floors
        )
        entry = float(entry_costs(problem, pays=problem.pays_entry) @ built)
        return float(values[list(problem.aims)].min()) - entry, is_feasible

    def true_value(self, x: FloatArray, reached: float) -> float:
        """Return the true value at a point met: what the gains reach there, where they are exact."""
        problem = self.problem
        if problem.exact is None:
            return reached
        return problem.exact(x) - float(entry_costs(problem, pays=problem.pays_entry) @ (x > 0.0))

    def lower(self, proposal: TrialPoint) -> float:
        """Add the planes at a proposal; return by how much they pass below it, in the value's unit."""
        problem = self.problem
        values = self.add_planes(proposal.x)
        passed = [float(proposal.columns[self.theta] - values[list(problem.aims)].min() / self.value_scale)]
        for floor in problem.floors:
            costs = float(entry_costs(problem, pays=floor.pays_entry) @ proposal.taken)
            passed.append((costs - float(values[floor.row])) / floor.scale)
        return max(passed) * self.value_scale

    def lower_by_known(self, proposal: TrialPoint, least: float) -> bool:
        """Add planes that other searches found, where they pass below a proposal by more than `least`."""
        problem, x, points = self.problem, proposal.x, []
        value = float(proposal.columns[self.theta]) * self.value_scale
        for row in problem.aims:
            height, point = problem.gains.lowest(x, row)
            if value - height > least:
                points.append(point)
        for floor in problem.floors:
            height, point = problem.gains.lowest(x, floor.row)
            costs = float(entry_costs(problem, pays=floor.pays_entry) @ proposal.taken)
            if (costs - height) / floor.scale * self.value_scale > least:
                points.append(point)
        new = [point for point in points if point.tobytes() not in self.values]
        for point in new:
            self.add_planes(point)
        return bool(new)

    def rounded(self, part: ChoicePart, proposal: TrialPoint) -> FloatArray | None:
        """Return a point near a proposal that may be built: all of a set in one variable that may hold it.

        None where no one of a set may, or where a limit would be passed.
        """
        choice, problem = self.problem.choice, self.problem
        if choice is None:
            return None
        total = np.bincount(choice.sets, proposal.x, len(part.must))[choice.sets]
        holds = part.is_open & (problem.low <= total) & (total <= problem.high) & (total > 0.0)
        x = np.zeros(self.theta)
        for number in np.unique(choice.sets[proposal.x > 0.0]):
            inside = np.flatnonzero(holds & (choice.sets == number))
            if len(inside) == 0:
                return None
            first = inside[np.argmax(proposal.taken[inside])]
            x[first] = total[first]
        return x if self._is_within_limits(x) else None

    def _is_within_limits(self, x: FloatArray) -> bool:
        return all(
            weights[self.x] @ (x / self.scale) + weights[self.taken] @ (x > 0.0) <= upper + DUST
            for weights, upper in self.limits
        )

    def solve(self, part: ChoicePart) -> TrialPoint:
        """Return the next point of a part, sets shared between several, and a bound on all of it.

        Raises:
            InfeasibleError: nothing in it meets all the limits.
            UnsolvedError: the solver gave up.
        """
        self._hold(part)
        columns = self.programme.solved()
        x, taken, is_true = self._point(columns), self._taken(columns), True
        choice, low = self.problem.choice, self.problem.low
        if choice is not None:
            x = np.where(taken > DUST, x, 0.0)
            built = x > 0.0
            is_true = bool(np.all(x[built] >= low[built] * (1.0 - FEASIBLE_RATIO)))
            is_true &= bool(np.bincount(choice.sets[built], minlength=1).max() <= 1)
            x = np.where(built, np.maximum(x, low), 0.0) if is_true else x
        upper = self.programme.bound() * self.value_scale
        return TrialPoint(x, columns, taken, upper, is_true, x.tobytes() in self.values)

    def solve_integer(self) -> TrialPoint:
        """Return the next point of whole modules, one variable a set, and a bound on all of these.

        Raises:
            InfeasibleError: nothing meets all the limits.
            UnsolvedError: the solver gave up.
        """
        columns = self.programme.solved()
        x, taken, problem = self._point(columns), self._taken(columns), self.problem
        if problem.step is not None:
            step = np.where(problem.step > 0.0, problem.step, 1.0)
            x = np.where(problem.step > 0.0, np.round(x / step) * step, x)
        if problem.choice is not None:
            x = np.where(taken > 0.5, np.maximum(x, problem.low), 0.0)
        upper = self.programme.integer_bound() * self.value_scale
        return TrialPoint(x, columns, taken, upper, is_true=True, is_known=x.tobytes() in self.values)

    def _point(self, columns: FloatArray) -> FloatArray:
        low = self.problem.low if self.problem.choice is None else np.zeros(self.theta)
        return np.clip(columns[self.x] * self.scale, low, self.problem.high)

    def _taken(self, columns: FloatArray) -> FloatArray:
        return np.ones(self.theta) if self.problem.choice is None else columns[self.taken]

    def _hold(self, part: ChoicePart) -> None:
        """Hold the programme to a part."""
        if part is self.held or self.problem.choice is None:
            return
        changed = np.flatnonzero(part.is_open != self.held.is_open)
        self.programme.hold_columns(self.theta + 1 + changed, part.is_open[changed].astype(np.float64))
        for number in np.flatnonzero(part.must != self.held.must):
            self.programme.hold_row(self.set_rows[number], float(part.must[number]))
        self.held = part


def _most_modules(problem: ConvexProblem) -> FloatArray:
    """Upper bound of modules of each integer variable."""
    assert problem.step is not None
    stepped = problem.step > 0.0
    return np.floor(problem.high[stepped] / problem.step[stepped] + 1e-9)


def allowed_sets(problem: ConvexProblem) -> ChoicePart:
    """Return all that a problem allows: what can only be 0 is never the one that its set has to have."""
    must = np.zeros(0, dtype=np.bool_) if problem.choice is None else problem.choice.must
    return ChoicePart(problem.high > 0.0, must)


def entry_costs(problem: ConvexProblem, *, pays: bool) -> FloatArray:
    """Return the entry cost of each variable, (n,), 0 where there is no choice or nobody pays."""
    if problem.choice is None or not pays:
        return np.zeros(len(problem.low))
    return problem.choice.entry_cost


def halves(choice: Choice | None, part: ChoicePart, taken: FloatArray) -> tuple[ChoicePart, ...]:
    """Return a part in two, at the set that is the most shared between several; none where none is.

    None of a set comes first, then its variables in their order: a hull between two of them is then left.
    """
    if choice is None:
        return ()
    most, cut = DUST, None
    for number, must in enumerate(part.must):
        members = np.flatnonzero((choice.sets == number) & part.is_open)
        weights = taken[members]
        none = 0.0 if must else max(0.0, 1.0 - float(weights.sum()))
        largest = max(none, float(weights.max(initial=0.0)))
        total = none + float(weights.sum())
        if total - largest > most:
            most = total - largest
            place = float(weights @ np.arange(1, len(members) + 1)) / total
            cut = number, members, int(np.floor(place))
    if cut is None:
        return ()
    number, members, place = cut
    first, last, must = part.is_open.copy(), part.is_open.copy(), part.must.copy()
    first[members[place:]], last[members[:place]], must[number] = False, False, True
    return ChoicePart(first, part.must), ChoicePart(last, must)
