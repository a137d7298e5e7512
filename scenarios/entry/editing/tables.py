"""The tables of a folder as they are written, what they add up to, what is wrong or unlikely in them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from acc.problem import Collecting, InputError, Problem, refuse
from scenarios.entry.columns.bill_columns import FIVE_SLOTS, MONTHS, TWO_SLOTS
from scenarios.entry.columns.csv_tables import Row, read_table
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import PARTICIPANTS, PLANTS, TABLES, header_of, plain_number
from scenarios.entry.columns.row_models import SECTIONS, OperationSection, ParticipantRow, PlantRow
from scenarios.entry.columns.rows import read_rows
from scenarios.entry.columns.schema import takes_part
from scenarios.entry.editing.drafts import Drafts, read_drafts
from scenarios.entry.folder.checks import faults_of
from scenarios.entry.folder.headers import named_rows
from scenarios.entry.folder.load import problems_of
from scenarios.entry.folder.raw import OPERATION, RawFolder, read_source
from scenarios.entry.folder.sections import read_accepted, read_section
from scenarios.entry.folder.xlsx_tables import WORKBOOK, read_workbook
from scenarios.entry.plausibility.of_folder import oddities, table_oddities
from scenarios.entry.plausibility.remedies import typed_cells
from scenarios.entry.plausibility.rules import ImplausibleValue, Remedy


@dataclass(frozen=True, slots=True)
class TypedLine:
    """One line: its number, its cells by column id, as typed; of one that is begun, 0 and its key."""

    number: int
    cells: Mapping[str, str]
    begun: str = ""


@dataclass(frozen=True, slots=True)
class TypedTable:
    """One table: its file, what heads each column that it has, its lines; `book` names the workbook."""

    file: str
    heads: Mapping[str, str]
    lines: tuple[TypedLine, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Ids of every column that may be filled in, those of the file first where the file knows more."""
        known = columns(self.file)
        return (*known, *(name for name in self.heads if name not in known))

    def title(self, column: str) -> str:
        """Title of a column: as in the file where it has a unit, else in French."""
        known = columns(self.file).get(column)
        written = self.heads.get(column, "")
        header = header_of(self.file, written) if written else None
        if known is None or (header is not None and header.unit_ratio != 1.0):
            return written
        return known.header


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed in a cell; lines 0, -1… are new ones, an empty text empties the cell."""

    file: str
    line: int
    column: str
    text: str

    @property
    def place(self) -> str:
        """Where it is typed, as a person looks for it."""
        return f"{self.file}, {self.column}"


def free_name(stem: str, is_taken: Callable[[str], bool]) -> str:
    """Return a name that is not taken: `stem`, else with the first number that is free.

    >>> free_name("site", {"site", "site-2"}.__contains__)
    'site-3'
    """
    names = (stem if rank == 1 else f"{stem}-{rank}" for rank in count(1))
    return next(name for name in names if not is_taken(name))


def sheets_of(folder: Path) -> dict[str, TypedTable]:
    """Return the tables of a folder; none for a folder that has no file yet.

    Raises:
        InputError: a table that cannot be read at all.
    """
    return {file: _sheet(file, rows) for file, rows in raw_rows(folder).items()}


def raw_rows(folder: Path) -> dict[str, Sequence[Row]]:
    """Return the rows of each table, columns called as they are written.

    Raises:
        InputError: every table that cannot be read.
    """
    if (folder / WORKBOOK).exists():
        return dict(read_workbook(folder / WORKBOOK).tables)
    rows: dict[str, Sequence[Row]] = {}
    problems: list[Problem] = []
    for file in TABLES:
        with Collecting(problems):
            if (folder / file).exists():
                rows[file] = read_table(folder / file)
    refuse(problems)
    return rows


def column_id(file: str, written: str) -> str:
    """Return the id of a column as a person wrote it; itself where it is none."""
    header = header_of(file, written)
    return header.id if header else written


def _sheet(file: str, rows: Sequence[Row]) -> TypedTable:
    written = dict.fromkeys(name for row in rows for name in row.cells)
    heads = {column_id(file, name): name for name in written}
    lines = tuple(
        TypedLine(row.line, {column_id(file, name): str(value) for name, value in row.cells.items()})
        for row in rows
    )
    return TypedTable(file, heads, lines)


@dataclass(frozen=True, slots=True)
class Totals:
    """What the lines that take part add up to.

    Attributes:
        active, apart: how many lines take part in the operation, or not, of sites.
        yearly_kwh: of the sites whose year is typed; `unknown` names of the others, `measured` by a curve.
        plants: how many take part, of `power_kwp` together.
    """

    active: int
    apart: int
    yearly_kwh: float
    unknown: tuple[str, ...]
    measured: int
    power_kwp: float
    plants: int


def typed_totals(rows: Mapping[str, Sequence[Row]], typed: Typed) -> Totals:
    """Return the totals with a cell as it is being typed; nothing is written.

    Args:
        rows: of each table, as `raw_rows` gives them.

    Raises:
        InputError: a table that cannot be read.
    """
    named = {}
    for file in (PARTICIPANTS, PLANTS):
        own = list(rows.get(file, ()))
        if file == typed.file:
            own = _with_cell(own, typed)
        named[file] = named_rows(file, own)[0]
    return totals_of(named[PARTICIPANTS], named[PLANTS])


def _with_cell(rows: list[Row], typed: Typed) -> list[Row]:
    heads = [name for row in rows for name in row.cells]
    head = next((name for name in heads if column_id(typed.file, name) == typed.column), typed.column)
    if not typed.line:
        return [*rows, Row(typed.file, 0, {head: typed.text})] if typed.text else rows
    changed = []
    for row in rows:
        cells = {name: value for name, value in row.cells.items() if name != head}
        more = {head: typed.text} if typed.text else {}
        changed.append(replace(row, cells={**cells, **more}) if row.line == typed.line else row)
    return changed


def totals_of(rows: Sequence[Row], plants: Sequence[Row]) -> Totals:
    """Totals of the lines of sites and plants."""
    sites = [row for row in rows if takes_part(row.cells)]
    plants = [row for row in plants if takes_part(row.cells)]
    kwh = [_energy_kwh(row) for row in sites]
    holes = [row for row, known in zip(sites, kwh, strict=True) if known is None]
    return Totals(
        active=len(sites),
        apart=len(rows) - len(sites),
        yearly_kwh=sum(known for known in kwh if known is not None),
        unknown=tuple(row.who for row in holes if not row.cells.get("curve")),
        plants=len(plants),
        measured=sum(bool(row.cells.get("curve")) for row in holes),
        power_kwp=sum(_number(row.cells.get("kwp")) or 0.0 for row in plants),
    )


def _energy_kwh(row: Row) -> float | None:
    """Return the kWh of a year as typed: the whole, else the postes or the months of a bill."""
    year_kwh = _number(row.cells.get("annual_kwh"))
    if year_kwh is not None:
        return year_kwh
    for names in (FIVE_SLOTS, TWO_SLOTS, MONTHS):
        parts = [_number(row.cells.get(f"{name}_kwh")) for name in names]
        known = [part for part in parts if part is not None]
        if known:
            return sum(known)
    return None


def _number(value: object) -> float | None:
    try:
        return float(plain_number(str(value))) if value is not None else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault of the folder.

    Attributes:
        file, line, column: the cell, empty and 0 where it is of no cell.
        path: of a setting or a cell (`prices.local_eur_per_mwh`), empty where it has none.
        is_odd: unlikely only: it may be kept.
        value: what stands there, of an oddity.
        remedy: what to type instead, by column, or key of a setting; none where it is not known.
    """

    message: str
    place: str = ""
    file: str = ""
    line: int = 0
    column: str = ""
    path: str = ""
    is_odd: bool = False
    value: object = None
    remedy: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FolderLook:
    """A folder as it stands: its tables, its faults, its settings; `source` None where it cannot be read.

    Attributes:
        drafts: lines that are begun, in no table yet.
    """

    sheets: Mapping[str, TypedTable]
    faults: tuple[Fault, ...] = ()
    totals: Totals = field(default_factory=lambda: totals_of((), ()))
    source: RawFolder | None = None
    drafts: Drafts = field(default_factory=Drafts)

    def table(self, file: str) -> TypedTable:
        """Return a table, empty where the folder has none."""
        return self.sheets.get(file) or TypedTable(file, {}, ())


def look(folder: Path) -> FolderLook:
    """Return the tables of a folder with all that is wrong or unlikely in them; a fault never stops it."""
    sheets: Mapping[str, TypedTable] = {}
    drafts = read_drafts(folder)
    try:
        sheets = sheets_of(folder)
        if not sheets and not (folder / OPERATION).exists():
            return FolderLook({}, drafts=drafts)
        source = read_source(folder)
    except InputError as fault:
        faults = [_fault(p.path, p.message, {}) for p in fault.problems]
        return FolderLook(sheets, tuple(faults), drafts=drafts)
    problems, unlikely = problems_of(source), _oddities(source)
    cells = _cells(source, {*(problem.path for problem in problems), *(odd.place for odd in unlikely)})
    faults = [_refused(problem, cells) for problem in problems]
    at_fault = {f.place for f in faults}
    faults += [_odd(oddity, cells) for oddity in unlikely if oddity.place not in at_fault]
    totals = totals_of(source.participants, source.plants)
    return FolderLook(sheets, tuple(faults), totals, source, drafts)


def _cells(source: RawFolder, places: Collection[str]) -> dict[str, tuple[str, Row, str]]:
    """Return, by the place that a fault names, the cell: its table, its row, its column."""
    return {
        row.path(column): (file, row, column)
        for file, rows in source.tables.items()
        for row in rows
        if any(str(row.line) in place for place in places)
        for column in ("", *columns(file), *row.cells)
    }


def _fault(place: str, message: str, cells: Mapping[str, tuple[str, Row, str]]) -> Fault:
    """Return a fault at its cell, where its place is that of one."""
    if place not in cells:
        return Fault(message=message, place=place)
    file, row, column = cells[place]
    return Fault(message=message, place=place, file=file, line=row.line, column=column)


def _refused(problem: Problem, cells: Mapping[str, tuple[str, Row, str]]) -> Fault:
    """Return a fault at its cell, with what may be typed there instead."""
    fault = _fault(problem.path, problem.message, cells)
    return replace(fault, remedy={fault.column: problem.remedy} if problem.remedy and fault.file else {})


def _oddities(source: RawFolder) -> list[ImplausibleValue]:
    """Implausible values of a folder not accepted yet; unreadable cells are reported as faults."""
    unread: list[Problem] = []
    content = source.sections.get("operation")
    operation = read_section(source, "operation", content, OperationSection, unread)
    if operation is None:
        return []
    sections = {
        name: read_section(source, name, source.sections[name], SECTIONS[name], unread)
        for name in ("prices", "finance", "battery", "pmo")
        if name in source.sections
    }
    members = read_rows(source.participants, ParticipantRow, unread)
    plants = read_rows(source.plants, PlantRow, unread)
    accepted = read_accepted(source, unread) or ()
    faults = faults_of(source)

    def is_read(changed: RawFolder, row: Row) -> bool:
        left = faults_of(changed)
        return left <= faults and not left & {row.path(column) for column in row.cells}

    of_tables = table_oddities(source, members, plants, None, is_read, in_words=False)
    implausible_values = oddities(source, operation, sections, members, plants, of_tables)
    return [oddity for oddity in implausible_values if not oddity.is_accepted(accepted)]


def _odd(oddity: ImplausibleValue, cells: Mapping[str, tuple[str, Row, str]]) -> Fault:
    """Return an unlikely value at its cell, what to type instead where one remedy is left."""
    remedy = oddity.remedies[0] if len(oddity.remedies) == 1 else Remedy({})
    typed = typed_cells(oddity, remedy, in_titles=True)
    fault = _fault(oddity.place, oddity.text, cells)
    return replace(fault, path=oddity.path, is_odd=True, value=oddity.value, remedy=typed)
