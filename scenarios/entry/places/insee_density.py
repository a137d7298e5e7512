"""INSEE's density grid in seven classes, which decides who may ask for 10 or 20 km.

The project carries the communes of the Dordogne; elsewhere, or for a later vintage, the file of
INSEE is read. A class that neither gives stays unknown: it is to verify, never assumed.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from gettext import gettext as _
from io import BytesIO
from pathlib import Path
from typing import TypeVar
from zipfile import ZipFile

from acc.i18n import long_day
from acc.problem import InputError, Problem
from acc.scenario import Scenario
from acc.sites import Site
from profiles.files.open_file import is_beyond, read_within
from profiles.text.delimited import rows_of, separator_of, text_lines
from scenarios.entry.columns.csv_tables import read_text
from scenarios.entry.places.geography import in_communes
from scenarios.rates.table import Rates, read_rates

CARRIED = Path(__file__).parents[2] / "data" / "communes_24.csv"
CODE_COLUMNS = ("CODGEO", "DEPCOM", "CODE COMMUNE", "CODE_INSEE", "INSEE")
CLASS_COLUMNS = ("DENS7", "DENSITE7", "DENS")
"""`DENS7` first: in the files of INSEE since 2025, `DENS` is the grid in three classes; before, in seven."""
HEADER_ROWS = 20
"""INSEE writes a title above its header: how many rows are searched for it."""
MAX_BYTES, MAX_UNPACKED_BYTES, MAX_TAGS = 20_000_000, 200_000_000, 4_000_000
"""INSEE's file of 35,000 communes takes 3 MB."""

SiteT = TypeVar("SiteT", bound=Site)


@dataclass(frozen=True, slots=True)
class Commune:
    """What the carried table says of a commune."""

    insee: str
    name: str
    density_class: int
    epci: str
    epci_name: str


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Density classes by INSEE code.

    Attributes:
        vintage: year of the grid, None when neither the file nor its name says it.
        source: where it comes from, for print.
    """

    classes: Mapping[str, int]
    vintage: int | None
    source: str


@lru_cache(maxsize=1)
def carried_communes() -> Mapping[str, Commune]:
    """Return the 503 communes of the Dordogne by INSEE code, 110 of them in the SCoT du Bergeracois."""
    with CARRIED.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        communes = [
            Commune(r["insee"], r["commune"], int(r["density_class"]), r["epci"], r["epci_name"])
            for r in rows
        ]
    return {commune.insee: commune for commune in communes}


@lru_cache(maxsize=1)
def carried_grid() -> Grid:
    """Return the grid that the project carries, with its vintage and source.

    >>> carried_grid().classes["24037"], carried_grid().vintage
    (2, 2024)
    """
    with CARRIED.open(encoding="utf-8") as file:
        notes = dict(re.findall(r"# (\w+): (.*)\n", "".join(line for line in file if line.startswith("#"))))
    classes = {insee: commune.density_class for insee, commune in carried_communes().items()}
    return Grid(classes, int(notes["vintage"]), notes["source"])


def read_grid(path: Path) -> Grid:
    """Return the grid of a file of INSEE, XLSX or CSV, any vintage since 2021.

    Raises:
        InputError: a file that cannot be read, without the columns looked for, or in three classes only.
    """
    sheets = _xlsx_sheets(path) if path.suffix.lower() in {".xlsx", ".xlsm"} else [_csv_rows(path)]
    for rows in sheets:
        header = _header(rows)
        if header is not None:
            classes = _classes(path, rows, *header)
            return Grid(classes, _vintage(path, rows[: header[0]]), path.name)
    message = _("no column {code} with {density} was found: the communal sheet of INSEE's grid is expected")
    raise InputError([Problem(path.name, message.format(code="CODGEO", density="DENS7 / DENS"))])


def _xlsx_sheets(path: Path) -> list[list[tuple[str, ...]]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - heavy, and only for this file

    from profiles.curves.formats.xlsx import FAULTS  # noqa: PLC0415 - as above

    data = BytesIO(read_within(path, MAX_BYTES))
    try:
        with ZipFile(data) as archive:
            beyond = is_beyond(archive, MAX_UNPACKED_BYTES, MAX_TAGS)
        sheets = () if beyond else load_workbook(data, read_only=True, data_only=True).worksheets
        rows = [[tuple("" if c is None else str(c).strip() for c in row) for row in s.values] for s in sheets]
    except FAULTS as fault:
        message = _("cannot be read as INSEE's density grid ({fault}): an XLSX or CSV file is expected")
        raise InputError([Problem(path.name, message.format(fault=fault))]) from None
    if beyond:
        raise InputError([Problem(path.name, _("it unpacks to more than a grid of communes holds"))])
    return rows


def _csv_rows(path: Path) -> list[tuple[str, ...]]:
    text = read_text(path, MAX_BYTES)
    # A title in quotes may run over several lines: they are split by csv, not before.
    lines = rows_of(path.name, text_lines(text), separator_of(text[:2000]))
    return [tuple(cell.strip() for cell in line) for line in lines]


def _header(rows: Sequence[Sequence[str]]) -> tuple[int, int, int] | None:
    """Return the row of the header and the columns of the code and of the class, None without them."""
    for index, row in enumerate(rows[:HEADER_ROWS]):
        names = [cell.upper() for cell in row]
        code = next((names.index(name) for name in CODE_COLUMNS if name in names), None)
        density = next((names.index(name) for name in CLASS_COLUMNS if name in names), None)
        if code is not None and density is not None:
            return index, code, density
    return None


def _classes(
    path: Path, rows: Sequence[Sequence[str]], header: int, code: int, density: int
) -> dict[str, int]:
    filled = [row for row in rows[header + 1 :] if len(row) > max(code, density) and row[code]]
    pairs = [(row[code].zfill(5), row[density]) for row in filled]
    wrong = [(insee, text) for insee, text in pairs if not re.fullmatch(r"[1-7](\.0)?", text)]
    if wrong:
        insee, text = wrong[0]
        message = _("{text} is the class of {insee} ({count} such rows): a class from 1 to 7 is expected")
        raise InputError([Problem(path.name, message.format(text=text, insee=insee, count=len(wrong)))])
    classes = {insee: int(float(text)) for insee, text in pairs}
    column = rows[header][density]
    # A whole département may lie in classes 1 to 3; a column named DENS with nothing above 3 cannot be told.
    if column.upper() == "DENS" and max(classes.values(), default=0) <= 3:
        message = _("the column DENS holds three classes only: the grid in seven classes (DENS7) is expected")
        raise InputError([Problem(path.name, message)])
    return classes


def _vintage(path: Path, title: Iterable[Sequence[str]]) -> int | None:
    words = [path.stem, *(cell for row in title for cell in row)]
    years = [year for word in words for year in re.findall(r"(?<!\d)20[1-4]\d(?!\d)", word)]
    return int(years[0]) if years else None


def with_density(site: SiteT, grid: Grid) -> SiteT:
    """Return the site with its commune's class and EPCI, where the site does not give its own.

    The EPCI becomes its SIREN code when the carried table knows it, so that a name and a code agree.
    """
    commune = carried_communes().get(site.insee or "")
    given = site.density_class
    return replace(
        site,
        density_class=grid.classes.get(site.insee or "") if given is None else given,
        commune=site.commune or (commune.name if commune else None),
        epci=_epci(site.epci, commune),
    )


def _epci(given: str | None, commune: Commune | None) -> str | None:
    """Return the code of the EPCI written, else that of the commune, else the text as it is."""
    written = _epci_code(given)
    return written if commune is None or (written or "").isdigit() else commune.epci


def _epci_code(text: str | None) -> str | None:
    return None if text is None else _epci_codes().get(_plain(text), text)


@lru_cache(maxsize=1)
def _epci_codes() -> Mapping[str, str]:
    return {_plain(commune.epci_name): commune.epci for commune in carried_communes().values()}


def epci_name(code: str | None) -> str | None:
    """Return the name of an EPCI of the carried table, else what is written.

    >>> epci_name("200070647"), epci_name("elsewhere")
    ('CA Bergeracoise', 'elsewhere')
    """
    names = {commune.epci: commune.epci_name for commune in carried_communes().values()}
    return names.get(code or "", code)


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()


def grid_note(grid: Grid) -> str:
    """Note on the grid and vintage of the classes."""
    message = _("Density classes: INSEE's grid of {vintage}, {source}")
    return message.format(vintage=grid.vintage or _("an unknown year"), source=grid.source)


def density_warnings(sites: Iterable[Site], grid: Grid, rates: Rates, on: date) -> list[str]:
    """Return the warnings on density classes: sites that contradict the grid, a grid that is old.

    Args:
        sites: as the folder gives them, before `with_density`.
        on: the day of the request.
    """
    warnings = [words for site in sites for words in (*_class_words(site, grid), *_epci_words(site))]
    latest = [row for row in rates.in_force(on, "perimeter_density_grid") if row.value > (grid.vintage or 0)]
    message = _(
        "The density classes are of {vintage}; the grid in force on {on} is that of {latest:g}: check it"
    )
    known = grid.vintage or _("an unknown year")
    return warnings + [message.format(vintage=known, on=long_day(on), latest=row.value) for row in latest]


def _class_words(site: Site, grid: Grid) -> list[str]:
    known = grid.classes.get(site.insee or "")
    if known is None or site.density_class in {None, known}:
        return []
    message = _(
        "{name}: density class {given} is written, INSEE's grid gives {known} to {insee}; the written one is "
        "used: correct it or keep its proof"
    )
    return [message.format(name=site.name, given=site.density_class, known=known, insee=site.insee)]


def _epci_words(site: Site) -> list[str]:
    commune = carried_communes().get(site.insee or "")
    if commune is None or site.epci is None or _epci_code(site.epci) == commune.epci:
        return []
    message = _("{name}: the EPCI {given} is written, {commune} belongs to {known}; {used} is used")
    words = {"commune": commune.name, "known": commune.epci_name, "used": _epci(site.epci, commune)}
    return [message.format(name=site.name, given=site.epci, **words)]


def with_places(scenario: Scenario, folder: Path, density_file: str | None) -> Scenario:
    """Return the scenario with the density class and EPCI of each commune, and what contradicts them."""
    scenario = in_communes(scenario)
    grid = read_grid(folder / "curves" / density_file) if density_file else carried_grid()
    sites = (*scenario.participants, *scenario.plants)
    return replace(
        scenario,
        participants=tuple(with_density(site, grid) for site in scenario.participants),
        plants=tuple(with_density(site, grid) for site in scenario.plants),
        density_vintage=grid.vintage,
        files=(*scenario.files, *([f"curves/{density_file}"] if density_file else [])),
        notes=(
            *scenario.notes,
            *([grid_note(grid)] if density_file else []),
            *density_warnings(sites, grid, read_rates(), scenario.on),
        ),
    )
