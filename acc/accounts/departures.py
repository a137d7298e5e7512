"""What the producers' plan becomes when members leave at the end of their commitment: some, or all who lose.

What a member who leaves no longer buys becomes surplus: what the others may take is not counted.
Sites of a person who owns a plant do not leave: what they lose, their own plant gains.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from acc.accounts.departure_values import Departures, PlanAfter
from acc.arrays import BoolArray, FloatArray
from acc.finance import USUAL_CHURN_RATIO, USUAL_COMMITMENT_YEARS, Finance
from acc.ledger.chart import LedgerChart
from acc.ledger.fill import Ledger, fill, plant_blocks, received_by_year, shared_again
from acc.ledger.lines import paces_of
from acc.ledger.sums import person_gains, site_savings_eur
from acc.ledger.year import YearEuros
from acc.plan.cash_flows import payback, producer_flows, sum_flows
from acc.plan.debt import debt_cover
from acc.plan.plan_terms import PlanTerms
from acc.plan.plants import KeptSales, PlantIncome
from acc.sides import NOTHING_EUR
from acc.years.plan_years import reference_year


def plans_after(
    ids: Sequence[str], chart: LedgerChart, euros: YearEuros, terms: PlanTerms, income: PlantIncome
) -> tuple[PlanAfter, ...]:
    """Return the plan, and the balance of persons, under a rate of departures, then once all who lose leave.

    Args:
        ids: of the participants.
    """
    finance = terms.finance
    free = ~np.isin(chart.site, chart.plant)
    ledger = fill(chart, euros, paces_of(terms, by_year=euros.by_year))
    stays = _stays(ledger, received_by_year(euros), free & euros.known, commitment_years(finance))
    left = [(id_, int(stays[n].argmin())) for n, id_ in enumerate(ids) if not stays[n].all()]
    losers = tuple(sorted(left, key=lambda leaver: leaver[1]))
    after = partial(_plan_after, chart, euros, terms, income)
    return (
        after(Departures.CHURN, churn_weight(free, finance), ()),
        after(Departures.LOSERS, stays, losers),
    )


def churn_ratio(finance: Finance) -> float:
    """Yearly departure rate of members, from 0 to 1."""
    return USUAL_CHURN_RATIO if finance.churn_ratio is None else finance.churn_ratio


def churn_weight(free: BoolArray, finance: Finance) -> FloatArray:
    """Remaining fraction of each site in each year under the departure rate, (N, H + 1).

    Args:
        free: sites that may leave, (N,): those of who owns no plant.
    """
    over = np.maximum(np.arange(finance.horizon_years + 1) - commitment_years(finance), 0)
    return np.where(free[:, None], (1.0 - churn_ratio(finance)) ** over, 1.0)


def commitment_years(finance: Finance) -> int:
    """Commitment period of members, years."""
    return USUAL_COMMITMENT_YEARS if finance.commitment_years is None else finance.commitment_years


def _stays(ledger: Ledger, received_kwh: FloatArray, free: BoolArray, after: int) -> FloatArray:
    """Presence of each site in each year, (N, H + 1): 1 or 0; a site that left does not come back."""
    saving, fee = site_savings_eur(ledger), ledger.shared_fee_eur
    stays, present = np.ones_like(saving), np.ones(len(free), dtype=np.bool_)
    for t in range(after + 1, saving.shape[1]):
        of_year = received_kwh[:, min(t, received_kwh.shape[1] - 1), None]
        more = fee[:, t] * (shared_again(of_year, present[:, None]) - 1.0)
        present = present & ~(free & (saving[:, t] - more < -NOTHING_EUR))
        stays[:, t] = present
    return stays


def _plan_after(
    chart: LedgerChart,
    euros: YearEuros,
    terms: PlanTerms,
    income: PlantIncome,
    case: Departures,
    weight: FloatArray,
    left: tuple[tuple[str, int], ...],
) -> PlanAfter:
    kwh, paid = (each if euros.by_year else each[..., 0] for each in (euros.local_kwh, euros.paid_eur))
    kept = kept_sales(kwh, paid, weight)
    of_plants = terms.flows(income, kept=kept)
    flows = sum_flows(producer_flows(terms, of_plants).values())
    paces = paces_of(terms, by_year=euros.by_year)
    blocks = (*fill(chart, euros, paces, churn=weight).blocks, *plant_blocks(chart, of_plants))
    gains, year = person_gains(chart, blocks), reference_year(terms.finance.horizon_years)
    persons = (gains.gain_eur @ terms.discounting).tolist()
    later = np.broadcast_to(gains.running_eur_ht, gains.gain_eur.shape)[:, year].tolist()
    cover, sold = debt_cover(flows), euros.first_kwh.sum(axis=0)
    return PlanAfter(
        case=case,
        churn_ratio=churn_ratio(terms.finance) if case is Departures.CHURN else None,
        commitment_years=commitment_years(terms.finance),
        npv_eur_ht=float(flows.project_eur_ht @ terms.discounting),
        payback_years=payback(flows.project_eur_ht)[0],
        dscr_min=None if cover is None else cover[0],
        dscr_mean=None if cover is None else cover[1],
        shared_ratio=float(sold @ weight[:, -1] / sold.sum()) if sold.any() else 1.0,
        left=left,
        persons_npv_eur_ht=dict(zip(chart.persons, persons, strict=True)),
        later_year=year,
        persons_later_eur_ht=dict(zip(chart.persons, later, strict=True)),
    )


def kept_sales(local_kwh: FloatArray, paid_eur: FloatArray, weight: FloatArray) -> KeptSales:
    """Remaining fraction of the local sales of each plant in each year, in kWh and in euros.

    Args:
        local_kwh, paid_eur: from each plant to each site in the first year, (M, N); in each, (M, N, H + 1).
        weight: what is left of each site in each year, (N, H + 1).
    """
    return KeptSales(_kept(local_kwh, weight), _kept(paid_eur, weight))


def _kept(sold: FloatArray, weight: FloatArray) -> FloatArray:
    """Remaining fraction of sales to sites, (M, N) or (M, N, H + 1), in each year, (M, H + 1)."""
    by_year = sold.ndim > 2
    total = sold.sum(axis=1) if by_year else sold.sum(axis=1, keepdims=True)
    every = np.ones((len(sold), weight.shape[1]))
    kept = (sold * weight).sum(axis=1) if by_year else sold @ weight
    left: FloatArray = np.divide(kept, total, out=every, where=total > 0.0)
    return left
