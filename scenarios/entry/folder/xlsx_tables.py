"""`membres.xlsx`: the whole folder in one workbook, read into the same rows and sections as text files."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from gettext import gettext as _
from pathlib import Path
from typing import Any

from acc.arrays import CellValue
from acc.problem import InputError, Problem, refuse
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import columns, days, sheet_settings
from scenarios.entry.columns.messages import unknown_word
from scenarios.entry.columns.names import (
    OPTIONAL_TABLES,
    TABLES,
    UNSIGNED,
    Header,
    factor_of,
    header_of,
    number_and_unit,
    plain,
    plain_number,
    resolve_path,
    two_readings,
    unit_of,
    word_of,
)
from scenarios.entry.columns.schema import truth, written_day
from scenarios.entry.columns.toml_text import parse_toml, section_values, variants_of
from scenarios.entry.folder.headers import is_total
from scenarios.entry.folder.sheets import (
    EXAMPLE_MARK,
    FilledCell,
    FilledSheet,
    Value,
    missing_sheets,
    open_sheets,
    other_sheets,
    strayed,
    unseen_lines,
)

WORKBOOK = "membres.xlsx"
TABLE_TITLES = ("Sites", "Centrales", "Membres", "Parties", "Devis", "Changements", "Signatures")
TABLE_SHEETS: Mapping[str, str] = dict(zip(TABLES, TABLE_TITLES, strict=True))
SETTING_SHEETS = ("Opération", "Prix")
EXPECTED_SHEETS = ("Prix", "Membres")
"""Sheets without which a workbook is read, its prices or its members unknown."""

VARIANTS, OTHERS, COMPARED, LISTS = "Variantes", "Réglages", "Comparaison", "Listes"
SETTING, VALUE, VARIANT, NOTE = "Réglage", "Valeur", "Variante", "Note"
TO_COMPARE = "À comparer"
COMPARED_SETTINGS: Mapping[str, str] = {"key.name": "keys", "prices.local_eur_per_mwh": "prices"}
"""Settings of which the sheet Comparaison has values side by side, and where `[compare]` has them."""

FIRST_SERIAL, LAST_SERIAL, SERIAL_ZERO = 20_000, 80_000, date(1899, 12, 30)
"""A day that lost its format in Excel is a number of days since 1899."""
FIRST_DAY = SERIAL_ZERO + timedelta(days=FIRST_SERIAL)


@dataclass(slots=True)
class WorkbookContent:
    """What a workbook says, as the text files would: rows by table, sections, and where each path stands.

    Attributes:
        said: what is not read, in sentences.
    """

    tables: dict[str, list[Row]] = field(default_factory=dict)
    sections: dict[str, CellValue] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)


def read_workbook(path: Path) -> WorkbookContent:
    """Return the content of a workbook.

    Raises:
        InputError: every cell that cannot be read, every sheet or header that is missing.
    """
    sheets = open_sheets(path)
    book = WorkbookContent()
    problems, book.said = other_sheets(sheets, TABLE_SHEETS, (*SETTING_SHEETS, LISTS))
    book.said += missing_sheets(path.name, sheets, EXPECTED_SHEETS)
    renamed = bool(problems)
    settings = ((title, _read_settings) for title in SETTING_SHEETS)
    for title, read in (
        (OTHERS, _read_others),
        *settings,
        (VARIANTS, _read_variants),
        (COMPARED, _read_compared),
    ):
        if sheet := sheets.get(plain(title)):
            read(sheet, book, problems)
    for file, title in TABLE_SHEETS.items():
        if sheet := sheets.get(plain(title)):
            book.tables[file] = _read_table(sheet, file, problems, book.said)
        elif file not in OPTIONAL_TABLES and not renamed:
            message = _("no sheet {title}: `acc new DIR --xlsx` makes a workbook with all of them")
            problems.append(Problem(path.name, message.format(title=title)))
    refuse(problems)
    for file in [file for file in OPTIONAL_TABLES if not book.tables.get(file)]:
        book.tables.pop(file, None)
    return book


def _read_table(sheet: FilledSheet, file: str, problems: list[Problem], notes: list[str]) -> list[Row]:
    """Return the rows below the header, which is the first line that names the column `id`."""
    top = next((n for n, cells in sheet.rows.items() if _names_id(file, cells)), None)
    place = f"{sheet.file}, {sheet.title}"
    if top is None:
        message = _("no header: a line with the column “{name}” is expected")
        problems.append(Problem(place, message.format(name=columns(file)["id"].french)))
        return []
    heads = {cell.column: (str(cell.value).strip(" *"), cell.address) for cell in sheet.rows[top]}
    spelt = [name.lower() for name, _address in heads.values()]
    problems += [
        Problem(sheet.place(address), _("this column stands twice in the header"))
        for name, address in heads.values()
        if spelt.count(name.lower()) > 1
    ]
    problems += _merged_faults(sheet, top - 1)
    is_unmerged = not any(row == top for row, _area in sheet.merged)
    letters = {name: address.rstrip("0123456789") for name, address in heads.values()}
    headers = {column: header_of(file, name) for column, (name, _address) in heads.items()}
    notes += unseen_lines(sheet, file, top)
    rows = []
    for line, cells in _body(sheet, top, problems):
        problems += [
            Problem(sheet.place(cell.address), _("a cell outside the table: its column has no header"))
            for cell in cells
            if cell.column not in heads and is_unmerged
        ]
        inside = [cell for cell in cells if cell.column in heads]
        filled = {heads[cell.column][0]: cell_text(cell, headers[cell.column]) for cell in inside}
        rows.append(Row(place, line, filled, letters=letters))
    return rows


def _names_id(file: str, cells: Iterable[FilledCell]) -> bool:
    headers = [header_of(file, cell.value) for cell in cells if isinstance(cell.value, str)]
    return any(header and header.id == "id" for header in headers)


def _body(
    sheet: FilledSheet, top: int, problems: list[Problem]
) -> Iterable[tuple[int, tuple[FilledCell, ...]]]:
    """Yield the lines below the header, examples and remarks left out; formulas that fail are told."""
    for line, cells in sheet.rows.items():
        if line > top and not str(cells[0].value).startswith(EXAMPLE_MARK):
            if not is_total(cell.value for cell in cells):
                problems += [Problem(sheet.place(cell.address), cell.fault) for cell in cells if cell.fault]
            yield line, tuple(cell for cell in cells if not cell.fault)


def _merged_faults(sheet: FilledSheet, top: int) -> list[Problem]:
    message = _("merged cells: unmerge them and fill each one")
    return [Problem(sheet.place(area), message) for row, area in sheet.merged if row > top]


def cell_text(cell: FilledCell, header: Header | None = None) -> str:
    """Return a cell as the text file would have it; a number of Excel has one reading alone."""
    value = cell.value
    if isinstance(value, bool):
        return _YES_NO[value]
    if isinstance(value, date) and value < FIRST_DAY:
        return str((value - SERIAL_ZERO).days)  # a year alone, `2027`, in a cell for days
    if isinstance(value, date | str):
        return str(value)
    if header and header.id in days() and FIRST_SERIAL < value < LAST_SERIAL:
        return str(SERIAL_ZERO + timedelta(days=int(value)))
    text = number_text(value)
    if cell.percent and header and (header.unit_ratio == _PERCENT or unit_of(header.id) != "0 à 1"):
        text = number_text(float(f"{value * 100:.15g}"))
        # As it is seen; a spreadsheet keeps no +, which a factor is read by.
        sign = UNSIGNED if header.id == "ratio" and 0.0 < value < 1.0 else ""
        return text if header.unit_ratio == _PERCENT else f"{sign}{text} %"
    # Three decimals would look like thousands, which a number that is no text never is.
    return f"{text}0" if two_readings(text) else text


_YES_NO, _PERCENT = ("non", "oui"), 0.01


def number_text(value: float) -> str:
    """Return a number with the fifteen digits that a spreadsheet holds: what is beyond is noise.

    >>> number_text(62000), number_text(0.1), number_text(24340000000001.0), number_text(263760.00000000006)
    ('62000', '0.1', '24340000000001', '263760')
    """
    return str(int(rounded)) if (rounded := float(f"{value:.15g}")).is_integer() else repr(rounded)


def _read_settings(sheet: FilledSheet, book: WorkbookContent, problems: list[Problem]) -> None:
    """Read the lines `Réglage | Valeur` of a sheet into the sections of the operation."""
    for _line, cells, (name, value), valued in _lines(sheet, (SETTING, VALUE), problems):
        path = resolve_path(str(name.value)) if name is not None else ""
        if name is None or value is None:
            if name is not None:
                setting = sheet_settings().get(path)
                problems += strayed(sheet, cells, valued, setting.unit) if setting else []
            if value is not None:
                message = _("a value without its name, on its left")
                problems.append(Problem(sheet.place(value.address), message))
        elif "." not in path:
            known = [setting.french for setting in sheet_settings().values() if setting.group == sheet.title]
            message = unknown_word(str(name.value), known)
            problems.append(Problem(sheet.place(name.address), message))
        else:
            _keep(sheet, book, problems, path, value)


def _keep(
    sheet: FilledSheet, book: WorkbookContent, problems: list[Problem], path: str, cell: FilledCell
) -> None:
    head, _dot, key = path.partition(".")
    if path in book.origins:
        message = _("{path} is set twice, here and in {place}: keep one of them")
        problems.append(
            Problem(sheet.place(cell.address), message.format(path=path, place=book.origins[path]))
        )
        return
    section = section_values(book.sections.get(head))
    book.sections[head] = {**section, key: setting_value(path, cell.value)}
    book.origins[path] = sheet.place(cell.address)


def setting_value(path: str, value: Value) -> CellValue:
    """Return the value of a setting as `operation.toml` would have it."""
    setting = sheet_settings().get(path)
    if setting and setting.is_truth:
        return truth(value) if isinstance(value, str) or value not in {0, 1} else bool(value)
    if not isinstance(value, str):
        return value
    if setting and setting.is_day and not value.isdigit():
        return written_day(value)
    if setting and setting.list_name:
        return word_of(setting.list_name, value) or value
    if setting and (setting.type == "sale" or (setting.is_number and not two_readings(value))):
        return _number(value, unit_of(setting.id))
    return _toml_value(value)


def _toml_value(value: str) -> CellValue:
    """Return a list or a table that is written as TOML; any other text as it is."""
    with suppress(InputError):
        return parse_toml(f"value = {value}", "")["value"] if value.startswith(("[", "{")) else value
    return value


def _number(text: str, unit: str) -> str | int | float:
    bare, suffix = number_and_unit(text)
    try:
        number = float(plain_number(bare if suffix and factor_of(unit, suffix) == 1.0 else text))
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def _read_variants(sheet: FilledSheet, book: WorkbookContent, problems: list[Problem]) -> None:
    """Read the lines `Variante | Réglage | Valeur`; an empty name goes on with the variant above."""
    variants: list[dict[str, Any]] = []
    for line, _cells, (name, path, value), _last in _lines(sheet, (VARIANT, SETTING, VALUE), problems):
        if name is not None and (not variants or variants[-1]["name"] != str(name.value)):
            variants.append({"name": str(name.value)})
            book.origins[f"variants.{len(variants)}.name"] = sheet.place(name.address)
        if path is None:
            continue
        if not variants:
            problems.append(Problem(sheet.place(path.address), _("a change without the name of its variant")))
            continue
        setting_path = resolve_path(str(path.value))
        # An empty cell empties the cell that the path leads to.
        variants[-1][setting_path] = setting_value(setting_path, value.value) if value else ""
        book.origins[f"variants.{len(variants)}.{setting_path}"] = f"{sheet.file}, {sheet.title}!{line}"
    if variants:
        book.sections["variants"] = [*variants_of(book.sections), *variants]


def _read_compared(sheet: FilledSheet, book: WorkbookContent, problems: list[Problem]) -> None:
    """Read the lines of keys, of prices, of a plant's powers, values on the right, into `[compare]`."""
    section: dict[str, Any] = {}
    for _line, cells, (name,), named in _lines(sheet, (TO_COMPARE,), problems):
        values = [cell for cell in cells if cell.column > named]
        if name is None:
            message = _("a value without its name, on its left")
            problems += [Problem(sheet.place(cell.address), message) for cell in values]
        elif values:
            path = resolve_path(str(name.value))
            key = COMPARED_SETTINGS.get(path)
            into = section if key else section.setdefault("kwp", {})
            present = into.setdefault(key or str(name.value), [])
            for cell in values:
                present.append(setting_value(path, cell.value))
                origin = f"compare.{key or f'kwp.{name.value}'}.{len(present)}"
                book.origins[origin] = sheet.place(cell.address)
    if section and "compare" in book.sections:
        message = _("{path} is set twice, here and in {place}: keep one of them")
        text = message.format(path="[compare]", place=f"{sheet.file}, {OTHERS}")
        problems.append(Problem(f"{sheet.file}, {sheet.title}", text))
    elif section:
        book.sections["compare"] = section


def _read_others(sheet: FilledSheet, book: WorkbookContent, problems: list[Problem]) -> None:
    """Read the rest of `operation.toml`, one line of it in each cell of the first column."""
    lines = {line: str(cells[0].value) for line, cells in sheet.rows.items() if cells[0].column == 1}
    text = "\n".join(lines.get(line, "") for line in range(1, max(lines, default=0) + 1))
    try:
        book.sections = parse_toml(text, f"{sheet.file}, {sheet.title}")
    except InputError as fault:
        problems += fault.problems
        return
    for name, content in book.sections.items():
        book.origins[name] = f"{sheet.file}, {sheet.title}, [{name}]"
        if isinstance(content, dict):
            book.origins |= {f"{name}.{key}": f"{book.origins[name]} {key}" for key in content}


def _lines(
    sheet: FilledSheet, names: tuple[str, ...], problems: list[Problem]
) -> Iterator[tuple[int, tuple[FilledCell, ...], list[FilledCell | None], int]]:
    """Yield each line below the header: its number, its cells, those of the columns named, the last one."""
    lines = {n: {plain(str(c.value)): c.column for c in cells} for n, cells in sheet.rows.items()}
    top = next((n for n, places in lines.items() if all(plain(name) in places for name in names)), None)
    if top is None:
        message = _("no header: a line with {names} is expected")
        problems.append(Problem(f"{sheet.file}, {sheet.title}", message.format(names=", ".join(names))))
        return
    problems += _merged_faults(sheet, top)
    columns = [lines[top][plain(name)] for name in names]
    for line, cells in _body(sheet, top, problems):
        by_column = {cell.column: cell for cell in cells}
        yield line, cells, [by_column.get(column) for column in columns], columns[-1]
