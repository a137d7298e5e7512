"""What no plan of a territory passes, with its proof.

For ANY worth of units lam >= 0, prices of a kWh pi >= 0 and of a kWp kap >= 0, let S_c of a place be

    kap cap - F + sum over its sites (sum_t (worth_t - pi_t)+ need_t - fixed - lam)+
                + sum over its roofs (sum_t (pi_t - surplus)+ made_t - cost - kap kwp - lam)+

If every S_c <= 0, no plan is worth more than sum lam: what a group shares is at most what is paid over the
price and what the price pays over the surplus; kap (cap - kwp) >= 0; hence an operation inside c is worth at
most S_c plus the lam of its units, and operations are disjoint. How the numbers were found does not matter.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray, IntArray
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
from scenarios.studies.territory.numba_plan import Units
from scenarios.studies.territory.places import LEAST_CHOSEN, Place, holds_both, largest, parts_of

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
        last_places, ended: the places of the last steps, and the mean of these.
    """

    net_eur: float
    slack_eur: float
    places: tuple[Place, ...]
    duals: Duals
    wanted: tuple[tuple[IntArray, int], ...]
    last_places: tuple[Place, ...]
    ended: StepsState


def bounded(
    units: Units,
    places: Sequence[Place],
    places_km: FloatArray,
    aim_eur: float = -np.inf,
    laps: int = LAPS,
) -> TerritoryBound:
    """Return the best bound that the steps and the cuts lead to, mended until it is one, checked.

    Args:
        places_km: of units in a plane, (S, 2).
        aim_eur: steps end once the bound is so low.
        laps: times that places are cut at most.
    """
    return bounded_from(units, places, None, places_km, laps, aim_eur)


def bounded_from(
    units: Units,
    places: Sequence[Place],
    at: StepsState | None,
    places_km: FloatArray,
    laps: int,
    aim_eur: float = -np.inf,
) -> TerritoryBound:
    """Return the same as `bounded`, gone on from where steps stand in these places; from nothing without."""
    d, now, first = priced(units), list(places), MORE if at else FIRST
    best, lows_eur = None, list[float]()
    wanted: tuple[tuple[IntArray, int], ...] = ()
    for lap in range(laps + 1):
        rows = _rows(now, len(units.cost))
        at = _start(rows, d) if at is None else at
        mean = _start(rows, d)
        steps(MORE if lap else first, rows, at, mean, d)
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
    return TerritoryBound(net_eur, slack, tuple(proven), duals, wanted, tuple(now), mean)


def _eur(duals: Duals) -> float:
    return float(duals.unit.sum())


def _proof(rows: PlaceRows, start: Duals, d: PricedUnits) -> Duals:
    """Return duals mended until they prove a bound, then lowered as far as they still do."""
    duals = Duals(start.price.copy(), start.power.copy(), start.unit.copy())
    # Beyond it no worth of units brings a place to nothing: two operations may stand in one.
    np.minimum(duals.power, d.fee / rows.cap, out=duals.power)
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
            price - units.surplus[np.maximum(lanes - levels, 0)][:, None],
        )
        gain = units.size[own] * (np.maximum(paid, 0.0) * rows).sum(axis=1)
        terms = gain - units.cost[own] - units.kwp[own] * duals.power[c] - duals.unit[own]
        slack = float(duals.power[c]) * place.cap_kwp - units.fee + float(np.maximum(terms, 0.0).sum())
        worst = max(worst, slack)
    return worst


def priced(units: Units) -> PricedUnits:
    """Return units as the compiled steps read them."""
    classes = units.worth.shape[1]
    level = np.concatenate([units.worth, np.repeat(units.surplus[:, None], classes, axis=1)])
    return PricedUnits(
        flow=units.size[:, None] * units.rows[units.row],
        lane=units.lane,
        level=level,
        rising=np.argsort(level, axis=0, kind="stable"),
        worths=len(units.worth),
        size=units.size,
        cost=units.cost,
        kwp=units.kwp,
        fee=units.fee,
        top=float(units.worth.max()),
    )


def _rows(places: Sequence[Place], count: int) -> PlaceRows:
    start = np.concatenate([[0], np.cumsum([len(place.units) for place in places])]).astype(np.int64)
    unit = np.concatenate([place.units for place in places]) if places else np.zeros(0, dtype=np.int64)
    caps = np.array([place.cap_kwp for place in places])
    return PlaceRows(start, unit, caps, np.bincount(unit, minlength=count))


def _start(rows: PlaceRows, d: PricedUnits) -> StepsState:
    places, top = len(rows.cap), d.top
    return StepsState(
        np.zeros(len(rows.unit)),
        np.zeros(places),
        Duals(np.full((places, d.flow.shape[1]), 0.5 * top), np.zeros(places), 0.09 * top * d.size),
    )
