"""The rows of the members: in order, in groups that fold, with places of marks from 0 to 1."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from gettext import ngettext

from acc.result.result import Result
from reports.format.labels import KINDS
from reports.format.numbers import fr, span
from reports.page.amounts import eur_text, rounded_eur, signed_eur
from reports.page.axis import ticks
from reports.page.law import Law
from reports.page.standing import Moved, years_of

FEW = 15
"""Rows shown one after the other; beyond, they stand in groups."""

FIRST = 6
"""Rows of a group shown before one asks for the others."""

SORTS = ("gap", "eur", "mwh", "name")
GROUPS = ("effect", "kind", "commune", "none")


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
    """Rows under one heading; without heading they are all there is.

    Attributes:
        rest: rows shown when one asks for them, `more` the words of that.
        eur, gap, tone: sums of the group.
        marks: where each of its members stands, and its tone, for the group when it is folded.
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
    """How a person looks at the rows: sorted, grouped; `order` keeps them while a control is held."""

    sort: str = "gap"
    group: str = "effect"
    order: tuple[str, ...] = ()


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


def range_of(result: Result, indicator: str, member: str) -> tuple[float, float] | None:
    """Return the range of an indicator a year, None where it was not drawn."""
    found = (result.ranges or {}).get(indicator, {}).get(member)
    if found is None:
        return None
    years = 1.0 if indicator == "payback_years" else years_of(result)
    return found[0] / years, found[2] / years


def tone_of(difference: str) -> str:
    """Return better, worse or nothing for a difference in words."""
    return "" if difference == "=" else "better" if difference.startswith("+") else "worse"


def axis_of(result: Result, found: Sequence[Moved], held: tuple[float, float] | None) -> Axis:
    """Return the axis that holds every mark, or the one that is held."""
    values = [s.eur for c in found for s in (c.stand, c.kept) if s is not None and s.eur is not None]
    drawn = [range_of(result, "saving_eur_ht", change.stand.id) for change in found]
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
    drawn = range_of(result, "saving_eur_ht", stand.id)
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


def groups_of(
    result: Result, found: Sequence[Moved], axis: Axis, law: Law, looking: Looking
) -> tuple[RowGroup, ...]:
    """Return the rows in their order, in groups where they are many or where one asks for groups."""
    order = looking.order
    rows = sorted(found, key=lambda c: _place(c, order)) if order else sorted(found, key=_by(looking.sort))
    lines = {change.stand.id: _line(result, change, axis, law) for change in rows}
    if looking.group == "none" or (looking.group == "effect" and len(rows) <= FEW):
        return (_group("", rows, lines, is_open=True),)
    if looking.group == "effect":
        parts = _by_effect(rows)
    else:
        parts = _by_word(rows, _words_of(result, looking.group))
    return tuple(_group(title, part, lines, is_open=rank < 2) for rank, (title, part) in enumerate(parts))


def _group(title: str, rows: Sequence[Moved], lines: Mapping[str, Line], *, is_open: bool) -> RowGroup:
    own = tuple(lines[c.stand.id] for c in rows)
    if not title:
        return RowGroup(title, own, (), is_open)
    gained = [c.stand.eur for c in rows if c.stand.eur is not None]
    moved = [c.eur for c in rows if c.eur is not None]
    many = len(own) > FIRST + 1
    rest = rows[FIRST:] if many else []
    return RowGroup(
        f"{title}\u00a0: {fr(len(rows))}",
        own[:FIRST] if many else own,
        own[FIRST:] if many else (),
        is_open,
        eur=eur_text(sum(gained)) if gained else "–",
        gap=signed_eur(sum(moved)) if moved else "–",
        tone=tone_of(signed_eur(sum(moved))) if moved else "",
        marks=tuple((line.at, line.tone) for line in own if line.at is not None),
        more=_more(rest),
    )


def _more(rest: Sequence[Moved]) -> str:
    """Return how many rows are folded, and between which differences."""
    if not rest:
        return ""
    gaps = [c.eur for c in rest if c.eur is not None]
    text = ngettext("See the {count} other", "See the {count} others", len(rest)).format(count=fr(len(rest)))
    if not gaps or signed_eur(min(gaps)) == signed_eur(max(gaps)):
        return text
    ends = _("{text}, from {low} to {high} €")
    return ends.format(text=text, low=signed_eur(min(gaps)), high=signed_eur(max(gaps)))


def _by_effect(rows: Sequence[Moved]) -> list[tuple[str, list[Moved]]]:
    kinds: tuple[tuple[str, list[Moved]], ...] = (
        (_("Lose money"), [c for c in rows if c.stand.loses]),
        (_("Gain less"), [c for c in rows if not c.stand.loses and c.sign < 0]),
        (_("Gain more"), [c for c in rows if not c.stand.loses and (c.sign > 0 or c.enters)]),
        (_("Without change"), [c for c in rows if not c.stand.loses and not c.sign and not c.enters]),
    )
    return [(title, part) for title, part in kinds if part]


def _by_word(rows: Sequence[Moved], words: Mapping[str, str]) -> list[tuple[str, list[Moved]]]:
    found: dict[str, list[Moved]] = {}
    for change in rows:
        found.setdefault(words[change.stand.id], []).append(change)
    return sorted(found.items())


def _words_of(result: Result, group: str) -> dict[str, str]:
    sites = result.scenario.participants
    if group == "kind":
        return {site.id: _(KINDS[site.kind]) for site in sites}
    return {site.id: site.commune or _("unknown commune") for site in sites}


def _by(sort: str) -> Callable[[Moved], tuple[float, float | str]]:
    """Return what rows are sorted by: losers first, but where one asks for names."""
    if sort == "name":
        return lambda c: (0.0, c.stand.name.lower())
    if sort == "eur":
        return lambda c: (0.0, c.stand.eur if c.stand.eur is not None else float("inf"))
    if sort == "mwh":
        return lambda c: (0.0, -c.stand.kwh)
    return _rank


def _rank(change: Moved) -> tuple[float, float]:
    """Losers first, who enters after them, then from the worst difference up."""
    if change.stand.loses:
        return 0.0, change.stand.eur or 0.0
    if change.enters:
        return 1.0, 0.0
    return 2.0, change.eur or 0.0


def _place(change: Moved, order: Sequence[str]) -> int:
    return order.index(change.stand.id) if change.stand.id in order else len(order)
