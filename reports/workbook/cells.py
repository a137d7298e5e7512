"""Workbook sheets as values: cells, their kind and role, named cells; of Excel, only its formulas."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from gettext import gettext as _
from math import isfinite
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from acc.i18n import N_
from profiles.files.letters import stripped
from reports.format.numbers import MISSING

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


NAMES: Mapping[str, str] = MappingProxyType(
    {
        "local_price": N_("local_price"),
        "discount_rate": N_("discount_rate"),
        "inflation": N_("inflation"),
        "nominal_rate": N_("nominal_rate"),
        "capex_per_kwp": N_("capex_per_kwp"),
        "total_kwp": N_("total_kwp"),
        "grant": N_("grant"),
        "running_cost": N_("running_cost"),
        "insurance_cost": N_("insurance_cost"),
        "rent_cost": N_("rent_cost"),
        "injection_cost": N_("injection_cost"),
        "ifer_cost": N_("ifer_cost"),
        "connection": N_("connection"),
        "indexation": N_("indexation"),
        "supply_indexation": N_("supply_indexation"),
        "market_indexation": N_("market_indexation"),
        "cost_growth": N_("cost_growth"),
        "inverter_cost": N_("inverter_cost"),
        "inverter_year": N_("inverter_year"),
        "surplus_price": N_("surplus_price"),
        "surplus_indexation": N_("surplus_indexation"),
        "market_price": N_("market_price"),
        "debt_part": N_("debt_part"),
        "debt_rate": N_("debt_rate"),
        "debt_years": N_("debt_years"),
        "tax_rate": N_("tax_rate"),
        "total_need": N_("total_need"),
        "total_shared": N_("total_shared"),
        "total_saving": N_("total_saving"),
        "total_injected": N_("total_injected"),
        "total_own_use": N_("total_own_use"),
        "total_surplus": N_("total_surplus"),
        "project_npv": N_("project_npv"),
        "project_irr": N_("project_irr"),
        "project_payback": N_("project_payback"),
        "project_lcoe": N_("project_lcoe"),
    }
)
"""Names of cells, as formulas write them; translated, so that a formula reads in the reader's language."""


def named(name: str) -> str:
    """Return the name of a cell in the language in use.

    >>> named("local_price")
    'local_price'
    """
    return _(NAMES[name])


def text(words: str, role: Role = Role.BODY) -> Cell:
    """Return a cell of words; what looks like a formula stays words."""
    return Cell(stripped(words), CellKind.TEXT, role)


def number(value: float, kind: CellKind, role: Role = Role.BODY, formula: str = "") -> Cell:
    """Return a cell of a number; a dash where there is none, so that nothing unknown is counted as zero."""
    return Cell(float(value), kind, role, formula) if isfinite(value) else Cell(MISSING, kind, role)


def heads(words: Sequence[str], left: Collection[int] = (0,)) -> Row:
    """Return the heads of a table; those of `left` stand over words, the others over numbers."""
    return tuple(
        text(word, Role.HEAD if column in left else Role.NUMBER_HEAD) for column, word in enumerate(words)
    )


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


class SheetColumn(NamedTuple):
    """A column of a sheet: its head, its width in characters, what its cells hold."""

    head: str
    width: float
    kind: CellKind = CellKind.TEXT


Value: TypeAlias = Cell | str | float | None
"""What stands in a column: a cell where it is not as the others (a formula, a role), empty where None."""


def column_sheet(
    title: str,
    top: Sequence[Row],
    columns: Sequence[SheetColumn],
    rows: Iterable[Sequence[Value]],
    *,
    stay: int = 1,
    names: Mapping[str, tuple[int, int]] = MappingProxyType({}),
) -> Sheet:
    """Return a sheet of one table from its columns and the values of its rows; see `table_sheet`."""
    left = [place for place, column in enumerate(columns) if column.kind is CellKind.TEXT]
    head = heads([column.head for column in columns], left)
    body = [tuple(map(_cell, row, columns)) for row in rows]
    return table_sheet(title, top, (head, *body), tuple(c.width for c in columns), stay=stay, names=names)


def _cell(value: Value, column: SheetColumn) -> Cell:
    if isinstance(value, Cell):
        return value
    return text(value or "") if isinstance(value, str | None) else number(value, column.kind)


def body_row(top: Sequence[Row]) -> int:
    """Return the row of `table_sheet` where the body begins, counted from 0."""
    return len(top) + 2


def at(row: int, column: int, *, fixed: bool = False) -> str:
    """Return the address of a cell, counted from 0.

    >>> at(0, 0), at(11, 27), at(2, 1, fixed=True)
    ('A1', 'AB12', '$B$3')
    """
    letters, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return f"${letters}${row + 1}" if fixed else f"{letters}{row + 1}"


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
    live = isfinite(total) and abs(known - total) <= SAME_TOTAL * max(1.0, abs(total))
    return number(total, kind, Role.TOTAL, sum_of(first, first + len(values) - 1, column) if live else "")
