"""An extract of SIRENE as a list of sites: INSEE's columns, Lambert-93, natural persons left out.

INSEE, fichier StockEtablissement, description of its variables (2024); coordinates `coordonneeLambert…`.
Who is a natural person is said by `categorieJuridiqueUniteLegale` (1000) of the legal unit, or by its names.
"""

import re
from collections import Counter
from collections.abc import Mapping
from gettext import gettext as _
from gettext import ngettext
from math import isfinite
from pathlib import Path

from pyproj import Transformer

from acc.i18n import N_
from acc.problem import InputError, Problem
from scenarios.entry.columns.csv_tables import Row
from scenarios.studies.territory.lists.activities import activity_of
from scenarios.studies.territory.lists.head_counts import jobs_of, kwh_of
from scenarios.studies.territory.lists.sheets import list_rows

MOST_BYTES, MOST_ROWS = 200_000_000, 200_000
LAMBERT_93 = "EPSG:2154"

SIRET, NAF, BAND = "siret", "activiteprincipaleetablissement", "trancheeffectifsetablissement"
STATE, OPEN = "etatadministratifetablissement", "A"
DIFFUSION, OPEN_TO_ALL = "statutdiffusionetablissement", "O"
CATEGORY, COMPANY_NAME = "categoriejuridiqueunitelegale", "denominationunitelegale"
SIGNS = ("enseigne1etablissement", "denominationusuelleetablissement", COMPANY_NAME)
INSEE, COMMUNE = "codecommuneetablissement", "libellecommuneetablissement"
EAST, NORTH = "coordonneelambertabscisseetablissement", "coordonneelambertordonneeetablissement"
PLACE, LATITUDE, LONGITUDE = "geolocetablissement", "latitude", "longitude"
NEEDED = {
    SIRET: "siret",
    NAF: "activitePrincipaleEtablissement",
    BAND: "trancheEffectifsEtablissement",
    INSEE: "codeCommuneEtablissement",
}
OTHER_NAMES = {
    "activiteprincipale": NAF,
    "trancheeffectifs": BAND,
    "trancheeffectifsalarie": BAND,
    "etatadministratif": STATE,
    "statutdiffusion": DIFFUSION,
    "naturejuridique": CATEGORY,
    "categoriejuridique": CATEGORY,
    "commune": INSEE,
    "codecommune": INSEE,
    "libellecommune": COMMUNE,
    "coordonnees": PLACE,
}
"""Columns of other public extracts (Annuaire des entreprises), by the name that INSEE gives them."""

NATURAL_PERSON = "1"
BODIES = (
    ("7210", "commune"),
    ("7343", "epci"),
    ("7344", "epci"),
    ("7346", "epci"),
    ("7348", "epci"),
    ("71", "public"),
    ("72", "public"),
    ("73", "public"),
    ("74", "public"),
    ("4", "public"),
    ("92", "association"),
)
"""Kinds of bodies by the first digits of the legal category (INSEE, catégories juridiques, 2023)."""

LEFT = {
    "closed": N_("closed"),
    "person": N_("natural persons, or not open to all"),
    "jobs": N_("without employees, or their number unknown"),
    "profile": N_("of an activity without a profile of load"),
    "industry": N_("of industry, of which no kWh a job is known: ask for a bill"),
    "place": N_("without commune"),
}
"""Why an establishment is left out, counted in the output."""


def sirene_rows(path: Path, name: str) -> tuple[list[Row], list[str]]:
    """Return the establishments that can be sites as rows, on their lines, and what was left out and why.

    Args:
        name: what faults call the file.

    Raises:
        InputError: a column without which nothing can be said; who is a natural person cannot be told.
    """
    rows = [_lowered(row, name) for row in list_rows(path, name, _is_known, (MOST_BYTES, MOST_ROWS))]
    columns = {column for row in rows for column in row.cells}
    columns |= {INSEE} if COMMUNE in columns else set()
    lacking = [spelt for column, spelt in NEEDED.items() if column not in columns]
    problems = []
    if lacking:
        message = _("columns missing: {names}; an extract of SIRENE by establishment is expected")
        problems.append(Problem(name, message.format(names=", ".join(lacking))))
    if not columns & {CATEGORY, COMPANY_NAME}:
        message = _(
            "nothing says who is a natural person: add {column} of the legal units, joined by the siren"
        )
        problems.append(Problem(name, message.format(column="categorieJuridiqueUniteLegale")))
    if problems:
        raise InputError(problems)
    to_degrees = Transformer.from_crs(LAMBERT_93, "EPSG:4326", always_xy=True)
    kept, left = list[Row](), Counter[str]()
    for row in rows:
        why = _left_out(row.cells)
        if why:
            left[why] += 1
        else:
            kept.append(Row(name, row.line, _cells(row.cells, to_degrees)))
    notes = [
        ngettext(
            "SIRENE: {count} establishment taken, its need estimated from its number of jobs",
            "SIRENE: {count} establishments taken, their need estimated from their number of jobs",
            len(kept),
        ).format(count=len(kept))
    ]
    for why, count in left.most_common():
        text = ngettext("SIRENE: {count} left out: {why}", "SIRENE: {count} left out: {why}", count)
        notes.append(text.format(count=count, why=_(LEFT[why])))
    return kept, notes


def _plain(title: str) -> str:
    return re.sub(r"[^a-z0-9]", "", title.lower())


def _is_known(title: str) -> bool:
    return OTHER_NAMES.get(_plain(title), _plain(title)) in NEEDED


def _lowered(row: Row, name: str) -> Row:
    spelt = {_plain(column): value for column, value in row.cells.items()}
    cells = {OTHER_NAMES.get(column, column): value for column, value in spelt.items() if value != "[ND]"}
    if not re.search(r"\d", str(cells.get(INSEE, "0"))):  # a name stands for the code
        cells.setdefault(COMMUNE, cells.pop(INSEE))
    return Row(name, row.line, cells)


def _left_out(cells: Mapping[str, object]) -> str:
    """Reason why an establishment is no site, empty where it is one."""
    texts = {column: str(value) for column, value in cells.items()}
    if texts.get(STATE, OPEN) != OPEN:
        return "closed"
    if texts.get(DIFFUSION, OPEN_TO_ALL) != OPEN_TO_ALL or _is_person(texts):
        return "person"
    if not {INSEE, COMMUNE} & set(texts):
        return "place"
    if activity_of(texts.get(NAF, "")) is None:
        return "profile"
    jobs = jobs_of(texts.get(BAND, ""))
    if jobs is None:
        return "jobs"
    return "industry" if kwh_of(texts.get(NAF, ""), jobs) is None else ""


def _is_person(cells: Mapping[str, str]) -> bool:
    """Return whether a legal unit is a natural person: by its category, else as it has no company name."""
    if CATEGORY in cells:
        return cells[CATEGORY].startswith(NATURAL_PERSON)
    return COMPANY_NAME not in cells


def _cells(cells: Mapping[str, object], to_degrees: Transformer) -> dict[str, object]:
    texts = {column: str(value) for column, value in cells.items()}
    siret = re.sub(r"\D", "", texts.get(SIRET, ""))
    row: dict[str, object] = {
        "id": f"siret-{siret}",
        "name": next((texts[column] for column in SIGNS if column in texts), siret),
        "naf": texts[NAF],
        "band": texts[BAND],
        **_place(texts, to_degrees),
    }
    if INSEE in texts:
        row["insee"] = texts[INSEE]
    if texts.get(COMMUNE):
        row["commune"] = texts[COMMUNE].title()
    kind = next((kind for start, kind in BODIES if texts.get(CATEGORY, "").startswith(start)), None)
    return row | ({} if kind is None else {"kind": kind})


def _place(cells: Mapping[str, str], to_degrees: Transformer) -> dict[str, str]:
    """Coordinates: Lambert-93, else latitude and longitude; empty where neither can be read."""
    try:
        if EAST in cells and NORTH in cells:
            east, north = (float(cells[column].replace(",", ".")) for column in (EAST, NORTH))
            lon, lat = to_degrees.transform(east, north)
        elif LATITUDE in cells and LONGITUDE in cells:
            lat, lon = (float(cells[column].replace(",", ".")) for column in (LATITUDE, LONGITUDE))
        elif PLACE in cells:
            lat, lon = (float(part) for part in cells[PLACE].split(","))
        else:
            return {}
    except ValueError:
        return {}
    if not (isfinite(lat) and isfinite(lon)):  # far outside the plane of Lambert-93
        return {}
    return {"latitude": f"{lat:.6f}", "longitude": f"{lon:.6f}"}
