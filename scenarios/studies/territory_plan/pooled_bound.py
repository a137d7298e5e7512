"""What no plan passes under keys that pool the roofs, of more units than a whole programme takes.

At prices of units at which no operation of any place is worth more than its units cost, no plan is worth more
than all prices together: operations are disjoint. Prices come from known operations, the proof from `cases`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from scenarios.operation.optimise.highs import SilentHighs
from scenarios.studies.territory_plan.bound import priced
from scenarios.studies.territory_plan.cases import (
    CaseGround,
    PlaceCase,
    PlaceCases,
    Settling,
    ground_of,
    searched,
)
from scenarios.studies.territory_plan.columns import LEAST_EUR, UNIT_EUR, Columns
from scenarios.studies.territory_plan.guided import Wanted
from scenarios.studies.territory_plan.law_tables import TerritoryLaw
from scenarios.studies.territory_plan.numba_cases import form
from scenarios.studies.territory_plan.numba_plan import Units
from scenarios.studies.territory_plan.places import Place, holds_both

LAPS, FIRST_CASES, CASES = 2, 600, 8_000
"""Times that the cases of places give operations, how many cases of a place then, how many in the end."""

ROUNDS, MORE_ROUNDS = 35, 10
"""Times that operations are looked for from known ones, at first and after each of these."""

RAISES = ((600, 0.4), (1_500, 0.2))
"""Cases of a place, and the part of what closes them by which prices are raised before more are looked at."""

FEW_PLACES = 3
"""Places that have so many cases each; of more, each has fewer."""

COVERED = 20
"""Times that the programme of what closes cases is solved."""

RAISED = 3e-4
"""Part by which prices are raised: an operation that just pays has no case that ends otherwise."""


@dataclass(frozen=True, slots=True, eq=False)
class PooledBound:
    """The bound, the largest excess as it was checked anew, the cases, what steps of prices would found."""

    net_eur: float
    slack_eur: float
    cases: int
    wanted: tuple[Wanted, ...]


def pooled_bound(
    coarse: Units,
    units: Units,
    law: TerritoryLaw,
    wanted: Sequence[Wanted],
    start: FloatArray,
    places_km: FloatArray,
    seed: int,
) -> PooledBound:
    """Return the bound of keys that pool the roofs.

    Args:
        coarse: over fewer classes of hours: what is looked for first.
        wanted: operations of plans, and others that may be none as they are.
        start: prices of units to begin with, EUR, (S,).
        places_km: of units in a plane, (S, 2).
    """
    d, columns, places = priced(units), Columns(coarse, seed), list(_places(law, units.sites))
    columns.add_wanted(wanted, start)
    prices = columns.generate(start, ROUNDS)
    columns = columns.again(units)
    prices = columns.generate(prices, MORE_ROUNDS)

    def looked_at(cases: int) -> list[PlaceCases]:
        most = cases * min(len(places), FEW_PLACES) // max(1, len(places))
        return [searched(ground_of(place, units, d, prices, places_km), most) for place in places]

    for _lap in range(LAPS):
        looked = looked_at(FIRST_CASES)
        met = [(own, one.ground.place.regime) for one in looked for own in one.met]
        if not columns.add_wanted(met, prices):
            break
        prices = columns.generate(prices, MORE_ROUNDS)
    prices = prices * (1.0 + RAISED)
    for cases, part in RAISES:
        prices = prices + part * (raised_prices(looked_at(cases), prices) - prices)
    found = looked_at(CASES)
    raised = raised_prices(found, prices)
    slack = max((excess for one in found for excess in checked(one, units, raised)), default=0.0)
    net_eur = float(raised.sum()) + max(0.0, slack) * len(units.cost)
    return PooledBound(net_eur, slack, sum(_count(one.root) for one in found), tuple(columns.founded()))


def _places(law: TerritoryLaw, sites: int) -> Iterator[Place]:
    """Yield one place a regime, those left out that hold no operation but those of a wider one."""
    wider = np.zeros(law.near.shape[1], dtype=np.bool_)
    for r in reversed(range(len(law.regimes))):
        allowed, limit = law.allowed(r), float(law.limit_km[r])
        for units in [np.flatnonzero(allowed)] if np.isfinite(limit) else law.alike(r):
            if holds_both(units, sites) and not (np.isfinite(limit) and wider[units].all()):
                yield Place(units, r, float(law.cap_kwp[r]), limit)
        if np.isfinite(limit):
            wider |= allowed


def _count(case: PlaceCase) -> int:
    return 1 + sum(_count(part) for part in case.parts)


def raised_prices(found: Sequence[PlaceCases], prices: FloatArray) -> FloatArray:
    """Return prices raised as little as they need be for no open case to be worth more than nothing.

    A programme finds them, one row for each set of units that a case is worth most with; the rest is shared.
    """
    left = [_left(one.ground, *case) for one in found for case in one.open]
    highs, more = SilentHighs(), np.zeros(len(prices))
    for unit in range(len(prices)):
        highs.addVar(0.0, highspy.kHighsInf)
        highs.changeColCost(unit, 1.0)
    for _round in range(COVERED):
        rows = [(one, chosen) for one in left if one.most_eur(chosen := one.chosen(more), more) > LEAST_EUR]
        for one, chosen in rows:
            own, eur = one.own[chosen].astype(np.int32), one.most_eur(chosen, np.zeros(len(prices)))
            highs.addRow(eur / UNIT_EUR, highspy.kHighsInf, len(own), own, np.ones(len(own)))
        if not rows:
            break
        highs.run()
        more = np.maximum(np.array(highs.getSolution().col_value), 0.0) * UNIT_EUR
    for one in left:
        chosen = one.chosen(more)
        over = one.most_eur(chosen, more) * (1.0 + 1e-12)
        if over > 0.0:
            more[one.own] += one.shares(chosen, more, over)
    return prices + more


@dataclass(frozen=True, slots=True, eq=False)
class _Left:
    """A case that is left open: its units, those settled, what holds besides and what each brings, EUR."""

    own: IntArray
    settled: IntArray
    held_eur: float
    brings_eur: FloatArray

    def chosen(self, more_eur: FloatArray) -> BoolArray:
        """Return the units with which it is worth most where prices are higher by so much."""
        pays: BoolArray = (self.settled == 0) & (self.brings_eur > more_eur[self.own])
        return pays | (self.settled > 0)

    def most_eur(self, chosen: BoolArray, more_eur: FloatArray) -> float:
        """Return what it is worth with them."""
        return self.held_eur + float((self.brings_eur - more_eur[self.own])[chosen].sum())

    def shares(self, chosen: BoolArray, more_eur: FloatArray, over_eur: float) -> FloatArray:
        """Return by how much to raise prices for it to be worth so much less: of who pays, then who is in."""
        pays = np.where(chosen, np.maximum(self.brings_eur - more_eur[self.own], 0.0), 0.0)
        paid, stands = float(pays.sum()), self.settled > 0
        rest = max(0.0, over_eur - paid) / max(1, int(stands.sum()))
        shares: FloatArray = min(1.0, over_eur / max(paid, 1e-12)) * pays + np.where(stands, rest, 0.0)
        return shares


def _left(ground: CaseGround, case: PlaceCase, settled: IntArray) -> _Left:
    proof, brings = case.proof, np.empty(len(settled))
    assert proof is not None
    assert proof.price is not None
    held = form(proof.price, proof.around, proof.mixed, ground.flows, brings) - ground.fee
    return _Left(ground.place.units, settled, held, brings)


def checked(found: PlaceCases, units: Units, prices: FloatArray) -> Iterator[float]:
    """Yield what each case is worth at most beyond prices of units, written anew; infinite for a hole.

    None is above 0, and the cases hold every lawful operation of the place.
    """
    place = found.ground.place
    near = units.near[place.regime][np.ix_(place.units, place.units)]
    begins = np.where(np.diagonal(near), 0, -1)
    if (begins > found.root.begins).any() or (found.root.begins > 0).any():
        yield np.inf
    piles = [(found.root, begins)]
    while piles:
        case, settled = piles.pop()
        settled = settled.copy()
        for step in case.steps:
            yield from _settled_excess(step, settled, found.ground, near, units, prices)
            settled[step.stands], settled[step.out] = 1, -1
        if case.parts:
            if not _covers([part.begins for part in case.parts], settled, near):
                yield np.inf
            piles += [(part, part.begins) for part in case.parts]
        elif case.proof is not None:
            held, brings = _worth(case.proof, place, units, prices)
            yield held + brings[settled > 0].sum() + np.maximum(brings[settled == 0], 0.0).sum()
        elif not _is_none(settled, place, near, units):
            yield np.inf


def _settled_excess(
    step: Settling, settled: IntArray, ground: CaseGround, near: FloatArray, units: Units, prices: FloatArray
) -> Iterator[float]:
    """Yield what the operations are worth that a step leaves out: those where a unit is not as it says."""
    place, stands = ground.place, settled > 0
    if step.price is None:
        kwp = units.kwp[place.units]
        over = kwp[stands].sum() + kwp[step.out] >= place.cap_kwp
        refused = ~near[np.ix_(step.out, np.flatnonzero(stands))].all(axis=1) | (over & (kwp[step.out] > 0.0))
        if not refused.all():
            yield np.inf
        return
    held, brings = _worth(step, place, units, prices)
    most = held + brings[stands].sum() + np.maximum(brings[settled == 0], 0.0).sum()
    for u in step.stands.tolist():
        yield most - max(0.0, brings[u])
    for u in step.out.tolist():
        yield most + min(0.0, brings[u])


def _worth(step: Settling, place: Place, units: Units, prices: FloatArray) -> tuple[float, FloatArray]:
    """Return what holds besides, the fee paid, and what each unit brings at a price, from their formulas."""
    own, levels, price = place.units, len(units.worth), step.price
    assert price is not None
    rows, lanes = units.size[own, None] * units.rows[units.row[own]], units.lane[own]
    roof = own >= units.sites
    over = np.where(
        roof[:, None],
        price - units.surplus[np.maximum(lanes - levels, 0)][:, None],
        units.worth[np.minimum(lanes, levels - 1)] - price,
    )
    pooled = (step.around & roof)[:, None] & step.mixed
    brings = (np.where(pooled, np.minimum(over, 0.0), np.maximum(over, 0.0)) * rows).sum(axis=1)
    added = np.where(pooled, over * rows, 0.0)
    held = np.maximum(added.sum(axis=0), 0.0).sum() + np.maximum(-added, 0.0).sum() - units.fee
    return float(held), brings - units.cost[own] - prices[own]


def _covers(parts: Sequence[IntArray], settled: IntArray, near: FloatArray) -> bool:
    """Return whether each lawful operation of a case is in one of two parts."""
    if len(parts) != 2:
        return False
    stands, stands_too = ((part > 0) & (settled <= 0) for part in parts)
    lost, lost_too = ((part < 0) & (settled >= 0) for part in parts)
    if stands.any() or stands_too.any():
        # A unit in, or out.
        same = (stands == lost_too).all() and (stands_too == lost).all()
        return bool(same and (stands | lost).sum() == 1)
    return not near[np.ix_(lost, lost_too)].any()


def _is_none(settled: IntArray, place: Place, near: FloatArray, units: Units) -> bool:
    """Return whether no operation that shares is in a case."""
    stands, may, roof = settled > 0, settled >= 0, place.units >= units.sites
    heavy = units.kwp[place.units][stands].sum() >= place.cap_kwp
    return bool(
        heavy or not near[np.ix_(stands, stands)].all() or not (may & roof).any() or not (may & ~roof).any()
    )
