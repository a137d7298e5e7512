"""What a table of columns is: one line a column, read by every medium that shows it."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from gettext import gettext as _
from math import isfinite
from typing import Generic, NamedTuple, TypeVar

from acc.indicators import ratio

RowT = TypeVar("RowT")
"""What a row of a table is made from: a plant, a participant, a key, with its energies and euros."""


class Unit(Enum):
    """What a value is: each medium says once how it writes a unit, how wide, and under which heading."""

    TEXT = auto()
    KWH = auto()
    KWP = auto()
    KWH_PER_KWP = auto()
    RATIO = auto()
    """From 0 to 1, read as a percentage."""
    EUR = auto()
    EUR_PER_MWH = auto()
    COUNT = auto()
    NUMBER = auto()
    """Without unit."""


class Total(Enum):
    """How the value under a column is made."""

    NONE = auto()
    SUM = auto()
    RATIO = auto()
    """The ratio of the two totals, never the mean of the ratios."""


class Medium(Enum):
    """Where a column may stand."""

    DATA = auto()
    """JSON, or CSV for machines: the name, in the order of the table."""
    SHEET = auto()
    SCREEN = auto()
    PAGE = auto()
    """The brief as HTML: the table of participants."""


class Need(Enum):
    """What a column is made from when not every result has it."""

    EUROS = auto()
    RANGES = auto()
    QUALITY = auto()
    OWN_USE = auto()
    """Some plant serves the meter that it stands behind: needs are then those that are left."""


class Ratio(NamedTuple):
    """A value that is one column over another, by their names; live in a workbook."""

    part: str
    total: str


def attribute(source: object, path: str) -> object:
    """Value of `path.of.attributes`; None where one on the way is None."""
    for name in path.split("."):
        source = None if source is None else getattr(source, name)
    return source


@dataclass(frozen=True, slots=True)
class At:
    """A value that is an attribute of a row, by its path; its type is that of the attribute."""

    path: str

    def __call__(self, row: object) -> object:
        """Value of a row."""
        return attribute(row, self.path)


DATA, SHEET, SCREEN, PAGE = (frozenset({medium}) for medium in Medium)
EVERYWHERE = frozenset(Medium)
EVERYTHING = frozenset(Need)


@dataclass(frozen=True, slots=True)
class Column(Generic[RowT]):
    """One column of a table.

    Attributes:
        name: in JSON and CSV; another column and the formulas of the workbook name it by this.
        title: its head, marked for translation; `{unit}` is the unit of the medium. Empty in data alone.
        value: of a row, in `unit`; nan or None where it is not known.
        total: how the total row is made.
        shown: the media that show it.
        short: its head on a screen, where room is short; else `title`.
        before: the column it stands before for people, where data have another order.
        needs: left out where the result has none of this; `or_null`: in data, null rather than left out.
        keep: from 1 to 9, how long it stays when a screen gets narrow.
        decimals: on a screen, where they are not those of the unit.
        formula: how it is computed, in words; marked for translation.
        signed: an amount that may be won or lost: a screen shows its sign.
        left, left_short: its title and its short head where some need is served on site first.
    """

    name: str
    title: str
    unit: Unit
    value: Callable[[RowT], object] | Ratio
    total: Total = Total.NONE
    shown: frozenset[Medium] = EVERYWHERE
    short: str = ""
    before: str = ""
    needs: Need | None = None
    or_null: bool = False
    keep: int = 9
    decimals: int | None = None
    formula: str = ""
    signed: bool = False
    left: str = ""
    left_short: str = ""

    def head(self, unit: str = "", *, short: bool = False) -> str:
        """Return its head in the language in use."""
        words = self.short if short and self.short else self.title
        return _(words).format(unit=unit) if words else ""


@dataclass(frozen=True, slots=True)
class Table(Generic[RowT]):
    """Columns in their order, with the values of rows and of the total under them.

    Attributes:
        row: class of the rows, of a table that a document holds.
    """

    columns: tuple[Column[RowT], ...]
    row: type[RowT] | None = None

    def named(self, name: str) -> Column[RowT]:
        """Return a column by its name.

        Raises:
            StopIteration: no column has this name, which is a fault of the table.
        """
        return next(column for column in self.columns if column.name == name)

    def shown(self, medium: Medium, have: Collection[Need] = EVERYTHING) -> list[Column[RowT]]:
        """Return the columns that a medium shows, in its order, of a result that has `have`."""
        columns = [c for c in self.columns if medium in c.shown and (c.needs is None or c.needs in have)]
        if medium is Medium.DATA:
            return columns
        if Need.OWN_USE in have:
            columns = [replace(c, title=c.left, short=c.left_short) if c.left else c for c in columns]
        for column in [c for c in columns if c.before]:
            places = [other.name for other in columns]
            if column.before in places:
                columns.insert(places.index(column.before), columns.pop(places.index(column.name)))
        return columns

    def value(self, column: Column[RowT], row: RowT) -> object:
        """Return a value of a row; nan for a ratio of nothing."""
        return self.reader(column)(row)

    def reader(self, column: Column[RowT]) -> Callable[[RowT], object]:
        """Build the reader of a column's values, row by row; called once for millions of rows."""
        if not isinstance(column.value, Ratio):
            return column.value
        part, base = (self.reader(self.named(name)) for name in column.value)
        return lambda row: ratio(as_number(part(row)), as_number(base(row)))

    def total(self, column: Column[RowT], rows: Sequence[RowT]) -> float:
        """Return the value under a column, of the rows that are known; nan where it has none."""
        if column.total is Total.NONE:
            return float("nan")
        if isinstance(column.value, Ratio):
            part, base = (self.total(self.named(name), rows) for name in column.value)
            return ratio(part, base)
        values = [as_number(column.value(row)) for row in rows]
        return sum(value for value in values if isfinite(value))

    def record(self, row: RowT, have: Collection[Need] = EVERYTHING) -> dict[str, object]:
        """Return a row as data, by the names of the columns, of a result that has `have`."""
        return self.records([row], have)[0]

    def records(self, rows: Iterable[RowT], have: Collection[Need] = EVERYTHING) -> list[dict[str, object]]:
        """Return rows as data, by the names of the columns, of a result that has `have`."""
        readers = [
            (c.name, self.reader(c) if c.needs is None or c.needs in have else lambda _row: None)
            for c in self.columns
            if Medium.DATA in c.shown and (c.needs is None or c.needs in have or c.or_null)
        ]
        return [{name: read(row) for name, read in readers} for row in rows]


def as_number(value: object) -> float:
    """Return a value as a number; nan where it is not known."""
    return float(value) if isinstance(value, int | float) else float("nan")
