"""Texts of tables: marked where they are written, translated where they are shown.

Messages are translated at once by `gettext`; what stands in a table read at import time is only
marked, because the language of the person is not known yet.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from gettext import gettext as _
from gettext import ngettext
from types import MappingProxyType

NARROW_SPACE = "\u202f"


def N_(text: str) -> str:  # noqa: N802 - the usual name of this marker, known to the extractor
    """Return `text` unchanged, marked for the catalogue."""
    return text


def semicolons(parts: Iterable[str]) -> str:
    """Return several parts of a sentence, as the person's language parts them.

    >>> semicolons(["a", "b"])
    'a; b'
    """
    return _("; ").join(parts)


def decimal(value: float, decimals: int) -> str:
    """Return a number for a sentence of the core, with the decimal mark of the person's language.

    >>> decimal(0.84, 1)
    '0.8'
    """
    # The translation of this model number gives the mark: "1,5" in French.
    mark = _("1.5")[1]
    return f"{value:.{decimals}f}".replace(".", mark)


MOST_NAMED = 5


def among(names: Sequence[str], total: int) -> str:
    """List of plants in brackets for a sentence: at most five names, or "all".

    >>> among(["A", "B"], 3), among(["A", "B"], 2), among(list("ABCDEFG"), 9)
    (' (A, B)', ' (all plants)', ' (A, B, C, D, E and 2 others)')
    >>> among(["A (plant)"], 3)  # no bracket in a bracket
    ' – A (plant)'
    """
    if not names:
        return ""
    if len(names) == total > 1:
        return " (" + _("all plants") + ")"
    listed, left = ", ".join(names[:MOST_NAMED]), len(names) - MOST_NAMED
    if left > 0:
        text = ngettext("{names} and {count} other", "{names} and {count} others", left)
        listed = text.format(names=listed, count=left)
    return f" – {listed}" if "(" in listed else f" ({listed})"


def is_french() -> bool:
    """Return whether people are spoken to in French."""
    return decimal(0.5, 1)[1] == ","


def typed(path: object) -> str:
    """Return a path as it is typed in a command: between quotes where it has a space.

    >>> typed("notre zone"), typed("zone")
    ('"notre zone"', 'zone')
    """
    text = str(path)
    return f'"{text}"' if " " in text else text


MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)


def long_day(day: date) -> str:
    """Return a day in words for a sentence of the core.

    >>> long_day(date(2026, 11, 25))
    '25 November 2026'
    """
    first = _("1 {month} {year}")
    text = first if day.day == 1 else _("{day} {month} {year}")
    return text.format(day=day.day, month=_(MONTHS[day.month - 1]), year=day.year)


def hours_text(windows: Iterable[tuple[int, int]]) -> str:
    """Return windows of a day, in minutes, for a sentence.

    >>> hours_text([(1320, 1440), (0, 360), (750, 870)])
    'from 22:00 to 6:00, from 12:30 to 14:30'
    """
    text, spans = _("from {start} to {end}"), list(windows)
    midnight = 24 * 60
    evening = next((span for span in spans if span[1] == midnight), None)
    morning = next((span for span in spans if span[0] == 0), None)
    if evening and morning and evening != morning:  # one window, written as two
        spans = [(evening[0], morning[1]), *(span for span in spans if span not in {evening, morning})]
    return ", ".join(text.format(start=_clock(start), end=_clock(end)) for start, end in spans)


def _clock(minutes: int) -> str:
    hour, minute = divmod(minutes, 60)
    text = _("{hour}:{minute:02d}") if minute else _("{hour}:00")
    return text.format(hour=hour, minute=minute)


def each_value(minutes: int) -> str:
    """Frequency of the values of a curve, in words.

    >>> each_value(30), each_value(10)
    ('one value each half hour', 'one value each 10 minutes')
    """
    usual = {
        15: _("one value each quarter of an hour"),
        30: _("one value each half hour"),
        60: _("one value each hour"),
    }
    return usual.get(minutes, _("one value each {minutes} minutes").format(minutes=minutes))


def kilometres(distance_km: float) -> str:
    """Return a distance for a sentence of the core: a decimal of a km, metres below one.

    >>> [kilometres(distance).split() for distance in (21.338, 0.34)]
    [['21.3', 'km'], ['340', 'm']]
    """
    if distance_km < 1.0:
        return f"{1000.0 * distance_km:.0f}\u00a0m"
    return f"{decimal(distance_km, 1)}\u00a0km"


def grouped(number: float) -> str:
    """Return a whole number, its thousands apart as the person's language parts them.

    >>> grouped(62000)
    '62,000'
    """
    text = f"{number:,.0f}"
    return text.replace(",", NARROW_SPACE) if is_french() else text


def to_hundreds(amount_eur: float) -> float:
    """Return an amount as it is printed: to 100, with two figures below 10,000, to 1 below 100."""
    size = abs(amount_eur)
    return round(amount_eur, -2 if size >= 1000.0 else -1 if size >= 100.0 else 0)


def amount(amount_eur: float) -> str:
    """Return euros for a sentence, rounded as documents round them.

    >>> amount(606579.4)
    '606,600'
    """
    return grouped(to_hundreds(amount_eur))


_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "No such file or directory": N_("it does not exist"),
        "Permission denied": N_("no right to it"),
        "Operation not permitted": N_("no right to it"),
        "Is a directory": N_("it is a folder"),
        "Not a directory": N_("a file stands where a folder is expected"),
        "File exists": N_("it is there already"),
        "The process cannot access the file because it is being used by another process": N_(
            "another program has it open"
        ),
        "No space left on device": N_("the disk is full"),
        "Read-only file system": N_("the disk is read-only"),
        "File name too long": N_("the name is too long"),
        "File too large": N_("no file may be that large there"),
    }
)


def reason_of(fault: OSError) -> str:
    """Reason why a file cannot be read or written, translated as far as it is known.

    >>> reason_of(FileNotFoundError(2, "No such file or directory"))
    'it does not exist'
    >>> reason_of(OSError("3000 requested and 1008 written"))
    'the disk is full'
    """
    text = fault.strerror or str(fault) or type(fault).__name__
    if "requested and" in text:  # numpy, of an array half written
        text = "No space left on device"
    return _(_REASONS[text]) if text in _REASONS else text
