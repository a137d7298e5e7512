"""A sizing as data and as figures: what `acc size --json` prints, size.json and its pictures."""

from collections.abc import Mapping, Sequence
from gettext import gettext as _
from pathlib import PurePath
from typing import Annotated

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from acc.size.result import BatteryWorth, ComparedPowers, SizedClass, SizedPowers, Sizing
from reports.data.encode import Document, Keys, Picked, to_json
from reports.data.results import TOTAL
from reports.figures.axes import tick_texts, ticks
from reports.figures.mailed import caption, mailed
from reports.figures.style import SEMIBOLD, SLIDE_DPI, SMALL, blank, box, canvas
from reports.format.money import thousands
from reports.format.numbers import fr
from reports.format.palette import GRID, INK, MUTED, RULE, SHARED, SHARED_DARK

POWERS = Keys(
    SizedPowers,
    "value bound gap_ratio npv_eur_ht capex_eur_ht kwp made_kwh used_kwh own_use_kwh used_ratio "
    "autoconsommation_ratio autoproduction_ratio worst_member battery plants",
    value=(float, None),
    bound=(float, None),
)
CLASS = Keys(SizedClass, "* value", value=(float, None))
REFERENCE = Keys(ComparedPowers, "name kwp=powers_kwp npv_eur_ht=total.npv_eur_ht")
BATTERY = Keys(
    BatteryWorth,
    "max_kwh hours round_trip_ratio capex_eur_per_kwh fixed_eur running_eur_per_kwh first_kwh_eur "
    "pays_below_eur_per_kwh without curve",
    without=(Annotated[Picked, POWERS] | None, None),
    curve=(list[Annotated[Picked, POWERS]], None),
)


def _compared(sizing: Sizing) -> list[Annotated[Picked, CLASS]]:
    return [
        CLASS.record(row, value=None if row.value is None else sizing.display_value(row.value))
        for row in sizing.compared
    ]


def _battery(sizing: Sizing) -> Annotated[Picked, BATTERY] | None:
    if sizing.battery is None:
        return None
    without = _powers(sizing.battery.without, sizing)
    curve = [_powers(powers, sizing) for powers in sizing.battery.curve]
    return BATTERY.record(sizing.battery, without=without, curve=curve)


def _powers(powers: SizedPowers | None, sizing: Sizing) -> Annotated[Picked, POWERS] | None:
    if powers is None:
        return None
    value, bound = sizing.display_value(powers.value), sizing.display_value(powers.bound)
    return POWERS.record(powers, value=value, bound=bound)


SIZE = Keys(
    Sizing,
    "status objective=aim floor_ratio budget_eur power_cap_kwp highest_ratio total persons "
    "beside=reference_powers recommended_powers?=proposal.name proposal? bound_basis "
    "later_years_eur_ht=later_years_eur best without_cap frontier compared battery powers_by_use notes",
    total=TOTAL,
    beside=REFERENCE,
    best=(Annotated[Picked, POWERS], lambda sizing: _powers(sizing.best, sizing)),
    without_cap=(
        Annotated[Picked, POWERS] | None,
        lambda sizing: _powers(sizing.without_cap, sizing),
    ),
    frontier=(
        list[Annotated[Picked, POWERS]],
        lambda sizing: [_powers(powers, sizing) for powers in sizing.frontier],
    ),
    compared=_compared,
    battery=_battery,
)


def size_document(sizing: Sizing) -> Annotated[Document, SIZE]:
    """Document of a sizing: kWp, kWh a year, EUR excl. VAT, ratios 0 to 1, values in the unit of the aim."""
    return SIZE.document(sizing)


DOCUMENTS = {"size": size_document}
"""For `acc schema`."""

WIDTH_MM, HEIGHT_MM = 120.0, 66.0


def size_pictures(sizing: Sizing, name: str) -> dict[str, bytes]:
    """Return the frontier of value against autoconsommation, and what each battery adds, where there is one.

    One point makes no line, and no picture.
    """
    return _frontier_picture(sizing, name) | _battery_picture(sizing, name)


def _frontier_picture(sizing: Sizing, name: str) -> dict[str, bytes]:
    points = [
        (powers.used_ratio, sizing.display_value(powers.value), powers.kwp)
        for powers in sorted(sizing.frontier, key=lambda powers: powers.used_ratio)
    ]
    if len(points) < 2:
        return {}
    chosen = min(range(len(points)), key=lambda n: abs(points[n][2] - sizing.best.kwp))
    title = _("Value against what is used on site or shared")
    cost_eur = points[chosen][1] - points[-1][1]
    if cost_eur > 0.0:
        title = _("Using all of it would cost {amount}").format(amount=thousands(cost_eur))
    above = caption(sizing.scenario, sizing.status, title)
    return {f"{PurePath(name).stem}-frontier.png": mailed(frontier(points, chosen), above, SLIDE_DPI)}


def _battery_picture(sizing: Sizing, name: str) -> dict[str, bytes]:
    battery = sizing.battery
    if (
        battery is None
        or battery.without is None
        or battery.pays_below_eur_per_kwh is None
        or len(battery.curve) < 2
    ):
        return {}
    points = [(powers.battery_kwh, powers.value - battery.without.value) for powers in battery.curve]
    chosen = min(range(len(points)), key=lambda n: abs(points[n][0] - sizing.best.battery_kwh))
    above = caption(sizing.scenario, sizing.status, _("What the battery adds"))
    return {f"{PurePath(name).stem}-battery.png": mailed(battery_curve(points, chosen), above, SLIDE_DPI)}


def frontier(points: Sequence[tuple[float, float, float]], chosen: int) -> Figure:
    """Return the frontier of value against the part of the produced that is used or shared.

    Args:
        points: (that part, value in EUR, kWp), by growing ratio.
        chosen: which of them is proposed.
    """
    ratios, values_eur, kwp = zip(*points, strict=True)
    labels = {n: _("{kwp} kWp").format(kwp=fr(kwp[n])) for n in sorted({chosen, len(points) - 1})}
    words = _("% of the produced used on site or shared"), _("Present value (VAN), kEUR")
    return _curve([100.0 * ratio for ratio in ratios], values_eur, chosen, labels, words)


def battery_curve(points: Sequence[tuple[float, float]], chosen: int) -> Figure:
    """Draw the additional present value of each size of battery, with optimal powers.

    Args:
        points: (energy in kWh, value in EUR less that without any battery), by growing energy.
        chosen: which of them is proposed.
    """
    sizes_kwh, gains_eur = zip(*points, strict=True)
    kwh = sizes_kwh[chosen]
    text = _("{kwh} kWh").format(kwh=fr(kwh)) if kwh > 0.0 else _("no battery")
    words = _("Battery, kWh"), _("Present value (VAN) that a battery adds, kEUR")
    return _curve(sizes_kwh, gains_eur, chosen, {chosen: text}, words)


def _curve(
    places: Sequence[float],
    values_eur: Sequence[float],
    chosen: int,
    labels: Mapping[int, str],
    words: tuple[str, str],
) -> Figure:
    """Draw values along what is chosen, the one that is proposed marked, some points labelled.

    Args:
        words: of the axis of places, of that of values.
    """
    figure = blank(WIDTH_MM, HEIGHT_MM)
    axes = box(figure, 16.0, 6.0, WIDTH_MM - 22.0, HEIGHT_MM - 18.0)
    values = [eur / 1000.0 for eur in values_eur]
    axes.axhline(0.0, color=RULE, linewidth=0.9)
    axes.plot(
        places, values, color=SHARED, linewidth=1.6, marker="o", markersize=3.6, markerfacecolor="white"
    )
    axes.plot([places[chosen]], [values[chosen]], marker="o", markersize=6.0, color=SHARED_DARK)
    _scales(axes, places, values)
    for n, text in labels.items():
        _label(axes, (places[n], values[n]), text, at_end=n != chosen)
    axes.set_xlabel(words[0], size=SMALL, color=MUTED, labelpad=2.5)
    canvas(figure).text(0.0, 3.0, words[1], size=SMALL, color=MUTED, va="center")
    return figure


def _scales(axes: Axes, places: Sequence[float], values: Sequence[float]) -> None:
    low, high = min(0.0, *values), max(0.0, *values)
    span = high - low or 1.0
    axes.set_ylim(low - 0.08 * span, high + 0.2 * span)
    marks = [mark for mark in ticks(low, high or 0.1 * span, 4) if low <= mark]
    axes.set_yticks(marks, tick_texts(marks))
    margin = 0.07 * (max(places) - min(places)) or 1.0
    axes.set_xlim(min(places) - margin, max(places) + 2.0 * margin)
    # A place a hair below the last mark reaches it.
    inside = ticks(min(places), max(places) * (1.0 + 1e-8), 5)
    axes.set_xticks(inside, tick_texts(inside))
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines["bottom"].set_color(RULE)


def _label(axes: Axes, place: tuple[float, float], text: str, *, at_end: bool) -> None:
    # The curve comes down to its end from the left: its label stands on the other side.
    shift, side = ((5.0, 2.0), "left") if at_end else ((0.0, 7.0), "center")
    colour, weight = (MUTED, "normal") if at_end else (INK, SEMIBOLD)
    label = axes.annotate(text, place, xytext=shift, textcoords="offset points", ha=side, size=SMALL)
    label.set(color=colour, weight=weight)


def size_files(sizing: Sizing, name: str) -> dict[str, bytes]:
    """Return the document of a sizing under its name, and its pictures."""
    return {name: to_json(size_document(sizing)).encode(), **size_pictures(sizing, name)}
