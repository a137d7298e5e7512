"""What the State takes of a plan: tax on profit, and the VAT that its owner does not recover."""

from dataclasses import dataclass, replace

import numpy as np

from acc.arrays import FloatArray
from acc.bills.tariffs import VatRates
from acc.plan.values import CashFlows

DEPRECIATION_YEARS = 20
"""Straight-line depreciation where a tax on profit is counted: a convention, printed with the hypotheses."""


def lost_vat_eur(
    vat: VatRates, investment: FloatArray, inverter: FloatArray, opex: FloatArray, injection: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the VAT that an owner does not deduct: on investments, less FCTVA, and on running costs.

    Args:
        investment, inverter, opex, injection: the lines of a plant that bear VAT, negative, (H + 1,).
    """
    bought, after = investment + inverter, vat.returned_after_years
    if vat.ratio <= 0.0:
        return np.zeros_like(bought), np.zeros_like(bought)
    back = np.zeros(len(bought))
    back[after:] = -bought[: len(bought) - after] * (1.0 + vat.ratio) * vat.returned_ratio
    return bought * vat.ratio + back, (opex + injection) * vat.ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidVat:
    """The VAT on what a body pays for its plants, of whose output it sells a part, EUR.

    Deducted on the part sold where sales are taxed; the FCTVA is asked for the rest: never both on one share.
    In franchise nothing is deducted, and the FCTVA is asked for the whole.

    Attributes:
        returned_eur: by the FCTVA, later, on the rest; `franchise_returned_eur` on the whole.
        in_plan_eur: what the plan counts as left to pay: one rule for the whole, as the folder says.
    """

    vat_eur: float
    deducted_eur: float
    returned_eur: float
    franchise_returned_eur: float
    in_plan_eur: float

    @property
    def left_eur(self) -> float:
        """What stays to pay where sales are taxed."""
        return self.vat_eur - self.deducted_eur - self.returned_eur

    @property
    def franchise_left_eur(self) -> float:
        """What stays to pay in franchise."""
        return self.vat_eur - self.franchise_returned_eur


def paid_vat(rates: VatRates, counted: VatRates, paid_eur_ht: float, sold_ratio: float) -> PaidVat:
    """Return the VAT on what is paid, and what comes back of it, for a share sold of what is produced.

    Args:
        rates: in force; `counted`: those of the plan, by what the folder says of the owner.
    """
    vat, back = _vat_and_back(rates, paid_eur_ht)
    planned, planned_back = _vat_and_back(counted, paid_eur_ht)
    return PaidVat(
        vat_eur=vat,
        deducted_eur=vat * sold_ratio,
        returned_eur=back * (1.0 - sold_ratio),
        franchise_returned_eur=back,
        in_plan_eur=planned - planned_back,
    )


def _vat_and_back(rates: VatRates, paid_eur_ht: float) -> tuple[float, float]:
    return paid_eur_ht * rates.ratio, paid_eur_ht * (1.0 + rates.ratio) * rates.returned_ratio


def with_tax(flows: CashFlows, tax_ratio: float) -> CashFlows:
    """Return the flows with the tax on profit, losses carried forward without limit."""
    if tax_ratio == 0.0:
        return flows
    result, interest = flows.operating_eur_ht, flows.interest_eur
    tax = profit_tax_eur(result, flows.investment_eur_ht, flows.grant_eur, tax_ratio)
    if not interest.any():
        return replace(flows, tax_eur=tax, equity_tax_eur=tax)
    own = profit_tax_eur(result + interest, flows.investment_eur_ht, flows.grant_eur, tax_ratio)
    return replace(flows, tax_eur=tax, equity_tax_eur=own)


def profit_tax_eur(
    result_eur: FloatArray, investment_eur: FloatArray, grant_eur: FloatArray, tax_ratio: float | FloatArray
) -> FloatArray:
    """Return the tax of each year, negative: on the result, later grants added, depreciation deducted.

    Args:
        result_eur: of each year before depreciation, (..., H + 1).
        investment_eur, grant_eur: negative and positive; those of year 0 are depreciated together,
            a later investment from its own year.
        tax_ratio: of each one, (...,).
    """
    return _tax(profit_eur(result_eur, investment_eur, grant_eur), np.asarray(tax_ratio))


def profit_eur(result_eur: FloatArray, investment_eur: FloatArray, grant_eur: FloatArray) -> FloatArray:
    """Taxable result of each year before loss carry-over, EUR: arguments as `profit_tax_eur`.

    On what is invested and on what it earns, it is straight: a tax that gave losses back would be its ratio
    of this, and is never more than the tax that is paid.
    """
    horizon = result_eur.shape[-1] - 1
    years = min(DEPRECIATION_YEARS, horizon)
    t = np.arange(horizon + 1)
    base = -(investment_eur[..., :1] + grant_eur[..., :1])
    depreciation = np.where((t > 0) & (t <= years), base / years, 0.0)
    for built in np.flatnonzero(investment_eur[..., 1:].any(axis=tuple(range(investment_eur.ndim - 1)))) + 1:
        part = -investment_eur[..., built, None] / years
        depreciation = depreciation + np.where((t > built) & (t <= built + years), part, 0.0)
    profit: FloatArray = result_eur + np.where(t > 0, grant_eur, 0.0) - depreciation
    return profit


def losses_kept_eur(
    result_eur: FloatArray, investment_eur: FloatArray, grant_eur: FloatArray, tax_ratio: float | FloatArray
) -> FloatArray:
    """Tax of each year in excess of a tax with full refund of losses, EUR.

    Arguments as `profit_tax_eur`. Never negative over a plan: a loss is deducted from later profits, or none.
    """
    ratio = np.asarray(tax_ratio)
    profit = profit_eur(result_eur, investment_eur, grant_eur)
    return -_tax(profit, ratio) - ratio[..., None] * profit


def _tax(profits_eur: FloatArray, tax_ratio: FloatArray) -> FloatArray:
    """Return the tax of each year, losses carried forward without limit, (..., H + 1)."""
    tax: FloatArray = np.zeros_like(profits_eur)
    if not tax_ratio.any():
        return tax
    carried = np.zeros(profits_eur.shape[:-1])
    for t in range(tax.shape[-1]):
        taxable = profits_eur[..., t] + carried
        carried = np.minimum(taxable, 0.0)
        tax[..., t] = -tax_ratio * np.maximum(taxable, 0.0)
    return tax
