"""The plan of a territory and its bound: a search on classes of hours, its end on finer ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from gettext import gettext as _

import numpy as np

from acc.arrays import Laid, in_memory
from acc.rules.perimeter import PerimeterRules
from acc.scenario import Regime
from scenarios.operation.metering.spill_file import spooled_rows
from scenarios.operation.ready.operation import Operation
from scenarios.operation.store.store import KeptStore
from scenarios.studies.lawful.law import GroupLaw, TooManyPlacesError, law_of
from scenarios.studies.lawful.model import GroupModel, group_model
from scenarios.studies.lawful.worth_of_kwh import KwhWorth, kwh_worth
from scenarios.studies.territory.bound import bounded
from scenarios.studies.territory.places import PackedLaw, TerritoryLaw, packed_law, places_of, plane_km
from scenarios.studies.territory.plan import (
    SearchGround,
    TerritoryPlan,
    Wanted,
    by_plant_eur,
    guided,
    lawful_plan,
    net_eur,
    planned,
)
from scenarios.studies.territory.pooled_bound import PooledProgramme, pooled_bound
from scenarios.studies.territory.problem import Territory, territory_of
from scenarios.studies.territory.stages import (
    SearchBound,
    Stages,
    TiledGround,
    Workers,
    tiled,
    tiled_by_plant_eur,
)

COARSE, FINE, FINER, FINEST = 40, 60, 120, 480
"""Classes of hours of the first search; the next; the last and the bound; the bound below `MANY` units."""

MANY = 1_000

FEW = 100
"""Units up to which every lawful place is listed and the bound is that of a whole programme."""

FEW_FOR_CASES = 400
"""Units up to which the bound of keys that pool the roofs is looked for, by cases."""

ROUNDS, ROUNDS_OF_UNITS = 1_500, 4_000_000
"""Of a search, at least; rounds times units of one of more than `FEW`, which take as long for fewer."""

TILED = 6_000
"""Units beyond which a territory is searched by tiles: below, the whole is, which takes twice the time and is
nearer its bound (4.2 % for 7.0 with 4,000 sites and 1,000 roofs)."""

MOST_PART = 3
"""One operation for so many roofs, at most."""

RUNS, TRIALS, MOST_TRIALS, TRIALS_OF_UNITS = 3, 9, 600, 500_000
"""Searches; how often an operation wanted is put in one, at most; that times units, of few units."""

ENOUGH = 1e-4
"""Part of a plan below which a gap or a gain is none."""


@dataclass(frozen=True, slots=True, eq=False)
class SolvedTerritory:
    """What was found: the plan, the law as tables, the bound.

    Attributes:
        bound_eur: beside roofs alone, under any key that takes from all roofs alike, as that of the folders;
            `any_key_eur` under any key at all. Of many units only the second is known: both are it.
        by_plant_eur: what more the plan would bring under a key by plant.
        slack_eur: of the independent check; None where the bound is that of a whole programme.
    """

    model: GroupModel
    territory: Territory
    worth: KwhWorth
    law: TerritoryLaw | PackedLaw
    plan: TerritoryPlan
    by_plant_eur: float
    bound_eur: float
    any_key_eur: float
    places: int
    slack_eur: float | None


def solve(
    operation: Operation,
    rules: PerimeterRules,
    seed: int,
    progress: Callable[[str], None],
    store: KeptStore | None = None,
    workers: Workers = Workers(),  # noqa: B008 - what it holds never changes
) -> SolvedTerritory:
    """Return the best plan met and what none can pass.

    Args:
        store: where each stage is kept as it ends; nothing is kept without.
        workers: where searches run.

    Raises:
        ValueError: no local price, a roof behind a meter.
    """
    model = group_model(operation, (1.0,))
    many = model.sites + model.roofs > TILED
    kept = store or KeptStore(None)
    disk: Laid = partial(spooled_rows, folder=kept.folder) if many and kept.folder is not None else in_memory
    worth = kwh_worth(model, remembers=not many, laid=disk)
    law = law_of(operation.members, rules)
    packed, km = packed_law(law, _limits_km(rules)), plane_km(operation.members.sites)
    territory = territory_of(worth, disk)
    stages = Stages.of(kept, territory, packed, km, seed, workers)
    if many:
        worth = worth.without_kwh(model)
        tiles = TiledGround(territory, packed, km, seed, stages, MOST_PART)
        return _tiled(tiles, model, worth, law, progress)
    ground = SearchGround.of(territory, packed.part(range(territory.units)), km)
    tables, year = ground.law, ground.year
    most = max(2, -(-len(territory.kwp) // MOST_PART))
    progress(_("a first plan of the territory"))
    first = stages.plan("first", partial(planned, ground.coarse(COARSE), ROUNDS, seed, most))
    units = ground.seen(first.groups, FINE).units
    rounds = ROUNDS if territory.units <= FEW else max(ROUNDS, ROUNDS_OF_UNITS // territory.units)
    starts = [partial(planned, units, rounds, seed + 1 + k, most, None if k else first) for k in range(RUNS)]
    plans = stages.plans("run", starts)
    progress(_("what no plan can pass"))
    if territory.units <= FEW and (exact := _exact(model, worth, law)) is not None:
        plan = max(plans, key=_net)
        both = [lawful_plan(labels, law, tables, year.kwp) for labels in (plan.label.tolist(), exact.labels)]
        plan = max(both, key=lambda candidate: net_eur(year, candidate))
        more_eur, bounds = by_plant_eur(year, plan), (exact.bound_eur, exact.any_key_eur)
        return SolvedTerritory(model, territory, worth, tables, plan, more_eur, *bounds, exact.places, None)
    bound = stages.bound(lambda: _bound(ground, plans, seed))
    progress(_("a better plan, where the bound would found other operations"))
    plan = _guided(ground, plans, bound.wanted, seed, stages)
    plan = lawful_plan(plan.label.tolist(), law, tables, year.kwp)
    proof = bound.net_eur, bound.any_key_eur, bound.places, bound.slack_eur
    return SolvedTerritory(model, territory, worth, tables, plan, by_plant_eur(year, plan), *proof)


def _bound(ground: SearchGround, plans: Sequence[TerritoryPlan], seed: int) -> SearchBound:
    """Return the bound, that of keys that pool the roofs where units are few enough for it."""
    territory, km, known = ground.territory, ground.places_km, _operations(plans)
    count = FINER if territory.units > MANY else FINEST
    units = ground.seen([group for group, _regime in known], count).units
    aim_eur = max(net_eur(units, plan) for plan in plans) * (1.0 + ENOUGH)
    root = bounded(units, places_of(ground.law, km, territory.sites), km, aim_eur)
    if territory.units > FEW_FOR_CASES:
        return SearchBound.of(root)
    pooled = pooled_bound(ground, known, root.wanted, root.duals.unit, seed)
    slack_eur, wanted = max(root.slack_eur, pooled.slack_eur), (*pooled.wanted, *root.wanted)
    return SearchBound(min(pooled.net_eur, root.net_eur), root.net_eur, slack_eur, pooled.cases, wanted)


def _limits_km(rules: PerimeterRules) -> dict[Regime, float]:
    """Return the longest distances, the margin of the law kept."""
    margin = 1.0 - rules.margin_ratio.value
    return {regime: figure.value * margin for regime, figure in rules.distance_km.items()}


def _tiled(
    ground: TiledGround,
    model: GroupModel,
    worth: KwhWorth,
    law: GroupLaw,
    progress: Callable[[str], None],
) -> SolvedTerritory:
    """Solve a territory by tiles, where it has too many units for a single search."""
    progress(_("a first plan of the territory"))
    messages = _("what no plan can pass"), _("a better plan, where the bound would found other operations")
    plan, bound = tiled(ground, progress, messages)
    kwp = np.concatenate([np.zeros(ground.territory.sites), ground.territory.kwp])
    plan = lawful_plan(plan.label.tolist(), law, ground.law, kwp)
    more_eur = tiled_by_plant_eur(ground, plan)
    return SolvedTerritory(
        model,
        ground.territory,
        worth,
        ground.law,
        plan,
        more_eur,
        bound.net_eur,
        bound.any_key_eur,
        bound.places,
        bound.slack_eur,
    )


def _guided(
    ground: SearchGround,
    plans: Sequence[TerritoryPlan],
    of_bound: Sequence[Wanted],
    seed: int,
    stages: Stages,
) -> TerritoryPlan:
    """Return the best of plans bettered, each, by what the bound would found and what the others have."""
    wanted = [*of_bound, *_operations(plans)]
    units = ground.seen([group for group, _regime in wanted], FINER).units
    trials = min(max(MOST_TRIALS, TRIALS_OF_UNITS // ground.territory.units), TRIALS * len(wanted))
    priced = [replace(plan, net_eur=net_eur(units, plan)) for plan in plans]
    for lap, name in enumerate(("guided", "again", "last")):
        wanted = [*of_bound, *_operations(priced)]
        seeds = range(seed + RUNS * lap, seed + RUNS * (lap + 1))
        tried = [
            partial(guided, units, plan, wanted, trials, own) for plan, own in zip(priced, seeds, strict=True)
        ]
        priced = stages.plans(name, tried)
    return max(priced, key=_net)


def _operations(plans: Sequence[TerritoryPlan]) -> list[Wanted]:
    return [(group, int(plan.regime[plan.label[group[0]]])) for plan in plans for group in plan.groups]


def _net(plan: TerritoryPlan) -> float:
    return plan.net_eur


@dataclass(frozen=True, slots=True)
class _Exact:
    """What a whole programme proves beside roofs alone, see `SolvedTerritory`, and the plan it ends at."""

    bound_eur: float
    any_key_eur: float
    places: int
    labels: list[int]


def _exact(model: GroupModel, worth: KwhWorth, law: GroupLaw) -> _Exact | None:
    """Return the bounds of a whole programme and its plan; None for too many places."""
    try:
        places = law.places()
    except TooManyPlacesError:
        return None
    if not places:
        return _Exact(0.0, 0.0, 0, [-1] * (model.sites + model.roofs))
    alone_eur = sum(max(0.0, of_meter[0].alone_eur) for of_meter in worth.states)
    programme = PooledProgramme(model, worth, law, places)
    any_key = programme.best(len(places))
    best = programme.pooled(len(places))
    bound_eur = min(best.bound_eur, any_key.bound_eur)
    return _Exact(bound_eur - alone_eur, any_key.bound_eur - alone_eur, len(places), best.labels.label)
