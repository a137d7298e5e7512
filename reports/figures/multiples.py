"""Who gains and who loses by which: one small panel for each key or scenario, the same rows and scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from acc.arrays import FloatArray
from reports.figures.axes import lines_for, tick_texts, ticks
from reports.figures.style import BODY, SEMIBOLD, SMALL, blank, box, canvas
from reports.format.numbers import signed
from reports.format.palette import BETTER, GRID, INK, MUTED, SHARED_DARK, WORSE

WIDTH_MM, NAME_MM, HEAD_MM, FOOT_MM, GAP_MM = 178.0, 38.0, 9.0, 6.5, 5.0


@dataclass(frozen=True, slots=True, eq=False)
class BarPanel:
    """One case: what each row gains over the reference, nan for who does not take part, shape (R,)."""

    title: str
    gains: FloatArray
    is_recommended: bool = False


def multiples(
    rows: Sequence[str], panels: Sequence[BarPanel], unit: str, row_mm: float = 5.0, across: int = 3
) -> Figure:
    """Return the small multiples; `unit` says what a bar counts."""
    lines = -(-len(panels) // across)
    across = min(across, len(panels))
    panel_mm = HEAD_MM + row_mm * len(rows) + FOOT_MM
    height = 4.0 + lines * panel_mm
    figure = blank(WIDTH_MM, height)
    words = canvas(figure)
    words.text(0.0, 2.0, unit, size=SMALL, color=MUTED, va="center")
    each = (WIDTH_MM - NAME_MM - GAP_MM * across) / across
    limits = _limits(panels)
    for index, panel in enumerate(panels):
        line, place = divmod(index, across)
        left, top = NAME_MM + GAP_MM + place * (each + GAP_MM), 4.0 + line * panel_mm + HEAD_MM
        colour = SHARED_DARK if panel.is_recommended else INK
        title = lines_for(panel.title, BODY, each, 1)[0]
        words.text(left, top - 4.0, title, size=BODY, weight=SEMIBOLD, color=colour, va="center")
        axes = box(figure, left, top, each, row_mm * len(rows))
        _bars(axes, panel, limits)
        if place == 0:
            _row_names(words, rows, top, row_mm)
    return figure


def _limits(panels: Sequence[BarPanel]) -> tuple[float, float]:
    values = [float(v) for panel in panels for v in panel.gains if isfinite(v)] or [0.0]
    low, high = min(0.0, *values), max(0.0, *values)
    margin = 0.34 * (high - low) or 1.0
    return low - (margin if low < 0.0 else 0.15 * margin), high + (margin if high > 0.0 else 0.15 * margin)


def _row_names(words: Axes, rows: Sequence[str], top: float, row_mm: float) -> None:
    for index, name in enumerate(rows):
        y = top + row_mm * (index + 0.5)
        words.text(NAME_MM, y, lines_for(name, SMALL, NAME_MM, 1)[0], size=SMALL, ha="right", va="center")


def _bars(axes: Axes, panel: BarPanel, limits: tuple[float, float]) -> None:
    axes.set_xlim(*limits)
    axes.set_ylim(len(panel.gains) - 0.5, -0.5)
    axes.set_yticks([])
    marks = [mark for mark in ticks(*limits, 3) if limits[0] <= mark <= limits[1]]
    axes.set_xticks(marks, tick_texts(marks))
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.axvline(0.0, color=INK, linewidth=0.8)
    offset = 0.012 * (limits[1] - limits[0])
    for row, gain in enumerate(panel.gains):
        value = float(gain)
        if not isfinite(value):
            axes.text(offset, row, "–", size=6.8, color=MUTED, va="center")
            continue
        colour = BETTER if value >= 0.0 else WORSE
        axes.barh(row, value, height=0.62, color=colour, linewidth=0)
        if signed(value) != signed(0.0):
            side = "left" if value > 0.0 else "right"
            x = value + (offset if value > 0.0 else -offset)
            axes.text(x, row, signed(value), size=6.8, color=colour, ha=side, va="center")
