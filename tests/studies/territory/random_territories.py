"""Small territories drawn at random, and the operations that the search founds in them."""

from collections.abc import Sequence
from functools import cache
from typing import cast

import numpy as np

from acc.rules.all_checks import regime_checks
from acc.rules.check import Check, State
from acc.scenario import Regime
from scenarios.entry.places.geography import members_of
from scenarios.studies.lawful.law import law_of
from scenarios.studies.territory.bound import TerritoryLaw, packed_law, plane_km
from scenarios.studies.territory.numba_plan import Units
from scenarios.studies.territory.plan import (
    SearchGround,
    SeenUnits,
    TerritoryPlan,
    lawful_plan,
    nearest,
    net_eur,
    planned,
)
from scenarios.studies.territory.problem import Territory, summed
from tests.perimeter_rules import RULES
from tests.studies.lawful.small_cases import random_roof, random_town


def drawn(rng: np.random.Generator, sites: int, roofs: int) -> tuple[Units, TerritoryLaw, np.ndarray]:
    """Return a small territory of two levels of worth and two prices of surplus, under 2 km and 20 km."""
    count, classes = sites + roofs, 4
    km = rng.uniform(0.0, 9.0, (count, 2)) * rng.choice([0.3, 3.0])
    apart = np.hypot(*(km[:, None] - km[None]).transpose(2, 0, 1))
    dense = rng.random(count) < 0.3
    wide = (apart <= 20.0) & ~dense[:, None] & ~dense
    law = TerritoryLaw(
        (Regime.KM_2, Regime.KM_20), np.array([apart <= 2.0, wide]), np.full(2, 5.0), np.array([2.0, 20.0])
    )
    worth = np.array([[2.0] * classes, [1.6] * classes])
    rows = rng.dirichlet(np.ones(classes), 4)
    units = Units(
        sites=sites,
        size=rng.uniform(1.0, 9.0, count),
        row=np.concatenate([rng.integers(0, 2, sites), rng.integers(2, 4, roofs)]),
        lane=np.zeros(count, dtype=np.int64),
        rows=rows,
        worth=worth,
        order=np.argsort(-worth, axis=0, kind="stable"),
        surplus=np.outer([0.1, 0.4], np.ones(classes)),
        cost=rng.uniform(0.0, 2.0, count),
        kwp=np.concatenate([np.zeros(sites), rng.uniform(0.5, 3.0, roofs)]),
        fee_eur=float(rng.uniform(0.0, 2.0)),
        near=law.near,
        cap=law.cap_kwp,
        nearest=nearest(km, 320),
    )
    return units._replace(lane=units.row.copy()), law, km


class DrawnGround(SearchGround):
    """A drawn territory over classes of its hours, whatever groups see."""

    of_hour: np.ndarray

    def seen(self, groups: Sequence[np.ndarray], count: int) -> SeenUnits:
        return SeenUnits(over(self.year, self.of_hour), self.of_hour, self.year)


def drawn_ground(units: Units, law: TerritoryLaw, km: np.ndarray, of_hour: np.ndarray) -> DrawnGround:
    """Return a drawn territory whose hours are in such classes, (H,)."""
    ground = DrawnGround(cast("Territory", None), law, km, units)
    object.__setattr__(ground, "of_hour", of_hour)
    return ground


def over(year: Units, of_hour: np.ndarray) -> Units:
    """Return units over classes of hours; the worth of a class is the highest of its hours."""
    count = int(of_hour.max()) + 1
    worth = np.array([[row[of_hour == t].max() for t in range(count)] for row in year.worth])
    order = np.argsort(-worth, axis=0, kind="stable")
    rows, surplus = summed(year.rows, of_hour, count), year.surplus[:, :1] * np.ones(count)
    return year._replace(rows=rows, worth=worth, order=order, surplus=surplus)


@cache
def founded(seed: int, sites: int = 12, roofs: int = 6) -> list[tuple[Regime, list[Check]]]:
    """Return the regime and the checks, by the rules of the law alone, of each operation of a territory."""
    rng = np.random.default_rng(seed)
    towns = tuple(random_town(rng, n) for n in range(sites))
    plants = tuple(random_roof(rng, towns, m, behind=False) for m in range(roofs))
    members = members_of(towns, plants)
    margin = 1.0 - RULES.margin_ratio.value
    law = law_of(members, RULES)
    packed = packed_law(law, {r: f.value * margin for r, f in RULES.distance_km.items()})
    tables = packed.part(range(sites + roofs))
    units, _law, _km = drawn(rng, sites, roofs)
    kwp = np.array([0.0] * sites + [plant.kwp for plant in plants])
    units = units._replace(
        kwp=kwp,
        near=tables.near,
        cap=tables.cap_kwp,
        nearest=nearest(plane_km(members.sites), 320),
        fee_eur=0.2,
    )
    found = planned(units, 80, seed, 5)
    plan = lawful_plan(found.label.tolist(), law, tables, kwp)
    return [
        (regime := tables.regimes[plan.regime[g]], regime_checks(members.part(group), regime, RULES))
        for g, group in enumerate(plan.groups)
    ]


def unlawful_operations(seed: int) -> list[Check]:
    """Return the checks that an operation of a territory does not meet, or leaves to verify: all is known."""
    every = [check for _regime, checks in founded(seed) for check in checks]
    return [check for check in every if check.state in {State.NOT_MET, State.TO_VERIFY}]


def best_of_all(units: Units, law: TerritoryLaw) -> float:
    """Return the best plan of all, each set of units tried under each regime, then packed."""
    count = len(units.cost)
    worth = {0: 0.0}
    for bits in range(1, 1 << count):
        group = np.flatnonzero([bits >> u & 1 for u in range(count)])
        lawful = any(
            near[np.ix_(group, group)].all() and units.kwp[group].sum() < cap
            for near, cap in zip(law.near, law.cap_kwp, strict=True)
        )
        label = np.where(np.isin(np.arange(count), group), 0, -1)
        plan = TerritoryPlan(label, np.zeros(1, dtype=np.int64), 0.0)
        worth[bits] = net_eur(units, plan) if lawful else 0.0
    best = [0.0] * (1 << count)
    for bits in range(1, 1 << count):
        low, part = bits & -bits, bits
        best[bits] = best[bits ^ low]
        while part:
            if part & low:
                best[bits] = max(best[bits], worth[part] + best[bits ^ part])
            part = part - 1 & bits
    return best[-1]
