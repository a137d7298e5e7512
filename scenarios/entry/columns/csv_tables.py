"""Reads the tables that people keep in Excel: `;`, tab or `,`, decimal comma or point, BOM or not.

Returns text cells with their line numbers; meaning is given to them by `scenarios.entry.columns.schema`.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from gettext import gettext as _
from pathlib import Path

from acc.arrays import CellValue
from acc.i18n import grouped
from acc.problem import InputError, Problem, refuse
from profiles.files.letters import from_words, stripped
from profiles.files.open_file import read_within
from profiles.text.delimited import decode, separator_of, split_lines, text_lines
from scenarios.entry.columns.names import header_of

BOM = "\ufeff"
"""By which Excel knows that a text is UTF-8."""

MAX_BYTES = 5_000_000
"""A list of members is a few kB: a larger file is something else."""

MAX_ROWS, MAX_COLUMNS = 20_000, 200
"""Ten times the largest operation that was tried: what is understood of a row costs more than its bytes."""

MOST_TITLES = 10
"""Lines above a header that are no part of the table."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: where it stands, and its non-empty cells by column name.

    Attributes:
        heads: by column, what its header says.
        letters: by column, its letter on a sheet; none in a text file.
    """

    file: str
    line: int
    cells: Mapping[str, CellValue]
    heads: Mapping[str, str] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)

    def path(self, column: str = "") -> str:
        """Return the place of a cell as a person looks for it."""
        place = _("{file}, line {line}").format(file=self.file, line=self.line)
        if self.letters:
            place = f"{self.file}!{self.letters.get(column, '')}{self.line}"
        return f"{place}, {self.heads.get(column, column)}" if column else place

    @property
    def who(self) -> str:
        """Its name, or its id, or nothing."""
        return str(self.cells.get("name") or self.cells.get("id") or "")


def read_text(path: Path, limit_bytes: int = MAX_BYTES) -> str:
    """Return the text of a file in UTF-8, UTF-16 with its mark (Excel's "Unicode text") or Windows-1252.

    Raises:
        InputError: a file that is missing, not readable, too large, or not text.
    """
    text = decode(read_within(path, limit_bytes))
    if text is None or "\0" in text:
        raise InputError([Problem(path.name, _("not a text file: save it as CSV (semicolon) from Excel"))])
    return text


def read_table(
    path: Path, aside: list[Row] | None = None, most: tuple[int, int] = (MAX_BYTES, MAX_ROWS)
) -> list[Row]:
    """Return the rows of a CSV file, blank lines and lines starting with `#` left out.

    Args:
        aside: where go the lines below the header that start with `#`, as rows.
        most: bytes and lines beyond which it is something else.

    Raises:
        InputError: an unreadable or empty file, a column named twice, a line with too many cells.
    """
    text = read_text(path, most[0])
    lines = [(n, line) for n, line in enumerate(text_lines(text), start=1) if holds_cells(line)]
    if not lines:
        raise InputError([Problem(path.name, _("empty: a header line with the column `id` is expected"))])
    if len(lines) > most[1]:
        message = _("{rows} lines: more than the {most} expected of a table; is it the right one?")
        filled = message.format(rows=grouped(len(lines)), most=grouped(most[1]))
        raise InputError([Problem(path.name, filled)])
    lines = lines[_top(path.name, lines) :]
    separator = separator_of(lines[0][1])
    cells = [_cells(path.name, number, line, separator) for number, line in lines]
    header = [stripped(name).strip() for name in cells[0]]
    if len(header) > MAX_COLUMNS:
        message = _("{columns} columns: more than the {most} expected of a table; is it the right one?")
        filled = message.format(columns=grouped(len(header)), most=grouped(MAX_COLUMNS))
        raise InputError([Problem(path.name, filled)])
    spelt = [name.lower() for name in header]
    problems = [
        Problem(f"{path.name}, {name}", _("this column stands twice in the header"))
        for name in sorted({n for n in spelt if n and spelt.count(n) > 1})
    ]
    rows = []
    for (line, _text), values in zip(lines[1:], cells[1:], strict=True):
        if len(values) > len(header) and any(v.strip() for v in values[len(header) :]):
            message = _("{found} cells for {expected} columns: is a `{separator}` inside a text? Quote it")
            place = _("{file}, line {line}").format(file=path.name, line=line)
            problems.append(
                Problem(place, message.format(found=len(values), expected=len(header), separator=separator))
            )
        rows.append(Row(path.name, line, _filled(header, values)))
    refuse(problems)
    if aside is not None:
        aside += _put_aside(path.name, text, lines[0][0], header, separator)
    return rows


def _top(file: str, lines: Sequence[tuple[int, str]]) -> int:
    """Index of the header line: the first, except after `sep=;` of Excel or a title."""
    for place, (_number, line) in enumerate(lines[:MOST_TITLES]):
        names = line.split(separator_of(line), MAX_COLUMNS)[:MAX_COLUMNS]
        heads = (header_of(file, name.strip(' "')) for name in names)
        if any(head and head.id == "id" for head in heads):
            return place
    return 0


def _put_aside(file: str, text: str, top: int, header: Sequence[str], separator: str) -> Iterator[Row]:
    for number, line in enumerate(text_lines(text), start=1):
        if number > top and line.lstrip().startswith("#"):
            values = split_lines([line.lstrip("# ").replace('"', "")], separator)[0]
            yield Row(file, number, _filled(header, values))


def _filled(header: Sequence[str], values: Sequence[str]) -> dict[str, str]:
    named = zip(header, (from_words(stripped(value).strip()) for value in values), strict=False)
    return {name: value for name, value in named if name and value}


def _cells(file: str, number: int, line: str, separator: str) -> list[str]:
    try:
        return split_lines([line], separator)[0]
    except csv.Error as fault:
        place = _("{file}, line {line}").format(file=file, line=number)
        message = _("a cell between quotes cannot be read ({fault})")
        raise InputError([Problem(place, message.format(fault=fault))]) from None


def holds_cells(line: str) -> bool:
    """Return whether a line is neither blank nor a remark."""
    return bool(line.strip(" ;,\t")) and not line.lstrip().startswith("#")
