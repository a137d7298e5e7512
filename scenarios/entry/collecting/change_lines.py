"""What will change, as members answer it: whose site it is, and which line an earlier answer made."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _

from acc.problem import Problem
from scenarios.entry.collecting.answers import AnsweredRow, Cell
from scenarios.entry.collecting.members import FormMember
from scenarios.entry.collecting.questions import ASKED, KeyedRow, key_of, meaning
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.names import CHANGES, plain


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
    cells = {column: str(answered.cells.get(column, "")) for column in ASKED[CHANGES]}
    return KeyedRow(row.file, 0, cells, key=key) if _says(answered, before) else None


def _says(row: Row, before: Mapping[str, str]) -> bool:
    pairs = ((row.cells.get(column, ""), text, column) for column, text in before.items())
    return all(
        meaning(CHANGES, column, pair) == meaning(CHANGES, column, other) for pair, other, column in pairs
    )
