"""Rows of a table, validated: unknown columns, wrong cells, ids that stand twice, who a cell means."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from difflib import get_close_matches
from functools import cache
from gettext import gettext as _
from typing import TypeVar, cast

from pydantic import BaseModel, ValidationError

from acc.i18n import is_french
from acc.problem import Problem
from acc.sites import Position
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import columns, days
from scenarios.entry.columns.messages import problems_of, shown, unknown_word, with_vat
from scenarios.entry.columns.names import CHANGES, PARTICIPANTS, PARTIES, PLANTS, SIGNATURES, TABLES, plain
from scenarios.entry.columns.row_models import (
    BatterySection,
    ParticipantRow,
    PartyRow,
    PersonRow,
    PlantRow,
    SiteRow,
    WeatherSection,
)


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
    named = {PARTIES: "id", SIGNATURES: "who"}
    every = _ids([row for file, rows in resolved.items() if file not in named for row in rows])
    for file in named.keys() & resolved.keys():
        resolved[file] = tuple(_resolve_id(row, named[file], every) for row in resolved[file])
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


RowT = TypeVar("RowT", bound=BaseModel)
ValueT = TypeVar("ValueT")
SiteT = TypeVar("SiteT", ParticipantRow, PlantRow)


def read_rows(rows: Sequence[Row], model: type[RowT], faults: list[Problem]) -> list[tuple[Row, RowT]]:
    """Return the rows that can be read, each beside its place; what is wrong goes to `faults`."""
    known = tuple(model.model_fields)
    unknown = {name: row.file for row in rows for name in row.cells if name not in known}
    faults += [
        Problem(_("{file}, column {name}").format(file=file, name=name), _unknown_column(name, known, file))
        for name, file in sorted(unknown.items())
    ]
    read = []
    for row in rows:
        try:
            cells = {name: value for name, value in row.cells.items() if name in known}
            read.append((row, model.model_validate(cells)))
        except ValidationError as fault:
            words = str(row.cells.get("id", ""))
            if set(row.cells) == {"id"} and len(words.split()) > 1:
                message = _("“{value}”, alone on its line: a remark begins with #")
                faults.append(Problem(row.path("id"), message.format(value=shown(words))))
            else:
                faults += problems_of(fault, model, row.path)
    months = {fault.path: fault for fault in _months_first(rows)}
    faults[:] = [*(fault for fault in faults if fault.path not in months), *months.values()]
    return read


SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
MONTHS = 12


def _months_first(rows: Sequence[Row]) -> Iterator[Problem]:
    """Yield the days of a column that are written month first, `12/31/2027`, and those beside that may be.

    These are mended before: once the others are, nothing would tell of them.
    """
    for name in days() | {"since", "until"}:
        spelt = [(row, SLASHES.fullmatch(str(row.cells.get(name, "")).strip())) for row in rows]
        read = [(row, parts) for row, parts in spelt if parts and int(parts[1]) <= MONTHS]
        sure = [parts for _row, parts in read if int(parts[2]) > MONTHS]
        is_mixed = any(parts and int(parts[1]) > MONTHS for _row, parts in spelt)
        unsure = [row for row, parts in read if parts not in sure and parts[1] != parts[2] and not is_mixed]
        for row, parts in read if sure else ():
            day = f"{parts[3]}-{parts[1]:0>2}-{parts[2]:0>2}"
            message = _("“{value}”: the month first? Write {day}.")
            is_later = parts in sure and bool(unsure)
            if is_later:
                message = _("“{value}”: the month first? Write {day}, after line {line} likewise.")
            if parts in sure or row in unsure:
                line = unsure[0].line if unsure else row.line
                text = message.format(value=parts[0], day=day, line=line)
                yield Problem(row.path(name), text, remedy="" if is_later else day)


def core_value(row: BaseModel, target: type[ValueT], **own: object) -> ValueT:
    """Value of the core: cells of a row by name, `own` for those named or read otherwise there."""
    known, built = type(row).model_fields, cast("type", target)
    return target(**{name: getattr(row, name) for name in _names_of(built) if name in known} | own)


def position_of(placed: ParticipantRow | PlantRow | BatterySection | WeatherSection) -> Position | None:
    """Position of a site, the battery or the sky; None unless both coordinates are given."""
    latitude, longitude = placed.latitude, placed.longitude
    return None if latitude is None or longitude is None else Position(latitude, longitude)


@cache
def _names_of(target: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(target))


def _unknown_column(written: str, known: Sequence[str], file: str) -> str:
    """Return the message for a header that is none, with the nearest title, or how to keep it unread.

    A title of another table names the column of that id, by the title that it has in this one.
    """
    names = [c for file in TABLES for c in columns(file).values() if c.id in known]
    spelt = {plain(text): c for c in reversed(names) for text in (c.id, c.french, *c.others)}
    bare = plain(re.sub(r"[(\[].*|\d+", " ", written))
    begun = sorted((text for text in spelt if f"{bare} ".startswith(f"{text} ")), key=len)[-1:]
    near = begun or get_close_matches(plain(written), spelt, n=1) or get_close_matches(bare, spelt, n=1)
    unread = _("To keep it without it being read, begin its title with #.")
    filled = _("“{name}” is no column.").format(name=written)
    if with_vat(written):
        message = _("“{name}”: amounts are without VAT. Bring them to that, then write the title without it.")
        filled = message.format(name=written)
    elif near:
        column = columns(file).get(spelt[near[0]].id, spelt[near[0]])
        filled = unknown_word(written, [column.french if is_french() else column.id], near=True)
    return f"{filled} {unread}"


def twice_faults(rows: Sequence[tuple[Row, SiteRow | PersonRow | PartyRow]]) -> list[Problem]:
    """Return one Problem for each id that stands on several lines."""
    counts = Counter(named.id for _row, named in rows)
    faults = []
    for name in [name for name, count in counts.items() if count > 1]:
        twice = [row for row, named in rows if named.id == name]
        message = _("the id {name} stands {count} times (lines {lines}): each site has its own")
        lines = ", ".join(str(row.line) for row in twice)
        faults.append(Problem(twice[0].file, message.format(name=name, count=len(twice), lines=lines)))
    return faults


def with_unique_names(rows: Iterable[SiteT]) -> list[SiteT]:
    """Return the rows of a table, the id beside each name that stands on several lines."""
    sites = list(rows)
    counts = Counter(row.name for row in sites if row.name)
    return [
        row.model_copy(update={"name": f"{row.name} ({row.id})"}) if counts[row.name or ""] > 1 else row
        for row in sites
    ]
