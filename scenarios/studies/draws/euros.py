"""What draws bring: the ledger filled for many of them at once, R rows, each a draw under a key.

VAT on bills is left aside: no indicator counts it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.bills.surplus import own_use, paid_kwh
from acc.bills.tariffs import NOT_SOLD, SurplusContract
from acc.ledger.fill import fill, first_year, plant_blocks, running_blocks
from acc.ledger.lines import paces_of
from acc.ledger.sums import brought, person_gains, summed
from acc.ledger.year import YearEuros, YearVolumes, plant_income, year_euros
from acc.plan.cash_flows import project_eur
from acc.plan.plan_terms import PlanTerms
from scenarios.studies.draws.case import Case


@dataclass(frozen=True, slots=True, eq=False)
class Volumes:
    """What euros are made from: kWh of R rows, and what prices are multiplied by in each, (R,).

    Attributes:
        consumption_kwh: by slot of each participant's clock, (R, N, S).
        local_kwh: received, (R, M or 1, N, S).
        own_use_kwh: behind the meter of each plant's host, by slot of its clock, (R, M, S).
        shared_kwh: of each plant, (R, M), through the battery too; `surplus_kwh` what nobody took.
        injected_kwh: by each plant, (R, M).
        surplus_price_ratio: what the price of the surplus of each plant is multiplied by, (R, M).
        stays: who has not left, (R, N).
        supply_ratio, local_ratio, capex_ratio: of the suppliers' and local prices, of the investment.
    """

    consumption_kwh: FloatArray
    local_kwh: FloatArray
    own_use_kwh: FloatArray
    shared_kwh: FloatArray
    surplus_kwh: FloatArray
    injected_kwh: FloatArray
    surplus_price_ratio: FloatArray
    stays: BoolArray
    supply_ratio: FloatArray
    local_ratio: FloatArray
    capex_ratio: FloatArray


def joined(parts: Sequence[Volumes]) -> Volumes:
    """Return the rows of several as one."""
    names = [field.name for field in fields(Volumes)]
    return Volumes(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


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
    """

    savings_eur: FloatArray
    sold_eur: FloatArray
    gain_eur: FloatArray
    npv_eur: FloatArray | None = None
    flows_eur: FloatArray | None = None
    connected_npv_eur: FloatArray | None = None
    connected_flows_eur: FloatArray | None = None


def euros_of(case: Case, kwh: Volumes) -> Euros:
    """Return what kWh bring under the prices of a case.

    Raises:
        ValueError: a case without prices.
    """
    if case.terms is None or case.chart is None:
        raise ValueError("euros are asked of a case without prices")
    year = _year(case, kwh)
    years, gain = case.years, _gain_eur(case, year, kwh)
    # Draws are of the first year: where dated changes tell the others apart, no plan is drawn.
    plan = () if case.plan is None or case.scenario.changes else _plan_eur(case, case.plan, year, kwh)
    return Euros(year.savings_eur * years, year.sold_eur[..., 0] * years, gain, *plan)


def _year(case: Case, kwh: Volumes) -> YearEuros:
    assert case.terms is not None
    assert case.tariffs is not None
    hosts = [None if host < 0 else int(host) for host in case.behind]
    volumes = YearVolumes(
        consumption_kwh=kwh.consumption_kwh,
        local_kwh=kwh.local_kwh,
        shared_kwh=kwh.shared_kwh,
        own_use=own_use(case.terms, case.tariffs.plants, kwh.own_use_kwh, hosts),
        years=case.years,
        stays=kwh.stays,
    )
    terms = case.terms if case.by_plant else case.terms.pooled()
    return year_euros(terms, volumes).at_prices(kwh.supply_ratio, kwh.local_ratio)


def _gain_eur(case: Case, year: YearEuros, kwh: Volumes) -> FloatArray:
    """Return what each person gains over the period, (R, P), as `acc.accounts.persons` has it.

    Before the investment; what sites whose euros are unknown buy is not counted.
    """
    assert case.chart is not None
    persons, blocks = len(case.chart.persons), first_year(case.chart, year)
    if case.plan is not None:
        costs = {name: -eur[..., 1:2] for name, eur in case.plan.costs_eur(kwh.capex_ratio).items()}
        blocks += running_blocks(case.chart, costs)
    plants = summed(_surplus_eur(case, kwh)[..., None], case.chart.plant, persons)
    gain: FloatArray = (brought(blocks, persons) * case.years + plants)[..., 0]
    return np.broadcast_to(gain, (len(kwh.stays), persons))


def _surplus_eur(case: Case, kwh: Volumes) -> FloatArray:
    """Return what the surplus of each plant is paid under its contract, (R, M); nothing where it has none.

    What is lost in a battery is injected too, and stands under the cap.
    """
    assert case.tariffs is not None  # euros are computed with them
    contracts = [plant.surplus for plant in case.tariffs.plants]
    price = np.array([0.0 if c is None or c.code == NOT_SOLD else c.eur_per_kwh for c in contracts])
    caps = np.array([_cap_hours(contract) for contract in contracts]) * case.kwp * case.years
    paid = paid_kwh(caps, kwh.surplus_kwh, kwh.injected_kwh - kwh.surplus_kwh)
    earned: FloatArray = paid * price * kwh.surplus_price_ratio
    return earned


def _cap_hours(contract: SurplusContract | None) -> float:
    return np.inf if contract is None or contract.cap_hours is None else contract.cap_hours


def _plan_eur(case: Case, plan: PlanTerms, year: YearEuros, kwh: Volumes) -> tuple[FloatArray, ...]:
    """Return what each person gains over the plan, (R, P), and the cash of producers in each year.

    Then the same where connections that nobody knows cost their upper figure.
    """
    assert case.chart is not None
    # A dearer kWh of surplus counts for more of them: sold by the hour no contract caps it.
    surplus = kwh.surplus_kwh * kwh.surplus_price_ratio / case.years
    income = plant_income(year, kwh.shared_kwh / case.years, surplus)
    flows = plan.flows(income, kwh.capex_ratio)
    blocks = (*fill(case.chart, year, paces_of(plan)).blocks, *plant_blocks(case.chart, flows))
    cash = project_eur(plan, flows)
    gains = person_gains(case.chart, blocks)
    # An undecided price leaves no plan, though bills may be known.
    decided = np.isfinite(cash.sum(axis=-1, keepdims=True))
    npv = np.where(decided, gains.gain_eur @ plan.discounting, np.nan)
    if plan.connected is None:
        return npv, cash, npv, cash
    dearer = plan.connected.flows(income, kwh.capex_ratio)
    connected = gains.with_invested(case.chart, plant_blocks(case.chart, dearer))
    at_most = np.where(decided, connected.gain_eur @ plan.discounting, np.nan)
    return npv, cash, at_most, project_eur(plan.connected, dearer)
