"""Scenarios at a glance: a dot and its range each, those who lose and the chances beside, by group."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.figures.axes import lines_for, row_scale
from reports.figures.style import BODY, SEMIBOLD, SMALL, blank, box, canvas
from reports.format.palette import INK, MUTED, SHARED, SHARED_DARK, WORSE

WIDTH_MM, NAME_MM, NOTE_MM, TOP_MM, BOTTOM_MM = 178.0, 62.0, 21.0, 9.0, 10.0
ROW_MM, MOST_MM, SHARED_PAGE_MM = 5.6, 190.0, 112.0
"""Of a row; of all rows on a page of their own, and on one where something stands above them."""

TIGHTEST_MM = 4.0
"""Of a row under something else: closer, the figure takes its own page."""


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """One scenario, or the name of a group of them.

    Attributes:
        value, low, high: in the unit of the axis; None of a group.
        losers: how many lose; `is_loss` where somebody does.
        note: in how many draws of ten it brings more than the reference.
        may_be: whether nothing forbids it; `is_best` of the one that is proposed.
    """

    name: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    losers: str = ""
    note: str = ""
    is_loss: bool = False
    may_be: bool = True
    is_best: bool = False


def scenarios(rows: Sequence[ScenarioRow], axis: str, heads: tuple[str, str]) -> Figure:
    """Return the scenarios drawn, a row each, in the order given.

    Args:
        axis: what the horizontal scale counts.
        heads: of the two columns at the end of the rows; the first empty where nothing stands in it.
    """
    abreast_mm = SHARED_PAGE_MM / len(rows)
    row_mm = min(ROW_MM, abreast_mm if abreast_mm >= TIGHTEST_MM else MOST_MM / len(rows))
    height = TOP_MM + BOTTOM_MM + row_mm * len(rows)
    figure = blank(WIDTH_MM, height)
    width = WIDTH_MM - NAME_MM - (2.0 if heads[0] else 1.0) * NOTE_MM - 4.0
    axes = box(figure, NAME_MM + 2.0, TOP_MM, width, row_mm * len(rows))
    values = [end for row in rows for end in (row.value, row.low, row.high) if end is not None]
    low, high = min(values), max(values)
    # Zero where it is near: who loses is then seen at the left of it.
    low = min(low, 0.0) if low < 0.5 * (high - low) else low
    row_scale(axes, len(rows), low, high, axis, room_share=0.04)
    words = canvas(figure)
    ends = (WIDTH_MM - NOTE_MM, WIDTH_MM)
    for end, head in zip(ends, heads, strict=True):
        for place, text in enumerate(head.split("\n")):
            y = TOP_MM / 2.0 + (place - 0.8) * 3.0
            words.text(end, y, text, ha="right", va="center", size=SMALL, color=MUTED)
    for index, row in enumerate(rows):
        y = TOP_MM + row_mm * (index + 0.5)
        if row.value is None:
            words.text(0.0, y, row.name, va="center", weight=SEMIBOLD)
            continue
        weight = SEMIBOLD if row.is_best else "normal"
        colour = SHARED_DARK if row.is_best else INK
        name = lines_for(row.name, BODY, NAME_MM - 2.0, 1)[0]
        words.text(2.0, y, name, va="center", weight=weight, color=colour)
        losing = WORSE if row.is_loss else INK
        words.text(ends[0], y, row.losers, ha="right", va="center", color=losing)
        words.text(ends[1], y, row.note, ha="right", va="center")
        _dot(axes, index, row, row.value)
    return figure


def _dot(axes: Axes, index: int, row: ScenarioRow, value: float) -> None:
    """Draw a dot, empty where the law forbids the scenario, a diamond where proposed, on its range."""
    colour = SHARED_DARK if row.is_best else SHARED if row.may_be else MUTED
    if row.low is not None and row.high is not None:
        axes.plot([row.low, row.high], [index, index], color=colour, linewidth=1.4, solid_capstyle="round")
    fill = colour if row.may_be else "white"
    shape, size = ("D", 6.0) if row.is_best else ("o", 4.6)
    axes.plot([value], [index], shape, color=colour, markerfacecolor=fill, markersize=size, zorder=3)
