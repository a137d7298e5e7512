"""An operation at hand: `run` answers each question, its curves in memory, its answers remembered."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from gettext import gettext as _
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from acc.problem import InputError, Problem
from acc.result.front import Front, FrontPoint
from acc.result.result import Result
from acc.result.worth import Worth
from acc.rules.all_checks import checks
from acc.rules.check import Check, State
from acc.rules.perimeter import PerimeterRules
from acc.scenario import Regime, Scenario
from scenarios.fair_choice import FrontAtHand, HeldFront, floor_of, with_point, without_floor
from scenarios.folder.battery_and_loads import checked_members
from scenarios.folder.load import load
from scenarios.folder.question import read_question
from scenarios.folder.raw import OPERATION, PARTICIPANTS, PERSONS, PLANTS
from scenarios.folder.xlsx_tables import WORKBOOK
from scenarios.front import front_of
from scenarios.metering.held_cache import HeldCache
from scenarios.metering.meter import unpriced
from scenarios.operation.operation import CACHE, open_operation
from scenarios.rates.perimeter_rules import perimeter_rules
from scenarios.rates.table import read_rates
from scenarios.run import run
from scenarios.worth import Asking, worth_folder

MOST_ANSWERS = 5
"""Results remembered: the one that others are compared with, and the last ones; each may hold 25 MB."""

OWN_FOLDERS = ("curves", "versions", "cles", "out", CACHE)
"""Folders that a page reads or writes in."""

FLOORS = 20
"""Points of a front beside the named ones."""

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
    """One folder, read again when a file of it changes.

    Attributes:
        writing: held by whoever writes in the folder.
    """

    def __init__(self, folder: Path, today: Callable[[], date]) -> None:
        self.folder = folder
        self._today = today
        self.writing = Lock()
        self._cache = HeldCache(folder / CACHE)
        self._results = Remembered[Result]()
        self._drawn = Remembered[Result]()  # apart: a control that moves does not wait for ranges
        self._worths = Remembered[Worth]()
        self._front = FrontAtHand()

    def result(self, asked: PageQuestion, *, drawn: bool = False, whole: bool = True) -> Result:
        """Return what `run` gives for a question.

        Args:
            drawn: with ranges.
            whole: False leaves out what takes a second run: who can only lose, who should not leave, what
                would be lawful in place of an operation that is not.

        Raises:
            InputError: every fault of the folder and of the question.
        """
        stamp = self._stamped()
        point = self.point(asked, anew=drawn or whole)
        name = (stamp, asked, drawn, whole, id(point))
        held = self._drawn if drawn else self._results
        return held.get(name, lambda: self._run(asked, point, drawn=drawn, whole=whole))

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

    def front(self, asked: PageQuestion, *, anew: bool) -> HeldFront:
        """Return the front of fairness of a question, its key and its floor left out.

        Args:
            anew: make it where the one held is of other prices; without it that one is given, said stale.

        Raises:
            InputError: what the front cannot say something of: a battery, a price that is missing.
        """
        settings = without_floor(read_question(asked.sets, asked.without, asked.powers))

        def who() -> list[str]:
            return [
                site.id for site in load(self.folder, variant=asked.variant, settings=settings).participants
            ]

        def make() -> Front:
            operation, _metered = open_operation(
                self.folder, variant=asked.variant, settings=settings, cache=self._cache
            )
            return front_of(operation, points=FLOORS)

        name = (self._stamped(), asked.variant, tuple((one.path, str(one.value)) for one in settings))
        return self._front.get(name, who, make, anew=anew)

    def point(self, asked: PageQuestion, *, anew: bool) -> FrontPoint | None:
        """Return the point of the front that a question asks for by its floor; None where it asks for none.

        Raises:
            InputError: what the front cannot say something of.
        """
        floor = floor_of(read_question(asked.sets, asked.without, asked.powers), asked.key)
        return None if floor is None else self.front(asked, anew=anew).nearest(floor)

    def _run(self, asked: PageQuestion, point: FrontPoint | None, *, drawn: bool, whole: bool) -> Result:
        settings = read_question(asked.sets, asked.without, asked.powers)
        if point is not None:
            settings = with_point(settings, point)
        return run(
            self.folder,
            ran_on=self._today(),
            variant=asked.variant,
            key=asked.key,
            settings=settings,
            others=(),
            drawn_in=self.folder / "out" if drawn else None,
            held=self._cache,
            advised=whole,
            way=whole,
        )

    def obstacles(self, scenario: Scenario, everyone: Scenario) -> dict[str, Check | None]:
        """Return, for who is not in a state, the rule that its coming would break; None where it may come."""
        parts = (unpriced(scenario), scenario.plants, scenario.battery, scenario.regime, scenario.on)
        return self._cache.again("obstacles", parts, lambda: _obstacles(scenario, everyone))

    def stamp(self) -> tuple[tuple[str, int, int], ...]:
        """Return what tells that a file of the folder changed: names, sizes, times."""
        curves = self.folder / "curves"
        files = [self.folder / name for name in (OPERATION, PARTICIPANTS, PLANTS, PERSONS, WORKBOOK)]
        self._stay_inside([*files, *(self.folder / name for name in OWN_FOLDERS)])
        files += sorted(curves.iterdir()) if curves.is_dir() else []
        self._stay_inside(files)
        return tuple(
            (path.name, found.st_size, found.st_mtime_ns)
            for path in files
            if path.is_file() and (found := path.stat())
        )

    def _stay_inside(self, paths: Iterable[Path]) -> None:
        """Refuse a link that leads out of the folder: a page reads and writes nothing elsewhere."""
        message = _("a link that leads out of the folder: put the file itself here")
        out = [path for path in paths if path.is_symlink() and not self._is_inside(path)]
        if out:
            raise InputError([Problem(path.name, message) for path in out])

    def _is_inside(self, path: Path) -> bool:
        return path.resolve().is_relative_to(self.folder.resolve())


def _obstacles(scenario: Scenario, everyone: Scenario) -> dict[str, Check | None]:
    regime, rules = scenario.regime, perimeter_rules(read_rates(), scenario.on)
    inside = {site.id: site for site in scenario.participants}
    broken = {check.rule for check in _broken(scenario, regime, rules)}
    found: dict[str, Check | None] = {}
    for one in [site for site in everyone.participants if site.id not in inside]:
        # In the order of the folder: with one who came out this minute, it is a group looked at before.
        with_one = inside | {one.id: one}
        sites = tuple(with_one[site.id] for site in everyone.participants if site.id in with_one)
        larger = replace(scenario, participants=sites)
        new = [check for check in _broken(larger, regime, rules) if check.rule not in broken]
        found[one.id] = new[0] if new else None
    return found


def _broken(scenario: Scenario, regime: Regime, rules: PerimeterRules) -> list[Check]:
    found = checks(checked_members(scenario), regime, rules)
    return [check for check in found if check.binding and check.state is State.NOT_MET]
