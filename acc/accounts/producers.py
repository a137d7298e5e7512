"""The producers' plans: what each plant makes and costs in a year, and what comes of it over the horizon."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from acc.accounts.reasons import Missing
from acc.accounts.values import PlantMoney
from acc.arrays import FloatArray
from acc.bills.tariffs import PlantCostRates, Tariffs
from acc.finance import Finance
from acc.indicators import Energy
from acc.ledger.chart import owner_of
from acc.plan.cash_flows import (
    Appraise,
    break_even_local_eur_per_kwh,
    financed,
    producer_plan,
    rows_of_producers,
    sum_flows,
    taxed,
)
from acc.plan.connections import connected, connected_flows
from acc.plan.plan_terms import PlanTerms, PlantYear, income_of, plan_terms
from acc.plan.plant_costs import (
    capex_eur,
    charges,
    connection_at_most_eur,
    connection_is_unknown,
    fixed_lines,
    inverter_eur,
    opex_eur,
    stated,
)
from acc.plan.values import CashFlows, Plan
from acc.scenario import Scenario

WHOLE_YEARS_TOLERANCE = 0.01
"""A plan takes a period within 1 % of whole years (a year of 365 days in a leap year, for one)."""


@dataclass(frozen=True, slots=True, eq=False)
class Plans:
    """The plans of all producers, or why there is none.

    Attributes:
        flows: of each plant before tax and debt, (M, H + 1).
        connected: the same where connections that nobody knows cost their upper figure; None where none has
            one.
    """

    every: tuple[Plan, ...] = ()
    made: tuple[PlantYear, ...] = ()
    together: Plan | None = None
    missing: tuple[Missing, ...] = ()
    terms: PlanTerms | None = None
    flows: CashFlows | None = None
    connected: "Plans | None" = None


def plant_years(
    scenario: Scenario,
    plants: Sequence[PlantMoney],
    costs: PlantCostRates,
    production_kwh: FloatArray,
    finance: Finance,
    years: float,
) -> tuple[PlantYear, ...]:
    """Return what each plant makes and costs in a year; an undecided local price counts nothing.

    Args:
        production_kwh: made by each plant over the period, own use included, (M,).
        years: length of the period.

    Raises:
        ValueError: a plant without surplus contract.
    """
    made = []
    battery, kwp = scenario.battery, sum(plant.kwp for plant in scenario.plants)
    for plant, earned, kwh in zip(scenario.plants, plants, production_kwh, strict=True):
        if earned.contract is None:
            raise ValueError("a plan needs the surplus contract of every plant")
        capex, person = capex_eur(plant, finance, costs), owner_of(scenario, plant)
        fade = plant.model.degradation_ratio
        part = 0.0 if battery is None else plant.kwp / kwp
        stored_eur = 0.0 if battery is None else part * (battery.capex_eur or 0.0)
        stored_opex_eur = 0.0 if battery is None else part * battery.opex_eur_per_year
        made.append(
            PlantYear(
                id=plant.id,
                owner=earned.owner,
                kwp=plant.kwp,
                production_kwh=float(kwh) / years,
                shared_kwh=earned.shared_kwh / years,
                surplus_kwh=earned.surplus_kwh / years,
                local_eur=(earned.local_eur_ht or 0.0) / years,
                own_use_eur=(earned.own_use_eur_ht or 0.0) / years,
                contract=earned.contract,
                capex_eur=capex + stored_eur,
                opex_eur=opex_eur(plant, finance, costs, capex) + stored_opex_eur,
                inverter_eur=inverter_eur(plant, finance, costs, capex),
                degradation_ratio=finance.degradation_ratio if fade is None else fade,
                charges=charges(plant, finance, costs, scenario.on, person),
                fixed_lines=fixed_lines(plant, finance),
                own_supply_eur=earned.own_supply_eur_ht / years,
                tax_ratio=None if person is None else person.profit_tax_ratio,
            )
        )
    return tuple(made)


def plans_of(
    scenario: Scenario,
    tariffs: Tariffs,
    plants: Sequence[PlantMoney],
    energy: Energy,
    years: float,
    appraise: Appraise,
) -> Plans:
    """Return the plan of each producer and of all together, or why there is none."""
    finance = scenario.finance
    missing = _plan_missing(finance, plants, years)
    if finance is None or not plants or set(missing) - {Missing.LOCAL_PRICE}:
        return Plans(missing=missing)
    made = plant_years(
        scenario, plants, tariffs.plant_costs, energy.production_kwh + energy.own_use_kwh, finance, years
    )
    if missing:
        return Plans(missing=missing)
    terms = plan_terms(made, finance)
    flows = terms.flows(income_of(made))
    found = _plans(scenario, tariffs, made, terms, flows, appraise)
    dearer = connected_flows(terms, flows)
    if dearer is None:
        return found
    at_most = _plans(scenario, tariffs, connected(made), terms, dearer, appraise)
    every = zip(found.every, at_most.every, strict=True)
    return replace(
        found,
        every=tuple(replace(plan, connected=own) for plan, own in every),
        together=found.together and replace(found.together, connected=at_most.together),
        connected=at_most,
    )


def _plans(
    scenario: Scenario,
    tariffs: Tariffs,
    years: tuple[PlantYear, ...],
    terms: PlanTerms,
    flows: CashFlows,
    appraise: Appraise,
) -> Plans:
    """Return the plan of each producer and of all together, from the flows of each plant."""
    finance, income = terms.finance, income_of(years)
    each, rows = financed_of(flows, terms), rows_of_producers(years)
    every = []
    for owner, own in each.items():
        floor = break_even_local_eur_per_kwh(terms, flows, income.shared_kwh, rows[owner])
        plan = producer_plan(owner, [years[m] for m in rows[owner]], own, finance, appraise, floor)
        every.append(_told(plan, scenario, tariffs))
    whole = producer_plan("", years, sum_flows(list(each.values())), finance, appraise, None)
    return Plans(tuple(every), years, _told(whole, scenario, tariffs), (), terms, flows)


def financed_of(flows: CashFlows, terms: PlanTerms) -> dict[str, CashFlows]:
    """Return the flows of each producer, with its debt and its tax, from those of each plant."""
    return {
        owner: financed(flows, rows, taxed([terms.plants[m] for m in rows], terms.finance))
        for owner, rows in rows_of_producers(terms.plants).items()
    }


def _told(plan: Plan, scenario: Scenario, tariffs: Tariffs) -> Plan:
    """Return a plan that says which connections it does not hold, and of which no upper figure is known."""
    costs, owned = tariffs.plant_costs, [p for p in scenario.plants if p.id in plan.plant_ids]
    without = [plant for plant in owned if connection_is_unknown(plant, costs)]
    unbounded = [plant.id for plant in without if connection_at_most_eur(plant, costs) is None]
    return replace(
        plan,
        capex_stated=plan.capex_stated or all(stated(plant).capex_eur is not None for plant in owned),
        without_connection_ids=tuple(plant.id for plant in without),
        connection_unbounded_ids=tuple(unbounded),
        connection_unbounded_kva=costs.connection.hta_kva,
    )


def is_whole_years(years: float) -> bool:
    """Return whether a period is a plan's: whole years, but for a few days.

    >>> is_whole_years(1.0), is_whole_years(7 / 365), is_whole_years(1.5)
    (True, False, False)
    """
    return round(years) >= 1 and abs(years - round(years)) <= WHOLE_YEARS_TOLERANCE * round(years)


def _plan_missing(finance: Finance | None, plants: Sequence[PlantMoney], years: float) -> tuple[Missing, ...]:
    missing = []
    if finance is None:
        missing.append(Missing.FINANCE)
    if any(plant.contract is None for plant in plants):
        missing.append(Missing.SURPLUS_PRICE)
    if not is_whole_years(years):
        missing.append(Missing.SHORT_PERIOD)
    if any(plant.local_eur_ht is None for plant in plants):
        missing.append(Missing.LOCAL_PRICE)
    return tuple(missing)
