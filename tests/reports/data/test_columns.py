"""A column added to a table, in one line, is right wherever it shows: values, totals, widths, formulas."""

import csv
import io
from dataclasses import replace
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
from reports.terminal.run import comparison_nodes, result_nodes
from reports.terminal.screen import show
from tests.reports.make import make_result
from tests.reports.make_money import with_money

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


def widths_of(page_: Any) -> dict[str, int]:
    """Width of each column; neighbours of the same width are one entry of the file."""
    return {
        openpyxl.utils.get_column_letter(n): round(one.width)
        for one in page_.column_dimensions.values()
        for n in range(one.min, one.max + 1)
    }


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
