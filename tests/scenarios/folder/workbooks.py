"""Workbooks as a person makes them, by openpyxl: cells typed in, nothing more."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
from openpyxl.workbook import Workbook

from scenarios.entry.folder.xlsx_tables import TABLE_SHEETS, WORKBOOK

OPERATION = (
    ("Nom de l’opération", "Essai"),
    ("Premier jour", "2026-01-01"),
    ("Fin (premier jour exclu)", "2027-01-01"),
    ("Tarifs lus au", "01/09/2026"),
    ("Clé de répartition", "prorata"),
)
"""The operation of `test_mistakes`, as the sheet asks for it."""


def typed(text: str) -> object:
    """Return what a spreadsheet makes of what a person types, where it looks like a number."""
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text or None


def book_of(
    tables: Mapping[str, Sequence[Mapping[str, object]]],
    settings: Sequence[tuple[str, object]] = OPERATION,
    prices: Sequence[tuple[str, object]] = (),
    variants: Sequence[tuple[object, object, object]] = (),
) -> Workbook:
    """Return a workbook with these tables, headers in the first line."""
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Opération"
    for row in (("Réglage", "Valeur"), *settings):
        first.append(row)
    for row in (("Réglage", "Valeur"), *prices):
        (book["Prix"] if "Prix" in book.sheetnames else book.create_sheet("Prix")).append(row)
    sheet = book.create_sheet("Variantes")
    for change in (("Variante", "Réglage", "Valeur"), *variants):
        sheet.append(change)
    for file, rows in tables.items():
        sheet = book.create_sheet(TABLE_SHEETS[file])
        heads = list(dict.fromkeys(head for row in rows for head in row)) or ["id"]
        sheet.append(heads)
        for row in rows:
            sheet.append([row.get(head) for head in heads])
    return book


def saved(book: Workbook, folder: Path) -> Path:
    """Save the workbook of a folder; return the folder."""
    (folder / "curves").mkdir(parents=True, exist_ok=True)
    (folder / "curves" / "courbe.csv").write_text("time;courbe_kwh\n2026-01-01T00:00:00Z;1\n", "utf-8")
    book.save(folder / WORKBOOK)
    return folder
