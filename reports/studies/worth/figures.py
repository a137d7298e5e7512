"""What each choice brings everybody beside doing nothing: a bar, its range, and how often it is the best."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.figures.axes import lines_for, row_scale
from reports.figures.style import BODY, SEMIBOLD, SMALL, blank, box, canvas
from reports.format.palette import INK, MUTED, SHARED, SHARED_DARK, SUPPLIER

WIDTH_MM, NAME_MM, NOTE_MM, ROW_MM, TOP_MM, BOTTOM_MM = 178.0, 46.0, 22.0, 6.0, 6.0, 10.0
BAR = 0.5
"""Thickness of a bar, of its row."""


@dataclass(frozen=True, slots=True)
class ChoiceBar:
    """One choice: what it brings, from where to where in the draws, and a word at the end of the line."""

    name: str
    value: float
    low: float
    high: float
    note: str
    shares: bool


def choices(bars: Sequence[ChoiceBar], axis: str, note_head: str) -> Figure:
    """Return the bars of the choices, those with sharing in its colour.

    Args:
        axis: what the horizontal scale counts.
        note_head: what the words at the end of the lines are.
    """
    height = TOP_MM + BOTTOM_MM + ROW_MM * len(bars)
    figure = blank(WIDTH_MM, height)
    axes = box(figure, NAME_MM + 2.0, TOP_MM, WIDTH_MM - NAME_MM - NOTE_MM - 4.0, ROW_MM * len(bars))
    ends = [0.0, *(end for bar in bars for end in (bar.low, bar.high, bar.value))]
    row_scale(axes, len(bars), min(ends), max(ends), axis, room=0.03)
    words = canvas(figure)
    words.text(WIDTH_MM, TOP_MM / 2.0, note_head, size=SMALL, color=MUTED, ha="right", va="center")
    for index, bar in enumerate(bars):
        axes.barh(index, bar.value, BAR, color=SHARED if bar.shares else SUPPLIER)
        if bar.high > bar.low:
            _range(axes, index, bar)
        y = TOP_MM + ROW_MM * (index + 0.5)
        for place, text in enumerate(lines := lines_for(bar.name, BODY, NAME_MM, 2)):
            shift = (place - (len(lines) - 1) / 2.0) * 3.1
            words.text(NAME_MM, y + shift, text, ha="right", va="center")
        words.text(WIDTH_MM, y, bar.note, ha="right", va="center", weight=SEMIBOLD)
    return figure


def _range(axes: Axes, index: int, bar: ChoiceBar) -> None:
    """Draw from where to where the draws go, with its two ends."""
    colour = SHARED_DARK if bar.shares else INK
    axes.plot([bar.low, bar.high], [index, index], color=colour, linewidth=1.1)
    for end in (bar.low, bar.high):
        axes.plot([end, end], [index - 0.16, index + 0.16], color=colour, linewidth=1.1)
