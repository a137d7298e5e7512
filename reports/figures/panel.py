"""A frame with two scales, drawn on the figure itself: axes and ticks cost more than what they show."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from matplotlib.artist import Artist
from matplotlib.cbook import contiguous_regions
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Bbox, Transform, TransformedBbox

from acc.arrays import FloatArray
from reports.figures.style import MM_PER_POINT, SMALL, in_mm, size_mm
from reports.format.palette import GRID, MUTED, RULE

Values: TypeAlias = FloatArray | Sequence[float]
PAD_MM = 3.0 * MM_PER_POINT
"""Between a frame and the words of its scales."""
TITLE_MM = (SMALL + 2.5) * MM_PER_POINT
"""From the words of a scale to its title."""
UNDER_ALL, OVER_LINES = 0.5, 2.5
HAIR = 0.6
"""Width in points of the grid and of the line at the bottom."""


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
