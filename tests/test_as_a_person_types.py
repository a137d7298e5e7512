"""A workbook as somebody who knows Excel only fills it: what is read, and what is told in plain words."""

from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

import cli
from scenarios.entry.folder.load import load
from scenarios.export import new_workbook

MAIRIE = {"id": "mairie", "name": "Mairie ", "kind": "COMMUNE", "commune": "la force", "annual_kwh": "45 000"}
SITES: tuple[Mapping[str, object], ...] = (
    {**MAIRIE, "profile": "Mairie"},
    {"id": "ecole", "name": "Ecole", "kind": "commune", "commune": "LA FORCE", "profile": "Ecole"}
    | {"annual_kwh": "62 000 kWh", "kva": "60 kVA"},
    {},
    {"id": "atelier", "name": "Atelier", "kind": "entreprise", "commune": "Prigonrieux"}
    | {"profile": "ATELIER", "annual_kwh": 140000},
    {"name": "TOTAL", "annual_kwh": "=SUM(J6:J9)"},
)
PLANT = {"id": "toit", "commune": "La Force", "kwp": "99,5", "surface_azimuth": "plein sud"}


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return new_workbook(tmp_path_factory.mktemp("new"))[0].read_bytes()


OWN = {"BZ4": "# Téléphone", "BZ6": "05 53 00 00 00"}


def filled(
    blank: bytes, folder: Path, changes: Mapping[str, object] = OWN, price: object = "105 €/MWh"
) -> Path:
    """Fill the workbook in; `changes` by cell of the sheet Sites."""
    from scenarios.entry.columns.names import header_of  # noqa: PLC0415 - the headers of the workbook

    folder.mkdir(exist_ok=True)
    (folder / "curves").mkdir(exist_ok=True)
    path = folder / "membres.xlsx"
    path.write_bytes(blank)
    book = openpyxl.load_workbook(path)
    for title, file, rows in (("Sites", "participants.csv", SITES), ("Centrales", "plants.csv", (PLANT,))):
        sheet = book[title]
        heads = {h.id: cell.column for cell in sheet[4] if (h := header_of(file, str(cell.value)))}
        for line, row in enumerate(rows, start=6):
            for column, value in row.items():
                sheet.cell(line, heads[column], value)
    for address, value in changes.items():
        book["Sites"][address] = value
    book["Membres"].sheet_state = "hidden"
    book["Opération"]["B8"] = "01/01/2026"
    prices = {str(row[0].value): row[1] for row in book["Prix"].iter_rows(min_row=5)}
    prices["Prix local"].value, prices["Vente du surplus"].value = price, "45"
    book.save(path)
    return folder


def test_it_is_read_and_what_was_supposed_is_said(blank: bytes, tmp_path: Path) -> None:
    scenario = load(filled(blank, tmp_path / "op"))
    kwh = {site.name: site.source.annual_kwh for site in scenario.participants}
    assert kwh == {"Mairie": 45_000.0, "Ecole": 62_000.0, "Atelier": 140_000.0}
    assert {site.insee for site in scenario.participants} == {"24222", "24340"}
    assert (scenario.plants[0].kwp, scenario.plants[0].planes[0].surface_azimuth_deg) == (99.5, 180.0)
    assert scenario.prices.local_eur_per_kwh == pytest.approx(0.105)
    assert str(scenario.prices.surplus) == "FixedPrice(eur_per_kwh=0.045)"
    assert "membres.xlsx, Sites!10: a line of totals, not read" in scenario.notes
    assert any("24222, the only one near the other sites" in note for note in scenario.notes)


def test_a_line_without_an_id_is_called_by_its_name(blank: bytes, tmp_path: Path) -> None:
    scenario = load(filled(blank, tmp_path / "op", {**OWN, "A6": None, "A7": None}))
    assert [site.id for site in scenario.participants][:2] == ["mairie", "ecole"]
    note = "membres.xlsx, Sites: 2 lines without an id are called by their names: mairie, ecole"
    assert note in scenario.notes


SLIPS: tuple[tuple[Mapping[str, object], object, tuple[str, ...]], ...] = (
    (
        {"J7": "62 MWh", "C7": "Comune", "BZ4": "Téléphone", "BZ6": "05"},
        "10,5 c€/kWh",
        (
            "Ecole, besoin annuel : « 62 MWh » : écrire 62000, en kWh.",
            "Ecole, nature : « Comune » est inconnu. Vouliez-vous dire `Commune` ?",
            "Téléphone » n’est pas une colonne. Pour la garder",
            "Prix local : « 10,5 c€/kWh » : écrire 105, en €/MWh.",
        ),
    ),
    (
        {"A7": "École n° 1", "J7": "62.000", "BZ4": "Puisance souscrite", "BZ6": "36"},
        "cent cinq",
        (
            "Ecole, identifiant : « École n° 1 » : écrire ecole-n-1",
            "Écrire 62000 ou 62. (membres.xlsx, Sites!J7)",
            "Vouliez-vous dire `Puissance souscrite` ?",
            "Prix local : « cent cinq » n’est pas un nombre",
        ),
    ),
    # A profile is looked for once all else is right.
    ({"I7": "boulangerie"}, 105, ("Ecole, profil : « boulangerie » n’est pas un profil type",)),
)
"""What is typed in a workbook, by cell of the sheet Sites; its local price; what is told of each slip."""


@pytest.mark.parametrize(("changes", "price", "says"), SLIPS)
def test_slips_are_told_with_the_name_of_the_site_first(
    blank: bytes, tmp_path: Path, changes: Mapping[str, object], price: object, says: tuple[str, ...]
) -> None:
    told = CliRunner().invoke(cli.main, ["check", str(filled(blank, tmp_path / "op", changes, price))])
    assert told.exit_code == 1
    plain = told.stderr.replace("\u00a0", " ").replace("\u202f", " ")
    assert [text for text in says if text not in plain] == []
