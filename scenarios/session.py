"""An operation at hand: `run` answers each question, its curves in memory, its answers remembered."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from gettext import gettext as _
from hashlib import sha256
from pathlib import Path
from threading import Lock

from acc.problem import InputError, Problem
from acc.result.change import ExplainedChange, PairedDraws
from acc.result.result import Result
from acc.rules.all_checks import checks
from acc.rules.check import Check, State
from acc.rules.perimeter import PerimeterRules
from acc.scenario import Regime, Scenario
from scenarios.entry.folder.mask import Mask
from scenarios.entry.folder.put import FILES, group_places, stay_inside
from scenarios.entry.folder.question import read_question, source_with_settings
from scenarios.entry.folder.sections import checked_members
from scenarios.entry.folder.settings import Setting
from scenarios.operation.metering.kept_meters import unpriced
from scenarios.operation.ready.keys import at_rest
from scenarios.operation.ready.request import OperationRequest
from scenarios.operation.store.store import CACHE, KeptKind, KeptStore, Same
from scenarios.rates.table import perimeter_rules, read_rates
from scenarios.run import RunParts, run
from scenarios.side_by_side import changed_since, paired_draws, scenario_as_kept
from scenarios.study import ScenarioAtDate, explain_changes, studies
from scenarios.variants import SpilledResults

MOST_ANSWERS = 5
"""Results remembered: the one that others are compared with, and the last ones; each may hold 25 MB."""

RESULTS: KeptKind[Result] = KeptKind("results", MOST_ANSWERS)
DRAWN: KeptKind[Result] = KeptKind("results with ranges", MOST_ANSWERS)

LEAST_STATES, MOST_STATE_BYTES = 3, 500_000_000
"""States held at least, and the bytes of the meters and the shares of those that are."""

SIDE_BY_SIDE: KeptKind["SideBySide"] = KeptKind("side by side", 2)

MOST_MADE = 6
"""Of each other kind: that of the kept scenario and the last ones, or one for each alternative."""

MOST_KEPT = 100
"""Kept scenarios of which it is remembered whether their data changed."""

MOST_BYTES = 400_000_000
"""Of the curves that are held. A year at 15 min of one site is 0.3 MB."""

OWN_FOLDERS = ("curves", "versions", "versions/gardes", "cles", "out", "out/documents", CACHE)
"""Folders that a page reads or writes in, beside those of groups."""


Stamp = tuple[tuple[str, int, int], ...]
"""Of each file of a folder, its name, its size and its moment."""


@dataclass(frozen=True, slots=True)
class PageQuestion:
    """A question over a folder in the words of the command line: `--set`, `--without`, `--kwp`, `--key`.

    Attributes:
        each: the keeper alone looks: true figures. Else those of who did not agree are moved, for a room.
        holder: id of the member whose own page asks: its figures are true.
    """

    sets: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    powers: tuple[str, ...] = ()
    key: str | None = None
    variant: str | None = None
    each: bool = False
    holder: str = ""

    def of_variant(self, variant: str | None) -> "PageQuestion":
        """Return the question of a variant alone, for the same eyes."""
        return PageQuestion(variant=variant, each=self.each, holder=self.holder)


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
        searches: how many plans were found since: results made before show none of them.
    """

    def __init__(self, folder: Path, today: Callable[[], date]) -> None:
        self.folder = folder
        self._today = today
        self.writing = Lock()
        self._kept_store = KeptStore(folder / CACHE, MOST_MADE, MOST_BYTES)
        self.searches = 0
        self._seen: ContextVar[Stamp | None] = ContextVar("seen", default=None)

    def result(self, question: PageQuestion, *, drawn: bool = False, complete: bool = True) -> Result:
        """Result of `run` for a question.

        Args:
            drawn: with ranges.
            complete: False leaves out what takes a second run: who can only lose, who should not leave, what
                would be lawful in place of an operation that is not; and what each dated change is worth.

        Raises:
            InputError: every fault of the folder and of the question.
        """
        store = self.store()
        kind = replace(DRAWN if drawn else RESULTS, most=min(MOST_ANSWERS, store.most))
        anew = drawn or complete
        request = self.request(question, anew=anew)
        run_it = partial(self._run, request, drawn=drawn, complete=complete)
        # What a search finds is shown by the results made after it.
        parts = (question, complete, self._added(question, request), self.searches if anew else 0)
        return store.get(kind, parts, run_it)

    def store(self) -> KeptStore:
        """Store of kept values, for the present files."""
        store = replace(self._kept_store, stamp=repr(self.stamp()))
        last = store.last(RESULTS)
        if last is None:
            return store
        # Fewer where each is large: the folder, the scenario beside it, and the state that is asked.
        states = MOST_STATE_BYTES // max(1, 2 * last.exchange.consumption_kwh.nbytes)
        return replace(store, most=min(MOST_MADE, max(LEAST_STATES, states)))

    def settings(self, question: PageQuestion, *, anew: bool) -> tuple[Setting, ...]:
        """Return the settings of a question, with those that an installed study makes of its words.

        Args:
            anew: make what the study rests on where the one kept is of other prices.

        Raises:
            InputError: every fault of the question; what a study cannot say something of.
        """
        settings = read_question(question.sets, question.without, question.powers)
        for study in studies():
            if study.settings_of_page is not None:
                settings = study.settings_of_page(self, question, settings, anew=anew)
        return settings

    def request(self, question: PageQuestion, *, anew: bool) -> OperationRequest:
        """Return a question as the engine takes it; see `settings`."""
        settings = self.settings(question, anew=anew)
        own: OperationRequest = {"variant": question.variant, "key": question.key, "settings": settings}
        return {**own, "cache": self.store(), "every_year": False, "mask": self.mask(question)}

    def mask(self, question: PageQuestion) -> Mask | None:
        """Return the mask of a question; None where the keeper alone looks."""
        return None if question.each else Mask(self.folder, holder=question.holder)

    def _added(self, question: PageQuestion, request: OperationRequest) -> tuple[Same[object], ...]:
        """Return the values that a study put in place of those that were asked, each by its identity."""
        plain = read_question(question.sets, question.without, question.powers)
        return tuple(Same(setting.value) for setting in request["settings"] if setting not in plain)

    def _run(self, request: OperationRequest, *, drawn: bool, complete: bool) -> Result:
        result = run(
            self.folder,
            ran_on=self._today(),
            parts=RunParts(
                other_keys=(),
                ranges_folder=self.folder / "out" if drawn else None,
                advice=complete,
                change_values=complete,
                lawful_plan=complete or drawn,
                gap=False,
            ),
            **request,
        )
        return replace(result, allocation=at_rest(result.allocation))

    def side_by_side(
        self, page_questions: Sequence[PageQuestion], *, drawn: bool, as_kept: frozenset[int] = frozenset()
    ) -> SideBySide:
        """Comparison of several questions as by `acc compare`, the first one the reference.

        Args:
            drawn: in the same draws, too; it takes seconds.
            as_kept: ranks of the kept scenarios that stand on the data of the day when they were kept;
                nothing is drawn beside them.

        Raises:
            InputError: every fault of the folder and of the questions.
        """
        store = self.store()

        def run_question(at: int) -> ScenarioAtDate:
            question = page_questions[at]
            if at in as_kept:
                return scenario_as_kept(
                    self.folder, question.variant or "", self._today(), self.mask(question)
                )
            request = self.request(question, anew=True)
            return ScenarioAtDate(self.folder, request, self.result(question, complete=False))

        def make() -> SideBySide:
            scenarios = [run_question(0)]
            resting = SpilledResults(self.folder / "out", scenarios[0].result)
            many = len(page_questions) > MOST_ANSWERS  # each may hold 25 MB
            for at in range(1, len(page_questions)):
                answer = run_question(at)
                scenarios.append(replace(answer, result=resting.at_rest(answer.result)) if many else answer)
            each, results = [dated.request for dated in scenarios], [dated.result for dated in scenarios]
            is_drawn = drawn and not as_kept
            draws = paired_draws(self.folder, each, results, range(len(each))) if is_drawn else None
            return SideBySide(tuple(results), draws, tuple(explain_changes(scenarios)))

        return store.get(SIDE_BY_SIDE, (tuple(page_questions), drawn, as_kept), make)

    def changed_since(self, name: str) -> bool:
        """Return whether the data of a kept scenario are no longer those that it was kept with."""
        make = partial(changed_since, self.folder, name)
        return self.store().get(KeptKind("changed since", MOST_KEPT), name, make)

    def data(self, variant: str | None, *, all_kept: bool = False) -> str:
        """Digest of the data of a scenario, unaffected by scenarios kept beside it.

        Args:
            all_kept: of every kept scenario.

        Raises:
            InputError: a folder that cannot be read, an unknown variant.
        """
        source = source_with_settings(self.folder, variant=variant)
        sections = {name: of for name, of in source.sections.items() if all_kept or name != "variants"}
        rows = {name: [sorted(row.cells.items()) for row in table] for name, table in source.tables.items()}
        curves = [part for part in self.stamp() if part[0] not in FILES]
        return sha256(repr((sections, rows, curves)).encode()).hexdigest()[:16]

    def obstacles(self, scenario: Scenario, everyone: Scenario) -> dict[str, Check | None]:
        """Return, for who is not in a state, the rule that its coming would break; None where it may come."""
        parts = (unpriced(scenario), scenario.plants, scenario.battery, scenario.regime, scenario.on)
        return self.store().get(KeptKind("obstacles"), parts, lambda: obstacles(scenario, everyone))

    def digest(self) -> str:
        """Return a short name of what the folder holds: data of a page are told from later ones by it."""
        return sha256(repr(self.stamp()).encode()).hexdigest()[:16]

    @contextmanager
    def single_state(self) -> Iterator[None]:
        """Look at the files once for all that is asked within: an answer is of one state of them."""
        self._seen.set(None)
        before = self._seen.set(self.stamp())
        try:
            yield
        finally:
            self._seen.reset(before)

    def stamp(self) -> Stamp:
        """Stamp of the folder for change detection: names, sizes, times.

        Raises:
            InputError: the folder is missing; a link of it leads elsewhere.
        """
        seen = self._seen.get()
        if seen is not None:
            return seen
        if not self.folder.is_dir():
            raise InputError(
                [Problem("", _("the folder is no longer there: {folder}").format(folder=self.folder))]
            )
        curves = self.folder / "curves"
        files = [self.folder / name for name in FILES]
        own = [self.folder / name for name in OWN_FOLDERS]
        stay_inside(self.folder, [*files, *own, *group_places(self.folder / "out")])
        files += sorted(curves.iterdir()) if curves.is_dir() else []
        stay_inside(self.folder, files)
        return tuple(
            (path.name, state.st_size, state.st_mtime_ns)
            for path in files
            if path.is_file() and (state := path.stat())
        )


def obstacles(scenario: Scenario, everyone: Scenario) -> dict[str, Check | None]:
    """Return, for who is not in a scenario, the rule that its coming would break; None where it may come."""
    regime, rules = scenario.regime, perimeter_rules(read_rates(), scenario.on)
    inside = {site.id: site for site in scenario.participants}
    broken = {check.rule for check in _unmet(scenario, regime, rules)}
    barriers: dict[str, Check | None] = {}
    for newcomer in [site for site in everyone.participants if site.id not in inside]:
        # In the order of the folder: with one who came out this minute, it is a group looked at before.
        joined = inside | {newcomer.id: newcomer}
        sites = tuple(joined[site.id] for site in everyone.participants if site.id in joined)
        larger = replace(scenario, participants=sites)
        new = [check for check in _unmet(larger, regime, rules) if check.rule not in broken]
        barriers[newcomer.id] = new[0] if new else None
    return barriers


def _unmet(scenario: Scenario, regime: Regime, rules: PerimeterRules) -> list[Check]:
    checked = checks(checked_members(scenario), regime, rules)
    return [check for check in checked if check.binding and check.state is State.NOT_MET]
