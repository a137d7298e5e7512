"""Amounts as the page says them: rounded, signed; those of a list rounded together, so that they add up."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from typing import NamedTuple

from acc.i18n import to_hundreds
from acc.result.outcomes import Outcomes
from reports.format.gains import two_parts
from reports.format.numbers import FIXED, MINUS, fr
from reports.format.rounding import NOISE, closed_parts, eur_decimals
from reports.view import quantities


def a_year(amount_eur: float | None, period_years: float) -> float | None:
    """Return an amount of a period as one a year; None where it is not known."""
    return None if amount_eur is None else amount_eur / period_years


def rounded_eur(amount_eur: float) -> float:
    """Return an amount to two figures under 10,000, to the euro under 100, to 100 above.

    >>> [rounded_eur(v) for v in (932.4, -5.2, 28_512.0, 9_951.0, 0.3)]
    [930.0, -5.0, 28500.0, 10000.0, 0.0]
    """
    return to_hundreds(amount_eur) + 0.0


def eur_text(amount_eur: float | None) -> str:
    """Return an amount without its unit; a dash where it is not known.

    >>> eur_text(28_512.0).replace(chr(0x202f), " "), eur_text(-5.2), eur_text(None)
    ('28,500', '−5', '–')
    """
    return "–" if amount_eur is None else fr(rounded_eur(amount_eur))


def signed_eur(amount_eur: float) -> str:
    """Return a difference with its sign, "=" where it rounds to nothing.

    >>> signed_eur(612.0), signed_eur(-0.2)
    ('+610', '=')
    """
    return _signed(rounded_eur(amount_eur), eur_text(amount_eur))


def printed_text(amount_eur: float | None) -> str:
    """Return an amount that is rounded already; a dash where it is not known."""
    return "–" if amount_eur is None else fr(amount_eur)


def signed_text(amount_eur: float | None) -> str:
    """Return a difference that is rounded already, with its sign, "=" for nothing.

    >>> signed_text(612.0), signed_text(0.0), signed_text(None)
    ('+612', '=', '–')
    """
    return "–" if amount_eur is None else _signed(amount_eur, fr(amount_eur))


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


def gap(amount_eur: float | None, before_eur: float | None) -> float | None:
    """Return how much more an amount is than another; None where one is not known."""
    return None if amount_eur is None or before_eur is None else amount_eur - before_eur


def parts_a_year(everybody: Outcomes, ids: Collection[str], printed_eur: float | None) -> str:
    """Return a gain of a period as one a year in its two parts, which add up to it as it is printed."""
    without, sharing = (part.a_year(everybody.period_years) for part in quantities.gain_parts(everybody, ids))
    return two_parts(without, sharing, printed_eur)


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a row tells in a year; None where it is not known, or not told.

    Attributes:
        received_mwh: received; `gain_eur` gained; `gap_eur` gained more than in the kept scenario.
    """

    received_mwh: float | None = None
    gain_eur: float | None = None
    gap_eur: float | None = None


class PrintedList(NamedTuple):
    """Amounts as printed: of each row by id, of its sites and plants in their order, of all together."""

    rows: Mapping[str, Amounts]
    parts: Mapping[str, tuple[Amounts, ...]]
    total: Amounts


def printed_list(
    rows: Mapping[str, Amounts], parts: Mapping[str, Sequence[Amounts]], total: Amounts
) -> PrintedList:
    """Amounts to print. Where a row is not known, or rows leave something out, each is rounded by itself.

    Args:
        parts: of the rows that unfold: of their sites and plants.
    """
    columns = []
    for name, alone in (("received_mwh", _to_the_unit), ("gain_eur", rounded_eur), ("gap_eur", rounded_eur)):
        own = {id_: getattr(row, name) for id_, row in rows.items()}
        inside = {id_: [getattr(part, name) for part in parts.get(id_, ())] for id_ in rows}
        columns.append(_column(own, inside, getattr(total, name), alone))
    return PrintedList(
        {id_: Amounts(*(column[0][id_] for column in columns)) for id_ in rows},
        {
            id_: tuple(Amounts(*cells) for cells in zip(*(column[1][id_] for column in columns), strict=True))
            for id_ in rows
        },
        Amounts(*(column[2] for column in columns)),
    )


_Cells = Sequence[float | None]


def _column(
    own: Mapping[str, float | None],
    inside: Mapping[str, _Cells],
    total: float | None,
    alone: Callable[[float], float],
) -> tuple[dict[str, float | None], dict[str, _Cells], float | None]:
    """Return a column of the rows, of what is inside of each, and of all together."""

    def each(cells: _Cells) -> list[float | None]:
        return [None if cell is None else alone(cell) for cell in cells]

    amounts = [cell for cells in (own.values(), *inside.values(), [total]) for cell in cells]
    decimals = 0 if alone is _to_the_unit else eur_decimals([cell for cell in amounts if cell is not None])
    shown = None if total is None else round(total, decimals) + 0.0
    is_list = sum(max(1, len(cells)) for cells in inside.values()) > 1  # one amount adds up to itself
    closed = _closed(list(own.values()), total, shown, decimals)
    if closed is None or not is_list:
        rows = dict(zip(own, each(list(own.values())), strict=True))
        return rows, {id_: each(cells) for id_, cells in inside.items()}, each([total])[0]
    rows = dict(zip(own, closed, strict=True))
    parts: dict[str, _Cells] = {
        id_: _closed(cells, own[id_], rows[id_], decimals) or each(cells) for id_, cells in inside.items()
    }
    return rows, parts, shown


def _closed(
    cells: _Cells, total: float | None, shown: float | None, decimals: int
) -> list[float | None] | None:
    """Return cells that sum to what is shown of their total; None where they cannot.

    What rounds to nothing by itself stays nothing: it is told as equal.
    """
    known = [cell for cell in cells if cell is not None]
    if total is None or shown is None or not isclose(sum(known), total, rel_tol=NOISE, abs_tol=1e-6):
        return None
    counted = [cell for cell in known if round(cell, decimals)]
    parts = iter(closed_parts(counted, shown, decimals, within=1.0 - NOISE))
    closed = [None if cell is None else next(parts) if round(cell, decimals) else 0.0 for cell in cells]
    return closed if round((sum(filter(None, closed)) - shown) * 10.0**decimals) == 0 else None


def _to_the_unit(value: float) -> float:
    return round(value) + 0.0
