"""A made-up folder of files as downloaded, in the columns of the real ones and with their quirks.

Ten communes; every name is made of a commune and a number, every figure is drawn. Run it to have one:
`python -m tests.studies.territory.open_folder FOLDER`.
"""

import csv
import json
import sqlite3
import struct
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openpyxl
from pyproj import CRS, Transformer

from profiles.pv.plane_yield import plane_yield
from scenarios.entry.places.geography import CommunePlace, commune_of

CODES = ("24037", "24340", "24145", "24240", "24222", "24451", "24175", "24051", "24307", "24189")
WAYS = (("RUE", "DE LA HALLE"), ("AV", "DU GAL DE GAULLE"), ("RTE", "DE BORDEAUX"), ("PL", "DE L EGLISE"))
YEAR = 2024
TO_METRES = Transformer.from_crs(4326, 2154, always_xy=True)

Square = tuple[tuple[float, float], ...]
Cells = dict[str, object]


@dataclass(frozen=True)
class Address:
    """A house: its commune, its number and street, its place in metres."""

    place: CommunePlace
    number: int
    way: str
    street: str
    east: float
    north: float

    @property
    def degrees(self) -> tuple[float, float]:
        return TO_METRES.transform(self.east, self.north, direction="INVERSE")


@dataclass(frozen=True)
class Business:
    """An establishment: its address, number, activity, head-count band, legal category, kWh by division."""

    at: Address
    number: int
    naf: str
    edition: str
    band: str
    category: str
    mwh: float

    @property
    def siren(self) -> str:
        return f"{900_000_000 + self.number}" if self.category[0] != "7" else f"{210_000_000 + self.number}"


def communes(count: int = len(CODES)) -> list[CommunePlace]:
    return [place for code in CODES[:count] if (place := commune_of(code))]


def write_open_folder(folder: Path, count: int = len(CODES), seed: int = 7) -> list[Path]:
    """Write the files of some communes; return them."""
    folder.mkdir(parents=True, exist_ok=True)
    rng, files = np.random.default_rng(seed), list[Path]()
    places = communes(count)
    addresses = [address for place in places for address in drawn_addresses(rng, place)]
    firms = list(businesses(rng, addresses))
    buildings = list(drawn_buildings(rng, places))

    def path(name: str) -> Path:
        files.append(folder / name)
        return files[-1]

    measured = [firm for firm in firms if firm.mwh]
    table(path("consommation-annuelle-entreprise-par-adresse.csv"), of_labels(measured[::2]), ";", comma=True)
    results = list(of_fields(measured[1::2]))
    path("lines.json").write_text(json.dumps({"total": len(results), "results": results}), encoding="utf-8")
    table(path("conso-elec-gaz-annuelle-par-naf-commune.csv"), totals(firms, places), ";")
    table(path("adresses-24.csv"), extract(addresses), ";")
    table(path("StockEtablissement_24.csv"), stock(firms), ",")
    table(path("StockUniteLegale_24.csv"), units(firms), ",")
    table(path("GeolocalisationEtablissement.csv"), positions(firms), ";")
    layers(
        path("BDTOPO_D024.gpkg"),
        {
            "batiment": footprints(buildings),
            "zone_d_activite_ou_d_interet": zones(buildings),
            "troncon_de_route": roads(),
        },
    )
    layers(path("toits_bergeracois.gpkg"), {"toits": tool_roofs(rng, buildings)})
    table(path("PM_24_parcelles.txt"), owners(buildings), ";", encoding="cp1252")
    path("cadastre-24-parcelles.json").write_text(json.dumps(parcels(buildings)), encoding="utf-8")
    table(path("fr-en-annuaire-education.csv"), schools(places), ";")
    table(path("steu_24.csv"), stations(rng, places), ";")
    lamps(path("Inventaire éclairage.xlsx"), rng, places)
    table(
        path("grille_densite_2025.csv"),
        ({"CODGEO": p.insee, "LIBGEO": p.name, "DENS": 3, "DENS7": 5} for p in places),
        ";",
    )
    path("LISEZ-MOI.pdf").write_bytes(b"%PDF-1.4")
    return files


def drawn_addresses(rng: np.random.Generator, place: CommunePlace) -> Iterator[Address]:
    """Yield twelve houses within 700 m of the middle of a commune."""
    east, north = TO_METRES.transform(place.position.longitude_deg, place.position.latitude_deg)
    for number in range(12):
        x, y = rng.uniform(-700.0, 700.0, 2)
        way, street = WAYS[number % len(WAYS)]
        yield Address(place, 2 + 3 * number, way, street, east + x, north + y)


def businesses(rng: np.random.Generator, addresses: Sequence[Address]) -> Iterator[Business]:
    """Yield nine firms a commune, some measured, and its town hall, whose staff is everybody's."""
    kinds = (
        ("47.11F", "12", 400.0), ("47.71Z", "03", 40.0), ("56.10A", "02", 35.0),
        ("45.20A", "02", 0.0), ("95.31Y", "02", 0.0), ("10.51C", "21", 900.0),
        ("69.10Z", "02", 0.0), ("25.11Z", "11", 180.0), ("01.21Z", "01", 60.0),
    )  # fmt: skip
    for at, address in enumerate(addresses):
        kind = at % 12
        if kind < len(kinds):
            naf, band, mwh = kinds[kind]
            edition = "NAF2025" if naf.endswith("Y") else "NAFRev2"
            drawn = mwh * float(np.exp(0.3 * rng.standard_normal()))
            yield Business(address, at, naf, edition, band, "5499" if kind != 6 else "1000", round(drawn, 3))
        elif kind == len(kinds):
            yield Business(address, at, "84.11Z", "NAFRev2", "22", "7210", 55.0)


def of_fields(firms: Iterable[Business]) -> Iterator[Cells]:
    """Yield the lines of addresses under the names of fields; one firm in five is two divisions."""
    for firm in firms:
        at, division = firm.at, firm.naf[:2]
        parts = [(division, firm.mwh)]
        if firm.number % 5 == 0:
            parts = [
                (division, round(0.7 * firm.mwh, 3)),
                ("68", round(firm.mwh - round(0.7 * firm.mwh, 3), 3)),
            ]
        for naf2, mwh in parts:
            yield {
                "annee": YEAR, "code_iris": f"{at.place.insee}0101", "nom_iris": at.place.name,
                "numero_de_voie": at.number, "indice_de_repetition": "", "type_de_voie": at.way,
                "libelle_de_voie": at.street, "adresse": f"{at.number} {at.way} {at.street}",
                "nombre_de_sites": 3 if firm.number % 12 == 2 else 1,
                "consommation_annuelle_totale_de_ladresse_mwh": mwh, "code_grand_secteur": "TERTIAIRE",
                "code_categorie_consommation": "ENT", "code_secteur_naf2": naf2,
                "code_commune": at.place.insee, "nom_commune": at.place.name.upper(),
                "code_epci": "200070647", "code_departement": "24", "code_region": "75",
                "tri_des_adresses": firm.number,
            }  # fmt: skip


LABELS = {
    "annee": "Année", "code_iris": "Code IRIS", "nom_iris": "Nom IRIS", "numero_de_voie": "Numéro de voie",
    "indice_de_repetition": "Indice de répétition", "type_de_voie": "Type de voie",
    "libelle_de_voie": "Libellé de voie", "adresse": "Adresse", "nombre_de_sites": "Nombre de sites",
    "consommation_annuelle_totale_de_ladresse_mwh": "Consommation annuelle totale de l'adresse (MWh)",
    "code_grand_secteur": "CODE GRAND SECTEUR", "code_categorie_consommation": "CODE CATEGORIE CONSOMMATION",
    "code_secteur_naf2": "CODE SECTEUR NAF2", "code_commune": "Code Commune", "nom_commune": "Nom Commune",
    "code_epci": "Code EPCI", "code_departement": "Code Département", "code_region": "Code Région",
    "tri_des_adresses": "Tri des adresses",
}  # fmt: skip


def of_labels(firms: Sequence[Business]) -> Iterator[Cells]:
    """Yield the same under French labels, with the year before, and what is at no address."""
    lines = list(of_fields(firms))
    bare = dict.fromkeys(("numero_de_voie", "type_de_voie", "libelle_de_voie", "adresse"), "")
    lost = (
        lines[0] | bare | {"consommation_annuelle_totale_de_ladresse_mwh": 321.5, "code_secteur_naf2": "10"}
    )
    for line in [*lines, lost, *(line | {"annee": YEAR - 1} for line in lines)]:
        yield {LABELS[name]: value for name, value in line.items()}


def totals(firms: Sequence[Business], places: Sequence[CommunePlace]) -> Iterator[Cells]:
    """Yield a total for each commune and division: twice what its firms use; division 56 is hidden."""
    for place in places:
        for division in sorted({firm.naf[:2] for firm in firms}):
            own = sum(firm.mwh for firm in firms if firm.at.place == place and firm.naf[:2] == division)
            for year, category in ((2021, "ENT"), (YEAR, "ENT"), (YEAR, "PRO"), (YEAR, "RES")):
                mwh = "secret" if division == "56" else f"{own + 90.0:.3f}" if category == "ENT" else "30.5"
                yield {
                    "OPERATEUR": "Enedis", "ANNEE": year, "FILIERE": "Electricité",
                    "CODE_COMMUNE": place.insee, "LIBELLE_COMMUNE": place.name,
                    "CODE_CATEGORIE_CONSOMMATION": category,
                    "CODE_GRAND_SECTEUR": "TERTIAIRE", "CODE_SECTEUR_NAF2": division, "CONSO": mwh, "PDL": 12,
                }  # fmt: skip


def extract(addresses: Sequence[Address]) -> Iterator[Cells]:
    """Yield the addresses as the national extract writes them; every eleventh is not there."""
    words = {"AV": "Avenue", "RTE": "Route", "PL": "Place", "RUE": "Rue"}
    for at, each in enumerate(addresses):
        longitude, latitude = each.degrees
        if at % 11:
            yield {
                "id": f"{each.place.insee}_{at}", "numero": each.number, "rep": "",
                "nom_voie": f"{words[each.way]} {each.street.title().replace('Gal', 'Général')}",
                "code_postal": "24000", "code_insee": each.place.insee, "nom_commune": each.place.name,
                "x": f"{each.east:.2f}", "y": f"{each.north:.2f}", "lon": f"{longitude:.6f}",
                "lat": f"{latitude:.6f}", "type_position": "entrée",
            }  # fmt: skip


def stock(firms: Sequence[Business]) -> Iterator[Cells]:
    for firm in firms:
        is_new = firm.edition == "NAF2025"
        yield {
            "siren": firm.siren, "nic": "00012", "siret": f"{firm.siren}00012",
            "statutDiffusionEtablissement": "P" if firm.number % 40 == 7 else "O",
            "trancheEffectifsEtablissement": firm.band, "anneeEffectifsEtablissement": 2023,
            "numeroVoieEtablissement": firm.at.number, "indiceRepetitionEtablissement": "",
            "typeVoieEtablissement": firm.at.way, "libelleVoieEtablissement": firm.at.street,
            "codeCommuneEtablissement": firm.at.place.insee,
            "libelleCommuneEtablissement": firm.at.place.name.upper(),
            "etatAdministratifEtablissement": "A", "enseigne1Etablissement": "",
            "activitePrincipaleEtablissement": firm.naf,
            "nomenclatureActivitePrincipaleEtablissement": firm.edition,
            "activitePrincipaleNAF25Etablissement": firm.naf if is_new else "",
        }  # fmt: skip


def units(firms: Sequence[Business]) -> Iterator[Cells]:
    for firm in firms:
        place = firm.at.place.name.upper()
        name = f"COMMUNE DE {place}" if firm.category == "7210" else f"SOCIETE {place} {firm.number}"
        is_person = firm.category == "1000"
        yield {
            "siren": firm.siren, "categorieJuridiqueUniteLegale": firm.category,
            "denominationUniteLegale": "" if is_person else name,
            "nomUniteLegale": f"NOM {firm.number}" if is_person else "",
        }  # fmt: skip


def positions(firms: Sequence[Business]) -> Iterator[Cells]:
    for firm in firms:
        yield {
            "siret": f"{firm.siren}00012", "x": f"{firm.at.east:.2f}".replace(".", ","),
            "y": f"{firm.at.north:.2f}".replace(".", ","), "qualite_xy": 33 if firm.number % 12 == 4 else 11,
            "epsg": 2154, "plg_qp24": "", "plg_code_commune": firm.at.place.insee,
        }  # fmt: skip


@dataclass(frozen=True)
class Built:
    """A building: its key, its commune, its square in metres, what it is."""

    number: int
    place: CommunePlace
    square: Square
    nature: str
    usage: str
    light: bool

    @property
    def is_school(self) -> bool:
        return self.number % 8 == 0

    @property
    def key(self) -> str:
        return f"BATIMENT{self.number:016d}"


def drawn_buildings(rng: np.random.Generator, places: Sequence[CommunePlace]) -> Iterator[Built]:
    """Yield eight buildings a commune: a school, a hall, sheds, a church, a greenhouse, something light."""
    kinds = (
        ("Indifférenciée", "Indifférencié"), ("Indifférenciée", "Sportif"),
        ("Industriel, agricole ou commercial", "Commercial et services"),
        ("Industriel, agricole ou commercial", "Agricole"), ("Indifférenciée", "Résidentiel"),
        ("Eglise", "Religieux"), ("Serre", "Agricole"), ("Indifférenciée", "Annexe"),
    )  # fmt: skip
    for rank, place in enumerate(places):
        east, north = TO_METRES.transform(place.position.longitude_deg, place.position.latitude_deg)
        for at, (nature, usage) in enumerate(kinds):
            x, y = east + 60.0 * at - 200.0, north + float(rng.uniform(-300.0, 300.0))
            width, depth = (9.0, 8.0) if at == 4 else (30.0 + 4.0 * at, 18.0)
            yield Built(8 * rank + at, place, square(x, y, width, depth), nature, usage, at == 7)


def square(x: float, y: float, width: float, depth: float) -> Square:
    return ((x, y), (x + width, y), (x + width, y + depth), (x, y + depth), (x, y))


def footprints(buildings: Sequence[Built]) -> Iterator[tuple[Square, Cells]]:
    for each in buildings:
        yield each.square, {
            "cleabs": each.key, "nature": each.nature, "usage_1": each.usage, "usage_2": None,
            "construction_legere": int(each.light), "etat_de_l_objet": "En service", "hauteur": 6.5,
            "nombre_d_etages": None if each.number % 2 else 2, "altitude_minimale_toit": 104.0,
            "altitude_maximale_toit": 107.0, "identifiants_rnb": f"RNB{each.number:09d}",
        }  # fmt: skip


def zones(buildings: Sequence[Built]) -> Iterator[tuple[Square, Cells]]:
    for each in buildings:
        if each.is_school:
            (x, y), *_rest = each.square
            yield square(x - 10.0, y - 10.0, 80.0, 40.0), {
                "cleabs": f"SURFACTI{each.number:016d}", "categorie": "Science et enseignement",
                "nature": "Enseignement primaire", "toponyme": f"École de {each.place.name}",
                "identifiants_sources": f"MEN:{uai(each.place)}",
            }  # fmt: skip


def roads() -> Iterator[tuple[Square, Cells]]:
    yield square(500_000.0, 6_418_000.0, 100.0, 5.0), {"cleabs": "TRONROUT1", "nature": "Route à 1 chaussée"}


def tool_roofs(rng: np.random.Generator, buildings: Sequence[Built]) -> Iterator[tuple[Square, Cells]]:
    for each in buildings:
        if each.nature in {"Eglise", "Serre"} or each.light:
            continue
        width = each.square[1][0] - each.square[0][0]
        m2 = width * (each.square[2][1] - each.square[1][1])
        flat = m2 if each.usage == "Sportif" else 0.0
        sides = {f"surf_m2_incl_{side}": 0.0 for side in ("N", "NE", "E", "SE", "S", "SO", "O", "NO")}
        sides |= {"surf_m2_incl_S": 0.5 * (m2 - flat), "surf_m2_incl_N": 0.5 * (m2 - flat)}
        kwp = 0.099 * flat + 0.132 * (m2 - flat)
        shade = 0.7 if each.number % 9 == 0 else 1.0
        made = 0.099 * flat * plane_yield(15.0, 180.0)
        made += 0.132 * (m2 - flat) * (plane_yield(18.0, 180.0) + plane_yield(18.0, 0.0)) / 2.0
        yield each.square, {
            "cleabs": each.key, "nature": each.nature, "usage_1": each.usage, "hauteur": 6.5, "surf_m2": m2,
            "surf_m2_plat": flat, "surf_m2_incl": m2 - flat, **sides, "pente_moy_deg_incl": 18.0,
            "surf_m2_mod": 0.6 * m2, "ciel_moy": 0.93, "irr_an_kwh": 1_300.0 * m2, "puissance_kwc": kwp,
            "prod_an_kwh": made * (1_200.0 + 20.0 * float(rng.uniform())) * shade, "prod_T1_kwh_orp": 0.1,
            "prot_monument": each.number % 8 == 0,
        }  # fmt: skip


def owners(buildings: Sequence[Built]) -> Iterator[Cells]:
    """Yield the parcels of legal persons: department and commune apart, a title twice, codes with words."""
    for each in buildings:
        is_public = each.is_school or each.usage == "Sportif"
        code = CODES.index(each.place.insee)
        siren = f"{210_000_000 + 12 * code + 9}" if is_public else f"{900_000_000 + 12 * code}"
        group = "4 - Commune" if is_public else "0 - Personne morale"
        name = f"COMMUNE DE {each.place.name.upper()}" if is_public else "SOCIETE"
        if is_public or each.number % 8 == 2:
            yield {
                "Département (Champ géographique)": "24", "Code Direction (Champ géographique)": "0",
                "Code Commune (Champ géographique)": each.place.insee[2:],
                "Nom Commune (Champ géographique)": each.place.name.upper(),
                "Préfixe (Références cadastrales)": "", "Section (Références cadastrales)": " A",
                "N° plan (Références cadastrales)": each.number,
                "Contenance (Caractéristiques parcelle)": 900,
                "Contenance (Evaluation SUF)": 900, "N° SIREN (Propriétaire(s) parcelle)": siren,
                "Groupe personne (Propriétaire(s) parcelle)": group,
                "Dénomination (Propriétaire(s) parcelle)": name,
            }  # fmt: skip


def parcels(buildings: Sequence[Built]) -> Cells:
    features = []
    for each in buildings:
        (x, y), *_rest = each.square
        ring = [
            list(TO_METRES.transform(*corner, direction="INVERSE"))
            for corner in square(x - 5.0, y - 5.0, 70.0, 30.0)
        ]
        values = {
            "id": f"{each.place.insee}0000A{each.number:04d}", "commune": each.place.insee, "prefixe": "000",
            "section": "A", "numero": str(each.number), "contenance": 2100, "created": "2003-02-01",
        }  # fmt: skip
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "geometry": geometry, "properties": values})
    return {"type": "FeatureCollection", "features": features}


def uai(place: CommunePlace) -> str:
    return f"024{place.insee[2:].zfill(4)}A"


def schools(places: Sequence[CommunePlace]) -> Iterator[Cells]:
    for place in places:
        yield {
            "Identifiant_de_l_etablissement": uai(place), "Nom_etablissement": f"Ecole {place.name} 1",
            "Type_etablissement": "Ecole", "Statut_public_prive": "Public", "Nombre_d_eleves": 88,
            "latitude": place.position.latitude_deg, "longitude": place.position.longitude_deg,
            "Code_commune": place.insee, "Nom_commune": place.name, "Telephone": "",
        }  # fmt: skip


def stations(rng: np.random.Generator, places: Sequence[CommunePlace]) -> Iterator[Cells]:
    for number, place in enumerate(places):
        east, north = TO_METRES.transform(place.position.longitude_deg, place.position.latitude_deg)
        yield {
            "Code du STEU": f"0524{place.insee}V00{number}", "Nom du STEU": f"{place.name} {number}".upper(),
            "Code INSEE commune implantation": place.insee, "Capacité nominale en EH": 1_000 + 500 * number,
            "Somme des charges entrantes": int(rng.integers(300, 900)),
            "Filière de traitement eau": "Lagunage naturel" if number % 3 == 2 else "Boue activée",
            "Coordonnée X (L93)": f"{east + 350.0:.0f}", "Coordonnée Y (L93)": f"{north - 280.0:.0f}",
        }  # fmt: skip


def lamps(path: Path, rng: np.random.Generator, places: Sequence[CommunePlace]) -> None:
    """Write the inventory as a workbook, below a title."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Inventaire au 1er janvier"])
    sheet.append(
        [
            "Code INSEE",
            "Nom commune",
            "Armoire",
            "Nombre de points",
            "Puissance (W)",
            "Extinction",
            "Latitude",
            "Longitude",
        ]
    )
    for place in places:
        latitude, longitude = place.position.latitude_deg, place.position.longitude_deg
        for number in (1, 2):
            points, cut = int(rng.integers(10, 60)), "oui" if number == 1 else "non"
            title = [place.insee, place.name, f"{place.name} {number}"]
            sheet.append([*title, points, 70, cut, latitude, longitude + 0.001 * number])
    book.save(path)


def table(
    path: Path, rows: Iterable[Cells], separator: str, *, comma: bool = False, encoding: str = "utf-8-sig"
) -> None:
    """Write rows as a text, decimals behind a comma where the real file has them so."""
    lines = list(rows)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerow(lines[0])
        for line in lines:
            writer.writerow(
                str(v).replace(".", ",") if comma and isinstance(v, float) else v for v in line.values()
            )


def layers(path: Path, of_name: dict[str, Iterator[tuple[Square, Cells]]]) -> None:
    """Write layers of squares in Lambert-93."""
    with closing(sqlite3.connect(path)) as base:
        base.execute("CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER, definition TEXT)")
        base.execute("CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER)")
        wkt = CRS.from_epsg(2154).to_wkt("WKT1_GDAL")
        base.execute("INSERT INTO gpkg_spatial_ref_sys VALUES ('RGF93', 2154, ?)", (wkt,))
        for name, features in of_name.items():
            rows = list(features)
            base.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geometrie', 2154)", (name,))
            columns = "".join(f', "{head}"' for head in rows[0][1])
            base.execute(f'CREATE TABLE "{name}" (fid INTEGER PRIMARY KEY, geometrie BLOB{columns})')
            marks = ", ".join("?" * (1 + len(rows[0][1])))
            base.executemany(
                f'INSERT INTO "{name}" VALUES (NULL, {marks})',
                [(blob(ring), *cells.values()) for ring, cells in rows],
            )
        base.commit()


def blob(ring: Square) -> bytes:
    """Return a polygon of one ring in three axes, as BD TOPO has them."""
    flat = [value for x, y in ring for value in (x, y, 104.0)]
    header = struct.pack("<2sBBi", b"GP", 0, 1, 2154)
    return header + struct.pack(f"<BIII{len(flat)}d", 1, 1_003, 1, len(ring), *flat)


if __name__ == "__main__":
    for written in write_open_folder(Path(sys.argv[1])):
        print(written)
