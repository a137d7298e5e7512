"""The producer's plan against a spreadsheet in plain loops, and its edge states."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.bills.tariffs import PlantCostRates, SurplusContract
from acc.finance import Finance
from acc.plan.cash_flows import nominal_discount_ratio, payback, producer_plan, sum_flows
from acc.plan.plants import AMOUNTS, PlannedPlant, PlantCharges, PlantIncome, capex_eur_per_kwp
from acc.plan.values import DEPRECIATION_YEARS, PaybackState, RootState, debt_cover
from scenarios.operation.tariffs.price import appraise
from tests.acc.plan.producer import floor_eur_per_kwh, income, producer_flows
from tests.effort import law

OA = SurplusContract(code="oa", eur_per_kwh=0.011, indexation_ratio=0.02, cap_hours=1600.0, years=20)
ROOF = PlannedPlant(
    id="toit",
    owner="commune",
    power_kwp=100.0,
    contract=OA,
    capex_eur=110_000.0,
    opex_eur=2_200.0,
    inverter_eur=13_750.0,
    degradation_ratio=0.005,
)
MADE = income(
    production_kwh=115_000.0,
    shared_kwh=80_000.0,
    surplus_kwh=30_000.0,
    local_eur=8_400.0,
    own_use_eur=700.0,
    own_supply_eur=500.0,
)
NOTHING_SOLD = replace(MADE, local_eur=np.zeros(1), own_use_eur=np.zeros(1), own_supply_eur=np.zeros(1))
RICH = Finance(
    horizon_years=25,
    discount_ratio=0.04,
    indexation_ratio=0.015,
    supply_indexation_ratio=0.03,
    market_indexation_ratio=0.005,
    debt_ratio=0.7,
    debt_interest_ratio=0.035,
    debt_years=15,
    tax_ratio=0.25,
    market_eur_per_kwh=0.03,
)


def spreadsheet(plant: PlannedPlant, finance: Finance, grant: float) -> dict[str, list[float]]:
    """The plan as one would write it in a sheet: one row a year, no vector, no library."""
    made = {name: float(getattr(MADE, name)[0]) for name in AMOUNTS}
    rows: dict[str, list[float]] = {"energy": [0.0], "cost": [plant.capex_eur], "project": [], "equity": []}
    net = plant.capex_eur - grant
    loan = finance.debt_ratio * net
    i, n = finance.debt_interest_ratio, finance.debt_years
    annuity = loan * i / (1 - (1 + i) ** -n) if loan and i else loan / n
    rows["project"].append(-net)
    rows["equity"].append(-net + loan)
    rows["service"], rows["available"] = [0.0], [0.0]
    left, lost, lost_equity = loan, 0.0, 0.0
    years_down = min(DEPRECIATION_YEARS, finance.horizon_years)
    for t in range(1, finance.horizon_years + 1):
        fade, growth, supply, at_market = 1.0, 1.0, 1.0, 1.0
        for _before in range(t - 1):
            fade *= 1.0 - plant.degradation_ratio
            growth *= 1.0 + finance.indexation_ratio
            supply *= 1.0 + finance.supply_growth_ratio
            at_market *= 1.0 + finance.market_growth_ratio
        if plant.contract.years is None or t <= plant.contract.years:
            cap = (plant.contract.cap_hours or 1e12) * plant.power_kwp
            paid = min(made["surplus_kwh"] * fade, max(cap - made["shared_kwh"] * fade, 0.0))
            surplus = paid * plant.contract.eur_per_kwh * (1.0 + plant.contract.indexation_ratio) ** (t - 1)
        else:
            surplus = made["surplus_kwh"] * fade * (finance.market_eur_per_kwh or 0.0) * at_market
        premium = plant.contract.premium_eur_per_kwp * plant.power_kwp if t == 1 else 0.0
        opex = plant.opex_eur * growth
        inverter = plant.inverter_eur * growth if t == finance.inverter_year else 0.0
        own = made["own_supply_eur"] * supply + made["own_use_eur"] - made["own_supply_eur"]
        operating = (made["local_eur"] * growth + own) * fade + surplus - opex - inverter
        interest = left * i if t <= n else 0.0
        principal = annuity - interest if t <= n and loan else 0.0
        left -= principal
        down = net / years_down if t <= years_down else 0.0
        profit = operating + premium - down + lost
        tax, lost = finance.tax_ratio * max(profit, 0.0), min(profit, 0.0)
        profit = operating + premium - down - interest + lost_equity
        tax_equity, lost_equity = finance.tax_ratio * max(profit, 0.0), min(profit, 0.0)
        rows["energy"].append(made["production_kwh"] * fade)
        rows["cost"].append(opex + inverter)
        rows["project"].append(operating + premium - tax)
        rows["equity"].append(operating + premium - tax_equity - interest - principal)
        rows["service"].append(interest + principal)
        rows["available"].append(operating - tax_equity)
    return rows


def discounted(values: list[float], rate: float) -> float:
    total = 0.0
    for t, value in enumerate(values):
        total += value / (1.0 + rate) ** t
    return total


def rate_by_halves(flows: list[float]) -> float:
    low, high = -0.99, 10.0
    for _turn in range(200):
        middle = (low + high) / 2.0
        low, high = (middle, high) if discounted(flows, middle) > 0.0 else (low, middle)
    return low


def plan_of(plant: PlannedPlant, finance: Finance, grant: float = 0.0, made: PlantIncome = MADE):
    flows = producer_flows([plant], made, finance, grant)
    floor = floor_eur_per_kwh([plant], made, finance, grant)
    return producer_plan(plant.owner, [plant], flows, finance, appraise, floor)


@pytest.mark.parametrize(
    ("finance", "grant"),
    [
        (Finance(), 0.0),
        (RICH, 0.0),
        (RICH, 30_000.0),
        (replace(RICH, debt_interest_ratio=0.0, inverter_year=None), 0.0),
        (replace(RICH, horizon_years=30, discount_ratio=0.0, tax_ratio=0.0), 10_000.0),
    ],
)
def test_the_plan_equals_a_spreadsheet(finance: Finance, grant: float) -> None:
    rows, plan = spreadsheet(ROOF, finance, grant), plan_of(ROOF, finance, grant)
    np.testing.assert_allclose(plan.flows.project_eur_ht, rows["project"], rtol=1e-9, atol=1e-7)
    np.testing.assert_allclose(plan.flows.equity_eur_ht, rows["equity"], rtol=1e-9, atol=1e-7)
    rate = finance.discount_ratio
    assert plan.npv_eur_ht == pytest.approx(discounted(rows["project"], rate), rel=1e-9)
    assert plan.equity_npv_eur_ht == pytest.approx(discounted(rows["equity"], rate), rel=1e-9)
    assert plan.irr_ratio == pytest.approx(rate_by_halves(rows["project"]), rel=1e-9)
    assert plan.irr_state is RootState.FOUND
    cost_of_kwh = discounted(rows["cost"], rate) / discounted(rows["energy"], rate)
    assert plan.lcoe_eur_per_kwh == pytest.approx(cost_of_kwh, rel=1e-9)
    if finance.debt_ratio:
        cover = [a / s for a, s in zip(rows["available"], rows["service"], strict=True) if s > 0.0]
        assert plan.dscr_min == pytest.approx(min(cover), rel=1e-9)
        assert plan.dscr_mean == pytest.approx(sum(cover) / len(cover), rel=1e-9)
        assert plan.equity_irr_ratio == pytest.approx(rate_by_halves(rows["equity"]), rel=1e-9)
    else:
        assert plan.dscr_min is None
        np.testing.assert_allclose(plan.flows.equity_eur_ht, plan.flows.project_eur_ht, rtol=1e-12)


def test_a_plan_by_hand() -> None:
    """100 EUR, 3 years, 1 000 kWh fading by half each year at 0.10, nothing else, 10 %."""
    plant = replace(
        ROOF, power_kwp=1.0, capex_eur=100.0, opex_eur=0.0, inverter_eur=0.0, degradation_ratio=0.5
    )
    made = income(production_kwh=1000.0, shared_kwh=1000.0, local_eur=100.0)
    plan = plan_of(plant, Finance(horizon_years=3, discount_ratio=0.10), made=made)
    # -100 + 100 / 1.1 + 50 / 1.21 + 25 / 1.331 = -100 + 90.9091 + 41.3223 + 18.7829
    assert plan.npv_eur_ht == pytest.approx(51.0143, abs=1e-4)
    # 100 / (909.091 + 413.223 + 187.829)
    assert plan.lcoe_eur_per_kwh == pytest.approx(0.066219, abs=1e-6)
    assert plan.payback_years == pytest.approx(1.0)
    # discounted: 100 - 90.9091 = 9.0909 left, 9.0909 / 41.3223 = 0.22 of the second year
    assert plan.discounted_payback_years == pytest.approx(1.22)
    # the price that pays: 0.10 x 100 / 151.0143
    assert plan.break_even_local_eur_per_kwh == pytest.approx(0.0662189, abs=1e-6)


@law(25)
@given(
    st.floats(20_000.0, 300_000.0),
    st.sampled_from([0.0, 0.25]),
    st.sampled_from([0.0, 0.03, 0.08]),
    st.sampled_from([0.0, 0.8]),
)
def test_at_the_break_even_price_the_plan_is_worth_nothing(capex, tax, discount, debt) -> None:
    finance = Finance(discount_ratio=discount, tax_ratio=tax, debt_ratio=debt, market_eur_per_kwh=0.04)
    plant = replace(ROOF, capex_eur=capex)
    price = floor_eur_per_kwh([plant], MADE, finance, 5_000.0)
    at_price = plan_of(plant, finance, 5_000.0, replace(MADE, local_eur=price * MADE.shared_kwh))
    assert at_price.npv_eur_ht == pytest.approx(0.0, abs=1e-9 * capex + 1e-5)


def test_a_premium_is_received_in_the_first_year() -> None:
    premium = replace(OA, premium_eur_per_kwp=140.0)
    plan = plan_of(replace(ROOF, contract=premium), Finance())
    assert plan.flows.grant_eur[1] == 14_000.0
    assert plan.grant_eur == 14_000.0
    rows = spreadsheet(replace(ROOF, contract=premium), Finance(), 0.0)
    assert plan.npv_eur_ht == pytest.approx(discounted(rows["project"], 0.04), rel=1e-9)


def test_after_its_contract_the_surplus_is_sold_at_market_or_counts_nothing() -> None:
    finance = Finance(horizon_years=22, market_eur_per_kwh=0.03)
    flows = producer_flows([ROOF], MADE, finance, 0.0)
    assert flows.surplus_eur_ht[20] == pytest.approx(30_000 * 0.995**19 * 0.011 * 1.02**19)
    assert flows.surplus_eur_ht[21] == pytest.approx(30_000 * 0.995**20 * 0.03)
    assert (
        producer_flows([ROOF], MADE, replace(finance, market_eur_per_kwh=None), 0.0).surplus_eur_ht[21] == 0.0
    )


def test_a_real_rate_is_compounded_with_inflation_and_the_return_stated_above_it() -> None:
    real = Finance(discount_ratio=0.03, real=True, inflation_ratio=0.02)
    assert nominal_discount_ratio(real) == pytest.approx(1.03 * 1.02 - 1.0)
    plan, nominal = plan_of(ROOF, real), plan_of(ROOF, Finance(discount_ratio=1.03 * 1.02 - 1.0))
    assert plan.npv_eur_ht == pytest.approx(nominal.npv_eur_ht, rel=1e-12)
    assert 1.0 + nominal.irr_ratio == pytest.approx((1.0 + plan.irr_ratio) * 1.02, rel=1e-12)
    assert plan.real
    assert not nominal.real


def test_nothing_invested_is_a_state_not_a_number() -> None:
    for year, grant in ((replace(ROOF, capex_eur=0.0), 0.0), (ROOF, 200_000.0)):
        plan = plan_of(year, Finance(), grant)
        assert (plan.irr_ratio, plan.irr_state) == (None, RootState.NO_OUTLAY)
        assert (plan.payback_years, plan.payback_state) == (None, PaybackState.NO_OUTLAY)
        assert plan.npv_eur_ht > 0.0


def test_a_plan_that_never_pays_says_so() -> None:
    plan = plan_of(ROOF, Finance(), made=NOTHING_SOLD)
    assert (plan.payback_years, plan.payback_state) == (None, PaybackState.NEVER)
    # Each year costs more than it brings: no rate at all.
    assert (plan.irr_ratio, plan.irr_state) == (None, RootState.NONE)
    assert plan.npv_eur_ht < 0.0


def test_a_plan_that_gives_back_a_part_of_its_cost_has_a_negative_rate() -> None:
    # 20 years of some 1,100 EUR for 110,000: it never pays, and its rate is known.
    slow = replace(NOTHING_SOLD, local_eur=np.array([3_000.0]))
    plan = plan_of(replace(ROOF, inverter_eur=0.0), Finance(), made=slow)
    assert (plan.payback_years, plan.payback_state) == (None, PaybackState.NEVER)
    assert plan.irr_state is RootState.NEGATIVE
    assert plan.irr_ratio is not None
    assert plan.irr_ratio < 0.0


def test_no_running_cost_and_no_kwh_give_no_nan() -> None:
    free = plan_of(replace(ROOF, opex_eur=0.0, inverter_eur=0.0), Finance())
    assert np.isfinite(free.lcoe_eur_per_kwh)
    plan = plan_of(ROOF, Finance(), made=PlantIncome.none(1))
    assert plan.lcoe_eur_per_kwh is None
    assert plan.break_even_local_eur_per_kwh is None
    assert plan.irr_state is RootState.NONE


def test_producers_taxed_over_draws_add_to_those_that_no_draw_changes() -> None:
    still = producer_flows([ROOF], MADE, replace(RICH, horizon_years=2, debt_ratio=0.0), 0.0)
    drawn = replace(still, tax_eur=np.array([[0.0, -10.0, -20.0], [0.0, -30.0, -40.0]]))
    untaxed = replace(still, tax_eur=np.zeros(3))
    both = sum_flows([untaxed, drawn])
    assert both.tax_eur.tolist() == drawn.tax_eur.tolist()
    assert both.local_eur_ht.tolist() == (2.0 * still.local_eur_ht).tolist()


def test_a_payback_counts_from_when_it_holds() -> None:
    # back at zero in year 2, below again with the inverters of year 3, for good in the middle of year 4
    years, state = payback(np.array([-100.0, 60.0, 60.0, -50.0, 60.0, 60.0]))
    assert state is PaybackState.FOUND
    assert years == pytest.approx(3.5)


def test_a_loan_longer_than_the_plan_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than the plan"):
        producer_flows([ROOF], MADE, Finance(horizon_years=10, debt_ratio=0.5, debt_years=15), 0.0)


def test_a_loan_is_paid_back_to_the_cent() -> None:
    flows = producer_flows([ROOF], MADE, RICH, 0.0)
    assert flows.principal_eur.sum() == pytest.approx(-0.7 * 110_000.0, rel=1e-12)
    assert flows.debt_service_eur[1:16] == pytest.approx(np.full(15, flows.debt_service_eur[1]), rel=1e-12)
    assert (
        debt_cover(replace(flows, interest_eur=flows.loan_eur * 0, principal_eur=flows.loan_eur * 0)) is None
    )


def test_the_cost_by_size_is_that_of_the_class_just_below() -> None:
    costs = PlantCostRates(
        capex_eur_per_kwp=((0.0, 1875.0), (9.0, 1350.0), (36.0, 1100.0)),
        opex_ratio=0.02,
        inverter_ratio=0.1,
        opex_indexation_ratio=0.0,
    )
    sizes = (3.0, 8.9, 9.0, 35.9, 36.0, 5000.0)
    assert [capex_eur_per_kwp(costs, kwp) for kwp in sizes] == [
        1875.0,
        1875.0,
        1350.0,
        1350.0,
        1100.0,
        1100.0,
    ]


@pytest.mark.parametrize(("own", "growth"), [(None, 1.02), (0.0, 1.0), (0.05, 1.05)])
def test_costs_that_are_said_not_to_grow_do_not_grow(own: float | None, growth: float) -> None:
    """2,200 EUR of today in year 3; nothing said, they follow the 2 % of the plan."""
    year = replace(ROOF, charges=PlantCharges(opex_indexation_ratio=own))
    flows = producer_flows([year], MADE, Finance(horizon_years=3, indexation_ratio=0.02), 0.0)
    assert flows.opex_eur_ht[3] == pytest.approx(-2_200.0 * growth**2)


def test_the_market_price_grows_by_its_own_index_once_the_contract_is_over() -> None:
    """30 EUR/MWh of today grow by 2 % a year: in year 21, 20 times; in year 22, 21 times."""
    grown = Finance(horizon_years=22, market_eur_per_kwh=0.03, market_indexation_ratio=0.02)
    flows = producer_flows([ROOF], MADE, grown, 0.0)
    assert flows.surplus_eur_ht[21] == pytest.approx(30_000 * 0.995**20 * 0.03 * 1.02**20)
    assert flows.surplus_eur_ht[22] == pytest.approx(30_000 * 0.995**21 * 0.03 * 1.02**21)
    # Under contract the market says nothing.
    assert flows.surplus_eur_ht[20] == pytest.approx(30_000 * 0.995**19 * 0.011 * 1.02**19)


def test_the_latest_payback_is_that_with_the_connections_at_their_upper_figure() -> None:
    plan, never = plan_of(ROOF, Finance()), plan_of(ROOF, Finance(), made=NOTHING_SOLD)
    dearer = plan_of(replace(ROOF, capex_eur=ROOF.capex_eur + 5_000.0), Finance())
    assert plan.payback_years < dearer.payback_years
    assert plan.latest_payback_years is None  # every connection is known
    assert replace(plan, connected=dearer).latest_payback_years == dearer.payback_years
    assert never.payback_years is None
    assert replace(plan, connected=never).latest_payback_years == inf
