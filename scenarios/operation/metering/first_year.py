"""What the meters see in the first year of a plan: the changes dated in it are counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray
from acc.changes import DatedChange
from acc.exchange import Exchange
from acc.plan.plants import wear_ratio
from acc.scenario import Scenario
from acc.years.states import PlanBase, exchange_in, plan_base
from scenarios.operation.store.store import KeptKind, KeptStore, Same

MOST_BASES = 4
"""What the years of a plan are made from, held: those of the last switches of a meeting."""


@dataclass(frozen=True, slots=True, eq=False)
class FirstYear:
    """The exchange of the first year, and that of flexible loads not moved; whether rows change it."""

    exchange: Exchange
    unshifted: Exchange | None
    changed: bool = False

    def unit_kwh(self, before_kwh: FloatArray, kwp: FloatArray) -> FloatArray:
        """Output of each plant per kWp, (T, M), kWh, from its output before changes."""
        if not self.changed:
            return before_kwh
        return (self.exchange.production_kwh + self.exchange.own_use_kwh) / kwp


def first_year(
    scenario: Scenario,
    exchange: Exchange,
    unshifted: Exchange | None,
    behind: Sequence[int | None],
    added: Mapping[DatedChange, FloatArray],
) -> FirstYear:
    """Return the first year of a plan; the arguments themselves where nothing changes.

    Args:
        added: of each change that adds a use or bears on a part of a need, (T,).
    """
    if not scenario.changes:
        return FirstYear(exchange, unshifted)

    def of(before: Exchange) -> Exchange:
        return exchange_in(base_of(scenario, before, behind, added), scenario.changes, 1)

    return FirstYear(of(exchange), unshifted and of(unshifted), changed=True)


def base_of(
    scenario: Scenario,
    before: Exchange,
    behind: Sequence[int | None],
    added: Mapping[DatedChange, FloatArray],
) -> PlanBase:
    """Build the base of the plan years.

    Args:
        before: what the meters would see were no change counted.
        added: of each change that adds a use or bears on a part of a need, (T,).
    """
    wear = np.array([wear_ratio(plant, scenario.finance) for plant in scenario.plants])
    sites, plants = ([item.id for item in every] for every in (scenario.participants, scenario.plants))
    return plan_base(before, behind, sites, plants, wear, added)


def kept_base(
    scenario: Scenario,
    before: Exchange,
    behind: Sequence[int | None],
    added: Mapping[DatedChange, FloatArray],
    kept_store: KeptStore,
) -> PlanBase:
    """Return the same, the very same where a price alone moved: years that were settled are held by it."""
    wear = [wear_ratio(plant, scenario.finance) for plant in scenario.plants]
    parts = (Same(before), Same(added), scenario.changes, tuple(behind), tuple(wear))
    return kept_store.get(
        KeptKind("plan base", MOST_BASES), parts, lambda: base_of(scenario, before, behind, added)
    )
