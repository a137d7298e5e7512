"""The brief as a page is read: its sections in their order, longer than paper has room for."""

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _

from reports.documents import blocks
from reports.documents.blocks import hypothesis_heads, sources_table
from reports.documents.figure_catalogue import FIGURES, MONEY_FIGURES, figure_of
from reports.format.numbers import listed
from reports.html.figure_tables import table_of_words
from reports.html.who import compared
from reports.nodes.tree import (
    Bullets,
    Document,
    Group,
    Heading,
    Node,
    Paragraph,
    Section,
    TextTable,
    Tiles,
    titled,
)
from reports.sentences import answer, gains, limits, overview, recipients
from reports.sentences.sources import assumed, closure_table, hypotheses, plant_table, quoted, rates
from reports.study import study_briefs
from reports.view import selection
from reports.view.view import View


def page_document(view: View, refused: Sequence[str]) -> Document:
    """Return the page: what stands in its header, its figures in large, its sections.

    Args:
        refused: names of the variants that may not stand beside the folder.
    """
    return Document(
        look="brief",
        frame=overview.frame(view, _("Collective self-consumption · note to partners")),
        status=answer.status(view),
        sections=(
            _opening(view),
            Section((Tiles(tuple(overview.tiles(view))), Paragraph(answer.sure(view), "sure"))),
            Section((blocks.finding(view),), name="flow"),
            Section(_essential(view), name="essential"),
            Section(_who(view, refused), name="who"),
            Section(_keys(view), name="keys"),
            Section(_when(view), name="when"),
            *_money(view),
            *(brief.section(kept) for brief, kept in study_briefs(view.result)),
            Section(_rules(view), name="rules"),
            Section(_sources(view), name="sources"),
            Section(_limits(view), name="limits"),
        ),
        ran_on=view.ran_on,
    )


def _opening(view: View) -> Section:
    text = answer.answer(view)
    more = overview.lead(view, short=True) if text else ""
    return Section((Paragraph(text or overview.lead(view), "lead"), Paragraph(more, "more")))


def _essential(view: View) -> tuple[Node, ...]:
    return (Heading(_("The essential")), *blocks.essentials(view), answer.decision(view))


def _who(view: View, refused: Sequence[str]) -> tuple[Node, ...]:
    """Return the place of the switch of keys, and who is not in it."""
    left_out = _(
        "Left out, since its difference would tell fewer than ten households, or one or two who did not "
        "agree: {names}."
    )
    refusal = left_out.format(names=listed(refused)) if refused else ""
    return (Heading(recipients.who_heading(view)), Group((), name="switch"), Paragraph(refusal, "note"))


def _keys(view: View) -> tuple[Node, ...]:
    few = compared(view)
    caption = recipients.keys_caption(few, len(selection.key_rows(few)))
    if len(few.keys) < len(view.keys):
        more = _("{shown} of the {count} keys are drawn, of those that differ most; the tables have all.")
        caption = f"{caption} {more.format(shown=len(few.keys), count=len(view.keys))}"
    drawn = replace(figure_of(few, "keys"), caption=caption)
    return (Heading(recipients.keys_heading(view)), drawn, *blocks.example(view))


def _when(view: View) -> tuple[Node, ...]:
    pair = Group((figure_of(view, "months"), figure_of(view, "heat")), 2, "pair")
    return (blocks.when(view), pair, blocks.peaks(view))


def _money(view: View) -> list[Section]:
    drawn = tuple(figure_of(view, name) for name in MONEY_FIGURES if FIGURES[name].exists(view))
    heading = Heading(gains.plan_heading(view))
    also = (figure_of(view, "years"),) if FIGURES["years"].exists(view) else ()
    return [Section((heading, Group(drawn, 2, "pair"), *also), name="money")] if drawn else []


def _rules(view: View) -> tuple[Node, ...]:
    """Return the rules with what to do, contracts too, and the map."""
    rules = [
        (rule.title, rule.state, f"{rule.cause} {rule.remedy}".strip())
        for rule in limits.rules(view, contracts=True)
    ]
    heads = (_("Rule"), _("State"), _("What to do"))
    caption = _("How the operation stands towards each rule, worst first.")
    return (
        Heading(limits.limits_heading(view)),
        table_of_words("rules", heads, rules, caption),
        *(Paragraph(text, "note") for text in limits.rule_texts(view)),
        *([figure_of(view, "map")] if selection.has_map(view) else []),
        Paragraph(limits.density_classes(view), "note"),
    )


def _sources(view: View) -> tuple[Node, ...]:
    heads, closure = hypothesis_heads(), closure_table(view)
    given = (
        ("hypotheses", hypotheses(view), _("What the figures rest on")),
        ("rates", rates(view), _("Regulated and published figures")),
        ("assumed", assumed(view), _("Taken by default, to confirm")),
    )
    first, *more = [
        replace(sources_table(name, heads, lines), title=title) for name, lines, title in given if lines
    ]
    return (
        Heading(_("Figures and sources")),
        first,
        replace(plant_table(view), title=_("Plants")),
        *([] if closure is None else [_euros(closure)]),
        *more,
        *(Paragraph(text, "note") for text in [quoted()] if text),
    )


def _euros(closure: TextTable) -> TextTable:
    return replace(closure, title=_("Where each euro goes"))


def _limits(view: View) -> tuple[Node, ...]:
    warnings, calendar = limits.all_warnings(view), limits.calendar(view)
    return (
        Heading(_("What this study does not say")),
        Bullets(tuple(limits.silent(view))),
        *([blocks.listed(_("To read with care"), warnings)] if warnings else []),
        titled(_("Personal data"), Paragraph(limits.personal_data(view))),
        titled(_("Words explained"), limits.glossary(view)),
        *([titled(_("Calendar"), calendar)] if calendar.items else []),
        limits.provenance(view),
    )
