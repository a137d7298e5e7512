"""What answers change: each beside what the form said when it was sent, and what the tables say now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from gettext import gettext as _

from acc.arrays import CellValue
from acc.problem import Problem
from acc.result.files import FormAnswer, FormChange
from scenarios.entry.collecting.answers import AnsweredRow, Cell, ReadForm, table_title
from scenarios.entry.collecting.form import KEY, LINE
from scenarios.entry.collecting.questions import (
    QUESTIONS,
    FormMember,
    KeyedRow,
    key_of,
    keyed_changes,
    meaning,
    operation_name,
    tidy,
)
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.messages import shown
from scenarios.entry.columns.names import CHANGES, PARTICIPANTS, PARTIES, PERSONS, PLANTS, plain
from scenarios.entry.columns.row_models import ParticipantRow, PlantRow
from scenarios.entry.columns.rows import read_rows
from scenarios.entry.folder.fault_location import in_titles
from scenarios.entry.folder.load import problems_of
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.sections import read_accepted
from scenarios.entry.plausibility.of_folder import table_oddities
from scenarios.entry.plausibility.rules import ImplausibleValue
from scenarios.entry.workbook.cells import text_of


def own_change(answered: AnsweredRow, member: FormMember) -> tuple[AnsweredRow, list[Problem]]:
    """Return an answered change with the id of a site or plant of the member, and why it is not one.

    A name stands for its id; where the member has one site alone, that one needs not be said.
    """
    if not any(str(value).strip() for value in answered.cells.values()):
        return answered, []
    places = member.places
    named = {plain(text): id_ for id_, name in places.items() for text in (id_, name)}
    site = str(answered.cells.get("id", "")).strip()
    place = named.get(plain(site)) if site else next(iter(places)) if len(places) == 1 else None
    if place is not None:
        return replace(answered, cells={**answered.cells, "id": place}), []
    known = ", ".join(places)
    if not site:
        message = _("missing: which of {known} changes").format(known=known)
    else:
        message = _("“{value}” is none of yours, of which there are: {known}").format(value=site, known=known)
    return answered, [Problem(answered.path("id"), message)]


def taken_line(
    row: Row, answered: AnsweredRow, lines: Sequence[KeyedRow], taken: Mapping[Cell, str]
) -> Row | None:
    """Return the line of a change of a form: a new one, or that which an earlier answer of it made.

    None where that line is no longer what it was, and the answer says something else.

    Args:
        lines: of the folder.
        taken: by cell, what earlier answers put there.
    """
    key = key_of(row)
    before = {column: text for (file, id_, column), text in taken.items() if (file, id_) == (CHANGES, key)}
    if row.line or not before:
        return row
    for line in lines:
        if _says(line, before):
            return line
    cells = {column: str(answered.cells.get(column, "")) for column in QUESTIONS[CHANGES]}
    return KeyedRow(row.file, 0, cells, key=key) if _says(answered, before) else None


def _says(row: Row, before: Mapping[str, str]) -> bool:
    pairs = ((row.cells.get(column, ""), text, column) for column, text in before.items())
    return all(
        meaning(CHANGES, column, pair) == meaning(CHANGES, column, other) for pair, other, column in pairs
    )


LACKING = {"curve", "annual_kwh"}
"""Columns of which a fault in an empty cell is only that something is still missing."""


@dataclass(frozen=True, slots=True)
class AnswerChanges:
    """An answer beside what it changes: cells by table and id, empty texts for those it empties."""

    answer: FormAnswer
    values: Mapping[Cell, CellValue]
    rows: Mapping[tuple[str, str], AnsweredRow]


def merged(
    source: RawFolder, members: Sequence[FormMember], forms: Sequence[ReadForm], taken: Mapping[Cell, str]
) -> tuple[AnswerChanges, ...]:
    """Changes from each answer, with faults and implausible values.

    Args:
        taken: by cell, what an earlier answer of the same member put there.
    """
    by_id = {member.id: member for member in members}
    lines = keyed_changes(source)
    operation = operation_name(source)
    twice = _twice(forms)
    compared = []
    for form in forms:
        problems = _whose(form, by_id, operation) if form.answer.member else []
        if form.answer.member in twice and not problems:
            message = _("another answer of the same member: {files}. Keep the right one, take the other out")
            problems = [Problem(form.answer.file, message.format(files=", ".join(twice[form.answer.member])))]
        if problems or not form.answer.member:
            name = by_id[form.answer.member].name if form.answer.member in by_id else ""
            refused = replace(form.answer, name=name, problems=(*problems, *form.answer.problems))
            compared.append(AnswerChanges(refused, {}, {}))
        else:  # what is wrong with a signature hides nothing of the cells
            compared.append(_compared(form, by_id[form.answer.member], lines, taken))
    return _checked(source, compared)


def with_answers(source: RawFolder, answers: Iterable[AnswerChanges]) -> RawFolder:
    """Return the folder as these answers change it."""
    rows: dict[tuple[str, str], Row] = {}
    for answer in answers:
        rows |= answer.rows
    tables = {**source.tables, CHANGES: keyed_changes(source)}
    new = {file: tuple(rows.pop((file, key_of(row)), row) for row in table) for file, table in tables.items()}
    # What is left has no line yet: a party, a change, where they say something.
    parties = tuple(row for (file, _id), row in rows.items() if file == PARTIES and len(row.cells) > 1)
    changes = tuple(row for (file, _id), row in rows.items() if file == CHANGES and row.cells)
    return replace(
        source,
        participants=new[PARTICIPANTS],
        plants=new[PLANTS],
        persons=None if source.persons is None else new[PERSONS],
        parties=(*new[PARTIES], *parties) or None,
        changes=(*new[CHANGES], *changes),
    )


def _twice(forms: Sequence[ReadForm]) -> dict[str, list[str]]:
    files: dict[str, list[str]] = {}
    for form in forms:
        if form.answer.member:
            files.setdefault(form.answer.member, []).append(form.answer.file)
    return {member: several for member, several in files.items() if len(several) > 1}


def _whose(form: ReadForm, members: Mapping[str, FormMember], operation: str) -> list[Problem]:
    """Reasons why an answer is not of this folder, or not of the sites of the form."""
    if form.operation != operation:
        message = _("made for “{other}”, and this folder is “{name}”: put it in the answers of that one")
        return [Problem(form.answer.file, message.format(other=form.operation, name=operation))]
    member = members.get(form.answer.member)
    if member is None:
        message = _("made for the member {id}, who is no longer in this folder: take the file out")
        return [Problem(form.answer.file, message.format(id=form.answer.member))]
    own = {(file, key_of(row)) for file, row in member.cells}
    was = {(file, id_) for file, id_, column in form.sent if column == KEY}
    problems = []
    for (file, id_), row in form.cells.items():
        if (file, id_) in own and (file, id_) in was:
            continue
        if (file, id_) in was:
            message = _("{id} is no longer of {name} in this folder: make its form again (--force)")
        else:
            message = _(
                "{id} is no identifier of {name}, of whom there are: {known}. Write back the right one"
            )
        known = ", ".join(sorted(other for table, other in was if table == file))
        problems.append(
            Problem(
                row.path(LINE if file == CHANGES else "id"),
                message.format(id=id_, name=member.name, known=known),
            )
        )
    return problems


def _compared(
    form: ReadForm, member: FormMember, lines: Sequence[KeyedRow], taken: Mapping[Cell, str]
) -> AnswerChanges:
    """Changes from an answer: cells that differ from those sent, and from the present ones.

    Args:
        lines: what the folder says of the years to come.
    """
    values: dict[Cell, CellValue] = {}
    changes, problems = list[FormChange](), list(form.answer.problems)
    rows: dict[tuple[str, str], AnsweredRow] = {}
    for file, row in member.cells:
        id_ = key_of(row)
        answered = form.cells.get((file, id_))
        if not isinstance(answered, AnsweredRow):
            continue
        if file == CHANGES:
            answered, wrong = own_change(answered, member)
            problems += wrong
            line_taken = taken_line(row, answered, lines, taken)
            if line_taken is None:
                problems.append(_is_removed(answered))
                continue
            row = line_taken  # noqa: PLW2901 - the line that an earlier answer made
        line, new = key_of(row), dict(row.cells)
        for column in QUESTIONS[file]:
            theirs, ours = tidy(column, answered.cells.get(column, "")), row.cells.get(column, "")
            sent = form.sent.get((file, id_, column), "")
            if _same(file, column, theirs, sent) or _same(file, column, theirs, ours):
                continue
            own = taken.get((file, id_, column))
            if not _same(file, column, ours, sent) and (own is None or not _same(file, column, ours, own)):
                problems.append(_conflict(row, answered, file, column, (theirs, ours, sent)))
                continue
            values[file, line, column] = theirs
            new = {k: v for k, v in new.items() if k != column} | ({column: theirs} if theirs != "" else {})
            changes.append(_change(answered, file, id_, column, ours, theirs))
        if file == CHANGES and line not in {id_ for table, id_, _column in values if table == file}:
            continue
        # Of a new line every cell is of the form, those that miss something too.
        at = {
            column: place
            for column, place in answered.at.items()
            if (file, line, column) in values or (file == CHANGES and not row.line)
        }
        heads = {**row.heads, **{column: answered.heads.get(column, column) for column in at}}
        rows[file, line] = AnsweredRow(row.file, row.line, new, heads, row.letters, at)
    answer = replace(form.answer, name=member.name, problems=tuple(problems), changes=tuple(changes))
    return AnswerChanges(answer, values, rows)


def _is_removed(answered: AnsweredRow) -> Problem:
    message = _(
        "this change was taken from an earlier answer, and its line was changed or taken out since: write "
        "it in the table"
    )
    return Problem(answered.path("id"), message)


def _same(file: str, column: str, value: CellValue, other: CellValue) -> bool:
    return meaning(file, column, value) == meaning(file, column, other)


def _change(
    row: AnsweredRow, file: str, id_: str, column: str, ours: CellValue, theirs: CellValue
) -> FormChange:
    return FormChange(
        place=row.at.get(column, row.file),
        table=file,
        id=id_,
        column=column,
        title=table_title(file, column),
        before=_text(file, column, ours),
        after=_text(file, column, theirs),
    )


def _text(file: str, column: str, value: CellValue) -> str:
    return text_of(file, column, value) if value != "" else ""


def _conflict(
    row: Row, answered: AnsweredRow, file: str, column: str, values: tuple[CellValue, CellValue, CellValue]
) -> Problem:
    theirs, ours, sent = (shown(_text(file, column, value)) or _("nothing") for value in values)
    message = _(
        "the answer says {theirs}; the folder said {sent} when the form was made, and says {ours} since: "
        "write the right one there ({place})"
    )
    return Problem(
        answered.path(column), message.format(theirs=theirs, sent=sent, ours=ours, place=row.path(column))
    )


def _checked(source: RawFolder, changeses: Sequence[AnswerChanges]) -> tuple[AnswerChanges, ...]:
    """Return the answers with the faults that the tables would have with them, and have not without."""
    sound = [changes for changes in changeses if not changes.answer.problems]
    before = set(problems_of(source))
    together = [fault for fault in problems_of(with_answers(source, sound)) if fault not in before]
    checked = []
    for changese in changeses:
        if not changese.values:
            checked.append(changese)
            continue
        alone = problems_of(with_answers(source, [changese])) if together or changese.answer.problems else []
        faults = [fault for fault in alone if fault not in before]
        faults += [f for f in together if f.path.startswith(f"{changese.answer.file},") and f not in faults]
        faults = [fault for fault in faults if not _only_lacking(changese, fault)]
        every = (
            *changese.answer.problems,
            *(fault for fault in faults if fault not in changese.answer.problems),
        )
        notes = tuple(map(in_titles, _oddities(source, changese)))
        # Who answers has titles before the eyes, whatever the tables are written in.
        spoken = tuple(replace(fault, message=in_titles(fault.message)) for fault in every)
        checked.append(replace(changese, answer=replace(changese.answer, problems=spoken, notes=notes)))
    return tuple(checked)


def _only_lacking(changes: AnswerChanges, fault: Problem) -> bool:
    """Return whether a fault only says that something is missing still, which the answer left empty."""
    return any(
        fault.path == row.path(column) and column not in row.cells
        for row in changes.rows.values()
        for column in LACKING
    )


def _oddities(source: RawFolder, changes: AnswerChanges) -> Iterator[str]:
    """Yield values implausible with an answer, and not without it."""
    known = {_format_oddity(oddity) for oddity in _unlikely(source)}
    for oddity in _unlikely(with_answers(source, [changes])):
        if _format_oddity(oddity) not in known:
            yield oddity.sentence


def _format_oddity(oddity: ImplausibleValue) -> tuple[str, str, str]:
    return oddity.path, str(oddity.value), oddity.message


def _unlikely(source: RawFolder) -> Iterator[ImplausibleValue]:
    """Yield implausible values in the rows of a folder, alone and together, not accepted yet."""
    skipped: list[Problem] = []
    participants = read_rows(source.participants, ParticipantRow, skipped)
    plants = read_rows(source.plants, PlantRow, skipped)
    accepted = read_accepted(source, skipped) or ()
    with suppress(ValueError):  # a cell that the answer leaves as it is, and `acc check` tells
        implausible_values = table_oddities(source, participants, plants)
        yield from (oddity for oddity in implausible_values if not oddity.is_accepted(accepted))
