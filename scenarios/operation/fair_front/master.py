"""The linear programme that mixes orders of the members: HiGHS kept warm, one column an order."""

import highspy
import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.water_filling import divided
from scenarios.operation.fair_front.ground import Ground
from scenarios.operation.fair_front.passes import GreedyAllocation
from scenarios.operation.optimise.highs import TIGHT, SilentHighs

MISSING_EUR_PER_KWH = 2.0
"""What a kWh under the floor costs in the search: far above any price, so that a floor is missed only when
it cannot be met, and no multiplier grows without end."""

TOLERANCE = 1e-10
DUAL, PRIMAL = 1, 4
"""Simplex of HiGHS: after other limits were asked; after orders were added, when the last mixture stands."""


class Master:
    """Weights of the orders, summing to 1: the most euros above a floor, or the highest floor.

    Column 0 is the floor; then a slack for each member, then the orders. Row n says that member n covers
    what is asked of it; the last row sums the weights. Euros are over `scale`, kWh over the member's need.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.members = len(ground.demand_kwh)
        self.eur: list[float] = []
        self.scale = 0.0
        self.counts_euros, self.strategy = True, DUAL
        self.highs = SilentHighs(presolve="off", **TIGHT)
        inf, nothing = highspy.kHighsInf, np.zeros(0)
        self.highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        for _row in range(self.members):
            self.highs.addRow(-inf, inf, 0, nothing.astype(np.int32), nothing)
        self.highs.addRow(1.0, 1.0, 0, nothing.astype(np.int32), nothing)
        self.highs.addCol(0.0, 0.0, 0.0, 0, nothing.astype(np.int32), nothing)
        for member in range(self.members):
            self.highs.addCol(0.0, 0.0, inf, 1, np.array([member], np.int32), np.ones(1))
        self.first = 1 + self.members

    def add(self, order: GreedyAllocation) -> None:
        """Add an order."""
        if not self.scale:
            self.scale = max(abs(order.eur), 1.0)
        rows = np.arange(self.members + 1, dtype=np.int32)
        weights = np.append(divided(order.received_kwh, self.ground.demand_kwh), 1.0)
        self.eur.append(order.eur)
        cost = order.eur / self.scale if self.counts_euros else 0.0
        self.highs.addCol(cost, 0.0, highspy.kHighsInf, len(rows), rows, weights)

    def ask_floor(self, need_ratio: FloatArray) -> None:
        """Ask for the most euros where each covers `need_ratio` at least, fixed part included."""
        slack = MISSING_EUR_PER_KWH * self.ground.demand_kwh / self.scale
        self._ask(need_ratio, np.zeros(self.members, dtype=np.bool_), np.append(0.0, -slack))
        self._count(euros=True)

    def ask_level(self, need_ratio: FloatArray, raised: BoolArray) -> None:
        """Ask for the highest floor under `raised`, where the others cover `need_ratio` at least."""
        cost = np.zeros(1 + self.members)
        cost[0] = 1.0
        self._ask(np.where(raised, 0.0, need_ratio), raised, cost)
        self._count(euros=False)

    def _count(self, *, euros: bool) -> None:
        self.counts_euros = euros
        eur = np.array(self.eur) / self.scale * euros
        index = np.arange(self.first, self.first + len(eur), dtype=np.int32)
        self.highs.changeColsCost(len(eur), index, eur)

    def _ask(self, need_ratio: FloatArray, raised: BoolArray, cost: FloatArray) -> None:
        inf, levels, self.strategy = highspy.kHighsInf, bool(raised.any()), DUAL
        fixed = self.ground.coverage(np.zeros(self.members))
        for member in range(self.members):
            bounded = need_ratio[member] > 0.0 or raised[member]
            low = need_ratio[member] - fixed[member] - TOLERANCE if bounded else -inf
            self.highs.changeRowBounds(member, low, inf)
            self.highs.changeCoeff(member, 0, -1.0 if raised[member] else 0.0)
        columns = np.arange(self.first, dtype=np.int32)
        self.highs.changeColsCost(len(columns), columns, cost)
        self.highs.changeColBounds(0, 0.0, 1.0 if levels else 0.0)
        for member in range(self.members):
            self.highs.changeColBounds(1 + member, 0.0, 0.0 if levels else inf)

    def solve(self) -> "Mixed":
        """Return the best weights of the orders known so far."""
        self.highs.setOptionValue("simplex_strategy", self.strategy)
        self.highs.run()
        self.strategy = PRIMAL
        status = self.highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"the mixture of orders was not found: {status}")
        solution = self.highs.getSolution()
        values, duals = np.array(solution.col_value), np.array(solution.row_dual)
        weight = np.maximum(values[self.first :], 0.0)
        return Mixed(
            floor=float(values[0]),
            weight=weight / weight.sum(),
            dual=np.maximum(-duals[: self.members], 0.0),
            least=float(duals[self.members]),
        )


class Mixed:
    """A solution of the programme.

    Attributes:
        weight: of each order, summing to 1.
        dual: of each member's row, in the objective's unit by unit of coverage, (N,).
        least: what a new order has to pass to be worth taking.
    """

    def __init__(self, floor: float, weight: FloatArray, dual: FloatArray, least: float) -> None:
        self.floor, self.weight, self.dual, self.least = floor, weight, dual, least
