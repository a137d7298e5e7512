"""The points of the front that are shown: evenly spaced floors, and those that have a name.

A floor chosen on some weather years, judged on others: does it hold, and if not, who falls short.

The most euros of everybody at each Gini index: the same orders, mixed under another limit.

Half the sum of the differences of coverage between pairs is at most `gini x n x sum of coverages`: linear in
what the orders give. Where a kWh served would only part the members further it may be left to the surplus.

The draws that try a point of the front: needs, sun and prices as `acc sweep` draws them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

import highspy
import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.exchange import Exchange
from acc.fairness import gini
from acc.front.result import FrontPoint, Judged, PointKind, PointValues, Robust
from acc.keys import build_key
from acc.keys.optimal import EVERY_MONTH, Orders
from acc.problem import InputError
from acc.settle import Allocation, settle
from acc.water_filling import divided
from scenarios.operation.draws.case import Case, case_of
from scenarios.operation.draws.draws import draw
from scenarios.operation.draws.meters import drawn_exchange, meters_of
from scenarios.operation.draws.results import drawn_terms
from scenarios.operation.draws.settings import SweepChoice
from scenarios.operation.fair_front.passes import GreedyAllocation, stacked
from scenarios.operation.fair_front.search import (
    FairSplit,
    FrontSearch,
    MeteredYear,
    OrderPool,
    monthly_orders,
    under_orders,
    year_of,
)
from scenarios.operation.metering.kept_meters import weather_years
from scenarios.operation.metering.meter import Metered, Progress, meter
from scenarios.operation.metering.subprocess_worker import Makers
from scenarios.operation.optimise.highs import TIGHT, SilentHighs
from scenarios.operation.ready.operation import Operation

SAME_EUR = 0.01
"""Gains closer than a cent are the same."""

SAME_RATIO = 1e-6
NEWTON_STEPS = 40


@dataclass(frozen=True, slots=True, eq=False)
class EuroScale:
    """From the euros of a search to those of the accounts: what no split changes, added.

    Attributes:
        gain_eur_ht, saving_eur_ht: of a split that would share nothing.
        ids: of the participants; `able` who can receive, (N,).
        most_kwh: what could be shared at most, so what is left on purpose shows.
    """

    gain_eur_ht: float
    saving_eur_ht: float
    ids: tuple[str, ...]
    able: BoolArray
    most_kwh: float

    def values(self, split: FairSplit) -> PointValues:
        """Criteria of a split."""
        worst, even = judged(split.coverage, self.able)
        return PointValues(
            worst, even, self.gain_eur_ht + split.total_eur, self.saving_eur_ht + split.paid_eur
        )

    def point(self, kind: PointKind, floor_ratio: float, split: FairSplit) -> FrontPoint:
        """Return a split as a point of the front."""
        return FrontPoint(
            kind=kind,
            floor_ratio=floor_ratio,
            values=self.values(split),
            bound_eur_ht=self.gain_eur_ht + split.bound_eur,
            coverage=split.coverage,
            left_kwh=max(0.0, self.most_kwh - float(split.received_kwh.sum())),
            orders=orders_of(split, self.ids),
        )


def orders_of(split: FairSplit, ids: tuple[str, ...]) -> Orders:
    """Return the orders of a split, for every month."""
    return Orders(ids, (EVERY_MONTH,) * len(split.weight), split.weight, split.extra_eur_per_kwh)


def judged(coverage: FloatArray, able: BoolArray) -> tuple[float, float]:
    """Return the worst coverage and the Gini index of those who can receive."""
    return float(coverage[able].min(initial=1.0)), gini(coverage[able])


def front_points(
    search: FrontSearch, scale: EuroScale, here: PointValues, count: int
) -> tuple[FrontPoint, ...]:
    """Return `count` evenly spaced floors, from none to the highest, and the named ones, by growing worst."""
    free = search.split(search.need_ratio(0.0))
    points = [scale.point(PointKind.MOST_EUROS, 0.0, free)]
    lowest = min(max(points[0].values.worst_ratio, 0.0), search.highest)
    floors = np.linspace(lowest, search.highest, max(count, 2))[1:]
    for floor in floors.tolist():
        kind = PointKind.MOST_EVEN if floor == floors[-1] else PointKind.STEP
        points.append(scale.point(kind, floor, search.split(search.need_ratio(floor))))
    named = _named(search, scale, here)
    # One floor, one point: the one that has more to say.
    apart = [
        point
        for point in points
        if point.kind is PointKind.MOST_EUROS
        or all(abs(point.floor_ratio - other.floor_ratio) > SAME_RATIO for other in named)
    ]
    return tuple(sorted([*apart, *named], key=lambda point: (point.floor_ratio, point.values.worst_ratio)))


def _named(search: FrontSearch, scale: EuroScale, here: PointValues) -> list[FrontPoint]:
    same = scale.point(
        PointKind.SAME_WORST, here.worst_ratio, search.split(search.need_ratio(here.worst_ratio))
    )
    highest = no_cost_floor(search, scale, here.gain_eur_ht)
    better = [same] if same.values.gain_eur_ht > here.gain_eur_ht + SAME_EUR else []
    if highest is None:
        return better
    better.append(scale.point(PointKind.NO_COST, highest, search.split(search.need_ratio(highest))))
    if highest > here.worst_ratio + SAME_RATIO and better[0] is same:
        middle = (here.worst_ratio + min(highest, float(search.levels[search.levels > 0.0].min()))) / 2.0
        if middle > here.worst_ratio + SAME_RATIO:
            both = search.split(search.need_ratio(middle))
            better.append(scale.point(PointKind.BETTER_ON_BOTH, middle, both))
    return better


def no_cost_floor(search: FrontSearch, scale: EuroScale, gain_eur_ht: float) -> float | None:
    """Return the highest floor at which everybody together still gains that much; None where no split does.

    The front is concave: from the right, each bound's line meets the gain at a floor that is still too high
    (Newton), down to the floor itself.
    """
    floor = search.highest
    if scale.gain_eur_ht + search.split(search.need_ratio(floor)).total_eur >= gain_eur_ht - SAME_EUR / 2.0:
        return floor
    floor *= 1.0 - SAME_RATIO  # at the very top nobody's floor moves: the slope there says nothing
    for _step in range(NEWTON_STEPS):
        split = search.split(search.need_ratio(floor))
        short = gain_eur_ht - (scale.gain_eur_ht + split.total_eur)
        if short <= SAME_EUR / 2.0:
            return floor
        if split.slope_eur <= 0.0 or floor <= 0.0:
            return None
        floor = max(floor - short / split.slope_eur, 0.0)
    return None


def distances(search: FrontSearch, scale: EuroScale, keys: Sequence[PointValues]) -> list[float]:
    """Additional gain of the front above each key at the key's own worst coverage, EUR."""
    return [
        scale.gain_eur_ht + search.split(search.need_ratio(key.worst_ratio)).total_eur - key.gain_eur_ht
        for key in keys
    ]


SHORT_RATIO = 0.0005
"""Who misses its floor by less than a twentieth of a point has what was promised."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawnYear:
    """A weather year: its steps, and the euros of today's key in it."""

    year: MeteredYear
    today_eur: float


def robust_points(
    points: Sequence[FrontPoint],
    drawn: Sequence[DrawnYear],
    ids: tuple[str, ...],
    able: BoolArray,
    *,
    monthly: bool = False,
) -> Iterator[Robust]:
    """Robustness of each floor: chosen on the first half of the years, judged on the second.

    Args:
        monthly: solved anew each month too, a search a month: nine tenths of the time.
    """
    half = len(drawn) // 2
    training, tests = [draw.year for draw in drawn[:half]], drawn[half:]
    mean = stacked([year.exchange for year in training], [1.0 / half] * half)
    search = FrontSearch(replace(mean, can_receive=able))
    for point in points:
        promised = search.need_ratio(point.floor_ratio)
        kept = orders_of(search.split(promised), ids)
        yield Robust(
            kind=point.kind,
            floor_ratio=point.floor_ratio,
            trained=half,
            judged=len(tests),
            kept=_judged([(test, under_orders(test.year, kept)) for test in tests], promised, ids, able),
            monthly=_judged(
                [
                    (test, under_orders(test.year, monthly_orders(test.year, training, promised, ids)))
                    for test in tests
                ],
                promised,
                ids,
                able,
            )
            if monthly
            else None,
        )


def _judged(
    results: Sequence[tuple[DrawnYear, tuple[FloatArray, float]]],
    promised: FloatArray,
    ids: tuple[str, ...],
    able: BoolArray,
) -> Judged:
    missing = [np.where(able, promised - coverage, 0.0) for _year, (coverage, _eur) in results]
    short: FloatArray = np.stack(missing).max(axis=0)
    order = [int(n) for n in np.argsort(-short, kind="stable") if short[n] > SHORT_RATIO]
    return Judged(
        gain_eur_ht=float(np.mean([eur - result.today_eur for result, (_coverage, eur) in results])),
        short_ratio=max(0.0, float(short.max(initial=0.0))),
        short_ids=tuple(ids[n] for n in order),
    )


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
        self.scale = max(*(abs(order.total_eur) for order in search.orders), 1.0)
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
        self.highs.addCol(order.total_eur / self.scale, 0.0, highspy.kHighsInf, len(rows), rows, values)

    def split(self, gini_ratio: float) -> FairSplit:
        """Return the split that brings the most where the Gini index is at most `gini_ratio`."""
        count, ground = len(self.able), self.ground
        for n in range(count):
            self.highs.changeCoeff(self.limit, n, -gini_ratio * count)
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
            over = order.total_eur + float(extra @ order.received_kwh) - duals[self.limit + 1] * self.scale
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


def drawn_years(
    operation: Operation,
    metered: Metered,
    choice: SweepChoice,
    progress: Progress = lambda _text: None,
) -> list[DrawnYear]:
    """Return the draws, each under a sky of its own where skies are generated; nobody leaves in them."""
    choice = replace(choice, withdrawal_ratio=0.0)
    scenario, folder = operation.scenario, operation.folder
    # The folder's own sky chose the point: the draws have others.
    skies = weather_years(scenario, 1 + choice.draws)[1:]
    with Makers() as makers:
        years = [meter(sky, folder, operation.cache, progress, makers) for sky in skies] or [metered]
    reform = choice.off_peak_reform_ratio > 0.0
    case = case_of(operation, years, [operation.read(scenario.key)], reform=reform)
    return [_drawn(operation, case, choice, number) for number in range(choice.draws)]


def _drawn(operation: Operation, case: Case, choice: SweepChoice, number: int) -> DrawnYear:
    drawn = replace(draw(choice, number, case.unknowns), weather=number % len(case.stocks))
    exchange = drawn_exchange(case, drawn, meters_of(case, drawn))
    hours = operation.reformed_clocks if drawn.reformed else ()
    worth = operation.worth(exchange, partial(drawn_terms, drawn=drawn), hours)
    today = _today(operation, exchange)
    return DrawnYear(year_of(exchange, worth), float((today.received_kwh * worth.everyone).sum()))


def _today(operation: Operation, exchange: Exchange) -> Allocation:
    """Allocation under the folder's key in a draw; else under the default key."""
    choice = operation.scenario.key
    try:
        return settle(exchange, operation.key(choice))
    except (InputError, ValueError):
        return settle(exchange, build_key("prorata", {}, operation.context))
