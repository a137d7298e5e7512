"""The year that is asked for: its sites, plants and members as data, and before other tables on screen."""

from datetime import date
from pathlib import Path

import pytest

from acc.result.year_outcomes import gains_eur_ht
from reports.data.years import year_document
from reports.nodes.tree import TextTable
from reports.terminal.run import result_nodes
from scenarios.run import RunParts, run
from tests.scenarios.operation import write_operation

ROWS = "id;what;since;ratio\ngymnase;starts;2028-04-01;\necole;scale;2030;0,5\ngarage;leaves;2031;\n"


@pytest.mark.parametrize("key", ["prorata", "nearest-first"])
def test_a_year_holds_its_own_sites_plants_and_members(tmp_path: Path, key: str) -> None:
    write_operation(tmp_path)
    (tmp_path / "changes.csv").write_text(ROWS, encoding="utf-8")
    result = run(tmp_path, ran_on=date(2026, 11, 29), key=key, parts=RunParts(advice=False))
    told = year_document(result, 2035)["asked_year"]
    assert isinstance(told, dict)
    assert result.years is not None
    sums = result.years.energies[9]
    assert told["year"] == 2035
    assert [one["received_kwh"] for one in told["participants"]] == sums.received_kwh.tolist()
    sites = {one["id"]: one for one in told["participants"]}
    assert sites["ecole"]["consumption_kwh"] == pytest.approx(44_000.0)
    assert sites["garage"]["received_kwh"] == 0.0
    plants = {one["id"]: one for one in told["plants"]}
    assert plants["gymnase"]["production_kwh"] > 50_000.0  # it makes nothing in the first year
    assert result.energy.production_kwh[0] == 0.0
    shared = sum(one["shared_kwh"] for one in told["plants"])
    assert shared == pytest.approx(told["shared_kwh"]) == pytest.approx(sums.received_kwh.sum())
    for one in told["plants"]:
        assert one["local_eur_ht"] == pytest.approx(0.105 * one["shared_kwh"])
    gains = [one["gain_eur_ht"] for one in told["members"] if one["gain_eur_ht"] is not None]
    assert sum(gains) == pytest.approx(gains_eur_ht(result.money)[10]) == pytest.approx(told["gain_eur_ht"])
    assert year_document(result, None) == {}


def test_the_year_is_the_first_table_and_the_first_year_has_its_name(tmp_path: Path) -> None:
    write_operation(tmp_path)
    (tmp_path / "changes.csv").write_text(ROWS, encoding="utf-8")
    result = run(tmp_path, ran_on=date(2026, 11, 29), parts=RunParts(advice=False))
    tables = [node for node in result_nodes(result, tmp_path, 2035) if isinstance(node, TextTable)]
    assert [table.columns[0].head for table in tables[:2]] == ["2035", "2035"]
    assert tables[1].rows[0][0].text == "Gymnase"
    named = [table.columns[0].head for table in tables[2:]]
    assert {"Participant, 2026", "Plant, 2026"} <= set(named)
    (plants,) = [table for table in tables if table.columns[0].head == "Plant, 2026"]
    assert plants.rows[0][0].text == "Gymnase (from 01/04/2028)"
