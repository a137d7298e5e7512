"""Pouring energy over needs: levels, ranks, proportions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acc.keys.fill import fill_by_rank, fill_by_weight, shares_for

NEEDS = st.lists(st.sampled_from([0.0, 0.25, 1.0, 3.0, 7.5]), min_size=1, max_size=6)


def level_by_sorting(need: np.ndarray, pool: float) -> np.ndarray:
    """Return the same glasses filled one after the other, from the smallest: another way to the result."""
    received = np.zeros_like(need)
    left, glasses = pool, len(need)
    for index in np.argsort(need):
        received[index] = min(need[index], left / glasses)
        left -= received[index]
        glasses -= 1
    return received


@settings(max_examples=100, deadline=None)
@given(need=NEEDS, pool=st.floats(0.0, 30.0))
def test_glasses_filled_together_are_those_filled_one_by_one(need: list[float], pool: float) -> None:
    needs = np.array([need])
    found = fill_by_weight(needs, np.array([pool]), np.ones(len(need)))
    assert found[0] == pytest.approx(level_by_sorting(needs[0], pool), abs=1e-9)


def passed_on(need: np.ndarray, pool: float, weight: np.ndarray) -> np.ndarray:
    """Return what rounds of offers give: each round, the rest goes to those who can still use some."""
    received = np.zeros_like(need)
    left = min(pool, float(need[weight > 0].sum()))
    for _round in range(2000):
        open_weight = np.where(received < need, weight, 0.0)
        if left <= 1e-13 or open_weight.sum() == 0.0:
            break
        taken = np.minimum(left * open_weight / open_weight.sum(), need - received)
        received += taken
        left -= taken.sum()
    return received


@settings(max_examples=100, deadline=None)
@given(data=st.data(), pool=st.floats(0.0, 30.0))
def test_passing_on_what_is_not_used_until_nothing_moves_ends_at_the_level(
    data: st.DataObject, pool: float
) -> None:
    need = np.array(data.draw(NEEDS))
    weight = np.array(
        data.draw(st.lists(st.sampled_from([0.0, 1.0, 5.0]), min_size=len(need), max_size=len(need)))
    )
    found = fill_by_weight(need[None, :], np.array([pool]), weight)[0]
    assert found == pytest.approx(passed_on(need, pool, weight), abs=1e-9)


def test_a_weight_a_billion_times_another_is_no_trouble() -> None:
    found = fill_by_weight(np.array([[2.0, 2.0, 2.0]]), np.array([3.0]), np.array([1e-3, 1.0, 1e6]))
    assert found.sum() == pytest.approx(3.0)
    assert found[0, 2] == 2.0
    assert found[0, 0] == pytest.approx(1e-3 / 1.001)


def test_ranks_are_served_in_order_and_in_proportion_inside() -> None:
    # Pool 5: rank 0 needs 1 + 3 = 4, served; 1 is left for needs of 2 and 6: 0.25 and 0.75.
    found = fill_by_rank(np.array([[2.0, 1.0, 6.0, 3.0]]), np.array([5.0]), np.array([1, 0, 1, 0]))
    assert found.tolist() == [[0.25, 1.0, 0.75, 3.0]]


def test_shares_say_100_percent_when_everyone_is_served() -> None:
    need = np.array([[1.0, 3.0]])
    assert shares_for(need, need, np.array([10.0])).tolist() == [[0.25, 0.75]]


def test_shares_say_less_when_something_is_left_on_purpose() -> None:
    shares = shares_for(np.array([[1.0, 1.0]]), np.array([[1.0, 3.0]]), np.array([4.0]))
    assert shares.tolist() == [[0.25, 0.25]]
