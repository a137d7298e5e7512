"""The corridor of local prices: at its two ends exactly one member or producer is at zero."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from acc.accounts.values import Basis, Corridor, PriceBound
from acc.bills.surplus import paid_surplus_kwh
from acc.bills.tariffs import SurplusContract
from acc.finance import Finance
from acc.sites import FixedPrice
from tests.acc.accounts.test_members import one_hour
from tests.operations import exchange_of, member, money_of, operations, plant, scenario, with_prices

FLAT = {
    "local_by_slot_eur_per_kwh": {},
    "local_by_plant_eur_per_kwh": {},
    "local_by_participant_eur_per_kwh": {},
}


@settings(max_examples=30, deadline=None)
@given(operations())
def test_at_each_end_one_is_at_zero_and_the_others_gain(operation) -> None:
    made, exchange = operation
    corridor = money_of(made, exchange).corridor
    for end in (corridor.low, corridor.high):
        if end is None or end.eur_per_kwh < 0.0:
            continue
        at_end = money_of(with_prices(made, local_eur_per_kwh=end.eur_per_kwh, **FLAT), exchange)
        savings = {p.id: p.saving_eur_ht for p in at_end.participants if p.received_kwh > 0.0}
        gains: dict[str, float] = {}
        for roof in at_end.plants:
            gains[roof.owner] = gains.get(roof.owner, 0.0) + roof.gain_eur_ht
        if end is corridor.high:
            assert savings[end.id] == pytest.approx(0.0, abs=1e-7)
            assert min(savings.values()) >= -1e-7
        else:
            assert gains[end.id] == pytest.approx(0.0, abs=1e-7)
            sharing = {roof.owner for roof in at_end.plants if roof.shared_kwh > 0.0}
            assert min(gains[owner] for owner in sharing) >= -1e-7


def two_members_two_producers(**prices):
    members = [
        member("dear", energy_eur_per_kwh={"all": 0.15}),
        member("cheap", energy_eur_per_kwh={"all": 0.10}),
    ]
    roofs = [plant("r0", kwp=300.0, owner="a"), plant("r1", kwp=300.0, owner="b", surplus=FixedPrice(0.062))]
    made = with_prices(scenario(members, roofs), **prices)
    step = 24 * 194 + 11
    return made, exchange_of(made, {step: [500.0, 500.0]}, {step: [300.0, 300.0]})


def test_ends_by_hand() -> None:
    made, exchange = two_members_two_producers(surplus=FixedPrice(0.05))
    corridor = money_of(made, exchange).corridor
    # each receives 300 kWh: 100 + 30.85 of accise - (4.47 + 0.6705) / 0.3
    assert corridor.high.id == "cheap"
    assert corridor.high.eur_per_kwh == pytest.approx(0.13085 - 5.1405 / 300.0, abs=1e-12)
    # every kWh shared would have been sold at 62 by b, at 50 by a
    assert corridor.low == PriceBound(id="b", eur_per_kwh=pytest.approx(0.062), basis=Basis.SURPLUS)
    assert [bound.id for bound in corridor.ceilings] == ["cheap", "dear"]
    assert [bound.id for bound in corridor.floors] == ["b", "a"]
    assert corridor.is_open


def test_a_person_who_owns_a_plant_sets_no_ceiling_by_its_own_sites() -> None:
    made, exchange = two_members_two_producers(surplus=FixedPrice(0.05))
    roofs = (replace(made.plants[0], owner="cheap"), made.plants[1])
    corridor = money_of(replace(made, plants=roofs), exchange).corridor
    # what "cheap" pays it receives as a producer: its floor says what it needs, "dear" sets the ceiling
    assert [bound.id for bound in corridor.ceilings] == ["dear"]
    assert {bound.id for bound in corridor.floors} == {"b", "cheap"}


def test_a_plan_that_needs_more_than_the_surplus_price_sets_the_floor() -> None:
    made, exchange = two_members_two_producers(surplus=FixedPrice(0.05))
    made = replace(made, finance=Finance(capex_eur_per_kwp=2.0, horizon_years=20))
    found = money_of(made, exchange)
    low = found.corridor.low
    assert low.basis is Basis.PLAN
    at_low = money_of(with_prices(made, local_eur_per_kwh=low.eur_per_kwh), exchange)
    values = {plan.owner: plan.npv_eur_ht for plan in at_low.plans}
    assert values[low.id] == pytest.approx(0.0, abs=1e-9)
    others = [value for owner, value in values.items() if owner != low.id]
    assert min(others) >= -1e-9


def test_an_undecided_surplus_leaves_the_floor_unknown() -> None:
    made, exchange = one_hour([member("a")], consumption=[1000.0], surplus=None)
    found = money_of(made, exchange)
    assert found.corridor.low is None
    assert found.corridor.unknown_ids == ("toit",)
    assert not found.corridor.is_open
    assert found.plants[0].gain_eur_ht is None


def test_a_closed_corridor_says_so() -> None:
    high = PriceBound(id="m", eur_per_kwh=0.08, basis=Basis.SAVING)
    low = PriceBound(id="p", eur_per_kwh=0.09, basis=Basis.PLAN)
    assert not Corridor(ceilings=(high,), floors=(low,)).is_open
    assert not Corridor(ceilings=(), floors=(low,)).is_open


def test_shared_kwh_take_their_place_under_the_cap() -> None:
    capped = SurplusContract(code="oa", eur_per_kwh=0.011, cap_hours=1600.0)
    assert paid_surplus_kwh(capped, 1.0, surplus_kwh=500.0, shared_kwh=1000.0, years=1.0) == 500.0
    assert paid_surplus_kwh(capped, 1.0, surplus_kwh=700.0, shared_kwh=1000.0, years=1.0) == 600.0
    assert paid_surplus_kwh(capped, 1.0, surplus_kwh=700.0, shared_kwh=2000.0, years=1.0) == 0.0
    assert paid_surplus_kwh(capped, 1.0, surplus_kwh=700.0, shared_kwh=2000.0, years=2.0) == 700.0
