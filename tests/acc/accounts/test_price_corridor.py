"""The local prices that suit everyone: nobody loses at a price of them, somebody does at any other."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from acc.accounts.price_corridor import bent_limits, straight_limits
from acc.accounts.values import Corridor, PriceBound, PriceMoved
from acc.bills.surplus import paid_surplus_kwh
from acc.bills.tariffs import SurplusContract
from acc.exchange import Exchange
from acc.finance import Finance
from acc.scenario import Scenario
from acc.sides import loses
from acc.sites import FixedPrice, Person
from tests.acc.accounts.test_members import one_hour
from tests.effort import few, law
from tests.operations import (
    exchange_of,
    member,
    money_of,
    operations,
    plant,
    scenario,
    suits_all_at,
    with_prices,
)

FLAT = {
    "local_by_slot_eur_per_kwh": {},
    "local_by_plant_eur_per_kwh": {},
    "local_by_participant_eur_per_kwh": {},
}
PRICES = st.floats(0.0, 0.4)
OWNED = [(None, None), ("p0", None), ("p0", "p0")]


def losers_at(
    made: Scenario, exchange: Exchange, moved: PriceMoved, price: float
) -> tuple[set[str], set[str]]:
    """Return who loses at a price over the period, and over the plan."""
    own = FLAT if moved is PriceMoved.FLAT else {}
    found = money_of(with_prices(made, local_eur_per_kwh=price, **own), exchange)
    period = {person.id for person in found.persons if loses(person.gain_eur_ht)}
    return period, {person.id for person in found.persons if loses(person.npv_eur_ht)}


def says(corridor: Corridor, price: float) -> set[str]:
    """Return who loses at a price, by the limits of each."""
    below = {bound.id for bound in corridor.floors if price < bound.eur_per_kwh}
    above = {bound.id for bound in corridor.ceilings if price > bound.eur_per_kwh}
    return {*corridor.never_ids, *below, *above}


@law(60)
@given(operations(), PRICES, st.sampled_from(OWNED))
def test_who_loses_at_any_price_is_who_the_limits_say(operation, price, owners) -> None:
    made, exchange = operation
    pairs = zip(made.plants, [*owners, None], strict=False)
    made = replace(made, plants=tuple(replace(roof, owner=who or roof.owner) for roof, who in pairs))
    corridor = money_of(made, exchange).corridor
    # At the very limit (3.571 kWh dearer by 0.14 are half a euro) the last bit of a sum decides.
    assume(all(abs(price - bound.eur_per_kwh) > 1e-12 for bound in (*corridor.floors, *corridor.ceilings)))
    period, _plan = losers_at(made, exchange, corridor.moved, price)
    assert says(corridor, price) == period
    assert suits_all_at(corridor, price) == (not period and corridor.high is not None)


def a_year(seed: int) -> tuple[Scenario, Exchange]:
    """Return a random operation of three persons over a year: prices, taxes, owners of plants."""
    random = np.random.default_rng(seed)
    supply = random.uniform(0.06, 0.22, 3)
    members = [member(f"p{n}", energy_eur_per_kwh={"all": float(supply[n])}) for n in range(3)]
    members[0] = replace(members[0], person="us")
    roofs = [
        plant(f"r{m}", kwp=3.0, owner=str(random.choice(["us", "p1", "other"])), surplus=FixedPrice(0.05))
        for m in range(2)
    ]
    finance = Finance(
        capex_eur_per_kwp=float(random.uniform(200.0, 900.0)),
        opex_eur_per_kwp_year=10.0,
        inverter_eur_per_kwp=100.0,
        horizon_years=int(random.integers(5, 21)),
        tax_ratio=float(random.choice([0.0, 0.25])),
        indexation_ratio=float(random.choice([0.0, 0.02])),
        supply_indexation_ratio=float(random.choice([0.0, 0.03])),
    )
    taxed = Person(id="us", name="Us", profit_tax_ratio=[None, 0.0, 0.25][seed % 3])
    made = scenario(
        members, roofs, days=(date(2026, 1, 1), date(2027, 1, 1)), finance=finance, persons=(taxed,)
    )
    own = {"local_by_plant_eur_per_kwh": {"r0": 0.09}} if seed % 4 == 3 else {}
    made = with_prices(made, local_eur_per_kwh=0.1, pmo_eur_per_year=float(random.choice([0.0, 60.0])), **own)
    noons = range(11, made.steps.count, 24)
    needs, suns = random.uniform(0.0, 3.0, (2, 3)), random.uniform(1.0, 5.0, 2)
    used = {t: needs[t % 2].tolist() for t in noons}
    return made, exchange_of(made, used, {t: suns.tolist() for t in noons})


@pytest.mark.parametrize("seed", few(2, range(24)))
def test_who_loses_over_the_plan_at_any_price_is_who_the_limits_say_taxes_paid(seed: int) -> None:
    made, exchange = a_year(seed)
    found = money_of(made, exchange)
    assert found.corridor.moved is (PriceMoved.COMMON if seed % 4 == 3 else PriceMoved.SINGLE)
    ends = [b.eur_per_kwh for c in (found.corridor, found.plan_corridor) for b in (*c.floors, *c.ceilings)]
    tried = [0.0, 0.1, *np.random.default_rng(seed).uniform(0.0, 0.5, 4)]
    for price in [*tried, *(end + step for end in ends for step in (-1e-6, 1e-6) if end + step > 0.0)]:
        period, plan = losers_at(made, exchange, found.corridor.moved, price)
        assert says(found.corridor, price) == period, price
        assert says(found.plan_corridor, price) == plan, price
        for corridor, losers in ((found.corridor, period), (found.plan_corridor, plan)):
            assert suits_all_at(corridor, price) == (not losers)


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
    # each receives 300 kWh: 100 + 30.85 of accise - (4.47 + 0.6705) / 0.3; half a euro more is no loss
    assert corridor.high.id == "cheap"
    assert corridor.high.eur_per_kwh == pytest.approx(0.13085 - (5.1405 - 0.5) / 300.0, abs=1e-12)
    # who only sells, at no cost, loses at no price: what is compared with is nothing built
    assert corridor.low is None
    assert [bound.id for bound in corridor.ceilings] == ["cheap", "dear"]
    assert corridor.is_open


def test_a_person_is_judged_by_its_sites_and_its_plants_together() -> None:
    made, exchange = two_members_two_producers(surplus=FixedPrice(0.05))
    roofs = (replace(made.plants[0], owner="cheap"), made.plants[1])
    corridor = money_of(replace(made, plants=roofs), exchange).corridor
    # "cheap" pays half of its kWh to itself, sells as many to "dear" as it buys from "b": no price moves it
    assert [bound.id for bound in corridor.ceilings] == ["dear"]
    assert not corridor.floors


def test_the_plan_counts_what_is_built_and_half_a_euro_is_nothing() -> None:
    made, exchange = a_year(0)
    made = replace(made, persons=None, finance=Finance(capex_eur_per_kwp=900.0, horizon_years=20))
    made = replace(made, plants=tuple(replace(roof, owner="other") for roof in made.plants))
    found = money_of(made, exchange)
    low = found.plan_corridor.low
    assert low.id == "other"
    at_low = money_of(with_prices(made, local_eur_per_kwh=low.eur_per_kwh), exchange)
    value = next(person.npv_eur_ht for person in at_low.persons if person.id == "other")
    assert value == pytest.approx(-0.5, abs=1e-6)


def test_who_loses_at_any_price_stands_in_the_way_of_all() -> None:
    made, exchange = one_hour([member("a"), member("night")], consumption=[500.0, 0.0])
    corridor = money_of(made, exchange).corridor
    assert corridor.never_ids == ("night",)
    assert corridor.is_open
    assert not suits_all_at(corridor, 0.1)


def test_an_undecided_surplus_is_told_and_the_rest_is_known() -> None:
    made, exchange = one_hour([member("a")], consumption=[1000.0], surplus=None)
    found = money_of(made, exchange)
    assert found.corridor.unknown_ids == ("toit",)
    assert found.corridor.high.id == "a"
    assert found.plants[0].gain_eur_ht is None


def test_prices_that_are_all_their_own_give_way_to_one() -> None:
    made, exchange = two_members_two_producers(local_by_plant_eur_per_kwh={"r0": 0.13, "r1": 0.13})
    found = money_of(made, exchange)
    assert found.corridor.moved is PriceMoved.FLAT
    assert {bound.id for bound in found.corridor.ceilings} == {"cheap", "dear"}


def test_limits_of_a_gain_that_bends_are_those_of_its_pieces() -> None:
    # -30 at 0, 100 a unit up to 0.2, 50 beyond: -0.5 is reached at 0.2 + (30 - 20 - 0.5) / 50 = 0.39
    low, high = bent_limits(lambda price: -30.0 + 100.0 * min(price, 0.2) + 50.0 * max(price - 0.2, 0.0))
    assert (low, high) == (pytest.approx(0.39, abs=1e-9), np.inf)
    assert bent_limits(lambda price: 9.5 - 100.0 * price) == (0.0, pytest.approx(0.1, abs=1e-9))
    assert bent_limits(lambda _price: -3.0) == (np.inf, 0.0)
    assert bent_limits(lambda _price: 3.0) == (0.0, np.inf)
    assert straight_limits(-0.4, 0.0) == (0.0, np.inf)
    # Who receives 1e-12 kWh gains or loses at any price: no end is a ratio to it.
    assert straight_limits(-56.0, -1e-12) == (np.inf, 0.0)
    assert straight_limits(5.0, -1e-12) == (0.0, np.inf)


def test_a_closed_corridor_says_so() -> None:
    high = PriceBound(id="m", eur_per_kwh=0.08)
    low = PriceBound(id="p", eur_per_kwh=0.09)
    assert not Corridor(ceilings=(high,), floors=(low,)).is_open
    assert not Corridor(ceilings=(), floors=(low,)).is_open


def test_shared_kwh_take_their_place_under_the_cap() -> None:
    capped = SurplusContract(code="oa", eur_per_kwh=0.011, cap_hours=1600.0)
    assert paid_surplus_kwh(capped, 1.0, surplus_kwh=500.0, shared_kwh=1000.0, period_years=1.0) == 500.0
    assert paid_surplus_kwh(capped, 1.0, surplus_kwh=700.0, shared_kwh=1000.0, period_years=1.0) == 600.0
    assert paid_surplus_kwh(capped, 1.0, surplus_kwh=700.0, shared_kwh=2000.0, period_years=1.0) == 0.0
    assert paid_surplus_kwh(capped, 1.0, surplus_kwh=700.0, shared_kwh=2000.0, period_years=2.0) == 700.0
