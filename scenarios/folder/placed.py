"""Faults told by a table and an id, as the engine knows them, placed where a person looks: sheet and cell."""

import re
from collections.abc import Iterable
from pathlib import Path

from acc.problem import InputError, Problem
from scenarios.folder.names import PARTICIPANTS, PERSONS, PLANTS, columns
from scenarios.folder.raw import OPERATION, RawFolder, read_source
from scenarios.folder.xlsx_tables import WORKBOOK

TABLES = (PARTICIPANTS, PLANTS, PERSONS)


def placed(folder: Path, problems: Iterable[Problem]) -> list[Problem]:
    """Return faults with their places; those of a folder of text files stand as they are."""
    told = list(problems)
    names = (*TABLES, OPERATION)
    if not (folder / WORKBOOK).is_file() or not any(name in str(p) for p in told for name in names):
        return told
    try:
        source = read_source(folder)
    except InputError:
        return told
    return [Problem(_place(source, problem.path), _message(source, problem.message)) for problem in told]


def _place(source: RawFolder, path: str) -> str:
    table = re.fullmatch(r"(\w+\.csv)(?:, ([\w-]+))?(?:, (\w+))?", path)
    if table and table[1] in TABLES:
        return _cell(source, table[1], table[2] or "", table[3] or "")
    setting = re.fullmatch(r"operation\.toml(?:, \[+([\w.]+)\]+ ?([\w.]*))?", path)
    return (source.place(setting[1], setting[2]) if setting[1] else source.book) if setting else path


def _cell(source: RawFolder, file: str, id_: str, column: str) -> str:
    tables = {PARTICIPANTS: source.participants, PLANTS: source.plants, PERSONS: source.persons or ()}
    row = next((row for row in tables[file] if row.cells.get("id") == id_), None)
    if row is not None:
        return row.path(column or "id")
    # An id alone is a column of the whole table: `plants.csv, curve`.
    known = columns(file).get(column or id_)
    return ", ".join([source.table(file), *([known.french] if known else [])])


def _message(source: RawFolder, message: str) -> str:
    for file in TABLES:
        message = message.replace(file, source.table(file))
    return message.replace(OPERATION, source.book)
