"""The laws that every key obeys, whatever it proposes (code de l'énergie D315-4 and D315-6).

What is shared and what is left make the production; nobody receives more than its need; the order in
which participants are written changes nothing; nothing produced, nothing received, and no NaN; more
production never lowers what is shared; the default key shares `min(P, sum C)` and no key shares more;
the length of a block is not seen; a day of 23 h or 25 h is a day like another.
"""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import acc.settle
from acc.exchange import Exchange
from acc.keys import KEYS, build_key
from acc.settle import Allocation, Key, settle
from acc.steps import Steps
from tests.effort import law
from tests.strategies import context_of, exchanges, key_parameters, plain_parameters

TOLERANCE_KWH = 1e-9

every_key = pytest.mark.parametrize("name", sorted(KEYS))
lawful = law(25)


def some_key(data: st.DataObject, name: str, exchange: Exchange) -> Key:
    return build_key(name, data.draw(key_parameters(name, exchange)), context_of(exchange))


def most_kwh(exchange: Exchange) -> float:
    """Return `sum over steps of min(P, sum C)`: no rule can share more."""
    pool = exchange.production_kwh.sum(axis=1)
    need = exchange.consumption_kwh.sum(axis=1)
    return float(np.minimum(pool, need).sum())


def assert_same(one: Allocation, other: Allocation) -> None:
    np.testing.assert_allclose(one.received_kwh, other.received_kwh, rtol=0, atol=TOLERANCE_KWH)
    np.testing.assert_allclose(one.surplus_kwh, other.surplus_kwh, rtol=0, atol=TOLERANCE_KWH)


@every_key
@lawful
@given(data=st.data())
def test_received_and_surplus_make_the_production(name: str, data: st.DataObject) -> None:
    exchange = data.draw(exchanges())
    allocation = settle(exchange, some_key(data, name, exchange))
    shared = allocation.received_kwh.sum(axis=1) + allocation.surplus_kwh.sum(axis=1)
    np.testing.assert_allclose(shared, exchange.production_kwh.sum(axis=1), rtol=0, atol=TOLERANCE_KWH)
    if allocation.received_by_plant_kwh is not None:
        by_plant = allocation.received_by_plant_kwh.sum(axis=2) + allocation.surplus_kwh
        np.testing.assert_allclose(by_plant, exchange.production_kwh, rtol=0, atol=TOLERANCE_KWH)


@every_key
@lawful
@given(data=st.data())
def test_nobody_receives_more_than_its_need_nor_less_than_nothing(name: str, data: st.DataObject) -> None:
    exchange = data.draw(exchanges())
    allocation = settle(exchange, some_key(data, name, exchange))
    assert (allocation.received_kwh >= 0.0).all()
    assert (allocation.surplus_kwh >= 0.0).all()
    assert (allocation.received_kwh <= exchange.consumption_kwh + TOLERANCE_KWH).all()


@every_key
@lawful
@given(data=st.data())
def test_the_order_of_participants_and_plants_changes_nothing(name: str, data: st.DataObject) -> None:
    exchange = data.draw(exchanges())
    parameters = data.draw(key_parameters(name, exchange))
    context = context_of(exchange)
    members = data.draw(st.permutations(range(exchange.consumption_kwh.shape[1])))
    plants = data.draw(st.permutations(range(exchange.production_kwh.shape[1])))
    shuffled = Exchange(
        exchange.steps,
        exchange.consumption_kwh[:, members],
        exchange.production_kwh[:, plants],
        exchange.own_use_kwh[:, plants],
    )
    assert context.distances_km is not None
    moved = replace(
        context,
        participants=tuple(context.participants[n] for n in members),
        plants=tuple(context.plants[m] for m in plants),
        consumption_kwh=context.consumption_kwh[members],
        distances_km=context.distances_km[np.ix_(plants, members)],
    )
    first = settle(exchange, build_key(name, parameters, context))
    second = settle(shuffled, build_key(name, parameters, moved))
    assert_same(Allocation(first.received_kwh[:, members], first.surplus_kwh[:, plants]), second)


@every_key
@lawful
@given(data=st.data())
def test_nothing_produced_gives_nothing_and_no_nan(name: str, data: st.DataObject) -> None:
    exchange = data.draw(exchanges())
    dark = replace(exchange, production_kwh=np.zeros_like(exchange.production_kwh))
    allocation = settle(dark, some_key(data, name, dark))
    assert (allocation.received_kwh == 0.0).all()
    assert (allocation.surplus_kwh == 0.0).all()


@every_key
@lawful
@given(data=st.data())
def test_nothing_needed_leaves_all_as_surplus(name: str, data: st.DataObject) -> None:
    exchange = data.draw(exchanges())
    idle = replace(exchange, consumption_kwh=np.zeros_like(exchange.consumption_kwh))
    allocation = settle(idle, some_key(data, name, idle))
    np.testing.assert_allclose(allocation.surplus_kwh, idle.production_kwh, rtol=0, atol=TOLERANCE_KWH)


@every_key
@lawful
@given(data=st.data(), factor=st.floats(1.0, 3.0))
def test_more_production_never_lowers_what_is_shared(name: str, data: st.DataObject, factor: float) -> None:
    exchange = data.draw(exchanges())
    key = some_key(data, name, exchange)
    more = replace(exchange, production_kwh=exchange.production_kwh * factor)
    before, after = settle(exchange, key), settle(more, key)
    lost = before.received_kwh.sum(axis=1) - after.received_kwh.sum(axis=1)
    assert (lost <= TOLERANCE_KWH).all()


@every_key
@lawful
@given(data=st.data())
def test_no_key_shares_more_than_the_default_key(name: str, data: st.DataObject) -> None:
    exchange = data.draw(exchanges())
    shared = float(settle(exchange, some_key(data, name, exchange)).received_kwh.sum())
    assert shared <= most_kwh(exchange) + TOLERANCE_KWH
    if KEYS[name].wastes_nothing:
        assert shared == pytest.approx(most_kwh(exchange), abs=TOLERANCE_KWH)


@every_key
@lawful
@given(data=st.data())
def test_the_length_of_a_block_is_not_seen(name: str, data: st.DataObject) -> None:
    exchange = data.draw(exchanges())
    key = some_key(data, name, exchange)
    at_once = settle(exchange, key)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(acc.settle, "BLOCK_VALUES", 1)
        assert_same(settle(exchange, key), at_once)


@every_key
@pytest.mark.parametrize("day", [date(2025, 3, 30), date(2025, 10, 26)])
def test_a_day_of_23_or_25_hours_is_a_day_like_another(name: str, day: date) -> None:
    rng = np.random.default_rng(24)
    steps = Steps.between(day, date.fromordinal(day.toordinal() + 1), 15)
    plain = Steps(Steps.between(date(2025, 6, 2), date(2025, 6, 3), 15).start_utc, 15, steps.count)
    consumption, production = rng.random((steps.count, 4)), rng.random((steps.count, 2))
    found = []
    for period in (steps, plain):
        exchange = Exchange(period, consumption, production, np.zeros_like(production))
        key = build_key(name, plain_parameters(name, exchange), context_of(exchange))
        found.append(settle(exchange, key))
    assert_same(*found)
