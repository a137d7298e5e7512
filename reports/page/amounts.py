"""Amounts as the page says them: two figures under 10,000 €, hundreds above; differences of exact values."""

import math

from reports.format.numbers import FIXED, MINUS, fr


def a_year(eur: float | None, years: float) -> float | None:
    """Return an amount of a period as one a year; None where it is not known."""
    return None if eur is None else eur / years


def rounded_eur(eur: float) -> float:
    """Return an amount to two figures under 10,000, to the euro under 100, to 100 above.

    >>> [rounded_eur(v) for v in (932.4, -5.2, 28_512.0, 9_951.0, 0.3)]
    [930.0, -5.0, 28500.0, 10000.0, 0.0]
    """
    size = abs(eur)
    step = 100.0 if size >= 1_000.0 else 10.0 if size >= 100.0 else 1.0
    return math.copysign(round(size / step) * step, eur) + 0.0 if round(size / step) else 0.0


def eur_text(eur: float | None) -> str:
    """Return an amount without its unit; a dash where it is not known.

    >>> eur_text(28_512.0).replace(chr(0x202f), " "), eur_text(-5.2), eur_text(None)
    ('28,500', '−5', '–')
    """
    return "–" if eur is None else fr(rounded_eur(eur))


def signed_eur(eur: float) -> str:
    """Return a difference with its sign, "=" where it rounds to nothing.

    >>> signed_eur(612.0), signed_eur(-0.2)
    ('+610', '=')
    """
    return _signed(rounded_eur(eur), eur_text(eur))


def printed_text(rounded: float | None) -> str:
    """Return an amount that is rounded already; a dash where it is not known."""
    return "–" if rounded is None else fr(rounded)


def signed_text(rounded: float | None) -> str:
    """Return a difference that is rounded already, with its sign, "=" for nothing.

    >>> signed_text(612.0), signed_text(0.0), signed_text(None)
    ('+612', '=', '–')
    """
    return "–" if rounded is None else _signed(rounded, fr(rounded))


def signed_units(value: float) -> str:
    """Return a difference to the unit with its sign, "=" where it rounds to nothing.

    >>> signed_units(-47.4), signed_units(0.4)
    ('−47', '=')
    """
    return _signed(round(value) + 0.0, fr(value))


def _signed(shown: float, text: str) -> str:
    if shown == 0.0:
        return "="
    return text if text.startswith(MINUS) else f"+{text}"


def with_unit(text: str, unit: str) -> str:
    """Return a number and its unit, never parted."""
    return f"{text}{FIXED}{unit}"
