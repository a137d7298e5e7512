"""What no plan of a territory passes, with its proof.

For ANY worth of units lam >= 0, prices of a kWh pi >= 0 and of a kWp kap >= 0, let S_c of a place be

    kap cap - F + sum over its sites (sum_t (worth_t - pi_t)+ need_t - fixed - lam)+
                + sum over its roofs (sum_t (pi_t - surplus)+ made_t - cost - kap kwp - lam)+

If every S_c <= 0, no plan is worth more than sum lam: what a group shares is at most what is paid over the
price and what the price pays over the surplus; kap (cap - kwp) >= 0; hence an operation inside c is worth at
most S_c plus the lam of its units, and operations are disjoint. How the numbers were found does not matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from acc.arrays import FloatArray, IntArray
from scenarios.studies.territory_plan.numba_bound import Duals, PlaceRows, StepsState, mended, steps
from scenarios.studies.territory_plan.numba_plan import Units
from scenarios.studies.territory_plan.places import Place

FIRST, MORE = 1_500, 500
LAPS = 4
"""Steps before the first look, then between looks, and how many of these."""


class PricedUnits(NamedTuple):
    """What the compiled steps read of the units: see `numba_plan.Units`."""

    size: FloatArray
    row: IntArray
    row_lane: IntArray
    rows: FloatArray
    worth: FloatArray
    surplus: FloatArray
    cost: FloatArray
    kwp: FloatArray
    fee: float


@dataclass(frozen=True, slots=True, eq=False)
class TerritoryBound:
    """A bound and what proves it.

    Attributes:
        net_eur: no plan brings more over the plan, beside roofs alone.
        slack_eur: the largest S_c, as the independent check has it: not above zero but for rounding.
    """

    net_eur: float
    slack_eur: float
    places: int
    duals: Duals


def bounded(units: Units, places: Sequence[Place]) -> TerritoryBound:
    """Return the best bound that the steps lead to, mended until it is one, checked."""
    d, rows = priced(units), _rows(places, len(units.cost))
    here, mean = _start(rows, d), _start(rows, d)
    top = float(d.worth.max())
    best: Duals | None = None
    for lap in range(LAPS + 1):
        steps(FIRST if lap == 0 else MORE, rows, here, mean, d, top)
        for duals in (here.duals, mean.duals):
            tried = Duals(duals.price.copy(), duals.power.copy(), duals.unit.copy())
            mended(rows, tried, d)
            if best is None or tried.unit.sum() < best.unit.sum():
                best = tried
        for there, value in zip((here.part, here.founded), (mean.part, mean.founded), strict=True):
            there[:] = value
        for there, value in zip(here.duals, mean.duals, strict=True):
            there[:] = value
    assert best is not None
    slack = checked_slack(units, places, best)
    # What rounding leaves above zero is paid by every unit: an operation holds one at least.
    net_eur = float(best.unit.sum()) + max(0.0, slack) * len(units.cost)
    return TerritoryBound(net_eur, slack, len(places), best)


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
    """Return units as the compiled steps read them: the lane of each row, not of each unit."""
    row_lane = np.zeros(len(units.rows), dtype=np.int64)
    row_lane[units.row] = units.lane
    return PricedUnits(
        units.size,
        units.row,
        row_lane,
        units.rows,
        units.worth,
        units.surplus,
        units.cost,
        units.kwp,
        units.fee,
    )


def _rows(places: Sequence[Place], count: int) -> PlaceRows:
    start = np.concatenate([[0], np.cumsum([len(place.units) for place in places])]).astype(np.int64)
    unit = np.concatenate([place.units for place in places]) if places else np.zeros(0, dtype=np.int64)
    caps = np.array([place.cap_kwp for place in places])
    return PlaceRows(start, unit, caps, np.bincount(unit, minlength=count))


def _start(rows: PlaceRows, d: PricedUnits) -> StepsState:
    places, top = len(rows.cap), float(d.worth.max())
    return StepsState(
        np.zeros(len(rows.unit)),
        np.zeros(places),
        Duals(np.full((places, d.rows.shape[1]), 0.5 * top), np.zeros(places), 0.09 * top * d.size),
    )
