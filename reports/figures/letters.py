"""The letters drawn and set: our font, another of a package for those it lacks, a box for the rest."""

from functools import lru_cache
from pathlib import Path

import font_source_sans_pro
import matplotlib as mpl
from matplotlib import font_manager

from profiles.files.letters import stripped

FAMILY, FALLBACK = "Source Sans Pro", "DejaVu Sans"
FONT_FILES = tuple(
    Path(font_source_sans_pro.font_directory) / f"SourceSansPro-{face}.ttf"
    for face in ("Regular", "It", "Semibold", "Bold")
)
FALLBACK_FILES = tuple(
    Path(mpl.get_data_path()) / "fonts" / "ttf" / f"DejaVuSans{face}.ttf" for face in ("", "-Bold")
)
"""Greek, Cyrillic, Hebrew, Arabic, arrows, signs; they come with the package that draws."""

BOX = "□"
"""In place of a letter that no font has: seen, where a gap would be missed and a PDF refused."""


def printable(text: str) -> str:
    """Return a text whose every letter can be drawn, regular and bold.

    >>> printable("École, Ёлка, 小学校")
    'École, Ёлка, □□□'
    """
    if text.isascii() and text.isprintable():
        return text
    known = _drawn()
    return "".join(c if c == "\n" or ord(c) in known else BOX for c in stripped(text))


@lru_cache(maxsize=1)
def _drawn() -> frozenset[int]:
    regular = _codes(FONT_FILES[0]) | _codes(FALLBACK_FILES[0])
    return frozenset(regular & (_codes(FONT_FILES[2]) | _codes(FALLBACK_FILES[1])))


def _codes(path: Path) -> set[int]:
    return set(font_manager.get_font(path).get_charmap())
