"""Who adds what among 40 members over a year of quarters of an hour, each figure beside its limit.

Numbers are checked: the sums without a member or a plant, under each key, against `settle` and the bills of
the rest. The limits are printed beside, never asserted: machines differ.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from acc.batch.sums import split_sums
from acc.departures.counterfactual import Baseline, SubsetOutcome, subset_outcomes
from acc.departures.game import game_of, worths_of
from acc.grid_operator.coefficients import Coefficients
from acc.members.core import market_of
from acc.members.report import shapley
from acc.scenario import KeyChoice
from benchmarks.measure import ASKED, say
from scenarios.operation.tariffs.price import tariffs_of
from scenarios.studies.members.core_search import Search
from scenarios.studies.members.run import payoffs_of
from tests.community import community
from tests.members import context_for, leavings, players_for, settled, stage_for, without
from tests.operations import member, plant, scenario

MEMBERS, PLANTS, ROUNDS = 40, 3, 3
IDS = [f"p{i}" for i in range(MEMBERS)]
CHOICES = [
    KeyChoice(name="prorata"),
    KeyChoice(name="static"),
    KeyChoice(name="static-redistributed"),
    KeyChoice(name="equal"),
    KeyChoice(name="price"),
    KeyChoice(name="priority", parameters={"ranks": [IDS[::2], IDS[1::2]]}),
]
FORMULAS = (("BTSUP-CU", (120.0,)), ("CU4", (36.0,)), ("MU4", (12.0,)))


def operation():
    exchange = community(1, members=MEMBERS, plants=PLANTS, step_minutes=15)
    exchange = replace(exchange, production_kwh=exchange.production_kwh * 2.0)
    rng = np.random.default_rng(3)
    members = [
        member(
            name,
            *FORMULAS[i % 3],
            energy_eur_per_kwh={"hp": 0.09 + 0.05 * rng.random(), "hc": 0.07 + 0.04 * rng.random()},
        )
        for i, name in enumerate(IDS)
    ]
    roofs = [plant(f"r{m}", kwp=100.0, owner=f"p{m}" if m else None) for m in range(PLANTS)]
    return replace(scenario(members, roofs), steps=exchange.steps), exchange


def engines() -> dict[str, Callable]:
    found = {"numpy": split_sums}
    if find_spec("numba"):
        from scenarios.operation.batch.numba_sums import split_sums as compiled

        found["numba"] = compiled
    return found


def best_of(work: Callable[[], object]) -> tuple[float, object]:
    times = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return min(times), result


def said(title: str, seconds: float, limit: str) -> None:
    print(f"{title:64} {seconds:6.2f} s  {limit}")


@pytest.fixture(scope="module")
def made():
    return operation()


def test_leave_one_out_of_40_members_and_6_keys(made) -> None:
    whole, exchange = made
    players = players_for(whole)
    for name, engine in engines().items():
        stage = stage_for(whole, exchange, sum_splits=engine)
        seconds, found = best_of(lambda stage=stage: leavings(stage, CHOICES, players))
        changes, faults = found
        assert not faults
        assert {len(rows) for rows in changes.values()} == {MEMBERS + PLANTS}
        said(
            f"leave-one-out, {MEMBERS + PLANTS} sites x {len(CHOICES)} keys, euros ({name})",
            seconds,
            "(limit 3 s)",
        )
        agree(whole, exchange, stage)


def test_leave_one_out_under_the_keys_that_no_fast_sum_serves(made) -> None:
    whole, exchange = made
    players, stage = players_for(whole), stage_for(whole, exchange)
    coefficients = Coefficients(
        exchange.steps, tuple(IDS), (), np.full((exchange.steps.count, MEMBERS), 1.0 / MEMBERS)
    )
    slow = [KeyChoice(name=name) for name in ("catch-up", "nearest-first", "own-roof-first")]
    slow.append(KeyChoice(name="custom", parameters={"coefficients": coefficients}))
    fast, _found = best_of(lambda: leavings(stage, CHOICES[:1], players))
    for choice in slow:
        start = time.process_time()
        changes, faults = leavings(stage, [choice], players)
        seconds = time.process_time() - start
        assert not faults
        assert len(changes[choice.name]) == MEMBERS + PLANTS
        said(
            f"leave-one-out, {MEMBERS + PLANTS} sites, {choice.name}",
            seconds,
            f"({seconds / fast:.0f} x prorata)",
        )
        if choice.name in {"catch-up", "nearest-first"}:
            say(ASKED, f"who leaves, one by one, {choice.name}, s", seconds, 3.0, more=False)


def agree(whole, exchange, stage: Baseline) -> None:
    """Check some of the fast sums against `settle` and the bills on the members who stay."""
    for gone, idle in (((7,), ()), ((), (1,))):
        found = subset_outcomes(stage, CHOICES, gone, idle)
        stay = [i for i in range(MEMBERS) if i not in gone]
        rest, part = without(whole, exchange, gone, idle)
        context = context_for(whole, exchange).part(stay, [m for m in range(PLANTS) if m not in idle])
        for choice, standing in zip(CHOICES, found, strict=True):
            assert isinstance(standing, SubsetOutcome)
            allocation, euros = settled(rest, part, choice.name, choice.parameters, context)
            received = allocation.received_kwh.sum(axis=0)
            np.testing.assert_allclose(standing.received_kwh[stay], received, rtol=1e-9)
            savings = [p.saving_eur_ht for p in euros.participants]
            np.testing.assert_allclose(standing.saving_eur[stay], savings, rtol=1e-9, atol=1e-7)


def test_shapley_values_of_40_members(made) -> None:
    whole, exchange = made
    stage, tariffs = stage_for(whole, exchange), tariffs_of(whole, exchange)
    floor = np.array([p.surplus.eur_per_kwh for p in tariffs.plants])
    worths = worths_of(stage.prices.terms, floor, stage.consumption_kwh, np.zeros(MEMBERS, dtype=bool))
    game = game_of(exchange, players_for(whole), worths, stage.prices.clocks)
    seconds, found = best_of(lambda: shapley(game))
    within = found.half_width.max(axis=1) / np.abs(found.value.sum(axis=1))
    assert found.reached
    title = f"Shapley, {len(game.players)} players, kWh and euros, {found.orders} orders of each step"
    said(title, seconds, f"(widest interval +- {within.max():.3%} of the whole)")
    flows = game.part(np.arange(game.steps))[:2, :, :12]
    few = replace(game, players=game.players[:12], flows=flows, fixed=None)
    seconds, found = best_of(lambda: shapley(few))
    assert found.exact
    said("Shapley, 12 players, exact, kWh", seconds, "")


def test_who_would_leave_among_40_members(made) -> None:
    whole, exchange = made
    stage, tariffs, players = stage_for(whole, exchange), tariffs_of(whole, exchange), players_for(whole)
    floor = np.array([p.surplus.eur_per_kwh for p in tariffs.plants])
    worths = worths_of(stage.prices.terms, floor, stage.consumption_kwh, np.zeros(MEMBERS, dtype=bool))
    slots = stage.slot_by_group
    market = market_of(players, worths, stage.sheet, slots, stage.needs_kwh, stage.made_kwh)
    free_terms = replace(stage.prices.terms, local_eur_per_kwh=0.0 * stage.prices.terms.local_eur_per_kwh)
    free = replace(stage, prices=replace(stage.prices, terms=free_terms))
    for choice in (CHOICES[0], CHOICES[4]):
        (now,), (at_zero,) = subset_outcomes(stage, [choice]), subset_outcomes(free, [choice])
        payoffs = payoffs_of(players, now, at_zero)
        seconds, found = best_of(lambda payoffs=payoffs: Search(market).stability("", payoffs, 0.25))
        said(f"who would leave, at which price they stay ({choice.name})", seconds, f"({found.verdict})")
