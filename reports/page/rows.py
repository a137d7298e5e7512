"""The rows of the members: strings and places of marks; in order, in groups that fold."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from gettext import gettext as _
from typing import NamedTuple

from acc.result.result import Result
from reports.format.axis import root_of, root_ticks, ticks
from reports.format.labels import KINDS
from reports.format.money import range_ends
from reports.format.numbers import fr, percent, span
from reports.format.wording import sentence
from reports.page.amounts import Amounts, printed_text, signed_text
from reports.page.law import Law
from reports.page.member_outcome import MemberSituation, Moved
from reports.page.names import Names


@dataclass(frozen=True, slots=True)
class Line:
    """The row of a member, or of a site of it; marks are parts of the axis, None where there is none.

    Attributes:
        box: ids of the sites that its box takes in and out, with blanks between; empty without a box.
        is_in: whether all of these are in.
        bill: what it gains as a part of its bill.
        sites: rows of its sites and of its plants, where one row does not say all.
        note: a sentence under the row.
        bar_share: its bar, from -1 to 1; see `Bars`.
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
    at_share: float | None = None
    kept_share: float | None = None
    low_share: float | None = None
    high_share: float | None = None
    range: str = ""
    box: str = ""
    is_in: bool = True
    sites: "tuple[Line, ...]" = ()
    note: str = ""
    bar_share: float | None = None


class Axis(NamedTuple):
    """The axis of the rows: its ends in EUR a year, or roots of parts of a bill; where zero is, its marks."""

    low: float
    high: float
    zero_share: float
    marks: tuple[tuple[float, str], ...]

    def at(self, value: float) -> float:
        """Return the place of a value, kept within the drawing."""
        return round(min(max((value - self.low) / (self.high - self.low), 0.0), 1.0), 4)

    def place(self, value: float | None) -> float | None:
        """Return the place of a value, None of None."""
        return None if value is None else self.at(value)


class Bars(NamedTuple):
    """Bars on both sides of zero: what each gains more or less; where nobody does, what it gains.

    Attributes:
        end_eur: end of their axis on either side, EUR a year.
    """

    end_eur: float
    is_gain: bool

    def share(self, printed: Amounts) -> float | None:
        """Return the bar of a row, from -1 to 1; None where it has no figure."""
        amount_eur = printed.gain_eur if self.is_gain else printed.gap_eur
        return None if amount_eur is None else round(amount_eur / self.end_eur, 4)

    @property
    def marks(self) -> tuple[tuple[float, str], ...]:
        """Marks of the axis: places from 0 to 1, and their words."""
        return ((0.0, fr(-self.end_eur)), (0.5, "0"), (1.0, f"+{fr(self.end_eur)}"))


def bars_of(printed: Sequence[Amounts]) -> Bars:
    """Build the bars of rows; the end of their axis is 1, 2, 3 or 5 times a power of ten.

    >>> bars_of([Amounts(None, 9000.0, -1424.0), Amounts(None, 80.0, 310.0)])
    Bars(end_eur=2000.0, is_gain=False)
    """
    gaps = [abs(amounts.gap_eur or 0.0) for amounts in printed]
    gains = [abs(amounts.gain_eur or 0.0) for amounts in printed]
    most_eur = max([*gaps, 0.0]) or max([*gains, 1.0])
    power = 10.0 ** math.floor(math.log10(most_eur))
    return Bars(next(power * n for n in (1.0, 2.0, 3.0, 5.0, 10.0) if power * n >= most_eur), not any(gaps))


def range_of(
    result: Result, indicator: str, period_years: float = 1.0, *, year: int | None = None
) -> tuple[float, float] | None:
    """Return the range of an indicator of the group, over so many years; None where it was not drawn.

    Args:
        year: of the plan, for what is drawn by year.
    """
    bounds = (result.ranges or {}).get(indicator, {}).get(str(year) if year else "")
    return None if bounds is None else (bounds[0] / period_years, bounds[2] / period_years)


def tone_of(difference: str) -> str:
    """Return better, worse or nothing for a difference in words."""
    return "" if difference == "=" else "better" if difference.startswith("+") else "worse"


class MarkScale(StrEnum):
    """What the marks are places of."""

    EUR = "eur"
    BILL = "bill"
    """Each as a part of its own bill: those with a small bill are not crushed."""

    def of(self, member: MemberSituation, amount_eur: float | None) -> float | None:
        """Return an amount a year in the figures of the scale; None where it has none."""
        if self is MarkScale.EUR or amount_eur is None:
            return amount_eur
        return member.outcome.bill_ratio(amount_eur * member.period_years)

    def place(self, member: MemberSituation, amount_eur: float | None) -> float | None:
        """Position of an amount: a part of a bill by its root, so that none is too far."""
        value = self.of(member, amount_eur)
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
    if scale is MarkScale.EUR:
        marks = [(mark, fr(mark)) for mark in ticks(low, high, 3)]
    else:
        marks = [(root_of(mark), percent(mark)) for mark in root_ticks(low, high, 3)]
    return axis_between(low, high, marks if values else [])


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
    letter_share: float = LETTER,
    edge_share: float = EDGE,
    *,
    zero_share: float | None = None,
) -> tuple[tuple[float, str], ...]:
    """Return the marks whose words, each letter so wide, do not run into those before; that of zero stays.

    >>> [text for _at, text in apart([(0.4, "−10000"), (0.5, "0"), (0.9, "10000")], zero_share=0.5)]
    ['0', '10000']
    """
    shown: list[tuple[float, str]] = []
    spans: list[tuple[float, float]] = []
    for at, text in sorted(marks, key=lambda mark: mark[0] != zero_share):
        wide = (len(text) + text.count("%")) * letter_share  # as wide as two figures
        start = at if at < edge_share else at - wide if at > 1.0 - edge_share else at - wide / 2.0
        end, gap = start + wide, letter_share / 2.0
        if start >= 0.0 and all(start >= right + gap or end + gap <= left for left, right in spans):
            shown.append((at, text))
            spans.append((start, end))
    return tuple(sorted(shown))


def axis_between(
    low: float,
    high: float,
    marks: Sequence[tuple[float, str]],
    letter_share: float = LETTER,
    edge_share: float = EDGE,
) -> Axis:
    """Return the axis from one value to another; `marks` are values with their words, of which those fit."""
    axis = Axis(low, high, 0.0, ())
    zero, placed = axis.at(0.0), [(axis.at(value), words) for value, words in marks]
    return Axis(low, high, zero, apart(placed, letter_share, edge_share, zero_share=zero))


def line_of(
    change: Moved, axis: Axis, law: Law, printed: Amounts, bars: Bars, scale: MarkScale = MarkScale.EUR
) -> Line:
    """Return the row of a member, as if it held one site.

    Args:
        printed: its amounts, rounded with those of the others.
    """
    member = change.situation
    drawn = member.range_eur
    return Line(
        id=member.id,
        name=member.name,
        mwh=printed_text(printed.received_mwh),
        eur=printed_text(printed.gain_eur),
        gap=_("enters") if change.enters else signed_text(printed.gap_eur),
        tone=change.tone,
        loses=member.loses,
        culprit=bool(law.broken and law.broken.culprit and law.broken.culprit[0] in member.outcome.site_ids),
        bill="–" if (ratio := MarkScale.BILL.of(member, member.eur)) is None else percent(ratio),
        at_share=axis.place(scale.place(member, member.eur)),
        kept_share=axis.place(scale.place(change.kept, change.kept.eur)) if change.kept else None,
        low_share=axis.place(scale.place(member, drawn[0])) if drawn else None,
        high_share=axis.place(scale.place(member, drawn[1])) if drawn else None,
        range=span(*range_ends(drawn[0], drawn[1])) if drawn else "",
        bar_share=bars.share(printed),
    )


FEW = 15
"""Rows shown one after the other; beyond, they stand in groups."""

FIRST = 6
"""Rows of a group shown before one asks for the others."""

OPEN = 2
"""Groups that are open before one folds or unfolds any."""

LEAST_SHOWN = 12
"""Rows shown in all groups together: where the first groups have fewer, the next ones are open too."""

FIRST_ALONE = 40
"""The same where there is no group."""

ALONG = 200
"""How many places there are on an axis of marks: those of a folded group that fall together are one."""


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows under one heading; without heading they are all there is.

    Attributes:
        rest: rows shown when one asks for them, `more` the words of that; none where nobody asked yet.
        eur, gap, tone: sums of the group.
        marks: where its members stand, and with which tone, a loss before all, for the group when folded.
    """

    title: str
    lines: tuple[Line, ...]
    rest: tuple[Line, ...]
    is_open: bool
    eur: str = ""
    gap: str = ""
    tone: str = ""
    marks: tuple[tuple[float, str], ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class Looking:
    """How a person looks at the rows: sorted, grouped, on which scale.

    Attributes:
        order: keeps the rows as they stand while a control is held.
        pinned: id of the row that stays in view.
        unfolded: ranks, from 1, of the groups whose other rows are shown too; None shows all of them.
    """

    sort: str = "gap"
    group: str = "effect"
    order: tuple[str, ...] = ()
    scale: MarkScale = MarkScale.EUR
    pinned: str = ""
    unfolded: frozenset[str] | None = None


class _Drawer(NamedTuple):
    """What gives a member its row, and its mark: made for those that are shown alone."""

    line: Callable[[Moved], Line]
    mark: Callable[[Moved], float | None]
    printed: Mapping[str, Amounts]
    unfolded: frozenset[str] | None


def groups_of(
    result: Result,
    moveds: Sequence[Moved],
    looking: Looking,
    line: Callable[[Moved], Line],
    mark: Callable[[Moved], float | None],
    printed: Mapping[str, Amounts],
) -> tuple[RowGroup, ...]:
    """Return the rows in their order, in groups where they are many or where one asks for groups.

    Args:
        line: gives a member its row; `mark`, its place on the axis, None where it has none.
        printed: the amounts of each row, rounded together.
    """
    drawer = _Drawer(line, mark, printed, looking.unfolded)
    order = looking.order
    places = {id_: place for place, id_ in enumerate(order)}
    by = (lambda c: places.get(c.situation.id, len(order))) if order else _by(looking.sort)
    rows = sorted(moveds, key=by)
    if looking.group == "none" or (looking.group == "effect" and len(rows) <= FEW):
        return (_group("", 1, rows, drawer, FIRST_ALONE),)
    if looking.group == "effect":
        parts = _by_effect(rows, by_gap=looking.sort == "gap" and not order)
    else:
        parts = _by_word(rows, _words_of(result, rows, looking.group))
    groups: list[RowGroup] = []
    for rank, (title, part) in enumerate(parts, start=1):
        shown = sum(len(group.lines) for group in groups if group.is_open)
        first, is_open = max(FIRST, LEAST_SHOWN - shown), rank <= OPEN or shown < LEAST_SHOWN
        groups.append(replace(_group(title, rank, part, drawer, first), is_open=is_open))
    return tuple(groups)


def losing_sites(moveds: Sequence[Moved], names: Names) -> frozenset[str]:
    """Return the sites whose member loses, to be told apart on a map: of those who may be named alone.

    Where a site stands says whose it is: how a closed member or a home fares is told without its place.
    """
    shown = [c.situation for c in moveds if c.situation.loses and not c.situation.is_pooled]
    return frozenset(
        site
        for member in shown
        if not names.closed & {member.id, *member.outcome.site_ids}
        for site in member.outcome.site_ids
    )


def _group(title: str, rank: int, rows: Sequence[Moved], drawer: _Drawer, first: int) -> RowGroup:
    rest = rows[first:] if len(rows) > first + 1 else []
    is_unfolded = drawer.unfolded is None or str(rank) in drawer.unfolded
    own = RowGroup(
        title,
        tuple(map(drawer.line, rows[: len(rows) - len(rest)])),
        tuple(map(drawer.line, rest)) if is_unfolded else (),
        is_open=True,
        more=_more([drawer.printed[c.situation.id].gap_eur for c in rest]),
    )
    if not title:
        return own
    shown = [drawer.printed[c.situation.id] for c in rows]
    gained = [amounts.gain_eur for amounts in shown if amounts.gain_eur is not None]
    moved = [amounts.gap_eur for amounts in shown if amounts.gap_eur is not None]
    places = ((drawer.mark(c), "loss" if c.situation.loses else c.tone) for c in rows)
    marks = ((at, tone) for at, tone in places if at is not None)
    return replace(
        own,
        title=f"{title}\u00a0: {fr(len(rows))}",
        eur=printed_text(sum(gained) if gained else None),
        gap=signed_text(sum(moved) if moved else None),
        tone=tone_of(signed_text(sum(moved))) if moved else "",
        marks=tuple(dict.fromkeys((round(at * ALONG) / ALONG, tone) for at, tone in marks)),
    )


def _more(rest_eur: Sequence[float | None]) -> str:
    """Number of folded rows, and range of their differences."""
    if not rest_eur:
        return ""
    gaps = [gap for gap in rest_eur if gap is not None]
    text = sentence("see-the-others", len(rest_eur))
    if not gaps or min(gaps) == max(gaps):
        return text
    ends = _("{text}, from {low} to {high} €")
    low, high = (signed_text(end).replace("=", "0") for end in (min(gaps), max(gaps)))
    return ends.format(text=text, low=low, high=high)


def _by_effect(rows: Sequence[Moved], *, by_gap: bool) -> list[tuple[str, list[Moved]]]:
    kinds: tuple[tuple[str, list[Moved]], ...] = (
        (_("Lose money"), [c for c in rows if c.situation.loses]),
        (_("Gain less"), [c for c in rows if not c.situation.loses and c.sign < 0]),
        (_("Gain more"), [c for c in rows if not c.situation.loses and (c.sign > 0 or c.enters)]),
        (_("Without change"), [c for c in rows if not c.situation.loses and not c.sign and not c.enters]),
    )
    if by_gap:  # six rows of a group are shown: those who gain the most more, or the most
        kinds[2][1].sort(key=lambda c: (c.enters, -(c.eur or 0.0)))
        kinds[3][1].sort(key=lambda c: -(c.situation.eur or 0.0))
    return [(title, part) for title, part in kinds if part]


def _by_word(rows: Sequence[Moved], words: Mapping[str, str]) -> list[tuple[str, list[Moved]]]:
    moved_by_word: dict[str, list[Moved]] = {}
    for change in rows:
        moved_by_word.setdefault(words[change.situation.id], []).append(change)
    return sorted(moved_by_word.items())


def _words_of(result: Result, moveds: Sequence[Moved], group: str) -> dict[str, str]:
    sites = {site.id: site for site in (*result.scenario.participants, *result.scenario.plants)}
    words = {}
    for change in moveds:
        outcome = change.situation.outcome
        own = [sites[id_] for id_ in (*outcome.site_ids, *outcome.plant_ids)]
        if group == "kind":
            words[change.situation.id] = _(KINDS[kind]) if (kind := outcome.kind) else _("producer")
            continue
        communes = {site.commune or _("unknown commune") for site in own}
        words[change.situation.id] = communes.pop() if len(communes) == 1 else _("several communes")
    return words


def _by(sort: str) -> Callable[[Moved], tuple[float | str, ...]]:
    """Build the sort key of rows: losers first, unless sorted by name."""
    if sort == "name":
        return lambda c: (0.0, c.situation.name.lower())
    if sort == "eur":
        return lambda c: (0.0, c.situation.eur if c.situation.eur is not None else float("inf"))
    if sort == "mwh":
        return lambda c: (0.0, -c.situation.kwh)
    return _rank


def _rank(change: Moved) -> tuple[float, ...]:
    """Losers first, who enters after them; each from the worst difference up, then from the least gain."""
    if change.enters and not change.situation.loses:
        return 1.0, 0.0
    return 0.0 if change.situation.loses else 2.0, change.eur or 0.0, change.situation.eur or 0.0
