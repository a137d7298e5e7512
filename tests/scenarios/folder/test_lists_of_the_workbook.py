"""The lists that cells of the workbook offer: ranges of a hidden sheet, whole whatever their length."""

import io
import re
from pathlib import Path

import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook
from xlsxwriter import Workbook as NewWorkbook

from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import PARTICIPANTS, choices, header_of, words
from scenarios.entry.folder.xlsx_tables import LISTS, WORKBOOK, read_workbook
from scenarios.entry.workbook.cells import offer, styles_of
from scenarios.entry.workbook.write import workbook_bytes


def lists_of(book: Workbook, title: str) -> dict[str, list[str]]:
    """Return what the cells of a sheet offer, by their area."""
    found = {}
    for rule in book[title].data_validations.dataValidation:
        sheet, _mark, area = str(rule.formula1).rpartition("!")
        assert sheet == LISTS
        left, top, right, bottom = range_boundaries(area)
        assert left == right
        found[str(rule.sqref)] = [book[LISTS].cell(row, left).value for row in range(top, bottom + 1)]
    return found


def test_every_list_is_whole_on_a_hidden_sheet_that_is_not_read(tmp_path: Path) -> None:
    (tmp_path / WORKBOOK).write_bytes(workbook_bytes())
    book = openpyxl.load_workbook(tmp_path / WORKBOOK)
    assert book[LISTS].sheet_state == "hidden"
    offered = lists_of(book, "Sites")
    heads = {cell.column_letter: header_of(PARTICIPANTS, str(cell.value)) for cell in book["Sites"][4]}
    by_column = {heads[re.match("[A-Z]+", area)[0]]: texts for area, texts in offered.items()}  # type: ignore[index]
    named = {head.id: texts for head, texts in by_column.items() if head}
    for column in columns(PARTICIPANTS).values():
        if column.list_name:
            assert named[column.id] == [word.french for word in choices(PARTICIPANTS, column.id).values()]
    assert [word.french for word in words("key").values()] in lists_of(book, "Opération").values()
    assert not [said for said in read_workbook(tmp_path / WORKBOOK).said if LISTS in said]


def test_a_list_of_any_length_and_a_label_with_a_comma_stay_whole() -> None:
    labels = [f"Clé numéro {number}, aux parts fixes" for number in range(40)]
    out = io.BytesIO()
    book = NewWorkbook(out, {"in_memory": True})
    styles, sheet = styles_of(book), book.add_worksheet("Opération")
    for line in (0, 1):
        offer(sheet, (line, 1, line, 1), labels, styles)
    styles.lists.write(book)
    book.close()
    assert lists_of(openpyxl.load_workbook(out), "Opération") == {"B1": labels, "B2": labels}
