"""Sums without the allocation equal the sums of the allocation that `settle` makes, for every key."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acc.batch.key_forms import caught_up_sums, group_of_steps, settled_sums, split_of
from acc.batch.sums import (
    MANY,
    Bend,
    KeyForm,
    KeySums,
    Needs,
    ProductiveSteps,
    Split,
    allocation_sums,
    prorata_split,
    split_sums,
    sums_by_need,
    sums_by_year,
)
from acc.exchange import Exchange
from acc.keys import KEYS, build_key
from acc.keys.catch_up import CatchUp
from acc.keys.nearest import NearestFirst, OwnRoofFirst
from acc.keys.price import Price
from acc.settle import settle
from acc.steps import Steps
from tests.acc.batch.key_sums import key_sums
from tests.effort import kept, law
from tests.strategies import context_of, exchanges, key_parameters

fast = pytest.importorskip("scenarios.operation.batch.numba_sums", reason="the extra [fast] is not installed")


def step_by_step(
    sheet: ProductiveSteps, needs: Needs, made: np.ndarray, splits: Sequence[Split], *, by_plant: bool = False
) -> tuple[KeySums, ...]:
    """Sum as for many participants, whose needs stand together step by step."""
    together = replace(needs, base_kwh=np.asfortranarray(needs.base_kwh))
    return fast.split_sums(sheet, together, made, splits, by_plant=by_plant)


ENGINES = {"numpy": split_sums, "numba": fast.split_sums, "numba, step by step": step_by_step}
QUICK = [
    *(("numpy", name) for name in sorted(KEYS)),
    *(("numba", name) for name in ("prorata", "price", "static")),
    ("numba, step by step", "priority"),
]
SERVED = {"prorata", "static", "static-redistributed", "equal", "weighted", "price", "priority"}


def sheet_of(exchange: Exchange, groups: int = 2) -> ProductiveSteps:
    group = np.arange(exchange.steps.count) % groups
    return ProductiveSteps.of(exchange.production_kwh.sum(axis=1) > 0.0, group, groups)


@pytest.mark.parametrize(("engine", "name"), kept(QUICK, [*product(sorted(ENGINES), sorted(KEYS))]))
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_sums_equal_those_of_the_settled_allocation(name: str, engine: str, data: st.DataObject) -> None:
    exchange = data.draw(exchanges())
    key = build_key(
        name, data.draw(key_parameters(name, exchange)), context_of(exchange, steps=exchange.steps)
    )
    by_plant = data.draw(st.booleans())
    sheet = sheet_of(exchange)
    expected = allocation_sums(sheet, exchange.production_kwh, settle(exchange, key), by_plant=by_plant)
    (found,) = key_sums(ENGINES[engine], exchange, [key], sheet, by_plant=by_plant)
    size = exchange.production_kwh.sum() + exchange.consumption_kwh.sum()
    np.testing.assert_allclose(found.local_kwh, expected.local_kwh, rtol=1e-9, atol=1e-9 * size)
    np.testing.assert_allclose(found.shared_kwh, expected.shared_kwh, rtol=1e-9, atol=1e-9 * size)
    np.testing.assert_allclose(found.shared_kwh.sum(), found.received_kwh.sum(), atol=1e-9 * size)


def many(seed: int, members: int = 40, plants: int = 3, days: int = 20) -> Exchange:
    generator = np.random.default_rng(seed)
    steps = Steps.between(date(2025, 6, 1), date(2025, 6, 1 + days), 30)
    size = np.exp(generator.normal(0.0, 1.0, members))
    need = generator.gamma(1.5, 0.3, (steps.count, members)) * size
    sun = np.maximum(0.0, np.sin((np.arange(steps.count) % 48 / 2 - 6) / 12 * np.pi))
    made = sun[:, None] * generator.gamma(2.0, 0.5, (steps.count, plants)) * 8.0
    return Exchange(steps, need, made, np.zeros_like(made))


@pytest.mark.parametrize("name", sorted(SERVED))
@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_forty_members_over_weeks_sum_to_the_same(name: str, engine: str) -> None:
    exchange = many(1)
    given_ = {"weighted": {"weights": {f"p{n}": 1.0 + n % 5 for n in range(40)}}}
    ranks = {"ranks": [[f"p{n}" for n in range(40) if n % 3 == r] for r in range(3)], "inside": "price"}
    parameters = (given_ | {"priority": ranks}).get(name, {})
    key = build_key(name, parameters, context_of(exchange))
    sheet = sheet_of(exchange, 7)
    assert split_of(key, 40, sheet) is not None
    expected = allocation_sums(sheet, exchange.production_kwh, settle(exchange, key), by_plant=True)
    (found,) = key_sums(ENGINES[engine], exchange, [key], sheet, by_plant=True)
    np.testing.assert_allclose(found.local_kwh, expected.local_kwh, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.shared_kwh, expected.shared_kwh, rtol=1e-9)


@pytest.mark.parametrize("by_plant", [True, False])
@pytest.mark.parametrize("metres", [1.0, 2_000.0])
def test_keys_in_order_over_weeks_sum_to_the_same(metres: float, by_plant: bool) -> None:
    """Links of which many have one length, or each its own; two plants of one owner, one of nobody here."""
    exchange, generator = many(6, members=12, plants=4), np.random.default_rng(6)
    sheet = sheet_of(exchange, 3)
    far = np.round(generator.uniform(0.0, 3.0, (4, 12)) * metres)
    for key in (NearestFirst(far), OwnRoofFirst((2, None, 2, 7))):
        allocation = settle(exchange, key)
        expected = allocation_sums(sheet, exchange.production_kwh, allocation, by_plant=by_plant)
        (found,) = key_sums(split_sums, exchange, [key], sheet, by_plant=by_plant)
        np.testing.assert_allclose(found.local_kwh, expected.local_kwh, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(found.shared_kwh, expected.shared_kwh, rtol=1e-9)


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_factors_and_hosts_stand_for_the_needs_themselves(engine: str) -> None:
    exchange = many(2, members=5)
    sheet = sheet_of(exchange)
    base, made = sheet.take(exchange.consumption_kwh), sheet.take(exchange.production_kwh)
    factor, host = np.array([1.1, 0.0, 0.7, 1.0, 1.3]), base[3:4] * 0.25
    plain = base * factor[:, None]
    plain[3] = host[0]
    needs = Needs(base, factor, np.array([3]), host)
    splits = [prorata_split(5)]
    (found,) = ENGINES[engine](sheet, needs, made, splits)
    (expected,) = split_sums(sheet, Needs.of(plain), made, splits)
    np.testing.assert_allclose(found.local_kwh, expected.local_kwh, rtol=1e-12)
    assert found.received_kwh[1] == 0.0


@pytest.mark.parametrize("engine", sorted(ENGINES))
@pytest.mark.parametrize("members", [5, MANY])
def test_a_bend_stands_for_the_needs_themselves(engine: str, members: int) -> None:
    exchange = many(2, members=members)
    sheet = sheet_of(exchange)
    base, made = sheet.take(exchange.consumption_kwh), sheet.take(exchange.production_kwh)
    kind = np.arange(base.shape[1]) % 3
    bend = Bend(np.linspace(0.5, 1.5, 3 * members).reshape(members, 3), kind)
    plain = base * bend.factor[:, kind]
    plain[3] = base[3] * 0.25
    hosts = np.array([3])
    needs = Needs(base, np.ones(members), hosts, plain[3:4], bend)
    splits = [prorata_split(members), Split(KeyForm.WEIGHTS, np.arange(members) + 1.0)]
    for found, expected in zip(
        ENGINES[engine](sheet, needs, made, splits),
        split_sums(sheet, Needs.of(plain), made, splits),
        strict=True,
    ):
        np.testing.assert_allclose(found.local_kwh, expected.local_kwh, rtol=1e-12)
    np.testing.assert_allclose(needs.total(), plain.sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(needs.of_rows(hosts), base[hosts] * bend.factor[3, kind], rtol=1e-15)


@law(25)
@given(exchange=exchanges(), by_plant=st.booleans(), groups=st.integers(1, 3))
def test_draws_caught_up_side_by_side_are_those_settled_one_by_one(
    exchange: Exchange, by_plant: bool, groups: int
) -> None:
    assert_caught_up(exchange, groups, by_plant=by_plant)


def test_weeks_caught_up_side_by_side_are_those_settled_one_by_one() -> None:
    assert_caught_up(many(3, members=6, days=8), 2, by_plant=True)


def assert_caught_up(exchange: Exchange, groups: int, *, by_plant: bool) -> None:
    group = np.arange(exchange.steps.count) % groups
    sheet = ProductiveSteps.of(np.ones(len(group), dtype=np.bool_), group, groups)
    drawn = [
        replace(exchange, consumption_kwh=exchange.consumption_kwh * factor) for factor in (1.0, 0.4, 3.0)
    ]
    found = caught_up_sums(
        sheet,
        [Needs.of(sheet.take(one.consumption_kwh)) for one in drawn],
        [sheet.take(one.production_kwh) for one in drawn],
        by_plant=by_plant,
    )
    for sums, one in zip(found, drawn, strict=True):
        expected = settled_sums(one, CatchUp(), sheet, by_plant=by_plant)
        np.testing.assert_allclose(sums.local_kwh, expected.local_kwh, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(sums.shared_kwh, expected.shared_kwh, rtol=1e-9, atol=1e-9)


def test_a_price_order_that_changes_inside_a_group_is_no_split() -> None:
    steps = Steps.between(date(2025, 1, 1), date(2025, 1, 2), 60).part(0, 2)
    key = Price(np.array([[0, 1], [1, 0]]), np.array([0, 1]), steps)
    lit = np.array([True, True])
    assert split_of(key, 2, ProductiveSteps.of(lit, np.array([0, 0]), 1)) is None
    split = split_of(key, 2, ProductiveSteps.of(lit, np.array([0, 1]), 2))
    assert split is not None
    assert split.of_group(0).tolist() == [0.0, 1.0]
    assert split.of_group(1).tolist() == [1.0, 0.0]


def test_night_is_never_read_and_groups_keep_their_order() -> None:
    sheet = ProductiveSteps.of(np.array([False, True, True, False, True]), np.array([0, 1, 0, 1, 1]), 2)
    assert sheet.rows.tolist() == [2, 1, 4]
    assert sheet.starts.tolist() == [0, 1, 3]


def test_steps_are_grouped_where_every_pattern_is_constant() -> None:
    group, values = group_of_steps([], 3)
    assert group.tolist() == [0, 0, 0]
    assert values.shape == (0, 1)


@pytest.mark.parametrize("name", sorted(SERVED - {"weighted", "priority"}))
def test_many_participants_stand_together_and_sum_to_the_same(name: str) -> None:
    exchange = many(4, members=MANY, days=3)
    key, sheet = build_key(name, {}, context_of(exchange)), sheet_of(exchange, 5)
    assert np.isfortran(sheet.take(exchange.consumption_kwh))
    assert not np.isfortran(sheet.take(exchange.consumption_kwh[:, 1:]))
    expected = allocation_sums(sheet, exchange.production_kwh, settle(exchange, key))
    for engine in (split_sums, fast.split_sums):
        (found,) = key_sums(engine, exchange, [key], sheet)
        np.testing.assert_allclose(found.local_kwh, expected.local_kwh, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(found.shared_kwh, expected.shared_kwh, rtol=1e-9)


@pytest.mark.parametrize("members", [3, MANY])
def test_steps_read_a_block_at_a_time_sum_to_the_same_bits_as_a_copy(members: int) -> None:
    random = np.random.default_rng(5)
    values, made = random.random((96, members)), random.random((2, 48)) * members
    sheet = ProductiveSteps.of(np.arange(96) % 2 == 1, np.arange(96) % 3, 3)
    copied, moving = sheet.take(values), np.array([2, 0])
    copied[moving] = 0.0
    read = sheet.read(values, moving.tolist())
    np.testing.assert_array_equal(read[:, :], copied)
    np.testing.assert_array_equal(read[np.array([1, 2]), :], copied[1:3])
    split, ones, moved = prorata_split(members), np.ones(members), random.random((2, 48))
    every = (
        lambda kwh: sums_by_need(sheet, kwh, moving, [([*moved], [*made])], by_plant=True)[0],
        lambda kwh: sums_by_year(sheet, kwh, moving, [([*moved], [*made], split)], by_plant=True)[0],
        lambda kwh: split_sums(sheet, Needs(kwh, ones, moving, moved), made, [split], by_plant=True)[0],
    )
    for sums in every:
        np.testing.assert_array_equal(sums(read).local_kwh, sums(copied).local_kwh)
        np.testing.assert_array_equal(sums(read).shared_kwh, sums(copied).shared_kwh)
