"""A surplus sold at prices by the hour: by hand, closed whatever the prices, flat when they are flat."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.accounts.producers import plan_lines
from acc.accounts.values import Money
from acc.bills.tariffs import CarbonBasis
from acc.by_hour import ByHour, HourlyCarbon
from acc.exchange import Exchange
from acc.finance import Finance
from acc.keys.catch_up import CatchUp
from acc.keys.prorata import Prorata
from acc.keys.weighted import Static, Weighted
from acc.scenario import Scenario
from acc.settle import Key, settle
from acc.sites import FixedPrice, MarketFile
from tests.effort import law
from tests.operations import (
    exchange_of,
    member,
    money_of,
    money_of_allocation,
    operations,
    plant,
    scenario,
    with_prices,
)

FILE = "spot.csv"
DAY = (date(2026, 7, 1), date(2026, 7, 2))
FINANCE = Finance(capex_eur_per_kwp=1000.0, opex_eur_per_kwp_year=20.0, inverter_eur_per_kwp=100.0)


def by_hour(values: np.ndarray) -> ByHour:
    return ByHour(file=FILE, values=np.asarray(values, dtype=float), own_mean=float(np.mean(values)))


def sold_by_hour(made: Scenario, values: np.ndarray, fee: float = 0.0) -> Scenario:
    """Return the operation with all its surplus sold at prices by the hour."""
    plants = tuple(replace(roof, surplus=None) for roof in made.plants)
    prices = with_prices(made, surplus=MarketFile(FILE), surplus_fee_eur_per_kwh=fee)
    return replace(prices, plants=plants, markets={FILE: by_hour(values)})


def four_hours() -> tuple[Scenario, Exchange]:
    """Return 10 kWh an hour from 10 to 14 h, for a site that needs 6, 5, 0 and 4."""
    made = scenario([member("a")], [plant("toit", owner="b")], days=DAY)
    return made, exchange_of(
        made, {10: [6.0], 11: [5.0], 12: [0.0], 13: [4.0]}, {t: [10.0] for t in range(10, 14)}
    )


def four_prices() -> np.ndarray:
    """Return 100, -20, 50 and 80 EUR/MWh from 10 to 14 h, 60 elsewhere."""
    values = np.full(24, 0.060)
    values[10:14] = 0.100, -0.020, 0.050, 0.080
    return values


def test_a_day_worked_by_hand() -> None:
    made, exchange = four_hours()
    found = money_of(sold_by_hour(made, four_prices()), exchange)
    (sale,), (roof,) = found.sales, found.plants
    # What is left: 4, 5, 10 and 6 kWh, at 100, -20, 50 and 80 EUR/MWh: 0.40 - 0.10 + 0.50 + 0.48 EUR.
    assert sale.kwh == pytest.approx(25.0)
    assert sale.eur_ht == pytest.approx(1.28)
    assert roof.surplus_eur_ht == pytest.approx(1.28)
    assert sale.capture_eur_per_kwh == pytest.approx(0.0512)
    # Sold whole: 10 kWh at each of the four prices, 2.10 EUR.
    assert roof.all_sold_eur_ht == pytest.approx(2.10)
    assert sale.mean_eur_per_kwh == pytest.approx((20 * 0.060 + 0.210) / 24)
    assert (sale.negative_hours, sale.negative_kwh) == (1.0, 5.0)
    assert sale.negative_eur_ht == pytest.approx(-0.10)
    assert (sale.stopped_kwh, sale.stop_gain_eur_ht) == pytest.approx((5.0, 0.10))


def stopping(made: Scenario, *names: str) -> Scenario:
    """Return the operation where the plants that are named, or all of them, stop at negative prices."""
    plants = [replace(p, stops_at_negative_price=not names or p.id in names) for p in made.plants]
    return replace(made, plants=tuple(plants))


def test_a_plant_that_stops_worked_by_hand() -> None:
    made, exchange = four_hours()
    sold = sold_by_hour(made, four_prices())
    found, without = money_of(stopping(sold), exchange), money_of(sold, exchange)
    (sale,), (roof,) = found.sales, found.plants
    # What is left: 4, 5, 10 and 6 kWh; the 5 at -20 EUR/MWh are stopped: 0.40 + 0.50 + 0.48 EUR for 20 kWh.
    assert (sale.kwh, sale.stopped_kwh, roof.stopped_kwh) == pytest.approx((20.0, 5.0, 5.0))
    assert (sale.eur_ht, roof.surplus_eur_ht, sale.stop_gain_eur_ht) == pytest.approx((1.38, 1.38, 0.10))
    assert sale.capture_eur_per_kwh == pytest.approx(0.069)
    assert roof.contract.sold_eur_per_kwh == pytest.approx(0.069)
    assert (sale.negative_hours, sale.negative_kwh, sale.negative_eur_ht) == (1.0, 0.0, 0.0)
    # Sold whole: 10 kWh at three of the four prices. What is made: 15 shared, 20 sold, 5 stopped.
    assert roof.all_sold_eur_ht == pytest.approx(2.30)
    assert roof.shared_kwh + sale.kwh + sale.stopped_kwh == pytest.approx(40.0)
    assert roof.shared_kwh == without.plants[0].shared_kwh == pytest.approx(15.0)
    assert found.participants[0].saving_eur_ht == without.participants[0].saving_eur_ht
    assert [one.produced_kwh for one in found.carbon] == pytest.approx([35.0, 35.0])
    sums_close(found)
    # A fee of 60 EUR/MWh makes the hour at 50 lose too: 0.16 + 0.12 EUR are left.
    dear = money_of(stopping(sold_by_hour(made, four_prices(), fee=0.060)), exchange)
    assert dear.plants[0].surplus_eur_ht == pytest.approx(4 * 0.040 + 6 * 0.020)
    assert dear.sales[0].stopped_kwh == dear.plants[0].stopped_kwh == pytest.approx(15.0)


def test_where_all_is_stopped_the_surplus_brings_nothing() -> None:
    made, exchange = four_hours()
    found = money_of(stopping(sold_by_hour(made, np.full(24, -0.01))), exchange)
    (sale,), (roof,) = found.sales, found.plants
    assert (sale.kwh, sale.eur_ht, roof.surplus_eur_ht, roof.all_sold_eur_ht) == (0.0, 0.0, 0.0, 0.0)
    assert sale.stopped_kwh == roof.stopped_kwh == pytest.approx(25.0)
    assert (sale.capture_eur_per_kwh, roof.contract.sold_eur_per_kwh) == (None, 0.0)


def test_the_plan_counts_neither_euros_nor_kwh_of_what_is_stopped() -> None:
    made = scenario([member("a")], [plant("toit", owner="b")], finance=FINANCE)
    noons = range(11, made.steps.count, 24)
    exchange = exchange_of(made, {t: [2.0] for t in noons}, {t: [3.0] for t in noons})
    values = np.full(made.steps.count, 0.10)
    values[11::48] = -0.04  # one noon in two: 183 of 365
    found = money_of(stopping(sold_by_hour(made, values)), exchange)
    flows = found.plan.flows
    assert flows.surplus_eur_ht[1] == pytest.approx(182 * 0.10)
    assert flows.production_kwh[1] == pytest.approx(365 * 3.0 - 183)
    assert flows.production_kwh[2] == pytest.approx(0.995 * flows.production_kwh[1])
    lines = plan_lines(found)
    assert lines.contract_kwh[1] == pytest.approx(182.0)
    assert lines.contract == pytest.approx((0.10, 0.0))
    assert lines.contract_kwh * lines.contract_eur_per_kwh == pytest.approx(flows.surplus_eur_ht)


def test_a_fee_is_taken_off_each_kwh() -> None:
    made, exchange = four_hours()
    (roof,) = money_of(sold_by_hour(made, four_prices(), fee=0.008), exchange).plants
    assert roof.surplus_eur_ht == pytest.approx(1.28 - 25 * 0.008)
    assert roof.all_sold_eur_ht == pytest.approx(2.10 - 40 * 0.008)


def test_one_price_at_all_hours_is_the_flat_price() -> None:
    made = scenario([member("a")], [plant("toit", owner="b")], finance=FINANCE)
    noons = range(11, made.steps.count, 24)
    exchange = exchange_of(made, {t: [2.0] for t in noons}, {t: [3.0] for t in noons})
    flat = money_of(with_prices(made, surplus=FixedPrice(0.05)), exchange)
    hourly = money_of(sold_by_hour(made, np.full(made.steps.count, 0.05)), exchange)
    assert flat.plan is not None
    assert hourly.plan is not None
    assert hourly.plan.npv_eur_ht == pytest.approx(flat.plan.npv_eur_ht, abs=1e-9)
    assert hourly.flat_npv_eur_ht == pytest.approx(flat.plan.npv_eur_ht, abs=1e-9)
    assert hourly.total is not None
    assert flat.total is not None
    assert hourly.total.gain_eur_ht == pytest.approx(flat.total.gain_eur_ht, abs=1e-9)


def test_the_plan_is_at_the_capture_price_and_the_flat_mean_beside_it() -> None:
    made = scenario([member("a")], [plant("toit", owner="b")], finance=FINANCE)
    noons = range(11, made.steps.count, 24)
    exchange = exchange_of(made, {t: [2.0] for t in noons}, {t: [3.0] for t in noons})
    values = np.full(made.steps.count, 0.10)
    values[11::24] = 0.02
    found = money_of(sold_by_hour(made, values), exchange)
    assert found.plan is not None
    assert found.plan.flows.surplus_eur_ht[1] == pytest.approx(365 * 0.02)
    (sale,) = found.sales
    years = np.arange(1, 21)
    worth = (0.995 ** (years - 1) * 1.04**-years).sum()  # of a euro of the first year, over the plan
    assert found.flat_npv_eur_ht is not None
    more = found.flat_npv_eur_ht - found.plan.npv_eur_ht
    assert more == pytest.approx(365 * (sale.mean_eur_per_kwh - 0.02) * worth, rel=1e-9)


def sums_close(found: Money) -> None:
    if found.closure is not None:
        assert sum(line.change_eur for line in found.closure.lines) == pytest.approx(0.0, abs=1e-9)
    sold = [entry for entry in found.ledger if entry.line == "surplus_eur_ht"]
    assert sum(entry.eur for entry in sold) == pytest.approx(
        sum(sale.eur_ht for sale in found.sales), abs=1e-9
    )
    for earned in found.plants:
        assert earned.contract is not None
        at_price = earned.surplus_kwh * earned.contract.eur_per_kwh
        assert earned.surplus_eur_ht == pytest.approx(at_price, abs=1e-9)


@law(25)
@given(case=operations(), seed=st.integers(0, 99))
def test_the_accounts_close_whatever_the_prices(case: tuple[Scenario, Exchange], seed: int) -> None:
    made, exchange = case
    values = np.random.default_rng(seed).uniform(-0.1, 0.3, made.steps.count)
    fee = 0.005 * (seed % 2)
    found = money_of(sold_by_hour(made, values, fee=fee), exchange)
    sums_close(found)
    # A plant that stops earns at least nothing from each kWh that is left.
    stopped = money_of(sold_by_hour(made, np.maximum(values, fee), fee=fee), exchange)
    for sale, kept in zip(found.sales, stopped.sales, strict=True):
        assert sale.eur_ht + sale.stop_gain_eur_ht == pytest.approx(kept.eur_ht, abs=1e-9)
        assert 0.0 <= sale.stopped_kwh <= sale.kwh


@law(25)
@given(case=operations(), seed=st.integers(0, 99), kind=st.sampled_from([Prorata, Static, Weighted, CatchUp]))
def test_stopping_shares_as_much_and_spares_what_negative_steps_cost(
    case: tuple[Scenario, Exchange], seed: int, kind: type[Key]
) -> None:
    """Euros with a stop less those without are the sum over the negative steps, plant by plant; kWh close."""
    made, exchange = case
    values, fee = np.random.default_rng(seed).uniform(-0.1, 0.1, made.steps.count), 0.005 * (seed % 2)
    sold = sold_by_hour(made, values, fee=fee)
    even = (1.0 / len(made.participants),) * len(made.participants)
    allocation = settle(exchange, kind(even) if kind in {Static, Weighted} else kind())
    without = money_of_allocation(sold, exchange, allocation)
    found = money_of_allocation(stopping(sold, "r0"), exchange, allocation)
    lost = np.minimum(values - fee, 0.0) @ allocation.surplus_kwh
    for m, (one, other) in enumerate(zip(found.plants, without.plants, strict=True)):
        spared_eur = -lost[m] if one.id == "r0" else 0.0
        assert one.surplus_eur_ht - other.surplus_eur_ht == pytest.approx(spared_eur, abs=1e-9)
        assert one.shared_kwh == other.shared_kwh
        stopped_kwh = allocation.surplus_kwh[values < fee, m].sum() if one.id == "r0" else 0.0
        assert one.stopped_kwh == pytest.approx(stopped_kwh, abs=1e-9)
    savings = ([one.saving_eur_ht for one in money.participants] for money in (found, without))
    assert next(savings) == next(savings)
    left = sum(sale.kwh + sale.stopped_kwh * sale.stops for sale in found.sales)
    shared = sum(one.shared_kwh for one in found.plants)
    assert shared + left == pytest.approx(float(exchange.production_kwh.sum()), abs=1e-9)
    sums_close(found)


@law(25)
@given(case=operations())
def test_one_price_at_all_steps_is_the_flat_price(case: tuple[Scenario, Exchange]) -> None:
    made, exchange = case
    plants = tuple(replace(roof, surplus=None) for roof in made.plants)
    flat = money_of(with_prices(replace(made, plants=plants), surplus=FixedPrice(0.05)), exchange)
    hourly = money_of(sold_by_hour(made, np.full(made.steps.count, 0.05)), exchange)
    for one, other in zip(flat.plants, hourly.plants, strict=True):
        assert other.surplus_kwh == pytest.approx(one.surplus_kwh, abs=1e-9)
        assert other.surplus_eur_ht == pytest.approx(one.surplus_eur_ht, abs=1e-9)


def test_carbon_by_the_hour_is_that_of_the_hours_of_the_plants() -> None:
    made, exchange = four_hours()
    average, marginal = np.full(24, 40.0), np.full(24, 350.0)
    average[10:14] = 10.0, 20.0, 30.0, 40.0
    hours = HourlyCarbon(average=by_hour(average), marginal=by_hour(marginal))
    found = money_of(replace(made, carbon=hours), exchange).carbon
    by_basis = {one.factor.basis: one for one in found if one.factor.scope == "direct"}
    # 10 kWh at each of 10, 20, 30 and 40 g: 25 g on average, 1 kg for 40 kWh.
    assert by_basis[CarbonBasis.HOURLY].factor.grid_g_per_kwh == pytest.approx(25.0)
    assert by_basis[CarbonBasis.HOURLY].avoided_kgco2 == pytest.approx(1.0)
    assert by_basis[CarbonBasis.HOURLY].mean_g_per_kwh == pytest.approx((20 * 40 + 100) / 24)
    assert by_basis[CarbonBasis.MARGINAL].avoided_kgco2 == pytest.approx(14.0)
    assert by_basis[CarbonBasis.YEARLY].avoided_kgco2 == pytest.approx(40 * 32 / 1000)
    # No file, nothing by the hour.
    assert {one.factor.basis for one in money_of(made, exchange).carbon} == {CarbonBasis.YEARLY}
