"""The stages of a search, kept as they end: one that was killed goes on from the last, to the same bytes.

Searches that do not wait for each other run at once: on threads, since what is compiled lets go of the lock,
on processes or on a cluster. Each has its own seed and its place in the list, so that who makes it changes
nothing; one whose worker dies is made again by another.

A territory of many units searched tile by tile: a search of all at once takes as long as their square.

Each pass cuts the territory elsewhere, so that what one border parts the next pass puts together. What stands
on both sides of a border is left as it is: no pass makes a plan worse. Tiles do not wait for each other.
"""

import io
import operator
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, fields, replace
from functools import partial
from gettext import gettext as _
from hashlib import sha256
from typing import cast

import numpy as np
import numpy.typing as npt

from acc.arrays import FloatArray, IntArray
from acc.problem import InputError, Problem
from scenarios.operation.store.store import KeptForm, KeptKind, KeptStore
from scenarios.studies.lawful.numba_plan import Units
from scenarios.studies.territory.bound import (
    PackedLaw,
    Place,
    TerritoryBound,
    TerritoryLaw,
    bounded,
    holds_both,
    places_of,
)
from scenarios.studies.territory.plan import (
    TerritoryPlan,
    Wanted,
    by_plant_eur,
    guided,
    net_eur,
    planned,
    units_of,
)
from scenarios.studies.territory.problem import Territory, seen_classes


@dataclass(frozen=True, slots=True)
class SearchBound:
    """What a search takes from a bound: see `TerritoryBound`; `places` is their number, or that of cases.

    `net_eur` holds of keys that take from all roofs alike, as those of the folders, `any_key_eur` of all:
    where only this is known both are it. Both are beside roofs alone. `slack_eur` is of the independent
    check; None where the bound is that of a whole programme, which is not kept.
    """

    net_eur: float
    any_key_eur: float
    slack_eur: float | None
    places: int
    wanted: tuple[Wanted, ...] = ()

    @classmethod
    def of(cls, bound: TerritoryBound) -> "SearchBound":
        """Summary of a bound."""
        return cls(bound.net_eur, bound.net_eur, bound.slack_eur, len(bound.places), bound.wanted)


def _saved(**arrays: npt.ArrayLike) -> bytes:
    out = io.BytesIO()
    np.savez(out, allow_pickle=False, **{name: np.asarray(value) for name, value in arrays.items()})
    return out.getvalue()


def _plan_bytes(plan: TerritoryPlan) -> bytes:
    return _saved(label=plan.label, regime=plan.regime, net_eur=plan.net_eur)


def _read_plan(body: bytes) -> TerritoryPlan:
    with np.load(io.BytesIO(body), allow_pickle=False) as scenario:
        return TerritoryPlan(scenario["label"], scenario["regime"], float(scenario["net_eur"]))


def _bound_bytes(bound: SearchBound) -> bytes:
    units: list[IntArray] = [units for units, _regime in bound.wanted]
    return _saved(
        figures=np.array([bound.net_eur, bound.any_key_eur, bound.slack_eur, bound.places], dtype=float),
        units=np.concatenate([*units, np.zeros(0, dtype=np.int64)]),
        sizes=[len(unit) for unit in units],
        regimes=[regime for _units, regime in bound.wanted],
    )


def _read_bound(body: bytes) -> SearchBound:
    with np.load(io.BytesIO(body), allow_pickle=False) as scenario:
        net, any_key, slack, places = scenario["figures"].tolist()
        ends = np.cumsum(scenario["sizes"].astype(np.int64))
        units = np.split(scenario["units"].astype(np.int64), ends[:-1]) if len(ends) else []
        wanted = tuple(zip(units, scenario["regimes"].astype(np.int64).tolist(), strict=True))
    return SearchBound(net, any_key, slack, int(places), wanted)


PLAN = KeptKind(
    "territory plan", form=KeptForm(write=_plan_bytes, read=_read_plan, suffix=".stage", has_words=False)
)
BOUND = KeptKind(
    "territory bound", form=KeptForm(write=_bound_bytes, read=_read_bound, suffix=".stage", has_words=False)
)


StageTask = tuple[KeptKind[object], str, Callable[[], object]]
"""A stage: how it is kept, its name, what makes it."""


def _plans(name: str, makes: Sequence[Callable[[], TerritoryPlan]]) -> list[StageTask]:
    kind = cast("KeptKind[object]", PLAN)
    return [(kind, f"{name} {number}", make) for number, make in enumerate(makes)]


RunsTask = Callable[[Callable[[], object]], object]
"""What a worker does with a task that it was given: it may refuse it."""


def _threads() -> Executor:
    return ThreadPoolExecutor(os.cpu_count())


@dataclass(frozen=True, slots=True)
class Workers:
    """Where searches run: what makes an executor, closed after each stage, and what runs a task there."""

    make: Callable[[], Executor] = _threads
    run: RunsTask = operator.call


@dataclass(frozen=True, slots=True)
class Stages:
    """Stages by name, of one territory, one law and one seed."""

    store: KeptStore
    request: str
    workers: Workers

    @classmethod
    def of(
        cls,
        store: KeptStore,
        territory: Territory,
        law: TerritoryLaw | PackedLaw,
        places_km: FloatArray,
        seed: int,
        workers: Workers = Workers(),
    ) -> "Stages":
        """Return the stages of a search: of any other figure there are others."""
        digest = sha256(f"{seed}".encode())
        for thing in (territory, law):
            for field in fields(thing):
                digest.update(np.ascontiguousarray(getattr(thing, field.name)).data)
        digest.update(np.ascontiguousarray(places_km).data)
        return cls(store, digest.hexdigest(), workers)

    def plan(self, name: str, make: Callable[[], TerritoryPlan]) -> TerritoryPlan:
        """Return the plan of a stage, made where it is not kept."""
        return self.store.get(PLAN, (self.request, name), make)

    def plans(self, name: str, makes: Sequence[Callable[[], TerritoryPlan]]) -> list[TerritoryPlan]:
        """Return plans that do not wait for each other, in their order.

        Raises:
            InputError: a worker dies again and again; what was done is kept.
        """
        return cast("list[TerritoryPlan]", self._results(_plans(name, makes)))

    def plans_and_bound(
        self, name: str, makes: Sequence[Callable[[], TerritoryPlan]], bound: Callable[[], SearchBound]
    ) -> tuple[list[TerritoryPlan], SearchBound]:
        """Return plans, and a bound that is made beside them.

        Raises:
            InputError: a worker dies again and again; what was done is kept.
        """
        # The bound takes longest: it begins first.
        task: StageTask = (cast("KeptKind[object]", BOUND), "bound", bound)
        result, *plans = self._results([task, *_plans(name, makes)])
        return cast("list[TerritoryPlan]", plans), cast("SearchBound", result)

    def _results(self, tasks: Sequence[StageTask]) -> list[object]:
        results = {name: self.store.known(kind, (self.request, name)) for kind, name, _make in tasks}
        for attempt in range(2):
            left = [task for task in tasks if results[task[1]] is None]
            if not left:
                break
            try:
                self._run(left, results)
            except BrokenProcessPool:
                if attempt:
                    message = _("a worker died twice; what was done is kept: run again to go on")
                    raise InputError([Problem("acc territory", message)]) from None
        return [results[name] for _kind, name, _make in tasks]

    def _run(self, left: Sequence[StageTask], results: dict[str, object]) -> None:
        """Compute the missing stages, kept one by one."""
        with self.workers.make() as executor:
            running = {executor.submit(self.workers.run, make): (kind, name) for kind, name, make in left}
            try:
                for future in as_completed(running):
                    kind, name = running[future]
                    results[name] = future.result()
                    self.store.keep(kind, (self.request, name), results[name])
            finally:
                for future in running:
                    future.cancel()

    def bound(self, make: Callable[[], SearchBound]) -> SearchBound:
        """Return the bound, made where it is not kept."""
        return self.store.get(BOUND, (self.request, "bound"), make)


TILE = 1_600
"""Units of a tile, at most."""

FIRST, ROUNDS = 1_500, 4_000
"""Of the search of a tile from nothing, and of the others."""

CLASSES = 60
"""Classes of hours of a tile, and of the bound."""

LAPS = 3
"""Times that the places of the bound are cut: each time there are half as many again."""

TRIALS, MOST_TRIALS = 3, 200
"""How often an operation wanted is put in, and how many at most in a tile."""


@dataclass(frozen=True, slots=True, eq=False)
class TiledGround:
    """What is searched: units S, where they stand in a plane (S, 2), and what the tiles share.

    Attributes:
        roofs_an_operation: one operation for so many roofs, at most.
    """

    territory: Territory
    law: PackedLaw
    places_km: FloatArray
    seed: int
    stages: Stages
    roofs_an_operation: int


@dataclass(frozen=True, slots=True, eq=False)
class PlanTile:
    """Units that are looked at together, as the compiled search reads them, and how they stand."""

    own: IntArray
    units: Units
    start: TerritoryPlan
    number: int


Search = Callable[[PlanTile], Callable[[], TerritoryPlan]]
"""What is done with a tile."""


def tiled(
    ground: TiledGround, progress: Callable[[str], None], messages: tuple[str, str]
) -> tuple[TerritoryPlan, SearchBound]:
    """Return the plan of many units and what no plan can pass.

    Args:
        messages: what is told before the bound, and before what it wants is tried.

    Raises:
        InputError: workers that die again and again.
    """
    seed, stages = ground.seed, ground.stages
    plan = TerritoryPlan(np.full(ground.territory.units, -1), np.zeros(0, dtype=np.int64), 0.0)
    plan = _pass(ground, plan, 0, "first", partial(_searched, seed, FIRST))
    plan = _pass(ground, plan, 0, "run", partial(_searched, seed + 1, ROUNDS))
    progress(messages[0])
    tiles = _tiles(ground, plan, 1)
    searches = [_searched(seed + 2, ROUNDS, tile) for tile in tiles]
    improved, bound = stages.plans_and_bound("between", searches, partial(_bound, *_of_bound(ground, plan)))
    plan = _joined(plan, tiles, improved)
    progress(messages[1])
    for turn in (1, 0):
        plan = _pass(ground, plan, turn, f"guided {turn}", partial(_guided, seed + 3 + turn, bound.wanted))
    return plan, bound


def _searched(seed: int, rounds: int, tile: PlanTile) -> Callable[[], TerritoryPlan]:
    most = len(tile.start.regime)
    return partial(planned, tile.units, rounds, seed + 1_000 * tile.number, most, tile.start)


def _guided(seed: int, wanted: tuple[Wanted, ...], tile: PlanTile) -> Callable[[], TerritoryPlan]:
    """Start a tile from the operations of the bound that lie mostly inside it."""
    place = np.full(1 + max(int(own.max()) for own in (tile.own, *(own for own, _regime in wanted))), -1)
    place[tile.own] = np.arange(len(tile.own))
    inside = [
        (place[own][place[own] >= 0], regime) for own, regime in wanted if (place[own] >= 0).mean() > 0.5
    ]
    trials = min(MOST_TRIALS, TRIALS * len(inside))
    return partial(guided, tile.units, tile.start, inside, trials, seed + 1_000 * tile.number)


def _pass(ground: TiledGround, plan: TerritoryPlan, turn: int, name: str, search: Search) -> TerritoryPlan:
    """Return a plan bettered tile by tile."""
    tiles = _tiles(ground, plan, turn)
    return _joined(plan, tiles, ground.stages.plans(name, [search(tile) for tile in tiles]))


def _tiles(ground: TiledGround, plan: TerritoryPlan, turn: int) -> list[PlanTile]:
    cells = (_free(plan, cell) for cell in cells_of(ground.places_km, TILE, turn))
    return [
        _tile(ground, plan, own, number)
        for number, own in enumerate(cells)
        if holds_both(own, ground.territory.sites)
    ]


def _joined(plan: TerritoryPlan, tiles: Sequence[PlanTile], plans: Sequence[TerritoryPlan]) -> TerritoryPlan:
    """Return a plan in which each tile stands as it was found."""
    label, regimes = plan.label.copy(), [plan.regime]
    for tile, territory_plan in zip(tiles, plans, strict=True):
        label[tile.own] = np.where(
            territory_plan.label >= 0, territory_plan.label + sum(map(len, regimes)), -1
        )
        regimes.append(territory_plan.regime)
    return _numbered(TerritoryPlan(label, np.concatenate(regimes), 0.0))


def _numbered(plan: TerritoryPlan) -> TerritoryPlan:
    """Return a plan whose operations are numbered without gaps, in the order of their first units."""
    used, first = np.unique(plan.label[plan.label >= 0], return_index=True)
    order = used[np.argsort(first, kind="stable")]
    number = np.full(len(plan.regime) + 1, -1)
    number[order] = np.arange(len(order))
    return TerritoryPlan(number[plan.label], plan.regime[order], plan.net_eur)


def cells_of(places_km: FloatArray, most: int, turn: int) -> Iterator[IntArray]:
    """Yield units in cells of at most so many: columns from west to east, each cut from south to north.

    Args:
        turn: 0, or 1 for borders in the middle of those of 0.
    """
    side = max(1, int(np.ceil(np.sqrt(len(places_km) / most))))
    for column in _strips(np.arange(len(places_km)), places_km[:, 0], side, turn):
        yield from _strips(column, places_km[:, 1], side, turn)


def _strips(units: IntArray, along_km: FloatArray, count: int, turn: int) -> Iterator[IntArray]:
    order = units[np.argsort(along_km[units], kind="stable")]
    strip = (np.arange(len(order)) * count / max(1, len(order)) + 0.5 * (turn % 2)).astype(np.int64)
    for number in range(count + turn % 2):
        yield np.sort(order[strip == number])


def _free(plan: TerritoryPlan, cell: IntArray) -> IntArray:
    """Return the units of a cell but those of an operation that stands beyond it too."""
    inside = np.zeros(len(plan.label), dtype=np.bool_)
    inside[cell] = True
    beyond = np.zeros(len(plan.regime) + 1, dtype=np.bool_)
    beyond[plan.label[~inside]] = True
    return cell[(plan.label[cell] < 0) | ~beyond[plan.label[cell]]]


def _tile(ground: TiledGround, plan: TerritoryPlan, own: IntArray, number: int) -> PlanTile:
    territory = ground.territory.part(own)
    most = max(2, -(-len(territory.kwp) // ground.roofs_an_operation))
    groups, label = np.unique(plan.label[own], return_inverse=True)
    label = label.ravel() - int(groups[0] < 0)
    regimes = plan.regime[groups[groups >= 0]]
    regimes = np.concatenate([regimes, np.full(max(0, most - len(regimes)), -1)])
    start = TerritoryPlan(label, regimes, 0.0)
    classes = territory.in_classes(seen_classes(territory, start.groups, CLASSES))
    units = units_of(classes, ground.law.part(own), ground.places_km[own])
    return PlanTile(own, units, replace(start, net_eur=net_eur(units, start)), number)


def _of_bound(ground: TiledGround, plan: TerritoryPlan) -> tuple[Units, list[Place], FloatArray]:
    territory, km = ground.territory, ground.places_km
    classes = territory.in_classes(seen_classes(territory, plan.groups, CLASSES))
    return units_of(classes, _no_law(), km), places_of(ground.law, km, territory.sites), km


def _bound(units: Units, places: list[Place], places_km: FloatArray) -> SearchBound:
    return SearchBound.of(bounded(units, places, places_km, laps=LAPS))


def _no_law() -> TerritoryLaw:
    """Return tables of nobody: a bound reads its places alone."""
    return TerritoryLaw((), np.zeros((0, 0, 0), dtype=np.bool_), np.zeros(0), np.zeros(0))


def tiled_by_plant_eur(ground: TiledGround, plan: TerritoryPlan) -> float:
    """Additional value of a plan under a key by plant, one operation at a time, EUR."""
    more = 0.0
    for group in plan.groups:
        own = units_of(ground.territory.part(group), _no_law(), ground.places_km[group])
        alone = replace(plan, label=np.zeros(len(group), dtype=np.int64))
        more += by_plant_eur(own, alone)
    return more
