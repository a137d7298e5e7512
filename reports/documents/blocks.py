"""Blocks that several documents hold, and the end of briefs and sheets."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from gettext import gettext as _

from reports.documents.figure_catalogue import MONEY_FIGURES, figure_of, money_figures
from reports.figures.axes import lines_for, width_mm
from reports.format.labels import lowered
from reports.format.numbers import MISSING
from reports.format.wording import text_of
from reports.nodes.tree import (
    Bullets,
    Callout,
    CellLook,
    Figure,
    Group,
    Heading,
    Node,
    Paragraph,
    Section,
    TextCell,
    TextColumn,
    TextTable,
    Tiles,
    ValueBox,
    first_column,
    table_by_column,
    titled,
)
from reports.sentences import audiences, limits, overview, recipients
from reports.sentences.gains import plan_heading
from reports.sentences.limits import RuleRow
from reports.sentences.recipients import page_rows, who_table
from reports.sentences.sources import (
    SourceLine,
    assumed,
    closure_table,
    hypotheses,
    plant_table,
    quoted,
    rates,
)
from reports.sentences.years import leaving_note, tells_all_years
from reports.view import selection
from reports.view.view import View

PAGE_MM, PAGE_TWO_MM = 178.0, 157.0
"""Width of the text, and what page 2 leaves for the rows of the table, the notes, the keys and the plot."""
ROW_MM, SECOND_LINE_MM, NOTE_LINE_MM, CARD_MM, NAME_ROOM_MM = 6.3, 4.2, 4.0, 20.0, 68.0
FEW_ROWS, FEW_RULES = 4, 5
"""Up to this many rows, page 2 also shows mean days of each; so many rules stand beside the map."""


def key_row_mm(view: View) -> float:
    """Return the height of a line of the dot plot, so that table, keys and plot share page 2."""
    groups = [view.groups[row.name] if row.name is not None else None for row in page_rows(view)]
    names = [None if group is None else f"{group.name} {group.kind}" for group in groups]
    long = [name is None or width_mm(name, 9.4) > NAME_ROOM_MM for name in names]
    rows = sum(ROW_MM + (SECOND_LINE_MM if is_long else 0.0) for is_long in long)
    note = NOTE_LINE_MM * len(lines_for(recipients.who_note(view), 8.6, PAGE_MM, 99))
    left_mm = PAGE_TWO_MM - rows - note - CARD_MM * rows_of_cards(view)
    return min(6.4, max(4.2, left_mm / max(1, len(selection.key_rows(view)))))


def rows_of_cards(view: View) -> int:
    """Number of lines that the keys take."""
    return -(-len(view.keys) // cards_across(view))


def cards_across(view: View) -> int:
    """Number of keys side by side: two for two or four of them, else three."""
    return 2 if len(view.keys) in {2, 4} else 3


def days_mm(view: View) -> float:
    """Return the height of those mean days: less when they stand on two lines, or the keys do."""
    return 52.0 if len(view.groups) <= 2 else 42.0 if rows_of_cards(view) == 1 else 36.0


def opening(lead: str, more: str, tiles: Iterable[ValueBox], sure: str) -> list[Node]:
    """Opening of a document: answer, follow-up, figures and confidence."""
    texts = [Paragraph(lead, "lead"), *([Paragraph(more, "more")] if more else [])]
    return [Group(tuple(texts), name="opening"), Group((Tiles(tuple(tiles)), Paragraph(sure, "sure")))]


def commitments(view: View) -> Group:
    """Commitments of who joins, where something may be signed, and what is uncertain."""
    columns = [listed(_("What remains uncertain"), overview.uncertain(view))]
    if view.result.is_lawful:
        columns.insert(0, listed(_("What it commits you to"), overview.committed(view)))
    return Group(tuple(columns), len(columns), "columns")


def request_to_reader(view: View, what: str) -> list[Node]:
    """Request to a reader who signs nothing, and decision of the members afterwards."""
    if not view.result.is_lawful:
        return []
    decided = view.result.scenario.words.decision or _("an agreement in principle, by a day to be set")
    message = _("{asked} Members decide after that: {decided}").format(asked=what, decided=lowered(decided))
    return [Callout(_("What is asked of you"), message, look="asked")]


def finding(view: View) -> Node:
    """Energy flow, as a heading and a figure."""
    return Group((Heading(overview.finding(view)), figure_of(view, "flow")))


def who(view: View, title: str | None = None) -> TextTable:
    """Return the table of who would receive what, losers first."""
    table = who_table(view, page_rows(view))
    return replace(table, title=title or recipients.who_heading(view), note=recipients.who_note(view))


def keys(view: View) -> Node:
    """Return the keys: what each shares in a sentence, and what it changes for each participant."""
    caption = recipients.keys_caption(view, len(selection.key_rows(view)))
    cards = [recipients.card(view, key, index) for index, key in enumerate(view.keys)]
    across = min(len(cards), cards_across(view))
    drawn = replace(figure_of(view, "keys"), caption=caption)
    heading = Heading(recipients.keys_heading(view))
    return Group((heading, Group(tuple(cards), across, "cards"), drawn), name="keys")


def mean_days(view: View) -> Group | None:
    """Return the mean days of each row; None where the table leaves them no room."""
    if len(view.groups) > FEW_ROWS:
        return None
    days = (Figure(f"days-{row}", audiences.days_alt(view, row)) for row in range(len(view.groups)))
    titles = (group.name for group in view.groups)
    return Group(tuple(map(titled, titles, days)), 2, "days")


def when(view: View) -> Node:
    """Return in which hours and months energy is shared."""
    return Group((Heading(audiences.when_heading(view)), figure_of(view, "days")))


def peaks(view: View, *, injected: bool = True) -> Node:
    """Return the largest powers; those injected too, where no other tile of the document has them."""
    tiles = audiences.peaks(view)[0 if injected else 2 :]
    return Group((Heading(audiences.peaks_heading(view)), Tiles(tuple(tiles))))


def plan(view: View, names: Iterable[str] = MONEY_FIGURES) -> Node | None:
    """Return the figures of money that exist, two a line; None where there is none."""
    figures = money_figures(view, names)
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


LONG_NAME, LONG_VALUE = 34, 24
"""Letters from which a name, or a value, of a table of sources takes two lines: sources need the room."""


def last_pages(view: View) -> Section:
    """Return rules and limits, then the annex where there is one; the provenance closes the document."""
    annex = _annex(view) if limits.has_annex(view) else []
    others = [] if annex else [*assumed(view), *rates(view)]
    personal = Paragraph(limits.personal_data(view))
    blocks: list[Node] = [
        *_rules_and_place(view),
        sources_table("hypotheses", hypothesis_heads(), [*hypotheses(view), *others]),
        *([] if annex else [plant_table(view)]),
        words(view, limits.warnings(view), titled(_("Personal data"), personal)),
    ]
    return Section((*blocks, *annex, limits.provenance(view)), wish=len(blocks) if annex else None)


def sheet_end(view: View, own: Sequence[SourceLine]) -> Section:
    """Return the rules that the holder of a sheet meets, `own` hypotheses and those of the euros, limits."""
    heading = Heading(limits.limits_heading(view, own=True))
    elsewhere = text_of("in-the-note-to-partners")
    lines = [*own, *hypotheses(view, own=True)]
    blocks: list[Node] = [
        Group((heading, rules_table(limits.holder_rules(view)), Paragraph(elsewhere, "note"))),
        *([sources_table("hypotheses", hypothesis_heads(), lines)] if lines else []),
        words(view, limits.warnings(view, own=True)),
    ]
    return Section((*blocks, limits.provenance(view)))


def hypothesis_heads() -> list[str]:
    """Return the titles of a table of hypotheses."""
    return [_("Hypothesis"), _("Value"), _("Source"), _("Date"), _("Confidence")]


def _rules_and_place(view: View) -> list[Node]:
    """Return the rules, then the map and the texts behind them; a few rules stand beside the map."""
    title, rules = Heading(limits.limits_heading(view)), rules_table(limits.rules(view))
    texts = Group(tuple(Paragraph(text, "note") for text in limits.rule_texts(view)))
    if not selection.has_map(view):
        return [Group((title, rules), name="rules"), texts]
    classes = limits.density_classes(view)
    place = Group((figure_of(view, "map"), *([Paragraph(classes, "note")] if classes else [])))
    if len(rules.rows) <= FEW_RULES:
        return [Group((title, Group((place, rules), 2, "pair"), texts), name="rules")]
    return [Group((title, rules), name="rules"), Group((place, texts), 2, "pair")]


def rules_table(rules: Sequence[RuleRow]) -> TextTable:
    """Return the rules, a row each: title, below it who is the cause and what to do; then its state."""
    notes = ["\n".join(filter(None, [rule.cause, rule.remedy])) for rule in rules]
    titles = [TextCell(rule.title, note=note) for rule, note in zip(rules, notes, strict=True)]
    states = [TextCell(rule.state, tone=rule.tone) for rule in rules]
    return table_by_column(
        "rules", (first_column(_("Rule")), titles), (TextColumn(_("State"), 25, "left"), states)
    )


def sources_table(name: str, heads: Sequence[str], lines: Sequence[SourceLine]) -> TextTable:
    """Return a table of sources; columns that no row fills are left out."""
    rows = [(line.what, line.value, line.source, line.day, line.confidence) for line in lines]
    long = [any(len(row[n]) > most for row in rows) for n, most in enumerate((LONG_NAME, LONG_VALUE))]
    columns = (
        TextColumn(heads[0], 42 if long[0] else "auto", "left"),
        TextColumn(heads[1], 32 if long[1] else "auto"),
        first_column(heads[2]),
        TextColumn(heads[3], align="left"),
        TextColumn(heads[4], align="left"),
    )
    looks: tuple[CellLook, ...] = ("plain", "strong", "plain", "small", "small")
    texts = zip(columns, looks, zip(*rows, strict=True), strict=False)  # no line, no column
    shown = [(head, [TextCell(text, look) for text in own]) for head, look, own in texts if any(own)]
    return table_by_column(name, *shown)


def words(view: View, warnings: Sequence[str], *also: Node) -> Group:
    """Limits and warnings, next to `also` and the glossary."""
    left = [listed(_("What this study does not say"), limits.silent(view))]
    left += [listed(_("To read with care"), warnings)] if warnings else []
    right = (*also, titled(_("Words explained"), limits.glossary(view)))
    calendar = limits.calendar(view)
    steps = [titled(_("Calendar"), calendar, name="calendar")] if calendar.items else []
    return Group((Group(tuple(left)), Group(right), *steps), name="words")


def _annex(view: View) -> list[Node]:
    warnings = limits.money_warnings(view)
    plants, *others = [titled(table.title, replace(table, title="")) for table in sources(view)]
    nodes: list[Node] = [Group((Heading(_("Annex: figures and sources")), plants))]
    if tells_all_years(view):
        nodes.append(titled(_("Year by year"), figure_of(view, "years")))
    nodes += others
    if warnings:
        nodes.append(titled(_("To read with care"), Bullets(tuple(warnings)), name="warnings"))
    return nodes


def sources(view: View) -> list[TextTable]:
    """Return the plants, where each euro goes, what is published, what is taken by default."""
    heads = [_("Subject"), _("Value"), _("Source"), _("In force from"), _("Confidence")]
    closure, published, taken = closure_table(view), rates(view), assumed(view)
    tables = [replace(plant_table(view), title=_("Plants"))]
    if closure is not None:
        note = " ".join(filter(None, [closure.note, leaving_note(view)]))
        tables.append(replace(closure, title=_("Where each euro goes"), note=note))
    if published:
        rows, title = sources_table("rates", heads, published), _("Regulated and published figures")
        tables.append(replace(rows, title=title, note=quoted()))
    if taken:
        rows = sources_table("assumed", hypothesis_heads(), taken)
        tables.append(replace(rows, title=_("Taken by default, to confirm")))
    return tables
