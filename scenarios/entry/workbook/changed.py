"""Changes of a workbook that somebody keeps, as addresses of its sheets: the cells asked for, no other."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name

from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import Header, header_of, plain
from scenarios.entry.folder.sheets import FilledCell, FilledSheet
from scenarios.entry.folder.xlsx_edit import GONE
from scenarios.entry.folder.xlsx_tables import TABLE_SHEETS, WORKBOOK
from scenarios.entry.workbook.cells import sheet_value

PERCENT = 0.01


def table_cells(
    sheet: FilledSheet,
    file: str,
    changes: Mapping[int, Mapping[str, object]],
    in_unit: Callable[[Header, object], object] = lambda _header, value: value,
) -> dict[str, object]:
    """Return changes of a table by address; a column that its sheet lacks is added on the right.

    Args:
        changes: by line, by id of the column; an empty text empties the cell.
        in_unit: turns a value into what the header asks for, where it is not typed so already.
    """
    top, heads = _heads(sheet, file)
    last = max(xl_cell_to_rowcol(cell.address)[1] for cell in sheet.rows[top])
    cells: dict[str, object] = {}
    for line, own in changes.items():
        present = {cell.address: cell for cell in sheet.rows.get(line, ())}
        for column, value in own.items():
            is_new = column not in heads
            if is_new:
                last += 1
                heads[column] = (last, Header(column))
                cells[f"{xl_col_to_name(last)}{top}"] = columns(file)[column].header
            place, head = heads[column]
            address = f"{xl_col_to_name(place)}{line}"
            new = "" if value == "" else sheet_value(file, column, in_unit(head, value))
            cells[address] = day_text(new) if is_new else _in_percent(present.get(address), head, new)
    return cells


def sheet_for(sheets: Mapping[str, FilledSheet], file: str) -> tuple[FilledSheet, dict[str, object]]:
    """Return the sheet of a table, one that begins with its id where there is none, and what begins it."""
    title = TABLE_SHEETS[file]
    if sheet := sheets.get(plain(title)):
        return sheet, {}
    head = columns(file)["id"].header
    return FilledSheet(WORKBOOK, title, {1: (FilledCell(1, "A1", head),)}, ()), {"A1": head}


def line_cells(sheet: FilledSheet, line: int) -> dict[str, object]:
    """Cells to clear in a line, formulas included."""
    return {cell.address: GONE for cell in sheet.rows.get(line, ())}


def text_lines_of(sheet: FilledSheet) -> list[str]:
    """Return the first column of a sheet, a text a line."""
    lines = {line: str(cells[0].value) for line, cells in sheet.rows.items() if cells[0].column == 1}
    return [lines.get(line, "") for line in range(1, max(lines, default=0) + 1)]


def text_cells(old: Iterable[str], new: Iterable[str]) -> dict[str, object]:
    """Cells to write to replace the lines of a first column."""
    before, after = list(old), list(new)
    longest = max(len(before), len(after))
    pairs = zip(*(lines + [""] * (longest - len(lines)) for lines in (before, after)), strict=True)
    return {f"A{number}": text for number, (was, text) in enumerate(pairs, start=1) if was != text}


def _heads(sheet: FilledSheet, file: str) -> tuple[int, dict[str, tuple[int, Header]]]:
    """Return the line of the header, and where each column stands by its id."""
    for line, cells in sheet.rows.items():
        named = {cell.column: header_of(file, str(cell.value).strip(" *")) for cell in cells}
        heads = {head.id: (column - 1, head) for column, head in named.items() if head}
        if "id" in heads:
            return line, heads
    raise KeyError(sheet.title)


def day_text(value: object) -> object:
    """Return a day as a text, for a cell that would show it as a number; any other value as it is."""
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else value


def _in_percent(cell: FilledCell | None, head: Header, value: object) -> object:
    """Return a value as its cell shows it: in % where it does."""
    if cell and cell.percent and head.factor == PERCENT and isinstance(value, int | float):
        return value * PERCENT
    return value
