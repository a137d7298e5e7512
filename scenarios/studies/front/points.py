"""The points of the front that are shown: evenly spaced floors, and those that have a name."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.fairness import gini
from acc.front.result import FrontPoint, PointKind, PointValues
from acc.keys.optimal import EVERY_MONTH, Orders
from scenarios.operation.fair_front.search import FairSplit, FrontSearch

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
        return PointValues(worst, even, self.gain_eur_ht + split.eur, self.saving_eur_ht + split.paid_eur)

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
    if scale.gain_eur_ht + search.split(search.need_ratio(floor)).eur >= gain_eur_ht - SAME_EUR / 2.0:
        return floor
    floor *= 1.0 - SAME_RATIO  # at the very top nobody's floor moves: the slope there says nothing
    for _step in range(NEWTON_STEPS):
        split = search.split(search.need_ratio(floor))
        short = gain_eur_ht - (scale.gain_eur_ht + split.eur)
        if short <= SAME_EUR / 2.0:
            return floor
        if split.slope_eur <= 0.0 or floor <= 0.0:
            return None
        floor = max(floor - short / split.slope_eur, 0.0)
    return None


def distances(search: FrontSearch, scale: EuroScale, keys: Sequence[PointValues]) -> list[float]:
    """Additional gain of the front above each key at the key's own worst coverage, EUR."""
    return [
        scale.gain_eur_ht + search.split(search.need_ratio(key.worst_ratio)).eur - key.gain_eur_ht
        for key in keys
    ]
