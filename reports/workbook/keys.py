"""The sheet of the keys: the same exchange under each of them, totals first, then row by row."""

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _

from reports.data import columns
from reports.data.rows import KeyResultRow
from reports.data.shown_rows import shown_key
from reports.format.labels import key_sentence
from reports.view.view import View
from reports.workbook.cells import (
    Cell,
    CellKind,
    Role,
    Row,
    Sheet,
    at,
    heads,
    number,
    sum_of,
    table_sheet,
    text,
    titled,
    total_of,
)
from reports.workbook.participants import energy_unit, saving_formula
from reports.workbook.table import FIRST_WIDTH, SheetTable

WIDTH = 18


def keys_sheet(view: View) -> Sheet:
    """Return totals, kWh and savings of every key side by side; savings follow the yellow local price."""
    top = titled(_("Keys"), _("The same consumption and production, shared by each key."))
    # Title, heads and total of a block, with the blank row before it: 4 rows more than its participants.
    block = len(view.groups) + 4
    energy_first = len(top) + 2 + len(view.keys) + 3
    savings_first = energy_first + block
    totals = _totals(view, top, savings_first + len(view.groups))
    rows: tuple[Row, ...] = (totals.heads(), *totals.body(), (), *_energy(view, energy_first))
    if view.has_savings:
        rows = (*rows, (), *_savings(view, energy_first, savings_first))
    rows = (*rows, *_sentences(view))
    widths = (FIRST_WIDTH, *(WIDTH,) * max(5, len(totals.columns) - 1, len(view.keys)))
    # Blocks one below the other: the heads of none stay in sight.
    return replace(table_sheet(_("Keys"), top, rows, widths), freeze=(0, 1))


def _totals(view: View, top: Sequence[Row], savings_total: int) -> SheetTable[KeyResultRow]:
    place = {key.name: column for column, key in enumerate(view.keys, start=1)}
    return SheetTable.of(
        view,
        columns.KEYS,
        [shown_key(key, key.marked) for key in view.keys],
        top,
        live={"saving_eur_ht": lambda row, _place: f"={at(savings_total, place[row.name])}"},
    )


def _sentences(view: View) -> tuple[Row, ...]:
    lines = [f"{key.title}{_(': ')}{key_sentence(key.name)}" for key in view.keys if key_sentence(key.name)]
    return (
        (),
        (text(_("How each key shares"), Role.SECTION),),
        *((text(line, Role.NOTE),) for line in lines),
    )


def _energy(view: View, first: int) -> tuple[Row, ...]:
    body = [
        (
            text(view.groups[row].name),
            *(number(float(key.received_kwh[row]), CellKind.KWH) for key in view.keys),
        )
        for row in view.order
    ]
    total = [
        number(key.shared_kwh, CellKind.KWH, Role.TOTAL, sum_of(first, first + len(body) - 1, column))
        for column, key in enumerate(view.keys, start=1)
    ]
    return _block(view, _("Shared energy by key ({unit})").format(unit=energy_unit(view)), body, total)


def _savings(view: View, energy_first: int, first: int) -> tuple[Row, ...]:
    body = []
    for place, row in enumerate(view.order):
        cells = [
            _saving(view, float(key.saving_eur_ht[row]), at(energy_first + place, column))
            for column, key in enumerate(view.keys, start=1)
        ]
        body.append((text(view.groups[row].name), *cells))
    total = [
        total_of([float(v) for v in key.saving_eur_ht], key.total_saving_eur_ht, CellKind.EUR, first, column)
        for column, key in enumerate(view.keys, start=1)
    ]
    title = _("Saving by key ({unit} without tax)").format(unit=view.eur_unit)
    return _block(view, title, body, total)


def _block(view: View, title: str, body: Sequence[Row], total: Sequence[Cell]) -> tuple[Row, ...]:
    return (
        (text(title, Role.SECTION),),
        heads([_("Participant"), *(key.marked for key in view.keys)]),
        *body,
        (text(_("Together"), Role.TOTAL), *total),
    )


def _saving(view: View, saving_eur: float, shared: str) -> Cell:
    return number(saving_eur, CellKind.EUR, formula=saving_formula(view, saving_eur, shared))
