"""Faults placed where a person looks: whose line it is, which column, then the file and line, or the cell."""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from gettext import gettext as _
from pathlib import Path

from acc.i18n import is_french
from acc.problem import InputError, Problem
from scenarios.entry.columns.cell_places import about, where
from scenarios.entry.columns.input_columns import columns, sheet_settings
from scenarios.entry.columns.names import TABLES
from scenarios.entry.folder.dress import of_book
from scenarios.entry.folder.raw import RawFolder, read_source


def placed(folder: Path, problems: Iterable[Problem]) -> list[Problem]:
    """Return faults with their places, those of a cell with the name of its site and of its column."""
    located = list(problems)
    try:
        source = read_source(folder)
    except InputError:
        return located
    located = [replace(problem, path=_of_id(source, problem.path)) for problem in located]
    if source.book:
        located = [replace(problem, path=_place(source, problem.path)) for problem in located]
        located = [replace(problem, message=_message(source, problem)) for problem in located]
    if source.book and is_open(folder / source.book):
        message = _("open in Excel or LibreOffice: what is not saved there is not read")
        located.append(Problem(source.book, message))
    cells = cells_of(source, {problem.path for problem in located}) | _settings(source)
    return [replace(problem, **cells.get(problem.path, {})) for problem in located]


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
    for path, setting in sheet_settings().items():
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


def _message(source: RawFolder, problem: Problem) -> str:
    file = next((file for file in TABLES if problem.path.startswith(source.table(file))), "")
    return of_book(source, problem.message, file)
