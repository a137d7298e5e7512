"""A workbook that its owner arranged: what is written from here changes its cells, and nothing else of it."""

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.workbook import Workbook

from acc.problem import InputError
from scenarios.entry.catalogue import copy_example
from scenarios.entry.editing.tables import Typed
from scenarios.entry.editing.versions import bring_back, versions_of
from scenarios.entry.editing.write import accept, remove_lines, write_cells, write_setting
from scenarios.entry.folder.load import load
from scenarios.export import export

NOW = datetime(2026, 11, 25, 14, 31)
SITES, PERSONS = "participants.csv", "persons.csv"


@pytest.fixture(scope="module")
def arranged(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A workbook with its owner's colours, remarks, widths, formulas and sheets."""
    folder = tmp_path_factory.mktemp("a")
    copy_example("bergerac", folder / "demo")
    path = export(folder / "demo", folder / "membres.xlsx")[0]
    book = openpyxl.load_workbook(path)
    sites = book["Sites"]
    sites["B6"].fill = PatternFill("solid", fgColor="FF00FF00")
    sites["B6"].comment = Comment("vu avec le maire", "moi")
    sites.column_dimensions["B"].width = 41
    sites["J7"] = "=80000+8000"
    own = book.create_sheet("Mes calculs")
    own["A1"] = "=SUM(Sites!J5:J30)"
    own["A2"] = "à garder"
    del book["Réglages"]
    out = io.BytesIO()
    book.save(out)
    return counted(out.getvalue(), "80000+8000", 88000)


def counted(data: bytes, formula: str, value: int) -> bytes:
    """Return a workbook with the value of a formula, as Excel keeps it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            found = f"<f>{formula}</f>".encode()
            new.writestr(
                name, re.sub(re.escape(found) + rb"<v\s*/?>(</v>)?", found + b"<v>%d</v>" % value, part)
            )
    return out.getvalue()


def looks(book: Workbook) -> dict[str, object]:
    """Return all that a person sees of a workbook, by sheet and cell."""
    seen: dict[str, object] = {}
    for sheet in book.worksheets:
        seen[f"{sheet.title} lists"] = [
            (str(rule.sqref), rule.formula1) for rule in sheet.data_validations.dataValidation
        ]
        seen[f"{sheet.title} widths"] = {k: (d.width, d.hidden) for k, d in sheet.column_dimensions.items()}
        seen[f"{sheet.title} other"] = (sheet.freeze_panes, sheet.protection.sheet, str(sheet.merged_cells))
        for row in sheet.iter_rows():
            for cell in row:
                note = cell.comment.text if cell.comment else None
                seen[f"{sheet.title}!{cell.coordinate}"] = (
                    *(cell.value, note, cell.fill.fgColor.rgb, cell.font.b, cell.number_format),
                )
    return {name: one for name, one in seen.items() if one != (None, None, "00000000", False, "General")}


def typed(folder: Path, *cells: tuple[str, int, str, str]) -> None:
    write_cells(folder, [Typed(*cell) for cell in cells], NOW)


@pytest.mark.slow
def test_what_the_owner_arranged_stays(arranged: bytes, tmp_path: Path) -> None:
    path = tmp_path / "membres.xlsx"
    path.write_bytes(arranged)
    before = looks(openpyxl.load_workbook(path))
    new = (
        ("id", "creche"),
        ("kind", "commune"),
        ("person", "ville"),
        ("profile", "école"),
        ("annual_kwh", "1"),
        ("active", "oui"),
    )
    typed(
        tmp_path,
        (SITES, 5, "annual_kwh", "61 234,5"),
        (SITES, 5, "supply_until", "31/12/2027"),
        *((SITES, 0, column, text) for column, text in new),
        (PERSONS, 0, "id", "x"),
    )
    remove_lines(tmp_path, SITES, [6], NOW)
    remove_lines(tmp_path, SITES, [7], NOW)  # its kWh are a formula
    write_setting(tmp_path, "prices.local_eur_per_mwh", "97,5", NOW)
    write_setting(tmp_path, "key.name", "equal", NOW)
    accept(tmp_path, "participants.creche.annual_kwh", 1, "vu", NOW)
    after = looks(openpyxl.load_workbook(path))
    changed = {cell for cell in {*before, *after} if before.get(cell) != after.get(cell)}
    emptied = {cell for cell in changed if re.fullmatch(r"Sites![A-Z]+[67]", cell)}
    assert {cell for cell in changed if not cell.startswith("Réglages")} - emptied == {
        *(
            "Sites!J5",
            "Sites!AM5",
            "Sites!A18",
            "Sites!C18",
            "Sites!D18",
            "Sites!I18",
            "Sites!J18",
            "Sites!O18",
        ),
        *("Membres!A14", "Prix!B5", "Opération!B17"),
    }
    read = load(tmp_path)
    kwh = {member.id: member.source.annual_kwh for member in read.participants}
    assert (len(kwh), kwh["mairie"], kwh["creche"]) == (11, 61234.5, 1.0)
    assert (read.prices.local_eur_per_kwh, read.key.name) == (0.0975, "equal")
    assert not [note for note in read.notes if "creche" in note]
    bring_back(tmp_path, versions_of(tmp_path)[-1].name, NOW)
    assert path.read_bytes() == arranged


def test_a_formula_is_not_replaced_by_a_figure(arranged: bytes, tmp_path: Path) -> None:
    path = tmp_path / "membres.xlsx"
    path.write_bytes(arranged)
    with pytest.raises(InputError, match="Sites!J7: a formula"):
        typed(tmp_path, (SITES, 7, "annual_kwh", "1"))
    assert path.read_bytes() == arranged
    assert not versions_of(tmp_path)
