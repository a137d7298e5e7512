"""Takes answers into the tables of a folder, the cells that change alone; the journal of what was taken."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from gettext import gettext as _
from pathlib import Path

from acc.arrays import CellValue
from acc.problem import InputError, Problem
from acc.result.files import FormAnswer
from profiles.files.letters import as_words, from_words
from profiles.text.delimited import csv_text, rows_of, text_lines
from scenarios.entry.collecting.answers import ANSWERS, Cell
from scenarios.entry.collecting.questions import key_of, keyed_changes, meaning
from scenarios.entry.columns.csv_tables import BOM, Row, read_text
from scenarios.entry.columns.names import CHANGES, TABLES, Header
from scenarios.entry.folder.put import read_with
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.xlsx_tables import number_text
from scenarios.entry.workbook.cells import changed_tables

JOURNAL = "journal.csv"
HEAD = ("jour", "membre", "fichier", "empreinte", "table", "identifiant", "colonne", "avant", "après")
CONSENT = "accord"
"""What stands for a table on the line of an answer: in `avant` who signs, in `après` whether he accepts."""

MOST_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line: who answered in which file; then the consent given, or a cell that was changed."""

    member: str
    file: str
    sha256: str
    table: str
    id: str
    column: str
    after: str


def read_journal(folder: Path) -> tuple[JournalLine, ...]:
    """Return the lines of the journal of a folder, the oldest first; none without one.

    Raises:
        InputError: a journal that was changed into something else.
    """
    path = folder / ANSWERS / JOURNAL
    if not path.exists():
        return ()
    rows = list(rows_of(f"{ANSWERS}/{JOURNAL}", text_lines(read_text(path, MOST_BYTES)), ";"))
    if not rows or tuple(rows[0]) != HEAD or any(row and len(row) != len(HEAD) for row in rows):
        message = _("no longer the journal that `acc forms` writes: put it back, or take it out")
        raise InputError([Problem(f"{ANSWERS}/{JOURNAL}", message)])
    return tuple(
        JournalLine(row[1], row[2], row[3], row[4], row[5], row[6], from_words(row[8]))
        for row in rows[1:]
        if row
    )


def with_taken(folder: Path, answers: Sequence[FormAnswer], today: date) -> tuple[Path, bytes]:
    """Return the journal of a folder, and what it holds with the answers that are taken."""
    path = folder / ANSWERS / JOURNAL
    before = read_text(path, MOST_BYTES).removeprefix(BOM) if path.exists() else ""
    lines = [line for answer in answers for line in _journal_lines(answer, today)]
    added = csv_text(lines if before else [HEAD, *lines], newline="\r\n")
    return path, (BOM + before + added).encode()


def _journal_lines(answer: FormAnswer, today: date) -> Iterable[tuple[str, ...]]:
    head = (today.isoformat(), answer.member, answer.file, answer.sha256)
    consent = {None: "", True: "oui", False: "non"}[answer.consent]
    yield (*head, CONSENT, "", "", answer.signed, consent)
    for change in answer.changes:
        yield (*head, change.table, change.id, change.column, as_words(change.before), as_words(change.after))


def taken_cells(lines: Iterable[JournalLine]) -> dict[Cell, str]:
    """Value put in each cell by the last answer that changed it."""
    return {(line.table, line.id, line.column): line.after for line in lines if line.table != CONSENT}


def consents(lines: Iterable[JournalLine]) -> dict[str, bool]:
    """Last consent of each member on its meter data, where given."""
    return {line.member: line.after == "oui" for line in lines if line.table == CONSENT and line.after}


def changed_files(
    source: RawFolder, expected: RawFolder, values: Mapping[Cell, CellValue]
) -> dict[Path, bytes]:
    """Return the new content of each table that the cells change.

    Args:
        expected: the folder with them, which the new content has to be read as.

    Raises:
        InputError: a table whose cells cannot be changed from here.
    """
    by_table: dict[str, dict[str, dict[str, CellValue]]] = {}
    for (file, id_, column), value in values.items():
        by_table.setdefault(file, {}).setdefault(id_, {})[column] = value
    lines = {file: _lines(source, file, changes) for file, changes in by_table.items()}
    files = changed_tables(source.folder, lines, source.tables, _in_unit)
    _check(source, expected, files)
    return {source.folder / name: content for name, content in files.items()}


def _lines(
    source: RawFolder, file: str, changes: Mapping[str, Mapping[str, CellValue]]
) -> list[tuple[int, dict[str, CellValue]]]:
    """Return the changes by line; a place is written whole: both may have been pasted in one cell."""
    rows = keyed_changes(source) if file == CHANGES else source.tables[file]
    known = {key_of(row) for row in rows}
    # Of a change, the first cell is the site that it is of: among what is written.
    lines: list[tuple[int, dict[str, CellValue]]] = [
        (0, dict(own) if file == CHANGES else {"id": id_, **own})
        for id_, own in changes.items()
        if id_ not in known
    ]
    for row in rows:
        own = dict(changes.get(key_of(row), {}))
        if not own:
            continue
        for axis, other in (("latitude", "longitude"), ("longitude", "latitude")):
            if axis in own and other in row.cells:
                own.setdefault(other, row.cells[other])
        lines.append((row.line, own))
    return lines


def _in_unit(file: str, head: Header, value: CellValue) -> CellValue:
    """Return a value in the unit that the header of a table says."""
    number = meaning(file, head.id, value)
    if head.unit_ratio in {None, 1.0} or not isinstance(number, float):
        return value
    return number_text(float(Decimal(str(number)) / Decimal(str(head.unit_ratio))))


def _check(source: RawFolder, expected: RawFolder, files: Mapping[str, bytes]) -> None:
    """Read the new tables as a command will; they have to say what was shown, and nothing else.

    Raises:
        InputError: they do not.
    """
    again = read_with(source.folder, files)
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
