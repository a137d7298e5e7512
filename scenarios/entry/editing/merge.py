"""Cells typed by several hands: each is written where it still holds what its writer saw."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher, get_close_matches
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError
from profiles.files.atomic_write import PartError
from scenarios.entry.columns.input_columns import columns, every_setting
from scenarios.entry.columns.messages import slug, too_long
from scenarios.entry.columns.names import (
    CHANGES,
    PARTICIPANTS,
    PERSONS,
    PLANTS,
    SIGNATURES,
    list_name,
    plain,
    word_of,
)
from scenarios.entry.columns.row_models import ROWS
from scenarios.entry.columns.schema import truth
from scenarios.entry.editing.drafts import LineKey, lacking, read_drafts, write_drafts
from scenarios.entry.editing.tables import Typed, TypedLine, TypedTable, free_name, sheets_of
from scenarios.entry.editing.write import OpenElsewhereError, remove_lines, write_cells, write_setting
from scenarios.entry.folder.raw import read_source
from scenarios.entry.workbook.cells import YES_NO
from scenarios.entry.workbook.write import shown_setting

BEGUN = "n-"
"""How the key of a line begins that a page has and the folder has not yet."""

ACTIVE = "active"
"""The column of whether a line takes part."""

MOST_ALONE = 64
"""Edits of a refused write that are tried by halves; of more, all are refused."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A cell as it is typed.

    Attributes:
        file, row, column: the table, the key of its line (`keyed`), the id of the column; without a column
            the line is taken away; without a file it is the setting `column`.
        before: what its writer saw in it; None types over whatever it holds.
    """

    file: str
    row: str
    column: str
    text: str = ""
    before: str | None = None


@dataclass(slots=True)
class Merged:
    """Edits by what became of them.

    Attributes:
        done: what is written, with what each cell held.
        theirs: what a cell holds that another hand changed: nothing is written there.
        refused: why nothing is written.
        removed: keys of lines that are no longer there, by table.
    """

    done: dict[Edit, tuple[Edit, ...]] = field(default_factory=dict)
    theirs: dict[Edit, str] = field(default_factory=dict)
    refused: dict[Edit, str] = field(default_factory=dict)
    removed: list[LineKey] = field(default_factory=list)


class NamedLines:
    """Lines of other tables that a cell may name: people write their names, tables hold their ids."""

    def __init__(self, sheets: Mapping[str, TypedTable]) -> None:
        self._sheets = sheets
        self._names: dict[tuple[str, ...], dict[str, str]] = {}

    def offered(self, file: str, column: str) -> dict[str, str]:
        """Names of the lines that a cell may name, by id; of several lines of a name, none."""
        tables = _named_tables(file, column)
        if tables not in self._names:
            lines = [
                line.cells for table in tables if table in self._sheets for line in self._sheets[table].lines
            ]
            names = {cells["id"]: cells.get("name") or cells["id"] for cells in lines if cells.get("id")}
            counts = Counter(map(plain, names.values()))
            self._names[tables] = {id_: name for id_, name in names.items() if counts[plain(name)] == 1}
        return self._names[tables]

    def shown(self, file: str, column: str, text: str) -> str:
        """Return a cell as a person reads it: the name of the line that it names."""
        return self.offered(file, column).get(text, text)

    def resolved(self, file: str, column: str, text: str) -> str:
        """Return a cell as a table holds it: the id of a name, of a word of a list."""
        text = " ".join(text.split())
        if words := list_name(file, column):
            return word_of(words, text) or text
        offered = self.offered(file, column)
        if not text or text in offered:
            return text
        return next((id_ for id_, name in offered.items() if plain(name) == plain(text)), text)

    def is_same(self, file: str, column: str, text: str, other: str) -> bool:
        """Return whether two texts of a cell say the same."""
        if column == "active":
            return truth(text or True) == truth(other or True)
        return self.resolved(file, column, text) == self.resolved(file, column, other)


def is_named(file: str, column: str) -> bool:
    """Return whether the cells of a column name lines of other tables."""
    return bool(_named_tables(file, column))


def _named_tables(file: str, column: str) -> tuple[str, ...]:
    if file == PLANTS and column == "owner":
        return (PARTICIPANTS,)
    if file == PLANTS and column == "landlord":
        return (PERSONS, PARTICIPANTS)
    if file == CHANGES and column == "id":
        return (PARTICIPANTS, PLANTS)
    if file == SIGNATURES and column == "who":
        return (PERSONS, PARTICIPANTS, PLANTS)
    known = columns(file).get(column)
    return (known.points_to,) if known and known.points_to else ()


def keyed(table: TypedTable | None) -> dict[str, TypedLine]:
    """Return the lines of a table by a key that outlives changes above them: their own id, else `@5`."""
    lines = table.lines if table else ()
    ids = [line.cells.get("id", "") for line in lines]
    counts = Counter(ids)
    return {
        id_ if id_ and counts[id_] == 1 and not id_.startswith((BEGUN, "@")) else f"@{line.number}": line
        for id_, line in zip(ids, lines, strict=True)
    }


def moved(before: TypedTable | None, after: TypedTable | None) -> dict[str, str]:
    """Return the keys of lines as they are called now, by what they were called; without those taken away."""
    old, new = keyed(before), keyed(after)
    keys = {key: key for key in old if key in new and not key.startswith("@")}
    left, right = ([key for key in lines if key not in keys] for lines in (old, new))
    was, now = [_content(old[key]) for key in left], [_content(new[key]) for key in right]
    for _tag, start, end, low, high in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if end - start == high - low:
            keys |= dict(zip(left[start:end], right[low:high], strict=True))
    return keys


def _content(line: TypedLine) -> tuple[tuple[str, str], ...]:
    return tuple(line.cells.items())


class Merge:
    """One write of edits into a folder."""

    def __init__(self, folder: Path, now: datetime, as_is: Collection[LineKey]) -> None:
        self._folder, self._now, self._as_is = folder, now, as_is
        self._drafts = read_drafts(folder)
        self._sheets = sheets_of(folder)
        self._names = NamedLines(self._sheets)
        self._rows = {file: keyed(table) for file, table in self._sheets.items()}
        self._texts: dict[LineKey, dict[str, str]] = {}
        self._removed: dict[LineKey, None] = {}
        self.merged = Merged()

    def take(self, edit: Edit) -> None:
        """Read an edit: done, kept for the other hand, or refused."""
        if fault := _fault(edit):
            self.merged.refused[edit] = fault
            return
        if not edit.file:
            self._take_setting(edit)
            return
        row = edit.file, self._drafts.written.get((edit.file, edit.row), edit.row)
        line = None if row in self._removed else self._rows.get(edit.file, {}).get(row[1])
        if line is None and not row[1].startswith(BEGUN):
            if edit.text:
                self.merged.refused[edit] = _("this line was taken away")
            else:
                self.merged.done[edit] = ()
            return
        before = line.cells if line else {} if row in self._removed else self._drafts.lines.get(row, {})
        cells = {**before, **self._texts.get(row, {})}
        if not edit.column:
            self._removed[row] = None
            self.merged.done[edit] = tuple(Edit(edit.file, edit.row, c, "", t) for c, t in cells.items() if t)
            return
        self._type(edit, row, cells.get(edit.column, ""))

    def _type(self, edit: Edit, row: LineKey, present: str) -> None:
        text = self._names.resolved(edit.file, edit.column, edit.text)
        if not self._names.is_same(edit.file, edit.column, text, present):
            if edit.before is not None and not self._names.is_same(*_cell(edit), edit.before, present):
                self.merged.theirs[edit] = self._names.shown(*_cell(edit), present)
                return
            is_new = _cell(edit) == (PARTICIPANTS, "person") and self._is_new_member(text)
            if fault := self._name_fault(edit, text, is_new=is_new):
                self.merged.refused[edit] = fault
                return
            self._texts.setdefault(row, {})[edit.column] = text
        seen = present if edit.before is None else edit.before
        self.merged.done[edit] = (Edit(edit.file, edit.row, edit.column, edit.text, seen),)

    def _name_fault(self, edit: Edit, text: str, *, is_new: bool) -> str:
        """Return why a name is that of no line, empty where it is one, or may be an id."""
        known, names = columns(edit.file).get(edit.column), self._names.offered(*_cell(edit))
        if not names or text in names or not known or not known.points_to or slug(text) == text:
            return ""
        near = get_close_matches(text, names.values(), n=1, cutoff=0.85 if is_new else 0.6)
        if near:
            return _("no line of this name: is it {name}?").format(name=near[0])
        return "" if is_new else _("no line of this name: write one of those that are offered")

    def _is_new_member(self, name: str) -> bool:
        """Return whether a site names a member to add: none where members of sites are in no table."""
        lines = self._sheets[PARTICIPANTS].lines if PARTICIPANTS in self._sheets else ()
        persons = self._sheets[PERSONS].lines if PERSONS in self._sheets else ()
        if not name or any(plain(line.cells.get("name", "")) == plain(name) for line in persons):
            return False
        is_kept = PERSONS in self._sheets or not any(line.cells.get("person") for line in lines)
        return is_kept and name not in self._names.offered(PARTICIPANTS, "person")

    def _new_member(self, name: str) -> str:
        """Return the id of a member that is added, of this name."""
        offered = self._names.offered(PARTICIPANTS, "person")
        id_ = free_name(slug(name)[:36] or "membre", offered.__contains__)
        offered[id_] = name
        return id_

    def _take_setting(self, edit: Edit) -> None:
        source = read_source(self._folder) if self._sheets else None
        present, _options = shown_setting(every_setting()[edit.column], source)
        if edit.text.strip() != present:
            if edit.before not in {None, present}:
                self.merged.theirs[edit] = present
                return
            write_setting(self._folder, edit.column, edit.text, self._now)
        self.merged.done[edit] = (edit,)

    def write(self) -> None:
        """Write what was taken, as one version; a line with nothing but its id and its tick is taken away.

        A line that is begun waits among the drafts until nothing that it needs is missing, or is said to be
        written as it is.

        Raises:
            InputError: a folder that cannot be written in; what its reader would refuse.
        """
        kept = {row: own for row, own in self._texts.items() if row not in self._removed}
        begun = {
            row: {**self._drafts.lines.get(row, {}), **kept.get(row, {})}
            for row in (*self._drafts.lines, *kept)
            if row[1].startswith(BEGUN) and row not in self._removed
        }
        waiting = {row: own for row, own in begun.items() if any(own.values())}
        texts = {row: own for row, own in kept.items() if row not in begun}
        texts |= {r: own for r, own in waiting.items() if r in self._as_is or not lacking(r[0], own)}
        self._join_members(texts)
        new = [row for row in texts if row[1].startswith(BEGUN)]
        numbers = {row: -rank for rank, row in enumerate(new, start=1)}
        for row, own in texts.items():
            if line := self._rows.get(row[0], {}).get(row[1]):
                numbers[row] = line.number
                left = {**line.cells, **own}
                if "" in own.values() and not any(
                    left[column] for column in left if column not in {"id", ACTIVE}
                ):
                    self._removed[row] = None
        typed = [
            Typed(row[0], numbers[row], column, text)
            for row, own in texts.items()
            if row in numbers and row not in self._removed
            for column, text in own.items()
        ]
        if typed:
            more = [*_ids(self._sheets, typed), *_ticks(self._sheets, typed)]
            write_cells(self._folder, [*more, *typed], self._now)
        self._remove()
        self._call(new)
        self._keep({row: own for row, own in waiting.items() if row not in texts}, new)

    def _join_members(self, texts: dict[LineKey, dict[str, str]]) -> None:
        """Call the members that sites name by their ids, those that are there in no table yet added to it."""
        for own in [own for row, own in texts.items() if row[0] == PARTICIPANTS and own.get("person")]:
            name = self._names.resolved(PARTICIPANTS, "person", own["person"])
            own["person"] = name
            if self._is_new_member(name):
                id_ = own["person"] = self._new_member(name)
                texts[PERSONS, BEGUN + id_] = {"id": id_, "name": name}

    def _keep(self, waiting: dict[LineKey, dict[str, str]], new: Sequence[LineKey]) -> None:
        """Keep the lines that still wait."""
        lines = self._drafts.lines
        self.merged.removed += [row for row in lines if row not in waiting and row not in new]
        if new or waiting != lines or self.merged.removed:
            self._drafts.lines = waiting
            write_drafts(self._folder, self._drafts)

    def _remove(self) -> None:
        for file in dict.fromkeys(file for file, _key in self._removed):
            keys = [key for name, key in self._removed if name == file and key in self._rows.get(file, {})]
            self.merged.removed += [(file, key) for key in keys]
            if keys:
                remove_lines(self._folder, file, [self._rows[file][key].number for key in keys], self._now)

    def _call(self, new: Sequence[LineKey]) -> None:
        """Keep the keys of begun lines true: those that are written now, and those that were before."""
        if not new and not self._removed and not any("id" in own for own in self._texts.values()):
            return
        after = sheets_of(self._folder)
        for file in after:
            keys = moved(self._sheets.get(file), after[file])
            for row, key in self._drafts.written.items():
                if row[0] == file:
                    self._drafts.written[row] = keys.get(key, key)
            known = {*keys.values()}
            made = [key for key in keyed(after[file]) if key not in known]
            own = [row for row in new if row[0] == file]
            self._drafts.written |= dict(zip(own, made[-len(own) :] if own else (), strict=False))


def merge(folder: Path, edits: Sequence[Edit], now: datetime, as_is: Collection[LineKey] = ()) -> Merged:
    """Write edits cell by cell: where a cell holds what its writer saw, or already what is typed.

    So an edit whose answer was lost may be sent again. Any other cell keeps what it holds.

    Args:
        as_is: begun lines to write though they lack something.

    Raises:
        PartError, OpenElsewhereError: a folder that cannot be written in now.
        InputError: a folder that cannot be read.
    """
    writing = Merge(folder, now, as_is)
    for edit in edits:
        writing.take(edit)
    try:
        writing.write()
    except (PartError, OpenElsewhereError):
        raise
    except InputError as fault:
        if 1 < len(edits) <= MOST_ALONE:
            return _joined(merge(folder, half, now, as_is) for half in _halves(edits))
        message = "; ".join(problem.message for problem in fault.problems)
        return Merged(refused=dict.fromkeys(edits, message))
    return writing.merged


def _halves(edits: Sequence[Edit]) -> tuple[Sequence[Edit], Sequence[Edit]]:
    return edits[: len(edits) // 2], edits[len(edits) // 2 :]


def _joined(parts: Iterator[Merged]) -> Merged:
    merged = Merged()
    for part in parts:
        merged.done |= part.done
        merged.theirs |= part.theirs
        merged.refused |= part.refused
        merged.removed += part.removed
    return merged


def _cell(edit: Edit) -> tuple[str, str]:
    return edit.file, edit.column


def _fault(edit: Edit) -> str:
    """Return why an edit is none of a folder, empty where it is one."""
    if not edit.file:
        return "" if edit.column in every_setting() else _("no setting of this name")
    if edit.file not in ROWS or (edit.column and edit.column not in columns(edit.file)):
        return _("no column {name}").format(name=edit.column)
    faults = too_long(ROWS[edit.file], edit.column, edit.text.strip(), "") if edit.column else ()
    return "; ".join(fault.message for fault in faults)


def _ids(sheets: Mapping[str, TypedTable], typed: Sequence[Typed]) -> list[Typed]:
    """Return the ids of new lines that have none and need one of their own: made of their names."""
    more: list[Typed] = []
    for file, line in dict.fromkeys((cell.file, cell.line) for cell in typed if cell.line < 0):
        own = {cell.column: cell.text for cell in typed if (cell.file, cell.line) == (file, line)}
        known = columns(file)["id"]
        if own.get("id") or known.type != "id" or known.points_to:
            continue
        taken = {row.cells.get("id") for row in sheets[file].lines} if file in sheets else set()
        taken |= {cell.text for cell in (*typed, *more) if cell.file == file and cell.column == "id"}
        stem = "-".join(plain(own.get("name", "")).split())[:36] or "ligne"
        more.append(Typed(file, line, "id", free_name(stem, taken.__contains__)))
    return more


def _ticks(sheets: Mapping[str, TypedTable], typed: Sequence[Typed]) -> list[Typed]:
    """Return the yes of new lines, ticked on a page, where other lines of their table write theirs."""
    ticked = {file for file, table in sheets.items() if any(row.cells.get(ACTIVE) for row in table.lines)}
    said = {(cell.file, cell.line) for cell in typed if cell.column == ACTIVE and cell.text}
    new = dict.fromkeys((cell.file, cell.line) for cell in typed if cell.line < 0 and cell.file in ticked)
    return [Typed(*line, ACTIVE, YES_NO[0]) for line in new if line not in said]
