"""Around every page: who may ask, how much, what a browser may do with it; where the program fails."""

import hmac
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN = "jeton"  # noqa: S105 - the name of the word in the address, not a secret
OWN_PAGES = "/fiche/"
"""Where members' own pages are: each has a token of its own, which its answer checks."""

MOST_BYTES = 8_000_000
"""A body that is larger is refused: a workbook of a group, or a year of curves, is smaller."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with none, a form of the page itself has no origin: refused
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Door:
    """What is let in: the token, and the names under which this server is addressed.

    Attributes:
        is_exposed: whether other machines reach the server; members' own pages are then given.
    """

    token: str
    hosts: frozenset[str]
    cookie: str
    is_exposed: bool = False


def hosts_of(addresses: Iterable[str], port: int) -> frozenset[str]:
    """Return the Host headers of a server.

    >>> sorted(hosts_of(["127.0.0.1"], 8080))
    ['127.0.0.1:8080']
    """
    return frozenset(f"{address}:{port}" for address in addresses)


class TooLarge(Exception):  # noqa: N818 - what happened, not a fault of the program
    """A body beyond the limit."""


class Guard:
    """Refuses a foreign host or origin, a missing token, a large body; adds the headers of safety."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self.app, self.door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand over to the page."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    given.setdefault(name, value)
            await send(message)

        refused = self._refused(scope, headers)
        if refused is not None:
            await refused(scope, receive, guarded)
            return
        try:
            await self.app(scope, _limited(receive), guarded)
        except TooLarge:
            await _plain(413)(scope, receive, guarded)

    def _refused(self, scope: Scope, headers: Headers) -> PlainTextResponse | RedirectResponse | None:
        """Return the answer to who may not go on, or must keep the token first; None lets in."""
        if self._is_foreign(headers):
            return _plain(403)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            return _plain(413)
        if self._knows(_cookie(headers, self.door.cookie)):
            return None
        if self.door.is_exposed and scope["method"] == "GET" and scope["path"].startswith(OWN_PAGES):
            return None
        words = parse_qsl(scope["query_string"].decode("latin-1"))
        given = next((word for name, word in words if name == TOKEN), "")
        if scope["method"] != "GET" or not self._knows(given):
            return _plain(401)
        kept = urlencode([pair for pair in words if pair[0] != TOKEN])
        response = RedirectResponse(f"{scope['path']}?{kept}" if kept else scope["path"], status_code=303)
        response.set_cookie(self.door.cookie, self.door.token, httponly=True, samesite="strict", path="/")
        return response

    def _is_foreign(self, headers: Headers) -> bool:
        """Return whether another page, or another name of this machine, asks."""
        origin = headers.get("origin")
        asks = [headers.get("host", ""), *([_netloc(origin)] if origin is not None else [])]
        # A link on another page may open this one, which then still needs the token.
        crosses = (
            headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate"
        )
        return crosses or any(name.lower() not in self.door.hosts for name in asks)

    def _knows(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.door.token.encode())


class Failing:
    """Answers 500 in words: a page to a person, a line to a script, which has the words itself."""

    def __init__(self, app: ASGIApp, page: Callable[[], str]) -> None:
        self.app, self._page = app, page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over to the page; say where it fails."""
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, sent)
        except (TooLarge, ClientDisconnect):
            raise
        except Exception:
            if begun:
                raise
            logging.getLogger("uvicorn.error").exception("%s", scope["path"])
            person = "text/html" in Headers(scope=scope).get("accept", "")
            answer = HTMLResponse(self._page(), 500) if person else PlainTextResponse("500\n", 500)
            await answer(scope, receive, send)


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _cookie(headers: Headers, name: str) -> str:
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return cookie.value if cookie else ""


def _plain(status: int) -> PlainTextResponse:
    words = {
        401: "401 : ouvrez l’adresse donnée par acc serve, puis rechargez cette page : elle garde l’état.",
        403: "403",
        413: "413",
    }
    return PlainTextResponse(words[status] + "\n", status_code=status)


def _limited(receive: Receive) -> Receive:
    """Wrap a receiver to count incoming bytes: a length may be missing, or false."""
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > MOST_BYTES:
            raise TooLarge
        return message

    return counted
