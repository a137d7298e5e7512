"""Tariff slots: the local calendar by hand, and sums that lose nothing."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.bills.tariff_slots import (
    HCB,
    HCH,
    HPB,
    HPH,
    POINTE,
    SLOTS,
    SlotClock,
    clock_of,
    kwh_by_slot,
    local_kwh_by_slot,
    own_use_by_slot,
    slot_index,
)
from acc.keys.prorata import Prorata
from acc.settle import Allocation, settle
from acc.sites import SupplyContract
from acc.steps import Steps
from tests.effort import law
from tests.strategies import exchanges

NIGHT = SlotClock(off_peak=((1320, 1440), (0, 360)))
HTA = SlotClock(off_peak=((1320, 360),), peak=((540, 660), (1080, 1200)), hta=True)


def slot_at(day: date, clock: SlotClock, hour: int) -> int:
    steps = Steps.between(day, date.fromordinal(day.toordinal() + 1), 60)
    return int(slot_index(steps, clock)[hour])


@pytest.mark.parametrize(
    ("day", "hour", "slot"),
    [
        (date(2026, 3, 31), 12, HPH),  # the last day of the high season
        (date(2026, 4, 1), 12, HPB),
        (date(2026, 10, 31), 12, HPB),
        (date(2026, 11, 1), 12, HPH),
        (date(2026, 7, 14), 21, HPB),
        (date(2026, 7, 14), 22, HCB),
        (date(2026, 7, 14), 5, HCB),
        (date(2026, 7, 14), 6, HPB),
        (date(2026, 1, 11), 12, HPH),  # a Sunday is like another day in low voltage
    ],
)
def test_low_voltage_slots_by_hand(day: date, hour: int, slot: int) -> None:
    assert slot_at(day, NIGHT, hour) == slot


@pytest.mark.parametrize(
    ("day", "hour", "slot"),
    [
        (date(2026, 1, 12), 9, POINTE),  # Monday
        (date(2026, 1, 12), 11, HPH),
        (date(2026, 1, 12), 19, POINTE),
        (date(2026, 1, 12), 23, HCH),
        (date(2026, 1, 11), 9, HCH),  # Sunday: wholly off-peak, no peak
        (date(2026, 7, 12), 12, HCB),  # a Sunday of the low season too
        (date(2026, 11, 16), 9, HPH),  # November has no peak
        (date(2026, 3, 2), 9, HPH),  # nor March
        (date(2026, 2, 28), 18, POINTE),  # a Saturday has one
    ],
)
def test_medium_voltage_slots_by_hand(day: date, hour: int, slot: int) -> None:
    assert slot_at(day, HTA, hour) == slot


def test_a_year_has_eight_off_peak_hours_a_day_whatever_the_clock_changes() -> None:
    year = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 15)
    hours = np.bincount(slot_index(year, NIGHT), minlength=len(SLOTS)) * year.hours
    # 151 days of high season, 214 of low; the hours lost on 30 March and won on 26 October are off-peak
    assert hours.tolist() == [0.0, 151 * 16.0, 151 * 8.0 - 1.0, 214 * 16.0, 214 * 8.0 + 1.0]


def test_windows_may_cross_midnight_or_be_cut_there() -> None:
    year = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 60)
    whole = SlotClock(off_peak=((1320, 360),))
    assert np.array_equal(slot_index(year, whole), slot_index(year, NIGHT))
    assert whole.off_peak_minutes == NIGHT.off_peak_minutes == 480


@law(40)
@given(exchanges(), st.data())
def test_slots_lose_nothing_and_match_plain_loops(exchange, data) -> None:
    members, plants = exchange.consumption_kwh.shape[1], exchange.production_kwh.shape[1]
    clocks = [
        data.draw(st.sampled_from([NIGHT, HTA, SlotClock(off_peak=((0, 480),))])) for _n in range(members)
    ]
    allocation = settle(exchange, Prorata())
    sums = kwh_by_slot(exchange.steps, clocks, exchange.consumption_kwh)
    pairs = local_kwh_by_slot(exchange, allocation, clocks)
    expected, expected_pairs = np.zeros((members, 5)), np.zeros((plants, members, 5))
    for n, clock in enumerate(clocks):
        for t, slot in enumerate(slot_index(exchange.steps, clock)):
            expected[n, slot] += exchange.consumption_kwh[t, n]
            pool = exchange.production_kwh[t].sum()
            for m in range(plants):
                part = exchange.production_kwh[t, m] / pool if pool else 0.0
                expected_pairs[m, n, slot] += part * allocation.received_kwh[t, n]
    np.testing.assert_allclose(sums, expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(pairs, expected_pairs, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(pairs.sum(axis=(0, 2)), allocation.received_kwh.sum(axis=0), atol=1e-9)


def test_pairs_of_a_full_dynamic_key_are_kept() -> None:
    steps = Steps.between(date(2026, 7, 14), date(2026, 7, 15), 60).part(12, 13)
    exchange_ = type("E", (), {})  # the sums read three attributes only
    exchange_.steps, exchange_.production_kwh = steps, np.array([[2.0, 2.0]])
    by_plant = np.array([[[2.0, 0.0], [0.0, 1.0]]])
    allocation = Allocation(by_plant.sum(axis=1), np.array([[0.0, 1.0]]), by_plant)
    pairs = local_kwh_by_slot(exchange_, allocation, [NIGHT, NIGHT])
    assert pairs[:, :, HPB].tolist() == [[2.0, 0.0], [0.0, 1.0]]


def test_own_use_is_counted_in_the_hours_of_its_host() -> None:
    steps = Steps.between(date(2026, 1, 12), date(2026, 1, 13), 60)
    exchange_ = type("E", (), {})
    exchange_.steps, exchange_.own_use_kwh = steps, np.ones((24, 2))
    kwh = own_use_by_slot(exchange_, [NIGHT, HTA], [1, None])
    assert kwh.tolist() == [[4.0, 12.0, 8.0, 0.0, 0.0], [0.0] * 5]
    assert (POINTE, HPH, HCH) == (0, 1, 2)


def test_where_no_hours_are_given_the_usual_ones_begin_and_end_on_their_minute() -> None:
    # A Monday of January by quarters: peak 9:00-11:00 and 18:00-20:00, off-peak 22:00-06:00.
    steps = Steps.between(date(2026, 1, 12), date(2026, 1, 13), 15)
    high = slot_index(steps, clock_of(SupplyContract(), hta=True))
    assert np.flatnonzero(high == POINTE).tolist() == [*range(36, 44), *range(72, 80)]
    low = slot_index(steps, clock_of(SupplyContract(), hta=False))
    assert np.flatnonzero(low == HCH).tolist() == [*range(24), *range(88, 96)]
    assert set(low.tolist()) == {HPH, HCH}


def test_off_peak_hours_of_summer_count_in_the_low_season_only() -> None:
    # The reform of the off-peak hours: 23:00-07:00 in winter, 02:00-07:00 and 11:00-14:00 in summer.
    clock = SlotClock(off_peak=((1380, 1440), (0, 420)), off_peak_summer=((120, 420), (660, 840)))
    for day, noon, late in ((date(2026, 1, 7), "hph", "hch"), (date(2026, 7, 8), "hcb", "hpb")):
        slots = slot_index(Steps.between(day, day + timedelta(days=1), 60), clock)
        assert [SLOTS[i] for i in slots[[12, 23]]] == [noon, late]
