"""The door of the cells of "Données": what a page typed, and what it shows that is no longer so."""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from gettext import gettext as _
from gettext import ngettext
from typing import Any, TypeAlias

from scenarios.entry.editing.blocks import read_block
from scenarios.entry.editing.merge import BEGUN, Edit, Merged, keyed, moved
from scenarios.entry.editing.tables import TypedTable

PARTS = ("refus", "tete", "liens", "ailleurs", "onglets", "arrives", "vide", "noms", "totaux", "courbes")
"""Blocks of the screen that an answer replaces, each in the element of its name."""

MOST_PAGES = 24
"""States of pages that are remembered, to answer with what differs alone."""

Json: TypeAlias = dict[str, Any]
Render: TypeAlias = Callable[..., str]
"""Renders a block of the screen, with values of its own."""


@dataclass(frozen=True, slots=True)
class ShownTab:
    """What a page shows of a tab.

    Attributes:
        tables: the tables of the folder then.
        lines: of each row, by its key, what says which line it is.
        cells: of each row, by column, the text and the id of the fault; settings are of the row ``.
        below, parts: HTML of the faults of each row, of each block.
        stamp: what says that the folder, its begun lines too, is as it was then.
    """

    tables: Mapping[str, TypedTable]
    lines: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    cells: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)
    below: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    stamp: str = ""


NOTHING = ShownTab({})
NO_LINE = "@"
"""The key of a line that was taken away."""


def shown_tab(
    values: Mapping[str, Any], tables: Mapping[str, TypedTable], stamp: str, render: Render
) -> ShownTab:
    """Cells, lines and blocks that a page shows, of the template values of a tab."""
    rows = {row.key: row for row in values["rows"] if row.key}
    wrong = values["wrong"]
    settings = {path: (text, wrong.get(path, "")) for path, _name, text, *_more in values["settings"]}
    return ShownTab(
        tables,
        {
            key: (row.line, row.name, row.source, bool(row.faults), row.begun, row.days)
            for key, row in rows.items()
        },
        {key: {cell.column: (cell.text, cell.fault) for cell in row.cells} for key, row in rows.items()}
        | ({"": settings} if settings else {}),
        {key: render("dessous", row=row) if row.faults or row.begun else "" for key, row in rows.items()},
        {name: render(name) for name in PARTS},
        stamp,
    )


class ShownPages:
    """The last states of open pages, by the name that each was given."""

    def __init__(self) -> None:
        self._pages: OrderedDict[str, ShownTab] = OrderedDict()

    def add(self, tab: ShownTab, since: str = "") -> str:
        """Return the name of a state: `since` where that is the same one."""
        name = since if self._pages.get(since) == tab else secrets.token_urlsafe(6)
        self._pages[name] = tab
        self._pages.move_to_end(name)
        while len(self._pages) > MOST_PAGES:
            self._pages.popitem(last=False)
        return name

    def get(self, name: str) -> ShownTab:
        """Return a state; one that shows nothing where it is no longer remembered."""
        return self._pages.get(name, NOTHING)


def differences(
    was: ShownTab, now: ShownTab, called: Mapping[str, str], row_html: Callable[[str], str]
) -> Json:
    """Cells, faults and lines by row, blocks by name, that a page has to change.

    Args:
        called: present keys of the rows of which the page has another one.
        row_html: HTML of a line, by key.
    """
    names = {present: name for name, present in called.items() if name in was.lines}

    def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
        return [key for key in after if before.get(names.get(key, key)) != after[key]]

    def other_cells(key: str) -> Json:
        before = was.cells.get(names.get(key, key), {})
        return {column: cell for column, cell in now.cells[key].items() if before.get(column) != cell}

    return {
        "cells": {key: other_cells(key) for key in changed(was.cells, now.cells)},
        "below": {key: now.below[key] for key in changed(was.below, now.below)},
        "rows": {key: row_html(key) for key in changed(was.lines, now.lines)},
        "order": list(now.lines),
        "parts": {name: now.parts[name] for name in changed(was.parts, now.parts)},
    }


@dataclass(slots=True)
class SentOps:
    """What a page typed, as edits of the folder; each remembers which of its rows it is for.

    Attributes:
        edits: of each op, in order: the key of the row on the page, the edit.
        faults: why an op is none.
        notes: what was read of a block, in sentences.
        as_is: lines to write though they lack something: those of a block, those of which a person says so.
    """

    edits: list[list[tuple[str, Edit]]] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    as_is: set[tuple[str, str]] = field(default_factory=set)

    @property
    def every_edit(self) -> list[Edit]:
        """The edits of all ops."""
        return [edit for own in self.edits for _row, edit in own]


def read_ops(ops: Iterable[object], was: ShownTab, tables: Mapping[str, TypedTable]) -> SentOps:
    """Read ops as JSON has them, each by itself.

    Args:
        was: what the page shows, which its keys of rows are of.
    """
    sent = SentOps()
    keys = {
        file: {key: present.get(key, NO_LINE) for key in keyed(table)}
        for file, table in was.tables.items()
        for present in [moved(table, tables.get(file))]
    }
    for rank, op in enumerate(ops):
        sent.edits.append([])
        try:
            sent.edits[-1] = _edits(op, was, keys, tables, sent)  # type: ignore[arg-type]
        except (KeyError, TypeError, AttributeError, ValueError):
            sent.faults[rank] = _("not a cell of this page")
    return sent


def _edits(
    op: Json,
    was: ShownTab,
    keys: Mapping[str, Mapping[str, str]],
    tables: Mapping[str, TypedTable],
    sent: SentOps,
) -> list[tuple[str, Edit]]:
    file, row, text = (str(op.get(name, "")) for name in ("file", "row", "text"))
    own = keys.get(file, {})
    if op.get("remove"):
        return [(row, Edit(file, own.get(row, row), ""))]
    if op.get("as_is"):
        sent.as_is.add((file, row))
        if "column" not in op:
            return []
    column = str(op["column"])
    if "block" not in op:
        before = op.get("before")
        return [(row, Edit(file, own.get(row, row), column, text, None if before is None else str(before)))]
    heads = tables[file].heads if file in tables else {}
    block = read_block(file, str(op["block"]), heads, op["columns"], column)
    count = ngettext("{count} line pasted", "{count} lines pasted", len(block.lines))
    sent.as_is |= {(file, str(key)) for key in op["rows"]}
    sent.notes.append(count.format(count=len(block.lines)))
    if block.unread:
        sent.notes.append(_("left aside: {names}").format(names=", ".join(block.unread)))
    return [
        (key, Edit(file, own.get(key, key), name, cell, _seen(was, key, name)))
        for key, line in zip(map(str, op["rows"]), block.lines, strict=False)
        for name, cell in line.items()
        if cell or not key.startswith(BEGUN)
    ]


def _seen(was: ShownTab, row: str, column: str) -> str | None:
    """Text of a cell on a page: empty in a line that it begins; None where it does not show the cell."""
    cell = was.cells.get(row, {}).get(column)
    return cell[0] if cell else "" if row.startswith(BEGUN) else None


def results(sent: SentOps, merged: Merged, rows: Mapping[Edit, tuple[str, str]]) -> list[Json]:
    """Cells done, theirs and refused of each op, with the keys of the page.

    Args:
        rows: the line that each edit was for.
    """
    answers = []
    for rank, own in enumerate(sent.edits):
        done = [[row, e.column, e.before, e.text] for row, edit in own for e in merged.done.get(edit, ())]
        theirs = [[row, edit.column, merged.theirs[edit]] for row, edit in own if edit in merged.theirs]
        refused = [[row, edit.column, merged.refused[edit]] for row, edit in own if edit in merged.refused]
        removed = list(dict.fromkeys(row for row, edit in own if rows[edit] in merged.removed))
        refused += [["", "", sent.faults[rank]]] if rank in sent.faults else []
        answers.append({"done": done, "theirs": theirs, "refused": refused, "removed": removed})
    return answers
