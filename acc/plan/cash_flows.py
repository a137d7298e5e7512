"""A producer's plan: yearly cash flows, payback, cost of a kWh, debt cover. Money of each year (nominal).

What each plant costs and earns is in `acc.plan.plan_terms`. What an investment is worth (VAN, TRI) is asked
of an `Appraise`, so that this module needs no financial library.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from acc.arrays import FloatArray
from acc.finance import Finance
from acc.plan.debt import debt_cover, with_debt
from acc.plan.plan_terms import (
    PlanTerms,
    PlantYear,
    cost_growth,
    nominal_discount_ratio,
)
from acc.plan.taxes import profit_tax_eur, with_tax
from acc.plan.values import CashFlows, PaybackState, Plan, RootState

PRICE_TOLERANCE_EUR_PER_KWH = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """Present value and rate of return of yearly flows, with the state of the rate."""

    npv_eur: float
    irr_ratio: float | None
    irr_state: RootState


Appraise = Callable[[FloatArray, float], Appraisal]
"""From flows of shape (H + 1,) and a yearly nominal discount rate."""


def present_value_eur(flows_eur: FloatArray, discount_ratio: float) -> float:
    """Return the sum of `flow_t / (1 + r)^t`, t from 0."""
    return float(flows_eur @ (1.0 + discount_ratio) ** -np.arange(len(flows_eur)))


def sum_flows(flows: Sequence[CashFlows]) -> CashFlows:
    """Return the flows of several producers together."""
    if len(flows) == 1:
        return flows[0]
    names = [field.name for field in fields(CashFlows)]
    return CashFlows(**{name: np.sum([getattr(f, name) for f in flows], axis=0) for name in names})


def payback(flows_eur: FloatArray) -> tuple[float | None, PaybackState]:
    """Return from when on the cumulated flows stay at or above zero, interpolated inside the year.

    >>> payback(np.array([-100.0, 40.0, 40.0, 40.0]))
    (2.5, <PaybackState.FOUND: 'found'>)
    """
    if flows_eur[0] >= 0.0:
        return None, PaybackState.NO_OUTLAY
    cumulated = np.cumsum(flows_eur)
    if cumulated[-1] < 0.0:
        return None, PaybackState.NEVER
    last = int(np.flatnonzero(cumulated < 0.0)[-1])
    return last - float(cumulated[last] / flows_eur[last + 1]), PaybackState.FOUND


def latest_payback_years(connected_eur: Sequence[float]) -> float | None:
    """Return the payback of flows with connections at their upper figure, inf if never; None without any."""
    if not connected_eur:
        return None
    found = payback(np.array(connected_eur))[0]
    return np.inf if found is None else found


def lcoe_eur_per_kwh(flows: CashFlows, discount_ratio: float) -> float | None:
    """Return discounted costs over discounted kWh, without grant, tax nor debt; None without kWh."""
    costs = flows.investment_eur_ht + flows.opex_eur_ht + flows.charges_eur_ht + flows.inverter_eur_ht
    kwh = present_value_eur(flows.production_kwh, discount_ratio)
    return -present_value_eur(costs, discount_ratio) / kwh if kwh > 0.0 else None


def financed(flows: CashFlows, rows: Sequence[int], finance: Finance) -> CashFlows:
    """Return some plants together, with the debt and the tax of their producer, (H + 1,).

    Args:
        flows: of each plant, (M, H + 1).
        finance: with the tax of the producer.
    """
    every = {field.name: getattr(flows, field.name)[list(rows)].sum(axis=0) for field in fields(CashFlows)}
    return with_tax(with_debt(CashFlows(**every), finance), finance)


def rows_of_producers(plants: Sequence[PlantYear]) -> dict[str, list[int]]:
    """Return the places of the plants of each producer."""
    rows: dict[str, list[int]] = {}
    for m, plant in enumerate(plants):
        rows.setdefault(plant.owner, []).append(m)
    return rows


def project_eur(terms: PlanTerms, flows: CashFlows) -> FloatArray:
    """Return the cash of all producers together, each taxed on its plants alone, before debt, (..., H + 1).

    Args:
        flows: of each plant, (..., M, H + 1).
    """
    result, invested, given = flows.operating_eur_ht, flows.investment_eur_ht, flows.grant_eur
    cash: FloatArray = (result + flows.invested_eur + given).sum(axis=-2)
    for rows in rows_of_producers(terms.plants).values():
        ratio = taxed([terms.plants[m] for m in rows], terms.finance).tax_ratio
        if ratio:
            own, bought, grants = (eur[..., rows, :].sum(axis=-2) for eur in (result, invested, given))
            cash = cash + profit_tax_eur(own, bought, grants, ratio)
    return cash


def taxed(years: Sequence[PlantYear], finance: Finance) -> Finance:
    """Return the hypotheses with the tax on profits of one producer, where it is known."""
    own = years[0].tax_ratio if years else None
    return finance if own is None else replace(finance, tax_ratio=own)


def break_even_local_eur_per_kwh(
    terms: PlanTerms, flows: CashFlows, shared_kwh: FloatArray, rows: Sequence[int]
) -> float | None:
    """Return the flat local price of the first year at which some plants of one producer are worth nothing.

    None when the plants share nothing, or run no more. The value rises with the price: straight without tax,
    bent with one.

    Args:
        flows: of each plant, (M, H + 1); at which price they sell is not read.
        shared_kwh: of each plant in the first year, (M,).
    """
    own = list(rows)
    sold_kwh = shared_kwh[own] @ terms.local[own]
    if not sold_kwh.any():
        return None
    ratio = taxed([terms.plants[m] for m in own], terms.finance).tax_ratio
    result = (flows.operating_eur_ht - flows.local_eur_ht)[own].sum(axis=0)
    invested, given, vat = (
        eur[own].sum(axis=0) for eur in (flows.investment_eur_ht, flows.grant_eur, flows.investment_vat_eur)
    )

    def value_eur(price: float) -> float:
        earned = result + price * sold_kwh
        tax = profit_tax_eur(earned, invested, given, ratio)
        return float((earned + invested + given + vat + tax) @ terms.discounting)

    low, high = 0.0, 1.0
    at_low, at_high = value_eur(low), value_eur(high)
    if ratio == 0.0:
        return -at_low / float(sold_kwh @ terms.discounting)
    while at_low > 0.0:
        low, at_low = 2.0 * low - 1.0, value_eur(2.0 * low - 1.0)
    while at_high < 0.0:
        high, at_high = 2.0 * high, value_eur(2.0 * high)
    while high - low > PRICE_TOLERANCE_EUR_PER_KWH * max(1.0, abs(low), abs(high)):
        middle = (low + high) / 2.0
        low, high = (middle, high) if value_eur(middle) < 0.0 else (low, middle)
    return (low + high) / 2.0


def producer_plan(
    owner: str,
    years: Sequence[PlantYear],
    flows: CashFlows,
    finance: Finance,
    appraise: Appraise,
    floor_eur_per_kwh: float | None,
) -> Plan:
    """Return the plan of a producer, or of all together, from its flows."""
    discount = nominal_discount_ratio(finance)
    own, project = flows.equity_eur_ht, appraise(flows.project_eur_ht, discount)
    equity = project if np.array_equal(own, flows.project_eur_ht) else appraise(own, discount)
    simple, simple_state = payback(flows.project_eur_ht)
    discounting = (1.0 + discount) ** -np.arange(len(flows.loan_eur))
    discounted, discounted_state = payback(flows.project_eur_ht * discounting)
    cover = debt_cover(flows)
    return Plan(
        owner=owner,
        plant_ids=tuple(year.id for year in years),
        kwp=sum(year.kwp for year in years),
        horizon_years=finance.horizon_years,
        discount_ratio=finance.discount_ratio,
        real=finance.real,
        with_tax=max(taxed([year], finance).tax_ratio for year in years) > 0.0,
        tax_ratio=taxed(years, finance).tax_ratio,
        capex_eur_ht=sum(year.capex_eur for year in years),
        capex_stated=finance.capex_eur_per_kwp is not None,
        connection_eur_ht=sum(year.charges.connection_eur for year in years),
        cost_growth_ratio=cost_growth(years[0], finance),
        lives_years=tuple(year.charges.life_years for year in years),
        grant_eur=float(flows.grant_eur.sum()),
        flows=flows,
        npv_eur_ht=project.npv_eur,
        irr_ratio=_over_inflation(project.irr_ratio, finance),
        irr_state=project.irr_state,
        equity_npv_eur_ht=equity.npv_eur,
        equity_irr_ratio=_over_inflation(equity.irr_ratio, finance),
        equity_irr_state=equity.irr_state,
        payback_years=simple,
        payback_state=simple_state,
        discounted_payback_years=discounted,
        discounted_payback_state=discounted_state,
        lcoe_eur_per_kwh=lcoe_eur_per_kwh(flows, discount),
        dscr_min=None if cover is None else cover[0],
        dscr_mean=None if cover is None else cover[1],
        break_even_local_eur_per_kwh=floor_eur_per_kwh,
    )


def _over_inflation(ratio: float | None, finance: Finance) -> float | None:
    if ratio is None or not finance.real:
        return ratio
    return (1.0 + ratio) / (1.0 + (finance.inflation_ratio or 0.0)) - 1.0
