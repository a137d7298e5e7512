"""The prices of a year of the plan, for what dated changes are worth in it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from acc.accounts.price_corridor import pays_tax
from acc.accounts.producers import NEVER
from acc.accounts.values import Money
from acc.arrays import FloatArray
from acc.bills.bill import BillTerms, bill_terms, both_bills, period_years
from acc.bills.tariff_slots import slot_index
from acc.changes import DatedChange
from acc.keys import KEYS
from acc.keys.prorata import PRORATA
from acc.ledger.chart import GRANT, INVESTMENT, INVESTMENT_VAT, RENT, Paces, holders, landlords_of, paces_of
from acc.plan.cash_flows import PlanTerms, plan_terms
from acc.result.result import KeyOutcome
from acc.scenario import Scenario
from acc.steps import Steps
from acc.years.meter_sums import PlantYear, YearHolders, YearMeters, YearPrices
from acc.years.plan_years import reference_year
from acc.years.row_values import RowValues, open_changes, row_values
from acc.years.states import years_of_plant
from scenarios.operation.ready.operation import Operation

APART = frozenset({INVESTMENT, INVESTMENT_VAT, GRANT, RENT})
"""Lines of what a plant costs that are told apart from what it costs in a year."""


def prices_in(operation: Operation, chosen: KeyOutcome, year: int) -> YearPrices | None:
    """Return the prices of a year of the plan; None where what all gain is no sum of what each kWh brings.

    That is under another key than the one of the law, with a tax on profit, the ACC option of the network
    tariff, a price that is not known, a surplus sold by the hour or held back by a cap.
    """
    money, tariffs, scenario = chosen.money, operation.tariffs, operation.scenario
    if money is None or tariffs is None or money.plan_terms is None or chosen.name != PRORATA.name:
        return None
    plan, steps, clocks = money.plan_terms, operation.exchange.steps, tariffs.clocks
    terms = bill_terms(tariffs, scenario.prices, scenario.plants, period_years(steps))
    by_hour = any(plant.contract.market is not None for plant in plan.plants)
    if pays_tax(scenario) or terms.option_counted or np.isnan(terms.supply_eur_per_kwh).any() or by_hour:
        return None
    assert chosen.years is not None  # dated changes tell them apart
    if (chosen.years.by_plant("production_kwh").max(axis=1) > plan.cap_kwh[:, 0]).any():
        return None
    paces, spared = paces_of(plan, by_year=True), 1.0 - terms.taxed_year_shares[-1]
    if year <= len(terms.taxed_year_shares):
        spared = 1.0 - terms.taxed_year_shares[year - 1]
    return YearPrices(
        slots=lambda n: slot_index(steps, clocks[n]),
        spared_eur_per_kwh=terms.supply_eur_per_kwh * paces.supply[..., year, None]
        - terms.pmo_eur_per_kwh * paces.costs[year],
        accise_eur_per_kwh=terms.accise_eur_per_kwh * spared,
        exempt_ratio=1.0 - terms.local_accise_ratio,
        own_eur_per_kwh=_own_eur_per_kwh(operation, terms, paces, year),
        fixed_eur=_fixed_eur(terms, len(plan.plants)) * paces.costs[year],
        plant=lambda m, changes: _plant_year(plan, scenario.steps, year, m, tuple(changes)),
        rows=_kept_prices(operation, money, terms, paces, year),
    )


def _kept_prices(
    operation: Operation, money: Money, terms: BillTerms, paces: Paces, year: int
) -> YearHolders:
    scenario, tariffs = operation.scenario, operation.tariffs
    assert tariffs is not None  # there are prices
    of_site, of_plant = holders(scenario, money.plants)
    prices = terms.local_eur_per_kwh
    own = prices[:, :1, :1]
    alike = bool(own.size) and bool((prices == own).all())  # not where it is undecided
    return YearHolders(
        of_site=of_site,
        of_plant=of_plant,
        landlord=landlords_of(scenario),
        own_sale_eur_per_kwh=np.array([plant.own_use_eur_per_kwh or 0.0 for plant in tariffs.plants]),
        local_eur_per_kwh=own[:, 0, 0] * paces.local[year] if alike else None,
        pmo_eur=terms.pmo_eur * float(paces.costs[year]),
    )


def _own_eur_per_kwh(operation: Operation, terms: BillTerms, paces: Paces, year: int) -> FloatArray:
    base = operation.base
    assert base is not None  # there are dated changes
    hosts = [0 if host is None else host for host in base.behind]
    grows = np.broadcast_to(np.atleast_2d(paces.own_supply), (len(hosts), len(paces.steady)))[:, year, None]
    supply, network = terms.supply_eur_per_kwh[hosts], terms.network_eur_per_kwh[hosts]
    return supply * grows + network + terms.accise_eur_per_kwh[hosts][:, None]


def _fixed_eur(terms: BillTerms, plants: int) -> FloatArray:
    """Fixed cost of membership for a site that receives nothing, PMO fee excluded, (N,), EUR."""
    sites, slots = terms.supply_eur_per_kwh.shape
    before, after = both_bills(terms, np.zeros((sites, slots)), np.zeros((plants, sites, slots)))
    more: FloatArray = after.turpe_fixed_eur_ht + after.cta_eur_ht
    return more - before.turpe_fixed_eur_ht - before.cta_eur_ht


def _plant_year(
    plan: PlanTerms, steps: Steps, year: int, m: int, changes: Sequence[DatedChange]
) -> PlantYear:
    """Costs and income of a plant in a year with some changes of its own."""
    planned = plan.plants[m]
    first, last = years_of_plant(planned.id, changes, steps)
    running = replace(
        planned, first_year=first if first <= plan.finance.horizon_years else NEVER, last_year=last
    )
    alone = plan_terms([running], replace(plan.finance, grant_eur=0.0))
    cost = -sum(float(eur[0, year]) for name, eur in alone.costs_eur().items() if name not in APART)
    under_contract = bool(alone.under_contract[0, year])
    price = alone.contract_eur_per_kwh[0, year] if under_contract else alone.market_eur_per_kwh[year]
    return PlantYear(float(price), cost, -float(alone.costs_eur()[RENT][0, year]))


def changes_worth(operation: Operation, chosen: KeyOutcome) -> RowValues | None:
    """Value of each change; None where none is shown, see `acc.result.result.Result`."""
    rule, scenario, base = KEYS.get(chosen.name), operation.scenario, operation.base
    if (
        chosen.years is None
        or base is None
        or scenario.battery is not None
        or scenario.later_battery is not None
        or not scenario.sharing
    ):
        return None
    if rule is None or not rule.wastes_nothing:
        return None
    year = reference_year(len(chosen.years.energies))
    if ended := [m for m, last in operation.ground.ends.items() if last < year]:
        output = base.output_kwh.copy()
        output[:, ended] = 0.0
        base = replace(base, output_kwh=output)
    prices = prices_in(operation, chosen, year)
    meters = YearMeters.of(base, year, prices)
    worth = row_values(meters, scenario.changes)
    return replace(worth, by_audience=_values_by_audience(scenario, meters, worth))


def _values_by_audience(
    scenario: Scenario, meters: YearMeters, worth: RowValues
) -> dict[str | None, RowValues]:
    """Value of the changes known to each audience, as if there were no others.

    What all are worth, less what those that it knows are, would reveal what a company keeps to itself.
    """
    by_reader: dict[str | None, RowValues] = {}
    every = tuple(row.change for row in worth.rows)
    by_rows = {every: worth}
    for reader in (
        None,
        *sorted({name for participant in scenario.participants for name in participant.publish_to}),
    ):
        open_ = set(open_changes(scenario, reader))
        known = tuple(change for change in every if change in open_)
        if known and known not in by_rows:
            by_rows[known] = row_values(meters, known, every)
        if known:
            by_reader[reader] = by_rows[known]
    return by_reader
