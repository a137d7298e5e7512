"""The workbook: live formulas over the results, yellow hypotheses, native chart; the same bytes each time."""

import textwrap
from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from io import BytesIO
from typing import TypeAlias

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from acc.result.result import Result
from profiles.files.letters import stripped
from reports.format.language import current
from reports.format.numbers import FIXED
from reports.format.palette import COLOURS
from reports.nodes.tree import Frame
from reports.sentences.overview import frame
from reports.studies.workbook import participants
from reports.studies.workbook.cells import Cell, CellKind, Chart, Role, Row, Sheet, at, named
from reports.studies.workbook.plan import plan_sheet
from reports.studies.workbook.words import (
    alone_sheet,
    hypotheses_sheet,
    provenance_sheet,
    rules_sheet,
    summary_sheet,
)
from reports.view.view import View, view_of

FAMILY, POINTS = "Calibri", 11
"""Fonts are not embedded in workbooks: this one is there, or has a metric twin, wherever sheets open."""

YELLOW = "#FBE6BC"
A4 = 9
MOST_FOOTER = 200
"""Excel refuses a longer header or footer (255 characters, codes included)."""

NOTE_CHARACTERS, LINE_POINTS = 110, 15.0
CELL_PIXELS = (20, 64)
"""Height and width of a cell that nobody sized."""

BOLD_WIDTH, HEAD_ROOM_POINTS = 1.2, 4.0
HEADS = frozenset({Role.HEAD, Role.NUMBER_HEAD})

ROLES: dict[Role, dict[str, object]] = {
    Role.BODY: {},
    Role.TITLE: {"bold": True, "font_size": 16, "font_color": COLOURS["shared_dark"]},
    Role.SECTION: {"bold": True, "font_size": 12, "font_color": COLOURS["shared_dark"]},
    Role.HEAD: {
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": COLOURS["shared"],
        "text_wrap": True,
        "valign": "vcenter",
    },
    Role.NUMBER_HEAD: {},
    Role.ALERT: {"bold": True, "font_size": 12, "font_color": COLOURS["worse"]},
    Role.NOTE: {"font_color": COLOURS["muted"]},
    Role.TOTAL: {"bold": True, "top": 1},
    Role.INPUT: {"bg_color": YELLOW, "border": 1, "border_color": COLOURS["rule"]},
    Role.LABEL: {"bold": True, "font_color": COLOURS["sun_text"]},
}

Look: TypeAlias = Callable[[CellKind, Role], Format]
"""Gives the format of a cell."""

ROLES[Role.NUMBER_HEAD] = ROLES[Role.HEAD] | {"align": "right", "indent": 1}


def workbook(result: Result) -> bytes:
    """Return the workbook of a result; what it shows follows the rules of `reports.view.privacy`.

    Raises:
        InputError: households that may not be shown.
    """
    view = view_of(result)
    return write_workbook(sheets(view), view)


def sheets(view: View) -> tuple[Sheet, ...]:
    """Return the sheets in their order; the plan and its hypotheses only where there are some."""
    written = (
        summary_sheet(view),
        participants.participants_sheet(view),
        participants.months_sheet(view),
        participants.keys_sheet(view),
        participants.plants_sheet(view),
        participants.persons_sheet(view),
        participants.person_years_sheet(view),
        plan_sheet(view),
        alone_sheet(view),
        hypotheses_sheet(view),
        rules_sheet(view),
        provenance_sheet(view),
    )
    return tuple(sheet for sheet in written if sheet is not None)


def write_workbook(given: tuple[Sheet, ...], view: View) -> bytes:
    """Return the sheets of a result as the bytes of an .xlsx file, dated from the run."""
    return write_sheets(given, frame(view, ""), view.result.provenance.ran_on)


def write_sheets(given: tuple[Sheet, ...], words: Frame, ran_on: str) -> bytes:
    """Return sheets as the bytes of an .xlsx file, between what every page says, dated by an ISO date."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    created = datetime.fromisoformat(ran_on[:10])
    book.set_properties({"title": stripped(words.title), "created": created})
    look = cache(partial(_look, book))
    for sheet in given:
        _write(book, look, sheet, words.label, words.footer)
    book.close()
    return out.getvalue()


def _look(book: Workbook, kind: CellKind, role: Role) -> Format:
    """Return the format of a cell; a workbook has each once."""
    look: dict[str, object] = {"font_name": FAMILY, "font_size": POINTS, "valign": "top", "text_wrap": True}
    if kind is not CellKind.TEXT:
        del look["text_wrap"]
        look |= {"num_format": number_format(kind), "align": "right", "indent": 1}
    return book.add_format(look | ROLES[role])


def number_format(kind: CellKind) -> str:
    """Return the code of a number; a French Excel shows its spaces and commas by itself."""
    percent = f"0.0{FIXED}%" if current() == "fr" else "0.0%"
    codes = {
        CellKind.KWH: "#,##0",
        CellKind.EUR: "#,##0",
        CellKind.PRICE: "#,##0.00",
        CellKind.PERCENT: percent,
        CellKind.COUNT: "0",
        CellKind.YEARS: "0.0",
    }
    return codes.get(kind, "General")


def _write(book: Workbook, look: Look, sheet: Sheet, word: str, footer: str) -> None:
    page = book.add_worksheet(sheet.title)
    for column, width in enumerate(sheet.widths):
        page.set_column(column, column, width)
    for row, cells in enumerate(sheet.rows):
        _write_row(page, look, row, cells, sheet)
    for name, (row, column) in sheet.names.items():
        book.define_name(named(name), f"='{sheet.title}'!{at(row, column, fixed=True)}")
    page.freeze_panes(*sheet.freeze)
    if sheet.chart is not None:
        _insert(book, page, sheet.title, sheet.chart)
    _print_setup(page, sheet, word, footer)


def _write_row(page: Worksheet, look: Look, row: int, cells: Row, sheet: Sheet) -> None:
    first = cells[0] if cells else None
    if len(cells) == 1 and first is not None:
        _write_line(page, look(first.kind, first.role), row, str(first.value), sheet)
        return
    for column, cell in enumerate(cells):
        if cell is not None:
            _write_cell(page, look(cell.kind, cell.role), row, column, cell)
    if first is not None and first.role in HEADS:
        lines = max(_lines(cell, width) for cell, width in zip(cells, sheet.widths, strict=False))
        page.set_row(row, LINE_POINTS * lines + HEAD_ROOM_POINTS)


def _lines(cell: Cell | None, width: float) -> int:
    """Number of lines of a head; bold letters are wider than those of the width."""
    words = "" if cell is None else str(cell.value)
    return max(1, len(textwrap.wrap(words, max(1, int(width / BOLD_WIDTH)))))


def _write_line(page: Worksheet, look: Format, row: int, words: str, sheet: Sheet) -> None:
    """Write words that stand alone over as many columns as make a readable line."""
    across, room = 0, 0.0
    for across, width in enumerate(sheet.widths):  # noqa: B007 - the last one reached is read
        room += width
        if room >= NOTE_CHARACTERS:
            break
    if across:
        page.merge_range(row, 0, row, across, "", look)
    page.write_string(row, 0, words, look)
    lines = -(-len(words) // max(1, int(room)))
    if lines > 1:
        page.set_row(row, LINE_POINTS * lines)


def _write_cell(page: Worksheet, look: Format, row: int, column: int, cell: Cell) -> None:
    if cell.formula:
        page.write_formula(row, column, cell.formula, look, cell.value)
    elif isinstance(cell.value, str):
        page.write_string(row, column, cell.value, look)
    else:
        page.write_number(row, column, cell.value, look)


def _print_setup(page: Worksheet, sheet: Sheet, word: str, footer: str) -> None:
    page.print_area(0, 0, *_last_cell(sheet))
    page.set_paper(A4)
    if sheet.landscape:
        page.set_landscape()
    page.fit_to_pages(sheet.pages_across, 0)
    if sheet.pages_across > 1:
        page.repeat_columns(0)
    if sheet.freeze[0]:
        page.repeat_rows(sheet.freeze[0] - 1)
    page.set_header(f"&L{_plain(word)}&R&A")
    page.set_footer(f"&L{_plain(footer)}&R&P / &N")


def _last_cell(sheet: Sheet) -> tuple[int, int]:
    """Return the last row and column that print, those of a chart included."""
    row = len(sheet.rows) - 1
    column = max(len(sheet.widths), *(len(cells) for cells in sheet.rows)) - 1
    if sheet.chart is not None:
        (top, left), (rows, columns) = sheet.chart.at, sheet.chart.size
        return max(row, top + rows), max(column, left + columns)
    return row, column


def _plain(words: str) -> str:
    words = stripped(words)
    return words[: MOST_FOOTER - words.count("&")].replace("&", "&&")


def _insert(book: Workbook, page: Worksheet, title: str, given: Chart) -> None:
    bars = book.add_chart({"type": "column", "subtype": "stacked"})
    line = book.add_chart({"type": "line"})
    for column, colour in given.bars:
        bars.add_series(_series(title, given, column) | {"fill": {"color": colour}, "gap": 40})
    column, colour = given.line
    look = {"line": {"color": colour, "width": 2.0}, "marker": {"type": "circle", "fill": {"color": colour}}}
    line.add_series(_series(title, given, column) | look)
    bars.combine(line)
    bars.set_title({"name": given.title, "overlay": False, "name_font": {"size": 13}})
    bars.set_y_axis({"name": given.unit, "num_format": "#,##0", "major_gridlines": {"visible": True}})
    bars.set_legend({"position": "bottom"})
    rows, columns = given.size
    bars.set_size({"width": columns * CELL_PIXELS[1], "height": rows * CELL_PIXELS[0]})
    page.insert_chart(*given.at, bars, {"description": given.alt, "object_position": 1})


def _series(title: str, given: Chart, column: int) -> dict[str, object]:
    first, last = given.rows
    return {
        "name": [title, first - 1, column],
        "categories": [title, first, given.labels, last, given.labels],
        "values": [title, first, column, last, column],
    }
