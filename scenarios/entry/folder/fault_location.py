"""Faults and sentences placed where a person looks: whose line, which column, the file and line or the cell.

A workbook and the page have titles, text files have ids: a sentence has the words of where it is read.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import cache, partial
from gettext import gettext as _
from pathlib import Path

from acc.i18n import is_french
from acc.problem import InputError, Problem
from scenarios.entry.columns.input_columns import columns, every_setting, sheet_settings
from scenarios.entry.columns.messages import about, where
from scenarios.entry.columns.names import TABLES, choices, words
from scenarios.entry.folder.raw import OPERATION, RawFolder, read_source
from scenarios.entry.folder.xlsx_tables import COMPARED, TABLE_SHEETS, VARIANTS

NAMED = re.compile(
    r"`\[?(?P<quoted>\w+(?:[.\]]? ?\w+)?)(?: = (?P<value>[\w-]+))?`(?!\s?\?)"
    r"|(?<!\[)\[(?P<section>\w+)\](?: (?P<key>\w+))?(?!\])"
    r"|(?P<bare>\b[a-z]+(?:_[a-z0-9]+)+\b)(?: = (?P<said>[\w-]+))?"
)
"""How a sentence names a column or a setting: `annual_kwh`, `[prices] surplus`, capex_eur, `kind = roof`.

What it proposes, “did you mean `commune`?”, is a word to type."""

OWN_SHEETS: Mapping[str, str] = {"compare": COMPARED, "variants": VARIANTS}


def of_book(source: RawFolder, text: str, file: str = "") -> str:
    """Return a sentence about a folder, with the titles of its workbook where it is one.

    Args:
        file: the table that it is about, whose titles come first.
    """
    if not source.book:
        return text
    sheets = {name: source.table(name) for name in TABLES}
    return in_titles(text, sheets | {OPERATION: source.book}, file)


def in_titles(text: str, tables: Mapping[str, str] = TABLE_SHEETS, file: str = "") -> str:
    """Return a sentence with tables, columns and settings called as a workbook and the page call them.

    >>> in_titles("a profile needs `annual_kwh`: see participants.csv, [prices] and `kind = roof`")
    'a profile needs « Besoin annuel »: see Sites, Prix and « Nature » = Toiture'
    """
    for name, title in tables.items():
        text = re.sub(rf"(?<![\w/]){re.escape(name)}", title, text)
    return NAMED.sub(partial(_title, file), text)


def _title(file: str, match: re.Match[str]) -> str:
    if section := match["section"]:
        name = match["key"] or ""
        title = _titles(file).get(f"{section}.{name}")
        if title is None:  # the word that follows is no setting
            return match[0].replace(f"[{section}]", _sheet(section) or f"[{section}]")
    else:
        name = re.sub(r"\] ?", ".", match["quoted"] or match["bare"])
        title = _titles(file).get(name)
    if title is None:
        return match[0]
    value = match["value"] or match["said"]
    return f"« {title} »" + (f" = {_word(file, name, value)}" if value else "")


@cache
def _titles(file: str) -> Mapping[str, str]:
    """Return titles by id and by path of settings; those of the table come first, else those of sites."""
    settings = sheet_settings()
    titles = {path: setting.french for path, setting in settings.items()} | {
        setting.id: setting.french for setting in settings.values()
    }
    for table in (*reversed(TABLES), *([file] if file else [])):
        titles |= {column.id: column.french for column in columns(table).values()}
    return titles


@cache
def _sheet(section: str) -> str | None:
    """Return the sheet of the settings of a section, None where it has none."""
    groups = [setting.group for path, setting in sheet_settings().items() if path.startswith(f"{section}.")]
    return OWN_SHEETS.get(section) or (groups[0] if groups else None)


def _word(file: str, column: str, value: str) -> str:
    for table in [file] if file else TABLES:
        if word := choices(table, column).get(value):
            return word.french
    lists = [setting.list_name for setting in sheet_settings().values() if setting.id == column]
    word = next((words(name).get(value) for name in lists if name), None)
    return word.french if word else value


def placed(folder: Path, problems: Iterable[Problem]) -> list[Problem]:
    """Return faults with their places, those of a cell with the name of its site and of its column."""
    located = [
        replace(problem, message=in_titles(problem.message)) if problem.path.startswith("--") else problem
        for problem in problems
    ]
    try:
        source = read_source(folder)
    except InputError:
        return located
    located = [replace(problem, path=_of_id(source, problem.path)) for problem in located]
    for n, problem in enumerate(located) if source.book else ():
        path = _place(source, problem.path)
        file = next((file for file in TABLES if path.startswith(source.table(file))), "")
        located[n] = replace(problem, path=path, message=of_book(source, problem.message, file))
    if source.book and is_open(folder / source.book):
        message = _("open in Excel or LibreOffice: what is not saved there is not read")
        located.append(Problem(source.book, message))
    cells = cells_of(source, {problem.path for problem in located}) | _settings(source)
    return [replace(problem, **cells.get(problem.path) or _entry(problem.path, cells)) for problem in located]


def _entry(path: str, cells: Mapping[str, dict[str, str]]) -> dict[str, str]:
    """Return the title and the place of an entry of a setting: `[prices] local_by_slot_eur_per_mwh.hph`."""
    named = cells.get(re.sub(r"(\] \w+)\.\S+$", r"\1", path))
    return named | {"where": path} if named else {}


def is_open(book: Path) -> bool:
    """Return whether a program has a workbook open: it leaves a file beside it."""
    locks = (f"~${book.name}", f".~lock.{book.name}#")
    return any((book.parent / name).exists() for name in locks)


def _of_id(source: RawFolder, path: str) -> str:
    """Return the place of what is told by its id: `participants.mairie.profile`, `[prices] surplus`."""
    if setting := re.fullmatch(r"\[(\w+)\] (\w+)", path):
        return source.place(setting[1], setting[2])
    parts = re.fullmatch(r"(participants|plants|persons|parties)\.([\w-]+)\.(\w+)", path)
    rows = source.tables[f"{parts[1]}.csv"] if parts else ()
    row = next((row for row in rows if parts and row.cells.get("id") == parts[2]), None)
    return row.path(parts[3]) if row and parts else path


def cells_of(source: RawFolder, paths: Collection[str]) -> dict[str, dict[str, str]]:
    """Return, by path of a cell, what it is about and where it stands."""
    cells = {}
    for file, rows in source.tables.items():
        for row in rows:
            for column in ("", *columns(file), *row.cells):
                path = row.path(column)
                if path in paths and path not in cells and row.who:
                    cells[path] = {"about": about(file, row, column), "where": where(file, row, column)}
    return cells


def _settings(source: RawFolder) -> dict[str, dict[str, str]]:
    """Return, by place of a setting, its French name and that place."""
    settings = {}
    for path, setting in every_setting().items():
        section, _dot, key = path.partition(".")
        place = source.place(section, key)
        settings[place] = {"about": setting.french if is_french() else path, "where": place}
    return settings


def _place(source: RawFolder, path: str) -> str:
    table = re.fullmatch(r"(\w+\.csv)(?:, ([\w-]+))?(?:, (\w+))?", path)
    if table and table[1] in TABLES:
        return _cell(source, table[1], table[2] or "", table[3] or "")
    setting = re.fullmatch(r"operation\.toml(?:, \[+([\w.]+)\]+ ?([\w.]*))?", path)
    return (source.place(setting[1], setting[2]) if setting[1] else source.book) if setting else path


def _cell(source: RawFolder, file: str, id_: str, column: str) -> str:
    row = next((row for row in source.tables[file] if row.cells.get("id") == id_), None)
    if row is not None:
        return row.path(column or "id")
    # An id alone is a column of the whole table: `plants.csv, curve`.
    known = columns(file).get(column or id_)
    return ", ".join([source.table(file), *([known.french] if known else [])])
