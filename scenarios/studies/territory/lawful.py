"""A plan held to what tables of who may stand with whom do not say: public bodies, caps of the islands."""

from collections.abc import Sequence

import numpy as np

from acc.arrays import FloatArray
from acc.rules.largest_group import bits_of
from acc.scenario import Regime
from scenarios.studies.lawful.law import GroupLaw
from scenarios.studies.territory.law_tables import PackedLaw, TerritoryLaw
from scenarios.studies.territory.plan import TerritoryPlan


def lawful_plan(
    labels: Sequence[int], law: GroupLaw, tables: TerritoryLaw | PackedLaw, kwp: FloatArray
) -> TerritoryPlan:
    """Return labels as a plan: operations under the simplest regime that allows each, else left out."""
    label, regimes = np.full(len(labels), -1, dtype=np.int64), list[int]()
    for g in sorted(set(labels) - {-1}):
        units = [u for u, own in enumerate(labels) if own == g]
        regime = _regime(units, law, tables, kwp)
        if regime is not None:
            label[units] = len(regimes)
            regimes.append(tables.regimes.index(regime))
    return TerritoryPlan(label, np.array(regimes, dtype=np.int64), 0.0)


def _regime(
    units: list[int], law: GroupLaw, tables: TerritoryLaw | PackedLaw, kwp: FloatArray
) -> Regime | None:
    shares = any(u < law.sites for u in units) and any(u >= law.sites for u in units)
    return law.regime(bits_of(units), float(kwp[units].sum()), tables.regimes) if shares else None
