"""What a kWh of one class of a roof is worth over the plan: the first year repeated, or years that differ."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.arrays import FloatArray
from acc.ledger.chart import paces_of
from acc.plan.cash_flows import present_value_eur
from acc.plan.plan_terms import PlanTerms, PriceSteps, grown, nominal_discount_ratio


@dataclass(frozen=True, slots=True, eq=False)
class SearchedYear:
    """A year that a search settles.

    Attributes:
        year: from 1 on.
        parts: what its kWh count for in years 0 to H, (H + 1,).
        local: what the local price is multiplied by in each, beside its index, (H + 1,).
        supply_ratio: the same of the supplier's prices of each site, over the years that it stands for, (N,).
    """

    year: int
    parts: FloatArray
    local: FloatArray
    supply_ratio: FloatArray

    def plant_terms(self, terms: PlanTerms) -> PlanTerms:
        """Return the terms of one plant with the kWh of this year alone, in the years that it stands for.

        What makes nothing in it is worth what another makes: the search then has one worth for all.
        """
        none = np.ones((1, 1))
        counts = terms.running if terms.running[0, self.year] else np.ones_like(terms.running)
        return replace(
            terms, fade=counts * self.parts, steps=PriceSteps(local=self.local, sites=none, hosts=none)
        )


@dataclass(frozen=True, slots=True)
class KwhWorths:
    """What comes of a class each year of the plan, worth today.

    Attributes:
        euro, surplus: of a euro a year of local sales, and of a kWh of surplus a year, EUR.
        supply_euro, flat_euro, accise_euro, cost_euro: of a euro that follows the supplier's price, that only
            fades, of accise spared, and that grows like costs, EUR.
        runs: whether it makes anything, in a settled year.
    """

    euro: float
    supply_euro: float
    flat_euro: float
    accise_euro: float
    cost_euro: float
    surplus: float
    runs: bool = True


def kwh_worths(
    terms: PlanTerms, taxed_by_year: Sequence[float], year: SearchedYear | None = None
) -> KwhWorths:
    """Values of a yearly kWh of one plant over the plan, (1,) plants.

    Args:
        terms: of this plant.
        taxed_by_year: part of the accise spared in the first year that is due in each year.
        year: whose kWh these are; None where the first one is repeated, fading.
    """
    dated = terms if year is None else year.plant_terms(terms)
    finance, fade = dated.finance, dated.fade[0]

    def worth(eur: FloatArray) -> float:
        return present_value_eur(eur, nominal_discount_ratio(finance))

    return KwhWorths(
        euro=worth(dated.local[0]),
        supply_euro=worth(dated.supply[0]),
        flat_euro=worth(fade),
        accise_euro=worth(fade * (1.0 - paces_of(dated).dated(taxed_by_year))),
        cost_euro=worth(fade * grown(dated.cost_growth_ratio, finance.horizon_years)),
        surplus=worth(dated.surplus[0]),
        runs=year is None or bool(dated.running[0, year.year]),
    )
