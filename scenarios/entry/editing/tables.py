"""The tables of a folder as they are written, text files or workbook: what a person sees and types over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from acc.problem import InputError, Problem
from scenarios.entry.columns.csv_tables import Row, read_table
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import TABLES, header_of
from scenarios.entry.folder.xlsx_tables import WORKBOOK, read_workbook


@dataclass(frozen=True, slots=True)
class TypedLine:
    """One line: its number, its cells by column id, as typed."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TypedTable:
    """One table: its file, what heads each column that it has, its lines; `book` names the workbook."""

    file: str
    heads: Mapping[str, str]
    lines: tuple[TypedLine, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Ids of every column that may be filled in, those of the file first where the file knows more."""
        known = columns(self.file)
        return (*known, *(name for name in self.heads if name not in known))

    def title(self, column: str) -> str:
        """Title of a column: as in the file where it has a unit, else in French."""
        known = columns(self.file).get(column)
        written = self.heads.get(column, "")
        header = header_of(self.file, written) if written else None
        if known is None or (header is not None and header.factor != 1.0):
            return written
        return known.header


def sheets_of(folder: Path) -> dict[str, TypedTable]:
    """Return the tables of a folder; none for a folder that has no file yet.

    Raises:
        InputError: a table that cannot be read at all.
    """
    return {file: _sheet(file, rows) for file, rows in raw_rows(folder).items()}


def raw_rows(folder: Path) -> dict[str, Sequence[Row]]:
    """Return the rows of each table, columns called as they are written.

    Raises:
        InputError: every table that cannot be read.
    """
    if (folder / WORKBOOK).exists():
        return dict(read_workbook(folder / WORKBOOK).tables)
    rows: dict[str, Sequence[Row]] = {}
    problems: list[Problem] = []
    for file in TABLES:
        try:
            if (folder / file).exists():
                rows[file] = read_table(folder / file)
        except InputError as fault:
            problems += fault.problems
    if problems:
        raise InputError(problems)
    return rows


def column_id(file: str, written: str) -> str:
    """Return the id of a column as a person wrote it; itself where it is none."""
    header = header_of(file, written)
    return header.id if header else written


def _sheet(file: str, rows: Sequence[Row]) -> TypedTable:
    written = dict.fromkeys(name for row in rows for name in row.cells)
    heads = {column_id(file, name): name for name in written}
    lines = tuple(
        TypedLine(row.line, {column_id(file, name): str(value) for name, value in row.cells.items()})
        for row in rows
    )
    return TypedTable(file, heads, lines)
