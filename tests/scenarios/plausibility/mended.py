"""Folders with a mistake, and what a person does who follows the remedy that is proposed."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from scenarios.entry.editing.tables import Fault, FolderLook, Typed, look
from scenarios.entry.editing.write import write_cells, write_setting

NOW = datetime(2026, 12, 1, 10, 0)

OPERATION = """[operation]
name = "Essai"
start = 2026-01-01
end = 2027-01-01
rates_on = 2026-09-01

[key]
name = "prorata"
"""

SITES = "participants.csv"
BASE: Mapping[str, tuple[Mapping[str, str], ...]] = {
    SITES: (
        {"id": "mairie", "name": "Mairie", "kind": "commune", "commune": "Bergerac", "profile": "mairie"}
        | {"kva": "36", "annual_kwh": "62100", "supply_eur_per_mwh": "128"},
        {"id": "ecole", "name": "École", "kind": "commune", "commune": "Bergerac", "profile": "école"}
        | {"kva": "60", "annual_kwh": "88300", "supply_eur_per_mwh": "121"},
        {"id": "cave", "name": "Cave", "kind": "entreprise", "commune": "Bergerac", "profile": "cave"}
        | {"kva": "120", "annual_kwh": "142500", "supply_eur_per_mwh": "117"},
    ),
    "plants.csv": (
        {"id": "toit", "name": "Toit", "kind": "toiture", "commune": "Bergerac", "owner": "cave"}
        | {"kwp": "140", "capex_eur": "140000"},
    ),
}
"""An operation that is doubted of nothing."""

Cells = Mapping[str, Mapping[str, str] | tuple[Mapping[str, str], ...]]
"""By table, the cells of its first line that differ, or all its lines."""


def write(folder: Path, cells: Cells, heads: Mapping[str, str] | None = None) -> Path:
    """Write the folder, some cells of the first lines changed, some columns under another title."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "operation.toml").write_text(OPERATION, encoding="utf-8")
    tables = {file: [dict(row) for row in rows] for file, rows in BASE.items()}
    for file, own in cells.items():
        if isinstance(own, tuple):
            tables[file] = [dict(row) for row in own]
        else:
            tables[file][0] |= own
    for file, rows in tables.items():
        names = list(dict.fromkeys(name for row in rows for name in row))
        titles = ";".join((heads or {}).get(name, name) for name in names)
        lines = [titles, *(";".join(row.get(name, "") for name in names) for row in rows)]
        (folder / file).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def follow(folder: Path, fault: Fault) -> FolderLook:
    """Type what a fault proposes; return the folder as it stands then."""
    if fault.file:
        texts = [Typed(fault.file, fault.line, column, text) for column, text in fault.remedy.items()]
        write_cells(folder, texts, NOW)
    else:
        for text in fault.remedy.values():
            write_setting(folder, fault.path, text, NOW)
    return look(folder)


DID_YOU_MEAN = re.compile(r"ouliez-vous dire `?([^`?]+?)`? ?\?")
WRITE = re.compile(r"[ÉEée]crire (\d{4}-\d\d-\d\d)\b")
TITLE = re.compile(r", colonne (?P<was>.+)$")
NEW_TITLE = re.compile(r"Écrire « (.+?) » à sa place|ouliez-vous dire `(.+?)` ?\?")


def in_words(fault: Fault) -> Fault:
    """Return a fault with the remedy that its sentence alone proposes, where it has none to press."""
    text = fault.message.replace("\u00a0", " ").replace("\u202f", " ")
    meant = DID_YOU_MEAN.findall(text)
    if fault.remedy or not fault.column or len(meant) != 1:
        return fault
    return replace(fault, remedy={fault.column: meant[0]})


def retitled(folder: Path, fault: Fault) -> tuple[str, str] | None:
    """Return the title that a fault names and the one that it proposes, None where it is of no title."""
    text = fault.message.replace("\u00a0", " ").replace("\u202f", " ")
    was, new = TITLE.search(fault.place), NEW_TITLE.search(text)
    return (was["was"], next(filter(None, new.groups()))) if was and new else None


def places(seen: FolderLook) -> set[str]:
    """Where a folder is wrong or unlikely, and by which rule."""
    return {f"{fault.file}:{fault.line}:{fault.column}:{fault.path}" for fault in seen.faults}
