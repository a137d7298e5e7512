"""What a plan is made from: each of its years, on its own energy, or its first one repeated.

Read `money` first: kWh by slot, bills, what plants earn, plans, corridor, closure. Batches call
`volumes`, `bill_terms` and `savings_eur_ht`, the inner parts, on their own arrays.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from acc.accounts.market import (
    at_mean_price,
    market_gain,
    market_sales,
    market_warnings,
    reference_terms,
    sold_by_hour,
    stopped_kwh,
)
from acc.accounts.members import SlotVolumes, participants_money, plans_after
from acc.accounts.person_values import PersonMoney
from acc.accounts.persons import ledger, period_blocks, persons_money, pooled
from acc.accounts.price_corridor import Horizon, corridors, horizon_of, moved_price
from acc.accounts.producers import Plans, plans_of, plants_money
from acc.accounts.values import (
    MEMBERS,
    PRODUCERS,
    ActorLine,
    Carbon,
    Closure,
    Corridor,
    MarketSale,
    Money,
    ParticipantMoney,
    PlanAfter,
    PlantMoney,
    PmoBudget,
    carbon,
    hourly_carbon,
)
from acc.arrays import FloatArray
from acc.bills.bill import BillTerms, bill_terms, both_bills, period_years
from acc.bills.surplus import OwnUse, own_use
from acc.bills.tariff_slots import kwh_by_slot, local_kwh_by_slot, own_use_by_slot
from acc.bills.tariffs import Tariffs
from acc.devices.battery import given_through
from acc.exchange import Exchange
from acc.indicators import Energy
from acc.ledger.chart import BILLED, LOCAL, PMO_SHARED, SURPLUS, Account, LedgerChart, chart_of
from acc.ledger.fill import Block, YearEuros, YearVolumes, plant_income, year_euros
from acc.ledger.sums import brought
from acc.plan.cash_flows import Appraisal, Appraise
from acc.plan.plants import PlantIncome
from acc.plan.values import RootState
from acc.scenario import Scenario
from acc.settle import Allocation
from acc.units import for_each_kwh
from acc.years.plan_years import PlanYears


def of_plan(
    scenario: Scenario,
    tariffs: Tariffs,
    terms: BillTerms,
    plan_years: PlanYears | None,
    first: tuple[YearEuros, PlantIncome],
    period_years: float,
) -> tuple[YearEuros, PlantIncome]:
    """Yearly euros and plant income of a plan: one per year, or the first year repeated.

    Args:
        plan_years: the kWh of each year, of a period of `period_years`; None where they are not known.
    """
    if plan_years is None:
        return first
    withdrawn, local, behind = plan_years.withdrawn_kwh, plan_years.local_kwh, plan_years.own_use_kwh
    if withdrawn is None or local is None or behind is None:
        return first
    settled_kwh = local.sum(axis=(2, 3))
    every = YearVolumes(
        consumption_kwh=withdrawn,
        local_kwh=local,
        shared_kwh=settled_kwh,
        own_use=own_use(terms, tariffs.plants, behind, hosts_in(scenario)),
        period_years=period_years,
        stays=np.ones(withdrawn.shape[:2], dtype=np.bool_),
        by_year=True,
        weights=plan_years.weights,
    )
    year, output = year_euros(terms, every), plan_years.by_plant("production_kwh")
    output = output + plan_years.by_plant("own_use_kwh")
    shared, surplus = plan_years.each(settled_kwh).T, plan_years.by_plant("surplus_kwh")
    income = plant_income(year, *(kwh / period_years for kwh in (shared, surplus, output)))
    return year, income.decided


def hosts_in(scenario: Scenario) -> list[int | None]:
    """Return the participant behind whose meter each plant stands, by position, or None."""
    index = {member.id: i for i, member in enumerate(scenario.participants)}
    return [None if plant.behind is None else index.get(plant.behind) for plant in scenario.plants]


def closure(
    participants: Sequence[ParticipantMoney],
    plants: Sequence[PlantMoney],
    chart: LedgerChart,
    blocks: Sequence[Block],
    period_years: float,
) -> Closure | None:
    """Income of each actor without and with the operation, EUR; None when a price is undecided.

    Payments between people only: without the operation, the plants sell all they inject under their
    contracts. Members whose bills are unknown are left out with all that they pay.

    Args:
        blocks: the entries of a year, those of `period_blocks`; own use, the same without, is left out.
        period_years: length of the period.
    """
    bills = [(member, member.before) for member in participants if member.before is not None]
    sold = [plant.all_sold_eur_ht for plant in plants]
    if None in sold or not bills:
        return None
    before: dict[str, float] = {MEMBERS: 0.0, PRODUCERS: sum(eur or 0.0 for eur in sold)}
    for line in (PMO_SHARED, *BILLED):
        paid = sum(getattr(bill, line.name) for _member, bill in bills)
        before[line.other] = before.get(line.other, 0.0) + paid
    before[Account.STATE] += sum(bill.vat_eur for member, bill in bills if not member.recovers_vat)
    before[Account.MARKET] = -before[PRODUCERS]
    on_bills = [block for block in blocks if block.site is not None]
    change = brought(on_bills, len(chart.names))[:, 0] * period_years
    after = before | {a: before[a] + float(change[chart.of(a)]) for a in Account if a in before}
    after[Account.MARKET] = -_sum_eur(blocks, SURPLUS) * period_years
    after[PRODUCERS] = _sum_eur(on_bills, LOCAL) * period_years - after[Account.MARKET]
    for side in (before, after):
        side[MEMBERS] = -sum(side.values())
    lines = tuple(ActorLine(actor=a, before_eur=eur, after_eur=after[a]) for a, eur in before.items())
    return Closure(lines=lines)


def _sum_eur(blocks: Sequence[Block], line: str) -> float:
    return sum(float(block.eur.sum()) for block in blocks if block.line == line)


def money(  # noqa: PLR0913 - what euros are made from
    scenario: Scenario,
    exchange: Exchange,
    allocation: Allocation,
    energy: Energy,
    tariffs: Tariffs,
    appraise: Appraise,
    kwh: SlotVolumes | None = None,
    *,
    leaving: bool = True,
) -> Money:
    """Return everything in euros; unknown prices give None with their reason, never an error.

    Args:
        tariffs: made by `scenarios.operation.tariffs.build.tariffs`, members and plants in the order of the
            scenario.
        kwh: by slot, where they are known, in each year of the plan too where years differ: of `volumes`,
            or of `stored_volumes` where a battery stands between plants and members; None counts them from
            the allocation.
        leaving: tell what the plan becomes once members leave.
        appraise: present value and rate of return of yearly flows, as
            `scenarios.operation.tariffs.price.appraise` gives them.
    """
    kwh = kwh or volumes(exchange, allocation, tariffs)
    given = exchange, allocation.surplus_kwh, energy, tariffs, appraise, kwh
    euros = _euros(scenario, *given)
    corridor, plan_corridor = _corridors(scenario, tariffs, euros, lambda at_zero: _euros(at_zero, *given))
    total, years, horizon = pooled("", "", euros.persons), euros.period_years, euros.horizon
    gain_eur, more_eur = total.gain_eur_ht, euros.market_more_eur
    market = market_gain(tariffs, euros.terms, euros.kwh, euros.members, gain_eur, more_eur)
    return Money(
        on=tariffs.on,
        period_years=years,
        local_eur_per_kwh=_mean_local_price(euros.plants),
        participants=euros.members,
        plants=euros.plants,
        pmo=_pmo(scenario, tariffs, energy, years),
        carbon=_carbon(scenario, exchange, allocation.surplus_kwh, energy, tariffs),
        full_accise_from=tariffs.accise.full_from,
        corridor=corridor,
        plan_corridor=plan_corridor,
        closure=closure(euros.members, euros.plants, euros.chart, euros.blocks, years),
        plan=euros.plans.together,
        plans=euros.plans.every,
        plan_missing=euros.plans.missing,
        plan_terms=euros.plans.terms,
        plant_income=euros.plan_income,
        rates=tariffs.rates,
        assumptions=tariffs.assumptions,
        warnings=(*tariffs.warnings, *market_warnings(market, total.gain_eur_ht, years)),
        pair_by_slot_kwh=euros.kwh.local_kwh,
        pair_eur_ht=euros.year.paid_eur[..., 0] * years,
        persons=euros.persons,
        total=total,
        market=market,
        sales=euros.sales,
        flat_npv_eur_ht=euros.flat_npv_eur,
        ledger=ledger(euros.chart, euros.blocks, years),
        year_ledger=() if horizon is None else horizon.entries,
        losses_kept_eur=0.0 if horizon is None else horizon.losses_kept_eur,
        plans_after=_plans_after(euros) if leaving else (),
    )


@dataclass(frozen=True, slots=True, eq=False)
class SharedKwh:
    """What euros ask of an allocation.

    Attributes:
        surplus_kwh: of each plant at each step, (T, M); (0, M) will do where none is sold by the hour.
    """

    sums: Energy
    by_slot: SlotVolumes
    surplus_kwh: FloatArray


def balances(
    scenario: Scenario, exchange: Exchange, shared: SharedKwh, tariffs: Tariffs
) -> tuple[PersonMoney, ...]:
    """Return the balance of each person alone, as `money` tells it, for half of the work."""
    kwh = shared.surplus_kwh, shared.sums, tariffs, _skip_appraisal, shared.by_slot
    return _euros(scenario, exchange, *kwh).persons


def _skip_appraisal(_flows_eur: FloatArray, _discount_ratio: float) -> Appraisal:
    """Return no appraisal of a plan: what a person's years are worth does not rest on it."""
    return Appraisal(npv_eur=float("nan"), irr_ratio=None, irr_state=RootState.NONE)


def alone_persons(
    scenario: Scenario,
    exchange: Exchange,
    need_kwh: FloatArray,
    taken_kwh: FloatArray,
    tariffs: Tariffs,
    plan_years: PlanYears | None = None,
) -> tuple[PersonMoney, ...]:
    """Return the balance of each person if nothing were shared: all that is injected is surplus.

    Args:
        scenario, tariffs: of an operation that shares nothing.
        need_kwh: what each participant withdraws, (N,); `taken_kwh` the same by slot, (N, S).
        plan_years: of the plan, nothing shared; None where the first one is repeated.
    """
    production_kwh = exchange.production_kwh
    plant_kwh = production_kwh.sum(axis=0)
    energy = Energy(need_kwh, np.zeros_like(need_kwh), plant_kwh, plant_kwh, exchange.own_use_kwh.sum(axis=0))
    kwh = SlotVolumes(taken_kwh, np.zeros((len(plant_kwh), *taken_kwh.shape)), plan_years)
    return _euros(scenario, exchange, production_kwh, energy, tariffs, _skip_appraisal, kwh).persons


def _corridors(
    scenario: Scenario, tariffs: Tariffs, euros: "_Euros", euros_of: Callable[[Scenario], "_Euros"]
) -> tuple[Corridor, Corridor | None]:
    if np.isnan(euros.year.sold_eur).any():  # undecided: what suits does not depend on it
        scenario = replace(scenario, prices=replace(scenario.prices, local_eur_per_kwh=0.0))
        euros = euros_of(scenario)
    buyers = [member.local_eur_per_kwh for member in tariffs.members]
    paid_eur = euros.year.paid_eur[..., 0] * euros.period_years
    price = moved_price(scenario, buyers, euros.kwh.local_kwh, paid_eur)
    later, every = None, euros.kwh.years
    if euros.plan_year.by_year and every is not None and every.local_kwh is not None:
        paid_by_year = np.moveaxis(euros.plan_year.paid_eur[..., 1:], -1, 0)
        yearly_kwh = every.each(every.local_kwh)
        yearly_kwh /= euros.period_years  # in place: it may be as large as the loads of hundreds of sites
        later = moved_price(scenario, buyers, yearly_kwh, paid_by_year)
    return corridors(
        euros.persons, price, euros.chart, euros.year.known, euros.horizon, euros.period_years, later
    )


def _carbon(
    scenario: Scenario, exchange: Exchange, surplus_kwh: FloatArray, energy: Energy, tariffs: Tariffs
) -> tuple[Carbon, ...]:
    stopped = np.zeros(exchange.steps.count)
    for m, plant in enumerate(tariffs.plants):
        if plant.surplus is not None and plant.surplus.stops:
            stopped += stopped_kwh(plant.surplus, surplus_kwh[:, m])
    produced_kwh = float(energy.production_kwh.sum() + energy.own_use_kwh.sum() - stopped.sum())
    by_year = carbon(tariffs.carbon, produced_kwh)
    return (*by_year, *hourly_carbon(tariffs.carbon, scenario.carbon, exchange, stopped))


def _plans_after(euros: "_Euros") -> tuple[PlanAfter, ...]:
    ids, terms = [member.id for member in euros.members], euros.plans.terms
    if terms is None:
        return ()
    return plans_after(ids, euros.chart, euros.plan_year, terms, euros.plan_income)


@dataclass(frozen=True, slots=True, eq=False)
class _Euros:
    """What euros are told from: bills, plants and plans, then who pays whom.

    Attributes:
        plan_income, plan_year: what the plan is made from: the first year, or each one where they differ.
        flat_npv_eur: of the plants' plan were the surplus sold at the mean of all hours; None elsewhere.
        market_more_eur: what own use would spare more at the reference of the market, (M,).
    """

    period_years: float
    terms: BillTerms
    kwh: SlotVolumes
    members: tuple[ParticipantMoney, ...]
    plants: tuple[PlantMoney, ...]
    sales: tuple[MarketSale, ...]
    flat_npv_eur: float | None
    plans: Plans
    plan_income: PlantIncome
    chart: LedgerChart
    year: YearEuros
    plan_year: YearEuros
    blocks: list[Block]
    persons: tuple[PersonMoney, ...]
    horizon: Horizon | None
    market_more_eur: FloatArray


def _euros(
    scenario: Scenario,
    exchange: Exchange,
    surplus_kwh: FloatArray,
    energy: Energy,
    tariffs: Tariffs,
    appraise: Appraise,
    kwh: SlotVolumes,
) -> _Euros:
    years = period_years(exchange.steps)
    terms = bill_terms(tariffs, scenario.prices, scenario.plants, years)
    own_use_at = _own_use_at(scenario, exchange, tariffs)
    own, at_market = own_use_at(terms), own_use_at(reference_terms(tariffs, terms))
    bills = both_bills(terms, kwh.consumption_kwh, kwh.local_kwh)
    year = year_euros(terms, _year_volumes(kwh, own, years), bills)
    members = tuple(participants_money([p.id for p in scenario.participants], tariffs, terms, kwh, bills))
    lost = _lost_kwh(scenario, energy, kwh)
    output_kwh = energy.production_kwh + energy.own_use_kwh
    shared_kwh = year.local_kwh[..., 0].sum(axis=1)
    income = plant_income(year, shared_kwh, energy.surplus_kwh / years, output_kwh / years)
    plants = tuple(plants_money(scenario.plants, tariffs.plants, income, year, years, lost_kwh=lost))
    sales = market_sales(tariffs.plants, surplus_kwh, exchange.steps.hours)
    plants = sold_by_hour(plants, tariffs.plants, surplus_kwh, exchange.production_kwh)
    plan_year, income = of_plan(scenario, tariffs, terms, kwh.years, (year, income.decided), years)
    plan = partial(plans_of, scenario, tariffs, income=income, period_years=years, appraise=appraise)
    plans, flat = plan(plants), plan(tuple(at_mean_price(plants))).together if sales else None
    chart = chart_of(scenario, plants, [member.recovers_vat for member in members])
    blocks = period_blocks(chart, year, plants, plans.flows, years)
    persons = tuple(persons_money(scenario, members, plants, chart, blocks, years))
    horizon = horizon_of(chart, plan_year, plans)
    if horizon is not None:
        members, persons = horizon.with_years(members), horizon.persons_with_years(persons)
    return _Euros(
        period_years=years,
        terms=terms,
        kwh=kwh,
        members=members,
        plants=plants,
        sales=sales,
        flat_npv_eur=None if flat is None else flat.npv_eur_ht,
        plans=plans,
        plan_income=income,
        chart=chart,
        year=year,
        plan_year=plan_year,
        blocks=blocks,
        persons=persons,
        horizon=horizon,
        market_more_eur=(at_market.spared_eur - own.spared_eur).sum(axis=0),
    )


def volumes(
    exchange: Exchange, allocation: Allocation, tariffs: Tariffs, taken_kwh: FloatArray | None = None
) -> SlotVolumes:
    """Return kWh by tariff slot: withdrawn (N, S), and from each plant to each participant (M, N, S).

    Args:
        taken_kwh: what is withdrawn, where it is counted already.
    """
    clocks = tariffs.clocks
    if taken_kwh is None:
        taken_kwh = kwh_by_slot(exchange.steps, clocks, exchange.consumption_kwh)
    return SlotVolumes(taken_kwh, local_kwh_by_slot(exchange, allocation, clocks))


def stored_volumes(
    exchange: Exchange, allocation: Allocation, tariffs: Tariffs, taken_kwh: FloatArray | None = None
) -> SlotVolumes:
    """Return the kWh of the members by slot, those given back by a battery counted to the plants behind them.

    Args:
        exchange, allocation: with the battery as last participant and last plant.
        taken_kwh: see `volumes`.
    """
    clocks = tariffs.clocks
    # The battery pays nobody here: its own clock is never read.
    local = local_kwh_by_slot(exchange, allocation, [*clocks, clocks[-1]])
    if taken_kwh is None:
        taken_kwh = kwh_by_slot(
            exchange.steps, clocks, np.ascontiguousarray(exchange.consumption_kwh[:, :-1])
        )
    return SlotVolumes(taken_kwh, given_through(local))


def _lost_kwh(scenario: Scenario, energy: Energy, kwh: SlotVolumes) -> FloatArray | None:
    """Battery losses of each plant: kWh injected and never delivered, (M,); None without battery."""
    if scenario.battery is None:
        return None
    lost: FloatArray = energy.production_kwh - energy.surplus_kwh - kwh.local_kwh.sum(axis=(1, 2))
    return np.maximum(lost, 0.0)


def _own_use_at(scenario: Scenario, exchange: Exchange, tariffs: Tariffs) -> Callable[[BillTerms], OwnUse]:
    """Build the function of bill terms that gives the value of own use; its kWh are computed once."""
    hosts = hosts_in(scenario)
    kwh = own_use_by_slot(exchange, tariffs.clocks, hosts)
    return lambda terms: own_use(terms, tariffs.plants, kwh, hosts)


def _mean_local_price(plants: Sequence[PlantMoney]) -> float | None:
    shared = sum(plant.shared_kwh for plant in plants)
    paid = [plant.local_eur_ht for plant in plants]
    return None if None in paid else for_each_kwh(sum(eur or 0.0 for eur in paid), shared)


def _pmo(scenario: Scenario, tariffs: Tariffs, energy: Energy, period_years: float) -> PmoBudget:
    prices = scenario.prices
    fees = prices.pmo_eur_per_year * period_years + prices.pmo_eur_per_kwh * float(energy.received_kwh.sum())
    return PmoBudget(
        fees_eur_ht=fees,
        fees_per_year_eur_ht=fees / period_years,
        usual_set_up_eur=tariffs.pmo_costs.set_up_eur,
        usual_yearly_eur=tariffs.pmo_costs.yearly_eur,
    )


def _year_volumes(kwh: SlotVolumes, own: OwnUse, period_years: float) -> YearVolumes:
    """Volumes of the year from which the ledger is filled, all sites present."""
    return YearVolumes(
        consumption_kwh=kwh.consumption_kwh,
        local_kwh=kwh.local_kwh,
        shared_kwh=kwh.local_kwh.sum(axis=(1, 2)),
        own_use=own,
        period_years=period_years,
        stays=np.ones(len(kwh.consumption_kwh), dtype=np.bool_),
    )
