"""The figures of batches: what using more of the produced costs, and where a spread comes from."""

from collections.abc import Sequence
from gettext import gettext as _

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.figures.axes import lines_for, tick_texts, ticks, width_mm
from reports.figures.style import BODY, SEMIBOLD, SMALL, blank, box, canvas
from reports.format.numbers import fr
from reports.format.palette import GRID, INK, MUTED, RULE, SHARED, SHARED_DARK

WIDTH_MM, HEIGHT_MM = 120.0, 66.0
NAME_MM, ROW_MM = 46.0, 6.2
TITLE_LINE_MM, MOST_TITLE_LINES = 3.4, 3


def frontier(points: Sequence[tuple[float, float, float]], chosen: int = 0) -> Figure:
    """Return the frontier of value against the part of the produced that is used or shared.

    Args:
        points: (that part, value in EUR, kWp), by growing ratio.
        chosen: which of them is proposed.
    """
    figure = blank(WIDTH_MM, HEIGHT_MM)
    axes = box(figure, 16.0, 6.0, WIDTH_MM - 22.0, HEIGHT_MM - 18.0)
    ratios, values = [100.0 * point[0] for point in points], [point[1] / 1000.0 for point in points]
    axes.plot(
        ratios, values, color=SHARED, linewidth=1.6, marker="o", markersize=3.6, markerfacecolor="white"
    )
    axes.plot([ratios[chosen]], [values[chosen]], marker="o", markersize=6.0, color=SHARED_DARK)
    _scales(axes, ratios, values)
    last = len(points) - 1
    for index in sorted({chosen, last}):
        text = _("{kwp} kWp").format(kwp=fr(points[index][2]))
        _label(axes, (ratios[index], values[index]), text, at_end=index == last and index != chosen)
    canvas(figure).text(0.0, 3.0, _("Present value (VAN), kEUR"), size=SMALL, color=MUTED, va="center")
    return figure


def battery_curve(points: Sequence[tuple[float, float]], chosen: int) -> Figure:
    """Return what each size of battery adds to the present value, the powers at their best.

    Args:
        points: (energy in kWh, value in EUR less that without any battery), by growing energy.
        chosen: which of them is proposed.
    """
    figure = blank(WIDTH_MM, HEIGHT_MM)
    axes = box(figure, 16.0, 6.0, WIDTH_MM - 22.0, HEIGHT_MM - 18.0)
    sizes, gains = [point[0] for point in points], [point[1] / 1000.0 for point in points]
    axes.axhline(0.0, color=RULE, linewidth=0.9)
    axes.plot(sizes, gains, color=SHARED, linewidth=1.6, marker="o", markersize=3.6, markerfacecolor="white")
    axes.plot([sizes[chosen]], [gains[chosen]], marker="o", markersize=6.0, color=SHARED_DARK)
    _battery_scales(axes, sizes, gains)
    text = _("{kwh} kWh").format(kwh=fr(sizes[chosen])) if sizes[chosen] > 0.0 else _("no battery")
    _label(axes, (sizes[chosen], gains[chosen]), text, at_end=False)
    words = _("Present value (VAN) that a battery adds, kEUR")
    canvas(figure).text(0.0, 3.0, words, size=SMALL, color=MUTED, va="center")
    return figure


def _battery_scales(axes: Axes, sizes: Sequence[float], gains: Sequence[float]) -> None:
    low, high = min(0.0, *gains), max(0.0, *gains)
    span = high - low or 1.0
    axes.set_ylim(low - 0.08 * span, high + 0.2 * span)
    marks = [mark for mark in ticks(low, high or 0.1 * span, 4) if low <= mark]
    axes.set_yticks(marks, tick_texts(marks))
    margin = 0.07 * max(sizes)
    axes.set_xlim(min(sizes) - margin, max(sizes) + margin)
    inside = ticks(min(sizes), max(sizes), 5)
    axes.set_xticks(inside, tick_texts(inside))
    _level_lines(axes, _("Battery, kWh"))


def _scales(axes: Axes, ratios: Sequence[float], values: Sequence[float]) -> None:
    low, high = min(0.0, *values), max(0.0, *values)
    marks = [mark for mark in ticks(low, high * 1.1 or 1.0, 4) if low <= mark]
    axes.set_ylim(low * 1.1, high * 1.15 or 1.0)
    axes.set_yticks(marks, tick_texts(marks))
    margin = 0.06 * (max(ratios) - min(ratios)) or 1.0
    axes.set_xlim(min(ratios) - margin, max(ratios) + 2.0 * margin)
    # A ratio a hair below 100 % reaches it.
    inside = [
        mark for mark in ticks(min(ratios), max(ratios) + 1e-6, 5) if min(ratios) - margin <= mark <= 100.0
    ]
    axes.set_xticks(inside, [f"{text} %" for text in tick_texts(inside)])
    _level_lines(axes, _("% of the produced used on site or shared"))


def _level_lines(axes: Axes, words: str) -> None:
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines["bottom"].set_color(RULE)
    axes.set_xlabel(words, size=SMALL, color=MUTED, labelpad=2.5)


def _label(axes: Axes, place: tuple[float, float], text: str, *, at_end: bool) -> None:
    # The curve comes down to its end from the left: its label stands on the other side.
    axes.annotate(
        text,
        place,
        xytext=(5.0, 2.0) if at_end else (0.0, 7.0),
        textcoords="offset points",
        ha="left" if at_end else "center",
        size=SMALL,
        color=MUTED if at_end else INK,
        weight="normal" if at_end else SEMIBOLD,
    )


def bands(rows: Sequence[tuple[str, float, float, float]], title: str, *, compares: bool = False) -> Figure:
    """Return a bar from low to high a row, with its middle marked and written, zero always in sight.

    Args:
        rows: (name, low, middle, high), in the unit of the title, in the order drawn.
        compares: the operation is not lawful: its figures only compare, and none is tinted as a gain.
    """
    title_lines = lines_for(title, SMALL, WIDTH_MM, MOST_TITLE_LINES)
    top_mm, body_mm = 6.0 + TITLE_LINE_MM * (len(title_lines) - 1), 2.0 + ROW_MM * len(rows)
    figure = blank(WIDTH_MM, top_mm + body_mm + 8.0)
    axes = box(figure, NAME_MM, top_mm, WIDTH_MM - NAME_MM - 14.0, body_mm)
    words = canvas(figure)
    for place, line in enumerate(title_lines):
        words.text(0.0, 3.0 + TITLE_LINE_MM * place, line, size=SMALL, color=MUTED, va="center")
    fill, mark = (MUTED, INK) if compares else (SHARED, SHARED_DARK)
    ends = [0.0, *(value for _name, low, _middle, high in rows for value in (low, high))]
    decimals = 0 if max(map(abs, ends)) >= 20.0 else 1
    for index, (name, low, middle, high) in enumerate(rows):
        axes.barh(index, high - low, left=low, height=0.5, color=fill, alpha=0.45)
        axes.plot([middle, middle], [index - 0.25, index + 0.25], color=mark, linewidth=1.8)
        y = top_mm + body_mm * (index + 0.5) / len(rows)
        size = BODY if width_mm(name, BODY) <= NAME_MM - 3.0 else SMALL
        shown = "\n".join(lines_for(name, size, NAME_MM - 3.0))
        words.text(NAME_MM - 2.0, y, shown, size=size, ha="right", va="center", linespacing=0.95)
        axes.annotate(
            fr(middle, decimals),
            (max(high, 0.0), index),
            (3.0, 0.0),
            textcoords="offset points",
            size=SMALL,
            va="center",
        )
    axes.axvline(0.0, color=RULE, linewidth=0.9)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    span = max(ends) - min(ends) or 1.0
    axes.set_xlim(min(ends) - 0.02 * span, max(ends))
    marks = [mark for mark in ticks(min(ends), max(ends), 4) if mark >= min(ends)]
    axes.set_xticks(marks, tick_texts(marks))
    axes.set_yticks([])
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
    return figure
