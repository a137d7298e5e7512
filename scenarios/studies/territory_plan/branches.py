"""A bound lowered by cases: two units stand together in every plan, or in none; the worst case bounds both.

Where steps found operations in parts that overlap, no place is too wide and none is to be cut. Of two units
that stand together in some parts and apart in others (Ryan and Foster, 1981) one case takes each: "together",
no operation holds one of them alone; "apart", none holds both. Both only take units out of places, so that
each case has a proof of the same form, and any plan is in one of the two.
"""

import heapq
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from acc.arrays import BoolArray, FloatArray
from scenarios.studies.territory_plan.bound import TerritoryBound, bounded_from, thinned
from scenarios.studies.territory_plan.numba_bound import Duals, StepsState
from scenarios.studies.territory_plan.numba_plan import Units
from scenarios.studies.territory_plan.places import Place, holds_both

LEAST_PART = 0.01
"""Of a place, or of a unit in one: below it no pair is looked for there."""

LITTLE = 5e-4
"""Part by which a pair lowers the bound, below which its units are taken up less."""

LAPS = 1
"""Times that places are cut in a case."""


@dataclass(frozen=True, slots=True, eq=False)
class BranchedBound:
    """The bound of the worst case.

    Attributes:
        net_eur: no plan brings more over the plan, beside roofs alone.
        slack_eur: the largest S_c of all cases, as the independent check has it.
        places: of all cases that are left.
    """

    net_eur: float
    slack_eur: float
    places: int


def branched(
    units: Units, root: TerritoryBound, places_km: FloatArray, most: int, aim_eur: float = -np.inf
) -> BranchedBound:
    """Return the bound of a territory by cases, the worst one divided as long as there are any.

    Args:
        root: the bound without cases.
        most: times that a case is divided.
        aim_eur: no case below it is divided.
    """
    leaves, slack, number = [(-root.net_eur, 0, root)], root.slack_eur, 0
    tired = np.ones(len(units.cost))
    with ThreadPoolExecutor(2) as threads:
        for _turn in range(most):
            worst_eur, worst = -leaves[0][0], leaves[0][2]
            pair = _pair(worst, units.size / tired)
            if worst_eur <= aim_eur or pair is None:
                break
            heapq.heappop(leaves)
            cases = [
                threads.submit(bounded_from, units, *case, places_km, LAPS)
                for case in cases_of(worst, *pair, units.sites)
            ]
            found = [one.result() for one in cases]
            for bound in found:
                number += 1
                heapq.heappush(leaves, (-min(worst_eur, bound.net_eur), number, bound))
                slack = max(slack, bound.slack_eur)
            if max(bound.net_eur for bound in found) > worst_eur * (1.0 - LITTLE):
                tired[list(pair)] += 1.0
    return BranchedBound(-leaves[0][0], slack, sum(len(bound.places) for _eur, _at, bound in leaves))


def _pair(bound: TerritoryBound, weight: FloatArray) -> tuple[int, int] | None:
    """Return the two units whose parts together and apart are both large; None where none stand in both."""
    count = len(weight)
    both, own = np.zeros((count, count)), np.zeros(count)
    at = bound.ended
    edges = np.cumsum([len(place.units) for place in bound.last_places])[:-1]
    for place, part, founded in zip(bound.last_places, np.split(at.part, edges), at.founded, strict=True):
        here = part > LEAST_PART
        if founded > LEAST_PART and here.any():
            inside = place.units[here]
            both[np.ix_(inside, inside)] += np.minimum.outer(part[here], part[here])
            own[inside] += part[here]
    apart = np.minimum.outer(own, own) - both
    score = np.minimum(both, apart) * np.sqrt(np.outer(weight, weight))
    np.fill_diagonal(score, 0.0)
    one, other = divmod(int(np.argmax(score)), count)
    return (one, other) if score[one, other] > 0.0 else None


def cases_of(
    bound: TerritoryBound, one: int, other: int, sites: int
) -> Iterator[tuple[list[Place], StepsState]]:
    """Yield the places of each case and where steps begin in them: "together", then "apart"."""
    whole = [np.ones(len(place.units), dtype=np.bool_) for place in bound.last_places]
    is_one = [place.units == one for place in bound.last_places]
    is_other = [place.units == other for place in bound.last_places]
    pairs = list(zip(whole, is_one, is_other, strict=True))
    yield _part(bound, [[w] if a.any() == b.any() else [~(a | b)] for w, a, b in pairs], sites)
    yield _part(bound, [[~a, ~b] if a.any() and b.any() else [w] for w, a, b in pairs], sites)


def _part(
    bound: TerritoryBound, kept: Sequence[Sequence[BoolArray]], sites: int
) -> tuple[list[Place], StepsState]:
    """Return places with some of their units, once for each list of them: each has its part of the steps."""
    at, parts, origin = bound.ended, list[Place](), list[int]()
    share, ratio = list[FloatArray](), list[float]()
    edges = np.cumsum([len(place.units) for place in bound.last_places])[:-1]
    for c, (place, own) in enumerate(zip(bound.last_places, np.split(at.part, edges), strict=True)):
        for some in kept[c]:
            if holds_both(place.units[some], sites):
                parts.append(replace(place, units=place.units[some]))
                origin.append(c)
                ratio.append(1.0 / len(kept[c]))
                share.append(own[some] / len(kept[c]))
    duals = Duals(at.duals.price[origin], at.duals.power[origin], at.duals.unit.copy())
    parted = np.concatenate([*share, np.zeros(0)])
    return thinned(parts, StepsState(parted, at.founded[origin] * np.array(ratio), duals))
