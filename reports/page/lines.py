"""The row of a member or of a site of it: strings, and places of marks from 0 to 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from gettext import gettext as _

from acc.result.result import Result
from reports.format.axis import ticks
from reports.format.money import range_ends
from reports.format.numbers import fr, percent, span
from reports.page.amounts import eur_text, signed_eur
from reports.page.law import Law
from reports.page.member_outcome import Moved, Stand


@dataclass(frozen=True, slots=True)
class Line:
    """The row of a member, or of a site of it; marks are parts of the axis, None where there is none.

    Attributes:
        box: ids of the sites that its box takes in and out, with blanks between; empty without a box.
        is_in: whether all of these are in.
        bill: what it gains as a part of its bill.
        sites: rows of its sites and of its plants, where one row does not say all.
        note: a sentence under the row.
    """

    id: str
    name: str
    mwh: str = ""
    eur: str = ""
    gap: str = ""
    tone: str = ""
    loses: bool = False
    culprit: bool = False
    bill: str = ""
    at: float | None = None
    kept_at: float | None = None
    low_at: float | None = None
    high_at: float | None = None
    range: str = ""
    box: str = ""
    is_in: bool = True
    sites: "tuple[Line, ...]" = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """The axis of the rows: its ends in EUR a year, or parts of a bill; where zero is, its marks."""

    low: float
    high: float
    zero: float
    marks: tuple[tuple[float, str], ...]

    def at(self, value: float | None) -> float | None:
        """Return the place of a value, kept within the drawing."""
        if value is None:
            return None
        return round(min(max((value - self.low) / (self.high - self.low), 0.0), 1.0), 4)


def range_of(result: Result, indicator: str, years: float = 1.0) -> tuple[float, float] | None:
    """Return the range of an indicator of the group, over so many years; None where it was not drawn."""
    bounds = (result.ranges or {}).get(indicator, {}).get("")
    return None if bounds is None else (bounds[0] / years, bounds[2] / years)


def tone_of(difference: str) -> str:
    """Return better, worse or nothing for a difference in words."""
    return "" if difference == "=" else "better" if difference.startswith("+") else "worse"


class MarkScale(StrEnum):
    """What the marks are places of."""

    EUR = "eur"
    BILL = "bill"
    """Each as a part of its own bill: those with a small bill are not crushed."""

    def of(self, stand: Stand, eur: float | None) -> float | None:
        """Return an amount a year on the scale; None where it has no place on it."""
        if self is MarkScale.EUR or eur is None:
            return eur
        return stand.outcome.bill_ratio(eur * stand.period_years)


def axis_of(
    moved_members: Sequence[Moved], held: tuple[float, float] | None, scale: MarkScale = MarkScale.EUR
) -> Axis:
    """Return the axis that holds every mark, or the one that is held."""
    stands = [one for change in moved_members for one in (change.stand, change.kept) if one is not None]
    placed = [scale.of(one, eur) for one in stands for eur in (one.eur, *(one.range_eur or ()))]
    values = [value for value in placed if value is not None]
    least = 1.0 if scale is MarkScale.EUR else 0.01
    low, high = held or (min([*values, 0.0]), max([*values, least]))
    if held is None and scale is MarkScale.BILL and values:
        low, high = max(low, -_far(values)), min(high, _far(values))
    if held is None:
        room = (high - low) * 0.04
        low, high = low - room, high + room
    marks = ticks(low, high, 3) if values else []
    axis = Axis(low, high, 0.0, ())
    shown = [(axis.at(mark) or 0.0, fr(mark) if scale is MarkScale.EUR else percent(mark)) for mark in marks]
    return Axis(low, high, axis.at(0.0) or 0.0, apart(shown))


def _far(values: Sequence[float]) -> float:
    """Return how far an axis of parts goes: who owns roofs and has a small bill stands at its end."""
    return max(3.0 * sorted(map(abs, values))[3 * len(values) // 4], 0.01)


LETTER, EDGE = 0.048, 0.14
"""Width of a letter of the marks, and how near to an end a mark is written inwards, as parts of the axis."""


def apart(marks: Sequence[tuple[float, str]], letter: float = LETTER) -> tuple[tuple[float, str], ...]:
    """Return the marks whose words, each letter so wide, do not run into those before."""
    shown: list[tuple[float, str]] = []
    end = 0.0
    for at, text in marks:
        wide = (len(text) + text.count("%")) * letter  # as wide as two figures
        start = at if at < EDGE else at - wide if at > 1.0 - EDGE else at - wide / 2.0
        if start >= end:
            shown.append((at, text))
            end = start + wide + letter / 2.0
    return tuple(shown)


def line_of(change: Moved, axis: Axis, law: Law, scale: MarkScale = MarkScale.EUR) -> Line:
    """Return the row of a member, as if it held one site."""
    stand, gap = change.stand, change.eur
    drawn = stand.range_eur
    beside = "–" if gap is None else signed_eur(gap)
    return Line(
        id=stand.id,
        name=stand.name,
        mwh="–" if stand.is_hidden else fr(stand.kwh / 1000.0),
        eur=eur_text(stand.eur),
        gap=_("enters") if change.enters else beside,
        tone=change.tone,
        loses=stand.loses,
        culprit=bool(law.broken and law.broken.culprit and law.broken.culprit[0] in stand.outcome.site_ids),
        bill="–" if (ratio := MarkScale.BILL.of(stand, stand.eur)) is None else percent(ratio),
        at=axis.at(scale.of(stand, stand.eur)),
        kept_at=axis.at(scale.of(change.kept, change.kept.eur)) if change.kept else None,
        low_at=axis.at(scale.of(stand, drawn[0])) if drawn else None,
        high_at=axis.at(scale.of(stand, drawn[1])) if drawn else None,
        range=span(*range_ends(drawn[0], drawn[1])) if drawn else "",
    )
