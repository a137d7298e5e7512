"""Text fit for any page: what is no letter, and only steers or hides letters, is taken out."""

import re
from functools import lru_cache
from html import escape
from unicodedata import category

from reports.format.language import current

DROPPED = frozenset({"Cc", "Cf", "Cs"})
"""Control and format characters (marks of direction, joiners, soft hyphens), halves of a pair."""
SPACES = frozenset("\t\x0b\x0c\x85\u2028\u2029")

SETTINGS = re.compile(r"\s?\([^()`]*`[^()]*\)")
"""What a sentence says to whoever fills the folder: brackets that hold a name between backquotes."""
EUROS = re.compile(r"(?<=\d)[ \u00a0]EUR( HT)?\b")
PERCENT = re.compile(r"(?<![\d,])(\d+(?:\.\d+)?)[ \u00a0\u202f]%")
"""A percentage as the core writes it; with a decimal comma, it is quoted from a French text."""


def as_read(text: str) -> str:
    """Return a sentence of the core as a partner reads it: no name of a setting, signs of the language.

    >>> as_read("no rent given (`rent_eur_per_year`): the owner has the roof")
    'no rent given: the owner has the roof'
    >>> as_read("0.3 % a year, at most 514 EUR/year").replace(chr(0xA0), " ")
    '0.3% a year, at most 514 €/year'
    """
    text = SETTINGS.sub("", text)
    if current() == "fr":  # its catalogue has them
        return text
    text = EUROS.sub(lambda found: "\u00a0€ without tax" if found[1] else "\u00a0€", text)
    return PERCENT.sub(r"\1%", text)


def stripped(text: str) -> str:
    r"""Return a text without control, format and reserved characters; line ends stay.

    >>> stripped("Mairie\x07 de \u202eLamonzie")
    'Mairie de Lamonzie'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_kept, text))


def in_markup(text: str) -> str:
    """Return a text as it is read, for a place between tags; an attribute would escape its quotes too.

    >>> in_markup("a < b")
    'a &lt; b'
    """
    return escape(stripped(as_read(text)), quote=False)


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
