"""Lines that are put aside, not counted, and those that are hidden or struck out, counted: both are said."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from gettext import gettext as _
from gettext import ngettext

from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.names import header_of
from scenarios.entry.columns.numbers import plain_number
from scenarios.entry.plausibility.values import said

SIZES = ("annual_kwh", "kwp")
"""What a line weighs, by column."""

SHOWN = 5


def aside_notes(place: str, file: str, rows: Sequence[Row]) -> tuple[str, ...]:
    """Messages on lines that begin by #, where they hold kWh or kWp; remarks are ignored.

    Args:
        file: the table, as `names` calls it, whatever file holds it.
        rows: the lines, their cells by header.
    """
    sizes = [text for row in rows for text in _sizes(file, row)]
    if not sizes:
        return ()
    message = ngettext(
        "{place}: {count} line begins by # and is left out: {names}. Take the # away to count it",
        "{place}: {count} lines begin by # and are left out: {names}. Take the # away to count them",
        len(sizes),
    )
    names = ", ".join(sizes[:SHOWN]) + ("..." if len(sizes) > SHOWN else "")
    return (message.format(place=place, count=len(sizes), names=names),)


def hidden_notes(place: str, lines: Iterable[int]) -> tuple[str, ...]:
    """Messages on hidden or filtered lines of a sheet, which are read."""
    numbers = sorted(lines)
    message = ngettext(
        "{place}: {count} line is hidden (line {lines}) and counted. Delete it, or write no in Actif",
        "{place}: {count} lines are hidden (lines {lines}) and counted. Delete them, or write no in Actif",
        len(numbers),
    )
    return _counted(place, numbers, message)


def struck_notes(place: str, lines: Iterable[int]) -> tuple[str, ...]:
    """Messages on struck lines of a sheet, which are read."""
    numbers = sorted(lines)
    message = ngettext(
        "{place}: {count} line is struck (line {lines}) and counted. Delete it, or write no in Actif",
        "{place}: {count} lines are struck (lines {lines}) and counted. Delete them, or write no in Actif",
        len(numbers),
    )
    return _counted(place, numbers, message)


def _counted(place: str, numbers: Sequence[int], message: str) -> tuple[str, ...]:
    if not numbers:
        return ()
    shown = ", ".join(map(str, numbers[:SHOWN])) + ("..." if len(numbers) > SHOWN else "")
    return (message.format(place=place, count=len(numbers), lines=shown),)


def _sizes(file: str, row: Row) -> Iterator[str]:
    """Yield the label and size of a line: `line 7, Foyer (59 000 kWh)`."""
    cells = {header.id: value for name, value in row.cells.items() if (header := header_of(file, name))}
    for column in SIZES:
        with suppress(KeyError, ValueError):  # a remark may stand there
            size = said(float(plain_number(str(cells[column]))))
            who = str(cells.get("name") or cells.get("id", "")).lstrip("# ")
            unit = "kWh" if column == "annual_kwh" else _("kWp")
            yield _("line {line}, {who} ({size} {unit})").format(line=row.line, who=who, size=size, unit=unit)
