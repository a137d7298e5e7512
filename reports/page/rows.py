"""The rows of the members: in order, in groups that fold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from gettext import ngettext

from acc.result.result import Result
from reports.format.labels import KINDS
from reports.format.numbers import fr
from reports.page.amounts import eur_text, signed_eur
from reports.page.lines import Line, MarkScale, tone_of
from reports.page.member_outcome import Moved

FEW = 15
"""Rows shown one after the other; beyond, they stand in groups."""

FIRST = 6
"""Rows of a group shown before one asks for the others."""


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows under one heading; without heading they are all there is.

    Attributes:
        rest: rows shown when one asks for them, `more` the words of that.
        eur, gap, tone: sums of the group.
        marks: where each of its members stands, and its tone, a loss before all, for the group when folded.
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
    """

    sort: str = "gap"
    group: str = "effect"
    order: tuple[str, ...] = ()
    scale: MarkScale = MarkScale.EUR
    pinned: str = ""


def groups_of(
    result: Result, found: Sequence[Moved], lines: Mapping[str, Line], looking: Looking
) -> tuple[RowGroup, ...]:
    """Return the rows in their order, in groups where they are many or where one asks for groups.

    Args:
        lines: the row of each member, by its id.
    """
    order = looking.order
    rows = sorted(found, key=lambda c: _place(c, order)) if order else sorted(found, key=_by(looking.sort))
    if looking.group == "none" or (looking.group == "effect" and len(rows) <= FEW):
        return (_group("", rows, lines, is_open=True),)
    if looking.group == "effect":
        parts = _by_effect(rows, by_gap=looking.sort == "gap" and not order)
    else:
        parts = _by_word(rows, _words_of(result, rows, looking.group))
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
        marks=tuple((line.at, "loss" if line.loses else line.tone) for line in own if line.at is not None),
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
    low, high = (signed_eur(end).replace("=", "0") for end in (min(gaps), max(gaps)))
    return ends.format(text=text, low=low, high=high)


def _by_effect(rows: Sequence[Moved], *, by_gap: bool) -> list[tuple[str, list[Moved]]]:
    kinds: tuple[tuple[str, list[Moved]], ...] = (
        (_("Lose money"), [c for c in rows if c.stand.loses]),
        (_("Gain less"), [c for c in rows if not c.stand.loses and c.sign < 0]),
        (_("Gain more"), [c for c in rows if not c.stand.loses and (c.sign > 0 or c.enters)]),
        (_("Without change"), [c for c in rows if not c.stand.loses and not c.sign and not c.enters]),
    )
    if by_gap:  # six rows of a group are shown: those who gain the most more, or the most
        kinds[2][1].sort(key=lambda c: (c.enters, -(c.eur or 0.0)))
        kinds[3][1].sort(key=lambda c: -(c.stand.eur or 0.0))
    return [(title, part) for title, part in kinds if part]


def _by_word(rows: Sequence[Moved], words: Mapping[str, str]) -> list[tuple[str, list[Moved]]]:
    moved_by_word: dict[str, list[Moved]] = {}
    for change in rows:
        moved_by_word.setdefault(words[change.stand.id], []).append(change)
    return sorted(moved_by_word.items())


def _words_of(result: Result, found: Sequence[Moved], group: str) -> dict[str, str]:
    sites = {site.id: site for site in (*result.scenario.participants, *result.scenario.plants)}
    words = {}
    for change in found:
        held = change.stand.outcome
        own = [sites[one] for one in (*held.site_ids, *held.plant_ids)]
        if group == "kind":
            words[change.stand.id] = _(KINDS[kind]) if (kind := held.kind) else _("producer")
            continue
        communes = {site.commune or _("unknown commune") for site in own}
        words[change.stand.id] = communes.pop() if len(communes) == 1 else _("several communes")
    return words


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
