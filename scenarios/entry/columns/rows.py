"""Rows of a table, validated: unknown columns, wrong cells, ids that stand twice."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields
from difflib import get_close_matches
from functools import cache
from gettext import gettext as _
from typing import Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from acc.i18n import is_french
from acc.problem import Problem
from acc.sites import Position
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.messages import problems_of, shown, unknown_word, with_vat
from scenarios.entry.columns.names import TABLES, plain
from scenarios.entry.columns.row_models import BatterySection, ParticipantRow, PlantRow, WeatherSection

RowT = TypeVar("RowT", bound=BaseModel)
SiteT = TypeVar("SiteT", ParticipantRow, PlantRow)


class Identified(Protocol):
    """Whatever a line of a table stands for: it has an id."""

    @property
    def id(self) -> str:
        """Its short name."""


def read_rows(rows: Sequence[Row], model: type[RowT], faults: list[Problem]) -> list[tuple[Row, RowT]]:
    """Return the rows that can be read, each beside its place; what is wrong goes to `faults`."""
    known = tuple(model.model_fields)
    unknown = {name: row.file for row in rows for name in row.cells if name not in known}
    faults += [
        Problem(_("{file}, column {name}").format(file=file, name=name), _unknown_column(name, known))
        for name, file in sorted(unknown.items())
    ]
    read = []
    for row in rows:
        try:
            cells = {name: value for name, value in row.cells.items() if name in known}
            read.append((row, model.model_validate(cells)))
        except ValidationError as fault:
            faults += [_remark(row)] if _is_remark(row) else problems_of(fault, model, row.path)
    return read


def by_name(row: BaseModel, target: type) -> dict[str, object]:
    """Return the cells of a row that go to a value of the core under its own name for them."""
    known = type(row).model_fields
    return {name: getattr(row, name) for name in _names_of(target) if name in known}


def position_of(placed: ParticipantRow | PlantRow | BatterySection | WeatherSection) -> Position | None:
    """Position of a site, the battery or the sky; None unless both coordinates are given."""
    latitude, longitude = placed.latitude, placed.longitude
    return None if latitude is None or longitude is None else Position(latitude, longitude)


@cache
def _names_of(target: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(target))


def _is_remark(row: Row) -> bool:
    """Return whether a line holds nothing but some words: no id."""
    return set(row.cells) == {"id"} and len(str(row.cells["id"]).split()) > 1


def _remark(row: Row) -> Problem:
    message = _("“{value}”, alone on its line: a remark begins with #")
    return Problem(row.path("id"), message.format(value=shown(row.cells["id"])))


def _unknown_column(written: str, known: Sequence[str]) -> str:
    """Return the message for a header that is none, with the nearest title, or how to keep it unread."""
    names = [c for file in TABLES for c in columns(file).values() if c.id in known]
    spelt = {plain(text): c for c in reversed(names) for text in (c.id, c.french, *c.others)}
    bare = plain(re.sub(r"[(\[].*|\d+", " ", written))
    begun = sorted((text for text in spelt if f"{bare} ".startswith(f"{text} ")), key=len)[-1:]
    near = begun or get_close_matches(plain(written), spelt, n=1) or get_close_matches(bare, spelt, n=1)
    unread = _("To keep it without it being read, begin its title with #.")
    if with_vat(written):
        message = _("“{name}”: amounts are without VAT. Bring them to that, then write the title without it.")
        return f"{message.format(name=written)} {unread}"
    if near:
        column = spelt[near[0]]
        filled = unknown_word(written, [column.french if is_french() else column.id], near=True)
        return f"{filled} {unread}"
    message = _("“{name}” is no column.")
    return f"{message.format(name=written)} {unread}"


def twice_faults(rows: Sequence[tuple[Row, Identified]]) -> list[Problem]:
    """Return one Problem for each id that stands on several lines."""
    counts = Counter(named.id for _row, named in rows)
    faults = []
    for name in [name for name, count in counts.items() if count > 1]:
        twice = [row for row, named in rows if named.id == name]
        message = _("the id {name} stands {count} times (lines {lines}): each site has its own").format(
            name=name, count=len(twice), lines=", ".join(str(row.line) for row in twice)
        )
        faults.append(Problem(twice[0].file, message))
    return faults


def with_unique_names(rows: Iterable[SiteT]) -> list[SiteT]:
    """Return the rows of a table, the id beside each name that stands on several lines."""
    sites = list(rows)
    counts = Counter(row.name for row in sites if row.name)
    return [
        row.model_copy(update={"name": f"{row.name} ({row.id})"}) if counts[row.name or ""] > 1 else row
        for row in sites
    ]
