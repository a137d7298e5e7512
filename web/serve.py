"""Opens the port, says the address, opens the browser, ends at Ctrl-C."""

import gc
import secrets
import socket
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from gettext import gettext as _
from hashlib import sha256
from pathlib import Path

import uvicorn

from acc.i18n import reason_of
from acc.problem import InputError, Problem
from reports.format.language import hold
from scenarios.operation.metering.memory import keep_freed
from web.app import page_of
from web.guard import TOKEN, Door, hosts_of

HERE = "127.0.0.1"
NEVER = 1_000_000


@dataclass(frozen=True, slots=True)
class Where:
    """Where to listen.

    Attributes:
        port: 0 for that of the folder, see `usual_port`, or any other where it is taken.
        host: of this machine alone, unless a person knows what another one exposes.
        browser: whether to open one.
    """

    port: int = 0
    host: str = HERE
    browser: bool = True


EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - known, to be refused without --i-know


def exposed(host: str) -> bool:
    """Return whether others than this machine reach a host."""
    return host not in {HERE, "localhost"}


def open_page(folder: Path, where: Where, today: Callable[[], date], say: Callable[[str], None]) -> None:
    """Serve the page of a folder until it is interrupted.

    Raises:
        InputError: no such folder, or a port that is taken.
    """
    keep_freed()
    if not folder.is_dir():
        message = _("not a folder. `acc new {folder}` makes one to start from")
        raise InputError([Problem(str(folder), message.format(folder=folder))])
    # The protocol is named: without it asyncio leaves small packets waiting, 40 ms an answer.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _bind(listening, folder.resolve(), where)
        listening.listen(64)
        _serve(listening, folder.resolve(), where, today, say)


def usual_port(folder: Path) -> int:
    """Return the port that a folder is served at: the same after a restart, so that an open page goes on.

    It is no secret: the token is, and is another at each start.
    """
    low, high = 49152, 65536  # those that nobody may reserve (RFC 6335)
    return low + int.from_bytes(sha256(str(folder).encode()).digest()[:4]) % (high - low)


def _bind(listening: socket.socket, folder: Path, where: Where) -> None:
    for port in (where.port,) if where.port else (usual_port(folder), 0):
        try:
            listening.bind((where.host, port))
        except OSError as fault:
            if port and not where.port:
                continue
            message = _("port {port} of {host} cannot be listened on: {fault}")
            text = message.format(port=port, host=where.host, fault=reason_of(fault))
            raise InputError([Problem("--port", text)]) from None
        return


def _serve(
    listening: socket.socket,
    folder: Path,
    where: Where,
    today: Callable[[], date],
    say: Callable[[str], None],
) -> None:
    port, token = int(listening.getsockname()[1]), secrets.token_urlsafe(32)
    names = _names(where.host)
    address = f"http://{names[0]}:{port}/?{TOKEN}={token}"
    app = page_of(folder, Door(token, hosts_of(names, port), f"acc-{port}", exposed(where.host)), today)
    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        ws="none",
        lifespan="off",
    )
    hold()
    gc.freeze()  # what is loaded stays: looking at all of it now and then takes as long as an answer
    gc.set_threshold(
        100_000, 10, NEVER
    )  # and what was kept since is looked at when ranges are drawn, at rest
    say(address)
    if exposed(where.host):
        say(_("Who has this address reads the folder and writes in it; nothing is encrypted on the way."))
    if where.browser:
        webbrowser.open(address)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])


def _names(host: str) -> list[str]:
    """Return under which names the server is addressed, the one to print first."""
    if host in EVERYWHERE:
        addresses = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        return [HERE, "localhost", *(str(address[4][0]) for address in addresses)]
    return [host] if exposed(host) else [HERE, "localhost"]
