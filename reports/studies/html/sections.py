"""The brief as a page is read: its sections in their order, and the switch of keys without any script."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _
from math import floor, isfinite
from typing import TypeAlias

import numpy as np

from acc.result.result import KeyOutcome, Result
from acc.scenario import KeyChoice
from acc.units import eur_per_mwh
from reports.data import columns
from reports.data.rows import ParticipantResultRow, shown_needs, shown_participants, shown_unit
from reports.data.table import Column, Medium, Total, Unit, as_number
from reports.documents import blocks, decision
from reports.documents.blocks import hypothesis_heads, sources_table
from reports.documents.figure_catalogue import FIGURES, MONEY_FIGURES, figure_of
from reports.figures.axes import width_mm
from reports.figures.keys import NAME_MM, NOTE_MM, WIDTH_MM
from reports.figures.style import BODY
from reports.format.labels import key_sentence, lowered, scenario_label
from reports.format.money import per_mwh
from reports.format.numbers import fr, percent
from reports.format.wording import sentence, text_of
from reports.html.writer import filled
from reports.nodes.tree import (
    Align,
    Document,
    Group,
    Heading,
    Node,
    Paragraph,
    Section,
    TextCell,
    TextColumn,
    TextTable,
    Tiles,
    present,
    table_of,
    titled,
)
from reports.sentences import gains, limits, overview, recipients
from reports.sentences.decision_tiles import boxes
from reports.sentences.gains import card_total
from reports.sentences.recipients import who_note, who_table
from reports.sentences.sources import hypotheses
from reports.sentences.unlawful import band_paragraph
from reports.sentences.way_out import comparison_only
from reports.study import study_briefs
from reports.view import selection
from reports.view.selection import paid_kwh, why_fixed
from reports.view.view import KeyView, View, view_of

Moves: TypeAlias = Mapping[str, str]
"""What a cell tells the script of the local price: `kwh` that it pays, `eur` that it saves."""

MOST_DRAWN = 4
"""Keys of the dot plot: the marks of more would not be told apart."""

SORT_DECIMALS = {Unit.KWH: 1, Unit.RATIO: 4}
"""Of what a column is sorted by, where they are not two."""

KNOWN = frozenset(
    {
        "name", "consumption_kwh", "received_kwh", "complement_kwh", "autoproduction_ratio", "saving_eur_ht",
        "break_even_eur_per_mwh", "middle_eur_ht",
    }
)  # fmt: skip
"""Columns of `who_table`, which shows those that fit the brief."""

KEYS_ROOM_MM, MARK_MM = WIDTH_MM - NAME_MM - NOTE_MM, 8.5
"""Where the names of the keys stand over the dot plot, and what a name takes beside its letters."""


def views_by_key(view: View) -> list[View]:
    """Return the same document under each key: that of the folder first, then the others."""
    others = [other for name, other in view.result.others.items() if name != view.chosen.name]
    return [view, *(view_of(under_key(view.result, other)) for other in others)]


def under_key(result: Result, other: KeyOutcome) -> Result:
    """Return the result as it would be under another key; what was drawn for the first key is left out."""
    return replace(
        result,
        scenario=replace(result.scenario, key=KeyChoice(name=other.name)),
        allocation=other.allocation,
        energy=other.energy,
        money=other.money,
        others={},
        ranges=None,
        departure=None,
        storage=None,
        shift=None,
    )


def compared(view: View) -> View:
    """Return the view with the key of the folder and those that differ most, as many as a figure can name."""
    drawn, room = [view.chosen], KEYS_ROOM_MM - _name_mm(view.chosen.marked)
    chosen_kwh = view.chosen.received_kwh
    for key in sorted(view.keys[1:], key=lambda key: -np.abs(key.received_kwh - chosen_kwh).sum()):
        width = _name_mm(key.title)
        if len(drawn) < MOST_DRAWN and width <= room:
            drawn.append(key)
            room -= width
    return replace(view, keys=tuple(key for key in view.keys if key in drawn))


def _name_mm(title: str) -> float:
    return width_mm(title, BODY, bold=True) + MARK_MM


def switch(view: View, variants: Sequence[View] = ()) -> str:
    """Return the choice of a key or a variant and what each gives: totals, and the table of participants."""
    views, first = [*views_by_key(view), *variants], len(view.keys)
    keys = [_choice(view, key, place, key.marked) for place, key in enumerate(view.keys)]
    words, named = _("{variant}, key: {key}"), []
    for place, shown in enumerate(variants, start=first):
        title = words.format(variant=_label(shown), key=lowered(shown.chosen.title))
        named.append(_choice(shown, shown.chosen, place, title))
    given = {
        "keys": keys if len(views) > 1 else [],
        "variants": named,
        "price": _price_slider(views),
        "why_fixed": Paragraph(why_fixed(view), "note"),
        "panels": [_panel(shown, place, is_variant=place >= first) for place, shown in enumerate(views)],
    }
    return filled("switch.html", **given)


def _label(view: View) -> str:
    return scenario_label(view.result.scenario) or view.result.scenario.name


def switch_rules(count: int) -> str:
    """Return the style rules that show one panel of `count`; a reader that does not know them shows all."""
    rule = ".switch:has(#key-{n}:checked) .panel:not(#panel-{n}){{display:none}}"
    return "\n".join(rule.format(n=place) for place in range(count))


def _choice(view: View, key: KeyView, place: int, title: str) -> dict[str, object]:
    """A key or a variant that may be chosen, and what it gives together; its panel has the same place."""
    total = card_total(view, view.scale.text(key.shared_kwh), key.total_saving_eur_ht)
    return {"place": place, "title": title, "total": total}


def _panel(view: View, place: int, *, is_variant: bool = False) -> dict[str, object]:
    """What a key or a variant gives: tiles, the table of participants, and what may be done to the table."""
    title = _label(view) if is_variant else view.chosen.title
    caption = _("Participants under the key “{key}”").format(key=view.chosen.title)
    if is_variant:
        caption = _("Participants of the variant “{variant}”").format(variant=title)
    table, sorts, names = _table(view)
    law = band_paragraph(view) if is_variant else ""
    return {
        "place": place,
        "title": title,
        "above": (Paragraph(law, tone="worse"), Paragraph(key_sentence(view.chosen.name))),
        # Why its savings do not follow the local price, shown once that moves.
        "fixed": why_fixed(view) if view.has_savings else "",
        "tiles": Tiles(tuple(boxes(view))),
        "table": replace(table, title=caption, note=who_note(view)),
        "sorts": sorts,
        # Columns that hide once the local price moves.
        "going": {n for n, name in enumerate(names) if n and name != MOVES and name not in STILL},
        "moves": _moves(view, names),
        "price_eur_per_mwh": _price(view),
    }


def _price(view: View) -> str | None:
    """Return the local price of its savings, in EUR/MWh; None where none is decided."""
    price = view.result.scenario.prices.local_eur_per_kwh
    return None if price is None else f"{eur_per_mwh(price):.6g}"


def _table(view: View) -> tuple[TextTable, list[list[str | None]], list[str]]:
    """Return the table of participants, what its cells sort by, its columns: of the brief, then others.

    The brief has the room of a sheet of paper; columns of the table that it leaves out stand at the end here.
    """
    words, rows, participants = who_table(view), shown_participants(view), columns.PARTICIPANTS
    others = [c for c in participants.shown(Medium.PAGE, shown_needs(view)) if c.name not in KNOWN]
    added = [[TextCell(_text(view, c, participants.value(c, row))) for c in others] for row in rows]
    sums = ["" if c.total is Total.NONE else _text(view, c, participants.total(c, rows)) for c in others]
    table = table_of(
        words.name,
        [*words.columns, *(_head(view, c) for c in others)],
        [[*row, *more] for row, more in zip(words.rows, added, strict=True)],
        [*words.total, *map(TextCell, sums)],
    )
    names = [*_names(view), *(c.name for c in others)]
    known = [participants.named(name) if name else None for name in _names(view)]
    sorts = [[_sort_key(c, row) for c in (*known, *others)] for row in rows]
    return table, sorts, names


MOVES = "saving_eur_ht"
STILL = frozenset({"name", "consumption_kwh", "received_kwh", "autoproduction_ratio", ""})
"""The column that follows the local price, and those that it does not touch; others hide once it moves."""


def _moves(view: View, names: Sequence[str]) -> list[dict[int, Moves]]:
    """Return the kWh that each saving pays at the local price, by row, then in all."""
    saving, place = view.chosen.saving_eur_ht, next((n for n, name in enumerate(names) if name == MOVES), 0)
    kwh_and_eur = [(paid_kwh(view, [row]), float(saving[[row]].sum())) for row in view.order]
    kwh_and_eur.append((paid_kwh(view, view.order), view.chosen.total_saving_eur_ht))
    return [
        {place: {"kwh": f"{kwh:.6f}", "eur": f"{eur:.6f}"}} if place and kwh is not None else {}
        for kwh, eur in kwh_and_eur
    ]


def _names(view: View) -> list[str]:
    """Return the columns of `who_table` by their names; empty for words, which sort as they read."""
    energies = ["", "consumption_kwh", "received_kwh", "autoproduction_ratio"]
    if not view.has_savings:
        return [*energies, "complement_kwh", ""]
    if view.result.ranges is not None:
        return [*energies, "saving_eur_ht", "middle_eur_ht"]
    return [*energies, "break_even_eur_per_mwh", "saving_eur_ht"]


def _head(view: View, column: Column[ParticipantResultRow]) -> TextColumn:
    side: Align = "left" if column.unit is Unit.TEXT else "right"
    unit = view.unit if column.unit is Unit.KWH else shown_unit(view, column.unit)
    return TextColumn(column.head(unit), align=side)


def _text(view: View, column: Column[ParticipantResultRow], value: object) -> str:
    if column.unit is Unit.TEXT:
        return "" if value is None else str(value)
    number = as_number(value)
    if column.unit is Unit.KWH:
        return view.scale.plain(number)
    return percent(number) if column.unit is Unit.RATIO else fr(number)


def _sort_key(column: Column[ParticipantResultRow] | None, row: ParticipantResultRow) -> str | None:
    """Sort key of a cell: a number for machines, empty when unknown, which sorts last."""
    if column is None or column.unit is Unit.TEXT:
        return None
    value = as_number(columns.PARTICIPANTS.value(column, row))
    return f"{value:.{SORT_DECIMALS.get(column.unit, 2)}f}" if isfinite(value) else ""


HIGHEST_EUR_PER_MWH = 300
"""End of the slider; its steps are whole euros from the price of the folder."""


def _price_slider(views: Sequence[View]) -> dict[str, str] | None:
    """Slider of the local price: its ends in EUR/MWh as written, its price in words.

    Savings move along a line, no engine needed. None where nothing can move, which `why_fixed` explains.

    Args:
        views: the folder under its key first, then all that the page shows beside it.
    """
    price = views[0].result.scenario.prices.local_eur_per_kwh
    if price is None or all(why_fixed(shown) for shown in views):
        return None
    value = eur_per_mwh(price)
    start = value - floor(value)
    return {
        "lowest": f"{start:.6g}",
        "highest": f"{start + HIGHEST_EUR_PER_MWH:.6g}",
        "value": f"{value:.6g}",
        "words": per_mwh(price),
    }


def page_document(view: View) -> Document:
    """Return the page: what stands in its header, its figures in large, its sections."""
    answer, *rest = decision.first_page(view)
    return Document(
        look="brief",
        frame=overview.frame(view, _("Collective self-consumption · note to partners")),
        status=decision.page_status(view),
        sections=(
            Section((answer,)),
            Section((Heading(_("The essential")), *rest), name="essential"),
            *([] if view.result.is_lawful else [Section((comparison_only(),))]),
            Section((blocks.finding(view), blocks.commitments(view)), name="flow"),
            Section((Heading(recipients.who_heading(view)), Group((), name="switch")), name="who"),
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


def _keys(view: View) -> tuple[Node, ...]:
    few = compared(view)
    caption = recipients.keys_caption(few, len(selection.key_rows(few)))
    if len(few.keys) < len(view.keys):
        caption = f"{caption} {sentence('keys-drawn', shown=len(few.keys), count=len(view.keys))}"
    drawn = replace(figure_of(few, "keys"), caption=caption)
    return (Heading(recipients.keys_heading(view)), drawn, *present(recipients.example(view)))


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
    rules = blocks.rules_table(limits.rules(view, contracts=True))
    return (
        Heading(limits.limits_heading(view)),
        replace(rules, title=text_of("how-the-operation")),
        *(Paragraph(text, "note") for text in limits.rule_texts(view)),
        *([figure_of(view, "map")] if selection.has_map(view) else []),
        Paragraph(limits.density_classes(view), "note"),
    )


def _sources(view: View) -> tuple[Node, ...]:
    given = sources_table("hypotheses", hypothesis_heads(), hypotheses(view))
    rest_on = replace(given, title=_("What the figures rest on"))
    return (Heading(_("Figures and sources")), rest_on, *blocks.sources(view))


def _limits(view: View) -> tuple[Node, ...]:
    personal = titled(_("Personal data"), Paragraph(limits.personal_data(view)))
    said = blocks.words(view, limits.all_warnings(view), personal)
    return (Heading(_("Limits of the study")), said, limits.provenance(view))
