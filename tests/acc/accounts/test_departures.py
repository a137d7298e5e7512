"""The plan when members leave at the end of their commitment, by hand."""

from dataclasses import replace

import pytest

from acc.accounts.values import Departures, Money
from acc.finance import Finance
from acc.sites import Person
from tests.acc.accounts.test_horizon import FLAT, FREE
from tests.operations import exchange_of, member, money_of, plant, scenario, with_prices

OWED = replace(FREE, capex_eur=100.0)


def two(finance: Finance, **prices: float) -> Money:
    """Two members buy 300 kWh each of a roof of another; what nobody buys is sold at 50 EUR/MWh."""
    made = scenario(
        [member("a"), member("b", energy_eur_per_kwh={"all": 0.08})], [plant(owner="x", costs=OWED)]
    )
    made = with_prices(replace(made, finance=finance), **prices)
    return money_of(made, exchange_of(made, {12: [1000.0, 1000.0]}, {12: [600.0]}))


def test_by_hand_a_rate_of_departures_turns_sales_into_surplus() -> None:
    # 600 kWh at 105 EUR/MWh: 63 EUR; 10 % of the members leave after the first year, then 10 % of the rest.
    finance = replace(FLAT, discount_ratio=0.0, churn_ratio=0.10, commitment_years=1)
    money = two(finance)
    churn = next(after for after in money.plans_after if after.case is Departures.CHURN)
    sold = [63.0, 63.0 * 0.9 + 600.0 * 0.1 * 0.05, 63.0 * 0.81 + 600.0 * 0.19 * 0.05]
    assert churn.npv_eur_ht == pytest.approx(sum(sold) - 100.0, abs=1e-9)
    assert churn.shared_ratio == pytest.approx(0.81)
    assert churn.dscr_min is None
    none = two(replace(finance, churn_ratio=0.0))
    assert none.plan is not None
    kept = next(after for after in none.plans_after if after.case is Departures.CHURN)
    assert kept.npv_eur_ht == pytest.approx(none.plan.npv_eur_ht, abs=1e-9)


def test_by_hand_all_who_lose_leave_and_the_debt_is_covered_less() -> None:
    # b pays 80 EUR/MWh and 30.85 of accise: at 120 it loses, a (128) does not, and leaves after year 1.
    finance = replace(
        FLAT, discount_ratio=0.0, commitment_years=1, debt_ratio=1.0, debt_interest_ratio=0.0, debt_years=2
    )
    money = two(finance, local_eur_per_kwh=0.12)
    losers = next(after for after in money.plans_after if after.case is Departures.LOSERS)
    assert losers.left == (("b", 2),)
    later = 300.0 * 0.12 + 300.0 * 0.05
    assert losers.npv_eur_ht == pytest.approx(600.0 * 0.12 + 2.0 * later - 100.0, abs=1e-9)
    assert money.plan is not None
    assert money.plan.dscr_min == pytest.approx(72.0 / 50.0)
    assert losers.dscr_min == pytest.approx(later / 50.0)
    assert losers.dscr_mean == pytest.approx((72.0 + later) / 100.0)
    assert losers.shared_ratio == pytest.approx(0.5)
    # a spares 38.40 of supply and 9.255 of accise, pays 36.00 and 4.47 x 1.15, three years; b the same but
    # 24.00 of supply, one year: then it is as it was before.
    fixed = 4.47 * 1.15
    balance = losers.persons_npv_eur_ht
    assert balance["a"] == pytest.approx(3.0 * (38.40 + 9.255 - 36.0 - fixed), abs=1e-9)
    assert balance["b"] == pytest.approx(24.0 + 9.255 - 36.0 - fixed, abs=1e-9)
    assert balance["x"] == pytest.approx(losers.npv_eur_ht, abs=1e-9)
    assert losers.everybody_npv_eur_ht == pytest.approx(sum(balance.values()), abs=1e-9)


def test_who_is_left_shares_the_fee_and_may_lose_by_it() -> None:
    # 20 EUR a year of fee, 10 each: a keeps 0.78 EUR of what it spares, until it bears the part of b too.
    finance = replace(FLAT, commitment_years=1)
    money = two(finance, local_eur_per_kwh=0.105, pmo_eur_per_year=20.0)
    losers = next(after for after in money.plans_after if after.case is Departures.LOSERS)
    assert [p.saving_eur_ht > 0.0 for p in money.participants] == [True, False]
    assert losers.left == (("b", 2), ("a", 3))
    # Year 2: a pays the whole fee of 20 EUR instead of 10; b spares nothing any more.
    a, b = (one.saving_eur_ht for one in money.participants)
    assert losers.persons_npv_eur_ht["b"] == pytest.approx(b / 1.1, abs=1e-9)
    assert losers.persons_npv_eur_ht["a"] == pytest.approx(a / 1.1 + (a - 10.0) / 1.21, abs=1e-9)


def test_by_hand_who_leaves_at_a_rate_pays_no_fee_and_who_stays_pays_it_whole() -> None:
    # a and b leave at 10 % a year from the second one on, c holds the roof and stays: 300 kWh each, 30 EUR of
    # fee, 10 each in the first year. In the second 0.9, 0.9 and 1 are left: 30 / 2.8 for each whole site.
    people = [member("a"), member("b"), replace(member("c"), person="x")]
    finance = replace(FLAT, discount_ratio=0.0, horizon_years=2, churn_ratio=0.10, commitment_years=1)
    made = scenario(people, [plant(person="x", costs=OWED)], finance=finance)
    made = with_prices(made, pmo_eur_per_year=30.0)
    money = money_of(made, exchange_of(made, {12: [300.0] * 3}, {12: [900.0]}))
    churn = next(after for after in money.plans_after if after.case is Departures.CHURN)
    saved, unshared = money.participants[0].saving_eur_ht, 30.0 / 2.8
    assert saved == pytest.approx(38.40 + 9.255 - 31.50 - 4.47 * 1.15 - 10.0, abs=1e-9)
    assert churn.persons_npv_eur_ht["a"] == pytest.approx(saved + 0.9 * (saved + 10.0 - unshared), abs=1e-9)
    # x sells to a and b, and sells what they no longer buy outside at 50 EUR/MWh; its own site pays more fee.
    bought = 31.50
    sold = [2.0 * bought, 2.0 * (0.9 * bought + 0.1 * 300.0 * 0.05)]
    own = 2.0 * (saved + 10.0 + bought) - 10.0 - unshared
    assert churn.persons_npv_eur_ht["x"] == pytest.approx(sum(sold) + own - 100.0, abs=1e-9)


def test_when_nobody_leaves_each_balance_is_that_of_the_plan() -> None:
    forge = Person(id="forge", name="Forge", profit_tax_ratio=0.25)
    people = [replace(member("a"), person="forge"), member("b")]
    made = scenario(people, [plant(person="forge", costs=OWED)], finance=FLAT, persons=(forge,))
    made = with_prices(replace(made, finance=replace(FLAT, churn_ratio=0.0)), pmo_eur_per_year=7.0)
    money = money_of(made, exchange_of(made, {12: [1000.0, 1000.0]}, {12: [600.0]}))
    churn = next(after for after in money.plans_after if after.case is Departures.CHURN)
    assert churn.persons_npv_eur_ht == pytest.approx({p.id: p.npv_eur_ht for p in money.persons}, abs=1e-9)
    assert money.total is not None
    assert churn.everybody_npv_eur_ht == pytest.approx(money.total.npv_eur_ht, abs=1e-9)


def test_a_site_does_not_leave_its_own_plant() -> None:
    people = [replace(member("mairie", energy_eur_per_kwh={"all": 0.01}), person="ville")]
    made = scenario(people, [plant(person="ville", costs=OWED)], finance=FLAT)
    money = money_of(made, exchange_of(made, {12: [1000.0]}, {12: [600.0]}))
    assert money.plan is not None
    assert all(after.npv_eur_ht == pytest.approx(money.plan.npv_eur_ht) for after in money.plans_after)


def test_silence_takes_five_members_in_a_hundred_each_year_once_the_first_one_is_over() -> None:
    # 63 EUR sold in the first year; 0.95 of it in the second, the rest of the kWh sold at 50 EUR/MWh.
    churn = next(a for a in two(replace(FLAT, discount_ratio=0.0)).plans_after if a.case is Departures.CHURN)
    assert churn.churn_ratio == 0.05
    sold = [63.0 * kept + 600.0 * (1.0 - kept) * 0.05 for kept in (1.0, 0.95, 0.95**2)]
    assert churn.npv_eur_ht == pytest.approx(sum(sold) - 100.0, abs=1e-9)
    # Bound for two years: nobody leaves before the third one.
    bound = two(replace(FLAT, discount_ratio=0.0, commitment_years=2))
    churn = next(after for after in bound.plans_after if after.case is Departures.CHURN)
    assert churn.npv_eur_ht == pytest.approx(sold[0] * 2.0 + sold[1] - 100.0, abs=1e-9)
