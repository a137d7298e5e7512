"""The screen of a comparison: what decides comes first, and what makes scenarios differ is said."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from acc.result.result import Result
from acc.rules.check import Check, State
from reports.documents.brief import brief_document
from reports.format.labels import scenario_label
from reports.nodes.tree import Node, Paragraph, TextTable
from reports.terminal.run import compared_nodes, comparison_nodes
from tests.reports.make import make_result
from tests.reports.make_money import with_money


@pytest.fixture(scope="module")
def result() -> Result:
    return with_money(make_result(others=("static", "equal")))


def within(result: Result, label: str, *broken: str) -> Result:
    """Return the same operation asked otherwise, which breaks some rules."""
    checks = tuple(Check(rule="distance", state=State.NOT_MET, title=title) for title in broken)
    return replace(result, checks=checks, scenario=replace(result.scenario, questions=(label,)))


def test_a_variant_that_the_program_gives_is_told_in_words(result: Result) -> None:
    scenario = replace(result.scenario, variant="reforme-heures-creuses", questions=("prix=95",))
    assert scenario_label(scenario) == "off-peak hours after the reform · prix=95"
    assert scenario_label(replace(scenario, variant="sans atelier")) == "sans atelier · prix=95"
    assert scenario_label(result.scenario) == ""
    for told in (reformed := replace(result, scenario=scenario), result):
        document = str(brief_document(told)) + str(list(compared_nodes([told, result], ())))
        assert "reforme-heures-creuses" not in document
        assert ("off-peak hours after the reform" in document) is (told is reformed)


def first_table(nodes: Sequence[Node]) -> int:
    return next(place for place, node in enumerate(nodes) if isinstance(node, TextTable))


def said(nodes: Sequence[Node]) -> str:
    return " ".join(node.text for node in nodes if isinstance(node, Paragraph))


def test_what_the_criteria_choose_stands_above_every_table(result: Result) -> None:
    nodes = list(comparison_nodes(result, ()))
    assert "criteria choose" in said(nodes[: first_table(nodes)])
    nodes = list(compared_nodes([within(result, "a"), within(result, "b")], ()))
    assert "criteria" in said(nodes[: first_table(nodes)])


def test_perimeters_with_the_same_figures_are_told_apart_by_what_forbids_them(result: Result) -> None:
    near, far = "Two sites are 21 km apart, 2 at most", "Two sites are 21 km apart, 10 at most"
    asked = [within(result, "2 km", near), within(result, "10 km", far), within(result, "20 km")]
    nodes = list(compared_nodes(asked, ()))
    place = first_table(nodes)
    table = nodes[place]
    assert isinstance(table, TextTable)
    titles = [row[0].text for row in table.rows]
    assert titles == ["2 km (not lawful)", "10 km (not lawful)", "20 km"]
    assert len({tuple(cell.text for cell in row[1:]) for row in table.rows}) == 1
    above = str(nodes[:place])
    assert near in above
    assert far in above


def test_a_power_that_is_asked_is_told_by_the_name_of_its_plant(result: Result) -> None:
    plant = result.scenario.plants[0]
    asked = replace(
        result.scenario,
        questions=(f"kwp.{plant.id}=199", f"plants.{plant.id}.active=false"),
        plants=(replace(plant, kwp=199.0), *result.scenario.plants[1:]),
    )
    shown = list(compared_nodes([result, replace(result, scenario=asked)], []))
    tables = [node for node in shown if isinstance(node, TextTable)]
    title = tables[0].rows[1][0].text.replace("\xa0", " ")
    assert title.startswith(f"{plant.name} 199 kWp, without {plant.name}")
    assert not [row for table in tables for row in table.rows for cell in row if "kwp." in cell.text]
