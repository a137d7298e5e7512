"""The letters of a page, inside the page: our font, and the one for what it lacks, cut down to those used."""

import base64
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from reports.figures.style import FALLBACK_FILES, FONT_FILES

PAGE_FAMILY = "acc"
"""Not the name of the font: its licence (OFL 1.1) keeps that name for the whole, unchanged font."""

WEIGHTS = {400: (FONT_FILES[0], FALLBACK_FILES[0]), 600: (FONT_FILES[2], FALLBACK_FILES[1])}
COPYRIGHT_AND_LICENCE = (0, 13, 14)


def font_faces(text: str) -> str:
    """Return the style rules that hold the regular and semibold letters of `text`.

    Characters that neither font has are left to the reader's own fonts.
    """
    used = set(text)
    return "\n".join(face for weight in WEIGHTS for face in _faces(weight, frozenset(used)))


def _faces(weight: int, used: frozenset[str]) -> list[str]:
    """Return the rule of our font, and that of the other one for the letters it alone has."""
    ours, other = WEIGHTS[weight]
    lacking = frozenset(c for c in used - _letters(ours) if c in _letters(other))
    faces = [_face(weight, ours, "".join(sorted(used)), "")]
    if lacking:
        codes = ",".join(f"U+{ord(c):X}" for c in sorted(lacking))
        faces.append(_face(weight, other, "".join(sorted(lacking)), f"unicode-range:{codes};"))
    return faces


@lru_cache(maxsize=4)
def _letters(path: Path) -> frozenset[str]:
    with TTFont(path, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


@lru_cache(maxsize=16)
def _face(weight: int, path: Path, used: str, kept_for: str) -> str:
    data = base64.b64encode(_subset(path, used)).decode()
    source = f"src:url(data:font/woff;base64,{data}) format('woff')"
    look = f"font-family:'{PAGE_FAMILY}';font-weight:{weight};font-display:swap;{kept_for}"
    return f"@font-face{{{look}{source}}}"


def _subset(path: Path, used: str) -> bytes:
    options = Options()
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl"]
    options.name_IDs = list(COPYRIGHT_AND_LICENCE)
    options.hinting = False
    options.notdef_outline = True
    # No date of today in the file: the same letters are the same bytes.
    with TTFont(path, recalcTimestamp=False, lazy=True) as font:
        subsetter = Subsetter(options)
        subsetter.populate(text=used)
        subsetter.subset(font)
        font.flavor = "woff"
        out = BytesIO()
        font.save(out)
    return out.getvalue()
