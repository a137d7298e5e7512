"""Files as downloaded: each known by its columns, needs and roofs by the rules, refusals with their place."""

import csv
import json
import re
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
import shapely
from click.testing import CliRunner
from openpyxl import load_workbook
from pyproj import Transformer

import cli
from acc.problem import InputError
from acc.territory.result import Known
from profiles.data.sourced_figures import read_figures
from scenarios.entry.columns.csv_tables import Row
from scenarios.studies.territory.lists.addresses import measured_needs, places_of
from scenarios.studies.territory.lists.buildings import Least, buildings_of, owned, roofs_of
from scenarios.studies.territory.lists.kinds import Tables, kind_of, read_tables
from scenarios.studies.territory.lists.needs import SiteNeed
from scenarios.studies.territory.lists.open_files import OpenTerritory, read_territory
from scenarios.studies.territory.lists.open_sites import open_sites
from scenarios.studies.territory.lists.raking import PublishedTotals, raked, totals_of
from scenarios.studies.territory.lists.sirene import establishments, fitted, matched
from tests.studies.territory.open_folder import LABELS, YEAR, write_open_folder

ADDRESSES = "consommation-annuelle-entreprise-par-adresse.csv"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("open") / "bergeracois"
    write_open_folder(folder)
    return folder


@pytest.fixture(scope="module")
def tables(folder: Path) -> Tables:
    return read_tables(folder, "", (), ())


@pytest.fixture(scope="module")
def territory(folder: Path) -> OpenTerritory:
    return read_territory(folder)


def lines(*rows: dict[str, object]) -> str:
    """Return lines of needs by address under French labels, decimals behind a comma."""
    usual = {
        "annee": YEAR, "numero_de_voie": "12", "type_de_voie": "RUE", "libelle_de_voie": "HAUTE",
        "adresse": "12 RUE HAUTE", "nombre_de_sites": 1, "code_secteur_naf2": "47",
        "consommation_annuelle_totale_de_ladresse_mwh": "100,5", "code_commune": "24037",
    }  # fmt: skip
    texts = [";".join(LABELS[name] for name in usual)]
    return "\n".join(texts + [";".join(map(str, (usual | row).values())) for row in rows])


def needs_of(where: Path, *rows: dict[str, object]) -> tuple[list[SiteNeed], list[str]]:
    (where / ADDRESSES).write_text(lines(*rows), encoding="utf-8")
    reading, _kwh = measured_needs(read_tables(where, "", (), ()), {})
    return reading.needs, reading.said


def test_two_lines_at_one_address_are_one_site_with_its_weights(tmp_path: Path) -> None:
    other = {"code_secteur_naf2": "86", "consommation_annuelle_totale_de_ladresse_mwh": "300"}
    (need,), said = needs_of(tmp_path, {}, other)
    assert need.kwh_of == {"47": 100_500.0, "86": 300_000.0}
    assert need.kwh == 400_500.0
    assert need.cells["profile"] == "hospital"
    assert said == [f"Measured in {YEAR}: 1 address, 400 MWh"]


def test_what_has_no_address_is_told_and_never_placed(tmp_path: Path) -> None:
    bare = dict.fromkeys(("numero_de_voie", "type_de_voie", "libelle_de_voie", "adresse"), "")
    needs, said = needs_of(tmp_path, {}, bare, {**bare, "code_secteur_naf2": "10"})
    assert len(needs) == 1
    assert "201 MWh without address (2 lines): real, never placed" in said


def test_several_meters_are_several_persons_and_no_figure_is_not_zero(tmp_path: Path) -> None:
    hidden = {"libelle_de_voie": "BASSE", "consommation_annuelle_totale_de_ladresse_mwh": ""}
    needs, said = needs_of(tmp_path, {"nombre_de_sites": 3}, hidden)
    assert [need.kwh for need in needs] == [33_500.0] * 3
    assert "1 lines without MWh: hidden, not zero" in said
    assert any("3 persons at least" in text for text in said)


def test_years_are_never_added(tmp_path: Path) -> None:
    (need,), said = needs_of(tmp_path, {}, {"annee": YEAR - 1})
    assert (need.year, need.kwh) == (YEAR, 100_500.0)
    assert any(f"before {YEAR}" in text for text in said)


def test_both_dialects_of_a_portal_are_of_one_kind_and_are_joined(tables: Tables) -> None:
    csv_lines, json_lines = (table.rows for table in tables["address"])
    assert kind_of(list(LABELS)) == kind_of(list(LABELS.values()))
    reading, _kwh = measured_needs(tables, {})
    assert {need.row.file for need in reading.needs} == {ADDRESSES, "lines.json"}
    assert csv_lines[0].cells["mwh"].replace(",", "").isdigit()
    assert json_lines[0].cells["mwh"].replace(".", "").isdigit()


def test_each_file_of_the_folder_is_known_by_its_columns(tables: Tables, territory: OpenTerritory) -> None:
    assert Counter({kind: len(some) for kind, some in tables.items()}) == Counter(
        ["address", "address", "total", "place", "establishment", "unit", "position", "building", "zone",
         "roof", "owner", "parcel", "school", "water", "lighting", "density"]
    )  # fmt: skip
    assert "Not read, of no kind that is known: LISEZ-MOI.pdf" in territory.said
    (unread,) = [text for text in territory.said if text.startswith("Columns not read")]
    assert "BDTOPO_D024.gpkg, batiment (usage_2, hauteur + 1)" in unread


def test_two_files_with_the_same_lines_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(lines({}, {"libelle_de_voie": "BASSE"}), encoding="utf-8")
    (tmp_path / "b.csv").write_text(lines({"numero_de_voie": "9"}, {}), encoding="utf-8")
    with pytest.raises(InputError) as fault:
        read_tables(tmp_path, "", (), ())
    (problem,) = fault.value.problems
    assert (problem.path, problem.message) == (
        "b.csv",
        "holds lines of a.csv too (needs by address): keep one of the two",
    )


def test_files_that_cover_more_are_cut_to_the_communes_of_the_territory(tmp_path: Path) -> None:
    write_open_folder(tmp_path, 4)
    every = read_territory(tmp_path)
    path = tmp_path / "operation.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + 'communes = ["24037", "24340"]\n', encoding="utf-8")
    some = read_territory(tmp_path)
    for rows, before in ((some.participants, every.participants), (some.plants, every.plants)):
        codes = [row.cells["insee"] for row in before]
        assert {row.cells["insee"] for row in rows} == {"24037", "24340"}
        assert len(rows) == codes.count("24037") + codes.count("24340")
    assert any("lines of other communes" in text for text in some.said)
    path.write_text(text + 'communes = ["99999"]\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"\[territory\] communes.*“99999” is neither"):
        read_territory(tmp_path)


def test_raked_needs_and_what_is_measured_sum_to_the_published_total(tables: Tables) -> None:
    totals, _said = totals_of(tables, YEAR)
    assert totals is not None
    assert totals.year == YEAR
    _reading, kwh_of = measured_needs(tables, {})
    every = establishments(tables)
    sites = open_sites(tables, Least())
    sums = Counter[tuple[str, str]]()
    file = {source.file for source in sites.sources if source.known is Known.RAKED}
    division_of = {each.row.line: each.division for each in every}
    ids = {id_ for source in sites.sources if source.known is Known.RAKED for id_ in source.ids}
    for row in sites.sites:
        if row.cells["id"] in ids and row.file.startswith("Stock"):
            sums[str(row.cells["insee"]), division_of[row.line]] += float(str(row.cells["annual_kwh"]))
    assert file
    assert sums
    for key, kwh in sums.items():
        assert kwh + kwh_of.get(key, 0.0) == pytest.approx(totals.kwh[key], abs=1.0)  # to 1 kWh


def need(insee: str, kwh: float, known: Known = Known.ESTIMATED) -> SiteNeed:
    cells = {"insee": insee, "kind": "company"}
    return SiteNeed(
        row=Row("f", 2, {}),
        cells=cells,
        kwh_of={"47": kwh},
        known=known,
        year=None,
        own_ln=0.8,
        common_ln=0.3,
    )


def test_a_hidden_total_is_not_zero_and_a_large_factor_is_told() -> None:
    needs = [
        need("24037", 10.0),
        need("24037", 30.0),
        need("24340", 10.0),
        need("24037", 5.0, Known.MEASURED),
    ]
    totals = PublishedTotals(2024, {("24037", "47"): 205.0, ("24340", "47"): None})
    reading = raked(needs, totals, {("24037", "47"): 5.0})
    assert [each.kwh for each in reading.needs] == [50.0, 150.0, 10.0, 5.0]
    assert [each.known for each in reading.needs] == [Known.RAKED] * 2 + [Known.ESTIMATED, Known.MEASURED]
    assert [each.common_ln for each in reading.needs[:3]] == [0.0, 0.0, 0.3]
    assert any("24037, 47 (× 5.00)" in text for text in reading.said)
    assert any(text.startswith("1 cells (commune, activity) have no total") for text in reading.said)


def test_the_frozen_set_is_never_set_against_newer_needs(tmp_path: Path) -> None:
    head = "ANNEE;CODE_COMMUNE;CODE_SECTEUR_NAF2;CODE_CATEGORIE_CONSOMMATION;FILIERE;CONSO\n"
    path = tmp_path / "ore.csv"
    path.write_text(head + "2021;24037;47;ENT;Electricité;12\n", encoding="utf-8")
    totals, said = totals_of(read_tables(tmp_path, "", (), ()), 2024)
    assert totals is None
    assert said == ["Totals of 2021 are of another method than needs of 2024: not used"]
    path.write_text(
        head + "2021;24037;47;ENT;Gaz;9\n2023;24037;47;ENT;Electricité;secret\n", encoding="utf-8"
    )
    totals, said = totals_of(read_tables(tmp_path, "", (), ()), 2024)
    assert totals == PublishedTotals(2023, {("24037", "47"): None})
    assert said == ["Totals are of 2023, needs by address of 2024"]


def test_a_place_at_the_middle_of_a_commune_is_outside(tables: Tables, territory: OpenTerritory) -> None:
    central = {each.siret for each in establishments(tables) if each.is_central}
    rows = [row for row in territory.participants if str(row.cells["id"])[6:] in central]
    assert rows
    assert not [row for row in rows if "latitude" in row.cells]
    assert any("placed at the middle of their commune" in text for text in territory.said)


def test_kwh_of_a_job_are_those_of_the_measured_addresses(tables: Tables) -> None:
    reading, _kwh = measured_needs(tables, places_of(tables))
    known = establishments(tables)
    local = fitted(matched(known, reading.needs), reading.needs)
    assert {division: fit.pairs for division, fit in local.items()} == {"25": 9, "47": 20}
    assert 0.1 < local["47"].own_ln < 0.8
    assert local["47"].common_ln < local["47"].own_ln / 4.0
    least = int(read_figures("open_data.csv")["least_pairs"].value)
    assert all(fit.pairs >= least for fit in local.values())


def test_no_firm_is_named_where_its_need_is_measured(territory: OpenTerritory) -> None:
    measured = [row for row in territory.participants if str(row.cells["id"]).startswith("adresse")]
    firms = [row for row in measured if row.cells["kind"] == "company"]
    assert firms
    assert all(row.cells["name"] == row.cells["id"] for row in firms)
    towns = [str(row.cells["name"]) for row in measured if row.cells["kind"] == "commune"]
    assert "COMMUNE DE BERGERAC" in towns


def test_the_file_of_a_roof_tool_opens_as_it_is_a_plant_a_side(tables: Tables) -> None:
    roofs = roofs_of(owned(buildings_of(tables), tables), tables, Least(kwp=1.0, public_kwp=1.0)).roofs
    (table,) = tables["roof"]
    kwp = sum(float(str(row.cells["kwp"])) for row in table.rows)
    assert sum(roof.kwp for roof in roofs) == pytest.approx(kwp)
    sides = Counter(roof.row.line for roof in roofs)
    assert set(sides.values()) == {1, 2}
    sloped = [roof for roof in roofs if sides[roof.row.line] == 2]
    assert {str(roof.cells["surface_azimuth"]) for roof in sloped} == {"0", "180"}
    shaded = {str(roof.row.cells["id"]) for roof in roofs if "losses_ratio" in roof.cells}
    assert shaded == {str(row.cells["id"]) for row in table.rows if int(str(row.cells["id"])[-4:]) % 9 == 0}


def test_without_a_tool_footprints_give_two_halves_and_their_doubt(tables: Tables) -> None:
    known = {kind: some for kind, some in tables.items() if kind != "roof"}
    read = roofs_of(owned(buildings_of(known), known), known, Least(kwp=1.0, public_kwp=1.0))
    school = next(roof for roof in read.roofs if int(str(roof.row.cells["id"])[-4:]) % 8 == 0)
    assert school.kwp == pytest.approx(30.0 * 18.0 * 0.6 * 0.225)
    assert school.own_ln == 0.25
    # The long wall goes east: half looks north, half south; 3 m over half of 18 m.
    assert school.cells["planes"] == "18/0/0.5 18/180/0.5"
    natures = {str(roof.row.cells["nature"]) for roof in read.roofs}
    assert not natures & {"Eglise", "Serre"}
    assert any(text.startswith("30 roofs left out: light") for text in read.said)


def test_the_owner_of_a_roof_is_that_of_its_parcel_or_of_the_bdnb(tmp_path: Path, tables: Tables) -> None:
    buildings = owned(buildings_of(tables), tables)
    schools = [each for each in buildings if int(each.id[-4:]) % 8 == 0]
    assert all(each.owner and each.owner.is_public for each in schools)
    texts = {
        "o.csv": "batiment_groupe_id;siren;bat_prop_denomination_proprietaire\ng1;212400378;VILLE 1\n",
        "l.csv": f"batiment_groupe_id;bdtopo_bat_cleabs\ng1;{schools[0].id}\n",
        "e.csv": "batiment_groupe_id;millesime;conso_pro;nb_pdl_pro\ng1;2022;9000;1\ng1;2023;54000;2\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    both = {**{kind: tables[kind] for kind in ("building", "zone")}, **read_tables(tmp_path, "", (), ())}
    (owner,) = [each.owner for each in owned(buildings_of(both), both) if each.owner]
    assert (owner.siren, owner.is_public) == ("212400378", True)
    sites = open_sites(both, Least())
    (site,) = sites.sites
    assert (site.cells["name"], float(str(site.cells["annual_kwh"]))) == ("VILLE 1", 54_000.0)
    assert (site.cells["insee"], site.cells["profile"]) == ("24037", "primary-school")
    assert any(roof.cells.get("owner") == site.cells["id"] for roof in sites.roofs)


def test_the_type_of_a_building_of_the_cadastre_is_no_kind_of_plant(tmp_path: Path) -> None:
    ring = "[[[0.48,44.85],[0.4805,44.85],[0.4805,44.8502],[0.48,44.8502],[0.48,44.85]]]"
    feature = (
        '{"type":"Feature","geometry":{"type":"Polygon","coordinates":%s},"properties":{"type":"%s",'
        '"nom":null,"commune":"24037","created":"2003-01-01","updated":"2003-01-01"}}'
    )
    text = ",".join(feature % (ring, type_) for type_ in ("01", "02"))
    (tmp_path / "b.json").write_text(f'{{"type":"FeatureCollection","features":[{text}]}}', encoding="utf-8")
    found = read_tables(tmp_path, "", (), ())
    read = roofs_of(buildings_of(found), found, Least())
    assert len(read.roofs) == 1
    assert "kind" not in read.roofs[0].cells


def test_public_sites_come_from_floors_loads_and_lamps(tables: Tables, territory: OpenTerritory) -> None:
    kwh = {str(row.cells["name"]): float(str(row.cells["annual_kwh"])) for row in territory.participants}
    # Two storeys, of 30 m by 18.
    assert kwh["Ecole Bergerac 1"] == pytest.approx(30.0 * 18.0 * 2.0 * 0.85 * 17.5)
    station = next(row for row in tables["water"][0].rows if row.cells["commune"] == "24037")
    assert kwh["BERGERAC 0"] == pytest.approx(float(str(station.cells["load"])) * 60 * 365 * 3.2 / 1_000)
    assert not [name for name in kwh if name.endswith(" 2") and name.isupper()]
    lamps = next(row for row in tables["lighting"][0].rows if row.cells["cabinet"] == "Bergerac 1")
    points = float(str(lamps.cells["points"]))
    assert kwh["Lighting Bergerac 1"] == pytest.approx(points * 70 * (4_134 - 1_944) / 1_000)


def test_what_stands_beside_operation_toml_is_written_once_and_kept(
    folder: Path, territory: OpenTerritory
) -> None:
    assert any("prices that nobody has said" in text for text in territory.said)
    path = folder / "operation.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.partition("\n")[2], encoding="utf-8")
    again = read_territory(folder)
    assert not any("prices that nobody has said" in text for text in again.said)
    assert path.read_text(encoding="utf-8") == text.partition("\n")[2]
    assert again.participants == territory.participants


def layer_named(path: Path, name: str) -> None:
    with closing(sqlite3.connect(path)) as base:
        base.execute(f'CREATE TABLE "{name}" AS SELECT * FROM batiment')
        base.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geometrie', 2154)", (name,))
        base.commit()


def test_several_layers_of_a_kind_are_asked_for_by_name(tmp_path: Path) -> None:
    write_open_folder(tmp_path)
    layer_named(tmp_path / "BDTOPO_D024.gpkg", "batiment_2025")
    with pytest.raises(InputError) as fault:
        read_territory(tmp_path)
    (problem,) = fault.value.problems
    assert problem.path == "BDTOPO_D024.gpkg"
    assert "batiment, batiment_2025" in problem.message
    assert "layers = [“BDTOPO_D024.gpkg#batiment”]" in problem.message
    named = read_tables(tmp_path, "", ["BDTOPO_D024.gpkg#batiment_2025"], ())
    assert [table.name for table in named["building"]] == ["BDTOPO_D024.gpkg, batiment_2025"]
    with pytest.raises(InputError, match="no layer “roofs”: it has batiment"):
        read_tables(tmp_path, "", ["BDTOPO_D024.gpkg#roofs"], ())


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "words"),
    [
        (ADDRESSES, "CODE SECTEUR NAF2", "Secteur", ADDRESSES, "no column is “division”"),
        (
            "StockEtablissement_24.csv",
            "trancheEffectifsEtablissement",
            "x",
            "StockEtablissement_24.csv",
            "“band”",
        ),
        (
            ADDRESSES,
            ";ENT;",
            ";ENT;",
            f"{ADDRESSES}, line 2, Consommation annuelle totale de l'adresse (MWh)",
            "is no number",
        ),
    ],
)
def test_a_refusal_names_its_file_and_its_column(
    tmp_path: Path, name: str, old: str, new: str, place: str, words: str
) -> None:
    write_open_folder(tmp_path)
    path = tmp_path / name
    text = path.read_text(encoding="utf-8-sig").replace(old, new)
    if "number" in words:
        rows = list(csv.reader(text.splitlines(), delimiter=";"))
        rows[1][rows[0].index(LABELS["consommation_annuelle_totale_de_ladresse_mwh"])] = "beaucoup"
        text = "\n".join(";".join(row) for row in rows)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as fault:
        read_territory(tmp_path)
    (problem,) = fault.value.problems
    assert problem.path == place
    assert words in problem.message


@pytest.mark.parametrize("count", [2, pytest.param(10, marks=pytest.mark.slow)])
def test_a_folder_of_files_goes_to_an_atlas_by_one_command(tmp_path: Path, count: int) -> None:
    pytest.importorskip("numba")
    folder = tmp_path / "communes_du_bergeracois"
    write_open_folder(folder, count)
    done = CliRunner().invoke(cli.main, ["territory", str(folder), "--json"], catch_exceptions=False)
    assert done.exit_code == 0
    document = json.loads(done.stdout)
    out = folder / "out"
    (pdf,) = out.rglob("atlas.pdf")
    assert pdf.read_bytes().startswith(b"%PDF")
    sources = {source["file"]: source for source in document["sources"]}
    assert sources[ADDRESSES]["known"] == "measured"
    assert sources["StockEtablissement_24.csv"]["known"] == "raked"
    assert sources["steu_24.csv"]["spread_ln"] == pytest.approx(0.69)
    assert sources["toits_bergeracois.gpkg, toits"]["are_roofs"]
    swings = [answer["swing_eur_ht"] for answer in document["answers"]]
    assert len(swings) == 3
    assert swings == sorted(swings, reverse=True)
    measured = {id_ for s in document["sources"] if s["known"] == "measured" for id_ in s["ids"]}
    (page,) = out.rglob("atlas.html")
    assert "Communes du bergeracois" in page.read_text("utf-8")
    assert page.read_text("utf-8").count("que personne n’a dits") == 2
    book = load_workbook(next(out.rglob("territoire.xlsx")))
    rows = [row for sheet in book for row in sheet.values]
    told = " ".join([done.stdout, page.read_text("utf-8"), *(str(cell) for row in rows for cell in row)])
    # Neither a firm whose need is measured, nor that need, is told anywhere.
    assert "SOCIETE" not in told
    tables = read_tables(folder, "", (), ())
    reading, _kwh = measured_needs(tables, {})
    needs = {f"{need.kwh:.0f}" for need in reading.needs if need.cells["kind"] == "company"}
    assert not [kwh for kwh in needs if re.search(rf"(?<!\d){kwh}(?!\d)", told)]
    assert measured
    assert any("Connu comme" in row for row in rows)


def test_lines_that_were_geocoded_stand_where_the_geocoder_is_sure(tmp_path: Path) -> None:
    head, *rows = lines({}, {"libelle_de_voie": "BASSE"}, {"libelle_de_voie": "NEUVE"}).splitlines()
    found = ("44.85;0.48;0.93;housenumber", "44.85;0.49;0.9;municipality", "44.85;0.5;0.2;street")
    texts = [head + ";latitude;longitude;result_score;result_type"]
    texts += [f"{row};{place}" for row, place in zip(rows, found, strict=True)]
    (tmp_path / "geocoded.csv").write_text("\n".join(texts), encoding="utf-8")
    reading, _kwh = measured_needs(read_tables(tmp_path, "", (), ()), {})
    assert [need.place for need in reading.needs] == [(44.85, 0.48), None, None]


def test_a_map_in_lambert_93_is_read_and_a_figure_at_fault_is_named_by_layer_and_column(
    tmp_path: Path,
) -> None:
    write_open_folder(tmp_path, 1)
    with closing(sqlite3.connect(tmp_path / "toits_bergeracois.gpkg")) as base, base:
        base.execute("UPDATE toits SET puissance_kwc = 'inconnue' WHERE fid = 2")
    with pytest.raises(InputError) as fault:
        read_territory(tmp_path)
    (problem,) = fault.value.problems
    assert problem.path == "toits_bergeracois.gpkg, toits, line 2, puissance_kwc"
    ring = [[501_000, 6_418_000], [501_020, 6_418_000], [501_020, 6_418_010], [501_000, 6_418_010]]
    values = {"cleabs": "B1", "nature": "Indifférenciée", "usage_1": "Sportif", "construction_legere": False}
    feature = {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": values,
    }
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
    text = {"type": "FeatureCollection", "crs": crs, "features": [feature]}
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "wfs.json").write_text(json.dumps(text), encoding="utf-8")
    (building,) = buildings_of(read_tables(tmp_path / "b", "", (), ()))
    assert building.shape.equals(shapely.Polygon(ring))
    lon, lat = Transformer.from_crs(2154, 4326, always_xy=True).transform(501_010, 6_418_005)
    assert building.row.cells["latitude"] == f"{lat:.6f}"
    assert building.row.cells["longitude"] == f"{lon:.6f}"
