"""Page 1 and the terminal say which plants are counted as roofs because no kind is written."""

from dataclasses import replace

from acc.plant_model import Mounting
from acc.result.result import Result
from acc.sites import Plant, PlantKind
from reports.sentences import limits
from reports.sentences.overview import uncertain
from reports.terminal.check import check_nodes
from reports.terminal.run import result_nodes
from reports.terminal.screen import show
from reports.view.view import holders_shown, sheet_view_of, view_of
from tests.reports.make import small
from tests.reports.make_money import with_money


def told(kinds: PlantKind | None, doubted: dict[str, str], mounting: Mounting = Mounting.ROOF) -> Result:
    made = small(8)
    plants = tuple(
        replace(plant, kind=kinds, model=replace(plant.model, mounting=mounting))
        for plant in made.scenario.plants
    )
    scenario = replace(made.scenario, plants=plants, doubted=doubted)
    return with_money(replace(made, scenario=scenario))


def doubt(plant: Plant) -> dict[str, str]:
    return {f"plants.{plant.id}.kind": f"{plant.name}: no `kind`: write `kind = canopy`"}


def test_page_1_counts_the_roofs_that_nobody_wrote_and_names_the_doubted_one() -> None:
    first = small(8).scenario.plants[0]
    said = " ".join(uncertain(view_of(told(None, {}))))
    assert "is counted as a roof: its kind is not written." in said
    said = " ".join(uncertain(view_of(told(None, doubt(first)))))
    assert f"its kind is not written ({first.name}: to be checked)." in said
    assert "roof: its" not in " ".join(uncertain(view_of(told(PlantKind.ROOF, {}))))


def test_a_run_says_the_doubted_roof_below_the_euros_of_the_plants(capsys, tmp_path) -> None:  # type: ignore[no-untyped-def]
    first = small(8).scenario.plants[0]
    show(result_nodes(told(None, doubt(first)), tmp_path))
    lines = capsys.readouterr().out.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("Plants: "))
    assert f"Counted as a roof, to be checked (`kind`): {first.name}." in " ".join(lines[at : at + 4])


def test_a_cell_to_write_is_told_to_the_keeper_and_its_meaning_to_the_owner() -> None:
    made = told(None, {})
    person, holder = next((n, one) for n, one in enumerate(holders_shown(made)) if one.plants)
    plant = made.scenario.plants[holder.plants[0]]
    # In a group's folder the plants of the other groups are doubted too.
    known = {**doubt(plant), "plants.elsewhere.kind": "Elsewhere: no `kind`: write `kind = canopy`"}
    warnings = (*made.provenance.warnings, *known.values())
    result = replace(told(None, known), provenance=replace(made.provenance, warnings=warnings))
    assert "`kind = canopy`" in str(list(check_nodes(result)))  # the screen of who keeps the folder
    sheet = limits.warnings(sheet_view_of(result, person), own=True)
    assert any(text.startswith(f"{plant.name}: counted as a roof") for text in sheet)
    view = view_of(result)
    for text in (*sheet, *limits.all_warnings(view), *limits.warnings(view)):
        assert "`kind" not in text


def test_a_plant_laid_free_has_the_price_of_a_roof_and_is_not_told_as_one(capsys, tmp_path) -> None:  # type: ignore[no-untyped-def]
    first = small(8).scenario.plants[0]
    made = told(None, doubt(first), Mounting.FREE)
    said = " ".join(uncertain(view_of(made)))
    assert f"the price of a roof: its kind is not written ({first.name}: to be checked)." in said
    assert "counted as a roof" not in said
    show(result_nodes(made, tmp_path))
    screen = " ".join(capsys.readouterr().out.split())
    assert f"Counted at the price of a roof, to be checked (`kind`): {first.name}." in screen
    assert "Counted as a roof" not in screen
    person = next(n for n, one in enumerate(holders_shown(made)) if 0 in one.plants)
    sheet = limits.warnings(sheet_view_of(made, person), own=True)
    assert any(text.startswith(f"{first.name}: counted at the cost of a roof.") for text in sheet)
    assert not [text for text in sheet if "losses" in text and first.name in text]
