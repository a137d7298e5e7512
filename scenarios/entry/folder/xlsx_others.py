"""What is easily not seen in a workbook: sheets, lines and values that are not where they are read."""

import re
from collections.abc import Collection, Iterable, Mapping
from gettext import gettext as _

from acc.problem import Problem
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import sheet_settings
from scenarios.entry.columns.names import header_of, plain, resolve_path
from scenarios.entry.folder.xlsx_open import FilledCell, FilledSheet
from scenarios.entry.plausibility.put_aside import aside_notes, hidden_notes, struck_notes

EXAMPLE_MARK = "#"
"""A line whose first cell begins so is an example or a remark, as in the text files."""

EXAMPLE = "exemple"
"""What the line of example of an empty workbook is called."""

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

ENOUGH = 3
"""So many titles of ours on one line: it is a header."""


def other_sheets(
    sheets: Mapping[str, FilledSheet], tables: Mapping[str, str], settings: Collection[str]
) -> tuple[list[Problem], list[str]]:
    """Return the faults of sheets that took another name, and what is said of copies, which are not read.

    Args:
        tables: by file, the sheet that holds it.
        settings: the sheets of settings.
    """
    problems, notes = [], []
    known = {plain(title) for title in (*tables.values(), *settings)}
    for name, sheet in sheets.items():
        expected = None if name in known else _looks_like(sheet, tables)
        if expected is None:
            continue
        if plain(expected) in sheets:
            message = _("{file}, {sheet}: a sheet beside {meant}, not read")
            notes.append(message.format(file=sheet.file, sheet=sheet.title, meant=expected))
        else:
            message = _("no sheet is called {meant}, and this one has its lines: rename it {meant}")
            problems.append(Problem(f"{sheet.file}, {sheet.title}", message.format(meant=expected)))
    return problems, notes


def missing_sheets(book: str, sheets: Collection[str], expected: Iterable[str]) -> list[str]:
    """Messages on expected sheets missing from a workbook."""
    message = _("{book}: no sheet {sheet}: what it would say is unknown")
    return [message.format(book=book, sheet=title) for title in expected if plain(title) not in sheets]


def unseen_lines(sheet: FilledSheet, file: str, top: int) -> tuple[str, ...]:
    """Messages on lines of a table, below its header, that are put aside, hidden or struck out."""
    heads = {cell.column: str(cell.value) for cell in sheet.rows[top]}
    place, aside, hidden, struck = f"{sheet.file}, {sheet.title}", [], [], []
    for line, cells in sheet.rows.items():
        first = str(cells[0].value)
        if line > top and not first.startswith(EXAMPLE_MARK):
            hidden += [line] if line in sheet.hidden else []
            struck += [line] if line in sheet.struck else []
        elif line > top and plain(first.lstrip(EXAMPLE_MARK)) != EXAMPLE:
            named = {heads[cell.column]: cell.value for cell in cells if cell.column in heads}
            aside.append(Row(place, line, named))
    return (*aside_notes(place, file, aside), *hidden_notes(place, hidden), *struck_notes(place, struck))


def strayed(sheet: FilledSheet, cells: Iterable[FilledCell], valued: int, unit: str) -> list[Problem]:
    """Return the fault of a setting whose value stands on the right of its column: units are words.

    Args:
        valued: the column of values, where this line has nothing.
        unit: what the column of units says of this setting, of which a part in 0 to 1 has digits too.
    """
    message = _("a value beside its column: write it in the column “{title}”, in {address}")
    for cell in cells:
        is_figure = not isinstance(cell.value, str) or re.fullmatch(r"[\d .,]+\D{0,6}", cell.value)
        if cell.column > valued and is_figure and cell.value != unit:
            address = f"{chr(ord('A') + valued - 1)}{cell.address.lstrip(LETTERS)}"
            return [Problem(sheet.place(cell.address), message.format(title="Valeur", address=address))]
    return []


def _looks_like(sheet: FilledSheet, tables: Mapping[str, str]) -> str | None:
    """Return the title of the sheet whose columns or settings this one has, None where it has neither."""
    counts = {title: _columns(file, sheet.rows.values()) for file, title in tables.items()}
    for cells in sheet.rows.values():
        setting = sheet_settings().get(resolve_path(str(cells[0].value)))
        if setting:
            counts[setting.group] = counts.get(setting.group, 0) + 1
    title, count = max(counts.items(), key=lambda item: item[1])
    return title if count >= ENOUGH else None


def _columns(file: str, rows: Iterable[tuple[FilledCell, ...]]) -> int:
    """Largest number of known columns in a line of a sheet."""
    texts = ([cell.value for cell in cells if isinstance(cell.value, str)] for cells in rows)
    return max((sum(header_of(file, text) is not None for text in line) for line in texts), default=0)
