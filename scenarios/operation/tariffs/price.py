"""The money of a scenario in one call: rates read, tariffs made, euros computed."""

from collections.abc import Sequence
from dataclasses import replace

from acc.accounts import assemble as euros
from acc.accounts.market_sale import captured, left_of_pool
from acc.accounts.members import SlotVolumes
from acc.accounts.person_values import PersonMoney
from acc.accounts.values import Money
from acc.arrays import FloatArray
from acc.bills.tariffs import MemberTariff, Tariffs
from acc.exchange import Exchange
from acc.indicators import Energy
from acc.scenario import Scenario
from acc.settle import Allocation
from acc.years.plan_years import PlanYears
from scenarios.operation.tariffs.appraisal import appraise
from scenarios.operation.tariffs.build import tariffs
from scenarios.rates.table import read_rates


def tariffs_of(
    scenario: Scenario, exchange: Exchange, members: Sequence[MemberTariff] | None = None
) -> Tariffs:
    """Return the tariffs of a scenario; make them once for several keys, they do not depend on the key.

    Args:
        members: those of the participants, where they are known.

    Raises:
        InputError: see `scenarios.operation.tariffs.build.tariffs`.
    """
    priced = tariffs(read_rates(), scenario, _peaks_kw(scenario, exchange), members)
    return _captured(priced, scenario, exchange) if scenario.markets else priced


def _peaks_kw(scenario: Scenario, exchange: Exchange) -> list[float | None]:
    """Return the highest load of each participant who gives no subscribed power."""
    given = [bool(site.contract.subscribed_kva) for site in scenario.participants]
    load_kwh, hours = exchange.consumption_kwh, exchange.steps.hours
    return [None if known else float(load_kwh[:, n].max()) / hours for n, known in enumerate(given)]


def _captured(priced: Tariffs, scenario: Scenario, exchange: Exchange) -> Tariffs:
    """Return the tariffs, a surplus sold by the hour at the mean price of what keys that share all leave."""
    production_kwh = exchange.production_kwh
    left = left_of_pool(production_kwh, exchange.consumption_kwh) if scenario.sharing else production_kwh
    plants = tuple(
        replace(plant, surplus=captured(plant.surplus, left[:, m], production_kwh[:, m]))
        for m, plant in enumerate(priced.plants)
    )
    return replace(priced, plants=plants)


def money(
    scenario: Scenario,
    exchange: Exchange,
    allocation: Allocation,
    energy: Energy,
    prices: Tariffs,
    kwh: SlotVolumes | None = None,
    *,
    leaving: bool = True,
) -> Money:
    """Return everything in euros of one allocation; see `acc.accounts.assemble.money`."""
    return euros.money(scenario, exchange, allocation, energy, prices, appraise, kwh, leaving=leaving)


def alone_persons(
    scenario: Scenario,
    exchange: Exchange,
    need_kwh: FloatArray,
    taken_kwh: FloatArray,
    members: Sequence[MemberTariff],
    plan_years: PlanYears | None = None,
) -> tuple[PersonMoney, ...]:
    """Return the balance of each person in a scenario that shares nothing.

    Args:
        need_kwh: what each participant withdraws, (N,); `taken_kwh` the same by slot, (N, S).
        members: tariffs of the participants as they share, whose slots these are.
        plan_years: those of the plan where dated changes tell them apart, nothing shared.
    """
    priced = tariffs_of(scenario, exchange, members)
    return euros.alone_persons(scenario, exchange, need_kwh, taken_kwh, priced, plan_years)
