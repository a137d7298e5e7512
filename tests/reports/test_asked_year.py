"""The year that is asked for: its sites, plants and members as data, and before other tables on screen."""

from datetime import date
from pathlib import Path

import pytest

from acc.result.year_outcomes import gains_eur_ht
from reports.data.asked_year import year_document
from reports.data.results import results_document
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
    document, first = year_document(result, 2035), results_document(result)
    year = document["asked_year"]
    assert isinstance(year, dict)
    assert result.years is not None
    sums = result.years.energies[9]
    assert document["year"] == year["year"] == 2035
    assert [site["received_kwh"] for site in document["participants"]] == sums.received_kwh.tolist()
    sites = {site["id"]: site for site in document["participants"]}
    assert sites["ecole"]["consumption_kwh"] == pytest.approx(44_000.0)
    assert sites["garage"]["received_kwh"] == 0.0
    assert sites["garage"]["saving_eur_per_kwh"] is None
    plants = {plant["id"]: plant for plant in document["plants"]}
    assert plants["gymnase"]["production_kwh"] > 50_000.0  # it makes nothing in the first year
    assert first["plants"][0]["production_kwh"] == 0.0
    for plant in document["plants"]:
        assert plant["local_eur_ht"] == pytest.approx(0.105 * plant["received_kwh"])
    # No figure of the first year stands in a row of the year; what was there is there under its name.
    for name in ("participants", "plants"):
        pairs = zip(document[name], first[name], strict=True)
        assert all(set(one) >= set(was) - {"ranges"} for one, was in pairs)
    assert {site["before"] for site in document["participants"]} == {None}
    # All the rest is that of the run, and without a year nothing moves.
    others = document.keys() - {"year", "asked_year", "participants", "plants"}
    assert {name: document[name] for name in others} == {name: first[name] for name in others}
    assert others | {"participants", "plants"} == first.keys()
    assert year_document(result, None) == first


@pytest.mark.parametrize("key", ["prorata", "nearest-first"])
@pytest.mark.parametrize("year", [2026, 2031, 2040])
def test_sites_plants_and_members_of_a_year_sum_to_its_totals(tmp_path: Path, key: str, year: int) -> None:
    write_operation(tmp_path)
    (tmp_path / "changes.csv").write_text(ROWS, encoding="utf-8")
    result = run(tmp_path, ran_on=date(2026, 11, 29), key=key, parts=RunParts(advice=False))
    document = year_document(result, year)
    totals = document["asked_year"]

    def total(rows: str, name: str) -> float:
        return sum(one[name] or 0.0 for one in document[rows])

    assert total("participants", "received_kwh") == pytest.approx(totals["shared_kwh"])
    assert total("participants", "consumption_kwh") == pytest.approx(totals["need_kwh"])
    assert total("plants", "received_kwh") == pytest.approx(totals["shared_kwh"])
    assert total("plants", "surplus_kwh") == pytest.approx(totals["surplus_kwh"])
    made = total("plants", "production_kwh") + total("plants", "own_use_kwh")
    assert made == pytest.approx(totals["production_kwh"])
    gains = [one["gain_eur_ht"] for one in totals["members"] if one["gain_eur_ht"] is not None]
    assert sum(gains) == pytest.approx(gains_eur_ht(result.money)[year - 2025])
    assert sum(gains) == pytest.approx(totals["gain_eur_ht"])
    assert document["years"][year - 2026]["shared_kwh"] == totals["shared_kwh"]
    if year == 2026:  # the first year has the euros that the run itself has
        first = results_document(result)
        for rows, name in (("participants", "saving_eur_ht"), ("plants", "surplus_eur_ht")):
            known = [(one[name], was[name]) for one, was in zip(document[rows], first[rows], strict=True)]
            assert [one for one, was in known if was is not None] == pytest.approx(
                [was for _one, was in known if was is not None]
            )


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
