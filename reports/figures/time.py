"""When energy is shared: weeks and days of each season, months, hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext as _
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from acc.arrays import FloatArray
from reports.figures.axes import legend, value_axis
from reports.figures.style import BODY, SEMIBOLD, SMALL, STRONG, blank, box
from reports.format.numbers import day_letters, fr, percent
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
HOURS, WIDE_MM = (6, 12, 18), 24.0
"""Named under a day; not noon where the panel is narrow."""


@dataclass(frozen=True, slots=True, eq=False)
class CurvePanel:
    """One season: its name, what is said beside it, and powers in kW, shape (steps,).

    Attributes:
        own_kw: made and used on site, part of the need, under what is shared.
    """

    title: str
    ratio: float
    need_kw: FloatArray
    shared_kw: FloatArray
    production_kw: FloatArray | None = None
    own_kw: FloatArray | None = None


def season_names() -> tuple[str, ...]:
    """Return the four seasons, in the order of `acc.time_aggregates.seasons`."""
    return (_("Winter"), _("Spring"), _("Summer"), _("Autumn"))


def weeks(panels: Sequence[CurvePanel], width_mm: float = 178.0, height_mm: float = 66.0) -> Figure:
    """Return the mean week of each season, one panel each, same scale."""
    figure = blank(width_mm, height_mm)
    entries = [
        ("area", SHARED, _("shared electricity")),
        ("area", SUPPLIER_LIGHT, _("suppliers’ complement")),
        ("line", SUN, _("injection")),
    ]
    legend(figure, 2.0, "kW", entries)
    high = _highest(panels)
    each = (width_mm - AXIS_MM - 2.2 * (len(panels) - 1)) / len(panels)
    for index, panel in enumerate(panels):
        axes = box(figure, AXIS_MM + index * (each + 2.2), 12.5, each, height_mm - 17.5)
        value_axis(axes, high, labels=index == 0)
        _curves(axes, panel)
        _week_days(axes, len(panel.need_kw))
        _titles(axes, panel)
    return figure


def days(panels: Sequence[CurvePanel], width_mm: float = 86.0, height_mm: float = 52.0) -> Figure:
    """Return the mean day in each season: the need, what is received, and what is injected where given."""
    figure = blank(width_mm, height_mm)
    entries = [("area", SHARED, _("shared")), ("area", SUPPLIER_LIGHT, _("complement"))]
    if any(panel.own_kw is not None for panel in panels):
        entries.insert(0, ("area", OWN_USE, _("used on site")))
    if any(panel.production_kw is not None for panel in panels):
        entries.append(("line", SUN, _("injection")))
    legend(figure, 2.0, "kW", entries)
    high = _highest(panels)
    each = (width_mm - AXIS_MM - 2.0 * (len(panels) - 1)) / len(panels)
    for index, panel in enumerate(panels):
        axes = box(figure, AXIS_MM + index * (each + 2.0), 14.5, each, height_mm - 19.5)
        value_axis(axes, high, labels=index == 0)
        _curves(axes, panel)
        count = len(panel.need_kw)
        hours = HOURS if each > WIDE_MM else HOURS[::2]
        axes.set_xticks(
            [count * hour / 24.0 for hour in hours], [_("{hour} h").format(hour=hour) for hour in hours]
        )
        text = _("{part} served").format(part=percent(panel.ratio))
        _above(axes, 14.7, panel.title, weight=SEMIBOLD, size=BODY)
        _above(axes, 5.5, text, color=SHARED_DARK, size=SMALL)
    return figure


def _above(axes: Axes, points: float, text: str, **style: Any) -> None:
    """Write at the left above a panel, at a distance that its height does not change."""
    corner: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "center"}
    axes.annotate(text, (0.0, 1.0), (0.0, points), **corner, **style)


def _highest(panels: Sequence[CurvePanel]) -> float:
    series = [a for p in panels for a in (p.need_kw, p.production_kw) if a is not None and a.size]
    return 1.04 * max((float(np.nanmax(a)) for a in series if not np.isnan(a).all()), default=0.0)


def _curves(axes: Axes, panel: CurvePanel) -> None:
    x = np.arange(len(panel.need_kw) + 1)
    need, shared = _closed(panel.need_kw), _closed(panel.shared_kw)
    own = np.zeros_like(shared) if panel.own_kw is None else _closed(panel.own_kw)
    axes.fill_between(x, need, color=SUPPLIER_LIGHT, linewidth=0)
    axes.fill_between(x, own, own + shared, color=SHARED, linewidth=0)
    if panel.own_kw is not None:
        axes.fill_between(x, own, color=OWN_USE, linewidth=0)
    axes.plot(x, need, color=SUPPLIER_TEXT, linewidth=0.7)
    if panel.production_kw is not None:
        axes.plot(x, _closed(panel.production_kw), color=SUN, linewidth=1.0)
    axes.set_xlim(0, len(panel.need_kw))


def _closed(values: FloatArray) -> FloatArray:
    return np.append(values, values[:1])


def _week_days(axes: Axes, count: int) -> None:
    per_day = count / 7.0
    axes.set_xticks([per_day * (day + 0.5) for day in range(7)], list(day_letters()))
    for day in range(1, 7):
        axes.axvline(per_day * day, color="white", linewidth=0.5)


def _titles(axes: Axes, panel: CurvePanel) -> None:
    text = _("{part} served").format(part=percent(panel.ratio))
    axes.text(0.0, 1.05, panel.title, transform=axes.transAxes, weight=SEMIBOLD, size=STRONG, va="center")
    axes.text(
        1.0, 1.05, text, transform=axes.transAxes, color=SHARED_DARK, size=BODY, ha="right", va="center"
    )


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
    axes = box(figure, AXIS_MM, 8.0, width_mm - AXIS_MM, height_mm - 13.0)
    x = np.arange(len(labels))
    total = shared_mwh + complement_mwh
    tops = [total] if production_mwh is None else [total, production_mwh]
    value_axis(axes, 1.06 * max(float(a.max()) for a in tops))
    axes.bar(x, shared_mwh, width=0.72, color=SHARED, linewidth=0)
    axes.bar(x, complement_mwh, bottom=shared_mwh, width=0.72, color=SUPPLIER_LIGHT, linewidth=0)
    if production_mwh is not None:
        marker = "o" if len(labels) <= 12 else ""
        axes.plot(
            x,
            production_mwh,
            color=SUN,
            linewidth=1.4,
            marker=marker,
            markersize=3.2,
            markeredgecolor="white",
        )
    axes.set_xlim(-0.6, len(labels) - 0.4)
    every = max(1, -(-len(labels) // 16))
    axes.set_xticks(x[::every], list(labels)[::every])
    return figure


def heat(
    ratio: FloatArray,
    labels: Sequence[str],
    title: str,
    size_mm: tuple[float, float] = (86.0, 62.0),
    colours: LinearSegmentedColormap = HEAT,
    most: float = 1.0,
) -> Figure:
    """Return the part of the need that is covered, by hour (rows) and month or day of week (columns).

    Args:
        ratio: shape (24, columns), nan where there is no need or no data.
        most: the ratio that has the deepest colour.
    """
    width_mm, height_mm = size_mm
    figure = blank(width_mm, height_mm)
    legend(figure, 2.0, title, [])
    axes = box(figure, AXIS_MM, 5.5, width_mm - AXIS_MM, height_mm - 10.5)
    shown = ratio[FIRST_HOUR:END_HOUR]
    # edgecolors="face" closes the hairlines between cells; an image would be blurred by PDF viewers.
    axes.pcolormesh(
        np.ma.masked_invalid(shown), cmap=colours, vmin=0.0, vmax=most, edgecolors="face", linewidth=0.2
    )
    axes.set_ylim(END_HOUR - FIRST_HOUR, 0)
    axes.set_xlim(0, shown.shape[1])
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks(np.arange(shown.shape[1]) + 0.5, list(labels))
    hours = range(FIRST_HOUR + 1, END_HOUR, 3)
    axes.set_yticks(
        [hour - FIRST_HOUR + 0.5 for hour in hours], [_("{hour} h").format(hour=hour) for hour in hours]
    )
    # Every second row has its numbers, those of the highest cell among them: a caption may tell it.
    highest = int(np.nanargmax(shown)) // shown.shape[1] if np.isfinite(shown).any() else 1
    for row in range(highest % 2, shown.shape[0], 2):
        for column in range(shown.shape[1]):
            _cell(axes, row, column, float(shown[row, column]), DARK_FROM.get(colours.name, 1.0))
    return figure


def _cell(axes: Axes, row: int, column: int, ratio: float, dark_from: float) -> None:
    if np.isnan(ratio) or ratio < 0.05:
        return
    colour = "white" if ratio > dark_from else INK
    axes.text(column + 0.5, row + 0.52, fr(ratio * 100.0), size=6.8, color=colour, ha="center", va="center")
