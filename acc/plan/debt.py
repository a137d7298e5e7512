"""A loan in a plan, and how the cash of each year covers it."""

from dataclasses import replace

import numpy as np

from acc.arrays import FloatArray
from acc.finance import Finance
from acc.plan.values import CashFlows


def with_debt(flows: CashFlows, finance: Finance) -> CashFlows:
    """Return the flows with a loan on the investment less grants, paid back by constant annuities.

    Raises:
        ValueError: a loan longer than the plan.
    """
    years, rate = finance.debt_years, finance.debt_interest_ratio
    loan = finance.debt_ratio * max(0.0, -(flows.investment_eur_ht[0] + flows.grant_eur[0]))
    if loan == 0.0:
        return flows
    if years > finance.horizon_years:
        raise ValueError("a loan longer than the plan")
    annuity = loan / years if rate == 0.0 else loan * rate / (1.0 - (1.0 + rate) ** -years)
    interest, principal = np.zeros(len(flows.loan_eur)), np.zeros(len(flows.loan_eur))
    left = loan
    for t in range(1, years + 1):
        interest[t] = -left * rate
        principal[t] = -(annuity + interest[t])
        left += principal[t]
    return replace(
        flows, loan_eur=at_start(loan, len(interest)), interest_eur=interest, principal_eur=principal
    )


def debt_cover(flows: CashFlows) -> tuple[float, float] | None:
    """Return the lowest and the mean cover of the debt service (DSCR); None without debt."""
    service = flows.debt_service_eur
    years = service > 0.0
    if not years.any():
        return None
    cover = (flows.operating_eur_ht + flows.equity_tax_eur)[years] / service[years]
    return float(cover.min()), float(cover.mean())


def at_start(amount: float, count: int) -> FloatArray:
    """Return flows that hold one amount, in year 0."""
    values = np.zeros(count)
    values[0] = amount
    return values
