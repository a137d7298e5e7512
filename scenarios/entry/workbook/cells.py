"""A cell of the text files as a cell of a sheet: numbers as numbers, days as days, words in French."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from typing import Literal

from xlsxwriter.worksheet import Worksheet

from profiles.files.letters import as_words
from scenarios.entry.columns.csv_tables import BOM, Row
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import french_word, plain, plain_number, two_readings, word_of
from scenarios.entry.folder.xlsx_tables import number_text
from scenarios.entry.workbook.styles import Styles

YES_NO = ("oui", "non")
READERS = ("entreprises", "collectivites", "syndicat")
"""To whom alone a name may be told."""

Kind = Literal["text", "number", "day", "word"]


def write_cell(sheet: Worksheet, row: int, column: int, value: object, styles: Styles, *, day: bool) -> None:
    """Write a value whole: a number of which Excel would drop a digit is left a text."""
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, styles.fill)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, styles.day)
    elif isinstance(value, int | float) and float(f"{value:.16G}") == value and abs(value) < 1e15:
        sheet.write_number(row, column, value, styles.fill)
    elif value not in {None, ""}:
        sheet.write_string(row, column, str(value), styles.text)
    else:
        sheet.write_blank(row, column, None, styles.day if day else styles.fill)


def sheet_value(file: str, column: str, value: object) -> object:
    """Return a cell of a table, by its column, as a sheet should hold it.

    >>> sheet_value("participants.csv", "annual_kwh", "62 100"), sheet_value("plants.csv", "kind", "roof")
    (62100, 'Toiture')
    >>> sheet_value("participants.csv", "prm", "24340000000001")
    '24340000000001'
    """
    if isinstance(value, bool):
        return YES_NO[not value]
    known = columns(file).get(column)
    if not isinstance(value, str) or known is None:
        return value
    if known.is_day and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return _day(value)
    if name := known.list_name:
        word = word_of(name, value)
        french = french_word(name, word) if word else value
        return french if word_of(name, french) == word else value
    return _number(value) if known.is_number else value


def text_of(file: str, column: str, value: object) -> str:
    """Return a cell of a table as a text file in French holds it.

    >>> text_of("plants.csv", "kwp", "99.5"), text_of("participants.csv", "annual_kwh", 62.125)
    ('99,5', '62,1250')
    """
    shown = sheet_value(file, column, value)
    if isinstance(shown, bool) or not isinstance(shown, int | float):
        return YES_NO[not shown] if isinstance(shown, bool) else str(value)
    text = number_text(shown)
    return (f"{text}0" if two_readings(text) else text).replace(".", ",")


def table_text(file: str, rows: Sequence[Row]) -> str:
    """Return a table in the form that Excel reads in French: BOM, semicolons, decimal commas."""
    columns = list(dict.fromkeys(name for row in rows for name in row.cells)) or ["id"]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([as_words(text_of(file, name, row.cells.get(name, ""))) for name in columns])
    return BOM + out.getvalue()


def _day(text: str) -> object:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _number(text: str) -> object:
    if two_readings(text):
        return text
    try:
        number = float(plain_number(text))
    except ValueError:
        return text
    return int(number) if number.is_integer() and "e" not in plain(text).split() else number
