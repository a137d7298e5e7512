"""What is answered where the program itself fails: that it did, and what to do; the window says where."""

import logging
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.guard import TooLarge


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
