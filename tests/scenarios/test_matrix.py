"""Keys x powers x prices in one line: which scenarios, what they are called, each as its own run."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from acc.problem import InputError
from reports.format.labels import case_titles
from scenarios.entry.catalogue import copy_example
from scenarios.entry.folder.load import load
from scenarios.entry.folder.question import read_question
from scenarios.run import run
from scenarios.variants import ComparedScenarios, scenarios_to_compare, shared_store

DAY = date(2026, 11, 25)
ROOFS = ("toit-gymnase=180/99",)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("matrix") / "example"
    copy_example("bergerac", folder)
    return folder


def crossed(folder: Path, keys: str, sets: tuple[str, ...], powers: tuple[str, ...]) -> ComparedScenarios:
    return scenarios_to_compare(folder, keys=keys, settings=read_question(sets, (), powers))


def test_four_keys_two_sizes_and_two_prices_are_sixteen_scenarios_the_folder_among_them(
    example: Path,
) -> None:
    found = crossed(example, "prorata,equal,static,priority", ("prix=80/95",), ROOFS)
    # The folder is by consumption, 180 kWp, 80 EUR/MWh: it is the first, the others stand beside it.
    assert len(found.cases) == 15
    assert found.settings == found.keys == ()
    asked: set[tuple[object, ...]] = {
        tuple(setting.value for setting in settings) for _variant, settings in found.cases
    }
    assert ("prorata", 80, 180) not in asked
    assert len(asked) == 15
    scenarios = [load(example), *(load(example, settings=settings) for _variant, settings in found.cases)]
    titles = case_titles(scenarios, {"toit-gymnase": "School roof"})
    words = [title.replace("\xa0", " ") for title in titles]
    assert words[0] == "By consumption, School roof 180 kWp, 80 €/MWh (the folder)"
    assert words[-1] == "By priority, School roof 99 kWp, 95 €/MWh"
    assert len(set(titles)) == 16


def test_words_common_to_all_are_left_out(example: Path) -> None:
    found = scenarios_to_compare(example, asks=("prix=95 cle=equal", "prix=95 cle=static"))
    settings = [settings for _variant, settings in found.cases]
    same = [load(example, settings=one) for one in settings]
    assert case_titles(same, {}) == ("Equal shares", "Static")
    assert case_titles([load(example)], {}) == ("The folder",)


def test_a_scenario_that_is_asked_twice_in_other_words_is_compared_once(example: Path) -> None:
    found = scenarios_to_compare(
        example, asks=("prix=95", "prices.local_eur_per_mwh=95.0", "prix=80", "cle=prorata")
    )
    assert [settings[0].value for _variant, settings in found.cases] == [95]


def test_every_wrong_key_power_and_price_is_told_at_once(example: Path) -> None:
    with pytest.raises(InputError) as told:
        crossed(example, "prorata,egale", ("prix=80/ab",), ("toit-gymnase=99/x", "nowhere=3/4"))
    places = {problem.path for problem in told.value.problems}
    assert places == {"--keys cle=egale", "--set prix=ab", "--kwp toit-gymnase=x", "--kwp"}
    assert len(told.value.problems) == 4


def test_a_comma_is_not_taken_for_one_number_nor_for_two(example: Path) -> None:
    with pytest.raises(InputError, match="prix=80/95"):
        crossed(example, "", ("prix=80,95",), ())
    # A comma in a text, in another section, is no number.
    assert crossed(example, "", ("operation.name=One, two",), ()).cases == ()


def test_several_values_are_not_kept_as_one_variant(example: Path) -> None:
    with pytest.raises(InputError, match="one value"):
        scenarios_to_compare(example, settings=read_question(("prix=80/95",)), save="Two prices")


def test_every_scenario_is_its_own_run(example: Path) -> None:
    found = crossed(example, "equal,priority", ("prix=95",), ROOFS)
    held = shared_store(example, use_cache=False)
    for variant, settings in found.cases:
        one: dict[str, Any] = {"ran_on": DAY, "variant": variant, "advised": False}
        beside_others = run(example, **one, settings=settings, cache=held)
        key, *powers = (setting for setting in settings if setting.path != "prices.local_eur_per_mwh")
        typed = read_question(("prix=95",), (), [f"toit-gymnase={power.value}" for power in powers])
        alone = run(example, **one, key=str(key.value), settings=typed, use_cache=False)
        assert abs(beside_others.energy.received_kwh - alone.energy.received_kwh).max() < 1e-9
        assert beside_others.money is not None
        assert alone.money is not None
        pairs = zip(beside_others.money.persons, alone.money.persons, strict=True)
        assert all(abs(a.gain_eur_ht - b.gain_eur_ht) < 0.01 for a, b in pairs)
        pairs = zip(beside_others.money.persons, alone.money.persons, strict=True)
        assert all(abs((a.npv_eur_ht or 0.0) - (b.npv_eur_ht or 0.0)) < 0.01 for a, b in pairs)
