"""The rows of the members: in order, in groups that fold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from gettext import ngettext

from acc.result.result import Result
from reports.format.labels import KINDS
from reports.format.numbers import fr
from reports.page.amounts import printed_text, signed_text
from reports.page.lines import Line, MarkScale, tone_of
from reports.page.member_outcome import Moved
from reports.page.names import Names
from reports.page.printed import Amounts

FEW = 15
"""Rows shown one after the other; beyond, they stand in groups."""

FIRST = 6
"""Rows of a group shown before one asks for the others."""

OPEN = 2
"""Groups that are open before one folds or unfolds any."""

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


@dataclass(frozen=True, slots=True)
class _Drawer:
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
    rows = sorted(moveds, key=lambda c: _place(c, order)) if order else sorted(moveds, key=_by(looking.sort))
    if looking.group == "none" or (looking.group == "effect" and len(rows) <= FEW):
        return (_group("", 1, rows, drawer),)
    if looking.group == "effect":
        parts = _by_effect(rows, by_gap=looking.sort == "gap" and not order)
    else:
        parts = _by_word(rows, _words_of(result, rows, looking.group))
    return tuple(_group(title, rank, part, drawer) for rank, (title, part) in enumerate(parts, start=1))


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


def _group(title: str, rank: int, rows: Sequence[Moved], drawer: _Drawer) -> RowGroup:
    first = FIRST if title else FIRST_ALONE
    rest = rows[first:] if len(rows) > first + 1 else []
    is_unfolded = drawer.unfolded is None or str(rank) in drawer.unfolded
    own = RowGroup(
        title,
        tuple(map(drawer.line, rows[: len(rows) - len(rest)])),
        tuple(map(drawer.line, rest)) if is_unfolded else (),
        is_open=rank <= OPEN,
        more=_more([drawer.printed[c.situation.id].gap_eur for c in rest]),
    )
    if not title:
        return own
    shown = [drawer.printed[c.situation.id] for c in rows]
    gained = [amounts.eur for amounts in shown if amounts.eur is not None]
    moved = [amounts.gap_eur for amounts in shown if amounts.gap_eur is not None]
    marks = (
        (at, "loss" if c.situation.loses else c.tone) for c in rows if (at := drawer.mark(c)) is not None
    )
    return replace(
        own,
        title=f"{title}\u00a0: {fr(len(rows))}",
        eur=printed_text(sum(gained) if gained else None),
        gap=signed_text(sum(moved) if moved else None),
        tone=tone_of(signed_text(sum(moved))) if moved else "",
        marks=tuple(dict.fromkeys((round(at * ALONG) / ALONG, tone) for at, tone in marks)),
    )


def _more(rest: Sequence[float | None]) -> str:
    """Number of folded rows, and range of their differences."""
    if not rest:
        return ""
    gaps = [gap for gap in rest if gap is not None]
    text = ngettext("See the {count} other", "See the {count} others", len(rest)).format(count=fr(len(rest)))
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


def _by(sort: str) -> Callable[[Moved], tuple[float, float | str]]:
    """Build the sort key of rows: losers first, unless sorted by name."""
    if sort == "name":
        return lambda c: (0.0, c.situation.name.lower())
    if sort == "eur":
        return lambda c: (0.0, c.situation.eur if c.situation.eur is not None else float("inf"))
    if sort == "mwh":
        return lambda c: (0.0, -c.situation.kwh)
    return _rank


def _rank(change: Moved) -> tuple[float, float]:
    """Losers first, who enters after them, then from the worst difference up."""
    if change.situation.loses:
        return 0.0, change.situation.eur or 0.0
    if change.enters:
        return 1.0, 0.0
    return 2.0, change.eur or 0.0


def _place(change: Moved, order: Sequence[str]) -> int:
    return order.index(change.situation.id) if change.situation.id in order else len(order)
