"""Writes cells, lines and settings of a folder: one place changed, all the rest left as it was typed."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from profiles.files.atomic_write import write_atomic
from profiles.text.delimited import separator_of, split_lines, text_lines
from scenarios.entry.columns.csv_tables import BOM, Row, read_text
from scenarios.entry.columns.input_columns import columns, sheet_settings
from scenarios.entry.columns.messages import too_long
from scenarios.entry.columns.row_models import ROWS, SECTIONS
from scenarios.entry.columns.toml_text import toml_of, with_key
from scenarios.entry.editing.book import add_lines, set_value, take_line, type_cells
from scenarios.entry.editing.tables import column_id, raw_rows
from scenarios.entry.editing.versions import keep_version
from scenarios.entry.folder.put import put
from scenarios.entry.folder.raw import OPERATION, PARTICIPANTS, PLANTS, read_source
from scenarios.entry.folder.xlsx_tables import WORKBOOK, setting_value

MOST_LETTERS = 80
"""Of the name of an operation."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed in a cell; line 0 is a new line, an empty text empties the cell."""

    file: str
    line: int
    column: str
    text: str

    @property
    def place(self) -> str:
        """Where it is typed, as a person looks for it."""
        return f"{self.file}, {self.column}"


def write_cells(folder: Path, typed: Sequence[Typed], now: datetime) -> None:
    """Write cells, what stood before kept as a version.

    Raises:
        InputError: a line or a column that is not there, a file that cannot be read or written.
    """
    files = list(dict.fromkeys(cell.file for cell in typed))
    for cell in typed:
        if cell.file not in ROWS or cell.column not in columns(cell.file):
            raise InputError([Problem(cell.file, _("no column {name}").format(name=cell.column))])
    _refuse([p for c in typed for p in too_long(ROWS[c.file], c.column, c.text.strip(), c.place)])
    if (folder / WORKBOOK).exists():
        rows = raw_rows(folder)
        type_cells(folder, _by_line(typed, rows), rows, now)
        return
    _begin(folder, now)
    texts = {file: _typed_text(folder / file, [c for c in typed if c.file == file]) for file in files}
    _put(folder, texts, now)


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
    _refuse(too_long(SECTIONS["operation"], "name", name, _("Name")))
    year = "".join(f"{word} = {day}\n" for word, day in first_days(today).items())
    write_atomic(folder / OPERATION, f"[operation]\nname = {toml_of(name)}\n{year}")
    for file in (PARTICIPANTS, PLANTS):
        if not (folder / file).exists():
            write_atomic(folder / file, f"{BOM}id\n")


def _begin(folder: Path, now: datetime) -> None:
    """Make an operation of the name of its folder, where there is none yet."""
    begin(folder, folder.resolve().name[:MOST_LETTERS], now.date())


def remove_line(folder: Path, file: str, line: int, now: datetime) -> None:
    """Take a line of a table away.

    Raises:
        InputError: no such line.
    """
    if line not in {row.line for row in raw_rows(folder).get(file, ())}:
        raise InputError([Problem(file, _no_line(line))])
    if (folder / WORKBOOK).exists():
        take_line(folder, file, line, now)
        return
    text, end = _text_and_end(folder / file)
    lines = text_lines(text)
    del lines[line - 1]
    _put(folder, {file: BOM + end.join(lines)}, now)


def write_setting(folder: Path, path: str, typed: str, now: datetime) -> None:
    """Write a setting of `operation.toml`, or of the workbook; an empty text takes it away.

    Raises:
        InputError: a file that cannot be read or written.
    """
    if path not in sheet_settings():
        raise InputError([Problem(path, _("no setting of this name"))])
    section, _dot, key = path.partition(".")
    if section in SECTIONS:
        _refuse(too_long(SECTIONS[section], key, typed.strip(), path))
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


def _put(folder: Path, texts: Mapping[str, str], now: datetime) -> None:
    put(folder, texts, partial(keep_version, folder, list(texts), now))


def _refuse(problems: Sequence[Problem]) -> None:
    """Refuse values that a reader cannot take; another fault of a cell is shown in its cell.

    Raises:
        InputError: any of them.
    """
    if problems:
        raise InputError(problems)


def _no_line(line: int) -> str:
    return _("no line {line}: the table has changed, load it again").format(line=line)


def _by_line(
    typed: Sequence[Typed], rows: Mapping[str, Sequence[Row]]
) -> dict[str, dict[int, dict[str, str]]]:
    """Typed cells by file, line and column."""
    cells: dict[str, dict[int, dict[str, str]]] = {}
    for cell in typed:
        if cell.line and cell.line not in {row.line for row in rows.get(cell.file, ())}:
            raise InputError([Problem(cell.file, _no_line(cell.line))])
        cells.setdefault(cell.file, {}).setdefault(cell.line, {})[cell.column] = cell.text
    return cells


def _text_and_end(path: Path) -> tuple[str, str]:
    text = read_text(path)
    return text, "\r\n" if "\r\n" in text else "\n"


def _typed_text(path: Path, typed: Sequence[Typed]) -> str:
    """Return a table with what was typed; every other line stays as it is, letter by letter."""
    text, end = _text_and_end(path) if path.exists() else ("id\n", "\n")
    lines = text_lines(text)
    top = next(n for n, line in enumerate(lines) if line.strip(" ;,\t") and not line.lstrip().startswith("#"))
    separator = separator_of(lines[top])
    header = [name.strip() for name in split_lines([lines[top]], separator)[0]]
    ids = [column_id(path.name, name) for name in header]
    new = 0
    for cell in typed:
        if cell.column not in ids:
            ids.append(cell.column)
            lines[top] = _joined([*header, cell.column], separator)
            header.append(cell.column)
        if not cell.line and not new:
            new = len(lines) + 1 if lines[-1].strip() else len(lines)
            lines[new - 1 :] = ["", ""]
        line = cell.line or new
        if not top < line - 1 < len(lines) or (cell.line and not lines[line - 1].strip(" ;,\t")):
            raise InputError([Problem(path.name, _no_line(line))])
        cells = split_lines([lines[line - 1]], separator)[0] if lines[line - 1] else []
        cells += [""] * (len(ids) - len(cells))
        cells[ids.index(cell.column)] = cell.text
        lines[line - 1] = _joined(cells, separator)
    return BOM + end.join(lines)


def _joined(cells: Sequence[str], separator: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="").writerow([" ".join(c.split()) for c in cells])
    return out.getvalue()
