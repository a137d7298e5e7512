"""The screen of a meeting: a result beside the kept one, as strings, with places of marks from 0 to 1."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from gettext import ngettext

from acc.result.result import Result
from reports.format.numbers import fr, span
from reports.page.amounts import eur_text, rounded_eur, signed_eur, signed_whole
from reports.page.axis import ticks
from reports.page.day import Day, day_of, sunny_sunday
from reports.page.law import Law, Map, law_of, map_of
from reports.page.standing import (
    Moved,
    Sentence,
    changes,
    list_title,
    price_text,
    second_line,
    sentence,
    stands_of,
    total_eur,
    years_of,
)

FEW = 15
"""Rows shown one after the other; beyond, they stand in groups."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure of the band, its range, its difference from the kept one; `tone` is better, worse or empty."""

    number: str
    unit: str
    words: str
    range: str
    difference: str
    kept: str
    tone: str


@dataclass(frozen=True, slots=True)
class Line:
    """The row of a member; marks are parts of the axis, None where there is none."""

    id: str
    name: str
    mwh: str
    eur: str
    gap: str
    tone: str
    loses: bool = False
    culprit: bool = False
    at: float | None = None
    kept_at: float | None = None
    low_at: float | None = None
    high_at: float | None = None
    range: str = ""


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows under one heading; without heading they are all there is."""

    title: str
    lines: tuple[Line, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """The axis of the rows: its ends in EUR a year, where zero is, its marks."""

    low: float
    high: float
    zero: float
    marks: tuple[tuple[float, str], ...]

    def at(self, eur: float | None) -> float | None:
        """Return the place of an amount, kept within the drawing."""
        if eur is None:
            return None
        return round(min(max((eur - self.low) / (self.high - self.low), 0.0), 1.0), 4)


@dataclass(frozen=True, slots=True)
class Seance:
    """Everything that the screen prints of a state."""

    sentence: Sentence
    second: str
    tiles: tuple[Tile, ...]
    title: str
    total: Line
    groups: tuple[RowGroup, ...]
    axis: Axis
    law: Law
    map: Map
    day: Day | None
    has_ranges: bool
    draws: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a state is shown beside.

    Attributes:
        kept: the result of the kept scenario, called `face`.
        same: whether the state is the kept one.
        names: what to call each site, by id.
        order: ids of the rows as they stand while a control is held.
        axis: ends of the axis while a control is held.
    """

    kept: Result
    face: str
    same: bool
    names: Mapping[str, str]
    order: Sequence[str] = ()
    axis: tuple[float, float] | None = None


def seance_of(result: Result, beside: Beside) -> Seance:
    """Return what the screen prints of a result."""
    names = beside.names
    found = changes(stands_of(result, names), stands_of(beside.kept, names))
    stands = [change.stand for change in found]
    law = law_of(result, names)
    axis = _axis(result, found, beside.axis)
    day = sunny_sunday(result)
    return Seance(
        sentence=sentence(price_text(result), stands),
        second=second_line(found, beside.face, same=beside.same),
        tiles=_tiles(result, beside.kept, names),
        title=list_title(found),
        total=_total(result, found, total_eur(stands_of(beside.kept, names))),
        groups=_groups(result, found, axis, law, beside.order),
        axis=axis,
        law=law,
        map=map_of(result, law),
        day=day_of(result, day) if day else None,
        has_ranges=result.ranges is not None,
        draws=_draws(result),
    )


def _draws(result: Result) -> str:
    if result.ranges is None or result.ranges_draws is None:
        return ""
    return ngettext("{count} draw", "{count} draws", result.ranges_draws).format(
        count=fr(result.ranges_draws)
    )


def _of(result: Result, indicator: str, member: str) -> tuple[float, float] | None:
    """Return the range of an indicator a year, None where it was not drawn."""
    found = (result.ranges or {}).get(indicator, {}).get(member)
    if found is None:
        return None
    years = 1.0 if indicator == "payback_years" else years_of(result)
    return found[0] / years, found[2] / years


def _tiles(result: Result, kept: Result, names: Mapping[str, str]) -> tuple[Tile, ...]:
    now, before = (total_eur(stands_of(each, names)) if each.money else None for each in (result, kept))
    kwh, kept_kwh = (float(r.energy.received_kwh.sum()) / years_of(r) / 1000.0 for r in (result, kept))
    drawn_eur, drawn_kwh = _of(result, "saving_eur_ht", ""), _of(result, "received_kwh", "")
    euros = Tile(
        eur_text(now),
        _("€/year"),
        _("for the members"),
        span(rounded_eur(drawn_eur[0]), rounded_eur(drawn_eur[1])) if drawn_eur else "",
        signed_eur(now - before) if now is not None and before is not None else "",
        eur_text(before),
        _tone(signed_eur(now - before)) if now is not None and before is not None else "",
    )
    shared = Tile(
        fr(kwh),
        _("MWh/year"),
        _("shared"),
        span(drawn_kwh[0] / 1000.0, drawn_kwh[1] / 1000.0) if drawn_kwh else "",
        signed_whole(kwh - kept_kwh),
        fr(kept_kwh),
        _tone(signed_whole(kwh - kept_kwh)),
    )
    return euros, shared, _payback(result, kept)


def _tone(difference: str) -> str:
    return "" if difference == "=" else "better" if difference.startswith("+") else "worse"


def _payback(result: Result, kept: Result) -> Tile:
    """Return the years to pay back; more of them is worse."""
    now, before = (r.money.plan.payback_years if r.money and r.money.plan else None for r in (result, kept))
    drawn = _of(result, "payback_years", "")
    never = bool(result.money and result.money.plan and now is None)
    horizon = result.scenario.finance.horizon_years if result.scenario.finance else None
    difference = signed_whole(round(now) - round(before)) if now is not None and before is not None else ""
    words = _("to pay back")
    if never and horizon:
        words = _("in {years} years").format(years=fr(horizon))
    return Tile(
        _("never") if never else "–" if now is None else fr(now),
        "" if never else _("years"),
        words,
        span(drawn[0], drawn[1]) if drawn else "",
        difference,
        "–" if before is None else fr(before),
        {"better": "worse", "worse": "better"}.get(_tone(difference), "") if difference else "",
    )


def _axis(result: Result, found: Sequence[Moved], held: tuple[float, float] | None) -> Axis:
    values = [s.eur for c in found for s in (c.stand, c.kept) if s is not None and s.eur is not None]
    drawn = [_of(result, "saving_eur_ht", change.stand.id) for change in found]
    values += [eur for ends in drawn if ends for eur in ends]
    low, high = held or (min([*values, 0.0]), max([*values, 1.0]))
    if held is None:
        room = (high - low) * 0.04
        low, high = low - room, high + room
    marks = ticks(low, high, 3)
    axis = Axis(low, high, 0.0, ())
    shown = tuple((axis.at(mark) or 0.0, fr(mark)) for mark in marks)
    return Axis(low, high, axis.at(0.0) or 0.0, shown)


def _line(result: Result, change: Moved, axis: Axis, law: Law) -> Line:
    stand, gap = change.stand, change.eur
    drawn = _of(result, "saving_eur_ht", stand.id)
    beside = "–" if gap is None else signed_eur(gap)
    return Line(
        id=stand.id,
        name=stand.name,
        mwh=fr(stand.kwh / 1000.0),
        eur=eur_text(stand.eur),
        gap=_("enters") if change.enters else beside,
        tone=("worse", "", "better")[change.sign + 1],
        loses=stand.loses,
        culprit=bool(law.broken and law.broken.culprit and law.broken.culprit[0] == stand.id),
        at=axis.at(stand.eur),
        kept_at=axis.at(change.kept.eur) if change.kept else None,
        low_at=axis.at(drawn[0]) if drawn else None,
        high_at=axis.at(drawn[1]) if drawn else None,
        range=span(rounded_eur(drawn[0]), rounded_eur(drawn[1])) if drawn else "",
    )


def _total(result: Result, found: Sequence[Moved], kept_eur: float) -> Line:
    """Return the row of everyone: beside everyone of the kept scenario, who enters and who left counted."""
    now = [c.stand.eur for c in found if c.stand.eur is not None]
    difference = signed_eur(sum(now) - kept_eur) if now else "–"
    tone = _tone(difference) if now else ""
    kwh = float(result.energy.received_kwh.sum()) / years_of(result)
    eur = eur_text(sum(now)) if now else "–"
    return Line("", _("Together"), fr(kwh / 1000.0), eur, difference, tone, loses=sum(now) < 0.0)


def _groups(
    result: Result, found: Sequence[Moved], axis: Axis, law: Law, order: Sequence[str]
) -> tuple[RowGroup, ...]:
    rows = sorted(found, key=_rank) if not order else sorted(found, key=lambda c: _place(c, order))
    lines = {change.stand.id: _line(result, change, axis, law) for change in rows}
    if len(rows) <= FEW:
        return (RowGroup("", tuple(lines.values()), is_open=True),)
    kinds: tuple[tuple[str, list[Moved]], ...] = (
        (_("Lose money: {count}"), [c for c in rows if c.stand.loses]),
        (_("Gain less: {count}"), [c for c in rows if not c.stand.loses and c.sign < 0]),
        (_("Gain more: {count}"), [c for c in rows if not c.stand.loses and (c.sign > 0 or c.enters)]),
        (
            _("Without change: {count}"),
            [c for c in rows if not c.stand.loses and not c.sign and not c.enters],
        ),
    )
    shown = [(title, part) for title, part in kinds if part]
    return tuple(
        RowGroup(title.format(count=len(part)), tuple(lines[c.stand.id] for c in part), is_open=rank < 2)
        for rank, (title, part) in enumerate(shown)
    )


def _rank(change: Moved) -> tuple[int, float]:
    """Losers first, who enters after them, then from the worst difference up."""
    if change.stand.loses:
        return 0, change.stand.eur or 0.0
    if change.enters:
        return 1, 0.0
    return 2, change.eur or 0.0


def _place(change: Moved, order: Sequence[str]) -> int:
    return order.index(change.stand.id) if change.stand.id in order else len(order)
