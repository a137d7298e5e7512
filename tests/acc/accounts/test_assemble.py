"""The whole chain: what is missing is named, short periods are prorated, forty pay as each alone would."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from acc.accounts.person_values import Missing
from acc.bills.bill import period_years
from acc.exchange import Exchange, exchange_behind_meters
from acc.finance import Finance
from acc.indicators import energy
from acc.keys.prorata import Prorata
from acc.settle import settle
from scenarios.operation.tariffs.price import money, tariffs_of
from tests.operations import exchange_of, member, money_of, plant, scenario, with_prices

NOON_JULY = 24 * 194 + 11
FINANCE = Finance(capex_eur_per_kwp=1000.0, opex_eur_per_kwp_year=20.0, inverter_eur_per_kwp=100.0)


def yearly(*, days=(date(2026, 1, 1), date(2027, 1, 1)), **given):
    made = scenario(
        [member("a"), member("b")], [plant("r0", owner="x"), plant("r1", owner="y")], days=days, **given
    )
    noons = range(11, made.steps.count, 24)
    return made, exchange_of(made, {t: [2.0, 4.0] for t in noons}, {t: [3.0, 6.0] for t in noons})


@pytest.mark.parametrize(
    ("first", "end", "years"),
    [
        (date(2026, 1, 1), date(2027, 1, 1), 1.0),
        (date(2024, 1, 1), date(2025, 1, 1), 1.0),  # 366 days are a year too
        (date(2025, 7, 1), date(2026, 7, 1), 1.0),
        (date(2026, 1, 1), date(2026, 2, 1), 31 / 365),
        (date(2023, 12, 1), date(2024, 2, 1), 31 / 365 + 31 / 366),
        (date(2026, 3, 29), date(2026, 3, 30), 1 / 365),  # a day of 23 h is a day
    ],
)
def test_a_period_is_counted_in_days_of_its_years(first: date, end: date, years: float) -> None:
    made = scenario([member("a")], days=(first, end))
    assert period_years(made.steps) == pytest.approx(years, rel=1e-12)


def test_fixed_parts_follow_the_days_and_the_length_is_told() -> None:
    january = (date(2026, 1, 1), date(2026, 2, 1))
    found = money_of(*yearly(days=january))
    assert found.period_years == pytest.approx(31 / 365)
    bill = found.participants[0].before
    assert bill.turpe_fixed_eur_ht == pytest.approx(129.79 * 31 / 365)
    assert bill.cta_eur_ht == pytest.approx(0.15 * 129.79 * 31 / 365)


def test_a_short_period_has_bills_and_no_plan() -> None:
    found = money_of(*yearly(days=(date(2026, 1, 1), date(2026, 2, 1)), finance=FINANCE))
    assert found.plan is None
    assert found.plan_missing == (Missing.SHORT_PERIOD,)
    assert found.saving_eur_ht is not None


def test_what_a_plan_lacks_is_named() -> None:
    made, exchange = yearly()
    assert money_of(made, exchange).plan_missing == (Missing.FINANCE,)
    made = with_prices(replace(made, finance=FINANCE), local_eur_per_kwh=None, surplus=None)
    assert money_of(made, exchange).plan_missing == (Missing.SURPLUS_PRICE, Missing.LOCAL_PRICE)


def test_an_undecided_local_price_still_gives_the_floor_of_the_plans() -> None:
    made, exchange = yearly(finance=FINANCE)
    priced, undecided = (
        money_of(made, exchange),
        money_of(with_prices(made, local_eur_per_kwh=None), exchange),
    )
    assert undecided.plan is None
    assert undecided.corridor == priced.corridor


def test_plans_of_producers_sum_to_the_whole() -> None:
    made, exchange = yearly(finance=replace(FINANCE, grant_eur=3000.0))
    found = money_of(made, exchange)
    assert [plan.owner for plan in found.plans] == ["x", "y"]
    assert found.plan.plant_ids == ("r0", "r1")
    assert found.plan.npv_eur_ht == pytest.approx(sum(plan.npv_eur_ht for plan in found.plans), rel=1e-12)
    assert [plan.grant_eur for plan in found.plans] == [1500.0, 1500.0]
    first = found.plan.flows.local_eur_ht[1] + found.plan.flows.surplus_eur_ht[1]
    assert first == pytest.approx(sum(p.local_eur_ht + p.surplus_eur_ht for p in found.plants), rel=1e-12)


def test_two_years_of_run_give_the_plan_of_one() -> None:
    both = (date(2025, 1, 1), date(2027, 1, 1))
    one, two = money_of(*yearly(finance=FINANCE)), money_of(*yearly(days=both, finance=FINANCE))
    assert two.period_years == pytest.approx(2.0)
    assert two.plan.npv_eur_ht == pytest.approx(one.plan.npv_eur_ht, rel=1e-9)


def test_fees_of_the_pmo_are_shared_by_local_kwh() -> None:
    made, exchange = yearly()
    found = money_of(with_prices(made, pmo_eur_per_year=300.0, pmo_eur_per_kwh=0.01), exchange)
    a, b = found.participants
    # 2 and 4 kWh a day, all local: 730 and 1 460 kWh; a third and two thirds of 300, and 1 c each
    assert a.after.pmo_eur_ht == pytest.approx(100.0 + 7.30)
    assert b.after.pmo_eur_ht == pytest.approx(200.0 + 14.60)
    assert found.pmo.fees_eur_ht == pytest.approx(321.90)
    assert found.pmo.usual_yearly_eur == (2000.0, 6000.0)


def test_a_local_price_by_plant_or_by_slot_is_paid_where_it_holds() -> None:
    made, exchange = yearly()
    found = money_of(with_prices(made, local_by_plant_eur_per_kwh={"r1": 0.20}), exchange)
    # each kWh comes for a third from r0 at 0.105, for two thirds from r1 at 0.20
    assert found.local_eur_per_kwh == pytest.approx(0.105 / 3 + 0.40 / 3)
    assert found.participants[0].local_eur_per_kwh == pytest.approx(found.local_eur_per_kwh)
    found = money_of(with_prices(made, local_by_slot_eur_per_kwh={"hpb": 0.06}), exchange)
    # noon is HPH for 151 days at 0.105, HPB for 214 at 0.06
    assert found.local_eur_per_kwh == pytest.approx((151 * 0.105 + 214 * 0.06) / 365)


def test_a_local_price_by_site_or_by_person_is_what_that_buyer_pays_whatever_the_plant() -> None:
    made, exchange = yearly()
    own = {
        "local_by_plant_eur_per_kwh": {"r1": 0.20},
        "local_by_person_eur_per_kwh": {"a": 0.08, "ville": 0.06},
        "local_by_participant_eur_per_kwh": {"a": 0.04},
    }
    b = replace(made.participants[1], person="ville")
    made = with_prices(replace(made, participants=(made.participants[0], b)), **own)
    found = money_of(made, exchange)
    # the site's own price comes before its person's, and that before the plant's
    assert [p.local_eur_per_kwh for p in found.participants] == pytest.approx([0.04, 0.06])
    # 730 kWh at 0.04 and 1 460 at 0.06: what they pay is what the plants receive
    assert sum(p.local_eur_ht for p in found.plants) == pytest.approx(730 * 0.04 + 1460 * 0.06)
    assert sum(line.change_eur for line in found.closure.lines) == pytest.approx(0.0, abs=1e-9)
    undecided = money_of(with_prices(made, local_eur_per_kwh=None), exchange)
    assert undecided.participants[0].local_eur_per_kwh == pytest.approx(0.04)


def test_own_use_is_worth_what_the_host_no_longer_buys() -> None:
    made = scenario([member("a")], [plant(behind="a")], finance=FINANCE)
    load, output = np.zeros((made.steps.count, 1)), np.zeros((made.steps.count, 1))
    load[NOON_JULY], output[NOON_JULY] = 300.0, 500.0
    exchange = exchange_behind_meters(made.steps, load, output, [0])
    allocation = settle(exchange, Prorata())
    found = money(made, exchange, allocation, energy(exchange, allocation), tariffs_of(made, exchange))
    # 300 kWh x (128 + 16.6 of TURPE in HPB + 30.85 of accise)
    assert found.plants[0].own_use_eur_ht == pytest.approx(0.3 * (128.0 + 16.6 + 30.85))
    assert found.plan.flows.own_use_eur_ht[1] == pytest.approx(52.635)
    silent = replace(made, participants=(member("a", energy_eur_per_kwh={}),))
    unknown = money(silent, exchange, allocation, energy(exchange, allocation), tariffs_of(silent, exchange))
    assert unknown.plants[0].own_use_eur_ht is None
    assert unknown.plan.flows.own_use_eur_ht[1] == 0.0
    assert any(what == "Own use" for what, _value, _why in unknown.assumptions)


def test_an_operation_without_plant_or_without_sun_has_no_nan() -> None:
    made = scenario([member("a")], [plant()], finance=FINANCE)
    found = money_of(made, exchange_of(made, {NOON_JULY: [10.0]}, {}))
    assert found.participants[0].break_even_local_eur_per_kwh is None
    assert found.local_eur_per_kwh is None
    assert found.corridor.low is None
    assert found.plan.lcoe_eur_per_kwh is None
    bare = replace(made, plants=())
    found = money_of(bare, exchange_of(bare, {NOON_JULY: [10.0]}, {}))
    assert found.plan is None
    assert found.carbon[0].avoided_kgco2 == 0.0


def test_weak_figures_and_totals_are_at_hand() -> None:
    made, exchange = yearly(on=date(2026, 9, 1))
    found = money_of(made, exchange)
    assert found.saving_eur_ht == pytest.approx(sum(p.saving_eur_ht for p in found.participants))
    assert found.full_accise_saving_eur_ht < found.saving_eur_ht
    assert {rate.name for rate in found.rates if rate.confidence == "M-"} >= {"turpe.bt-inf.management.acc"}


def test_a_run_at_full_accise_gives_the_savings_printed_beside() -> None:
    made, exchange = yearly()
    allocation = settle(exchange, Prorata())
    sums, prices = energy(exchange, allocation), tariffs_of(made, exchange)
    exempt = money(made, exchange, allocation, sums, prices)
    taxed_prices = replace(prices, accise=replace(prices.accise, local_ratio=1.0))
    taxed = money(made, exchange, allocation, sums, taxed_prices)
    assert taxed.saving_eur_ht == pytest.approx(exempt.full_accise_saving_eur_ht, rel=1e-12)
    # 2 190 local kWh a year x 30.85
    assert exempt.saving_eur_ht - taxed.saving_eur_ht == pytest.approx(2.190 * 30.85, rel=1e-9)
    assert taxed.corridor.high.eur_per_kwh == pytest.approx(exempt.corridor.high.eur_per_kwh - 0.03085)


def test_each_of_forty_members_on_three_clocks_has_the_bills_of_its_own_kwh() -> None:
    """Members whose hours agree are summed together; alone with its share, each pays the same."""
    members = [member(f"p{n}", off_peak_hours=((60 * (n % 3), 60 * (n % 3) + 480),)) for n in range(40)]
    made = scenario(members, [plant(f"r{m}") for m in range(3)], step_minutes=15)
    draw = np.random.default_rng(24)
    production = draw.random((made.steps.count, 3))
    exchange = Exchange(
        made.steps, draw.random((made.steps.count, 40)), production, np.zeros_like(production)
    )
    allocation = settle(exchange, Prorata())
    found = money(made, exchange, allocation, energy(exchange, allocation), tariffs_of(made, exchange))
    for n in (0, 1, 2, 38, 39):
        alone = replace(made, participants=(members[n],), plants=made.plants[:1])
        share = allocation.received_kwh[:, [n]]
        own = Exchange(made.steps, exchange.consumption_kwh[:, [n]], share, np.zeros_like(share))
        (told,) = money_of(alone, own).participants
        assert told.consumption_by_slot_kwh == pytest.approx(found.participants[n].consumption_by_slot_kwh)
        assert told.received_by_slot_kwh == pytest.approx(found.participants[n].received_by_slot_kwh)
        assert told.before.total_eur_ht == pytest.approx(found.participants[n].before.total_eur_ht, rel=1e-12)
        assert told.saving_eur_ht == pytest.approx(found.participants[n].saving_eur_ht, rel=1e-9)
