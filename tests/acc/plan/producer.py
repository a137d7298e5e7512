"""The plan of one producer, from what each of its plants says of itself."""

from collections.abc import Sequence
from dataclasses import replace

from acc.finance import Finance
from acc.plan.cash_flows import break_even_local_eur_per_kwh, financed, taxed
from acc.plan.plan_terms import PlantYear, income_of, plan_terms
from acc.plan.values import CashFlows


def producer_flows(years: Sequence[PlantYear], finance: Finance, grant_eur: float) -> CashFlows:
    """Return the flows of one producer's plants, with grant, debt and its own tax, (H + 1,)."""
    terms = plan_terms(years, replace(finance, grant_eur=grant_eur))
    return financed(terms.flows(income_of(years)), range(len(years)), taxed(years, finance))


def floor_eur_per_kwh(years: Sequence[PlantYear], finance: Finance, grant_eur: float) -> float | None:
    """Return the local price at which the plants of one producer are worth nothing."""
    terms, income = plan_terms(years, replace(finance, grant_eur=grant_eur)), income_of(years)
    return break_even_local_eur_per_kwh(terms, terms.flows(income), income.shared_kwh, range(len(years)))
