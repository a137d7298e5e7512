"""Measures of fairness, by hand and by what they must obey."""

import dataclasses
import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acc.exchange import Exchange
from acc.fairness import MEASURES, Fairness, fairness, gini, jain, merit
from acc.keys import build_key
from acc.settle import settle
from acc.steps import Steps
from tests.community import community
from tests.strategies import context_of, plain_parameters

STEPS = Steps.between(date(2025, 6, 2), date(2025, 6, 3), 15).part(0, 1)
COVERAGE = st.lists(st.floats(0.01, 1.0), min_size=1, max_size=8).map(np.array)


def measured(need: list[float], received: list[float], made: float = 10.0) -> Fairness:
    exchange = Exchange(STEPS, np.array([need]), np.array([[made]]), np.zeros((1, 1)))
    return fairness(exchange, np.array(received))


def test_by_hand_three_members_at_20_40_and_60_percent() -> None:
    found = measured([10.0, 10.0, 10.0], [2.0, 4.0, 6.0], made=12.0)
    # Pairs differ by 0.2, 0.4, 0.2, each met twice among 9: mean 1.6/9; mean coverage 0.4.
    assert found.gini == pytest.approx((1.6 / 9) / 0.8)
    assert found.jain == pytest.approx(1.2**2 / (3 * (0.04 + 0.16 + 0.36)))
    assert found.min_ratio == pytest.approx(0.2)
    assert found.min_max == pytest.approx(1 / 3)
    assert found.egalitarian == pytest.approx(1 - 2 * math.sqrt(0.08 / 3))
    # Alone with 12 kWh each could use 10: a third each; received 1/6, 1/3, 1/2.
    assert found.merit == pytest.approx(1 - 0.5 * (1 / 6 + 0 + 1 / 6))


def test_the_same_part_for_all_is_fair_in_every_sense_but_merit() -> None:
    found = measured([2.0, 8.0], [1.0, 4.0], made=5.0)
    assert (found.gini, found.jain, found.egalitarian, found.min_max) == pytest.approx((0.0, 1.0, 1.0, 1.0))
    # Alone with 5 kWh they could use 2 and 5; they received 1/5 and 4/5.
    assert found.merit == pytest.approx(1 - (2 / 7 - 1 / 5))


def test_half_with_all_and_half_with_nothing() -> None:
    found = measured([1.0, 1.0], [1.0, 0.0])
    assert (found.min_ratio, found.gini, found.jain, found.egalitarian, found.min_max) == (
        0.0,
        0.5,
        0.5,
        0.0,
        0.0,
    )


def test_nothing_shared_says_nothing_and_nobody_without_need_counts() -> None:
    found = measured([1.0, 1.0], [0.0, 0.0])
    assert math.isnan(found.gini)
    assert math.isnan(found.jain)
    assert math.isnan(found.merit)
    assert found.min_ratio == 0.0
    assert measured([1.0, 0.0], [1.0, 0.0]).jain == 1.0
    empty = measured([0.0], [0.0])
    assert all(math.isnan(getattr(empty, field.name)) for field in dataclasses.fields(empty))


@settings(max_examples=50, deadline=None)
@given(coverage=COVERAGE)
def test_gini_is_the_mean_difference_between_pairs(coverage: np.ndarray) -> None:
    pairs = np.abs(coverage[:, None] - coverage[None, :]).mean()
    assert gini(coverage) == pytest.approx(pairs / (2 * coverage.mean()), abs=1e-12)
    assert 1 / len(coverage) - 1e-12 <= jain(coverage) <= 1.0 + 1e-12


@settings(max_examples=50, deadline=None)
@given(coverage=COVERAGE, data=st.data())
def test_giving_from_the_better_to_the_less_served_is_never_less_fair(
    coverage: np.ndarray, data: st.DataObject
) -> None:
    low, high = int(coverage.argmin()), int(coverage.argmax())
    moved = coverage.copy()
    shift = (coverage[high] - coverage[low]) / 2 * data.draw(st.floats(0.0, 1.0))
    moved[low] += shift
    moved[high] -= shift
    assert gini(moved) <= gini(coverage) + 1e-12
    assert jain(moved) >= jain(coverage) - 1e-12


def test_merit_is_one_when_the_parts_are_the_same() -> None:
    assert merit(np.array([2.0, 6.0]), np.array([1.0, 3.0])) == 1.0
    assert merit(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == 0.0


def test_keys_differ_in_the_sense_they_are_made_for() -> None:
    exchange = community(3)
    context = context_of(exchange)
    found = {
        name: fairness(
            exchange,
            settle(exchange, build_key(name, plain_parameters(name, exchange), context)).received_kwh.sum(
                axis=0
            ),
        )
        for name in ("prorata", "equal", "priority", "catch-up", "price")
    }
    assert found["catch-up"].gini == min(f.gini for f in found.values())
    assert found["catch-up"].egalitarian == max(f.egalitarian for f in found.values())
    assert found["catch-up"].min_ratio == max(f.min_ratio for f in found.values())
    assert found["prorata"].merit > found["price"].merit


def test_every_measure_has_its_formula_and_sentence() -> None:
    assert list(MEASURES) == [field.name for field in dataclasses.fields(Fairness)]
    for measure in MEASURES.values():
        assert measure.formula
        assert measure.sentence.endswith(".")
        assert measure.confidence in {"H", "M", "L"}
