"""Connections that nobody knows: plants, and their flows, where these cost their upper figure."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from acc.plan.plan_terms import TAXED, PlanTerms, PlantYear
from acc.plan.taxes import lost_vat_eur
from acc.plan.values import CashFlows


def connected(plants: Sequence[PlantYear]) -> tuple[PlantYear, ...]:
    """Return plants whose connection, where nobody says it, costs its upper figure."""
    return tuple(
        replace(
            plant,
            charges=replace(
                plant.charges,
                connection_eur=plant.charges.connection_eur + plant.charges.connection_more_eur,
                connection_more_eur=0.0,
            ),
        )
        for plant in plants
    )


def connected_flows(terms: PlanTerms, flows: CashFlows) -> CashFlows | None:
    """Return flows where connections that nobody knows cost their upper figure; None where none has one.

    Args:
        flows: of each plant, (..., M, H + 1).
    """
    if not any(plant.charges.connection_more_eur for plant in terms.plants):
        return None
    none = np.zeros(terms.fade.shape[-1])
    invested, vat = np.zeros_like(terms.fade), np.zeros_like(terms.fade)
    for m, plant in enumerate(terms.plants):
        invested[m, 0] = -plant.charges.connection_more_eur
        lines = {**dict.fromkeys(TAXED, none), "investment_eur_ht": invested[m]}
        vat[m], _running = lost_vat_eur(plant.charges.vat, *(lines[name] for name in TAXED))
    return replace(
        flows,
        investment_eur_ht=flows.investment_eur_ht + invested,
        investment_vat_eur=flows.investment_vat_eur + vat,
    )
