"""The search of the lawful operations of a state, from the screen "Séance"."""

from functools import partial

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from acc.problem import InputError
from scenarios.studies.lawful.folders import search_of_page
from web.answers import SentForm, Stoppable, StoppedError, form_route
from web.page_study import PageStudy
from web.screens import Screens

PATH = "/chercher"


def _routes(screens: Screens) -> list[Route]:
    """List the addresses of the search; one at a time, the others wait for it."""
    work = Stoppable()

    def search(sent: SentForm) -> str | Response:
        """Search, then show the state with what was found; a script asks for it by itself."""
        question, _face = screens.read(sent.fields)
        try:
            work.run(partial(search_of_page, screens.at_hand, question))
        except StoppedError:
            return PlainTextResponse("", status_code=409)
        return Response(status_code=204) if sent.is_script else screens.link(question)

    def refused(fault: InputError, sent: SentForm) -> str:
        return screens.fault(fault, screens.link(screens.read(sent.fields)[0]))

    def progress(request: Request) -> Response:
        """Say how far a search is; stop it where that is asked for."""
        if request.method == "POST":
            work.stop()
        return PlainTextResponse(work.far)

    return [
        form_route(PATH, search, refused, most_fields=2000),
        Route(f"{PATH}/avance", progress),
        Route(f"{PATH}/arreter", progress, methods=["POST"]),
    ]


PAGE = PageStudy(routes=_routes, paths={"search": PATH})
