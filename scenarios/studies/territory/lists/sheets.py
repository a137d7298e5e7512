"""A list as a table: a text file, or the first sheet of a workbook whose titles are known."""

from collections.abc import Callable, Iterable, Iterator
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from scenarios.entry.columns.csv_tables import MAX_BYTES, MAX_ROWS, Row, read_table
from scenarios.entry.folder.sheets import FilledCell, FilledSheet, open_sheets
from scenarios.entry.folder.xlsx_tables import cell_text

SHEET = ".xlsx"
FEWEST_TITLES = 2
"""Known titles of a line by which it is the head of a list: a title above it may be one by chance."""

Known = Callable[[str], bool]


def list_rows(
    path: Path, name: str, known: Known, most: tuple[int, int] = (MAX_BYTES, MAX_ROWS)
) -> list[Row]:
    """Return the rows of a list, CSV or XLSX, each with its place.

    Args:
        name: what faults call the file.
        known: whether a title is one of such a list.
        most: bytes and lines of a text beyond which it is something else.

    Raises:
        InputError: a file that cannot be read, without titles, every cell at fault.
    """
    if path.suffix.lower() != SHEET:
        return [Row(name, row.line, row.cells) for row in read_table(path, most=most)]
    for sheet in open_sheets(path).values():
        top = next((line for line, cells in sheet.rows.items() if _is_head(cells, known)), None)
        if top is not None:
            return list(_below(sheet, top, name))
    message = _("no sheet has a line of titles of such a list: see docs/territoire.md for their names")
    raise InputError([Problem(name, message)])


def _is_head(cells: Iterable[FilledCell], known: Known) -> bool:
    return sum(isinstance(cell.value, str) and known(cell.value) for cell in cells) >= FEWEST_TITLES


def _below(sheet: FilledSheet, top: int, name: str) -> Iterator[Row]:
    """Yield the lines below the titles; what stands under none is left, and remarks with `#` too."""
    heads = {cell.column: str(cell.value).strip(" *") for cell in sheet.rows[top]}
    spelt = [head.lower() for head in heads.values()]
    problems = [
        Problem(sheet.place(cell.address), _("this column stands twice in the header"))
        for cell in sheet.rows[top]
        if spelt.count(heads[cell.column].lower()) > 1
    ]
    below = {line: cells for line, cells in sheet.rows.items() if line > top}
    problems += [
        Problem(sheet.place(cell.address), cell.fault)
        for cells in below.values()
        for cell in cells
        if cell.fault and cell.column in heads
    ]
    if problems:
        raise InputError(problems)
    letters = {heads[cell.column]: cell.address.rstrip("0123456789") for cell in sheet.rows[top]}
    for line, cells in below.items():
        filled = {heads[cell.column]: cell_text(cell) for cell in cells if cell.column in heads}
        if filled and not str(cells[0].value).startswith("#"):
            yield Row(name, line, filled, letters=letters)
