"""What a sizing found: the powers that serve an aim best, the proof, and what stands around them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from acc.accounts.person_values import PersonMoney
from acc.result.lawful_plan import BoundBasis
from acc.result.proposal import Proposal
from acc.rules.check import OperationStatus
from acc.scenario import Scenario


class Aim(StrEnum):
    """What is made as high as possible."""

    NPV = "npv"
    """The producers' present value."""
    NPV_EVERYONE = "npv-everyone"
    """The same, and what the participants save over the plan: the local price cancels out. What is sought
    unless something else is said."""
    KWH = "kwh"
    """The most local kWh, own use included."""
    WORST_MEMBER = "worst-member"
    """The highest saving of the participant who saves least, as a part of its bill."""

    @property
    def is_value(self) -> bool:
        """Whether it is euros of a plan, worth today."""
        return self in {Aim.NPV, Aim.NPV_EVERYONE}


@dataclass(frozen=True, slots=True, kw_only=True)
class SizedPlant:
    """What one roof gets.

    Attributes:
        alternative: 0 for the planes of the plant itself, then those that `[size]` names.
        contract: code of what its surplus is sold under; None where the roof stays empty.
        next_kwp: what one more kWp there would add to the aim, in its unit.
    """

    id: str
    kwp: float
    alternative: int
    contract: str | None
    next_kwp: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SizedBattery:
    """The battery of one solution, under the simulator's rule.

    Attributes:
        next_kwh: what one more kWh of it would add to the aim.
        taken_kwh, given_kwh, lost_kwh: in a year; what it still holds at the end is not lost.
        capex_eur_ht: its part of the investment.
    """

    kwh: float
    kw: float
    next_kwh: float
    taken_kwh: float
    given_kwh: float
    lost_kwh: float
    capex_eur_ht: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SizedPowers:
    """One solution: the power of each roof, and what it is worth.

    Attributes:
        value: of the aim, in its unit (EUR, kWh, or a ratio of a bill).
        bound: proven: no powers within the limits give more; `gap_ratio` is how far the value is from it.
        npv_eur_ht: of the producers.
        made_kwh, used_kwh: in a year; what is used is `own_use_kwh`, on site, and what is shared.
        used_ratio: used over made, which the search limits.
        autoconsommation_ratio: shared over injected; `autoproduction_ratio` over the need left, as of a run.
        worst_member: id of the participant who saves least, under that aim alone.
        battery: None where none was sought.
    """

    plants: tuple[SizedPlant, ...]
    value: float
    bound: float
    gap_ratio: float
    npv_eur_ht: float
    capex_eur_ht: float
    made_kwh: float
    used_kwh: float
    own_use_kwh: float
    used_ratio: float
    autoconsommation_ratio: float
    autoproduction_ratio: float
    worst_member: str | None = None
    battery: SizedBattery | None = None

    @property
    def kwp(self) -> float:
        """All roofs together."""
        return sum(plant.kwp for plant in self.plants)

    @property
    def battery_kwh(self) -> float:
        """Energy of the battery, 0 where there is none."""
        return 0.0 if self.battery is None else self.battery.kwh


@dataclass(frozen=True, slots=True, kw_only=True)
class SizedClass:
    """The best solution with one roof held between two powers: what a breakpoint of the rates is worth.

    Attributes:
        plant, alternative, contract: see `SizedPlant`.
        value: of the aim, in its unit (EUR, kWh, or a ratio of a bill); None, like `npv_eur_ht`, where the
            limits cannot be met so.
    """

    plant: str
    alternative: int
    from_kwp: float
    to_kwp: float
    contract: str
    value: float | None
    npv_eur_ht: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryWorth:
    """Whether a battery pays.

    Attributes:
        max_kwh, hours, round_trip_ratio: what was sought; hours are energy over power.
        capex_eur_per_kwh, fixed_eur: its investment, by kWh and for building any.
        running_eur_per_kwh: running cost and replacement of a kWh over the plan, worth today.
        first_kwh_eur: what the first kWh brings over the plan, its costs left out; None where the aim is
            not money.
        pays_below_eur_per_kwh: investment under which some battery pays; 0 or less when none does, None
            where the aim is not money, or where the limits cannot be met without one.
        without: the best solution without any; None where the limits cannot be met so.
        curve: the best solution with each of some energies, by growing energy.
    """

    max_kwh: float
    hours: float
    round_trip_ratio: float
    capex_eur_per_kwh: float
    fixed_eur: float
    running_eur_per_kwh: float
    first_kwh_eur: float | None
    pays_below_eur_per_kwh: float | None
    without: SizedPowers | None
    curve: tuple[SizedPowers, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SizeResult:
    """The best powers, and what stands around them.

    Attributes:
        aim, floor_ratio, budget_eur: what was sought: the least autoconsommation, the most invested.
        power_cap_kwp: the most that an operation may have; None in one building.
        highest_ratio: the most autoconsommation that any powers reach.
        without_cap: the best solution without that cap, where it binds.
        frontier: value against autoconsommation, from the best value to the highest ratio.
        compared: each class of each roof that has several.
        battery: None where none was sought.
        later_years_eur: what years on their own energy add at the powers found beyond those of the search: it
            is in each value and in each bound, though it might be more at other powers.
    """

    aim: Aim
    floor_ratio: float | None
    budget_eur: float | None
    power_cap_kwp: float | None
    highest_ratio: float
    best: SizedPowers
    without_cap: SizedPowers | None = None
    frontier: tuple[SizedPowers, ...] = ()
    compared: tuple[SizedClass, ...] = ()
    battery: BatteryWorth | None = None
    later_years_eur: float = 0.0


LEAST_LATER_EUR = 1.0
"""Later years that add less leave the proof that of the value."""


class PowersFor(StrEnum):
    """Which powers stand beside each other."""

    WRITTEN = "written"
    """Those of the folder."""
    BEST = "found"
    """Those that serve the aim best."""
    EVERYBODY = "everybody"
    """Those that bring everybody together the most, where that is not the aim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPowers:
    """Powers and what everybody gains with them, shared under the default key, taxes counted.

    Attributes:
        powers_kwp: of each plant, by id.
    """

    name: PowersFor
    powers_kwp: Mapping[str, float]
    total: PersonMoney


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerByUse:
    """The power of all plants of the folder, in proportion, at which so much of what they make is used.

    Attributes:
        low_kwp, high_kwp: between which it lies 8 times in 10.
    """

    used_ratio: float
    kwp: float
    low_kwp: float
    high_kwp: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sizing(SizeResult):
    """A sized folder: what was found, and the scenario it was asked of.

    Attributes:
        notes: what the search leaves aside, in sentences already translated.
        persons, total: what each person, and everybody, gains at the powers found, shared under the default
            key, taxes counted; nothing where a battery is counted, or nothing is built.
        reference_powers: powers of the folder, found, best for everybody; empty without such gains.
        proposal: which of them the group's criteria choose; None where nothing may be proposed.
        powers_by_use: for how much is used of what is made; empty where it is not told.
    """

    scenario: Scenario
    status: OperationStatus
    notes: tuple[str, ...] = ()
    persons: tuple[PersonMoney, ...] = ()
    total: PersonMoney | None = None
    reference_powers: tuple[ComparedPowers, ...] = ()
    proposal: Proposal | None = None
    powers_by_use: tuple[PowerByUse, ...] = ()

    @property
    def bound_basis(self) -> BoundBasis:
        """What the bound is a bound of."""
        if self.scenario.changes or self.scenario.other_changes:
            return BoundBasis.SETTLED_YEARS
        is_value = not self.aim.is_value or abs(self.later_years_eur) < LEAST_LATER_EUR
        return BoundBasis.VALUE if is_value else BoundBasis.FIRST_YEAR

    def display_value(self, value: float) -> float:
        """Return a value of the search as it is told, in the unit of the aim.

        That of everybody also counts what they pay whatever the powers: yearly fees, management.
        """
        npv_eur_ht = None if self.total is None else self.total.npv_eur_ht
        if self.aim is not Aim.NPV_EVERYONE or npv_eur_ht is None:
            return value
        return value + npv_eur_ht - self.best.value
