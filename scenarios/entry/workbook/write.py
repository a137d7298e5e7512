"""Writes the workbook: the sheets to fill in, with what a folder already says."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from gettext import gettext as _

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import InputColumn, columns, ranked
from scenarios.entry.columns.names import CHANGES, PARTICIPANTS, PARTIES, PERSONS, PLANTS, QUOTES, choices
from scenarios.entry.columns.schema import takes_part
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.xlsx_tables import TABLE_SHEETS
from scenarios.entry.workbook.cells import READERS, YES_NO, sheet_value, write_cell
from scenarios.entry.workbook.setting_sheets import (
    write_compared,
    write_others,
    write_settings,
    write_variants,
)
from scenarios.entry.workbook.styles import COMMENT, FREE, Styles, offer, on_paper, styles_of

BLANK_ROWS = 60
"""Yellow lines below the last one that is filled in."""

HEADER, FIRST = 3, 4
"""Lines of a table: title, totals, one left free, then the header; counted from 0."""


def workbook_bytes(source: RawFolder | None = None) -> bytes:
    """Return the workbook that holds `source`; empty, with one line of example a table, without it."""
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(1980, 1, 1, tzinfo=UTC)})  # the same values, the same bytes
    styles = styles_of(book)
    _write_explained(book.add_worksheet("Lisez-moi"), styles)
    write_settings(book, "Opération", source, styles)
    for file in (PERSONS, PARTICIPANTS, PLANTS, QUOTES, CHANGES, PARTIES):
        rows = () if source is None else source.tables[file]
        _write_table(book.add_worksheet(TABLE_SHEETS[file]), file, rows, styles, example=source is None)
    write_settings(book, "Prix", source, styles)
    write_variants(book, source, styles)
    write_compared(book, source, styles)
    write_others(book, source, styles)
    styles.lists.write(book)
    book.close()
    return out.getvalue()


def _write_table(sheet: Worksheet, file: str, rows: Sequence[Row], styles: Styles, *, example: bool) -> None:
    known = columns(file)
    usual = ranked(file, "workbook")
    order = [*usual, *(name for name in known if name not in usual)]
    used = {name for row in rows for name in row.cells}
    strange = sorted(used - set(known))
    sheet.write(0, 0, TABLE_SHEETS[file], styles.title)
    sheet.set_row(HEADER, 45)
    for column, name in enumerate([*order, *strange]):
        _write_header(sheet, column, known.get(name), name, styles)
        folded = name in known and name not in usual and name not in used
        sheet.set_column(column, column, 18, None, {"level": 1, "hidden": True} if folded else {})
    first = FIRST + example
    if example:
        for column, name in enumerate(order):
            sheet.write(FIRST, column, _sample(file, known[name]), styles.example)
    last = first + len(rows) + BLANK_ROWS - 1
    for line in range(first, last + 1):
        cells = rows[line - first].cells if line - first < len(rows) else {}
        for column, name in enumerate([*order, *strange]):
            _write_value(sheet, line, column, file, name, cells.get(name), styles)
    for column, name in enumerate(order):
        words = [word.french for word in choices(file, name).values()]
        words = list(YES_NO) if known[name].is_truth else words
        words += list(READERS) if name == "publish" else []
        if words:
            offer(sheet, (first, column, last, column), words, styles)
    _write_totals(sheet, order, rows, last, styles)
    sheet.freeze_panes(HEADER + 1, 2)
    on_paper(sheet)
    sheet.protect("", FREE)


def _write_header(
    sheet: Worksheet, column: int, known: InputColumn | None, name: str, styles: Styles
) -> None:
    sheet.write_string(HEADER, column, known.header if known else name, styles.header)
    if known:
        example = _("Example:")
        text = f"{known.what[:1].upper()}{known.what[1:]}.\n{example} {known.example}"
        sheet.write_comment(HEADER, column, text, COMMENT)


def _write_value(
    sheet: Worksheet, line: int, column: int, file: str, name: str, value: object, styles: Styles
) -> None:
    known = columns(file).get(name)
    if value is None and known is not None and known.is_kept_text:
        sheet.write_blank(line, column, None, styles.text)
    else:
        day = known is not None and known.is_day
        write_cell(sheet, line, column, sheet_value(file, name, value), styles, day=day)


def _sample(file: str, column: InputColumn) -> object:
    """Value of a column in the sample line of an empty workbook."""
    if column.id == "id":
        return "# exemple"
    return sheet_value(file, column.id, column.example) if column.sample else ""


def _write_totals(
    sheet: Worksheet, order: Sequence[str], rows: Sequence[Row], last: int, styles: Styles
) -> None:
    """Write the protected formulas: how many lines, and the kWh or the kWp of those that take part."""

    def area(name: str) -> str:
        letter = xl_col_to_name(order.index(name))
        return f"${letter}${FIRST + 1}:${letter}${last + 1}"

    counted = f'COUNTIFS({area("id")},"<>#*",{area("id")},"?*")'
    if "name" in order:  # a line without an id is called by its name
        counted += f'+COUNTIFS({area("id")},"",{area("name")},"?*")'
    sheet.write(1, 0, _("Lines filled in"), styles.total)
    sheet.write_formula(1, 1, f"={counted}", styles.total, len(rows))
    for name, title in (("annual_kwh", _("kWh a year")), ("kwp", "kWc")):
        if name in order and "active" in order:
            taking_part = f'{area("id")},"<>#*",{area("active")},"<>non"'
            sheet.write(1, 2, title, styles.total)
            sheet.write_formula(
                1, 3, f"=SUMIFS({area(name)},{taking_part})", styles.total, _total(rows, name)
            )


def _total(rows: Sequence[Row], name: str) -> float:
    """Value of the total formula, for readers without recalculation."""
    cells = [
        sheet_value(PLANTS if name == "kwp" else PARTICIPANTS, name, row.cells.get(name))
        for row in rows
        if takes_part(row.cells)
    ]
    return float(sum(value for value in cells if isinstance(value, int | float)))


def _write_explained(sheet: Worksheet, styles: Styles) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 115)
    sheet.write(0, 0, _("Workbook of a collective self-consumption operation"), styles.title)
    lines = (
        _("Fill in the yellow cells. An empty cell means “unknown”, never zero."),
        _("Opération: the name, the days studied, the perimeter, the allocation key."),
        _("Membres: who signs and pays, one line a person (may stay empty)."),
        _("Sites: one line for each meter that consumes: its kind, a profile or a curve, its kWh."),
        _("Centrales: one line for each solar plant, with its power in kWp."),
        _("Devis: quotes of a plant at several powers, one line a power (may stay empty)."),
        _("Changements: what is to change, with its day, one line a change (may stay empty)."),
        _("Parties: who signs and at which address, for the papers alone (may stay empty)."),
        _("Prix: the local price, the sale of the surplus, the plan of the producers."),
        _("Variantes: what changes from one variant to another, one line a change."),
        _("Comparaison: keys, prices and powers that acc compare sets side by side (may stay empty)."),
        _("Réglages: the rest, as operation.toml writes it. Most operations leave it alone."),
        _("A line that begins with # is an example or a remark: it is not read."),
        _("Hold the mouse over the title of a column: a note says what it expects, with an example."),
        _("Rare columns are folded away: the + above the letters shows them."),
        _("A commune alone, without latitude and longitude, is placed at its middle, and this is said."),
        _("Measured curves go into the folder curves beside this workbook; the column Courbe names them."),
        _("Keep the name membres.xlsx. Close the workbook, then type: acc check FOLDER."),
    )
    for line, text in enumerate(lines, start=2):
        sheet.write_string(line, 0, text, styles.plain)
