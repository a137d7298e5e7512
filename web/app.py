"""The addresses of the page and what each answers."""

import gc
from collections.abc import Callable
from datetime import date, datetime
from gettext import gettext as _
from pathlib import Path

import font_source_sans_pro
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.staticfiles import StaticFiles

from acc.problem import InputError
from reports.data.encode import to_json
from scenarios.session import AtHand
from web.comparer import comparer_routes
from web.data import DataScreen
from web.data_routes import data_routes
from web.documents import document_routes
from web.failing import Failing
from web.guard import OWN_PAGES, Door, Guard
from web.home import HomeSite
from web.library import Library
from web.naming import in_fields
from web.own_pages import OwnLinks, OwnPagesSite
from web.page_study import study_routes
from web.screens import Screens, is_operation
from web.state import Posted, StateError, read_posted

FACES = {
    name: Path(font_source_sans_pro.font_directory) / f"SourceSansPro-{name}.ttf"
    for name in ("Regular", "Semibold", "Bold")
}
STATIC = Path(__file__).parent / "static"


def page_of(
    folder: Path, door: Door, today: Callable[[], date], now: Callable[[], datetime] = datetime.now
) -> Starlette:
    """Return the page of an operation, or of each operation of a folder, behind its guard."""
    links = OwnLinks(now) if door.is_exposed else None

    def site(where: Path, root: str) -> Site:
        return Site(where, today, now, root, links)

    library = Library(folder, lambda where, root: Router(site(where, root).routes()), is_local=links is None)
    first = site(folder, next((f"/o/{operation.name}" for operation in library.operations), ""))
    home = HomeSite(library, first.screens)
    routes: list[BaseRoute] = [
        Route("/police/{face}", letters),
        Route("/vivant", alive),
        Mount("/static", StaticFiles(directory=STATIC)),
        *home.routes(),
        Mount("/o/{name}", app=library),
        *([Route(OWN_PAGES + "{token}", links.answer)] if links else []),
        *([Route("/", home.show)] if library.operations else first.routes()),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(Guard, door=door), Middleware(Failing, page=first.screens.failed)],
        exception_handlers={HTTPException: _http_fault},
    )


async def letters(request: Request) -> Response:
    """Give a face of the font that every document has."""
    path = FACES.get(str(request.path_params["face"]))
    return FileResponse(path, media_type="font/ttf") if path else PlainTextResponse("", status_code=404)


async def alive(_request: Request) -> Response:
    """Answer at once, whatever is being computed: an open page asks whether the program still runs."""
    return Response(status_code=204)


async def _http_fault(_request: Request, fault: Exception) -> Response:
    status = fault.status_code if isinstance(fault, HTTPException) else 500
    return PlainTextResponse(_("There is nothing here.") + "\n", status_code=status)


class Site:
    """The addresses; what is slow is done beside the loop, so that the page stays awake."""

    def __init__(
        self,
        folder: Path,
        today: Callable[[], date],
        now: Callable[[], datetime],
        root: str,
        links: OwnLinks | None = None,
    ) -> None:
        self.at_hand = AtHand(folder, today)
        self.root, self._now = root, now
        self.screens = Screens(self.at_hand, today, root, has_links=links is not None)
        self.data = DataScreen(self.at_hand, now)
        self.links = links

    def routes(self) -> list[BaseRoute]:
        """Return the addresses of this operation."""
        return [
            Route("/", self.first),
            *data_routes(self.screens, self.data),
            Route("/seance", self.seance),
            *study_routes(self.screens),
            *(OwnPagesSite(self.screens, self.links).routes() if self.links else []),
            Route("/etat", self.etat, methods=["POST"]),
            Route("/garder", self.garder, methods=["POST"]),
            Route("/tampon", self.tampon),
            *comparer_routes(self.screens, self._now),
            *document_routes(self.screens, self._now),
        ]

    async def first(self, _request: Request) -> Response:
        """Lead to the screen of a meeting, or to the tables of a folder that has none yet."""
        screen = "/seance" if is_operation(self.at_hand.folder) else "/donnees"
        return RedirectResponse(self.root + screen, status_code=303)

    async def seance(self, request: Request) -> Response:
        """Show a state of the folder."""
        query = request.query_params
        return HTMLResponse(await run_in_threadpool(self.screens.seance, query))

    async def etat(self, request: Request) -> Response:
        """Answer a state: printed strings, blocks of the page."""
        try:
            posted = read_posted(await request.body())
        except StateError as fault:
            return _json({"problems": [{"message": str(fault)}]}, 400)
        try:
            answer = _json(await run_in_threadpool(self._answer, posted))
        except InputError as fault:
            messages = [
                {"message": text} for text in await run_in_threadpool(self.screens.problem_texts, fault)
            ]
            return _json({"number": posted.number, "problems": messages}, 422)
        # Ranges are asked for at rest: the moment to look for what nobody needs any more, 60 ms.
        answer.background = BackgroundTask(gc.collect) if posted.drawn else None
        return answer

    def _answer(self, posted: Posted) -> dict[str, object]:
        with self.at_hand.single_state():
            posted = self.screens.opened(posted)
            return {"number": posted.number, **self.screens.texts(posted)}

    async def tampon(self, _request: Request) -> Response:
        """Tell the data of now from those of an open page."""
        return PlainTextResponse(await run_in_threadpool(self.screens.stamp))

    async def garder(self, request: Request) -> Response:
        """Keep a state as a variant, then show it."""
        async with request.form(max_files=0, max_fields=400) as form:
            question, _face = await run_in_threadpool(self.screens.read, form)
            words = {name: str(form.get(name) or "").strip() for name in ("nom", "present", "note")}
        try:
            to = await run_in_threadpool(self.screens.keep, question, words)
        except InputError as fault:
            back = self.screens.link(question)
            return HTMLResponse(self.screens.fault(in_fields(fault), back), status_code=422)
        return RedirectResponse(to, status_code=303)


def _json(document: dict[str, object], status: int = 200) -> Response:
    return Response(to_json(document), status_code=status, media_type="application/json")
