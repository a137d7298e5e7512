"""Tables with a row an object: what each column says of it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Generic, NamedTuple, TypeVar

from reports.format.palette import Tone
from reports.nodes.tree import Align, TextCell, TextColumn, TextTable, Width, table_of

RowT = TypeVar("RowT")


class RowColumn(NamedTuple, Generic[RowT]):
    """A column of rows: its head, its text of a row, its side, how long it stays (1 to 9), its width."""

    head: str
    text: Callable[[RowT], str]
    align: Align = "right"
    keep: int = 9
    width: Width = "auto"


def column_table(
    rows: Iterable[RowT],
    *columns: RowColumn[RowT],
    name: str = "screen",
    strong: Callable[[RowT], bool] = lambda _row: False,
    tone: Callable[[RowT], Tone | None] = lambda _row: None,
    title: str = "",
    note: str = "",
) -> TextTable:
    """Return a row an object under its columns; `strong` and `tone` say which rows stand out."""
    cells = []
    for row in rows:
        first, *others = [column.text(row) for column in columns]
        who = TextCell(first, "strong" if strong(row) else "plain", tone=tone(row))
        cells.append([who, *map(TextCell, others)])
    heads = [TextColumn(column.head, column.width, column.align, column.keep) for column in columns]
    return replace(table_of(name, heads, cells), title=title, note=note)
