"""Rounding that loses nothing, and months as the wall clock counts them."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.grid_operator.coefficients import (
    Coefficients,
    coefficients_of,
    lost_by_rounding,
    month_rows,
    round_to_sum,
)
from acc.keys import KEYS, build_key
from acc.settle import settle
from acc.steps import Steps
from tests.community import community
from tests.effort import law
from tests.strategies import context_of, plain_parameters

PARTS = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=50).map(np.array)


@law(100)
@given(parts=PARTS, decimals=st.integers(1, 6), whole=st.sampled_from([1.0, 0.8, 0.5]))
def test_the_sum_is_kept_and_nobody_moves_by_more_than_a_unit(
    parts: np.ndarray, decimals: int, whole: float
) -> None:
    share = parts / max(parts.sum(), 1e-9) * whole
    rounded = round_to_sum(share[None, :], decimals)[0]
    unit = 10.0**-decimals
    assert np.abs(rounded - share).max() < unit * (1 + 1e-6)
    assert rounded.sum() == pytest.approx(share.sum(), abs=unit / 2 + 1e-9)
    assert rounded.sum() <= 1.0 + 1e-12
    np.testing.assert_allclose(rounded / unit, np.rint(rounded / unit), atol=1e-6)
    if whole == 1.0 and parts.sum() > 0.01:
        assert rounded.sum() == pytest.approx(1.0, abs=1e-12)


def test_cutting_alone_would_lose_two_percent_and_the_largest_remainder_nothing() -> None:
    # 40 participants, 0.1 %: cutting loses half a unit each on average (a fault seen in a public tool).
    share = np.random.default_rng(24).dirichlet(np.ones(40), 500)
    cut = np.floor(share * 1000) / 1000
    assert 1 - cut.sum(axis=1).mean() == pytest.approx(0.02, abs=0.001)
    assert round_to_sum(share, 3).sum(axis=1) == pytest.approx(np.ones(500), abs=1e-12)


def test_what_is_exact_stays_exact() -> None:
    share = np.array([[0.29, 0.71], [0.07, 0.57], [0.0, 1.0]])
    assert round_to_sum(share, 2).tolist() == share.tolist()


def test_a_unit_goes_to_someone_who_can_use_it() -> None:
    # Exact: 0.346 and 0.654; cut to 0.34 and 0.65. The first uses at most 0.346: the unit is the second's.
    share, room = np.array([[0.346, 0.654]]), np.array([[0.346, 2.0]])
    assert round_to_sum(share, 2).tolist() == [[0.35, 0.65]]
    assert round_to_sum(share, 2, room).tolist() == [[0.34, 0.66]]


@pytest.mark.parametrize("decimals", [0, 10])
def test_a_number_of_decimals_out_of_bounds_is_refused(decimals: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 9"):
        round_to_sum(np.array([[1.0]]), decimals)


@pytest.mark.parametrize("name", sorted(KEYS))
def test_a_rounded_month_of_40_participants_gives_back_the_same_kwh_within_the_rounding(name: str) -> None:
    exchange = community(5, members=40, days=31, step_minutes=15)
    context = replace(context_of(exchange), steps=exchange.steps)
    key = build_key(name, plain_parameters(name, exchange), context)
    exact = coefficients_of(
        exchange, key, [p.id for p in context.participants], [p.id for p in context.plants]
    )
    rounded = exact.rounded(4, exchange)
    lost = lost_by_rounding(exchange, exact, rounded)
    if name == "custom":  # its sums are not whole units of 0.0001
        assert lost.lost_share <= 0.5e-4 + 1e-12
    else:
        assert lost.lost_share == pytest.approx(0.0, abs=1e-9)
    assert lost.largest_kwh <= 2 * 1e-4 * exchange.production_kwh.sum(axis=1).max() + 1e-9
    assert abs(lost.lost_kwh) <= 1e-4 * exchange.production_kwh.sum()
    if name in {"prorata", "equal", "priority", "weighted", "price", "catch-up"}:
        assert lost.lost_kwh <= 1e-6 * settle(exchange, key).received_kwh.sum()


def test_what_a_key_proposes_is_kept_as_declared() -> None:
    exchange = community(5, members=4, days=2)
    context = context_of(exchange)
    ids, plants = [p.id for p in context.participants], [p.id for p in context.plants]
    pooled = coefficients_of(exchange, build_key("prorata", {}, context), ids, plants)
    pairs = coefficients_of(exchange, build_key("nearest-first", {}, context), ids, plants)
    assert pooled.plant_ids == ()
    assert pooled.share.shape == (48, 4)
    assert pairs.plant_ids == ("r0", "r1")
    assert pairs.of_plant(1).shape == (48, 4)
    late = coefficients_of(exchange, build_key("catch-up", {}, context), ids, plants)
    assert late.share.shape == (48, 4)


def test_months_follow_the_wall_clock() -> None:
    year = Steps.between(date(2024, 1, 1), date(2025, 1, 1), 15)
    rows = month_rows(year)
    days = {day.month: (part.stop - part.start) / 96 for day, part in rows}
    assert days[2] == 29
    assert days[3] == 31 - 1 / 24
    assert days[10] == 31 + 1 / 24
    assert rows[0][1].start == 0
    assert rows[-1][1].stop == year.count
    across = Steps.between(date(2025, 12, 20), date(2026, 1, 5), 60)
    assert [day for day, _rows in month_rows(across)] == [date(2025, 12, 1), date(2026, 1, 1)]


def test_coefficients_that_do_not_fit_their_names_are_refused() -> None:
    steps = Steps.between(date(2025, 1, 1), date(2025, 1, 2), 60)
    with pytest.raises(ValueError, match="steps and members"):
        Coefficients(steps, ("a", "b"), (), np.zeros((24, 3)))
    whole = Coefficients(steps, ("a",), (), np.ones((24, 1)))
    assert whole.part(2, 5).steps.count == 3
    assert whole.part(2, 5).share.shape == (3, 1)
