"""Who is behind each site and each plant: the accounts that a ledger moves euros between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.finance import Finance
from acc.holders import holders_of
from acc.plan.cash_flows import PlanTerms, grown
from acc.scenario import Scenario
from acc.sites import Person, Plant


class Account(StrEnum):
    """Who is no person of the operation, and pays or receives."""

    SUPPLIERS = "suppliers"
    NETWORK = "network"
    STATE = "state"
    """Accise, and the VAT that is not recovered."""
    CTA = "cta"
    """Pensions of the electricity and gas industries, paid by the contribution tarifaire."""
    PMO = "pmo"
    MARKET = "surplus-buyers"
    """Who buys the surplus."""
    WORKS = "works"
    """Who builds and runs the plants for their owners."""
    LEFT_OUT = "left-out"
    """Sites whose euros are unknown, and who buy local kWh all the same."""
    POOL = "pool"
    """Where buyers pay and sellers are paid, when who bought from whom is not told: it keeps nothing."""


OUTSIDE = tuple(Account)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LedgerChart:
    """The accounts of a scenario: P persons, N sites, M plants. A number is a person's, then an account's.

    Attributes:
        persons: ids, in the order in which sites and then plants name them.
        site, plant: the person of each site, (N,), and of each plant, (M,).
        host: whose bill the own use of each plant spares, (M,): its owner's on the network.
        landlord: who receives its rent, (M,).
        tax_ratio: on the profit of each person, (P,); 0 where it pays none.
        bears_vat, host_bears_vat: sites that recover no VAT, (N,); plants behind the meter of one, (M,).
    """

    persons: tuple[str, ...]
    site: IntArray
    plant: IntArray
    host: IntArray
    landlord: IntArray
    tax_ratio: FloatArray
    bears_vat: BoolArray
    host_bears_vat: BoolArray

    @property
    def names(self) -> tuple[str, ...]:
        """Ids of persons, then accounts outside."""
        return (*self.persons, *OUTSIDE)

    @property
    def buys_itself_and_others(self) -> bool:
        """Whether a site that bears VAT may buy of its own plants and of others: VAT is on these."""
        own = self.bears_vat & (self.plant[:, None] == self.site)
        return bool((own.any(axis=0) & ~own.all(axis=0)).any())

    def of(self, account: Account) -> int:
        """Return the number of an account outside."""
        return len(self.persons) + OUTSIDE.index(account)


class Owned(Protocol):
    """A plant that somebody owns, priced or earning."""

    @property
    def owner(self) -> str:
        """Return the producer: a participant's id, a third party's name, or the plant's own id."""


def chart_of(scenario: Scenario, plants: Sequence[Owned], recovers_vat: Sequence[bool]) -> LedgerChart:
    """Return the accounts of a scenario.

    Args:
        plants: in the order of the scenario.
        recovers_vat: of each site, as counted.
    """
    of_site, of_plant = holders(scenario, plants)
    persons = tuple(dict.fromkeys((*of_site, *of_plant)))
    number = {person: at for at, person in enumerate(persons)}
    row = {site.id: n for n, site in enumerate(scenario.participants)}
    behind = [row.get(plant.behind or "") for plant in scenario.plants]
    hosts = [owner if n is None else of_site[n] for n, owner in zip(behind, of_plant, strict=True)]
    works = len(persons) + OUTSIDE.index(Account.WORKS)
    bears = [not recovers for recovers in recovers_vat]
    taxes = {} if scenario.finance is None else tax_ratios(scenario, of_plant, scenario.finance)
    return LedgerChart(
        persons=persons,
        site=_numbers([number[person] for person in of_site]),
        plant=_numbers([number[person] for person in of_plant]),
        host=_numbers([number[person] for person in hosts]),
        landlord=_numbers([number.get(landlord, works) for landlord in landlords_of(scenario)]),
        tax_ratio=np.array([taxes.get(person, 0.0) for person in persons], dtype=np.float64),
        bears_vat=np.array(bears, dtype=np.bool_),
        host_bears_vat=np.array([n is not None and bears[n] for n in behind], dtype=np.bool_),
    )


def holders(scenario: Scenario, plants: Sequence[Owned]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the person of each participant and of each plant, by id; see `holders_of`."""
    return holders_of(scenario, [owned.owner for owned in plants])


def owner_of(scenario: Scenario, plant: Plant) -> Person | None:
    """Return the person who owns a plant, where `persons.csv` tells of it: by id, by name, by its site."""
    sites = {site.id: site.person for site in scenario.participants}
    names = {plant.producer, sites.get(plant.producer)}
    return next((p for p in scenario.persons or () if p.id in names or p.name in names), None)


def landlords_of(scenario: Scenario) -> tuple[str, ...]:
    """Who receives the rent of each plant, (M,): a person, or `Account.WORKS` for who holds nothing here."""
    sites, owners = holders_of(scenario, [plant.producer for plant in scenario.plants])
    _sites, named = holders_of(scenario, [plant.landlord or "" for plant in scenario.plants])
    inside = {*sites, *owners}
    return tuple(landlord if landlord in inside else Account.WORKS for landlord in named)


def tax_ratios(scenario: Scenario, of_plant: Sequence[str], finance: Finance) -> dict[str, float]:
    """Profit tax ratio of each taxed person, by id: from `persons.csv`, else `[finance]` for owners."""
    general = dict.fromkeys(of_plant, finance.tax_ratio)
    own = {p.id: p.profit_tax_ratio for p in scenario.persons or () if p.profit_tax_ratio is not None}
    return {id_: ratio for id_, ratio in (general | own).items() if ratio > 0.0}


def _numbers(values: Sequence[int]) -> IntArray:
    return np.array(values, dtype=np.int64)


class Index(StrEnum):
    """What the price of a line follows over the years."""

    FLAT = "flat"
    SUPPLY = "supply"
    COSTS = "costs"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the bills, or of own use.

    Attributes:
        other: who receives it.
        of_kwh: whether it follows local kWh, and fades with the plants; else it is paid whole while one runs.
    """

    name: str
    other: Account
    index: Index = Index.FLAT
    of_kwh: bool = True


SUPPLY = LedgerLine("supply_eur_ht", Account.SUPPLIERS, Index.SUPPLY)
PMO = "pmo_eur_ht"
PMO_BY_KWH = LedgerLine(PMO, Account.PMO, Index.COSTS)
PMO_SHARED = LedgerLine(PMO, Account.PMO, Index.COSTS, of_kwh=False)
"""The part of the PMO's fee that is shared whatever is received."""

ACCISE = LedgerLine("accise_eur_ht", Account.STATE)

BILLED = (
    SUPPLY,
    LedgerLine("turpe_fixed_eur_ht", Account.NETWORK, Index.COSTS, of_kwh=False),
    LedgerLine("withdrawal_eur_ht", Account.NETWORK),
    ACCISE,
    LedgerLine("cta_eur_ht", Account.CTA, Index.COSTS, of_kwh=False),
)
"""Lines of a bill, named as `acc.bills.bill.Bill` does; the PMO's fee, in two parts, is beside."""

OWN_USE, OWN_SALE = "own_use_eur_ht", "own_sale_eur_ht"
"""What own use spares its host, and what a host pays for it to an owner who is another person."""

SPARED = (
    LedgerLine(OWN_USE, Account.SUPPLIERS, Index.SUPPLY),
    LedgerLine(OWN_USE, Account.NETWORK),
    LedgerLine(OWN_USE, Account.STATE),
)
"""Who receives less for what own use spares, in the order of `acc.bills.surplus.OwnUse`."""

LOCAL, SURPLUS = "local_eur_ht", "surplus_eur_ht"
VAT, TAX, RENT = "vat_eur", "profit_tax_eur", "rent_eur_ht"
INVESTMENT, INVESTMENT_VAT, GRANT = "investment_eur_ht", "investment_vat_eur", "grant_eur"
RUNNING, RUNNING_VAT = "running_eur_ht", "running_vat_eur"
"""`RUNNING`: operation and all yearly charges of a plant as one, over a period."""

YEARLY = ("opex_eur_ht", "insurance_eur_ht", "injection_turpe_eur_ht", "ifer_eur")
"""What is paid each year to run a plant: `RUNNING` over a period; rent is beside."""

PAID_BY_OWNERS: Mapping[str, Account] = {
    INVESTMENT: Account.WORKS,
    "inverter_eur_ht": Account.WORKS,
    "opex_eur_ht": Account.WORKS,
    "insurance_eur_ht": Account.WORKS,
    "injection_turpe_eur_ht": Account.NETWORK,
    "ifer_eur": Account.STATE,
    INVESTMENT_VAT: Account.STATE,
    RUNNING_VAT: Account.STATE,
}
PAID_TO_OWNERS: Mapping[str, Account] = {GRANT: Account.STATE, SURPLUS: Account.MARKET}
"""Lines of `acc.plan.values.CashFlows`, and who is on the other side.

Local sales, own use and rent are beside.
"""

NO_RESULT = frozenset({INVESTMENT, INVESTMENT_VAT, GRANT})
"""Lines that are no result of the year: the investment is depreciated."""


@dataclass(frozen=True, slots=True, eq=False)
class Paces:
    """What becomes of a euro of the first year in each of the years Y that a ledger is filled for.

    Attributes:
        fade: of what each plant makes, (M, Y).
        local, costs: the growth of each price, (Y,); `supply`, of each site, (N, Y) or (1, Y), and
            `own_supply` above each plant, (M, Y) or (1, Y).
        steady, yearly: 1 in each year, and in each year in which a plant runs, (Y,); none in year 0.
    """

    fade: FloatArray
    local: FloatArray
    supply: FloatArray
    costs: FloatArray
    steady: FloatArray
    yearly: FloatArray
    own_supply: FloatArray

    def grown(self, index: Index) -> FloatArray:
        """Return the growth of the price of a line of bills, (Y,) or (N, Y)."""
        flat = np.ones(1)
        return {Index.FLAT: flat, Index.SUPPLY: self.supply, Index.COSTS: self.costs}[index]

    def grown_above(self, index: Index) -> FloatArray:
        """Return the growth of what own use spares, (Y,) or (M, Y)."""
        return self.own_supply if index is Index.SUPPLY else self.grown(index)

    def dated(self, year_shares: Sequence[float]) -> FloatArray:
        """Values of each year, (Y,), from one per year since the start; the last one is repeated."""
        years = np.cumsum(self.steady).astype(np.intp) - 1
        return np.array(year_shares)[np.minimum(np.maximum(years, 0), len(year_shares) - 1)] * self.steady


def first_year_paces(plants: int) -> Paces:
    """Return the paces of the first year alone."""
    flat = np.ones(1)
    return Paces(np.ones((plants, 1)), flat, flat, flat, flat, flat, flat)


def paces_of(terms: PlanTerms, *, by_year: bool = False) -> Paces:
    """Return the paces of a plan, years 0 to H; where kWh are told year by year nothing fades by formula."""
    finance, years = terms.finance, terms.finance.horizon_years
    fade = terms.running.astype(np.float64) if by_year else terms.fade
    return Paces(
        fade=fade,
        local=grown(finance.indexation_ratio, years) * terms.steps.local,
        supply=grown(finance.supply_growth_ratio, years) * terms.steps.sites,
        costs=grown(terms.cost_growth_ratio, years),
        steady=(np.arange(years + 1) > 0).astype(np.float64),
        yearly=np.any(terms.running, axis=0).astype(np.float64),
        own_supply=grown(finance.supply_growth_ratio, years) * terms.steps.hosts,
    )
