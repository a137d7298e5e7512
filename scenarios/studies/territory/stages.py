"""The stages of a search, kept as they end: one that was killed goes on from the last, to the same bytes.

Searches that do not wait for each other run at once: on threads, since what is compiled lets go of the lock,
on processes or on a cluster. Each has its own seed and its place in the list, so that who makes it changes
nothing; one whose worker dies is made again by another.
"""

import io
import operator
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, fields
from gettext import gettext as _
from hashlib import sha256
from typing import cast

import numpy as np
import numpy.typing as npt

from acc.arrays import FloatArray, IntArray
from acc.problem import InputError, Problem
from scenarios.operation.store.store import KeptForm, KeptKind, KeptStore
from scenarios.studies.territory.bound import TerritoryBound
from scenarios.studies.territory.guided import Wanted
from scenarios.studies.territory.law_tables import PackedLaw, TerritoryLaw
from scenarios.studies.territory.plan import TerritoryPlan
from scenarios.studies.territory.problem import Territory


@dataclass(frozen=True, slots=True)
class SearchBound:
    """What a search takes from a bound: see `TerritoryBound`; `places` is their number, or that of cases.

    `net_eur` holds of keys that pool the roofs, `any_key_eur` of all: where only this is known both are it.
    """

    net_eur: float
    any_key_eur: float
    slack_eur: float
    places: int
    wanted: tuple[Wanted, ...]

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
        figures=(bound.net_eur, bound.any_key_eur, bound.slack_eur, bound.places),
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


Asked = tuple[KeptKind[object], str, Callable[[], object]]
"""A stage: how it is kept, its name, what makes it."""


def _plans(name: str, makes: Sequence[Callable[[], TerritoryPlan]]) -> list[Asked]:
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
        task: Asked = (cast("KeptKind[object]", BOUND), "bound", bound)
        result, *plans = self._results([task, *_plans(name, makes)])
        return cast("list[TerritoryPlan]", plans), cast("SearchBound", result)

    def _results(self, askeds: Sequence[Asked]) -> list[object]:
        results = {name: self.store.known(kind, (self.request, name)) for kind, name, _make in askeds}
        for attempt in range(2):
            left = [task for task in askeds if results[task[1]] is None]
            if not left:
                break
            try:
                self._run(left, results)
            except BrokenProcessPool:
                if attempt:
                    message = _("a worker died twice; what was done is kept: run again to go on")
                    raise InputError([Problem("acc territory", message)]) from None
        return [results[name] for _kind, name, _make in askeds]

    def _run(self, left: Sequence[Asked], results: dict[str, object]) -> None:
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
