"""The lawful operations that members could form in place of one, and what each is worth under a key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from acc.rules.all_checks import worst_state
from acc.rules.check import Check, State
from acc.rules.regimes import Outlook
from acc.rules.status import OperationStatus
from acc.scenario import Regime, Scenario
from acc.sides import loses


class Objective(StrEnum):
    """What the best split is best at."""

    KWH = "kwh"
    """The shared kWh of all groups together."""
    WORST = "worst"
    """The most members served, then the worst served of them (received over consumed), then the kWh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LawfulGroup:
    """One operation of a split.

    Attributes:
        sites: positions of its sites among the members, for `Members.part` and the columns of the arrays.
        regime: the simplest regime that allows it; all but 2 km need a derogation.
        longest_ids, longest_km: its two most distant sites and how far apart they are; empty and None with
            one site.
        worst_ratio: received over consumed of its worst served participant, under prorata.
        checks: what its regime asks, as `acc check` tells it in a folder of the group alone.
    """

    regime: Regime
    sites: tuple[int, ...]
    participant_ids: tuple[str, ...]
    plant_ids: tuple[str, ...]
    longest_ids: tuple[str, ...]
    longest_km: float | None
    production_kwh: float
    consumption_kwh: float
    shared_kwh: float
    worst_ratio: float
    checks: tuple[Check, ...]

    @property
    def state(self) -> State:
        """How the group stands: that of the worst of its checks."""
        return worst_state(self.checks)

    @property
    def to_verify(self) -> tuple[Check, ...]:
        """What is not known to hold."""
        return tuple(check for check in self.checks if check.state is State.TO_VERIFY)


@dataclass(frozen=True, slots=True, kw_only=True)
class LawfulWay:
    """What would make an unlawful operation lawful: operations to form in its place.

    Attributes:
        groups: how many operations; 0 when no lawful one shares anything.
        on_derogation: how many of them need one.
        to_verify: how many of them are not known to hold: a position, an owner is missing.
        shared_kwh: by all of them; `single_kwh` by one single perimeter, were it lawful.
    """

    groups: int
    on_derogation: int
    to_verify: int
    shared_kwh: float
    single_kwh: float


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A site that no group takes, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LawfulGroups:
    """A set of lawful operations.

    Attributes:
        groups: the one that shares most first.
        shared_kwh: by all groups together.
        single_kwh: what everyone would share in one single perimeter, if it were lawful.
        bound_kwh: what no lawful split passes; equal to `shared_kwh` when the split is exact for the kWh.
        served: participants who receive something; `worst_ratio` is received over need of the worst of them.
        worst_bound_ratio: what the worst passes in no lawful split that serves as many participants.
        exact: whether the split is proven the best one.
        seed: of the search; unused by an exact split.
    """

    groups: tuple[LawfulGroup, ...]
    unplaced: tuple[Unplaced, ...]
    objective: Objective
    shared_kwh: float
    single_kwh: float
    bound_kwh: float
    served: int
    worst_ratio: float
    worst_bound_ratio: float
    exact: bool
    seed: int

    @property
    def lost_kwh(self) -> float:
        """What the perimeters cost, against one single operation of everyone."""
        return self.single_kwh - self.shared_kwh

    @property
    def gap_ratio(self) -> float:
        """By how much a better split could pass this one, as a part of the bound; 0 when exact."""
        return 1.0 - self.shared_kwh / self.bound_kwh if self.bound_kwh > 0.0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a site has in its operation.

    Attributes:
        kwh: what a participant receives, or what a plant delivers to participants.
        eur: what a participant saves, or what a plant gains over selling all it injects, without tax; None
            when a price is missing.
    """

    kwh: float
    eur: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupWorth:
    """One operation under the chosen key, as `acc run` computes it.

    Attributes:
        shares: of each site, by id.
        received_kwh: by all participants.
        eur: what participants save and plants gain together; None when a price is missing.
        savings_eur: what participants save together, those whose euros are known.
        persons_eur: what each person gains, its sites and its plants, by id; empty when a price is missing.
        persons_npv_eur: the same over the plan; empty without one.
        npv_eur: of all of them over the plan; None without one.
    """

    shares: Mapping[str, Share]
    received_kwh: float
    eur: float | None
    savings_eur: float | None = None
    persons_eur: Mapping[str, float] = field(default_factory=dict)
    persons_npv_eur: Mapping[str, float] = field(default_factory=dict)
    npv_eur: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitSums:
    """The groups together, or one single operation of everyone: what a decision between them rests on.

    Attributes:
        received_kwh, savings_eur: by and of all participants; None when those of a group are not known.
        gain_eur, npv_eur: of all persons together, over the period and over the plan.
        losers: persons who lose, sites and plants of all groups together: over the plan where `npv_eur` is
            known, else over the period.
        beside, owned: plants that are in one operation with a site of their owner, of those whose owner has
            a site.
    """

    received_kwh: float | None
    savings_eur: float | None
    gain_eur: float | None
    npv_eur: float | None
    losers: int | None
    beside: int
    owned: int

    @classmethod
    def of(cls, worths: Sequence[GroupWorth | None], beside: int, owned: int) -> "SplitSums":
        """Return the sums of some operations; what one of them does not know is not known."""
        known = [worth for worth in worths if worth is not None]
        whole = len(known) == len(worths) and all(worth.persons_eur for worth in known)
        gains_eur = _summed([worth.persons_eur for worth in known])
        npv_eur = total([None if worth is None else worth.npv_eur for worth in worths])
        decides = gains_eur if npv_eur is None else _summed([worth.persons_npv_eur for worth in known])
        return cls(
            received_kwh=total([None if worth is None else worth.received_kwh for worth in worths]),
            savings_eur=total([None if worth is None else worth.savings_eur for worth in worths]),
            gain_eur=sum(gains_eur.values()) if whole else None,
            npv_eur=npv_eur,
            losers=sum(loses(eur) for eur in decides.values()) if whole else None,
            beside=beside,
            owned=owned,
        )


def _summed(groups: Sequence[Mapping[str, float]]) -> dict[str, float]:
    persons = dict.fromkeys(person for of_group in groups for person in of_group)
    return {person: sum(of_group.get(person, 0.0) for of_group in groups) for person in persons}


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitWorth:
    """The groups of a split and one single operation of everyone, under the chosen key.

    Attributes:
        key: its name.
        groups: in their order; None where the key cannot be built for a group, with the reason in `notes`.
    """

    key: str
    single: GroupWorth
    groups: tuple[GroupWorth | None, ...]
    notes: tuple[str, ...]

    @property
    def received_kwh(self) -> float | None:
        """What the participants of all groups receive; None when that of a group is not known."""
        return total([None if worth is None else worth.received_kwh for worth in self.groups])

    @property
    def eur(self) -> float | None:
        """What all groups save and gain together."""
        return total([None if worth is None else worth.eur for worth in self.groups])

    @property
    def lost_eur(self) -> float | None:
        """What the perimeters cost, against one single operation of everyone."""
        together = self.eur
        return None if together is None or self.single.eur is None else self.single.eur - together


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryHome:
    """Where the battery of a split goes.

    Attributes:
        group: number of its group, from 1; None when no group may have it.
        why: a sentence already translated.
    """

    name: str
    group: int | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedSite:
    """A site and the operation that it joins.

    Attributes:
        epci: name of the group of communes, or its number where the name is not known.
        group: number of its group, from 1; None in no group, with the `reason`.
        regime: of its group.
        share: what it has there; None in no group, or when the key cannot be built for its group.
        regimes: those that could take it in one single operation that shares.
    """

    id: str
    name: str
    is_plant: bool
    commune: str | None
    density_class: int | None
    epci: str | None
    group: int | None
    regime: Regime | None
    share: Share | None
    regimes: tuple[Regime, ...]
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitReport:
    """The split of a folder, what it is worth, and what each regime would allow its members as they are.

    Attributes:
        sites: by group, plants first, those in no group last.
        battery: where it goes; None without a battery, or without any group.
        together, single: all groups, and one single operation were it lawful; None without any group.
    """

    scenario: Scenario
    split: LawfulGroups
    worth: SplitWorth
    sites: tuple[GroupedSite, ...]
    outlooks: tuple[Outlook, ...]
    battery: BatteryHome | None
    status: OperationStatus
    together: SplitSums | None = None
    single: SplitSums | None = None

    @property
    def names(self) -> dict[str, str]:
        """What sites are called, by id, in the order of `sites`."""
        return {site.id: site.name for site in self.sites}


def total(amounts: Sequence[float | None]) -> float | None:
    """Return a sum, None when a part of it is not known.

    >>> total([1.0, 2.0]), total([1.0, None]), total([])
    (3.0, None, 0)
    """
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None
