"""A shared battery: by hand, by its laws, and through every key."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.devices.battery import (
    ServedLast,
    battery_sites,
    charge_efficiency,
    context_with_battery,
    dispatched,
    of_members,
    with_battery,
    without_battery,
)
from acc.exchange import Exchange
from acc.indicators import energy
from acc.keys import KEYS, build_key
from acc.scenario import Battery
from acc.settle import Allocation, settle
from acc.sites import Kind, Position
from acc.steps import Steps
from tests.community import community
from tests.effort import law
from tests.strategies import context_of, exchanges, plain_parameters

TOLERANCE_KWH = 1e-9

BATTERIES = st.builds(
    Battery,
    energy_kwh=st.floats(0.5, 50.0),
    power_kw=st.floats(0.5, 100.0),
    round_trip_ratio=st.floats(0.5, 1.0),
    initial_ratio=st.floats(0.0, 1.0),
)


def exchange_of(need: object, made: object, minutes: int = 60) -> Exchange:
    consumption, production = np.array(need, dtype=float), np.array(made, dtype=float)
    steps = Steps.between(date(2025, 6, 2), date(2025, 6, 3), minutes).part(0, len(consumption))
    return Exchange(steps, consumption, production, np.zeros_like(production))


def test_charging_is_a_consumer_and_discharging_a_producer() -> None:
    # D315-5, derived: P 2, C 1, charge 0.5: affected 1, stored 0.5, surplus 0.5. Later P 0, C 1,
    # discharge 0.4: affected 0.4, complement 0.6. A battery of 0.5 kW that gives back 80 % does that.
    exchange = exchange_of([[1.0], [1.0]], [[2.0], [0.0]])
    battery = Battery(energy_kwh=10.0, power_kw=0.5, round_trip_ratio=0.8)
    stored = with_battery(exchange, battery)
    assert stored.exchange.consumption_kwh == pytest.approx(np.array([[1.0, 0.5], [1.0, 0.0]]))
    assert stored.exchange.production_kwh == pytest.approx(np.array([[2.0, 0.0], [0.0, 0.4]]))
    allocation = settle(stored.exchange, build_key("prorata", {}, context_of(stored.exchange)))
    assert allocation.received_kwh == pytest.approx(np.array([[1.0, 0.5], [0.4, 0.0]]))
    assert allocation.surplus_kwh == pytest.approx(np.array([[0.5, 0.0], [0.0, 0.0]]))
    sums = without_battery(energy(stored.exchange, allocation))
    assert sums.complement_kwh == pytest.approx(np.array([0.6]))
    assert sums.autoconsommation_ratio == pytest.approx(1.4 / 2.0)
    assert sums.autoproduction_ratio == pytest.approx(1.4 / 2.0)


@law(60)
@given(exchange=exchanges(), battery=BATTERIES)
def test_energy_is_balanced_and_no_limit_is_passed(exchange: Exchange, battery: Battery) -> None:
    stored = with_battery(exchange, battery)
    way, limit = charge_efficiency(battery), battery.power_kw * exchange.steps.hours
    before = np.concatenate([[stored.initial_kwh], stored.level_kwh[:-1]])
    change = stored.charge_kwh * way - stored.discharge_kwh / way
    np.testing.assert_allclose(stored.level_kwh - before, change, rtol=0, atol=TOLERANCE_KWH)
    balance = (
        stored.initial_kwh + stored.charge_kwh.sum() - stored.discharge_kwh.sum() - stored.lost_kwh.sum()
    )
    assert balance == pytest.approx(stored.level_kwh[-1], abs=TOLERANCE_KWH)
    assert (stored.charge_kwh * stored.discharge_kwh == 0.0).all()
    for used in (stored.charge_kwh, stored.discharge_kwh):
        assert used.min() >= 0.0
        assert used.max() <= limit + TOLERANCE_KWH
    assert stored.level_kwh.min() >= -TOLERANCE_KWH
    assert stored.level_kwh.max() <= battery.energy_kwh + TOLERANCE_KWH


@law(60)
@given(exchange=exchanges(), battery=BATTERIES)
def test_it_takes_only_what_is_left_and_gives_only_what_is_missing(
    exchange: Exchange, battery: Battery
) -> None:
    stored = with_battery(exchange, battery)
    balance = exchange.production_kwh.sum(axis=1) - exchange.consumption_kwh.sum(axis=1)
    assert (stored.charge_kwh <= np.maximum(balance, 0.0) + TOLERANCE_KWH).all()
    assert (stored.discharge_kwh <= np.maximum(-balance, 0.0) + TOLERANCE_KWH).all()


@pytest.mark.parametrize("name", sorted(set(KEYS) - {"custom"}))
def test_under_every_key_the_battery_is_fed_and_the_balance_is_kept(name: str) -> None:
    exchange = community(4, members=6, days=60)
    battery = Battery(energy_kwh=60.0, power_kw=30.0, round_trip_ratio=0.85, position=Position(44.85, 0.48))
    stored = with_battery(exchange, battery)
    distances = np.full(6, 0.7)
    context = context_with_battery(context_of(exchange), battery, distances)
    key = build_key(name, plain_parameters(name, exchange), context)
    allocation = settle(stored.exchange, ServedLast(key))
    np.testing.assert_allclose(allocation.received_kwh[:, -1], stored.charge_kwh, rtol=0, atol=TOLERANCE_KWH)
    shared = allocation.received_kwh.sum(axis=1) + allocation.surplus_kwh.sum(axis=1)
    made = exchange.production_kwh.sum(axis=1) + stored.discharge_kwh
    np.testing.assert_allclose(shared, made, rtol=0, atol=TOLERANCE_KWH)

    plain = energy(
        exchange, settle(exchange, build_key(name, plain_parameters(name, exchange), context_of(exchange)))
    )
    better = without_battery(energy(stored.exchange, allocation))
    gain = better.received_kwh.sum() - plain.received_kwh.sum()
    assert better.autoconsommation_ratio > plain.autoconsommation_ratio
    assert better.autoproduction_ratio > plain.autoproduction_ratio
    if KEYS[name].wastes_nothing or name == "priority":
        assert gain == pytest.approx(stored.discharge_kwh.sum())
        assert better.surplus_kwh.sum() == pytest.approx(plain.surplus_kwh.sum() - stored.charge_kwh.sum())
    else:
        assert 0.0 < gain <= stored.discharge_kwh.sum() + TOLERANCE_KWH


@law(30)
@given(
    exchange=exchanges(), name=st.sampled_from(["prorata", "equal", "static", "catch-up", "own-roof-first"])
)
def test_an_empty_battery_changes_nothing_for_the_members(exchange: Exchange, name: str) -> None:
    battery = Battery(energy_kwh=10.0, power_kw=1.0, round_trip_ratio=0.9)
    idle = dispatched(exchange, battery, np.zeros(exchange.steps.count), np.zeros(exchange.steps.count))
    context = context_of(exchange)
    alone = settle(exchange, build_key(name, {}, context)).received_kwh
    beside = ServedLast(build_key(name, {}, context_with_battery(context, battery, None)))
    found = settle(idle.exchange, beside).received_kwh
    np.testing.assert_allclose(found[:, :-1], alone, rtol=0, atol=TOLERANCE_KWH)


def test_a_use_beyond_its_means_is_refused() -> None:
    exchange = exchange_of([[1.0], [1.0]], [[2.0], [0.0]])
    battery = Battery(energy_kwh=1.0, power_kw=1.0, round_trip_ratio=1.0)
    for charge, discharge in (([2.0, 0.0], [0.0, 0.0]), ([0.0, 0.0], [0.0, 0.5]), ([-0.1, 0.0], [0.0, 0.0])):
        with pytest.raises(ValueError, match="passes its power"):
            dispatched(exchange, battery, np.array(charge), np.array(discharge))
    with pytest.raises(ValueError, match="passes its capacity"):
        dispatched(exchange, battery, np.array([0.9, 0.9]), np.zeros(2))


def test_it_starts_with_what_it_holds() -> None:
    exchange = exchange_of([[3.0]], [[0.0]])
    battery = Battery(energy_kwh=4.0, power_kw=10.0, round_trip_ratio=1.0, initial_ratio=0.5)
    stored = with_battery(exchange, battery)
    assert stored.discharge_kwh.tolist() == [2.0]
    assert stored.level_kwh.tolist() == [0.0]
    assert stored.cycles == 0.0  # it gave back what it held at the start, and was never charged


def test_its_sites_carry_its_name_and_its_meters() -> None:
    battery = Battery(
        energy_kwh=4.0,
        power_kw=1.0,
        round_trip_ratio=0.9,
        prm_charge="30000000000077",
        name="Batterie du bourg",
    )
    participant, plant = battery_sites(battery)
    assert (participant.id, participant.prm, plant.name) == (
        "batterie",
        "30000000000077",
        "Batterie du bourg",
    )


def test_cycles_count_what_is_given_back() -> None:
    exchange = community(4, members=6, days=30)
    stored = with_battery(exchange, Battery(energy_kwh=20.0, power_kw=20.0, round_trip_ratio=0.9))
    assert stored.cycles == pytest.approx(stored.discharge_kwh.sum() / stored.level_kwh.max())
    assert 1.0 < stored.cycles < 60.0
    assert replace(stored, level_kwh=np.zeros(1)).cycles != stored.cycles


def test_members_and_plants_keep_their_own_columns() -> None:
    received, surplus = np.array([[1.0, 2.0, 9.0]]), np.array([[3.0, 8.0]])
    pairs = np.arange(6.0).reshape(
        1, 2, 3
    )  # of two plants, the battery last, to three sites, the battery last
    own = of_members(Allocation(received, surplus, pairs))
    assert own.received_kwh.tolist() == [[1.0, 2.0]]
    assert own.surplus_kwh.tolist() == [[3.0]]
    assert own.received_by_plant_kwh is not None
    assert own.received_by_plant_kwh.tolist() == [[[0.0, 1.0]]]


def test_a_battery_is_a_site_without_power_that_may_be_named_and_is_no_home() -> None:
    battery = Battery(energy_kwh=10.0, power_kw=5.0, round_trip_ratio=0.9, prm_charge="1", prm_discharge="2")
    site, roof = battery_sites(battery)
    assert (site.kind, site.prm, site.households, site.publish) == (Kind.COMPANY, "1", None, True)
    assert (site.counted_below_ten, roof.prm, roof.kwp) == (False, "2", 0.0)
