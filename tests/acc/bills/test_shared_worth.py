"""The mean over the plants, each weighing what it injects at the step."""

import numpy as np

from acc.bills.surplus import _Mix

INJECTED = np.array([[0.0, 0.0], [1.0, 3.0]])


def test_a_mean_weighs_each_plant_by_what_it_injects() -> None:
    # 1 kWh at 0.08 and 3 at 0.04: 0.20 over 4.
    np.testing.assert_allclose(_Mix(INJECTED).mean(np.array([0.08, 0.04])), [0.0, 0.05])


def test_equal_values_are_the_mean_even_where_nothing_is_injected() -> None:
    assert _Mix(INJECTED).mean(np.array([0.05, 0.05])).tolist() == [0.05, 0.05]
    slots = np.array([[0.05, 0.07], [0.05, 0.07]])
    assert _Mix(INJECTED).mean_by_slot(slots, np.array([1, 0])).tolist() == [0.07, 0.05]


def test_without_a_plant_the_mean_is_zero() -> None:
    mix = _Mix(np.zeros((2, 0)))
    assert mix.mean(np.zeros(0)).tolist() == [0.0, 0.0]
    assert mix.mean_by_slot(np.zeros((0, 2)), np.array([1, 0])).tolist() == [0.0, 0.0]
