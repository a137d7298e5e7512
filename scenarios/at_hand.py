"""An operation at hand: `run` answers each question, its curves in memory, its answers remembered."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock

from acc.result.result import Result
from scenarios.folder.question import read_question
from scenarios.folder.raw import OPERATION, PARTICIPANTS, PERSONS, PLANTS
from scenarios.metering.held_cache import HeldCache
from scenarios.operation.operation import CACHE
from scenarios.run import run

MOST_ANSWERS = 12
"""Results remembered: the one that others are compared with, and the last ones asked for."""


@dataclass(frozen=True, slots=True)
class PageQuestion:
    """A question over a folder in the words of the command line: `--set`, `--without`, `--kwp`, `--key`."""

    sets: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    powers: tuple[str, ...] = ()
    key: str | None = None
    variant: str | None = None


class AtHand:
    """One folder, read again when a file of it changes."""

    def __init__(self, folder: Path, today: Callable[[], date]) -> None:
        self.folder = folder
        self._today = today
        self._cache = HeldCache(folder / CACHE)
        self._answers: OrderedDict[tuple[object, ...], Result] = OrderedDict()
        self._lock = Lock()

    def result(self, asked: PageQuestion, *, drawn: bool = False, whole: bool = True) -> Result:
        """Return what `run` gives for a question.

        Args:
            drawn: with ranges.
            whole: False leaves out what takes a second run: who can only lose, who should not leave.

        Raises:
            InputError: every fault of the folder and of the question.
        """
        stamp = self.stamp()
        name = (stamp, asked, drawn, whole)
        with self._lock:
            self._cache.stamp = stamp
            if name not in self._answers:
                self._answers[name] = self._run(asked, drawn=drawn, whole=whole)
                while len(self._answers) > MOST_ANSWERS:
                    self._answers.popitem(last=False)
            self._answers.move_to_end(name)
            return self._answers[name]

    def _run(self, asked: PageQuestion, *, drawn: bool, whole: bool) -> Result:
        return run(
            self.folder,
            ran_on=self._today(),
            variant=asked.variant,
            key=asked.key,
            settings=read_question(asked.sets, asked.without, asked.powers),
            others=(),
            drawn_in=self.folder / "out" if drawn else None,
            held=self._cache,
            advised=whole,
        )

    def stamp(self) -> tuple[tuple[str, int, int], ...]:
        """Return what tells that a file of the folder changed: names, sizes, times."""
        curves = self.folder / "curves"
        files = [self.folder / name for name in (OPERATION, PARTICIPANTS, PLANTS, PERSONS)]
        files += sorted(curves.iterdir()) if curves.is_dir() else []
        return tuple(
            (path.name, found.st_size, found.st_mtime_ns)
            for path in files
            if path.is_file() and (found := path.stat())
        )
