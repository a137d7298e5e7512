"""The letters of a page, inside the page: our font cut down to the characters that are used."""

import base64
from functools import lru_cache
from io import BytesIO

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from reports.figures.style import FONT_FILES

FAMILY = "acc"
"""Not the name of the font: its licence (OFL 1.1) keeps that name for the whole, unchanged font."""

WEIGHTS = {400: FONT_FILES[0], 600: FONT_FILES[2]}
COPYRIGHT_AND_LICENCE = (0, 13, 14)


def font_faces(text: str) -> str:
    """Return the style rules that hold the regular and semibold letters of `text`.

    Characters that the font does not have are left to the reader's own fonts.
    """
    used = "".join(sorted(set(text)))
    return "\n".join(_face(weight, used) for weight in WEIGHTS)


@lru_cache(maxsize=8)
def _face(weight: int, used: str) -> str:
    data = base64.b64encode(_subset(weight, used)).decode()
    source = f"url(data:font/woff;base64,{data}) format('woff')"
    return f"@font-face{{font-family:'{FAMILY}';font-weight:{weight};font-display:swap;src:{source}}}"


def _subset(weight: int, used: str) -> bytes:
    options = Options()
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl"]
    options.name_IDs = list(COPYRIGHT_AND_LICENCE)
    options.hinting = False
    options.notdef_outline = True
    # No date of today in the file: the same letters are the same bytes.
    with TTFont(WEIGHTS[weight], recalcTimestamp=False, lazy=True) as font:
        subsetter = Subsetter(options)
        subsetter.populate(text=used)
        subsetter.subset(font)
        font.flavor = "woff"
        out = BytesIO()
        font.save(out)
    return out.getvalue()
