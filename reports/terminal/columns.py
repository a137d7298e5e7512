"""A table of columns on a screen: energies in MWh, amounts to the euro, what does not fit left out."""

from collections.abc import Callable, Collection, Mapping, Sequence
from gettext import gettext as _
from math import isfinite
from types import MappingProxyType
from typing import TypeVar

from rich.table import Table as Screen

from reports.data.table import Column, Medium, Need, Table, Unit
from reports.format.money import euros
from reports.format.numbers import MISSING, fr, percent
from reports.terminal.console import table_of

RowT = TypeVar("RowT")

BAR_WIDTH, BAR_FROM = 16, 96
"""Of a bar, and of a terminal that holds one; below, numbers come first."""

GAP_WIDTH = 3
"""What rich puts between two columns of `table_of`."""

LEFT = frozenset({Unit.TEXT, Unit.BAR})


def screen_unit(unit: Unit) -> str:
    """Return how a unit is called on a screen; empty for what has none."""
    return {Unit.KWH: "MWh", Unit.KWP: _("kWp"), Unit.KWH_PER_KWP: _("kWh/kWp"), Unit.EUR: "€"}.get(unit, "")


def screen_text(unit: Unit, value: object, decimals: int | None = None) -> str:
    """Return a value as a screen shows it; a dash for what is not known."""
    if value is None:
        return MISSING
    if not isinstance(value, int | float):
        return str(value)
    return _WRITERS.get(unit, fr)(value, _DECIMALS.get(unit, 0) if decimals is None else decimals)


def screen_columns(
    table: Table[RowT], rows: Sequence[RowT], have: Collection[Need], width: int
) -> list[Column[RowT]]:
    """Return the columns that `width` characters hold, of a result that has `have`; the most useful stay."""
    found = [c for c in table.shown(Medium.SCREEN, have) if c.unit is not Unit.BAR or width >= BAR_FROM]
    rooms = {column.name: _room(table, column, rows) for column in found}
    for least in range(1, 9):
        if sum(rooms[column.name] + GAP_WIDTH for column in found) <= width:
            break
        found = [column for column in found if column.keep > least]
    return found


def screen_table(
    table: Table[RowT], columns: Sequence[Column[RowT]], rows: Sequence[RowT], bold: Collection[int] = ()
) -> Screen:
    """Return rows under the heads of columns; those of `bold` stand out."""
    made = table_of(*((head(column), "left" if column.unit in LEFT else "right") for column in columns))
    for place, row in enumerate(rows):
        style = "bold" if place in bold else ""
        made.add_row(*(_text(table, column, row) for column in columns), style=style)
    return made


def head(column: Column[RowT]) -> str:
    """Return the head of a column, with the unit of screens."""
    return column.head(screen_unit(column.unit), short=True)


def _text(table: Table[RowT], column: Column[RowT], row: RowT) -> str:
    return screen_text(column.unit, table.value(column, row), column.decimals)


def _room(table: Table[RowT], column: Column[RowT], rows: Sequence[RowT]) -> int:
    """Return the room that a column needs; a text may fold."""
    natural = max([len(head(column)), *(len(_text(table, column, row)) for row in rows)])
    return min(natural, 22) if column.unit in LEFT else max(8, natural)


def _bar(share: float) -> str:
    filled = round(min(1.0, share) * BAR_WIDTH) if isfinite(share) else 0
    return "█" * filled + "░" * (BAR_WIDTH - filled)


_WRITERS: Mapping[Unit, Callable[[float, int], str]] = MappingProxyType(
    {
        Unit.KWH: lambda value, decimals: fr(value / 1000.0, decimals),
        Unit.RATIO: percent,
        Unit.BAR: lambda value, _decimals: _bar(value),
        Unit.EUR: lambda value, _decimals: euros(value),
    }
)
_DECIMALS: Mapping[Unit, int] = MappingProxyType({Unit.KWH: 1})
