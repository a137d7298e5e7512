"""Open lists of sites and roofs, brought to the tables of an operation folder.

`territory/sites.csv` and `territory/roofs.csv` take the columns of `participants.csv` and `plants.csv`, by
their ids or their French titles; a list has no ids, says an activity in place of a profile, and gives no
price. `territory/roofs.geojson` or `roofs.gpkg` takes the place of the second; `territory/communes.geojson`
gives outlines to draw.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from acc.result.territory import Outline
from scenarios.entry.columns.csv_tables import BOM, Row, read_table, read_text
from scenarios.entry.columns.names import plain
from scenarios.entry.columns.toml_faults import parse_toml
from scenarios.entry.columns.toml_text import MAX_TOML_BYTES, sections_text
from scenarios.entry.folder.headers import named_rows
from scenarios.entry.folder.raw import OPERATION, PARTICIPANTS, PLANTS
from scenarios.entry.territory.activities import ACTIVITIES, Activity
from scenarios.entry.territory.geojson import geojson_outlines, geojson_rows
from scenarios.entry.territory.geopackage import geopackage_rows

LISTS = "territory"
SITES, ROOFS, ROOFS_MAP, ROOFS_LAYER = "sites.csv", "roofs.csv", "roofs.geojson", "roofs.gpkg"
SECTION = "territory"
OUTLINES = "communes.geojson"
NAF_TITLES = {"naf", "code naf", "ape", "code ape", "activiteprincipaleetablissement"}
"""The last one is SIRENE's own."""


@dataclass(frozen=True, slots=True)
class OpenTerritory:
    """The lists of a territory as tables of an operation folder.

    Attributes:
        said: what was converted, taken or left, in sentences.
        yes_ratio: the probability that a member says yes, as `[territory]` gives it.
        outlines: of communes, to draw behind a map.
    """

    toml_text: str
    participants: tuple[Row, ...]
    plants: tuple[Row, ...]
    said: tuple[str, ...]
    yes_ratio: float | None = None
    outlines: tuple[Outline, ...] = ()


def read_territory(folder: Path) -> OpenTerritory:
    """Return the lists of a territory.

    Raises:
        InputError: every file that is missing, every row that cannot be read.
    """
    lists, problems = folder / LISTS, list[Problem]()
    if not (folder / OPERATION).is_file() or not (lists / SITES).is_file():
        message = _(
            "a territory is {operation} and the lists {sites} and {roofs}: "
            "`acc territory {folder} --demo 40` makes an invented one to start from"
        )
        names = {"sites": f"{LISTS}/{SITES}", "roofs": f"{LISTS}/{ROOFS}", "folder": folder.name}
        raise InputError([Problem(str(folder), message.format(operation=OPERATION, **names))])
    sections = parse_toml(read_text(folder / OPERATION, MAX_TOML_BYTES), OPERATION)
    own = sections.pop(SECTION, {})
    own = own if isinstance(own, dict) else {}
    yes_ratio = own.get("yes_ratio")
    if yes_ratio is not None and not (isinstance(yes_ratio, int | float) and 0.0 < yes_ratio <= 1.0):
        message = _("a probability above 0 and up to 1 is needed")
        problems.append(Problem(f"{OPERATION}, [{SECTION}] yes_ratio", message))
    tables, said = dict[str, tuple[Row, ...]](), list[str]()
    for name, read in ((PARTICIPANTS, _sites), (PLANTS, _roofs)):
        try:
            tables[name], sentences = named_rows(name, read(lists))
            said += sentences
            tables[name] = tuple(_completed(name, tables[name], own, problems))
        except InputError as fault:
            problems += fault.problems
    outlines: tuple[Outline, ...] = ()
    try:
        if (lists / OUTLINES).is_file():
            outlines = geojson_outlines(lists / OUTLINES, f"{LISTS}/{OUTLINES}")
    except InputError as fault:
        problems += fault.problems
    if problems:
        raise InputError(problems)
    guessed = sum(row.cells.get("said") == "guess" for row in tables[PARTICIPANTS])
    if guessed:
        text = _("{count} of {all} sites: need estimated from their size, no bill is known")
        said.append(text.format(count=guessed, all=len(tables[PARTICIPANTS])))
    return OpenTerritory(
        sections_text(sections),
        tables[PARTICIPANTS],
        tables[PLANTS],
        tuple(said),
        None if yes_ratio is None else float(yes_ratio),
        outlines,
    )


def _sites(lists: Path) -> list[Row]:
    return [_in_list(row) for row in read_table(lists / SITES)]


def _roofs(lists: Path) -> list[Row]:
    there = [name for name in (ROOFS, ROOFS_MAP, ROOFS_LAYER) if (lists / name).is_file()]
    if len(there) > 1:
        message = _("stands beside {file}: which is right? Keep one")
        raise InputError([Problem(f"{LISTS}/{there[1]}", message.format(file=there[0]))])
    if there == [ROOFS_MAP]:
        return list(geojson_rows(lists / ROOFS_MAP, f"{LISTS}/{ROOFS_MAP}"))
    if there == [ROOFS_LAYER]:
        return list(geopackage_rows(lists / ROOFS_LAYER, f"{LISTS}/{ROOFS_LAYER}"))
    return [_in_list(row) for row in read_table(lists / ROOFS)]


def _in_list(row: Row) -> Row:
    cells = {"naf" if plain(name) in NAF_TITLES else name: value for name, value in row.cells.items()}
    return replace(row, file=f"{LISTS}/{row.file}", cells=cells)


def _completed(
    table: str, rows: Sequence[Row], own: Mapping[str, object], problems: list[Problem]
) -> Iterator[Row]:
    """Yield the rows with their ids, the profile of their activity and the price that the territory says."""
    stem = {PARTICIPANTS: "site", PLANTS: "toit"}[table]
    width = len(str(len(rows)))
    for number, row in enumerate(rows, start=1):
        cells = {"id": f"{stem}-{number:0{width}}"} | dict(row.cells)
        if table == PARTICIPANTS:
            cells = _with_activity(row, cells, problems)
            if "annual_kwh" not in cells and "quantity" in cells:
                cells.setdefault("said", "guess")
            price = own.get("supply_eur_per_mwh")
            if price is not None and not any(name.startswith("supply_") for name in cells):
                cells["supply_eur_per_mwh"] = str(price)
            elif price is None and "supply_eur_per_mwh" not in cells:
                message = _("supply price unknown: fill it in, or give one for all in [{section}]")
                problems.append(Problem(row.path("supply_eur_per_mwh"), message.format(section=SECTION)))
        yield replace(row, cells=cells)


def _with_activity(row: Row, cells: dict[str, object], problems: list[Problem]) -> dict[str, object]:
    """Return the cells of a site, its profile and its kind from its NAF code where they are not given."""
    naf = str(cells.pop("naf", "") or "")
    found = _activity(naf)
    if "profile" not in cells and "curve" not in cells:
        if found is None:
            message = _("“{naf}” says no kind of load: fill in `profile` or `curve`")
            problems.append(Problem(row.path("naf"), message.format(naf=naf)))
        else:
            cells["profile"] = found.profile
    if "kind" not in cells and found is not None:
        cells["kind"] = found.kind
    return cells


def _activity(naf: str) -> Activity | None:
    digits = re.sub(r"\D", "", naf)
    return next((one for one in ACTIVITIES if digits and digits.startswith(one.naf)), None)


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
    text = str(value).replace("\n", " ")
    return '"' + text.replace('"', '""') + '"' if re.search(r'[;"#]', text) else text
