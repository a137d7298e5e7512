"""Laws of the outcome: parts sum to the gain, members to everybody, sides to all; nobody compares alone."""

import ast
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.exchange import Exchange
from acc.indicators import energy
from acc.keys.prorata import Prorata
from acc.result.outcomes import Outcomes, drawn_in, outcomes, pooled
from acc.result.result import Provenance, Result, WeatherUsed
from acc.scenario import Scenario
from acc.settle import settle
from acc.sides import Side
from acc.sites import Kind, Person
from tests.effort import law
from tests.operations import YEAR_2026, exchange_of, member, money_of_allocation, operations, plant, scenario

ROOT = Path(__file__).resolve().parents[3]


def result_of(made: Scenario, exchange: Exchange) -> Result:
    allocation = settle(exchange, Prorata())
    return Result(
        scenario=made,
        exchange=exchange,
        allocation=allocation,
        energy=energy(exchange, allocation),
        checks=(),
        quality=(),
        weather=WeatherUsed(source=""),
        provenance=Provenance(version="", inputs={}, digest="", ran_on="2026-09-01", seed=0),
        money=money_of_allocation(made, exchange, allocation),
    )


@law(60)
@given(operations())
def test_parts_sum_to_the_gain_and_members_to_everybody(drawn: tuple[Scenario, Exchange]) -> None:
    found = result_of(*drawn)
    told = outcomes(found)
    for one in told.known:
        assert one.without_sharing_eur_ht is not None
        assert one.sharing_eur_ht is not None
        assert one.gain_eur_ht == pytest.approx(one.without_sharing_eur_ht + one.sharing_eur_ht, abs=1e-8)
        if not one.plant_ids:
            assert one.without_sharing_eur_ht == pytest.approx(0.0, abs=1e-8)
            assert one.sharing_eur_ht == pytest.approx(one.saving_eur_ht, abs=1e-8)
    assert found.money is not None
    assert found.money.total is not None
    if told.known:
        assert told.together.gain_eur_ht == pytest.approx(found.money.total.gain_eur_ht, abs=1e-8)
    by_side = {name: sum(one.side is name for one in told.members) for name in Side}
    assert sum(by_side.values()) == len(told.members)
    assert (by_side[Side.GAINS], by_side[Side.LOSES]) == (len(told.winners), len(told.losers))
    assert sum(site.saving_eur_ht or 0.0 for site in told.sites) == pytest.approx(
        sum(one.saving_eur_ht for one in told.known), abs=1e-8
    )


@law(30)
@given(operations(), st.randoms(use_true_random=False))
def test_the_order_of_the_sites_does_not_matter(drawn: tuple[Scenario, Exchange], random: object) -> None:
    made, exchange = drawn
    order = list(range(len(made.participants)))
    random.shuffle(order)  # type: ignore[attr-defined]
    turned = replace(made, participants=tuple(made.participants[n] for n in order))
    other = replace(exchange, consumption_kwh=exchange.consumption_kwh[:, order])
    first, second = outcomes(result_of(made, exchange)), outcomes(result_of(turned, other))
    of_first = {one.id: one.gain_eur_ht for one in first.members}
    for one in second.members:
        before = of_first[one.id]
        assert (one.gain_eur_ht is None) == (before is None)
        assert one.gain_eur_ht is None or one.gain_eur_ht == pytest.approx(before, abs=1e-8)
    assert {one.id for one in first.losers} == {one.id for one in second.losers}


def two_sites() -> Result:
    """Return a town that owns the roof and shares with a shop, 4 kWh in one hour: 1 to each, 2 of surplus.

    No tax, no network tariff differs but what the bills say: only the sides and who holds what are checked.
    """
    made = scenario(
        [member("mairie", kind=Kind.COMMUNE, person="ville"), member("boutique")],
        [plant("toit", owner="ville")],
        days=(YEAR_2026[0], YEAR_2026[0].replace(day=2)),
        persons=(Person(id="ville", name="Ville de Test", kind=Kind.COMMUNE),),
    )
    return result_of(made, exchange_of(made, {12: (1.0, 1.0)}, {12: (4.0,)}))


def test_a_member_holds_its_sites_and_its_plants_and_is_called_by_its_own_name() -> None:
    told = outcomes(two_sites())
    town, shop = told.members
    assert (town.id, town.name, town.site_ids, town.plant_ids) == (
        "ville",
        "Ville de Test",
        ("mairie",),
        ("toit",),
    )
    assert (shop.id, shop.site_ids, shop.plant_ids) == ("boutique", ("boutique",), ())
    assert (town.received_kwh, town.need_kwh) == (1.0, 1.0)
    assert told.member_of("boutique") is shop
    # Without sharing the town sells 4 kWh at 0.05; it pays no running cost that is known here.
    assert town.without_sharing_eur_ht == pytest.approx(0.2)
    # With it, 1 kWh at 0.105 to the shop and 2 kWh at 0.05: it saves on its bill what it takes itself.
    assert town.sharing_eur_ht == pytest.approx(town.saving_eur_ht + 0.105 + 0.105 + 0.1 - 0.2)
    assert told.of({"boutique"}).members == (shop,)
    assert [site.id for site in told.of({"boutique"}).sites] == ["boutique"]


def test_members_whose_prices_are_unknown_gain_an_unknown_amount() -> None:
    made = scenario(
        [member("a"), member("b", energy_eur_per_kwh={})],
        [plant("toit", owner="elle")],
        days=(YEAR_2026[0], YEAR_2026[0].replace(day=2)),
    )
    told = outcomes(result_of(made, exchange_of(made, {12: (1.0, 1.0)}, {12: (4.0,)})))
    assert [one.side for one in told.members][1] is Side.UNKNOWN
    assert told.sites[1].missing
    together = pooled("", "", told.members)
    assert together.gain_eur_ht == pytest.approx(sum(one.gain_eur_ht or 0.0 for one in told.members))


def test_nothing_is_compared_with_zero_euros_beside_the_outcome() -> None:
    """A second threshold of "gains" or "loses" would be a second answer: `acc.sides` has the only one."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for package in ("acc/result", "reports", "web")
        for path in sorted((ROOT / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare) and _is_of_a_gain(node)
    ]
    assert "\n".join(found) == ""


def _is_of_a_gain(node: ast.Compare) -> bool:
    sides = [node.left, *node.comparators]
    ordered = any(isinstance(op, ast.Lt | ast.Gt | ast.LtE | ast.GtE) for op in node.ops)
    names = {ast.unparse(side).rsplit(".", 1)[-1].rstrip(")") for side in sides}
    measures = {"gain_eur_ht", "saving_eur_ht", "npv_eur_ht", "plan_eur_ht", "full_accise_npv_eur_ht"}
    return ordered and bool(names & measures) and any(_is_constant(side) for side in sides)


def _is_constant(node: ast.expr) -> bool:
    return isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant)


def test_an_outcome_without_euros_has_members_and_no_gain() -> None:
    bare = replace(two_sites(), money=None)
    told: Outcomes = outcomes(bare)
    assert [one.gain_eur_ht for one in told.members] == [None, None]
    assert told.together.gain_eur_ht is None
    assert told.plan_years is None
    assert np.isclose(told.together.received_kwh, 2.0)


def test_the_range_of_everybody_is_that_of_all_members_alone() -> None:
    made = scenario([member("a"), member("b")], [plant("r")])
    told = replace(
        outcomes(result_of(made, exchange_of(made, {12: (1.0, 1.0)}, {12: (1.0,)}))),
        range_eur_ht=(1.0, 2.0, 3.0),
    )
    ids = [one.id for one in told.members]
    assert told.of(ids).range_eur_ht == (1.0, 2.0, 3.0)
    assert told.of(ids[:1]).range_eur_ht is None
    assert [one.id for one in told.of(ids[:1]).members] == ids[:1]


def test_what_is_drawn_of_all_is_that_of_the_indicator_and_of_the_year() -> None:
    """Two indicators and two years, each with its own three figures: none is taken for another."""
    ranges = {
        "later_gain_eur_ht": {"3": (1.0, 2.0, 3.0), "4": (4.0, 5.0, 6.0)},
        "later_received_kwh": {"3": (7.0, 8.0, 9.0)},
    }
    drawn: Any = SimpleNamespace(ranges=ranges)
    settled: Any = SimpleNamespace(ranges=None)
    assert drawn_in(drawn, "later_gain_eur_ht", 4) == (4.0, 5.0, 6.0)
    assert drawn_in(drawn, "later_received_kwh", 3) == (7.0, 8.0, 9.0)
    assert drawn_in(drawn, "later_received_kwh", 4) is None
    assert drawn_in(drawn, "saving_eur_ht", 3) is None
    assert drawn_in(settled, "later_gain_eur_ht", 3) is None
