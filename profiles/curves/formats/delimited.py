"""Curves in delimited text: columns under a header, decimal commas, missing values, stamps."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from gettext import gettext as _
from itertools import compress, repeat
from unicodedata import combining, normalize

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.problem import Problem, refuse
from profiles.curves.formats.base import CurveFile, Kind, Moments, Reading, Series, fault_list
from profiles.curves.formats.times import read_moments
from profiles.text.delimited import separator_of, split_lines, text_lines

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "nd"})
"""How files write a missing value, in lower case."""


@dataclass(frozen=True, slots=True, eq=False)
class CellTable:
    """A header and columns of cells, with the line of each row in the file."""

    names: tuple[str, ...]
    columns: tuple[Sequence[str], ...]
    lines: IntArray

    def column(self, *wanted: str) -> Sequence[str] | None:
        """Return the cells of the first column whose plain name is one of `wanted`, None when absent."""
        for name, cells in zip(self.names, self.columns, strict=True):
            if plain(name) in wanted:
                return cells
        return None

    def cells(self, *wanted: str) -> Sequence[str]:
        """Return those cells, empty ones when the column is absent."""
        cells = self.column(*wanted)
        return ("",) * self.lines.size if cells is None else cells

    def rows(self, rows: IntArray) -> "CellTable":
        """Return some rows, in this order."""
        if rows.size == self.lines.size:
            return self
        columns = tuple([cells[row] for row in rows.tolist()] for cells in self.columns)
        return CellTable(self.names, columns, self.lines[rows])


def plain(name: str) -> str:
    """Return a header in lower case, without accents, quotes nor outer spaces.

    >>> plain(' "Date de Début" ')
    'date de debut'
    """
    bare = "".join(c for c in normalize("NFKD", name) if not combining(c))
    return " ".join(bare.replace("\N{NO-BREAK SPACE}", " ").strip(' "\t').lower().split())


def kind_of(text: str) -> Kind:
    """Kind of a series from the word of Enedis for it ("CONS", "PROD", "Production")."""
    return "production" if plain(text).startswith("prod") else "consumption"


def first_cells(line: str, count: int) -> tuple[str, ...]:
    """Return the first plain names of a header line, whatever its separator."""
    return tuple(plain(cell) for cell in line.split(separator_of(line))[:count])


def read_table(source: CurveFile, header: int, separator: str | None = None) -> CellTable:
    """Return the table whose header is the line of index `header`; blank lines are skipped.

    Raises:
        InputError: rows that do not have as many cells as the header, or no row at all.
    """
    lines = text_lines(source.text or "")
    separator = separator or separator_of(lines[header])
    kept = list(compress(lines[header:], map(str.strip, lines[header:])))
    if len(kept) < 2:
        raise source.fault(_("the file has a header and nothing below it: export it again"))
    quoted = '"' in (source.text or "")
    names = tuple(cell.strip() for cell in _split(kept[:1], separator, source, quoted=quoted)[0])
    width, body = len(names), kept[1:]
    filled = np.fromiter(map(len, map(str.strip, lines[header:])), dtype=np.int64)
    places = (np.flatnonzero(filled) + header + 1)[1:].astype(np.int64)
    if not quoted and set(map(str.count, body, repeat(separator))) == {width - 1}:
        # One split of the whole costs half of one split a line.
        cells = separator.join(body).split(separator)
        columns = tuple(cells[place::width] for place in range(width))
    else:
        rows = _same_width(_split(body, separator, source, quoted=quoted), places, names, source)
        columns = tuple(map(list, zip(*rows, strict=True)))
    return CellTable(names, columns, places)


def _split(lines: list[str], separator: str, source: CurveFile, *, quoted: bool) -> list[list[str]]:
    try:
        return split_lines(lines, separator, quoted=quoted)
    except csv.Error as fault:
        message = _("a cell between quotes cannot be read ({fault})")
        raise source.fault(message.format(fault=fault)) from fault


def _same_width(
    rows: list[list[str]], numbers: IntArray, names: tuple[str, ...], source: CurveFile
) -> list[list[str]]:
    """Cut empty cells at the end of a row, add those of unnamed columns; any other row is a fault."""
    width = len(names)
    named = max((place + 1 for place, name in enumerate(names) if name), default=0)
    wrong = [n for n, row in enumerate(rows) if len(row) < named or any(map(str.strip, row[width:]))]
    message = _("{found} cells where the header has {wanted}: is the decimal comma also the separator?")
    filled = [message.format(found=len(rows[n]), wanted=width) for n in wrong]
    refuse(fault_list(source, numbers[wrong].tolist(), filled.__getitem__))
    return [(row + [""] * width)[:width] for row in rows]


def numbers_of(cells: Sequence[str]) -> tuple[FloatArray, list[int]]:
    """Return the numbers of `cells`, NaN where missing, and the indexes of those that are no number.

    Decimal comma or point; spaces between thousands are allowed.

    >>> numbers_of(["1 234,5", "NA", "12", "douze"])
    (array([1234.5,    nan,   12. ,    nan]), [3])
    """
    values = _all_numbers(cells)
    if values is None:
        values = _all_numbers([cell.replace(",", ".", 1) if cell else "nan" for cell in cells])
    if values is None:
        values = np.array([_number(cell) for cell in cells], dtype=np.float64)
    wrong = np.flatnonzero(~np.isfinite(values))
    bad = [index for index in wrong.tolist() if cells[index].strip().lower() not in MISSING]
    values[wrong] = np.nan
    return values, bad


def _all_numbers(cells: Sequence[str]) -> FloatArray | None:
    if "_" in "".join(cells):  # Python reads 1_000 as a number; in a meter file it is a fault
        return None
    try:
        return np.array(cells, dtype=np.float64)
    except ValueError:
        return None


def _number(cell: str) -> float:
    for text in (cell, cell.replace(",", ".", 1).translate(_SPACES)):
        try:
            return float(text) if "_" not in text else np.nan
        except ValueError:
            continue
    return np.nan


_SPACES = {ord(space): None for space in " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}'"}


def read_values(
    source: CurveFile, cells: Sequence[str], lines: IntArray, column: str, place: str | None = None
) -> tuple[FloatArray, list[Problem]]:
    """Return the numbers of a column and a Problem for each cell that is not one."""
    values, bad = numbers_of(cells)
    message = _("{value} is not a number in column {column}: a number, or an empty cell, is expected")
    faults = fault_list(
        source,
        lines[bad].tolist(),
        lambda i: message.format(value=shown(cells[bad[i]]), column=shown(column)),
        place,
    )
    return values, faults


def read_stamps(
    source: CurveFile, cells: Sequence[str], lines: IntArray, place: str | None = None
) -> tuple[Moments, list[Problem]]:
    """Return the stamps of a column and a Problem for each cell that is not one."""
    moments, bad = read_moments(cells)
    rows = np.flatnonzero(bad).tolist()
    message = _("{value} is not a time like 2025-01-31T23:45:00+01:00 or 31/01/2025 23:45")
    faults = fault_list(
        source, lines[rows].tolist(), lambda i: message.format(value=shown(cells[rows[i]])), place
    )
    return moments, faults


def shown(text: str, width: int = 40) -> str:
    r"""Return a text of a file fit for a message: printable, short, between quotes.

    >>> shown("abc" + chr(7))
    "'abc\\x07'"
    """
    return repr(text if len(text) <= width else text[: width - 1] + "…")


def read_series(
    source: CurveFile,
    lines: IntArray,
    stamps: Sequence[str],
    columns: Mapping[str, tuple[Sequence[str], Series]],
) -> list[Reading]:
    """Return the readings of columns that share their stamps.

    Args:
        source: the file, for messages.
        lines: line of each row in the file, shape (R,).
        stamps: cells of the stamps.
        columns: for each series, its cells, and what the file says of it.

    Raises:
        InputError: every cell that is not what it must be.
    """
    places = {series.place for _cells, series in columns.values()}
    place = places.pop() if len(places) == 1 else None
    moments, problems = read_stamps(source, stamps, lines, place)
    readings = []
    for name, (cells, series) in columns.items():
        values, faults = read_values(source, cells, lines, name, place)
        problems.extend(faults)
        shared_fields = {field.name: getattr(series, field.name) for field in fields(series)}
        readings.append(Reading(**shared_fields, lines=lines, moments=moments, values=values))
    refuse(problems)
    return readings
