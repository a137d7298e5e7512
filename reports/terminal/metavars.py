"""How the help calls what is typed after an option: "NOM", "DOSSIER", "AAAA-MM-JJ"."""

import re
from collections.abc import Mapping
from gettext import gettext as _
from types import MappingProxyType

from acc.i18n import N_

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "OPTIONS": N_("OPTIONS"),
        "COMMAND": N_("COMMAND"),
        "ARGS": N_("ARGS"),
        "DIR": N_("DIR"),
        "FILE": N_("FILE"),
        "PATH": N_("PATH"),
        "NAME": N_("NAME"),
        "VALUE": N_("VALUE"),
        "START": N_("START"),
        "KWP": N_("KWP"),
        "HOST": N_("HOST"),
        "INTEGER RANGE": N_("INTEGER RANGE"),
        "INTEGER": N_("INTEGER"),
        "FLOAT RANGE": N_("FLOAT RANGE"),
        "FLOAT": N_("FLOAT"),
        "TEXT": N_("TEXT"),
        "%Y-%m-%d": N_("%Y-%m-%d"),
        "%Y-%m": N_("%Y-%m"),
    }
)
"""Every word that stands for a value, the longer of two that begin alike first."""

_ANY = re.compile("|".join(rf"(?<![\w-]){re.escape(word)}(?![\w-])" for word in WORDS))


def metavar(text: str) -> str:
    """Return the words that stand for values, in the language in use; what is to be typed as it is stays.

    >>> metavar("[OPTIONS] DIR")
    '[OPTIONS] DIR'
    """
    return _ANY.sub(lambda found: _(WORDS[found.group()]), text)
