"""Makes arrays in a process of its own, which gives its memory back when it ends.

pandas, pvlib and a year of weather weigh as much as the loads of 700 sites over a year at 15 minutes, and
a process never lets go of what it imported. Few sites are made at once: starting a process takes longer.
A pool of the standard library would run the caller's own main module again, a notebook or a script included.
"""

import gettext
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from gettext import gettext as _
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from acc.problem import InputError, Problem
from acc.scenario import Scenario
from acc.sites import Position
from scenarios.operation.metering.kept_meters import Made, Wanted
from scenarios.operation.metering.memory import trimmed

APART_BYTES = 1 << 24
"""Arrays from which they are made apart (16 MB: a year at 15 minutes of 60 sites and plants)."""

SERVE = "from scenarios.operation.metering.subprocess_worker import serve; serve()"


class Makes(Protocol):
    """What makes the arrays of one scenario."""

    def made(self, sites: Sequence[Wanted]) -> list[Made | InputError]:
        """Return the array of each site, the weather for None, or its faults."""


class Makers:
    """Where arrays are made: here, or in a process that several weather years share and that ends after."""

    def __init__(self, *, lasting: bool = True) -> None:
        self._lasting = lasting
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def makes_room(self) -> bool:
        """Whether a process is running whose memory is free once it has made the loads of a year."""
        return self._process is not None and not self._lasting

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and kind is not None:
            self._process.kill()
        self.end()

    def end(self) -> None:
        """End the process: it hears that nobody asks any more."""
        if self._process is not None:
            with suppress(BrokenPipeError):
                self._process.communicate()
        self._process = None

    def of(self, scenario: Scenario, curves: Path, position: Position) -> Makes:
        """Maker of the arrays of one scenario."""
        sites = len(scenario.participants) + len(scenario.plants)
        if sites * scenario.steps.count * 8 < APART_BYTES:
            from scenarios.operation.metering.make import Maker  # noqa: PLC0415 - pandas and pvlib, 1 s: only without the cache

            return Maker(scenario, curves, position)
        if self._process is None:
            path = os.pathsep.join(sys.path)
            self._process = subprocess.Popen(  # noqa: S603 - this program itself
                [sys.executable, "-P", "-c", SERVE],  # no module of the folder that one stands in
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": path},
            )
        domain = gettext.textdomain()
        _say(self._process, (domain, gettext.bindtextdomain(domain), scenario, curves, position))
        return _Apart(self._process)


class _Apart:
    """A maker in another process."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def made(self, sites: Sequence[Wanted]) -> list[Made | InputError]:
        """Arrays built by the other process; see `Makes`.

        Raises:
            InputError: the process has ended.
        """
        _say(self._process, list(sites))
        assert self._process.stdout is not None  # a pipe was asked for
        try:
            arrays: list[Made | InputError] = pickle.load(self._process.stdout)  # noqa: S301 - said by `serve`
        except (EOFError, pickle.UnpicklingError):
            raise _worker_lost() from None
        return arrays


def _say(process: subprocess.Popen[bytes], what: object) -> None:
    assert process.stdin is not None  # a pipe was asked for
    try:
        pickle.dump(what, process.stdin, pickle.HIGHEST_PROTOCOL)
        process.stdin.flush()
    except BrokenPipeError:
        raise _worker_lost() from None


def _worker_lost() -> InputError:
    message = _(
        "the process that makes the curves was stopped, for want of memory perhaps: run again with more of "
        "it free"
    )
    return InputError([Problem("", message)])


def serve() -> None:
    """Serve the requests of the parent process, until it stops or ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who asks; this one ends with it
    buffer, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints does not print among the answers
    with suppress(EOFError, BrokenPipeError):
        answer_all(buffer, answers)


def answer_all(binary_io: BinaryIO, answers: BinaryIO) -> None:
    """Answer until nothing more is asked.

    Raises:
        EOFError: at the end.
    """
    from scenarios.operation.metering.make import Maker  # noqa: PLC0415 - heavy

    maker: Maker | None = None
    while True:
        request = pickle.load(binary_io)  # noqa: S301 - said by who started this process
        if isinstance(request, tuple):
            domain, locale, scenario, curves, position = request
            gettext.bindtextdomain(domain, locale)
            gettext.textdomain(domain)
            maker = Maker(scenario, curves, position)
            trimmed()  # of the year before
        else:
            assert maker is not None  # a scenario comes first
            pickle.dump(maker.made(request), answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()
