"""The addresses of the screen "Données"."""

from collections.abc import Callable
from functools import partial
from gettext import gettext as _
from pathlib import PurePath
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from acc.problem import InputError
from scenarios.entry.folder.raw import read_source
from scenarios.entry.folder.xlsx_tables import WORKBOOK
from scenarios.entry.workbook.write import workbook_bytes
from scenarios.forms import forms_archive
from web.data import ChangedError, DataScreen
from web.screens import Screens

MOST_FIELDS = 20_000
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def data_routes(screens: Screens, data: DataScreen) -> list[Route]:
    """Return the addresses of the tables of a folder."""
    site = _DataSite(screens, data)
    return [
        Route("/donnees", site.show),
        Route("/donnees/classeur", site.workbook),
        Route("/donnees/formulaires", site.forms),
        Route("/donnees/totaux", site.totals, methods=["POST"]),
        *(Route(f"/donnees/{name}", site.doing(act), methods=["POST"]) for name, act in _acts(data).items()),
    ]


def _acts(data: DataScreen) -> dict[str, Callable[[FormData, str], None]]:
    """Actions of the forms, from their fields and the digest of their data."""

    def text(form: FormData, name: str) -> str:
        return str(form.get(name) or "")

    def line(form: FormData) -> int:
        return int(text(form, "ligne")) if text(form, "ligne").isdecimal() else -1

    def fields(form: FormData) -> dict[str, str]:
        return {name: str(form.getlist(name)[-1]) for name in form if isinstance(form[name], str)}

    return {
        "table": lambda form, stamp: data.write(fields(form), stamp),
        "ligne": lambda form, stamp: data.remove(text(form, "table"), line(form), stamp),
        "admettre": lambda form, stamp: data.keep_odd(text(form, "chemin"), text(form, "valeur"), stamp),
        "fichier": lambda _form, _stamp: None,
        "utiliser": lambda form, stamp: data.use(text(form, "id"), text(form, "site"), stamp),
        "ecarter": lambda form, _stamp: data.discard(text(form, "id")),
        "annuler": lambda _form, stamp: data.undo(stamp),
        "version": lambda form, stamp: data.back_to(text(form, "version"), stamp),
    }


class _DataSite:
    def __init__(self, screens: Screens, data: DataScreen) -> None:
        self.screens, self.data = screens, data

    async def show(self, request: Request) -> Response:
        query = request.query_params
        part = "_data.html" if "partie" in query else "data.html"
        tab, full = query.get("onglet", "membres"), query.get("colonnes") == "toutes"
        return HTMLResponse(await run_in_threadpool(self.page, part, tab, full=full))

    def page(self, template: str, tab: str, *, full: bool, fault: InputError | None = None) -> str:
        problems = fault.problems if fault else ()
        try:
            values = self.data.values(tab, whole=full)
        except InputError as error:  # a link that leads out of the folder
            return self.screens.empty(error, "donnees")
        return self.screens.page(template, screen="donnees", state="", refused=problems, **values)

    async def totals(self, request: Request) -> Response:
        """Answer a cell as it is being typed by what is then under its table."""
        async with request.form(max_files=0, max_fields=2) as form:
            name, text = str(form.get("case") or ""), str(form.get("texte") or "")
        try:
            words = await run_in_threadpool(self.data.totals, name, text)
        except InputError:
            return HTMLResponse("", status_code=422)
        return HTMLResponse(self.screens.page("_totals.html", totals=words))

    async def workbook(self, request: Request) -> Response:
        """Give the workbook to fill in; `rempli`: with what the folder holds."""
        filled = "rempli" in request.query_params
        return await self._file(partial(self._workbook, filled=filled), WORKBOOK, SHEET)

    def _workbook(self, *, filled: bool) -> bytes:
        return workbook_bytes(read_source(self.data.folder) if filled else None)

    async def forms(self, _request: Request) -> Response:
        """Give the forms of all members, in one archive."""
        make = partial(forms_archive, self.data.folder, self.screens.today())
        return await self._file(make, _("forms") + ".zip", "application/zip")

    async def _file(self, make: Callable[[], bytes], name: str, kind: str) -> Response:
        fault: InputError | None = None
        try:
            content = await run_in_threadpool(make)
        except InputError as error:
            fault = error
        if fault is not None:
            page = partial(self.page, "data.html", "membres", full=False, fault=fault)
            return HTMLResponse(await run_in_threadpool(page), status_code=422)
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=kind, headers=headers)

    def doing(self, act: Callable[[FormData, str], None]) -> Callable[[Request], object]:
        """Build the handler of a form: it acts, then shows the screen, or the changes to a script."""

        async def answer(request: Request) -> Response:
            async with request.form(max_files=1, max_fields=MOST_FIELDS) as form:
                tab, full = str(form.get("onglet") or "membres"), form.get("colonnes") == "toutes"
                sent = form.get("fichier")
                if isinstance(sent, UploadFile):
                    name, data = PurePath(sent.filename or "").name, await sent.read()
                    await run_in_threadpool(self.data.receive, name, data)
                fault: InputError | None = None
                try:
                    await run_in_threadpool(act, form, str(form.get("tampon") or ""))
                except InputError as error:
                    fault = error
            script = request.headers.get("accept", "").startswith("application/json")
            if script:
                html = await run_in_threadpool(lambda: self.page("_data.html", tab, full=full, fault=fault))
                status = 409 if isinstance(fault, ChangedError) else 422 if fault else 200
                return JSONResponse({"html": html}, status_code=status)
            if fault is not None:
                html = await run_in_threadpool(lambda: self.page("data.html", tab, full=full, fault=fault))
                return HTMLResponse(html, status_code=409 if isinstance(fault, ChangedError) else 422)
            query = {"onglet": tab, **({"colonnes": "toutes"} if full else {})}
            return RedirectResponse(self.screens.root + "/donnees?" + urlencode(query), status_code=303)

        return answer
