"""The screen one begins from: an operation to choose, to make, to open elsewhere, or the example."""

from collections.abc import Callable
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from acc.problem import InputError, Problem
from web.library import Library
from web.screens import Screens

HOME = "/accueil"


class HomeSite:
    """The addresses of that screen."""

    def __init__(self, library: Library, screens: Screens) -> None:
        self._library, self._screens = library, screens

    def routes(self) -> list[Route]:
        """Return the addresses."""
        return [
            Route(HOME, self.show),
            Route(f"{HOME}/nouvelle", self.doing(self._new), methods=["POST"]),
            Route(f"{HOME}/exemple", self.doing(self._example), methods=["POST"]),
            Route(f"{HOME}/ouvrir", self.doing(self._open), methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show the folders that may be opened."""
        query_param = request.query_params.get("dans")
        return HTMLResponse(await run_in_threadpool(self._page, query_param, ()))

    def doing(self, act: Callable[[str], str]) -> Callable[[Request], object]:
        """Build the handler of a form of one field: it acts, then redirects to the operation."""

        async def answer(request: Request) -> Response:
            async with request.form(max_files=0, max_fields=2) as form:
                text = str(form.get("nom") or form.get("dossier") or "")[:400]
            try:
                where = await run_in_threadpool(act, text)
            except InputError as fault:
                html = await run_in_threadpool(self._page, None, fault.problems)
                return HTMLResponse(html, status_code=422)
            return RedirectResponse(where, status_code=303)

        return answer

    def _new(self, name: str) -> str:
        return self._library.new(name, self._screens.today()) + "/donnees"

    def _example(self, _text: str) -> str:
        return self._library.example() + "/"

    def _open(self, folder: str) -> str:
        return self._library.open(self._library.home / folder) + "/"

    def _page(self, typed: str | None, problems: tuple[Problem, ...]) -> str:
        """Return the screen; the folders of this machine are looked at where one asks for it."""
        library = self._library
        where, folders = library.home, list[tuple[Path, bool]]()
        if typed is not None:
            try:
                where, folders = library.folders_in(typed)
            except InputError as fault:
                problems = (*problems, *fault.problems)
        parent = str(where.parent) if library.is_local and where.parent != where else ""
        return self._screens.page(
            "home.html",
            operations=library.operations,
            home=library.home,
            where=where,
            parent=parent,
            found=folders,
            is_local=library.is_local,
            looks=typed is not None,
            problems=problems,
        )
