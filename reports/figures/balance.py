"""Where the energy goes, as stacked bars on one scale: what is produced, what is needed, who receives."""

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from reports.figures.axes import strong, width_mm
from reports.figures.style import BODY, SMALL, STRONG, blank, canvas
from reports.format.numbers import EnergyScale
from reports.format.palette import INK, MUTED, RULE, SHARED_LIGHT

WIDTH_MM, NAME_MM = 178.0, 34.0
LABEL_MM, NEAR_MM = 7.4, 1.4
"""Two lines of a label, and their distance from the bar."""
BAR_MM, BETWEEN_MM = 8.0, 6.0
"""Height of a bar and what stands between two."""
GAP_MM = 3.5
LEAST_MM = 0.15
"""A part that would be thinner is not drawn: its label says it."""


class EnergyPart(NamedTuple):
    """One part of a bar, the colour of its area and that of its words."""

    name: str
    energy_kwh: float
    colour: str
    ink: str = INK


class EnergyBar(NamedTuple):
    """One bar: what it counts, its parts from the left, and those that the bar below shares with it."""

    title: str
    parts: tuple[EnergyPart, ...]

    @property
    def kwh(self) -> float:
        """The whole bar."""
        return sum(part.energy_kwh for part in self.parts)


def balance(bars: Sequence[EnergyBar], receivers: EnergyBar | None, written: EnergyScale) -> Figure:
    """Return the bars on one scale, then who receives what they have in common, on a scale of its own.

    Args:
        bars: production and need; the parts that both have come first, so that they stand one over the other.
        written: how quantities are printed.
    """
    shown = [*bars, *([receivers] if receivers else [])]
    each = BAR_MM + LABEL_MM + NEAR_MM
    figure = blank(WIDTH_MM, len(shown) * each + (len(shown) - 1) * BETWEEN_MM)
    axes = canvas(figure)
    room = WIDTH_MM - NAME_MM
    scale = room / max(*(bar.kwh for bar in bars), 1e-9)
    # The labels of the first stand above it, those of the others below.
    tops = [LABEL_MM + NEAR_MM, *(index * (each + BETWEEN_MM) for index in range(1, len(shown)))]
    _in_common(axes, bars, scale, tops)
    for index, (bar, top) in enumerate(zip(shown, tops, strict=True)):
        own = room / max(bar.kwh, 1e-9) if bar is receivers else scale
        _bar(axes, bar, (top, top + BAR_MM), own, written, above=index == 0)
    return figure


def _in_common(axes: Axes, bars: Sequence[EnergyBar], scale: float, tops: Sequence[float]) -> None:
    """Join what two bars have in common by a pale band."""
    for above, below, top, end in zip(bars, bars[1:], tops, tops[1:], strict=False):
        pairs = zip(above.parts, below.parts, strict=False)
        x = NAME_MM + scale * sum(pair.energy_kwh for pair, other in pairs if pair.colour == other.colour)
        corners = [(NAME_MM, top + BAR_MM), (x, top + BAR_MM), (x, end), (NAME_MM, end)]
        axes.add_patch(Polygon(corners, facecolor=SHARED_LIGHT, linewidth=0))


def _bar(
    axes: Axes, bar: EnergyBar, span: tuple[float, float], scale: float, written: EnergyScale, *, above: bool
) -> None:
    top, foot = span
    middle = (top + foot) / 2.0
    strong(axes, 0.0, middle - 1.8, bar.title, size=STRONG, va="center")
    axes.text(0.0, middle + 2.0, written.text(bar.kwh), size=BODY, color=MUTED, va="center")
    axes.plot([NAME_MM, NAME_MM], [top - 0.8, foot + 0.8], color=RULE, linewidth=0.8)
    x, centres = NAME_MM, []
    for part in bar.parts:
        width = part.energy_kwh * scale
        if width > LEAST_MM:
            area = Rectangle((x, top), width, foot - top, facecolor=part.colour, linewidth=0.6)
            area.set_edgecolor("white")
            axes.add_patch(area)
        centres.append(x + width / 2.0)
        x += width
    _labels(axes, bar, centres, span, written, above=above)


def _labels(
    axes: Axes,
    bar: EnergyBar,
    centres: Sequence[float],
    span: tuple[float, float],
    written: EnergyScale,
    *,
    above: bool,
) -> None:
    texts = [written.text(part.energy_kwh) for part in bar.parts]
    names = [width_mm(part.name, BODY, bold=True) for part in bar.parts]
    widths = [max(name, width_mm(text, SMALL)) for name, text in zip(names, texts, strict=True)]
    foot = span[0] if above else span[1]
    edge = foot - NEAR_MM if above else foot + NEAR_MM
    first = edge - LABEL_MM + 1.6 if above else edge + 2.0
    for part, text, centre, width, left in zip(
        bar.parts, texts, centres, widths, packed(centres, widths), strict=True
    ):
        strong(axes, left, first, part.name, color=part.ink, va="center")
        axes.text(left, first + 3.5, text, size=SMALL, color=INK, va="center")
        axes.plot([centre, min(max(centre, left), left + width)], [foot, edge], color=part.ink, linewidth=0.7)


def packed(centres: Sequence[float], widths: Sequence[float], high: float = WIDTH_MM) -> list[float]:
    """Left position of each label, as close to its centre as possible, none beyond `high`, mm.

    >>> packed([40.0, 42.0, 170.0], [20.0, 20.0, 20.0])
    [34.0, 57.5, 158.0]
    """
    lefts: list[float] = []
    for centre, width in zip(centres, widths, strict=True):
        least = lefts[-1] + widths[len(lefts) - 1] + GAP_MM if lefts else NAME_MM
        lefts.append(max(centre - width / 2.0, least))
    for index in range(len(lefts) - 1, -1, -1):
        end = high if index == len(lefts) - 1 else lefts[index + 1] - GAP_MM
        lefts[index] = min(lefts[index], end - widths[index])
    return lefts
