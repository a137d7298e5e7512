"""What a command answers at once: why an option is refused, every fault of an input, one document."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from gettext import gettext as _

from acc.i18n import amount
from acc.problem import Problem

IN_ENGLISH = {"company", "syndicate"}
"""Words that are taken too, and not offered."""


def not_known(word: str, known: Iterable[str]) -> str:
    """Return the message for a word that is not one of `known`, with the nearest one.

    >>> not_known("pdff", ["pdf", "png"]), not_known("x", ["pdf", "png"])
    ('pdff is unknown: did you mean pdf?', 'x is unknown: one of pdf, png is expected')
    """
    words = [one for one in known if one not in IN_ENGLISH]
    near = get_close_matches(word, words, n=1, cutoff=0.5)
    if near:
        return _("{name} is unknown: did you mean {near}?").format(name=word, near=near[0])
    return _("{name} is unknown: one of {known} is expected").format(name=word, known=", ".join(words))


def refused(kind: object, value: str) -> str | None:
    """Return why a value is not of a kind of click, None where what click says will do."""
    if words := getattr(kind, "choices", None):
        return not_known(value, words)
    if forms := getattr(kind, "formats", None):
        text = _("“{value}” is no date: {form} is expected")
        return text.format(value=value, form=_(forms[0]))
    if hasattr(kind, "min") and value.lstrip("+-").replace(".", "", 1).isdigit():
        return _("{value} is not in the range {range}.").format(value=value, range=bounds(kind))
    return None


def bounds(kind: object) -> str:
    """Return between which numbers one is expected, of a range of click."""
    low, high = getattr(kind, "min", None), getattr(kind, "max", None)
    if low is None or high is None:
        return _("{low} or more").format(low=amount(low or 0))
    return _("{low} to {high}").format(low=amount(low), high=amount(high))


def words_of(text: str) -> tuple[str, ...]:
    """Return the words between commas.

    >>> words_of("pdf, png,")
    ('pdf', 'png')
    """
    return tuple(word.strip() for word in text.split(",") if word.strip())


def json_text(document: object) -> str:
    """Return one document as JSON."""
    from reports.data.results import to_json  # noqa: PLC0415 - heavy, and only where it is asked for

    return to_json(document)


def problems_json(problems: Sequence[Problem]) -> str:
    """Return problems as JSON."""
    return json_text({"problems": [{"path": p.path, "message": p.message} for p in problems]})


def told(problems: Sequence[Problem]) -> list[str]:
    """Return a line for each problem, whose it is first, and how many they are."""
    count = _("{count} problems, all shown.").format(count=len(problems))
    ends = [count] if len(problems) > 1 else []
    if any(problem.where for problem in problems):
        ends.append(_("Correct, save, then the same command again."))
    return [*(f"✗ {problem.told}" for problem in problems), *ends]
