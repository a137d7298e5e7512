"""From which plant: the convention by hand, by month, by slot, and pair by pair."""

from datetime import date

import numpy as np
import pytest

from acc.arrays import IntArray
from acc.exchange import Exchange
from acc.from_plants import from_plants
from acc.keys.prorata import Prorata
from acc.settle import Allocation, Past, settle
from acc.steps import Steps, local_calendar
from acc.time_aggregates import totals_by


def pairs_by(exchange: Exchange, allocation: Allocation, group: IntArray, count: int) -> np.ndarray:
    return from_plants(exchange.production_kwh, allocation.finest_kwh, group, count)


def test_two_producers_of_3_and_1_share_each_need_in_proportion() -> None:
    # Needs 1 and 2 of a pool of 4: each consumer has 3/4 of its kWh from the first, 1/4 from the second.
    steps = Steps.between(date(2025, 6, 1), date(2025, 6, 2), 60).part(0, 1)
    exchange = Exchange(steps, np.array([[1.0, 2.0]]), np.array([[3.0, 1.0]]), np.zeros((1, 2)))
    pairs = pairs_by(exchange, settle(exchange, Prorata()), np.zeros(1, dtype=np.int64), 1)
    assert pairs[0] == pytest.approx(np.array([[0.75, 1.5], [0.25, 0.5]]))


def test_pairs_by_month_and_by_slot_add_up_to_what_is_received() -> None:
    steps = Steps.between(date(2025, 1, 30), date(2025, 2, 3), 60)
    rng = np.random.default_rng(24)
    exchange = Exchange(
        steps, rng.random((steps.count, 3)), rng.random((steps.count, 2)), np.zeros((steps.count, 2))
    )
    allocation = settle(exchange, Prorata())
    calendar = local_calendar(steps)
    off_peak = ((calendar.minute < 360) | (calendar.minute >= 1320)).astype(np.int64)
    month_and_slot = 2 * (calendar.month - 1) + off_peak
    pairs = pairs_by(exchange, allocation, month_and_slot, 4)
    assert pairs.shape == (4, 2, 3)
    received = totals_by(allocation.received_kwh, month_and_slot, 4)
    np.testing.assert_allclose(pairs.sum(axis=1), received)
    shared = exchange.production_kwh - allocation.surplus_kwh
    np.testing.assert_allclose(pairs.sum(axis=2), totals_by(shared, month_and_slot, 4))


def test_full_dynamic_pairs_are_those_that_were_settled() -> None:
    class First:
        def shares(self, exchange: Exchange, past: Past) -> np.ndarray:
            return np.array([[[1.0, 0.0], [0.0, 0.25]]])

    steps = Steps.between(date(2025, 6, 1), date(2025, 6, 2), 60).part(0, 1)
    exchange = Exchange(steps, np.array([[5.0, 5.0]]), np.array([[2.0, 4.0]]), np.zeros((1, 2)))
    pairs = pairs_by(exchange, settle(exchange, First()), np.zeros(1, dtype=np.int64), 1)
    assert pairs[0].tolist() == [[2.0, 0.0], [0.0, 1.0]]


def test_a_step_without_sun_gives_no_nan_between_pairs() -> None:
    steps = Steps.between(date(2025, 6, 1), date(2025, 6, 2), 60).part(0, 1)
    exchange = Exchange(steps, np.array([[1.0]]), np.zeros((1, 2)), np.zeros((1, 2)))
    assert pairs_by(exchange, settle(exchange, Prorata()), np.zeros(1, dtype=np.int64), 1).sum() == 0.0
