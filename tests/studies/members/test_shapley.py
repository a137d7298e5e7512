"""The Shapley value by subsets, permutations and samples; the worth of a coalition by settle and bills."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student

from acc.bills.bill import bill_terms, period_years
from acc.bills.tariff_slots import kwh_by_slot
from acc.departures.game import EUR, KWH, Fixed, Game, Player, game_of, players_of, worth, worths_of
from acc.keys.prorata import Prorata
from acc.members.report import (
    CONFIDENCE,
    TARGET_RATIO,
    fixed_values_eur,
    interval,
    sampled,
    shapley,
    student_quantile,
    subset_costs_eur,
    subset_worths,
    sweep,
    values_of,
)
from acc.settle import settle
from acc.sites import FixedPrice
from scenarios.operation.tariffs.price import tariffs_of
from tests.effort import few, law
from tests.members import context_for, players_for, settled, without
from tests.operations import member, operations, plant
from tests.strategies import exchanges


def some_game(seed: int, players: int, steps: int = 48) -> Game:
    """Return a game in kWh and euros of players who make, need, or both, at some steps only."""
    rng = np.random.default_rng(seed)
    made = rng.gamma(1.0, 3.0, (steps, players)) * (rng.random((steps, players)) < 0.6)
    made *= rng.random(players) < 0.5
    need = rng.gamma(1.0, 1.5, (steps, players)) * (rng.random((steps, players)) < 0.8)
    need *= rng.random(players) < 0.8
    spared, floor = need * rng.uniform(0.08, 0.16, players), made * rng.uniform(0.0, 0.06, players)
    accise, exempt = need * 0.02, made * (rng.random(players) < 0.7)
    fixed = Fixed(made.any(axis=0), need.any(axis=0), rng.uniform(0.0, 0.5, players) * need.any(axis=0), 1.3)
    names = tuple(Player(f"p{k}", f"P {k}", None, ()) for k in range(players))
    return Game(names, np.stack([made, need, spared, floor, accise, exempt]), fixed)


def values_by_permutations(worths: np.ndarray) -> np.ndarray:
    """Return the values by the definition: what each one adds on arrival, over every order."""
    count = worths.shape[1].bit_length() - 1
    orders = np.array(list(permutations(range(count))))
    bits = 1 << orders
    after = np.cumsum(bits, axis=1)
    gains = worths[:, after] - worths[:, after - bits]
    return np.stack([np.bincount(orders.ravel(), g.ravel()) for g in gains]) / len(orders)


@pytest.mark.parametrize("seed", range(4))
def test_subsets_and_permutations_agree_on_games_of_eight(seed: int) -> None:
    game = some_game(seed, 8)
    worths = subset_worths(game)
    found = shapley(game)
    assert found.exact
    np.testing.assert_allclose(found.value, values_by_permutations(worths), rtol=0.0, atol=1e-9)


@pytest.mark.parametrize("players", [1, 2, 7, 20])
def test_values_sum_to_the_worth_of_all_in_kwh_and_in_euros(players: int) -> None:
    game = some_game(5, players)
    assert game.fixed is not None
    whole = worth(game.part(np.arange(game.steps)).sum(axis=2)).sum(axis=1)
    if game.fixed.produces.any() and game.fixed.consumes.any():
        whole[EUR] -= game.fixed.own_eur.sum() + game.fixed.pmo_eur
    found = shapley(game)
    assert found.exact == (players <= 12)
    np.testing.assert_allclose(found.value.sum(axis=1), whole, rtol=1e-12)


def test_a_plant_and_a_participant_alone_share_what_they_bring_half_and_half() -> None:
    # at the first step 2 of the 3 that are made are needed, at the second all of 1
    flows = np.array([[[3.0, 0.0], [1.0, 0.0]], [[0.0, 2.0], [0.0, 5.0]]])
    names = (Player("r", "R", None, (0,)), Player("p", "P", 0, ()))
    assert shapley(Game(names, flows)).kwh.tolist() == [1.5, 1.5]


def test_one_player_alone_keeps_everything_and_a_useless_one_nothing() -> None:
    flows = np.array([[[3.0, 0.0]], [[2.0, 0.0]]])
    names = (Player("a", "A", 0, (0,)), Player("b", "B", 1, ()))
    assert shapley(Game(names, flows)).kwh.tolist() == [2.0, 0.0]
    assert shapley(Game(names[:1], flows[..., :1])).kwh.tolist() == [2.0]


def test_a_plant_without_consumers_is_worth_nothing() -> None:
    flows = np.array([[[3.0, 1.0]], [[0.0, 0.0]]])
    assert shapley(
        Game((Player("a", "A", None, (0,)), Player("b", "B", None, (1,))), flows)
    ).kwh.tolist() == [
        0.0,
        0.0,
    ]


@law(20)
@given(exchanges(max_members=4, max_plants=2))
def test_the_worth_of_every_coalition_is_what_settle_shares(exchange) -> None:
    members = [member(f"p{n}") for n in range(exchange.consumption_kwh.shape[1])]
    roofs = [plant(f"r{m}", owner="p0" if m else None) for m in range(exchange.production_kwh.shape[1])]
    players = players_of(members, roofs)
    worths = subset_worths(game_of(exchange, players))[KWH]
    for subset, found in enumerate(worths):
        inside = [player for k, player in enumerate(players) if subset >> k & 1]
        who = [p.participant for p in inside if p.participant is not None]
        plants = [column for p in inside for column in p.plants]
        part = replace(
            exchange,
            consumption_kwh=exchange.consumption_kwh[:, who],
            production_kwh=exchange.production_kwh[:, plants],
            own_use_kwh=exchange.own_use_kwh[:, plants],
        )
        shared = settle(part, Prorata()).received_kwh.sum() if who and plants else 0.0
        assert found == pytest.approx(shared, abs=1e-9 * (1.0 + exchange.consumption_kwh.sum()))


@law(25)
@given(operation=operations(), data=st.data())
def test_the_worth_in_euros_of_every_coalition_is_what_its_members_gain_together(operation, data) -> None:
    made, exchange = operation
    # Under the ACC option of the TURPE a coalition keeps the choices of the whole: told apart below.
    made = replace(made, prices=replace(made.prices, same_substation=False, surplus=FixedPrice(0.06)))
    made = replace(made, plants=(replace(made.plants[0], owner="p0"), *made.plants[1:]))
    game, players = euro_game(made, exchange, np.zeros(len(made.participants), dtype=bool))
    worths = subset_worths(game)[EUR]
    subset = data.draw(st.integers(0, len(worths) - 1))
    inside = [player for k, player in enumerate(players) if subset >> k & 1]
    who = sorted(p.participant for p in inside if p.participant is not None)
    plants = sorted(column for p in inside for column in p.plants)
    assert worths[subset] == pytest.approx(together_eur(made, exchange, who, plants), abs=1e-6)


def euro_game(made, exchange, option):
    tariffs = tariffs_of(made, exchange)
    terms = bill_terms(tariffs, made.prices, made.plants, period_years(exchange.steps))
    floor = np.array([p.surplus.eur_per_kwh for p in tariffs.plants])
    clocks = [m.clock for m in tariffs.members]

    by_slot = kwh_by_slot(exchange.steps, clocks, exchange.consumption_kwh)
    players = players_for(made)
    return game_of(exchange, players, worths_of(terms, floor, by_slot, option), clocks), players


def together_eur(made, exchange, who, plants) -> float:
    if not who or not plants:
        return 0.0
    gone = [i for i in range(len(made.participants)) if i not in who]
    idle = [i for i in range(len(made.plants)) if i not in plants]
    rest, part = without(made, exchange, gone, idle)
    context = context_for(made, exchange).part(who, plants)
    _allocation, euros = settled(rest, part, "prorata", {}, context)
    return sum(p.saving_eur_ht or 0.0 for p in euros.participants) + sum(
        p.gain_eur_ht or 0.0 for p in euros.plants
    )


@law(25)
@given(operation=operations())
def test_with_the_network_option_all_together_gain_what_the_bills_say(operation) -> None:
    made, exchange = operation
    made = replace(made, prices=replace(made.prices, same_substation=True, surplus=FixedPrice(0.06)))
    every = list(range(len(made.participants))), list(range(len(made.plants)))
    _allocation, euros = settled(made, exchange, "prorata", {}, context_for(made, exchange))
    option = np.array([p.option.state == "chosen" for p in euros.participants])
    game, _players = euro_game(made, exchange, option)
    assert subset_worths(game)[EUR][-1] == pytest.approx(together_eur(made, exchange, *every), abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_the_values_of_fixed_costs_are_those_of_their_subsets(seed: int) -> None:
    rng = np.random.default_rng(seed)
    produces, consumes = rng.random(7) < 0.5, rng.random(7) < 0.6
    fixed = Fixed(produces, consumes, rng.uniform(-1.0, 2.0, 7) * consumes, 3.0)
    expected = values_of(subset_costs_eur(fixed)[None])[0]
    np.testing.assert_allclose(fixed_values_eur(fixed), expected, atol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize(("trials", "least"), few(1, [(20, 18), (100, 93)]))
def test_sampled_intervals_hold_the_exact_values_in_93_trials_of_100(trials: int, least: int) -> None:
    game = some_game(11, 8, steps=30)
    exact = shapley(game).value
    held = 0
    for seed in range(trials):
        found = sampled(game, np.random.default_rng(seed), target_ratio=0.01)
        held += bool(np.all(np.abs(found.value - exact)[KWH] <= found.half_width[KWH]))
    assert held >= least


def test_sampling_stops_at_its_target_and_says_how_many_orders_it_drew() -> None:
    game = some_game(3, 15, steps=600)
    found = shapley(game)
    assert not found.exact
    assert found.reached
    assert found.orders >= 64
    assert found.confidence == CONFIDENCE
    assert np.all(found.half_width[KWH] <= TARGET_RATIO * found.kwh.sum())
    assert np.array_equal(found.value, shapley(game).value), "the same seed gives the same values"
    other = shapley(game, seed=25)
    assert np.all(np.abs(found.value - other.value) <= found.half_width + other.half_width)


def test_each_sweep_sums_to_the_whole_and_an_interval_narrows_with_their_number() -> None:
    game = some_game(4, 10, steps=200)
    rng = np.random.default_rng(0)
    sweeps = np.stack([sweep(game, rng) for _ in range(64)])
    whole = worth(game.part(np.arange(game.steps)).sum(axis=2)).sum(axis=1)
    np.testing.assert_allclose(sweeps.sum(axis=2), np.broadcast_to(whole, (64, 2)))
    _mean, few = interval(sweeps[:16])
    _mean, many = interval(sweeps)
    assert np.median(many[few > 0.0] / few[few > 0.0]) < 0.7


@pytest.mark.parametrize("probability", [0.975, 0.995, 0.9994, 0.9999])
@pytest.mark.parametrize("degrees", [15, 31, 255])
def test_students_quantile_is_scipys(probability: float, degrees: int) -> None:
    assert student_quantile(probability, degrees) == pytest.approx(
        student.ppf(probability, degrees), rel=1e-3
    )


def test_players_are_participants_with_their_plants_then_the_other_owners() -> None:
    members = [member("a"), member("b")]
    roofs = [
        plant("r0", behind="a", owner="b"),
        plant("r1", owner="b"),
        plant("r2", owner="commune"),
        plant("r3", owner="commune"),
        plant("r4"),
    ]
    found = players_of(members, roofs)
    assert [(p.id, p.participant, p.plants) for p in found] == [
        ("a", 0, (0,)),
        ("b", 1, (1,)),
        ("commune", None, (2, 3)),
        ("r4", None, (4,)),
    ]
    assert found[3].name == "R4"
