"""Workbook sheets as values: cells, their kind and role, named cells; of Excel, only its formulas."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from gettext import gettext as _
from math import isfinite
from types import MappingProxyType
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from xlsxwriter.utility import xl_rowcol_to_cell

from acc.indicators import ratio
from profiles.files.letters import stripped
from reports.data.rows import shown_needs, shown_unit
from reports.data.table import Column, Medium, Ratio, Table, Total, Unit, as_number
from reports.format.numbers import MISSING
from reports.format.wording import word_tables
from reports.view.view import View

SAME_TOTAL = 1e-9
"""Relative difference of two sums that is rounding."""


class CellKind(StrEnum):
    """What a cell holds: decides its number format and its side."""

    TEXT = "text"
    KWH = "kwh"
    EUR = "eur"
    PRICE = "price"
    """In EUR/MWh, two decimals."""
    PERCENT = "percent"
    COUNT = "count"
    YEARS = "years"
    EXACT = "exact"
    """A published figure, with as many decimals as it has."""


class Role(StrEnum):
    """What a cell is for: decides how it looks."""

    BODY = "body"
    TITLE = "title"
    SECTION = "section"
    HEAD = "head"
    NUMBER_HEAD = "number-head"
    NOTE = "note"
    TOTAL = "total"
    INPUT = "input"
    """Yellow: a person may change it, formulas follow."""
    ALERT = "alert"
    """What no reader may miss: the operation is unlawful."""
    LABEL = "label"
    """The word that stands on every document ("EXAMPLE...")."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; with a formula, `value` is what it gives: readers that compute nothing show it."""

    value: str | float
    kind: CellKind = CellKind.TEXT
    role: Role = Role.BODY
    formula: str = ""


Row: TypeAlias = tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Stacked columns and a line over the same labels; columns and rows count from 0.

    Attributes:
        bars, line: columns whose head is the name of the series, with its colour.
        rows: first and last row of the values.
        at: row and column of its corner.
        size: rows and columns that it covers, of the usual height and width.
    """

    title: str
    alt: str
    unit: str
    labels: int
    bars: tuple[tuple[int, str], ...]
    line: tuple[int, str]
    rows: tuple[int, int]
    at: tuple[int, int]
    size: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet; rows and columns count from 0.

    Attributes:
        widths: of the columns, in characters.
        freeze: rows and columns that stay in sight; the same rows repeat on each printed page.
        names: place of each named cell, by its key in `NAMES`.
        pages_across: how many printed pages its width takes; the first column repeats on each.
    """

    title: str
    rows: tuple[Row, ...]
    widths: tuple[float, ...]
    freeze: tuple[int, int] = (0, 0)
    names: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    chart: Chart | None = None
    landscape: bool = False
    pages_across: int = 1


NAMES: Mapping[str, str] = word_tables()["cells"]
"""Names of cells, as formulas write them; translated, so that a formula reads in the reader's language."""


def named(name: str) -> str:
    """Return the name of a cell in the language in use.

    >>> named("local_price")
    'local_price'
    """
    assert name in NAMES
    return _(name)


def text(words: str, role: Role = Role.BODY) -> Cell:
    """Return a cell of words; what looks like a formula stays words."""
    return Cell(stripped(words), CellKind.TEXT, role)


def number(value: float | None, kind: CellKind, role: Role = Role.BODY, formula: str = "") -> Cell:
    """Return a cell of a number; a dash where there is none, so that nothing unknown is counted as zero."""
    if value is None or not isfinite(value):
        return Cell(MISSING, kind, role)
    return Cell(float(value), kind, role, formula)


def heads(words: Sequence[str], left: Collection[int] = (0,)) -> Row:
    """Return the heads of a table; those of `left` stand over words, the others over numbers."""
    return tuple(text(word, Role.HEAD if n in left else Role.NUMBER_HEAD) for n, word in enumerate(words))


def titled(title: str, *notes: str) -> tuple[Row, ...]:
    """Rows above a table: title and notes."""
    return ((text(title, Role.TITLE),), *((text(note, Role.NOTE),) for note in notes))


def table_sheet(
    title: str,
    top: Sequence[Row],
    rows: Iterable[Row],
    widths: tuple[float, ...],
    *,
    stay: int = 1,
    names: Mapping[str, tuple[int, int]] = MappingProxyType({}),
    chart: Chart | None = None,
) -> Sheet:
    """Return a sheet of one table: what stands above, a blank row, then its heads, that stay in sight.

    Args:
        rows: the heads, then the body, which begins at the row `body_row(top)`.
        stay: columns that stay in sight; names, chart: see `Sheet`.
    """
    return Sheet(
        title=title,
        rows=(*top, (), *rows),
        widths=widths,
        freeze=(body_row(top), stay),
        names=names,
        chart=chart,
        landscape=True,
    )


Value: TypeAlias = Cell | str | float | None
"""What stands in a column: a cell where it is not as the others (a formula, a role), empty where None."""

RowT = TypeVar("RowT")


class SheetColumn(NamedTuple, Generic[RowT]):
    """A column of a sheet: its head, its width in characters, what its cells hold, its value of a row."""

    head: str
    width: float
    kind: CellKind = CellKind.TEXT
    value: Callable[[RowT], Value] = lambda _row: None


def row_values(columns: Sequence[SheetColumn[RowT]], rows: Iterable[RowT]) -> list[list[Value]]:
    """Return the values of rows under their columns."""
    return [[column.value(row) for column in columns] for row in rows]


def column_sheet(
    title: str,
    top: Sequence[Row],
    columns: Sequence[SheetColumn[RowT]],
    rows: Iterable[Sequence[Value]],
    *,
    stay: int = 1,
    names: Mapping[str, tuple[int, int]] = MappingProxyType({}),
) -> Sheet:
    """Return a sheet of one table from its columns and the values of its rows; see `table_sheet`."""
    left = [place for place, column in enumerate(columns) if column.kind is CellKind.TEXT]
    head = heads([column.head for column in columns], left)
    kinds = [column.kind for column in columns]
    body = [tuple(map(cell, row, kinds)) for row in rows]
    return table_sheet(title, top, (head, *body), tuple(c.width for c in columns), stay=stay, names=names)


def cell(value: Value, kind: CellKind) -> Cell:
    """Return a value as a cell of its column."""
    if isinstance(value, Cell):
        return value
    return text(value or "") if isinstance(value, str | None) else number(value, kind)


def body_row(top: Sequence[Row]) -> int:
    """Return the row of `table_sheet` where the body begins, counted from 0."""
    return len(top) + 2


def at(row: int, column: int, *, fixed: bool = False) -> str:
    """Return the address of a cell, counted from 0.

    >>> at(0, 0), at(11, 27), at(2, 1, fixed=True)
    ('A1', 'AB12', '$B$3')
    """
    return str(xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed))


def sum_of(first: int, last: int, column: int) -> str:
    """Return the formula that sums a column from one row to another; none for no row.

    >>> sum_of(4, 9, 2)
    '=SUM(C5:C10)'
    """
    if last < first:
        return ""
    return f"=SUM({at(first, column)}:{at(last, column)})"


def total_of(values: Sequence[float], total: float, kind: CellKind, first: int, column: int) -> Cell:
    """Return the total under a column that starts at row `first`, live where its known rows sum to it.

    They do not where a row of several is unknown as a whole, while the total counts those who are known.
    """
    known = sum(value for value in values if isfinite(value))
    formula = sum_of(first, first + len(values) - 1, column) if _same(known, total) else ""
    return number(total, kind, Role.TOTAL, formula)


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


@dataclass(frozen=True)
class SheetTable(Generic[RowT]):
    """A table of a sheet, from its heads to its total.

    Attributes:
        top: what stands above it.
        live: formulas of the rows; ratios have theirs already.
        totals: values of totals that the rows do not sum to, by the name of their column.
    """

    view: View
    table: Table[RowT]
    rows: Sequence[RowT]
    top: Sequence[Row]
    live: Live[RowT] = field(default_factory=dict)
    totals: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def columns(self) -> Sequence[Column[RowT]]:
        """Those that the sheet shows of the view, in their order on the sheet."""
        return self.table.shown(Medium.SHEET, shown_needs(self.view))

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
        return {cell: (self.last + 1, self.place(own)) for cell, own in names.items() if own in shown}

    def widths(self, width: int) -> tuple[int, ...]:
        """Return the widths of the columns; `width` is that of most."""
        return (FIRST_WIDTH, *(WIDTHS.get(column.unit, width) for column in self.columns[1:]))

    def heads(self) -> Row:
        """Return the heads, with the units of the period."""
        words = [column.head(shown_unit(self.view, column.unit)) for column in self.columns]
        return heads(words, left=[n for n, column in enumerate(self.columns) if column.unit is Unit.TEXT])

    def body(self) -> tuple[Row, ...]:
        """Return the rows under the heads, values with the formula of each live column."""
        return tuple(
            tuple(self._cell(column, row, self.first + place) for column in self.columns)
            for place, row in enumerate(self.rows)
        )

    def total(self) -> Row:
        """Return the row of totals, live where its known rows sum to it."""
        return (text(self.view.together, Role.TOTAL), *(self._total(column) for column in self.columns[1:]))

    def sheet(self, title: str, width: int, names: Mapping[str, str] = MappingProxyType({})) -> Sheet:
        """Return the sheet of heads, rows and total; see `widths` and `total_places`."""
        rows = (self.heads(), *self.body(), self.total())
        return table_sheet(title, self.top, rows, self.widths(width), names=self.total_places(names))

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
        if isinstance(column.value, Ratio) and self.totals.keys() >= {*column.value}:
            value = ratio(*(self.totals[name] for name in column.value))
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
