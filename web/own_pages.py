"""Members' own pages, live: where others reach the server, an address each, whose token ends."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from gettext import gettext as _
from hashlib import sha256

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from acc.problem import InputError
from reports.html.page import own_page
from reports.view.view import holders_shown
from scenarios.session import AtHand, PageQuestion
from web.answers import SentForm, form_route, page_route
from web.guard import OWN_PAGES
from web.page_study import links_screen
from web.screens import HOURS, Screens

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

    def answer(self, request: Request) -> Response:
        """Give the page of a token, and nothing else: no fault of the folder is told here."""
        link = self.find(str(request.path_params["token"]))
        if link is None:
            return PlainTextResponse(
                _("This link is no longer valid. Ask the group for another one.") + "\n", 410
            )
        try:
            question = replace(link.question, holder=link.person_id)
            page = own_page(link.hand.result(question, drawn=True, complete=False), link.person_id)
        except (InputError, ValueError):
            return PlainTextResponse(_("Nothing can be computed now. Ask the group.") + "\n", 503)
        return HTMLResponse(page, headers=HEADERS)


def _kept(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def own_pages_routes(screens: Screens, links: OwnLinks) -> list[Route]:
    """List the addresses where the keeper of a folder makes the links of its members, and reads them out."""
    screen = links_screen()

    def lead(_query: QueryParams) -> Response:
        return RedirectResponse(f"{screens.root}/{screen}", status_code=303)

    def give(sent: SentForm) -> Response:
        """Make a link for each member."""
        question, _face = screens.read(sent.fields)
        hours = next((count for count in HOURS if str(count) == sent.text("heures")), HOURS[1])
        result = screens.at_hand.result(question, complete=False)
        names: Mapping[str, str] = screens.names().members
        until, given = None, []
        for person in holders_shown(result):
            token, until = links.give(screens.at_hand, question, person.id, hours)
            address = str(sent.base_url.replace(path=OWN_PAGES)) + token
            given.append((names.get(person.id, person.name), address))
        page = screens.page(
            "own_links.html", screen=screen, of=result.scenario, question=question, links=given, until=until
        )
        return HTMLResponse(page)

    def refused(fault: InputError, _sent: SentForm) -> Response:
        return HTMLResponse(screens.empty(fault, screen))

    return [page_route("/fiches", lead), form_route("/fiches", give, refused)]
