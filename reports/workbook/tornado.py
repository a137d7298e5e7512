"""The sheet behind the tornado: what each hypothesis does by itself to the producers' present value."""

from collections.abc import Sequence
from gettext import gettext as _

from acc.result.result import Effect
from reports.format.sweep_labels import FACTOR_WORDS
from reports.sentences.tornado import effects, expected, has_tornado, tornado_caption, tried_text
from reports.view.view import View
from reports.workbook.cells import (
    Cell,
    CellKind,
    Role,
    Row,
    Sheet,
    at,
    body_row,
    heads,
    number,
    table_sheet,
    text,
    titled,
)


def alone_sheet(view: View) -> Sheet | None:
    """Return the figures of the tornado; None where no sweep tells them."""
    if not has_tornado(view):
        return None
    top = titled(_("One hypothesis at a time"), tornado_caption(view))
    words = [
        _("Hypothesis"),
        _("Tried"),
        _("NPV, low end €"),
        _("NPV, high end €"),
        _("Change, low end €"),
        _("Change, high end €"),
    ]
    first = body_row(top)
    usual = (
        text(_("all as expected"), Role.TOTAL),
        text("", Role.TOTAL),
        number(expected(view).reference, CellKind.EUR, Role.TOTAL),
    )
    rows = [_row(view, effect, first + 1 + n, first) for n, effect in enumerate(effects(view))]
    lines = (heads(words, left=(0, 1)), usual, *rows)
    return table_sheet(_("One hypothesis at a time"), top, lines, (32, 30, 16, 16, 18, 18))


def _row(view: View, effect: Effect, row: int, usual: int) -> Row:
    """Return what one hypothesis does; a departure has one end."""
    reference = expected(view).reference
    ends = [number(value, CellKind.EUR) for value in effect.found]
    changes = [
        number(value - reference, CellKind.EUR, formula=f"={at(row, 2 + n)}-{at(usual, 2, fixed=True)}")
        for n, value in enumerate(effect.found)
    ]
    name, tried = text(_(FACTOR_WORDS[effect.factor])), text(tried_text(view, effect))
    return name, tried, *_both(ends), *_both(changes)


def _both(cells: Sequence[Cell]) -> tuple[Cell, Cell]:
    return cells[0], cells[1] if len(cells) > 1 else text("")
