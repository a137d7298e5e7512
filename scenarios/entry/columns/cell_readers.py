"""How cells are read before they are judged: numbers, truths, days and words as people write them."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import asdict

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from acc.plant_model import Module
from scenarios.entry.columns.names import PARTICIPANTS, header_of, plain, word_of
from scenarios.entry.columns.numbers import plain_number, two_readings

YES = {"yes", "true", "oui", "vrai", "1", "o", "y", "x"}
NO = {"no", "false", "non", "faux", "0", "n"}


MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {f"{name}_kwh": n for n, name in enumerate(MONTH_NAMES, start=1)}
"""By the column of its energy, whose title is its name."""


def number(value: object) -> object:
    """Accept `1 234,5` as Excel writes it in French; what is no number stays as it was typed."""
    return plain_number(value) if isinstance(value, str) else value


def sure_number(value: object) -> object:
    """Refuse a number with two readings, `62.000`."""
    if isinstance(value, str) and (both := two_readings(value)):
        raise PydanticCustomError("two_readings", "two readings", {**asdict(both)})
    return number(value)


def word_reader(name: str) -> BeforeValidator:
    """Accept a word of a list in French or in English."""

    def read(value: object) -> object:
        return (word_of(name, value) or value) if isinstance(value, str) else value

    return BeforeValidator(read)


def truth(value: object) -> object:
    """Return yes or no from the words of people, French or English."""
    if isinstance(value, str):
        word = value.strip().lower()
        return True if word in YES else False if word in NO else value
    return value


def takes_part(cells: Mapping[str, object]) -> bool:
    """Return whether a row is in: its cell "active", yes where it is empty."""
    return truth(cells.get("active", True)) is not False


READERS = {
    "company": {"company", "companies", "entreprise", "entreprises", "association", "associations"},
    "commune": {"commune", "communes", "collectivite", "collectivites", "collectivité", "collectivités"},
    "syndicate": {"syndicate", "syndicat"},
}
"""Who may read a name, by audience of the documents: the words that a cell of `publish` may hold."""


def published(value: object) -> object:
    """Return yes, no, or to whom: `entreprises, syndicat`.

    Raises:
        PydanticCustomError: a word that is none of them.
    """
    known = truth(value)
    if not isinstance(known, str):
        return known
    words = [word for word in re.split(r"[\s,;+/]+", known.strip().lower()) if word not in {"", "et", "and"}]
    readers = {word: reader for reader, names in READERS.items() for word in names}
    if not words or any(word not in readers for word in words):
        raise PydanticCustomError("published", "no reader")
    return frozenset(readers[word] for word in words)


TOWARDS = {
    "nord": 0,
    "est": 90,
    "sud": 180,
    "ouest": 270,
    "north": 0,
    "east": 90,
    "south": 180,
    "west": 270,
    "nord est": 45,
    "sud est": 135,
    "sud ouest": 225,
    "nord ouest": 315,
    "north east": 45,
    "south east": 135,
    "south west": 225,
    "north west": 315,
}


LETTERS = {"n": "nord", "s": "sud", "e": "est", "o": "ouest", "w": "west"}
LETTERS |= {"so": "sud ouest", "se": "sud est", "no": "nord ouest", "ne": "nord est"}
BETWEEN_WINDS = {"nne": 22.5, "ene": 67.5, "ese": 112.5, "sse": 157.5, "sso": 202.5, "oso": 247.5}
BETWEEN_WINDS |= {"ssw": 202.5, "wsw": 247.5, "ono": 292.5, "wnw": 292.5, "nno": 337.5, "nnw": 337.5}


def azimuth(value: object) -> object:
    """Accept where a roof looks in a word: `Sud`, `plein sud`, `sud-ouest`, `SSE`."""
    if not isinstance(value, str):
        return value
    word = plain(value).removeprefix("plein ").removeprefix("full ")
    if word in BETWEEN_WINDS:
        return BETWEEN_WINDS[word]
    spelt = " ".join(LETTERS.get(part, part) for part in word.split())
    return TOWARDS.get(spelt, number(value))


def digits(value: object) -> object:
    """Return a number that is a name (PRM, INSEE code) without its spaces, as text."""
    return re.sub(r"[\s\u00a0\u202f]", "", value) if isinstance(value, str) else str(value)


LA_POSTE = "356000000"
"""The SIREN whose establishments have a rule of their own: the digits of their SIRET add up to fives."""


def siret_key(value: str) -> str:
    """Refuse fourteen digits that have not the key of a SIRET (Luhn).

    Raises:
        PydanticCustomError: a digit is wrong.
    """
    figures = [int(digit) for digit in value]
    doubled = [sum(divmod(2 * figure, 10)) for figure in figures[::2]]
    by_fives = value.startswith(LA_POSTE) and sum(figures) % 5 == 0
    if (sum(doubled) + sum(figures[1::2])) % 10 and not by_fives:
        raise PydanticCustomError("siret_key", "no SIRET")
    return value


def module_of(value: object) -> object:
    """Return a family of modules written in any case."""
    known = {module.value.lower(): module for module in Module}
    return known.get(value.strip().lower(), value) if isinstance(value, str) else value


def day(value: object) -> object:
    """Refuse a moment where a day is expected: the local midnight is meant."""
    return value.date() if isinstance(value, dt.datetime) and value.time() == dt.time() else value


def since(value: object) -> object:
    """Accept a year alone, its 1 January, beside a day as people write it."""
    text = str(value).strip().removesuffix(".0")
    return dt.date(int(text), 1, 1) if re.fullmatch(r"[1-9]\d{3}", text) else written_day(value)


def written_day(value: object) -> object:
    """Accept `31/01/2025`, `31-1-25`, `1er janvier 2025`, as people write a day in French.

    Raises:
        PydanticCustomError: a number alone, which is no day.
    """
    text = value.strip() if isinstance(value, str) else ""
    if text.isdigit():
        raise PydanticCustomError("date_parsing", "no day")
    parts = re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})", text)
    if parts and 1 <= int(parts[3]) <= 12:
        return f"{parts[4] if len(parts[4]) == 4 else '20' + parts[4]}-{parts[3]:0>2}-{parts[1]:0>2}"
    spelt = re.fullmatch(r"(\d{1,2})(?:er)?\s+([^\W\d]+)\.?\s+(\d{4})", text)
    month = header_of(PARTICIPANTS, spelt[2]) if spelt else None
    if spelt and month and (place := MONTHS.get(month.id)):
        return f"{spelt[3]}-{place:02}-{int(spelt[1]):02}"
    return day(value)
