"""Open lists of sites and roofs, brought to the tables of an operation folder.

`territory/sites.csv` and `territory/roofs.csv` (or `.xlsx`) take the columns of `participants.csv` and
`plants.csv`, by their ids or their French titles; a list has no ids, says an activity in place of a profile,
and gives no price. `territory/roofs.geojson` or `roofs.gpkg` takes the place of the second;
`territory/communes.geojson` gives outlines to draw.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path

from acc.arrays import CellValue
from acc.i18n import grouped
from acc.problem import Collecting, InputError, Problem
from acc.territory.result import Outline
from profiles.files.letters import as_words
from scenarios.entry.columns.csv_tables import BOM, Row, read_text
from scenarios.entry.columns.names import header_of, plain
from scenarios.entry.columns.toml_text import MAX_TOML_BYTES, parse_toml, sections_text
from scenarios.entry.folder.headers import named_rows
from scenarios.entry.folder.raw import OPERATION, PARTICIPANTS, PLANTS
from scenarios.studies.territory.lists.roof_layers import geojson_outlines, geojson_rows, geopackage_rows
from scenarios.studies.territory.lists.sirene import activity_of, jobs_of, kwh_of, list_rows, sirene_rows

LISTS = "territory"
SITES, ROOFS, ROOFS_MAP, ROOFS_LAYER = "sites.csv", "roofs.csv", "roofs.geojson", "roofs.gpkg"
SITES_SHEET, ROOFS_SHEET, SIRENE_SHEET = "sites.xlsx", "roofs.xlsx", "sirene.xlsx"
SECTION = "territory"
OUTLINES = "communes.geojson"
NAF_TITLES = {"naf", "code naf", "ape", "code ape", "activiteprincipaleetablissement"}
"""The last one is SIRENE's own."""
BAND_TITLES = {"effectif", "tranche d effectif", "effectifs", "trancheeffectifsetablissement"}
SIRENE = "sirene.csv"
GRIDS = ("density.xlsx", "densite.xlsx", "density.csv", "densite.csv")
"""Names of INSEE's density grid, where another vintage than the one carried is to be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTerritory:
    """The lists of a territory as tables of an operation folder.

    Attributes:
        said: what was converted, taken or left, in sentences.
        guessed: ids of the sites whose need no bill gives; `counted` those of them where it rests on jobs.
        origins: by line of the participants, the list and the line that it comes from.
        yes_ratio: the probability that a member says yes, as `[territory]` gives it.
        outlines: of communes, to draw behind a map.
        grid: INSEE's density grid, where one is given.
        roofs: name of their list.
    """

    toml_text: str
    participants: tuple[Row, ...]
    plants: tuple[Row, ...]
    said: tuple[str, ...]
    guessed: frozenset[str]
    counted: frozenset[str]
    origins: Mapping[int, tuple[str, int]]
    yes_ratio: float | None = None
    outlines: tuple[Outline, ...] = ()
    grid: Path | None = None
    roofs: str = f"{LISTS}/{ROOFS}"


def read_territory(folder: Path) -> OpenTerritory:
    """Return the lists of a territory.

    Raises:
        InputError: every file that is missing, every row that cannot be read.
    """
    lists, problems = folder / LISTS, list[Problem]()
    sites_lists = (SITES, SITES_SHEET, SIRENE, SIRENE_SHEET)
    if not (folder / OPERATION).is_file() or not any((lists / name).is_file() for name in sites_lists):
        message = _(
            "a territory is {operation} and the lists {sites} and {roofs}: "
            "`acc territory {folder} --demo 40` makes an invented one to start from"
        )
        names = {"sites": f"{LISTS}/{SITES}", "roofs": f"{LISTS}/{ROOFS}", "folder": folder.name}
        raise InputError([Problem(str(folder), message.format(operation=OPERATION, **names))])
    sections = parse_toml(read_text(folder / OPERATION, MAX_TOML_BYTES), OPERATION)
    own = sections.pop(SECTION, {})
    own = own if isinstance(own, dict) else {}
    yes_ratio = _yes_ratio(own, problems)
    tables, notes = {PARTICIPANTS: list[Row](), PLANTS: list[Row]()}, list[str]()
    counted = set[str]()
    for table, read in ((PARTICIPANTS, _sites), (PARTICIPANTS, _sirene), (PLANTS, _roofs)):
        with Collecting(problems):
            rows, notices = read(lists)
            named, sentences = named_rows(table, rows, by_name=False) if rows else ((), ())
            notes += [*notices, *sentences]
            tables[table] += _completed(table, named, own, problems, counted)
    outlines = _outlines(lists, problems)
    message = _("a territory needs a site and a roof at least: nobody would share anything")
    nobody = [] if problems or all(tables.values()) else [Problem(LISTS, message)]
    if problems or nobody:
        raise InputError([*problems, *nobody])
    sites = tables[PARTICIPANTS]
    notes += _without_place(tables)
    guessed = frozenset(str(row.cells["id"]) for row in sites if row.cells.get("said") == "guess")
    if guessed:
        text = _("{count} of {all} sites: need estimated from their size, no bill is known")
        notes.append(text.format(count=len(guessed), all=len(sites)))
    grid = _grid(lists, sections)
    placed, origins = _on_lines(sites)
    return OpenTerritory(
        toml_text=sections_text(sections),
        participants=placed,
        plants=tuple(tables[PLANTS]),
        said=tuple(notes),
        guessed=guessed,
        counted=frozenset(counted),
        origins=origins,
        yes_ratio=yes_ratio,
        outlines=outlines,
        grid=grid,
        roofs=next((row.file for row in tables[PLANTS]), f"{LISTS}/{ROOFS}"),
    )


def _grid(lists: Path, sections: dict[str, CellValue]) -> Path | None:
    """Return INSEE's grid where one is given, and have the operation name it."""
    grid = next((lists / name for name in GRIDS if (lists / name).is_file()), None)
    operation = sections.setdefault("operation", {})
    if grid is not None and isinstance(operation, dict):
        operation["density_file"] = grid.name
    return grid


def _without_place(tables: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    """Yield the number of sites and roofs without position, and its consequence."""
    sites, roofs = (
        sum("latitude" not in row.cells for row in tables[table]) for table in (PARTICIPANTS, PLANTS)
    )
    if sites or roofs:
        text = _(
            "No position: {sites} of {all_sites} sites, {roofs} of {all_roofs} roofs. No distance is sure of "
            "them: but for the perimeter of an EPCI they stay out."
        )
        counts = {"all_sites": len(tables[PARTICIPANTS]), "all_roofs": len(tables[PLANTS])}
        numbers = {"sites": sites, "roofs": roofs, **counts}
        yield text.format(**{name: grouped(number) for name, number in numbers.items()})


def _outlines(lists: Path, problems: list[Problem]) -> tuple[Outline, ...]:
    with Collecting(problems):
        if (lists / OUTLINES).is_file():
            return geojson_outlines(lists / OUTLINES, f"{LISTS}/{OUTLINES}")
    return ()


def _yes_ratio(own: Mapping[str, CellValue], problems: list[Problem]) -> float | None:
    given = own.get("yes_ratio")
    if given is None:
        return None
    if isinstance(given, int | float) and 0.0 < given <= 1.0:
        return float(given)
    message = _("a probability above 0 and up to 1 is needed")
    problems.append(Problem(f"{OPERATION}, [{SECTION}] yes_ratio", message))
    return None


def _on_lines(rows: Sequence[Row]) -> tuple[tuple[Row, ...], dict[int, tuple[str, int]]]:
    """Return rows each on a line of its own of one table, and where each stands in its list."""
    placed, origins, last = list[Row](), dict[int, tuple[str, int]](), 1
    for row in rows:
        last = row.line if row.line > last else last + 1
        placed.append(replace(row, line=last))
        origins[last] = row.file, row.line
    return tuple(placed), origins


def _sites(lists: Path) -> tuple[list[Row], list[str]]:
    path = _existing_list(lists, (SITES, SITES_SHEET))
    return ([] if path is None else _table(path, PARTICIPANTS)), []


def _sirene(lists: Path) -> tuple[list[Row], list[str]]:
    path = _existing_list(lists, (SIRENE, SIRENE_SHEET))
    return ([], []) if path is None else sirene_rows(path, f"{LISTS}/{path.name}")


def _roofs(lists: Path) -> tuple[list[Row], list[str]]:
    path = _existing_list(lists, (ROOFS, ROOFS_SHEET, ROOFS_MAP, ROOFS_LAYER)) or lists / ROOFS
    name = f"{LISTS}/{path.name}"
    if path.name == ROOFS_MAP:
        return list(geojson_rows(path, name)), []
    if path.name == ROOFS_LAYER:
        return list(geopackage_rows(path, name)), []
    return _table(path, PLANTS), []


def _existing_list(lists: Path, names: Sequence[str]) -> Path | None:
    """Return the list that is there, under one of its names; None without.

    Raises:
        InputError: two of them.
    """
    present = [name for name in names if (lists / name).is_file()]
    if len(present) > 1:
        message = _("stands beside {file}: which is right? Keep one")
        raise InputError([Problem(f"{LISTS}/{present[1]}", message.format(file=present[0]))])
    return lists / present[0] if present else None


def _table(path: Path, table: str) -> list[Row]:
    def known(title: str) -> bool:
        return _own_title(title) != title or header_of(table, title) is not None

    rows = list_rows(path, f"{LISTS}/{path.name}", known)
    return [
        replace(row, cells={_own_title(name): value for name, value in row.cells.items()}) for row in rows
    ]


def _own_title(name: str) -> str:
    """Return the title of what a list alone says, else the title as it is."""
    word = plain(name)
    return "naf" if word in NAF_TITLES else "band" if word in BAND_TITLES else name


def _completed(
    table: str, rows: Sequence[Row], own: Mapping[str, CellValue], problems: list[Problem], counted: set[str]
) -> Iterator[Row]:
    """Yield the rows with their ids, the profile of their activity and the price that the territory says.

    An id is a number, not what a site is called: it is told of those who may not be named.

    Args:
        counted: gets the ids of those whose need rests on their jobs.
    """
    stem = {PARTICIPANTS: "site", PLANTS: "toit"}[table]
    width, price = len(str(len(rows))), own.get("supply_eur_per_mwh")
    unpriced, unknown = list[Row](), dict[str, list[Row]]()
    for number, row in enumerate(rows, start=1):
        cells = {"id": f"{stem}-{number:0{width}}"} | dict(row.cells)
        if table == PARTICIPANTS:
            cells = _with_activity(row, cells, unknown)
            band, naf = (str(cells.pop(name, "") or "") for name in ("band", "naf"))
            if band and not {"annual_kwh", "quantity", "curve"} & set(cells):
                cells |= _of_jobs(row, band, naf, problems)
                counted.add(str(cells["id"]))
            if "annual_kwh" not in cells and "quantity" in cells:
                cells.setdefault("said", "guess")
            if not any(name.startswith("supply_") for name in cells):
                if price is None:
                    unpriced.append(row)
                else:
                    cells["supply_eur_per_mwh"] = str(price)
        yield replace(row, cells=cells)
    message = _("supply price unknown: fill it in, or give one for all in [{section}]")
    problems += _fold_faults(unpriced, "supply_eur_per_mwh", message.format(section=SECTION))
    message = _("“{naf}” says no kind of load: fill in `profile` or `curve`")
    for naf, alike in unknown.items():
        problems += _fold_faults(alike, "naf", message.format(naf=naf))


def _fold_faults(rows: Sequence[Row], column: str, message: str) -> Iterator[Problem]:
    """Yield one fault of lines that have it alike, at the first of them."""
    if rows:
        more = ngettext("; {count} other line too", "; {count} other lines too", len(rows) - 1)
        others = more.format(count=grouped(len(rows) - 1)) if len(rows) > 1 else ""
        yield Problem(rows[0].path(column), message + others)


def _of_jobs(row: Row, band: str, naf: str, problems: list[Problem]) -> dict[str, CellValue]:
    """Return the cells of a need that is estimated from a number of jobs."""
    jobs = jobs_of(band)
    kwh = None if jobs is None else kwh_of(naf, jobs)
    if kwh is None:
        message = _(
            "“{band}” with the activity “{naf}” gives no kWh: none is known a job but for services; "
            "fill in `annual_kwh` or `quantity`"
        )
        problems.append(Problem(row.path("band"), message.format(band=band, naf=naf)))
        return {}
    return {"annual_kwh": f"{float(f'{kwh:.2g}'):.0f}", "said": "guess"}


def _with_activity(
    row: Row, cells: dict[str, CellValue], unknown: dict[str, list[Row]]
) -> dict[str, CellValue]:
    """Return the cells of a site, its profile and its kind from its NAF code where they are not given.

    Args:
        unknown: gets the rows of which it says no profile, by code.
    """
    naf = str(cells.get("naf", "") or "")
    activity = activity_of(naf)
    if "profile" not in cells and "curve" not in cells:
        if activity is None:
            unknown.setdefault(naf, []).append(row)
        else:
            cells["profile"] = activity.profile
    if "kind" not in cells and activity is not None:
        cells["kind"] = activity.kind
    return cells


def table_text(rows: Sequence[Row]) -> str:
    """Return rows as a table of an operation folder, each on the line where its list has it."""
    columns = ["id", *dict.fromkeys(name for row in rows for name in row.cells if name != "id")]
    lines, at = [";".join(columns)], 1
    for row in rows:
        lines += ["#"] * (row.line - at - 1)
        lines.append(";".join(_cell(row.cells.get(name, "")) for name in columns))
        at = max(at + 1, row.line)
    return BOM + "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    text = as_words(str(value).replace("\n", " "))
    return '"' + text.replace('"', '""') + '"' if re.search(r'[;"#]', text) else text
