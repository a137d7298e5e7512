"""What an operation of a place is worth at most beyond what its units cost, by cases.

In each case some units surely stand in the operation and some surely do not. At any price of a kWh its worth
is at most what `form` says, a sum over its units: around the roofs that stand in it this is exact for keys
that pool the roofs. A unit without which (with which) that is no more than nothing is settled; else a case is
divided: by a line that no operation lies on both sides of, or by a unit, in or out. Land and Doig, 1960.

The check of cases, written anew from formulas: that each is worth nothing more, that none is left out.
"""

import heapq
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from scenarios.studies.territory.bound import Place, parts_of
from scenarios.studies.territory.numba_bound import PlaceFlows, PricedUnits, at_most, best_price, form
from scenarios.studies.territory.numba_plan import Units
from scenarios.studies.territory.plan import SeenUnits

FIRST, MORE, AGAIN, LAPS = 300, 40, 25, 4
"""Steps to the price of a place, of a case, of one where units were just settled; times that they are."""

LEAST_CHOSEN = 0.05
"""Part of a unit below which it is not looked at where a line is sought."""

LEAST_CLASH, LEAST_PART = 0.01, 0.02
"""Of the mean unit: below it no clash, no part of a roof is divided first."""


@dataclass(frozen=True, slots=True, eq=False)
class CaseGround:
    """A place of U units: who clashes with whom, what a kWh of each roof loses of surplus, the fee."""

    place: Place
    flows: PlaceFlows
    clash: BoolArray
    surplus: FloatArray
    kwp: FloatArray
    fee_eur: float
    places_km: FloatArray

    def pooled(self, settled: IntArray) -> PlaceFlows:
        """Return flows in which the roofs that stand in lose what they lose together."""
        flows, own = self.flows, self.flows.roof & (settled > 0)
        output = flows.flow[own]
        level = flows.level.copy()
        lost_eur = (self.surplus[own] * output).sum(axis=0)
        level[flows.worths :] = lost_eur / np.maximum(output.sum(axis=0), 1e-12)
        return flows._replace(level=level, rising=np.argsort(level, axis=0, kind="stable"))


@dataclass(frozen=True, slots=True, eq=False)
class Settling:
    """Units that a price settles; without one the law does: they clash with who stands in or pass the cap."""

    price: FloatArray | None
    around: BoolArray
    mixed: BoolArray
    state: IntArray
    out: IntArray


@dataclass(slots=True, eq=False)
class PlaceCase:
    """A case: how it begins, what settles more, what it is worth at most and by which price, its parts."""

    begins: IntArray
    steps: list[Settling] = field(default_factory=list)
    most_eur: float = -np.inf
    proof: Settling | None = None
    parts: list["PlaceCase"] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Look:
    """Where the price of a case stands."""

    settled: IntArray
    price: FloatArray
    pooled_price: FloatArray
    part: FloatArray
    mean: FloatArray
    loose: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class PlaceCases:
    """The cases of a place: the tree, those that may still be worth more than nothing, operations met.

    Of these, those that surely are come first.
    """

    ground: CaseGround
    root: PlaceCase
    open: tuple[tuple[PlaceCase, IntArray], ...]
    met: tuple[IntArray, ...]


def ground_of(
    place: Place, seen: SeenUnits, d: PricedUnits, prices: FloatArray, places_km: FloatArray
) -> CaseGround:
    """Return a place as its cases are looked at, at prices of units, EUR."""
    own, units = place.units, seen.units
    near = units.near[place.regime]
    roof = own >= units.sites
    flows = PlaceFlows(
        flow=np.ascontiguousarray(d.flow[own]),
        lane=d.lane[own],
        level=d.level,
        rising=d.rising,
        worths=d.worths,
        cost=d.cost[own] + prices[own],
        size=d.size[own],
        roof=roof,
        row=units.row[own],
        hours=seen.year.rows,
        of_hour=seen.of_hour,
        top_eur_per_kwh=d.top_eur_per_kwh,
    )
    surplus = np.where(roof[:, None], units.surplus[np.maximum(d.lane[own] - d.worths, 0)], 0.0)
    return CaseGround(place, flows, ~near[np.ix_(own, own)], surplus, d.kwp[own], d.fee_eur, places_km)


def searched(ground: CaseGround, most: int) -> PlaceCases:
    """Return the cases of a place, the worst divided first, so many at most."""
    count, classes = ground.flows.flow.shape
    begins = np.where(np.diagonal(ground.clash), -1, 0)
    half = np.full(classes, 0.5 * ground.flows.top_eur_per_kwh)
    look = _Look(begins, half, half, np.zeros(count), np.zeros(count), np.zeros(count))
    root, look = _examined(ground, look, FIRST)
    heap, number = [(-root.most_eur, 0, root, look)], 1
    left, ended, met = list[tuple[PlaceCase, IntArray]](), list[IntArray](), list[IntArray]()
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        while heap and -heap[0][0] > 0.0 and number < most:
            _worst, _at, case, look = heapq.heappop(heap)
            part = np.where(look.settled > 0, 1.0, np.where(look.settled < 0, 0.0, look.mean))
            order = np.argsort(-part, kind="stable")
            founded = ground.place.units[order[part[order] > 0.5]]
            begin = [replace(look, settled=settled) for settled in _divided(ground, look)]
            if not begin:
                left.append((case, look.settled))
                ended.append(founded)
                continue
            met.append(founded)
            case.proof = None
            for child, looked in threads.map(partial(_examined, ground, rounds=MORE), begin):
                case.parts.append(child)
                number += 1
                if child.most_eur > 0.0:
                    heapq.heappush(heap, (-child.most_eur, number, child, looked))
    left += [(case, look.settled) for most_eur, _at, case, look in heap if -most_eur > 0.0]
    return PlaceCases(ground, root, tuple(left), (*ended, *met))


def _examined(ground: CaseGround, start: _Look, rounds: int) -> tuple[PlaceCase, _Look]:
    """Return a case, units settled as far as prices do, and where these stand."""
    case, roof = PlaceCase(start.settled.copy()), ground.flows.roof
    look = replace(start, settled=start.settled.copy(), part=start.part.copy(), mean=np.empty(len(roof)))
    none = np.zeros(len(roof), dtype=np.bool_)
    for lap in range(LAPS):
        if not _by_law(ground, case, look.settled):
            case.most_eur, case.proof = -np.inf, None
            return case, look
        built, decided = roof & (look.settled > 0), not (roof & (look.settled == 0)).any()
        flows, price = (
            (ground.pooled(look.settled), look.pooled_price) if decided else (ground.flows, look.price)
        )
        turns = AGAIN if lap else rounds
        best = _priced(turns, flows, look.settled, price, look)
        look.price, look.pooled_price = (look.price, best) if decided else (best, look.pooled_price)
        before = look.settled.copy()
        around = [(best, built if decided else none, np.full(len(best), fill_value=True))]
        if not decided and (pooled := _around(ground, look, turns)) is not None:
            around.append(pooled)
        # Of a case that is smaller after steps, what was known of it before is no proof.
        case.most_eur = np.inf
        for trial in around:
            brings = _settle(ground, case, look.settled, *trial)
            if case.most_eur <= 0.0:
                return case, look
            look.loose = np.maximum(np.where(trial[1], -brings, brings), 0.0)
        if (before == look.settled).all():
            break
    return case, look


def _priced(rounds: int, flows: PlaceFlows, settled: IntArray, price: FloatArray, look: _Look) -> FloatArray:
    """Return the best price that steps meet, in single precision, over the units that may stand in."""
    may = np.flatnonzero(settled >= 0)
    light = flows._replace(
        flow=flows.flow[may].astype(np.float32),
        lane=flows.lane[may],
        level=flows.level.astype(np.float32),
        cost=flows.cost[may],
        size=flows.size[may],
    )
    part, mean = look.part[may], np.empty(len(may))
    best = np.empty(len(price), dtype=np.float32)
    best_price(rounds, settled[may], price.astype(np.float32), part, light, best, mean)  # type: ignore[no-untyped-call]
    look.part[may], look.mean[may] = part, mean
    return best.astype(float)


def _by_law(ground: CaseGround, case: PlaceCase, settled: IntArray) -> bool:
    """Take out who may not stand with those that do; return whether an operation is left."""
    is_in, free = settled > 0, settled == 0
    kwp = ground.kwp[is_in].sum()
    if ground.clash[np.ix_(is_in, is_in)].any() or kwp >= ground.place.cap_kwp:
        return False
    over = (ground.kwp > 0.0) & (kwp + ground.kwp >= ground.place.cap_kwp)
    out = np.flatnonzero(free & (ground.clash[:, is_in].any(axis=1) | over))
    if len(out):
        none = np.zeros(0, dtype=np.bool_)
        case.steps.append(Settling(None, none, none, np.zeros(0, dtype=np.int64), out))
        settled[out] = -1
    may = settled >= 0
    return bool((may & ground.flows.roof).any() and (may & ~ground.flows.roof).any())


def _around(ground: CaseGround, look: _Look, rounds: int) -> tuple[FloatArray, BoolArray, BoolArray] | None:
    """Return price, roofs and classes in which a key that pools these is worth less; None where none is."""
    roof = ground.flows.roof
    own = roof & ((look.settled > 0) | ((look.settled == 0) & (look.mean > 0.5)))
    surplus = ground.surplus[own]
    if not own.any() or (surplus == surplus[0]).all():
        return None
    # The price is sought as if these roofs stood in and no other: it holds for all of the case.
    settled = np.where(roof, np.where(own, 1, -1), look.settled)
    apart = replace(look, part=look.part.copy(), mean=look.mean.copy())
    best = _priced(rounds, ground.pooled(settled), settled, look.pooled_price, apart)
    look.pooled_price = best
    return best, own, best < surplus.max(axis=0)


def _settle(
    ground: CaseGround,
    case: PlaceCase,
    settled: IntArray,
    price: FloatArray,
    around: BoolArray,
    mixed: BoolArray,
) -> FloatArray:
    """Settle units by a price, the proof of the case where none says less; return what each brings."""
    brings = np.empty(len(settled))
    base_eur = form(price, around, mixed, ground.flows, brings) - ground.fee_eur
    most = float(at_most(base_eur, brings, settled))
    free = (settled == 0) & (most > 0.0)
    settled_in = np.flatnonzero(free & (brings > 0.0) & (most - brings <= 0.0))
    out = np.flatnonzero(free & (brings <= 0.0) & (most + brings <= 0.0))
    step = Settling(price, around, mixed, settled_in, out)
    if len(settled_in) + len(out):
        case.steps.append(step)
        settled[settled_in], settled[out] = 1, -1
    # Where what holds besides passes the fee, no price of units brings the place to nothing.
    if most < case.most_eur and (base_eur <= 0.0 or not (ground.flows.roof & (settled == 0)).any()):
        case.most_eur, case.proof = most, step
    return brings


def _divided(ground: CaseGround, look: _Look) -> list[IntArray]:
    """First units of the parts of a case; empty where one operation remains."""
    settled, size, roof = look.settled, ground.flows.size, ground.flows.roof
    part = np.where(settled > 0, 1.0, np.where(settled < 0, 0.0, look.mean))
    free, may, mean = settled == 0, settled >= 0, float(size.mean())
    own = replace(ground.place, units=ground.place.units[may])
    chosen = np.where(part > LEAST_CHOSEN, part * size, 0.0)[may]
    halves = parts_of(own, chosen, ground.places_km)
    if len(halves) > 1:
        sides = [np.isin(ground.place.units, half.units) for half in halves]
        return [np.where(side, settled, -1) for side in sides]
    clashes = np.where(free, size * part * (ground.clash @ (part * size)), 0.0)
    between = np.where(free, part * (1.0 - part) * size, 0.0)
    of_roofs = np.where(roof & free, look.loose, 0.0)
    if clashes.max() > LEAST_CLASH * mean**2:
        weight = clashes
    elif of_roofs.max() > 0.0:
        weight = of_roofs
    elif (roof & free).any():
        weight = np.where(roof & free, size, 0.0)
    elif free.any():
        weight = between + np.where(free, 1e-9 * size, 0.0)
    else:
        return []
    unit = int(np.argmax(weight))
    with_unit, out = settled.copy(), settled.copy()
    with_unit[unit], out[unit] = 1, -1
    return [with_unit, out]


def checked(cases: PlaceCases, seen: SeenUnits, prices: FloatArray) -> Iterator[float]:
    """Yield the upper bound of each case beyond prices of units, recomputed; infinite for a hole.

    None is above 0, and the cases hold every lawful operation of the place.
    """
    place, units = cases.ground.place, seen.units
    near = units.near[place.regime][np.ix_(place.units, place.units)]
    begins = np.where(np.diagonal(near), 0, -1)
    if (begins > cases.root.begins).any() or (cases.root.begins > 0).any():
        yield np.inf
    piles = [(cases.root, begins)]
    while piles:
        case, settled = piles.pop()
        settled = settled.copy()
        for step in case.steps:
            yield from _settled_excess(step, settled, place, near, seen, prices)
            settled[step.state], settled[step.out] = 1, -1
        if case.parts:
            if not _covers([part.begins for part in case.parts], settled, near):
                yield np.inf
            piles += [(part, part.begins) for part in case.parts]
        elif case.proof is not None:
            base_eur, brings = _worth(case.proof, place, seen, prices)
            yield base_eur + brings[settled > 0].sum() + np.maximum(brings[settled == 0], 0.0).sum()
        elif not _is_none(settled, place, near, units):
            yield np.inf


def _settled_excess(
    step: Settling, settled: IntArray, place: Place, near: BoolArray, seen: SeenUnits, prices: FloatArray
) -> Iterator[float]:
    """Yield the worth of operations that a step leaves out: those that differ from it by a unit."""
    is_in = settled > 0
    if step.price is None:
        kwp = seen.units.kwp[place.units]
        over = kwp[is_in].sum() + kwp[step.out] >= place.cap_kwp
        refused = ~near[np.ix_(step.out, np.flatnonzero(is_in))].all(axis=1) | (over & (kwp[step.out] > 0.0))
        if not refused.all():
            yield np.inf
        return
    base_eur, brings = _worth(step, place, seen, prices)
    most = base_eur + brings[is_in].sum() + np.maximum(brings[settled == 0], 0.0).sum()
    for u in step.state.tolist():
        yield most - max(0.0, brings[u])
    for u in step.out.tolist():
        yield most + min(0.0, brings[u])


def _worth(step: Settling, place: Place, seen: SeenUnits, prices: FloatArray) -> tuple[float, FloatArray]:
    """Fixed worth net of the fee, and contribution of each unit at a price, from their formulas."""
    own, units, price = place.units, seen.units, step.price
    assert price is not None
    levels, lanes = len(units.worth), units.lane[own]
    rows, roof = units.size[own, None] * units.rows[units.row[own]], own >= units.sites
    surplus = units.surplus[np.maximum(lanes - levels, 0)]
    over = np.where(roof[:, None], price - surplus, units.worth[np.minimum(lanes, levels - 1)] - price)
    pooled = (step.around & roof)[:, None] & step.mixed
    brings = (np.where(pooled, np.minimum(over, 0.0), np.maximum(over, 0.0)) * rows).sum(axis=1)
    # Together, roofs are above their price in some hours of a class and below it in others.
    around = own[step.around & roof]
    output = units.size[around, None] * seen.year.rows[units.row[around]]
    paid = (price - surplus[step.around & roof])[:, seen.of_hour] * output
    base_eur = np.maximum(paid.sum(axis=0), 0.0)[step.mixed[seen.of_hour]].sum()
    base_eur += (np.where(pooled, np.maximum(-over, 0.0), 0.0) * rows).sum() - units.fee_eur
    return float(base_eur), brings - units.cost[own] - prices[own]


def _covers(parts: Sequence[IntArray], settled: IntArray, near: BoolArray) -> bool:
    """Return whether each lawful operation of a case is in one of two parts."""
    if len(parts) != 2:
        return False
    raised, raised_too = ((part > 0) & (settled <= 0) for part in parts)
    lost, lost_too = ((part < 0) & (settled >= 0) for part in parts)
    if raised.any() or raised_too.any():
        # A unit in, or out.
        same = (raised == lost_too).all() and (raised_too == lost).all()
        return bool(same and (raised | lost).sum() == 1)
    return not near[np.ix_(lost, lost_too)].any()


def _is_none(settled: IntArray, place: Place, near: BoolArray, units: Units) -> bool:
    """Return whether no operation that shares is in a case."""
    is_in, may, roof = settled > 0, settled >= 0, place.units >= units.sites
    heavy = units.kwp[place.units][is_in].sum() >= place.cap_kwp
    return bool(
        heavy or not near[np.ix_(is_in, is_in)].all() or not (may & roof).any() or not (may & ~roof).any()
    )
