"""A producer's plan: what plants cost and earn each year, payback, cost of a kWh. Nominal money.

What an investment is worth (VAN, TRI) is asked of an `Appraise`: no financial library is needed here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import reduce

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.bills.surplus import paid_kwh
from acc.finance import Finance
from acc.plan.plants import KeptSales, PlannedPlant, PlantIncome, tax_ratio
from acc.plan.values import (
    CashFlows,
    PaybackState,
    Plan,
    RootState,
    debt_cover,
    lost_vat_eur,
    with_debt,
    with_tax,
)
from acc.units import LEAST_KWH, for_each_kwh


@dataclass(frozen=True, slots=True, eq=False)
class PriceSteps:
    """What prices are multiplied by in each year, beside their index: 1 where nobody announced anything.

    Attributes:
        local: of the operation, (Y,).
        sites, hosts: of the supplier of each site, and of that above whose meter each plant stands, (N, Y),
            (M, Y).
    """

    local: FloatArray
    sites: FloatArray
    hosts: FloatArray


NO_STEPS = PriceSteps(np.ones(1), np.ones((1, 1)), np.ones((1, 1)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanTerms:
    """All that turns what plants make in a year into the years of a plan: M plants, years 0 to H.

    Attributes:
        running: in which years each plant runs, (M, H + 1); `fade` what is left then of its first output.
        stated, following: what they cost whatever is invested, and for each investment as it stands, by line
            of `CashFlows`, negative, (M, H + 1).
        cap_kwh: that a contract pays in a year, (M, 1); infinite without cap.
        contract_eur_per_kwh, market_eur_per_kwh: of the surplus in each year; `under_contract` says which.
        connected: the same where connections that nobody knows cost their upper figure; None where none has
            one.
        steps: what prices are multiplied by beside their index.
    """

    finance: Finance
    plants: tuple[PlannedPlant, ...]
    running: BoolArray
    fade: FloatArray
    stated: Mapping[str, FloatArray]
    following: Mapping[str, FloatArray]
    cap_kwh: FloatArray
    under_contract: BoolArray
    contract_eur_per_kwh: FloatArray
    market_eur_per_kwh: FloatArray
    connected: "PlanTerms | None" = None
    steps: PriceSteps = NO_STEPS

    @property
    def producers(self) -> Mapping[str, list[int]]:
        """The rows of the plants of each producer."""
        rows: dict[str, list[int]] = {}
        for m, plant in enumerate(self.plants):
            rows.setdefault(plant.owner, []).append(m)
        return rows

    def tax_ratio(self, rows: Sequence[int]) -> float:
        """Tax on profits that the owner of some plants pays."""
        return tax_ratio([self.plants[m] for m in rows], self.finance)

    @property
    def supply(self) -> FloatArray:
        """What becomes of a euro that fades and follows the suppliers' prices, (M, H + 1)."""
        supply = grown(self.finance.supply_growth_ratio, self.finance.horizon_years)
        return self.fade * supply * self.steps.hosts

    @property
    def local(self) -> FloatArray:
        """The same of a euro of local sales."""
        return self.fade * grown(self.finance.indexation_ratio, self.finance.horizon_years) * self.steps.local

    @property
    def surplus(self) -> FloatArray:
        """What becomes of a kWh of surplus that no cap holds back, (M, H + 1)."""
        return self.fade * np.where(self.under_contract, self.contract_eur_per_kwh, self.market_eur_per_kwh)

    @property
    def stopped_ratio(self) -> FloatArray:
        """Part of the surplus under contract that is neither made nor sold, (M, 1)."""
        return _column([plant.contract.stopped_ratio for plant in self.plants])

    @property
    def cost_growth_ratio(self) -> float:
        """Yearly growth of what the operation costs: that of its plants."""
        return cost_growth(self.plants[0], self.finance) if self.plants else 0.0

    @property
    def discounting(self) -> FloatArray:
        """Worth today of a euro of each year, (H + 1,)."""
        return (1.0 + nominal_discount_ratio(self.finance)) ** -np.arange(self.finance.horizon_years + 1.0)

    def costs_eur(self, capex_ratio: FloatArray | float = 1.0) -> dict[str, FloatArray]:
        """Return each line of costs and grants, (..., M, H + 1).

        Args:
            capex_ratio: what the investment is multiplied by, (...,).
        """
        times = np.asarray(capex_ratio)[..., None, None]
        return {name: eur + times * self.following[name] for name, eur in self.stated.items()}

    def flows(
        self, income: PlantIncome, capex_ratio: FloatArray | float = 1.0, kept: KeptSales | None = None
    ) -> CashFlows:
        """Return the lines of each plant, before tax and debt, (..., M, H + 1).

        Args:
            kept: what is left of local sales when members leave; None when nobody does.
        """
        none = np.zeros_like(self.fade)
        grows = grown(self.finance.supply_growth_ratio, self.finance.horizon_years) * self.steps.hosts
        supply = self.years(income.own_supply_eur, by_year=income.by_year)
        own_use = self.years(income.own_use_eur, by_year=income.by_year)
        sold = self.local_of(income.local_eur, by_year=income.by_year)
        paid, over = self.surplus_kwh(income, kept)
        made_kwh = self.years(income.production_kwh, by_year=income.by_year)
        return CashFlows(
            production_kwh=made_kwh - paid * self.stopped_ratio,
            local_eur_ht=sold if kept is None else sold * kept.eur_ratio,
            surplus_eur_ht=paid * self.contract_eur_per_kwh + over * self.market_eur_per_kwh,
            own_use_eur_ht=own_use + supply * (grows - 1.0),
            **self.costs_eur(capex_ratio),
            **dict.fromkeys(FINANCED, none),
        )

    def years(self, amount: FloatArray, *, by_year: bool = False) -> FloatArray:
        """Amounts of each year of the plan from those of the first, (..., M), or of each one, (..., M, H)."""
        if by_year:
            padded = np.concatenate((np.zeros_like(amount[..., :1]), amount), axis=-1)
            return np.where(self.running, padded, 0.0)
        return amount[..., None] * self.fade

    def local_of(self, amount: FloatArray, *, by_year: bool = False) -> FloatArray:
        """Return the same of euros, or kWh, of local sales, which follow the local price."""
        growth = grown(self.finance.indexation_ratio, self.finance.horizon_years) * self.steps.local
        return self.years(amount, by_year=by_year) * growth

    def surplus_kwh(
        self, income: PlantIncome, kept: KeptSales | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """Return the surplus that contracts pay, and what is sold once they are over, (..., M, H + 1)."""
        shared = self.years(income.shared_kwh, by_year=income.by_year)
        surplus = self.years(income.surplus_kwh, by_year=income.by_year)
        if kept is not None:
            surplus = surplus + shared * (1.0 - kept.kwh_ratio)
            shared = shared * kept.kwh_ratio
        paid = np.where(self.under_contract, paid_kwh(self.cap_kwh, surplus, shared), 0.0)
        return paid, np.where(self.under_contract, 0.0, surplus)


FINANCED = ("tax_eur", "equity_tax_eur", "loan_eur", "interest_eur", "principal_eur")
"""Lines that a producer has, and no plant."""


def plan_terms(plants: Sequence[PlannedPlant], finance: Finance, steps: PriceSteps = NO_STEPS) -> PlanTerms:
    """Return the terms of a plan; the grants of the operation are split by investment."""
    t = np.arange(finance.horizon_years + 1, dtype=np.float64)
    age = t - _column([plant.first_year - 1.0 for plant in plants])
    running = np.array([running_years(plant, finance) for plant in plants]).reshape(len(plants), len(t))
    stated, following = _costs_eur(plants, finance, running)
    stated["grant_eur"][:, 0] += _capex_part(plants) * finance.grant_eur
    contracts = [plant.contract for plant in plants]
    caps = [np.inf if c.cap_hours is None else c.cap_hours for c in contracts]
    indexed = [c.eur_per_kwh * (1.0 + c.indexation_ratio) ** _since(age[m]) for m, c in enumerate(contracts)]
    unknown = any(plant.charges.connection_more_eur for plant in plants)
    return PlanTerms(
        finance=finance,
        plants=tuple(plants),
        running=running,
        fade=np.where(running, (1.0 - _column([p.degradation_ratio for p in plants])) ** _since(age), 0.0),
        stated=stated,
        following=following,
        cap_kwh=_column(caps) * _column([plant.power_kwp for plant in plants]),
        under_contract=age <= _column([np.inf if c.years is None else c.years for c in contracts]),
        contract_eur_per_kwh=np.array(indexed).reshape(len(plants), len(t)),
        market_eur_per_kwh=(finance.market_eur_per_kwh or 0.0)
        * grown(finance.market_growth_ratio, finance.horizon_years),
        connected=plan_terms([plant.connected for plant in plants], finance, steps) if unknown else None,
        steps=steps,
    )


def running_years(plant: PlannedPlant, finance: Finance) -> BoolArray:
    """Return in which years of the plan a plant runs, (H + 1,)."""
    t, life, last = np.arange(finance.horizon_years + 1), plant.charges.life_years, plant.last_year
    ends = np.inf if life is None else plant.first_year - 1 + life
    return (t >= plant.first_year) & (t <= ends) & (t <= (np.inf if last is None else last))


def plant_flows(plant: PlannedPlant, finance: Finance, income: PlantIncome | None = None) -> CashFlows:
    """Return the lines of one plant, (H + 1,), without the grants of the operation.

    Args:
        income: of this plant, (1,); None where it makes nothing.
    """
    earned = PlantIncome.none(1) if income is None else income
    flows = plan_terms([plant], replace(finance, grant_eur=0.0)).flows(earned)
    return CashFlows(**{field.name: getattr(flows, field.name)[0] for field in fields(CashFlows)})


def grown(growth_ratio: float, horizon_years: int) -> FloatArray:
    """Return a price of 1 in the first year, in years 0 to H; year 0 has that of the first."""
    return (1.0 + growth_ratio) ** _since(np.arange(horizon_years + 1, dtype=np.float64))


def nominal_discount_ratio(finance: Finance) -> float:
    """Return the discount rate on money of each year; a real rate is compounded with inflation."""
    if not finance.real:
        return finance.discount_ratio
    return (1.0 + finance.discount_ratio) * (1.0 + (finance.inflation_ratio or 0.0)) - 1.0


def rent_eur(plant: PlannedPlant, finance: Finance) -> FloatArray:
    """Rent of the roof or the land of a plant in each year that it runs, growing as costs do, (H + 1,)."""
    grows = grown(cost_growth(plant, finance), finance.horizon_years)
    return np.where(running_years(plant, finance), plant.charges.rent_eur * grows, 0.0)


def cost_growth(year: PlannedPlant, finance: Finance) -> float:
    """Return the yearly growth of what a plant costs."""
    own = year.charges.opex_indexation_ratio
    return finance.indexation_ratio if own is None else own


def _since(t: FloatArray) -> FloatArray:
    """Number of price increases before each year."""
    return np.maximum(t - 1.0, 0.0)


def _column(values: Sequence[float]) -> FloatArray:
    return np.array(values, dtype=np.float64)[:, None]


def _capex_part(plants: Sequence[PlannedPlant]) -> FloatArray:
    capex = np.array([plant.capex_eur for plant in plants], dtype=np.float64)
    total = capex.sum()
    return capex / total if total > 0.0 else np.full(len(plants), 1.0 / max(1, len(plants)))


def _costs_eur(
    plants: Sequence[PlannedPlant], finance: Finance, running: BoolArray
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Return costs and grants of each plant whatever is invested, and those that follow it."""
    shape = running.shape
    stated, following = ({name: np.zeros(shape) for name in COSTS} for _ in range(2))
    for m, plant in enumerate(plants):
        lines = _lines_eur(plant, finance, running[m])
        for name, eur in lines.items():
            part = following if name in FOLLOWS and not _is_stated(plant, finance, name) else stated
            part[name][m] = eur
        if plant.first_year <= finance.horizon_years:
            stated["investment_eur_ht"][m, plant.first_year - 1] = -plant.charges.connection_eur
        for part in (stated, following):
            part["investment_vat_eur"][m], part["running_vat_eur"][m] = lost_vat_eur(
                plant.charges.vat, *(part[name][m] for name in TAXED)
            )
    return stated, following


COSTS = (
    "investment_eur_ht",
    "grant_eur",
    "opex_eur_ht",
    "insurance_eur_ht",
    "rent_eur_ht",
    "injection_turpe_eur_ht",
    "ifer_eur",
    "inverter_eur_ht",
    "investment_vat_eur",
    "running_vat_eur",
)
"""Lines of `CashFlows` that no kWh moves."""

TAXED = ("investment_eur_ht", "inverter_eur_ht", "opex_eur_ht", "injection_turpe_eur_ht")
"""Those that bear VAT: insurance, rent and taxes bear none."""

FOLLOWS = frozenset({"investment_eur_ht", "opex_eur_ht", "insurance_eur_ht", "inverter_eur_ht"})
"""Those that follow the investment where the folder is silent."""


def _is_stated(plant: PlannedPlant, finance: Finance, line: str) -> bool:
    general = {
        "opex_eur_ht": finance.opex_eur_per_kwp_year,
        "inverter_eur_ht": finance.inverter_eur_per_kwp,
    }
    return line.removesuffix("_ht") in plant.fixed_lines or general.get(line) is not None


def _lines_eur(plant: PlannedPlant, finance: Finance, running: BoolArray) -> dict[str, FloatArray]:
    """Cost lines of a plant, connection excluded, and its grants, (H + 1,) each, EUR."""
    charges, t = plant.charges, np.arange(len(running)) - (plant.first_year - 1)  # years since it was built
    dearer = np.where(running, grown(cost_growth(plant, finance), finance.horizon_years), 0.0)
    year = np.arange(len(running))
    comes = len(year) + 1 if plant.battery_year is None else plant.battery_year
    reduced = len(t) if charges.ifer_reduced_years is None else charges.ifer_reduced_years
    return {
        "investment_eur_ht": np.where(t == 0, -plant.capex_eur, 0.0)
        - np.where(year == comes - 1, plant.battery_capex_eur, 0.0),
        "grant_eur": np.where(t == 1, plant.contract.premium_eur_per_kwp * plant.power_kwp, 0.0)
        + np.where(t == 0, charges.grant_eur, 0.0),
        "opex_eur_ht": -(plant.opex_eur + np.where(year >= comes, plant.battery_opex_eur, 0.0)) * dearer,
        "insurance_eur_ht": -charges.insurance_eur * dearer,
        "rent_eur_ht": -rent_eur(plant, finance),
        "injection_turpe_eur_ht": -charges.injection_turpe_eur * dearer,
        "ifer_eur": -charges.ifer_eur * dearer * np.where(t <= reduced, 1.0, charges.ifer_full_ratio),
        "inverter_eur_ht": np.where(t == (finance.inverter_year or -1), -plant.inverter_eur * dearer, 0.0),
    }


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
    names = [field.name for field in fields(CashFlows)]
    by_owner: dict[str, CashFlows] = {}
    for owner, rows in terms.producers.items():
        lines = {name: getattr(flows, name)[..., rows, :].sum(axis=-2) for name in names}
        by_owner[owner] = with_tax(with_debt(CashFlows(**lines), terms.finance), terms.tax_ratio(rows))
    return by_owner


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
