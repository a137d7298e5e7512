"""The sheet behind the tornado: what each hypothesis does by itself to the producers' present value."""

from collections.abc import Sequence
from gettext import gettext as _

from acc.result.result import Effect
from reports.format.draw_labels import FACTOR_WORDS
from reports.sentences.gains import effects, expected, has_tornado, tornado_caption, tried_text
from reports.view.view import View
from reports.workbook.cells import (
    CellKind,
    Role,
    Sheet,
    SheetColumn,
    Value,
    at,
    body_row,
    column_sheet,
    number,
    text,
    titled,
)


def alone_sheet(view: View) -> Sheet | None:
    """Return the figures of the tornado; None where no sweep tells them."""
    if not has_tornado(view):
        return None
    top = titled(_("One hypothesis at a time"), tornado_caption(view))
    columns = [
        SheetColumn(_("Hypothesis"), 32),
        SheetColumn(_("Tried"), 30),
        SheetColumn(_("NPV, low end €"), 16, CellKind.EUR),
        SheetColumn(_("NPV, high end €"), 16, CellKind.EUR),
        SheetColumn(_("Change, low end €"), 18, CellKind.EUR),
        SheetColumn(_("Change, high end €"), 18, CellKind.EUR),
    ]
    first = body_row(top)
    usual = (
        text(_("all as expected"), Role.TOTAL),
        text("", Role.TOTAL),
        number(expected(view).reference, CellKind.EUR, Role.TOTAL),
    )
    rows = [_row(view, effect, first + 1 + n, first) for n, effect in enumerate(effects(view))]
    return column_sheet(_("One hypothesis at a time"), top, columns, [usual, *rows])


def _row(view: View, effect: Effect, row: int, usual: int) -> Sequence[Value]:
    """Effect of one hypothesis; a departure has one end."""
    reference = expected(view).reference
    changes = [
        number(value - reference, CellKind.EUR, formula=f"={at(row, 2 + n)}-{at(usual, 2, fixed=True)}")
        for n, value in enumerate(effect.found)
    ]
    words = _(FACTOR_WORDS[effect.factor]), tried_text(view, effect)
    return *words, *_both(effect.found), *_both(changes)


def _both(values: Sequence[Value]) -> tuple[Value, Value]:
    return values[0], values[1] if len(values) > 1 else None
