"""Texts by name, in `texts.toml`: long, plural, chosen by a condition; tables of words, in `words.toml`.

A study has its own texts in the `texts.toml` of its folder.
"""

import re
import tomllib
from functools import cache
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path

from reports.format.numbers import fr

TEXTS, WORDS = (Path(__file__).parent / name for name in ("texts.toml", "words.toml"))
OF_STUDIES = Path(__file__).parents[1] / "studies"


@cache
def texts() -> dict[str, str | list[str]]:
    """Texts in English by name: one text, or that of one and that of many."""
    files = [TEXTS, *sorted(OF_STUDIES.glob("*/texts.toml"))]
    own = (tomllib.loads(path.read_text(encoding="utf-8")) for path in files)
    return {name: text for texts_ in own for name, text in texts_.items()}


def text_of(name: str, count: int = 1) -> str:
    """Text in the language of the reader, its fields not filled."""
    text = texts()[name]
    return _(text) if isinstance(text, str) else ngettext(text[0], text[1], count)


def sentence(name: str, count: int = 1, /, **fields: object) -> str:
    """Text in the language of the reader, its fields filled; `{count}` too, unless it is one of them."""
    return text_of(name, count).format(**{"count": fr(count), **fields})


def without_titles(text: str) -> str:
    """Return a text without the title in brackets of the cell that changes it: its readers have no table.

    >>> without_titles("Ask the network operator (“Connection”)")
    'Ask the network operator'
    """
    return re.sub(r"\s\((?:«[^«»]*»|“[^“”]*”|`[^`]*`)\)", "", text)


@cache
def word_tables() -> dict[str, dict[str, str]]:
    """Words in English by table and key."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))
