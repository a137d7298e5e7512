"""The density grid: what the project carries, INSEE's files of two layouts, and contradictions."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from acc.problem import InputError
from acc.sites import Kind, Participant
from scenarios.entry.places.insee_density import (
    CARRIED,
    carried_communes,
    carried_grid,
    density_warnings,
    read_grid,
    with_density,
)
from scenarios.rates.table import read_rates

ON = date(2025, 1, 1)


def site(**given: object) -> Participant:
    return Participant(id="m", name="Mairie", kind=Kind.COMMUNE, **given)


def test_bergerac_is_class_2_and_the_other_communes_of_the_scot_are_rural():
    with CARRIED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    scot = [carried_communes()[row["insee"]] for row in rows if row["scot"] == "1"]
    assert len(scot) == 110
    assert Counter(commune.density_class for commune in scot) == {2: 1, 5: 3, 6: 52, 7: 54}
    assert [commune.insee for commune in scot if commune.density_class == 2] == ["24037"]
    assert len({commune.epci for commune in scot}) == 3


def test_the_whole_departement_is_carried_with_its_vintage_and_source():
    assert len(carried_communes()) == 503
    assert carried_grid().vintage == 2024
    assert "Licence Ouverte" in carried_grid().source


def test_a_site_takes_the_class_and_the_epci_of_its_commune():
    found = with_density(site(insee="24037"), carried_grid())
    assert (found.density_class, found.commune, found.epci) == (2, "Bergerac", "200070647")


def test_what_is_written_wins_over_the_table():
    found = with_density(site(insee="24037", density_class=3, commune="B."), carried_grid())
    assert (found.density_class, found.commune) == (3, "B.")


def test_an_unknown_commune_stays_unknown():
    found = with_density(site(insee="33063"), carried_grid())
    assert (found.density_class, found.commune, found.epci) == (None, None, None)
    assert with_density(site(), carried_grid()).density_class is None


@pytest.mark.parametrize("text", ["CA Bergeracoise", "ca bergeracoise", "200070647"])
def test_the_name_and_the_code_of_an_epci_agree(text):
    assert with_density(site(insee="24037", epci=text), carried_grid()).epci == "200070647"
    assert not density_warnings([site(insee="24037", epci=text)], carried_grid(), read_rates(), ON)


def test_a_class_that_contradicts_the_table_is_a_warning():
    (warning,) = density_warnings([site(insee="24037", density_class=5)], carried_grid(), read_rates(), ON)
    assert "Mairie: density class 5 is written, INSEE's grid gives 2 to 24037" in warning
    assert not density_warnings([site(insee="24037", density_class=2)], carried_grid(), read_rates(), ON)


def test_an_epci_that_contradicts_the_table_is_a_warning():
    given = site(insee="24037", epci="Mon EPCI")
    (warning,) = density_warnings([given], carried_grid(), read_rates(), ON)
    assert "Bergerac belongs to CA Bergeracoise; 200070647 is used" in warning
    assert with_density(given, carried_grid()).epci == "200070647"


def test_a_grid_that_is_not_the_last_one_is_a_warning():
    warnings = density_warnings([], carried_grid(), read_rates(), date(2026, 11, 25))
    assert len(warnings) == 1
    assert "are of 2024" in warnings[0]
    assert "that of 2025" in warnings[0]


OLD = [
    ["Grille communale de densité à 7 niveaux", None, None],
    ["Géographie au 1er janvier 2024", None, None],
    [None, None, None],
    ["Code", "Libellé", "Degré de densité"],
    ["CODGEO", "LIBGEO", "DENS"],
    ["24037", "Bergerac", 2],
    ["01004", "Ambérieu-en-Bugey", 3],
    ["24222", "La Force", 5],
]
NEW = [
    ["Grille de densité, géographie au 01/01/2026", None, None, None],
    ["CODGEO", "LIBGEO", "DENS", "DENS7"],
    ["24037", "Bergerac", 2, 2],
    ["01004", "Ambérieu-en-Bugey", 2, 3],
    ["24222", "La Force", 3, 5],
]


def workbook(path: Path, rows: list[list[object]]) -> Path:
    book = Workbook()
    book.active.title = "Présentation"
    sheet = book.create_sheet("Maille communale")
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("rows", "vintage"), [pytest.param(OLD, 2024, id="2024"), pytest.param(NEW, 2026, id="2026")]
)
def test_both_layouts_of_insee_give_the_seven_classes(tmp_path, rows, vintage):
    grid = read_grid(workbook(tmp_path / "grille.xlsx", rows))
    assert dict(grid.classes) == {"24037": 2, "01004": 3, "24222": 5}
    assert (grid.vintage, grid.source) == (vintage, "grille.xlsx")


def test_the_vintage_of_the_file_name_comes_first(tmp_path):
    assert read_grid(workbook(tmp_path / "fichier_diffusion_2025.xlsx", NEW)).vintage == 2025


@pytest.mark.parametrize("separator", [";", ","])
def test_a_csv_is_read_too_with_lost_zeros_given_back(tmp_path, separator):
    path = tmp_path / "grille.csv"
    lines = [["CODGEO", "DENS7"], ["1004", "3"], ["24037", "2"]]
    path.write_text("\n".join(separator.join(line) for line in lines), encoding="cp1252")
    grid = read_grid(path)
    assert dict(grid.classes) == {"01004": 3, "24037": 2}
    assert grid.vintage is None


def test_a_grid_in_three_classes_is_refused(tmp_path):
    rows = [["CODGEO", "DENS"], ["24037", 2], ["24222", 3]]
    with pytest.raises(InputError, match="three classes only"):
        read_grid(workbook(tmp_path / "grille.xlsx", rows))


def test_a_class_that_is_none_is_refused_with_its_commune(tmp_path):
    rows = [["CODGEO", "DENS7"], ["24037", "dense"], ["24222", 5]]
    with pytest.raises(InputError, match="dense is the class of 24037"):
        read_grid(workbook(tmp_path / "grille.xlsx", rows))


@pytest.mark.parametrize("name", ["grille.xlsx", "grille.csv", "missing.xlsx", "missing.csv"])
def test_another_file_gives_a_message_and_no_traceback(tmp_path, name):
    if not name.startswith("missing"):
        (tmp_path / name).write_text("bonjour", encoding="utf-8")
    with pytest.raises(InputError):
        read_grid(tmp_path / name)


def test_the_carried_classes_are_those_of_the_shared_copy(shared_data):
    lines = (shared_data / "geo" / "density_24.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert {line.split(",")[0]: int(line.split(",")[2]) for line in lines} == carried_grid().classes
