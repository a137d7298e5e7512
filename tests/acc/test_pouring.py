"""Pouring energy over needs: levels, ranks, proportions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.water_filling import allocate_by_rank, allocate_by_weight, ranks_of
from tests.effort import law

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


@law(100)
@given(need=NEEDS, pool=st.floats(0.0, 30.0))
def test_glasses_filled_together_are_those_filled_one_by_one(need: list[float], pool: float) -> None:
    needs = np.array([need])
    found = allocate_by_weight(needs.T, np.array([pool]), np.ones(len(need)))
    assert found[:, 0] == pytest.approx(level_by_sorting(needs[0], pool), abs=1e-9)


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


@law(100)
@given(data=st.data(), pool=st.floats(0.0, 30.0))
def test_passing_on_what_is_not_used_until_nothing_moves_ends_at_the_level(
    data: st.DataObject, pool: float
) -> None:
    need = np.array(data.draw(NEEDS))
    weight = np.array(
        data.draw(st.lists(st.sampled_from([0.0, 1.0, 5.0]), min_size=len(need), max_size=len(need)))
    )
    found = allocate_by_weight(need[:, None], np.array([pool]), weight)[:, 0]
    assert found == pytest.approx(passed_on(need, pool, weight), abs=1e-9)


def test_a_weight_a_billion_times_another_is_no_trouble() -> None:
    found = allocate_by_weight(np.array([[2.0], [2.0], [2.0]]), np.array([3.0]), np.array([1e-3, 1.0, 1e6]))
    assert found.sum() == pytest.approx(3.0)
    assert found[2, 0] == 2.0
    assert found[0, 0] == pytest.approx(1e-3 / 1.001)


def test_ranks_are_served_in_order_and_in_proportion_inside() -> None:
    # Pool 5: rank 0 needs 1 + 3 = 4, served; 1 is left for needs of 2 and 6: 0.25 and 0.75.
    found = allocate_by_rank(np.array([[2.0], [1.0], [6.0], [3.0]]), np.array([5.0]), np.array([1, 0, 1, 0]))
    assert found.ravel().tolist() == [0.25, 1.0, 0.75, 3.0]


def test_a_level_uses_the_pool_or_serves_all() -> None:
    # Pool 3 over needs 1, 1, 5 with equal weights: 1, 1 and the last kWh.
    poured_kwh = allocate_by_weight(np.array([[1.0], [1.0], [5.0]]), np.array([3.0]), np.ones(3))
    assert poured_kwh.ravel().tolist() == [1.0, 1.0, 1.0]
    plenty = allocate_by_weight(np.array([[1.0], [1.0]]), np.array([9.0]), np.ones(2))
    assert plenty.ravel().tolist() == [1.0, 1.0]
    # Weights may be euros or inhabitants: the largest that a key takes makes no infinity.
    huge = np.array([1e9, 0.0])
    assert allocate_by_weight(np.array([[1.0], [1.0]]), np.array([9.0]), huge).ravel().tolist() == [1.0, 0.0]


def test_a_rank_that_nobody_holds_takes_nothing() -> None:
    # Ranks 0 and 2: pool 3 serves 2, and 1 of the 4 that stand behind.
    found = allocate_by_rank(np.array([[2.0], [4.0]]), np.array([3.0]), np.array([0, 2]))
    assert found.ravel().tolist() == [2.0, 1.0]


def test_who_scores_nothing_or_a_rounding_has_no_rank_and_a_rounding_apart_is_a_tie() -> None:
    scores = np.array([[0.0, 0.3, 1e-13, -0.2], [0.1, 0.1 + 1e-13, 0.1 + 1e-11, 1e-11]])
    assert ranks_of(scores).tolist() == [[-1, 0, -1, -1], [1, 1, 0, 2]]
