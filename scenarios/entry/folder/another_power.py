"""The row of a plant when its power is set over the folder: what it states follows."""

from collections.abc import Mapping
from math import isfinite

from acc.plan.another_power import PowerBounds, at_another_power
from scenarios.entry.columns.input_columns import with_trait
from scenarios.entry.columns.names import PLANTS
from scenarios.entry.columns.numbers import plain_number, two_readings
from scenarios.rates.power_bounds import power_bounds
from scenarios.rates.table import Rates

FOLLOW, LAW, STAY = (with_trait(PLANTS, "follows", said) for said in ("power", "law", "stays"))
"""Columns of a plant that follow its power, that the dated rows tell beyond a bound of it, that stay."""

Stated = Mapping[str, tuple[float, float]]
"""By column, a figure that followed the power as it was stated, and the power it was stated for, kWp."""


def power_rules(rates: Rates | None = None) -> PowerBounds:
    """Return what another power of a plant moves, as the table of columns and the dated rows say."""
    return power_bounds(FOLLOW, rates)


def followed(cells: Mapping[str, object], kwp: object) -> tuple[dict[str, object], dict[str, float]]:
    """Return the cells of a plant at another power, and the figures that changed, as they were.

    A cell without a plain number stays as it is: its fault is told where it stands.
    """
    columns = ("kwp", *FOLLOW, *LAW)
    read = {name: figure_of(cells[name]) for name in columns if name in cells}
    figures = {name: value for name, value in read.items() if value is not None}
    asked = figure_of(kwp)
    if asked is None or asked <= 0.0 or figures.get("kwp", 0.0) <= 0.0:
        return {**cells, "kwp": kwp}, {}
    changed = {**at_another_power(figures, asked, power_rules()), "kwp": kwp}
    made = {**cells, **changed}
    return {name: cell for name, cell in made.items() if cell is not None}, {
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
