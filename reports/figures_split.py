"""The lawful groups on a map: each with its own mark, its longest pair drawn and measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext as _
from math import cos, radians

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from acc.sites import Position
from reports.drawing import nice_step
from reports.format import fr, unit
from reports.style import INK, KEY_MARKS, MUTED, SEMIBOLD, SMALL, SUN, blank, canvas

SIZE_MM = (178.0, 118.0)
KM_PER_DEG = 111.2
MARGIN_MM, LEGEND_MM, LINE_MM = 8.0, 46.0, 4.4


@dataclass(frozen=True, slots=True)
class Spot:
    """A site of the map; `group` counts from 0, None when no group takes it."""

    name: str
    position: Position
    group: int | None
    is_plant: bool = False


@dataclass(frozen=True, slots=True)
class GroupLine:
    """The two farthest sites of a group, as indices of the spots, and how far apart they are."""

    first: int
    second: int
    distance_km: float


def group_map(spots: Sequence[Spot], lines: Sequence[GroupLine | None], titles: Sequence[str]) -> Figure:
    """Return the map of the groups of a split.

    Args:
        spots: every site that has a position.
        lines: longest pair of each group, None for a group at one place.
        titles: what the legend says of each group.
    """
    figure = blank(*SIZE_MM)
    axes = canvas(figure)
    places, mm_per_km = _places(spots)
    for number, line in enumerate(lines):
        mine = [place for spot, place in zip(spots, places, strict=True) if spot.group == number]
        ends = (places[line.first], places[line.second]) if line else None
        _draw_group(axes, number, mine, ends, line.distance_km if line else None)
    for spot, place in zip(spots, places, strict=True):
        _draw_spot(axes, spot, place)
    _legend(axes, titles, any(spot.group is None for spot in spots))
    _scale_bar(axes, mm_per_km)
    return figure


def _places(spots: Sequence[Spot]) -> tuple[list[tuple[float, float]], float]:
    """Return the place of each spot in mm from the top left, and the scale."""
    latitude = sum(s.position.latitude_deg for s in spots) / max(1, len(spots))
    shrink = cos(radians(latitude))
    xs = [s.position.longitude_deg * KM_PER_DEG * shrink for s in spots] or [0.0]
    ys = [s.position.latitude_deg * KM_PER_DEG for s in spots] or [0.0]
    room_x, room_y = SIZE_MM[0] - LEGEND_MM - 2.0 * MARGIN_MM, SIZE_MM[1] - 2.0 * MARGIN_MM
    scale = min(room_x / max(max(xs) - min(xs), 0.2), room_y / max(max(ys) - min(ys), 0.2))
    middle_x, middle_y = (min(xs) + max(xs)) / 2.0, (min(ys) + max(ys)) / 2.0
    centre_x, centre_y = LEGEND_MM + (SIZE_MM[0] - LEGEND_MM) / 2.0, SIZE_MM[1] / 2.0
    places = [
        (centre_x + (x - middle_x) * scale, centre_y - (y - middle_y) * scale)
        for x, y in zip(xs, ys, strict=True)
    ]
    return places[: len(spots)], scale


def _draw_group(
    axes: Axes,
    number: int,
    places: Sequence[tuple[float, float]],
    ends: tuple[tuple[float, float], tuple[float, float]] | None,
    distance_km: float | None,
) -> None:
    """Draw the longest pair of a group, and beside its rightmost site its number and that distance."""
    _marker, colour = KEY_MARKS[number % len(KEY_MARKS)]
    if ends is not None:
        xs, ys = [ends[0][0], ends[1][0]], [ends[0][1], ends[1][1]]
        axes.plot(xs, ys, color=colour, linewidth=0.9, linestyle=(0, (2, 1.5)))
    if not places:
        return
    x, y = max(places)
    words = fr(number + 1) if distance_km is None else f"{fr(number + 1)} · {unit(distance_km, 'km', 1)}"
    axes.text(x + 2.6, y, words, size=SMALL, weight=SEMIBOLD, color=colour, ha="left", va="center")


def _draw_spot(axes: Axes, spot: Spot, place: tuple[float, float]) -> None:
    marker, colour = ("x", MUTED) if spot.group is None else KEY_MARKS[spot.group % len(KEY_MARKS)]
    # A plant keeps the mark of its group and wears a ring of sun.
    edge = SUN if spot.is_plant else "white"
    width = 1.6 if spot.is_plant else 0.5
    axes.plot(
        [place[0]],
        [place[1]],
        marker=marker,
        color=colour,
        markersize=6.5 if spot.is_plant else 5.0,
        markeredgecolor=colour if marker == "x" else edge,
        markeredgewidth=1.2 if marker == "x" else width,
    )
    if spot.group is None:
        axes.text(place[0] + 2.2, place[1], spot.name, size=6.8, color=MUTED, ha="left", va="center")


def _legend(axes: Axes, titles: Sequence[str], some_left: bool) -> None:
    rows = [(KEY_MARKS[n % len(KEY_MARKS)], f"{n + 1} · {title}") for n, title in enumerate(titles)]
    if some_left:
        rows.append((("x", MUTED), _("in no group")))
    for line, ((marker, colour), text) in enumerate(rows):
        y = 4.0 + line * LINE_MM
        axes.plot([2.0], [y], marker=marker, color=colour, markersize=4.6)
        axes.text(4.6, y, text, size=SMALL, color=INK, ha="left", va="center")
    y = 4.0 + len(rows) * LINE_MM + 1.0
    axes.plot([2.0], [y], marker="o", color="white", markersize=5.0, markeredgecolor=SUN, markeredgewidth=1.6)
    axes.text(4.6, y, _("plant"), size=SMALL, color=INK, ha="left", va="center")


def _scale_bar(axes: Axes, mm_per_km: float) -> None:
    length_km = nice_step(30.0 / mm_per_km, 1)
    left, y = 2.0, SIZE_MM[1] - 3.0
    axes.plot([left, left + length_km * mm_per_km], [y, y], color=INK, linewidth=1.4, solid_capstyle="butt")
    axes.text(
        left,
        y - 2.0,
        unit(length_km, "km", 0 if length_km >= 1.0 else 1),
        size=SMALL,
        color=MUTED,
        va="bottom",
    )
