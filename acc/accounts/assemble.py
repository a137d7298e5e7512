"""From kWh to euros: the whole chain, for one scenario under one key.

Read `money` first: kWh by slot, bills, what plants earn, plans, corridor, closure. Batches call
`volumes`, `bill_terms` and `savings_eur_ht`, the inner parts, on their own arrays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.accounts.carbon import carbon
from acc.accounts.euro_balance import closure
from acc.accounts.ledger import LedgerInputs, holders, ledger
from acc.accounts.market import market_gain, market_warnings, reference_terms
from acc.accounts.members import SlotVolumes, participants_money
from acc.accounts.persons import persons_money, together
from acc.accounts.plants import plants_money
from acc.accounts.price_corridor import corridor
from acc.accounts.reasons import Missing
from acc.accounts.values import Money, ParticipantMoney, PlantMoney, PmoBudget
from acc.arrays import FloatArray
from acc.bills.bill import BillTerms, priced
from acc.bills.surplus import own_use_parts_eur_ht
from acc.bills.tariff_slots import kwh_by_slot, local_kwh_by_slot, own_use_by_slot
from acc.bills.tariffs import PlantCostRates, Tariffs
from acc.bills.terms import bill_terms, period_years
from acc.devices.battery import given_through
from acc.exchange import Exchange
from acc.finance import Finance
from acc.indicators import Energy
from acc.plan.cash_flows import (
    Appraise,
    PlantYear,
    break_even_local_eur_per_kwh,
    plant_flows,
    producer_flows,
    producer_plan,
    sum_flows,
)
from acc.plan.plant_costs import (
    capex_eur,
    charges,
    connection_is_unknown,
    fixed_lines,
    inverter_eur,
    opex_eur,
    stated,
)
from acc.plan.values import CashFlows, Plan
from acc.scenario import Scenario
from acc.settle import Allocation

WHOLE_YEARS_TOLERANCE = 0.01
"""A plan takes a period within 1 % of whole years (a year of 365 days in a leap year, for one)."""


@dataclass(frozen=True, slots=True, eq=False)
class _Plans:
    """The plans of all producers, or why there is none; the floors hold even without a local price."""

    every: tuple[Plan, ...] = ()
    made: tuple[PlantYear, ...] = ()
    together: Plan | None = None
    missing: tuple[Missing, ...] = ()
    floors: Mapping[str, float] | None = None


def money(
    scenario: Scenario,
    exchange: Exchange,
    allocation: Allocation,
    energy: Energy,
    tariffs: Tariffs,
    appraise: Appraise,
    through_battery: SlotVolumes | None = None,
) -> Money:
    """Return everything in euros; unknown prices give None with their reason, never an error.

    Args:
        tariffs: made by `scenarios.tariffs.build.tariffs`, members and plants in the order of the scenario.
        through_battery: kWh by slot where a battery stands between plants and members, see
            `stored_volumes`; None counts them from the allocation.
        appraise: present value and rate of return of yearly flows (`scenarios.tariffs.appraisal.appraise`).
    """
    years = period_years(exchange.steps)
    terms = bill_terms(tariffs, scenario.prices, scenario.plants, years)
    kwh = through_battery or volumes(exchange, allocation, tariffs)
    members = participants_money(tuple(p.id for p in scenario.participants), tariffs, terms, kwh)
    own_use = _own_use_eur(scenario, exchange, tariffs, terms).sum(axis=0)
    lost = None if through_battery is None else _lost_kwh(energy, kwh)
    plants = plants_money(
        scenario.plants, tariffs.plants, terms, energy, kwh.local_kwh, own_use, years, lost_kwh=lost
    )
    plans = _plans(scenario, tariffs, plants, energy, years, appraise)
    parts = _parts(scenario, exchange, tariffs, terms, kwh, plans, years)
    entries = ledger(scenario, members, plants, parts)
    persons = persons_money(scenario, members, plants, plans.every, parts, entries)
    total = together(persons)
    spared = _own_use_eur(scenario, exchange, tariffs, reference_terms(tariffs, terms)).sum(axis=0)
    market = market_gain(tariffs, terms, kwh, members, total.gain_eur_ht, spared - own_use)
    return Money(
        on=tariffs.on,
        period_years=years,
        local_eur_per_kwh=_mean_local_price(plants),
        participants=members,
        plants=plants,
        pmo=_pmo(scenario, tariffs, energy, years),
        carbon=carbon(tariffs.carbon, float(energy.production_kwh.sum() + energy.own_use_kwh.sum())),
        corridor=corridor(members, plants, plans.floors or {}, _of_producers(scenario, plants)),
        closure=closure(members, plants, _local_of_known(terms, kwh, members)),
        plan=plans.together,
        plans=plans.every,
        plan_missing=plans.missing,
        rates=tariffs.rates,
        assumptions=tariffs.assumptions,
        warnings=(*tariffs.warnings, *market_warnings(market, total.gain_eur_ht, years)),
        pair_by_slot_kwh=kwh.local_kwh,
        persons=persons,
        total=total,
        market=market,
        ledger=entries,
    )


def volumes(exchange: Exchange, allocation: Allocation, tariffs: Tariffs) -> SlotVolumes:
    """Return kWh by tariff slot: withdrawn (N, S), and from each plant to each participant (M, N, S)."""
    clocks = [member.clock for member in tariffs.members]
    return SlotVolumes(
        kwh_by_slot(exchange.steps, clocks, exchange.consumption_kwh),
        local_kwh_by_slot(exchange, allocation, clocks),
    )


def stored_volumes(whole: Exchange, allocation: Allocation, tariffs: Tariffs) -> SlotVolumes:
    """Return the kWh of the members by slot, those given back by a battery counted to the plants behind them.

    Args:
        whole, allocation: with the battery as last participant and last plant.
    """
    clocks = [member.clock for member in tariffs.members]
    # The battery pays nobody here: its own clock is never read.
    local = local_kwh_by_slot(whole, allocation, [*clocks, clocks[-1]])
    return SlotVolumes(
        kwh_by_slot(whole.steps, clocks, np.ascontiguousarray(whole.consumption_kwh[:, :-1])),
        given_through(local),
    )


def _lost_kwh(energy: Energy, kwh: SlotVolumes) -> FloatArray:
    lost: FloatArray = energy.production_kwh - energy.surplus_kwh - kwh.local_kwh.sum(axis=(1, 2))
    return np.maximum(lost, 0.0)


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
    for plant, earned, kwh in zip(scenario.plants, plants, production_kwh, strict=True):
        if earned.contract is None:
            raise ValueError("a plan needs the surplus contract of every plant")
        capex = capex_eur(plant, finance, costs)
        fade = plant.model.degradation_ratio
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
                capex_eur=capex,
                opex_eur=opex_eur(plant, finance, costs, capex),
                inverter_eur=inverter_eur(plant, finance, costs, capex),
                degradation_ratio=finance.degradation_ratio if fade is None else fade,
                charges=charges(plant, finance, costs, scenario.on),
                fixed_lines=fixed_lines(plant, finance),
            )
        )
    return tuple(made)


def _plans(
    scenario: Scenario,
    tariffs: Tariffs,
    plants: Sequence[PlantMoney],
    energy: Energy,
    years: float,
    appraise: Appraise,
) -> _Plans:
    finance = scenario.finance
    missing = _plan_missing(finance, plants, years)
    if finance is None or not plants or set(missing) - {Missing.LOCAL_PRICE}:
        return _Plans(missing=missing)
    made = plant_years(
        scenario, plants, tariffs.plant_costs, energy.production_kwh + energy.own_use_kwh, finance, years
    )
    capex = sum(year.capex_eur for year in made)
    producers: dict[str, tuple[list[PlantYear], float]] = {}
    for owner in dict.fromkeys(year.owner for year in made):
        own = [year for year in made if year.owner == owner]
        part = sum(year.capex_eur for year in own) / capex if capex > 0.0 else len(own) / len(made)
        producers[owner] = (own, part * finance.grant_eur)
    floors = {o: break_even_local_eur_per_kwh(own, finance, g) for o, (own, g) in producers.items()}
    known = {owner: floor for owner, floor in floors.items() if floor is not None}
    if missing:
        return _Plans(missing=missing, floors=known)
    flows: dict[str, CashFlows] = {
        owner: producer_flows(own, finance, grant) for owner, (own, grant) in producers.items()
    }
    every = tuple(
        _told(producer_plan(owner, own, flows[owner], finance, appraise, floors[owner]), scenario, tariffs)
        for owner, (own, _grant) in producers.items()
    )
    whole = producer_plan("", made, sum_flows(list(flows.values())), finance, appraise, None)
    return _Plans(every, made, _told(whole, scenario, tariffs), (), known)


def _told(plan: Plan, scenario: Scenario, tariffs: Tariffs) -> Plan:
    """Return a plan that says which connections it does not hold, and what they may cost."""
    costs, owned = tariffs.plant_costs, [p for p in scenario.plants if p.id in plan.plant_ids]
    without = [plant for plant in owned if connection_is_unknown(plant, costs)]
    kwp, known = sum(plant.kwp for plant in without), costs.connection
    return replace(
        plan,
        capex_stated=plan.capex_stated or all(stated(plant).capex_eur is not None for plant in owned),
        without_connection_ids=tuple(plant.id for plant in without),
        connection_range_eur_ht=(known.low_eur_per_kwp * kwp, known.high_eur_per_kwp * kwp),
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


def _own_use_eur(scenario: Scenario, exchange: Exchange, tariffs: Tariffs, terms: BillTerms) -> FloatArray:
    index = {member.id: i for i, member in enumerate(scenario.participants)}
    hosts = [None if plant.behind is None else index.get(plant.behind) for plant in scenario.plants]
    kwh = own_use_by_slot(exchange, [member.clock for member in tariffs.members], hosts)
    owned = np.array([plant.own_use_is_owners for plant in tariffs.plants], dtype=np.bool_)
    return np.where(owned, own_use_parts_eur_ht(terms, kwh, hosts), 0.0)


def _of_producers(scenario: Scenario, plants: Sequence[PlantMoney]) -> frozenset[str]:
    """Return the participants whose person owns a plant."""
    sites, owners = holders(scenario, plants)
    rows = zip(scenario.participants, sites, strict=True)
    return frozenset(member.id for member, person in rows if person in owners)


def _mean_local_price(plants: Sequence[PlantMoney]) -> float | None:
    shared = sum(plant.shared_kwh for plant in plants)
    paid = [plant.local_eur_ht for plant in plants]
    if shared <= 0.0 or None in paid:
        return None
    return sum(eur or 0.0 for eur in paid) / shared


def _pmo(scenario: Scenario, tariffs: Tariffs, energy: Energy, years: float) -> PmoBudget:
    prices = scenario.prices
    fees = prices.pmo_eur_per_year * years + prices.pmo_eur_per_kwh * float(energy.received_kwh.sum())
    return PmoBudget(
        fees_eur_ht=fees,
        fees_per_year_eur_ht=fees / years,
        usual_set_up_eur=tariffs.pmo_costs.set_up_eur,
        usual_yearly_eur=tariffs.pmo_costs.yearly_eur,
    )


def _parts(
    scenario: Scenario,
    exchange: Exchange,
    tariffs: Tariffs,
    terms: BillTerms,
    kwh: SlotVolumes,
    plans: _Plans,
    years: float,
) -> LedgerInputs:
    """Return what the persons' accounts are made from."""
    flows = [plant_flows(year, scenario.finance) for year in plans.made if scenario.finance is not None]
    running = [-float(one.opex_eur_ht[1] + one.charges_eur_ht[1]) for one in flows]
    made = np.array([one.production_kwh[1:] for one in flows])
    first = made[:, :1] if flows else made
    return LedgerInputs(
        local_eur=priced(kwh.local_kwh, terms.local_eur_per_kwh),
        local_kwh=kwh.local_kwh.sum(axis=2),
        own_use_eur=_own_use_eur(scenario, exchange, tariffs, terms),
        running_eur=np.array(running or [np.nan] * len(scenario.plants), dtype=np.float64),
        fade_ratio=np.divide(made, first, out=np.zeros_like(made), where=first > 0.0),
        years=years,
    )


def _local_of_known(
    terms: BillTerms, kwh: SlotVolumes, members: Sequence[ParticipantMoney]
) -> tuple[float, ...]:
    known = np.array([member.before is not None for member in members], dtype=np.bool_)
    paid = priced(kwh.local_kwh[:, known], terms.local_eur_per_kwh[:, known]).sum(axis=1)
    return tuple(paid.tolist())
