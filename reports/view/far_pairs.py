"""Pairs of sites that are farther apart than without a derogation: its request lists every one."""

import numpy as np

from acc.arrays import FloatArray
from acc.scenario import Scenario
from acc.sites import unique_plant_name

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
