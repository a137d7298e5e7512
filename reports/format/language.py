"""A sentence of the core as a partner reads it, and fit for markup."""

import gettext
import os
import re
from collections.abc import Hashable, Sequence
from html import escape
from pathlib import Path

from profiles.files.letters import stripped

DOMAIN = "acc"
LOCALE = Path(__file__).parents[1] / "locale"
LANGUAGES = ("fr", "en")


def use(lang: str, locale: Path = LOCALE) -> None:
    """Make `lang` ("fr" or "en") the language of every text, number and date from now on.

    Raises:
        ValueError: another language.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"{lang} is not a language of this program: {' or '.join(LANGUAGES)} is expected")
    # gettext reads this variable at each call, and Python's argparse and click follow it too.
    os.environ["LANGUAGE"] = lang
    gettext.bindtextdomain(DOMAIN, str(locale))
    gettext.textdomain(DOMAIN)


def hold() -> None:
    """Open the catalogue of each language once: gettext looks for its file, and copies it, at each text.

    A run says over a thousand of them.
    """
    plain, kept = gettext.translation, dict[Hashable, object]()
    if plain.__module__ == __name__:
        return  # held already

    def translation(*hashable: Hashable, **more: Hashable) -> object:
        key = (os.environ.get("LANGUAGE"), hashable, tuple(more.items()))
        if key not in kept:
            try:
                kept[key] = plain(*hashable, **more)  # type: ignore[call-overload]  # as gettext asks
            except OSError as none:  # no catalogue: the texts of the code stand
                kept[key] = none
        catalogue = kept[key]
        if isinstance(catalogue, OSError):
            raise catalogue.with_traceback(None)
        return catalogue

    gettext.translation = translation  # type: ignore[assignment]


def current() -> str:
    """Return the language in use, "en" while none was chosen (the code is written in English)."""
    first = os.environ.get("LANGUAGE", "en").split(":")[0][:2]
    return first if first in LANGUAGES else "en"


def language_of(args: Sequence[str]) -> str:
    """Return the language asked for by `--lang`, then by ACC_LANG; French otherwise."""
    chosen = os.environ.get("ACC_LANG", "fr")
    for position, word in enumerate(args):
        if word.startswith("--lang="):
            chosen = word.removeprefix("--lang=")
        elif word == "--lang" and position + 1 < len(args):
            chosen = args[position + 1]
    return chosen if chosen in LANGUAGES else "fr"


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
    text = EUROS.sub(lambda match: "\u00a0€ without tax" if match[1] else "\u00a0€", text)
    return PERCENT.sub(r"\1%", text)


def in_markup(text: str) -> str:
    """Return a text as it is read, for a place between tags; an attribute would escape its quotes too.

    >>> in_markup("a < b")
    'a &lt; b'
    """
    return escape(stripped(as_read(text)), quote=False)
