"""What a command says on standard output, heard as it is said, so that it can be said again."""

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Protocol, TextIO

import click

if TYPE_CHECKING:
    from acc.arrays import JsonObject


SCREEN_VARIABLES = ("TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS")


class _RecordedOutput:
    """Standard output, and all that goes through it; what else is asked of it, it answers itself."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self.texts = stream, list[str]()

    def __getattr__(self, name: str) -> object:
        if name == "buffer":  # bytes would go by unheard
            raise AttributeError(name)
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        written = self._stream.write(text)
        self.texts.append(text)
        return written

    def flush(self) -> None:
        self._stream.flush()


class Recalled(Protocol):
    """A question that may have been asked before."""

    def answer(self) -> tuple[str, Sequence[str], bool] | None:
        """Recorded answer, warnings, and whether it failed; None where it has to be computed."""

    def keep(self, answer: tuple[str, Sequence[str], bool]) -> None:
        """Keep an answer."""


def warn(notes: Iterable[str]) -> None:
    """Say on standard error what a person should know of an answer."""
    for note in notes:
        click.echo(f"⚠ {note}", err=True)


def said_once(recalled: Recalled | None, say: Callable[[], tuple[Sequence[str], bool]]) -> bool:
    """Print the kept answer to the same question; else compute, print and keep it.

    Args:
        say: returns what it warned of, and whether something is wrong.

    Returns:
        Whether something is wrong.
    """
    # A Windows console may be written to past standard output.
    if recalled is None or (os.name == "nt" and sys.stdout.isatty()):
        return say()[1]
    if (kept := recalled.answer()) is not None:
        text, notes, failed = kept
        warn(notes)
        sys.stdout.write(text)
        return failed
    recorded = _RecordedOutput(sys.stdout)
    with redirect_stdout(recorded):
        notes, failed = say()
    recalled.keep(("".join(recorded.texts), notes, failed))
    return failed


def screen() -> "JsonObject":
    """Return all that decides how a text is laid out and coloured."""
    return {
        "terminal": sys.stdout.isatty(),
        "encoding": sys.stdout.encoding,
        "size": shutil.get_terminal_size(),
        **{name: os.environ.get(name) for name in SCREEN_VARIABLES},
    }
