"""How the cells of the workbook look, and what Excel says beside them."""

from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

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


@dataclass(frozen=True, slots=True)
class Styles:
    """The formats of a workbook."""

    title: Format
    header: Format
    known: Format
    fill: Format
    day: Format
    text: Format
    example: Format
    total: Format
    plain: Format


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
    )


def on_paper(sheet: Worksheet) -> None:
    """Print a sheet in A4, lying, as wide as the page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def offer(sheet: Worksheet, area: tuple[int, int, int, int], words: list[str]) -> None:
    """Offer a list of words in an area; another word is asked about, not refused: a unit may follow it."""
    if sum(map(len, words)) + len(words) <= 255:  # what Excel takes in a list
        sheet.data_validation(
            *area,
            {"validate": "list", "source": words, "error_type": "warning", "error_title": "Hors de la liste"},
        )
