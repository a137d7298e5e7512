"""The same questions put to HiGHS as plain linear programmes: one variable a step and member."""

from collections.abc import Sequence

import highspy
import numpy as np

from scenarios.operation.fair_front.passes import Ground
from scenarios.operation.optimise.highs import SilentHighs


class PlainLp:
    """x[t, i] between 0 and the need, summing to the pool at most; kWh of each member above what is asked."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        members, steps = ground.need_kwh.shape
        pattern = np.repeat(np.arange(len(ground.starts) - 1), np.diff(ground.starts))
        worth = ground.everyone[pattern].T.ravel()  # member after member
        count = members * steps
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = count + 1, steps + members
        model.col_cost_ = np.append(worth, 0.0)
        model.col_lower_ = np.zeros(count + 1)
        model.col_upper_ = np.append(ground.need_kwh.ravel(), 0.0)  # the last one is a floor
        model.row_lower_ = np.full(steps + members, -highspy.kHighsInf)
        model.row_upper_ = np.append(ground.pool_kwh, np.full(members, highspy.kHighsInf))
        model.sense_ = highspy.ObjSense.kMaximize
        column = np.arange(count)
        scale = 1.0 / np.where(ground.demand_kwh > 0.0, ground.demand_kwh, 1.0)
        index = np.stack([column % steps, steps + column // steps], axis=1).ravel()
        value = np.stack([np.ones(count), scale[column // steps]], axis=1).ravel()
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = np.append(2 * np.arange(count + 1), 2 * count + members)
        model.a_matrix_.index_ = np.concatenate([index, steps + np.arange(members)])
        model.a_matrix_.value_ = np.concatenate([value, -np.ones(members)])
        self.highs = SilentHighs()
        self.highs.passModel(model)
        self.count, self.steps, self.members = count, steps, members

    def most_eur(self, need_ratio: np.ndarray) -> float:
        """Return the most euros where each covers `need_ratio`, fixed part included."""
        low = need_ratio - self.ground.coverage(np.zeros(self.members))
        for member, asked in enumerate(low):
            self.highs.changeRowBounds(self.steps + member, asked - 1e-10, highspy.kHighsInf)
        self.highs.run()
        assert self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return float(self.highs.getInfo().objective_function_value) + self.ground.fixed_eur

    def highest(self, raised: Sequence[int], levels: np.ndarray) -> float:
        """Return the highest floor under `raised`, the others at their levels."""
        columns = np.arange(self.count + 1, dtype=np.int32)
        self.highs.changeColsCost(self.count + 1, columns, np.append(np.zeros(self.count), 1.0))
        self.highs.changeColBounds(self.count, 0.0, 1.0)
        fixed = self.ground.coverage(np.zeros(self.members))
        for member in range(self.members):
            up = member in raised
            self.highs.changeCoeff(self.steps + member, self.count, -1.0 if up else 0.0)
            low = -fixed[member] if up else levels[member] - fixed[member] - 1e-10
            self.highs.changeRowBounds(self.steps + member, low, highspy.kHighsInf)
        self.highs.run()
        assert self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return float(self.highs.getInfo().objective_function_value)


def leximin_levels(ground: Ground) -> np.ndarray:
    """Return the leximin coverages by successive programmes: who cannot pass the common floor is fixed."""
    levels = np.zeros(len(ground.demand_kwh))
    left = set(np.flatnonzero(ground.can_receive).tolist())
    while left:
        floor = PlainLp(ground).highest(sorted(left), levels)
        trial = np.where([n in left for n in range(len(levels))], floor, levels)
        blocked = {n for n in left if PlainLp(ground).highest([n], trial) <= floor + 1e-7} or left
        for n in blocked:
            levels[n] = floor
        left -= blocked
    return levels
