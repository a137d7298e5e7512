"""Page 1 and the terminal say which plants are counted as roofs because no kind is written."""

from dataclasses import replace

from acc.result.result import Result
from acc.sites import PlantKind
from reports.sentences.page1 import uncertain
from reports.terminal.run import result_nodes
from reports.terminal.screen import show
from reports.view.view import view_of
from tests.reports.make import small
from tests.reports.make_money import with_money


def told(kinds: PlantKind | None, doubted: frozenset[str]) -> Result:
    made = small(8)
    plants = tuple(replace(plant, kind=kinds) for plant in made.scenario.plants)
    scenario = replace(made.scenario, plants=plants, doubted=doubted)
    return with_money(replace(made, scenario=scenario))


def test_page_1_counts_the_roofs_that_nobody_wrote_and_names_the_doubted_one() -> None:
    first = small(8).scenario.plants[0]
    said = " ".join(uncertain(view_of(told(None, frozenset()))))
    assert "is counted as a roof: its kind is not written." in said
    said = " ".join(uncertain(view_of(told(None, frozenset({f"plants.{first.id}.kind"})))))
    assert f"its kind is not written ({first.name}: to be checked)." in said
    assert "roof: its" not in " ".join(uncertain(view_of(told(PlantKind.ROOF, frozenset()))))


def test_a_run_says_the_doubted_roof_below_the_euros_of_the_plants(capsys, tmp_path) -> None:  # type: ignore[no-untyped-def]
    first = small(8).scenario.plants[0]
    show(result_nodes(told(None, frozenset({f"plants.{first.id}.kind"})), tmp_path))
    lines = capsys.readouterr().out.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("Plants: "))
    assert f"Counted as a roof, to be checked (`kind`): {first.name}." in " ".join(lines[at : at + 4])
