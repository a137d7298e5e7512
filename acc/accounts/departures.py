"""What the producers' plan becomes when members leave at the end of their commitment: some, or all who lose.

What a member who leaves no longer buys becomes surplus: what the others may take is not counted.
Sites of a person who owns a plant do not leave: what they lose, their own plant gains.
"""

from collections.abc import Sequence

import numpy as np

from acc.accounts.departure_values import Departures, PlanAfter
from acc.accounts.ledger import LedgerInputs, holders
from acc.accounts.person_values import LOSS_YEAR_EUR
from acc.accounts.producers import producers_of
from acc.accounts.site_years import SiteYears
from acc.accounts.values import PlantMoney
from acc.arrays import BoolArray, FloatArray
from acc.finance import USUAL_CHURN_RATIO, USUAL_COMMITMENT_YEARS, Finance
from acc.plan.cash_flows import (
    KeptSales,
    nominal_discount_ratio,
    payback,
    present_value_eur,
    producer_flows,
    sum_flows,
)
from acc.plan.debt import debt_cover
from acc.scenario import Scenario


def plans_after(
    scenario: Scenario, plants: Sequence[PlantMoney], parts: LedgerInputs, sites: SiteYears
) -> tuple[PlanAfter, ...]:
    """Return the plan under a rate of departures, then once all who lose leave."""
    finance = scenario.finance
    assert finance is not None
    of_site, of_plant = holders(scenario, plants)
    free = np.array([person not in of_plant for person in of_site], dtype=np.bool_)
    rate = USUAL_CHURN_RATIO if finance.churn_ratio is None else finance.churn_ratio
    after = commitment_years(finance)
    over = np.maximum(np.arange(1, finance.horizon_years + 1) - after, 0)
    churn = np.where(free[:, None], (1.0 - rate) ** over, 1.0)
    stays = _stays(sites, parts.local_kwh.sum(axis=0), free & parts.known, after)
    left = [
        (site.id, int(stays[n].argmin()) + 1)
        for n, site in enumerate(scenario.participants)
        if not stays[n].all()
    ]
    return (
        _plan_after(Departures.CHURN, rate, finance, parts, churn, ()),
        _plan_after(
            Departures.LOSERS, None, finance, parts, stays, tuple(sorted(left, key=lambda one: one[1]))
        ),
    )


def commitment_years(finance: Finance) -> int:
    """Return how long members are bound."""
    return USUAL_COMMITMENT_YEARS if finance.commitment_years is None else finance.commitment_years


def _stays(sites: SiteYears, received_kwh: FloatArray, free: BoolArray, after: int) -> FloatArray:
    """Return who is still there in each year, (N, H): 1 or 0; who left does not come back."""
    stays, there = np.ones_like(sites.local_eur), np.ones(len(free), dtype=np.bool_)
    saving = sites.saving_eur
    for t in range(stays.shape[1]):
        if t >= after:
            gone = sites.shared_fee_eur[~there, t].sum()
            whole = received_kwh[there].sum()
            more = gone * received_kwh / whole if whole > 0.0 else np.zeros_like(received_kwh)
            there = there & ~(free & (saving[:, t] - more < -LOSS_YEAR_EUR))
        stays[:, t] = there
    return stays


def _plan_after(
    case: Departures,
    churn_ratio: float | None,
    finance: Finance,
    parts: LedgerInputs,
    weight: FloatArray,
    left: tuple[tuple[str, int], ...],
) -> PlanAfter:
    kept = {
        year.id: KeptSales(_kept(parts.local_kwh[m], weight), _kept(parts.local_eur[m], weight))
        for m, year in enumerate(parts.made)
    }
    flows = sum_flows(
        [
            producer_flows(own, finance, grant, kept)
            for own, grant in producers_of(parts.made, finance).values()
        ]
    )
    cover = debt_cover(flows)
    sold = parts.local_kwh.sum()
    return PlanAfter(
        case=case,
        churn_ratio=churn_ratio,
        commitment_years=commitment_years(finance),
        npv_eur_ht=present_value_eur(flows.project_eur_ht, nominal_discount_ratio(finance)),
        payback_years=payback(flows.project_eur_ht)[0],
        dscr_min=None if cover is None else cover[0],
        dscr_mean=None if cover is None else cover[1],
        shared_ratio=float(parts.local_kwh.sum(axis=0) @ weight[:, -1] / sold) if sold > 0.0 else 1.0,
        left=left,
    )


def _kept(sold: FloatArray, weight: FloatArray) -> FloatArray:
    """Return what is left in years 0 to H of what one plant sells to each site, (H + 1,)."""
    known = np.nan_to_num(sold)
    whole = known.sum()
    ratio = known @ weight / whole if whole > 0.0 else np.ones(weight.shape[1])
    return np.concatenate(([1.0], ratio))
