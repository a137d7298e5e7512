"""An operation at hand: `run` answers each question, its curves in memory, its answers remembered."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from gettext import gettext as _
from hashlib import sha256
from pathlib import Path
from threading import Lock

from acc.coalition.report import MembersReport
from acc.problem import InputError, Problem
from acc.result.change import ExplainedChange
from acc.result.front import Front, FrontPoint
from acc.result.lawful_plan import LawfulPlan
from acc.result.paired import PairedDraws
from acc.result.result import Result
from acc.result.worth import Worth
from acc.rules.check import Check
from acc.scenario import Scenario
from scenarios.change_causes import StandingScenario, as_it_was_kept, changed_since, explained_from_first
from scenarios.entry.folder.load import load
from scenarios.entry.folder.put import FILES
from scenarios.entry.folder.question import asked_source, read_question
from scenarios.fair_choice import HeldFront, floor_of, with_point, without_floor
from scenarios.front import front_of
from scenarios.members import members
from scenarios.operation.metering.depends_on import unpriced
from scenarios.operation.metering.meter import Progress
from scenarios.operation.ready.obstacles import obstacles
from scenarios.operation.ready.operation import open_operation
from scenarios.operation.ready.request import OperationRequest
from scenarios.operation.store.store import CACHE, KeptKind, KeptStore, Same
from scenarios.paired_draws import paired_draws
from scenarios.run import run
from scenarios.split import searched
from scenarios.variants import SpilledResults
from scenarios.worth import worth_folder

MOST_ANSWERS = 5
"""Results remembered: the one that others are compared with, and the last ones; each may hold 25 MB."""

RESULTS: KeptKind[Result] = KeptKind("results", MOST_ANSWERS)
DRAWN: KeptKind[Result] = KeptKind("results with ranges", MOST_ANSWERS)
WORTHS: KeptKind[Worth] = KeptKind("worths", MOST_ANSWERS)
FRONT: KeptKind[Front] = KeptKind("front", 1)
MEMBERS: KeptKind[MembersReport] = KeptKind("who adds what", 2)

BESIDE: KeptKind["SideBySide"] = KeptKind("side by side", 2)

MOST_MADE = 6
"""Of each other kind: that of the kept scenario and the last ones, or one for each alternative."""

MOST_KEPT = 100
"""Kept scenarios of which it is remembered whether their data changed."""

MOST_BYTES = 400_000_000
"""Of the curves that are held. A year at 15 min of one site is 0.3 MB."""

OWN_FOLDERS = ("curves", "versions", "versions/gardes", "cles", "out", "out/documents", CACHE)
"""Folders that a page reads or writes in."""

FLOORS = 20
"""Points of a front beside the named ones."""


Stamp = tuple[tuple[str, int, int], ...]
"""Of each file of a folder, its name, its size and its moment."""


@dataclass(frozen=True, slots=True)
class PageQuestion:
    """A question over a folder in the words of the command line: `--set`, `--without`, `--kwp`, `--key`."""

    sets: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    powers: tuple[str, ...] = ()
    key: str | None = None
    variant: str | None = None


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Questions side by side: their results, what they bring in the same draws, why each differs."""

    results: tuple[Result, ...]
    drawn: PairedDraws | None
    changes: tuple[ExplainedChange, ...]


class AtHand:
    """One folder, read again when a file of it changes.

    Attributes:
        writing: held by whoever writes in the folder.
    """

    def __init__(self, folder: Path, today: Callable[[], date]) -> None:
        self.folder = folder
        self._today = today
        self.writing = Lock()
        self._held = KeptStore(folder / CACHE, MOST_MADE, MOST_BYTES)
        self._searches = 0
        self._seen: ContextVar[Stamp | None] = ContextVar("seen", default=None)

    def result(self, asked: PageQuestion, *, drawn: bool = False, whole: bool = True) -> Result:
        """Return what `run` gives for a question.

        Args:
            drawn: with ranges.
            whole: False leaves out what takes a second run: who can only lose, who should not leave, what
                would be lawful in place of an operation that is not; and what each dated change is worth.

        Raises:
            InputError: every fault of the folder and of the question.
        """
        store = self._store()
        point = self.point(asked, anew=drawn or whole)
        run_it = partial(self._run, store, asked, point, drawn=drawn, whole=whole)
        # What a search finds is shown by the results made after it.
        parts = (asked, whole, Same(point), self._searches if whole or drawn else 0)
        return store.get(DRAWN if drawn else RESULTS, parts, run_it)

    def search(self, asked: PageQuestion, progress: Progress = lambda _text: None) -> LawfulPlan:
        """Find the lawful operations of a state, and keep them: `acc members --split` without its folders.

        Args:
            progress: told each step; what it raises ends the search.

        Raises:
            InputError: every fault of the folder and of the question.
        """
        store, point = self._store(), self.point(asked, anew=True)
        settings = read_question(asked.sets, asked.without, asked.powers)
        operation, metered = open_operation(
            self.folder,
            variant=asked.variant,
            key=asked.key,
            settings=settings if point is None else with_point(settings, point),
            cache=store,
        )
        plan = searched(operation, metered, progress)
        self._searches += 1
        return plan

    def worth(self, asked: PageQuestion, draws: int) -> Worth:
        """Return what `acc worth` gives for a question; 0 draws is quick, and tells no chance.

        Raises:
            InputError: every fault of the folder and of the question; no price; no plant.
        """
        store, settings = self._store(), read_question(asked.sets, asked.without, asked.powers)
        make = partial(worth_folder, variant=asked.variant, key=asked.key, settings=settings, cache=store)
        return store.get(WORTHS, (asked, draws), lambda: make(self.folder, draws=draws))

    def members(self, asked: PageQuestion, progress: Progress) -> MembersReport:
        """Return what `acc members` gives for a question: it takes seconds.

        Raises:
            InputError: every fault of the folder and of the question; nobody who takes part.
        """
        store, settings = self._store(), read_question(asked.sets, asked.without, asked.powers)
        point = self.point(asked, anew=True)
        if point is not None:
            settings = with_point(settings, point)
        ask = partial(members, variant=asked.variant, key=asked.key, settings=settings, cache=store)
        return store.get(MEMBERS, (asked,), lambda: ask(self.folder, over_plan=False, progress=progress))

    def knows_members(self, asked: PageQuestion) -> bool:
        """Return whether `members` answers at once."""
        return self._store().known(MEMBERS, (asked,)) is not None

    def _store(self) -> KeptStore:
        """Return what is kept, as the files stand now."""
        return replace(self._held, stamp=repr(self.stamp()))

    def front(self, asked: PageQuestion, *, anew: bool) -> HeldFront:
        """Return the front of fairness of a question, its key and its floor left out.

        Args:
            anew: make it where the one held is of other prices; without it that one is given, said stale.

        Raises:
            InputError: what the front cannot say something of: a battery, a price that is missing.
        """
        settings = without_floor(read_question(asked.sets, asked.without, asked.powers))

        store = self._store()
        parts = (asked.variant, tuple((setting.path, str(setting.value)) for setting in settings))
        last = None if anew or store.known(FRONT, parts) is not None else store.last(FRONT)
        if last is not None:
            sites = load(self.folder, variant=asked.variant, settings=settings).participants
            if [site.id for site in last.scenario.participants] == [site.id for site in sites]:
                return HeldFront(last, is_stale=True)

        def make() -> Front:
            operation, _metered = open_operation(
                self.folder, variant=asked.variant, settings=settings, cache=store
            )
            return front_of(operation, points=FLOORS)

        return HeldFront(store.get(FRONT, parts, make), is_stale=False)

    def point(self, asked: PageQuestion, *, anew: bool) -> FrontPoint | None:
        """Return the point of the front that a question asks for by its floor; None where it asks for none.

        Raises:
            InputError: what the front cannot say something of.
        """
        floor = floor_of(read_question(asked.sets, asked.without, asked.powers), asked.key)
        return None if floor is None else self.front(asked, anew=anew).nearest(floor)

    def _request(self, store: KeptStore, asked: PageQuestion, point: FrontPoint | None) -> OperationRequest:
        settings = read_question(asked.sets, asked.without, asked.powers)
        if point is not None:
            settings = with_point(settings, point)
        asks: OperationRequest = {"variant": asked.variant, "key": asked.key, "settings": settings}
        return {**asks, "cache": store, "every_year": False}

    def _run(
        self, store: KeptStore, asked: PageQuestion, point: FrontPoint | None, *, drawn: bool, whole: bool
    ) -> Result:
        return run(
            self.folder,
            ran_on=self._today(),
            others=(),
            drawn_in=self.folder / "out" if drawn else None,
            advised=whole,
            weighs=whole,
            way=whole or drawn,
            **self._request(store, asked, point),
        )

    def side_by_side(
        self, asked: Sequence[PageQuestion], *, drawn: bool, as_kept: frozenset[int] = frozenset()
    ) -> SideBySide:
        """Return what `acc compare` finds of several questions, the first one the reference.

        Args:
            drawn: in the same draws, too; it takes seconds.
            as_kept: ranks of the kept scenarios that stand on the data of the day when they were kept;
                nothing is drawn beside them.

        Raises:
            InputError: every fault of the folder and of the questions.
        """
        store = self._store()

        def make() -> SideBySide:
            kept = {at: as_it_was_kept(self.folder, asked[at].variant or "", self._today()) for at in as_kept}
            first, *others = (
                partial(dict.__getitem__, kept, at) if at in kept else partial(self._stand, store, one)
                for at, one in enumerate(asked)
            )
            stands = [first()]
            resting = SpilledResults(self.folder / "out", stands[0].result)
            many = len(asked) > MOST_ANSWERS  # each may hold 25 MB
            for other in others:
                one = other()
                stands.append(replace(one, result=resting.at_rest(one.result)) if many else one)
            each, results = [one.request for one in stands], [one.result for one in stands]
            is_drawn = drawn and not as_kept
            draws = paired_draws(self.folder, each, results, range(len(each))) if is_drawn else None
            return SideBySide(tuple(results), draws, tuple(explained_from_first(stands)))

        return store.get(BESIDE, (tuple(asked), drawn, as_kept), make)

    def _stand(self, store: KeptStore, asked: PageQuestion) -> StandingScenario:
        request = self._request(store, asked, self.point(asked, anew=True))
        return StandingScenario(self.folder, request, self.result(asked, whole=False))

    def changed_since(self, name: str) -> bool:
        """Return whether the data of a kept scenario are no longer those that it was kept with."""
        make = partial(changed_since, self.folder, name)
        return self._store().get(KeptKind("changed since", MOST_KEPT), name, make)

    def data(self, variant: str | None, *, all_kept: bool = False) -> str:
        """Return what tells the data of a scenario from later ones; what is kept beside it changes nothing.

        Args:
            all_kept: of every kept scenario.

        Raises:
            InputError: a folder that cannot be read, an unknown variant.
        """
        source = asked_source(self.folder, variant=variant)
        sections = {name: of for name, of in source.sections.items() if all_kept or name != "variants"}
        rows = {name: [sorted(row.cells.items()) for row in table] for name, table in source.tables.items()}
        curves = [part for part in self.stamp() if part[0] not in FILES]
        return sha256(repr((sections, rows, curves)).encode()).hexdigest()[:16]

    def obstacles(self, scenario: Scenario, everyone: Scenario) -> dict[str, Check | None]:
        """Return, for who is not in a state, the rule that its coming would break; None where it may come."""
        parts = (unpriced(scenario), scenario.plants, scenario.battery, scenario.regime, scenario.on)
        return self._store().get(KeptKind("obstacles"), parts, lambda: obstacles(scenario, everyone))

    def digest(self) -> str:
        """Return a short name of what the folder holds: data of a page are told from later ones by it."""
        return sha256(repr(self.stamp()).encode()).hexdigest()[:16]

    @contextmanager
    def as_it_stands(self) -> Iterator[None]:
        """Look at the files once for all that is asked within: an answer is of one state of them."""
        before = self._seen.set(None)
        before = self._seen.set(self.stamp())
        try:
            yield
        finally:
            self._seen.reset(before)

    def stamp(self) -> Stamp:
        """Return what tells that a file of the folder changed: names, sizes, times.

        Raises:
            InputError: the folder is gone; a link of it leads elsewhere.
        """
        seen = self._seen.get()
        return self._looked_at() if seen is None else seen

    def _looked_at(self) -> Stamp:
        if not self.folder.is_dir():
            raise InputError(
                [Problem("", _("the folder is no longer there: {folder}").format(folder=self.folder))]
            )
        curves = self.folder / "curves"
        files = [self.folder / name for name in FILES]
        self._stay_inside([*files, *(self.folder / name for name in OWN_FOLDERS)])
        files += sorted(curves.iterdir()) if curves.is_dir() else []
        self._stay_inside(files)
        return tuple(
            (path.name, state.st_size, state.st_mtime_ns)
            for path in files
            if path.is_file() and (state := path.stat())
        )

    def _stay_inside(self, paths: Iterable[Path]) -> None:
        """Refuse a link that leads out of the folder: a page reads and writes nothing elsewhere."""
        message = _("a link that leads out of the folder: put the file itself here")
        out = [path for path in paths if path.is_symlink() and not self._is_inside(path)]
        if out:
            raise InputError([Problem(path.name, message) for path in out])

    def _is_inside(self, path: Path) -> bool:
        return path.resolve().is_relative_to(self.folder.resolve())
