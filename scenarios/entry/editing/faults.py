"""What is wrong or unlikely in a folder, cell by cell, with what would mend it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from acc.problem import InputError, Problem
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import two_readings
from scenarios.entry.columns.row_models import SECTIONS, OperationSection, ParticipantRow, PlantRow
from scenarios.entry.columns.rows import read_rows
from scenarios.entry.editing.tables import TypedTable, sheets_of
from scenarios.entry.editing.totals import Totals, totals_of
from scenarios.entry.folder.load import problems_of
from scenarios.entry.folder.raw import OPERATION, RawFolder, read_source
from scenarios.entry.folder.sections import read_accepted, read_section
from scenarios.entry.plausibility.cell_rules import oddities
from scenarios.entry.plausibility.rules import ImplausibleValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault of the folder.

    Attributes:
        file, line, column: the cell, empty and 0 where it is of no cell.
        path: of a setting or a cell (`prices.local_eur_per_mwh`), empty where it has none.
        is_odd: unlikely only: it may be kept.
        value: what stands there, of an oddity.
        guess: what to type instead, as a person would; empty where nothing is likely.
    """

    message: str
    place: str = ""
    file: str = ""
    line: int = 0
    column: str = ""
    path: str = ""
    is_odd: bool = False
    value: object = None
    guess: str = ""


@dataclass(frozen=True, slots=True)
class FolderLook:
    """A folder as it stands: its tables, its faults, its settings; `source` None where it cannot be read."""

    sheets: Mapping[str, TypedTable]
    faults: tuple[Fault, ...]
    totals: Totals
    source: RawFolder | None


def look(folder: Path) -> FolderLook:
    """Return the tables of a folder with all that is wrong or unlikely in them; a fault never stops it."""
    try:
        sheets = sheets_of(folder)
    except InputError as fault:
        return FolderLook({}, tuple(_of_no_cell(fault.problems)), totals_of((), ()), None)
    if not sheets and not (folder / OPERATION).exists():
        return FolderLook({}, (), totals_of((), ()), None)
    try:
        source = read_source(folder)
    except InputError as fault:
        return FolderLook(sheets, tuple(_of_no_cell(fault.problems)), totals_of((), ()), None)
    cells = _cells(source)
    faults = [_fault(problem, cells) for problem in problems_of(source)]
    at_fault = {(f.file, f.line, f.column) for f in faults}
    odd = [_odd(oddity, cells) for oddity in _oddities(source)]
    faults += [f for f in odd if not f.file or (f.file, f.line, f.column) not in at_fault]
    return FolderLook(sheets, tuple(faults), totals_of(source.participants, source.plants), source)


def _of_no_cell(problems: Iterable[Problem]) -> list[Fault]:
    return [Fault(message=problem.message, place=problem.path) for problem in problems]


def _cells(source: RawFolder) -> dict[str, tuple[str, Row, str]]:
    """Return, by the place that a fault names, the cell: its table, its row, its column."""
    return {
        row.path(column): (file, row, column)
        for file, rows in source.tables.items()
        for row in rows
        for column in ("", *columns(file), *row.cells)
    }


def _fault(problem: Problem, cells: Mapping[str, tuple[str, Row, str]]) -> Fault:
    cell = cells.get(problem.path)
    if cell is None:
        return Fault(message=problem.message, place=problem.path)
    file, row, column = cell
    return Fault(message=problem.message, place=problem.path, file=file, line=row.line, column=column)


def _oddities(source: RawFolder) -> list[ImplausibleValue]:
    """Implausible values of a folder not accepted yet; unreadable cells are reported as faults."""
    unread: list[Problem] = []
    content = source.sections.get("operation")
    operation = read_section(source, "operation", content, OperationSection, unread)
    if operation is None:
        return []
    sections = {
        name: read_section(source, name, source.sections[name], SECTIONS[name], unread)
        for name in ("prices", "finance")
        if name in source.sections
    }
    members = read_rows(source.participants, ParticipantRow, unread)
    plants = read_rows(source.plants, PlantRow, unread)
    accepted = read_accepted(source, unread) or ()
    implausible_values = oddities(source, operation, sections, members, plants)
    return [oddity for oddity in implausible_values if not oddity.is_accepted(accepted)]


def _odd(oddity: ImplausibleValue, cells: Mapping[str, tuple[str, Row, str]]) -> Fault:
    cell = cells.get(oddity.place)
    guess = "" if oddity.guess is None else _typed(oddity.guess)
    file, line, column = (cell[0], cell[1].line, cell[2]) if cell else ("", 0, "")
    return Fault(
        message=oddity.message,
        place=oddity.place,
        file=file,
        line=line,
        column=column,
        path=oddity.path,
        is_odd=True,
        value=oddity.value,
        guess=guess,
    )


def _typed(guess: float | str) -> str:
    """Return a word, or a number as a table holds it in French; three decimals look like thousands."""
    if isinstance(guess, str):
        return guess
    text = f"{guess:.10g}"
    return (f"{text}0" if two_readings(text) else text).replace(".", ",")
