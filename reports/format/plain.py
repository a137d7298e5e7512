"""A sentence of the core as a partner reads it, and fit for markup."""

import re
from html import escape

from profiles.files.letters import stripped
from reports.format.language import current

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
