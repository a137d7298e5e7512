"""Who gains by leaving: the market of a coalition by hand, the worst part of the members by brute force."""

from dataclasses import replace

import numpy as np
import pytest

from acc.departures.counterfactual import SubsetOutcome, subset_outcomes
from acc.departures.game import LocalWorths, worths_of
from acc.members.core import LeavingGains, Market, Verdict, market_of
from acc.scenario import KeyChoice
from scenarios.operation.tariffs.price import tariffs_of
from scenarios.studies.members.core_search import GAP_RATIO, Payoffs, Search
from tests.community import community
from tests.members import players_for, stage_for
from tests.operations import exchange_of, member, plant, scenario

NOON_JULY = 24 * 194 + 12 - 1


def operation(needs, made_kwh, prices, plants=None, **given):
    members = [member(f"p{i}", energy_eur_per_kwh={"all": price}) for i, price in enumerate(prices)]
    made = scenario(members, plants or [plant(f"r{i}", kwp=500.0) for i in range(len(made_kwh))], **given)
    return made, exchange_of(made, {NOON_JULY: needs}, {NOON_JULY: made_kwh})


def year(seed: int, members: int, plants: int, sun: float = 1.0):
    exchange = community(seed, members=members, plants=plants, days=60)
    exchange = replace(exchange, production_kwh=exchange.production_kwh * sun)
    rng = np.random.default_rng(seed)
    names = [
        member(f"p{i}", energy_eur_per_kwh={"hp": rng.uniform(0.09, 0.15), "hc": rng.uniform(0.07, 0.12)})
        for i in range(members)
    ]
    roofs = [plant(f"r{m}", kwp=100.0, owner=f"p{m}" if m else None) for m in range(plants)]
    return replace(scenario(names, roofs), steps=exchange.steps), exchange


def market(made, exchange, **changes) -> Market:
    stage, tariffs = stage_for(made, exchange), tariffs_of(made, exchange)
    assert stage.prices is not None
    floor = np.array([p.surplus.eur_per_kwh for p in tariffs.plants])
    none = np.zeros(len(made.participants), dtype=bool)
    worths = replace(worths_of(stage.prices.terms, floor, stage.consumption_kwh, none), **changes)
    slots = stage.slot_by_group
    return market_of(players_for(made), worths, stage.sheet, slots, stage.needs_kwh, stage.made_kwh)


def payoffs(made, exchange, name: str) -> Payoffs:
    stage = stage_for(made, exchange)
    free_made = replace(made, prices=replace(made.prices, local_eur_per_kwh=0.0))
    (now,), (free,) = (
        subset_outcomes(s, [KeyChoice(name=name)]) for s in (stage, stage_for(free_made, exchange))
    )
    assert isinstance(now, SubsetOutcome)
    assert isinstance(free, SubsetOutcome)
    received, delivered, eur = np.array([now.of(player) for player in players_for(made)]).T
    return Payoffs(eur, np.array([free.of(player)[2] for player in players_for(made)]), delivered - received)


def subsets(count: int) -> np.ndarray:
    return ((np.arange(1 << count)[:, None] >> np.arange(count)) & 1).astype(float)


def test_the_market_serves_the_dearest_needs_from_the_cheapest_plants() -> None:
    # 100 made, given up at 50 EUR/MWh; needs of 60 at 90 and 80 at 120, and 30.85 of accise spared:
    # 80 x (120 + 30.85 - 50) + 20 x (90 + 30.85 - 50) EUR/MWh
    made, exchange = operation([60.0, 80.0], [100.0], [0.09, 0.12])
    found = market(made, exchange)
    everyone = np.ones(3)
    assert found.slopes(everyone) @ everyone == pytest.approx(0.080 * 100.85 + 0.020 * 70.85)
    # alone with the plant, the second brings its 80 and the first its 60
    assert found.slopes(np.array([0.0, 1.0, 1.0])) @ [0.0, 1.0, 1.0] == pytest.approx(0.080 * 100.85)
    assert found.slopes(np.array([1.0, 0.0, 1.0])) @ [1.0, 0.0, 1.0] == pytest.approx(0.060 * 70.85)
    assert found.slopes(np.array([1.0, 1.0, 0.0])) @ [1.0, 1.0, 0.0] == 0.0


def test_every_plane_is_above_the_worth_of_every_part() -> None:
    made, exchange = year(3, 4, 2)
    found = market(made, exchange)
    inside = subsets(len(found.players))
    worth = np.array([found.slopes(part) @ part for part in inside])
    for part in [*inside, np.full(len(found.players), 0.3)]:
        assert np.all(inside @ found.slopes(part) >= worth - 1e-9)


@pytest.mark.parametrize("name", ["prorata", "equal", "price"])
def test_no_key_makes_more_euros_than_the_market(name: str) -> None:
    made, exchange = year(5, 5, 2)
    found = market(made, exchange)
    everyone = np.ones(len(found.players))
    best = found.slopes(everyone) @ everyone - found.costs_eur(everyone)
    total = payoffs(made, exchange, name).now_eur.sum()
    if name == "price":  # one price of surplus: the key by price is the market
        assert total == pytest.approx(best, rel=1e-9)
    else:
        assert total < best


@pytest.mark.parametrize(("seed", "sun"), [(1, 0.3), (2, 1.0), (3, 3.0)])
@pytest.mark.parametrize("name", ["prorata", "price"])
def test_the_worst_part_is_the_one_of_brute_force(seed: int, sun: float, name: str) -> None:
    made, exchange = year(seed, 6, 2, sun)
    found, paid = market(made, exchange), payoffs(made, exchange, name).now_eur
    gains = [0.0]
    for part in subsets(len(found.players))[1:-1]:
        worth = max(found.slopes(part) @ part - found.costs_eur(part), 0.0)
        gains.append(worth - paid @ part)
    search = Search(found)
    worst = search.worst(paid, 0.0)
    assert worst.gain_eur <= max(gains) + 1e-9
    assert worst.bound_eur >= max(gains) - 1e-9
    assert worst.gain_eur >= max(gains) - GAP_RATIO * search.scale


def test_pay_by_the_price_of_each_hour_is_always_stable() -> None:
    # Owen (1975): with no fixed costs, what the market pays each at its own price is in the core.
    made, exchange = year(7, 6, 2)
    none = np.zeros(len(made.participants))
    found = market(made, exchange, fixed_eur=none, pmo_eur=0.0)
    search = Search(found)
    assert search.worst(search.planes[0], 0.0).bound_eur <= GAP_RATIO * search.scale
    # and what pays the plants nothing is not
    nothing = np.array([p.participant is not None for p in found.players]) * search.planes[0].sum() / 6.0
    assert search.worst(nothing, 0.0).gain_eur > 0.1 * search.scale


def test_a_price_that_leaves_each_side_its_part_is_stable_and_found() -> None:
    # one plant and one consumer: between what the plant gives up and what the consumer spares
    made, exchange = operation([10_000.0], [8_000.0], [0.12])
    stability = Search(market(made, exchange)).stability("prorata", payoffs(made, exchange, "prorata"), 0.3)
    assert stability.best_verdict is Verdict.STABLE
    assert stability.low_eur_per_kwh is not None
    assert stability.high_eur_per_kwh is not None
    assert 0.049 < stability.low_eur_per_kwh <= 0.05 < 0.12 < stability.high_eur_per_kwh < 0.151
    assert stability.low_eur_per_kwh <= stability.best_price_eur_per_kwh <= stability.high_eur_per_kwh


def test_who_pays_for_taking_part_and_receives_nothing_gains_by_leaving() -> None:
    made, exchange = operation([10_000.0, 0.0], [8_000.0], [0.12, 0.12])
    paid = payoffs(made, exchange, "prorata")
    worst = Search(market(made, exchange)).worst(paid.now_eur, 0.0)
    assert worst.gain_eur == pytest.approx(-paid.now_eur[1], rel=1e-6)


def test_one_player_alone_has_nobody_to_leave() -> None:
    made, exchange = operation([100.0], [80.0], [0.12], plants=[plant("r0", kwp=500.0, owner="p0")])
    stability = Search(market(made, exchange)).stability("prorata", payoffs(made, exchange, "prorata"), 0.3)
    assert stability.verdict is Verdict.STABLE
    assert stability.worst.player_ids == ()


def test_plants_that_differ_in_accise_have_no_market() -> None:
    made, exchange = operation([100.0], [80.0, 10.0], [0.12])
    with pytest.raises(ValueError, match="accise"):
        market(made, exchange, exempt_ratio=np.array([1.0, 0.0]))


def test_a_wasteful_key_is_told_from_one_that_drives_members_away() -> None:
    made, exchange = year(4, 5, 1)
    search = Search(market(made, exchange))
    found = search.stability("static", payoffs(made, exchange, "static"), 0.3)
    assert found.better_key_eur > 0.05 * found.total_eur
    assert found.verdict is not Verdict.STABLE


def test_the_best_price_of_lines_and_where_they_are_low() -> None:
    lines = LeavingGains(np.array([4.0, 1.0, -5.0]), np.array([20.0, -20.0, 0.0]))
    assert lines.best_price(1.0) == pytest.approx(0.075)
    assert lines.lowest(1.0) == pytest.approx(2.5)
    assert lines.span(3.0, 1.0) == (pytest.approx(0.05), pytest.approx(0.1))
    assert lines.span(2.0, 1.0) is None
    assert LeavingGains(np.array([1.0]), np.array([0.0])).span(0.5, 1.0) is None


def test_worths_add_the_accise_where_it_is_one_for_all_plants() -> None:
    worths = LocalWorths(
        np.array([[0.1]]), np.array([0.03]), np.array([1.0, 1.0]), np.array([0.05, 0.05]), np.zeros(1), 0.0
    )
    assert worths.has_common_accise
    assert worths.with_accise_eur_per_kwh.item() == pytest.approx(0.13)
