"""What a command says on standard output, heard as it is said, so that it can be said again."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import TextIO

ASKED_OF_A_SCREEN = ("TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS")


class _Heard:
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


@contextmanager
def hearing() -> Iterator[list[str]]:
    """Give the list of all that is said meanwhile."""
    heard = _Heard(sys.stdout)
    with redirect_stdout(heard):
        yield heard.texts


def can_hear() -> bool:
    """Return whether all that is said is heard: not on a Windows console, which may be written to past it."""
    return os.name != "nt" or not sys.stdout.isatty()


def screen() -> dict[str, object]:
    """Return all that decides how a text is laid out and coloured."""
    return {
        "terminal": sys.stdout.isatty(),
        "encoding": sys.stdout.encoding,
        "size": shutil.get_terminal_size(),
        **{name: os.environ.get(name) for name in ASKED_OF_A_SCREEN},
    }
