"""`answers/journal.csv`: which answers were taken, when, and what each changed. It opens in Excel."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from acc.result.files import FormAnswer
from profiles.files.letters import as_words, from_words
from profiles.text.delimited import rows_of, text_lines
from scenarios.entry.collecting.answers import ANSWERS, Cell
from scenarios.entry.columns.csv_tables import read_text

JOURNAL = "journal.csv"
HEAD = ("jour", "membre", "fichier", "empreinte", "table", "identifiant", "colonne", "avant", "après")
CONSENT = "accord"
"""What stands for a table on the line of an answer: in `avant` who signs, in `après` whether he accepts."""

BOM = "\ufeff"
MAX_BYTES = 50_000_000


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
    rows = list(rows_of(f"{ANSWERS}/{JOURNAL}", text_lines(read_text(path, MAX_BYTES)), ";"))
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
    before = read_text(path, MAX_BYTES).removeprefix(BOM) if path.exists() else ""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    if not before:
        writer.writerow(HEAD)
    for answer in answers:
        writer.writerows(_lines(answer, today))
    return path, (BOM + before + out.getvalue()).encode()


def _lines(answer: FormAnswer, today: date) -> Iterable[tuple[str, ...]]:
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
