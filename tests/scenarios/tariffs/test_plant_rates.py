"""From the dated rows to what plants cost: by kind, size, voltage and place; what is not known is said."""

from dataclasses import replace
from datetime import date

import pytest

from acc.bills.tariffs import Tariffs
from acc.finance import Finance
from acc.plan.plants import capex_eur
from acc.scenario import Scenario
from acc.sites import PlantCosts, PlantKind, Position
from scenarios.operation.tariffs.build import tariffs
from scenarios.rates.table import read_rates
from tests.operations import member, plant, scenario


def made(*plants: object, finance: Finance | None = None, on: date | None = None) -> tuple[Scenario, Tariffs]:
    dated = {} if on is None else {"on": on}
    given = scenario([member("a")], list(plants), finance=finance or Finance(), **dated)
    return given, tariffs(read_rates(), given)


def said(prices: Tariffs, what: str) -> list[tuple[str, str]]:
    return [(value, why) for name, value, why in prices.assumptions if name == what]


def test_canopies_cost_within_the_published_range() -> None:
    _given, prices = made(replace(plant(kwp=420.0), kind=PlantKind.CANOPY))
    costs = dict(prices.plant_costs.capex_by_kind[PlantKind.CANOPY])
    assert 1300.0 <= costs[250.0] <= costs[0.0] <= 1800.0
    assert [rate.name for rate in prices.rates if rate.name.startswith("pv.ca")] == ["pv.canopy.from-250"]
    assert said(prices, "Investment")[0][0] == "1,550 EUR/kWp"
    assert not said(prices, "Kind of a plant")


def test_the_injection_pays_management_and_metering_of_its_voltage() -> None:
    _given, prices = made(plant(), on=date(2026, 3, 1))
    # 16.80 + 22.00, 217.80 + 283.27, 435.72 + 376.39 of the grid of August 2025.
    bounds, amounts = zip(*prices.plant_costs.injection_turpe_eur_per_year, strict=True)
    assert bounds == (0.0, 36.0, 250.0)
    assert amounts == pytest.approx((38.80, 501.07, 812.11))


def test_the_power_of_one_operator_at_one_place_decides_of_ifer() -> None:
    here, far = Position(44.85, 0.48), Position(44.95, 0.48)
    first = replace(plant(kwp=60.0), id="un", name="Un", owner="ville", position=here)
    second = replace(first, id="deux", name="Deux")
    third = replace(first, id="trois", name="Trois", owner="cave")
    fourth = replace(first, id="quatre", name="Quatre", position=far)
    _given, prices = made(first, second, third, fourth)
    assert prices.plant_costs.operator_kwp == {"un": 120.0, "deux": 120.0, "trois": 60.0, "quatre": 60.0}
    assert prices.plant_costs.ifer.reduced_eur_per_kwp == 3.542
    ((value, why),) = said(prices, "Tax on network companies (IFER)")
    assert value == "3.542 EUR/kWp a year"
    assert why.endswith("(Un, Deux)")


def test_an_unknown_connection_is_asked_for_with_its_range() -> None:
    _given, prices = made(plant(kwp=180.0))
    (warning,) = [text for text in prices.warnings if "connection_eur" in text]
    assert "without its connection (180 kVA: a feeder of its own)" in warning
    assert "up to 45,000 EUR" in warning  # 180 kWp x 0.25 EUR/Wp
    _given, prices = made(plant(kwp=420.0))
    (warning,) = [text for text in prices.warnings if "connection_eur" in text]
    assert "medium voltage" in warning
    assert "105,000 EUR or more" in warning
    known = replace(plant(kwp=420.0), costs=PlantCosts(connection_eur=60_000.0))
    assert not [text for text in made(known)[1].warnings if "connection_eur" in text]


def test_a_rent_that_no_member_receives_is_told_to_leave_the_group() -> None:
    let = replace(plant(), costs=PlantCosts(rent_eur_per_year=300.0))
    assert said(made(let)[1], "Rent")[0][0] == "it goes outside the group"
    assert not said(made(replace(let, landlord="a"))[1], "Rent")


def test_what_a_row_states_is_no_default() -> None:
    own = PlantCosts(
        capex_eur=1.0,
        connection_eur=1.0,
        opex_eur_per_year=1.0,
        insurance_eur_per_year=0.0,
        rent_eur_per_year=0.0,
        inverter_eur=1.0,
        injection_turpe_eur_per_year=0.0,
        ifer_eur_per_year=0.0,
        life_years=25,
    )
    _given, prices = made(
        replace(plant(kwp=180.0), costs=own), finance=Finance(opex_indexation_ratio=0.0, inverter_year=13)
    )
    names = {name for name, _value, _why in prices.assumptions}
    assert not names & {
        "Investment",
        "Connection",
        "Running cost",
        "Insurance",
        "Rent",
        "Inverters",
        "Network tariff of the injection",
        "Tax on network companies (IFER)",
        "Growth of costs",
        "Life of plants",
    }
    assert not [rate for rate in prices.rates if rate.name.startswith("pv.")]


def test_costs_grow_as_the_row_says_and_it_is_said() -> None:
    _given, prices = made(plant())
    assert said(prices, "Growth of costs")[0][0] == "2.0 % a year"
    _given, prices = made(plant(), finance=Finance(indexation_ratio=0.03))
    assert said(prices, "Growth of costs")[0][0] == "3.0 % a year"


@pytest.mark.parametrize(
    ("kind", "kwp", "eur"),
    [
        (PlantKind.ROOF, 99.0, 99.0 * 1100.0),
        (PlantKind.ROOF, 180.0, 180.0 * 950.0),
        (PlantKind.CANOPY, 132.0, 132.0 * 1800.0),
        (PlantKind.CANOPY, 420.0, 420.0 * 1550.0),
        (PlantKind.GROUND, 30.0, 30.0 * 1350.0),
        (PlantKind.GROUND, 200.0, 200.0 * 950.0),
        (PlantKind.GROUND, 500.0, 500.0 * 800.0),
    ],
)
def test_each_kind_and_size_has_its_own_dated_cost(kind: PlantKind, kwp: float, eur: float) -> None:
    site = replace(plant(kwp=kwp), kind=kind)
    given, prices = made(site)
    assert capex_eur(site, given.finance, prices.plant_costs) == pytest.approx(eur)
    assert all(rate.reference and rate.confidence for rate in prices.rates if rate.name.startswith("pv."))
