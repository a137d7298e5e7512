"""The row of a plant when its power is set over the folder: what it states follows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite

from acc.plan.another_power import QUOTED, PowerBounds, at_another_power
from acc.sites import Quote
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import with_trait
from scenarios.entry.columns.names import PLANTS
from scenarios.entry.columns.numbers import plain_number, two_readings
from scenarios.entry.columns.row_models import QuoteRow
from scenarios.entry.columns.rows import read_rows
from scenarios.rates.table import Rates, power_bounds

FOLLOW, LAW, STAY = (with_trait(PLANTS, "follows", value) for value in ("power", "law", "stays"))
"""Columns of a plant that follow its power, that the dated rows tell beyond a bound of it, that stay."""

Stated = Mapping[str, tuple[float, float]]
"""By column, a figure that followed the power as it was stated, and the power it was stated for, kWp."""


def power_rules(rates: Rates | None = None) -> PowerBounds:
    """Bounds of another power of a plant, from the table of columns and the dated rates."""
    return power_bounds(FOLLOW, rates)


def quotes_of(quotes: Sequence[Row], plant: Row) -> tuple[Quote, ...]:
    """Return the quotes of a plant that can be read; a fault of the others is told where they stand.

    What its row stated before its power was set is one of them, beside others.
    """
    named = [row for row in quotes if row.cells.get("id") == plant.cells.get("id")]
    read = [
        Quote(
            kwp=q.kwp, capex_eur=q.capex_eur, connection_eur=q.connection_eur, on=q.quoted_on, by=q.quoted_by
        )
        for _row, q in read_rows(named, QuoteRow, [])
    ]
    stated: Stated = getattr(plant, "stated", {}) if read else {}
    own = [(name, *stated[name]) for name in QUOTED if name in stated]
    return (*(replace(Quote(kwp=kwp), **{name: eur}) for name, kwp, eur in own), *read)  # type: ignore[arg-type]


def followed(
    cells: Mapping[str, object], kwp: object, quotes: Sequence[Quote] = ()
) -> tuple[dict[str, object], dict[str, float]]:
    """Return the cells of a plant at another power, and the figures that changed, as they were.

    A cell without a plain number stays as it is: its fault is told where it stands.
    """
    columns = ("kwp", *FOLLOW, *LAW)
    read = {name: figure_of(cells[name]) for name in columns if name in cells}
    figures = {name: value for name, value in read.items() if value is not None}
    wanted_kwp = figure_of(kwp)
    if wanted_kwp is None or wanted_kwp <= 0.0 or figures.get("kwp", 0.0) <= 0.0:
        return {**cells, "kwp": kwp}, {}
    changed = {**at_another_power(figures, wanted_kwp, power_rules(), quotes), "kwp": kwp}
    row = {**cells, **changed}
    return {name: cell for name, cell in row.items() if cell is not None}, {
        name: figures[name] for name in changed
    }


def figure_of(cell: object) -> float | None:
    """Return the number of a cell; None where it holds none, or one with two readings."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None
    if isinstance(cell, str) and two_readings(cell):
        return None
    try:
        value = float(plain_number(cell) if isinstance(cell, str) else cell)
    except ValueError:
        return None
    return value if isfinite(value) else None
