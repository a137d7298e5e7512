"""Which site each plant can serve without an operation: the one under it, or its owner's next to it."""

from collections.abc import Sequence

import numpy as np

from acc.scenario import Scenario
from acc.worth.result import Roof
from scenarios.entry.places.geography import distances_km

NEAR_KM = 0.1
"""A site within 100 m of a plant may be fed by a line of its own."""


def roofs_of(scenario: Scenario, sites: Sequence[str], owners: Sequence[str]) -> tuple[Roof, ...]:
    """Return the site that each plant can serve: its owner, where a site, else the nearest of its person.

    An owner that the folder names stays the site served once persons are told: they move no roof.

    Args:
        sites, owners: the person of each participant and of each plant.
    """
    count = len(scenario.plants)
    places = [site.position for site in (*scenario.plants, *scenario.participants)]
    km = distances_km(places)[:count, count:]
    same = np.array(owners, dtype=object)[:, None] == np.array(sites, dtype=object)[None, :]
    ids = [site.id for site in scenario.participants]
    roofs = []
    for m, plant in enumerate(scenario.plants):
        if plant.owner in ids:
            same[m] = [id_ == plant.owner for id_ in ids]
        own = np.where(same[m] & np.isfinite(km[m]), km[m], np.inf)
        nearest = int(own.argmin()) if own.size else 0
        far = float(own[nearest]) if own.size and np.isfinite(own[nearest]) else None
        near = far is not None and far <= NEAR_KM
        host = plant.behind or (ids[nearest] if near else None)
        roofs.append(Roof(plant=plant.id, host=host, stated=plant.behind is not None, nearest_km=far))
    return tuple(roofs)
