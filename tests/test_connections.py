"""Connections that nobody knows: their upper figure enters each range; what has none is said to have none."""

from datetime import date
from pathlib import Path

import pytest

from acc.result.outcomes import outcomes
from acc.result.result import Result
from reports.data.results import results_document
from reports.format.gains import connection_text
from reports.sentences.gains import payback_tile
from reports.terminal.answer import answer_nodes
from reports.view.view import view_of
from scenarios.entry.catalogue import copy_example
from scenarios.entry.folder.settings import read_setting
from scenarios.run import RunParts, run
from tests.scenarios.operation import write_operation

DAY = date(2026, 9, 1)


def plain(text: object) -> str:
    return str(text).replace(chr(0xA0), " ").replace(chr(0x202F), " ")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("connections") / "demo"
    copy_example("bergerac", where)
    return where


@pytest.fixture(scope="module")
def silent(folder: Path) -> Result:
    return run(folder, ran_on=DAY, parts=RunParts(ranges_folder=folder.parent / "silent"))


@pytest.fixture(scope="module")
def typed(folder: Path) -> Result:
    plants = [plant.id for plant in run(folder, ran_on=DAY).scenario.plants]
    # 0.25 EUR/Wp of 180 and of 240 kWp.
    asked = [f"plants.{id_}.connection_eur={eur}" for id_, eur in zip(plants, (45_000, 60_000), strict=True)]
    settings = tuple(read_setting(one) for one in asked)
    return run(folder, ran_on=DAY, settings=settings, parts=RunParts(ranges_folder=folder.parent / "typed"))


def test_the_upper_figure_gives_what_a_run_with_it_typed_in_gives(silent: Result, typed: Result) -> None:
    assert silent.money is not None
    assert typed.money is not None
    plan, dearer = silent.money.plan, typed.money.plan
    assert plan is not None
    assert plan.connected is not None
    assert dearer is not None
    assert dearer.connected is None
    assert plan.connection_more_eur_ht == pytest.approx(105_000.0)
    assert plan.connected.npv_eur_ht == pytest.approx(dearer.npv_eur_ht, abs=1e-6)
    assert plan.latest_payback_years == pytest.approx(dearer.payback_years, abs=1e-9)
    for one, other in zip(outcomes(silent).members, outcomes(typed).members, strict=True):
        assert one.connected_plan_eur_ht == pytest.approx(other.plan_eur_ht, abs=1e-6)
    for person, other in zip(silent.money.persons, typed.money.persons, strict=True):
        assert person.connected_by_year_eur_ht == pytest.approx(other.by_year_eur_ht, abs=1e-6)


def test_ranges_go_from_connections_at_their_upper_figure(silent: Result, typed: Result) -> None:
    assert silent.ranges is not None
    assert typed.ranges is not None
    for name in ("npv_eur_ht", "everybody_npv_eur_ht"):
        assert silent.ranges[name][""][0] == pytest.approx(typed.ranges[name][""][0], abs=1e-3)
        assert silent.ranges[name][""][2] > typed.ranges[name][""][2]
    # At the upper figure a draw in ten is never paid back: no end of a range of years, typed in or not.
    assert typed.drawn is not None
    assert typed.drawn.paid_back_ratio == pytest.approx(0.9)
    assert "payback_years" not in silent.ranges
    assert "payback_years" not in typed.ranges
    assert not [name for name in silent.ranges if name.startswith("connected")]


def test_every_medium_tells_it(silent: Result) -> None:
    assert silent.money is not None
    plan = silent.money.plan
    assert plan is not None
    said = plain(connection_text(plan))
    assert said == "connection up to 105,000 € counted"
    assert said in plain(" ".join(getattr(node, "text", "") for node in answer_nodes(silent)))
    tile = payback_tile(view_of(silent))
    assert tile is not None
    assert plain(tile.number) == "11 to 16"  # before the inverter of year 13, or after it
    assert said in plain(tile.note)
    document = results_document(silent)["plan"]
    assert isinstance(document, dict)
    assert document["connection_more_eur_ht"] == pytest.approx(105_000.0)


def test_a_plant_of_which_no_upper_figure_is_known_is_said_to_be_left_out(tmp_path: Path) -> None:
    write_operation(tmp_path)
    lines = (tmp_path / "plants.csv").read_text(encoding="utf-8").splitlines()
    at = lines[0].split(";").index("kwp")
    cells = lines[1].split(";")
    cells[at] = "300"
    (tmp_path / "plants.csv").write_text("\n".join([lines[0], ";".join(cells)]) + "\n", encoding="utf-8")
    result = run(tmp_path, ran_on=DAY)
    assert result.money is not None
    plan = result.money.plan
    assert plan is not None
    assert plan.connected is None
    assert plain(connection_text(plan)) == "connection unknown above 250 kVA: not counted for 1 plant"
    assert outcomes(result).together.connected_plan_eur_ht is None
