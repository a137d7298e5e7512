"""A table of columns on a screen: energies in one unit, amounts rounded, what does not fit left out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from math import isfinite
from typing import TypeVar

from rich.table import Table as Screen

from acc.i18n import to_hundreds
from acc.result.result import Result
from acc.time_aggregates import is_year
from reports.data.table import Column, Medium, Need, Table, Total, Unit
from reports.format.money import eur
from reports.format.numbers import MISSING, EnergyScale, fr, percent, scale_of, signed
from reports.terminal.console import table_of

RowT = TypeVar("RowT")

GAP_WIDTH = 3
"""What rich puts between two columns of `table_of`."""

LEFT = frozenset({Unit.TEXT})


@dataclass(frozen=True, slots=True)
class Written:
    """How a screen writes the amounts of one operation.

    Attributes:
        scale: the unit and the decimals of its energies, those of its documents.
        per_year: whether its period is a year.
    """

    scale: EnergyScale
    per_year: bool

    def unit(self, unit: Unit) -> str:
        """Return how a unit is called; empty for what has none."""
        euros = _("€/year") if self.per_year else "€"
        return {
            Unit.KWH: self.scale.name,
            Unit.KWP: _("kWp"),
            Unit.KWH_PER_KWP: _("kWh/kWp"),
            Unit.EUR: euros,
        }.get(unit, "")

    def text(self, column: Column[RowT], value: object) -> str:
        """Return a value of a column; a dash for what is not known."""
        if value is None:
            return MISSING
        if not isinstance(value, int | float):
            return str(value)
        if column.unit is Unit.KWH:
            return self.scale.plain(value)
        if column.unit is Unit.EUR:
            return signed(to_hundreds(value)) if column.signed and isfinite(value) else eur(value)
        decimals = column.decimals or 0
        return percent(value, decimals) if column.unit is Unit.RATIO else fr(value, decimals)

    def head(self, column: Column[RowT]) -> str:
        """Return the head of a column, with its unit."""
        return column.head(self.unit(column.unit), short=True)


def written(result: Result) -> Written:
    """Return how a screen writes the amounts of a result."""
    return Written(scale_of(result.energy), is_year(result.scenario.steps))


def screen_columns(
    table: Table[RowT], rows: Sequence[RowT], have: Collection[Need], width: int, how: Written
) -> list[Column[RowT]]:
    """Return the columns that `width` characters hold, of a result that has `have`; the most useful stay."""
    found = table.shown(Medium.SCREEN, have)
    rooms = {column.name: _room(table, column, rows, how) for column in found}
    for least in range(1, 9):
        if sum(rooms[column.name] + GAP_WIDTH for column in found) <= width:
            break
        found = [column for column in found if column.keep > least]
    return found


def screen_table(
    table: Table[RowT],
    columns: Sequence[Column[RowT]],
    rows: Sequence[RowT],
    how: Written,
    bold: Collection[int] = (),
) -> Screen:
    """Return rows under the heads of columns; those of `bold` stand out."""
    made = table_of(*((how.head(column), "left" if column.unit in LEFT else "right") for column in columns))
    for place, row in enumerate(rows):
        style = "bold" if place in bold else ""
        made.add_row(*(how.text(column, table.value(column, row)) for column in columns), style=style)
    return made


def total_cells(
    table: Table[RowT],
    columns: Sequence[Column[RowT]],
    rows: Sequence[RowT],
    how: Written,
    said: Mapping[str, str],
) -> list[str]:
    """Return the cells of a row of totals: `said` by the name of the column, else the total it has."""

    def cell(column: Column[RowT]) -> str:
        if column.name in said:
            return said[column.name]
        return "" if column.total is Total.NONE else how.text(column, table.total(column, rows))

    return [cell(column) for column in columns]


def _room(table: Table[RowT], column: Column[RowT], rows: Sequence[RowT], how: Written) -> int:
    """Return the room that a column needs; a text may fold."""
    cells = (how.text(column, table.value(column, row)) for row in rows)
    natural = max(map(len, [*how.head(column).split("\n"), *cells]))
    return min(natural, 22) if column.unit in LEFT else max(8, natural)
