"""The bundled example: what it says of its price and its powers is what the program answers."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from acc.result.result import Result
from scenarios.entry.catalogue import copy_example
from scenarios.run import run
from scenarios.studies.size.run import size_folder
from tests.operations import suits_all_at


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("example") / "demo"
    copy_example("bergerac", where)
    shutil.rmtree(where / "out", ignore_errors=True)
    return where


@pytest.fixture(scope="module")
def result(folder: Path) -> Result:
    return run(folder, ran_on=date(2026, 11, 25))


def test_its_price_suits_everyone_the_first_year_and_over_the_plan(result: Result) -> None:
    money = result.money
    assert money is not None
    assert suits_all_at(money.corridor, 0.080)  # up to 83.5 EUR/MWh
    assert suits_all_at(money.plan_corridor, 0.080)  # 74.5 to 80.8
    assert not suits_all_at(money.plan_corridor, 0.082)
    assert all(person.npv_eur_ht > 0.0 for person in money.persons)


def test_its_prices_of_energy_are_those_of_the_market(result: Result) -> None:
    market = result.money.market
    assert (market.above_ids, market.below_ids) == ((), ())
    # at one reference price everybody gains 37 kEUR a year instead of 40: the prices flatter hardly
    assert market.gain_eur_ht == pytest.approx(result.money.total.gain_eur_ht, rel=0.1)


def test_a_commune_holds_sites_and_a_roof(result: Result) -> None:
    town = next(person for person in result.money.persons if person.id == "ville")
    assert town.plant_ids == ("toit-gymnase",)
    assert len(town.participant_ids) >= 2
    assert town.internal_eur_ht > 0.0


def test_its_powers_are_those_that_the_search_finds(folder: Path) -> None:
    with_canopies = folder / "operation.toml"
    text = with_canopies.read_text(encoding="utf-8")
    assert 'objective = "npv-everyone"' in text
    sizing = size_folder(folder, variant="avec les ombrières")
    assert {plant.id: plant.kwp for plant in sizing.best.plants} == {
        "toit-gymnase": pytest.approx(180.0), "ombrieres": 0.0, "hangar-cave": pytest.approx(240.0)
    }  # fmt: skip
