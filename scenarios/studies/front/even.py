"""The most euros of everybody at each Gini index: the same orders, mixed under another limit.

Half the sum of the differences of coverage between pairs is at most `gini x n x sum of coverages`: linear in
what the orders give. Where a kWh served would only part the members further it may be left to the surplus.
"""

from itertools import combinations

import highspy
import numpy as np

from acc.fairness import gini
from acc.water_filling import divided
from scenarios.operation.fair_front.passes import GreedyAllocation
from scenarios.operation.fair_front.search import FairSplit, FrontSearch, OrderPool
from scenarios.operation.optimise.highs import TIGHT, SilentHighs

GAP_RATIO = 1e-10
MAX_PASSES = 3000
SAME_GINI = 1e-6


class EvenSearch(OrderPool):
    """Orders mixed under a Gini index, those of a front to start with.

    Rows: the coverage of each who can receive, the two sides of each pair, the limit, the sum of weights.
    Columns: coverages, differences of pairs, orders.
    """

    def __init__(self, search: FrontSearch) -> None:
        super().__init__(search.ground, search.pour)
        self.able = np.flatnonzero(self.ground.can_receive)
        self.pairs = list(combinations(range(len(self.able)), 2))
        self.highs = SilentHighs(presolve="off", **TIGHT)
        self.scale = max(*(abs(order.eur) for order in search.orders), 1.0)
        self._frame()
        for extra, order in zip(search.extra, search.orders, strict=True):
            self._take(extra, order)

    def _frame(self) -> None:
        inf, count = highspy.kHighsInf, len(self.able)
        fixed = self.ground.coverage(np.zeros(len(self.ground.demand_kwh)))[self.able]
        self.highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        for _column in range(count + len(self.pairs)):
            self.highs.addVar(0.0, inf)
        for n in range(count):
            self._row(-fixed[n], -fixed[n], {n: -1.0})
        for p, (i, j) in enumerate(self.pairs):
            self._row(0.0, inf, {count + p: 1.0, i: -1.0, j: 1.0})
            self._row(0.0, inf, {count + p: 1.0, i: 1.0, j: -1.0})
        self.limit = count + 2 * len(self.pairs)
        self._row(
            -inf, 0.0, {count + p: 1.0 for p in range(len(self.pairs))} | dict.fromkeys(range(count), -1.0)
        )
        self._row(1.0, 1.0, {})

    def _row(self, low: float, high: float, weights: dict[int, float]) -> None:
        index = np.array(list(weights), dtype=np.int32)
        self.highs.addRow(low, high, len(weights), index, np.array(list(weights.values())))

    def _add(self, order: GreedyAllocation) -> None:
        served = divided(order.received_kwh, self.ground.demand_kwh)[self.able]
        rows = np.append(np.arange(len(self.able)), self.limit + 1).astype(np.int32)
        values = np.append(served, 1.0)
        self.highs.addCol(order.eur / self.scale, 0.0, highspy.kHighsInf, len(rows), rows, values)

    def split(self, gini_index: float) -> FairSplit:
        """Return the split that brings the most where the Gini index is at most `gini_index`."""
        count, ground = len(self.able), self.ground
        for n in range(count):
            self.highs.changeCoeff(self.limit, n, -gini_index * count)
        bound = np.inf
        for _pass in range(MAX_PASSES):
            self.highs.run()
            split, value = (
                self.highs.getSolution(),
                self.highs.getInfo().objective_function_value * self.scale,
            )
            duals = np.array(split.row_dual)
            extra = np.zeros(len(ground.demand_kwh))
            extra[self.able] = -duals[:count] * self.scale / ground.demand_kwh[self.able]
            order = self.pour(extra)
            over = order.eur + float(extra @ order.received_kwh) - duals[self.limit + 1] * self.scale
            bound = min(bound, value + max(0.0, over))
            if over <= GAP_RATIO * max(abs(value), 1.0) or not self._take(extra, order):
                break
        return self._mixture(np.array(split.col_value)[count + len(self.pairs) :], bound)


def even_splits(search: FrontSearch, count: int) -> list[FairSplit]:
    """Return the best splits at evenly spaced Gini indices, from the most euros to the most even."""
    able = search.ground.can_receive
    ends = [search.split(search.need_ratio(floor)) for floor in (0.0, search.highest)]
    high, low = (gini(split.coverage[able]) for split in ends)
    even = EvenSearch(search)
    # Where the most euros are the most even too there is one split to tell.
    apart = max(count, 2) if high > low + SAME_GINI else 1
    return [even.split(value) for value in np.linspace(high, low, apart).tolist()]
