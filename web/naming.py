"""The state of a page as an address, JSON, fields; who is called what on its screens, by which ids."""

import hmac
import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from gettext import gettext as _
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import FormData, QueryParams

from acc.i18n import N_
from acc.problem import InputError, Problem
from acc.result.result import Result
from acc.scenario import Scenario
from profiles.files.atomic_write import signing_key
from reports.page.law import LawfulGroup
from reports.page.names import Names, PlanCalendar, announced, names_of, plan_calendar
from scenarios.entry.columns.input_columns import columns, sheet_settings
from scenarios.entry.columns.names import PARTICIPANTS, PERSONS, PLANTS
from scenarios.entry.folder.fault_location import in_titles
from scenarios.entry.folder.load import load, scenario_of
from scenarios.entry.folder.question import read_question
from scenarios.entry.folder.raw import read_source
from scenarios.session import AtHand, PageQuestion
from web.controls import for_the_room, is_of_panels

WORDS = ("set", "without", "kwp")
STATE_WORDS = (*WORDS, "key", "variant", "face")

MOST_EUR = 1e15
"""No axis of a page goes so far; infinity and what is no number are beyond it too."""


class StateError(ValueError):
    """A body that is no state."""


@dataclass(frozen=True, slots=True)
class PageView:
    """How the state is looked at, kept with no scenario. See `reports.page.rows.Looking` and `day_asked`.

    Attributes:
        who: `each` where the keeper alone looks; else a room does.
    """

    sort: str = ""
    group: str = ""
    day: str = ""
    scale: str = ""
    pinned: str = ""
    year: str = ""
    who: str = ""

    @property
    def is_each(self) -> bool:
        """Whether who did not agree to be named has a row, under no name."""
        return self.who == EACH


EACH = "each"
VIEW = {
    "tri": "sort",
    "grouper": "group",
    "jour": "day",
    "echelle": "scale",
    "suivre": "pinned",
    "annee": "year",
    "qui": "who",
}
"""Words of the address."""


def read_view(words: Mapping[str, Any]) -> PageView:
    """Read the view of a state from the words of an address or of a body."""
    given = {name: words.get(word) or "" for word, name in VIEW.items()}
    return PageView(**{name: str(value)[:60] for name, value in given.items() if _is_text(value)})


@dataclass(frozen=True, slots=True)
class Posted:
    """A state sent by the page, with its number.

    Attributes:
        order: ids of the rows as they stand while a control is held; empty sorts them.
        unfolded: see `Looking`; the page that asks has the other rows, or does not show them.
        has: what tells the blocks that the page has from later ones: those are not sent again.
        axis: ends of the axis of the rows, EUR a year, while a control is held.
    """

    question: PageQuestion
    number: int
    order: tuple[str, ...] = ()
    axis: tuple[float, float] | None = None
    face: str | None = None
    drawn: bool = False
    view: PageView = PageView()
    unfolded: frozenset[str] | None = None
    has: frozenset[str] = frozenset()


def read_posted(body: bytes) -> Posted:
    """Return the state of a body of `POST /etat`.

    Raises:
        StateError: what it is not.
    """
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise StateError(str(fault)) from None
    if not isinstance(given, dict):
        raise StateError("an object is expected")
    number = given.get("number")
    if not isinstance(number, int) or isinstance(number, bool):
        raise StateError("number is expected")
    words = {name: _texts(given.get(name, []), name) for name in (*WORDS, "order", "unfolded", "has")}
    return Posted(
        PageQuestion(
            words["set"], words["without"], words["kwp"], _text(given, "key"), _text(given, "variant")
        ),
        number,
        words["order"],
        _axis(given.get("axis")),
        _text(given, "face"),
        given.get("drawn") is True,
        read_view(given),
        frozenset(words["unfolded"]) if "unfolded" in given else None,
        frozenset(words["has"]),
    )


def _text(given: Mapping[str, object], name: str) -> str | None:
    value = given.get(name)
    if value is not None and not _is_text(value):
        raise StateError(f"{name}: a text is expected")
    return str(value or "") or None


def _texts(value: object, name: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(map(_is_text, value)):
        raise StateError(f"{name}: a list of texts is expected")
    return tuple(map(str, value))


def _is_text(value: object) -> bool:
    """Return whether it is a text that can be written: JSON lets through halves of a character."""
    return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)


def _axis(value: object) -> tuple[float, float] | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    low, high = value
    if not all(isinstance(end, int | float) and abs(end) < MOST_EUR for end in (low, high)):
        return None
    return (float(low), float(high)) if low < high else None


def read_address(query: QueryParams | FormData) -> tuple[PageQuestion, str | None]:
    """Return the state that an address holds, and the scenario that it is compared with."""
    sets, without, powers = (tuple(str(v) for v in query.getlist(name) if v) for name in WORDS)
    key, variant, face = (str(query.get(name) or "") or None for name in ("key", "variant", "face"))
    return PageQuestion(sets, without, powers, key, variant), face


def address(question: PageQuestion, face: str | None = None) -> str:
    """Return the words of a state for an address, `?` left out.

    >>> address(PageQuestion(("prix=95",), ("metallerie",), (), "priority"))
    'set=prix%3D95&without=metallerie&key=priority'
    """
    return urlencode([*fields_of(question), *([("face", face)] if face else [])])


def fields_of(question: PageQuestion) -> list[tuple[str, str]]:
    """Return a state as hidden fields."""
    several = zip(WORDS, (question.sets, question.without, question.powers), strict=True)
    pairs = [(name, word) for name, words in several for word in words]
    single = (("key", question.key), ("variant", question.variant))
    return pairs + [(name, word) for name, word in single if word]


def leave_out(question: PageQuestion, *out: str) -> PageQuestion:
    """Return the state without some more sites."""
    come = {f"participants.{site}.active=true" for site in out}
    sets = tuple(word for word in question.sets if word not in come)
    return replace(question, sets=sets, without=(*question.without, *out))


def group_alone(question: PageQuestion, group: LawfulGroup) -> PageQuestion:
    """Return a state with a lawful group of it alone."""
    coming = {f"participants.{site}.active=true" for site in group.without}
    sets = tuple(word for word in question.sets if word not in coming and not word.startswith("perimetre="))
    powers = [word for word in question.powers if word.partition("=")[0] in group.ids]
    built = {word.partition("=")[0] for word in group.powers}
    kept = (*(word for word in powers if word.partition("=")[0] not in built), *group.powers)
    without = tuple(dict.fromkeys((*question.without, *group.without)))
    return replace(question, sets=(*sets, *group.sets), without=without, powers=kept)


TOKEN = re.compile(r"[^\W_][\w-]*")
"""An id, in a word of a state: `participants.cave.active=true`."""

ONCE = secrets.token_bytes(32)
"""Where this user has no key that lasts: an address is then good until the program ends."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """What stands for each id, both ways: the same from one start to the next, and told by nothing else."""

    shut_by: Mapping[str, str]
    open_by: Mapping[str, str]

    def shut(self, text: str) -> str:
        """Return words of a state, or ids with blanks between, as the page may hold them."""
        return TOKEN.sub(lambda match: self.shut_by.get(match[0], match[0]), text)

    def opened(self, text: str) -> str:
        """Return words of a page as the engine knows them."""
        return TOKEN.sub(lambda match: self.open_by.get(match[0], match[0]), text)

    def shut_name(self, name: str | None) -> str:
        """Pseudonym of a kept scenario whose name identifies somebody."""
        return self.shut_by.get(name or "", name or "")

    def shut_state(self, question: PageQuestion) -> PageQuestion:
        """Return a state as an address may hold it."""
        return _words(question, self.shut, self.shut_by)

    def opened_state(self, question: PageQuestion) -> PageQuestion:
        """Return the state that an address holds."""
        return _words(question, self.opened, self.open_by)


def _words(question: PageQuestion, turn: Callable[[str], str], names: Mapping[str, str]) -> PageQuestion:
    sets, without, powers = (tuple(map(turn, w)) for w in (question.sets, question.without, question.powers))
    variant = names.get(question.variant or "", question.variant)
    return replace(question, sets=sets, without=without, powers=powers, variant=variant)


def opaque(ids: Iterable[str]) -> Opaque:
    """Pseudonyms of ids, and of names of kept scenarios."""
    key = signing_key() or ONCE
    shut = {id_: "s" + hmac.new(key, b"page\0" + id_.encode(), "sha256").hexdigest()[:12] for id_ in ids}
    return Opaque(shut, {pseudonym: id_ for id_, pseudonym in shut.items()})


class Naming:
    """The names of one folder, read again when a file of it changes."""

    def __init__(self, at_hand: AtHand, root: str) -> None:
        self.at_hand, self.root = at_hand, root
        self._known: tuple[object, Names, Scenario, Opaque] | None = None
        self._calendar: tuple[object, PlanCalendar | None] | None = None

    def names(self) -> Names:
        """Names for the folder."""
        return self.everyone()[0]

    def everyone(self) -> tuple[Names, Scenario]:
        """Names for the folder, and the scenario with all sites."""
        _stamp, names, everyone, _opaque = self._shown_of_all()
        return names, everyone

    def _shown_of_all(self) -> tuple[object, Names, Scenario, Opaque]:
        stamp = self.at_hand.stamp()
        if self._known is None or self._known[0] != stamp:
            source = read_source(self.at_hand.folder)
            everyone = scenario_of(source, everyone=True)
            names = names_of(everyone)
            hidden = {change.row for change in announced(everyone)[1]}
            telling = [name for name in source.known_variants if names.unnamed(name) != name]
            self._known = (stamp, names, everyone, opaque([*names.closed, *hidden, *telling]))
        return self._known

    def calendar(self) -> PlanCalendar | None:
        """Return the years of the plan that the screens may show; None where none differ for the room."""
        stamp, names, everyone, _opaque = self._shown_of_all()
        if self._calendar is None or self._calendar[0] != stamp:
            self._calendar = (stamp, plan_calendar(everyone, names))
        return self._calendar[1]

    def year_shown(self, posted: Posted) -> tuple[PlanCalendar | None, int | None]:
        """Return the years that a screen may show, and that which it shows where it is a later one."""
        calendar = self.calendar()
        return calendar, calendar.year_of_plan(posted.view.year) if calendar else None

    def result_shown(self, posted: Posted) -> Result:
        """Result of `run` for a state; a later year excludes the changes unknown to the room.

        Raises:
            InputError: every fault of the folder and of the state.
        """
        calendar, year = self.year_shown(posted)
        question = (
            posted.question if calendar is None or year is None else for_the_room(posted.question, calendar)
        )
        return self.at_hand.result(question, drawn=posted.drawn, complete=False)

    def scenario_shown(self, result: Result, posted: Posted) -> Scenario:
        """Return the scenario of a state whose `result` is shown, whatever its year: with all changes."""
        question, (calendar, year) = posted.question, self.year_shown(posted)
        # No room counts the panels that somebody keeps to itself; all others stand in what it is shown.
        if calendar is None or year is None or not any(map(is_of_panels, calendar.hidden)):
            return result.scenario
        settings = read_question(question.sets, question.without, question.powers)
        source = replace(read_source(self.at_hand.folder), mask=self.at_hand.mask(question))
        return load(self.at_hand.folder, variant=question.variant, settings=settings, source=source)

    def refuse_taken(self, name: str) -> None:
        """Refuse the name of a scenario that is there already.

        Raises:
            InputError: it is.
        """
        if name in read_source(self.at_hand.folder).known_variants:
            message = _("“{name}” is the name of another scenario: choose another one").format(name=name)
            raise InputError([Problem("variants name", message)])

    def opaque(self) -> Opaque:
        """Pseudonyms of the ids reserved to the keeper; empty in a folder with faults."""
        try:
            return self._shown_of_all()[3]
        except InputError:
            return opaque(())

    def stamp(self) -> str:
        """Digest of the data of the folder; empty where it cannot be read."""
        try:
            return self.at_hand.digest()
        except InputError:
            return ""

    def read(self, words: QueryParams | FormData) -> tuple[PageQuestion, str | None]:
        """Return the state of an address or of a form, and what it is compared with."""
        question, face = read_address(words)
        known, each = self.opaque(), read_view(words).is_each
        return replace(known.opened_state(question), each=each), known.open_by.get(face or "", face)

    def opened(self, posted: Posted) -> Posted:
        """Posted state, with the ids of the folder."""
        known = self.opaque()
        question, order = known.opened_state(posted.question), tuple(map(known.opened, posted.order))
        question = replace(question, each=posted.view.is_each)
        return replace(
            posted, question=question, order=order, face=known.open_by.get(posted.face or "", posted.face)
        )

    def link(self, question: PageQuestion, face: str | None = None, screen: str = "seance") -> str:
        """Return the address of a state."""
        known = self.opaque()
        return f"{self.root}/{screen}?{address(known.shut_state(question), known.shut_name(face))}"

    def problem_texts(self, fault: InputError, *, places: bool = False) -> list[str]:
        """Problems of a state, in words; those of the folder are shown with its data only.

        Args:
            places: with where it is: a file, a setting.
        """
        try:
            names, _everyone = self.everyone()
        except InputError:
            if not self.at_hand.folder.is_dir():
                return [problem.message for problem in fault.problems]
            return [_("The folder has faults: they are told under “Data”.")]
        messages = [f"{p.path} {p.message}".strip() if places else p.message for p in fault.problems]
        return [names.unnamed(in_titles(text)) for text in messages]


FIELDS: Mapping[str, str] = {
    "name": N_("Name"),
    "present": N_("Who was there (optional)"),
    "note": N_("What is to be remembered"),
}
"""Of the form that keeps a scenario: keys of its variant in the file, and their titles on the page."""


def in_fields(fault: InputError) -> InputError:
    """Return a fault of what was typed to keep a scenario, at its field: no file is seen."""
    ends = [(problem, problem.path.rpartition(" ")[2]) for problem in fault.problems]
    return InputError(
        [replace(problem, path=_(FIELDS[key])) if key in FIELDS else problem for problem, key in ends]
    )


@cache
def _titles() -> Mapping[str, str]:
    """Title of each column and each setting, by id."""
    titles = {path.rpartition(".")[2]: setting.french for path, setting in sheet_settings().items()}
    for file in (PERSONS, PLANTS, PARTICIPANTS):
        titles |= {id_: column.french for id_, column in columns(file).items()}
    return titles


def named(text: str) -> str:
    """Return a sentence of the engine as a page says it: a column by its title, no quote of code.

    >>> named("fill in `supply_until`, or `acc size`")
    'fill in « Fin du contrat de fourniture », or acc size'
    """

    def title(code: re.Match[str]) -> str:
        return f"« {_titles()[code[1]]} »" if code[1] in _titles() else code[1]

    return re.sub(r"`([^`]+)`", title, text)
