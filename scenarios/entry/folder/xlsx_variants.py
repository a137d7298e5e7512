"""Adds a variant to the sheet of a workbook: its name, then a line for each thing that it changes."""

from collections.abc import Mapping
from datetime import date
from gettext import gettext as _
from pathlib import Path

from xlsxwriter.utility import xl_col_to_name

from acc.problem import InputError, Problem
from profiles.files.open_file import read_within
from scenarios.entry.columns.input_columns import sheet_settings
from scenarios.entry.columns.names import plain
from scenarios.entry.columns.toml_text import toml_of
from scenarios.entry.folder.put import put
from scenarios.entry.folder.xlsx_edit import edited
from scenarios.entry.folder.xlsx_open import MAX_BYTES, FilledSheet, open_sheets
from scenarios.entry.folder.xlsx_tables import SETTING, VALUE, VARIANT, VARIANTS


def add_variant(path: Path, name: str, changes: Mapping[str, object]) -> None:
    """Write a variant below those of a workbook, and nothing else of it.

    Raises:
        InputError: a workbook that has no such sheet, or is not changed from here; what to write is told.
    """
    sheet = open_sheets(path).get(plain(VARIANTS))
    heads = _heads(sheet) if sheet else None
    if sheet is None or heads is None:
        raise InputError([Problem("--save", _by_hand(path.name, name, changes))])
    line = max(sheet.rows) + 1
    cells: dict[str, object] = {f"{heads[VARIANT]}{line}": name}
    for number, (setting, value) in enumerate(changes.items(), start=line):
        cells[f"{heads[SETTING]}{number}"] = _setting(setting)
        cells[f"{heads[VALUE]}{number}"] = _value(value)
    try:
        content = edited(read_within(path, MAX_BYTES), {sheet.title: cells}, path.name)
    except InputError:
        raise InputError([Problem("--save", _by_hand(path.name, name, changes))]) from None
    put(path.parent, {path.name: content})


def _heads(sheet: FilledSheet) -> dict[str, str] | None:
    """Return the letter of each column of the sheet, None without its header."""
    names = {plain(title): title for title in (VARIANT, SETTING, VALUE)}
    for cells in sheet.rows.values():
        heads = {names[p]: xl_col_to_name(c.column - 1) for c in cells if (p := plain(str(c.value))) in names}
        if len(heads) == len(names):
            return heads
    return None


def _setting(path: str) -> str:
    known = sheet_settings().get(path)
    return known.french if known else path


def _value(value: object) -> object:
    """Value of a cell; a day as text, since its cell has no date format."""
    if isinstance(value, date):
        return value.isoformat()
    return toml_of(value) if isinstance(value, list | dict | tuple) else value


def _by_hand(book: str, name: str, changes: Mapping[str, object]) -> str:
    """Instructions to edit by hand a workbook that is not written here."""
    message = _("write it in {book}, sheet {sheet}: {lines}")
    lines = "; ".join(f"{name} | {path} | {value}" for path, value in changes.items())
    return message.format(book=book, sheet=VARIANTS, lines=lines)
