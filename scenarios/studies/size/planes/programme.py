"""A linear programme that grows row by row, solved by HiGHS, kept warm, with a bound of its own.

The bound does not trust the solver's tolerances: whatever multipliers it gives, their combination of
rows holds everywhere, and its largest value over the box is computed here.
"""

import highspy
import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from scenarios.operation.optimise.highs import TIGHT, SilentHighs
from scenarios.studies.size.planes.problem import InfeasibleError

WHOLE = {"mip_rel_gap": 0.0, "mip_abs_gap": 1e-11, "mip_feasibility_tolerance": 1e-9}
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
        self.highs = SilentHighs(**TIGHT, **WHOLE, **(NO_PRESOLVE if is_integer.any() else {}))
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
