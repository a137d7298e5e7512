"""A producer's plan: yearly cash flows, payback, cost of a kWh, debt cover. Money of each year (nominal).

What each plant costs and earns is in `acc.plan.plan_terms`. What an investment is worth (VAN, TRI) is asked
of an `Appraise`, so that this module needs no financial library.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import reduce

import numpy as np

from acc.arrays import FloatArray
from acc.finance import Finance
from acc.plan.plan_terms import PlanTerms, cost_growth, nominal_discount_ratio
from acc.plan.plants import PlannedPlant, PlantIncome, tax_ratio
from acc.plan.values import CashFlows, PaybackState, Plan, RootState, debt_cover, with_debt, with_tax
from acc.units import LEAST_KWH, for_each_kwh

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


def sum_flows(flows: Iterable[CashFlows]) -> CashFlows:
    """Return the flows of several producers together: lines of draws beside lines that no draw changes."""
    every = list(flows)
    if len(every) == 1:
        return every[0]
    lines = {field.name: [getattr(flow, field.name) for flow in every] for field in fields(CashFlows)}
    return CashFlows(**{name: reduce(np.add, each, np.zeros(())) for name, each in lines.items()})


def payback(flows_eur: FloatArray) -> tuple[float | None, PaybackState]:
    """Payback time: when cumulated flows stay at or above zero, interpolated inside the year.

    >>> payback(np.array([-100.0, 40.0, 40.0, 40.0]))
    (2.5, <PaybackState.KNOWN: 'found'>)
    """
    if flows_eur[0] >= 0.0:
        return None, PaybackState.NO_OUTLAY
    cumulated = np.cumsum(flows_eur)
    if cumulated[-1] < 0.0:
        return None, PaybackState.NEVER
    last = int(np.flatnonzero(cumulated < 0.0)[-1])
    return last - float(cumulated[last] / flows_eur[last + 1]), PaybackState.KNOWN


def latest_payback_years(connected_eur: Sequence[float]) -> float | None:
    """Return the payback of flows with connections at their upper figure, inf if never; None without any."""
    if not connected_eur:
        return None
    years = payback(np.array(connected_eur))[0]
    return np.inf if years is None else years


def lcoe_eur_per_kwh(flows: CashFlows, discount_ratio: float) -> float | None:
    """Return discounted costs over discounted kWh, without grant, tax nor debt; None without kWh."""
    costs = flows.investment_eur_ht + flows.opex_eur_ht + flows.charges_eur_ht + flows.inverter_eur_ht
    kwh = present_value_eur(flows.production_kwh, discount_ratio)
    return for_each_kwh(-present_value_eur(costs, discount_ratio), kwh)


def producer_flows(terms: PlanTerms, flows: CashFlows) -> dict[str, CashFlows]:
    """Return the flows of each producer, with its debt and its tax, (..., H + 1).

    Args:
        flows: of each plant, (..., M, H + 1).
    """
    return {
        owner: with_tax(with_debt(_of_plants(flows, rows), terms.finance), terms.tax_ratio(rows))
        for owner, rows in terms.producers.items()
    }


def _of_plants(flows: CashFlows, rows: Sequence[int]) -> CashFlows:
    """Return the sum of the lines of some plants."""
    names = [field.name for field in fields(CashFlows)]
    return CashFlows(**{name: getattr(flows, name)[..., rows, :].sum(axis=-2) for name in names})


def project_eur(terms: PlanTerms, flows: CashFlows) -> FloatArray:
    """Return the cash of all producers together, each taxed on its plants alone, before debt."""
    return sum_flows(producer_flows(terms, flows).values()).project_eur_ht


def break_even_local_eur_per_kwh(
    terms: PlanTerms, flows: CashFlows, income: PlantIncome, rows: Sequence[int]
) -> float | None:
    """Return the flat local price of the first year at which some plants of one producer are worth nothing.

    None when the plants share nothing, or run no more. The value rises with the price: straight without tax,
    bent with one.

    Args:
        flows: of the producer, (H + 1,); at which price its plants sell is not read.
    """
    ratio = terms.tax_ratio(rows)
    sold_kwh = terms.local_of(income.shared_kwh, by_year=income.by_year)[list(rows)].sum(axis=0)
    if sold_kwh.sum() < LEAST_KWH:
        return None

    def value_eur(price_eur_per_kwh: float) -> float:
        at_price = replace(flows, local_eur_ht=price_eur_per_kwh * sold_kwh)
        return float(with_tax(at_price, ratio).project_eur_ht @ terms.discounting)

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
    plants: Sequence[PlannedPlant],
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
        plant_ids=tuple(plant.id for plant in plants),
        kwp=sum(plant.power_kwp for plant in plants),
        horizon_years=finance.horizon_years,
        discount_ratio=finance.discount_ratio,
        real=finance.real,
        with_tax=max(tax_ratio([plant], finance) for plant in plants) > 0.0,
        tax_ratio=tax_ratio(plants, finance),
        capex_eur_ht=sum(plant.capex_eur for plant in plants),
        capex_stated=finance.capex_eur_per_kwp is not None,
        connection_eur_ht=sum(plant.charges.connection_eur for plant in plants),
        cost_growth_ratio=cost_growth(plants[0], finance),
        lives_years=tuple(plant.charges.life_years for plant in plants),
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


def _over_inflation(nominal_ratio: float | None, finance: Finance) -> float | None:
    if nominal_ratio is None or not finance.real:
        return nominal_ratio
    return (1.0 + nominal_ratio) / (1.0 + (finance.inflation_ratio or 0.0)) - 1.0
