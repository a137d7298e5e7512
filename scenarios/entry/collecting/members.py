"""Who gets a form: each person with its sites and plants, as the tables name them, sound or not yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from gettext import gettext as _

from acc.problem import InputError, Problem
from acc.sites import Kind
from scenarios.entry.collecting.questions import KeyedRow
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.names import CHANGES, PARTICIPANTS, PARTIES, PERSONS, PLANTS, plain, word_of
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.settings import change_ids

NEW_CHANGES = 2
"""Columns of a form where a member tells what will change."""


@dataclass(frozen=True, slots=True)
class FormMember:
    """One member: its rows, by table; that of the person only where the folder has persons.

    Its party has a row, on line 0 where the folder has none yet; homes told together are no party.
    """

    id: str
    name: str
    rows: Mapping[str, tuple[Row, ...]]

    @property
    def is_home(self) -> bool:
        """Whether it is a household: it has no SIRET, and signs for itself."""
        kinds = {word_of("kind", _cell(row, "kind")) for row in self.rows[PARTICIPANTS]}
        return kinds == {Kind.HOUSEHOLD}

    @property
    def places(self) -> dict[str, str]:
        """What its sites and plants are called, by id."""
        own = (*self.rows[PARTICIPANTS], *self.rows[PLANTS])
        return {_id(row): _cell(row, "name") or _id(row) for row in own}

    @property
    def cells(self) -> Iterable[tuple[str, Row]]:
        """Every row of the member, beside its table."""
        return ((file, row) for file, rows in self.rows.items() for row in rows)


def members_in(source: RawFolder) -> tuple[FormMember, ...]:
    """Return the members of a folder, in the order in which persons, sites and plants name them.

    Raises:
        InputError: a line without its id, or an id that stands twice: nobody knows whose answer is whose.
    """
    persons = source.persons or ()
    _check_ids(source, persons)
    of_site = {_id(row): _cell(row, "person") or _id(row) for row in source.participants}
    named = {plain(_cell(row, "name")): _id(row) for row in persons if _cell(row, "name")}
    owners = [_holder(row, of_site, named) for row in source.plants]
    ids = dict.fromkeys((*map(_id, persons), *of_site.values(), *owners))
    members = []
    for id_ in ids:
        rows = {
            PERSONS: tuple(row for row in persons if _id(row) == id_),
            PARTICIPANTS: tuple(row for row in source.participants if of_site[_id(row)] == id_),
            PLANTS: tuple(row for row, owner in zip(source.plants, owners, strict=True) if owner == id_),
        }
        if any(rows.values()):
            more = {CHANGES: _changes(source, id_, rows), PARTIES: _parties(source, id_, rows)}
            members.append(FormMember(id_, _name(id_, rows), rows | more))
    return tuple(members)


def keyed_changes(source: RawFolder) -> tuple[KeyedRow, ...]:
    """Return the lines of what will change, each with its key."""
    return tuple(
        KeyedRow(row.file, row.line, row.cells, row.heads, row.letters, key)
        for row, key in zip(source.changes, change_ids(source.changes), strict=True)
    )


def _changes(source: RawFolder, id_: str, rows: Mapping[str, tuple[Row, ...]]) -> tuple[KeyedRow, ...]:
    """Changes at the sites and plants of a member, then lines for those it alone knows."""
    own = {_id(row) for row in (*rows[PARTICIPANTS], *rows[PLANTS])}
    if not own:
        return ()
    place, name = source.table(CHANGES), "-".join(plain(id_).split())
    new = (KeyedRow(place, 0, {}, key=f"{name}-nouveau-{n}") for n in range(1, NEW_CHANGES + 1))
    return (*(row for row in keyed_changes(source) if _id(row) in own), *new)


def _parties(source: RawFolder, id_: str, rows: Mapping[str, tuple[Row, ...]]) -> tuple[Row, ...]:
    """Party rows of a member, then of its sites and plants with a row of their own."""
    kinds = {word_of("kind", _cell(row, "kind")) for row in rows[PARTICIPANTS]}
    if kinds == {Kind.HOUSEHOLD_GROUP}:
        return ()
    ids = {_id(row) for row in (*rows[PARTICIPANTS], *rows[PLANTS])} - {id_}
    parties = source.tables[PARTIES]
    own = [row for row in parties if _id(row) == id_] or [Row(source.table(PARTIES), 0, {"id": id_})]
    return (*own, *(row for row in parties if _id(row) in ids))


def _holder(row: Row, of_site: Mapping[str, str], named: Mapping[str, str]) -> str:
    """Holder of a plant: see `acc.accounts.ledger.holders`."""
    producer = _cell(row, "person") or _cell(row, "owner") or _cell(row, "behind") or _id(row)
    return of_site.get(producer) or named.get(plain(producer)) or producer


def _name(id_: str, rows: Mapping[str, tuple[Row, ...]]) -> str:
    own = [row for table in rows.values() for row in table if _id(row) == id_]
    return next((name for row in own if (name := _cell(row, "name"))), id_)


def _check_ids(source: RawFolder, persons: Iterable[Row]) -> None:
    problems = []
    for rows in (persons, source.participants, source.plants, source.tables[PARTIES]):
        seen: dict[str, Row] = {}
        for row in rows:
            id_ = _id(row)
            if not id_:
                problems.append(Problem(row.path("id"), _("missing: a value is expected here")))
            elif id_ in seen:
                message = _("the same id as in line {line}: each has its own")
                problems.append(Problem(row.path("id"), message.format(line=seen[id_].line)))
            seen.setdefault(id_, row)
    if problems:
        raise InputError(problems)


def _id(row: Row) -> str:
    return _cell(row, "id")


def _cell(row: Row, column: str) -> str:
    return str(row.cells.get(column, "")).strip()
