"""Sums and ratios of an allocation, by hand."""

import math
from datetime import date

import numpy as np

from acc.exchange import Exchange
from acc.indicators import energy, ratio
from acc.settle import Allocation
from acc.steps import Steps


def test_nothing_over_nothing_is_not_a_ratio() -> None:
    assert math.isnan(ratio(0.0, 0.0))
    assert ratio(1.0, 4.0) == 0.25


def test_energy_sums_each_member_and_keeps_the_balance() -> None:
    steps = Steps.between(date(2025, 6, 1), date(2025, 6, 2), 60).part(0, 2)
    exchange = Exchange(
        steps, np.array([[1.0, 0.0], [3.0, 0.0]]), np.array([[2.0], [2.0]]), np.array([[0.5], [0.0]])
    )
    found = energy(exchange, Allocation(np.array([[1.0, 0.0], [2.0, 0.0]]), np.array([[1.0], [0.0]])))
    assert found.received_kwh.tolist() == [3.0, 0.0]
    assert found.complement_kwh.tolist() == [1.0, 0.0]
    assert found.shared_kwh.tolist() == [3.0]
    assert found.own_use_kwh.tolist() == [0.5]
    assert found.autoconsommation_ratio == 0.75
    assert found.autoproduction_ratio == 0.75
    assert found.participant_ratio[0] == 0.75
    assert math.isnan(found.participant_ratio[1])
