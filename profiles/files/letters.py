"""Text fit for a page, a terminal or a file, and names of files that every system takes."""

import re
from functools import lru_cache
from unicodedata import category

DROPPED = frozenset({"Cc", "Cf", "Cs"})
"""Control and format characters (marks of direction, joiners, soft hyphens), halves of a pair."""
SPACES = frozenset("\t\x0b\x0c\x85\u2028\u2029")

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes a cell for a formula by."""
NUMBER = re.compile(r"[-+]?[\d\s.,]+(?:[eE][-+]?\d+)?")


def stripped(text: str) -> str:
    r"""Return a text without control, format and reserved characters; line ends stay.

    >>> stripped("Mairie\x07 de \u202eLamonzie")
    'Mairie de Lamonzie'
    """
    if text.isascii() and text.isprintable():
        return text
    others = {ord(letter): kept for letter in set(text) if (kept := _kept(letter)) != letter}
    return text.translate(others) if others else text


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


def as_words(text: str) -> str:
    """Return a cell that a spreadsheet takes as words: what somebody typed must not run; numbers stay.

    >>> as_words("=1+1"), as_words("-0,48"), as_words("Mairie")
    ("'=1+1", '-0,48', 'Mairie')
    """
    runs = len(text) > 1 and text.startswith(FORMULA_SIGNS) and not NUMBER.fullmatch(text)
    return f"'{text}" if runs else text


def from_words(text: str) -> str:
    """Inverse of `as_words`.

    >>> from_words("'=1+1"), from_words("'t Hof")
    ('=1+1', "'t Hof")
    """
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_SIGNS) else text


RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)", re.IGNORECASE)
"""What Windows takes for a device, whatever follows a dot (Microsoft, "Naming Files, Paths, Namespaces")."""


def usable(name: str) -> str:
    """Return a name of a file that Windows takes too: of a device, with a dash before its end.

    >>> usable("aux"), usable("CON.pdf"), usable("conseil.pdf")
    ('aux-', 'CON-.pdf', 'conseil.pdf')
    """
    return RESERVED.sub(lambda match: f"{match[0]}-", name, count=1) if RESERVED.match(name) else name
