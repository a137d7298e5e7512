"""What the tables of a folder add up to, as it is written or as somebody types."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scenarios.entry.columns.bill_columns import FIVE_SLOTS, MONTHS, TWO_SLOTS
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.names import PARTICIPANTS, PLANTS, plain_number
from scenarios.entry.columns.schema import takes_part
from scenarios.entry.editing.tables import column_id
from scenarios.entry.editing.write import Typed
from scenarios.entry.folder.headers import named_rows


@dataclass(frozen=True, slots=True)
class Totals:
    """What the lines that take part add up to.

    Attributes:
        active, apart: how many lines take part in the operation, or not, of sites.
        kwh: of the sites whose year is typed; `unknown` names of those whose is not, `measured` by a curve.
        plants: how many take part, of `kwp` together.
    """

    active: int
    apart: int
    kwh: float
    unknown: tuple[str, ...]
    measured: int
    kwp: float
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
        kwh=sum(known for known in kwh if known is not None),
        unknown=tuple(row.who for row in holes if not row.cells.get("curve")),
        plants=len(plants),
        measured=sum(bool(row.cells.get("curve")) for row in holes),
        kwp=sum(_number(row.cells.get("kwp")) or 0.0 for row in plants),
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
