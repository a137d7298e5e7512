"""What a tired hand does to a workbook: read as it is meant, or told with the cell and the way out."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import openpyxl
import pytest

from acc.problem import InputError
from reports.format.language import use
from scenarios.entry.columns.names import header_of
from scenarios.entry.folder.fault_location import placed
from scenarios.entry.folder.load import load
from scenarios.entry.folder.xlsx_tables import read_workbook
from tests.test_as_a_person_types import blank, filled

__all__ = ["blank"]


def told(folder: Path) -> str:
    """Return the faults of a folder as the screen has them, or what was said while it was read."""
    use("fr")
    try:
        return plain(" | ".join(load(folder).notes))
    except InputError as fault:
        return plain(" | ".join(problem.text for problem in placed(folder, fault.problems)))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


Place: TypeAlias = tuple[str, str, int]
"""A sheet, a column by its id (or its letter, where a sheet is no table), a row."""

TABLES = {"Sites": "participants.csv", "Centrales": "plants.csv", "Membres": "persons.csv"}

FAULTS: dict[Place, tuple[object, str]] = {
    ("Sites", "supply_eur_per_mwh", 6): (
        "14,25 c€",
        "« 14,25 c€ » : écrire 142,5, en €/MWh. (membres.xlsx, {cell})",
    ),
    ("Sites", "latitude", 7): ("près du pont", "coller dans Latitude les deux nombres que donne une carte"),
    ("Sites", "supply_until", 6): (2027, "« 2027 » n’est pas une date : écrire 31/01/2025"),
    ("Sites", "supply_until", 7): ("12/31/2027", "« 12/31/2027 » : le mois d’abord ? Écrire 2027-12-31."),
    ("Sites", "id", 12): (
        "Appeler la mairie",
        "seul sur sa ligne : une remarque commence par #",
    ),
    ("Sites", "annual_kwh", 9): (None, "un profil veut les kWh d’un an (« Besoin annuel »)"),
    ("Centrales", "losses_ratio", 6): (14, "« 14 » : écrire 0,14 pour 14 %. (membres.xlsx, {cell})"),
    ("Opération", "B", 9): (None, "Fin (premier jour exclu) : manquant, à remplir (membres.xlsx, Opération"),
}
"""By place, a slip that stops, and what is told."""

ODD: dict[Place, tuple[object, str]] = {
    ("Sites", "id", 7): (
        "Mairie",
        "« Mairie » et « mairie », ligne 6 : deux fois le même ?",
    ),
    ("Sites", "commune", 7): (
        "Prigonrieu",
        "« Prigonrieu » n’est pas une commune de la liste. Vouliez-vous dire Prigonrieux ?",
    ),
    ("Sites", "commune", 9): (
        "24130",
        "24130 est le code Insee de Condat-sur-Vézère, à 72 km. Un code postal ?",
    ),
    ("Sites", "insee", 6): ("99999", "aucune commune n’a le code 99999. la force : "),
    ("Centrales", "latitude", 6): ("44.87, 0.38", ""),
    ("Opération", "B", 9): ("02/01/2027", "366 jours, un de trop"),
}
"""By place, a slip that can be what is meant, and what is said of it."""


@pytest.mark.parametrize("slips", [FAULTS, ODD], ids=["faults", "odd"])
def test_each_slip_is_told(blank: bytes, tmp_path: Path, slips: dict[Place, tuple[object, str]]) -> None:
    folder = filled(blank, tmp_path / "op", {})
    cells = changed(folder, {place: value for place, (value, _says) in slips.items()})
    found = told(folder)
    expected = [says.format(cell=cells[place]) for place, (_value, says) in slips.items()]
    assert not [says for says in expected if says not in found], found
    assert slips is FAULTS or "Sites (2) : une feuille à côté de Sites, non lue" in found


def changed(folder: Path, values: Mapping[Place, object]) -> dict[Place, str]:
    """Write cells of a workbook; return their addresses, as they are told."""
    path, cells = folder / "membres.xlsx", {}
    book = openpyxl.load_workbook(path)
    for place, value in values.items():
        sheet, column, row = place
        heads = {
            head.id: cell.column_letter
            for cell in book[sheet][4]
            if (head := header_of(TABLES.get(sheet, ""), str(cell.value)))
        }
        address = f"{heads.get(column, column)}{row}"
        book[sheet][address], cells[place] = value, f"{sheet}!{address}"
    book.copy_worksheet(book["Sites"]).title = "Sites (2)"
    book.save(path)
    return cells


def test_what_can_be_meant_in_one_way_is_read(blank: bytes, tmp_path: Path) -> None:
    cells = {
        ("Sites", "annual_kwh", 4): "Conso 2025 (kWh)",
        ("Sites", "person", 6): "Ville de La Force",
        ("Sites", "commune", 6): "24130 La Force",
        ("Sites", "supply_eur_per_mwh", 6): "142,5 €",
        ("Sites", "latitude", 7): "44°51'12\"N 0°28'57\"E",
        ("Sites", "off_peak", 6): "de 22 h à 6 h",
        ("Sites", "supply_until", 6): "31-12-27",
        ("Sites", "person", 7): "ecole",
        ("Sites", "person", 9): "Atelier",
    }
    cells |= {
        ("Membres", "id", 6): "ville",
        ("Membres", "name", 6): "Ville de La Force",
        ("Membres", "kind", 6): "Commune",
        ("Membres", "id", 7): "ecole",
        ("Membres", "kind", 7): "Commune",
    }
    cells |= {("Membres", "id", 8): "atelier", ("Membres", "kind", 8): "Entreprise"}
    folder = filled(blank, tmp_path / "op", {})
    changed(folder, cells)
    scenario = load(folder)
    mairie, ecole, atelier = scenario.participants
    assert (mairie.person, mairie.insee, mairie.source.annual_kwh) == ("ville", "24222", 45_000.0)
    assert (atelier.person, str(mairie.contract.until)) == ("atelier", "2027-12-31")
    assert ecole.position is not None
    assert ecole.position.latitude_deg == pytest.approx(44.853333)


def test_a_sheet_under_another_name_is_told(blank: bytes, tmp_path: Path) -> None:
    folder = filled(blank, tmp_path / "op", {})
    path = folder / "membres.xlsx"
    book = openpyxl.load_workbook(path)
    book["Prix"].title = "Tarifs"
    book.save(path)
    use("fr")
    with pytest.raises(InputError) as caught:
        read_workbook(path)
    assert plain(str(caught.value)) == (
        "membres.xlsx, Tarifs : aucune feuille ne s’appelle Prix, et celle-ci en a les lignes : "
        "la renommer Prix"
    )
