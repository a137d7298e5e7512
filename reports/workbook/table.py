"""A table of columns on a sheet: heads, rows, total, widths and live formulas, all from one line a column."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from math import isfinite
from types import MappingProxyType
from typing import Generic, TypeAlias, TypeVar

from reports.data.shown_rows import shown_needs, shown_unit
from reports.data.table import Column, Medium, Ratio, Table, Total, Unit, as_number
from reports.view.view import View
from reports.workbook.cells import (
    SAME_TOTAL,
    Cell,
    CellKind,
    Role,
    Row,
    Sheet,
    at,
    body_row,
    heads,
    number,
    sum_of,
    table_sheet,
    text,
)

RowT = TypeVar("RowT")

FIRST_WIDTH = 36
"""Of the column of names, in characters."""

WIDTHS: Mapping[Unit, int] = MappingProxyType({Unit.TEXT: 18, Unit.KWP: 12})
"""Of the units that do not have the width of their sheet."""

KINDS: Mapping[Unit, CellKind] = MappingProxyType(
    {
        Unit.KWH: CellKind.KWH,
        Unit.KWP: CellKind.EXACT,
        Unit.KWH_PER_KWP: CellKind.KWH,
        Unit.RATIO: CellKind.PERCENT,
        Unit.EUR: CellKind.EUR,
        Unit.EUR_PER_MWH: CellKind.PRICE,
        Unit.COUNT: CellKind.COUNT,
        Unit.NUMBER: CellKind.EXACT,
    }
)

Address: TypeAlias = Callable[[str], str]
"""Where a column stands in the row of a formula, by its name: "E7"."""

Live: TypeAlias = Mapping[str, Callable[[RowT, Address], str]]
"""Formulas of a sheet's own, by the name of their column; empty where a value is not live."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTable(Generic[RowT]):
    """A table of a sheet, from its heads to its total.

    Attributes:
        columns: those shown, in their order on the sheet.
        top: what stands above it.
        live: formulas of the rows; ratios have theirs already.
        totals: values of totals that the rows do not sum to, by the name of their column.
    """

    view: View
    table: Table[RowT]
    columns: Sequence[Column[RowT]]
    rows: Sequence[RowT]
    top: Sequence[Row]
    live: Live[RowT]
    totals: Mapping[str, float]

    @classmethod
    def of(
        cls,
        view: View,
        table: Table[RowT],
        rows: Sequence[RowT],
        top: Sequence[Row],
        live: Live[RowT] = MappingProxyType({}),
        totals: Mapping[str, float] = MappingProxyType({}),
    ) -> "SheetTable[RowT]":
        """Return the table of all columns that a sheet shows of a view."""
        shown = table.shown(Medium.SHEET, shown_needs(view))
        return cls(view=view, table=table, columns=shown, rows=rows, top=top, live=live, totals=totals)

    @property
    def first(self) -> int:
        """Row of the sheet where the body begins, counted from 0."""
        return body_row(self.top)

    @property
    def last(self) -> int:
        """Last row of the body; the total is under it."""
        return self.first + len(self.rows) - 1

    def place(self, name: str) -> int:
        """Index of a column, from 0."""
        return [column.name for column in self.columns].index(name)

    def total_places(self, names: Mapping[str, str]) -> dict[str, tuple[int, int]]:
        """Return the place of totals to name, from the names of their cells and of their columns."""
        shown = {column.name for column in self.columns}
        return {
            cell: (self.last + 1, self.place(column)) for cell, column in names.items() if column in shown
        }

    def widths(self, width: int) -> tuple[int, ...]:
        """Return the widths of the columns; `width` is that of most."""
        return (FIRST_WIDTH, *(WIDTHS.get(column.unit, width) for column in self.columns[1:]))

    def heads(self) -> Row:
        """Return the heads, with the units of the period."""
        words = [column.head(shown_unit(self.view, column.unit)) for column in self.columns]
        return heads(words, left=[n for n, column in enumerate(self.columns) if column.unit is Unit.TEXT])

    def body(self) -> tuple[Row, ...]:
        """Return the rows under the heads, values with the formula of each live column."""
        return tuple(self._row(row, self.first + place) for place, row in enumerate(self.rows))

    def total(self) -> Row:
        """Return the row of totals, live where its known rows sum to it."""
        return (text(_("Together"), Role.TOTAL), *(self._total(column) for column in self.columns[1:]))

    def sheet(self, title: str, width: int, names: Mapping[str, str] = MappingProxyType({})) -> Sheet:
        """Return the sheet of heads, rows and total; see `widths` and `total_places`."""
        rows = (self.heads(), *self.body(), self.total())
        return table_sheet(title, self.top, rows, self.widths(width), names=self.total_places(names))

    def _row(self, row: RowT, at_row: int) -> Row:
        return tuple(self._cell(column, row, at_row) for column in self.columns)

    def _cell(self, column: Column[RowT], row: RowT, at_row: int) -> Cell:
        value = self.table.value(column, row)
        if column.unit is Unit.TEXT:
            return text("" if value is None else str(value))
        formula = self._ratio(column, at_row)
        if column.name in self.live:
            formula = self.live[column.name](row, lambda name: at(at_row, self.place(name)))
        return number(as_number(value), KINDS[column.unit], formula=formula)

    def _total(self, column: Column[RowT]) -> Cell:
        summed = self.table.total(column, self.rows)
        value = self.totals.get(column.name, summed)
        if column.total is Total.NONE and column.name not in self.totals:
            return text("", Role.TOTAL)
        formula = self._ratio(column, self.last + 1)
        if column.total is Total.SUM and _same(summed, value):
            formula = sum_of(self.first, self.last, self.place(column.name))
        return number(value, KINDS[column.unit], Role.TOTAL, formula)

    def _ratio(self, column: Column[RowT], at_row: int) -> str:
        """Return the formula of a ratio whose two columns are on the sheet; empty for others."""
        shown = {sheet_column.name for sheet_column in self.columns}
        if not isinstance(column.value, Ratio) or not shown.issuperset(column.value):
            return ""
        part, base = (at(at_row, self.place(name)) for name in column.value)
        return f"={part}/{base}"


def _same(summed: float, total: float) -> bool:
    return isfinite(total) and abs(summed - total) <= SAME_TOTAL * max(1.0, abs(total))
