"""Reads a form that came back: whose it is, what it says, what it said when it was sent."""

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from gettext import gettext as _
from hashlib import sha256
from pathlib import Path

from acc.arrays import CellValue
from acc.problem import InputError, Problem
from acc.result.files import FormAnswer
from profiles.files.open_file import open_regular, read_within
from scenarios.entry.collecting.form import (
    ACCEPTED,
    BLOCKS,
    CONSENT,
    FORM,
    LINE,
    MEMBER,
    OPERATION,
    REMARK,
    SENT,
    SIGNED,
    SIGNED_ON,
)
from scenarios.entry.collecting.questions import QUESTIONS
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import CHANGES, Header, header_of, plain
from scenarios.entry.columns.schema import truth
from scenarios.entry.folder.headers import named_rows
from scenarios.entry.folder.sheets import MAX_BYTES, FilledCell, FilledSheet, open_sheets
from scenarios.entry.folder.xlsx_tables import TABLE_SHEETS, cell_text

ANSWERS = "answers"
"""Folder of an operation where forms that came back are put."""

IGNORED = ("lisezmoi.txt", "journal.csv", "thumbs.db", "desktop.ini")
MACROS = (".xlsm", ".xltm", ".xlam", ".xlsb")

Cell = tuple[str, str, str]
"""Table, id, column."""


@dataclass(frozen=True, slots=True)
class ReadForm:
    """What a form that came back says, before it is compared with the tables.

    Attributes:
        operation: that it was made for, as the member of the answer is.
        cells: by (table, id), the row as answered: its cells, and the place of each.
        sent: what each cell held when the form was made.
    """

    answer: FormAnswer
    operation: str = ""
    cells: Mapping[tuple[str, str], Row] = field(default_factory=dict)
    sent: Mapping[Cell, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnsweredRow(Row):
    """A row of which some cells come from a form: a fault of theirs is told there."""

    at: Mapping[str, str] = field(default_factory=dict)

    def path(self, column: str = "") -> str:
        """Return the place of a cell, on the form where it was answered there."""
        # Not super(): a dataclass with slots is another class than the one of this body.
        place = self.at.get(column)
        return f"{place}, {self.heads.get(column, column)}" if place else Row.path(self, column)


def answer_files(folder: Path) -> list[Path]:
    """Return the files of `answers/` that somebody put there, sorted."""
    answers = folder / ANSWERS
    if not answers.is_dir():
        return []
    return sorted(
        path
        for path in answers.iterdir()
        if path.is_file() and not path.name.startswith((".", "~$")) and path.name.lower() not in IGNORED
    )


def digest_of(path: Path) -> str:
    """Return the sha256 of a file; empty where it cannot be read, which reading it will tell."""
    try:
        return sha256(read_within(path, MAX_BYTES)).hexdigest()
    except InputError:
        return ""


def read_form(path: Path) -> ReadForm:
    """Read a form; its faults are in `problems`, nothing is raised."""
    answer = FormAnswer(f"{ANSWERS}/{path.name}", digest_of(path))
    try:
        _check_file(path)
        sheets = open_sheets(path).items()
        return _filled(answer, {title: replace(sheet, file=answer.file) for title, sheet in sheets})
    except InputError as fault:
        # A place told with the name of the file alone is one of the folder.
        name = path.name
        problems = tuple(
            replace(p, path=answer.file + p.path.removeprefix(name)) if p.path.startswith(name) else p
            for p in fault.problems
        )
        return ReadForm(replace(answer, problems=problems))


def _check_file(path: Path) -> None:
    suffix = path.suffix.lower()
    if suffix in MACROS or (suffix == ".xlsx" and _has_macros(path)):
        message = _("macros in it: nothing of them is run nor read. Save it as .xlsx, then put that one here")
        raise InputError([Problem(path.name, message)])
    if suffix != ".xlsx":
        message = _("not a form: one in .xlsx is expected. Open it, save it as an Excel workbook (.xlsx)")
        raise InputError([Problem(path.name, message)])


def _has_macros(path: Path) -> bool:
    # What is wrong with the archive is told by who opens it.
    with suppress(OSError, zipfile.BadZipFile, ValueError), open_regular(path) as file:
        return any(name.lower().endswith("vbaproject.bin") for name in zipfile.ZipFile(file).namelist())
    return False


def _filled(answer: FormAnswer, sheets: Mapping[str, FilledSheet]) -> ReadForm:
    form, sent = sheets.get(plain(FORM)), sheets.get(plain(SENT))
    if form is None or sent is None:
        is_operation = any(plain(title) in sheets for title in TABLE_SHEETS.values())
        message = (
            _("the workbook of a whole operation, not a form: it goes elsewhere, as membres.xlsx")
            if is_operation
            else _("not a form that `acc forms` made: send this member its form again")
        )
        raise InputError([Problem(answer.file, message)])
    about, before = _sent(sent)
    problems: list[Problem] = []
    rows = _answered(form, problems)
    consent, unsigned, signed, remark = _consented(form, problems)
    answer = replace(
        answer,
        member=about.get(MEMBER, ""),
        consent=consent,
        unsigned=unsigned,
        signed=signed,
        remark=remark,
        problems=tuple(problems),
    )
    return ReadForm(answer, about.get(OPERATION, ""), rows, before)


def _sent(sheet: FilledSheet) -> tuple[dict[str, str], dict[Cell, str]]:
    about: dict[str, str] = {}
    cells: dict[Cell, str] = {}
    for row in sheet.rows.values():
        texts = [cell_text(cell) for cell in row]
        if len(texts) == 2:
            about[texts[0]] = texts[1]
        elif len(texts) == 4:
            cells[texts[0], texts[1], texts[2]] = texts[3]
    return about, cells


def _answered(sheet: FilledSheet, problems: list[Problem]) -> dict[tuple[str, str], Row]:
    """Return the answered rows, by table and id: a part of the form at a time, a column of it a row."""
    rows: dict[tuple[str, str], Row] = {}
    for file, part in _parts(sheet):
        lines = {}
        for cells in part:
            label = str(cells[0].value) if cells[0].column == 1 else ""
            header = header_of(file, label) if label else None
            if file == CHANGES and plain(label) == plain(LINE):
                lines[LINE] = (Header(LINE), cells)
            elif header and header.id in {"id", *QUESTIONS[file]}:
                lines[header.id] = (header, cells)
            elif any(cell.column > 1 for cell in cells) and cells[0].column > 1:
                message = _("a cell without its question, in the first column: send this form again")
                problems.append(Problem(sheet.place(cells[0].address), message))
        first = LINE if file == CHANGES else "id"
        for cell in lines[first][1][1:] if first in lines else ():
            row = _row(sheet, file, cell, lines, problems)
            if (file, str(cell.value)) in rows:
                problems.append(Problem(sheet.place(cell.address), _("the same identifier twice")))
            rows[file, str(cell.value)] = row
    return rows


def _parts(sheet: FilledSheet) -> Iterator[tuple[str, list[tuple[FilledCell, ...]]]]:
    """Yield the lines of each part of a form, with the table that it asks for."""
    files = {plain(title): file for file, title in BLOCKS.items()}
    file, lines = "", list[tuple[FilledCell, ...]]()
    for cells in sheet.rows.values():
        opens = plain(str(cells[0].value)) if cells[0].column == 1 and len(cells) == 1 else ""
        if opens in {*files, plain(CONSENT)}:
            if file:
                yield file, lines
            file, lines = files.get(opens, ""), []
        elif file:
            lines.append(cells)
    if file:
        yield file, lines


def _row(
    sheet: FilledSheet,
    file: str,
    head: FilledCell,
    lines: Mapping[str, tuple[Header, tuple[FilledCell, ...]]],
    problems: list[Problem],
) -> Row:
    texts: dict[str, CellValue] = {} if file == CHANGES else {"id": str(head.value)}
    places, heads = {}, {}
    letter = head.address.rstrip("0123456789")
    for column, (header, cells) in lines.items():
        line = cells[0].address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        places[column] = sheet.place(f"{letter}{line}")
        heads[column] = str(cells[0].value)
        cell = next((other for other in cells if other.column == head.column), None)
        if cell is not None and cell.fault:
            problems.append(Problem(places[column], cell.fault))
        elif cell is not None and column != (LINE if file == CHANGES else "id"):
            texts[str(cells[0].value)] = cell_text(cell, header)
    place = f"{sheet.file}, {sheet.title}"
    try:
        (named,) = named_rows(file, [Row(place, 0, texts)])[0]
    except InputError as fault:
        problems += fault.problems
        named = Row(place, 0, {} if file == CHANGES else {"id": str(head.value)})
    if "longitude" in named.cells and "longitude" not in places:
        places["longitude"] = places.get("latitude", place)
    return AnsweredRow(named.file, 0, named.cells, heads, {}, places)


def _consented(sheet: FilledSheet, problems: list[Problem]) -> tuple[bool | None, str, str, str]:
    """Return whether meter data may be used, that nobody signs it, who signs and when, and the remark."""
    lines = {plain(str(cells[0].value)): cells[1] for cells in sheet.rows.values() if len(cells) > 1}
    accepted = lines.get(plain(ACCEPTED))
    answer = truth(accepted.value) if accepted and isinstance(accepted.value, str) else None
    if accepted and not isinstance(answer, bool):
        answer = accepted.value if isinstance(accepted.value, bool) else None
        if answer is None:
            message = _("“{value}”: `oui` or `non` is expected").format(value=accepted.value)
            problems.append(Problem(sheet.place(accepted.address), message))
    by, on = (lines.get(plain(name)) for name in (SIGNED, SIGNED_ON))
    signed = ", ".join(cell_text(cell) for cell in (by, on) if cell)
    unsigned = ""
    if answer and not by:
        place = sheet.place(accepted.address) if accepted else sheet.file
        text = _("accepted by nobody, not counted: the name of who signs is expected below")
        answer, unsigned = None, str(Problem(place, text))
    remark = lines.get(plain(REMARK))
    text = cell_text(remark) if remark else ""
    return (answer if isinstance(answer, bool) else None), unsigned, signed, text


def table_title(file: str, column: str) -> str:
    """Title of a column in a form."""
    known = columns(file).get(column)
    return known.header if known else column
