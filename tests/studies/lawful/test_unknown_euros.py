"""Without supply prices a plan shares most kWh, told without a euro; a few that lack are named."""

import json
from datetime import date
from math import isnan
from pathlib import Path
from typing import Any

import pytest

from acc.result.lawful_plan import LawfulPlan, LawfulPlansReport, Outside
from reports.data.lawful_plans import groups_csv, lawful_plans_document
from reports.format.unlawful import operation_worth, way_text
from reports.nodes.tree import Paragraph, TextTable
from reports.studies.lawful.screen import best_text, split_nodes
from scenarios.kept_plan import PLAN
from scenarios.operation.ready.operation import Operation, open_operation
from scenarios.run import run
from scenarios.studies.lawful.folders import write_groups
from scenarios.studies.lawful.plan_report import lawful_plans_for
from tests.studies.lawful.test_folders import OPERATION, PARTICIPANTS, PLANTS

DAY = date(2026, 11, 25)
UNPRICED = PARTICIPANTS.replace(";CU4;120;", ";CU4;;")
TAXED = "\n[finance]\nhorizon_years = 20\ntax_ratio = 0.25\n"


def split_of(
    where: Path, people: str, text: str = OPERATION, most: int = 1
) -> tuple[Operation, LawfulPlansReport]:
    (where / "curves").mkdir(parents=True)
    for name, told in (("operation.toml", text), ("participants.csv", people), ("plants.csv", PLANTS)):
        (where / name).write_text(told, encoding="utf-8")
    operation, _metered = open_operation(where)
    return operation, lawful_plans_for(operation, most=most, beside=False)


def groups_of(plan: LawfulPlan) -> list[tuple[str, ...]]:
    return [one.participant_ids for one in plan.operations]


def words(report: LawfulPlansReport) -> str:
    return " ".join(node.text for node in split_nodes(report, []) if isinstance(node, Paragraph))


@pytest.fixture(scope="module")
def unpriced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Operation, LawfulPlansReport]:
    return split_of(tmp_path_factory.mktemp("folder") / "all", UNPRICED, most=2)


@pytest.mark.slow
def test_the_plan_shares_the_kwh_that_its_written_folders_share(
    unpriced: tuple[Operation, LawfulPlansReport], tmp_path: Path
) -> None:
    operation, report = unpriced
    plan = report.best
    assert groups_of(plan) == [("a", "b"), ("c",)]
    assert [(roof.id, roof.kwp) for roof in plan.roofs] == [("r", 90.0), ("s", 30.0)]
    ran = [run(path, ran_on=DAY) for path in write_groups(operation, plan, tmp_path)]
    kwh = sum(float(one.energy.received_kwh.sum()) for one in ran)
    assert plan.received_kwh == pytest.approx(kwh, rel=1e-9)
    assert plan.bound_kwh == pytest.approx(kwh, rel=1e-3)
    # More operations share more: no fee is counted against them.
    assert [round(one.received_kwh) for one in report.front] == [0, 243, 290]


def test_no_euro_is_told_on_the_screen_in_the_document_or_in_the_table(
    unpriced: tuple[Operation, LawfulPlansReport],
) -> None:
    _operation, report = unpriced
    told = best_text(report).replace("\xa0", " ").replace("\u202f", " ")
    assert "0.3 MWh shared; euros unknown: no supply price is given." in told
    (table,) = [node for node in split_nodes(report, []) if isinstance(node, TextTable)]
    assert [row[1].text for row in table.rows[:3]] == ["0.0", "0.2", "0.3"]
    assert "€" not in words(report) + groups_csv(report).decode()
    document: Any = lawful_plans_document(report, Path())
    proposed = document["plans"][document["proposed"]]
    euros = [
        proposed[name] for name in ("npv_eur_ht", "gain_eur_ht", "bound_eur_ht", "capex_eur_ht", "losers")
    ]
    assert euros == [None] * 5
    assert [one["gain_eur_ht"] for one in proposed["operations"]] == [None, None]
    assert (proposed["persons"], document["single"]["npv_eur_ht"]) == ([], None)
    assert document["unpriced"] == ["a", "b", "c"]
    json.dumps(document, allow_nan=False)


def test_the_kept_plan_is_told_without_a_euro(unpriced: tuple[Operation, LawfulPlansReport]) -> None:
    _operation, report = unpriced
    assert PLAN.form is not None
    again = PLAN.form.read(PLAN.form.write(report.best))
    assert groups_of(again) == groups_of(report.best)
    assert isnan(again.value_eur)
    assert "€" not in way_text(again)
    assert operation_worth(again.operations[0]).replace("\xa0", " ") == "0.2 MWh shared"


def test_neither_a_price_nor_a_tax_moves_a_plan_without_euros(
    unpriced: tuple[Operation, LawfulPlansReport], tmp_path: Path
) -> None:
    text = OPERATION.replace("local_eur_per_mwh = 105.0  # decided in March", "") + TAXED
    _operation, report = split_of(tmp_path / "all", UNPRICED, text.replace("surplus = 30.0", ""))
    same = unpriced[1].front[1]
    assert groups_of(report.best) == groups_of(same)
    assert report.best.received_kwh == pytest.approx(same.received_kwh, rel=1e-9)
    assert report.search_only == ()


@pytest.mark.slow
def test_the_sites_that_alone_have_no_supply_price_are_named_and_not_counted(tmp_path: Path) -> None:
    people = PARTICIPANTS.replace("36;CU4;120;workshop", "36;CU4;;workshop")
    _operation, report = split_of(tmp_path / "all", people)
    told = words(report)
    assert "Supply price unknown: Bravo." in told
    assert report.best.outside["b"] is Outside.UNPRICED
    assert report.best.euros_known
    assert [person.id for person in report.best.persons if not person.is_known] == ["b"]
    document: Any = lawful_plans_document(report, Path())
    persons = {one["id"]: one for one in document["plans"][document["proposed"]]["persons"]}
    assert (persons["b"]["gain_eur_ht"], persons["b"]["loses"]) == (None, None)
    assert persons["a"]["gain_eur_ht"] is not None
