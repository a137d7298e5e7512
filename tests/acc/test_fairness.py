"""Measures of fairness, by hand and by what they must obey."""

import dataclasses
import math
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.exchange import Exchange
from acc.fairness import LEAST_USE_RATIO, MEASURES, Fairness, can_receive, fairness, gini, jain, merit
from acc.keys import build_key
from acc.settle import settle
from acc.sites import Position
from acc.steps import Steps
from profiles.reference.shapes import year_of
from profiles.weather.sun import sun_position
from tests.community import community
from tests.effort import law
from tests.strategies import context_of, plain_parameters

DOCS = Path(__file__).parents[2] / "docs"
KWH = st.floats(0.0, 10.0).map(lambda kwh: round(kwh, 3))
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


@law(50)
@given(coverage=COVERAGE)
def test_gini_is_the_mean_difference_between_pairs(coverage: np.ndarray) -> None:
    pairs = np.abs(coverage[:, None] - coverage[None, :]).mean()
    assert gini(coverage) == pytest.approx(pairs / (2 * coverage.mean()), abs=1e-12)
    assert 1 / len(coverage) - 1e-12 <= jain(coverage) <= 1.0 + 1e-12


@law(50)
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


def beside(need: list[float], *pools: list[float], times: float = 1.0) -> bool:
    """Return whether one site can receive beside plants that inject `times` the sum of `pools`."""
    return bool(can_receive(np.array(need)[:, None], times * np.sum(pools, axis=0))[0])


def test_who_can_receive_by_hand() -> None:
    # Needs 100, of which 5 at the hour of the sun: alone with 200 kWh it covers 5 %; with 4 of them, 4 %.
    assert beside([95.0, 5.0], [0.0, 200.0])
    assert not beside([96.0, 4.0], [0.0, 200.0])
    # Plants of 10 kWh are taken as large as the need, 100: its 5 kWh at their hour count whole.
    assert beside([95.0, 5.0], [0.0, 10.0])
    # Half of their kWh falls when it needs 2: 2 of 100, and 50 where it needs 98.
    assert not beside([98.0, 0.0, 2.0], [0.0, 5.0, 5.0])
    assert beside([0.0, 98.0, 2.0], [0.0, 5.0, 5.0])
    assert not beside([0.0, 0.0], [0.0, 5.0])
    assert not beside([1.0, 1.0], [0.0, 0.0])


SHOP = np.array([0.0] * 9 + [1.0] * 10 + [0.0] * 5)
SUN = np.maximum(0.0, np.sin(np.pi * (np.arange(24) - 6.0) / 14.0))


@law(60)
@given(times=st.floats(1e-6, 1e6))
def test_a_shop_open_by_day_and_who_never_stops_can_receive_beside_plants_of_any_size(times: float) -> None:
    assert can_receive(np.stack([SHOP, np.ones(24), 1.0 - (SUN > 0.0)], axis=1), times * SUN).tolist() == [
        True,
        True,
        False,
    ]


@law(60)
@given(data=st.data(), need=st.lists(KWH, min_size=4, max_size=4), times=st.floats(1.0, 50.0))
def test_more_sun_takes_nobody_out_nor_do_more_plants_of_the_same_hours(
    data: st.DataObject, need: list[float], times: float
) -> None:
    pool = data.draw(st.lists(KWH, min_size=4, max_size=4))
    if beside(need, pool):
        assert beside(need, pool, times=times * (1.0 + 1e-9))
    # Smaller plants change nothing where they make less than the need: it is the hours that decide.
    if sum(pool) <= sum(need):
        assert beside(need, pool, times=1.0 / times) == beside(need, pool)


@law(100)
@given(data=st.data(), need=st.lists(KWH, min_size=4, max_size=4))
def test_more_plants_take_nobody_out_who_could_receive_from_each_or_whose_need_they_make(
    data: st.DataObject, need: list[float]
) -> None:
    one, other = (data.draw(st.lists(KWH, min_size=4, max_size=4)) for _plant in range(2))
    if beside(need, one) and (beside(need, other) or sum(one) >= sum(need) or not sum(other)):
        assert beside(list(np.array(need) * (1.0 - 1e-9)), one, other)


def test_small_plants_of_other_hours_may_take_out_who_lives_at_the_hours_of_the_first() -> None:
    # Needs 10 of 100 at the first hour: beside 1 kWh of then alone, 10 %. With 9 kWh more at another hour the
    # plants, taken as large as 100, make 10 then: still 10 %. With 99, a hundredth of 100: 1 %.
    need = [10.0, 0.0, 90.0]
    assert beside(need, [1.0, 0.0, 0.0])
    assert beside(need, [1.0, 0.0, 0.0], [0.0, 9.0, 0.0])
    assert not beside(need, [1.0, 0.0, 0.0], [0.0, 98.9, 0.0])


@pytest.mark.parametrize("latitude", [42.0, 44.85, 51.0])
def test_street_lamps_cannot_receive_wherever_and_however_they_are_read(latitude: float) -> None:
    elevation = 90.0 - sun_position(year_of(2026).steps, Position(latitude, 2.0)).zenith_deg
    sun, hour = np.maximum(0.0, np.sin(np.radians(elevation))), np.arange(len(elevation)) % 96 / 4
    all_night = (elevation < 0.0).astype(float)
    for lit in (all_night, all_night * ((hour < 23.0) & (hour >= 5.0))):
        for quarters in (1, 2, 4):
            read = np.repeat(lit.reshape(-1, quarters).mean(axis=1), quarters)[:, None]
            for times in (0.001, 1.0, 10.0):
                assert not can_receive(read, sun * times * read.sum() / sun.sum()).any()


def test_sites_cannot_be_put_out_by_others_nor_by_being_split() -> None:
    exchange = community(3, members=8)
    need, pool = exchange.consumption_kwh, exchange.production_kwh.sum(axis=1)
    able = can_receive(need, pool)
    assert able.tolist() == [bool(can_receive(need[:, [n]], pool)[0]) for n in range(8)]
    assert (can_receive(need / 2.0, pool) >= able).all()


def test_the_threshold_is_the_one_that_people_read() -> None:
    for page in ("lexique.md", "cles.md", "front.md"):
        assert f"{LEAST_USE_RATIO:.0%}".replace("%", " %") in (DOCS / page).read_text(encoding="utf-8")
