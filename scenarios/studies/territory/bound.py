"""What no plan of a territory passes, with its proof.

For ANY worth of units lam >= 0, prices of a kWh pi >= 0 and of a kWp kap >= 0, let S_c of a place be

    kap cap - F + sum over its sites (sum_t (worth_t - pi_t)+ need_t - fixed - lam)+
                + sum over its roofs (sum_t (pi_t - surplus)+ made_t - cost - kap kwp - lam)+

If every S_c <= 0, no plan is worth more than sum lam: what a group shares is at most what is paid over the
price and what the price pays over the surplus; kap (cap - kwp) >= 0; hence an operation inside c is worth at
most S_c plus the lam of its units, and operations are disjoint. How the numbers were found does not matter.

Places of a territory: lists of units of which one holds any lawful operation.

Sites that may stand together within L fit a circle of radius L / sqrt(3) (Jung, 1901). Its centre lies in one
square of a grid: the units within that radius of the square are a place.

Who may stand with whom in a territory: bits for all units, tables for few of them.

Places cut in two where what is chosen in them is wider than an operation may be.

Along any line the sites of an operation span its limit L at most. Of the two parts of a place, what lies up
to m + L along a line and what lies beyond m, one holds each operation of the place, wherever m is: one whose
first site is not beyond m ends by m + L. So cut places hold every lawful operation as before.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Transformer

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.rules.largest_group import bits_of
from acc.scenario import Regime
from acc.sites import Site
from scenarios.studies.lawful.law import ORDER, GroupLaw
from scenarios.studies.lawful.numba_plan import Units
from scenarios.studies.territory.numba_bound import (
    Duals,
    PlaceRows,
    PricedUnits,
    StepsState,
    lowered,
    mended,
    slacks,
    steps,
)


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
    return np.unpackbits(rows, axis=1, count=count, bitorder="little").astype(np.bool_)


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
    places = list(wide_places(law, len(places_km), sites, partial(_cells, places_km)))
    return [places[at] for at in largest(places)]


def wide_places(
    law: TerritoryLaw | PackedLaw,
    count: int,
    sites: int,
    cells: Callable[[BoolArray, float], Iterable[IntArray]],
) -> Iterator[Place]:
    """Yield the places of each regime, those left out that hold no operation but those of a wider one.

    Args:
        cells: of the units that a regime takes (S,) and its distance, km, the lists that are places.
    """
    wider = np.zeros(count, dtype=np.bool_)
    for r in reversed(range(len(law.regimes))):
        allowed, limit = law.allowed(r), float(law.limit_km[r])
        for units in law.alike(r) if np.isinf(limit) else cells(allowed, limit):
            # Who may all stand within a longer limit has a place there.
            if holds_both(units, sites) and not (np.isfinite(limit) and wider[units].all()):
                yield Place(units, r, float(law.cap_kwp[r]), limit)
        if np.isfinite(limit):
            wider |= allowed


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


FIRST, MORE = 1_500, 300
"""Steps before the first cuts of places, then between cuts."""

LAPS, THIN = 24, 3
"""Times that places are cut at most; those inside others are dropped once in so many."""

WANTED = 0.3
"""Part of a place below which a unit is not wanted in it."""

LEAST_GAIN = 2e-4
"""Part by which so many laps lower the bound, below which no other is made."""


@dataclass(frozen=True, slots=True, eq=False)
class TerritoryBound:
    """A bound and what proves it.

    Attributes:
        net_eur: no plan brings more over the plan, beside roofs alone.
        slack_eur: the largest S_c, as the independent check has it: not above zero but for rounding.
        wanted: what steps would found in parts, the most founded first: units, the most wanted first, and a
            regime; they may stand further apart than the law allows.
    """

    net_eur: float
    slack_eur: float
    places: tuple[Place, ...]
    duals: Duals
    wanted: tuple[tuple[IntArray, int], ...]


def bounded(
    units: Units, places: Sequence[Place], places_km: FloatArray, aim_eur: float = -np.inf, laps: int = LAPS
) -> TerritoryBound:
    """Return the best bound that the steps and the cuts lead to, mended until it is one, checked.

    Args:
        places_km: of units in a plane, (S, 2).
        aim_eur: steps end once the bound is so low.
        laps: times that places are cut at most.
    """
    d, now = priced(units), list(places)
    at, best, lows_eur = None, None, list[float]()
    wanted: tuple[tuple[IntArray, int], ...] = ()
    for lap in range(laps + 1):
        rows = _rows(now, len(units.cost))
        at = _start(rows, d) if at is None else at
        mean = _start(rows, d)
        steps(MORE if lap else FIRST, rows, at, mean, d)
        duals = min((_proof(rows, start, d) for start in (at.duals, mean.duals)), key=_eur)
        best = (duals, now) if best is None or _eur(duals) < _eur(best[0]) else best
        low_eur, wanted = _eur(best[0]), tuple(_wanted(now, mean, rows, d))
        is_flat = lap >= THIN and low_eur > lows_eur[-THIN] * (1.0 - LEAST_GAIN)
        if lap == laps or low_eur <= aim_eur or is_flat:
            break
        lows_eur.append(low_eur)
        now, at = _cut(now, mean, rows, d, places_km, units.sites)
        if lap % THIN == THIN - 1:
            now, at = thinned(now, at)
    assert best is not None
    duals, proven = best
    slack = checked_slack(units, proven, duals)
    # What rounding leaves above zero is paid by every unit: an operation holds one at least.
    net_eur = _eur(duals) + max(0.0, slack) * len(units.cost)
    return TerritoryBound(net_eur, slack, tuple(proven), duals, wanted)


def _eur(duals: Duals) -> float:
    return float(duals.unit.sum())


def _proof(rows: PlaceRows, start: Duals, d: PricedUnits) -> Duals:
    """Return duals mended until they prove a bound, then lowered as far as they still do."""
    duals = Duals(start.price.copy(), start.power.copy(), start.unit.copy())
    # Beyond it no worth of units brings a place to nothing: two operations may stand in one.
    np.minimum(duals.power, d.fee_eur / rows.cap, out=duals.power)
    slack = np.zeros(len(rows.cap))
    slacks(rows, duals, d, slack)
    mended(np.argsort(-slack, kind="stable"), rows, duals, d)
    lowered(np.argsort(-duals.unit, kind="stable"), rows, duals, d)
    return duals


def _wanted(
    places: list[Place], at: StepsState, rows: PlaceRows, d: PricedUnits
) -> Iterator[tuple[IntArray, int]]:
    for c in np.argsort(-at.founded, kind="stable").tolist():
        own, z = at.part[rows.start[c] : rows.start[c + 1]], float(at.founded[c])
        if z > LEAST_CHOSEN:
            order = np.argsort(-own * d.size[places[c].units], kind="stable")
            yield places[c].units[order[own[order] > WANTED * z]], places[c].regime


def _cut(
    places: list[Place], at: StepsState, rows: PlaceRows, d: PricedUnits, places_km: FloatArray, sites: int
) -> tuple[list[Place], StepsState]:
    """Return places, those too wide cut, and where the steps stand in them: each part has half of it."""
    parts, origin, share = list[Place](), list[int](), list[FloatArray]()
    halves = np.ones(len(places))
    share_of = np.zeros(len(d.size))
    for c, place in enumerate(places):
        own, z = at.part[rows.start[c] : rows.start[c + 1]], float(at.founded[c])
        split: tuple[Place, ...] = (place,)
        if z > LEAST_CHOSEN:
            chosen = np.where(own > LEAST_CHOSEN * z, own * d.size[place.units], 0.0)
            split = parts_of(place, chosen, places_km)
        halves[c] = 1.0 / len(split)
        share_of[place.units] = own * halves[c]
        for part in split:
            if holds_both(part.units, sites):
                parts.append(part)
                origin.append(c)
                share.append(share_of[part.units])
    duals = Duals(at.duals.price[origin], at.duals.power[origin], at.duals.unit.copy())
    return parts, StepsState(np.concatenate(share), (at.founded * halves)[origin], duals)


def thinned(places: list[Place], at: StepsState) -> tuple[list[Place], StepsState]:
    """Return the places that lie inside no other, and where the steps stand in them."""
    kept = largest(places)
    edges = np.cumsum([len(place.units) for place in places])[:-1]
    share = np.split(at.part, edges)
    duals = Duals(at.duals.price[kept], at.duals.power[kept], at.duals.unit)
    return [places[k] for k in kept], StepsState(
        np.concatenate([share[k] for k in kept]), at.founded[kept], duals
    )


def checked_slack(units: Units, places: Sequence[Place], duals: Duals) -> float:
    """Return the largest S_c, written anew from its formula, unit by unit; none is above 0."""
    levels, worst = len(units.worth), -np.inf
    for c, place in enumerate(places):
        own, price = place.units, duals.price[c]
        rows, lanes = units.rows[units.row[own]], units.lane[own]
        is_site = own < units.sites
        paid = np.where(
            is_site[:, None],
            units.worth[np.minimum(lanes, levels - 1)] - price,
            price - units.surplus[np.maximum(lanes - levels, 0)],
        )
        gain = units.size[own] * (np.maximum(paid, 0.0) * rows).sum(axis=1)
        terms = gain - units.cost[own] - units.kwp[own] * duals.power[c] - duals.unit[own]
        slack = float(duals.power[c]) * place.cap_kwp - units.fee_eur + float(np.maximum(terms, 0.0).sum())
        worst = max(worst, slack)
    return worst


def priced(units: Units) -> PricedUnits:
    """Return units as the compiled steps read them."""
    level = np.concatenate([units.worth, units.surplus])
    return PricedUnits(
        flow=units.size[:, None] * units.rows[units.row],
        lane=units.lane,
        level=level,
        rising=np.argsort(level, axis=0, kind="stable"),
        worths=len(units.worth),
        size=units.size,
        cost=units.cost,
        kwp=units.kwp,
        fee_eur=units.fee_eur,
        top_eur_per_kwh=float(units.worth.max()),
    )


def _rows(places: Sequence[Place], count: int) -> PlaceRows:
    start = np.concatenate([[0], np.cumsum([len(place.units) for place in places])]).astype(np.int64)
    unit = np.concatenate([place.units for place in places]) if places else np.zeros(0, dtype=np.int64)
    caps = np.array([place.cap_kwp for place in places])
    return PlaceRows(start, unit, caps, np.bincount(unit, minlength=count))


def _start(rows: PlaceRows, d: PricedUnits) -> StepsState:
    places, top = len(rows.cap), d.top_eur_per_kwh
    return StepsState(
        np.zeros(len(rows.unit)),
        np.zeros(places),
        Duals(np.full((places, d.flow.shape[1]), 0.5 * top), np.zeros(places), 0.09 * top * d.size),
    )
