"""From energy to the coefficients of a key."""

import numpy as np

from acc.keys.rule import shares_for


def test_shares_say_100_percent_when_everyone_is_served() -> None:
    need = np.array([[1.0, 3.0]])
    assert shares_for(need, need, np.array([10.0])).tolist() == [[0.25, 0.75]]


def test_shares_say_less_when_something_is_left_on_purpose() -> None:
    shares = shares_for(np.array([[1.0, 1.0]]), np.array([[1.0, 3.0]]), np.array([4.0]))
    assert shares.tolist() == [[0.25, 0.25]]
