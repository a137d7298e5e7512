"""Workbooks: each sheet becomes the text of a `;` file, so that every format is read from Excel too."""

import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from gettext import gettext as _
from io import BytesIO
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException

from profiles.curves.formats.base import CurveFile
from profiles.curves.formats.open_file import within_memory

MAX_ROWS = 300_000
"""Eight years of 15-min rows; a sheet may claim a million empty ones."""

MAX_COLUMNS = 300
"""A sheet may claim 16,384 columns because of one stray cell."""

FAULTS = (
    zipfile.BadZipFile, zlib.error, ParseError, DefusedXmlException, InvalidFileException, ArithmeticError,
    AttributeError, EOFError, LookupError, NotImplementedError, OSError, RuntimeError, TypeError, ValueError,
)  # fmt: skip
"""What openpyxl and what lies below raise on a damaged workbook: it trusts the parts of the archive."""


def sheet_sources(source: CurveFile) -> Iterator[CurveFile]:
    """Yield the visible sheets of a workbook as `;` separated texts, each named after its sheet.

    Raises:
        InputError: damaged, protected by a password, or a sheet that is too large.
    """
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and extensions that it drops: nothing that a curve rests on.
            warnings.simplefilter("ignore", UserWarning)
            texts = _sheet_texts(source)
    except FAULTS as fault:
        message = _("the workbook is damaged or protected ({fault}): open it and save it again, or as CSV")
        raise source.fault(message.format(fault=type(fault).__name__)) from fault
    for title, text in texts:
        name = f"{source.name} ({title})" if len(texts) > 1 else source.name
        yield within_memory(replace(source, name=name, text=text))


def _sheet_texts(source: CurveFile) -> list[tuple[str, str]]:
    book = openpyxl.load_workbook(BytesIO(source.data), read_only=True, data_only=True)
    texts = []
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # the size that a file claims is not to be trusted
        cells_of_rows = sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS, values_only=True)
        rows = [list(map(_cell_text, row)) for row in _filled(cells_of_rows)]
        if len(rows) > MAX_ROWS:
            message = _(
                "the sheet {title} has more than {limit} rows: split it, one meter or one year a file"
            )
            raise source.fault(message.format(title=sheet.title, limit=MAX_ROWS))
        texts.append((str(sheet.title), _as_lines(rows)))
    return texts


def _filled(rows: Iterable[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    """Yield rows without the empty cells after their last filled one: openpyxl adds hundreds."""
    width = 0
    for row in rows:
        beyond = row[width:]  # where the last row ended most rows do
        if beyond.count(None) < len(beyond):
            width = len(row)
        while width and (width > len(row) or row[width - 1] is None):
            width -= 1
        yield row[:width]


def _as_lines(rows: list[list[str]]) -> str:
    """Return rows as lines of equal width: a sheet keeps no cell after the last filled one of a row."""
    width = max(map(len, rows), default=0)
    return "\n".join(";".join(row + [""] * (width - len(row))) if any(row) else "" for row in rows)


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        if value.microsecond:  # Excel keeps times as fractions of a day: 00:15 may be 00:14:59.999995
            value = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        return value.isoformat(sep=" ")
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value).replace(";", ",").replace("\n", " ").replace("\r", " ")
