"""What is said of what was typed after an option, where it is no word of the list or out of bounds."""

from collections.abc import Iterable
from difflib import get_close_matches
from gettext import gettext as _

from acc.i18n import amount


def not_known(word: str, known: Iterable[str]) -> str:
    """Return the message for a word that is not one of `known`, with the nearest one.

    >>> not_known("pdff", ["pdf", "png"]), not_known("x", ["pdf", "png"])
    ('pdff is unknown: did you mean pdf?', 'x is unknown: one of pdf, png is expected')
    """
    words = list(known)
    near = get_close_matches(word, words, n=1, cutoff=0.5)
    if near:
        return _("{name} is unknown: did you mean {near}?").format(name=word, near=near[0])
    return _("{name} is unknown: one of {known} is expected").format(name=word, known=", ".join(words))


def bounds(least: float | None, most: float | None) -> str:
    """Return between which numbers one is expected.

    >>> bounds(1, 9), bounds(0, None)
    ('1 to 9', '0 or more')
    """
    low, high = ("" if value is None else amount(value) for value in (least, most))
    return _("{low} to {high}").format(low=low, high=high) if high else _("{low} or more").format(low=low)
