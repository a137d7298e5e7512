"""What a territory should found: lawful operations, the first to begin with first, and what none can pass."""

from dataclasses import dataclass

from acc.result.lawful_plan import LawfulPlan, PlannedOperation
from acc.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryOperation:
    """One operation of a territory.

    Attributes:
        planned: who is in, what its regime asks, its figures by `acc run` of its folder.
        added_eur: what it brings over the plan beside its roofs alone, its organiser paid.
        saved_eur: the part of it before any cost: what the shared kWh spare, less the surplus not sold.
        default_key_eur: what it brings under the key of the law in place of the one of its folder.
        kwp: of its roofs.
        refused_eur: what it brings, by draw, where each member says yes with the probability of the report;
            empty where none is given.
    """

    planned: PlannedOperation
    added_eur: float
    saved_eur: float
    default_key_eur: float
    kwp: float
    refused_eur: tuple[float, ...] = ()

    @property
    def members(self) -> int:
        """How many sites and roofs have to agree."""
        return len(self.planned.participant_ids) + len(self.planned.plant_ids)

    @property
    def per_member_eur(self) -> float:
        """What it brings for each member to convince: on average over refusals, where they are counted."""
        whole_eur = sum(self.refused_eur) / len(self.refused_eur) if self.refused_eur else self.added_eur
        return whole_eur / self.members


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryReport:
    """The operations of a territory.

    Attributes:
        operations: the one that brings most for each member first.
        plan: the same, as folders are written of it.
        bound_eur: no lawful plan brings more beside roofs alone, under any key.
        is_exact: whether the bound comes from every lawful place, or from places that hold them.
        slack_eur: the largest excess of a place as the bound was checked anew, none where it is exact.
        said: what was read, converted, estimated.
        yes_ratio: the probability that a member says yes; None where none is given.
        seed, years: of the search; of the plan, None where the period alone is valued.
    """

    scenario: Scenario
    operations: tuple[TerritoryOperation, ...]
    plan: LawfulPlan
    bound_eur: float
    is_exact: bool
    places: int
    slack_eur: float | None
    said: tuple[str, ...]
    seed: int
    years: int | None
    yes_ratio: float | None = None

    @property
    def added_eur(self) -> float:
        """What the plan brings beside roofs alone."""
        return sum(one.added_eur for one in self.operations)

    @property
    def saved_eur(self) -> float:
        """The same before any cost."""
        return sum(one.saved_eur for one in self.operations)

    @property
    def gap_eur(self) -> float:
        """By how much another plan could pass this one, at most."""
        return max(0.0, self.bound_eur - self.added_eur)
