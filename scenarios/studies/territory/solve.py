"""The plan of a territory and its bound: a search on classes of hours, its end on finer ones.

What no plan passes under keys that pool the roofs, of more units than a whole programme takes.

At prices of units at which no operation of any place is worth more than its units cost, no plan is worth more
than all prices together: operations are disjoint. Prices come from known operations and from cases that are
left open; the proof is that of `cases`, once prices are raised by as little as closes them.

What no plan passes under keys that give a site one share of all roofs together, as that of the law does.

Such a key takes from each roof by what it makes: at a price pi of a kWh, what a group shares in an hour is
worth at most `sum_n (worth_n - pi)+ need_n + (sum_m (pi - surplus_m) made_m)+`, where a key by plant has a
sum of positive parts. That positive part of a sum is no straight line. But around any set of roofs R

    (sum a_m x_m)+ <= (sum_R a_m)+ + sum_{not in R} (a_m)+ x_m + sum_R (-a_m)+ (1 - x_m)

for x of 0 and 1: what is added raises it by its part above 0 at most, what is taken out by its part below.
It is an equality at R: a row for each set of roofs that the programme chooses closes in on what it shares.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from gettext import gettext as _
from pathlib import Path

import numpy as np

from acc.arrays import FloatArray, IntArray, StoreRows, in_memory
from acc.rules.perimeter import PerimeterRules
from acc.scenario import Regime
from scenarios.operation.metering.memory import spooled_rows
from scenarios.operation.ready.operation import Operation
from scenarios.operation.store.store import KeptStore
from scenarios.studies.lawful.law import GroupLaw, TooManyPlacesError, law_of
from scenarios.studies.lawful.model import GroupModel, group_model
from scenarios.studies.lawful.programme import UNIT_EUR, AllocationProgramme, BoundedPlan, Weights
from scenarios.studies.lawful.worth_of_kwh import KwhWorth, kwh_worth
from scenarios.studies.territory.bound import (
    PackedLaw,
    Place,
    TerritoryLaw,
    bounded,
    packed_law,
    places_of,
    plane_km,
    priced,
    wide_places,
)
from scenarios.studies.territory.cases import PlaceCase, PlaceCases, checked, ground_of, searched
from scenarios.studies.territory.columns import Columns, least_prices, open_cases, raised_prices
from scenarios.studies.territory.numba_bound import PricedUnits
from scenarios.studies.territory.plan import (
    SearchGround,
    SeenUnits,
    TerritoryPlan,
    Wanted,
    by_plant_eur,
    guided,
    lawful_plan,
    net_eur,
    planned,
)
from scenarios.studies.territory.problem import Territory, territory_of
from scenarios.studies.territory.stages import (
    SearchBound,
    Stages,
    TiledGround,
    Workers,
    tiled,
    tiled_by_plant_eur,
)

POOLED_ROUNDS = 60
"""Times that the programme is solved with rows of such keys, at most."""


class PooledProgramme(AllocationProgramme):
    """The choice of operations under any key; then, as rows are added, under those that pool the roofs.

    Roofs stand on the network, each alone on its meter.
    """

    _is_pooled = False

    def pooled(self, most: int) -> BoundedPlan:
        """Return the bound under keys that pool the roofs; to be asked after `best`, whose rows stay."""
        self._is_pooled = True
        bound, values = np.inf, np.zeros(self.count)
        for _round in range(POOLED_ROUNDS):
            values = self._solved()
            bound = min(bound, float(self.highs.getInfo().mip_dual_bound) * UNIT_EUR)
            if not self._add_prices(values):
                break
        return BoundedPlan(bound, self._labels(values, most))

    def _weights_at(self, c: int, values: FloatArray) -> Weights:
        price, states = self._price(c, values), self.at.states[c]
        columns = [column for column in states.values() if values[column] > 0.5]
        if not self._is_pooled or not columns or not self._needs(c, values):
            return self._weights(c, price)
        chosen = [self.worth.states[k][s] for (k, s), column in states.items() if values[column] > 0.5]
        injected = np.array([state.injected_kwh[0] for state in chosen])
        surplus = np.array([state.surplus_eur_per_kwh[0] for state in chosen])
        total, need = injected.sum(axis=0), np.sum(list(self._needs(c, values).values()), axis=0)
        # Where more is made than needed, the last kWh is worth what its mixture is paid outside.
        price = np.where(total >= need, (surplus * injected).sum(axis=0) / np.maximum(total, 1e-12), price)
        return self._around(self._weights(c, price), c, columns, (price - surplus) * injected)

    def _around(self, weights: Weights, c: int, columns: list[int], over_eur: FloatArray) -> Weights:
        """Return weights that say the least around a set of roofs.

        Args:
            weights: those of any set.
            columns: of the roofs of the set.
            over_eur: what each adds at the price over its surplus, below zero where it is paid less, (R, T).
        """
        all_columns, eur = weights
        # Where no roof of the set is paid more outside, weights of any set say as little of it.
        mixed = over_eur[:, (over_eur < 0.0).any(axis=0)]
        places = [all_columns.index(column) for column in columns]
        eur = np.append(eur, np.maximum(mixed.sum(axis=0), 0.0).sum() + np.maximum(-mixed, 0.0).sum())
        eur[places] -= np.abs(mixed).sum(axis=1)
        return [*all_columns, self.at.founded[c]], eur


FIRST_CLASSES, CLASSES = 120, 480
"""Classes of hours of the operations that are looked for first, then of the others and of the bound."""

KNOWN_ROUNDS, MORE_ROUNDS = 35, 10
"""Times that operations are looked for from known ones, at first and after each of these."""

LAPS, FIRST_CASES = 2, 600
"""Times that cases give operations from which others are looked for, and cases of a place then."""

TURNS = (
    (600, 0.2, 0.3),
    (600, 0.2, 0.3),
    (1_500, 0.15, 0.3),
    (3_000, 0.1, 0.3),
    (4_000, 0.1, 0.3),
    (6_000, 0.1, 0.1),
    (8_000, 0.1, 0.05),
    (12_000, 0.0, 0.0),
)
"""Cases of a place; by which part prices then move to those that close them; by which one falls."""

PROVING = 6_000
"""Cases of a place from which on prices that close them are looked for: the lowest are the bound."""

FEW_PLACES = 3
"""Places that have so many cases each; of more, each has fewer."""

MET, KNOWN = 200, 3_000
"""Operations of cases of a place that become known, and those known that prices must not let pay, at most."""

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
    ground: SearchGround, plans: Sequence[Wanted], wanted: Sequence[Wanted], start: FloatArray, seed: int
) -> PooledBound:
    """Return the bound of keys that pool the roofs.

    Args:
        plans: operations of plans; `wanted` others, that may be none as they are.
        start: prices of units to begin with, EUR, (S,).
    """
    search, prices = _begun(ground, plans, wanted, start, seed)
    columns, best = search.columns, None
    prices = prices * (1.0 + RAISED)
    for cases, part, down in TURNS:
        looked = search.looked_at(prices, cases)
        left = [*open_cases(looked, prices)]
        if cases >= PROVING or not left:
            raised = raised_prices(looked, prices)
            best = min(best or (raised, looked), (raised, looked), key=lambda pair: float(pair[0].sum()))
            if float(raised.sum()) <= float(columns.priced()[0].sum()) * (1.0 + 2.0 * RAISED):
                break
        to = least_prices(left, prices, (1.0 - down) * prices, columns.best(prices, KNOWN))
        prices = prices + part * (to - prices)
    assert best is not None
    raised, looked = best
    slack = max((excess for case in looked for excess in checked(case, search.seen, raised)), default=0.0)
    net_eur = float(raised.sum()) + max(0.0, slack) * len(raised)
    return PooledBound(net_eur, slack, sum(_count(case.root) for case in looked), tuple(columns.founded()))


@dataclass(frozen=True, slots=True, eq=False)
class CaseSearch:
    """What cases are looked at in: units over their classes of hours, places, operations that are known."""

    ground: SearchGround
    seen: SeenUnits
    d: PricedUnits
    places: tuple[Place, ...]
    columns: Columns

    def looked_at(self, prices: FloatArray, cases: int) -> list[PlaceCases]:
        """Return so many cases of each place, at most; operations that these meet become known."""
        most = cases * min(len(self.places), FEW_PLACES) // max(1, len(self.places))
        grounds = [
            ground_of(place, self.seen, self.d, prices, self.ground.places_km) for place in self.places
        ]
        looked = [searched(ground, most) for ground in grounds]
        met = [(own, case.ground.place.regime) for case in looked for own in case.met[:MET]]
        self.columns.add_wanted(met, prices)
        return looked


def _begun(
    ground: SearchGround, plans: Sequence[Wanted], wanted: Sequence[Wanted], start: FloatArray, seed: int
) -> tuple[CaseSearch, FloatArray]:
    """Return operations that are known, over classes of hours that they see alike, and prices for them."""
    known = [*plans, *wanted]
    columns = Columns(ground.seen(_groups(known), FIRST_CLASSES).units, seed)
    columns.add_wanted(known, start)
    prices = columns.generate(start, KNOWN_ROUNDS)
    seen = ground.seen(_groups([*plans, *columns.founded()]), CLASSES)
    units = seen.units
    columns = columns.again(units)
    prices = columns.generate(prices, MORE_ROUNDS)
    every_unit = lambda allowed, _limit_km: [np.flatnonzero(allowed)]  # noqa: E731
    places = tuple(wide_places(ground.law, len(units.cost), units.sites, every_unit))
    search = CaseSearch(ground, seen, priced(seen.units), places, columns)
    for _lap in range(LAPS):
        search.looked_at(prices, FIRST_CASES)
        prices = columns.generate(prices, MORE_ROUNDS)
    return search, prices


def _groups(operations: Sequence[Wanted]) -> list[IntArray]:
    return [group for group, _regime in operations]


def _count(case: PlaceCase) -> int:
    return 1 + sum(_count(part) for part in case.parts)


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
        by_plant_eur: what more the plan would bring under a key by plant.
    """

    model: GroupModel
    territory: Territory
    worth: KwhWorth
    law: TerritoryLaw | PackedLaw
    plan: TerritoryPlan
    by_plant_eur: float
    bound: SearchBound

    def with_data_of(self, operation: Operation, folder: Path) -> "SolvedTerritory":
        """Return the same plan over other needs and powers of its units.

        Args:
            folder: where their kWh wait on the disk, since those of the search are held.
        """
        model, disk = group_model(operation, (1.0,)), partial(spooled_rows, folder=folder)
        worth = kwh_worth(model, remembers=False, store_rows=disk)
        territory, worth = territory_of(worth, disk), worth.without_kwh(model)
        return replace(self, model=model, worth=worth, territory=territory)


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
    disk: StoreRows = in_memory
    if many and kept.folder is not None:
        disk = partial(spooled_rows, folder=kept.folder)
    worth = kwh_worth(model, remembers=not many, store_rows=disk)
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
        bound, exact_labels = exact
        plan = max(plans, key=lambda plan: plan.net_eur)
        both = [lawful_plan(labels, law, tables, year.kwp) for labels in (plan.label.tolist(), exact_labels)]
        plan = max(both, key=lambda candidate: net_eur(year, candidate))
        return SolvedTerritory(model, territory, worth, tables, plan, by_plant_eur(year, plan), bound)
    bound = stages.bound(lambda: _bound(ground, plans, seed))
    progress(_("a better plan, where the bound would found other operations"))
    plan = _guided(ground, plans, bound.wanted, seed, stages)
    plan = lawful_plan(plan.label.tolist(), law, tables, year.kwp)
    return SolvedTerritory(model, territory, worth, tables, plan, by_plant_eur(year, plan), bound)


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
    ground: TiledGround, model: GroupModel, worth: KwhWorth, law: GroupLaw, progress: Callable[[str], None]
) -> SolvedTerritory:
    """Solve a territory by tiles, where it has too many units for a single search."""
    progress(_("a first plan of the territory"))
    messages = _("what no plan can pass"), _("a better plan, where the bound would found other operations")
    plan, bound = tiled(ground, progress, messages)
    kwp = np.concatenate([np.zeros(ground.territory.sites), ground.territory.kwp])
    plan = lawful_plan(plan.label.tolist(), law, ground.law, kwp)
    more_eur = tiled_by_plant_eur(ground, plan)
    return SolvedTerritory(model, ground.territory, worth, ground.law, plan, more_eur, bound)


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
    return max(priced, key=lambda plan: plan.net_eur)


def _operations(plans: Sequence[TerritoryPlan]) -> list[Wanted]:
    return [(group, int(plan.regime[plan.label[group[0]]])) for plan in plans for group in plan.groups]


def _exact(model: GroupModel, worth: KwhWorth, law: GroupLaw) -> tuple[SearchBound, list[int]] | None:
    """Return the bounds of a whole programme and its plan, as labels; None for too many places."""
    try:
        places = law.places()
    except TooManyPlacesError:
        return None
    if not places:
        return SearchBound(0.0, 0.0, None, 0), [-1] * (model.sites + model.roofs)
    alone_eur = sum(max(0.0, of_meter[0].alone_eur) for of_meter in worth.states)
    programme = PooledProgramme(model, worth, law, places)
    any_key = programme.best(len(places))
    best = programme.pooled(len(places))
    bound_eur, any_key_eur = min(best.bound_eur, any_key.bound_eur) - alone_eur, any_key.bound_eur - alone_eur
    return SearchBound(bound_eur, any_key_eur, None, len(places)), best.labels.label
