"""Takes answers into the tables of a folder, CSV files or workbook: the cells that change, and no other."""

import csv
import io
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from profiles.files.letters import as_words
from profiles.files.open_file import read_within
from profiles.text.delimited import separator_of, split_lines, text_lines
from scenarios.entry.collecting.answers import Cell
from scenarios.entry.collecting.members import keyed_changes
from scenarios.entry.collecting.questions import key_of, meaning
from scenarios.entry.columns.csv_tables import Row, holds_cells, read_text
from scenarios.entry.columns.names import CHANGES, TABLES, Header, header_of
from scenarios.entry.folder.put import put, read_with
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.sheets import MAX_BYTES, open_sheets
from scenarios.entry.folder.xlsx_edit import Cells, edited
from scenarios.entry.folder.xlsx_tables import number_text
from scenarios.entry.workbook.cells import text_of
from scenarios.entry.workbook.changed import sheet_for, table_cells

BOM = "\ufeff"


def changed_files(source: RawFolder, expected: RawFolder, values: Mapping[Cell, object]) -> dict[Path, bytes]:
    """Return the new content of each table that the cells change.

    Args:
        expected: the folder with them, which the new content has to be read as.

    Raises:
        InputError: a table whose cells cannot be changed from here.
    """
    by_table: dict[str, dict[str, dict[str, object]]] = {}
    for (file, id_, column), value in values.items():
        by_table.setdefault(file, {}).setdefault(id_, {})[column] = value
    if source.book:
        path = source.folder / source.book
        opened = open_sheets(path)
        sheets: dict[str, Cells] = {}
        for file, changes in by_table.items():
            sheet, head = sheet_for(opened, file)
            lines = _lines(source, file, changes, 1 + max(sheet.rows))
            sheets[sheet.title] = head | table_cells(sheet, file, lines, partial(_in_unit, file))
        files = {path: edited(read_within(path, MAX_BYTES), sheets, source.book)}
    else:
        files = {source.folder / file: _text(source, file, changes) for file, changes in by_table.items()}
    _check(source, expected, files)
    return files


def write_all(folder: Path, files: Mapping[Path, bytes]) -> list[Path]:
    """Write files of an operation together, each whole or not at all."""
    put(folder, {path.relative_to(folder).as_posix(): content for path, content in files.items()})
    return list(files)


def _lines(
    source: RawFolder, file: str, changes: Mapping[str, Mapping[str, object]], free: int
) -> dict[int, dict[str, object]]:
    """Return the changes by line; a place is written whole: both may have been pasted in one cell.

    Args:
        free: the first line for those who have none yet.
    """
    rows = keyed_changes(source) if file == CHANGES else source.tables[file]
    known = {key_of(row) for row in rows}
    # Of a change, the first cell is the site that it is of: among what is written.
    new = [own if file == CHANGES else {"id": id_, **own} for id_, own in changes.items() if id_ not in known]
    cells: dict[int, dict[str, object]] = {line: dict(own) for line, own in enumerate(new, start=free)}
    for row in rows:
        own = dict(changes.get(key_of(row), {}))
        if not own:
            continue
        for axis, other in (("latitude", "longitude"), ("longitude", "latitude")):
            if axis in own and other in row.cells:
                own.setdefault(other, row.cells[other])
        cells[row.line] = own
    return cells


def _text(source: RawFolder, file: str, changes: Mapping[str, Mapping[str, object]]) -> bytes:
    """Return a text table with its cells changed, other lines as they were; the BOM says UTF-8 to Excel."""
    path = source.folder / file
    text = read_text(path) if path.exists() else "id\n"
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text_lines(text)
    top = next(number for number, line in enumerate(lines) if holds_cells(line))
    separator = separator_of(lines[top])
    header = [name.strip() for name in split_lines([lines[top]], separator)[0]]
    places = {h.id: (place, h) for place, name in enumerate(header) if (h := header_of(file, name))}
    changed = _lines(source, file, changes, len(lines) + bool(lines[-1]))
    lines += [""] * (1 + max(changed) - len(lines))  # where lines come below, with the end of the last one
    for number, own in changed.items():
        cells = split_lines([lines[number - 1]], separator)[0] if lines[number - 1] else []
        for column, value in own.items():
            if column not in places:
                places[column] = (len(header), Header(column))
                header.append(column)
            place, head = places[column]
            cells += [""] * (place + 1 - len(cells))
            cells[place] = _cell(file, head, value)
        lines[number - 1] = _joined(cells, separator)
    lines[top] = _joined(header, separator)
    return (BOM + end.join(lines)).encode()


def _joined(cells: list[str], separator: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="").writerow(cells)
    return out.getvalue()


def _cell(file: str, head: Header, value: object) -> str:
    return "" if value == "" else as_words(text_of(file, head.id, _in_unit(file, head, value)))


def _in_unit(file: str, head: Header, value: object) -> object:
    """Return a value in the unit that the header of a table says."""
    number = meaning(file, head.id, value)
    if head.factor in {None, 1.0} or not isinstance(number, float):
        return value
    return number_text(float(Decimal(str(number)) / Decimal(str(head.factor))))


def _check(source: RawFolder, expected: RawFolder, files: Mapping[Path, bytes]) -> None:
    """Read the new tables as a command will; they have to say what was shown, and nothing else.

    Raises:
        InputError: they do not.
    """
    again = read_with(source.folder, {path.name: content for path, content in files.items()})
    wrong = [
        row.path()
        for file in TABLES
        for row, other in zip(expected.tables[file], again.tables[file], strict=True)
        if _resolve_words(file, row) != _resolve_words(file, other)
    ]
    if wrong:
        message = _("cannot be changed from here without changing more: write these answers by hand")
        raise InputError([Problem(place, message) for place in wrong])


def _resolve_words(file: str, row: Row) -> dict[str, object]:
    return {column: meaning(file, column, value) for column, value in row.cells.items()}
