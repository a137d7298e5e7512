"""The screen "Données": tables typed over in place, every write atomic and undone at will, files dropped."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from gettext import gettext as _
from pathlib import PurePath
from urllib.parse import urlencode

from starlette.datastructures import QueryParams, UploadFile
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from acc.problem import InputError, Problem
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import sheet_settings
from scenarios.entry.columns.names import plain
from scenarios.entry.columns.schema import truth
from scenarios.entry.editing.arrivals import Arrival, arrive, use_curve, use_tables
from scenarios.entry.editing.tables import (
    Typed,
    TypedTable,
    free_name,
    look,
    raw_rows,
    sheets_of,
    typed_totals,
)
from scenarios.entry.editing.versions import bring_back, keep_version, versions_of
from scenarios.entry.editing.write import accept, remove_line, write_cells, write_setting
from scenarios.entry.folder.put import FILES
from scenarios.entry.folder.raw import read_source
from scenarios.entry.folder.xlsx_tables import WORKBOOK
from scenarios.entry.workbook.write import shown_setting, workbook_bytes
from scenarios.forms import dropped_answer, forms_archive, take_dropped
from web.answers import SentForm, form_route, page_route
from web.data_view import cell_of, data_view, totals_words
from web.screens import Screens, is_operation

MOST_WAITING, MOST_FIELDS = 8, 20_000
ZIP, SHEET = "application/zip", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ChangedError(InputError):
    """The data changed since the page was loaded."""

    def __init__(self, clock: str) -> None:
        super().__init__(
            [Problem("", _("The data changed at {clock}: load the page again.").format(clock=clock))]
        )


class DataScreen:
    """Reads and writes one folder; every write is checked against what the page was made of."""

    def __init__(self, screens: Screens, now: Callable[[], datetime]) -> None:
        self._screens, self._now = screens, now
        self._at_hand, self._folder = screens.at_hand, screens.at_hand.folder
        self._rows: tuple[object, Mapping[str, Sequence[Row]]] | None = None
        self._waiting: OrderedDict[str, Arrival] = OrderedDict()
        self._begun: dict[str, str] = {}
        """Rows begun on a page, by its key (`participants.csv:n-4f`): the id that each was given."""

    def routes(self) -> list[Route]:
        """List the addresses of the tables of the folder."""
        acts = {
            "table": self._write,
            "ligne": self._remove,
            "admettre": self._keep_odd,
            "fichier": self._receive,
            "utiliser": self._use,
            "ecarter": self._discard,
            "annuler": self._undo,
            "version": self._back_to,
        }
        return [
            page_route("/donnees", self._show),
            page_route("/donnees/classeur", self._workbook),
            page_route("/donnees/formulaires", self._forms),
            form_route("/donnees/totaux", self._totals, lambda _fault, _sent: "", most_fields=2),
            *(
                form_route(
                    f"/donnees/{name}",
                    partial(self._do, act),
                    lambda fault, sent: self._answer(sent, fault),
                    most_fields=MOST_FIELDS,
                    most_files=1,
                )
                for name, act in acts.items()
            ),
        ]

    def _show(self, query: QueryParams) -> str:
        template = "_data.html" if "partie" in query else "data.html"
        full = query.get("colonnes") == "toutes"
        return self._page(template, query.get("onglet", "membres"), full=full)

    def _page(self, template: str, tab: str, *, full: bool, fault: InputError | None = None) -> str:
        try:
            looked = look(self._folder)
            shown = data_view(looked, tab, self._curves(), self._now().date(), every_column=full)
            stamp = self._at_hand.digest()
        except InputError as error:  # a link that leads out of the folder
            return self._screens.empty(error, "donnees")
        return self._screens.page(
            template,
            screen="donnees",
            refused=fault.problems if fault else (),
            versions=versions_of(self._folder),
            arrivals=list(self._waiting.values()),
            stamp=stamp,
            begun={(key.partition(":")[0], line): key for key, line in self._lines(looked.sheets).items()},
            **shown,
        )

    def _curves(self) -> list[str]:
        """List the names of the files of curves."""
        where = self._folder / "curves"
        return sorted(path.name for path in where.iterdir() if path.is_file()) if where.is_dir() else []

    def _do(self, act: Callable[[SentForm], object], sent: SentForm) -> Response:
        act(sent)
        return self._answer(sent)

    def _answer(self, sent: SentForm, fault: InputError | None = None) -> Response:
        """Answer a form: a script has what changes on its page, a person is led to the screen."""
        tab, full = sent.text("onglet") or "membres", sent.text("colonnes") == "toutes"
        status = 200 if fault is None else 409 if isinstance(fault, ChangedError) else 422
        if sent.is_script:
            html = self._page("_data.html", tab, full=full, fault=fault)
            return JSONResponse({"html": html}, status_code=status)
        if fault is not None:
            return HTMLResponse(self._page("data.html", tab, full=full, fault=fault), status_code=status)
        query = {"onglet": tab, **({"colonnes": "toutes"} if full else {})}
        return RedirectResponse(self._screens.root + "/donnees?" + urlencode(query), status_code=303)

    def _workbook(self, query: QueryParams) -> Response:
        """Give the workbook to fill in; `rempli`: with what the folder holds."""
        filled = "rempli" in query
        make = lambda: workbook_bytes(read_source(self._folder) if filled else None)  # noqa: E731
        return self._file(make, WORKBOOK, SHEET)

    def _forms(self, _query: QueryParams) -> Response:
        """Give the forms of all members, in one archive."""
        make = partial(forms_archive, self._folder, self._screens.today())
        return self._file(make, _("forms") + ".zip", ZIP)

    def _file(self, make: Callable[[], bytes], name: str, kind: str) -> Response:
        try:
            content = make()
        except InputError as fault:
            page = self._page("data.html", "membres", full=False, fault=fault)
            return HTMLResponse(page, status_code=422)
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=kind, headers=headers)

    def _totals(self, sent: SentForm) -> Response:
        """Totals below a table during the typing of a cell."""
        stamp = self._at_hand.stamp()
        if self._rows is None or self._rows[0] != stamp:
            self._rows = (stamp, raw_rows(self._folder))
        sheets = sheets_of(self._folder) if ":n-" in sent.text("case") else {}
        typed = _cell(sent.text("case"), sent.text("texte"), self._lines(sheets))
        words = totals_words(typed.file, typed_totals(self._rows[1], typed)) if typed else ("", "")
        return HTMLResponse(self._screens.page("_totals.html", totals=words))

    @contextmanager
    def _writing(self, sent: SentForm) -> Iterator[None]:
        """Hold the folder for a write.

        Raises:
            ChangedError: the data changed since the page was made.
        """
        with self._at_hand.writing:
            if sent.text("tampon") != self._at_hand.digest():
                times = [time for _name, _size, time in self._at_hand.stamp()]
                last = datetime.fromtimestamp(max(times, default=0) / 1e9)  # noqa: DTZ006 - the clock of the room
                raise ChangedError(f"{last:%H} h {last:%M}")
            yield

    def _lines(self, sheets: Mapping[str, TypedTable]) -> dict[str, int]:
        """Line of each row that was begun on a page, by its key."""
        lines = {(f, line.cells.get("id")): line.number for f in sheets for line in sheets[f].lines}
        rows = {key: (key.partition(":")[0], name) for key, name in self._begun.items()}
        return {key: lines[row] for key, row in rows.items() if row in lines}

    def _write(self, sent: SentForm) -> None:
        """Write the cells and the settings that differ from the folder."""
        fields = {n: str(sent.fields.getlist(n)[-1]) for n in sent.fields if isinstance(sent.fields[n], str)}
        with self._writing(sent):
            settings = {name: text for name, text in fields.items() if name in sheet_settings()}
            sheets = sheets_of(self._folder)
            lines = self._lines(sheets)
            cells = [_cell(name, text, lines) for name, text in fields.items() if name not in settings]
            if changed := _changed(sheets, [cell for cell in cells if cell]):
                typed = _with_ids(sheets, changed)
                write_cells(self._folder, typed, self._now())
                key = next((name.rpartition(":")[0] for name in fields if ":n-" in name), "")
                if key and (named := next((cell.text for cell in typed if cell.column == "id"), "")):
                    self._begun[key] = named
            for path, text in settings.items():
                before = read_source(self._folder) if is_operation(self._folder) else None
                if text.strip() != shown_setting(sheet_settings()[path], before)[0]:
                    write_setting(self._folder, path, text, self._now())

    def _remove(self, sent: SentForm) -> None:
        """Take a line away."""
        line = int(sent.text("ligne")) if sent.text("ligne").isdecimal() else -1
        with self._writing(sent):
            remove_line(self._folder, sent.text("table"), line, self._now())

    def _keep_odd(self, sent: SentForm) -> None:
        """Keep an oddity as it is, and say so in the folder."""
        now = self._now()
        why = _("kept on the page, {day}").format(day=f"{now:%d/%m/%Y}")
        with self._writing(sent):
            accept(self._folder, sent.text("chemin"), sent.text("valeur"), why, now)

    def _receive(self, sent: SentForm) -> None:
        """Hold a file that was dropped; nothing of it is written."""
        file = sent.fields.get("fichier")
        if not isinstance(file, UploadFile):
            return
        name, data = PurePath(file.filename or "").name, file.file.read()
        answer = dropped_answer(self._folder, name, data) if is_operation(self._folder) else None
        arrival = arrive(self._folder, name, data)
        if answer is not None:
            arrival = replace(arrival, kind="form", answer=answer, problems=answer.problems)
        self._waiting[arrival.id] = arrival
        while len(self._waiting) > MOST_WAITING:
            self._waiting.popitem(last=False)

    def _use(self, sent: SentForm) -> None:
        """Write the contents of a dropped file."""
        folder, now = self._folder, self._now()
        with self._writing(sent):
            arrival = self._waiting.get(sent.text("id"))
            if arrival is None:
                raise InputError([Problem("", _("this file is no longer held: drop it again"))])
            if arrival.kind == "form":
                keep_version(folder, [file for file in FILES if (folder / file).exists()], now)
                take_dropped(folder, arrival.name, arrival.data, now.date())
            elif arrival.kind == "curve":
                use_curve(folder, arrival, sent.text("site"), now)
            else:
                use_tables(folder, arrival, now)
            del self._waiting[arrival.id]

    def _discard(self, sent: SentForm) -> None:
        """Forget a dropped file."""
        self._waiting.pop(sent.text("id"), None)

    def _undo(self, sent: SentForm) -> None:
        """Bring back what stood before the last write."""
        with self._writing(sent):
            versions = versions_of(self._folder)
            if not versions:
                raise InputError([Problem("", _("nothing to undo"))])
            bring_back(self._folder, versions[0].name, self._now(), forget=True)

    def _back_to(self, sent: SentForm) -> None:
        """Bring a version back."""
        with self._writing(sent):
            bring_back(self._folder, sent.text("version"), self._now())


def _cell(name: str, text: str, begun: Mapping[str, int]) -> Typed | None:
    """Cell of its name, `participants.csv:5:annual_kwh`; of a row begun on a page, `plants.csv:n-4f:kwp`."""
    row, _colon, column = name.rpartition(":")
    file, _colon, line = row.partition(":")
    if not column or not (line.isdecimal() or line.startswith("n-")):
        return None
    return Typed(file, int(line) if line.isdecimal() else begun.get(row, 0), column, text.strip())


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
        more.append(Typed(file, 0, "id", free_name(stem, taken.__contains__)))
    return [*more, *typed]
