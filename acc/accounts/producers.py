"""The producers' plans: what each plant makes and costs in a year, and what comes of it over the horizon."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from acc.accounts.price_steps import price_steps
from acc.accounts.reasons import Missing
from acc.accounts.values import PlantMoney
from acc.bills.tariffs import PlantCostRates, SurplusContract, Tariffs
from acc.finance import Finance
from acc.ledger.chart import owner_of
from acc.plan.cash_flows import (
    Appraise,
    break_even_local_eur_per_kwh,
    producer_flows,
    producer_plan,
    sum_flows,
)
from acc.plan.plan_terms import PlanTerms, plan_terms
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
from acc.plan.plants import PlannedPlant, PlantIncome, wear_ratio
from acc.plan.values import CashFlows, Plan
from acc.scenario import Scenario
from acc.sites import Plant
from acc.years.states import year_of, years_of_plant

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
    together: Plan | None = None
    missing: tuple[Missing, ...] = ()
    terms: PlanTerms | None = None
    flows: CashFlows | None = None
    connected: "Plans | None" = None


def planned_plant(
    scenario: Scenario,
    plant: Plant,
    owner: str,
    contract: SurplusContract,
    costs: PlantCostRates,
    finance: Finance,
) -> PlannedPlant:
    """Costs and contract of a plant in a plan, with its part of the battery."""
    capex, person = capex_eur(plant, finance, costs), owner_of(scenario, plant)
    battery = scenario.battery
    first, last = years_of_plant(plant.id, scenario.changes, scenario.steps)
    part, later, since = plant.kwp / sum(roof.kwp for roof in scenario.plants), scenario.later_battery, None
    if scenario.battery_since is not None:
        since = year_of(scenario.battery_since, scenario.steps)
    stored_eur = 0.0 if battery is None else part * (battery.capex_eur or 0.0)
    stored_opex_eur = 0.0 if battery is None else part * battery.opex_eur_per_year
    return PlannedPlant(
        id=plant.id,
        owner=owner,
        kwp=plant.kwp,
        contract=contract,
        capex_eur=capex + stored_eur,
        opex_eur=opex_eur(plant, finance, costs, capex) + stored_opex_eur,
        inverter_eur=inverter_eur(plant, finance, costs, capex),
        degradation_ratio=wear_ratio(plant, finance),
        charges=charges(plant, finance, costs, scenario.on, person),
        fixed_lines=fixed_lines(plant, finance),
        first_year=first if first <= finance.horizon_years else NEVER,
        last_year=last,
        battery_year=since if since is None or since <= finance.horizon_years else None,
        battery_capex_eur=0.0 if later is None else part * (later.capex_eur or 0.0),
        battery_opex_eur=0.0 if later is None else part * later.opex_eur_per_year,
        tax_ratio=None if person is None else person.profit_tax_ratio,
    )


NEVER = 10_000
"""The year in which a plant runs that starts after the plan: it is not built in it."""


def terms_of(
    scenario: Scenario,
    costs: PlantCostRates,
    owners: Sequence[str],
    contracts: Sequence[SurplusContract | None],
    years: float,
) -> PlanTerms | None:
    """Terms of a plan; None without hypotheses, plants, contracts or a period of entire years."""
    finance = scenario.finance
    if finance is None or not contracts or not is_full_years(years):
        return None
    plants = [
        planned_plant(scenario, plant, owner, contract, costs, finance)
        for plant, owner, contract in zip(scenario.plants, owners, contracts, strict=True)
        if contract is not None
    ]
    steps = price_steps(scenario, finance.horizon_years)
    return plan_terms(plants, finance, steps) if len(plants) == len(contracts) else None


def plans_of(
    scenario: Scenario,
    tariffs: Tariffs,
    plants: Sequence[PlantMoney],
    income: PlantIncome,
    years: float,
    appraise: Appraise,
) -> Plans:
    """Return the plan of each producer and of all together, or why there is none.

    Args:
        income: of a year; an undecided local price counts nothing.
        years: length of the period.
    """
    owners, contracts = [plant.owner for plant in plants], [plant.contract for plant in plants]
    terms = terms_of(scenario, tariffs.plant_costs, owners, contracts, years)
    missing = _plan_missing(scenario.finance, plants, years)
    if terms is None or missing:
        return Plans(missing=missing)
    plans = _plans(scenario, tariffs, terms, income, appraise)
    if terms.connected is None:
        return plans
    at_most = _plans(scenario, tariffs, terms.connected, income, appraise)
    every = zip(plans.every, at_most.every, strict=True)
    return replace(
        plans,
        every=tuple(replace(plan, connected=own) for plan, own in every),
        together=plans.together and replace(plans.together, connected=at_most.together),
        connected=at_most,
    )


def _plans(
    scenario: Scenario, tariffs: Tariffs, terms: PlanTerms, income: PlantIncome, appraise: Appraise
) -> Plans:
    """Return the plan of each producer and of all together."""
    flows, plants = terms.flows(income), terms.plants
    each, every = producer_flows(terms, flows), []
    for owner, rows in terms.producers.items():
        floor = break_even_local_eur_per_kwh(terms, each[owner], income, rows)
        own = [plants[m] for m in rows]
        plan = producer_plan(owner, own, each[owner], terms.finance, appraise, floor)
        every.append(_with_connections(plan, scenario, tariffs))
    together = producer_plan("", plants, sum_flows(each.values()), terms.finance, appraise, None)
    return Plans(tuple(every), _with_connections(together, scenario, tariffs), (), terms, flows)


def _with_connections(plan: Plan, scenario: Scenario, tariffs: Tariffs) -> Plan:
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


def is_full_years(years: float) -> bool:
    """Return whether a period is a plan's: whole years, but for a few days.

    >>> is_full_years(1.0), is_full_years(7 / 365), is_full_years(1.5)
    (True, False, False)
    """
    return round(years) >= 1 and abs(years - round(years)) <= WHOLE_YEARS_TOLERANCE * round(years)


def _plan_missing(finance: Finance | None, plants: Sequence[PlantMoney], years: float) -> tuple[Missing, ...]:
    missing = []
    if finance is None:
        missing.append(Missing.FINANCE)
    if any(plant.contract is None for plant in plants):
        missing.append(Missing.SURPLUS_PRICE)
    if not is_full_years(years):
        missing.append(Missing.SHORT_PERIOD)
    if any(plant.local_eur_ht is None for plant in plants):
        missing.append(Missing.LOCAL_PRICE)
    return tuple(missing)
