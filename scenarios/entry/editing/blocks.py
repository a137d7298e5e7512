"""A block of cells that a spreadsheet copied: where each of its texts goes."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import SPACES, header_of, plain_number, two_readings

MOST_LINES = 2000


@dataclass(frozen=True, slots=True)
class PastedBlock:
    """A block as a table takes it: texts by line and column.

    Attributes:
        unread: titles that name no column, or how far it goes beyond the last column.
    """

    lines: tuple[Mapping[str, str], ...]
    unread: tuple[str, ...]


def read_block(file: str, text: str, own: Mapping[str, str], shown: Sequence[str], at: str) -> PastedBlock:
    """Return a block that is pasted: below its titles where its first line has some, else from a column on.

    A first line is of titles where more of its cells name columns than do not: two of them, or its only one.

    Args:
        own: titles of the table that it is pasted into, by column: its figures are in their units.
        shown: columns in the order in which they are seen.
        at: the column that it is pasted on.
    """
    lines = list(csv.reader(io.StringIO(text.strip("\r\n")), delimiter="\t"))[:MOST_LINES]
    titles = [" ".join(cell.split()) for cell in lines[0]] if lines else []
    heads = [header_of(file, title) if title else None for title in titles]
    named, written = sum(head is not None for head in heads), sum(bool(title) for title in titles)
    if len(lines) > 1 and named * 2 > written and (named > 1 or written == 1):
        places = {n: (head.id, head.unit_ratio or 1.0) for n, head in enumerate(heads) if head}
        unread = tuple(title for title, head in zip(titles, heads, strict=True) if title and not head)
        lines = lines[1:]
    else:
        columns_on = shown[shown.index(at) if at in shown else 0 :]
        places = {n: (column, _factor(file, column, own)) for n, column in enumerate(columns_on)}
        wide = max(map(len, lines), default=0)
        unread = (f"+{wide - len(columns_on)}",) * (wide > len(columns_on))
    scaled = {n: (column, factor / _factor(file, column, own)) for n, (column, factor) in places.items()}
    return PastedBlock(tuple(_line(file, line, scaled) for line in lines), unread)


def _factor(file: str, column: str, own: Mapping[str, str]) -> float:
    head = header_of(file, own.get(column, column))
    return (head.unit_ratio if head else None) or 1.0


def _line(file: str, cells: Sequence[str], places: Mapping[int, tuple[str, float]]) -> dict[str, str]:
    return {
        column: _text(file, column, cells[n], factor)
        for n, (column, factor) in places.items()
        if n < len(cells)
    }


def _text(file: str, column: str, cell: str, unit_ratio: float) -> str:
    """Return a cell of a block as a table in French has it: no mark of thousands, a decimal comma."""
    cell = " ".join(cell.split())
    if not columns(file)[column].is_number:
        return cell
    try:
        figure = Decimal(plain_number(cell))
    except InvalidOperation:
        return cell
    if unit_ratio == 1.0:
        return SPACES.sub("", cell)
    text = f"{(figure * Decimal(str(unit_ratio))).normalize():f}"
    return (f"{text}0" if two_readings(text) else text).replace(".", ",")
