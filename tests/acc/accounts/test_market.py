"""Supplier's prices beside the market: who is far from it, what all gain at it, worked by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from acc.bills.tariffs import Segment
from acc.exchange import exchange_behind_meters
from acc.units import eur_per_kwh
from tests.acc.accounts.test_members import NOON_JULY, one_hour
from tests.effort import law
from tests.operations import member, money_of, operations, plant, scenario

LARGE = {"turpe": "BTSUP-CU", "kva": (60.0,) * 4}


def supplied(eur_per_mwh: float, **given):
    return member("a", energy_eur_per_kwh={"all": eur_per_kwh(eur_per_mwh)}, **given)


def test_the_reference_is_the_dated_rows() -> None:
    made, exchange = one_hour([supplied(128.0)], consumption=[1000.0])
    prices = money_of(made, exchange).market.prices
    small, large = prices[Segment.BT_INF], prices[Segment.BT_SUP]
    assert (large.low_eur_per_kwh, large.eur_per_kwh, large.high_eur_per_kwh) == (0.0535, 0.066, 0.075)
    assert (small.low_eur_per_kwh, small.eur_per_kwh) == (0.0535, 0.097)


def test_at_the_reference_each_local_kwh_spares_its_price() -> None:
    made, exchange = one_hour([supplied(128.0)], consumption=[1000.0])
    found = money_of(made, exchange)
    # 400 local kWh spare 97 instead of 128 EUR/MWh: 0.4 x 31 = 12.40 EUR less for all, as for the member
    assert found.market.saving_eur_ht == pytest.approx(16.3995 - 12.40, abs=1e-9)
    assert found.market.gain_eur_ht == pytest.approx(found.total.gain_eur_ht - 12.40, abs=1e-9)
    assert found.market.above_ids == ("a",)
    (text,) = [text for text in found.warnings if "the market (" in text]
    assert text.startswith("1 participant pays its energy far above the market (53.5 to 75 EUR/MWh, 97 up")


@pytest.mark.parametrize(
    ("price", "given", "above", "below"),
    [
        (116.0, {}, False, False),  # 97 x 1.2 = 116.4
        (117.0, {}, True, False),
        (89.9, LARGE, False, False),  # 75 x 1.2 = 90
        (90.1, LARGE, True, False),
        (42.9, LARGE, False, False),  # 53.5 x 0.8 = 42.8
        (42.7, LARGE, False, True),
    ],
)
def test_far_begins_a_fifth_beyond_the_bounds(price: float, given, above: bool, below: bool) -> None:
    made, exchange = one_hour([supplied(price, **given)], consumption=[1000.0])
    found = money_of(made, exchange)
    assert (bool(found.market.above_ids), bool(found.market.below_ids)) == (above, below)
    assert any("the market (" in text for text in found.warnings) == (above or below)


def test_own_use_behind_a_meter_is_counted_at_the_reference_too() -> None:
    made = scenario([supplied(128.0)], [plant(behind="a")])
    load, output = np.zeros((made.steps.count, 1)), np.zeros((made.steps.count, 1))
    load[NOON_JULY], output[NOON_JULY] = 300.0, 500.0
    found = money_of(made, exchange_behind_meters(made.steps, load, output, [0]))
    assert found.market.gain_eur_ht == pytest.approx(found.total.gain_eur_ht - 0.3 * 31.0, abs=1e-9)


def test_an_unknown_price_is_left_out() -> None:
    made, exchange = one_hour([member("a", energy_eur_per_kwh={})], consumption=[1000.0])
    assert money_of(made, exchange).market is None


@law(25)
@given(operations())
def test_at_the_reference_is_the_same_operation_with_other_prices(operation) -> None:
    made, exchange = operation
    found = money_of(made, exchange)
    references = [found.market.prices[p.segment].eur_per_kwh for p in found.participants]
    others = tuple(
        member(p.id, p.contract.turpe, p.contract.subscribed_kva, energy_eur_per_kwh={"all": at},
               recovers_vat=p.contract.recovers_vat,
               subscription_eur_per_year=p.contract.subscription_eur_per_year)
        for p, at in zip(made.participants, references, strict=True)
    )  # fmt: skip
    again = money_of(replace(made, participants=others), exchange)
    assert found.market.saving_eur_ht == pytest.approx(again.saving_eur_ht, rel=1e-9, abs=1e-9)
    assert found.market.gain_eur_ht == pytest.approx(again.total.gain_eur_ht, rel=1e-9, abs=1e-9)
