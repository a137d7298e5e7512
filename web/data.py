"""The screen "Données": tables typed over in place, every write atomic and undone at will, files dropped."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import sheet_settings
from scenarios.entry.columns.names import plain
from scenarios.entry.columns.schema import truth
from scenarios.entry.editing.arrivals import Arrival, arrive, use_curve, use_tables
from scenarios.entry.editing.faults import look
from scenarios.entry.editing.tables import TypedTable, raw_rows, sheets_of
from scenarios.entry.editing.totals import typed_totals
from scenarios.entry.editing.versions import bring_back, keep_version, versions_of
from scenarios.entry.editing.write import Typed, accept, remove_line, write_cells, write_setting
from scenarios.entry.folder.put import FILES
from scenarios.entry.folder.raw import read_source
from scenarios.entry.workbook.setting_sheets import shown_setting
from scenarios.forms import dropped_answer, take_dropped
from scenarios.session import AtHand
from web.data_view import cell_of, data_view, totals_words
from web.screens import is_operation

MOST_WAITING = 8


class ChangedError(InputError):
    """The data changed since the page was loaded."""

    def __init__(self, clock: str) -> None:
        super().__init__(
            [Problem("", _("The data changed at {clock}: load the page again.").format(clock=clock))]
        )


class DataScreen:
    """Reads and writes one folder; every write is checked against what the page was made of."""

    def __init__(self, at_hand: AtHand, now: Callable[[], datetime]) -> None:
        self.at_hand = at_hand
        self._now = now
        self._rows: tuple[object, Mapping[str, Sequence[Row]]] | None = None
        self._waiting: OrderedDict[str, Arrival] = OrderedDict()

    @property
    def folder(self) -> Path:
        """The folder that is edited."""
        return self.at_hand.folder

    def values(self, tab: str, *, whole: bool) -> dict[str, object]:
        """Template values of a tab."""
        return {
            **data_view(look(self.folder), tab, self.curves(), self._now().date(), whole=whole),
            "stamp": self.at_hand.digest(),
            "versions": versions_of(self.folder),
            "arrivals": list(self._waiting.values()),
        }

    def curves(self) -> list[str]:
        """Return the names of the files of curves."""
        where = self.folder / "curves"
        return sorted(path.name for path in where.iterdir() if path.is_file()) if where.is_dir() else []

    def totals(self, name: str, text: str) -> tuple[str, str]:
        """Totals below a table during the typing of a cell.

        Raises:
            InputError: a table that cannot be read.
        """
        stamp = self.at_hand.stamp()
        if self._rows is None or self._rows[0] != stamp:
            self._rows = (stamp, raw_rows(self.folder))
        typed = _cell(name, text)
        return totals_words(typed.file, typed_totals(self._rows[1], typed)) if typed else ("", "")

    def write(self, fields: Mapping[str, str], stamp: str) -> None:
        """Write the cells and the settings that differ from the folder.

        Raises:
            InputError: the data changed meanwhile, a cell that is not there, a folder that is read only.
        """
        with self.at_hand.writing:
            self._same(stamp)
            sheets = sheets_of(self.folder)
            typed, settings = [], []
            for name, text in fields.items():
                if name in sheet_settings():
                    settings.append((name, text))
                elif cell := _cell(name, text):
                    typed.append(cell)
            changed = _changed(sheets, typed)
            if changed:
                write_cells(self.folder, _with_ids(sheets, changed), self._now())
            for path, text in settings:
                before = read_source(self.folder) if is_operation(self.folder) else None
                if text.strip() != shown_setting(sheet_settings()[path], before)[0]:
                    write_setting(self.folder, path, text, self._now())

    def remove(self, file: str, line: int, stamp: str) -> None:
        """Take a line away."""
        with self.at_hand.writing:
            self._same(stamp)
            remove_line(self.folder, file, line, self._now())

    def keep_odd(self, path: str, value: str, stamp: str) -> None:
        """Keep an oddity as it is, and say so in the folder."""
        with self.at_hand.writing:
            self._same(stamp)
            day = f"{self._now():%d/%m/%Y}"
            accept(self.folder, path, value, _("kept on the page, {day}").format(day=day), self._now())

    def receive(self, name: str, data: bytes) -> None:
        """Hold a file that was dropped; nothing of it is written."""
        answer = dropped_answer(self.folder, name, data) if is_operation(self.folder) else None
        arrival = arrive(self.folder, name, data)
        if answer is not None:
            arrival = replace(arrival, kind="form", answer=answer, problems=answer.problems)
        self._waiting[arrival.id] = arrival
        while len(self._waiting) > MOST_WAITING:
            self._waiting.popitem(last=False)

    def use(self, name: str, site: str, stamp: str) -> None:
        """Write the contents of a dropped file.

        Raises:
            InputError: it has expired, or cannot be used.
        """
        with self.at_hand.writing:
            self._same(stamp)
            arrival = self._waiting.get(name)
            if arrival is None:
                raise InputError([Problem("", _("this file is no longer held: drop it again"))])
            if arrival.kind == "form":
                keep_version(
                    self.folder, [file for file in FILES if (self.folder / file).exists()], self._now()
                )
                take_dropped(self.folder, arrival.name, arrival.data, self._now().date())
            elif arrival.kind == "curve":
                use_curve(self.folder, arrival, site, self._now())
            else:
                use_tables(self.folder, arrival, self._now())
            del self._waiting[name]

    def discard(self, name: str) -> None:
        """Forget a dropped file."""
        self._waiting.pop(name, None)

    def undo(self, stamp: str) -> None:
        """Bring back what stood before the last write."""
        with self.at_hand.writing:
            self._same(stamp)
            kept = versions_of(self.folder)
            if not kept:
                raise InputError([Problem("", _("nothing to undo"))])
            bring_back(self.folder, kept[0].name, self._now(), forget=True)

    def back_to(self, name: str, stamp: str) -> None:
        """Bring a version back."""
        with self.at_hand.writing:
            self._same(stamp)
            bring_back(self.folder, name, self._now())

    def _same(self, stamp: str) -> None:
        if stamp != self.at_hand.digest():
            times = [time for _name, _size, time in self.at_hand.stamp()]
            last = datetime.fromtimestamp(max(times, default=0) / 1e9)  # noqa: DTZ006 - the clock of the room
            raise ChangedError(f"{last:%H} h {last:%M}")


def _cell(name: str, text: str) -> Typed | None:
    """Return a cell of its name, `participants.csv:5:annual_kwh`; None where that names none."""
    file, _colon, rest = name.partition(":")
    line, _colon, column = rest.partition(":")
    return Typed(file, int(line), column, text.strip()) if line.isdecimal() and column else None


def _changed(sheets: Mapping[str, TypedTable], typed: Sequence[Typed]) -> list[Typed]:
    """Return the cells whose text is another than the folder's."""
    changed = []
    for cell in typed:
        table = sheets.get(cell.file)
        line = next((row for row in table.lines if row.number == cell.line), None) if table else None
        before = line.cells.get(cell.column, "") if line else ""
        if table is not None and line is not None:
            before = cell_of(table, line, cell.column, {}).text
        same = truth(cell.text) == truth(before or True) if cell.column == "active" else cell.text == before
        if not same:
            changed.append(cell)
    return changed


def _with_ids(sheets: Mapping[str, TypedTable], typed: Sequence[Typed]) -> list[Typed]:
    """Return cells to write, a new line given an id of its name where none was typed."""
    more = []
    for file in dict.fromkeys(cell.file for cell in typed if not cell.line):
        own = [cell for cell in typed if cell.file == file and not cell.line]
        if any(cell.column == "id" for cell in own):
            continue
        name = next((cell.text for cell in own if cell.column == "name"), "") or "ligne"
        taken = {line.cells.get("id") for line in sheets[file].lines} if file in sheets else set()
        stem = "-".join(plain(name).split())[:36] or "ligne"
        rank = 1
        while (free := stem if rank == 1 else f"{stem}-{rank}") in taken:
            rank += 1
        more.append(Typed(file, 0, "id", free))
    return [*more, *typed]
