"""An operation at hand: `run` answers each question, its curves in memory, its answers remembered."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from acc.result.result import Result
from acc.result.worth import Worth
from scenarios.folder.question import read_question
from scenarios.folder.raw import OPERATION, PARTICIPANTS, PERSONS, PLANTS
from scenarios.folder.xlsx_tables import WORKBOOK
from scenarios.metering.held_cache import HeldCache
from scenarios.operation.operation import CACHE
from scenarios.run import run
from scenarios.worth import Asking, worth_folder

MOST_ANSWERS = 12
"""Results remembered: the one that others are compared with, and the last ones asked for."""

AnswerT = TypeVar("AnswerT")


class Remembered(Generic[AnswerT]):
    """The last answers, the oldest forgotten; one is made at a time."""

    def __init__(self) -> None:
        self._held: OrderedDict[Hashable, AnswerT] = OrderedDict()
        self._lock = Lock()

    def get(self, name: Hashable, make: Callable[[], AnswerT]) -> AnswerT:
        """Return an answer, made where it is not remembered."""
        with self._lock:
            if name not in self._held:
                self._held[name] = make()
                while len(self._held) > MOST_ANSWERS:
                    self._held.popitem(last=False)
            self._held.move_to_end(name)
            return self._held[name]


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
        self._results = Remembered[Result]()
        self._worths = Remembered[Worth]()

    def result(self, asked: PageQuestion, *, drawn: bool = False, whole: bool = True) -> Result:
        """Return what `run` gives for a question.

        Args:
            drawn: with ranges.
            whole: False leaves out what takes a second run: who can only lose, who should not leave.

        Raises:
            InputError: every fault of the folder and of the question.
        """
        stamp = self._stamped()
        name = (stamp, asked, drawn, whole)
        return self._results.get(name, lambda: self._run(asked, drawn=drawn, whole=whole))

    def worth(self, asked: PageQuestion, draws: int) -> Worth:
        """Return what `acc worth` gives for a question; 0 draws is quick, and tells no chance.

        Raises:
            InputError: every fault of the folder and of the question; no price; no plant.
        """
        name = (self._stamped(), asked, draws)
        return self._worths.get(name, lambda: worth_folder(self.folder, self._asking(asked), draws=draws))

    def _stamped(self) -> Hashable:
        self._cache.stamp = self.stamp()
        return self._cache.stamp

    def _asking(self, asked: PageQuestion) -> Asking:
        settings = read_question(asked.sets, asked.without, asked.powers)
        return Asking(variant=asked.variant, key=asked.key, settings=settings, cache=self._cache)

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
        files = [self.folder / name for name in (OPERATION, PARTICIPANTS, PLANTS, PERSONS, WORKBOOK)]
        files += sorted(curves.iterdir()) if curves.is_dir() else []
        return tuple(
            (path.name, found.st_size, found.st_mtime_ns)
            for path in files
            if path.is_file() and (found := path.stat())
        )
