"""An extract of SIRENE as sites: who is left out and why, needs by jobs; INSEE's grid beside the lists."""

import csv
from pathlib import Path

import openpyxl
import pytest
from pyproj import Transformer

from acc.problem import InputError
from profiles.data.sourced_figures import read_figures
from scenarios.studies.territory.lists.activities import BANDS, activity_of, jobs_of, kwh_of
from scenarios.studies.territory.lists.demo import write_demo
from scenarios.studies.territory.lists.kinds import read_tables
from scenarios.studies.territory.lists.needs import SiteNeed
from scenarios.studies.territory.lists.open_files import read_territory
from scenarios.studies.territory.lists.sirene import establishments, estimated_needs
from scenarios.studies.territory.run import _in_lists, opened

SHOP = {
    "siret": "32412345600012",
    "statutDiffusionEtablissement": "O",
    "trancheEffectifsEtablissement": "11",
    "libelleCommuneEtablissement": "BERGERAC",
    "codeCommuneEtablissement": "24037",
    "etatAdministratifEtablissement": "A",
    "enseigne1Etablissement": "",
    "activitePrincipaleEtablissement": "47.71Z",
    "coordonneeLambertAbscisseEtablissement": "501000.5",
    "coordonneeLambertOrdonneeEtablissement": "6418000.5",
    "categorieJuridiqueUniteLegale": "5499",
    "denominationUniteLegale": "BOUTIQUE SARL",
}


def read(folder: Path) -> tuple[list[SiteNeed], list[str]]:
    """Return the needs of the extracts of a folder, and what is said of them."""
    reading = estimated_needs(establishments(read_tables(folder, "", (), ())), {}, {})
    return reading.needs, reading.said


def written(
    where: Path, *changes: dict[str, str], without: str = "", more: dict[str, str] | None = None
) -> Path:
    """Write an extract: a row a change to the shop, the first where nothing is changed."""
    shop = SHOP | (more or {})
    heads = [head for head in shop if head != without]
    with where.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, heads, extrasaction="ignore")
        writer.writeheader()
        for number, change in enumerate(changes):
            writer.writerow(shop | {"siret": f"3241234560{number:04d}"} | change)
    return where


def of_a_week(folder: Path, sites: int) -> None:
    """Write an invented territory whose curves are soon made."""
    write_demo(folder, sites=sites, roofs=1, communes=1, seed=1)
    path = folder / "operation.toml"
    text = path.read_text(encoding="utf-8").replace("end = 2027-01-01", "end = 2026-01-08")
    path.write_text(text, encoding="utf-8")


def test_an_establishment_stands_where_lambert_93_says_and_needs_what_its_jobs_do(tmp_path: Path) -> None:
    written(tmp_path / "s.csv", {})
    (need,), said = read(tmp_path)
    lon, lat = Transformer.from_crs(2154, 4326, always_xy=True).transform(501_000.5, 6_418_000.5)
    assert need.place == pytest.approx((lat, lon))
    assert (need.cells["id"], need.cells["name"]) == ("siret-32412345600000", "BOUTIQUE SARL")
    assert said == ["SIRENE: 1 establishment taken, its need estimated from its number of jobs"]
    mean = read_figures("kwh_per_job.csv")["tertiary"].value
    assert kwh_of("47.71Z", jobs_of("11") or 0.0) == pytest.approx(mean * (10 * 19) ** 0.5)
    assert kwh_of("55.10Z", 1.0) == 29_000.0
    assert all(BANDS[code][0] <= (jobs_of(code) or 0.0) <= BANDS[code][1] for code in BANDS)


def test_the_names_of_other_public_extracts_are_read_and_a_commune_by_its_name_too(tmp_path: Path) -> None:
    path = tmp_path / "annuaire.csv"
    path.write_text(
        "siret;activite_principale;trancheEffectifs;coordonnees;latitude;longitude;commune;nature_juridique\n"
        "1;84.11Z;12;44.853, 0.49;;;24037;7210\n"
        "2;85.20Z;11;;44,86;0,48;Prigonrieux;7210\n"
        "3;47.71Z;11;nan,nan;;;Bergerac;5499\n"
        "4;47.71Z;11;;;;Bergerac;1000\n",
        encoding="utf-8",
    )
    needs, said = read(tmp_path)
    assert said[1:] == [
        "SIRENE: 2 left out: public bodies, whose staff says no kWh: buildings and bills do",
        "SIRENE: 1 left out: natural persons, or not open to all",
    ]
    (shop,) = needs
    assert (shop.place, shop.cells["commune"]) == (None, "Bergerac")
    places = [each.place for each in establishments(read_tables(tmp_path, "", (), ()))]
    assert places[:2] == [(44.853, 0.49), (44.86, 0.48)]


def test_who_is_no_site_is_left_out_and_counted_by_its_reason(tmp_path: Path) -> None:
    changes: list[dict[str, str]] = [
        {"categorieJuridiqueUniteLegale": "1000", "denominationUniteLegale": ""},
        {"statutDiffusionEtablissement": "P"},
        {"etatAdministratifEtablissement": "F"},
        {"trancheEffectifsEtablissement": "NN"},
        {"activitePrincipaleEtablissement": "01.11Z"},
        {"activitePrincipaleEtablissement": "25.11Z"},
        {"codeCommuneEtablissement": "", "libelleCommuneEtablissement": ""},
        {"coordonneeLambertAbscisseEtablissement": "[ND]", "categorieJuridiqueUniteLegale": "9220"},
        {"categorieJuridiqueUniteLegale": "7210", "trancheEffectifsEtablissement": "22"},
    ]
    written(tmp_path / "s.csv", *changes)
    (club,), said = read(tmp_path)
    assert (club.cells["kind"], club.place) == ("association", None)
    assert sorted(text.partition(": ")[2] for text in said[1:]) == [
        "1 left out: closed",
        "1 left out: of an activity without a profile of load",
        "1 left out: of industry, of which no kWh a job is known: ask for a bill",
        "1 left out: public bodies, whose staff says no kWh: buildings and bills do",
        "1 left out: without commune",
        "1 left out: without employees, or their number unknown",
        "2 left out: natural persons, or not open to all",
    ]


def test_without_the_legal_category_a_person_has_no_company_name(tmp_path: Path) -> None:
    changes: list[dict[str, str]] = [{}, {"denominationUniteLegale": ""}]
    written(tmp_path / "s.csv", *changes, without="categorieJuridiqueUniteLegale")
    needs, _said = read(tmp_path)
    assert [need.cells["name"] for need in needs] == ["BOUTIQUE SARL"]


def test_an_extract_that_cannot_tell_persons_or_lacks_a_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("siret;activitePrincipaleEtablissement;commune;trancheEffectifs\n1;47.71Z;24037;11\n")
    with pytest.raises(InputError) as fault:
        read(tmp_path)
    assert fault.value.problems[0].path == "s.csv"
    assert "categorieJuridiqueUniteLegale" in fault.value.problems[0].message
    path.write_text("siret;activitePrincipaleEtablissement;commune\n1;47.71Z;24037\n")
    with pytest.raises(InputError) as fault:
        read(tmp_path)
    assert "no column is “band”" in fault.value.problems[0].message
    assert "trancheeffectifsetablissement" in fault.value.problems[0].message


def test_both_editions_of_the_naf_give_the_same_profiles(tmp_path: Path) -> None:
    pairs = [("45.20A", "95.31Y"), ("45.11Z", "47.81Y"), ("45.40Z", "95.32Y"), ("69.10Z", "69.10Y")]
    for old, new in pairs:
        assert activity_of(old) == activity_of(new)
        assert kwh_of(old, 3.0) == kwh_of(new, 3.0)
    # The same digits mean stalls of a market before 2027, and vehicles after.
    named = {"activitePrincipaleEtablissement": "47.81", "nomenclatureActivitePrincipaleEtablissement": ""}
    editions = [named | {"nomenclatureActivitePrincipaleEtablissement": e} for e in ("NAFRev2", "NAF2025")]
    heads = {"nomenclatureActivitePrincipaleEtablissement": ""}
    written(tmp_path / "s.csv", *editions, more=heads)
    needs, _said = read(tmp_path)
    assert [need.cells["profile"] for need in needs] == ["shop", "workshop"]


def test_lists_of_both_kinds_make_one_territory_and_a_fault_names_its_own_list(tmp_path: Path) -> None:
    of_a_week(tmp_path, 3)
    written(tmp_path / "territory" / "sirene.csv", {}, {"codeCommuneEtablissement": "2403X7"})
    lists = read_territory(tmp_path)
    assert [row.line for row in lists.participants] == [2, 3, 4, 5, 6]
    assert lists.origins["participants.csv", 5] == ("territory/sirene.csv", 2)
    assert lists.guessed == set(lists.doubts) == {"siret-32412345600000", "siret-32412345600001"}
    cells = lists.participants[3].cells
    assert (float(str(cells["annual_kwh"])), cells["said"], cells["kind"]) == (120_000.0, "guess", "company")
    with pytest.raises(InputError) as fault:
        opened(lists, tmp_path / "out", lambda _text: None)
    assert {problem.where.partition(",")[0] for problem in fault.value.problems} == {"territory/sirene.csv"}
    assert fault.value.problems[0].where.endswith(" 3")
    assert _in_lists(fault.value.problems[0], lists) == fault.value.problems[0]


def test_a_band_in_a_list_gives_kwh_for_services_alone(tmp_path: Path) -> None:
    write_demo(tmp_path, sites=3, roofs=1, communes=1, seed=1)
    path = tmp_path / "territory" / "sites.csv"
    path.write_text("nom;NAF;commune;effectif\nBanque;6419Z;Bergerac;10 à 19\n", encoding="utf-8")
    (bank,) = read_territory(tmp_path).participants
    assert bank.cells["annual_kwh"] == "120000"
    path.write_text("nom;NAF;commune;effectif\nForge;2511Z;Bergerac;11\n", encoding="utf-8")
    with pytest.raises(InputError) as fault:
        read_territory(tmp_path)
    assert "for services" in fault.value.problems[0].message


def test_the_grid_of_insee_beside_the_lists_gives_the_classes(tmp_path: Path) -> None:
    of_a_week(tmp_path, 4)
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Maille communale")
    for row in (["Grille communale de densité 2026"], [], [], [], ["CODGEO", "LIBGEO", "DENS", "DENS7"]):
        sheet.append(row)
    sheet.append(["24037", "Bergerac", 2, 4])
    book.save(tmp_path / "territory" / "densite.xlsx")
    lists = read_territory(tmp_path)
    operation = opened(lists, tmp_path / "out", lambda _text: None)
    assert {site.density_class for site in operation.scenario.participants} == {4}
    assert any("2026" in note and "densite.xlsx" in note for note in operation.scenario.notes)
