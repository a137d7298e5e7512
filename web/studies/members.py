"""The screen "Membres": who brings what, who leaves, who could come; made on demand, it can be stopped."""

from functools import partial
from gettext import gettext as _

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from acc.i18n import N_
from acc.problem import InputError
from acc.result.result import Result
from acc.scenario import Scenario
from reports.page.law import law_of, lawful_groups, map_of
from reports.studies.members.page import members_screen
from scenarios.entry.folder.settings import SHORT_NAMES
from scenarios.studies.members.run import knows_members, members_of_page
from web.answers import Stoppable, StoppedError
from web.naming import EACH, read_view
from web.page_study import PageStudy
from web.screens import Screens

WORDS = ("qui", "calcul", "partie", "avance")


class MembersSite:
    """The addresses of the screen; one calculation at a time, the others wait for it."""

    def __init__(self, screens: Screens) -> None:
        self._screens, self._work = screens, Stoppable()

    def routes(self) -> list[Route]:
        """List the addresses."""
        return [
            self._screens.route("/membres", self.show, *WORDS, *SHORT_NAMES),
            Route("/membres/arreter", self.stop, methods=["POST"]),
        ]

    def show(self, query: QueryParams) -> str | Response:
        """Show the screen, its content alone where a part is asked for, or how far its calculation is."""
        if "avance" in query:
            return PlainTextResponse(self._work.far)
        try:
            return self._page(query)
        except StoppedError:
            return PlainTextResponse("", status_code=409)
        except InputError as fault:
            if "partie" in query:  # the whole screen tells it
                return PlainTextResponse("", status_code=422)
            return self._screens.empty(fault, "membres")

    def stop(self, _request: Request) -> Response:
        """Stop the work in progress, at its next step."""
        self._work.stop()
        return PlainTextResponse("")

    def _page(self, query: QueryParams) -> str:
        hand, screens = self._screens.at_hand, self._screens
        question = screens.state_of(query)
        each = read_view(query).is_each
        is_part, shown, place = "partie" in query, None, None
        result = hand.result(question, complete=False)
        if is_part or "calcul" in query or knows_members(hand, question):
            report = self._work.run(partial(members_of_page, hand, question))
            names, everyone = screens.everyone()
            names = names.in_rows(each=each)
            shown = members_screen(report, everyone, names)
            place = self._place(hand.result(question), everyone)
        return screens.page(
            "members/_members.html" if is_part else "members/members.html",
            screen="membres",
            of=result.scenario,
            question=question,
            title=shown.title if shown else _("Who brings what"),
            m=shown,
            one_by_one=screens.link(question, screen="membres") + f"&qui={EACH}&calcul=1",
            place=place,
            link=screens.link,
        )

    def _place(self, result: Result, everyone: Scenario) -> dict[str, object]:
        """What the law says of the places of a state, its lawful operations, and the map of them."""
        law = law_of(result, self._screens.names())
        groups = lawful_groups(result.scenario, result.way) if law.broken else ()
        inside = {site.id for site in (*result.scenario.participants, *result.scenario.plants)}
        coming = [site for site in (*everyone.participants, *everyone.plants) if site.id not in inside]
        return {"law": law, "groups": groups, "map": map_of(result, law, groups, coming=coming)}


PAGE = PageStudy(
    screen="membres",
    title=N_("Members"),
    after="comparer",
    has_own_links=True,
    routes=lambda screens: MembersSite(screens).routes(),
)
