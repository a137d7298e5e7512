"""What a tired hand does to a workbook: read as it is meant, or told with the cell and the way out."""

from pathlib import Path

import openpyxl
import pytest

from acc.problem import InputError
from reports.format.language import use
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
        return plain(" | ".join(problem.told for problem in placed(folder, fault.problems)))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


FAULTS: dict[tuple[str, str], tuple[object, str]] = {
    ("Sites", "N6"): ("14,25 c€", "« 14,25 c€ » : écrire 142,5, en €/MWh. (membres.xlsx, Sites!N6)"),
    ("Sites", "F7"): ("près du pont", "coller dans Latitude les deux nombres que donne une carte"),
    ("Sites", "AK6"): (2027, "« 2027 » n’est pas une date : écrire 31/01/2025"),
    ("Sites", "AK7"): ("12/31/2027", "« 12/31/2027 » n’est pas une date"),
    ("Sites", "A12"): (
        "Appeler la mairie",
        "seul sur sa ligne : une remarque commence par #",
    ),
    ("Sites", "J9"): (None, "un profil veut les kWh d’un an (« Besoin annuel »)"),
    ("Centrales", "T6"): (14, "« 14 » : écrire 0,14 pour 14 %. (membres.xlsx, Centrales!T6)"),
    ("Opération", "B9"): (None, "Fin (premier jour exclu) : manquant, à remplir (membres.xlsx, Opération"),
}
"""By cell, a slip that stops, and what is told."""

ODD: dict[tuple[str, str], tuple[object, str]] = {
    ("Sites", "A7"): (
        "Mairie",
        "« Mairie » et « mairie », ligne 6 : deux fois le même ?",
    ),
    ("Sites", "E7"): ("Prigonrieu", "« Prigonrieu » n’est pas une commune de la liste. Prigonrieux ?"),
    ("Sites", "E9"): (
        "24130",
        "24130 est le code Insee de Condat-sur-Vézère, à 72 km. Un code postal ?",
    ),
    ("Sites", "R6"): ("99999", "aucune commune n’a le code 99999. la force : "),
    ("Centrales", "G6"): ("44.87, 0.38", ""),
    ("Opération", "B9"): ("02/01/2027", "366 jours, un de trop"),
}
"""By cell, a slip that can be what is meant, and what is said of it."""


@pytest.mark.parametrize("slips", [FAULTS, ODD], ids=["faults", "odd"])
def test_each_slip_is_told(
    blank: bytes, tmp_path: Path, slips: dict[tuple[str, str], tuple[object, str]]
) -> None:
    folder = filled(blank, tmp_path / "op", {})
    changed(folder, {cell: value for cell, (value, _says) in slips.items()})
    found = told(folder)
    assert not [says for _value, says in slips.values() if says not in found], found
    assert slips is FAULTS or "Sites (2) : une feuille à côté de Sites, non lue" in found


def changed(folder: Path, cells: dict[tuple[str, str], object]) -> None:
    """Write cells of a workbook, by sheet and address."""
    path = folder / "membres.xlsx"
    book = openpyxl.load_workbook(path)
    for (sheet, cell), value in cells.items():
        book[sheet][cell] = value
    book.copy_worksheet(book["Sites"]).title = "Sites (2)"
    book.save(path)


def test_what_can_be_meant_in_one_way_is_read(blank: bytes, tmp_path: Path) -> None:
    sites = {
        "J4": "Conso 2025 (kWh)",
        "D6": "Ville de La Force",
        "E6": "24130 La Force",
        "N6": "142,5 €",
        "F7": "44°51'12\"N 0°28'57\"E",
        "AE6": "de 22 h à 6 h",
        "AK6": "31-12-27",
        "D7": "ecole",
        "D9": "Atelier",
    }
    members = {"A6": "ville", "B6": "Ville de La Force", "C6": "Commune", "A7": "ecole", "C7": "Commune"}
    members |= {"A8": "atelier", "C8": "Entreprise"}
    folder = filled(blank, tmp_path / "op", {})
    changed(folder, {("Sites", cell): value for cell, value in sites.items()})
    changed(folder, {("Membres", cell): value for cell, value in members.items()})
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
