"""The small pieces that figures share: measured words, a line of swatches, scales with round steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import floor, log10
from typing import Any, TypeAlias

import numpy as np
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cbook import contiguous_regions
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Bbox, Transform, TransformedBbox

from acc.arrays import FloatArray
from reports.figures.style import (
    BODY,
    FALLBACK_FILES,
    FONT_FILES,
    MM_PER_INCH,
    MM_PER_POINT,
    SEMIBOLD,
    SMALL,
    in_mm,
    printable,
    size_mm,
)
from reports.format.numbers import fr
from reports.format.palette import GRID, INK, MUTED, RULE

Values: TypeAlias = FloatArray | Sequence[float]
PAD_MM = 3.0 * MM_PER_POINT
"""Between a frame and the words of its scales."""
TITLE_MM = (SMALL + 2.5) * MM_PER_POINT
"""From the words of a scale to its title."""
UNDER_ALL, OVER_LINES = 0.5, 2.5
HAIR = 0.6
"""Width in points of the grid and of the line at the bottom."""

POINTS_PER_INCH = 72.0
MEASURED_AT = 200.0


@lru_cache(maxsize=4096)
def width_mm(text: str, size: float, bold: bool = False) -> float:
    """Return the printed width of a line of text."""
    font = font_manager.get_font([FONT_FILES[2 if bold else 0], FALLBACK_FILES[bold]])
    # Measured large, so that the grid of screen pixels does not round the letters.
    font.set_size(MEASURED_AT, POINTS_PER_INCH)
    font.set_text(printable(text))
    points = float(font.get_width_height()[0]) / 64.0 * size / MEASURED_AT
    return points / POINTS_PER_INCH * MM_PER_INCH


def lines_for(text: str, size: float, room_mm: float, most: int = 2) -> tuple[str, ...]:
    """Return `text` on at most `most` lines of `room_mm`; what still does not fit ends with an ellipsis."""
    if width_mm(text, size) <= room_mm:  # as most are: measured once, not word after word
        return (text,)
    lines: list[str] = []
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width_mm(joined, size) <= room_mm:
            lines[-1] = joined
        else:
            lines.append(word)
    kept = [*lines[: most - 1], " ".join(lines[most - 1 :])] if len(lines) > most else lines
    return tuple(shortened(line, size, room_mm) for line in kept)


def shortened(text: str, size: float, room_mm: float) -> str:
    """Return `text`, cut with an ellipsis where it is wider than `room_mm`."""
    if width_mm(text, size) <= room_mm:
        return text
    cut = text
    while cut and width_mm(f"{cut.rstrip()}…", size) > room_mm:
        cut = cut[:-1]
    return f"{cut.rstrip()}…"


def unique_labels(names: Sequence[str], size: float, room_mm: float) -> list[str]:
    """Return names cut to a room; those that would read alike lose their middle, not their end."""
    cut = [shortened(name, size, room_mm) for name in names]
    alike = {text for text in cut if len({n for n, c in zip(names, cut, strict=True) if c == text}) > 1}
    pairs = zip(names, cut, strict=True)
    return [_without_middle(name, size, room_mm) if text in alike else text for name, text in pairs]


def _without_middle(text: str, size: float, room_mm: float) -> str:
    for kept in range(len(text) - 1, 1, -1):
        start, end = (kept + 1) // 2, len(text) - kept // 2
        cut = f"{text[:start].rstrip()}…{text[end:].lstrip()}"
        if width_mm(cut, size) <= room_mm:
            return cut
    return "…"


def spread(centres: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return positions as near as possible to `centres` (ascending), `gap` apart, inside [low, high]; all mm.

    >>> spread([1.0, 1.2, 9.0], 2.0, 0.0, 10.0)
    [1.0, 3.0, 9.0]
    """
    placed: list[float] = []
    for centre in centres:
        placed.append(max(centre, placed[-1] + gap) if placed else max(centre, low))
    for index in range(len(placed) - 1, -1, -1):
        limit = high if index == len(placed) - 1 else placed[index + 1] - gap
        placed[index] = min(placed[index], limit)
    return placed


def nice_step(largest: float, about: int = 4) -> float:
    """Return a round step (1, 2 or 5 times a power of ten, or 25, 250) for about `about` parts of `largest`.

    >>> nice_step(730.0), nice_step(0.0)
    (200.0, 1.0)
    """
    if not largest > 0.0:
        return 1.0
    raw = largest / about
    power = 10.0 ** floor(log10(raw))
    # Steps below 25 stay whole, or have one digit.
    steps = (1.0, 2.0, 2.5, 5.0, 10.0) if power >= 10.0 else (1.0, 2.0, 5.0, 10.0)
    return min((m * power for m in steps), key=lambda step: abs(step - raw))


def ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Return round values from `low` to `high`, in their unit, zero among them when it lies between.

    >>> ticks(0.0, 1.0), ticks(0.136, 0.136 + 1e-16)
    ([0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0], [0.136])
    """
    if high - low <= 1e-9 * max(abs(low), abs(high)):  # the same but for rounding
        return [low]
    step = nice_step(high - low, about)
    first, last = floor(low / step + 1e-9), floor(high / step + 1e-9)
    return [index * step for index in range(first if low < 0.0 else max(first, 0), last + 1)]


def tick_texts(marks: Sequence[float]) -> list[str]:
    """Return marks as they are printed, with the decimals that keep them apart.

    >>> tick_texts([0.0, 0.5, 1.0]), tick_texts([0.0, 2000.0])
    (['0.0', '0.5', '1.0'], ['0', '2,000'])
    """
    for decimals in range(4):
        texts = [fr(mark, decimals) for mark in marks]
        if all(abs(mark - round(mark, decimals)) < 1e-9 for mark in marks):
            return texts
    return texts


def legend(
    figure: Figure, top_mm: float, unit: str, entries: Sequence[tuple[str, str, str]], left_mm: float = 0.0
) -> None:
    """Draw one line: the unit, then swatches with their words.

    Args:
        entries: (kind, colour, word), the kind being "area" or "line".
    """
    mm = in_mm(figure)
    figure.text(left_mm, top_mm, unit, size=SMALL, color=MUTED, va="center", transform=mm)
    x = left_mm + max(width_mm(unit, SMALL) + 5.0, 8.4)
    for kind, colour, word in entries:
        if kind == "area":
            figure.add_artist(Rectangle((x, top_mm - 0.9), 3.2, 1.8, color=colour, linewidth=0, transform=mm))
        else:
            figure.add_artist(Line2D((x, x + 3.6), [top_mm] * 2, color=colour, linewidth=1.4, transform=mm))
        figure.text(x + 4.4, top_mm, word, size=SMALL, color=INK, va="center", transform=mm)
        x += 4.4 + width_mm(word, SMALL) + 4.6


def strong(axes: "Axes | Panel", x: float, y: float, text: str, **style: object) -> None:
    """Write a semibold word."""
    axes.text(x, y, text, **{"weight": SEMIBOLD, "size": BODY, **style})  # type: ignore[arg-type]


def level_scale(axes: Axes, low: float, high: float, room: float = 0.0) -> None:
    """Set a level scale for rows of amounts, a line at zero; `room`: left of it besides, in amounts."""
    margin = 0.03 * (high - low)
    axes.set_xlim(low - (margin if low < 0.0 else 0.0) - room, high + margin)
    marks = [mark for mark in ticks(low, high, 5) if low - margin <= mark <= high + margin]
    axes.set_xticks(marks, tick_texts(marks))
    axes.set_yticks([])
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.axvline(0.0, color=INK if low < 0.0 else RULE, linewidth=0.8)
    axes.set_axisbelow(True)


def row_scale(axes: Axes, count: int, low: float, high: float, title: str, room_share: float) -> None:
    """Set the level scale of `count` rows, the first on top; `room_share` of the span on each side."""
    marks, margin = ticks(low, high), room_share * max(high - low, 1.0)
    axes.set_xlim(min(low, marks[0]) - margin, max(high, marks[-1]) + margin)
    axes.set_ylim(count - 0.5, -0.5)
    axes.set_xticks(marks, tick_texts(marks))
    axes.set_yticks([])
    axes.set_xlabel(title, size=SMALL)
    axes.grid(visible=True, axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    if marks[0] <= 0.0 <= marks[-1]:
        axes.axvline(0.0, color=MUTED, linewidth=0.8)
    axes.spines["bottom"].set_color(RULE)


@dataclass(frozen=True)
class Panel:
    """A frame on a figure: left, top, width and height in mm, and the ends of its scales."""

    figure: Figure
    place_mm: tuple[float, float, float, float]
    x: tuple[float, float]
    y: tuple[float, float]

    @cached_property
    def mm(self) -> Transform:
        """From mm, from the top left corner of the figure."""
        return in_mm(self.figure)

    @cached_property
    def _frame(self) -> TransformedBbox:
        left, top, wide, high = self.place_mm
        return TransformedBbox(Bbox.from_bounds(left, top, wide, high), self.mm)

    def at_x(self, x: Values) -> FloatArray:
        """Horizontal positions of values, mm."""
        left, _top, wide, _high = self.place_mm
        return left + (np.asarray(x) - self.x[0]) / (self.x[1] - self.x[0]) * wide

    def at_y(self, y: Values) -> FloatArray:
        """Vertical positions of values, mm from the top."""
        _left, top, _wide, high = self.place_mm
        return top + (self.y[1] - np.asarray(y)) / (self.y[1] - self.y[0]) * high

    def line(self, x: Values, y: Values, **style: Any) -> None:
        """Draw a line of the two scales."""
        self.add(Line2D(self.at_x(x), self.at_y(y), **style))

    def area(self, x: FloatArray, low: FloatArray, high: FloatArray, colour: str) -> None:
        """Fill the area between two curves, except where one is unknown."""
        across, over, under = self.at_x(x), self.at_y(high), self.at_y(low)
        shapes = []
        for start, end in contiguous_regions(np.isfinite(over) & np.isfinite(under)):
            along, top, back = across[start:end], over[start:end], under[start:end]
            shapes.append(np.column_stack([np.append(along, along[::-1]), np.append(top, back[::-1])]))
        self._filled(shapes, colour)

    def bars(self, x: FloatArray, low: FloatArray, high: FloatArray, wide: float, colour: str) -> None:
        """Fill a bar around each of `x`, but where an end is not known."""
        left, right = self.at_x(x - wide / 2.0), self.at_x(x + wide / 2.0)
        across = np.stack([left, right, right, left], axis=1)
        under, over = self.at_y(low), self.at_y(high)
        upright = np.stack([under, under, over, over], axis=1)
        self._filled(list(np.stack([across, upright], axis=2)), colour)

    def _filled(self, shapes: Sequence[FloatArray], colour: str) -> None:
        known = [Path(shape) for shape in shapes if np.isfinite(shape).all()]
        if known:
            path = Path.make_compound_path(*known)
            self.add(PathPatch(path, color=colour, linewidth=0))

    def scale_y(self, marks: Sequence[float], words: Sequence[str]) -> None:
        """Draw a light line at each of `marks`, with its words at the left."""
        left, _top, wide, _high = self.place_mm
        heights = self.at_y(marks)
        ends = np.repeat(heights, 3)
        ends[2::3] = np.nan  # the pen is lifted
        across = np.tile([left, left + wide, np.nan], len(heights))
        self.add(Line2D(across, ends, color=GRID, linewidth=HAIR, zorder=UNDER_ALL))
        style: dict[str, Any] = {"size": SMALL, "color": MUTED, "ha": "right", "va": "center_baseline"}
        for height, word in zip(heights, words, strict=True):
            self.text(left - PAD_MM, height, word, **style)

    def scale_x(self, marks: Sequence[float], words: Sequence[str], title: str = "") -> None:
        """Draw the line at the bottom, with words below it, and what they are."""
        left, top, wide, high = self.place_mm
        bottom = top + high
        base = Line2D((left, left + wide), (bottom, bottom), color=RULE, linewidth=HAIR, transform=self.mm)
        base.set_zorder(OVER_LINES)
        self.figure.add_artist(base)
        style: dict[str, Any] = {"size": SMALL, "color": MUTED, "ha": "center", "va": "top"}
        for place, word in zip(self.at_x(marks), words, strict=True):
            self.text(place, bottom + PAD_MM, word, **style)
        self.text(left + wide / 2.0, bottom + PAD_MM + TITLE_MM, title, **style)

    def text(self, x_mm: float, y_mm: float, text: str, **style: Any) -> None:
        """Write at a place of the figure, in mm."""
        if text:
            self.figure.text(x_mm, y_mm, text, transform=self.mm, **style)

    def note(self, at: tuple[float, float], points: tuple[float, float], text: str, **style: Any) -> None:
        """Write some points across and up from a place of the two scales."""
        x_mm, y_mm = self.at_x(at[:1])[0], self.at_y(at[1:])[0]
        self.text(
            x_mm + points[0] * MM_PER_POINT, y_mm - points[1] * MM_PER_POINT, text, va="center", **style
        )

    def add(self, artist: Artist) -> None:
        """Draw an artist in mm of the figure, clipped to the frame."""
        artist.set_transform(self.mm)
        artist.set_clip_box(self._frame)
        self.figure.add_artist(artist)


def figure_scales_mm(figure: Figure) -> Panel:
    """Return a whole figure, whose scales are mm from its top left corner."""
    width, height = size_mm(figure)
    return Panel(figure, (0.0, 0.0, width, height), (0.0, width), (height, 0.0))
