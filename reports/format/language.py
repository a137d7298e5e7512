"""The language that people read: chosen once, for our messages and for those of the command line.

Plain `gettext` calls everywhere read it; nothing heavy is imported here.
"""

import gettext
import os
from collections.abc import Hashable, Sequence
from pathlib import Path

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
