"""Members' own pages, live: where others reach the server, an address each, whose token ends."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from gettext import gettext as _
from hashlib import sha256

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from acc.problem import InputError
from reports.html.own_page import own_page
from reports.view.view import holders_shown
from scenarios.session import AtHand, PageQuestion
from web.guard import OWN_PAGES
from web.page_study import links_screen
from web.screens import Screens
from web.state import fields_of

HOURS = (2, 24, 168)
"""How long a link may last."""
MOST_LINKS = 5000
HEADERS = {
    "content-security-policy": "base-uri 'none'; frame-ancestors 'none'",  # the file has its own, stricter
    "referrer-policy": "no-referrer",
}


@dataclass(frozen=True, slots=True)
class OwnLink:
    """What a token opens, and until when; the token itself is not kept."""

    hand: AtHand
    question: PageQuestion
    person_id: str
    until: datetime


class OwnLinks:
    """The links given out since the server was started: none outlives it."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._links: dict[str, OwnLink] = {}

    def give(self, hand: AtHand, question: PageQuestion, person_id: str, hours: int) -> tuple[str, datetime]:
        """Return a new token for a person's page, and when it ends."""
        self._links = {key: link for key, link in self._links.items() if link.until > self._now()}
        if len(self._links) >= MOST_LINKS:
            self._links.pop(next(iter(self._links)))
        token, until = secrets.token_urlsafe(24), self._now() + timedelta(hours=hours)
        self._links[_kept(token)] = OwnLink(hand, question, person_id, until)
        return token, until

    def find(self, token: str) -> OwnLink | None:
        """Link of a token; None for an unknown or expired one."""
        link = self._links.get(_kept(token))
        return link if link is not None and link.until > self._now() else None

    async def answer(self, request: Request) -> Response:
        """Give the page of a token, and nothing else: no fault of the folder is told here."""
        link = self.find(str(request.path_params["token"]))
        if link is None:
            return PlainTextResponse(
                _("This link is no longer valid. Ask the group for another one.") + "\n", 410
            )
        try:
            page = await run_in_threadpool(_page, link)
        except (InputError, ValueError):
            return PlainTextResponse(_("Nothing can be computed now. Ask the group.") + "\n", 503)
        return HTMLResponse(page, headers=HEADERS)


def link_form(screens: Screens, question: PageQuestion, screen: str) -> dict[str, object]:
    """Build the form that makes addresses of members' own pages, empty on other screens than its own."""
    is_here = screens.has_links and screen == links_screen()
    return {"lasting": HOURS if is_here else (), "fields": fields_of(screens.opaque().shut_state(question))}


def _kept(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _page(link: OwnLink) -> bytes:
    return own_page(link.hand.result(link.question, drawn=True, whole=False), link.person_id)


class OwnPagesSite:
    """Where the keeper of a folder makes the links of its members, and reads them out."""

    def __init__(self, screens: Screens, links: OwnLinks) -> None:
        self._screens, self._links = screens, links

    def routes(self) -> list[Route]:
        """Return the addresses."""
        return [Route("/fiches", self.give, methods=["GET", "POST"])]

    async def give(self, request: Request) -> Response:
        """Make a link for each member, or lead to where they are asked for."""
        if request.method == "GET":
            return RedirectResponse(f"{self._screens.root}/{links_screen()}", status_code=303)
        async with request.form(max_files=0, max_fields=400) as form:
            question, _face = self._screens.read(form)
            hours = str(form.get("heures") or "")
        lasting = int(hours) if hours.isdigit() and int(hours) in HOURS else HOURS[1]
        base = str(request.base_url.replace(path=OWN_PAGES))
        try:
            html = await run_in_threadpool(self._given, question, lasting, base)
        except InputError as fault:
            html = self._screens.empty(fault, links_screen())
        return HTMLResponse(html)

    def _given(self, question: PageQuestion, hours: int, base: str) -> str:
        hand, screens = self._screens.at_hand, self._screens
        result = hand.result(question, whole=False)
        members: Mapping[str, str] = screens.names().members
        links, until = [], None
        for person in holders_shown(result):
            token, until = self._links.give(hand, question, person.id, hours)
            links.append((members.get(person.id, person.name), base + token))
        return screens.page(
            "own_links.html",
            screen=links_screen(),
            state=screens.link(question).partition("?")[2],
            operation=result.scenario.name,
            fictitious=result.scenario.fictitious,
            links=links,
            until=until,
        )
