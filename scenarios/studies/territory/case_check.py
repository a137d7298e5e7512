"""The check of cases, written anew from formulas: that each is worth nothing more, that none is left out."""

from collections.abc import Iterator, Sequence

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from scenarios.studies.territory.cases import PlaceCases, Settling
from scenarios.studies.territory.ground import SeenUnits
from scenarios.studies.territory.numba_plan import Units
from scenarios.studies.territory.places import Place


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
    over = np.where(
        roof[:, None], price - surplus[:, None], units.worth[np.minimum(lanes, levels - 1)] - price
    )
    pooled = (step.around & roof)[:, None] & step.mixed
    brings = (np.where(pooled, np.minimum(over, 0.0), np.maximum(over, 0.0)) * rows).sum(axis=1)
    # Together, roofs are above their price in some hours of a class and below it in others.
    around = own[step.around & roof]
    output = units.size[around, None] * seen.year.rows[units.row[around]]
    paid = (price[seen.of_hour] - surplus[step.around & roof][:, None]) * output
    base_eur = np.maximum(paid.sum(axis=0), 0.0)[step.mixed[seen.of_hour]].sum()
    base_eur += (np.where(pooled, np.maximum(-over, 0.0), 0.0) * rows).sum() - units.fee
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
