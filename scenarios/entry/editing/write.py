"""Writes cells, lines and settings of a folder, text files or workbook: one place changed, no other."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from gettext import gettext as _
from pathlib import Path

from acc.arrays import CellValue
from acc.problem import InputError, Problem, refuse
from profiles.files.atomic_write import write_atomic
from profiles.files.open_file import read_within
from profiles.text.delimited import text_lines
from scenarios.entry.columns.csv_tables import BOM, read_text
from scenarios.entry.columns.input_columns import InputColumn, columns, every_setting
from scenarios.entry.columns.messages import too_long
from scenarios.entry.columns.names import plain, resolve_path
from scenarios.entry.columns.row_models import ROWS, SECTIONS
from scenarios.entry.columns.toml_text import toml_line, toml_of, with_key
from scenarios.entry.editing.tables import Typed, raw_rows
from scenarios.entry.editing.versions import keep_version
from scenarios.entry.folder.fault_location import is_open
from scenarios.entry.folder.put import put
from scenarios.entry.folder.raw import OPERATION, PARTICIPANTS, PLANTS, read_source
from scenarios.entry.folder.sheets import MAX_BYTES, FilledSheet, open_sheets
from scenarios.entry.folder.xlsx_edit import Cells, edited
from scenarios.entry.folder.xlsx_tables import OTHERS, SETTING, TABLE_SHEETS, VALUE, WORKBOOK, setting_value
from scenarios.entry.workbook.cells import (
    changed_tables,
    day_text,
    line_cells,
    no_line,
    text_cells,
    text_lines_of,
)
from scenarios.entry.workbook.write import shown_value


class OpenElsewhereError(InputError):
    """Another program has the workbook open."""


def take_lines(folder: Path, file: str, lines: Sequence[int], now: datetime) -> None:
    """Empty lines of a table; those below stay where they are."""
    sheet = open_sheets(folder / WORKBOOK)[plain(TABLE_SHEETS[file])]
    cleared = {address: cell for line in lines for address, cell in line_cells(sheet, line).items()}
    _write(folder, {sheet.title: cleared}, now)


def set_value(folder: Path, path: str, value: CellValue, now: datetime) -> None:
    """Write the value of a setting where it stands, None takes it away."""
    sheets = open_sheets(folder / WORKBOOK)
    setting = every_setting()[path]
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


def _setting_cells(
    sheets: Mapping[str, FilledSheet], setting: InputColumn, value: CellValue
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
    _put(folder, {WORKBOOK: edited(read_within(folder / WORKBOOK, MAX_BYTES), wanted, WORKBOOK)}, now)


MOST_LETTERS = 80
"""Of the name of an operation."""


def write_cells(folder: Path, typed: Sequence[Typed], now: datetime) -> None:
    """Write cells, what stood before kept as a version.

    Raises:
        InputError: a line or a column that is not there, a file that cannot be read or written.
    """
    for cell in typed:
        if cell.file not in ROWS or cell.column not in columns(cell.file):
            raise InputError([Problem(cell.file, _("no column {name}").format(name=cell.column))])
    refuse([p for c in typed for p in too_long(ROWS[c.file], c.column, c.text.strip(), c.place)])
    is_book = (folder / WORKBOOK).exists()
    rows = raw_rows(folder) if is_book else {}
    changes: dict[str, dict[int, dict[str, CellValue]]] = {}
    for cell in typed:
        if is_book and cell.line > 0 and cell.line not in {row.line for row in rows.get(cell.file, ())}:
            raise InputError([Problem(cell.file, no_line(cell.line))])
        changes.setdefault(cell.file, {}).setdefault(cell.line, {})[cell.column] = cell.text
    _begin(folder, now)
    lines = {file: [(max(line, 0), own) for line, own in of.items()] for file, of in changes.items()}
    _put(folder, changed_tables(folder, lines, rows), now)


def first_days(today: date) -> dict[str, str]:
    """Return the first and the last day of an operation of which nothing is written: the year of today.

    >>> first_days(date(2026, 11, 29))
    {'start': '2026-01-01', 'end': '2027-01-01'}
    """
    return {"start": f"{today.year}-01-01", "end": f"{today.year + 1}-01-01"}


def begin(folder: Path, name: str, today: date) -> None:
    """Make the files of an operation where there is none yet: its name, the year of today, empty tables.

    Raises:
        InputError: a folder that cannot be written in, a name that is too long.
    """
    if any((folder / file).exists() for file in (OPERATION, WORKBOOK)):
        return
    refuse(too_long(SECTIONS["operation"], "name", name, _("Name")))
    year = "".join(f"{word} = {day}\n" for word, day in first_days(today).items())
    write_atomic(folder / OPERATION, f"[operation]\nname = {toml_of(name)}\n{year}")
    for file in (PARTICIPANTS, PLANTS):
        if not (folder / file).exists():
            write_atomic(folder / file, f"{BOM}id\n")


def _begin(folder: Path, now: datetime) -> None:
    """Make an operation of the name of its folder, where there is none yet."""
    begin(folder, folder.resolve().name[:MOST_LETTERS], now.date())


def remove_lines(folder: Path, file: str, lines: Sequence[int], now: datetime) -> None:
    """Take lines of a table away.

    Raises:
        InputError: no such line.
    """
    known = {row.line for row in raw_rows(folder).get(file, ())}
    refuse([Problem(file, no_line(line)) for line in lines if line not in known])
    if (folder / WORKBOOK).exists():
        take_lines(folder, file, lines, now)
        return
    text = read_text(folder / file)
    left = [line for number, line in enumerate(text_lines(text), start=1) if number not in lines]
    _put(folder, {file: BOM + ("\r\n" if "\r\n" in text else "\n").join(left)}, now)


def write_setting(folder: Path, path: str, typed: str, now: datetime) -> None:
    """Write a setting of `operation.toml`, or of the workbook; an empty text takes it away.

    Raises:
        InputError: a file that cannot be read or written.
    """
    section, _dot, key = path.partition(".")
    if path not in every_setting() or section not in SECTIONS:
        raise InputError([Problem(path, _("no setting of this name"))])
    refuse(too_long(SECTIONS[section], key, typed.strip(), path))
    value = setting_value(path, typed.strip())
    _begin(folder, now)
    source = read_source(folder)
    if source.book:
        set_value(folder, path, value if typed.strip() else None, now)
        return
    text = with_key(source.toml_text, section, key, toml_of(value) if typed.strip() else None)
    _put(folder, {OPERATION: text}, now)


def accept(folder: Path, where: str, value: object, why: str, now: datetime) -> None:
    """Say that an oddity is meant: a section `[[accepted]]`.

    Raises:
        InputError: a file that cannot be read or written.
    """
    source = read_source(folder)
    keys = {"where": where, "value": value, "why": why}
    lines = ["[[accepted]]", *(f"{name} = {toml_of(content)}" for name, content in keys.items())]
    if source.book:
        add_lines(folder, lines, now)
        return
    text = "\n".join([source.toml_text.rstrip(), "", *lines, ""])
    _put(folder, {OPERATION: text}, now)


def _put(folder: Path, files: Mapping[str, str | bytes], now: datetime) -> None:
    """Write files, what stood before kept as a version.

    Raises:
        OpenElsewhereError: a workbook that another program has open.
    """
    if WORKBOOK in files and is_open(folder / WORKBOOK):
        message = _("open in Excel or LibreOffice: close it, then try again")
        raise OpenElsewhereError([Problem(WORKBOOK, message)])
    put(folder, files, partial(keep_version, folder, list(files), now))
