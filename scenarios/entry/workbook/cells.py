"""A cell of the text files as a cell of a sheet, and how it looks; the cells of tables that change."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from gettext import gettext as _
from pathlib import Path
from typing import TypeAlias

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from acc.arrays import CellValue
from acc.problem import InputError, Problem
from profiles.files.letters import as_words
from profiles.files.open_file import read_within
from profiles.text.delimited import csv_text, separator_of, split_lines, text_lines
from scenarios.entry.columns.csv_tables import BOM, Row, holds_cells, read_text
from scenarios.entry.columns.input_columns import InputColumn, columns
from scenarios.entry.columns.names import (
    Header,
    french_word,
    header_of,
    plain,
    plain_number,
    two_readings,
    word_of,
    words,
)
from scenarios.entry.folder.sheets import MAX_BYTES, FilledCell, FilledSheet, open_sheets
from scenarios.entry.folder.xlsx_edit import CLEARED, Cells, edited
from scenarios.entry.folder.xlsx_tables import LISTS, TABLE_SHEETS, WORKBOOK, number_text

YELLOW, GREY, INK = "#FFF6C8", "#EEF2F4", "#14323F"

FREE = {
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": True,
    "insert_columns": True,
    "sort": True,
    "autofilter": True,
    "format_cells": True,
}
"""What a protected sheet still allows: formulas are protected from a slip, not from their owner."""

COMMENT = {"x_scale": 2.0, "y_scale": 1.0, "font_size": 10}


class OfferedLists:
    """The lists of words that cells offer, a column of a hidden sheet each.

    A list written in its cell holds 255 characters, and parts its words at their commas.
    """

    def __init__(self) -> None:
        self._columns: dict[tuple[str, ...], int] = {}

    def area(self, words: Sequence[str]) -> str:
        """Cell range of a list, as a formula of another sheet."""
        column = self._columns.setdefault(tuple(words), len(self._columns))
        return f"={LISTS}!{xl_range_abs(0, column, len(words) - 1, column)}"

    def write(self, book: Workbook) -> None:
        """Write the sheet, the last one, once every cell has its list."""
        sheet = book.add_worksheet(LISTS)
        for offered, column in self._columns.items():
            sheet.write_column(0, column, offered)
        sheet.hide()


@dataclass(frozen=True, slots=True)
class Styles:
    """The formats of a workbook, and the lists of its cells."""

    title: Format
    header: Format
    known: Format
    fill: Format
    day: Format
    text: Format
    example: Format
    total: Format
    plain: Format
    lists: OfferedLists


def styles_of(book: Workbook) -> Styles:
    """Make the formats in a workbook."""
    cell = {"border": 1, "border_color": "#C6D1DA", "locked": False, "valign": "vcenter"}
    return Styles(
        title=book.add_format({"bold": True, "font_size": 16, "font_color": INK}),
        header=book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": INK, "font_color": "white"}
        ),
        known=book.add_format({"bold": True, "valign": "vcenter", "bg_color": GREY, "locked": False}),
        fill=book.add_format({**cell, "bg_color": YELLOW}),
        day=book.add_format({**cell, "bg_color": YELLOW, "num_format": "dd/mm/yyyy"}),
        text=book.add_format({**cell, "bg_color": YELLOW, "num_format": "@"}),
        example=book.add_format({**cell, "italic": True, "font_color": "#6B7B86", "bg_color": GREY}),
        total=book.add_format({"bold": True, "num_format": "#,##0", "bg_color": GREY}),
        plain=book.add_format({"text_wrap": True, "valign": "top", "locked": False}),
        lists=OfferedLists(),
    )


def on_paper(sheet: Worksheet) -> None:
    """Print a sheet in A4, lying, as wide as the page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def offer(sheet: Worksheet, area: tuple[int, int, int, int], words: Sequence[str], styles: Styles) -> None:
    """Offer a list of words in an area; another word is asked about, not refused: a unit may follow it."""
    source = styles.lists.area(words)
    sheet.data_validation(
        *area,
        {"validate": "list", "source": source, "error_type": "warning", "error_title": "Hors de la liste"},
    )


YES_NO = ("oui", "non")
READERS = ("entreprises", "collectivites", "syndicat")
"""To whom alone a name may be told."""


def offered_words(column: InputColumn) -> list[str]:
    """Words that a cell of a column, or of a setting, offers in French; none where it is no list."""
    if column.is_truth:
        return list(YES_NO)
    return [word.french for word in words(column.list_name).values()] if column.list_name else []


def write_cell(sheet: Worksheet, row: int, column: int, value: object, styles: Styles, *, day: bool) -> None:
    """Write a value whole: a number of which Excel would drop a digit is left a text."""
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, styles.fill)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, styles.day)
    elif isinstance(value, int | float) and float(f"{value:.16G}") == value and abs(value) < 1e15:
        sheet.write_number(row, column, value, styles.fill)
    elif value not in {None, ""}:
        sheet.write_string(row, column, str(value), styles.text)
    else:
        sheet.write_blank(row, column, None, styles.day if day else styles.fill)


def sheet_value(file: str, column: str, value: CellValue) -> CellValue:
    """Return a cell of a table, by its column, as a sheet should hold it.

    >>> sheet_value("participants.csv", "annual_kwh", "62 100"), sheet_value("plants.csv", "kind", "roof")
    (62100, 'Toiture')
    >>> sheet_value("participants.csv", "prm", "24340000000001")
    '24340000000001'
    """
    if isinstance(value, bool):
        return YES_NO[not value]
    known = columns(file).get(column)
    if not isinstance(value, str) or known is None:
        return value
    if known.is_day and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return _day(value)
    if name := known.list_name:
        word = word_of(name, value)
        french = french_word(name, word) if word else value
        return french if word_of(name, french) == word else value
    return _number(value) if known.is_number else value


def text_of(file: str, column: str, value: CellValue) -> str:
    """Return a cell of a table as a text file in French holds it.

    >>> text_of("plants.csv", "kwp", "99.5"), text_of("participants.csv", "annual_kwh", 62.125)
    ('99,5', '62,1250')
    """
    shown = sheet_value(file, column, value)
    if isinstance(shown, bool) or not isinstance(shown, int | float):
        return YES_NO[not shown] if isinstance(shown, bool) else str(value)
    text = number_text(shown)
    return (f"{text}0" if two_readings(text) else text).replace(".", ",")


def table_text(file: str, rows: Sequence[Row]) -> str:
    """Return a table in the form that Excel reads in French: BOM, semicolons, decimal commas."""
    columns = list(dict.fromkeys(name for row in rows for name in row.cells)) or ["id"]
    lines = ([as_words(text_of(file, name, row.cells.get(name, ""))) for name in columns] for row in rows)
    return BOM + csv_text([columns, *lines], newline="\r\n")


def _day(text: str) -> str | date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _number(text: str) -> str | float:
    if two_readings(text):
        return text
    try:
        number = float(plain_number(text))
    except ValueError:
        return text
    return int(number) if number.is_integer() and "e" not in plain(text).split() else number


PERCENT = 0.01

Lines: TypeAlias = Sequence[tuple[int, Mapping[str, CellValue]]]
"""Changes of a table: the line, 0 for a new one, its cells by id of the column; an empty text empties one."""

InUnit: TypeAlias = Callable[[str, Header, CellValue], CellValue]
"""What turns a value of a table into the unit that its header asks for."""


def as_typed(_file: str, _header: Header, value: object) -> str:
    """Typed text on one line, as a text table holds it."""
    return " ".join(str(value).split())


def changed_tables(
    folder: Path,
    changes: Mapping[str, Lines],
    rows: Mapping[str, Sequence[Row]],
    in_unit: InUnit | None = None,
) -> dict[str, bytes]:
    """Return the files of a folder with cells of its tables changed, all the rest as it was.

    Args:
        changes: by table.
        rows: what each table of a workbook holds now: new lines come below.
        in_unit: None where values are typed as the tables have them already.

    Raises:
        InputError: a line that is not there, a file that cannot be read.
    """
    if not (folder / WORKBOOK).exists():
        return {file: _changed_text(folder / file, lines, in_unit) for file, lines in changes.items()}
    sheets, wanted = open_sheets(folder / WORKBOOK), dict[str, Cells]()
    for file, lines in changes.items():
        sheet, head = _sheet_for(sheets, file)
        free = _free_line(sheet, rows.get(file, ()), sum(not line for line, _own in lines))
        numbered = {line or next(free): own for line, own in lines}
        wanted[sheet.title] = head | _table_cells(sheet, file, numbered, in_unit)
    return {WORKBOOK: edited(read_within(folder / WORKBOOK, MAX_BYTES), wanted, WORKBOOK)}


def no_line(line: int) -> str:
    """Say that a line is not there."""
    return _("no line {line}: the table has changed, load it again").format(line=line)


def _changed_text(path: Path, changes: Lines, in_unit: InUnit | None) -> bytes:
    """Return a text table with cells changed, other lines letter by letter; the BOM says UTF-8 to Excel."""
    text = read_text(path) if path.exists() else "id\n"
    lines = text_lines(text)
    top = next(number for number, line in enumerate(lines) if holds_cells(line))
    separator = separator_of(lines[top])
    header = [name.strip() for name in split_lines([lines[top]], separator)[0]]
    heads = {h.id: (place, h) for place, name in enumerate(header) if (h := header_of(path.name, name))}
    for line, own in changes:
        if not line:
            lines[len(lines) - (not lines[-1].strip()) :] = ["", ""]
        number = line or len(lines) - 1
        if not top < number - 1 < len(lines) or (line and not lines[number - 1].strip(" ;,\t")):
            raise InputError([Problem(path.name, no_line(line))])
        cells = split_lines([lines[number - 1]], separator)[0] if lines[number - 1] else []
        for column, value in own.items():
            if column not in heads:
                heads[column] = (len(header), Header(column))
                header.append(column)
                lines[top] = csv_text([header], separator, "")
            place, head = heads[column]
            cells += [""] * (place + 1 - len(cells))
            shown = as_typed(path.name, head, value)
            if in_unit is not None and value != "":
                shown = as_words(text_of(path.name, head.id, in_unit(path.name, head, value)))
            cells[place] = shown
        lines[number - 1] = csv_text([cells], separator, "")
    return (BOM + ("\r\n" if "\r\n" in text else "\n").join(lines)).encode()


def _free_line(sheet: FilledSheet, rows: Sequence[Row], count: int) -> Iterator[int]:
    """Yield lines below the last one of a table, where nothing else stands."""
    below = 1 + max((row.line for row in rows), default=max(sheet.rows))
    is_free = not any(line in sheet.rows for line in range(below, below + count))
    yield from itertools.count(below if is_free else 1 + max(sheet.rows))


def _table_cells(
    sheet: FilledSheet, file: str, changes: Mapping[int, Mapping[str, CellValue]], in_unit: InUnit | None
) -> dict[str, CellValue]:
    """Return changes of a table by address; a column that its sheet lacks is added on the right."""
    top, heads = _heads(sheet, file)
    last = max(xl_cell_to_rowcol(cell.address)[1] for cell in sheet.rows[top])
    cells: dict[str, CellValue] = {}
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
            new = (
                ""
                if value == ""
                else sheet_value(file, column, in_unit(file, head, value) if in_unit else value)
            )
            cells[address] = day_text(new) if is_new else _in_percent(present.get(address), head, new)
    return cells


def _sheet_for(sheets: Mapping[str, FilledSheet], file: str) -> tuple[FilledSheet, dict[str, CellValue]]:
    """Return the sheet of a table, one that begins with its id where there is none, and what begins it."""
    title = TABLE_SHEETS[file]
    if sheet := sheets.get(plain(title)):
        return sheet, {}
    head = columns(file)["id"].header
    return FilledSheet(WORKBOOK, title, {1: (FilledCell(1, "A1", head),)}, ()), {"A1": head}


def line_cells(sheet: FilledSheet, line: int) -> Cells:
    """Cells to clear in a line, formulas included."""
    return {cell.address: CLEARED for cell in sheet.rows.get(line, ())}


def text_lines_of(sheet: FilledSheet) -> list[str]:
    """Return the first column of a sheet, a text a line."""
    lines = {line: str(cells[0].value) for line, cells in sheet.rows.items() if cells[0].column == 1}
    return [lines.get(line, "") for line in range(1, max(lines, default=0) + 1)]


def text_cells(old: Iterable[str], new: Iterable[str]) -> dict[str, str]:
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


def day_text(value: CellValue) -> CellValue:
    """Return a day as a text, for a cell that would show it as a number; any other value as it is."""
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else value


def _in_percent(cell: FilledCell | None, head: Header, value: CellValue) -> CellValue:
    """Return a value as its cell shows it: in % where it does."""
    if cell and cell.percent and head.unit_ratio == PERCENT and isinstance(value, int | float):
        return value * PERCENT
    return value
