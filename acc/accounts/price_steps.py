"""Prices that change on a day: what each is multiplied by in each year of the plan, beside its index."""

from collections.abc import Iterable
from datetime import date

import numpy as np

from acc.arrays import FloatArray
from acc.changes import OPERATION, DatedChange, What
from acc.plan.plan_terms import NO_STEPS, PriceSteps
from acc.scenario import Scenario
from acc.steps import years_later
from acc.years.states import first_day


def price_steps(scenario: Scenario, horizon: int) -> PriceSteps:
    """Price multipliers of years 0 to H, weighted by the days on which each change is in force."""
    changes = [change for change in scenario.other_changes if change.what is What.PRICE]
    if not changes:
        return NO_STEPS
    start, sites = first_day(scenario.steps), [site.id for site in scenario.participants]

    def of(who: str | None) -> FloatArray:
        return _multiplied((change for change in changes if change.site == who), start, horizon)

    supply = {name: of(name) for name in {change.site for change in changes} if name != OPERATION}
    none = np.ones(horizon + 1)
    return PriceSteps(
        local=of(OPERATION),
        sites=np.array([supply.get(name, none) for name in sites]).reshape(len(sites), horizon + 1),
        hosts=np.array([supply.get(plant.behind or "", none) for plant in scenario.plants]).reshape(
            len(scenario.plants), horizon + 1
        ),
    )


def _multiplied(changes: Iterable[DatedChange], start: date, horizon: int) -> FloatArray:
    """Return the product of some changes in years 0 to H: of each, its mean over the days of the year."""
    product = np.ones(horizon + 1)
    for change in changes:
        for year in range(1, horizon + 1):
            first, after = years_later(start, year - 1), years_later(start, year)
            days = (min(change.until or after, after) - max(change.since, first)).days
            product[year] *= 1.0 + (change.ratio - 1.0) * max(0, days) / (after - first).days
    return product
