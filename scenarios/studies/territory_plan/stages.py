"""The stages of a search, kept as they end: one that was killed goes on from the last, to the same bytes.

Searches that do not wait for each other run at once, on threads: what is compiled lets go of the lock. Each
has its own seed and its place in the list, so that the number of threads changes nothing.
"""

import io
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from acc.arrays import FloatArray, IntArray
from scenarios.operation.store.store import KeptForm, KeptKind, KeptStore
from scenarios.studies.territory_plan.bound import TerritoryBound
from scenarios.studies.territory_plan.guided import Wanted
from scenarios.studies.territory_plan.plan import TerritoryPlan
from scenarios.studies.territory_plan.problem import Territory, TerritoryLaw

FoundT = TypeVar("FoundT")


@dataclass(frozen=True, slots=True)
class FoundBound:
    """What a search takes from a bound: see `TerritoryBound`; `places` is their number."""

    net_eur: float
    slack_eur: float
    places: int
    wanted: tuple[Wanted, ...]

    @classmethod
    def of(cls, bound: TerritoryBound) -> "FoundBound":
        """Return what is kept of a bound."""
        return cls(bound.net_eur, bound.slack_eur, len(bound.places), bound.wanted)


def _saved(**arrays: npt.ArrayLike) -> bytes:
    out = io.BytesIO()
    np.savez(out, allow_pickle=False, **{name: np.asarray(value) for name, value in arrays.items()})
    return out.getvalue()


def _plan_bytes(plan: TerritoryPlan) -> bytes:
    return _saved(label=plan.label, regime=plan.regime, net_eur=plan.net_eur)


def _read_plan(body: bytes) -> TerritoryPlan:
    with np.load(io.BytesIO(body), allow_pickle=False) as held:
        return TerritoryPlan(held["label"], held["regime"], float(held["net_eur"]))


def _bound_bytes(bound: FoundBound) -> bytes:
    units: list[IntArray] = [units for units, _regime in bound.wanted]
    return _saved(
        figures=(bound.net_eur, bound.slack_eur, bound.places),
        units=np.concatenate([*units, np.zeros(0, dtype=np.int64)]),
        sizes=[len(one) for one in units],
        regimes=[regime for _units, regime in bound.wanted],
    )


def _read_bound(body: bytes) -> FoundBound:
    with np.load(io.BytesIO(body), allow_pickle=False) as held:
        net, slack, places = held["figures"].tolist()
        ends = np.cumsum(held["sizes"].astype(np.int64))
        units = np.split(held["units"].astype(np.int64), ends[:-1]) if len(ends) else []
        wanted = tuple(zip(units, held["regimes"].astype(np.int64).tolist(), strict=True))
    return FoundBound(net, slack, int(places), wanted)


PLAN = KeptKind(
    "territory plan", form=KeptForm(write=_plan_bytes, read=_read_plan, suffix=".stage", has_words=False)
)
BOUND = KeptKind(
    "territory bound", form=KeptForm(write=_bound_bytes, read=_read_bound, suffix=".stage", has_words=False)
)


@dataclass(frozen=True, slots=True)
class Stages:
    """Stages by name, of one territory, one law and one seed."""

    store: KeptStore
    asked: str

    @classmethod
    def of(
        cls, store: KeptStore, territory: Territory, law: TerritoryLaw, places_km: FloatArray, seed: int
    ) -> "Stages":
        """Return the stages of a search: of any other figure there are others."""
        digest = sha256(f"{seed}".encode())
        for thing in (territory, law):
            for field in fields(thing):
                digest.update(np.ascontiguousarray(getattr(thing, field.name)).tobytes())
        digest.update(np.ascontiguousarray(places_km).tobytes())
        return cls(store, digest.hexdigest())

    def plan(self, name: str, make: Callable[[], TerritoryPlan]) -> TerritoryPlan:
        """Return the plan of a stage, made where it is not kept."""
        return self.store.get(PLAN, (self.asked, name), make)

    def plans(self, name: str, makes: Sequence[Callable[[], TerritoryPlan]]) -> list[TerritoryPlan]:
        """Return plans that do not wait for each other, in their order."""
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            found = [threads.submit(self.plan, f"{name} {number}", make) for number, make in enumerate(makes)]
            return [one.result() for one in found]

    def bound(self, make: Callable[[], TerritoryBound]) -> FoundBound:
        """Return the bound, made where it is not kept."""
        return self.store.get(BOUND, (self.asked, "bound"), lambda: FoundBound.of(make()))
