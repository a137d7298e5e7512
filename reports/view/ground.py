"""Where things lie on a map: kilometres a degree, the shape around some places, pairs far apart."""

from collections.abc import Sequence

import numpy as np

from acc.arrays import FloatArray
from acc.scenario import Scenario
from acc.sites import unique_plant_name

KM_PER_DEG = 111.2
"""Of latitude; of longitude, times the cosine of the latitude."""

Point = tuple[float, float]


def outline(points: Sequence[Point]) -> list[Point]:
    """Return the corners of the smallest convex shape that holds some points (Andrew, 1979).

    >>> outline([(0.0, 0.0), (2.0, 0.0), (1.0, 1.0), (2.0, 2.0), (0.0, 2.0)])
    [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]
    """
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered or [(0.0, 0.0)]
    return [*_side_of(ordered)[:-1], *_side_of(ordered[::-1])[:-1]]


def _side_of(points: Sequence[Point]) -> list[Point]:
    """Return one side of that shape, from the first point to the last, always turning the same way."""
    kept: list[Point] = []
    for x, y in points:
        while len(kept) > 1:
            (x0, y0), (x1, y1) = kept[-2:]
            if (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) > 0.0:
                break
            kept.pop()
        kept.append((x, y))
    return kept


WITHOUT_DEROGATION_KM = 2.0
"""Beyond it a derogation is asked for (arrêté of 21 November 2019, art. 1), whatever its own limit."""


def far_pairs(scenario: Scenario, distances_km: FloatArray) -> list[tuple[str, str, float]]:
    """Return the names of each two sites beyond the 2 km and their distance, km, farthest first.

    Args:
        distances_km: between participants then plants, NaN where a place is missing.
    """
    names = site_names(scenario)
    first, second = np.triu_indices(len(names), 1)
    apart = distances_km[first, second]
    order = np.argsort(-np.nan_to_num(apart), kind="stable")
    return [
        (names[first[i]], names[second[i]], float(apart[i]))
        for i in order.tolist()
        if apart[i] > WITHOUT_DEROGATION_KM
    ]


def site_names(scenario: Scenario) -> list[str]:
    """Return the names of sites then plants, a plant told apart from the site of its name."""
    roofs = [unique_plant_name(plant, scenario.participants) for plant in scenario.plants]
    return [*(site.name for site in scenario.participants), *roofs]
