"""The years of a plan, stacked: what plants make each year, used on site, shared, left over."""

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext as _

import numpy as np
from matplotlib.figure import Figure

from acc.arrays import FloatArray
from reports.figures.axes import legend, tick_texts, ticks
from reports.figures.panel import Panel
from reports.figures.style import SMALL, blank
from reports.format.palette import INK, OWN_USE, SHARED, SUN

AXIS_MM = 8.4
"""Room for the numbers of the vertical axis."""

BAR = 0.72
"""Width of a bar, where 1 is from one to the next."""

MARK = "▾"
"""Above a year in which something changes."""


@dataclass(frozen=True, slots=True, eq=False)
class StackedYears:
    """Years of the calendar, and what plants make in each, (H,); which of them bring a change."""

    years: Sequence[int]
    own_use_mwh: FloatArray
    shared_mwh: FloatArray
    surplus_mwh: FloatArray
    changing: frozenset[int]


def stacked_years(given: StackedYears, size_mm: tuple[float, float] = (178.0, 52.0)) -> Figure:
    """Return a bar a year: used on site, shared and left over, one above the other."""
    width_mm, height_mm = size_mm
    figure = blank(width_mm, height_mm)
    entries = [
        ("area", OWN_USE, _("used on site")),
        ("area", SHARED, _("shared")),
        ("area", SUN, _("surplus")),
    ]
    legend(figure, 2.0, "MWh", entries)
    x = np.array(given.years, dtype=np.float64)
    low = np.zeros_like(x)
    total_mwh = given.own_use_mwh + given.shared_mwh + given.surplus_mwh
    high = 1.1 * float(total_mwh.max()) or 1.0
    place_mm = (AXIS_MM, 8.0, width_mm - AXIS_MM, height_mm - 13.0)
    frame = Panel(figure, place_mm, (x[0] - 0.6, x[-1] + 0.6), (0.0, high))
    marks = ticks(*frame.y, 4)
    frame.scale_y(marks, tick_texts(marks))
    for part, colour in (
        (given.own_use_mwh, OWN_USE),
        (given.shared_mwh, SHARED),
        (given.surplus_mwh, SUN),
    ):
        frame.bars(x, low, low + part, BAR, colour)
        low = low + part
    for year, top in zip(given.years, total_mwh.tolist(), strict=True):
        if year in given.changing:
            frame.note((float(year), top), (0.0, 4.0), MARK, size=SMALL, color=INK, ha="center")
    every = max(1, -(-len(x) // 16))
    frame.scale_x(x[::every].tolist(), [str(year) for year in given.years[::every]])
    return figure
