"""The state of a page: what is asked over the folder, as JSON, as an address, as the fields of a form."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeGuard
from urllib.parse import urlencode

from starlette.datastructures import FormData, QueryParams

from reports.page.groups import LawfulGroup
from scenarios.session import PageQuestion

WORDS = ("set", "without", "kwp")

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


def read_view(words: Mapping[str, object]) -> PageView:
    """Read the view of a state from the words of an address or of a body."""
    return PageView(**{name: _word(words.get(word)) for word, name in VIEW.items()})


def _word(value: object) -> str:
    return str(value)[:60] if value and _is_text(value) else ""


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
    if not isinstance(value, list) or not _all_texts(value):
        raise StateError(f"{name}: a list of texts is expected")
    return tuple(value)


def _all_texts(values: list[object]) -> TypeGuard[list[str]]:
    return all(map(_is_text, values))


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
