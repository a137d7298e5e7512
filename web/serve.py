"""The page of a folder: its addresses and what each answers; the port, the browser, the end at Ctrl-C."""

import gc
import secrets
import socket
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from gettext import gettext as _
from hashlib import sha256
from pathlib import Path

import font_source_sans_pro
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.staticfiles import StaticFiles

from acc.arrays import JsonObject
from acc.i18n import reason_of
from acc.problem import InputError, Problem
from reports.data.encode import to_json
from reports.format.language import hold
from scenarios.entry.folder.settings import SHORT_NAMES
from scenarios.operation.metering.memory import keep_freed
from scenarios.session import AtHand
from web.answers import SentForm, form_route, page_route
from web.comparer import ComparerSite
from web.data import DataScreen
from web.documents import DocumentsSite
from web.guard import OWN_PAGES, TOKEN, Door, Failing, Guard, hosts_of
from web.library import HomeSite, Library
from web.naming import VIEW, StateError, in_fields, read_posted
from web.own_pages import OwnLinks, own_pages_routes
from web.page_study import study_routes
from web.road import RoadSite
from web.screens import FORM, Screens

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

    def operation(where: Path, root: str) -> tuple[Screens, list[BaseRoute]]:
        screens = Screens(AtHand(where, today), today, root, has_links=links is not None)
        return screens, operation_routes(screens, now, links)

    library = Library(folder, lambda where, root: Router(operation(where, root)[1]), is_local=links is None)
    root = next((f"/o/{operation.name}" for operation in library.operations), "")
    screens, routes = operation(folder, root)
    home = HomeSite(library, screens)
    return Starlette(
        routes=[
            Route("/police/{face}", letters),
            Route("/vivant", alive),
            Mount("/static", StaticFiles(directory=STATIC)),
            *home.routes(),
            Mount("/o/{name}", app=library),
            *([Route(OWN_PAGES + "{token}", links.answer)] if links else []),
            *([screens.route("/", home.page, "dans")] if library.operations else routes),
        ],
        middleware=[Middleware(Guard, door=door), Middleware(Failing, page=screens.failed)],
        exception_handlers={HTTPException: _http_fault},
    )


def operation_routes(
    screens: Screens, now: Callable[[], datetime], links: OwnLinks | None = None
) -> list[BaseRoute]:
    """List the addresses of one operation, those of every screen."""

    def first(query: QueryParams) -> Response:
        address = f"/seance?{query}" if query else "/avancement"
        return RedirectResponse(screens.root + address, status_code=303)

    async def state(request: Request) -> Response:
        return await run_in_threadpool(answer_state, screens, await request.body())

    def refused(fault: InputError, sent: SentForm) -> str:
        return screens.fault(in_fields(fault), screens.link(screens.read(sent.fields)[0]))

    return [
        page_route("/", first),
        screens.route("/seance", screens.seance, FORM, "phrase", *VIEW, *SHORT_NAMES),
        Route("/etat", state, methods=["POST"]),
        form_route("/garder", screens.keep, refused),
        page_route("/tampon", lambda _query: PlainTextResponse(screens.stamp())),
        *RoadSite(screens).routes(),
        *DataScreen(screens, now).routes(),
        *study_routes(screens),
        *(own_pages_routes(screens, links) if links else []),
        *ComparerSite(screens, now).routes(),
        *DocumentsSite(screens, now).routes(),
    ]


def answer_state(screens: Screens, body: bytes) -> Response:
    """Answer a state of a meeting: printed strings, blocks of the page; its faults in words."""
    try:
        posted = read_posted(body)
    except StateError as fault:
        return _json({"problems": [{"message": str(fault)}]}, 400)
    try:
        with screens.at_hand.single_state():
            opened = screens.opened(posted)
            answer = _json({"number": posted.number, **screens.texts(opened)})
    except InputError as fault:
        messages = [{"message": text} for text in screens.problem_texts(fault)]
        return _json({"number": posted.number, "problems": messages}, 422)
    # Ranges are asked for at rest: the moment to look for what nobody needs any more, 60 ms.
    answer.background = BackgroundTask(gc.collect) if posted.drawn else None
    return answer


def _json(document: JsonObject, status: int = 200) -> Response:
    return Response(to_json(document), status_code=status, media_type="application/json")


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


HERE = "127.0.0.1"
NEVER = 1_000_000


@dataclass(frozen=True, slots=True)
class Where:
    """Where to listen.

    Attributes:
        port: 0 for that of the folder, see `usual_port`, or any other where it is taken.
        host: of this machine alone, unless a person knows what another one exposes.
        browser: whether to open one.
    """

    port: int = 0
    host: str = HERE
    browser: bool = True


EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - known, to be refused without --i-know


def exposed(host: str) -> bool:
    """Return whether others than this machine reach a host."""
    return host not in {HERE, "localhost"}


def open_page(folder: Path, where: Where, today: Callable[[], date], say: Callable[[str], None]) -> None:
    """Serve the page of a folder until it is interrupted.

    Raises:
        InputError: no such folder, or a port that is taken.
    """
    keep_freed()
    if not folder.is_dir():
        message = _("not a folder. `acc new {folder}` makes one to start from")
        raise InputError([Problem(str(folder), message.format(folder=folder))])
    # The protocol is named: without it asyncio leaves small packets waiting, 40 ms an answer.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _bind(listening, folder.resolve(), where)
        listening.listen(64)
        _serve(listening, folder.resolve(), where, today, say)


def usual_port(folder: Path) -> int:
    """Return the port that a folder is served at: the same after a restart, so that an open page goes on.

    It is no secret: the token is, and is another at each start.
    """
    low, high = 49152, 65536  # those that nobody may reserve (RFC 6335)
    return low + int.from_bytes(sha256(str(folder).encode()).digest()[:4]) % (high - low)


def _bind(listening: socket.socket, folder: Path, where: Where) -> None:
    for port in (where.port,) if where.port else (usual_port(folder), 0):
        try:
            listening.bind((where.host, port))
        except OSError as fault:
            if port and not where.port:
                continue
            message = _("port {port} of {host} cannot be listened on: {fault}")
            text = message.format(port=port, host=where.host, fault=reason_of(fault))
            raise InputError([Problem("--port", text)]) from None
        return


def _serve(
    listening: socket.socket,
    folder: Path,
    where: Where,
    today: Callable[[], date],
    say: Callable[[str], None],
) -> None:
    port, token = int(listening.getsockname()[1]), secrets.token_urlsafe(32)
    names = _names(where.host)
    address = f"http://{names[0]}:{port}/?{TOKEN}={token}"
    app = page_of(folder, Door(token, hosts_of(names, port), f"acc-{port}", exposed(where.host)), today)
    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        ws="none",
        lifespan="off",
    )
    hold()
    gc.freeze()  # what is loaded stays: looking at all of it now and then takes as long as an answer
    gc.set_threshold(
        100_000, 10, NEVER
    )  # and what was kept since is looked at when ranges are drawn, at rest
    say(address)
    if exposed(where.host):
        say(_("Who has this address reads the folder and writes in it; nothing is encrypted on the way."))
    if where.browser:
        webbrowser.open(address)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])


def _names(host: str) -> list[str]:
    """Return under which names the server is addressed, the one to print first."""
    if host in EVERYWHERE:
        addresses = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        return [HERE, "localhost", *(str(address[4][0]) for address in addresses)]
    return [host] if exposed(host) else [HERE, "localhost"]
