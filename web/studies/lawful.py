"""The search of the lawful operations of a state, from the screen "Séance"."""

from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from acc.problem import InputError
from scenarios.studies.lawful.folders import search_of_page
from web.page_study import PageStudy
from web.screens import Screens
from web.stopping import Stoppable, StoppedError

PATH = "/chercher"


class LawfulSearch:
    """The addresses of the search; one at a time, the others wait for it."""

    def __init__(self, screens: Screens) -> None:
        self._screens, self._work = screens, Stoppable()

    def routes(self) -> list[Route]:
        """List the addresses."""
        return [
            Route(PATH, self.search, methods=["POST"]),
            Route(f"{PATH}/avance", self.progress),
            Route(f"{PATH}/arreter", self.progress, methods=["POST"]),
        ]

    async def search(self, request: Request) -> Response:
        """Search, then show the state with what was found; a script asks for it by itself."""
        async with request.form(max_files=0, max_fields=2000) as form:
            question, _face = await run_in_threadpool(self._screens.read, form)
        back = self._screens.link(question)
        search = partial(search_of_page, self._screens.at_hand, question)
        try:
            await run_in_threadpool(self._work.run, search)
        except StoppedError:
            return PlainTextResponse("", status_code=409)
        except InputError as fault:
            return HTMLResponse(self._screens.fault(fault, back), status_code=422)
        if request.headers.get("accept", "").startswith("application/json"):
            return Response(status_code=204)
        return RedirectResponse(back, status_code=303)

    async def progress(self, request: Request) -> Response:
        """Say how far a search is; stop it where that is asked for."""
        if request.method == "POST":
            self._work.stop()
        return PlainTextResponse(self._work.far)


PAGE = PageStudy(routes=lambda screens: LawfulSearch(screens).routes(), search_path=PATH)
