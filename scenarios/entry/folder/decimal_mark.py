"""A figure of two readings, `28.625`, read where the rest of its table leaves it one alone."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from gettext import gettext as _

from acc.i18n import decimal, grouped
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import InputColumn, columns
from scenarios.entry.columns.names import PLANTS, list_name, word_of
from scenarios.entry.columns.numbers import TwoReadings, two_readings

SURE = re.compile(r"[-+]?(?:0([.,])\d+|\d+([.,])(?:\d{1,2}|\d{4,}))")
"""A figure whose mark is of decimals: thousands have three digits behind theirs, and begin with no zero."""


def with_sure_decimals(file: str, rows: Sequence[Row]) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """Return rows, the figures of two readings that leave one alone read so, and what was read, in sentences.

    One is left where another figure of the table has its decimals behind the same mark, where that reading
    is usual for the column, and the other one is not.
    """
    marks = {
        mark[1] or mark[2] for _row, _column, text in _figures(file, rows) if (mark := SURE.fullmatch(text))
    }
    read: dict[tuple[int, str], str] = {}
    notes = []
    for row, column, text in _figures(file, rows) if len(marks) == 1 else ():
        both = two_readings(text)
        if both and {*text} & marks and _is_decimal(column, row, both):
            read[row.line, column.id] = f"{both.decimals}0"
            message = _(
                "{place}: “{text}” is read as {decimals} {unit}, not {thousands}, as other decimals here"
            )
            shown = both.decimals.replace(".", decimal(0.5, 1)[1])
            notes.append(
                message.format(
                    place=row.path(column.id),
                    text=text,
                    decimals=shown,
                    unit=column.unit,
                    thousands=grouped(int(both.thousands)),
                )
            )
    marked = (
        replace(row, cells={name: read.get((row.line, name), cell) for name, cell in row.cells.items()})
        for row in rows
    )
    return (tuple(marked) if read else tuple(rows)), tuple(notes)


def _figures(file: str, rows: Sequence[Row]) -> Iterator[tuple[Row, InputColumn, str]]:
    known = columns(file)
    for row in rows:
        for name, cell in row.cells.items():
            if isinstance(cell, str) and (column := known.get(name)) and column.is_number:
                yield row, column, cell.strip()


def _is_decimal(column: InputColumn, row: Row, both: TwoReadings) -> bool:
    """Return whether decimals alone are usual for the column: for its kind where that is known."""
    silent = "roof" if column.table == PLANTS else ""
    written = str(row.cells.get("kind") or silent)
    kind = word_of(list_name(column.table, "kind"), written) or written
    usual = [span for span in column.usual if not span.per and (not kind or span.of in {"", kind})]

    def is_usual(text: str) -> bool:
        return any(span.low <= float(text) <= span.high for span in usual)

    return (
        len(both.decimals.partition(".")[2]) == 3 and is_usual(both.decimals) and not is_usual(both.thousands)
    )
