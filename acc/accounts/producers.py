"""Prices that change on a day: what each is multiplied by in each year of the plan, beside its index.

A plan keeps euros only. Whoever wants to change a price in it needs the kWh behind each line: they
are told apart here, so that `kWh x price` gives back each line of the plan.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import numpy as np

from acc.accounts.person_values import Missing
from acc.accounts.values import Money, PlantMoney
from acc.arrays import FloatArray
from acc.bills.surplus import paid_surplus_kwh
from acc.bills.tariffs import NOT_SOLD, PlantCostRates, PlantTariff, SurplusContract, Tariffs
from acc.changes import OPERATION, DatedChange, What
from acc.finance import Finance
from acc.ledger.chart import owner_of
from acc.ledger.fill import YearEuros
from acc.plan.cash_flows import (
    NO_STEPS,
    Appraise,
    PlanTerms,
    PriceSteps,
    break_even_local_eur_per_kwh,
    payback,
    plan_terms,
    plant_flows,
    producer_flows,
    producer_plan,
    sum_flows,
)
from acc.plan.plants import (
    PlannedPlant,
    PlantIncome,
    capex_eur,
    charges,
    connection_at_most_eur,
    connection_is_unknown,
    fixed_lines,
    inverter_eur,
    opex_eur,
    stated,
    wear_ratio,
)
from acc.plan.values import CashFlows, PaybackState, Plan
from acc.scenario import Scenario
from acc.sites import Plant
from acc.steps import years_later
from acc.years.states import first_day, year_of, years_of_plant


def price_steps(scenario: Scenario, horizon: int) -> PriceSteps:
    """Price multipliers of years 0 to H, weighted by the days on which each change is in force."""
    changes = [change for change in scenario.other_changes if change.what is What.PRICE]
    if not changes:
        return NO_STEPS
    start, sites = first_day(scenario.steps), [site.id for site in scenario.participants]

    def of(who: str | None) -> FloatArray:
        return _multiplied((change for change in changes if change.site == who), start, horizon)

    supply = {name: of(name) for name in {change.site for change in changes} if name != OPERATION}
    none = np.ones(horizon + 1)
    return PriceSteps(
        local=of(OPERATION),
        sites=np.array([supply.get(name, none) for name in sites]).reshape(len(sites), horizon + 1),
        hosts=np.array([supply.get(plant.behind or "", none) for plant in scenario.plants]).reshape(
            len(scenario.plants), horizon + 1
        ),
    )


def _multiplied(changes: Iterable[DatedChange], start: date, horizon: int) -> FloatArray:
    """Return the product of some changes in years 0 to H: of each, its mean over the days of the year."""
    product = np.ones(horizon + 1)
    for change in changes:
        for year in range(1, horizon + 1):
            first, after = years_later(start, year - 1), years_later(start, year)
            days = (min(change.until or after, after) - max(change.since, first)).days
            product[year] *= 1.0 + (change.ratio - 1.0) * max(0, days) / (after - first).days
    return product


FULL_YEARS_TOLERANCE = 0.01
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
        power_kwp=plant.kwp,
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
    period_years: float,
) -> PlanTerms | None:
    """Terms of a plan; None without hypotheses, plants, contracts or a period of entire years."""
    finance = scenario.finance
    if finance is None or not contracts or not is_full_years(period_years):
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
    period_years: float,
    appraise: Appraise,
) -> Plans:
    """Return the plan of each producer and of all together, or why there is none.

    Args:
        income: of a year; an undecided local price counts nothing.
        period_years: length of the period.
    """
    owners, contracts = [plant.owner for plant in plants], [plant.contract for plant in plants]
    terms = terms_of(scenario, tariffs.plant_costs, owners, contracts, period_years)
    missing = tuple(_plan_missing(scenario.finance, plants, period_years))
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


def is_full_years(period_years: float) -> bool:
    """Return whether a period is a plan's: whole years, but for a few days.

    >>> is_full_years(1.0), is_full_years(7 / 365), is_full_years(1.5)
    (True, False, False)
    """
    return round(period_years) >= 1 and abs(
        period_years - round(period_years)
    ) <= FULL_YEARS_TOLERANCE * round(period_years)


def _plan_missing(
    finance: Finance | None, plants: Sequence[PlantMoney], period_years: float
) -> Iterator[Missing]:
    if finance is None:
        yield Missing.FINANCE
    if any(plant.contract is None for plant in plants):
        yield Missing.SURPLUS_PRICE
    if not is_full_years(period_years):
        yield Missing.SHORT_PERIOD
    if any(plant.local_eur_ht is None for plant in plants):
        yield Missing.LOCAL_PRICE


def plants_money(
    plants: Sequence[Plant],
    tariffs: Sequence[PlantTariff],
    income: PlantIncome,
    year: YearEuros,
    period_years: float,
    *,
    lost_kwh: FloatArray | None = None,
) -> Iterator[PlantMoney]:
    """Income of each plant over a period of `period_years`, EUR excl. VAT.

    Args:
        income: of a year, (M,); `year` what that year changes, plant by plant.
        lost_kwh: of each plant, injected but lost in a battery or left in it, (M,); None without battery.
    """
    shared_kwh, surplus_kwh = income.shared_kwh * period_years, income.surplus_kwh * period_years
    own_use_eur = np.where(year.is_sold | year.own_use_known, income.own_use_eur, np.nan)
    lost = np.zeros(len(plants)) if lost_kwh is None else lost_kwh
    for m, (plant, tariff) in enumerate(zip(plants, tariffs, strict=True)):
        contract, surplus = tariff.surplus, float(surplus_kwh[m])
        taken = float(shared_kwh[m] + lost[m])
        price = math.nan if contract is None or contract.code == NOT_SOLD else contract.eur_per_kwh
        paid = paid_surplus_kwh(contract, plant.kwp, surplus, taken, period_years)
        everything = paid_surplus_kwh(contract, plant.kwp, surplus + taken, 0.0, period_years)
        yield PlantMoney(
            id=plant.id,
            owner=tariff.owner,
            shared_kwh=float(shared_kwh[m]),
            surplus_kwh=surplus,
            contract=contract,
            local_eur_ht=_known(float(income.local_eur[m]) * period_years),
            surplus_eur_ht=_known(paid * price),
            all_sold_eur_ht=_known(everything * price),
            own_use_eur_ht=_known(float(own_use_eur[m]) * period_years),
            accise_exempt=tariff.accise_exempt,
        )


def _known(amount_eur: float) -> float | None:
    return None if np.isnan(amount_eur) else amount_eur


SAME = 1e-12
"""Relative difference under which two prices are one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanLines:
    """The kWh and prices of each year, year 0 (no kWh) to the horizon, arrays of shape (H + 1,).

    Attributes:
        local_eur_per_kwh: mean local price of the first year.
        local_ratio: mean local price of the year's kWh over that of the first year, indexation left
            out; 1 unless plants that fade at different paces sell at different prices.
        contract_kwh, contract_eur_per_kwh: surplus paid under a contract, and its mean price, indexed.
        contract: price of the first year and yearly growth, where all contracts share them; None elsewhere.
        market_kwh: surplus whose contract is over.
        own_use_eur: spared behind the meter, in money of the first year; `own_supply_eur` is the part that
            follows the supplier's price.
    """

    shared_kwh: FloatArray
    local_eur_per_kwh: float
    local_ratio: FloatArray
    contract_kwh: FloatArray
    contract_eur_per_kwh: FloatArray
    contract: tuple[float, float] | None
    market_kwh: FloatArray
    own_use_eur: FloatArray
    own_supply_eur: FloatArray


def plan_lines(money: Money) -> PlanLines:
    """Return the kWh and prices behind `money.plan`.

    Raises:
        ValueError: there is no plan.
    """
    terms, income = money.plan_terms, money.plant_income
    if terms is None or income is None:
        raise ValueError("there is no plan")
    contract, market = terms.surplus_kwh(income)
    years = partial(terms.years, by_year=income.by_year)
    shared, local, own_use, own_supply, contract_kwh, market_kwh, contract_eur = (
        eur.sum(axis=0)
        for eur in (
            years(income.shared_kwh),
            years(income.local_eur),
            years(income.own_use_eur),
            years(income.own_supply_eur),
            contract * (1.0 - terms.stopped_ratio),
            market,
            contract * terms.contract_eur_per_kwh,
        )
    )
    price = money.local_eur_per_kwh or 0.0
    known = [plant.contract for plant in money.plants if plant.contract is not None]
    contracts = {(contract.sold_eur_per_kwh, contract.indexation_ratio) for contract in known}
    return PlanLines(
        shared_kwh=shared,
        local_eur_per_kwh=price,
        local_ratio=_as_ratio(local, price * shared),
        contract_kwh=contract_kwh,
        contract_eur_per_kwh=_divided(contract_eur, contract_kwh),
        contract=contracts.pop() if len(contracts) == 1 else None,
        market_kwh=market_kwh,
        own_use_eur=own_use,
        own_supply_eur=own_supply,
    )


def _as_ratio(amount: FloatArray, usual: FloatArray) -> FloatArray:
    ratio: FloatArray = np.divide(amount, usual, out=np.ones_like(amount), where=usual > 0.0)
    return np.where(np.abs(ratio - 1.0) < SAME, 1.0, ratio)


def _divided(amount: FloatArray, kwh: FloatArray) -> FloatArray:
    return np.divide(amount, kwh, out=np.zeros_like(amount), where=kwh > 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantReturn:
    """One plant by itself, money without tax: before tax on profit, debt and the grants of the operation.

    Attributes:
        invested_eur_ht: connection included where it is known.
        gain_eur_ht: of the period, running costs paid: own use, local sales and surplus. None where a price
            is undecided.
        payback_years: None where it never comes back, or where nothing is invested.
    """

    id: str
    invested_eur_ht: float | None
    gain_eur_ht: float | None
    payback_years: float | None
    payback_state: PaybackState | None


def roofs(money: Money, finance: Finance | None, plants: Sequence[int]) -> tuple[PlantReturn, ...]:
    """Return the plants of some columns; unknown costs without a plan."""
    return tuple(_roof(money, finance, column) for column in plants)


def _roof(money: Money, finance: Finance | None, column: int) -> PlantReturn:
    earned = money.plants[column]
    if finance is None or money.plan_terms is None or money.plant_income is None:
        return PlantReturn(
            id=earned.id, invested_eur_ht=None, gain_eur_ht=None, payback_years=None, payback_state=None
        )
    plant = money.plan_terms.plants[column]
    flows = plant_flows(plant, finance, money.plant_income.of(column))
    years, state = payback(flows.project_eur_ht)
    running = float(flows.opex_eur_ht[1] + flows.charges_eur_ht[1] + flows.running_vat_eur[1])
    income = (earned.local_eur_ht, earned.surplus_eur_ht)
    known = [eur for eur in income if eur is not None]
    gain_eur = sum(known) + (earned.own_use_eur_ht or 0.0) + running * money.period_years
    return PlantReturn(
        id=earned.id,
        invested_eur_ht=plant.capex_eur + plant.charges.connection_eur,
        gain_eur_ht=gain_eur if len(known) == len(income) else None,
        payback_years=years,
        payback_state=state,
    )
