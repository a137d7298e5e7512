"""Writes the workbook: the sheets to fill in, tables and settings, with what a folder already says."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from gettext import gettext as _

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from acc.arrays import CellValue
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import InputColumn, columns, ranked, sheet_settings
from scenarios.entry.columns.names import (
    CHANGES,
    PARTICIPANTS,
    PARTIES,
    PERSONS,
    PLANTS,
    QUOTES,
    SIGNATURES,
    french_word,
    word_of,
)
from scenarios.entry.columns.schema import takes_part
from scenarios.entry.columns.toml_text import section_values, sections_text, toml_of, variants_of
from scenarios.entry.folder.raw import COMPARE, RawFolder
from scenarios.entry.folder.xlsx_tables import (
    COMPARED,
    COMPARED_SETTINGS,
    NOTE,
    OTHERS,
    SETTING,
    TABLE_SHEETS,
    TO_COMPARE,
    VALUE,
    VARIANT,
    VARIANTS,
    number_text,
)
from scenarios.entry.workbook.cells import (
    COMMENT,
    FREE,
    READERS,
    YES_NO,
    Styles,
    offer,
    offered_words,
    on_paper,
    sheet_value,
    styles_of,
    write_cell,
)

BLANK_LINES = 40

COMPARED_VALUES = 8
"""Columns of values to set side by side; more where a folder has more."""


def write_settings(book: Workbook, title: str, source: RawFolder | None, styles: Styles) -> None:
    """Write the settings of a sheet, those of `source` or those to begin with."""
    sheet = book.add_worksheet(title)
    _heads(sheet, title, {SETTING: 34, VALUE: 34, "Unité": 12, "Ce que c’est": 80}, styles)
    named = [setting for setting in sheet_settings().values() if setting.group == title]
    for line, setting in enumerate(named, start=4):
        value = (
            _first_value(setting) if source is None else shown_value(setting, value_of(source, setting.path))
        )
        sheet.write_string(line, 0, setting.french, styles.known)
        write_cell(sheet, line, 1, value, styles, day=setting.is_day)
        sheet.write_string(line, 2, setting.unit, styles.plain)
        sheet.write_string(line, 3, setting.what, styles.plain)
        choice = offered_words(setting)
        if choice:
            offer(sheet, (line, 1, line, 1), choice, styles)
    sheet.protect("", FREE)


def write_variants(book: Workbook, source: RawFolder | None, styles: Styles) -> None:
    """Write the variants, a line for each change."""
    sheet = book.add_worksheet(VARIANTS)
    _heads(sheet, VARIANTS, {VARIANT: 34, SETTING: 44, VALUE: 34, NOTE: 60}, styles)
    changes = [
        (str(variant.get("name", "")), path, value)
        for variant in (variants_of(source.sections) if source else [])
        for path, value in ({"": ""} | variant if len(variant) == 1 else variant).items()
        if path != "name"
    ]
    if source is None:
        for column, text in enumerate(
            ("# prix local à 95", "Prix local", "95", _("one line a change; an empty value empties the cell"))
        ):
            sheet.write_string(4, column, text, styles.example)
    first = 5 if source is None else 4
    for line in range(first, first + len(changes) + BLANK_LINES):
        row = changes[line - first] if line - first < len(changes) else ("", "", "")
        for column, value in enumerate(row):
            write_cell(sheet, line, column, _cell(value), styles, day=False)
    sheet.protect("", FREE)


def write_compared(book: Workbook, source: RawFolder | None, styles: Styles) -> None:
    """Write the comparison sheet: a line for keys, one for prices, one per plant, values on its right."""
    sheet = book.add_worksheet(COMPARED)
    section = section_values(source.sections.get(COMPARE)) if source else {}
    powers = section_values(section.get("kwp"))
    plants = [str(row.cells.get("id", "")) for row in source.plants] if source else []
    known = sheet_settings()
    lines = [(known[path].french, path, section.get(key)) for path, key in COMPARED_SETTINGS.items()]
    lines += [(name, "", powers.get(name)) for name in dict.fromkeys((*plants, *powers))]
    values = [own if isinstance(own, list) else [own] for _name, _path, own in lines]
    count = max(COMPARED_VALUES, *map(len, values))
    titles = {f"{VALUE} {rank}": 24 for rank in range(1, count + 1)}
    _heads(sheet, COMPARED, {TO_COMPARE: 34, **titles}, styles)
    text = _(
        "One value a cell. acc compare crosses all lines; powers in kWp, a line a plant, by its id or name."
    )
    sheet.write_string(1, 0, text, styles.plain)
    for line, ((name, path, _own), own) in enumerate(zip(lines, values, strict=True), start=4):
        sheet.write_string(line, 0, name, styles.fill if not path else styles.known)
        for column in range(1, count + 1):
            value = own[column - 1] if column <= len(own) else None
            shown = shown_value(known[path], value) if path else value
            write_cell(sheet, line, column, _cell(shown), styles, day=False)
        if path and (choice := offered_words(known[path])):
            offer(sheet, (line, 1, line, count), choice, styles)
    for line in range(4 + len(lines), 4 + len(lines) + BLANK_LINES):
        for column in range(count + 1):
            write_cell(sheet, line, column, None, styles, day=False)
    sheet.protect("", FREE)


def write_others(book: Workbook, source: RawFolder | None, styles: Styles) -> None:
    """Write the settings without a sheet of their own, as lines of `operation.toml`."""
    sheet = book.add_worksheet(OTHERS)
    sheet.set_column(0, 0, 120)
    lines = [_("# One line of operation.toml a cell; docs/reglages.md names them.")]
    lines += sections_text(others_of(source.sections)).splitlines() if source else []
    for line, text in enumerate(lines):
        if text:
            sheet.write_string(line, 0, text, styles.plain)


def shown_setting(setting: InputColumn, source: RawFolder | None) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return a setting of a folder as it is typed, and the words that it may be, none where it is no list."""
    value = None if source is None else shown_value(setting, value_of(source, setting.path))
    text = "" if value is None else number_text(value) if isinstance(value, int | float) else str(value)
    offered = offered_words(setting)
    return text.replace(".", ",") if setting.is_number else text, tuple(
        (word, word) for word in ("", *offered) if offered
    )


def others_of(sections: Mapping[str, CellValue]) -> dict[str, CellValue]:
    """Settings without a sheet of their own: lists, tables, and rare ones."""
    left: dict[str, CellValue] = {}
    for name, content in sections.items():
        if name in {"variants", COMPARE}:
            continue
        if not isinstance(content, dict):
            left[name] = content
            continue
        own = {key: value for key, value in content.items() if not _on_a_sheet(f"{name}.{key}", value)}
        if own or not content:
            left[name] = own
    return left


def value_of(source: RawFolder, path: str) -> CellValue:
    """Return the value of a setting of a folder, None where it says nothing."""
    head, _dot, key = path.partition(".")
    value = section_values(source.sections.get(head)).get(key)
    return value if _on_a_sheet(path, value) else None


def _on_a_sheet(path: str, value: object) -> bool:
    return path in sheet_settings() and isinstance(value, str | int | float | date) and value != ""


def _heads(sheet: Worksheet, title: str, widths: Mapping[str, int], styles: Styles) -> None:
    sheet.write(0, 0, title, styles.title)
    for column, (name, width) in enumerate(widths.items()):
        sheet.write_string(3, column, name, styles.header)
        sheet.set_column(column, column, width)
    sheet.freeze_panes(4, 0)
    on_paper(sheet)


def _first_value(setting: InputColumn) -> object:
    """Initial value in a new workbook: the example, for settings that every operation needs."""
    if not setting.sample:
        return None
    if setting.is_day:
        return date.fromisoformat(setting.example)
    return int(setting.example) if setting.is_number else setting.example


def shown_value(setting: InputColumn, value: CellValue) -> CellValue:
    """Return the value of a setting as its sheet shows it: words in French."""
    if isinstance(value, bool):
        return YES_NO[not value]
    word = word_of(setting.list_name, value) if setting.list_name and isinstance(value, str) else None
    return french_word(setting.list_name, word) if word else value


def _cell(value: object) -> object:
    return toml_of(value) if isinstance(value, list | dict) else value


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
    for file in (PERSONS, PARTICIPANTS, PLANTS, QUOTES, CHANGES, PARTIES, SIGNATURES):
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
        words = offered_words(known[name]) + (list(READERS) if name == "publish" else [])
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
    sheet: Worksheet, line: int, column: int, file: str, name: str, value: CellValue, styles: Styles
) -> None:
    known = columns(file).get(name)
    if value is None and known is not None and known.is_kept_text:
        sheet.write_blank(line, column, None, styles.text)
    else:
        day = known is not None and known.is_day
        write_cell(sheet, line, column, sheet_value(file, name, value), styles, day=day)


def _sample(file: str, column: InputColumn) -> CellValue:
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
        _("Signatures: who must sign what, what is sent and signed; `acc papers` fills it (may stay empty)."),
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
