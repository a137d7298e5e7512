"""Files of a territory, brought to the tables of an operation folder.

Files as downloaded stand in the folder, or in its `territory/`, under any name: `kinds` says what they are.
Beside them, `sites.csv` and `roofs.csv` (or `.xlsx`) take the columns of `participants.csv` and `plants.csv`,
by their ids or their French titles; a list has no ids, says an activity in place of a profile, and gives no
price. `roofs.geojson` or `roofs.gpkg` takes the place of the second; `communes.geojson` gives outlines.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from pathlib import Path

from acc.arrays import CellValue
from acc.i18n import grouped
from acc.problem import Collecting, InputError, Problem, refuse
from acc.territory.result import Outline, Source
from profiles.files.atomic_write import write_atomic
from profiles.files.letters import as_words
from scenarios.entry.columns.csv_tables import BOM, Row, read_text
from scenarios.entry.columns.toml_text import MAX_TOML_BYTES, parse_toml, sections_text
from scenarios.entry.folder.headers import named_rows
from scenarios.entry.folder.mask import SECRET
from scenarios.entry.folder.raw import OPERATION, PARTICIPANTS, PLANTS
from scenarios.studies.territory.lists.buildings import Least
from scenarios.studies.territory.lists.kinds import OpenTable, passed_over, read_tables
from scenarios.studies.territory.lists.large_files import large_files, with_large_files
from scenarios.studies.territory.lists.open_sites import OpenSites, open_sites
from scenarios.studies.territory.lists.own_lists import SECTION, completed, own_rows
from scenarios.studies.territory.lists.part_of_france import communes_of, near_communes, part_of
from scenarios.studies.territory.lists.roof_layers import geojson_outlines, geojson_rows, geopackage_rows
from scenarios.studies.territory.lists.settings import EXAMPLES, new_settings, readable_name

LISTS = "territory"
SITES, ROOFS, ROOFS_MAP, ROOFS_LAYER = "sites.csv", "roofs.csv", "roofs.geojson", "roofs.gpkg"
SITES_SHEET, ROOFS_SHEET = "sites.xlsx", "roofs.xlsx"
OUTLINES = "communes.geojson"
GRIDS = ("density.xlsx", "densite.xlsx", "density.csv", "densite.csv")
"""Names of INSEE's density grid, where another vintage than the one carried is to be used."""

OWN = frozenset({SITES, SITES_SHEET, ROOFS, ROOFS_SHEET, OUTLINES, *GRIDS})
"""Files that are known by their names; the columns of a layer of roofs say whether it is somebody's own."""
APART = OWN | {OPERATION, ROOFS_MAP, ROOFS_LAYER, SECRET}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTerritory:
    """The lists of a territory as tables of an operation folder.

    Attributes:
        said: what was converted, taken or left, in sentences.
        guessed: ids of the sites whose need no bill gives.
        doubts: by id, how far a need strays by itself and with all others, where more is known of it than
            that somebody guessed it: standard deviations of logarithms.
        roof_ln: how far the power of a roof strays, by id, the same.
        origins: by table and line of it, the list and the line that it comes from.
        yes_ratio: the probability that a member says yes, as `[territory]` gives it.
        outlines: of communes, to draw behind a map.
        unsaid_prices: that the prices are those of nobody; empty where somebody said them.
        grid: INSEE's density grid, where one is given.
        sources: of needs and roofs that files as downloaded give.
    """

    toml_text: str
    participants: tuple[Row, ...]
    plants: tuple[Row, ...]
    said: tuple[str, ...]
    guessed: frozenset[str]
    doubts: Mapping[str, tuple[float, float]]
    roof_ln: Mapping[str, float]
    origins: Mapping[tuple[str, int], tuple[str, int]]
    yes_ratio: float | None = None
    outlines: tuple[Outline, ...] = ()
    unsaid_prices: str = ""
    grid: Path | None = None
    sources: tuple[Source, ...] = ()


def read_territory(folder: Path) -> OpenTerritory:
    """Return the files of a territory; `operation.toml` is written where they stand without one.

    Raises:
        InputError: every file that is missing, every row that cannot be read.
    """
    lists = folder / LISTS if (folder / LISTS).is_dir() else folder
    prefix, problems, notes = f"{LISTS}/" if lists != folder else "", list[Problem](), list[str]()
    sections, own = _sections(folder)
    tables, sites = dict[str, Sequence[OpenTable]](), OpenSites()
    with Collecting(problems):
        codes = communes_of(own.get("communes"), f"{OPERATION}, [{SECTION}] communes")
        small = read_tables(lists, prefix, _layers(own), OWN | large_files(lists), near_communes(codes))
        tables |= with_large_files(small, lists, prefix, codes)
        part, left = part_of(tables, codes)
        sites, notes = open_sites(part, _least(own)), left
    has_own = any((lists / name).is_file() for name in (SITES, SITES_SHEET))
    if not problems and (not (sites.sites or has_own) or (not sections and not tables)):
        raise InputError([_nothing(folder)])
    if not sections and not problems:
        write_atomic(folder / OPERATION, new_settings(readable_name(folder.resolve().name), sites.sites))
        sections, own = _sections(folder)
    known = None if problems else {table.path for some in tables.values() for table in some}
    yes_ratio, doubts = _yes_ratio(own, problems), dict(sites.doubts)
    listed = {PARTICIPANTS: _sites(lists, prefix, problems), PLANTS: _roofs(lists, prefix, known, problems)}
    read = {name: _own_rows(name, rows, own, (problems, notes, doubts)) for name, rows in listed.items()}
    read[PARTICIPANTS] += _priced(sites.sites, own, problems)
    read[PLANTS] += sites.roofs
    outlines = sites.outlines or _outlines(lists, prefix, problems)
    if not problems and not all(read.values()):
        message = _("a territory needs a site and a roof at least: nobody would share anything")
        problems.append(Problem(prefix.rstrip("/") or folder.name, message))
    refuse(problems)
    unsaid_prices = _unsaid_prices(folder) if tables else ""
    if tables:
        if has_own and sites.sites:
            text = _("{list} and files as downloaded are both read: a site may stand in both")
            notes.append(text.format(list=SITES))
        notes = [unsaid_prices, *passed_over(lists, prefix, tables, APART), *notes, *sites.said]
    placed = {name: list(_on_lines(rows)) for name, rows in read.items()}
    return OpenTerritory(
        grid=_grid(lists, sections, sites.grid),
        toml_text=sections_text(sections),
        participants=tuple(placed[PARTICIPANTS]),
        plants=tuple(placed[PLANTS]),
        said=(*filter(None, notes), *_unknown(read)),
        guessed=_guessed(read[PARTICIPANTS]),
        doubts=doubts,
        roof_ln=sites.roof_ln,
        origins=_origins(read),
        yes_ratio=yes_ratio,
        outlines=outlines,
        sources=sites.sources,
        unsaid_prices=unsaid_prices,
    )


Collected = tuple[list[Problem], list[str], dict[str, tuple[float, float]]]
"""Where go faults, what is said, and how far needs stray by id."""


def _own_rows(
    name: str, rows: Sequence[Row], own: Mapping[str, CellValue], collected: Collected
) -> list[Row]:
    """Return the rows of a list that somebody keeps, in the columns of a table."""
    problems, notes, doubts = collected
    with Collecting(problems):
        named, sentences = named_rows(name, rows, by_name=False) if rows else ((), ())
        notes.extend(sentences)
        return list(completed(name, named, own, problems, doubts))
    return []


def _origins(read: Mapping[str, Sequence[Row]]) -> dict[tuple[str, int], tuple[str, int]]:
    return {
        (name, line): (row.file, row.line)
        for name, rows in read.items()
        for line, row in enumerate(rows, start=2)
    }


def _guessed(rows: Sequence[Row]) -> frozenset[str]:
    return frozenset(str(row.cells["id"]) for row in rows if row.cells.get("said") == "guess")


def _unknown(read: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    """Yield how many sites have no position, and how many no bill."""
    yield from _without_place(read)
    if guessed := _guessed(read[PARTICIPANTS]):
        text = _("{count} of {all} sites: need estimated from their size, no bill is known")
        yield text.format(count=len(guessed), all=len(read[PARTICIPANTS]))


def _sections(folder: Path) -> tuple[dict[str, CellValue], dict[str, CellValue]]:
    """Return the settings of an operation, empty where there are none, and those of [territory] apart."""
    if not (folder / OPERATION).is_file():
        return {}, {}
    sections = parse_toml(read_text(folder / OPERATION, MAX_TOML_BYTES), OPERATION)
    own = sections.pop(SECTION, {})
    return sections, own if isinstance(own, dict) else {}


def _unsaid_prices(folder: Path) -> str:
    """Return that prices are those of no one, as long as the settings say so themselves."""
    if EXAMPLES not in read_text(folder / OPERATION, MAX_TOML_BYTES):
        return ""
    text = _("{operation} has prices that nobody has said: put yours in, then take its first line away")
    return text.format(operation=OPERATION)


def _nothing(folder: Path) -> Problem:
    message = _(
        "a territory is files as downloaded, or {operation} and the lists {sites} and {roofs}: "
        "`acc territory {folder} --demo 40` makes an invented one to start from"
    )
    names = {"sites": f"{LISTS}/{SITES}", "roofs": f"{LISTS}/{ROOFS}", "folder": folder.name}
    return Problem(str(folder), message.format(operation=OPERATION, **names))


def _layers(own: Mapping[str, CellValue]) -> list[str]:
    """Return the layers that [territory] names, as `file#layer`."""
    given = own.get("layers", [])
    return [str(layer) for layer in given] if isinstance(given, list) else [str(given)]


def _least(own: Mapping[str, CellValue]) -> Least:
    """Return the least power of a roof, which [territory] may say.

    Raises:
        InputError: no power.
    """
    given = own.get("roof_least_kwp", Least().kwp)
    if isinstance(given, int | float) and given > 0.0:
        return replace(Least(), kwp=float(given), public_kwp=min(float(given), Least().public_kwp))
    raise InputError([Problem(f"{OPERATION}, [{SECTION}] roof_least_kwp", _("a power above 0 is needed"))])


def _priced(rows: Sequence[Row], own: Mapping[str, CellValue], problems: list[Problem]) -> Iterator[Row]:
    """Yield rows with the price that the territory says of all."""
    price = own.get("supply_eur_per_mwh")
    if rows and price is None:
        message = _("supply price unknown: fill it in, or give one for all in [{section}]")
        problems.append(Problem(f"{OPERATION}, [{SECTION}]", message.format(section=SECTION)))
    for row in rows:
        yield replace(row, cells={**row.cells, "supply_eur_per_mwh": str(price)})


def _grid(lists: Path, sections: dict[str, CellValue], known: Path | None) -> Path | None:
    """Return INSEE's grid where one is given, and have the operation name it."""
    grid = next((lists / name for name in GRIDS if (lists / name).is_file()), known)
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


def _outlines(lists: Path, prefix: str, problems: list[Problem]) -> tuple[Outline, ...]:
    with Collecting(problems):
        if (lists / OUTLINES).is_file():
            return geojson_outlines(lists / OUTLINES, f"{prefix}{OUTLINES}")
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


def _on_lines(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield rows each on a line of its own of one table, from the second on."""
    return (replace(row, line=line) for line, row in enumerate(rows, start=2))


def _sites(lists: Path, prefix: str, problems: list[Problem]) -> list[Row]:
    with Collecting(problems):
        path = _existing_list(lists, prefix, (SITES, SITES_SHEET))
        return [] if path is None else own_rows(path, f"{prefix}{path.name}", PARTICIPANTS)
    return []


def _roofs(lists: Path, prefix: str, known: Collection[Path] | None, problems: list[Problem]) -> list[Row]:
    """Return the roofs of somebody's own list; one is needed where no file was recognised.

    Args:
        known: files that were; None where one of them is at fault.
    """
    every = (ROOFS, ROOFS_SHEET, ROOFS_MAP, ROOFS_LAYER)
    names = [name for name in every if lists / name not in (known or ())]
    with Collecting(problems):
        path = _existing_list(lists, prefix, names)
        if path is None and (known is None or known):
            return []
        path = path or lists / ROOFS
        name = f"{prefix}{path.name}"
        if path.name == ROOFS_MAP:
            return list(geojson_rows(path, name))
        if path.name == ROOFS_LAYER:
            return list(geopackage_rows(path, name))
        return own_rows(path, name, PLANTS)
    return []


def _existing_list(lists: Path, prefix: str, names: Sequence[str]) -> Path | None:
    """Return the list that is there, under one of its names; None without.

    Raises:
        InputError: two of them.
    """
    present = [name for name in names if (lists / name).is_file()]
    if len(present) > 1:
        message = _("stands beside {file}: which is right? Keep one")
        raise InputError([Problem(f"{prefix}{present[1]}", message.format(file=present[0]))])
    return lists / present[0] if present else None


def table_text(rows: Sequence[Row]) -> str:
    """Return rows as a table of an operation folder."""
    columns = ["id", *dict.fromkeys(name for row in rows for name in row.cells if name != "id")]
    lines = [";".join(_cell(row.cells.get(name, "")) for name in columns) for row in rows]
    return BOM + "\n".join([";".join(columns), *lines]) + "\n"


def _cell(value: object) -> str:
    text = as_words(str(value).replace("\n", " "))
    return '"' + text.replace('"', '""') + '"' if re.search(r'[;"#]', text) else text
