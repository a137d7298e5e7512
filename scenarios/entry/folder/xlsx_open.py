"""Opens a workbook that somebody filled in, within limits: an input is never trusted."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from gettext import gettext as _
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from acc.i18n import grouped, is_french
from acc.problem import InputError, Problem
from profiles.files.letters import stripped
from profiles.files.open_file import read_within
from profiles.files.unpacked import is_beyond
from scenarios.entry.columns.names import plain

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
    if problems:
        raise InputError(problems)
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
