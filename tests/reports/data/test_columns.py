"""A column added to a table, in one line, is right wherever it shows: values, totals, widths, formulas."""

import csv
import io
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from acc.result.result import Result
from reports.data import columns
from reports.data.files import write_pairs
from reports.data.results import comparison_document, results_document
from reports.data.rows import ParticipantResultRow, PlantResultRow
from reports.data.table import DATA, SHEET, Column, Medium, Need, Ratio, Table, Total, Unit
from reports.html.page import page
from reports.terminal.run import comparison_nodes, result_nodes
from reports.terminal.screen import show
from reports.workbook.cells import KINDS
from reports.workbook.write import workbook
from tests.reports.html.test_page import Page
from tests.reports.make import make_result
from tests.reports.make_money import with_money
from tests.reports.spreadsheet import Spreadsheet

YIELD: Column[PlantResultRow] = Column(
    "kwh_per_kwp",
    "Yield ({unit})",
    Unit.KWH_PER_KWP,
    Ratio("production_kwh", "kwp"),
    Total.RATIO,
    short="{unit}",
)
TWICE: Column[PlantResultRow] = Column(
    "double_kwp", "Twice ({unit})", Unit.KWP, lambda r: 2.0 * r.plant.kwp, Total.SUM
)
HALF: Column[ParticipantResultRow] = Column(
    "half_kwh", "Half ({unit})", Unit.KWH, lambda r: r.received_kwh / 2.0, Total.SUM, short="Half MWh"
)


@pytest.fixture(scope="module")
def result() -> Result:
    return with_money(make_result())


def put(monkeypatch: pytest.MonkeyPatch, table: str, column: Column[Any], after: str) -> None:
    """Put a column in a table, after another: what a new line there does."""
    held = list(getattr(columns, table).columns)
    place = [one.name for one in held].index(after) + 1
    monkeypatch.setattr(columns, table, Table((*held[:place], column, *held[place:])))


def heads_of(book: openpyxl.Workbook, sheet: str, first: str) -> tuple[int, dict[str, str]]:
    """The row of the heads of a table, and the letter of the column under each."""
    rows = list(book[sheet].iter_rows())
    heads = next(row for row in rows if row[0].value == first)
    return heads[0].row, {cell.value: cell.column_letter for cell in heads if cell.value}


def total_row(book: openpyxl.Workbook, sheet: str) -> int:
    return next(row[0].row for row in book[sheet].iter_rows() if row[0].value == "Together")


def test_a_plants_new_column_is_in_json_after_the_one_before(
    result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch, "PLANTS", YIELD, "kwp")
    plants = results_document(result)["plants"]
    assert list(plants[0])[:5] == ["id", "name", "kwp", "kwh_per_kwp", "production_kwh"]
    for plant in plants:
        assert plant["kwh_per_kwp"] == pytest.approx(plant["production_kwh"] / plant["kwp"])


# In the middle every later column moves by one, at the end none does: formulas must follow in both cases.
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


def widths_of(page_: Any) -> dict[str, int]:
    """Width of each column; neighbours of the same width are one entry of the file."""
    return {
        openpyxl.utils.get_column_letter(n): round(one.width)
        for one in page_.column_dimensions.values()
        for n in range(one.min, one.max + 1)
    }


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


def test_new_columns_are_on_the_screen(
    result: Result, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    put(monkeypatch, "PLANTS", YIELD, "kwp")
    put(monkeypatch, "PARTICIPANTS", HALF, "received_kwh")
    put(monkeypatch, "KEYS", replace(YIELD, name="x", value=lambda _r: 7.0, short="Seven"), "surplus_kwh")
    show(result_nodes(result, Path("op")))
    said = capsys.readouterr().out
    plant = result.scenario.plants[0]
    expected = f"{float(result.energy.production_kwh[0]) / plant.kwp:,.0f}"
    row = next(line for line in said.splitlines() if plant.name in line)
    assert expected in row.split()
    assert "kWh/kWp" in said
    assert "Half MWh" in said
    show(comparison_nodes(result, []))
    assert "Seven" in capsys.readouterr().out


def test_a_participants_new_column_is_on_the_page_with_its_total_and_what_it_sorts_by(
    result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch, "PARTICIPANTS", HALF, "received_kwh")
    rows = next(t.rows for t in Page(page(result)).tables if "Half (MWh/year)" in dict(t.rows[0]))
    heads = [words for words, _key in rows[0]]
    assert heads[-1] == "Half (MWh/year)"
    shared = heads.index("Received MWh/year")
    for row in rows[1:-1]:
        assert float(row[-1][1] or "nan") == pytest.approx(float(row[shared][1] or "nan") / 2.0, abs=0.1)
    assert rows[-1][-1][0] == f"{result.energy.received_kwh.sum() / 2000.0:,.0f}"


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


def test_a_new_column_of_pairs_is_in_the_csv(result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    given: Column[Any] = Column("mwh", "", Unit.NUMBER, lambda r: r.kwh / 1000.0, shown=DATA)
    put(monkeypatch, "PAIRS", given, "kwh")
    file = io.BytesIO()
    write_pairs(result, file)
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode())))
    assert list(rows[0]) == ["plant", "participant", "by", "name", "kwh", "mwh"]
    assert float(rows[0]["mwh"]) == float(rows[0]["kwh"]) / 1000.0


def test_every_ratio_has_its_formula() -> None:
    ratios = [column for column in columns.INDICATORS.columns if isinstance(column.value, Ratio)]
    assert {"autoconsommation_ratio", "autoproduction_ratio"} <= {column.name for column in ratios}
    assert all(column.formula for column in ratios)


def test_tables_name_their_columns_once_and_what_they_name_is_there() -> None:
    tables: list[Table[Any]] = [
        columns.PLANTS, columns.PARTICIPANTS, columns.KEYS, columns.MONTHS, columns.INDICATORS, columns.PAIRS,
    ]  # fmt: skip
    for table in tables:
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names)
        for column in table.columns:
            assert not column.before or column.before in names
            assert not isinstance(column.value, Ratio) or set(column.value) <= set(names)
            assert (column.total is Total.RATIO) <= isinstance(column.value, Ratio)
            assert column.unit is Unit.TEXT or column.unit in KINDS
            # A head that nobody wrote would be an empty cell over figures.
            assert column.title or not column.shown & SHEET or column.name == "label"


def test_media_show_a_subset_and_people_may_have_an_order_of_their_own() -> None:
    made, own = "production_kwh", "own_use_kwh"
    data = [column.name for column in columns.PLANTS.shown(Medium.DATA, ())]
    assert {"id", "name", made, own} <= set(data)
    assert data.index(made) < data.index(own)
    sheet = [column.name for column in columns.PLANTS.shown(Medium.SHEET, ())]
    assert {"name", made, own, "used_ratio"} <= set(sheet)
    assert sheet.index(own) < sheet.index(made)
    assert "id" not in sheet
    assert "used_ratio" not in data


def test_a_total_is_a_sum_of_known_rows_or_a_ratio_of_sums() -> None:
    held: Table[dict[str, float | None]] = Table(
        (
            Column("part", "", Unit.KWH, lambda r: r["part"], Total.SUM),
            Column("whole", "", Unit.KWH, lambda r: r["whole"], Total.SUM),
            Column("share", "", Unit.RATIO, Ratio("part", "whole"), Total.RATIO),
            Column("price", "", Unit.EUR_PER_MWH, lambda r: 3.0),
        )
    )
    rows: list[dict[str, float | None]] = [{"part": 1.0, "whole": 2.0}, {"part": 3.0, "whole": 12.0}]
    totals = [held.total(column, rows) for column in held.columns]
    assert totals[:3] == [4.0, 14.0, 4.0 / 14.0]  # the mean of 1/2 and 1/4 would be 0.375
    assert totals[3] != totals[3]
    unknown = [*rows, {"part": None, "whole": float("nan")}]
    assert held.total(held.named("part"), unknown) == 4.0


def test_what_a_result_does_not_have_is_left_out_or_null(result: Result) -> None:
    member = results_document(replace(result, money=None))["participants"][0]
    assert member["saving_eur_ht"] is None
    assert "turpe" not in member
    assert "grade" in member
    assert "grade" not in comparison_document([result])["keys"]["prorata"]["participants"][0]
    shown = columns.PARTICIPANTS.shown(Medium.SCREEN, {Need.QUALITY})
    assert "saving_eur_ht" not in [column.name for column in shown]


def test_documents_that_tell_each_one_s_figures_say_that_they_are_confidential(result: Result) -> None:
    assert results_document(result)["confidential"] is True
    assert comparison_document([result])["confidential"] is True
