"""One unlikely value, with its place, what it is and what was likely meant: what every rule returns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from acc.i18n import decimal, grouped
from acc.problem import Problem
from acc.scenario import Accepted
from scenarios.entry.columns.cell_places import about, where
from scenarios.entry.columns.csv_tables import Row


class FolderPlaces(Protocol):
    """A folder as it was read, as far as a rule asks where things stand."""

    @property
    def persons(self) -> Sequence[Row] | None:
        """The rows of the members, None where the folder has no such table."""

    @property
    def quotes(self) -> Sequence[Row]:
        """The rows of the quotes."""

    @property
    def changes(self) -> Sequence[Row]:
        """The rows of the dated changes."""

    def table(self, file: str) -> str:
        """Name of a table for messages."""

    def place(self, section: str, key: str = "") -> str:
        """Place of a setting."""


@dataclass(frozen=True, slots=True)
class ImplausibleValue:
    """One unlikely value: its path (`plants.toit.kwp`), its place in the files, what it is, what to say.

    Attributes:
        guess: what was likely meant, None where nothing is.
    """

    path: str
    place: str
    value: object
    message: str
    guess: float | str | None = None
    about: str = ""
    where: str = ""

    @property
    def sentence(self) -> str:
        """The oddity as a warning."""
        return Problem(self.place, self.message, self.about, self.where).text

    def is_accepted(self, accepted: Iterable[Accepted]) -> bool:
        """Return whether a person has looked at this very value, named by its path or its place."""
        places = {self.path}
        if "#" not in self.path:
            table, _dot, rest = self.path.partition(".")
            name, _dot, column = rest.rpartition(".")
            places |= {self.place, f"{table}.csv, {name}, {column}"}
        return any(a.where in places and _same(a.value, self.value) for a in accepted)


def _same(value: object, other: object) -> bool:
    try:
        return float(str(value).replace(",", ".")) == float(str(other).replace(",", "."))
    except ValueError:
        return str(value).strip() == str(other).strip()


@dataclass(frozen=True, slots=True)
class ImplausibleCell:
    """An unlikely cell of a row: its column, its value, what to say, what was likely meant."""

    column: str
    value: object
    message: str
    guess: float | str | None = None


def in_cell(table: str, row: Row, name: str, cell: ImplausibleCell, rule: str = "") -> ImplausibleValue:
    """Implausible value of a cell of a row.

    Args:
        rule: which of the rules says so, where a cell has several reasons to be unlikely: each is kept alone.
    """
    file = f"{table}.csv"
    return ImplausibleValue(
        f"{table}.{name}.{cell.column}" + (f"#{rule}" if rule else ""),
        row.path(cell.column),
        cell.value,
        cell.message,
        cell.guess,
        about(file, row, cell.column),
        where(file, row, cell.column),
    )


def said(value: float) -> str:
    """Return a figure as a sentence says it: three digits that count at most after the mark."""
    return f"{value:.4g}".replace(".", decimal(0.5, 1)[1]) if abs(value) < 1000.0 else grouped(value)
