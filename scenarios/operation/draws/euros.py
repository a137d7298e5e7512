"""What draws bring: the ledger filled for many of them at once, R rows, each a draw under a key."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.bills.surplus import own_use, paid_kwh
from acc.bills.tariffs import NOT_SOLD
from acc.ledger.chart import VAT, paces_of
from acc.ledger.fill import (
    YearEuros,
    YearVolumes,
    fill,
    first_year,
    plant_blocks,
    plant_income,
    running_blocks,
    year_euros,
)
from acc.ledger.sums import brought, person_gains, summed
from acc.plan.cash_flows import PlanTerms, plan_terms, project_eur
from acc.plan.plants import PlannedPlant, PlantIncome
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.plan_years import AgedYears


@dataclass(frozen=True, slots=True, eq=False)
class KwhRows:
    """The kWh of a year in R rows; of J years of a plan, (R, J, ...).

    Attributes:
        consumption_kwh: by slot of each participant's clock, (R, N, S).
        local_kwh: received, (R, M or 1, N, S).
        own_use_kwh: behind the meter of each plant's host, by slot of its clock, (R, M, S).
        shared_kwh: of each plant, (R, M), through the battery too; `surplus_kwh` what nobody took.
    """

    consumption_kwh: FloatArray
    local_kwh: FloatArray
    own_use_kwh: FloatArray
    shared_kwh: FloatArray
    surplus_kwh: FloatArray

    def take(self, rows: IntArray) -> "KwhRows":
        """Return some rows."""
        return KwhRows(*(getattr(self, name)[rows] for name in OF_KWH))


OF_KWH = tuple(field.name for field in fields(KwhRows))


@dataclass(frozen=True, slots=True, eq=False)
class LaterRows:
    """The years 1 to H of a plan that dated changes tell apart, in R rows.

    Attributes:
        kwh: of the J years that were settled.
        weights: of each of them in each year, (R, H, J).
        runs: first and last year in which each plant runs, 0 to the end of its life, (R, M, 2).
    """

    kwh: KwhRows
    weights: FloatArray
    runs: FloatArray

    @property
    def years(self) -> KwhRows:
        """The kWh of each year, (R, H, ...)."""

        def of_each(values: FloatArray) -> FloatArray:
            flat = values.reshape(*values.shape[:2], -1)
            yearly: FloatArray = np.matmul(self.weights, flat)
            return yearly.reshape(len(values), -1, *values.shape[2:])

        return KwhRows(*(of_each(getattr(self.kwh, name)) for name in OF_KWH))

    @property
    def shared_kwh(self) -> FloatArray:
        """What all plants share in each year, (R, H)."""
        shared: FloatArray = (self.weights @ self.kwh.shared_kwh.sum(axis=-1)[..., None])[..., 0]
        return shared

    def take(self, rows: IntArray) -> "LaterRows":
        """Return some rows."""
        return LaterRows(self.kwh.take(rows), self.weights[rows], self.runs[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Volumes:
    """What euros are made from: kWh of R rows, and what prices are multiplied by in each, (R,).

    Attributes:
        kwh: of the first year; `later` of those of a plan, where dated changes tell them apart.
        injected_kwh: by each plant, (R, M).
        surplus_price_ratio: what the price of the surplus of each plant is multiplied by, (R, M).
        stays: who has not left, (R, N).
        supply_ratio, local_ratio, capex_ratio: of the suppliers' and local prices, of the investment.
        key: number of the key of each row.
    """

    kwh: KwhRows
    injected_kwh: FloatArray
    surplus_price_ratio: FloatArray
    stays: BoolArray
    supply_ratio: FloatArray
    local_ratio: FloatArray
    capex_ratio: FloatArray
    key: FloatArray
    later: LaterRows | None = None

    @property
    def size(self) -> int:
        """Numbers in the largest array that euros are made from."""
        local = self.kwh.local_kwh.size
        return local if self.later is None else local * self.later.weights.shape[1]

    def take(self, rows: IntArray) -> "Volumes":
        """Return some rows."""
        arrays = {name: getattr(self, name)[rows] for name in FACTORS}
        later = None if self.later is None else self.later.take(rows)
        return Volumes(kwh=self.kwh.take(rows), later=later, **arrays)


FACTORS = tuple(field.name for field in fields(Volumes) if field.name not in {"kwh", "later"})
"""Arrays of `Volumes` that hold no kWh of a year."""


def joined(year_shares: Sequence[Volumes]) -> Volumes:
    """Return the rows of several as one."""
    later = [part.later for part in year_shares if part.later is not None]
    return Volumes(
        kwh=joined_kwh([part.kwh for part in year_shares]),
        later=LaterRows(
            joined_kwh([rows.kwh for rows in later]),
            np.concatenate([rows.weights for rows in later]),
            np.concatenate([rows.runs for rows in later]),
        )
        if later
        else None,
        **{name: np.concatenate([getattr(part, name) for part in year_shares]) for name in FACTORS},
    )


def joined_kwh(parts: Sequence[KwhRows]) -> KwhRows:
    """Return the rows of several years as one."""
    return KwhRows(*(np.concatenate([getattr(part, name) for part in parts]) for name in OF_KWH))


@dataclass(frozen=True, slots=True, eq=False)
class Euros:
    """What R rows bring; nothing of a plan where there is none.

    Attributes:
        savings_eur: of each site over the period, (R, N); nan where unknown.
        sold_eur: locally by each plant, (R, M).
        gain_eur: of each person before the investment, (R, P); `npv_eur` over the plan, tax paid.
        flows_eur: cash of the producers in each year, (R, H + 1); nan where a price is undecided.
        connected_npv_eur, connected_flows_eur: the same where connections that nobody knows cost their upper
            figure.
        yearly_eur: what all gain in each year before what is built in it and tax on profit, (R, H + 1).
    """

    savings_eur: FloatArray
    sold_eur: FloatArray
    gain_eur: FloatArray
    npv_eur: FloatArray | None = None
    flows_eur: FloatArray | None = None
    connected_npv_eur: FloatArray | None = None
    connected_flows_eur: FloatArray | None = None
    yearly_eur: FloatArray | None = None

    def with_plan(self, plan: Sequence[FloatArray]) -> "Euros":
        """Return the same with what `_plan_eur` gives of a plan."""
        return Euros(self.savings_eur, self.sold_eur, self.gain_eur, *plan)


def euros_of(case: Case, kwh: Volumes) -> Euros:
    """Euros of volumes under the prices of a case.

    Raises:
        ValueError: a case without prices.
    """
    if case.terms is None or case.chart is None:
        raise ValueError("euros are asked of a case without prices")
    year = _euros_of_kwh(case, kwh, kwh.kwh, case.period_years)
    years, gain = case.period_years, _gain_eur(case, year, kwh)
    first = Euros(year.savings_eur * years, year.sold_eur[..., 0] * years, gain)
    if case.plan is None:
        return first
    if kwh.later is not None:
        return first.with_plan(_years_eur(case, case.plan, kwh))
    # Where dated changes tell the years of a plan apart, the first one is not repeated.
    if case.scenario.tells_years_apart:
        return first
    if case.aged is not None:
        return first.with_plan(_aged_eur(case, case.plan, case.aged, kwh))
    surplus = kwh.kwh.surplus_kwh * kwh.surplus_price_ratio / years
    income = plant_income(year, kwh.kwh.shared_kwh / years, surplus)
    return first.with_plan(_plan_eur(case, case.plan, (year, income), kwh.capex_ratio))


def _euros_of_kwh(
    case: Case,
    rows: Volumes,
    kwh: KwhRows,
    period_years: float,
    *,
    by_year: bool = False,
    weights: FloatArray | None = None,
) -> YearEuros:
    assert case.terms is not None
    assert case.tariffs is not None
    hosts = [None if host < 0 else int(host) for host in case.behind]
    stays = rows.stays[:, None] if by_year else rows.stays
    volumes = YearVolumes(
        consumption_kwh=kwh.consumption_kwh,
        local_kwh=kwh.local_kwh,
        shared_kwh=kwh.shared_kwh,
        own_use=own_use(case.terms, case.tariffs.plants, kwh.own_use_kwh, hosts),
        period_years=period_years,
        stays=stays,
        by_year=by_year,
        weights=weights,
    )
    terms = case.terms if case.by_plant else case.terms.pooled()
    return year_euros(terms, volumes).at_prices(rows.supply_ratio, rows.local_ratio)


def _gain_eur(case: Case, year: YearEuros, kwh: Volumes) -> FloatArray:
    """Gain of each person over the period, (R, P), EUR, as in `acc.accounts.persons`.

    Before the investment and the VAT on bills; what sites whose euros are unknown buy is not counted.
    """
    assert case.chart is not None
    persons = len(case.chart.persons)
    blocks = [block for block in first_year(case.chart, year) if block.line != VAT]
    if case.plan is not None:
        costs = {name: -eur[..., 1:2] for name, eur in case.plan.costs_eur(kwh.capex_ratio).items()}
        blocks += running_blocks(case.chart, costs)
    plants = summed(_surplus_eur(case, kwh)[..., None], case.chart.plant, persons)
    gain: FloatArray = (brought(blocks, persons) * case.period_years + plants)[..., 0]
    return np.broadcast_to(gain, (len(kwh.stays), persons))


def _surplus_eur(case: Case, kwh: Volumes) -> FloatArray:
    """Surplus income of each plant under its contract, (R, M), EUR; 0 where it has none.

    What is lost in a battery is injected too, and counts under the cap.
    """
    assert case.tariffs is not None  # euros are computed with them
    contracts = [plant.surplus for plant in case.tariffs.plants]
    price = np.array([0.0 if c is None or c.code == NOT_SOLD else c.eur_per_kwh for c in contracts])
    hours = [np.inf if c is None or c.cap_hours is None else c.cap_hours for c in contracts]
    caps = np.array(hours) * case.kwp * case.period_years
    paid = paid_kwh(caps, kwh.kwh.surplus_kwh, kwh.injected_kwh - kwh.kwh.surplus_kwh)
    earned: FloatArray = paid * price * kwh.surplus_price_ratio
    return earned


def _years_eur(case: Case, plan: PlanTerms, kwh: Volumes) -> list[FloatArray]:
    """Plan values with differing years, as `_plan_eur`: rows with the same plant years together."""
    assert kwh.later is not None
    _distinct, group = np.unique(kwh.later.runs.reshape(len(kwh.stays), -1), axis=0, return_inverse=True)
    values: list[FloatArray] = []
    for index in range(int(group.max()) + 1):
        some = kwh.take(np.flatnonzero(group.ravel() == index))
        assert some.later is not None
        staged = plan_terms(_staged(plan.plants, some.later.runs[0]), plan.finance, plan.steps)
        values = _more_rows(values, _plan_by_year_eur(case, staged, some, some.later.years, 1.0))
    back = np.argsort(np.argsort(group.ravel(), kind="stable"), kind="stable")
    return [each[back] for each in values]


MOST_AGED = 500_000
"""Numbers in the largest array of the years of rows whose panels age: 4 MB."""


def _aged_eur(case: Case, plan: PlanTerms, aged: AgedYears, kwh: Volumes) -> list[FloatArray]:
    """Plan values with ageing panels, as `_plan_eur`, some rows at a time."""
    each = max(1, kwh.kwh.local_kwh[0].size * aged.weights.shape[1])
    step, values = max(1, MOST_AGED // each), list[FloatArray]()
    for first in range(0, len(kwh.stays), step):
        some = kwh.take(np.arange(first, min(first + step, len(kwh.stays))))
        keys = some.key.astype(np.int64)
        years = KwhRows(**aged.of({name: getattr(some.kwh, name) for name in OF_KWH}, keys))
        values = _more_rows(
            values, _plan_by_year_eur(case, plan, some, years, case.period_years, aged.weights)
        )
    return values


def _plan_by_year_eur(
    case: Case,
    plan: PlanTerms,
    rows: Volumes,
    kwh: KwhRows,
    period_years: float,
    weights: FloatArray | None = None,
) -> tuple[FloatArray, ...]:
    """Plan values of rows whose kWh differ from year to year, as `_plan_eur`.

    Args:
        kwh: of each year, (R, H, ...), or of J of them whose `weights` in every year are given, (H, J).
    """
    year = _euros_of_kwh(case, rows, kwh, period_years, by_year=True, weights=weights)
    shared, surplus = (np.moveaxis(each, 1, -1) for each in (kwh.shared_kwh, kwh.surplus_kwh))
    if weights is not None:
        shared, surplus = (each @ weights.T / period_years for each in (shared, surplus))
    income = plant_income(year, shared, surplus * rows.surplus_price_ratio[..., None])
    return _plan_eur(case, plan, (year, income), rows.capex_ratio)


def _more_rows(values: list[FloatArray], part: Sequence[FloatArray]) -> list[FloatArray]:
    return [np.concatenate(pair) for pair in zip(values, part, strict=True)] if values else list(part)


def _staged(plants: Sequence[PlannedPlant], runs: FloatArray) -> list[PlannedPlant]:
    """Return plants that run from their first to their last year, (M, 2)."""
    return [
        replace(plant, first_year=int(first), last_year=int(last) or None)
        for plant, (first, last) in zip(plants, runs.tolist(), strict=True)
    ]


def _plan_eur(
    case: Case, plan: PlanTerms, euros: tuple[YearEuros, PlantIncome], capex_ratio: FloatArray
) -> tuple[FloatArray, ...]:
    """Gain of each person over the plan, (R, P), and producers' cash by year, (R, H + 1), EUR.

    Then the same where connections that nobody knows cost their upper figure, and what all gain in each year,
    before what is built in it and tax on profit. A dearer kWh of surplus counts for more of them: sold by
    the hour no contract caps it.
    """
    assert case.chart is not None
    year, income = euros
    flows, paces = plan.flows(income, capex_ratio), paces_of(plan, by_year=year.by_year)
    blocks = (*fill(case.chart, year, paces).blocks, *plant_blocks(case.chart, flows))
    cash = project_eur(plan, flows)
    gains = person_gains(case.chart, blocks)
    # An undecided price leaves no plan, though bills may be known.
    decided = np.isfinite(cash.sum(axis=-1, keepdims=True))
    npv = np.where(decided, gains.gain_eur @ plan.discounting, np.nan)
    yearly = gains.running_eur_ht.sum(axis=1)
    if plan.connected is None:
        return npv, cash, npv, cash, yearly
    dearer = plan.connected.flows(income, capex_ratio)
    connected = gains.with_invested(case.chart, plant_blocks(case.chart, dearer))
    at_most = np.where(decided, connected.gain_eur @ plan.discounting, np.nan)
    return npv, cash, at_most, project_eur(plan.connected, dearer), yearly
