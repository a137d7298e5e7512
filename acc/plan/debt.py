"""A loan in a plan, and how the cash of each year covers it."""

from dataclasses import replace

import numpy as np

from acc.arrays import FloatArray
from acc.finance import Finance
from acc.plan.values import CashFlows


def with_debt(flows: CashFlows, finance: Finance) -> CashFlows:
    """Return the flows with a loan on the investment less grants, paid back by constant annuities.

    Args:
        flows: of one producer, (..., H + 1).

    Raises:
        ValueError: a loan longer than the plan.
    """
    years, rate = finance.debt_years, finance.debt_interest_ratio
    spent = -(flows.investment_eur_ht[..., 0] + flows.grant_eur[..., 0])
    loan = finance.debt_ratio * np.maximum(0.0, spent)
    if not loan.any():
        return flows
    if years > finance.horizon_years:
        raise ValueError("a loan longer than the plan")
    annuity = loan / years if rate == 0.0 else loan * rate / (1.0 - (1.0 + rate) ** -years)
    lent, interest, principal = np.zeros((3, *loan.shape, finance.horizon_years + 1))
    lent[..., 0], left = loan, loan
    for t in range(1, years + 1):
        interest[..., t] = -left * rate
        principal[..., t] = -(annuity + interest[..., t])
        left = left + principal[..., t]
    return replace(flows, loan_eur=lent, interest_eur=interest, principal_eur=principal)


def cover_by_year(flows: CashFlows) -> FloatArray:
    """Return the cash of each year over its debt service (DSCR), (H + 1,); nan in a year without service."""
    service, cash = flows.debt_service_eur, flows.debt_cash_eur
    cover: FloatArray = np.divide(cash, service, out=np.full_like(cash, np.nan), where=service > 0.0)
    return cover


def debt_cover(flows: CashFlows) -> tuple[float, float] | None:
    """Return the lowest and the mean cover of the debt service; None without debt."""
    every = cover_by_year(flows)
    cover = every[np.isfinite(every)]
    return (float(cover.min()), float(cover.mean())) if len(cover) else None
