"""Lists of sites and roofs that people write themselves, in the columns of an operation.

They have no ids and no prices, say an activity of the NAF in place of a profile, a head-count in place of a
bill. A list is a text file, or the first sheet of a workbook whose titles are known.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path

from acc.arrays import CellValue
from acc.i18n import grouped
from acc.problem import InputError, Problem, refuse
from scenarios.entry.columns.csv_tables import Row, read_table
from scenarios.entry.columns.names import header_of, plain
from scenarios.entry.folder.raw import PARTICIPANTS, PLANTS
from scenarios.entry.folder.sheets import FilledCell, FilledSheet, open_sheets
from scenarios.entry.folder.xlsx_tables import cell_text
from scenarios.studies.territory.lists.activities import activity_of, jobs_of, kwh_of, spreads

SECTION = "territory"
NAF_TITLES = {"naf", "code naf", "ape", "code ape", "activiteprincipaleetablissement"}
"""The last one is SIRENE's own."""
BAND_TITLES = {"effectif", "tranche d effectif", "effectifs", "trancheeffectifsetablissement"}
SHEET = ".xlsx"
FEWEST_TITLES = 2
"""Known titles of a line by which it is the head of a list: a title above it may be one by chance."""

Known = Callable[[str], bool]


def list_rows(path: Path, name: str, known: Known) -> list[Row]:
    """Return the rows of a list, CSV or XLSX, each with its place.

    Args:
        name: what faults call the file.
        known: whether a title is one of such a list.

    Raises:
        InputError: a file that cannot be read, without titles, every cell at fault.
    """
    if path.suffix.lower() != SHEET:
        return [Row(name, row.line, row.cells) for row in read_table(path)]
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


def own_rows(path: Path, name: str, table: str) -> list[Row]:
    """Return the rows of a list of sites or roofs.

    Args:
        name: what faults call the file.

    Raises:
        InputError: see `list_rows`.
    """

    def known(title: str) -> bool:
        return _own_title(title) != title or header_of(table, title) is not None

    rows = list_rows(path, name, known)
    return [
        replace(row, cells={_own_title(name): value for name, value in row.cells.items()}) for row in rows
    ]


def _own_title(name: str) -> str:
    """Return the title of what a list alone says, else the title as it is."""
    word = plain(name)
    return "naf" if word in NAF_TITLES else "band" if word in BAND_TITLES else name


def completed(
    table: str,
    rows: Sequence[Row],
    own: Mapping[str, CellValue],
    problems: list[Problem],
    doubts: dict[str, tuple[float, float]],
) -> Iterator[Row]:
    """Yield the rows with their ids, the profile of their activity and the price that the territory says.

    An id is a number, not what a site is called: it is told of those who may not be named.

    Args:
        doubts: gets how far needs that rest on jobs stray, by id.
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
                doubts[str(cells["id"])] = spreads()
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
