"""What a territory should found: lawful operations, the first to begin with first, and what none can pass."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil
from typing import TypeAlias

import numpy as np

from acc.quantiles import widen_quantiles
from acc.result.lawful_plan import LawfulPlan, PlannedOperation
from acc.scenario import Scenario
from acc.sites import Participant, Plant

Outline: TypeAlias = tuple[tuple[float, float], ...]
"""Corners of an area: longitude and latitude, in degrees (WGS 84)."""

OFTEN_FAILS = 1.0 / 3.0
"""Part of draws without pay from which on an operation is not one to begin with."""


class Known(StrEnum):
    """How a need, or the power of a roof, is known; beside this a bill, or a list that says it."""

    MEASURED = "measured"
    RAKED = "raked"
    """Estimated, then brought to a published total."""
    ESTIMATED = "estimated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What one file says of needs, or of roofs.

    Attributes:
        year: that it is of, None where the file does not say it.
        ids: of the sites or roofs.
        amount: kWh a year of sites, kWp of roofs.
        own_ln: how far one strays, as a standard deviation of logarithms: the mean of them.
    """

    file: str
    known: Known
    year: int | None
    ids: tuple[str, ...]
    amount: float
    own_ln: float
    are_roofs: bool = False


@dataclass(frozen=True, slots=True)
class AwaitedAnswer:
    """A bill, or the survey of a roof, that would change an operation.

    Attributes:
        operation: its rank in the report, from 1 on.
        swing_eur: what the operation brings at one standard deviation above, less at one below.
    """

    id: str
    operation: int
    swing_eur: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryOperation:
    """One operation of a territory.

    Attributes:
        planned: who is in, what its regime asks, its figures by `acc run` of its folder.
        added_eur: what it brings over the plan beside its roofs alone, its organiser paid.
        saved_eur: the part of it before any cost: what the shared kWh spare, less the surplus not sold.
        default_key_eur: what it brings under the key of the law in place of the one of its folder.
        power_kwp: of its roofs.
        needed_kwh, made_kwh: of its sites and of its roofs, in the period.
        drawn_eur, drawn_kwh: what it brings and shares, by draw, where members may refuse and needs that no
            bill gives are others; empty where nothing is drawn.
    """

    planned: PlannedOperation
    added_eur: float
    saved_eur: float
    default_key_eur: float
    power_kwp: float
    needed_kwh: float
    made_kwh: float
    drawn_eur: tuple[float, ...] = ()
    drawn_kwh: tuple[float, ...] = ()

    @property
    def failing_ratio(self) -> float:
        """In which part of draws nothing is left that pays; 0 where none is drawn."""
        return sum(eur == 0.0 for eur in self.drawn_eur) / max(1, len(self.drawn_eur))

    @property
    def often_fails(self) -> bool:
        """Whether it does not pay its organiser in a third of draws or more: none to begin with."""
        return self.failing_ratio >= OFTEN_FAILS

    @property
    def drawn_ends(self) -> tuple[float, float]:
        """What it brings at least and at most, 8 times in 10."""
        return _ends([self.drawn_eur], self.added_eur)

    @property
    def shared_ends(self) -> tuple[float, float]:
        """The kWh that it shares at least and at most, 8 times in 10."""
        return _ends([self.drawn_kwh], self.planned.received_kwh)

    @property
    def members(self) -> int:
        """How many sites and roofs have to agree."""
        return len(self.planned.participant_ids) + len(self.planned.plant_ids)

    @property
    def per_member_eur(self) -> float:
        """What it brings for each member to convince: on average over draws, where there are some."""
        total_eur = sum(self.drawn_eur) / len(self.drawn_eur) if self.drawn_eur else self.added_eur
        return total_eur / self.members


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryReport:
    """The operations of a territory.

    Attributes:
        operations: the one that brings most for each member first, those that often fail last.
        plan: the same, as folders are written of it.
        bound_eur: no lawful plan brings more beside roofs alone, under any key that pools the roofs; over
            the mean years of the plan, which share no less than its years.
        any_key_eur: none does under any key at all; where only this is known, `bound_eur` is the same.
        by_plant_eur: what more this plan would bring under a key by plant, which takes first the kWh whose
            surplus is paid least.
        is_exact: whether the bound comes from every lawful place, or from places that hold them.
        slack_eur: the largest excess of a place as the bound was checked anew, none where it is exact.
        said: what was read, converted, estimated.
        yes_ratio: the probability that a member says yes; None where none is given.
        outlines: of communes, where their file is given.
        estimated: sites whose need no bill gives.
        sources: of needs and roofs that open files give.
        answers: that would change the plan most, the first one first.
        unknown_owners: owners of roofs whose public-service mission is to verify: in no EPCI operation.
        unsaid_prices: that the prices are those of nobody; empty where somebody said them.
        seed, years: of the search; of the plan, None where the period alone is valued.
    """

    scenario: Scenario
    operations: tuple[TerritoryOperation, ...]
    plan: LawfulPlan
    bound_eur: float
    any_key_eur: float
    by_plant_eur: float
    is_exact: bool
    places: int
    slack_eur: float | None
    said: tuple[str, ...]
    seed: int
    years: int | None
    yes_ratio: float | None = None
    outlines: tuple[Outline, ...] = ()
    estimated: int = 0
    sources: tuple[Source, ...] = ()
    answers: tuple[AwaitedAnswer, ...] = ()
    unknown_owners: int = 0
    unsaid_prices: str = ""

    def with_proof_of(self, report: "TerritoryReport") -> "TerritoryReport":
        """Return this report, of moved data, with the bounds of the true one, whose plan it is.

        They are the same parts of what the plan brings, up to the next thousandth: their euros would tell, to
        the euro, what a member is worth.
        """
        each = {name: getattr(report, name) for name in ("bound_eur", "any_key_eur", "by_plant_eur")}
        parts = {name: ceil(1e3 * eur / (report.added_eur or 1.0)) / 1e3 for name, eur in each.items()}
        return replace(self, **{name: part * self.added_eur for name, part in parts.items()})

    @property
    def units(self) -> tuple[Participant | Plant, ...]:
        """Its sites, then its roofs."""
        return (*self.scenario.participants, *self.scenario.plants)

    @property
    def sites_in(self) -> int:
        """How many sites stand in an operation."""
        return sum(len(operation.planned.participant_ids) for operation in self.operations)

    @property
    def kwp(self) -> float:
        """Power of all roofs that stand in one."""
        return sum(operation.power_kwp for operation in self.operations)

    @property
    def drawn_ends(self) -> tuple[float, float]:
        """What all operations bring at least and at most, 8 times in 10."""
        return _ends([operation.drawn_eur for operation in self.operations], self.added_eur)

    @property
    def shared_ends(self) -> tuple[float, float]:
        """The kWh that all share at least and at most, 8 times in 10."""
        return _ends([operation.drawn_kwh for operation in self.operations], self.received_kwh)

    @property
    def draws(self) -> int:
        """How many draws there are of each operation."""
        return len(self.operations[0].drawn_eur) if self.operations else 0

    @property
    def added_eur(self) -> float:
        """What the plan brings beside roofs alone."""
        return sum(operation.added_eur for operation in self.operations)

    @property
    def received_kwh(self) -> float:
        """What all operations share in the period."""
        return sum(operation.planned.received_kwh for operation in self.operations)

    @property
    def saved_eur(self) -> float:
        """What the plan brings before any cost."""
        return sum(operation.saved_eur for operation in self.operations)

    @property
    def gap_eur(self) -> float:
        """By how much another plan could pass this one, at most."""
        return max(0.0, self.bound_eur - self.added_eur)


def _ends(draws: Sequence[Sequence[float]], central: float) -> tuple[float, float]:
    """Return P10 and P90 of sums of draws, widened to what is told where everybody says yes."""
    low, _middle, high = widen_quantiles(np.float64(central), np.array(draws).sum(axis=0)[:, None])[
        :, 0
    ].tolist()
    return low, high
