"""What would cancel it, under the key figures: of each condition the gain, then its worth, and who lose."""

from gettext import gettext as _
from math import nan

from reports.format.labels import lowered
from reports.sentences.answer import cancelling_table
from reports.view.view import View
from reports.workbook.cells import CellKind, Role, Row, number, text


def cancelling_rows(view: View) -> list[Row]:
    """Return a section of the summary; nothing without euros."""
    table = cancelling_table(view.result, view.names, {member.id for member in view.outcomes.members})
    if table is None:
        return []
    rows: list[Row] = [(), (text(table.title, Role.SECTION),)]
    heads = [column.head.split("\n") for column in table.columns]
    for condition, *cells in table.rows:
        for place in range(0, len(cells), 2):
            (what, unit), lose = heads[place + 1], " ".join(heads[place + 2])
            label = f"{condition.text}{_(': ')}{lowered(what)}"
            value = number(_value(cells[place].value), CellKind.EUR)
            rows.append((text(label), value, text(unit), text(f"{lose}{_(': ')}{cells[place + 1].text}")))
    return rows


def _value(given: float | None) -> float:
    return nan if given is None else given
