"""How a screen answers: a page, a form that acts and leads on, a task that can be stopped."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TypeAlias, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import URL, FormData, QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from acc.problem import InputError

MadeT = TypeVar("MadeT")


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form that was sent, by a person or by a script of the page."""

    fields: FormData
    is_script: bool
    base_url: URL

    def text(self, name: str) -> str:
        """Value of a field; empty where it was not sent."""
        return str(self.fields.get(name) or "")


Act: TypeAlias = Callable[[SentForm], str | Response]
"""What a form does: the address that it leads to, or an answer of its own."""

Refused: TypeAlias = Callable[[InputError, SentForm], str | Response]
"""The page that says why a form did nothing."""


def page_route(path: str, page: Callable[[QueryParams], str | Response]) -> Route:
    """Address of a page. Starlette makes it beside the loop, so that other pages stay awake."""

    def show(request: Request) -> Response:
        shown = page(request.query_params)
        return HTMLResponse(shown) if isinstance(shown, str) else shown

    return Route(path, show)


def form_route(
    path: str, act: Act, refused: Refused, *, most_fields: int = 400, most_files: int = 0
) -> Route:
    """Address of a form, read within its limits."""

    def done(sent: SentForm) -> Response:
        try:
            answer = act(sent)
        except InputError as fault:
            page = refused(fault, sent)
            return HTMLResponse(page, status_code=422) if isinstance(page, str) else page
        return RedirectResponse(answer, status_code=303) if isinstance(answer, str) else answer

    async def answer(request: Request) -> Response:
        is_script = request.headers.get("accept", "").startswith("application/json")
        async with request.form(max_files=most_files, max_fields=most_fields) as form:
            return await run_in_threadpool(done, SentForm(form, is_script, request.base_url))

    return Route(path, answer, methods=["POST"])


class StoppedError(Exception):
    """A person asked the calculation to stop."""


class Stoppable:
    """One calculation at a time, stopped at its next step on request: the others wait for it.

    Attributes:
        far: how far it is, in words.
    """

    def __init__(self) -> None:
        self.far, self._stops = "", False
        self._one = Lock()

    def run(self, make: Callable[[Callable[[str], None]], MadeT]) -> MadeT:
        """Run a stoppable task, with its progress.

        Raises:
            StoppedError: a stop was requested.
        """
        with self._one:
            self.far, self._stops = "", False
            return make(self._tell)

    def stop(self) -> None:
        """Stop the work in progress, at its next step."""
        self._stops = True

    def _tell(self, text: str) -> None:
        if self._stops:
            raise StoppedError
        self.far = text
