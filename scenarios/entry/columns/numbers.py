"""Numbers as people write them: decimal comma or point, marks of thousands; two readings are refused."""

import re
from dataclasses import dataclass

from acc.i18n import decimal, grouped

SPACES = re.compile(r"[\s\u00a0\u202f'’]")


@dataclass(frozen=True, slots=True)
class TwoReadings:
    """A number that may be read in two ways: `62.000`."""

    thousands: str
    decimals: str


def plain_number(text: str) -> str:
    """Return a number as Python reads it, the text itself where it is none.

    A mark that stands several times is one of thousands; of two different marks the last is the decimal one.

    >>> plain_number("1 234,5"), plain_number("1.234.567"), plain_number("1.234,5"), plain_number("12 ha")
    ('1234.5', '1234567', '1234.5', '12 ha')
    """
    bare = SPACES.sub("", text)
    if not re.fullmatch(r"[-+]?[\d.,]*\d[\d.,]*(e[-+]?\d+)?", bare, flags=re.IGNORECASE):
        return text
    marks = [mark for mark in bare if mark in ".,"]
    if len(set(marks)) == 2:
        last = marks[-1]
        other = "," if last == "." else "."
        grouped = bare.rpartition(last)[0].lstrip("+-").split(other)
        if marks.count(last) > 1 or not _are_thousands(grouped):
            return text
        return bare.replace(other, "").replace(last, ".")
    if len(marks) > 1:
        return bare.replace(marks[0], "") if _are_thousands(bare.lstrip("+-").split(marks[0])) else text
    return bare.replace(",", ".")


def two_readings(text: str) -> TwoReadings | None:
    """Return both readings of a number whose one mark may be of thousands or of decimals.

    >>> two_readings("62.000")
    TwoReadings(thousands='62000', decimals='62')
    >>> two_readings("0,480"), two_readings("62,5"), two_readings("1 234,500")
    (None, None, None)
    """
    groups = re.fullmatch(r"([-+]?)([1-9]\d{0,2})[.,](\d{3})", text.strip())
    if not groups:
        return None
    sign, digits, rest = groups.groups()
    decimals = f"{sign}{digits}.{rest}".rstrip("0").rstrip(".")
    return TwoReadings(f"{sign}{digits}{rest}", decimals)


def number_and_unit(text: str) -> tuple[str, str]:
    """Return a cell as its number and the unit that follows it, empty when there is none.

    >>> number_and_unit("62 MWh"), number_and_unit("12,5")
    (('62', 'MWh'), ('12,5', ''))
    """
    parts = re.fullmatch(r"\s*([-+]?\d[\d\s\u00a0\u202f.,]*?)\s*([a-zA-Z€%°][^\d]*)?\s*", text)
    return (parts[1], (parts[2] or "").strip()) if parts else (text, "")


def _are_thousands(groups: list[str]) -> bool:
    return 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])


def said(value: float) -> str:
    """Return a figure as a sentence says it: three digits that count at most after the mark."""
    return f"{value:.4g}".replace(".", decimal(0.5, 1)[1]) if abs(value) < 1000.0 else grouped(value)
