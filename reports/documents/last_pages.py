"""The end of briefs and sheets: rules, hypotheses, limits, words explained; then figures and sources."""

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _

from reports.documents.blocks import listed
from reports.documents.figure_catalogue import figure_of
from reports.nodes.tree import (
    Bullets,
    CellLook,
    Group,
    Heading,
    Node,
    Paragraph,
    Section,
    TextCell,
    TextColumn,
    TextTable,
    titled,
)
from reports.sentences import limits
from reports.sentences.leaving import leaving_note
from reports.sentences.limits import RuleRow
from reports.sentences.sources import (
    SourceLine,
    assumed,
    closure_table,
    hypotheses,
    plant_table,
    quoted,
    rates,
)
from reports.sentences.years import tells_all_years, years_title
from reports.view import selection
from reports.view.view import View

LONG_NAME, LONG_VALUE = 34, 24
"""Letters from which a name, or a value, of a table of sources takes two lines: sources need the room."""


def last_pages(view: View) -> Section:
    """Return rules and limits, then the annex where there is one; the provenance closes the document."""
    annex = _annex(view) if limits.has_annex(view) else []
    others = [] if annex else [*assumed(view), *rates(view)]
    personal = Paragraph(limits.personal_data(view))
    blocks: list[Node] = [
        _place_and_rules(view),
        sources_table("hypotheses", hypothesis_heads(), [*hypotheses(view), *others]),
        *([] if annex else [plant_table(view)]),
        _words(view, limits.warnings(view), titled(_("Personal data"), personal)),
    ]
    return Section((*blocks, *annex, limits.provenance(view)), wish=len(blocks) if annex else None)


def sheet_end(view: View, own: Sequence[SourceLine]) -> Section:
    """Return the rules that the holder of a sheet meets, `own` hypotheses and those of the euros, limits."""
    heading = Heading(limits.limits_heading(view, own=True))
    note = Paragraph(limits.in_the_note(), "note")
    lines = [*own, *hypotheses(view, own=True)]
    blocks: list[Node] = [
        Group((heading, rules_table(limits.holder_rules(view)), note)),
        *([sources_table("hypotheses", hypothesis_heads(), lines)] if lines else []),
        _words(view, limits.warnings(view, own=True)),
    ]
    return Section((*blocks, limits.provenance(view)))


def hypothesis_heads() -> list[str]:
    """Return the titles of a table of hypotheses."""
    return [_("Hypothesis"), _("Value"), _("Source"), _("Date"), _("Confidence")]


def _place_and_rules(view: View) -> Group:
    classes = limits.density_classes(view)
    places: list[Node] = [
        *([figure_of(view, "map")] if selection.has_map(view) else []),
        *([Paragraph(classes, "note")] if classes else []),
    ]
    rules = rules_table(limits.rules(view))
    texts = [Paragraph(text, "note") for text in limits.rule_texts(view)]
    title = Heading(limits.limits_heading(view))
    return Group((title, *places, rules, Group(tuple(texts))), name="place")


def rules_table(rules: Sequence[RuleRow]) -> TextTable:
    """Return the rules, a row each: title, below it who is the cause and what to do; then its state."""
    columns = (TextColumn(_("Rule"), "rest", "left"), TextColumn(_("State"), 25, "left"))
    rows = tuple(
        (
            TextCell(rule.title, note="\n".join(filter(None, [rule.cause, rule.remedy]))),
            TextCell(rule.state, tone=rule.tone),
        )
        for rule in rules
    )
    return TextTable("rules", columns, rows)


def sources_table(name: str, heads: Sequence[str], lines: Sequence[SourceLine]) -> TextTable:
    """Return a table of sources; columns that no row fills are left out."""
    rows = [(line.what, line.value, line.source, line.day, line.confidence) for line in lines]
    long = [any(len(row[n]) > most for row in rows) for n, most in enumerate((LONG_NAME, LONG_VALUE))]
    columns = (
        TextColumn(heads[0], 42 if long[0] else "auto", "left"),
        TextColumn(heads[1], 32 if long[1] else "auto"),
        TextColumn(heads[2], "rest", "left"),
        TextColumn(heads[3], align="left"),
        TextColumn(heads[4], align="left"),
    )
    shown = [place for place in range(len(heads)) if any(row[place] for row in rows)]
    looks: tuple[CellLook, ...] = ("plain", "strong", "plain", "small", "small")
    cells = tuple(tuple(TextCell(row[place], looks[place]) for place in shown) for row in rows)
    return TextTable(name, tuple(columns[place] for place in shown), cells)


def _words(view: View, warnings: Sequence[str], *also: Node) -> Group:
    """Limits and warnings, next to `also` and the glossary."""
    left = [listed(_("What this study does not say"), limits.silent(view))]
    left += [listed(_("To read with care"), warnings)] if warnings else []
    right = (*also, titled(_("Words explained"), limits.glossary(view)))
    calendar = limits.calendar(view)
    steps = [titled(_("Calendar"), calendar, name="calendar")] if calendar.items else []
    return Group((Group(tuple(left)), Group(right), *steps), name="words")


def _annex(view: View) -> list[Node]:
    heads = [_("Subject"), _("Value"), _("Source"), _("In force from"), _("Confidence")]
    closure, taken, warnings = closure_table(view), assumed(view), limits.money_warnings(view)
    plants = titled(_("Plants"), plant_table(view))
    nodes: list[Node] = [Group((Heading(_("Annex: figures and sources")), plants))]
    if tells_all_years(view):
        nodes.append(titled(years_title(), figure_of(view, "years")))
    if closure is not None:
        note = " ".join(filter(None, [closure.note, leaving_note(view)]))
        nodes.append(titled(_("Where each euro goes"), replace(closure, note=note)))
    rows = replace(sources_table("rates", heads, rates(view)), note=quoted())
    nodes.append(Group((Heading(_("Regulated and published figures"), 3), rows), name="rates"))
    if taken:
        rows = sources_table("assumed", hypothesis_heads(), taken)
        nodes.append(Group((Heading(_("Taken by default, to confirm"), 3), rows), name="assumed"))
    if warnings:
        nodes.append(titled(_("To read with care"), Bullets(tuple(warnings)), name="warnings"))
    return nodes
