"""The local prices that suit each member, drawn from a view."""

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext as _
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from acc.arrays import FloatArray
from acc.units import eur_per_mwh
from reports.figures.axes import Panel, figure_scales_mm, legend, lines_for, strong, ticks, width_mm
from reports.figures.style import BODY, SEMIBOLD, SMALL, blank, box, canvas
from reports.format.numbers import fr, span, unit
from reports.format.palette import (
    GRID,
    INK,
    MUTED,
    SHARED,
    SHARED_DARK,
    SUN,
    SUN_TEXT,
    SUPPLIER_LIGHT,
    SUPPLIER_TEXT,
    WORSE,
)
from reports.format.proposals import band_ends, band_text
from reports.view.selection import BillParts, Bound, corridor_bounds, corridor_shown
from reports.view.view import View

BAND = "#CFE8DF"
"""Pale, yet seen: eight chances out of ten, prices that suit everyone."""

DASHED, DOTTED = (0, (2, 1.5)), (0, (1, 1.5))


@dataclass(frozen=True, slots=True, eq=False)
class Cash:
    """Producers' cumulated cash, shape (H + 1,), in k€; the band where it was drawn.

    Attributes:
        payback_years: when it is back to zero for good; None when it is not.
        payback_band_years: from when to when, 8 chances out of 10.
        words: what is cumulated, where it is not the producers' cash alone.
        discounted_keur: the same cash in money of today, which ends at the present value.
    """

    cumulated_keur: FloatArray
    payback_years: float | None
    low_keur: FloatArray | None = None
    high_keur: FloatArray | None = None
    payback_band_years: tuple[float, float] | None = None
    words: str = ""
    discounted_keur: FloatArray | None = None


def cash(given: Cash, size_mm: tuple[float, float] = (86.0, 62.0)) -> Figure:
    """Return the cumulated cash over the years, with the year it comes back to zero."""
    width_mm_, height_mm = size_mm
    figure = blank(width_mm_, height_mm)
    entries = [("line", SHARED_DARK, _("money of each year"))]
    if given.discounted_keur is not None:
        entries.append(("line", SUPPLIER_TEXT, _("of today")))
    legend(figure, 2.0, given.words or _("cumulated cash, k€"), entries)
    worth = given.cumulated_keur if given.discounted_keur is None else given.discounted_keur
    end = unit(float(worth[-1]), "k€")
    right = max(width_mm(end, BODY, bold=True), width_mm(_("NPV"), SMALL)) + 2.5
    years = np.arange(len(given.cumulated_keur), dtype=np.float64)
    place_mm = (11.0, 6.0, width_mm_ - 11.0 - right, height_mm - 15.5)
    frame = _cash_frame(figure, place_mm, given, len(years) - 1)
    if given.low_keur is not None and given.high_keur is not None:
        frame.area(years, given.low_keur, given.high_keur, BAND)
    frame.line(frame.x, (0.0, 0.0), color=INK, linewidth=0.8)
    frame.line(years, given.cumulated_keur, color=SHARED_DARK, linewidth=1.8)
    _worth_at_end(frame, given, worth, end)
    _payback(frame, given)
    return figure


def _worth_at_end(frame: Panel, given: Cash, worth: FloatArray, end: str) -> None:
    """Write at the end of its line what the plan is worth in money of today."""
    last = (len(worth) - 1, float(worth[-1]))
    if given.discounted_keur is not None:
        years = np.arange(len(worth), dtype=np.float64)
        frame.line(years, worth, color=SUPPLIER_TEXT, linewidth=1.2, linestyle=DASHED)
        frame.note(last, (3, 8), _("NPV"), size=SMALL, color=MUTED)
    colour = SHARED_DARK if worth[-1] >= 0.0 else WORSE
    frame.note(last, (3, 0), end, size=BODY, weight=SEMIBOLD, color=colour)


def _cash_frame(figure: Figure, place_mm: tuple[float, float, float, float], given: Cash, last: int) -> Panel:
    drawn = (given.cumulated_keur, given.low_keur, given.high_keur, given.discounted_keur)
    series = [a for a in drawn if a is not None]
    low, high = min(0.0, *(float(a.min()) for a in series)), max(0.0, *(float(a.max()) for a in series))
    margin = 0.06 * (high - low) or 1.0
    marks = ticks(low, high, 5)
    frame = Panel(figure, place_mm, (0.0, float(last)), (min(low - margin, *marks), high + 2.0 * margin))
    frame.scale_y(marks, [fr(mark) for mark in marks])
    steps = range(0, last + 1, 5)
    frame.scale_x(steps, [fr(step) for step in steps], _("years after the start"))
    return frame


def _payback(frame: Panel, given: Cash) -> None:
    if given.payback_years is None:
        return
    zero = (given.payback_years, 0.0)
    frame.line(zero[:1], zero[1:], marker="o", color="white", markeredgecolor=SHARED_DARK, markersize=5.5)
    text = _("repaid: {years} years").format(years=fr(given.payback_years))
    late = given.payback_years > 0.5 * frame.x[1]
    place = (-8, 16) if late else (8, -16)
    style: dict[str, Any] = {"ha": "right" if late else "left", "size": BODY, "color": SHARED_DARK}
    frame.note(zero, place, text, weight=SEMIBOLD, **style)
    if given.payback_band_years is not None:
        frame.note(zero, (place[0], place[1] - 9), span(*given.payback_band_years, 0), **style)


class CorridorEnds(NamedTuple):
    """Prices that suit everyone: ends in €/MWh (None when there is no such end), and the local price.

    Attributes:
        text: what names the band.
    """

    low_eur_per_mwh: float | None
    high_eur_per_mwh: float | None
    local_eur_per_mwh: float | None
    text: str = ""


def corridor(
    bounds: Sequence[Bound], ends: CorridorEnds, size_mm: tuple[float, float] = (86.0, 62.0)
) -> Figure:
    """Draw the gainers by local price: a line over the prices that suit each one."""
    width, height = size_mm
    figure = blank(width, height)
    legend(figure, 2.0, _("local prices that suit each one, €/MWh"), [])
    names_mm = 34.0
    axes = box(figure, names_mm + 1.5, 6.0, width - names_mm - 3.5, height - 13.0)
    low, high = _price_range(bounds, ends)
    axes.set_xlim(low, high)
    axes.set_ylim(len(bounds) + 0.2, -0.9)
    marks = [mark for mark in ticks(low, high, 4) if low <= mark <= high]
    axes.set_xticks(marks, [fr(mark) for mark in marks])
    axes.set_yticks([])
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    high_end = ends.high_eur_per_mwh
    band = None
    if high_end is not None and high_end > (ends.low_eur_per_mwh or 0.0):
        band = (ends.low_eur_per_mwh or low, high_end)
        axes.axvspan(*band, color=BAND, linewidth=0)
    words = canvas(figure)
    for index, bound in enumerate(bounds):
        _bound(axes, index, bound, (low, high))
        y = 6.0 + (height - 13.0) * (index + 0.9) / (len(bounds) + 1.1)
        name = "\n".join(lines_for(bound.name, SMALL, names_mm, 2))
        words.text(names_mm, y, name, size=SMALL, ha="right", va="center", linespacing=0.95)
    if band is not None:
        _band_words(axes, band, ends, width - names_mm - 3.5)
    if (price := ends.local_eur_per_mwh) is not None:
        axes.axvline(price, color=INK, linewidth=1.2)
        place = (price + 0.01 * (high - low), -0.58)
        axes.text(*place, fr(price), size=SMALL, weight=SEMIBOLD, va="center")
    return figure


def _band_words(
    axes: Axes, band_eur_per_mwh: tuple[float, float], ends: CorridorEnds, wide_mm: float
) -> None:
    """Name the band of prices that suit everyone below its middle, beside the line of the price."""
    text, price = ends.text, ends.local_eur_per_mwh
    (start, end), rows = axes.get_xlim(), axes.get_ylim()[0]
    half, middle = (width_mm(text, SMALL) / 2.0 + 1.0) * (end - start) / wide_mm, sum(band_eur_per_mwh) / 2.0
    if price is not None and abs(middle - price) < half:
        fits_right, fits_left = price + 2.0 * half <= end, price - 2.0 * half >= start
        middle = price + half if fits_right and (middle >= price or not fits_left) else price - half
    middle = min(max(middle, start + half), end - half)  # a band at one end of the scale is named inside it
    axes.text(middle, rows - 0.28, text, size=SMALL, color=SHARED_DARK, ha="center", va="center")


def _price_range(bounds: Sequence[Bound], ends: CorridorEnds) -> tuple[float, float]:
    values = [bound.eur_per_mwh for bound in bounds] + [v for v in (ends.local_eur_per_mwh,) if v is not None]
    low, high = min(values), max(values)
    margin = max(0.12 * (high - low), 5.0)
    return max(0.0, low - margin), high + margin


def _bound(axes: Axes, y: int, bound: Bound, limits_eur_per_mwh: tuple[float, float]) -> None:
    colour, marker = (SUN, ">") if bound.is_producer else (SHARED, "<")
    far = limits_eur_per_mwh[1] if bound.is_producer else limits_eur_per_mwh[0]
    axes.plot([bound.eur_per_mwh, far], [y, y], color=colour, linewidth=2.6, solid_capstyle="butt")
    edge = SUN_TEXT if bound.is_producer else SHARED_DARK
    axes.plot([bound.eur_per_mwh], [y], marker=marker, color=edge, markersize=4.6)


BILL_COLOURS = (SUPPLIER_LIGHT, "#CBD6DF", SHARED)


def bill(
    before: BillParts, after: BillParts, note: str = "", size_mm: tuple[float, float] = (178.0, 34.0)
) -> Figure:
    """Return one participant's bill without and with the sharing, same scale, the gap dashed."""
    width, height = size_mm
    figure = blank(width, height)
    frame = figure_scales_mm(figure)
    left, room = 30.0, width - 30.0 - 34.0
    k = room / max(before.total_eur, after.total_eur, 1e-9)
    for top, word, parts in ((3.0, _("Without sharing"), before), (16.0, _("With the sharing"), after)):
        frame.text(0.0, top + 4.0, word, size=BODY, va="center")
        _bar_of(frame, (left, top), parts, k, left + before.total_eur * k)
    gap_eur = before.total_eur - after.total_eur
    _gap(frame, left + before.total_eur * k, left + after.total_eur * k, gap_eur)
    if abs(gap_eur) < SMALL_GAP * before.total_eur:
        _magnified(frame, left, abs(gap_eur) * k, gains=gap_eur >= 0.0)
    frame.text(left, NOTE_MM, note, size=SMALL, color=MUTED, va="center")
    return figure


NOTE_MM = 31.6
SMALL_GAP, TIMES = 0.02, 10
"""Part of the bill under which the gap is drawn again, so many times as wide."""


def _magnified(frame: Panel, left: float, gap_mm: float, *, gains: bool) -> None:
    colour = SHARED_DARK if gains else WORSE
    frame.add(Rectangle((left, 25.8), gap_mm * TIMES, 2.6, facecolor=colour, linewidth=0))
    text = _("the gap, {times} times as wide").format(times=fr(TIMES))
    frame.text(left + gap_mm * TIMES + 1.6, 27.1, text, size=SMALL, color=MUTED, va="center")


def _bar_of(frame: Panel, corner: tuple[float, float], parts: BillParts, k: float, today_x: float) -> None:
    """Draw a bill as a bar; words that its last part has no room for stand over it, clear of today's end."""
    x, y = corner
    local = _("shared and used on site: {amount}") if parts.behind_eur > 0.0 else _("shared kWh: {amount}")
    texts = (_("supplier: {amount}"), _("network and taxes: {amount}"), local)
    amounts = (parts.supplier_eur, parts.network_eur, parts.local_eur)
    for text, amount, colour in zip(texts, amounts, BILL_COLOURS, strict=True):
        width = max(amount, 0.0) * k
        frame.add(Rectangle((x, y), width, 8.0, facecolor=colour, linewidth=0))
        words = text.format(amount=unit(amount, "€"))
        middle: dict[str, Any] = {"size": SMALL, "ha": "center", "va": "center"}
        if width_mm(words, SMALL, bold=True) + 2.0 <= width:
            ink = "white" if colour == SHARED else INK
            strong(frame, x + width / 2.0, y + 4.0, words, color=ink, **middle)
        elif colour == SHARED and amount > 0.0:
            half, place = width_mm(words, SMALL, bold=True) / 2.0 + 1.0, x + width / 2.0
            if abs(place - today_x) < half:
                place = today_x - half
            strong(frame, place, y - 2.0, words, color=SHARED_DARK, **middle)
        elif width_mm(unit(amount, "€"), SMALL, bold=True) + 1.0 <= width:
            strong(frame, x + width / 2.0, y + 4.0, unit(amount, "€"), color=INK, **middle)
        x += width


def _gap(frame: Panel, before_x: float, after_x: float, saving_eur: float) -> None:
    gains = saving_eur >= 0.0
    colour = SHARED_DARK if gains else WORSE
    first, last = sorted((before_x, after_x))
    edge: dict[str, Any] = {"facecolor": "none", "edgecolor": colour, "linewidth": 1.1, "linestyle": DASHED}
    frame.add(Rectangle((first, 16.0 if gains else 3.0), last - first, 8.0, **edge))
    frame.add(Line2D([before_x] * 2, [3.0, 24.0], color=MUTED, linewidth=0.6, linestyle=DOTTED))
    text = (_("{amount} less") if gains else _("{amount} more")).format(amount=unit(abs(saving_eur), "€"))
    strong(frame, last + 1.6, 20.0, text, size=BODY, color=colour, va="center")


def corridor_figure(view: View, size_mm: tuple[float, float] = (86.0, 62.0)) -> Figure:
    """Return the local prices that suit each one; asked for where `has_corridor`."""
    given, money = corridor_shown(view), view.result.money
    assert given is not None
    assert money is not None
    price = None if money.local_eur_per_kwh is None else eur_per_mwh(money.local_eur_per_kwh)
    ends = CorridorEnds(None, None, price)
    if given.is_open:
        today = view.result.scenario.prices.local_eur_per_kwh
        text = _("the others: {prices}") if given.never_ids else _("everyone: {prices}")
        low, high, _decimals = band_ends(given, today)
        ends = CorridorEnds(low, high, price, text.format(prices=band_text(given, today)))
    return corridor(corridor_bounds(view), ends, size_mm)
