"""What a search found, told by plant and without its variables: the value that leaves for the reports."""

from collections.abc import Sequence

from acc.result.sizing import BatteryWorth, SizedClass, SizedPlant, SizedPowers, Sizing
from acc.rules.status import OperationStatus
from acc.scenario import Scenario
from acc.sites import Plant
from scenarios.studies.sizing.battery_settings import BatteryChoice
from scenarios.studies.sizing.settings import SizeChoice
from scenarios.studies.sizing.values import BatteryFinding, ClassOutcome, Sized, SizedRoof, SizeResult


def sizing_of(
    scenario: Scenario, choice: SizeChoice, result: SizeResult, status: OperationStatus, notes: Sequence[str]
) -> Sizing:
    """Return what was found for a scenario; `notes` say what was left aside."""
    plants, capless = scenario.plants, result.without_cap
    return Sizing(
        scenario=scenario,
        aim=choice.aim,
        floor_ratio=choice.floor_ratio,
        budget_eur=choice.budget_eur,
        power_cap_kwp=result.power_cap_kwp,
        highest_ratio=result.highest_ratio,
        best=_powers(plants, result.best),
        status=status,
        without_cap=None if capless is None else _powers(plants, capless),
        frontier=tuple(_powers(plants, sized) for sized in result.frontier),
        compared=tuple(_class(plants, outcome) for outcome in result.compared),
        battery=_battery(plants, choice.battery, result.battery),
        notes=tuple(notes),
    )


def _powers(plants: Sequence[Plant], sized: Sized) -> SizedPowers:
    return SizedPowers(
        plants=tuple(_plant(plants, roof) for roof in sized.roofs),
        value=sized.value,
        bound=sized.bound,
        gap_ratio=sized.gap_ratio,
        npv_eur_ht=sized.npv_eur,
        capex_eur_ht=sized.capex_eur,
        made_kwh=sized.made_kwh,
        used_kwh=sized.used_kwh,
        own_use_kwh=sized.own_use_kwh,
        used_ratio=sized.used_ratio,
        autoconsommation_ratio=sized.autoconsommation_ratio,
        autoproduction_ratio=sized.autoproduction_ratio,
        worst_member=sized.worst_member,
        battery=sized.battery,
    )


def _plant(plants: Sequence[Plant], roof: SizedRoof) -> SizedPlant:
    return SizedPlant(
        id=plants[roof.roof].id,
        kwp=roof.kwp,
        alternative=roof.column.alternative if roof.column else 0,
        contract=roof.column.contract.code if roof.column else None,
        next_kwp=roof.next_kwp_eur,
    )


def _class(plants: Sequence[Plant], outcome: ClassOutcome) -> SizedClass:
    column, sized = outcome.column, outcome.sized
    return SizedClass(
        plant=plants[column.roof].id,
        alternative=column.alternative,
        from_kwp=column.low_kwp,
        to_kwp=column.high_kwp,
        contract=column.contract.code,
        value=None if sized is None else sized.value,
        npv_eur_ht=None if sized is None else sized.npv_eur,
    )


def _battery(
    plants: Sequence[Plant], choice: BatteryChoice | None, found: BatteryFinding | None
) -> BatteryWorth | None:
    if choice is None or found is None:
        return None
    return BatteryWorth(
        max_kwh=choice.high_kwh,
        hours=choice.hours,
        round_trip_ratio=choice.round_trip_ratio,
        capex_eur_per_kwh=choice.capex_eur_per_kwh,
        fixed_eur=choice.fixed_eur,
        running_eur_per_kwh=found.running_eur_per_kwh,
        first_kwh_eur=found.first_kwh_eur,
        pays_below_eur_per_kwh=found.pays_below_eur_per_kwh,
        without=None if found.without is None else _powers(plants, found.without),
        curve=tuple(_powers(plants, sized) for sized in found.curve),
    )
