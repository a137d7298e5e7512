"""What a person holds and what each of its plants gives back: by hand, and summed to its balance."""

from dataclasses import replace

import pytest

from acc.accounts.persons import holdings
from acc.accounts.producers import roofs
from acc.finance import Finance
from acc.plan.values import PaybackState
from acc.sites import Kind, Person, PlantCosts
from tests.acc.accounts.test_persons import of, town
from tests.operations import member, money_of, plant, scenario


def test_without_persons_each_owner_and_each_participant_is_its_own_person() -> None:
    made = scenario(
        (member("mairie"), member("ecole")),
        [plant("toit", owner="mairie"), plant("ombriere", owner="Soleil SA")],
    )
    found = {one.id: (one.sites, one.plants) for one in holdings(made)}
    assert found == {"mairie": ((0,), (0,)), "ecole": ((1,), ()), "Soleil SA": ((), (1,))}


def test_a_person_of_the_table_holds_what_names_it_and_has_its_kind() -> None:
    made, _exchange = town(price=0.1)
    made = replace(made, persons=(Person(id="ville", name="Ville", kind=Kind.COMMUNE),))
    city, neighbour = holdings(made)
    assert (city.name, city.kind, city.sites, city.plants) == ("Ville", Kind.COMMUNE, (0, 1), (0,))
    assert neighbour.id == "voisin"


def test_by_hand_a_plant_is_paid_back_when_its_income_has_covered_what_was_invested() -> None:
    # 9 kWp at 10 EUR: 90 EUR. 8 kWh at 0.10: 0.80 EUR a year, less 0.30 of insurance: 180 years, never.
    finance = Finance(
        horizon_years=3, discount_ratio=0.1, capex_eur_per_kwp=10.0, opex_eur_per_kwp_year=0.0,
        degradation_ratio=0.0, inverter_year=None, opex_indexation_ratio=0.0,
    )  # fmt: skip
    made, exchange = town(price=0.10, finance=finance)
    costs = PlantCosts(insurance_eur_per_year=0.30, injection_turpe_eur_per_year=0.0)
    made = replace(made, plants=(replace(made.plants[0], costs=costs),))
    money = money_of(made, exchange)
    (roof,) = roofs(money, finance, [0])
    assert roof.invested_eur_ht == pytest.approx(90.0)
    assert roof.gain_eur_ht == pytest.approx(0.80 - 0.30 * money.period_years)
    assert (roof.payback_years, roof.payback_state) == (None, PaybackState.NEVER)
    cheap = replace(made, plants=(replace(made.plants[0], costs=replace(costs, capex_eur=1.2)),))
    (roof,) = roofs(money_of(cheap, exchange), finance, [0])
    yearly = 0.80 / money.period_years - 0.30
    assert roof.payback_years == pytest.approx(1.2 / yearly)


def test_sites_and_plants_of_a_person_sum_to_its_balance() -> None:
    finance = Finance(horizon_years=3, discount_ratio=0.1)
    money = money_of(*town(price=0.10, scale=1000.0, finance=finance))
    city = of(money, "ville")
    (roof,) = roofs(money, finance, [0])
    savings = sum(p.saving_eur_ht for p in money.participants if p.id in city.participant_ids)
    assert savings + roof.gain_eur_ht == pytest.approx(city.gain_eur_ht, abs=1e-9)
