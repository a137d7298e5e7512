"""What is unlikely: one value with its place and what was likely meant; the rules of the table.

A rule is a line of `scenarios/data/plausibility.csv`: what it compares, where it usually lies, who says so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import inf
from pathlib import Path
from typing import Protocol, Self

from pydantic import BaseModel

from acc.arrays import CellValue
from acc.problem import Problem
from acc.scenario import Accepted
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import rows_of
from scenarios.entry.columns.messages import about, where
from scenarios.entry.columns.row_models import (
    ChangeRow,
    ParticipantRow,
    PartyRow,
    PersonRow,
    PlantRow,
    QuoteRow,
)

ReadLines = Mapping[str, Sequence[tuple[Row, ParticipantRow | PlantRow]]]
"""The lines of each table, by its name."""


class FolderPlaces(Protocol):
    """A folder as it was read, as far as a rule asks where things stand."""

    @property
    def tables(self) -> Mapping[str, Sequence[Row]]:
        """The rows of every table, by file."""

    def table(self, file: str) -> str:
        """Name of a table for messages."""

    @property
    def sections(self) -> Mapping[str, CellValue]:
        """The settings, as they are written."""

    def place(self, section: str, key: str = "", rank: int = 0) -> str:
        """Place of a setting, or of a key of one of several sections of a name."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to type instead of an unlikely value: by column of its row, a figure or a word.

    Attributes:
        words: the sentence that proposes it, empty where the message does.
    """

    cells: Mapping[str, float | str]
    words: str = ""


@dataclass(frozen=True, slots=True)
class ImplausibleValue:
    """One unlikely value: its path (`plants.toit.kwp`), its place in the files, what it is, what to say.

    Attributes:
        remedies: what may have been meant; several are a question, one is proposed.
        table, row: of a cell, where it is typed.
    """

    path: str
    place: str
    value: object
    message: str
    remedies: tuple[Remedy, ...] = ()
    about: str = ""
    where: str = ""
    table: str = ""
    row: Row | None = field(default=None, repr=False)

    @property
    def rule(self) -> str:
        """The rule that says so, empty where the value alone does."""
        return self.path.partition("#")[2]

    @property
    def column(self) -> str:
        """The column of a cell, the key of a setting."""
        return self.path.partition("#")[0].rpartition(".")[2]

    @property
    def text(self) -> str:
        """What is odd, and what may have been meant."""
        words = list(filter(None, dict.fromkeys(remedy.words for remedy in self.remedies)))
        return " ".join([self.message, *words])

    @property
    def sentence(self) -> str:
        """The oddity as a warning."""
        return Problem(self.place, self.text, self.about, self.where).text

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
    """An unlikely cell of a row: its column, its value, what to say, what may have been meant."""

    column: str
    value: object
    message: str
    remedies: tuple[Remedy, ...] = ()


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
        cell.remedies,
        about(file, row, cell.column),
        where(file, row, cell.column),
        table,
        row,
    )


TABLE = Path(__file__).parents[2] / "data" / "plausibility.csv"


@dataclass(frozen=True, slots=True)
class PlausibilityRule:
    """One line of the table.

    Attributes:
        needs: `rows` for what the tables say, `curves` for what is known once curves are read, both judged
            by a function of this name; `settings` likewise; `ratio`, `day`, `same`...: see `of_pairs`.
        table, cell, over: of those, which cell is judged, and beside which; `of` one kind of change alone.
        compares: what is compared, in French: the docs print it.
        low, high: where it usually lies; infinite where there is no bound.
        confidence: H, M or L.
    """

    id: str
    needs: str
    compares: str
    low: float
    high: float
    unit: str
    source: str
    confidence: str
    table: str
    cell: str
    over: str
    of: str

    def is_usual(self, value: float) -> bool:
        """Return whether a figure lies where it usually does."""
        return self.low <= value <= self.high


@cache
def rules() -> Mapping[str, PlausibilityRule]:
    """Return the rules by id, the one that explains the others first.

    >>> rules()["plant_yield"].is_usual(1150.0), rules()["host_power"].low
    (True, -inf)
    """
    return {row["id"]: _rule(row) for row in rows_of(TABLE)}


def _rule(row: Mapping[str, str]) -> PlausibilityRule:
    texts = {name: text for name, text in row.items() if name not in {"low", "high"}}
    return PlausibilityRule(
        **texts,
        low=float(row["low"]) if row["low"] else -inf,
        high=float(row["high"]) if row["high"] else inf,
    )


@dataclass(frozen=True, slots=True)
class FolderToCheck:
    """What takes part in an operation, as rules read it: rows beside their places, a section of settings."""

    places: FolderPlaces
    participants: Sequence[tuple[Row, ParticipantRow]]
    plants: Sequence[tuple[Row, PlantRow]]
    section: BaseModel | None

    @classmethod
    def of(
        cls,
        places: FolderPlaces,
        participants: Sequence[tuple[Row, ParticipantRow]],
        plants: Sequence[tuple[Row, PlantRow]],
        section: BaseModel | None,
    ) -> Self:
        """Return the folder without the lines that are left out of it."""
        sites = [(row, site) for row, site in participants if site.active]
        return cls(places, sites, [(row, plant) for row, plant in plants if plant.active], section)

    @property
    def hosted(self) -> Iterator[tuple[Row, PlantRow, ParticipantRow]]:
        """The plants that stand behind the meter of a site, with that site."""
        by_id = {site.id: site for _row, site in reversed(self.participants)}
        return ((row, p, by_id[p.behind]) for row, p in self.plants if p.behind and p.behind in by_id)

    @property
    def sites(self) -> Iterator[tuple[str, Row, ParticipantRow | PlantRow]]:
        """The rows of both tables, with the name of their table."""
        yield from (("participants", row, site) for row, site in self.participants)
        yield from (("plants", row, plant) for row, plant in self.plants)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a rule found: of which row, in which column, what to say; `brief` says it under another doubt."""

    table: str
    row: Row
    site: ParticipantRow | PlantRow | PersonRow | PartyRow | ChangeRow | QuoteRow
    column: str
    message: str
    brief: str = ""
    remedies: tuple[Remedy, ...] = ()

    def as_problem(self, rule: str, others: str = "") -> ImplausibleValue:
        """Return it as the folder tells it, with what else it explains."""
        # An address is in no list of what was accepted: documents print it.
        value = "" if self.column == "address" else self.row.cells.get(self.column, "")
        message = f"{self.message}. {others}" if others else self.message
        cell = ImplausibleCell(self.column, value, message, self.remedies)
        return in_cell(self.table, self.row, self.site.id, cell, rule)
