"""What a lender asks of the plan: how each year covers the debt, at P50 and P90, under each strain.

All producers, each with its own loan on the same terms, or one by one. Less output is sold, shared and used
in the same parts as in the run, which is prudent. What members who leave bought is sold as surplus.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from math import nan
from typing import Any

import numpy as np

from acc.accounts.members import churn_weight, commitment_years, kept_sales
from acc.accounts.persons import Holding
from acc.accounts.values import Money, ParticipantMoney
from acc.arrays import FloatArray
from acc.bills.bill import Bill
from acc.bills.tariffs import VatRates
from acc.holders import holders_of
from acc.ledger.sums import Budget, budget_of
from acc.plan.cash_flows import PlanTerms, payback, producer_flows, sum_flows
from acc.plan.plants import KeptSales, PlantIncome
from acc.plan.values import CashFlows, PaidVat, cover_by_year, debt_cover, paid_vat
from acc.result.buyers import Buyer, Sales
from acc.result.result import Result
from acc.scenario import Scenario

MORE_RATIO = 0.10
"""By how much investment and running costs rise, and the local price falls: what lenders usually ask."""

MOST_TIMES = 1024.0
"""Above this many times the output or the price, a cover of one is told to be out of reach."""

RUNNING = (
    *("opex_eur_ht", "insurance_eur_ht", "rent_eur_ht", "injection_turpe_eur_ht", "ifer_eur"),
    "running_vat_eur",
)
"""Lines of `CashFlows` that run a plant each year."""


class Strain(StrEnum):
    """What is changed in the plan; under all but `NONE` inverters are paid from a reserve."""

    NONE = "none"
    RESERVE = "reserve"
    """Inverters are paid from a reserve, in equal parts each year until they are replaced."""
    CAPEX = "capex"
    """Investment, and what follows it where the folder is silent: the loan grows with it."""
    OPEX = "opex"
    """Every yearly cost."""
    PRICE = "price"
    """The local price."""
    ALL = "all"
    """These three at once."""
    CONNECTION = "connection"
    """Connections that nobody knows cost their upper figure."""
    CHURN = "churn"
    """A part of the members leaves each year."""
    LARGEST = "largest"
    """The largest buyer leaves once its commitment is over."""
    SURPLUS = "surplus"
    """Nothing is shared: all that is injected is surplus."""
    RECEIPTS = "receipts"
    """What owners use themselves brings nothing: it is no receipt, it spares a purchase."""


@dataclass(frozen=True, slots=True, eq=False)
class Loan:
    """The plan under one strain at one output: flows of each producer, debt and tax with them, (H + 1,)."""

    by_owner: Mapping[str, CashFlows]

    @property
    def flows(self) -> CashFlows:
        """Those of all of them together."""
        return sum_flows(self.by_owner.values())

    @property
    def borrowers(self) -> tuple[str, ...]:
        """Owners who borrow, the largest loan first."""
        loans = {id_: float(flows.loan_eur.sum()) for id_, flows in self.by_owner.items()}
        return tuple(sorted((id_ for id_, loan in loans.items() if loan), key=lambda id_: -loans[id_]))

    def of(self, owners: Iterable[str]) -> "Loan":
        """Return the part of some of the owners: the cash of their plants, and their loans."""
        return Loan({id_: self.by_owner[id_] for id_ in owners})

    @property
    def cover_by_year(self) -> FloatArray:
        """Cash over debt service in each year; nan in a year without service."""
        return cover_by_year(self.flows)

    @property
    def cover(self) -> tuple[float, float] | None:
        """Lowest and mean cover; None without debt."""
        return debt_cover(self.flows)

    @property
    def payback_years(self) -> float | None:
        """From when on the cash of the plants, before debt, stays at or above zero."""
        return payback(self.flows.project_eur_ht)[0]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lending:
    """What a lender is told.

    Attributes:
        p50, p90: the loan under each strain; `p90` is empty where nothing was drawn.
        largest: None where nobody who may leave buys anything.
        unit_cover_output_ratio, unit_cover_price_ratio: multipliers of output and of local price for
            the lowest cover to be one, inverters paid from a reserve; None without debt, or out of reach.
        avoided_ratio: part of the first year's income that is purchases avoided, no receipt.
    """

    p50: Mapping[Strain, Loan]
    p90: Mapping[Strain, Loan]
    largest: Buyer | None
    unit_cover_output_ratio: float | None
    unit_cover_price_ratio: float | None
    avoided_ratio: float
    commitment_years: int


def lending(result: Result, owner: str = "") -> Lending | None:
    """Figures for a lender, of all producers or of one; None without a plan, or a plant of the one."""
    money, finance = result.money, result.scenario.finance
    if money is None or finance is None or money.plan_terms is None or money.plant_income is None:
        return None
    if owner and owner not in {plant.owner for plant in money.plan_terms.plants}:
        return None
    sales = Sales.of(result.scenario, money, owner)
    terms, income = money.plan_terms, money.plant_income
    doubt = None if result.drawn is None else result.drawn.output_of(owner)
    middle = 1.0 if doubt is None else doubt.middle_ratio
    book = _Book(terms, income, sales, owner)
    replaces = any(plant.inverter_eur for plant in terms.plants) and bool(finance.inverter_year)
    untold = {
        Strain.RESERVE: not replaces,
        Strain.CONNECTION: terms.connected is None,
        Strain.LARGEST: sales.largest is None,
    }
    strains = [strain for strain in Strain if not untold.get(strain, False)]
    smooth = Strain.RESERVE if replaces else Strain.NONE
    p50 = {strain: book.loan(strain, middle) for strain in strains}
    has_debt = p50[Strain.NONE].cover is not None
    first = income.first
    total_eur = float((first.local_eur + first.own_use_eur)[sales.lent].sum() + sales.surplus_eur)
    return Lending(
        p50=p50,
        p90={} if doubt is None else {strain: book.loan(strain, doubt.p90_ratio) for strain in strains},
        largest=sales.largest_buyer(),
        unit_cover_output_ratio=_multiplier_at_unit_cover(lambda times: book.loan(smooth, middle * times))
        if has_debt
        else None,
        unit_cover_price_ratio=_multiplier_at_unit_cover(lambda times: book.loan(smooth, middle, times))
        if has_debt
        else None,
        avoided_ratio=sales.avoided_eur / total_eur if total_eur > 0.0 else 0.0,
        commitment_years=commitment_years(finance),
    )


def loan_without_largest_buyer(scenario: Scenario, money: Money) -> tuple[Buyer, Loan] | None:
    """Largest buyer of all producers together, and their loans once it is gone, at the run's own output.

    None without a plan, or where nobody who may leave buys anything.
    """
    terms, income = money.plan_terms, money.plant_income
    if terms is None or income is None:
        return None
    sales = Sales.of(scenario, money, "")
    buyer = sales.largest_buyer()
    return None if buyer is None else (buyer, _Book(terms, income, sales, "").loan(Strain.LARGEST, 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class _Book:
    """The plan that strains are put on; `owner`: the borrower, empty for all."""

    terms: PlanTerms
    income: PlantIncome
    sales: Sales
    owner: str

    def loan(self, strain: Strain, output_ratio: float, price_ratio: float = 1.0) -> Loan:
        """Return the plan under a strain, what plants make and the local price multiplied."""
        income = self.income.times(output_ratio)
        if strain is Strain.RECEIPTS:
            spared = self.sales.own_use_spared
            spared = spared[:, None] if income.by_year else spared
            bare: dict[str, Any] = {name: np.where(spared, 0.0, getattr(income, name)) for name in OWN_USE}
            income = replace(income, **bare)
        every = strain is Strain.ALL
        terms = (strain is Strain.CONNECTION and self.terms.connected) or self.terms
        capex = 1.0 + MORE_RATIO * (every or strain is Strain.CAPEX)
        flows = terms.flows(income, capex, self._kept(strain) or self._at_price(price_ratio))
        if every or strain is Strain.OPEX:
            dearer = {name: getattr(flows, name) * (1.0 + MORE_RATIO) for name in RUNNING}
            flows = replace(flows, **dearer)
        if strain is not Strain.NONE:
            flows = replace(flows, inverter_eur_ht=_set_aside(flows.inverter_eur_ht))
        loan = Loan(producer_flows(terms, flows))
        return loan.of([self.owner]) if self.owner else loan

    def _at_price(self, price_ratio: float) -> KeptSales:
        every = np.ones_like(self.terms.fade)
        return KeptSales(every, price_ratio * every)

    def _kept(self, strain: Strain) -> KeptSales | None:
        """Remaining fraction of local sales under a strain; None for all of them."""
        finance, sales = self.terms.finance, self.sales
        years = np.arange(finance.horizon_years + 1)
        match strain:
            case Strain.PRICE | Strain.ALL:
                return self._at_price(1.0 - MORE_RATIO)
            case Strain.RECEIPTS:
                sold = np.where(sales.own, 0.0, sales.eur).sum(axis=1), sales.eur.sum(axis=1)
                part = np.divide(*sold, out=np.ones_like(sold[0]), where=sold[1] > 0.0)
                every = np.ones_like(self.terms.fade)
                return KeptSales(every, part[:, None] * every)
            case Strain.CHURN:
                weight = churn_weight(sales.free, finance)
            case Strain.LARGEST if sales.largest is not None:
                absent = sales.largest[:, None] & (years > commitment_years(finance))
                weight = np.where(absent, 0.0, 1.0)
            case Strain.SURPLUS:
                weight = np.zeros((len(sales.free), len(years)))
            case _:
                return None
        return kept_sales(sales.kwh, sales.eur, weight)


OWN_USE = ("own_use_eur", "own_supply_eur")


def _set_aside(inverter_eur: FloatArray) -> FloatArray:
    """Reserve for later payments, (M, H + 1), EUR: equal parts in each year until the last one."""
    if not inverter_eur.any():
        return inverter_eur
    last = int(np.flatnonzero(inverter_eur.any(axis=0))[-1])
    spread = np.zeros_like(inverter_eur)
    spread[:, 1 : last + 1] = inverter_eur.sum(axis=1, keepdims=True) / last
    return spread


def _multiplier_at_unit_cover(loan: Callable[[float], Loan]) -> float | None:
    """Multiplier at which the lowest cover ratio equals 1; None where it is out of reach."""

    def lowest(strain_ratio: float) -> float:
        cover = loan(strain_ratio).cover
        return np.inf if cover is None else cover[0]

    low, high = 0.0, 1.0
    if lowest(low) >= 1.0:
        return low
    while lowest(high) < 1.0:
        low, high = high, 2.0 * high
        if high > MOST_TIMES:
            return None
    for _halving in range(40):
        middle = (low + high) / 2.0
        low, high = (middle, high) if lowest(middle) < 1.0 else (low, middle)
    return high


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Treasury:
    """The first year of one person, EUR without tax; the works are those of year 0.

    Attributes:
        flows: of its plants, loan and VAT with them, (H + 1,); None where it has no plan.
        years: the budget of each year of the plan, (H + 1,); None without a plan.
        vat_ratio: in force, of a price without VAT; nan where no rate was read.
        without, with_operation: purchases of electricity; None where a price is unknown.
        works_vat, running_vat: on the works, and on upkeep and network of a year; None without works.
        returned_after_years: of the FCTVA.
    """

    budget: Budget[float]
    sold: SoldPart
    flows: CashFlows | None
    years: Budget[FloatArray] | None = None
    vat_ratio: float = nan
    without: Purchases | None = None
    with_operation: Purchases | None = None
    works_vat: PaidVat | None = None
    running_vat: PaidVat | None = None
    returned_after_years: int = 0

    @property
    def balance_eur(self) -> float:
        """What is received less what is paid, the loan with it, purchases avoided left out."""
        return self.budget.received_eur_ht - self.budget.paid_eur_ht - self.annuity_eur

    @property
    def annuity_eur(self) -> float:
        """Interest and principal of the first year."""
        return self.paid_eur("interest_eur") + self.paid_eur("principal_eur")

    @property
    def works_eur_ht(self) -> float:
        """Investment, connection with it as far as it is known, grants not deducted."""
        return self.paid_eur("investment_eur_ht", year=0)

    @property
    def taxed_running_eur_ht(self) -> float:
        """Upkeep and network of the first year, which bear VAT."""
        return self.paid_eur("opex_eur_ht") + self.paid_eur("injection_turpe_eur_ht")

    def paid_eur(self, line: str, *, year: int = 1) -> float:
        """Payment in a year under a line of `CashFlows`, positive; 0 where there is no plan."""
        return 0.0 if self.flows is None else -float(getattr(self.flows, line)[year]) + 0.0


def treasury(result: Result, holding: Holding) -> Treasury | None:
    """Return the first year of a person; None where euros are not computed."""
    if (money := result.money) is None:
        return None
    flows = next((plan.flows for plan in money.plans if plan.owner == holding.id), None)
    budget, sold = budget_of(money.ledger, holding.id, money.period_years), sold_part(result, holding)
    plants = () if money.plan_terms is None else money.plan_terms.plants
    charges = next((plant.charges for plant in plants if plant.owner == holding.id), None)
    vat, plan = [plant.charges.vat_rates.vat_ratio for plant in plants], money.plan
    none = None if plan is None else np.zeros_like(plan.flows.tax_eur)
    book = Treasury(
        budget=budget,
        sold=sold,
        flows=flows,
        years=None if none is None else budget_of(money.year_ledger, holding.id, 1.0, none),
        vat_ratio=vat[0] if vat else nan,
        without=_billed(money, holding, lambda site: site.before),
        with_operation=_with_operation(_billed(money, holding, lambda site: site.after), budget),
    )
    if charges is None or not book.works_eur_ht:
        return book  # below, the FCTVA is counted on investments alone, as the plan does
    alone, counted = (VatRates(vat_ratio=rates.vat_ratio) for rates in (charges.vat_rates, charges.vat))
    return replace(
        book,
        works_vat=paid_vat(charges.vat_rates, charges.vat, book.works_eur_ht, sold.sold_ratio),
        running_vat=paid_vat(alone, counted, book.taxed_running_eur_ht, sold.sold_ratio),
        returned_after_years=charges.vat_rates.returned_after_years,
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
    pairs, scenario = None if money is None else money.pair_by_slot_kwh, result.scenario
    people, _plants = holders_of(scenario, [])
    host = dict(zip((site.id for site in scenario.participants), people, strict=True))
    hosted = [m for m in plants if host.get(scenario.plants[m].behind or "", holding.id) != holding.id]
    others = [n for n, person in enumerate(people) if person != holding.id]
    shared = 0.0 if pairs is None else float(pairs[np.ix_(plants, others)].sum())
    stopped = 0.0 if money is None else sum(money.plants[m].stopped_kwh for m in plants)
    return SoldPart(
        produced_kwh=float((energy.production_kwh + energy.own_use_kwh)[plants].sum()) - stopped,
        to_members_kwh=shared + float(energy.own_use_kwh[hosted].sum()),
        surplus_kwh=float(energy.surplus_kwh[plants].sum()) - stopped,
    )
