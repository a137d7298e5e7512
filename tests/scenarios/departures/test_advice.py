"""A local price under the cost of a kWh, and members who can only lose: said with what to do and its gain."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from acc.changes import DatedChange, What
from acc.exchange import Exchange
from acc.finance import Finance
from acc.result.result import KeyOutcome
from acc.scenario import KeyChoice, Scenario
from acc.sites import FixedPrice, Kind, PlantCosts
from scenarios.entry.places.geography import members_of
from scenarios.operation.departures.departures import advice, everybody_eur, gain_without, without
from scenarios.operation.ready.operation import Operation
from scenarios.operation.tariffs.price import tariffs_of
from tests.operations import exchange_of, member, plant, scenario, with_prices

NOON_JULY = 24 * 194 + 11
ONE_YEAR = Finance(
    horizon_years=1, discount_ratio=0.0, capex_eur_per_kwp=100.0, opex_eur_per_kwp_year=0.0,
    inverter_year=None, degradation_ratio=0.0,
)  # fmt: skip


def advised(made: Scenario, exchange: Exchange) -> tuple[str, ...]:
    members = members_of(made.participants, made.plants)
    operation = Operation(made, Path(), exchange, members, tariffs_of(made, exchange))
    return advice(operation, operation.outcome(made.key), None)


def one_roof(needs_kwh: list[float], **given: object) -> tuple[Scenario, Exchange]:
    """Return members a, b... and a roof of 9 kWp that makes 400 kWh in one hour of July, local price 105."""
    names = "abc"[: len(needs_kwh)]
    people = [member(name, energy_eur_per_kwh={"all": 0.128}) for name in names]
    free = PlantCosts(insurance_eur_per_year=0.0, injection_turpe_eur_per_year=0.0)
    made = scenario(people, [plant(owner="sem", costs=free)], finance=ONE_YEAR)
    made = replace(made, **given)
    return made, exchange_of(made, {NOON_JULY: needs_kwh}, {NOON_JULY: [400.0]})


def test_a_local_price_under_the_cost_of_a_kwh_says_from_which_price_the_plan_is_worth_something() -> None:
    """900 EUR for 400 kWh: 2,250 EUR/MWh. 100 kWh of surplus at 50: (900 - 5) / 300 kWh = 2,983.3."""
    made, exchange = one_roof([300.0])
    (text,) = advised(made, exchange)
    assert text == (
        "sem: the local price, 105.0 EUR/MWh, is under what a kWh costs over the plan, 2250.0 (LCOE). "
        "Its plan is worth nothing at 2983.3: raise the price, or lower the costs."
    )
    # 2,250 EUR/MWh in a year: that price is not under the cost.
    assert advised(with_prices(made, local_eur_per_kwh=2.25), exchange)[:1] != (text,)


@pytest.mark.parametrize(
    "path", ["prices.local_eur_per_mwh", "plants.roof.capex_eur", "participants.a.annual_kwh"]
)
def test_no_price_is_advised_that_rests_on_a_figure_that_is_doubted(path: str) -> None:
    """A price of 10.5 for 105 would be answered by 2,983: whoever types that has lost the price meant."""
    made, exchange = one_roof([300.0])
    path = path.replace("roof", made.plants[0].id)
    assert advised(replace(made, doubted={path: "unlikely"}), exchange) == ()
    assert len(advised(replace(made, doubted={"participants.a.prm": "unlikely"}), exchange)) == 1


@pytest.mark.parametrize("path", ["prices.pmo_eur_per_year", "participants.b.annual_kwh"])
def test_nobody_whose_need_is_doubted_is_advised_to_stay_out(path: str) -> None:
    made, exchange = one_roof([400.0, 0.0], finance=None)
    assert advised(replace(made, doubted={path: "unlikely"}), exchange) == ()


def test_a_price_under_the_cost_that_pays_all_the_same_is_not_warned_of() -> None:
    """900 EUR for 400 kWh, 2,250 EUR/MWh; the surplus sold at 9,000 EUR/MWh pays them at any local price."""
    made, exchange = one_roof([300.0])
    assert advised(with_prices(made, surplus=FixedPrice(9.0)), exchange) == ()


def test_an_owner_who_gains_in_all_is_not_told_to_raise_its_price() -> None:
    """900 EUR of roof for 400 kWh, of which its site buys 300 at 105 in place of 12,800 EUR/MWh."""
    made, exchange = one_roof([300.0, 1.0])
    people = (replace(made.participants[0], person="sem"), made.participants[1])
    dear = replace(people[0].contract, energy_eur_per_kwh={"all": 12.8})
    made = replace(made, participants=(replace(people[0], contract=dear), people[1]))
    assert not [text for text in advised(made, exchange) if "raise the price" in text]


def test_who_sells_to_itself_alone_is_not_told_its_price() -> None:
    made, exchange = one_roof([300.0])
    alone = replace(
        made,
        participants=tuple(replace(m, person="commune") for m in made.participants),
        plants=tuple(replace(p, person="commune") for p in made.plants),
    )
    assert advised(alone, exchange) == ()


def test_who_can_only_lose_is_advised_to_stay_out_with_the_gain_of_it() -> None:
    """b uses nothing at that hour and pays 4.47 EUR of management and 15 % of CTA: 5.14 EUR."""
    made, exchange = one_roof([400.0, 0.0], finance=None)
    (text,) = advised(made, exchange)
    assert text == (
        "B can only lose, at any local price: leave it out (`active = false`); members and producers "
        "together then gain 5 EUR more over the period"
    )


def test_nobody_is_advised_to_stay_out_on_a_year_before_a_plant_or_a_site_comes() -> None:
    later = DatedChange(site="roof", what=What.STARTS, since=date(2029, 6, 1))
    made, exchange = one_roof([400.0, 0.0], finance=None)
    assert advised(made, exchange)
    assert advised(replace(made, changes=(later,)), exchange) == ()


def test_what_the_others_gain_without_it_asks_no_year_of_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    made, exchange = one_roof([400.0, 0.0], finance=replace(ONE_YEAR, horizon_years=20))
    asked: list[Finance | None] = []
    real = Operation.outcome

    def outcome(operation: Operation, *given: Any, **more: Any) -> KeyOutcome:
        asked.append(operation.scenario.finance)
        return real(operation, *given, **more)

    monkeypatch.setattr(Operation, "outcome", outcome)
    (text,) = [text for text in advised(made, exchange) if "can only lose" in text]
    assert text == advised(replace(made, finance=None), exchange)[0]
    assert asked[1:] == [None]  # of the folder without a plan; without b it is summed


@pytest.mark.parametrize("key", ["prorata", "equal", "static-redistributed", "catch-up"])
def test_the_gain_without_them_is_that_of_the_operation_settled_without_them(key: str) -> None:
    made, exchange = one_roof([400.0, 0.0, 150.0], finance=None, key=KeyChoice(name=key))
    operation = Operation(
        made, Path(), exchange, members_of(made.participants, made.plants), tariffs_of(made, exchange)
    )
    before, left = (one.outcome(made.key).money for one in (operation, without(operation, None, [0, 2], [0])))
    assert before
    assert left
    gain = gain_without(operation, before, [1], None)
    assert gain == pytest.approx(everybody_eur(left) - everybody_eur(before), abs=1e-9)


def test_the_kwh_of_who_stays_out_go_to_the_others() -> None:
    """Half of 400 kWh goes to b, whose supplier is free: at no price does it gain.

    b out: a receives 200 kWh more in place of b. Before, b loses 0.105 x 200 + 5.1405 - accise 0.03085 x 200
    = 19.9705; a gains then (0.128 + 0.03085 - 0.105) x 200 = 10.77. Together 30.7405; the roof sells as much.
    """
    made, exchange = one_roof([400.0, 400.0], finance=None, key=KeyChoice(name="prorata"))
    a, b = made.participants
    free = replace(b, contract=replace(b.contract, energy_eur_per_kwh={"all": 0.0}))
    made = with_prices(replace(made, participants=(a, free)), pmo_eur_per_kwh=0.0)
    # At a local price of 0 it would still spare the accise: it does not lose at any price.
    assert advised(made, exchange) == ()
    dear = with_prices(made, pmo_eur_per_kwh=0.04)
    (text,) = advised(dear, exchange)
    assert text.startswith("B can only lose, at any local price")
    # The fees, by kWh, are the same 400 x 0.04 for a alone.
    assert "then gain 31 EUR more over the period" in text


def test_the_owner_of_a_roof_is_not_advised_to_stay_out() -> None:
    made, exchange = one_roof([400.0, 0.0], finance=None)
    assert advised(replace(made, plants=(replace(made.plants[0], owner="b"),)), exchange) == ()


@pytest.mark.parametrize("local_eur_per_kwh", [0.0, 0.105])
def test_nobody_is_advised_where_all_gain(local_eur_per_kwh: float) -> None:
    made, exchange = one_roof([200.0, 200.0], finance=None)
    assert advised(with_prices(made, local_eur_per_kwh=local_eur_per_kwh), exchange) == ()


def test_a_commune_whose_rows_name_no_person_is_asked_to_say_that_it_is_one() -> None:
    made, exchange = one_roof([300.0, 100.0])
    town = replace(
        made,
        participants=tuple(
            replace(m, kind=Kind.COMMUNE, insee="24037", name=f"Site {m.id}") for m in made.participants
        ),
        plants=tuple(replace(p, owner="Commune") for p in made.plants),
    )
    (text,) = advised(town, exchange)
    assert text.startswith("Site a, Site b are told as 2 members, to whom Commune sells.")
    assert "it sells itself nothing" in text
    # It replaces the advice on a price that such a commune would pay itself.
    assert "LCOE" not in text
    named = replace(town, participants=tuple(replace(m, person="ville") for m in town.participants))
    assert not any("write its name" in text for text in advised(named, exchange))
    other = replace(town, participants=(town.participants[0], made.participants[1]))
    assert not any("write its name" in text for text in advised(other, exchange))
