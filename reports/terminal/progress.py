"""What moves on the screen while one waits: on a terminal only, so that piped output stays clean."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from gettext import gettext as _
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from reports.format.numbers import fr

if TYPE_CHECKING:
    from rich.console import Console


class Advancing(Protocol):
    """How many draws of `total` are done, and how many of them were kept from before."""

    @property
    def done(self) -> int: ...  # noqa: D102 - said above

    @property
    def total(self) -> int: ...  # noqa: D102

    @property
    def kept(self) -> int: ...  # noqa: D102


@contextmanager
def reading(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show the file in reading."""
    if quiet or not sys.stderr.isatty():
        yield lambda _text: None
        return
    with stderr_console().status("") as status:
        yield lambda text: status.update(_("At work: {name}").format(name=text))


@contextmanager
def counting(*, quiet: bool) -> Iterator[Callable[[Advancing], None]]:
    """Show the number of draws, their rate, and the time left."""
    if quiet or not sys.stderr.isatty():
        yield lambda _advance: None
        return
    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415 - only on a terminal

    began = monotonic()

    def text(advance: Advancing) -> str:
        return progress_text(advance.done, advance.total, advance.kept, monotonic() - began)

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"))
    with Progress(*columns, console=stderr_console(), transient=True) as bar:
        task = bar.add_task(_("draws"), told="")
        yield lambda advance: bar.update(
            task, completed=advance.done, total=advance.total, told=text(advance)
        )


def stderr_console() -> "Console":
    """Return the console of standard error."""
    from rich.console import Console  # noqa: PLC0415 - only on a terminal

    return Console(stderr=True)


MANY = 100.0
"""Draws a second above which a decimal says nothing."""


def progress_text(done: int, total: int, kept: int, elapsed_s: float) -> str:
    """Progress of a sweep, speed and time left; `kept` draws were already present.

    >>> progress_text(300, 1000, 100, 4.0), progress_text(100, 1000, 100, 4.0)
    ('300 / 1,000, 50.0 draws/s, 14 s left', '100 / 1,000')
    """
    text = f"{fr(done)} / {fr(total)}"
    if done <= kept or elapsed_s <= 0.0:
        return text
    rate = (done - kept) / elapsed_s
    left = round((total - done) / rate)
    minutes, rest = divmod(left, 60)
    time = (
        _("{minutes} min {seconds} s").format(minutes=fr(minutes), seconds=rest) if minutes else f"{rest} s"
    )
    speed = _("{rate} draws/s, {time} left").format(rate=fr(rate, 1 if rate < MANY else 0), time=time)
    return f"{text}, {speed}"
