"""The order in which to invite: greedy, its proven part of the best, and a bound that no set passes."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.members.invitation_order import GREEDY_RATIO, Candidates, best_order
from tests.effort import law


def drawn(seed: int, kind: str, count: int = 6, steps: int = 12) -> Candidates:
    rng = np.random.default_rng(seed)
    made = rng.gamma(1.0, 2.0, (steps, count)) * (
        rng.random(count) < {"users": 0, "plants": 2}.get(kind, 0.5)
    )
    need = rng.gamma(1.0, 2.0, (steps, count)) * (
        rng.random(count) < {"users": 2, "plants": 0}.get(kind, 0.6)
    )
    return Candidates(rng.gamma(1.0, 8.0, steps), rng.gamma(1.0, 4.0, steps), made, need)


def brought(candidates: Candidates, chosen: Sequence[int]) -> float:
    return candidates.shared_kwh(chosen) - candidates.shared_kwh()


@pytest.mark.parametrize("kind", ["users", "plants", "both"])
@law(40)
@given(seed=st.integers(0, 10_000))
def test_no_set_of_that_many_passes_the_bound(kind: str, seed: int) -> None:
    candidates = drawn(seed, kind)
    order = best_order(candidates)
    for size, step in enumerate(order, start=1):
        sets = [
            brought(candidates, chosen) for few in range(size + 1) for chosen in combinations(range(6), few)
        ]
        assert max(sets) <= step.bound_kwh + 1e-9
        assert step.total_kwh == pytest.approx(brought(candidates, [s.candidate for s in order[:size]]))
        if kind != "both":
            assert candidates.is_submodular
            assert step.total_kwh >= GREEDY_RATIO * max(sets) - 1e-9


def test_the_first_invited_is_the_one_that_brings_most_alone_and_the_bound_of_one_is_reached() -> None:
    candidates = drawn(1, "users")
    first = best_order(candidates)[0]
    assert first.gain_kwh == candidates.gains_kwh().max() == first.bound_kwh


def test_a_plant_and_a_consumer_may_be_worth_more_together() -> None:
    # nothing is made and nothing is needed: alone each of the two brings nothing, so nobody is invited
    zeros = np.zeros(1)
    candidates = Candidates(zeros, zeros, np.array([[3.0, 0.0]]), np.array([[0.0, 3.0]]))
    assert not candidates.is_submodular
    assert best_order(candidates) == ()


def test_who_may_not_join_those_before_is_not_invited() -> None:
    candidates = drawn(2, "users")
    best = best_order(candidates)[0].candidate
    order = best_order(candidates, lambda chosen: best not in chosen and len(chosen) <= 3)
    assert best not in [step.candidate for step in order]
    assert len(order) <= 3
    assert best_order(candidates, lambda _chosen: False) == ()


def test_a_plant_behind_a_meter_that_is_in_lowers_its_need() -> None:
    # 4 shared before; the roof feeds its host with 2 of the 3 that it makes, and injects 1: 3 needed are left
    candidates = Candidates(np.array([4.0]), np.array([5.0]), np.array([[1.0]]), np.array([[-2.0]]))
    assert candidates.gains_kwh().tolist() == [-1.0]
    assert best_order(candidates) == ()
    assert best_order(Candidates(np.ones(1), np.ones(1), np.zeros((1, 0)), np.zeros((1, 0)))) == ()
