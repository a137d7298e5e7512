"""The last parts of the page: rules and map, figures and sources, limits, provenance."""

from collections.abc import Sequence
from gettext import gettext as _

from reports.html.markup import Html, tag
from reports.html.parts import bullets, figure, paragraph, plain_table, section, table
from reports.nodes.tree import Terms
from reports.view.view import View
from reports.words import limits
from reports.words.sources import SourceLine, assumed, closure_table, hypotheses, plant_table, rates


def limits_sections(view: View, figures: dict[str, Html]) -> list[Html]:
    """Return what the figures rest on, what the rules say and what the study does not say."""
    return [
        section("rules", limits.limits_heading(view), *_rules(view, figures)),
        section("sources", _("Figures and sources"), *_sources(view)),
        section("limits", _("What this study does not say"), *_limits(view)),
    ]


def _rules(view: View, figures: dict[str, Html]) -> list[Html]:
    rows = [
        [rule.title, rule.state, f"{rule.cause} {rule.remedy}".strip()]
        for rule in limits.rules(view, whole=True)
    ]
    caption = _("How the operation stands towards each rule, worst first.")
    parts = [plain_table([_("Rule"), _("State"), _("What to do")], rows, caption)]
    parts.append(paragraph(limits.rules_note(view), "note"))
    if "map" in figures:
        parts.append(figure(figures["map"], limits.map_caption(view), below=figures["map-table"]))
    parts.append(paragraph(limits.density_classes(view), "note"))
    return parts


def _sources(view: View) -> list[Html]:
    heads = [_("Hypothesis"), _("Value"), _("Source"), _("Date"), _("Confidence")]
    parts = [
        plain_table(heads, _rows(hypotheses(view)), _("What the figures rest on")),
        table(plant_table(view), _("Plants")),
    ]
    closure = closure_table(view)
    if closure is not None:
        parts += [table(closure, _("Where each euro goes")), paragraph(limits.closure_note(), "note")]
    for rows, caption in (
        (rates(view), _("Regulated and published figures")),
        (assumed(view), _("Taken by default, to confirm")),
    ):
        if rows:
            parts.append(plain_table(heads, _rows(rows), caption))
    return parts


def _rows(rows: Sequence[SourceLine]) -> list[list[str]]:
    return [[row.what, row.value, row.source, row.day, row.confidence] for row in rows]


def _limits(view: View) -> list[Html]:
    parts = [bullets(limits.silent(view))]
    warnings = limits.all_warnings(view)
    if warnings:
        parts += [tag("h3", _("To read with care")), bullets(warnings)]
    parts += [tag("h3", _("Personal data")), paragraph(limits.personal_data())]
    parts += [tag("h3", _("Words explained")), _pairs(limits.glossary(view))]
    calendar = limits.calendar(view)
    if calendar.items:
        parts += [tag("h3", _("Calendar")), _pairs(calendar)]
    made = limits.provenance(view)
    return [*parts, tag("h3", made.title), paragraph(made.text)]


def _pairs(given: Terms) -> Html:
    pairs = [part for word, text in given.items for part in (tag("dt", word), tag("dd", text))]
    return tag("dl", *pairs, class_="words")
