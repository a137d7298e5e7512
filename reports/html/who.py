"""The switch of keys: a table of participants for each key, shown one at a time without any script."""

from dataclasses import replace
from gettext import gettext as _
from math import isfinite

import numpy as np

from acc.result.result import KeyOutcome, Result
from acc.scenario import KeyChoice
from acc.units import eur_per_mwh
from reports.figures.axes import width_mm
from reports.figures.keys import NAME_MM, NOTE_MM, WIDTH_MM
from reports.figures.style import BODY
from reports.format.labels import key_sentence
from reports.html.markup import Html, tag
from reports.html.parts import paragraph, table, tiles
from reports.view.view import KeyView, View, view_of
from reports.words.money import band
from reports.words.money_page import card_total, member_ids
from reports.words.page1 import tiles as tile_words
from reports.words.page2_who import who_note, who_table

MOST_DRAWN = 4
"""Keys of the dot plot: the marks of more would not be told apart."""

KEYS_ROOM_MM, MARK_MM = WIDTH_MM - NAME_MM - NOTE_MM, 8.5
"""Where the names of the keys stand over the dot plot, and what a name takes beside its letters."""


def views_by_key(view: View) -> list[View]:
    """Return the same document under each key: the proposed one first, then the others."""
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
    """Return the view with the proposed key and those that differ most, as many as a figure can name."""
    drawn, room = [view.chosen], KEYS_ROOM_MM - _name_mm(_("{key} (proposed)").format(key=view.chosen.title))
    for key in sorted(view.keys[1:], key=lambda key: -_apart(view, key)):
        width = _name_mm(key.title)
        if len(drawn) < MOST_DRAWN and width <= room:
            drawn.append(key)
            room -= width
    return replace(view, keys=tuple(key for key in view.keys if key in drawn))


def _name_mm(title: str) -> float:
    return width_mm(title, BODY, bold=True) + MARK_MM


def _apart(view: View, key: KeyView) -> float:
    return float(np.abs(key.received_kwh - view.chosen.received_kwh).sum())


def switch(view: View) -> Html:
    """Return the choice of a key and what each gives: totals, and the table of participants."""
    views = views_by_key(view)
    panels = [_panel(shown, place) for place, shown in enumerate(views)]
    if len(views) == 1:
        return tag("div", *panels)
    choices = [_choice(view, key, place) for place, key in enumerate(view.keys)]
    legend = tag("legend", _("Key of sharing"))
    return tag("div", tag("fieldset", legend, *choices), *panels, class_="switch")


def switch_rules(count: int) -> str:
    """Return the style rules that show one panel of `count`; a reader that does not know them shows all."""
    rule = ".switch:has(#key-{n}:checked) .panel:not(#panel-{n}){{display:none}}"
    return "\n".join(rule.format(n=place) for place in range(count))


def _choice(view: View, key: KeyView, place: int) -> Html:
    name = f"key-{place}"
    title = _("{key} (proposed)").format(key=key.title) if place == 0 else key.title
    total = card_total(view, view.scale.text(key.shared_kwh), key.total_saving_eur_ht)
    controls = f"panel-{place}"
    chosen = tag("input", type="radio", name="key", id=name, checked=place == 0, aria_controls=controls)
    return tag("label", chosen, tag("span", tag("b", title), tag("small", total)), for_=name)


def _panel(view: View, place: int) -> Html:
    title = view.chosen.title
    caption = _("Participants under the key “{key}”").format(key=title)
    words = who_table(view)
    rows = [_sort_keys(view, row) for row in view.order]
    return tag(
        "section",
        tag("h3", title, id=f"panel-{place}-heading"),
        paragraph(key_sentence(view.chosen.name)),
        tiles(tile_words(view)),
        table(words, caption, rows),
        paragraph(who_note(view), "note"),
        class_="panel",
        id=f"panel-{place}",
        aria_labelledby=f"panel-{place}-heading",
    )


def _sort_keys(view: View, row: int) -> list[str | None]:
    """Return what each column sorts by, in the order of the columns of `who_table`."""
    need, received = float(view.need_kwh[row]), float(view.chosen.received_kwh[row])
    energy = [None, _kwh(need), _kwh(received), _key(float(view.chosen.ratio[row]), 4)]
    if not view.has_savings:
        return [*energy, _kwh(max(need - received, 0.0)), None]
    saving = _key(float(view.chosen.saving_eur_ht[row]), 2)
    if view.result.ranges is not None:
        ids = member_ids(view, row)
        found = band(view, "saving_eur_ht", ids[0]) if len(ids) == 1 else None
        return [*energy, saving, _key(found[1] if found else float("nan"), 2)]
    return [*energy, _break_even(view, row), saving]


def _break_even(view: View, row: int) -> str:
    ids, money = member_ids(view, row), view.result.money
    assert money is not None
    one = next(p for p in money.participants if p.id == ids[0])
    price = None if len(ids) > 1 or one.loses else one.break_even_supply_eur_per_kwh
    return _key(float("nan") if price is None else eur_per_mwh(price), 2)


def _kwh(value: float) -> str:
    return _key(value, 1)


def _key(value: float, decimals: int) -> str:
    """Return a number for machines; empty when it is unknown, which sorts last."""
    return f"{value:.{decimals}f}" if isfinite(value) else ""
