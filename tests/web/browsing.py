"""A page served to the system's Chromium, for the tests that look at it.

Every wait is for what is to come, none for a time to pass; each is long enough for a busy machine.
"""

import asyncio
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from web.guard import Door
from web.serve import page_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
no_browser = pytest.mark.skipif(
    CHROMIUM is None or find_spec("playwright") is None,
    reason="BROWSER TESTS SKIPPED: no Chromium on this machine, or no playwright",
)
SIZES = [(1280, 720), (390, 844)]
PATIENCE_MS = 120_000

SLIDE = """value => {
  const slider = document.getElementById("prix");
  slider.value = value;
  for (const kind of ["input", "change"]) slider.dispatchEvent(new Event(kind, { bubbles: true }));
}"""


class Served:
    """A page that is being served."""

    def __init__(self, folder: Path) -> None:
        words = ["serve", str(folder), "--no-browser", "--port", "0"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cli", *words], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.first = self.process.stdout.readline().strip()
        self.base, _start, word = self.first.partition("/?")
        port, token = self.base.rpartition(":")[2], word.partition("=")[2]
        self.cookie = {"name": f"acc-{port}", "value": token, "url": self.base}

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)
        if self.process.stdout is not None:
            self.process.stdout.close()


class Slow:
    """A page that is being served here, whose answers come late."""

    def __init__(self, folder: Path) -> None:
        self.late_s = {False: 0.0, True: 0.0}
        """How late an answer comes: without ranges, with them."""
        self.tables_late_s = 0.0
        self.asked: list[bool] = []
        listening = socket.create_server(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        self.cookie = {"name": "acc-slow", "value": "t", "url": self.base}
        door = Door("t", frozenset({f"127.0.0.1:{port}"}), "acc-slow")
        self.page = page_of(folder, door, lambda: date(2026, 11, 28))
        config = uvicorn.Config(self._late, interface="asgi3", log_level="error", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._server.run, kwargs={"sockets": [listening]}, daemon=True)
        self._thread.start()

    async def _late(self, scope: Scope, receive: Receive, send: Send) -> None:
        drawn = False

        async def heard() -> Message:
            nonlocal drawn
            message = await receive()
            drawn = drawn or b'"drawn":true' in message.get("body", b"")
            return message

        async def later(message: Message) -> None:
            if message["type"] == "http.response.start" and scope["path"] == "/etat":
                self.asked.append(drawn)
                await asyncio.sleep(self.late_s[drawn])
            if message["type"] == "http.response.start" and scope["path"].startswith("/donnees/"):
                await asyncio.sleep(self.tables_late_s)
            await send(message)

        await self.page(scope, heard, later)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()


def opened(browser, served: Served | Slow, **ways):  # type: ignore[no-untyped-def]
    """Return a page of a browser that holds the token already."""
    context = browser.new_context(**ways)
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies([served.cookie])
    return context.new_page()


def settle(page, path: str, served: Served | Slow) -> None:  # type: ignore[no-untyped-def]
    """Go to a screen and wait for its script: what is pressed from then on is heard."""
    page.goto(served.base + path)
    page.wait_for_selector("html.js main")


def still(page, path: str, served: Served | Slow) -> None:  # type: ignore[no-untyped-def]
    """Go to a screen that asks nothing by itself: what it does at rest does not come, draws are not made."""
    page.add_init_script("window.later ??= setTimeout; window.setTimeout = () => 0;")
    settle(page, path, served)
    page.evaluate("() => { window.setTimeout = window.later; }")


def comes(page, condition: str, arg: object = None) -> None:  # type: ignore[no-untyped-def]
    """Wait until a condition holds in the page."""
    page.wait_for_function(f"arg => {condition}", arg=arg)


def launched() -> Iterator[object]:
    """Yield a browser, closed at the end."""
    sync = pytest.importorskip("playwright.sync_api")
    with sync.sync_playwright() as started:
        made = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()
