"""The sheets of settings, Opération to Réglages: what `operation.toml` says, a line for each setting."""

from collections.abc import Mapping
from datetime import date
from gettext import gettext as _

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from scenarios.entry.columns.input_columns import InputColumn, sheet_settings
from scenarios.entry.columns.names import french_word, word_of, words
from scenarios.entry.columns.toml_text import sections_text, toml_of
from scenarios.entry.folder.raw import COMPARE, RawFolder
from scenarios.entry.folder.xlsx_tables import (
    COMPARED,
    COMPARED_SETTINGS,
    NOTE,
    OTHERS,
    SETTING,
    TO_COMPARE,
    VALUE,
    VARIANT,
    VARIANTS,
    number_text,
)
from scenarios.entry.workbook.cells import YES_NO, write_cell
from scenarios.entry.workbook.styles import FREE, Styles, offer, on_paper

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
        choice = _choice(setting)
        if choice:
            offer(sheet, (line, 1, line, 1), choice, styles)
    sheet.protect("", FREE)


def write_variants(book: Workbook, source: RawFolder | None, styles: Styles) -> None:
    """Write the variants, a line for each change."""
    sheet = book.add_worksheet(VARIANTS)
    _heads(sheet, VARIANTS, {VARIANT: 34, SETTING: 44, VALUE: 34, NOTE: 60}, styles)
    changes = [
        (str(variant.get("name", "")), path, value)
        for variant in (source.sections.get("variants", []) if source else [])
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
    section = value if source and isinstance(value := source.sections.get(COMPARE), dict) else {}
    powers = value if isinstance(value := section.get("kwp"), dict) else {}
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
        if path and (choice := _choice(known[path])):
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
    return text.replace(".", ",") if setting.is_number else text, tuple(
        (word, word) for word in ("", *_choice(setting)) if _choice(setting)
    )


def others_of(sections: Mapping[str, object]) -> dict[str, object]:
    """Settings without a sheet of their own: lists, tables, and rare ones."""
    left: dict[str, object] = {}
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


def value_of(source: RawFolder, path: str) -> object:
    """Return the value of a setting of a folder, None where it says nothing."""
    head, _dot, key = path.partition(".")
    section = source.sections.get(head)
    value = section.get(key) if isinstance(section, dict) else None
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


def shown_value(setting: InputColumn, value: object) -> object:
    """Return the value of a setting as its sheet shows it: words in French."""
    if isinstance(value, bool):
        return YES_NO[not value]
    word = word_of(setting.list_name, value) if setting.list_name and isinstance(value, str) else None
    return french_word(setting.list_name, word) if word else value


def _choice(setting: InputColumn) -> list[str]:
    if setting.is_truth:
        return list(YES_NO)
    return [word.french for word in words(setting.list_name).values()] if setting.list_name else []


def _cell(value: object) -> object:
    return toml_of(value) if isinstance(value, list | dict) else value
