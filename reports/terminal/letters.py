"""What a terminal can't show gives way to the nearest letters: an old console never stops an answer.

A Windows console that is sent to a file writes in its code page, a bare server in ASCII: an arrow or a narrow
space ended the command there. JSON is UTF-8 wherever it goes (RFC 8259, 8.1).
"""

import codecs
import io
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TextIO

NEAREST: Mapping[str, str] = {
    "’": "'",
    "“": '"',
    "”": '"',
    "«": '"',
    "»": '"',
    "–": "-",
    "—": "-",
    "−": "-",
    "‑": "-",
    "─": "-",
    "━": "-",
    "│": "|",
    "█": "#",
    "□": ".",
    "•": "*",
    "·": "-",
    "→": ">",
    "×": "x",
    "≤": "<=",
    "≥": ">=",
    "±": "+/-",
    "€": "EUR",
    "œ": "oe",
    "Œ": "OE",
    "°": " deg",
    "σ": "sigma",
    "⚠": "!",
    "✗": "x",
    "✓": "v",
    "☐": "[ ]",
    "☑": "[x]",
    "☒": "[x]",
}
"""What else has no decomposition in Unicode (NFKD) that ends in letters; the rest is a question mark."""

HANDLER = "nearest-letters"


def nearest(text: str, encoding: str) -> str:
    """Return a text in letters that an encoding has, each the nearest one.

    >>> print(nearest("1 200 k€ : « École d’été » → 5 m²", "ascii"))
    1 200 kEUR : " Ecole d'ete " > 5 m2
    >>> nearest("été → 5 m²", "cp1252")
    'été > 5 m²'
    """
    return text.encode(encoding, HANDLER).decode(encoding)


def _instead(fault: UnicodeError) -> tuple[str, int]:
    """Replacement of letters that an encoding lacks: an error handler of `codecs`."""
    assert isinstance(fault, UnicodeEncodeError)
    letters = fault.object[fault.start : fault.end]
    return "".join(_instead_of(letter, fault.encoding) for letter in letters), fault.end


def _instead_of(letter: str, encoding: str) -> str:
    for text in (NEAREST.get(letter, ""), unicodedata.normalize("NFKD", letter)):
        kept = text.encode(encoding, "ignore").decode(encoding)
        if kept:
            return kept
    return "" if unicodedata.category(letter) in {"Mn", "Cf"} else "?"


codecs.register_error(HANDLER, _instead)


def show_what_can_be(args: Sequence[str], streams: Sequence[TextIO] | None = None) -> None:
    """Let the standard streams take any text: the nearest letters, or UTF-8 where JSON is asked for."""
    for stream in (sys.stdout, sys.stderr) if streams is None else streams:
        if not isinstance(stream, io.TextIOWrapper) or codecs.lookup(stream.encoding).name == "utf-8":
            continue
        if "--json" in args and stream is not sys.stderr:
            stream.reconfigure(encoding="utf-8")
        else:
            stream.reconfigure(errors=HANDLER)
