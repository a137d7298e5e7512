"""Places of a territory: lists of units of which one holds any lawful operation.

Sites that may stand together within L fit a circle of radius L / sqrt(3) (Jung, 1901). Its centre lies in one
square of a grid: the units within that radius of the square are a place.

Who may stand with whom in a territory: bits for all units, tables for few of them.

Places cut in two where what is chosen in them is wider than an operation may be.

Along any line the sites of an operation span its limit L at most. Of the two parts of a place, what lies up
to m + L along a line and what lies beyond m, one holds each operation of the place, wherever m is: one whose
first site is not beyond m ends by m + L. So cut places hold every lawful operation as before.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Transformer

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.rules.largest_group import bits_of
from acc.scenario import Regime
from acc.sites import Site
from scenarios.studies.lawful.law import ORDER, GroupLaw


@dataclass(frozen=True, slots=True, eq=False)
class TerritoryLaw:
    """Who may stand with whom, as tables: regimes R that somebody may use, units S.

    Attributes:
        near: (R, S, S).
        cap_kwp: power that must not be reached, (R,).
        limit_km: longest distance, the margin of the law kept, infinite under EPCI, (R,).
    """

    regimes: tuple[Regime, ...]
    near: BoolArray
    cap_kwp: FloatArray
    limit_km: FloatArray

    def allowed(self, regime: int) -> BoolArray:
        """Sites allowed under a regime, (S,)."""
        return np.diagonal(self.near[regime])

    def alike(self, regime: int) -> list[IntArray]:
        """Return the sets of a regime without a distance: those near the same ones."""
        rows = np.unique(self.near[regime][self.allowed(regime)], axis=0)
        return [np.flatnonzero(row) for row in rows]


@dataclass(frozen=True, slots=True, eq=False)
class PackedLaw:
    """The same in an eighth of the memory: 60 MB for 12,500 units.

    Attributes:
        near: bits of the tables, the first unit the lowest, (R, S, S / 8).
    """

    regimes: tuple[Regime, ...]
    near: npt.NDArray[np.uint8]
    cap_kwp: FloatArray
    limit_km: FloatArray

    def allowed(self, regime: int) -> BoolArray:
        """Sites allowed under a regime, (S,)."""
        own = np.arange(self.near.shape[1])
        may: BoolArray = (self.near[regime, own, own >> 3] >> (own & 7) & 1).astype(np.bool_)
        return may

    def alike(self, regime: int) -> list[IntArray]:
        """Return the sets of a regime without a distance: those near the same ones."""
        rows = np.unique(self.near[regime][self.allowed(regime)], axis=0)
        return [np.flatnonzero(row) for row in _unpacked(rows, self.near.shape[1])]

    def part(self, units: Sequence[int] | IntArray) -> TerritoryLaw:
        """Return the tables of some units."""
        count = self.near.shape[1]
        tables = [_unpacked(bits[units], count)[:, units] for bits in self.near]
        near = np.array(tables, dtype=np.bool_).reshape(len(tables), len(units), len(units))
        return TerritoryLaw(self.regimes, near, self.cap_kwp, self.limit_km)


def packed_law(law: GroupLaw, limits_km: dict[Regime, float]) -> PackedLaw:
    """Return the law of a territory, regimes under which nobody may share left out.

    Args:
        limits_km: by regime that has one.
    """
    used = [r for r in ORDER if r in law.near and any(bits >> law.sites for bits in law.near[r][: law.sites])]
    count = max((len(near) for near in law.near.values()), default=law.sites)
    size = -(-count // 8)
    bits = [b"".join(row.to_bytes(size, "little") for row in law.near[regime]) for regime in used]
    near = np.frombuffer(b"".join(bits), dtype=np.uint8)
    return PackedLaw(
        regimes=tuple(used),
        near=near.reshape(len(used), count, size),
        cap_kwp=np.array([law.cap_kwp[regime] for regime in used]),
        limit_km=np.array([limits_km.get(regime, np.inf) for regime in used]),
    )


def _unpacked(rows: npt.NDArray[np.uint8], count: int) -> BoolArray:
    table: BoolArray = np.unpackbits(rows, axis=1, count=count, bitorder="little").astype(np.bool_)
    return table


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


DIRECTIONS = 24
LEAST_CHOSEN = 0.02
"""Part of a place, or of a unit in a founded place, below which it is not chosen."""

_TURNS = np.pi * np.arange(DIRECTIONS) / DIRECTIONS
LINES = np.stack([np.cos(_TURNS), np.sin(_TURNS)])


def parts_of(place: Place, chosen: FloatArray, places_km: FloatArray) -> tuple[Place, ...]:
    """Return the two parts of a place, or the place itself where what is chosen spans no more than its limit.

    Args:
        chosen: weight of each unit of the place, zero where it is not chosen.
    """
    if not np.isfinite(place.limit_km) or not (chosen > 0.0).any():
        return (place,)
    along = places_km[place.units] @ LINES
    wide, here = place.limit_km * PLANE_RATIO, chosen > 0.0
    least, best = 0.0, None
    for line in range(DIRECTIONS):
        order = np.argsort(along[here, line], kind="stable")
        at, weight = along[here, line][order], chosen[here][order]
        if at[-1] - at[0] <= wide:
            continue
        before = np.concatenate([[0.0], np.cumsum(weight)])
        ends = np.searchsorted(at, at + wide, side="right")
        lost = np.minimum(before[1:], before[-1] - before[ends])
        middle = int(np.argmax(lost))
        if lost[middle] > least:
            least, best = float(lost[middle]), (line, float(at[middle]))
    if best is None:
        return (place,)
    line, first = best
    sides = along[:, line] <= first + wide, along[:, line] > first
    return tuple(replace(place, units=place.units[side]) for side in sides)
