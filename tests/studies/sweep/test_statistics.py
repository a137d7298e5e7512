"""The summary by hand: quantiles, wins, regret and shares of variance on tables small enough to check."""

from types import SimpleNamespace

import numpy as np
import pytest

from acc.arrays import FloatArray
from acc.quantiles import recentre_quantiles
from acc.result.result import Ranges
from acc.result.sweep import Ahead, Chances
from acc.sites import Kind, Participant
from scenarios.operation.draws.ranges import Summary, chances, person_ranges, quantiles, ranges
from scenarios.operation.draws.results import INDICATORS, DrawResults
from scenarios.operation.draws.settings import Spread
from scenarios.studies.sweep.statistics import (
    _ahead,
    _beats,
    ahead,
    beats_ratio,
    best_ratio,
    regret,
    sweep_report,
    variance_shares,
)


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
    # A draw where nothing is known is left out, and a key where it is unknown.
    unknown = np.array([[3.0, 2.0, np.nan], [np.nan, np.nan, np.nan], [np.nan, 4.0, np.nan]])
    assert regret(unknown)[:2].tolist() == [0.0, 0.5]
    assert np.isnan(regret(unknown)[2])


def test_quantiles_leave_the_unknown_out() -> None:
    values = np.array([[0.0, np.nan], [10.0, np.nan], [5.0, np.nan]])
    found = quantiles(values)
    assert found[:, 0].tolist() == [0.0, 5.0, 10.0]
    assert np.isnan(found[:, 1]).all()


def test_draws_are_laid_around_what_is_printed_and_stay_what_they_can_be() -> None:
    draws = np.array([[0.0, 0.90], [10.0, 0.95], [5.0, 1.0], [8.0, 0.97]])
    of = quantiles(draws)
    found = recentre_quantiles(np.array([1.0, 0.98]), draws)
    np.testing.assert_allclose(found[1], [1.0, 0.98])
    assert found[0, 0] == 0.0  # not below nothing: no draw is
    assert found[2, 0] == pytest.approx(of[2, 0] + 1.0 - of[1, 0])
    assert recentre_quantiles(np.array([1.0, 0.98]), draws, most=1.0)[2].tolist() == [1.0, 1.0]
    # By the draws that have what the figure rests on; where none has, or no figure is known, as they are.
    usual = np.array([True, False, False, False])
    assert recentre_quantiles(np.array([1.0, 0.98]), draws, usual)[2, 0] == pytest.approx(of[2, 0] + 1.0)
    np.testing.assert_array_equal(recentre_quantiles(np.array([1.0, 0.98]), draws, ~usual & usual), of)
    np.testing.assert_array_equal(recentre_quantiles(np.array([np.nan, np.nan]), draws), of)


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


def test_shares_of_variance_are_told_less_what_chance_explains() -> None:
    # 20 draws of a weather of 0 or 2 and a price of 1 or -1: each explains half; 1 in 19 is chance's.
    weather, price = np.repeat([0.0, 1.0], 10), np.tile([1.0, -1.0], 10)
    shares = variance_shares(2.0 * weather + price, {"weather": weather, "supply_price": price})
    expected = (0.5 - 1.0 / 19.0) / (1.0 - 1.0 / 19.0)
    assert shares == pytest.approx({"weather": expected, "supply_price": expected, "rest": 1 - 2 * expected})


def test_a_category_of_its_own_for_nearly_each_draw_explains_nothing() -> None:
    # 19 weather years in 20 draws: one of them alone came twice.
    weather = np.array([0.0, *range(19)])
    assert variance_shares(np.arange(20.0), {"weather": weather}) == {"weather": 0.0, "rest": 1.0}


def test_shares_that_pass_one_together_are_brought_to_one() -> None:
    # The same column twice explains everything twice; a factor that never moves explains nothing.
    price = np.tile([1.0, -1.0], 10)
    shares = variance_shares(price, {"supply_price": price, "capex": price, "opex": np.ones(20)})
    assert shares == pytest.approx({"supply_price": 0.5, "capex": 0.5, "opex": 0.0, "rest": 0.0})


def test_categories_one_alone_or_one_a_draw_say_nothing() -> None:
    values = np.tile([1.0, -1.0], 10)
    for weather in (np.ones(20), np.arange(20.0), np.minimum(np.arange(20.0), 18.0)):
        assert variance_shares(values, {"weather": weather}) == {"weather": 0.0, "rest": 1.0}


def test_the_best_key_is_counted_where_all_are_known_and_ties_for_each() -> None:
    values = np.array([[1.0, 1.0 + 1e-10], [3.0, 2.0], [np.nan, 5.0], [1.0, 2.0]])
    assert best_ratio(values).tolist() == pytest.approx([2.0 / 3.0, 2.0 / 3.0])
    assert np.isnan(best_ratio(np.array([[np.nan, 1.0]]))).all()


def test_a_few_draws_or_no_spread_say_nothing() -> None:
    factors = {"capex": np.arange(30.0)}
    assert variance_shares(np.arange(19.0), {"capex": np.arange(19.0)}) == {}
    assert variance_shares(np.arange(20.0), {"capex": np.arange(20.0)})["capex"] == pytest.approx(1.0)
    # A draw where it is unknown is left out.
    assert (
        variance_shares(np.where(np.arange(20) < 1, np.nan, 1.0 * np.arange(20)), {"capex": np.arange(20.0)})
        == {}
    )
    assert variance_shares(np.full(30, 7.0), factors) == {}


def test_chance_explains_nothing() -> None:
    generator = np.random.default_rng(4)
    values, weather = generator.normal(size=400), generator.integers(5, size=400).astype(float)
    assert variance_shares(values, {"weather": weather})["weather"] < 0.03


def test_ahead_counts_the_members_of_each_draw() -> None:
    values = np.array([[[1.0, 2.0, np.nan], [0.0, 2.0, 3.0]], [[1.0, 5.0, 4.0], [2.0, 4.0, 3.0]]])
    assert ahead(values)[:, 0, 1].tolist() == [1.0, 2.0]
    assert ahead(values)[:, 1, 0].tolist() == [0.0, 1.0]


def test_for_how_many_one_key_beats_another_is_what_9_draws_of_10_reach() -> None:
    # 11 draws: the first key beats the second for 0 of 3 once, for 1 once, for 2 six times, for 3 thrice.
    wins = [0, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3]
    first = np.array([[1.0 * (member < count) for member in range(3)] for count in wins])
    values = np.stack([first, np.full_like(first, 0.5)], axis=1)
    found = _ahead(_received(values), "received_kwh", 0)
    assert found["first"] == {"second": Ahead(members=3, at_least=1, median=2.0)}
    # The second beats it for the others: 3, 2, six times 1, thrice 0.
    assert found["second"] == {"first": Ahead(members=3, at_least=0, median=1.0)}
    assert _ahead(_received(values * np.nan), "received_kwh", 0) == {}
    # 5 draws, of which one gives nobody more: 9 in 10 lie between it and the next, and reach what it reaches.
    fewer = _ahead(_received(values[[0, 2, 3, 4, 5]]), "received_kwh", 0)
    assert fewer["first"]["second"].at_least == 0
    beats = _beats(_received(values), "received_kwh", 0)["first"]["second"]
    assert beats == pytest.approx({"a": 10 / 11, "b": 9 / 11, "c": 3 / 11})


def _received(values: FloatArray) -> Summary:
    """A summary of what members a, b, c receive under two keys, (draws, keys, members)."""
    draws, keys, _members = values.shape
    found = np.full((draws, 1, keys, 4, len(INDICATORS)), np.nan)
    found[:, 0, :, 1:, INDICATORS.index("received_kwh")] = values
    plan = SimpleNamespace(keys=("first", "second"), members=("a", "b", "c"))
    none = np.zeros((draws, 1, keys, 0))
    return Summary(plan, DrawResults(found, none[..., None, :], none))  # type: ignore[arg-type]


def _of_persons(kind: Kind = Kind.COMMUNE) -> Summary:
    """Two persons: the town, whose sites a and c receive 1 and 100 kWh, and one whose b receives 10."""
    sites = tuple(Participant(id=name, name=name, kind=kind) for name in ("c", "a", "b"))
    case = SimpleNamespace(
        persons=("other", "town"), ids=("c", "a", "b"), person_of_site=np.array([1, 1, 0]),
        scenario=SimpleNamespace(participants=sites),
    )  # fmt: skip
    plan = SimpleNamespace(
        keys=("first", "second"), members=("a", "b", "c"), persons=("town", "other"), cases=(case,)
    )
    found = np.full((3, 1, 2, 4, len(INDICATORS)), np.nan)
    found[:, 0, 1, 1:, INDICATORS.index("received_kwh")] = [1.0, 10.0, 100.0]
    found[:, 0, :, 0, INDICATORS.index("gain_eur_ht")] = 5.0
    gain = np.broadcast_to([7.0, -2.0], (3, 1, 2, 2))
    return Summary(plan, DrawResults(found, np.zeros((3, 1, 2, 3, 0)), gain))  # type: ignore[arg-type]


def test_a_person_receives_what_all_its_sites_receive_and_only_they() -> None:
    summary = _of_persons()
    assert person_ranges(summary, "second") == {
        "gain_eur_ht": {"town": (7.0, 7.0, 7.0), "other": (-2.0, -2.0, -2.0)},
        "received_kwh": {"town": (101.0, 101.0, 101.0), "other": (10.0, 10.0, 10.0)},
    }
    who, values = summary.rows("gain_eur_ht")
    assert (who, values[0, 1].tolist()) == (("", "town", "other"), [5.0, 7.0, -2.0])
    assert summary.rows("received_kwh")[0] == ("", "a", "b", "c")
    assert summary.of("received_kwh")[0, 1, 1:].tolist() == [1.0, 10.0, 100.0]


def test_homes_have_one_range_together() -> None:
    found = person_ranges(_of_persons(Kind.HOUSEHOLD), "second")
    assert found["received_kwh"]["other town"] == (111.0, 111.0, 111.0)
    assert found["gain_eur_ht"]["other town"] == (5.0, 5.0, 5.0)


def test_a_payback_that_never_comes_is_later_than_any() -> None:
    # 10 draws: paid back in 8 of them. The ninth decile is never: no range is given, a chance is.
    payback = np.array([5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, np.nan, np.nan])
    assert "payback_years" not in _ranges_of(payback)
    assert _chances_of(payback) == Chances(paid_back=0.8, npv_positive=0.7)
    # Once in twenty: the ninth decile is known, and later than among those paid back alone.
    often = np.concatenate([np.tile(payback[:8], 5)[:38], [np.nan, np.nan]])
    low, middle, high = _ranges_of(often)["payback_years"][""]
    assert high >= np.quantile(often[:38], 0.9)
    assert low <= middle <= high


def test_a_plan_is_worth_something_above_zero_alone_and_counted_where_it_is_known() -> None:
    npv = np.array([0.5, 0.0, -0.5, np.nan, 3.0])
    payback = np.array([19.0, np.nan, np.nan, 4.0, 2.0])
    assert chances(_summary_of(payback, npv), "prorata") == Chances(paid_back=0.5, npv_positive=0.5)
    assert chances(_summary_of(payback, npv * np.nan), "prorata") is None


def _summary_of(payback: FloatArray, npv: FloatArray | None = None) -> Summary:
    values = np.full((len(payback), 1, 1, 1, len(INDICATORS)), np.nan)
    for name in ("payback_years", "connected_payback_years"):
        values[..., 0, INDICATORS.index(name)] = payback[:, None, None]
    npv = np.linspace(700.0, -299.0, len(payback)) if npv is None else npv
    values[..., 0, INDICATORS.index("npv_eur_ht")] = npv[:, None, None]
    plan = SimpleNamespace(keys=("prorata",), members=())
    none = np.zeros((len(payback), 1, 1, 0))
    return Summary(plan, DrawResults(values, none[..., None, :], none))  # type: ignore[arg-type]


def _ranges_of(payback: FloatArray) -> Ranges:
    return ranges(_summary_of(payback), "prorata")


def _chances_of(payback: FloatArray) -> Chances | None:
    return chances(_summary_of(payback), "prorata")


def test_a_spread_is_told_as_taken_by_default_where_the_folder_gives_none() -> None:
    spreads = {"load_level": Spread("normal", 1.0, 0.1), "supply_price": Spread("fixed", 1.2)}
    choice = SimpleNamespace(
        assumptions=[("load_level", "0.1", "why")], seed=7, weather_years=2, spreads=spreads
    )
    plan = SimpleNamespace(choice=choice, engine="numpy", cases=())
    told = sweep_report(SimpleNamespace(plan=plan, draws=10))  # type: ignore[arg-type]
    assert {name: one.default for name, one in told.spreads.items()} == {
        "load_level": True,
        "supply_price": False,
    }
