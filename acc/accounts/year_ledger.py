"""The same double entry as `acc.accounts.ledger`, year by year over the plan: year 0 builds, then H years.

The present value of a person is that of its entries: what is in no entry is in no balance.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from acc.accounts.ledger import (
    BILL_ACCOUNTS,
    LOCAL,
    OWN_SALE,
    OWN_USE,
    RENT,
    SPARED_ACCOUNTS,
    VAT,
    LedgerInputs,
    own_use_buyers,
)
from acc.accounts.person_values import YearEntry
from acc.accounts.site_years import SiteYears
from acc.accounts.values import PlantMoney
from acc.arrays import FloatArray
from acc.finance import Finance
from acc.ledger.chart import Account, holders, landlords_of
from acc.plan.cash_flows import faded
from acc.plan.plan_terms import rent_eur
from acc.plan.taxes import profit_eur, profit_tax_eur
from acc.plan.values import CashFlows, Plan
from acc.scenario import Scenario

TO_PAY: tuple[tuple[str, Account], ...] = (
    ("investment_eur_ht", Account.WORKS),
    ("inverter_eur_ht", Account.WORKS),
    ("opex_eur_ht", Account.WORKS),
    ("insurance_eur_ht", Account.WORKS),
    ("injection_turpe_eur_ht", Account.NETWORK),
    ("ifer_eur", Account.STATE),
    ("investment_vat_eur", Account.STATE),
    ("running_vat_eur", Account.STATE),
    ("grant_eur", Account.STATE),
    ("surplus_eur_ht", Account.MARKET),
)
"""Lines of a producer's plan and who is on the other side; local sales, own use and rent are told apart."""

YEAR_ACCOUNTS = {
    **BILL_ACCOUNTS,
    "turpe_fixed_eur_ht": Account.NETWORK,
    "withdrawal_eur_ht": Account.NETWORK,
    VAT: Account.STATE,
}
"""Lines of the bills; the network tariff is in two, of which only the fixed part grows."""

TAX, INVESTMENT_VAT = "profit_tax_eur", "investment_vat_eur"
DEDUCTED = frozenset({VAT, "investment_eur_ht", "investment_vat_eur", "grant_eur"})
"""Lines that are no result of the year: the investment is depreciated, VAT on bills is told apart."""


def year_ledger(
    scenario: Scenario,
    plants: Sequence[PlantMoney],
    plans: Sequence[Plan],
    parts: LedgerInputs,
    sites: SiteYears,
) -> tuple[YearEntry, ...]:
    """Return every payment that plants and operation change in each year, taxes on profit apart."""
    of_site, of_plant = holders(scenario, plants)
    entries = [*_bills(of_site, sites), *_local(of_site, of_plant, parts, sites)]
    holder = dict(zip((earned.owner for earned in plants), of_plant, strict=True))
    for plan in plans:
        entries += _plan(holder[plan.owner], plan.flows)
    assert scenario.finance is not None
    entries += _own_use(of_plant, parts, own_use_buyers(scenario, plants, parts), scenario.finance)
    for year, owner, landlord in zip(parts.made, of_plant, landlords_of(scenario), strict=True):
        entries.append(YearEntry(owner, landlord, RENT, rent_eur(year.charges, scenario.finance)))
    return tuple(entry for entry in entries if entry.eur.any())


def _bills(of_site: Sequence[str], sites: SiteYears) -> Iterable[YearEntry]:
    people = list(dict.fromkeys(of_site))
    row_of = {person: row for row, person in enumerate(people)}
    rows = [row_of[person] for person in of_site]
    for line, eur in sites.lines.items():
        sums = np.zeros((len(people), eur.shape[1]))
        np.add.at(sums, rows, eur)
        account = YEAR_ACCOUNTS[line]
        rows_eur = zip(people, _from_zero(sums), strict=True)
        yield from (YearEntry(person, account, line, row) for person, row in rows_eur)


def _local(
    of_site: Sequence[str], of_plant: Sequence[str], parts: LedgerInputs, sites: SiteYears
) -> Iterable[YearEntry]:
    """Return what each person pays each plant; sites whose euros are unknown pay as one account."""
    known = parts.known
    payers = [person if known[n] else Account.LEFT_OUT for n, person in enumerate(of_site)]
    people = list(dict.fromkeys(payers))
    row_of = {payer: row for row, payer in enumerate(people)}
    sums = np.zeros((len(people), len(of_plant)))
    np.add.at(sums, [row_of[payer] for payer in payers], np.nan_to_num(parts.local_eur).T / parts.years)
    payer, plant = np.nonzero(sums)
    every = _from_zero(sums[payer, plant, None] * sites.fade_ratio[plant] * sites.local_growth)
    for i, m, eur in zip(payer.tolist(), plant.tolist(), every, strict=True):
        yield YearEntry(people[i], of_plant[m], LOCAL, eur)


def _plan(owner: str, flows: CashFlows) -> Iterable[YearEntry]:
    for line, account in TO_PAY:
        eur: FloatArray = getattr(flows, line)
        if line in {"surplus_eur_ht", "grant_eur"}:
            yield YearEntry(account, owner, line, eur)
        else:
            yield YearEntry(owner, account, line, -eur)


def _own_use(
    of_plant: Sequence[str], parts: LedgerInputs, buyers: Sequence[str], finance: Finance
) -> Iterable[YearEntry]:
    growths, own = (finance.supply_growth_ratio, 0.0, 0.0), parts.own_use
    for m, year in enumerate(parts.made):
        fade = faded(year, finance, 0.0) / parts.years
        yield YearEntry(buyers[m], of_plant[m], OWN_SALE, float(own.paid_eur[m]) * fade)
        if buyers[m] == Account.LEFT_OUT:
            continue
        ratio = float(parts.own_use_vat_ratio[m])
        yield YearEntry(buyers[m], Account.STATE, VAT, ratio * float(own.paid_eur[m]) * fade)
        for account, growth, eur in zip(SPARED_ACCOUNTS, growths, own.spared_eur[:, m], strict=True):
            spared = -float(eur) / parts.years * faded(year, finance, growth)
            yield YearEntry(buyers[m], account, OWN_USE, spared)
            yield YearEntry(buyers[m], Account.STATE, VAT, spared * ratio)


def _from_zero(eur: FloatArray) -> FloatArray:
    """Return years 0 to H of rows (K, H): nothing is paid in year 0."""
    return np.pad(eur, ((0, 0), (1, 0)))


@dataclass(frozen=True, slots=True, eq=False)
class PersonYears:
    """What a person gains in each year, arrays (H + 1,).

    Attributes:
        lines: what each line of the ledger brings it; what it pays itself cancels.
        tax_eur: tax on its profit, plants and bills together, positive.
    """

    lines: Mapping[str, FloatArray]
    tax_eur: FloatArray

    @property
    def profit_eur(self) -> FloatArray:
        """What is taxed in each year before losses are carried."""
        return profit_eur(*_taxed(self.lines, np.zeros_like(self.tax_eur)))

    @property
    def gain_eur(self) -> FloatArray:
        """All of it but the VAT on bills, tax on profit paid."""
        told = [eur for line, eur in self.lines.items() if line != VAT]
        gain: FloatArray = np.sum([*told, -self.tax_eur], axis=0)
        return gain

    def paid_eur(self, *lines: str) -> FloatArray:
        """Return what it pays under some lines, (H + 1,)."""
        none = np.zeros_like(self.tax_eur)
        brought: FloatArray = np.sum([self.lines.get(line, none) for line in lines], axis=0)
        return -brought


def lines_by_person(entries: Iterable[YearEntry]) -> dict[str, dict[str, FloatArray]]:
    """Return what each line brings each person or account in each year; transfers to oneself cancel."""
    found: dict[str, dict[str, FloatArray]] = {}
    for entry in entries:
        if entry.payer == entry.receiver:
            continue
        for who, eur in ((entry.receiver, entry.eur), (entry.payer, -entry.eur)):
            own = found.setdefault(who, {})
            own[entry.line] = own[entry.line] + eur if entry.line in own else eur
    return found


def taxed_years(lines: Mapping[str, FloatArray], horizon_years: int, tax_ratio: float) -> PersonYears:
    """Return the years of a person once its profit is taxed: plants and bills together, losses carried on.

    A tax on its plants alone would depend on the price that it pays itself.
    """
    none = np.zeros(horizon_years + 1)
    if tax_ratio == 0.0:
        return PersonYears(lines, none)
    return PersonYears(lines, -profit_tax_eur(*_taxed(lines, none), tax_ratio))


def _taxed(lines: Mapping[str, FloatArray], none: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return what a tax on profit rests on: the result of each year, what is invested, grants."""
    result: FloatArray = np.sum([none, *(eur for line, eur in lines.items() if line not in DEDUCTED)], axis=0)
    return result, lines.get("investment_eur_ht", none), lines.get("grant_eur", none)
