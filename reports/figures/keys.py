"""What each key gives to each participant: one line a participant, one mark a key."""

from collections.abc import Sequence
from math import isfinite
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.figures.axes import level_scale, shortened, width_mm
from reports.figures.style import BODY, SEMIBOLD, SMALL, blank, box, canvas
from reports.format.palette import KEY_MARKS, MUTED, SUPPLIER

WIDTH_MM, NAME_MM, NOTE_MM, ROW_MM, KEY_GAP_MM = 178.0, 54.0, 32.0, 5.9, 8.5
LEGEND_MM, TOP_MM, FRAME_MM, INSET_MM = 5.0, 9.0, 18.0, 2.0
"""From the top: the names of the keys, the rows; then what all but the rows takes, and room around them."""

LEAST_SPAN = 1.0
"""Of the scale, in euros or %: what is smaller matters to nobody."""


class ParticipantByKey(NamedTuple):
    """One participant: a value for each key, that of the folder first, and a word at the end of the line."""

    name: str
    values: tuple[float, ...]
    note: str = ""


def keys(
    names: Sequence[str],
    rows: Sequence[ParticipantByKey],
    axis: str,
    note_head: str = "",
    row_mm: float = ROW_MM,
) -> Figure:
    """Return the dot plot of the keys `names`; the first is that of the folder, drawn full.

    Args:
        axis: what the horizontal scale counts.
    """
    height = FRAME_MM + INSET_MM + row_mm * len(rows)
    figure = blank(WIDTH_MM, height)
    right_mm = NOTE_MM if any(row.note for row in rows) else 4.0
    _names_of_keys(canvas(figure), names, WIDTH_MM - right_mm)
    axes = box(figure, NAME_MM + 2.0, TOP_MM, WIDTH_MM - NAME_MM - 2.0 - right_mm, height - FRAME_MM)
    low, high = _range(rows)
    level_scale(axes, low, high, room=0.018 * (high - low))
    axes.set_xlabel(axis, size=SMALL, color=MUTED, labelpad=2.5)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    words = canvas(figure)
    if right_mm > 4.0:
        words.text(WIDTH_MM, LEGEND_MM, note_head, size=SMALL, color=MUTED, ha="right", va="center")
    for index, row in enumerate(rows):
        y = TOP_MM + (height - FRAME_MM) * (index + 0.6) / (len(rows) + 0.2)
        size = BODY if width_mm(row.name, BODY) <= NAME_MM else SMALL
        words.text(NAME_MM, y, shortened(row.name, size, NAME_MM), size=size, ha="right", va="center")
        words.text(WIDTH_MM, y, row.note, size=SMALL, color=MUTED, ha="right", va="center")
        _marks(axes, index, row)
    return figure


def _names_of_keys(axes: Axes, names: Sequence[str], room_mm: float) -> None:
    """Write the names on one line, from above the rows, or further left when they are long."""
    widths = _name_widths_mm(names)
    if sum(widths) > room_mm:  # the longest give way, each one keeps an even part at least
        even_mm = room_mm / len(names)
        spare_mm = sum(max(0.0, even_mm - width) for width in widths)
        long = sum(width > even_mm for width in widths)
        most_mm = even_mm + spare_mm / long - KEY_GAP_MM
        names = [shortened(name, BODY, most_mm) for name in names]
        widths = _name_widths_mm(names)
    x = max(2.0, min(NAME_MM + 3.0, 2.0 + room_mm - sum(widths)))
    for index, name in enumerate(names):
        marker, colour = KEY_MARKS[index % len(KEY_MARKS)]
        axes.plot([x], [LEGEND_MM], marker=marker, **_mark(index), linestyle="none")
        weight = SEMIBOLD if index == 0 else "normal"
        axes.text(x + 2.2, LEGEND_MM, name, size=BODY, weight=weight, color=colour, va="center")
        x += widths[index]


def _name_widths_mm(names: Sequence[str]) -> list[float]:
    return [width_mm(name, BODY, index == 0) + KEY_GAP_MM for index, name in enumerate(names)]


def _mark(index: int) -> dict[str, Any]:
    colour = KEY_MARKS[index % len(KEY_MARKS)][1]
    face, size = (colour, 5.6) if index == 0 else ("white", 4.8)
    return {"markersize": size, "color": colour, "markerfacecolor": face, "markeredgewidth": 1.2}


def _range(rows: Sequence[ParticipantByKey]) -> tuple[float, float]:
    values = [v for row in rows for v in row.values if isfinite(v)] or [0.0, 1.0]
    low, high = min(0.0, *values), max(0.0, *values)
    return (low, high) if high - low >= LEAST_SPAN else (low, low + LEAST_SPAN)


def _marks(axes: Axes, y: int, row: ParticipantByKey) -> None:
    seen = [v for v in row.values if isfinite(v)]
    if not seen:
        return
    axes.plot(
        [min(seen), max(seen)], [y, y], color=SUPPLIER, linewidth=2.0, alpha=0.6, solid_capstyle="round"
    )
    for index in range(len(row.values) - 1, -1, -1):
        marker = KEY_MARKS[index % len(KEY_MARKS)][0]
        axes.plot([row.values[index]], [y], marker=marker, **_mark(index), linestyle="none", clip_on=False)
