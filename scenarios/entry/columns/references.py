"""Who a cell means: an id, or the name of the one member or site that is called so."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _

from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import CHANGES, PARTICIPANTS, PARTIES, PLANTS, plain
from scenarios.entry.columns.row_models import ParticipantRow, PlantRow


def called_by_id(tables: Mapping[str, Sequence[Row]]) -> dict[str, tuple[Row, ...]]:
    """Return the tables, a member or a site that a cell calls by its name called by its id.

    >>> ville = Row("persons.csv", 2, {"id": "ville", "name": "Ville de Bergerac"})
    >>> site = Row("participants.csv", 2, {"id": "ecole", "person": "ville de Bergerac"})
    >>> tables = called_by_id({"persons.csv": [ville], "participants.csv": [site]})
    >>> tables["participants.csv"][0].cells["person"]
    'ville'
    """
    ids = {file: _ids(rows) for file, rows in tables.items()}
    resolved = {}
    for file, rows in tables.items():
        resolved[file] = tuple(rows)
        for column in columns(file).values():
            if other := ids.get(column.points_to):
                resolved[file] = tuple(_resolve_id(row, column.id, other) for row in resolved[file])
    if parties := resolved.get(PARTIES):
        every = _ids([row for file, rows in resolved.items() if file != PARTIES for row in rows])
        resolved[PARTIES] = tuple(_resolve_id(row, "id", every) for row in parties)
    if changes := resolved.get(CHANGES):
        sites = _ids([*resolved.get(PARTICIPANTS, ()), *resolved.get(PLANTS, ())])
        resolved[CHANGES] = tuple(_resolve_id(row, "id", sites) for row in changes)
    return resolved


def written_ids(rows: Iterable[Row], column: str = "id") -> list[str]:
    """Texts of a column, unreadable lines included, empty cells left out."""
    return [str(row.cells[column]) for row in rows if row.cells.get(column)]


def _ids(rows: Sequence[Row]) -> Mapping[str, str]:
    """Ids of lines by their plain names; ambiguous names are left out."""
    spelt: dict[str, set[str]] = {}
    for row in rows:
        for column in ("id", "name"):
            spelt.setdefault(plain(str(row.cells.get(column, ""))), set()).add(str(row.cells.get("id", "")))
    return {name: ids.pop() for name, ids in spelt.items() if name and len(ids) == 1}


def _resolve_id(row: Row, column: str, ids: Mapping[str, str]) -> Row:
    written = str(row.cells.get(column, ""))
    id_ = ids.get(plain(written)) if written and written not in ids.values() else None
    return replace(row, cells={**row.cells, column: id_}) if id_ else row


def alike(rows: Sequence[Row]) -> Iterator[tuple[Row, str]]:
    """Yield each line whose id is that of a line above but for its case, and what to say of it."""
    seen: dict[str, Row] = {}
    for row in rows:
        name = str(row.cells.get("id", ""))
        first = seen.setdefault(name.lower(), row)
        if str(first.cells.get("id", "")) != name:
            message = _("“{id}” and “{other}”, line {line}: the same one twice? Delete a line, or rename it")
            yield row, message.format(id=name, other=first.cells["id"], line=first.line)


def twice_prm(rows: Iterable[tuple[Row, ParticipantRow | PlantRow]]) -> Iterator[tuple[Row, Row]]:
    """Yield each row whose PRM stands on an earlier line, and that line."""
    seen: dict[str, Row] = {}
    for row, site in rows:
        if site.prm and site.prm in seen:
            yield row, seen[site.prm]
        elif site.prm:
            seen[site.prm] = row
