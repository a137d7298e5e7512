"""An independent ledger: every euro that an operation moves, year by year, as double entry.

Who pays, who receives, on which line, in which year, beside nothing being built. It is made from tables and
kWh with its own formulas, in loops: no module of the program is read. Year 0 builds; what leaves one account
enters another, so that all accounts sum to nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from tests.ledger.tables import Facts, PlantFacts, SiteFacts

SUPPLIERS, NETWORK, STATE, CTA = "suppliers", "network", "state", "cta"
PMO, MARKET, WORKS = "pmo", "surplus-buyers", "works"
OUTSIDE = (SUPPLIERS, NETWORK, STATE, CTA, PMO, MARKET, WORKS)
"""Accounts that are no person: who sells power, carries it, taxes it, organises, buys the surplus, builds."""

BILL_VAT, BUILT, BUILT_VAT, GRANT, TAX = (
    "VAT on bills",
    "built",
    "VAT on what is built",
    "grant",
    "tax on profit",
)
NO_RESULT = frozenset({BUILT, BUILT_VAT, GRANT, TAX})
"""Lines that are no result of a year: what is built is depreciated; VAT that is not recovered is a cost."""

BEFORE_TAX = NO_RESULT | {BILL_VAT}
"""Lines that the gain of a year leaves out: before what is built, tax on profit and VAT on bills."""


@dataclass(frozen=True, slots=True)
class Entry:
    payer: str
    receiver: str
    line: str
    year: int
    eur: float


@dataclass(slots=True)
class Book:
    """The entries of a plan of `years` years."""

    years: int
    entries: list[Entry] = field(default_factory=list)

    def pay(self, payer: str, receiver: str, line: str, year: int, eur: float) -> None:
        """Write that one pays another; a negative amount is paid less than if nothing were built."""
        self.entries.append(Entry(payer, receiver, line, year, eur))

    def balances(self, *, but: Iterable[str] = ()) -> dict[str, list[float]]:
        """Sum what each account has in each year, some lines left out."""
        found: dict[str, list[float]] = defaultdict(lambda: [0.0] * (self.years + 1))
        for entry in self.entries:
            if entry.line not in but:
                found[entry.receiver][entry.year] += entry.eur
                found[entry.payer][entry.year] -= entry.eur
        return found

    def line(self, who: str, name: str) -> list[float]:
        """Sum what a line brings an account in each year."""
        found = [0.0] * (self.years + 1)
        for entry in self.entries:
            if entry.line == name:
                found[entry.year] += entry.eur * ((entry.receiver == who) - (entry.payer == who))
        return found


@dataclass(frozen=True, slots=True)
class Prices:
    """What a price of the first year has become in a year."""

    supply: float
    local: float
    cost: float
    market: float


def grown(ratio: float, year: int) -> float:
    """One, grown by a ratio each year after the first."""
    value = 1.0
    for _before in range(year - 1):
        value *= 1.0 + ratio
    return value


def prices_of(facts: Facts, year: int) -> Prices:
    """Grow each price by its own index; a silent one flatters nobody."""
    finance = facts.finance
    local = finance.get("indexation_ratio", 0.0)
    least = min(0.0, local)
    cost = finance.get("opex_indexation_ratio", max(local, facts.rates["pv.opex.indexation"]))
    return Prices(
        supply=grown(finance.get("supply_indexation_ratio", least), year),
        local=grown(local, year),
        cost=grown(cost, year),
        market=grown(finance.get("market_indexation_ratio", least), year),
    )


def book_of(every: Sequence[Facts], leaving_ratio: float = 0.0, bound_years: int = 1) -> Book:
    """Write the book of a plan.

    Args:
        every: the facts of each year; all but kWh are those of the first.
        leaving_ratio: part of the members without a plant who leave each year after `bound_years`.
    """
    facts = every[0]
    book = Book(len(every))
    for plant in facts.plants:
        build(book, facts, plant)
    owners = {plant.person for plant in facts.plants}
    for year in range(1, book.years + 1):
        left = (1.0 - leaving_ratio) ** max(year - bound_years, 0)
        there = [1.0 if site.person in owners else left for site in facts.sites]
        prices, now = prices_of(facts, year), every[year - 1]
        for site, part in zip(now.sites, there, strict=True):
            bill(book, now, site, part, year, prices)
        organise(book, now, there, year, prices)
        for m, plant in enumerate(now.plants):
            sell(book, now, m, there, year, prices)
            use_behind_the_meter(book, now, plant, year, prices)
            run(book, facts, plant, year, prices)
    tax_profits(book, facts)
    return book


def runs(facts: Facts, year: int) -> bool:
    return any(year <= plant.last_year for plant in facts.plants)


def pay_with_vat(
    book: Book, facts: Facts, site: SiteFacts, receiver: str, line: str, year: int, eur: float
) -> None:
    """Write a line of a bill, and the VAT on it where its person does not recover it; none to oneself."""
    book.pay(site.person, receiver, line, year, eur)
    if site.bears_vat and receiver != site.person:
        book.pay(site.person, STATE, BILL_VAT, year, eur * facts.rates["tva"])


def bill(book: Book, facts: Facts, site: SiteFacts, there: float, year: int, prices: Prices) -> None:
    """What a local kWh spares and costs, then what is due by the year whatever is received."""
    for m, plant in enumerate(facts.plants):
        kwh = site.received_kwh[m] * there
        whole = float(kwh.sum())
        spared = float(kwh @ site.supply_eur_per_kwh) * prices.supply
        pay_with_vat(book, facts, site, SUPPLIERS, "supply", year, -spared)
        pay_with_vat(book, facts, site, STATE, "accise", year, -whole * site.accise_eur_per_kwh)
        price = facts.prices["local_eur_per_mwh"] / 1000.0 * prices.local
        pay_with_vat(book, facts, site, plant.person, "local kWh", year, whole * price)
        fee = facts.prices.get("pmo_eur_per_mwh", 0.0) / 1000.0 * prices.cost
        pay_with_vat(book, facts, site, PMO, "fee by kWh", year, whole * fee)
    if runs(facts, year):
        management = site.management_eur * prices.cost * there
        pay_with_vat(book, facts, site, NETWORK, "management", year, management)
        pay_with_vat(book, facts, site, CTA, "CTA", year, management * facts.rates["cta"])


def organise(book: Book, facts: Facts, there: list[float], year: int, prices: Prices) -> None:
    """Share the yearly fee of the PMO among who is there, by the kWh of the year."""
    part = [float(site.received_kwh.sum()) * left for site, left in zip(facts.sites, there, strict=True)]
    fee = facts.prices.get("pmo_eur_per_year", 0.0) * prices.cost * runs(facts, year)
    if not sum(part):
        return  # nothing is shared: no operation
    for site, kwh in zip(facts.sites, part, strict=True):
        pay_with_vat(book, facts, site, PMO, "yearly fee", year, fee * kwh / sum(part))


def sell(book: Book, facts: Facts, m: int, there: list[float], year: int, prices: Prices) -> None:
    """Sell outside what nobody takes, and what those who left no longer buy: contract, then market."""
    plant = facts.plants[m]
    shared = sum(
        float(site.received_kwh[m].sum()) * part for site, part in zip(facts.sites, there, strict=True)
    )
    left = plant.surplus_kwh + plant.shared_kwh - shared
    if year <= plant.contract_years:
        paid = min(left, max(plant.cap_kwh - shared, 0.0))
        eur = paid * plant.price_eur_per_kwh * grown(plant.price_growth, year)
    else:
        eur = left * facts.finance.get("market_eur_per_mwh", 0.0) / 1000.0 * prices.market
    book.pay(MARKET, plant.person, "surplus", year, eur)


def use_behind_the_meter(book: Book, facts: Facts, plant: PlantFacts, year: int, prices: Prices) -> None:
    """What own use spares its host, and what the host pays an owner who is another."""
    if plant.host is None:
        return
    host, kwh = facts.sites[plant.host], plant.own_kwh
    supply = float(kwh @ host.supply_eur_per_kwh) * prices.supply
    pay_with_vat(book, facts, host, SUPPLIERS, "own use", year, -supply)
    pay_with_vat(book, facts, host, NETWORK, "own use", year, -float(kwh @ host.network_eur_per_kwh))
    pay_with_vat(book, facts, host, STATE, "own use", year, -float(kwh.sum()) * host.accise_eur_per_kwh)
    price = plant.own_use_eur_per_kwh
    pay_with_vat(book, facts, host, plant.person, "own use sold", year, float(kwh.sum()) * price)


def lost_vat(facts: Facts, plant: PlantFacts) -> float:
    """VAT that an owner pays and does not deduct; one who does not say counts none."""
    return facts.rates["tva"] if facts.vat_of.get(plant.person) in {"lost", "fctva"} else 0.0


def buy_works(book: Book, facts: Facts, plant: PlantFacts, line: str, year: int, eur: float) -> None:
    """Buy works with their VAT; the FCTVA gives a part of both back, when the plan still lasts."""
    owner, vat = plant.person, lost_vat(facts, plant)
    book.pay(owner, WORKS, line, year, eur)
    book.pay(owner, STATE, BUILT_VAT, year, eur * vat)
    back = year + int(facts.rates["fctva.delay"])
    if facts.vat_of.get(owner) == "fctva" and back <= book.years:
        book.pay(STATE, owner, BUILT_VAT, back, eur * (1.0 + vat) * facts.rates["fctva.ratio"])


def build(book: Book, facts: Facts, plant: PlantFacts) -> None:
    """Year 0: what is built, its grant and its part of the operation's; the premium comes in year 1."""
    buy_works(book, facts, plant, BUILT, 0, plant.capex_eur + plant.connection_eur)
    part = plant.capex_eur / sum(other.capex_eur for other in facts.plants)
    grant = plant.grant_eur + part * facts.finance.get("grant_eur", 0.0)
    book.pay(STATE, plant.person, GRANT, 0, grant)
    book.pay(STATE, plant.person, GRANT, 1, plant.premium_eur)


def run(book: Book, facts: Facts, plant: PlantFacts, year: int, prices: Prices) -> None:
    """What a plant costs each year that it runs, and its inverters once."""
    if year > plant.last_year:
        return
    owner, vat = plant.person, lost_vat(facts, plant)
    for line, account, eur in (
        ("operation", WORKS, plant.operation_eur),
        ("network", NETWORK, plant.turpe_eur),
    ):
        book.pay(owner, account, line, year, eur * prices.cost)
        book.pay(owner, STATE, "VAT on running", year, eur * prices.cost * vat)
    book.pay(owner, WORKS, "insurance", year, plant.insurance_eur * prices.cost)
    book.pay(owner, plant.landlord or WORKS, "rent", year, plant.rent_eur * prices.cost)
    ifer = plant.ifer_eur if year <= plant.ifer_years else plant.ifer_full_eur
    book.pay(owner, STATE, "IFER", year, ifer * prices.cost)
    if year == facts.finance["inverter_year"]:
        buy_works(book, facts, plant, "inverters", year, plant.inverter_eur * prices.cost)


def tax_profits(book: Book, facts: Facts) -> None:
    """Tax each person on plants and bills together: built over 20 years, losses carried on without end."""
    results = book.balances(but=NO_RESULT)
    general = {plant.person: facts.finance.get("tax_ratio", 0.0) for plant in facts.plants}
    for person, ratio in (general | dict(facts.tax_of)).items():
        built, grants = book.line(person, BUILT), book.line(person, GRANT)
        years, losses = min(20, book.years), 0.0
        for year in range(1, book.years + 1):
            depreciation = -(built[0] + grants[0]) / years if year <= years else 0.0
            profit = results[person][year] + grants[year] - depreciation + losses
            losses = min(profit, 0.0)
            book.pay(person, STATE, TAX, year, ratio * max(profit, 0.0))


def worth(facts: Facts, eur: Iterable[float]) -> float:
    """Worth today of an amount each year."""
    discount = float(facts.finance["discount_ratio"])
    return float(np.sum([value / (1.0 + discount) ** year for year, value in enumerate(eur)]))
