"""The row of a member or of a site of it: strings, and places of marks from 0 to 1."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from gettext import gettext as _

from acc.result.result import Result
from reports.format.axis import root_of, root_ticks, ticks
from reports.format.money import range_ends
from reports.format.numbers import fr, percent, span
from reports.page.amounts import printed_text, signed_text
from reports.page.law import Law
from reports.page.member_outcome import MemberSituation, Moved
from reports.page.printed import Amounts


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
    """The axis of the rows: its ends in EUR a year, or roots of parts of a bill; where zero is, its marks."""

    low: float
    high: float
    zero: float
    marks: tuple[tuple[float, str], ...]

    def at(self, value: float | None) -> float | None:
        """Return the place of a value, kept within the drawing."""
        if value is None:
            return None
        return round(min(max((value - self.low) / (self.high - self.low), 0.0), 1.0), 4)


def range_of(
    result: Result, indicator: str, years: float = 1.0, *, year: int | None = None
) -> tuple[float, float] | None:
    """Return the range of an indicator of the group, over so many years; None where it was not drawn.

    Args:
        year: of the plan, for what is drawn by year.
    """
    bounds = (result.ranges or {}).get(indicator, {}).get(str(year) if year else "")
    return None if bounds is None else (bounds[0] / years, bounds[2] / years)


def tone_of(difference: str) -> str:
    """Return better, worse or nothing for a difference in words."""
    return "" if difference == "=" else "better" if difference.startswith("+") else "worse"


class MarkScale(StrEnum):
    """What the marks are places of."""

    EUR = "eur"
    BILL = "bill"
    """Each as a part of its own bill: those with a small bill are not crushed."""

    def of(self, member: MemberSituation, eur: float | None) -> float | None:
        """Return an amount a year in the figures of the scale; None where it has none."""
        if self is MarkScale.EUR or eur is None:
            return eur
        return member.outcome.bill_ratio(eur * member.period_years)

    def place(self, member: MemberSituation, eur: float | None) -> float | None:
        """Position of an amount: a part of a bill by its root, so that none is too far."""
        value = self.of(member, eur)
        return value if value is None or self is MarkScale.EUR else root_of(value)


def axis_of(
    moved_members: Sequence[Moved], ends: tuple[float, float] | None, scale: MarkScale = MarkScale.EUR
) -> Axis:
    """Return the axis that holds every mark, or the one whose ends are given."""
    situations = [s for change in moved_members for s in (change.situation, change.kept) if s is not None]
    placed = [scale.place(s, eur) for s in situations for eur in (s.eur, *(s.range_eur or ()))]
    values = [value for value in placed if value is not None]
    low, high = ends or (min([*values, 0.0]), max([*values, LEAST[scale]]))
    if ends is None:
        room = (high - low) * 0.04
        low, high = _outwards(low - room, high + room)
    axis = Axis(low, high, 0.0, ())
    zero = axis.at(0.0) or 0.0
    if not values:
        return Axis(low, high, zero, ())
    if scale is MarkScale.EUR:
        shown = [(axis.at(mark) or 0.0, fr(mark)) for mark in ticks(low, high, 3)]
    else:
        shown = [(axis.at(root_of(mark)) or 0.0, percent(mark)) for mark in root_ticks(low, high, 3)]
    return Axis(low, high, zero, apart(shown, zero=zero))


def _outwards(low: float, high: float) -> tuple[float, float]:
    """Return the ends of an axis no finer than its hundredth: the amounts in its rows are rounded too.

    >>> _outwards(-401.53, 10_439.84)
    (-500.0, 10500.0)
    """
    step = 10.0 ** (math.floor(math.log10(high - low)) - 2)
    return math.floor(low / step) * step, math.ceil(high / step) * step


LEAST = {MarkScale.EUR: 1.0, MarkScale.BILL: 0.1}
"""How far an axis goes at least: 1 EUR a year, 1 % of a bill."""

LETTER, EDGE = 0.048, 0.14
"""Width of a letter of the marks, and how near to an end a mark is written inwards, as parts of the axis."""


def apart(
    marks: Sequence[tuple[float, str]],
    letter: float = LETTER,
    edge: float = EDGE,
    *,
    zero: float | None = None,
) -> tuple[tuple[float, str], ...]:
    """Return the marks whose words, each letter so wide, do not run into those before; that of zero stays.

    >>> [text for _at, text in apart([(0.4, "−10000"), (0.5, "0"), (0.9, "10000")], zero=0.5)]
    ['0', '10000']
    """
    shown: list[tuple[float, str]] = []
    spans: list[tuple[float, float]] = []
    for at, text in sorted(marks, key=lambda mark: mark[0] != zero):
        wide = (len(text) + text.count("%")) * letter  # as wide as two figures
        start = at if at < edge else at - wide if at > 1.0 - edge else at - wide / 2.0
        end, gap = start + wide, letter / 2.0
        if start >= 0.0 and all(start >= right + gap or end + gap <= left for left, right in spans):
            shown.append((at, text))
            spans.append((start, end))
    return tuple(sorted(shown))


def line_of(change: Moved, axis: Axis, law: Law, printed: Amounts, scale: MarkScale = MarkScale.EUR) -> Line:
    """Return the row of a member, as if it held one site.

    Args:
        printed: its amounts, rounded with those of the others.
    """
    member = change.situation
    drawn = member.range_eur
    return Line(
        id=member.id,
        name=member.name,
        mwh=printed_text(printed.mwh),
        eur=printed_text(printed.eur),
        gap=_("enters") if change.enters else signed_text(printed.gap_eur),
        tone=change.tone,
        loses=member.loses,
        culprit=bool(law.broken and law.broken.culprit and law.broken.culprit[0] in member.outcome.site_ids),
        bill="–" if (ratio := MarkScale.BILL.of(member, member.eur)) is None else percent(ratio),
        at=axis.at(scale.place(member, member.eur)),
        kept_at=axis.at(scale.place(change.kept, change.kept.eur)) if change.kept else None,
        low_at=axis.at(scale.place(member, drawn[0])) if drawn else None,
        high_at=axis.at(scale.place(member, drawn[1])) if drawn else None,
        range=span(*range_ends(drawn[0], drawn[1])) if drawn else "",
    )
