"""Present value and rate of return: one root, several, none, and never a bare NaN."""

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from acc.plan.values import RootState
from scenarios.operation.tariffs.price import appraise, rate_of_return
from tests.effort import law


def test_a_rate_by_hand() -> None:
    # -100 then 110 a year later: 10 %
    worth = appraise(np.array([-100.0, 110.0]), 0.05)
    assert worth.irr_ratio == pytest.approx(0.10, rel=1e-12)
    assert worth.npv_eur == pytest.approx(-100.0 + 110.0 / 1.05, rel=1e-12)
    assert worth.irr_state is RootState.KNOWN


def test_a_plan_that_gives_back_less_than_it_costs_has_a_negative_rate() -> None:
    rate, state = rate_of_return(np.array([-100.0, 40.0, 40.0]))
    assert state is RootState.NEGATIVE
    assert -100.0 + 40.0 / (1 + rate) + 40.0 / (1 + rate) ** 2 == pytest.approx(0.0, abs=1e-9)


def test_two_roots_are_named_not_chosen() -> None:
    # zero at 10 % and at 20 %: -100 x^2 + 230 x - 132 with x = 1 + rate
    flows = np.array([-100.0, 230.0, -132.0])
    assert rate_of_return(flows) == (None, RootState.SEVERAL)
    assert appraise(flows, 0.15).npv_eur > 0.0


def test_no_root_at_all_is_a_state() -> None:
    assert rate_of_return(np.array([-100.0, 50.0, -100.0])) == (None, RootState.NONE)
    assert rate_of_return(np.array([-100.0, -1.0, -1.0])) == (None, RootState.NONE)
    assert rate_of_return(np.array([-100.0, 0.0, 0.0])) == (None, RootState.NONE)


def test_nothing_invested_has_no_rate() -> None:
    assert rate_of_return(np.array([0.0, 10.0])) == (None, RootState.NO_OUTLAY)
    assert rate_of_return(np.array([5.0, -10.0])) == (None, RootState.NO_OUTLAY)


def test_a_replacement_in_the_middle_leaves_one_rate_when_there_is_one() -> None:
    flows = np.array([-1000.0] + [150.0] * 12 + [-120.0] + [140.0] * 12)
    rate, state = rate_of_return(flows)
    assert state is RootState.KNOWN
    assert flows @ (1.0 + rate) ** -np.arange(len(flows)) == pytest.approx(0.0, abs=1e-9)


@law(60)
@given(st.lists(st.floats(-500.0, 1000.0), min_size=2, max_size=30), st.floats(1.0, 5000.0))
@example([0.0, 1.7e-6, 214.0], 1707.0)
def test_a_rate_found_makes_the_value_zero(later: list[float], outlay: float) -> None:
    flows = np.array([-outlay, *later])
    rate, state = rate_of_return(flows)
    assert (rate is None) == (state not in {RootState.KNOWN, RootState.NEGATIVE})
    assume(rate is not None and rate > -0.5)
    value = float(flows @ (1.0 + rate) ** -np.arange(len(flows)))
    scale = float(np.abs(flows) @ (1.0 + rate) ** -np.arange(len(flows)))
    assert abs(value) <= 1e-9 * scale
