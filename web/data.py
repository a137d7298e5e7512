"""The screen "Données": tables typed over in place, every write atomic and undone at will, files dropped."""

import json
import secrets
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from gettext import gettext as _
from pathlib import PurePath
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from acc.problem import InputError, Problem, refuse
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import every_setting
from scenarios.entry.columns.schema import truth
from scenarios.entry.editing.arrivals import Arrival, arrive, use_curve, use_tables
from scenarios.entry.editing.drafts import read_drafts, stamp_of
from scenarios.entry.editing.merge import BEGUN, Edit, Merged, NamedLines, keyed, merge, moved
from scenarios.entry.editing.tables import Typed, TypedTable, look, raw_rows, sheets_of, typed_totals
from scenarios.entry.editing.versions import bring_back, keep_version, versions_of
from scenarios.entry.editing.write import accept
from scenarios.entry.folder.put import FILES
from scenarios.entry.folder.raw import read_source
from scenarios.entry.folder.xlsx_tables import WORKBOOK
from scenarios.entry.workbook.cells import no_line
from scenarios.entry.workbook.write import workbook_bytes
from scenarios.forms import dropped_answer, forms_archive, take_dropped
from web.answers import SentForm, form_route
from web.data_cells import NOTHING, Render, ShownPages, differences, read_ops, results, shown_tab
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
        self._pages = ShownPages()

    def routes(self) -> list[Route]:
        """List the addresses of the tables of the folder."""
        acts = {
            "table": self._write,
            "ligne": self._remove,
            "ecrire": self._write_as_is,
            "admettre": self._keep_odd,
            "fichier": self._receive,
            "utiliser": self._use,
            "relire": self._read_again,
            "ecarter": self._discard,
            "annuler": self._undo,
            "version": self._back_to,
        }
        return [
            self._screens.route("/donnees", self._show, "onglet", "colonnes"),
            self._screens.route("/donnees/classeur", self._workbook, "rempli"),
            self._screens.route("/donnees/formulaires", self._forms),
            Route("/donnees/cellules", self._cells, methods=["POST"]),
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
        return self._page(query.get("onglet", "membres"), full=query.get("colonnes") == "toutes")

    def _page(self, tab: str, *, full: bool, fault: InputError | None = None) -> str:
        try:
            values, tables = self._values(tab, full=full, fault=fault)
            stamp, mark = self._at_hand.digest(), self._mark()
        except InputError as error:  # a link that leads out of the folder
            return self._screens.empty(error, "donnees")
        since = self._pages.add(shown_tab(values, tables, mark, self._renders(values)))
        return self._screens.page("data.html", screen="donnees", stamp=stamp, since=since, **values)

    def _values(
        self, tab: str, *, full: bool, fault: InputError | None = None
    ) -> tuple[dict[str, Any], Mapping[str, TypedTable]]:
        """Template values of a tab, and the tables that they are of."""
        looked = look(self._folder)
        values = data_view(looked, tab, self._curves(), self._now().date(), every_column=full)
        more = {"versions": versions_of(self._folder), "arrivals": list(self._waiting.values())}
        return {**values, **more, "refused": fault.problems if fault else ()}, looked.sheets

    def _mark(self) -> str:
        """Digest of the data of the folder and of its begun lines."""
        return f"{self._at_hand.digest()} {stamp_of(self._folder)}"

    def _renders(self, values: Mapping[str, Any]) -> Render:
        return lambda name, **more: self._screens.block("_data.html", name, **values, **more)

    async def _cells(self, request: Request) -> Response:
        """Write cells that a page typed, and answer with what it has to change."""
        try:
            sent = json.loads(await request.body())
            words = {name: str(sent.get(name, "")) for name in ("onglet", "colonnes", "since")}
            ops = list(sent.get("ops", ()))
        except (ValueError, TypeError, AttributeError):
            return JSONResponse({"problems": [_("not a cell of this page")]}, status_code=400)
        return await run_in_threadpool(self._answer_ops, words, ops)

    def _answer_ops(self, words: Mapping[str, str], ops: Sequence[object]) -> Response:
        was, full = self._pages.get(words["since"]), words["colonnes"] == "toutes"
        shown: dict[str, object] = {}
        lines: dict[Edit, tuple[str, str]] = {}
        try:
            if not ops and was.stamp == self._mark():
                return JSONResponse({})
            if ops:
                with self._at_hand.writing:
                    tables = sheets_of(self._folder)
                    sent = read_ops(ops, was, tables)
                    lines = {edit: (edit.file, edit.row) for edit in sent.every_edit}
                    written = read_drafts(self._folder).written
                    rows = {edit: (line[0], written.get(line, line[1])) for edit, line in lines.items()}
                    is_any = rows or sent.as_is
                    merged = merge(self._folder, [*rows], self._now(), sent.as_is) if is_any else Merged()
                shown = {"results": results(sent, merged, rows), "notes": sent.notes}
            typed = {row for _file, row in lines.values()}
            more = self._differences(words["onglet"], words["since"], full=full, typed=typed)
            return JSONResponse({**shown, **more})
        except InputError as fault:
            return JSONResponse({"problems": [str(problem) for problem in fault.problems]}, status_code=422)

    def _differences(
        self,
        tab: str,
        since: str,
        *,
        full: bool,
        fault: InputError | None = None,
        typed: Collection[str] = (),
    ) -> dict[str, Any]:
        """Changes that a page has to make to show the folder as it is; `typed`: lines that it sent."""
        values, tables = self._values(tab, full=full, fault=fault)
        file, was = str(values["file"]), self._pages.get(since)
        render = self._renders(values)
        now = shown_tab(values, tables, self._mark(), render)
        called = {
            row: key
            for (name, row), key in read_drafts(self._folder).written.items()
            if name == file and key in now.lines and (row in was.lines or row in typed or was is NOTHING)
        }
        called |= moved(was.tables.get(file), tables.get(file))
        rows = {row.key: row for row in values["rows"]}
        return {
            "since": self._pages.add(now, since),
            "stamp": self._at_hand.digest(),
            "title": values["title"],
            "called": {row: key for row, key in called.items() if row != key},
            **differences(was, now, called, lambda key: render("ligne", row=rows[key])),
        }

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
            changes = self._differences(tab, sent.text("since"), full=full, fault=fault)
            return JSONResponse(changes, status_code=status)
        if fault is not None:
            return HTMLResponse(self._page(tab, full=full, fault=fault), status_code=status)
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
            page = self._page("membres", full=False, fault=fault)
            return HTMLResponse(page, status_code=422)
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=kind, headers=headers)

    def _totals(self, sent: SentForm) -> Response:
        """Totals below a table during the typing of a cell."""
        stamp = self._at_hand.stamp()
        if self._rows is None or self._rows[0] != stamp:
            self._rows = (stamp, raw_rows(self._folder))
        typed = _cell(sent.text("case"), sent.text("texte"))
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

    def _write(self, sent: SentForm) -> None:
        """Write the cells and the settings that differ from the folder."""
        fields = {n: str(sent.fields.getlist(n)[-1]) for n in sent.fields if isinstance(sent.fields[n], str)}
        with self._writing(sent):
            cells = [cell for name, text in fields.items() if (cell := _cell(name, text))]
            sheets = sheets_of(self._folder)
            keys = {(file, line.number): key for file in sheets for key, line in keyed(sheets[file]).items()}
            new = {(cell.file, 0): BEGUN + secrets.token_hex(4) for cell in cells}
            keys |= new
            edits = [Edit(file, row, column, text) for file, row, column, text in _begun_cells(fields)]
            edits += [
                Edit(cell.file, keys.get((cell.file, cell.line), ""), cell.column, cell.text)
                for cell in _changed(sheets, cells)
            ]
            edits += [Edit("", "", name, text) for name, text in fields.items() if name in every_setting()]
            self._merge(edits, {(file, row) for (file, _line), row in new.items()})

    def _merge(self, edits: Sequence[Edit], as_is: Collection[tuple[str, str]] = ()) -> None:
        """Write edits of a form; `as_is`: lines that are not held back for what they lack.

        Raises:
            InputError: any of them is refused.
        """
        merged = merge(self._folder, edits, self._now(), as_is)
        refuse([Problem(edit.column, message) for edit, message in merged.refused.items()])

    def _remove(self, sent: SentForm) -> None:
        """Take a line away."""
        file, line = sent.text("table"), sent.text("ligne")
        with self._writing(sent):
            keys = {str(row.number): key for key, row in keyed(sheets_of(self._folder).get(file)).items()}
            keys |= {key: key for of, key in read_drafts(self._folder).lines if of == file}
            if line not in keys:
                raise InputError([Problem(file, no_line(int(line) if line.isdecimal() else -1))])
            self._merge([Edit(file, keys[line], "")])

    def _write_as_is(self, sent: SentForm) -> None:
        """Write a line that is begun, whatever it lacks."""
        with self._writing(sent):
            self._merge([], {(sent.text("table"), sent.text("ligne"))})

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

    def _read_again(self, sent: SentForm) -> None:
        """Read a dropped curve with the unit or the clock that a person says it has."""
        arrival = self._waiting.get(sent.text("id"))
        choices = (
            [choice for choice in arrival.choices if sent.text(choice.option) == choice.value]
            if arrival
            else []
        )
        if arrival and choices:
            options = replace(arrival.options, **{choices[0].option: choices[0].value})  # type: ignore[arg-type]
            again = arrive(self._folder, arrival.name, arrival.data, options)
            self._waiting[arrival.id] = replace(again, id=arrival.id)

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


def _cell(name: str, text: str) -> Typed | None:
    """Cell of its name, `participants.csv:5:annual_kwh`."""
    row, _colon, column = name.rpartition(":")
    file, _colon, line = row.partition(":")
    return Typed(file, int(line), column, text.strip()) if column and line.isdecimal() else None


def _begun_cells(fields: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """Yield the cells of a form that are of lines that are begun: table, key, column, text."""
    for name, text in fields.items():
        file, _colon, rest = name.partition(":")
        row, _colon, column = rest.partition(":")
        if row.startswith(BEGUN) and column:
            yield file, row, column, text


def _changed(sheets: Mapping[str, TypedTable], typed: Sequence[Typed]) -> list[Typed]:
    """Return the cells whose text is another than the folder's."""
    changed, names = [], NamedLines(sheets)
    for cell in typed:
        table = sheets.get(cell.file)
        line = next((row for row in table.lines if row.number == cell.line), None) if table else None
        before = line.cells.get(cell.column, "") if line else ""
        if table is not None and line is not None:
            before = cell_of(table, line, cell.column, {}, names).text
        same = truth(cell.text) == truth(before or True) if cell.column == "active" else cell.text == before
        if not same:
            changed.append(cell)
    return changed
