"""Places of a territory: lists of units of which one holds any lawful operation.

Sites that may stand together within L fit a circle of radius L / sqrt(3) (Jung, 1901). Its centre lies in one
square of a grid: the units within that radius of the square are a place.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from pyproj import CRS, Transformer

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.rules.largest_group import bits_of
from acc.sites import Site
from scenarios.studies.territory.law_tables import PackedLaw, TerritoryLaw

PLANE_RATIO = 1.001
"""A distance in the plane is longer than on the ellipsoid by less than this within 400 km of its middle."""

CELLS_PER_LIMIT = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where an operation may stand: units, its regime, the power that must not be reached, the distance."""

    units: IntArray
    regime: int
    cap_kwp: float
    limit_km: float


def plane_km(sites: Sequence[Site]) -> FloatArray:
    """Positions of sites in a plane around their middle, (S, 2), km; NaN without a position."""
    points = np.array(
        [
            (np.nan, np.nan) if s.position is None else (s.position.longitude_deg, s.position.latitude_deg)
            for s in sites
        ]
    )
    if not np.isfinite(points).any():
        return points
    lon, lat = np.nanmean(points, axis=0)
    plane = CRS.from_proj4(f"+proj=aeqd +lat_0={lat} +lon_0={lon} +ellps=WGS84 +units=km")
    east, north = Transformer.from_crs("EPSG:4326", plane, always_xy=True).transform(
        points[:, 0], points[:, 1]
    )
    km: FloatArray = np.stack([east, north], axis=1)
    km[~np.isfinite(km)] = np.nan
    return km


def places_of(law: TerritoryLaw | PackedLaw, places_km: FloatArray, sites: int) -> list[Place]:
    """Return places of which one holds any lawful operation, none inside another of no smaller power."""
    places = list[Place]()
    wider = np.zeros(len(places_km), dtype=np.bool_)
    for r in reversed(range(len(law.regimes))):
        allowed, limit = law.allowed(r), float(law.limit_km[r])
        groups = law.alike(r) if np.isinf(limit) else _cells(places_km, allowed, limit)
        for units in groups:
            # Who may all stand within a longer limit has a place there.
            if holds_both(units, sites) and not (np.isfinite(limit) and wider[units].all()):
                places.append(Place(units, r, float(law.cap_kwp[r]), limit))
        if np.isfinite(limit):
            wider |= allowed
    return [places[at] for at in largest(places)]


def _cells(places_km: FloatArray, allowed: BoolArray, limit_km: float) -> Iterator[IntArray]:
    """Yield the units within reach of each square where the middle of an operation may be."""
    side, reach = limit_km / CELLS_PER_LIMIT, limit_km / np.sqrt(3.0) * PLANE_RATIO
    units = np.flatnonzero(allowed & np.isfinite(places_km[:, 0]))
    if not len(units):
        return
    here = places_km[units]
    low = here.min(axis=0)
    counts = np.ceil((here.max(axis=0) - low) / side).astype(int) + 1
    for i in range(counts[0]):
        east = low[0] + i * side
        dx = np.maximum(0.0, np.maximum(east - here[:, 0], here[:, 0] - east - side))
        column = np.flatnonzero(dx <= reach)
        for j in range(counts[1] if len(column) else 0):
            north = low[1] + j * side
            dy = np.maximum(0.0, np.maximum(north - here[column, 1], here[column, 1] - north - side))
            inside = np.hypot(dx[column], dy) <= reach
            if inside.any():
                yield units[column[inside]]


def largest(places: Sequence[Place]) -> list[int]:
    """Places inside no other of equal or larger power and limit, largest first."""
    order = sorted(range(len(places)), key=lambda at: (-len(places[at].units), at))
    kept, holding = list[int](), defaultdict[int, list[tuple[int, Place]]](list)
    for at in order:
        place = places[at]
        bits = bits_of(place.units.tolist())
        # A place that holds this one holds its unit that fewest hold.
        rare = min((holding[u] for u in place.units.tolist()), key=len, default=[])
        if any(
            bits & ~wide == 0 and place.cap_kwp <= other.cap_kwp and place.limit_km <= other.limit_km
            for wide, other in rare
        ):
            continue
        kept.append(at)
        for u in place.units.tolist():
            holding[u].append((bits, place))
    return kept


def holds_both(units: IntArray, sites: int) -> bool:
    """Return whether a place has a site and a roof: without both nothing is shared."""
    return bool((units < sites).any() and (units >= sites).any())
