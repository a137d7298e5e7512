"""Tables as they are written, columns called by their ids: French titles, units in headers and in cells.

A figure of two readings, `28.625`, is read where the rest of its table leaves it one alone.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from gettext import gettext as _
from gettext import ngettext

from acc.arrays import CellValue
from acc.i18n import decimal, grouped
from acc.problem import Problem, refuse
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import InputColumn, columns
from scenarios.entry.columns.meanings import with_meanings
from scenarios.entry.columns.messages import slug
from scenarios.entry.columns.names import (
    PARTICIPANTS,
    PERSONS,
    PLANTS,
    SPELT_UNITS,
    UNITS,
    Header,
    TwoReadings,
    as_typed,
    factor_of,
    header_of,
    list_name,
    number_and_unit,
    plain,
    plain_number,
    two_readings,
    word_of,
)
from scenarios.entry.places.geography import pasted

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
    marked, notes = list[Row](), []
    for row, column, text in _figures(file, rows) if len(marks) == 1 else ():
        both = two_readings(text)
        if both and {*text} & marks and _is_decimal(column, row, both):
            read[row.line, column.id] = f"{both.decimals}0"
            if column.id in {"latitude", "longitude"}:  # nobody meant 44,841 degrees
                continue
            message = _(
                "{place}: “{text}” is read as {decimals} {unit}, not {thousands}, as other decimals here"
            )
            shown, thousands = both.decimals.replace(".", decimal(0.5, 1)[1]), grouped(int(both.thousands))
            words = {"decimals": shown, "unit": column.unit, "thousands": thousands}
            notes.append(message.format(place=row.path(column.id), text=text, **words))
    for row in rows if read else ():
        cells = {name: read.get((row.line, name), cell) for name, cell in row.cells.items()}
        marked.append(replace(row, cells=cells))
    return tuple(marked or rows), tuple(notes)


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

    has_three = len(both.decimals.partition(".")[2]) == 3
    return has_three and is_usual(both.decimals) and not is_usual(both.thousands)


def named_rows(
    file: str, rows: Sequence[Row], *, by_name: bool = True
) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """Return the rows with their columns called by id, and what was converted, in sentences.

    A header that is no column stays as it is: `read_rows` refuses it with the nearest one.

    Args:
        file: the table, as `names` calls it, whatever file holds it.
        by_name: call a line without an id by its name.

    Raises:
        InputError: two headers of one column, a unit that the column does not have.
    """
    headers = {name: header_of(file, name) for name in dict.fromkeys(n for row in rows for n in row.cells)}
    refuse([*_header_faults(file, rows, headers)])
    message = _("{file}, column “{name}”: read in {unit}, then turned into {own}")
    converted = tuple(
        message.format(file=rows[0].file, name=name, unit=header.unit, own=columns(file)[header.id].unit)
        for name, header in headers.items()
        if header and header.unit_ratio != 1.0
    )
    no_rows = {
        _("{place}: a line of totals, not read"): [row for row in rows if is_total(row.cells.values())],
        _("{place}: the header once more, not read"): [row for row in rows if _is_header(row)],
    }
    for left_out, them in no_rows.items():
        rows = [row for row in rows if row not in them]
        converted += tuple(left_out.format(place=row.path()) for row in them)
    # A column of a sheet that nobody filled in yet has its letter and its title too.
    sheet = {name: header_of(file, name) for row in rows[:1] for name in row.letters}
    named, decimals = with_sure_decimals(file, [_named(file, row, sheet | headers) for row in rows])
    named, meanings = with_meanings(file, named)
    called = [_called(file, row) for row in named] if by_name else named
    return tuple(called), (*converted, *decimals, *meanings, *_calls(named, called))


def _called(file: str, row: Row) -> Row:
    """Return a line without an id under its name, as an id is written; a name alone is a remark."""
    name = slug(str(row.cells.get("name", "")))
    if "id" in row.cells or not name or len(row.cells) == 1 or file not in CALLED:
        return row
    return replace(row, cells={"id": name, **row.cells})


def _calls(named: Sequence[Row], called: Sequence[Row]) -> tuple[str, ...]:
    """Message about lines called by their name."""
    new = [row for before, row in zip(named, called, strict=True) if row is not before]
    if not new:
        return ()
    message = ngettext(
        "{file}: a line without an id is called by its name: {ids}",
        "{file}: {count} lines without an id are called by their names: {ids}",
        len(new),
    )
    ids = ", ".join(str(row.cells["id"]) for row in new[:SHOWN]) + ("..." if len(new) > SHOWN else "")
    return (message.format(file=new[0].file, count=len(new), ids=ids),)


CALLED, SHOWN = frozenset({PARTICIPANTS, PLANTS, PERSONS}), 4

REMARK = "#"
"""A column whose title begins so is its owner's: it is not read, as a line that begins so."""

TOTALS = {"total", "totaux", "total general", "sous total", "somme", "totals", "sum"}
TOTALS |= {"moyenne", "moyennes", "ensemble", "cumul", "average", "mean"}


def is_total(values: Iterable[object]) -> bool:
    """Return whether the cells of a line are a word for a total, and figures.

    >>> is_total(["TOTAL", "62 000", 118]), is_total(["total", "commune", 62000]), is_total([62000])
    (True, False, False)
    """
    texts = [str(value) for value in values if str(value) and not _is_figure(str(value))]
    word = re.sub(r"\b(kwh|kwc|kva|sites?|des)\b", " ", texts[0].lower()) if len(texts) == 1 else ""
    return plain(word) in TOTALS


def _is_header(row: Row) -> bool:
    """Return whether a line only says what its columns are called, as at the top of a printed page."""
    return bool(row.cells) and all(plain(str(value)) == plain(name) for name, value in row.cells.items())


def _is_figure(text: str) -> bool:
    number, _unit = number_and_unit(text)
    return plain_number(number).replace(".", "", 1).lstrip("+-").isdigit()


def _header_faults(file: str, rows: Sequence[Row], headers: dict[str, Header | None]) -> Iterator[Problem]:
    counts = Counter(header.id for header in headers.values() if header)
    for name, header in headers.items():
        if header is None:
            continue
        place = _("{file}, column {name}").format(file=rows[0].file, name=name)
        if header.unit_ratio is None:
            own = columns(file)[header.id].unit
            known = ", ".join(SPELT_UNITS.get(own, [own] if own in UNITS else [])) or _("no unit")
            message = _("“{unit}” is not a unit of this column: {known} is expected")
            yield Problem(place, message.format(unit=header.unit, known=known))
        elif counts[header.id] > 1:
            message = _("this column stands twice, under two names: keep one of them")
            yield Problem(place, message)


def _named(file: str, row: Row, headers: dict[str, Header | None]) -> Row:
    cells: dict[str, CellValue] = {}
    heads = {header.id: name for name in row.letters if (header := headers.get(name))}
    for name, value in row.cells.items():
        header = headers[name]
        if header is None:
            if not name.startswith(REMARK):
                cells[name] = value
            continue
        heads[header.id] = name
        cells[header.id] = _in_unit(file, header, value)
    letters = {h.id if (h := headers.get(name)) else name: at for name, at in row.letters.items()}
    return pasted(Row(row.file, row.line, cells, heads, letters))


def _in_unit(file: str, header: Header, value: CellValue) -> CellValue:
    """Return a cell in the unit of its column; what cannot be a number is left for who reads it."""
    unit = columns(file)[header.id].unit
    if not isinstance(value, str | int | float) or isinstance(value, bool) or unit not in UNITS:
        return value
    text = str(value)
    number, suffix = number_and_unit(text)
    own = factor_of(unit, suffix) if suffix else None
    if own == 1.0:
        text, value = number, number  # "62 000 kWh" where kWh are expected
    if header.unit_ratio in {None, 1.0}:
        return value
    # The unit of a cell comes before that of its title.
    factor, text = (own, number) if own else (header.unit_ratio, text)
    try:
        figure = float(Decimal(plain_number(text)) * Decimal(str(factor)))
        return as_typed(figure) if columns(file)[header.id].is_kept_text else figure
    except InvalidOperation:
        return value
