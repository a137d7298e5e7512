"""A workbook changed cell by cell: the formulas, colours, comments, widths, lists of its owner stay."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from profiles.files.open_file import read_within
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import InputColumn, sheet_settings
from scenarios.entry.columns.names import plain, resolve_path
from scenarios.entry.columns.toml_text import toml_line, toml_of, with_key
from scenarios.entry.editing.versions import keep_version
from scenarios.entry.folder.fault_location import is_open
from scenarios.entry.folder.put import put
from scenarios.entry.folder.sheets import MAX_BYTES, FilledSheet, open_sheets
from scenarios.entry.folder.xlsx_edit import Cells, edited
from scenarios.entry.folder.xlsx_tables import OTHERS, SETTING, TABLE_SHEETS, VALUE, WORKBOOK
from scenarios.entry.workbook.changed import (
    day_text,
    line_cells,
    sheet_for,
    table_cells,
    text_cells,
    text_lines_of,
)
from scenarios.entry.workbook.setting_sheets import shown_value


def type_cells(
    folder: Path,
    typed: Mapping[str, Mapping[int, Mapping[str, str]]],
    rows: Mapping[str, Sequence[Row]],
    now: datetime,
) -> None:
    """Write cells of tables, by file, line and column; line 0 is a new one.

    Args:
        rows: what each table holds now.
    """
    sheets = open_sheets(folder / WORKBOOK)
    wanted: dict[str, Cells] = {}
    for file, lines in typed.items():
        sheet, new = sheet_for(sheets, file)
        free = _free_line(sheet, rows.get(file, ()))
        changes = {line or free: own for line, own in lines.items()}
        wanted[sheet.title] = new | table_cells(sheet, file, changes)
    _write(folder, wanted, now)


def take_line(folder: Path, file: str, line: int, now: datetime) -> None:
    """Empty a line of a table; those below stay where they are."""
    sheet = open_sheets(folder / WORKBOOK)[plain(TABLE_SHEETS[file])]
    _write(folder, {sheet.title: line_cells(sheet, line)}, now)


def set_value(folder: Path, path: str, value: object, now: datetime) -> None:
    """Write the value of a setting where it stands, None takes it away."""
    sheets = open_sheets(folder / WORKBOOK)
    setting = sheet_settings()[path]
    section, _dot, key = path.partition(".")
    others = sheets.get(plain(OTHERS))
    old = text_lines_of(others) if others else []
    if toml_line("\n".join(old), section, key) is not None:
        text = with_key("\n".join(old), section, key, None if value is None else toml_of(value))
        _write(folder, {OTHERS: text_cells(old, text.splitlines())}, now)
        return
    shown = "" if value is None else shown_value(setting, value)
    shown = toml_of(shown) if isinstance(shown, list | dict) else shown
    _write(folder, _setting_cells(sheets, setting, shown), now)


def add_lines(folder: Path, lines: Sequence[str], now: datetime) -> None:
    """Write lines of `operation.toml` below those of the sheet that holds the rest."""
    others = open_sheets(folder / WORKBOOK).get(plain(OTHERS))
    old = text_lines_of(others) if others else []
    _write(folder, {others.title if others else OTHERS: text_cells(old, [*old, "", *lines])}, now)


def _free_line(sheet: FilledSheet, rows: Sequence[Row]) -> int:
    """Return the line below the last one of a table, where nothing else stands there."""
    below = 1 + max((row.line for row in rows), default=max(sheet.rows))
    return 1 + max(sheet.rows) if below in sheet.rows else below


def _setting_cells(
    sheets: Mapping[str, FilledSheet], setting: InputColumn, value: object
) -> dict[str, Cells]:
    """Return the cell of a setting, on a line of its own below the others where no line names it."""
    sheet = sheets.get(plain(setting.group))
    heads = _setting_heads(sheet) if sheet else None
    if sheet is None or heads is None:
        return {setting.group: {"A1": SETTING, "B1": VALUE, "A2": setting.french, "B2": day_text(value)}}
    top, named, valued = heads
    for line, cells in sheet.rows.items():
        by_letter = {cell.address.rstrip("0123456789"): cell for cell in cells}
        if line > top and named in by_letter and resolve_path(str(by_letter[named].value)) == setting.path:
            return {sheet.title: {f"{valued}{line}": value}}
    line = 1 + max(sheet.rows)
    return {sheet.title: {f"{named}{line}": setting.french, f"{valued}{line}": day_text(value)}}


def _setting_heads(sheet: FilledSheet) -> tuple[int, str, str] | None:
    for line, cells in sheet.rows.items():
        letters = {plain(str(cell.value)): cell.address.rstrip("0123456789") for cell in cells}
        if plain(SETTING) in letters and plain(VALUE) in letters:
            return line, letters[plain(SETTING)], letters[plain(VALUE)]
    return None


def _write(folder: Path, wanted: Mapping[str, Cells], now: datetime) -> None:
    path = folder / WORKBOOK
    if is_open(path):
        message = _("open in Excel or LibreOffice: close it, then try again")
        raise InputError([Problem(WORKBOOK, message)])
    content = edited(read_within(path, MAX_BYTES), wanted, WORKBOOK)
    put(folder, {WORKBOOK: content}, partial(keep_version, folder, [WORKBOOK], now))
