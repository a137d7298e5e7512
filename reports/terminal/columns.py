"""A table of columns on a screen: energies in one unit, amounts rounded, what does not fit left out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from math import isfinite, nan
from types import MappingProxyType
from typing import TypeVar

from acc.i18n import to_hundreds
from acc.result.result import Result
from acc.time_aggregates import is_year
from reports.data.table import Column, Medium, Need, Table, Total, Unit, as_number
from reports.format.money import eur
from reports.format.numbers import MISSING, EnergyScale, fr, percent, scale_of, signed
from reports.format.parts import closed_eur, energy_column
from reports.nodes.tree import TextCell, TextColumn, TextTable, table_of

RowT = TypeVar("RowT")


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
        """Name of a unit; empty for none."""
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
    """Style of the amounts of a result on a screen."""
    return Written(scale_of(result.energy), is_year(result.scenario.steps))


def screen_table(
    table: Table[RowT],
    rows: Sequence[RowT],
    how: Written,
    have: Collection[Need] = (),
    *,
    bold: Collection[int] = (),
    heads: Mapping[str, str] = MappingProxyType({}),
) -> TextTable:
    """Return rows under the columns that a result which has `have` can fill; those of `bold` stand out.

    Args:
        heads: of the columns that do not have their own, by name.
    """
    shown = table.shown(Medium.SCREEN, have)
    columns = [
        TextColumn(
            heads.get(column.name, how.head(column)),
            align="left" if column.unit is Unit.TEXT else "right",
            keep=column.keep,
        )
        for column in shown
    ]
    cells = [
        [
            TextCell(how.text(column, table.value(column, row)), "strong" if place in bold else "plain")
            for column in shown
        ]
        for place, row in enumerate(rows)
    ]
    return table_of("screen", columns, cells)


def closed_sums(
    table: Table[RowT],
    printed: Sequence[Sequence[RowT]],
    how: Written,
    have: Collection[Need] = (),
    totals: Mapping[str, float] = MappingProxyType({}),
) -> dict[int, list[str]]:
    """Return the texts of the columns that are summed, by place, so that their rows add up to the last one.

    Args:
        printed: the rows behind each row that is printed, before the one of totals.
        totals: of the columns that do not sum their rows, by name.
    """
    every = [row for rows in printed for row in rows]
    texts = {}
    for place, column in enumerate(table.shown(Medium.SCREEN, have)):
        if column.total is not Total.SUM or column.unit not in {Unit.KWH, Unit.EUR}:
            continue
        parts = [table.total(column, rows) if _are_known(table, column, rows) else nan for rows in printed]
        total = totals.get(column.name, table.total(column, every))
        if column.unit is Unit.KWH:
            texts[place] = energy_column(how.scale, parts, total)
            continue
        amounts, total_eur = closed_eur(parts, total)
        texts[place] = [signed(amount) if column.signed else fr(amount) for amount in (*amounts, total_eur)]
    return texts


def _are_known(table: Table[RowT], column: Column[RowT], rows: Sequence[RowT]) -> bool:
    return all(isfinite(as_number(table.value(column, row))) for row in rows)


def total_cells(
    table: Table[RowT],
    rows: Sequence[RowT],
    how: Written,
    have: Collection[Need],
    texts: Mapping[str, str],
) -> tuple[TextCell, ...]:
    """Return the cells of a row of totals: `texts` by the name of the column, else the total it has."""

    def cell(column: Column[RowT]) -> str:
        if column.name in texts:
            return texts[column.name]
        return "" if column.total is Total.NONE else how.text(column, table.total(column, rows))

    return tuple(TextCell(cell(column)) for column in table.shown(Medium.SCREEN, have))
