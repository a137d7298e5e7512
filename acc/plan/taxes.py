"""What the State takes of a plan: tax on profit, and the VAT that its owner does not recover."""

from dataclasses import replace

import numpy as np

from acc.arrays import FloatArray
from acc.bills.tariffs import VatRates
from acc.finance import Finance
from acc.plan.values import CashFlows

DEPRECIATION_YEARS = 20
"""Straight-line depreciation where a tax on profit is counted: a convention, printed with the hypotheses."""


def with_lost_vat(flows: CashFlows, vat: VatRates) -> CashFlows:
    """Return the flows with the VAT that is not deducted: on investments, less FCTVA, and on running costs.

    Insurance, rent and taxes bear none.
    """
    bought = flows.investment_eur_ht + flows.inverter_eur_ht
    back = np.zeros(len(bought))
    after = vat.returned_after_years
    back[after:] = -bought[: len(bought) - after] * (1.0 + vat.ratio) * vat.returned_ratio
    return replace(
        flows,
        investment_vat_eur=bought * vat.ratio + back,
        running_vat_eur=(flows.opex_eur_ht + flows.injection_turpe_eur_ht) * vat.ratio,
    )


def with_tax(flows: CashFlows, finance: Finance) -> CashFlows:
    """Return the flows with the tax on profit, losses carried forward without limit."""
    if finance.tax_ratio == 0.0:
        return flows
    invested, grants, ratio = flows.investment_eur_ht, flows.grant_eur, finance.tax_ratio
    operating, own = flows.operating_eur_ht, flows.operating_eur_ht + flows.interest_eur
    return replace(
        flows,
        tax_eur=profit_tax_eur(operating, invested, grants, ratio),
        equity_tax_eur=profit_tax_eur(own, invested, grants, ratio),
    )


def profit_tax_eur(
    result_eur: FloatArray, investment_eur: FloatArray, grant_eur: FloatArray, tax_ratio: float
) -> FloatArray:
    """Return the tax of each year, negative: on the result, later grants added, depreciation deducted.

    Args:
        result_eur: of each year before depreciation, (H + 1,).
        investment_eur, grant_eur: negative and positive; those of year 0 are depreciated together.
    """
    if tax_ratio == 0.0:
        return np.zeros(len(result_eur))
    return _tax(profit_eur(result_eur, investment_eur, grant_eur), tax_ratio)


def profit_eur(result_eur: FloatArray, investment_eur: FloatArray, grant_eur: FloatArray) -> FloatArray:
    """Return what is taxed in each year before losses are carried: arguments as `profit_tax_eur`.

    On what is invested and on what it earns, it is straight: a tax that gave losses back would be its ratio
    of this, and is never more than the tax that is paid.
    """
    years = min(DEPRECIATION_YEARS, len(result_eur) - 1)
    t = np.arange(len(result_eur))
    base = -(investment_eur[0] + grant_eur[0])
    depreciation = np.where((t > 0) & (t <= years), base / years, 0.0)
    profit: FloatArray = result_eur + np.where(t > 0, grant_eur, 0.0) - depreciation
    return profit


def _tax(profits_eur: FloatArray, tax_ratio: float) -> FloatArray:
    tax = np.zeros(len(profits_eur))
    carried = 0.0
    for t, profit in enumerate(profits_eur):
        taxable = profit + carried
        carried = min(taxable, 0.0)
        tax[t] = -tax_ratio * max(taxable, 0.0)
    return tax
