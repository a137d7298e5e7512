"""A column of the results in the workbook: its place, its width, its total, its formula."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from acc.result.result import Result
from reports.data import columns
from reports.data.results import comparison_document, results_document
from reports.data.table import Column, Ratio, Total, Unit
from reports.studies.workbook.cells import KINDS
from reports.studies.workbook.write import workbook
from reports.terminal.run import result_nodes
from reports.terminal.screen import show
from tests.reports.data.test_columns import HALF, TWICE, YIELD, heads_of, put, total_row, widths_of
from tests.reports.make import make_result
from tests.reports.make_money import with_money
from tests.reports.spreadsheet import Spreadsheet


@pytest.fixture(scope="module")
def result() -> Result:
    return with_money(make_result())


@pytest.mark.parametrize("after", ["kwp", "used_ratio"])
def test_a_plants_new_column_is_in_the_workbook_with_its_total_and_its_width(
    result: Result, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    put(monkeypatch, "PLANTS", YIELD, after)
    sheet = Spreadsheet(workbook(result))
    page_, (first, letters) = sheet.book["Plants"], heads_of(sheet.book, "Plants", "Plant")
    column, last = letters["Yield (kWh/kWp/year)"], total_row(sheet.book, "Plants")
    made, power = letters["Injected (kWh/year)"], letters["Power (kWp)"]
    assert page_[f"{column}{first + 1}"].value == f"={made}{first + 1}/{power}{first + 1}"
    # The total is the ratio of the totals, not the mean of the ratios.
    assert page_[f"{column}{last}"].value == f"={made}{last}/{power}{last}"
    kwp = sum(plant.kwp for plant in result.scenario.plants)
    assert sheet.value("Plants", f"{column}{last}") == pytest.approx(
        result.energy.production_kwh.sum() / kwp, rel=1e-12
    )
    assert page_[f"{made}{last}"].value == f"=SUM({made}{first + 1}:{made}{last - 1})"
    shared, used = letters["Shared (kWh/year)"], letters["Shared of injected"]
    assert page_[f"{used}{last}"].value == f"={shared}{last}/{made}{last}"
    assert sheet.named("total_surplus") == pytest.approx(result.energy.surplus_kwh.sum())
    assert sheet.named("total_kwp") == pytest.approx(kwp)
    assert page_.print_area == f"'Plants'!$A$1:${max(letters.values())}${last}"


def test_each_column_of_a_sheet_has_the_width_of_its_unit(
    result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch, "PLANTS", YIELD, "kwp")
    put(monkeypatch, "PLANTS", TWICE, "surplus_kwh")
    book = openpyxl.load_workbook(BytesIO(workbook(result)))
    _row, letters = heads_of(book, "Plants", "Plant")
    # Excel adds the room of the borders to what was asked: 36, 12 and 15 characters.
    wanted = {"Plant": 37, "Power (kWp)": 13, "Twice (kWp)": 13}
    assert widths_of(book["Plants"]) == {letter: wanted.get(head, 16) for head, letter in letters.items()}


def test_every_formula_still_gives_what_the_simulator_gave(
    result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch, "PLANTS", YIELD, "kwp")
    put(monkeypatch, "PARTICIPANTS", HALF, "consumption_kwh")
    ratio = replace(YIELD, name="half_ratio", unit=Unit.RATIO, title="Half", value=lambda _r: 0.5, short="")
    put(monkeypatch, "KEYS", replace(ratio, total=Total.NONE), "title")
    put(monkeypatch, "MONTHS", replace(HALF, title="Half"), "label")
    sheet = Spreadsheet(workbook(result))
    for place in sheet.formulas():
        found, kept = sheet.value(*place), sheet.cached_value(*place)
        assert (kept or "") == found if isinstance(found, str) else found == pytest.approx(kept), place
    chart = sheet.book["Months"]._charts[0]
    assert [series.tx.strRef.f for series in chart.series] == ["Months!$E$4", "Months!$F$4"]
    assert [cell.value for cell in sheet.book["Months"][4]][4:6] == ["Shared", "Complement"]
    assert "Half" in heads_of(sheet.book, "Keys", "Key")[1]


def test_a_participants_new_column_is_summed_and_moves_the_named_cells(
    result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Spreadsheet(workbook(result)).named("total_saving")
    put(monkeypatch, "PARTICIPANTS", HALF, "consumption_kwh")
    sheet = Spreadsheet(workbook(result))
    first, letters = heads_of(sheet.book, "Participants", "Participant")
    column, last = letters["Half (kWh/year)"], total_row(sheet.book, "Participants")
    cell = sheet.book["Participants"][f"{column}{last}"]
    assert cell.value == f"=SUM({column}{first + 1}:{column}{last - 1})"
    half_kwh = result.energy.received_kwh.sum() / 2.0
    assert sheet.value("Participants", cell.coordinate) == pytest.approx(half_kwh)
    assert sheet.named("total_saving") == pytest.approx(before)


def test_a_new_indicator_is_in_json_on_screen_and_in_the_summary_with_its_formula(
    result: Result, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given: Column[Any] = Column(
        "surplus_ratio",
        "Sold outside",
        Unit.RATIO,
        Ratio("surplus_kwh", "production_kwh"),
        formula="surplus / energy injected",
    )
    put(monkeypatch, "INDICATORS", given, "autoproduction_ratio")
    document = results_document(result)
    assert document["surplus_ratio"] == pytest.approx(document["surplus_kwh"] / document["production_kwh"])
    assert "surplus_ratio" in comparison_document([result])["keys"]["prorata"]
    show(result_nodes(result, Path("op")))
    assert "Sold outside = surplus / energy injected" in capsys.readouterr().out
    sheet = Spreadsheet(workbook(result))
    row = next(row for row in sheet.book["Summary"].iter_rows() if row[0].value == "Sold outside")
    assert row[1].value == "=total_surplus/total_injected"
    assert sheet.value("Summary", row[1].coordinate) == pytest.approx(document["surplus_ratio"])
    assert row[3].value == "surplus / energy injected"


def test_every_unit_of_a_column_has_a_kind_of_cell() -> None:
    tables = (
        columns.PLANTS,
        columns.PARTICIPANTS,
        columns.KEYS,
        columns.MONTHS,
        columns.INDICATORS,
        columns.PAIRS,
    )
    units = {column.unit for table in tables for column in table.columns}
    assert units - {Unit.TEXT} <= KINDS.keys()
