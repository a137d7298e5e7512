"""Blocks that several documents hold: how they open, who receives what, keys, hours, money."""

from collections.abc import Iterable
from dataclasses import replace
from gettext import gettext as _

from acc.sites import Kind
from reports.documents.figure_catalogue import figure_of
from reports.documents.page_room import cards_across, days_titles
from reports.format.labels import lowered
from reports.format.numbers import MISSING
from reports.nodes.tree import (
    Bullets,
    Callout,
    Figure,
    Group,
    Heading,
    Node,
    Paragraph,
    TextTable,
    Tiles,
    ValueBox,
    titled,
)
from reports.sentences import answer, overview, recipients, sharing_hours, years
from reports.sentences.cancelling import cancelling_table
from reports.sentences.gains import plan_heading
from reports.sentences.plan import plan_figures
from reports.sentences.who_table import page_rows, who_table
from reports.view import selection
from reports.view.view import View


def opening(lead: str, more: str, tiles: Iterable[ValueBox], sure: str) -> list[Node]:
    """Opening of a document: answer, follow-up, figures and confidence."""
    texts = [Paragraph(lead, "lead"), *([Paragraph(more, "more")] if more else [])]
    return [Group(tuple(texts), name="opening"), Group((Tiles(tuple(tiles)), Paragraph(sure, "sure")))]


def in_ten_years(view: View) -> list[Node]:
    """Effect of dated changes on the operation; empty where these readers know of none."""
    callout = years.in_ten_years(view)
    return [] if callout is None else [callout]


def request(view: View) -> list[Node]:
    """Request; where something forbids, it is next to the prohibition, see `answer.status`."""
    return [answer.decision(view)] if view.result.is_lawful else []


def request_to_reader(view: View, what: str) -> list[Node]:
    """Request to a reader who signs nothing, and decision of the members afterwards."""
    if not view.result.is_lawful:
        return []
    decided = view.result.scenario.words.decision or _("an agreement in principle, by a day to be set")
    text = _("{asked} Members decide after that: {decided}")
    message = text.format(asked=what, decided=lowered(decided))
    return [Callout(_("What is asked of you"), message, look="asked")]


def finding(view: View) -> Node:
    """Energy flow, as a heading and a figure."""
    return Group((Heading(overview.finding(view)), figure_of(view, "flow")))


def flow_and_essentials(view: View) -> list[Node]:
    """Energy flow and the essentials.

    What would cancel an unlawful operation comes first: the lawful way above may leave the drawing no room.
    """
    drawn, nodes = [finding(view)], essentials(view)
    return [*drawn, *nodes] if view.result.is_lawful or not view.result.cancelling else [*nodes, *drawn]


def essentials(view: View, kinds: frozenset[Kind] | None = None) -> list[Node]:
    """Conditions that cancel the readers' gain, then proposal, request and uncertainty.

    Of an unlawful operation nothing is proposed nor asked.

    Args:
        kinds: of the members who read; all of them by default.
    """
    columns = overview.columns(view)
    essential = Group(tuple(columns), len(columns), "columns") if view.result.is_lawful else columns[-1]
    return [*cancelling(view, kinds), essential]


def cancelling(view: View, kinds: frozenset[Kind] | None = None) -> list[Node]:
    """Conditions that cancel the readers' gain; empty without euros. `kinds`: see `essentials`."""
    ids = {member.id for member in answer.readers_outcomes(view, kinds).members}
    table = cancelling_table(view.result, view.names, ids)
    return [] if table is None else [table]


def who(view: View, title: str | None = None) -> TextTable:
    """Return the table of who would receive what, losers first."""
    table = who_table(view, page_rows(view))
    return replace(table, title=title or recipients.who_heading(view), note=recipients.who_note(view))


def keys(view: View) -> Node:
    """Return the keys: what each shares in a sentence, and what it changes for each participant."""
    caption = recipients.keys_caption(view, len(selection.key_rows(view)))
    cards = recipients.key_cards(view)
    across = min(len(cards), cards_across(view))
    drawn = replace(figure_of(view, "keys"), caption=caption)
    heading = Heading(recipients.keys_heading(view))
    return Group((heading, Group(tuple(cards), across, "cards"), drawn), name="keys")


def mean_days(view: View) -> list[Node]:
    """Return the mean days of each row, where the page has room for them."""
    days = [
        titled(title, Figure(f"days-{row}", sharing_hours.days_alt(view, row)))
        for row, title in enumerate(days_titles(view))
    ]
    return [Group(tuple(days), 2, "days")] if days else []


def example(view: View) -> list[Node]:
    """Return one step worked out, where there is one to tell."""
    worked = recipients.example(view)
    return [] if worked is None else [worked]


def when(view: View) -> Node:
    """Return in which hours and months energy is shared."""
    return Group((Heading(sharing_hours.when_heading(view)), figure_of(view, "days")))


def peaks(view: View, *, injected: bool = True) -> Node:
    """Return the largest powers; those injected too, where no other tile of the document has them."""
    tiles = sharing_hours.peaks(view)
    shown = tiles if injected else tiles[2:]
    return Group((Heading(sharing_hours.peaks_heading(view)), Tiles(tuple(shown))))


def plan(view: View, names: tuple[str, ...] | None = None) -> Node | None:
    """Return the figures of money that exist, two a line; None where there is none."""
    figures = [titled(title, figure_of(view, name)) for name, title in plan_figures(view, names)]
    return Group((Heading(plan_heading(view)), *figures), name="plan") if figures else None


def listed(title: str, items: Iterable[str]) -> Group:
    """Return sentences under a small title."""
    return titled(title, Bullets(tuple(items)))


def departure(view: View, items: Iterable[str]) -> Group:
    """Return the terms of leaving, for who may leave."""
    own = view.holder is not None
    return listed(_("If you leave the operation") if own else _("Leaving the operation"), items)


def filled(table: TextTable) -> TextTable:
    """Return a table without the columns that say nothing in any row: covers, where there is no loan."""
    kept = [n for n in range(len(table.columns)) if any(row[n].text != MISSING for row in table.rows)]
    rows = tuple(tuple(row[n] for n in kept) for row in table.rows)
    return replace(table, columns=tuple(table.columns[n] for n in kept), rows=rows)
