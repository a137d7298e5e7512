"""The screen "Membres": who brings what, who leaves, who could come; made on demand, it can be stopped."""

from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from acc.i18n import N_
from acc.problem import InputError
from acc.result.outcomes import outcomes
from acc.result.result import Result
from acc.scenario import Scenario
from reports.page.groups import LawfulGroup, lawful_groups
from reports.page.law import Law, Map, law_of, map_of
from reports.studies.members.page import members_screen
from scenarios.studies.members.run import knows_members, members_of_page
from web.own_pages import link_form
from web.page_study import PageStudy
from web.screens import Screens
from web.state import EACH, group_alone, read_view
from web.stopping import Stoppable, StoppedError


class MembersSite:
    """The addresses of the screen; one calculation at a time, the others wait for it."""

    def __init__(self, screens: Screens) -> None:
        self._screens, self._work = screens, Stoppable()

    def routes(self) -> list[Route]:
        """List the addresses."""
        return [
            Route("/membres", self.show),
            Route("/membres/arreter", self.stop, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show the screen, its content alone where a part is asked for, or how far its calculation is."""
        query = request.query_params
        if "avance" in query:
            return PlainTextResponse(self._work.far)
        try:
            html = await run_in_threadpool(self._page, query)
        except StoppedError:
            return PlainTextResponse("", status_code=409)
        except InputError:  # the whole screen tells it
            return PlainTextResponse("", status_code=422)
        return HTMLResponse(html)

    async def stop(self, _request: Request) -> Response:
        """Stop the work in progress, at its next step."""
        self._work.stop()
        return PlainTextResponse("")

    def _page(self, query: QueryParams) -> str:
        hand, screens = self._screens.at_hand, self._screens
        question, _face = screens.read(query)
        each = read_view(query).is_each
        is_part, shown, place = "partie" in query, None, None
        try:
            result = hand.result(question, whole=False)
            if not each:
                screens.refuse_disclosed(result)
            if is_part or "calcul" in query or knows_members(hand, question):
                report = self._work.run(partial(members_of_page, hand, question))
                names, everyone = screens.everyone()
                names = names.in_rows(result, outcomes(result).members, each=each)
                shown = members_screen(report, everyone, names)
                place = self._place(hand.result(question), everyone)
        except InputError as fault:
            if is_part:
                raise
            return screens.empty(fault, "membres")
        return screens.page(
            "members/_members.html" if is_part else "members/members.html",
            screen="membres",
            state=screens.link(question).partition("?")[2],
            operation=result.scenario.name,
            fictitious=result.scenario.fictitious,
            title=shown.title if shown else "",
            m=shown,
            one_by_one=screens.link(question, screen="membres") + f"&qui={EACH}&calcul=1",
            place=place,
            asked=question,
            link=screens.link,
            only=group_alone,
            **link_form(screens, question, "membres"),
        )

    def _place(self, result: Result, everyone: Scenario) -> "Place":
        """Map of the sites, with possible members and the lawful operations."""
        law = law_of(result, self._screens.names())
        groups = lawful_groups(result.scenario, result.way) if law.broken else ()
        inside = {site.id for site in (*result.scenario.participants, *result.scenario.plants)}
        coming = [site for site in (*everyone.participants, *everyone.plants) if site.id not in inside]
        return Place(law, groups, map_of(result, law, groups, coming=coming))


@dataclass(frozen=True, slots=True)
class Place:
    """What the law says of the places of a state, its lawful operations, and the map of them."""

    law: Law
    groups: tuple[LawfulGroup, ...]
    map: Map


PAGE = PageStudy(
    screen="membres",
    after="comparer",
    has_own_links=True,
    words={
        "membres": N_("Members"),
        "who_brings": N_("Who brings what"),
        "members_take": N_("Each member is left out in turn, then in every order: it takes some seconds."),
        "stopped_here": N_("Stopped: nothing was computed."),
        "brings_mwh": N_("brings, MWh"),
        "brings_eur": N_("brings, €"),
        "key_gives_eur": N_("by sharing alone, €"),
        "has": N_("has"),
        "shapley": N_(
            "Brings: what this member adds, on average over every order in which they could come "
            "(Shapley value)."
        ),
        "could_come": N_("Could come"),
        "nobody_waits": N_("Nobody: a line that is not ticked in the data would be a candidate."),
        "invite_order": N_("In which order to invite them"),
        "holds_together": N_("Does the key hold them together?"),
        "if_one_leaves": N_("If one leaves"),
        "person_leaves": N_("A member with all its sites and plants"),
        "site_leaves": N_("One site or one plant"),
        "who_leaves": N_("Who leaves"),
        "shared_mwh": N_("shared, MWh"),
        "others_eur": N_("the others, €"),
        "hit_worst": N_("hit worst"),
    },
    routes=lambda screens: MembersSite(screens).routes(),
)
