"""A workbook that somebody keeps: the cells asked for change, everything else stays as it was."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell

from acc.problem import InputError
from scenarios.entry.folder.xlsx_edit import edited

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=12)
VALUE = st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9), st.booleans(), TEXT)


def written(formula: str = "=B2*2") -> bytes:
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Été & co")
    bold = book.add_format({"bold": True})
    sheet.write_row(0, 0, ["id", "kWh"], bold)
    sheet.write(1, 0, "école")
    sheet.write(1, 1, 62000, bold)
    sheet.write_formula(1, 2, formula, None, 124000)
    sheet.write(5, 3, "loin")
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "='Été & co'!$B$2:$B$2"})
    sheet.insert_chart(8, 1, chart)
    book.add_worksheet("Autre").write(0, 0, "reste")
    book.close()
    return out.getvalue()


def test_cells_change_with_their_looks_and_the_rest_stays() -> None:
    old = written()
    cells = {
        "B2": 70000.5,
        "A3": "<mairie> & co",
        "D2": date(2027, 12, 31),
        "Z9": True,
        "D6": "",
        "A1": "nom",
    }
    new = edited(old, {"Été & co": cells}, "x.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(new))
    sheet = book["Été & co"]
    assert [sheet[a].value for a in ("B2", "A3", "Z9", "D6", "A1")] == [
        70000.5,
        "<mairie> & co",
        True,
        None,
        "nom",
    ]
    assert sheet["D2"].value == 46752  # 31 December 2027, in days since 1899
    assert sheet["B2"].font.bold
    assert sheet["C2"].value == "=B2*2"
    assert openpyxl.load_workbook(io.BytesIO(new), data_only=True)["Été & co"]["C2"].value == 124000
    assert book.calculation.fullCalcOnLoad
    with zipfile.ZipFile(io.BytesIO(old)) as before, zipfile.ZipFile(io.BytesIO(new)) as after:
        assert before.namelist() == after.namelist()
        changed = [name for name in before.namelist() if before.read(name) != after.read(name)]
    assert sorted(changed) == ["xl/workbook.xml", "xl/worksheets/sheet1.xml"]


def test_a_formula_is_left_to_its_owner() -> None:
    with pytest.raises(InputError, match=r"x\.xlsx, Été & co!C2: a formula"):
        edited(written(), {"Été & co": {"C2": 3}}, "x.xlsx")


def test_what_is_no_workbook_of_a_known_form_is_told() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x:workbook/>")
    with pytest.raises(InputError, match="cannot be changed from here"):
        edited(out.getvalue(), {"Sites": {"A1": 1}}, "x.xlsx")


@settings(max_examples=8, deadline=None)
@given(cells=st.dictionaries(st.tuples(st.integers(0, 30), st.integers(0, 30)), VALUE, max_size=8))
def test_any_cells_are_read_as_they_were_written(cells: dict[tuple[int, int], object]) -> None:
    own = {xl_rowcol_to_cell(*place): value for place, value in cells.items() if place != (1, 2)}
    new = edited(written(), {"Été & co": own}, "x.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(new))["Été & co"]
    for address, value in own.items():
        assert sheet[address].value == value
    assert sheet["C2"].value == "=B2*2"
