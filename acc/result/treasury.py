"""What a treasurer is told of a person: its first year by nature, its loan, what of its output is sold."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from acc.accounts.holdings import Holding
from acc.accounts.values import Money, ParticipantMoney
from acc.bills.bill import Bill
from acc.bills.tariffs import VatRates
from acc.holders import holders_of
from acc.ledger.budget import Budget, budget_of
from acc.plan.taxes import PaidVat, paid_vat
from acc.result.result import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldPart:
    """What the plants of a person make over the period, kWh, and how much of it others pay for.

    Attributes:
        to_members_kwh: to sites of others, own use that a host pays for included.
    """

    produced_kwh: float
    to_members_kwh: float
    surplus_kwh: float

    @property
    def sold_kwh(self) -> float:
        """What is sold: the activity whose share of the plant may deduct VAT."""
        return self.to_members_kwh + self.surplus_kwh

    @property
    def sold_ratio(self) -> float:
        """Sold over produced; the rest serves the person itself."""
        return self.sold_kwh / self.produced_kwh if self.produced_kwh > 0.0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchases:
    """What a person pays for the electricity of its sites in a year, by nature, EUR without tax.

    Attributes:
        taxes: accise and CTA.
        bought: from other persons, in the operation and behind its meters; what its own plants give is free.
    """

    supply_eur_ht: float
    network_eur_ht: float
    taxes_eur_ht: float
    bought_eur_ht: float = 0.0
    fee_eur_ht: float = 0.0

    @property
    def total_eur_ht(self) -> float:
        """All of it."""
        billed = self.supply_eur_ht + self.network_eur_ht + self.taxes_eur_ht
        return billed + self.bought_eur_ht + self.fee_eur_ht


@dataclass(frozen=True, slots=True, kw_only=True)
class Treasury:
    """The first year of one person, EUR without tax; the works are those of year 0.

    Attributes:
        annuity_eur: interest and principal; `works_eur_ht` what is invested, grants not deducted.
        without, with_operation: purchases of electricity; None where a price is unknown.
        taxed_running_eur_ht: upkeep and network of a year, which bear VAT.
        works_vat, running_vat: on the works, and on those; None without works.
    """

    budget: Budget[float]
    annuity_eur: float
    works_eur_ht: float
    sold: SoldPart
    without: Purchases | None = None
    with_operation: Purchases | None = None
    taxed_running_eur_ht: float = 0.0
    works_vat: PaidVat | None = None
    running_vat: PaidVat | None = None

    @property
    def balance_eur(self) -> float:
        """What is received less what is paid, the loan with it, purchases avoided left out."""
        return self.budget.received_eur_ht - self.budget.paid_eur_ht - self.annuity_eur

    @property
    def with_saved_eur(self) -> float:
        """The same with them."""
        return self.balance_eur + self.budget.saved_eur_ht


def treasury(result: Result, holding: Holding) -> Treasury | None:
    """Return the first year of a person; None where euros are not computed."""
    money = result.money
    if money is None:
        return None
    plan = next((plan for plan in money.plans if plan.owner == holding.id), None)
    budget, sold = budget_of(money.ledger, holding.id, money.period_years), sold_part(result, holding)
    works = 0.0 if plan is None else -float(plan.flows.investment_eur_ht[0])
    plants = () if plan is None or money.plan_terms is None else money.plan_terms.plants
    charges = next((plant.charges for plant in plants if plant.owner == holding.id), None)
    works_vat, running_vat, running = None, None, 0.0
    if plan is not None and charges is not None and works:
        works_vat = paid_vat(charges.vat_rates, charges.vat, works, sold.sold_ratio)
        # The FCTVA is counted on investments alone, as the plan does.
        alone, counted = VatRates(ratio=charges.vat_rates.ratio), VatRates(ratio=charges.vat.ratio)
        running = -float(plan.flows.opex_eur_ht[1] + plan.flows.injection_turpe_eur_ht[1])
        running_vat = paid_vat(alone, counted, running, sold.sold_ratio)
    return Treasury(
        budget=budget,
        annuity_eur=0.0 if plan is None else float(plan.flows.debt_service_eur[1]),
        works_eur_ht=works,
        sold=sold,
        without=_billed(money, holding, lambda site: site.before),
        with_operation=_with_operation(_billed(money, holding, lambda site: site.after), budget),
        taxed_running_eur_ht=running,
        works_vat=works_vat,
        running_vat=running_vat,
    )


def _billed(
    money: Money, holding: Holding, of: Callable[[ParticipantMoney], Bill[float] | None]
) -> Purchases | None:
    """Payments to suppliers, network and State in a year, EUR; None where a site is unknown."""
    sites, years = [money.participants[n] for n in holding.sites], money.period_years
    bills = [bill for site in sites if site.saving_eur_ht is not None and (bill := of(site)) is not None]
    if not sites or len(bills) < len(sites):
        return None
    return Purchases(
        supply_eur_ht=sum(bill.supply_eur_ht for bill in bills) / years,
        network_eur_ht=sum(bill.turpe_eur_ht for bill in bills) / years,
        taxes_eur_ht=sum(bill.accise_eur_ht + bill.cta_eur_ht for bill in bills) / years,
    )


def _with_operation(billed: Purchases | None, budget: Budget[float]) -> Purchases | None:
    if billed is None:
        return None
    bought = budget.bought_from_members_eur_ht + budget.bought_own_use_eur_ht
    return replace(billed, bought_eur_ht=bought, fee_eur_ht=budget.fee_eur_ht)


def sold_part(result: Result, holding: Holding) -> SoldPart:
    """Production of the plants of a person and its sold part, over the period, kWh."""
    money, energy, plants = result.money, result.energy, list(holding.plants)
    pairs = None if money is None else money.pair_by_slot_kwh
    scenario = result.scenario
    people, _plants = holders_of(scenario, [])
    host = dict(zip((site.id for site in scenario.participants), people, strict=True))
    hosted = [m for m in plants if host.get(scenario.plants[m].behind or "", holding.id) != holding.id]
    others = [n for n, person in enumerate(people) if person != holding.id]
    shared = 0.0 if pairs is None else float(pairs[np.ix_(plants, others)].sum())
    return SoldPart(
        produced_kwh=float((energy.production_kwh + energy.own_use_kwh)[plants].sum()),
        to_members_kwh=shared + float(energy.own_use_kwh[hosted].sum()),
        surplus_kwh=float(energy.surplus_kwh[plants].sum()),
    )
