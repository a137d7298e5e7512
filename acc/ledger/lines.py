"""The lines of the ledger: who is on the other side, what a price follows, what fades with the plants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from acc.arrays import FloatArray
from acc.ledger.chart import Account
from acc.plan.plan_terms import PlanTerms, grown


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

    def dated(self, parts: Sequence[float]) -> FloatArray:
        """Values of each year, (Y,), from one per year since the start; the last one is repeated."""
        years = np.cumsum(self.steady).astype(np.intp) - 1
        return np.array(parts)[np.minimum(np.maximum(years, 0), len(parts) - 1)] * self.steady


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
