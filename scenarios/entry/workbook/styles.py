"""How the cells of the workbook look, and what Excel says beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from scenarios.entry.folder.xlsx_tables import LISTS

YELLOW, GREY, INK = "#FFF6C8", "#EEF2F4", "#14323F"

FREE = {
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": True,
    "insert_columns": True,
    "sort": True,
    "autofilter": True,
    "format_cells": True,
}
"""What a protected sheet still allows: formulas are protected from a slip, not from their owner."""

COMMENT = {"x_scale": 2.0, "y_scale": 1.0, "font_size": 10}


class OfferedLists:
    """The lists of words that cells offer, a column of a hidden sheet each.

    A list written in its cell holds 255 characters, and parts its words at their commas.
    """

    def __init__(self) -> None:
        self._columns: dict[tuple[str, ...], int] = {}

    def area(self, words: Sequence[str]) -> str:
        """Cell range of a list, as a formula of another sheet."""
        column = self._columns.setdefault(tuple(words), len(self._columns))
        return f"={LISTS}!{xl_range_abs(0, column, len(words) - 1, column)}"

    def write(self, book: Workbook) -> None:
        """Write the sheet, the last one, once every cell has its list."""
        sheet = book.add_worksheet(LISTS)
        for words, column in self._columns.items():
            sheet.write_column(0, column, words)
        sheet.hide()


@dataclass(frozen=True, slots=True)
class Styles:
    """The formats of a workbook, and the lists of its cells."""

    title: Format
    header: Format
    known: Format
    fill: Format
    day: Format
    text: Format
    example: Format
    total: Format
    plain: Format
    lists: OfferedLists


def styles_of(book: Workbook) -> Styles:
    """Make the formats in a workbook."""
    cell = {"border": 1, "border_color": "#C6D1DA", "locked": False, "valign": "vcenter"}
    return Styles(
        title=book.add_format({"bold": True, "font_size": 16, "font_color": INK}),
        header=book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": INK, "font_color": "white"}
        ),
        known=book.add_format({"bold": True, "valign": "vcenter", "bg_color": GREY, "locked": False}),
        fill=book.add_format({**cell, "bg_color": YELLOW}),
        day=book.add_format({**cell, "bg_color": YELLOW, "num_format": "dd/mm/yyyy"}),
        text=book.add_format({**cell, "bg_color": YELLOW, "num_format": "@"}),
        example=book.add_format({**cell, "italic": True, "font_color": "#6B7B86", "bg_color": GREY}),
        total=book.add_format({"bold": True, "num_format": "#,##0", "bg_color": GREY}),
        plain=book.add_format({"text_wrap": True, "valign": "top", "locked": False}),
        lists=OfferedLists(),
    )


def on_paper(sheet: Worksheet) -> None:
    """Print a sheet in A4, lying, as wide as the page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def offer(sheet: Worksheet, area: tuple[int, int, int, int], words: Sequence[str], styles: Styles) -> None:
    """Offer a list of words in an area; another word is asked about, not refused: a unit may follow it."""
    source = styles.lists.area(words)
    sheet.data_validation(
        *area,
        {"validate": "list", "source": source, "error_type": "warning", "error_title": "Hors de la liste"},
    )
