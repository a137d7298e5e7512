"""A plan of a territory: which units stand together, by ruin and recreate from nothing."""

from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray, IntArray
from scenarios.studies.territory.law_tables import TerritoryLaw
from scenarios.studies.territory.numba_plan import PlanState, Units, fill, ruin_recreate
from scenarios.studies.territory.problem import Territory

DEPTH = 320
"""Units around a place that are looked at when an operation is opened there."""


@dataclass(frozen=True, slots=True, eq=False)
class TerritoryPlan:
    """Who stands in which operation.

    Attributes:
        label: operation of each unit, -1 out, (S,).
        regime: of each operation, a place among those of the law, -1 where there is none.
        net_eur: over the plan, beside roofs alone, on the classes of hours that were looked at.
    """

    label: IntArray
    regime: IntArray
    net_eur: float

    @property
    def groups(self) -> list[IntArray]:
        """The units of each operation."""
        return [np.flatnonzero(self.label == g) for g in np.unique(self.label[self.label >= 0]).tolist()]


def units_of(territory: Territory, law: TerritoryLaw, places_km: FloatArray) -> Units:
    """Build the arrays of the compiled search.

    Args:
        places_km: in a plane, (S, 2); NaN where none is known.
    """
    lots, lot = np.unique(territory.surplus_eur, return_inverse=True)
    levels, kinds = len(territory.worth_eur), len(territory.load)
    order = np.argsort(-territory.worth_eur, axis=0, kind="stable")
    return Units(
        sites=territory.sites,
        size=np.concatenate([territory.need_kwh, territory.made_kwh]),
        row=np.concatenate([territory.kind, kinds + territory.orient]),
        lane=np.concatenate([territory.level[territory.kind], levels + lot.ravel()[territory.orient]]),
        rows=np.ascontiguousarray(np.concatenate([territory.load, territory.shape])),
        worth=np.ascontiguousarray(territory.worth_eur),
        order=np.ascontiguousarray(order),
        surplus=lots,
        cost=np.concatenate([territory.fixed_eur, territory.cost_eur]),
        kwp=np.concatenate([np.zeros(territory.sites), territory.kwp]),
        fee=territory.fee_eur,
        near=law.near,
        cap=law.cap_kwp,
        nearest=nearest(places_km, DEPTH if len(law.near) else 0),
    )


def nearest(places_km: FloatArray, depth: int) -> IntArray:
    """Return the nearest units of each, by rising distance, itself first, (S, D)."""
    count = len(places_km)
    near = np.empty((count, min(depth, count)), dtype=np.int64)
    if not depth:
        return near
    known = np.nan_to_num(places_km, nan=1e6)
    for u in range(count):
        far = np.hypot(known[:, 0] - known[u, 0], known[:, 1] - known[u, 1])
        far[u] = -1.0
        near[u] = np.argsort(far, kind="stable")[: near.shape[1]]
    return near


def planned(
    units: Units,
    rounds: int,
    seed: int,
    most: int,
    start: TerritoryPlan | None = None,
    centres: IntArray | None = None,
) -> TerritoryPlan:
    """Return the best plan met in so many rounds.

    Args:
        most: operations at most.
        start: where to begin; nothing is founded without.
        centres: units around which it is looked for; all without.
    """
    here, kept, best = (_state(units, most) for _copy in range(3))
    if start is not None:
        _fill(here, units, start)
    around = np.arange(len(units.cost)) if centres is None else centres
    # Without a regime that lets a site and a roof share there is nothing to look for.
    net = ruin_recreate(rounds if len(units.cap) else 0, seed, around, units, here, kept, best)
    return TerritoryPlan(best.label.copy(), best.regime.copy(), float(net))


def _state(units: Units, most: int) -> PlanState:
    count = len(units.cost)
    lanes = len(units.worth) + len(units.surplus)
    return PlanState(
        label=np.full(count, -1, dtype=np.int64),
        regime=np.full(most, -1, dtype=np.int64),
        flow=np.zeros((most, lanes, units.worth.shape[1])),
        power=np.zeros(most),
        conflicts=np.zeros((most, count), dtype=np.int64),
        spent=np.zeros(most),
        shared=np.zeros(most),
        members=np.zeros(most, dtype=np.int64),
    )


def _fill(state: PlanState, units: Units, plan: TerritoryPlan) -> None:
    """Put a plan into an empty state."""
    size = min(len(plan.regime), len(state.regime))
    state.regime[:size] = plan.regime[:size]
    fill(plan.label, state, units)


def net_eur(units: Units, plan: TerritoryPlan) -> float:
    """Value of a plan over the hours of `units`, beyond roofs alone, EUR."""
    state = _state(units, len(plan.regime))
    _fill(state, units, plan)
    return float((state.shared - state.spent - units.fee)[state.members > 0].sum())


def by_plant_eur(units: Units, plan: TerritoryPlan) -> float:
    """Additional value of a plan under a key by plant, least paid surplus first, EUR.

    A pooled key takes from all roofs alike; what is shared in all is the same.
    """
    levels, more = len(units.worth), 0.0
    for group in plan.groups:
        lanes = np.zeros((levels + len(units.surplus), units.worth.shape[1]))
        for u in group.tolist():
            lanes[units.lane[u]] += units.size[u] * units.rows[units.row[u]]
        lane = lanes[levels:]
        shared = np.minimum(lane.sum(axis=0), lanes[:levels].sum(axis=0))
        # `surplus` rises: what the cheaper lots have made is taken before.
        first = np.minimum(lane, np.maximum(shared - (np.cumsum(lane, axis=0) - lane), 0.0))
        alike = lane * (shared / np.maximum(lane.sum(axis=0), 1e-12))
        more += float(((alike - first).sum(axis=1) * units.surplus).sum())
    return more
