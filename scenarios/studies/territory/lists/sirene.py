"""An extract of SIRENE as a list of sites: INSEE's columns, Lambert-93, natural persons left out.

INSEE, fichier StockEtablissement, description of its variables (2024); coordinates `coordonneeLambert…`.
Who is a natural person is said by `categorieJuridiqueUniteLegale` (1000) of the legal unit, or by its names.

A list as a table: a text file, or the first sheet of a workbook whose titles are known.

What an activity of the NAF says of a site: the profile of its load and the kind of its body.

INSEE, nomenclature d'activités française, révision 2 (2008). A class that could be two profiles is left out:
a row must then say its own.

What a head-count band says of a need: INSEE's bands, kWh a job of the services. Nothing of industry.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from gettext import gettext as _
from gettext import ngettext
from math import isfinite, sqrt
from pathlib import Path
from types import MappingProxyType

from pyproj import Transformer

from acc.arrays import CellValue
from acc.i18n import N_
from acc.problem import InputError, Problem, refuse
from profiles.data.sourced_figures import read_figures
from scenarios.entry.columns.csv_tables import MAX_BYTES, MAX_ROWS, Row, read_table
from scenarios.entry.folder.sheets import FilledCell, FilledSheet, open_sheets
from scenarios.entry.folder.xlsx_tables import cell_text

SHEET = ".xlsx"
FEWEST_TITLES = 2
"""Known titles of a line by which it is the head of a list: a title above it may be one by chance."""

Known = Callable[[str], bool]


def list_rows(
    path: Path, name: str, known: Known, most: tuple[int, int] = (MAX_BYTES, MAX_ROWS)
) -> list[Row]:
    """Return the rows of a list, CSV or XLSX, each with its place.

    Args:
        name: what faults call the file.
        known: whether a title is one of such a list.
        most: bytes and lines of a text beyond which it is something else.

    Raises:
        InputError: a file that cannot be read, without titles, every cell at fault.
    """
    if path.suffix.lower() != SHEET:
        return [Row(name, row.line, row.cells) for row in read_table(path, most=most)]
    for sheet in open_sheets(path).values():
        top = next((line for line, cells in sheet.rows.items() if _is_head(cells, known)), None)
        if top is not None:
            return list(_below(sheet, top, name))
    message = _("no sheet has a line of titles of such a list: see docs/territoire.md for their names")
    raise InputError([Problem(name, message)])


def _is_head(cells: Iterable[FilledCell], known: Known) -> bool:
    return sum(isinstance(cell.value, str) and known(cell.value) for cell in cells) >= FEWEST_TITLES


def _below(sheet: FilledSheet, top: int, name: str) -> Iterator[Row]:
    """Yield the lines below the titles; what stands under none is left, and remarks with `#` too."""
    heads = {cell.column: str(cell.value).strip(" *") for cell in sheet.rows[top]}
    spelt = [head.lower() for head in heads.values()]
    problems = [
        Problem(sheet.place(cell.address), _("this column stands twice in the header"))
        for cell in sheet.rows[top]
        if spelt.count(heads[cell.column].lower()) > 1
    ]
    below = {line: cells for line, cells in sheet.rows.items() if line > top}
    problems += [
        Problem(sheet.place(cell.address), cell.fault)
        for cells in below.values()
        for cell in cells
        if cell.fault and cell.column in heads
    ]
    refuse(problems)
    letters = {heads[cell.column]: cell.address.rstrip("0123456789") for cell in sheet.rows[top]}
    for line, cells in below.items():
        filled = {heads[cell.column]: cell_text(cell) for cell in cells if cell.column in heads}
        if filled and not str(cells[0].value).startswith("#"):
            yield Row(name, line, filled, letters=letters)


@dataclass(frozen=True, slots=True)
class Activity:
    """A division, a group or a class of the NAF by its digits, the longest first in `ACTIVITIES`."""

    naf: str
    profile: str
    kind: str


ACTIVITIES = tuple(
    sorted(
        (
            Activity("8411", "town-hall", "commune"),
            Activity("84", "office", "public"),
            Activity("851", "primary-school", "commune"),
            Activity("852", "primary-school", "commune"),
            Activity("853", "college", "public"),
            Activity("861", "hospital", "public"),
            Activity("871", "care-home", "public"),
            Activity("873", "care-home", "public"),
            Activity("9311", "sports-hall", "commune"),
            Activity("36", "water-pumping", "public"),
            Activity("37", "wastewater-plant", "public"),
            Activity("4711", "supermarket", "company"),
            Activity("47", "shop", "company"),
            Activity("55", "hotel-restaurant", "company"),
            Activity("56", "hotel-restaurant", "company"),
            Activity("1102", "wine-cooperative", "company"),
            Activity("25", "metalworking", "company"),
            Activity("28", "metalworking", "company"),
            Activity("16", "workshop", "company"),
            Activity("31", "workshop", "company"),
            Activity("43", "workshop", "company"),
            Activity("45", "workshop", "company"),
            Activity("62", "office", "company"),
            Activity("64", "office", "company"),
            Activity("65", "office", "company"),
            Activity("69", "office", "company"),
            Activity("70", "office", "company"),
            Activity("71", "office", "company"),
        ),
        key=lambda activity: -len(activity.naf),
    )
)


def activity_of(naf: str) -> Activity | None:
    """Activity of a NAF code; None where ambiguous or unknown.

    >>> activity_of("84.11Z").profile, activity_of("01.11Z")
    ('town-hall', None)
    """
    digits = re.sub(r"\D", "", naf)
    return next((activity for activity in ACTIVITIES if digits and digits.startswith(activity.naf)), None)


FIGURES = "kwh_per_job.csv"
SERVICES = range(45, 97)
"""Divisions of the NAF of which a mean kWh a job is known."""

BANDS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "01": (1, 2),
        "02": (3, 5),
        "03": (6, 9),
        "11": (10, 19),
        "12": (20, 49),
        "21": (50, 99),
        "22": (100, 199),
        "31": (200, 249),
        "32": (250, 499),
        "41": (500, 999),
        "42": (1_000, 1_999),
        "51": (2_000, 4_999),
        "52": (5_000, 9_999),
        "53": (10_000, 10_000),
    }
)
"""Fewest and most employees by code (variable trancheEffectifsEtablissement); NN and 00: none."""


def jobs_of(band: str) -> float | None:
    """Return the middle of a band, by ratios; None where nobody is employed or nothing is known.

    >>> jobs_of("11"), jobs_of("3"), jobs_of("NN"), jobs_of("20 à 49 salariés")
    (13.784048752090222, 7.3484692283495345, None, 31.304951684997057)
    """
    code = band.strip().zfill(2)
    ends = BANDS.get(code)
    numbers = [int(digits) for digits in re.findall(r"\d+", band)]
    if ends is None and len(numbers) == 2 and 0 < numbers[0] <= numbers[1]:
        ends = numbers[0], numbers[1]
    return None if ends is None else sqrt(ends[0] * ends[1])


def kwh_of(naf: str, jobs: float) -> float | None:
    """Yearly need of an establishment of the services, kWh; None for any other activity.

    >>> kwh_of("62.01Z", 10.0), kwh_of("25.11Z", 10.0)
    (85000.0, None)
    """
    division = re.sub(r"\D", "", naf)[:2]
    if len(division) < 2 or int(division) not in SERVICES:
        return None
    figures = read_figures(FIGURES)
    return jobs * figures.get(f"naf.{division}", figures["tertiary"]).value


def spreads() -> tuple[float, float]:
    """Standard deviations of such needs, in logarithm: individual, and common."""
    figures = read_figures(FIGURES)
    return figures["spread"].value, figures["common"].value


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
    refuse(problems)
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


def _cells(cells: Mapping[str, object], to_degrees: Transformer) -> dict[str, CellValue]:
    texts = {column: str(value) for column, value in cells.items()}
    siret = re.sub(r"\D", "", texts.get(SIRET, ""))
    row: dict[str, CellValue] = {
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
