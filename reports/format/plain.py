"""Text fit for any page: what is no letter, and only steers or hides letters, is taken out."""

import re
from functools import lru_cache
from unicodedata import category

DROPPED = frozenset({"Cc", "Cf", "Cs"})
"""Control and format characters (marks of direction, joiners, soft hyphens), halves of a pair."""
SPACES = frozenset("\t\x0b\x0c\x85\u2028\u2029")

SETTINGS = re.compile(r"\s?\([^()`]*`[^()]*\)")
"""What a sentence says to whoever fills the folder: brackets that hold a name between backquotes."""


def without_settings(text: str) -> str:
    """Return a sentence as a partner reads it, without the names of settings.

    >>> without_settings("no rent given (`rent_eur_per_year`): the owner has the roof")
    'no rent given: the owner has the roof'
    """
    return SETTINGS.sub("", text)


def stripped(text: str) -> str:
    r"""Return a text without control, format and reserved characters; line ends stay.

    >>> stripped("Mairie\x07 de \u202eLamonzie")
    'Mairie de Lamonzie'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_kept, text))


@lru_cache(maxsize=4096)
def _kept(letter: str) -> str:
    if letter in SPACES:
        return " "
    if letter == "\n":
        return letter
    return "" if category(letter) in DROPPED or _only_selects(ord(letter)) else letter


def _only_selects(code: int) -> bool:
    """Return whether a code chooses the look of the letter before it, or is reserved for ever."""
    selects = 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF
    return selects or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
