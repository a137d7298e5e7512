"""The plan of one producer, from what each of its plants costs and makes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from acc.finance import Finance
from acc.plan import cash_flows
from acc.plan.cash_flows import break_even_local_eur_per_kwh, plan_terms
from acc.plan.plants import AMOUNTS, PlannedPlant, PlantIncome
from acc.plan.values import CashFlows


def income(**amounts: float) -> PlantIncome:
    """What one plant makes in a year, (1,); what is not said is nothing."""
    every: dict[str, Any] = {name: np.array([amounts.pop(name, 0.0)]) for name in AMOUNTS}
    assert not amounts
    return PlantIncome(**every)


def producer_flows(
    plants: Sequence[PlannedPlant], made: PlantIncome, finance: Finance, grant_eur: float
) -> CashFlows:
    """Return the flows of one producer's plants, with grant, debt and its own tax, (H + 1,)."""
    terms = plan_terms(plants, replace(finance, grant_eur=grant_eur))
    (flows,) = cash_flows.producer_flows(terms, terms.flows(made)).values()
    return flows


def floor_eur_per_kwh(
    plants: Sequence[PlannedPlant], made: PlantIncome, finance: Finance, grant_eur: float
) -> float | None:
    """Return the local price at which the plants of one producer are worth nothing."""
    terms = plan_terms(plants, replace(finance, grant_eur=grant_eur))
    flows = producer_flows(plants, made, finance, grant_eur)
    return break_even_local_eur_per_kwh(terms, flows, made, range(len(plants)))
