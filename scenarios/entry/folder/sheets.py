"""The sheets of a workbook that somebody filled in, opened within limits: an input is never trusted.

What is easily not seen there is told: sheets, lines and values that are not where they are read, lines that
are put aside, hidden or struck out.
"""

import re
import warnings
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from gettext import gettext as _
from gettext import ngettext
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from acc.i18n import grouped, is_french
from acc.problem import InputError, Problem, refuse
from profiles.files.letters import stripped
from profiles.files.open_file import is_beyond, read_within
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import sheet_settings
from scenarios.entry.columns.names import header_of, plain, plain_number, resolve_path, said

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MAX_BYTES, MAX_UNPACKED_BYTES = 2_000_000, 20_000_000
"""A list of members is some 50 kB; a small file can be made to unpack to terabytes."""

MAX_ROWS, MAX_COLUMNS = 5_000, 200
MAX_TAGS, MAX_MERGED = 600_000, 20_000
"""Of the XML: some 130,000 filled cells, five seconds to read. Of merged cells: a head over each part."""

FAULTS = (
    zipfile.BadZipFile, zlib.error, ParseError, DefusedXmlException, ArithmeticError, AttributeError,
    EOFError, LookupError, NotImplementedError, OSError, RuntimeError, TypeError, ValueError,
)  # fmt: skip
"""What openpyxl and what lies below raise on a damaged workbook: it trusts the parts of the archive."""

FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
WORKED_OUT = re.compile(
    rb"(?:</(?:[\w.-]+:)?f\s*>|<(?:[\w.-]+:)?f(?:\s[^<>]*)?/>)\s*<(?:[\w.-]+:)?v(?:\s[^<>]*)?>[^<]"
)
"""A formula of a sheet, as its XML has it; one that its value follows."""

Value = str | int | float | bool | date


@dataclass(frozen=True, slots=True)
class FilledCell:
    """One filled cell: where it stands (`F7`), its value, what is wrong, whether it is shown in %."""

    column: int
    address: str
    value: Value
    percent: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """One sheet: rows that hold something by number; merged cells as (last row, name); rows not seen."""

    file: str
    title: str
    rows: Mapping[int, tuple[FilledCell, ...]]
    merged: tuple[tuple[int, str], ...]
    hidden: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()

    def place(self, address: str) -> str:
        """Return the place of a cell as a person looks for it: `membres.xlsx, Sites!F7`."""
        return f"{self.file}, {self.title}!{address}"


def open_sheets(path: Path) -> dict[str, FilledSheet]:
    """Return the sheets of a workbook by their plain title.

    Raises:
        InputError: too large, or not a workbook.
    """
    data = read_within(path, MAX_BYTES)
    try:
        sheets, problems = _sheets(path.name, data, french=is_french())
    except FAULTS:
        raise InputError([Problem(path.name, _what_it_is(data))]) from None
    refuse(problems)
    return {plain(sheet.title): sheet for sheet in sheets}


def _what_it_is(data: bytes) -> str:
    """Diagnosis of a file that is no readable workbook, with remedy."""
    if b"opendocument" in data[:200]:
        return _("an .ods workbook under another name: open it in LibreOffice, save it as .xlsx")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _("an .xls workbook, or one with a password: open it, save it as .xlsx without password")
    if data and b"\0" not in data[:4096]:
        return _("a text, not a workbook: open it in Excel or LibreOffice, save it as .xlsx")
    return _("the workbook is damaged or protected: open it and save it again, as .xlsx")


@lru_cache(maxsize=2)
def _sheets(name: str, data: bytes, *, french: bool) -> tuple[list[FilledSheet], list[Problem]]:  # noqa: ARG001
    """Return the sheets of a workbook and what is wrong with them, told in the language of the moment.

    A cell that is typed on the page has the same bytes read several times: by the table, by the checks.
    """
    import openpyxl  # noqa: PLC0415 - heavy, and only for a folder that is a workbook

    with zipfile.ZipFile(BytesIO(data)) as archive:
        if is_beyond(archive, MAX_UNPACKED_BYTES, MAX_TAGS):
            message = _(
                "the file unpacks to more than {limit} MB, or 100,000 cells: this is no list of members"
            )
            raise InputError([Problem(name, message.format(limit=MAX_UNPACKED_BYTES // 1_000_000))])
        parts = [archive.read(member) for member in archive.infolist()]
    if sum(map(_merged_cells, parts)) > MAX_MERGED:
        message = _("more than {limit} merged cells: undo the merging, then save")
        raise InputError([Problem(name, message.format(limit=grouped(MAX_MERGED)))])
    worked_out = all(map(_is_worked_out, parts))
    with warnings.catch_warnings():
        # openpyxl warns of styles and extensions that it drops: nothing that a value rests on.
        warnings.simplefilter("ignore", UserWarning)
        values = openpyxl.load_workbook(BytesIO(data), data_only=True)
        # To read it takes as long again, and tells a formula without its value from an empty cell.
        written = values if worked_out else openpyxl.load_workbook(BytesIO(data))
    problems: list[Problem] = []
    sheets = [_sheet(name, sheet, written[sheet.title], problems) for sheet in values.worksheets]
    return sheets, problems


def _merged_cells(part: bytes) -> int:
    """Number of merged cells in a part: one line of a file can merge a full sheet."""
    from openpyxl.utils.cell import range_boundaries  # noqa: PLC0415 - as above

    if b"mergeCell" not in part.replace(b"\0", b""):
        return 0
    tags = (element for _event, element in iterparse(BytesIO(part)) if element.tag.endswith("mergeCell"))
    areas = (range_boundaries(element.get("ref", "")) for element in tags)
    return sum((right - left + 1) * (bottom - top + 1) for left, top, right, bottom in areas)


def _is_worked_out(part: bytes) -> bool:
    """Return whether each formula of a part has its value; False where a search by hand cannot tell."""
    text = part.replace(b"\0", b"")  # of UTF-16 too
    return b"<!" not in text and len(FORMULA.findall(text)) == len(WORKED_OUT.findall(text))


def _sheet(file: str, values: "Worksheet", written: "Worksheet", problems: list[Problem]) -> FilledSheet:
    merged = tuple((int(area.max_row), str(area)) for area in values.merged_cells.ranges)
    sheet = FilledSheet(file, str(values.title), {}, merged)
    if values.max_row > MAX_ROWS or values.max_column > MAX_COLUMNS:
        message = _("more than {rows} rows or {columns} columns: delete the empty ones, then save")
        problems.append(Problem(f"{file}, {sheet.title}", message.format(rows=MAX_ROWS, columns=MAX_COLUMNS)))
        return sheet
    rows: dict[int, tuple[FilledCell, ...]] = {}
    struck = set()
    for shown, typed in zip(values.iter_rows(), written.iter_rows(), strict=True):
        cells = []
        for cell, source in zip(shown, typed, strict=True):
            if fault := _cell_fault(cell.value, cell.data_type, source.data_type):
                cells.append(FilledCell(cell.column, cell.coordinate, "", fault=fault))
            elif (value := _value(cell.value)) is not None:
                percent = "%" in str(cell.number_format) and not isinstance(value, str)
                cells.append(FilledCell(cell.column, cell.coordinate, value, percent))
        if cells:
            rows[shown[0].row] = tuple(cells)
            font = shown[cells[0].column - 1].font
            struck |= {shown[0].row} if font is not None and font.strike else set()
    hidden = frozenset(number for number, row in values.row_dimensions.items() if row.hidden) & rows.keys()
    return FilledSheet(file, sheet.title, rows, merged, hidden, frozenset(struck))


def _cell_fault(value: object, kind: str, written: str) -> str | None:
    if kind == "e":
        return _("{value}: the formula fails. Write the figure itself").format(value=value)
    if written == "f" and value is None:
        return _("a formula without its value: open the workbook in Excel or LibreOffice, then save it")
    return None


def _value(value: object) -> Value | None:
    """Return a cell as it is meant; texts without what surrounds them, whole numbers without their `.0`."""
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, bool | date):
        return value
    if isinstance(value, int | float):
        return int(value) if float(value).is_integer() else float(value)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    text = stripped(str(value).replace("\n", " ")).strip() if value is not None else ""
    return text or None


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


def _sizes(file: str, row: Row) -> Iterator[str]:
    """Yield the label and size of a line: `line 7, Foyer (59 000 kWh)`."""
    cells = {header.id: value for name, value in row.cells.items() if (header := header_of(file, name))}
    for column in SIZES:
        with suppress(KeyError, ValueError):  # a remark may stand there
            size = said(float(plain_number(str(cells[column]))))
            who = str(cells.get("name") or cells.get("id", "")).lstrip("# ")
            unit = "kWh" if column == "annual_kwh" else _("kWp")
            yield _("line {line}, {who} ({size} {unit})").format(line=row.line, who=who, size=size, unit=unit)


EXAMPLE_MARK = "#"
"""A line whose first cell begins so is an example or a remark, as in the text files."""

EXAMPLE = "exemple"
"""What the line of example of an empty workbook is called."""

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

ENOUGH = 3
"""So many titles of ours on one line: it is a header."""


def other_sheets(
    sheets: Mapping[str, FilledSheet], tables: Mapping[str, str], settings: Collection[str]
) -> tuple[list[Problem], list[str]]:
    """Return the faults of sheets that took another name, and what is said of copies, which are not read.

    Args:
        tables: by file, the sheet that holds it.
        settings: the sheets of settings.
    """
    problems, notes = [], []
    known = {plain(title) for title in (*tables.values(), *settings)}
    for name, sheet in sheets.items():
        expected = None if name in known else _looks_like(sheet, tables)
        if expected is None:
            continue
        if plain(expected) in sheets:
            message = _("{file}, {sheet}: a sheet beside {meant}, not read")
            notes.append(message.format(file=sheet.file, sheet=sheet.title, meant=expected))
        else:
            message = _("no sheet is called {meant}, and this one has its lines: rename it {meant}")
            problems.append(Problem(f"{sheet.file}, {sheet.title}", message.format(meant=expected)))
    return problems, notes


def missing_sheets(book: str, sheets: Collection[str], expected: Iterable[str]) -> list[str]:
    """Messages on expected sheets missing from a workbook."""
    message = _("{book}: no sheet {sheet}: what it would say is unknown")
    return [message.format(book=book, sheet=title) for title in expected if plain(title) not in sheets]


def unseen_lines(sheet: FilledSheet, file: str, top: int) -> Iterator[str]:
    """Messages on lines of a table, below its header, that are put aside, hidden or struck out."""
    heads = {cell.column: str(cell.value) for cell in sheet.rows[top]}
    place, aside, hidden, struck = f"{sheet.file}, {sheet.title}", [], [], []
    for line, cells in sheet.rows.items():
        first = str(cells[0].value)
        if line > top and not first.startswith(EXAMPLE_MARK):
            hidden += [line] if line in sheet.hidden else []
            struck += [line] if line in sheet.struck else []
        elif line > top and plain(first.lstrip(EXAMPLE_MARK)) != EXAMPLE:
            named = {heads[cell.column]: cell.value for cell in cells if cell.column in heads}
            aside.append(Row(place, line, named))
    hidden_text = ngettext(
        "{place}: {count} line is hidden (line {lines}) and counted. Delete it, or write no in Actif",
        "{place}: {count} lines are hidden (lines {lines}) and counted. Delete them, or write no in Actif",
        len(hidden),
    )
    struck_text = ngettext(
        "{place}: {count} line is struck (line {lines}) and counted. Delete it, or write no in Actif",
        "{place}: {count} lines are struck (lines {lines}) and counted. Delete them, or write no in Actif",
        len(struck),
    )
    yield from aside_notes(place, file, aside)
    for text, lines in ((hidden_text, sorted(hidden)), (struck_text, sorted(struck))):
        shown = ", ".join(map(str, lines[:SHOWN])) + ("..." if len(lines) > SHOWN else "")
        yield from [text.format(place=place, count=len(lines), lines=shown)] if lines else []


def strayed(sheet: FilledSheet, cells: Iterable[FilledCell], valued: int, unit: str) -> list[Problem]:
    """Return the fault of a setting whose value stands on the right of its column: units are words.

    Args:
        valued: the column of values, where this line has nothing.
        unit: what the column of units says of this setting, of which a part in 0 to 1 has digits too.
    """
    message = _("a value beside its column: write it in the column “{title}”, in {address}")
    for cell in cells:
        is_figure = not isinstance(cell.value, str) or re.fullmatch(r"[\d .,]+\D{0,6}", cell.value)
        if cell.column > valued and is_figure and cell.value != unit:
            address = f"{chr(ord('A') + valued - 1)}{cell.address.lstrip(LETTERS)}"
            return [Problem(sheet.place(cell.address), message.format(title="Valeur", address=address))]
    return []


def _looks_like(sheet: FilledSheet, tables: Mapping[str, str]) -> str | None:
    """Return the title of the sheet whose columns or settings this one has, None where it has neither."""
    counts = {title: _columns(file, sheet.rows.values()) for file, title in tables.items()}
    for cells in sheet.rows.values():
        setting = sheet_settings().get(resolve_path(str(cells[0].value)))
        if setting:
            counts[setting.group] = counts.get(setting.group, 0) + 1
    title, count = max(counts.items(), key=lambda item: item[1])
    return title if count >= ENOUGH else None


def _columns(file: str, rows: Iterable[tuple[FilledCell, ...]]) -> int:
    """Largest number of known columns in a line of a sheet."""
    texts = ([cell.value for cell in cells if isinstance(cell.value, str)] for cells in rows)
    return max((sum(header_of(file, text) is not None for text in line) for line in texts), default=0)
