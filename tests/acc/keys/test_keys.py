"""What each key promises beyond the laws, and what it says to a wrong parameter."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import acc.settle
from acc.exchange import Exchange
from acc.grid_operator.coefficients import Coefficients
from acc.keys import KEYS, EnedisType, KeyContext, build_key
from acc.keys.catch_up import raise_lowest
from acc.problem import InputError
from acc.settle import settle
from acc.sites import Position, SupplyContract
from acc.steps import Steps
from tests.community import community
from tests.effort import few, law
from tests.strategies import context_of, exchanges, key_parameters, plain_parameters

PRICED = [name for name in KEYS if name != "custom"]


def exchange_of(consumption: object, production: object) -> Exchange:
    need, output = np.array(consumption, dtype=float), np.array(production, dtype=float)
    steps = Steps.between(date(2025, 6, 2), date(2025, 6, 3), 15).part(0, len(need))
    return Exchange(steps, need, output, np.zeros_like(output))


TWO = exchange_of([[1.0, 3.0]], [[2.0, 1.0]])


def faults(name: str, parameters: dict[str, Any], context: KeyContext | None = None) -> dict[str, str]:
    with pytest.raises(InputError) as refused:
        build_key(name, parameters, context or context_of(TWO))
    return {problem.path: problem.message for problem in refused.value.problems}


def gini(values: np.ndarray) -> float:
    """Return the mean difference between two members over twice the mean: the definition, pair by pair."""
    return float(np.abs(values[:, None] - values[None, :]).mean() / (2.0 * values.mean()))


@pytest.mark.parametrize("name", sorted(KEYS))
def test_every_key_is_named_explained_and_declared(name: str) -> None:
    rule = KEYS[name]
    assert rule.title
    assert rule.sentence.endswith(".")
    assert rule.enedis in EnedisType
    key = build_key(name, plain_parameters(name, TWO), context_of(TWO))
    declared = type(key).__doc__ or ""
    worked = declared + (rule.build.__doc__ or "")
    assert "dynamique" in worked or "statique" in worked, "the docstring says how the key is declared"
    assert "receive" in worked or "serves" in worked or "uses" in worked, "the docstring works a step"


def test_an_unknown_key_is_refused_with_the_nearest_name() -> None:
    assert "did you mean prorata?" in faults("prorate", {})["key.name"]


@pytest.mark.parametrize("name", sorted(set(KEYS) - {"static"}))
def test_an_unknown_parameter_is_refused(name: str) -> None:
    assert "key.sahres" in faults(name, {"sahres": 1})


@law(60)
@given(data=st.data(), name=st.sampled_from(PRICED))
def test_no_key_saves_more_euros_than_the_key_by_price(data: st.DataObject, name: str) -> None:
    exchange = data.draw(exchanges())
    members = exchange.consumption_kwh.shape[1]
    prices = st.lists(st.sampled_from([0.08, 0.1, 0.12, 0.2]), min_size=members * 2, max_size=members * 2)
    by_slot = np.array(data.draw(prices)).reshape(2, members)
    slot = np.arange(exchange.steps.count) % 2
    context = context_of(exchange, saving_eur_per_kwh=by_slot[slot], steps=exchange.steps)

    def saved_eur(key: str, parameters: Any) -> float:
        received = settle(exchange, build_key(key, parameters, context)).received_kwh
        return float((received * by_slot[slot]).sum())

    assert saved_eur("price", {}) >= saved_eur(name, data.draw(key_parameters(name, exchange))) - 1e-9


def test_a_price_that_changes_with_the_hour_changes_who_is_first() -> None:
    exchange = exchange_of([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]], [[1.0], [1.0], [1.0]])
    saving = np.array([[0.2, 0.1], [0.1, 0.2], [0.2, 0.2]])
    key = build_key("price", {}, context_of(exchange, saving_eur_per_kwh=saving, steps=exchange.steps))
    received = settle(exchange, key).received_kwh
    assert received.tolist() == [[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]


def test_a_missing_price_says_who_has_none() -> None:
    context = context_of(TWO)
    unknown = replace(context.participants[1], contract=SupplyContract())
    found = faults("price", {}, replace(context, participants=(context.participants[0], unknown)))
    assert list(found) == ["key.price.p1"]
    assert "no supply price" in found["key.price.p1"]
    hourly = replace(context.participants[0], contract=SupplyContract(energy_eur_per_kwh={"hph": 0.2}))
    found = faults("price", {}, replace(context, participants=(hourly, context.participants[1])))
    assert "changes with the hour" in found["key.price.p0"]


@law(100)
@given(data=st.data())
def test_catching_up_leaves_the_least_covered_as_well_off_as_any_split_can(data: st.DataObject) -> None:
    members = data.draw(st.integers(2, 5))
    amounts = st.sampled_from([0.0, 0.5, 1.0, 4.0])

    def drawn(strategy: st.SearchStrategy[float]) -> np.ndarray:
        return np.array(data.draw(st.lists(strategy, min_size=members, max_size=members)))

    need, before = drawn(amounts), drawn(amounts)
    pool = float(need.sum()) * data.draw(st.floats(0.05, 0.95))
    if pool == 0.0:
        return
    so_far = before * data.draw(st.floats(0.0, 1.0))
    consumed = before + need
    counted = consumed > 0.0

    def coverage(received: np.ndarray) -> np.ndarray:
        return np.sort((so_far + received)[counted] / consumed[counted])

    chosen = raise_lowest(need, pool, so_far, consumed)
    assert chosen.sum() == pytest.approx(pool)
    assert (chosen <= need + 1e-12).all()
    # Any other split of the same kWh: shift some from one to another.
    giver, taker = data.draw(st.permutations(range(members)))[:2]
    shift = min(chosen[giver], need[taker] - chosen[taker]) * data.draw(st.floats(0.0, 1.0))
    other = chosen.copy()
    other[giver] -= shift
    other[taker] += shift
    assert coverage(chosen).min() >= coverage(other).min() - 1e-9


@pytest.mark.parametrize("seed", few(2, range(4)))
@pytest.mark.parametrize("sun", [0.3, 1.0])
def test_over_a_year_catching_up_is_the_most_even_of_the_keys_that_share_as_much(
    seed: int, sun: float
) -> None:
    exchange = community(seed)
    exchange = replace(exchange, production_kwh=exchange.production_kwh * sun)
    context, need = context_of(exchange), exchange.consumption_kwh.sum(axis=0)
    received = {
        name: settle(exchange, build_key(name, plain_parameters(name, exchange), context)).received_kwh.sum(
            axis=0
        )
        for name in KEYS
    }
    most = received["prorata"].sum()
    as_much = [name for name in KEYS if received[name].sum() > most * (1.0 - 1e-9)]
    assert len(as_much) >= 8
    even = {name: gini(received[name] / need) for name in as_much}
    assert min(even, key=lambda name: even[name]) == "catch-up", even


def test_a_long_past_does_not_drown_a_small_step() -> None:
    past = np.array([1e7, 1e7])
    found = raise_lowest(np.array([1.0, 1.0]), 1e-6, past, np.array([2e7, 2e7]))
    assert found == pytest.approx(np.array([5e-7, 5e-7]), rel=1e-2)
    assert found.sum() == pytest.approx(1e-6)


def test_a_pool_that_rounding_hides_is_shared_all_the_same() -> None:
    # The first and the last need nothing and stand behind: the levels are summed over their 3e7 kWh.
    need, past = np.array([0.0, 0.5, 0.0]), np.array([0.0, 1.0, 0.0])
    assert raise_lowest(need, 1e-25, past, np.array([3e7, 1000.5, 0.3])).tolist() == [0.0, 1e-25, 0.0]


def test_a_pool_of_one_is_shared_as_any_other() -> None:
    assert raise_lowest(np.ones(2), 1.0, np.array([2.0, 2.5]), np.full(2, 8.0)).tolist() == [0.75, 0.25]


def test_an_owner_is_served_by_its_roof_before_the_others() -> None:
    # East (2 kWh) belongs to p0, who needs 1; 1 and west's 1 remain for p1's need of 3.
    exchange = exchange_of([[1.0, 3.0]], [[2.0, 1.0]])
    context = context_of(exchange)
    key = build_key("own-roof-first", {}, context)
    pairs = settle(exchange, key).received_by_plant_kwh
    assert pairs is not None
    assert pairs[0].tolist() == [[1.0, 1.0], [0.0, 1.0]]


def test_two_roofs_of_one_owner_give_in_proportion() -> None:
    exchange = exchange_of([[1.0, 0.0]], [[3.0, 1.0]])
    context = context_of(exchange)
    plants = tuple(replace(plant, owner=None, behind="p0") for plant in context.plants)
    key = build_key("own-roof-first", {}, replace(context, plants=plants))
    allocation = settle(exchange, key)
    assert allocation.received_by_plant_kwh is not None
    assert allocation.received_by_plant_kwh[0, :, 0].tolist() == [0.75, 0.25]
    assert allocation.surplus_kwh.tolist() == [[2.25, 0.75]]


def test_own_roof_first_needs_a_roof_that_belongs_to_someone() -> None:
    context = context_of(TWO)
    plants = tuple(replace(plant, owner="a third party") for plant in context.plants)
    assert (
        "no plant belongs"
        in faults("own-roof-first", {}, replace(context, plants=plants))["key.own-roof-first"]
    )


def test_the_nearest_is_served_first_even_by_the_other_plant() -> None:
    # Lengths: r0-p0 1, r1-p1 2, r0-p1 3, r1-p0 4. r0 serves p0 with 2, r1 serves p1 with 1; p0 lacks 1.
    exchange = exchange_of([[3.0, 1.0]], [[2.0, 2.0]])
    context = context_of(exchange, distances_km=np.array([[1.0, 3.0], [4.0, 2.0]]))
    allocation = settle(exchange, build_key("nearest-first", {}, context))
    assert allocation.received_by_plant_kwh is not None
    assert allocation.received_by_plant_kwh[0].tolist() == [[2.0, 0.0], [1.0, 1.0]]


def test_nearest_first_names_everyone_without_a_position() -> None:
    context = context_of(TWO, distances_km=None)
    placed = replace(context.participants[0], position=Position(44.85, 0.48))
    found = faults("nearest-first", {}, replace(context, participants=(placed, context.participants[1])))
    assert sorted(found) == ["key.nearest-first.p1", "key.nearest-first.r0", "key.nearest-first.r1"]


def test_every_fault_of_the_ranks_is_shown_at_once() -> None:
    context = context_of(exchange_of([[1.0, 1.0, 1.0]], [[1.0]]), inactive_ids=frozenset({"old"}))
    with pytest.raises(InputError) as refused:
        build_key("priority", {"ranks": [["p0", "p11"], ["p0", "old"]], "inside": "eqal"}, context)
    assert [str(problem) for problem in refused.value.problems] == [
        "key.ranks[0]: p11 is unknown: did you mean p1?",
        "key.ranks: p0 stands twice: once is expected",
        "key.ranks: p1 stands in no group: every participant is expected",
        "key.ranks: p2 stands in no group: every participant is expected",
        "key.inside: eqal is unknown: did you mean equal?",
    ]
    assert "groups are expected" in faults("priority", {})["key.ranks"]
    assert "groups are expected" in faults("priority", {"ranks": ["p0", "p1"]})["key.ranks"]


def test_a_full_dynamic_key_cannot_stand_inside_a_group() -> None:
    found = faults("priority", {"ranks": [["p0"], ["p1"]], "inside": "nearest-first"})
    assert "is unknown" in found["key.inside"]


def test_faults_of_the_inner_key_keep_their_path() -> None:
    parameters = {"ranks": [["p0"], ["p1"]], "inside": {"name": "weighted", "weights": {"p0": 2, "p1": -1}}}
    assert list(faults("priority", parameters)) == ["key.inside.weights.p1"]


def test_every_fault_of_the_weights_is_shown_at_once() -> None:
    context = context_of(exchange_of([[1.0] * 5], [[1.0]]))
    found = faults("weighted", {"weights": {"p0": 0, "p1": -1, "p2": "much", "x": 1, "p3": 2}}, context)
    assert set(found) == {f"key.weights.{name}" for name in ("p0", "p1", "p2", "x", "p4")}
    assert "every participant needs a weight" in found["key.weights.p4"]
    assert "weights are expected" in faults("weighted", {})["key.weights"]
    assert "table of participants" in faults("weighted", {"weights": 3})["key.weights"]
    assert list(faults("weighted", {"weights": {"p0": 1e9, "p1": 1e9 + 1.0}})) == ["key.weights.p1"]


@pytest.mark.parametrize("name", ["static", "static-redistributed"])
def test_every_fault_of_the_shares_is_shown_at_once(name: str) -> None:
    found = faults(name, {"shares": {"p0": 0.7, "p1": 0.6, "nobody": 0.1}})
    assert set(found) == {"key.shares", "key.shares.nobody"}
    assert "sum to 1.3" in found["key.shares"]
    # Written with so many digits it is rounding no longer; thirds and sixths are.
    assert "key.shares" in faults(name, {"shares": {"p0": 0.5, "p1": 0.5 + 1e-8}})
    build_key(name, {"shares": {"p0": 2.0 / 3.0, "p1": 1.0 / 3.0 + 1e-12}}, context_of(TWO))


def test_static_without_shares_follows_the_consumption_of_the_period() -> None:
    allocation = settle(TWO, build_key("static", {}, context_of(TWO)))
    assert allocation.received_kwh.tolist() == [[0.75, 2.25]]


def test_static_redistributed_wastes_nothing_when_all_is_shared_out() -> None:
    exchange = community(3, members=6, days=20)
    shares = {f"p{n}": 1 / 6 for n in range(6)}
    received = settle(exchange, build_key("static-redistributed", {"shares": shares}, context_of(exchange)))
    most = np.minimum(exchange.production_kwh.sum(axis=1), exchange.consumption_kwh.sum(axis=1)).sum()
    assert received.received_kwh.sum() == pytest.approx(most)


def test_shares_that_sum_to_half_leave_half_to_the_surplus_and_pass_on_the_rest() -> None:
    # 10 kWh made, 5 shared: offered 3 and 2; the second uses 1 and passes 1 on.
    exchange = exchange_of([[9.0, 1.0]], [[6.0, 4.0]])
    key = build_key("static-redistributed", {"shares": {"p0": 0.3, "p1": 0.2}}, context_of(exchange))
    allocation = settle(exchange, key)
    assert allocation.received_kwh[0] == pytest.approx([4.0, 1.0])
    assert allocation.surplus_kwh.sum() == pytest.approx(5.0)


@pytest.mark.parametrize("block", [1, 1 << 15])
def test_catching_up_remembers_what_was_received(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    # First step: 1 kWh to the first, alone. Second: both need 1, consumed 2 and 1, received 1 and 0: the
    # second is raised to half with 0.5 kWh, then both share the rest 2 to 1: two thirds each in the end.
    monkeypatch.setattr(acc.settle, "BLOCK_VALUES", block)
    exchange = exchange_of([[1.0, 0.0], [1.0, 1.0]], [[1.0], [1.0]])
    received = settle(exchange, build_key("catch-up", {}, context_of(exchange))).received_kwh
    assert received[1] == pytest.approx([1.0 / 3.0, 2.0 / 3.0])


def test_custom_coefficients_are_matched_by_name() -> None:
    exchange = exchange_of([[5.0, 5.0]], [[1.0, 1.0]])
    share = np.array([[[0.2, 0.8], [1.0, 0.0]]])
    given = Coefficients(exchange.steps, ("p1", "p0"), ("r1", "r0"), share)
    key = build_key("custom", {"coefficients": given}, context_of(exchange, steps=exchange.steps))
    pairs = settle(exchange, key).received_by_plant_kwh
    assert pairs is not None
    assert pairs[0].tolist() == [[0.0, 1.0], [0.8, 0.2]]


def test_custom_coefficients_for_others_or_another_time_are_refused() -> None:
    assert "file of coefficients is expected" in faults("custom", {})["key.file"]
    other = Coefficients(TWO.steps, ("p0", "p7"), (), np.array([[0.5, 0.5]]))
    with pytest.raises(InputError) as refused:
        build_key("custom", {"coefficients": other}, context_of(TWO, steps=community(1, days=2).steps))
    assert [problem.message for problem in refused.value.problems] == [
        "no coefficient for p1",
        "p7 is unknown: one of p0, p1 is expected",
        "the coefficients do not cover the period of the operation",
    ]


def test_fixed_shares_follow_the_needs_are_even_where_there_are_none_and_of_nobody_are_none() -> None:
    assert build_key("static", {}, context_of(TWO)).coefficient_share == (0.25, 0.75)
    nothing = exchange_of([[0.0, 0.0, 0.0, 0.0]], [[2.0]])
    assert build_key("static", {}, context_of(nothing)).coefficient_share == (0.25,) * 4
    nobody = replace(context_of(TWO), participants=(), consumption_kwh=np.zeros(0))
    assert build_key("static", {}, nobody).coefficient_share == ()
