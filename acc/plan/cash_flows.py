"""A producer's plan: yearly cash flows, payback, cost of a kWh, debt cover. Money of each year (nominal).

The energy of the first year is that of the run; it fades by the degradation, the part that is shared
staying the same (prudent: less output is easier to share). What an investment is worth (VAN, TRI)
is asked of an `Appraise`, so that this module needs no financial library.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.bills.surplus import paid_surplus_kwh
from acc.bills.tariffs import SurplusContract
from acc.finance import Finance
from acc.plan.debt import at_start, debt_cover, with_debt
from acc.plan.plant_costs import NO_CHARGES, PlantCharges
from acc.plan.taxes import with_lost_vat, with_tax
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantYear:
    """What one plant makes and costs, in its first year and in money of today.

    Attributes:
        production_kwh: own use included.
        local_eur, own_use_eur: of the first year.
        own_supply_eur: part of `own_use_eur` that follows the supplier's price.
        tax_ratio: of its owner's tax on profits; None takes that of `[finance]`.
        opex_eur: operation and upkeep; insurance and the rest are in `charges`.
        fixed_lines: names of the costs that the folder states: they do not follow the investment.
    """

    id: str
    owner: str
    kwp: float
    production_kwh: float
    shared_kwh: float
    surplus_kwh: float
    local_eur: float
    own_use_eur: float
    contract: SurplusContract
    capex_eur: float
    opex_eur: float
    inverter_eur: float
    degradation_ratio: float
    charges: PlantCharges = NO_CHARGES
    fixed_lines: frozenset[str] = frozenset()
    own_supply_eur: float = 0.0
    tax_ratio: float | None = None


def nominal_discount_ratio(finance: Finance) -> float:
    """Return the discount rate on money of each year; a real rate is compounded with inflation."""
    if not finance.real:
        return finance.discount_ratio
    return (1.0 + finance.discount_ratio) * (1.0 + (finance.inflation_ratio or 0.0)) - 1.0


def present_value_eur(flows_eur: FloatArray, discount_ratio: float) -> float:
    """Return the sum of `flow_t / (1 + r)^t`, t from 0."""
    return float(flows_eur @ (1.0 + discount_ratio) ** -np.arange(len(flows_eur)))


@dataclass(frozen=True, slots=True, eq=False)
class KeptSales:
    """Part of a plant's local sales that is left in each year, in kWh and in euros, arrays (H + 1,).

    What leaves becomes surplus.
    """

    kwh_ratio: FloatArray
    eur_ratio: FloatArray


def plant_flows(year: PlantYear, finance: Finance, kept: KeptSales | None = None) -> CashFlows:
    """Return the flows of one plant before grants of the operation, tax and debt; arrays (H + 1,).

    Args:
        kept: what is left of its local sales when members leave; None when nobody does.
    """
    t = np.arange(finance.horizon_years + 1, dtype=np.float64)
    charges = year.charges
    running = (t > 0) & runs(len(t), charges.life_years)
    fade = faded(year, finance, 0.0)
    own_rest_eur = year.own_use_eur - year.own_supply_eur
    dearer = np.where(running, (1.0 + cost_growth(year, finance)) ** (t - 1.0), 0.0)
    replaced = t == (finance.inverter_year or -1)
    zeros = np.zeros(len(t))
    flows = CashFlows(
        production_kwh=year.production_kwh * fade,
        local_eur_ht=year.local_eur
        * faded(year, finance, finance.indexation_ratio)
        * (1.0 if kept is None else kept.eur_ratio),
        surplus_eur_ht=_surplus_eur(year, finance, fade, np.ones(len(t)) if kept is None else kept.kwh_ratio),
        own_use_eur_ht=year.own_supply_eur * faded(year, finance, finance.supply_growth_ratio)
        + own_rest_eur * fade,
        investment_eur_ht=np.where(t == 0, -(year.capex_eur + charges.connection_eur), 0.0),
        grant_eur=np.where(t == 1, year.contract.premium_eur_per_kwp * year.kwp, 0.0)
        + at_start(charges.grant_eur, len(t)),
        opex_eur_ht=-year.opex_eur * dearer,
        insurance_eur_ht=-charges.insurance_eur * dearer,
        rent_eur_ht=-rent_eur(charges, finance),
        injection_turpe_eur_ht=-charges.injection_turpe_eur * dearer,
        ifer_eur=-charges.ifer_eur * dearer * _ifer_ratio(charges, t),
        inverter_eur_ht=np.where(replaced, -year.inverter_eur * dearer, 0.0),
        tax_eur=zeros,
        equity_tax_eur=zeros,
        loan_eur=zeros,
        interest_eur=zeros,
        principal_eur=zeros,
        investment_vat_eur=zeros,
        running_vat_eur=zeros,
    )
    return with_lost_vat(flows, charges.vat) if charges.vat.ratio > 0.0 else flows


def rent_eur(charges: PlantCharges, finance: Finance) -> FloatArray:
    """Rent of the roof or the land of a plant in each year that it runs, growing as costs do, (H + 1,)."""
    t = np.arange(finance.horizon_years + 1, dtype=np.float64)
    running = (t > 0) & runs(len(t), charges.life_years)
    return np.where(running, charges.rent_eur * (1.0 + _growth(charges, finance)) ** (t - 1.0), 0.0)


def faded(year: PlantYear, finance: Finance, growth_ratio: float) -> FloatArray:
    """Return what becomes of one unit of the first year that fades as a plant does and grows, (H + 1,)."""
    t = np.arange(finance.horizon_years + 1, dtype=np.float64)
    running = (t > 0) & runs(len(t), year.charges.life_years)
    kept = (1.0 - year.degradation_ratio) * (1.0 + growth_ratio)
    return np.where(running, kept ** (t - 1.0), 0.0)


def runs(count: int, life_years: int | None) -> BoolArray:
    """Return in which years 0, 1, ... of the plan a plant still runs, shape (count,).

    >>> runs(4, 2).tolist()
    [True, True, True, False]
    """
    return np.arange(count) <= (count if life_years is None else life_years)


def cost_growth(year: PlantYear, finance: Finance) -> float:
    """Return the yearly growth of what a plant costs."""
    return _growth(year.charges, finance)


def _growth(charges: PlantCharges, finance: Finance) -> float:
    own = charges.opex_indexation_ratio
    return finance.indexation_ratio if own is None else own


def _ifer_ratio(charges: PlantCharges, t: FloatArray) -> FloatArray:
    reduced = charges.ifer_reduced_years
    return np.where(t <= (len(t) if reduced is None else reduced), 1.0, charges.ifer_full_ratio)


def _surplus_eur(year: PlantYear, finance: Finance, fade: FloatArray, kept_ratio: FloatArray) -> FloatArray:
    contract = year.contract
    t = np.arange(len(fade))
    indexed = contract.eur_per_kwh * (1.0 + contract.indexation_ratio) ** (t - 1.0)
    shared: FloatArray = year.shared_kwh * fade * kept_ratio
    surplus = (year.surplus_kwh + year.shared_kwh * (1.0 - kept_ratio)) * fade
    paid = np.array(
        [
            paid_surplus_kwh(contract, year.kwp, left, taken, years=1.0)
            for left, taken in zip(surplus.tolist(), shared.tolist(), strict=True)
        ]
    )
    market = (finance.market_eur_per_kwh or 0.0) * (1.0 + finance.market_growth_ratio) ** (t - 1.0)
    under_contract = t <= (len(t) if contract.years is None else contract.years)
    return np.where(under_contract, paid * indexed, surplus * market)


def sum_flows(flows: Sequence[CashFlows]) -> CashFlows:
    """Return the flows of several plants or producers together."""
    if len(flows) == 1:
        return flows[0]
    names = [field.name for field in fields(CashFlows)]
    return CashFlows(**{name: np.sum([getattr(f, name) for f in flows], axis=0) for name in names})


def with_grant(flows: CashFlows, grant_eur: float) -> CashFlows:
    """Return the flows with a grant received at the start."""
    return replace(flows, grant_eur=flows.grant_eur + at_start(grant_eur, len(flows.grant_eur)))


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


def lcoe_eur_per_kwh(flows: CashFlows, discount_ratio: float) -> float | None:
    """Return discounted costs over discounted kWh, without grant, tax nor debt; None without kWh."""
    costs = flows.investment_eur_ht + flows.opex_eur_ht + flows.charges_eur_ht + flows.inverter_eur_ht
    kwh = present_value_eur(flows.production_kwh, discount_ratio)
    return -present_value_eur(costs, discount_ratio) / kwh if kwh > 0.0 else None


def producer_flows(
    years: Sequence[PlantYear],
    finance: Finance,
    grant_eur: float,
    kept: Mapping[str, KeptSales] | None = None,
) -> CashFlows:
    """Return the flows of one producer's plants, with grant, debt and its own tax.

    Args:
        kept: what is left of the sales of each plant, by id; None when nobody leaves.
    """
    each = [plant_flows(year, finance, None if kept is None else kept[year.id]) for year in years]
    flows = with_grant(sum_flows(each), grant_eur)
    return with_tax(with_debt(flows, finance), taxed(years, finance))


def taxed(years: Sequence[PlantYear], finance: Finance) -> Finance:
    """Return the hypotheses with the tax on profits of one producer, where it is known."""
    own = years[0].tax_ratio if years else None
    return finance if own is None else replace(finance, tax_ratio=own)


def break_even_local_eur_per_kwh(
    years: Sequence[PlantYear], finance: Finance, grant_eur: float
) -> float | None:
    """Return the flat local price of the first year at which the present value of the project is zero.

    None when the plants share nothing. The value rises with the price: straight without tax, bent with one.
    """
    if sum(year.shared_kwh for year in years) <= 0.0:
        return None
    return _break_even(tuple(replace(year, local_eur=0.0) for year in years), finance, grant_eur)


@lru_cache(maxsize=64)
def _break_even(years: tuple[PlantYear, ...], finance: Finance, grant_eur: float) -> float:
    """Return the price at which plants are worth nothing; kept, since no local price moves it."""
    discount = nominal_discount_ratio(finance)

    def value_eur(price: float) -> float:
        priced = [replace(year, local_eur=price * year.shared_kwh) for year in years]
        return present_value_eur(producer_flows(priced, finance, grant_eur).project_eur_ht, discount)

    low, high = 0.0, 1.0
    at_low, at_high = value_eur(low), value_eur(high)
    if taxed(years, finance).tax_ratio == 0.0:
        return low - at_low * (high - low) / (at_high - at_low)
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
