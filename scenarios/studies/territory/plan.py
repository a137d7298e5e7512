"""A plan of a territory: which units stand together, by ruin and recreate from nothing.

A plan held to what tables of who may stand with whom do not say: public bodies, caps of the islands.

A territory as its searches see it: units over classes of hours that some groups of them see alike.

A plan bettered by operations that somebody wants: those of other plans, those that the bound would found.

One is put into the plan, those that share much with it are dissolved, and the search goes on around it. A
plan a little worse is gone on from, ever less (threshold accepting, Dueck and Scheuer, 1990).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.rules.largest_group import bits_of
from scenarios.studies.lawful.law import GroupLaw
from scenarios.studies.territory.bound import PackedLaw, TerritoryLaw
from scenarios.studies.territory.numba_plan import PlanState, Units, fill, ruin_recreate
from scenarios.studies.territory.problem import Territory, coarse_classes, seen_classes

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
    lots, lot = np.unique(territory.surplus_eur, axis=0, return_inverse=True)
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
        surplus=np.ascontiguousarray(lots),
        cost=np.concatenate([territory.fixed_eur, territory.cost_eur]),
        kwp=np.concatenate([np.zeros(territory.sites), territory.kwp]),
        fee_eur=territory.fee_eur,
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
    return float((state.shared - state.spent - units.fee_eur)[state.members > 0].sum())


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
        # What the lots that are cheaper in a step have made is taken before.
        rising = np.argsort(units.surplus, axis=0, kind="stable")
        lane, paid = (np.take_along_axis(rows, rising, axis=0) for rows in (lane, units.surplus))
        first = np.minimum(lane, np.maximum(shared - (np.cumsum(lane, axis=0) - lane), 0.0))
        alike = lane * (shared / np.maximum(lane.sum(axis=0), 1e-12))
        more += float(((alike - first) * paid).sum())
    return more


def lawful_plan(
    labels: Sequence[int], law: GroupLaw, tables: TerritoryLaw | PackedLaw, kwp: FloatArray
) -> TerritoryPlan:
    """Return labels as a plan: operations under the simplest regime that allows each, else left out."""
    label, regimes = np.full(len(labels), -1, dtype=np.int64), list[int]()
    for g in sorted(set(labels) - {-1}):
        units = [u for u, own in enumerate(labels) if own == g]
        shares = any(u < law.sites for u in units) and any(u >= law.sites for u in units)
        regime = law.regime(bits_of(units), float(kwp[units].sum()), tables.regimes) if shares else None
        if regime is not None:
            label[units] = len(regimes)
            regimes.append(tables.regimes.index(regime))
    return TerritoryPlan(label, np.array(regimes, dtype=np.int64), 0.0)


class SeenUnits(NamedTuple):
    """Units over classes of hours, the class of each hour of the year, (H,), and the same units over it."""

    units: Units
    of_hour: IntArray
    year: Units


@dataclass(frozen=True, slots=True, eq=False)
class SearchGround:
    """A territory, its law as tables, where units stand in a plane, (S, 2), and the units over the year."""

    territory: Territory
    law: TerritoryLaw
    places_km: FloatArray
    year: Units

    @classmethod
    def of(cls, territory: Territory, law: TerritoryLaw, places_km: FloatArray) -> "SearchGround":
        """Return a territory with its units over the year."""
        return cls(territory, law, places_km, units_of(territory, law, places_km))

    def coarse(self, count: int) -> Units:
        """Return units over so many classes of hours, before any group is known."""
        return self._over(coarse_classes(self.territory, count))

    def seen(self, groups: Sequence[IntArray], count: int) -> SeenUnits:
        """Return units over about so many classes of hours, those that groups see alike."""
        of_hour = seen_classes(self.territory, groups, count)
        return SeenUnits(self._over(of_hour), of_hour, self.year)

    def _over(self, of_hour: IntArray) -> Units:
        return units_of(self.territory.in_classes(of_hour), self.law, self.places_km)


TRIED, AROUND = 40, 12
"""Rounds after an operation is put in, around it and so many units near each of its own."""

DISSOLVED = 0.4
"""Part shared with an operation that is put in, above which another is dissolved."""

WORSE = 0.02
"""Part of the mean worth of an operation by which a plan may be worse at first."""

Wanted = tuple[IntArray, int]
"""Units of an operation, the most wanted first, and its regime."""


def guided(
    units: Units, start: TerritoryPlan, wanted: Sequence[Wanted], trials: int, seed: int
) -> TerritoryPlan:
    """Return the best plan met while operations are put into one, drawn at random, the first ones more often.

    Args:
        wanted: who may not stand in one is left out of it.
    """
    groups = [(lawful_part(units, *operation), operation[1]) for operation in wanted]
    groups = [kept for kept in groups if len(kept[0])]
    rng, here, best = np.random.default_rng(seed), start, start
    for trial in range(trials if groups else 0):
        group, regime = groups[int(len(groups) * rng.random() ** 2)]
        tried = _forced(here, group, regime)
        if tried is None:
            continue
        around = np.unique(units.nearest[group, :AROUND])
        child = planned(units, TRIED, int(rng.integers(1 << 30)), len(here.regime), tried, around)
        worse = WORSE * best.net_eur / max(1, len(best.groups)) * (1.0 - trial / trials)
        here = child if child.net_eur > here.net_eur - worse else here
        best = max(best, here, key=lambda plan: plan.net_eur)
    return best


def lawful_part(units: Units, wanted: IntArray, regime: int) -> IntArray:
    """Return those of some units that may stand together, each but for those before it."""
    near, kept, kwp = units.near[regime], list[int](), 0.0
    for u in wanted.tolist():
        if near[u, u] and near[u, kept].all() and kwp + units.kwp[u] < units.cap[regime]:
            kept.append(u)
            kwp += float(units.kwp[u])
    return np.array(kept, dtype=np.int64)


def _forced(plan: TerritoryPlan, group: IntArray, regime: int) -> TerritoryPlan | None:
    """Return a plan with another's operation in it, those that share much with it dissolved.

    None where it stands in the plan already, or where no place is left for it.
    """
    label, regimes = plan.label.copy(), plan.regime.copy()
    inside = np.isin(np.arange(len(label)), group)
    for own in plan.groups:
        common = int(inside[own].sum())
        if common == len(own) == len(group):
            return None
        if common > DISSOLVED * min(len(own), len(group)):
            label[own] = -1
    label[group] = -1
    regimes[np.setdiff1d(np.arange(len(regimes)), label)] = -1
    free = np.flatnonzero(regimes < 0)
    if not len(free):
        return None
    label[group], regimes[free[0]] = free[0], regime
    return TerritoryPlan(label, regimes, 0.0)
