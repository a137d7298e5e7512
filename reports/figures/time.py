"""When energy is shared: days of each season, months, hours."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from acc.arrays import FloatArray
from acc.time_aggregates import first_largest
from reports.figures.axes import Panel, legend, tick_texts, ticks
from reports.figures.style import BODY, SEMIBOLD, SMALL, blank, box
from reports.format.numbers import fr, percent
from reports.format.palette import INK, OWN_USE, SHARED, SHARED_DARK, SUN, SUPPLIER_LIGHT, SUPPLIER_TEXT

AXIS_MM = 8.4
"""Room for the numbers of a vertical axis."""

HEAT = LinearSegmentedColormap.from_list(
    "shared", ["#F2F5F6", "#D5EAE4", "#9CD1C2", "#4FAE96", SHARED, SHARED_DARK, "#04473A"]
)
HEAT_SUN = LinearSegmentedColormap.from_list("surplus", ["#FFFFFF", "#FCE3B4", "#F7C55F", SUN])
DARK_FROM = {HEAT.name: 0.55}
"""From this ratio a cell is too dark for dark letters."""

FIRST_HOUR, END_HOUR = 5, 22
BAR = 0.72
"""Width of a bar, where 1 is from one to the next."""
MARK = "▾"
"""Above a year in which something changes."""
HOURS, WIDE_MM = (6, 12, 18), 24.0
"""Named under a day; not noon where the panel is narrow."""


@dataclass(frozen=True, slots=True, eq=False)
class CurvePanel:
    """One season: its name, what is said beside it, and powers in kW, shape (steps,).

    Attributes:
        own_kw: made and used on site, part of the need, under what is shared.
    """

    title: str
    covered_ratio: float
    need_kw: FloatArray
    shared_kw: FloatArray
    production_kw: FloatArray | None = None
    own_kw: FloatArray | None = None


def season_names() -> tuple[str, ...]:
    """Return the four seasons, in the order of `acc.time_aggregates.seasons`."""
    return (_("Winter"), _("Spring"), _("Summer"), _("Autumn"))


def days(panels: Sequence[CurvePanel], width_mm: float = 86.0, height_mm: float = 52.0) -> Figure:
    """Return the mean day in each season: the need, what is received, and what is injected where given."""
    figure = blank(width_mm, height_mm)
    entries = [("area", SHARED, _("shared")), ("area", SUPPLIER_LIGHT, _("complement"))]
    if any(panel.own_kw is not None for panel in panels):
        entries.insert(0, ("area", OWN_USE, _("used on site")))
    if any(panel.production_kw is not None for panel in panels):
        entries.append(("line", SUN, _("injection")))
    legend(figure, 2.0, "kW", entries)
    series = [a for p in panels for a in (p.need_kw, p.production_kw) if a is not None and a.size]
    high = 1.04 * max((float(np.nanmax(a)) for a in series if not np.isnan(a).all()), default=0.0)
    each = (width_mm - AXIS_MM - 2.0 * (len(panels) - 1)) / len(panels)
    hours = HOURS if each > WIDE_MM else HOURS[::2]
    for index, panel in enumerate(panels):
        place_mm = (AXIS_MM + index * (each + 2.0), 14.5, each, height_mm - 19.5)
        frame = Panel(figure, place_mm, (0.0, float(len(panel.need_kw))), _from_zero(high))
        _scale(frame, labels=index == 0)
        _curves(frame, panel)
        words = [_("{hour} h").format(hour=hour) for hour in hours]
        frame.scale_x([frame.x[1] * hour / 24.0 for hour in hours], words)
        text = _("{part} served").format(part=percent(panel.covered_ratio))
        for points, line, style in (
            (14.7, panel.title, {"weight": SEMIBOLD, "size": BODY}),
            (5.5, text, {"color": SHARED_DARK, "size": SMALL}),
        ):
            frame.note((frame.x[0], frame.y[1]), (0.0, points), line, **style)
    return figure


def _from_zero(high_kw: float) -> tuple[float, float]:
    """Return the ends of a scale up to `high_kw`; where there is nothing to show, up to one."""
    return 0.0, high_kw if high_kw > 0.0 else 1.0


def _scale(frame: Panel, about: int = 4, *, labels: bool = True) -> None:
    """Give a frame that begins at zero its vertical scale, with round steps."""
    marks = ticks(*frame.y, about)
    frame.scale_y(marks, tick_texts(marks) if labels else [""] * len(marks))


def _curves(frame: Panel, panel: CurvePanel) -> None:
    x = np.arange(len(panel.need_kw) + 1, dtype=np.float64)
    need, shared = _closed(panel.need_kw), _closed(panel.shared_kw)
    nothing = np.zeros_like(shared)
    own = nothing if panel.own_kw is None else _closed(panel.own_kw)
    frame.area(x, nothing, need, SUPPLIER_LIGHT)
    frame.area(x, own, own + shared, SHARED)
    if panel.own_kw is not None:
        frame.area(x, nothing, own, OWN_USE)
    frame.line(x, need, color=SUPPLIER_TEXT, linewidth=0.7)
    if panel.production_kw is not None:
        frame.line(x, _closed(panel.production_kw), color=SUN, linewidth=1.0)


def _closed(values: FloatArray) -> FloatArray:
    return np.append(values, values[:1])


def months(
    labels: Sequence[str],
    shared_mwh: FloatArray,
    complement_mwh: FloatArray,
    production_mwh: FloatArray | None = None,
    unit_label: str = "",
    size_mm: tuple[float, float] = (86.0, 62.0),
) -> Figure:
    """Return the bars of each month (or day): shared under complement, the production as a line."""
    width_mm, height_mm = size_mm
    figure = blank(width_mm, height_mm)
    entries = [("area", SHARED, _("shared")), ("area", SUPPLIER_LIGHT, _("complement"))]
    if production_mwh is not None:
        entries.append(("line", SUN, _("injection")))
    legend(figure, 2.0, unit_label, entries)
    x = np.arange(len(labels), dtype=np.float64)
    total = shared_mwh + complement_mwh
    tops = [total] if production_mwh is None else [total, production_mwh]
    high = 1.06 * max(float(a.max()) for a in tops)
    layers = [(shared_mwh, SHARED), (complement_mwh, SUPPLIER_LIGHT)]
    frame = _stacked_bars(figure, x, layers, (width_mm, height_mm), high)
    if production_mwh is not None:
        marker = "o" if len(labels) <= 12 else ""
        point: dict[str, Any] = {"marker": marker, "markersize": 3.2, "markeredgecolor": "white"}
        frame.line(x, production_mwh, color=SUN, linewidth=1.4, **point)
    _name_bars(frame, x, labels)
    return figure


def stacked_years(
    years: Sequence[int],
    layers_mwh: Sequence[FloatArray],
    changing: Collection[int],
    size_mm: tuple[float, float] = (178.0, 52.0),
) -> Figure:
    """Return a bar a year: used on site, shared and left over, one above the other.

    Args:
        layers_mwh: what plants make in each year, used on site, shared, left over, (H,) each.
        changing: years that bring a change.
    """
    figure = blank(*size_mm)
    colours, words = (OWN_USE, SHARED, SUN), (_("used on site"), _("shared"), _("surplus"))
    legend(figure, 2.0, "MWh", [("area", colour, word) for colour, word in zip(colours, words, strict=True)])
    x, total_mwh = np.array(years, dtype=np.float64), sum(layers_mwh, np.zeros(len(years)))
    high = 1.1 * float(total_mwh.max()) or 1.0
    frame = _stacked_bars(figure, x, list(zip(layers_mwh, colours, strict=True)), size_mm, high)
    for year, top in zip(years, total_mwh.tolist(), strict=True):
        if year in changing:
            frame.note((float(year), top), (0.0, 4.0), MARK, size=SMALL, color=INK, ha="center")
    _name_bars(frame, x, [str(year) for year in years])
    return figure


def _stacked_bars(
    figure: Figure,
    x: FloatArray,
    layers: Sequence[tuple[FloatArray, str]],
    size_mm: tuple[float, float],
    high_mwh: float,
) -> Panel:
    """Draw a bar at each of `x`, its layers of their colours one above the other; return their frame."""
    place_mm = (AXIS_MM, 8.0, size_mm[0] - AXIS_MM, size_mm[1] - 13.0)
    frame = Panel(figure, place_mm, (x[0] - 0.6, x[-1] + 0.6), _from_zero(high_mwh))
    _scale(frame)
    low = np.zeros_like(x)
    for part, colour in layers:
        frame.bars(x, low, low + part, BAR, colour)
        low = low + part
    return frame


def _name_bars(frame: Panel, x: FloatArray, labels: Sequence[str]) -> None:
    """Name the bars, as many of them as there is room for."""
    every = max(1, -(-len(x) // 16))
    frame.scale_x(x[::every].tolist(), list(labels)[::every])


def heat(
    ratio: FloatArray,
    labels: Sequence[str],
    title: str,
    size_mm: tuple[float, float] = (86.0, 62.0),
    colours: LinearSegmentedColormap = HEAT,
    most_ratio: float = 1.0,
) -> Figure:
    """Return the part of the need that is covered, by hour (rows) and month or day of week (columns).

    Args:
        ratio: shape (24, columns), nan where there is no need or no data.
        most_ratio: the ratio that has the deepest colour.
    """
    width_mm, height_mm = size_mm
    figure = blank(width_mm, height_mm)
    legend(figure, 2.0, title, [])
    axes = box(figure, AXIS_MM, 5.5, width_mm - AXIS_MM, height_mm - 10.5)
    shown = ratio[FIRST_HOUR:END_HOUR]
    # edgecolors="face" closes the hairlines between cells; an image would be blurred by PDF viewers.
    axes.pcolormesh(
        np.ma.masked_invalid(shown), cmap=colours, vmin=0.0, vmax=most_ratio, edgecolors="face", linewidth=0.2
    )
    axes.set_ylim(END_HOUR - FIRST_HOUR, 0)
    axes.set_xlim(0, shown.shape[1])
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks(np.arange(shown.shape[1]) + 0.5, list(labels))
    hours = range(FIRST_HOUR + 1, END_HOUR, 3)
    texts = [_("{hour} h").format(hour=hour) for hour in hours]
    axes.set_yticks([hour - FIRST_HOUR + 0.5 for hour in hours], texts)
    # Every second row has its numbers, those of the highest cell among them: a caption may tell it.
    highest = first_largest(shown) // shown.shape[1] if np.isfinite(shown).any() else 1
    for row in range(highest % 2, shown.shape[0], 2):
        for column in range(shown.shape[1]):
            _cell(axes, row, column, float(shown[row, column]), DARK_FROM.get(colours.name, 1.0))
    return figure


def _cell(axes: Axes, row: int, column: int, covered_ratio: float, dark_ratio: float) -> None:
    if np.isnan(covered_ratio) or covered_ratio < 0.05:
        return
    colour = "white" if covered_ratio > dark_ratio else INK
    axes.text(
        column + 0.5, row + 0.52, fr(covered_ratio * 100.0), size=6.8, color=colour, ha="center", va="center"
    )
