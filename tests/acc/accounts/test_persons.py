"""Persons: a commune that buys from itself gains what the world pays it, whatever the price; euros close."""

from collections import defaultdict
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.accounts.persons import moves_money_only
from acc.accounts.values import Money
from acc.exchange import Exchange, exchange_behind_meters
from acc.finance import Finance
from acc.ledger.chart import Account
from acc.scenario import Scenario
from acc.sites import Person, PlantCosts
from tests.effort import law
from tests.operations import (
    behind_anybody,
    exchange_of,
    member,
    money_of,
    operations,
    plant,
    scenario,
    with_prices,
)

TOWN = Person(id="ville", name="Ville")


def town(*, price: float, scale: float = 1.0, **given: object) -> tuple[Scenario, Exchange]:
    """A town hall and a school of the town, a neighbour, a roof of the town: one hour of sun."""
    people = (
        replace(member("mairie"), person="ville"),
        replace(member("ecole"), person="ville"),
        member("voisin"),
    )
    made = scenario(people, [plant("toit", person="ville", owner="Ville")], persons=(TOWN,), **given)
    made = with_prices(made, local_eur_per_kwh=price)
    return made, exchange_of(made, {12: [4.0 * scale, 2.0 * scale, 4.0 * scale]}, {12: [8.0 * scale]})


def behind_some(made_of: tuple, data: st.DataObject) -> tuple[Scenario, Exchange]:
    """Return an operation with some roofs behind the meters of anybody, at a price, at none or unsaid."""
    made, exchange = made_of
    host = st.sampled_from([None, *range(len(made.participants))])
    hosts = [data.draw(host) for _roof in made.plants]
    return behind_anybody(made, exchange, hosts, data.draw(st.sampled_from([None, 0.0, 0.08])))


def of(money: Money, id_: str):
    return next(person for person in money.persons if person.id == id_)


def test_by_hand_what_a_town_pays_itself_is_neither_a_gain_nor_a_loss() -> None:
    # 10 kWh needed, 8 made: shared in proportion, 3.2 and 1.6 kWh stay in town, 3.2 go to the neighbour.
    money = money_of(*town(price=0.10))
    city, neighbour = of(money, "ville"), of(money, "voisin")
    assert city.participant_ids == ("mairie", "ecole")
    assert city.plant_ids == ("toit",)
    assert city.internal_eur_ht == pytest.approx(4.8 * 0.10)
    assert city.sales_eur_ht == pytest.approx(3.2 * 0.10)
    # A local kWh spares the supplier's price and the accise; each site pays more for its management.
    bills = {p.id: p.before.total_eur_ht - p.after.total_eur_ht for p in money.participants}
    assert city.gain_eur_ht == pytest.approx(bills["mairie"] + bills["ecole"] + 8.0 * 0.10, abs=1e-12)
    assert neighbour.gain_eur_ht == pytest.approx(bills["voisin"], abs=1e-12)
    assert money.total is not None
    assert money.total.gain_eur_ht == pytest.approx(city.gain_eur_ht + neighbour.gain_eur_ht)


def test_a_price_inside_a_person_changes_nothing_at_all() -> None:
    made, exchange = town(price=0.0)
    made, exchange = replace(made, participants=made.participants[:2]), _first(exchange, 2)
    free, dear = (money_of(with_prices(made, local_eur_per_kwh=p), exchange) for p in (0.0, 0.25))
    assert of(free, "ville").gain_eur_ht == pytest.approx(of(dear, "ville").gain_eur_ht, abs=1e-12)
    assert of(free, "ville").sales_eur_ht == of(dear, "ville").sales_eur_ht


def _first(exchange: Exchange, count: int) -> Exchange:
    return replace(exchange, consumption_kwh=np.ascontiguousarray(exchange.consumption_kwh[:, :count]))


def test_a_price_between_persons_only_moves_money() -> None:
    cheap, dear = (money_of(*town(price=p, scale=1000.0)) for p in (0.05, 0.12))
    assert moves_money_only(cheap, dear)
    assert not moves_money_only(cheap, cheap)
    assert of(cheap, "ville").gain_eur_ht < of(dear, "ville").gain_eur_ht
    assert of(cheap, "voisin").gain_eur_ht > of(dear, "voisin").gain_eur_ht


def test_present_value_by_hand_is_the_plan_and_the_bills_spared_that_fade() -> None:
    finance = Finance(
        horizon_years=2, discount_ratio=0.10, capex_eur_per_kwp=10.0, opex_eur_per_kwp_year=0.0,
        degradation_ratio=0.5, inverter_year=None, opex_indexation_ratio=0.0,
    )  # fmt: skip
    made, exchange = town(price=0.10, finance=finance)
    free = replace(
        made.plants[0], costs=PlantCosts(insurance_eur_per_year=0.0, injection_turpe_eur_per_year=0.0)
    )
    money = money_of(replace(made, plants=(free,)), exchange)
    city, neighbour = of(money, "ville"), of(money, "voisin")
    assert money.plan is not None
    bills = {p.id: p.saving_eur_ht for p in money.participants}
    # Year 1 whole, year 2 half of it: 1 / 1.1 + 0.5 / 1.21. Management and its CTA are paid whole.
    fading = 1.0 / 1.1 + 0.5 / 1.21
    half = 0.5 / 1.21 * 4.47 * 1.15
    assert neighbour.npv_eur_ht == pytest.approx(bills["voisin"] * fading - half, rel=1e-12)
    town_bills = (bills["mairie"] + bills["ecole"]) * fading - 2.0 * half
    assert city.npv_eur_ht == pytest.approx(money.plan.npv_eur_ht + town_bills, rel=1e-12)
    assert money.plan.npv_eur_ht == pytest.approx(-90.0 + 8.0 * 0.10 * fading, rel=1e-12)


def test_a_site_without_a_price_is_named_and_left_out() -> None:
    made, exchange = town(price=0.10)
    blind = replace(
        made.participants[1], contract=replace(made.participants[1].contract, energy_eur_per_kwh={})
    )
    money = money_of(
        replace(made, participants=(made.participants[0], blind, made.participants[2])), exchange
    )
    assert of(money, "ville").unknown_ids == ("ecole",)


@law(60)
@given(operations(), st.integers(1, 4), st.data())
def test_every_euro_leaves_an_account_and_enters_another(
    made_of: tuple, persons: int, data: st.DataObject
) -> None:
    made, exchange = behind_some(made_of, data)
    owned = replace(
        made,
        participants=tuple(replace(p, person=f"p{i % persons}") for i, p in enumerate(made.participants)),
        plants=tuple(replace(p, person=f"p{i % persons}") for i, p in enumerate(made.plants)),
    )
    money = money_of(owned, exchange)
    changes: dict[str, float] = defaultdict(float)
    turnover = 1.0
    for entry in money.ledger:
        changes[entry.payer] -= entry.eur
        changes[entry.receiver] += entry.eur
        turnover += abs(entry.eur)
    assert abs(sum(changes.values())) <= 1e-9 * turnover
    for person in money.persons:
        pocket = person.gain_eur_ht - person.lost_vat_eur
        assert changes[person.id] == pytest.approx(pocket, abs=1e-9 * turnover)
    assert set(changes) <= {person.id for person in money.persons} | set(Account)


@law(30)
@given(operations())
def test_splitting_a_person_in_two_changes_no_total(made_of: tuple) -> None:
    made, exchange = made_of
    one = replace(
        made,
        participants=tuple(replace(p, person="tous") for p in made.participants),
        plants=tuple(replace(p, person="tous") for p in made.plants),
    )
    whole, parts = money_of(one, exchange), money_of(made, exchange)
    assert whole.total is not None
    assert parts.total is not None
    assert whole.total.gain_eur_ht == pytest.approx(parts.total.gain_eur_ht, abs=1e-6)


def test_two_persons_whose_plants_name_one_owner_do_not_both_get_its_plan() -> None:
    finance = Finance(horizon_years=2, discount_ratio=0.05)
    roofs = [plant("r1", person="a", owner="Ville"), plant("r2", person="b", owner="Ville")]
    made = scenario([member("m")], roofs, finance=finance)
    money = money_of(made, exchange_of(made, {12: [8.0]}, {12: [4.0, 4.0]}))
    assert money.plan is not None
    bills = of(money, "m").npv_eur_ht
    assert of(money, "a").npv_eur_ht + of(money, "b").npv_eur_ht == pytest.approx(
        money.plan.npv_eur_ht, abs=1e-6
    )
    assert money.total is not None
    assert money.total.npv_eur_ht == pytest.approx(money.plan.npv_eur_ht + bills, abs=1e-6)


def test_own_use_behind_a_meter_of_the_same_person_is_its_own_saving() -> None:
    people = [replace(member("mairie"), person="ville")]
    roof = plant("toit", person="ville", owner="Ville", behind="mairie")
    made = scenario(people, [roof], persons=(TOWN,))
    exchange = exchange_of(made, {12: [2.0]}, {12: [0.0]})
    exchange = replace(exchange, own_use_kwh=np.where(np.arange(made.steps.count)[:, None] == 12, 3.0, 0.0))
    city = of(money_of(made, exchange), "ville")
    # 3 kWh not bought: 0.128 of energy and 0.03085 of accise each, and the energy part of the network.
    assert city.own_use_eur_ht > 3.0 * (0.128 + 0.03085)
    assert city.gain_eur_ht == pytest.approx(city.own_use_eur_ht - _management(made, exchange), abs=1e-9)


@pytest.mark.parametrize(("price", "paid"), [(None, 0.0), (0.07, 0.21)])
def test_by_hand_own_use_behind_anothers_meter_leaves_one_account_and_enters_another(
    price: float | None, paid: float
) -> None:
    """A third party's roof behind a workshop, 3 kWh used there on 1 January at noon, CU4, August 2025.

    The workshop spares 3 x (0.128 of energy + 0.0749 of network + 0.03085 of accise) = 0.70125 EUR, and pays
    the roof's owner 3 x 0.07 = 0.21 EUR where that is agreed, nothing else.
    """
    people = [member("atelier"), replace(member("mairie"), person="ville")]
    roof = plant("toit", owner="sas", behind="atelier", own_use_eur_per_kwh=price)
    made = scenario(people, [roof])
    exchange = exchange_of(made, {12: [2.0, 0.0]}, {12: [0.0]})
    exchange = replace(exchange, own_use_kwh=np.where(np.arange(made.steps.count)[:, None] == 12, 3.0, 0.0))
    money = money_of(made, exchange)
    host, seller = of(money, "atelier"), of(money, "sas")
    assert host.own_use_eur_ht == pytest.approx(0.70125, abs=1e-12)
    fixed = 4.47 * 1.15  # management of who takes part, with its CTA
    assert host.gain_eur_ht == pytest.approx(0.70125 - paid - fixed, abs=1e-9)
    assert (seller.gain_eur_ht, seller.sales_eur_ht) == pytest.approx((paid, paid), abs=1e-12)
    assert money.total is not None
    assert money.total.gain_eur_ht == pytest.approx(0.70125 - 2.0 * fixed, abs=1e-9)
    # Who does not recover VAT spares it on the bill, and pays it to the State on what it buys behind.
    bare = replace(people[0], contract=replace(people[0].contract, recovers_vat=False))
    lost = of(money_of(replace(made, participants=(bare, people[1])), exchange), "atelier").lost_vat_eur
    assert lost == pytest.approx(0.2 * (fixed - 0.70125 + paid), abs=1e-9)


def test_two_sites_of_one_person_sell_each_other_no_own_use() -> None:
    people = [replace(member(name), person="ville") for name in ("mairie", "ecole")]
    roof = plant("toit", owner="mairie", behind="ecole", own_use_eur_per_kwh=0.07)
    made = scenario(people, [roof], persons=(TOWN,))
    exchange = exchange_of(made, {12: [2.0, 0.0]}, {12: [0.0]})
    exchange = replace(exchange, own_use_kwh=np.where(np.arange(made.steps.count)[:, None] == 12, 3.0, 0.0))
    city = of(money_of(made, exchange), "ville")
    assert (city.own_use_eur_ht, city.sales_eur_ht) == pytest.approx((0.70125, 0.0), abs=1e-12)


def _management(made: Scenario, exchange: Exchange) -> float:
    """What the town hall pays more for being in an operation, with its CTA."""
    (hall,) = money_of(made, exchange).participants
    assert hall.before is not None
    assert hall.after is not None
    return hall.after.total_eur_ht - hall.before.total_eur_ht


def test_a_plant_whose_surplus_has_no_price_is_named_beside_the_total() -> None:
    made, exchange = town(price=0.10)
    money = money_of(with_prices(made, surplus=None), exchange)
    assert money.total is not None
    assert money.total.unknown_ids == ("toit",)


def test_a_producer_of_that_plant_alone_counts_by_what_it_sells() -> None:
    """Its sales stand in everybody's gain and in its range: the gain printed must hold them too."""
    made, exchange = town(price=0.10)
    roof = replace(made.plants[0], person="other", behind=None)
    money = money_of(with_prices(replace(made, plants=(roof,)), surplus=None), exchange)
    other = of(money, "other")
    assert other.unknown_ids == ("toit",)
    assert other.sales_eur_ht > 0.0
    assert other.is_known
    assert money.total is not None
    assert money.total.gain_eur_ht == pytest.approx(sum(p.gain_eur_ht for p in money.persons if p.is_known))


@law(40)
@given(operations(), st.sampled_from([0.05, 0.09, 0.2]))
def test_a_roof_moved_behind_a_meter_changes_the_total_by_network_taxes_and_surplus_alone(
    made_of: tuple, eur_per_kwh: float
) -> None:
    made, exchange = made_of
    # One supplier's price for all: whose kWh a local one replaces then changes no supplier's bill.
    members = tuple(
        replace(p, contract=replace(p.contract, energy_eur_per_kwh={"all": eur_per_kwh}))
        for p in made.participants
    )
    host, roof = members[0], made.plants[0]
    prices = replace(made.prices, pmo_eur_per_kwh=0.0)
    on_grid = replace(
        made, participants=members, prices=prices, plants=(replace(roof, owner=host.id), *made.plants[1:])
    )
    behind = replace(on_grid, plants=(replace(roof, owner=host.id, behind=host.id), *made.plants[1:]))
    hosts = [0, *([None] * (len(made.plants) - 1))]
    moved = exchange_behind_meters(made.steps, exchange.consumption_kwh, exchange.production_kwh, hosts)
    before, after = money_of(on_grid, exchange), money_of(behind, moved)
    received: dict[str, float] = defaultdict(float)
    turnover = 1.0
    for money, sign in ((before, -1.0), (after, 1.0)):
        for entry in money.ledger:
            received[entry.receiver] += sign * entry.eur
            received[entry.payer] -= sign * entry.eur
            turnover += abs(entry.eur)
    assert received[Account.SUPPLIERS] == pytest.approx(0.0, abs=1e-9 * turnover)
    assert received[Account.PMO] == pytest.approx(0.0, abs=1e-9 * turnover)
    named = (Account.NETWORK, Account.CTA, Account.STATE, Account.MARKET, Account.WORKS)
    lost_vat = sum(p.lost_vat_eur for p in after.persons) - sum(p.lost_vat_eur for p in before.persons)
    change = after.total.gain_eur_ht - before.total.gain_eur_ht - lost_vat
    assert change == pytest.approx(-sum(received[one] for one in named), abs=1e-9 * turnover)


def test_by_hand_full_accise_takes_its_part_of_a_persons_gain() -> None:
    """400 of 1,000 kWh are local: 400 x 30.85 EUR/MWh = 12.34 EUR of accise are spared, or not."""
    made = scenario([replace(member("a"), person="ville")], [plant(owner="x")])
    money = money_of(made, exchange_of(made, {12: [1000.0]}, {12: [400.0]}))
    buyer, seller = (next(p for p in money.persons if p.id == id_) for id_ in ("ville", "x"))
    assert buyer.gain_eur_ht == pytest.approx(400.0 * (0.128 + 0.03085 - 0.105) - 4.47 * 1.15, abs=1e-9)
    assert buyer.full_accise_gain_eur_ht == pytest.approx(buyer.gain_eur_ht - 12.34, abs=1e-9)
    assert seller.full_accise_gain_eur_ht == seller.gain_eur_ht
    assert money.total is not None
    assert money.total.gain_eur_ht - money.total.full_accise_gain_eur_ht == pytest.approx(12.34, abs=1e-9)
    # At a reduced rate of 0.5 EUR/MWh, nothing but 0.20 EUR hangs on the exemption.
    low = replace(
        made.participants[0], contract=replace(made.participants[0].contract, accise_eur_per_kwh=0.0005)
    )
    spared = money_of(replace(made, participants=(low,)), exchange_of(made, {12: [1000.0]}, {12: [400.0]}))
    (reduced,) = (p for p in spared.persons if p.id == "ville")
    assert reduced.gain_eur_ht - reduced.full_accise_gain_eur_ht == pytest.approx(0.20, abs=1e-9)


def test_by_hand_a_rent_goes_to_the_landlord_where_it_takes_part_and_costs_all_nothing() -> None:
    # A roof of the town, three years, 40 EUR of rent: to the neighbour, to the town itself, or outside.
    finance = Finance(horizon_years=3, discount_ratio=0.0, opex_indexation_ratio=0.10, inverter_year=None)
    made, exchange = town(price=0.10, finance=finance)

    def let(landlord: str | None, eur: float = 40.0) -> Money:
        roof = replace(made.plants[0], costs=PlantCosts(rent_eur_per_year=eur), landlord=landlord)
        return money_of(replace(made, plants=(roof,)), exchange)

    free, outside, own, paid = let(None, 0.0), let("nobody-here"), let("mairie"), let("voisin")
    worth = 40.0 * (1.0 + 1.1 + 1.21)
    assert of(outside, "ville").npv_eur_ht == pytest.approx(of(free, "ville").npv_eur_ht - worth, rel=1e-9)
    assert of(own, "ville").npv_eur_ht == pytest.approx(of(free, "ville").npv_eur_ht, rel=1e-9)
    assert of(own, "ville").gain_eur_ht == pytest.approx(of(free, "ville").gain_eur_ht, rel=1e-9)
    assert of(paid, "voisin").rent_eur_ht == pytest.approx(40.0, rel=1e-9)
    assert of(paid, "voisin").npv_eur_ht == pytest.approx(of(free, "voisin").npv_eur_ht + worth, rel=1e-9)
    totals = [money.total.npv_eur_ht for money in (free, own, paid) if money.total is not None]
    assert totals == pytest.approx([totals[0]] * 3, rel=1e-9)


@pytest.mark.parametrize(("last", "years"), [(date(2027, 1, 1), 1.0), (date(2028, 1, 1), 2.0)])
def test_running_costs_and_rent_of_two_years_are_twice_those_of_one(last: date, years: float) -> None:
    """500 EUR of upkeep, 150 of insurance, and 40 of rent to the neighbour, all of them a year."""
    finance = Finance(horizon_years=3, discount_ratio=0.0, inverter_year=None)
    made, exchange = town(price=0.10, days=(date(2026, 1, 1), last), finance=finance)
    costs = PlantCosts(
        opex_eur_per_year=500.0, insurance_eur_per_year=150.0, rent_eur_per_year=40.0,
        injection_turpe_eur_per_year=0.0,
    )  # fmt: skip
    roof = replace(made.plants[0], costs=costs, landlord="voisin")
    money = money_of(replace(made, plants=(roof,)), exchange)
    works = sum(entry.eur for entry in money.ledger if entry.receiver is Account.WORKS)
    assert works == pytest.approx(650.0 * years)
    assert of(money, "ville").costs_eur_ht == pytest.approx(690.0 * years)
    assert of(money, "voisin").rent_eur_ht == pytest.approx(40.0 * years)
