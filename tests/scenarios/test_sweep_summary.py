"""The summary by hand: quantiles, wins, regret and shares of variance on tables small enough to check."""

import numpy as np
import pytest

from scenarios.sweep_summary import beats_ratio, quantiles, regret, variance_shares


def test_wins_are_counted_in_the_same_draw() -> None:
    # Two keys, four draws: A wins 2, B wins 1, one tie.
    values = np.array([[2.0, 1.0], [3.0, 1.0], [1.0, 4.0], [5.0, 5.0]])
    assert beats_ratio(values).tolist() == [[0.0, 0.5], [0.25, 0.0]]


def test_rounding_is_a_tie_and_the_unknown_is_left_out() -> None:
    values = np.array([[100.0, 100.0 + 1e-9], [np.nan, 3.0], [2.0, 1.0]])
    assert beats_ratio(values)[0, 1] == 0.5
    assert beats_ratio(values)[1, 0] == 0.0
    assert np.isnan(beats_ratio(np.full((3, 2), np.nan))[0, 1])


def test_regret_is_against_the_best_of_each_draw() -> None:
    # Best of the draws: 3, 4. A: 0 and 2 away; B: 1 and 0 away.
    assert regret(np.array([[3.0, 2.0], [2.0, 4.0]])).tolist() == [1.0, 0.5]


def test_quantiles_leave_the_unknown_out() -> None:
    values = np.array([[0.0, np.nan], [10.0, np.nan], [5.0, np.nan]])
    found = quantiles(values)
    assert found[:, 0].tolist() == [1.0, 5.0, 9.0]
    assert np.isnan(found[:, 1]).all()


def test_shares_of_variance_find_what_was_put_in() -> None:
    generator = np.random.default_rng(3)
    count = 4000
    price, capex = generator.normal(size=count), generator.normal(size=count)
    weather = generator.integers(3, size=count).astype(float)
    # Variances: 4 (price), 1 (capex), 2/3 x 1.5 = 1 (weather, values 0 1 2 times sqrt(1.5)).
    values = 2.0 * price + capex + np.sqrt(1.5) * weather
    shares = variance_shares(values, {"supply_price": price, "capex": capex, "weather": weather})
    assert shares["supply_price"] == pytest.approx(4.0 / 6.0, abs=0.03)
    assert shares["capex"] == pytest.approx(1.0 / 6.0, abs=0.03)
    assert shares["weather"] == pytest.approx(1.0 / 6.0, abs=0.03)
    assert next(iter(shares)) == "supply_price"
    assert sum(shares.values()) == pytest.approx(1.0)


def test_a_few_draws_or_no_spread_say_nothing() -> None:
    factors = {"capex": np.arange(30.0)}
    assert variance_shares(np.arange(5.0), {"capex": np.arange(5.0)}) == {}
    assert variance_shares(np.full(30, 7.0), factors) == {}


def test_chance_explains_nothing() -> None:
    generator = np.random.default_rng(4)
    values, weather = generator.normal(size=400), generator.integers(5, size=400).astype(float)
    assert variance_shares(values, {"weather": weather})["weather"] < 0.03
