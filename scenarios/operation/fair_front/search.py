"""The best split under a floor, and how high each member can be raised: exact, with a bound that proves it.

What the members receive over a period makes a polymatroid (sums of min(pool, needs of a set)): the best
vertex for any prices is one pass in the order of these prices (Edmonds, 1970). Orders are mixed by a linear
programme, and a new one is asked at its multipliers (Dantzig and Wolfe, 1960), held near the best
ones so far (Wentges, 1997). Whatever the multipliers, a pass with them bounds every split from above.

At the end of a month its meters are known and its coefficients are not sent yet: the split of this month is
chosen together with the months still to come, which the training years stand for, so that by the end of the
year each one has what the floor promises.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.arrays import FloatArray
from acc.bills.surplus import SharedWorth
from acc.exchange import Exchange
from acc.grid_operator.coefficients import month_rows
from acc.keys.optimal import Orders
from acc.water_filling import divided, round_to_units
from scenarios.operation.fair_front.passes import (
    GreedyAllocation,
    Ground,
    Master,
    Mixed,
    Passes,
    ground_of,
    stacked,
)

GAP_RATIO = 1e-10
"""Relative gap at which a search stops, of the euros that the split moves."""

LEVEL_GAP = 1e-11
BLOCKED = 1e-6
"""Multiplier above which a member is what holds the floor down."""

RANK_EUR_PER_KWH = 10.0
"""Between two ranks where prices only settle ties: above any price."""

SAME_KWH = 1e-6
"""Two orders that give everybody the same but for this are one."""

SMALLEST_WEIGHT = 1e-12
MAX_PASSES = 2000
HELD, HELD_WITH_ONE_PRICE = 0.8, 0.5
"""How far the multipliers of the next pass are held at the best ones: what asks the fewest passes."""


@dataclass(frozen=True, slots=True, eq=False)
class FairSplit:
    """A mixture of orders: what it gives, and the bound that no split above the same floor passes.

    Attributes:
        extra_eur_per_kwh: what each order adds to the worth of a kWh at each member, (J, N).
        weight: of each order, summing to 1, (J,).
        received_kwh: chosen and fixed, (N,); `coverage` is over the need.
        total_eur, paid_eur, bound_eur: of everybody, of the members, the most of everybody.
        missing_ratio: how far under what was asked the worst one stays, 0 where the floor is met.
        slope_eur: what a floor higher by 1 would cost.
    """

    extra_eur_per_kwh: FloatArray
    weight: FloatArray
    received_kwh: FloatArray
    coverage: FloatArray
    total_eur: float
    paid_eur: float
    bound_eur: float
    missing_ratio: float = 0.0
    slope_eur: float = 0.0


class OrderPool:
    """Orders of the members met so far, each once, and the splits that mix them."""

    def __init__(self, ground: Ground, pour: Callable[[FloatArray], GreedyAllocation]) -> None:
        self.ground, self.pour = ground, pour
        self.orders: list[GreedyAllocation] = []
        self.extra: list[FloatArray] = []
        self.passes = 0
        self._known: set[bytes] = set()

    def _add(self, order: GreedyAllocation) -> None:
        """Let the programme that mixes orders know of one more."""
        raise NotImplementedError

    def _take(self, extra: FloatArray, order: GreedyAllocation) -> bool:
        """Keep an order; False where it is known already."""
        self.passes += 1
        name = round_to_units(order.received_kwh, SAME_KWH).tobytes()
        if name in self._known:
            return False
        self._known.add(name)
        self.orders.append(order)
        self.extra.append(extra)
        self._add(order)
        return True

    def _mixture(self, weight: FloatArray, bound_eur: float) -> FairSplit:
        """Return the split that weights of the first orders make; `bound_eur` without what is fixed."""
        used, ground = np.flatnonzero(weight > SMALLEST_WEIGHT), self.ground
        weight, orders = weight[used] / weight[used].sum(), [self.orders[j] for j in used]
        received = weight @ np.array([order.received_kwh for order in orders])
        eur = float(weight @ np.array([order.total_eur for order in orders]))
        return FairSplit(
            extra_eur_per_kwh=np.array([self.extra[j] for j in used]),
            weight=weight,
            received_kwh=received + ground.fixed_kwh,
            coverage=ground.coverage(received),
            total_eur=eur + ground.fixed_eur,
            paid_eur=float(weight @ np.array([order.paid_eur for order in orders])) + ground.fixed_paid_eur,
            bound_eur=max(bound_eur, eur) + ground.fixed_eur,
        )


class FrontSearch(OrderPool):
    """Orders found so far, for any number of floors on one ground.

    Args:
        levels: how high each can be raised, where that is known already, (N,).
    """

    def __init__(self, ground: Ground, levels: FloatArray | None = None) -> None:
        super().__init__(ground, Passes(ground).pour)
        self.master = Master(ground)
        self._last = np.zeros(len(ground.demand_kwh))
        self._take(self._last, self.pour(self._last))
        self.levels = self._levels() if levels is None else levels

    @property
    def highest(self) -> float:
        """The highest floor that anybody reaches."""
        return float(self.levels.max(initial=0.0))

    def need_ratio(self, floor_ratio: float) -> FloatArray:
        """Floor of each member, capped at its maximum, (N,), from 0 to 1."""
        return np.minimum(floor_ratio, self.levels)

    def split(self, need_ratio: FloatArray) -> FairSplit:
        """Return the split that brings the most where each member covers `need_ratio` at least."""
        ground, master = self.ground, self.master
        master.ask_floor(need_ratio)
        need_kwh = np.where(need_ratio > 0.0, need_ratio * ground.demand_kwh - ground.fixed_kwh, 0.0)
        bounded = need_ratio > 0.0
        inner, best = np.where(bounded, self._last, 0.0), np.inf
        best = self._bound(inner, need_kwh)
        inner_weight = HELD if len(ground.everyone) > 1 else HELD_WITH_ONE_PRICE
        weight, mixed = inner_weight, master.solve()
        for _pass in range(MAX_PASSES):
            value = self._value(mixed, need_ratio)
            if best - value <= GAP_RATIO * max(abs(value), 1.0):
                break
            outer = divided(mixed.dual, ground.demand_kwh) * master.scale
            price = weight * inner + (1.0 - weight) * outer
            solution = self.pour(price)
            bound = solution.total_eur + float(price @ (solution.received_kwh - need_kwh))
            if bound < best:
                best, inner = bound, price
            gain = solution.total_eur + float(outer @ solution.received_kwh) - mixed.least * master.scale
            new = self._take(price, solution)
            if gain <= GAP_RATIO * master.scale or not new:
                if weight == 0.0 and not new:
                    break
                weight = weight / 2.0 if weight > 0.01 else 0.0
            else:
                weight = inner_weight
            mixed = master.solve() if new else mixed
        self._last = inner
        slope = float((inner * ground.demand_kwh)[bounded & (need_ratio < self.levels)].sum())
        split = self._mixture(mixed.weight, best)
        missing = float(np.maximum(need_ratio - split.coverage, 0.0).max(initial=0.0))
        return replace(split, missing_ratio=missing, slope_eur=slope)

    def _bound(self, price: FloatArray, need_kwh: FloatArray) -> float:
        solution = self.pour(price)
        self._take(price, solution)
        return solution.total_eur + float(price @ (solution.received_kwh - need_kwh))

    def _value(self, mixed: Mixed, need_ratio: FloatArray) -> float:
        """Return the euros of a mixture, what is missing under the floor paid."""
        used = np.flatnonzero(mixed.weight)  # of thousands of orders a few dozen
        weight, orders = mixed.weight[used], [self.orders[j] for j in used]
        eur = float(weight @ np.array([order.total_eur for order in orders]))
        coverage = self.ground.coverage(weight @ np.array([order.received_kwh for order in orders]))
        missing = np.maximum(need_ratio - coverage - 1e-9, 0.0) @ self.ground.demand_kwh
        return eur - 2.0 * float(missing)

    def _levels(self) -> FloatArray:
        """Return the leximin coverages: the worst as high as it can be, then the next, (N,)."""
        ground = self.ground
        levels, left = np.zeros(len(ground.demand_kwh)), ground.can_receive
        while left.any():
            self.master.ask_level(levels, left)
            mixed = self.master.solve()
            for _pass in range(MAX_PASSES):
                by_kwh = divided(mixed.dual, ground.demand_kwh)
                extra = RANK_EUR_PER_KWH * _dense_ranks(by_kwh)
                coverages = self.pour(extra)
                reached = mixed.dual @ ground.coverage(coverages.received_kwh)
                bound = float(reached - mixed.dual @ np.where(left, 0.0, levels))
                if bound - mixed.floor <= LEVEL_GAP or not self._take(extra, coverages):
                    break
                mixed = self.master.solve()
            blocked = left & (mixed.dual > BLOCKED)
            blocked = blocked if blocked.any() else left
            levels = np.where(blocked, mixed.floor, levels)
            left = left & ~blocked
        return levels

    def _add(self, order: GreedyAllocation) -> None:
        self.master.add(order)


def _dense_ranks(price: FloatArray) -> FloatArray:
    """Return 1 for the lowest price above 0, 2 for the next; 0 for none."""
    values = np.unique(np.append(price, 0.0))
    return np.searchsorted(values, price).astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class MeteredYear:
    """One period, whole and month by month (the name of each month, "2026-07")."""

    exchange: Ground
    months: tuple[str, ...]
    by_month: tuple[Ground, ...]


def year_of(exchange: Exchange, worth: SharedWorth) -> MeteredYear:
    """Return a period as the monthly form needs it."""
    months = month_rows(exchange.steps)
    grounds = [
        ground_of(exchange.part(rows.start, rows.stop), SharedWorth(worth.everyone[rows], worth.paid[rows]))
        for _day, rows in months
    ]
    return MeteredYear(
        ground_of(exchange, worth), tuple(f"{day:%Y-%m}" for day, _rows in months), tuple(grounds)
    )


def monthly_orders(
    year: MeteredYear, training: Sequence[MeteredYear], need_ratio: FloatArray, ids: tuple[str, ...]
) -> Orders:
    """Return the orders of each month, each solved once its own meters are known.

    Args:
        training: years that stand for the months to come; the last months need them less and less.
        need_ratio: what each is promised over the whole period, (N,).
    """
    so_far, months, weights, extras = np.zeros(len(ids)), [], [], []
    spent = np.zeros(len(ids))
    for m, ground in enumerate(year.by_month):
        to_come = [other.by_month[later] for other in training for later in range(m + 1, len(year.months))]
        shares = [1.0 / len(training)] * len(to_come) if training else []
        joint = stacked([ground, *to_come], [1.0, *shares])
        demand = spent + joint.demand_kwh
        search = FrontSearch(
            replace(joint, fixed_kwh=joint.fixed_kwh + so_far, demand_kwh=demand), levels=need_ratio
        )
        split = search.split(need_ratio)
        months += [year.months[m]] * len(split.weight)
        weights.append(split.weight)
        extras.append(split.extra_eur_per_kwh)
        so_far = so_far + received_kwh(ground, split.weight, split.extra_eur_per_kwh)[0]
        spent = spent + ground.demand_kwh
    return Orders(ids, tuple(months), np.concatenate(weights), np.vstack(extras))


def received_kwh(ground: Ground, weight: FloatArray, extra: FloatArray) -> tuple[FloatArray, float]:
    """Energy of each member under a mixture of orders, kWh, and euros of all, fixed part included."""
    passes = Passes(ground)
    received = [passes.pour(row) for row in extra]
    kwh = weight @ np.array([solution.received_kwh for solution in received]) + ground.fixed_kwh
    return kwh, float(weight @ np.array([solution.total_eur for solution in received])) + ground.fixed_eur


def under_orders(year: MeteredYear, orders: Orders) -> tuple[FloatArray, float]:
    """Return the coverage of each over a year under the orders of each month, and the euros of everybody."""
    named = np.array(orders.month)
    kwh, eur = np.zeros(len(orders.participant_ids)), 0.0
    for month, ground in zip(year.months, year.by_month, strict=True):
        rows = named == month if month in orders.month else named == ""
        more, gained = received_kwh(ground, orders.weight[rows], orders.extra_eur_per_kwh[rows])
        kwh, eur = kwh + more, eur + gained
    return divided(kwh, year.exchange.demand_kwh), eur
