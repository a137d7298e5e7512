"""A whole territory on a map: each operation joined to its number, who stands in none as a hollow dot."""

from collections import Counter
from collections.abc import Sequence
from gettext import gettext as _
from math import cos, hypot, pi, radians, sin
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from acc.territory.result import Outline
from reports.figures.axes import nice_step, width_mm
from reports.figures.style import SEMIBOLD, SMALL, blank, canvas
from reports.format.numbers import fr, unit
from reports.format.palette import INK, MUTED, RULE, SHARED, SHARED_DARK, SHARED_LIGHT, SUN
from reports.studies.lawful.group_map import Box
from reports.view.places import KM_PER_DEG, Point, outline

SIZE_MM = (178.0, 132.0)
MARGIN_MM, FOOT_MM = 5.0, 9.0
LABEL, LABEL_MM = 8.0, 3.4
STEP_MM, TURNS, RINGS = 2.6, 12, 12
NEAR_MM = 3.0
MOST_NAMES = 14
"""Communes that are named: those with most sites."""


class TerritorySpot(NamedTuple):
    """A site or a roof: longitude and latitude, its operation counted from 0, None where in none, commune."""

    place: Point
    group: int | None
    is_plant: bool
    commune: str = ""


class _Plane(NamedTuple):
    """From degrees to mm from the top left."""

    middle: Point
    mm_per_km: float

    def mm(self, place: Point) -> Point:
        lon, lat = self.middle
        x = (place[0] - lon) * KM_PER_DEG * cos(radians(lat))
        y = (place[1] - lat) * KM_PER_DEG
        high = SIZE_MM[1] - FOOT_MM
        return SIZE_MM[0] / 2.0 + x * self.mm_per_km, high / 2.0 - y * self.mm_per_km


def territory_map(spots: Sequence[TerritorySpot], count: int, outlines: Sequence[Outline] = ()) -> Figure:
    """Return the map of a territory.

    Args:
        spots: every site and roof that has a position.
        count: of operations; those of the spots are below it.
        outlines: of communes, drawn behind; nothing is drawn where there are none.
    """
    figure = blank(*SIZE_MM)
    axes = canvas(figure)
    plane = _plane([spot.place for spot in spots])
    _areas(axes, plane, outlines)
    places = list[list[Point]]([] for _number in range(count))
    for spot in spots:
        if spot.group is not None:
            places[spot.group].append(plane.mm(spot.place))
    for points in places:
        _joined(axes, points)
    for inside, is_plant in ((False, False), (False, True), (True, False), (True, True)):
        some = [s for s in spots if (s.group is not None, s.is_plant) == (inside, is_plant)]
        _marks(axes, [plane.mm(spot.place) for spot in some], inside=inside, is_plant=is_plant)
    _communes(axes, [(spot.commune, plane.mm(spot.place)) for spot in spots], _numbers(axes, places))
    _foot(axes, plane)
    return figure


def _plane(places: Sequence[Point]) -> _Plane:
    lons, lats = [p[0] for p in places] or [0.0], [p[1] for p in places] or [0.0]
    middle = (min(lons) + max(lons)) / 2.0, (min(lats) + max(lats)) / 2.0
    wide = (max(lons) - min(lons)) * KM_PER_DEG * cos(radians(middle[1]))
    high = (max(lats) - min(lats)) * KM_PER_DEG
    room = SIZE_MM[0] - 2.0 * MARGIN_MM, SIZE_MM[1] - FOOT_MM - 2.0 * MARGIN_MM
    return _Plane(middle, min(room[0] / max(wide, 0.2), room[1] / max(high, 0.2)))


def _areas(axes: Axes, plane: _Plane, outlines: Sequence[Outline]) -> None:
    """Draw the outlines that lie in the frame, in part at least, as one path."""
    codes, corners = list[int](), list[Point]()
    for ring in outlines:
        points = [plane.mm(place) for place in ring]
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        if min(xs) < SIZE_MM[0] and max(xs) > 0.0 and min(ys) < SIZE_MM[1] - FOOT_MM and max(ys) > 0.0:
            codes += [int(Path.MOVETO), *[int(Path.LINETO)] * (len(points) - 1)]
            corners += points
    if corners:
        path = PathPatch(Path(corners, codes), fill=False, edgecolor=RULE, linewidth=0.5)
        axes.add_patch(path)
        frame = Polygon([(0.0, 0.0), (SIZE_MM[0], 0.0), (SIZE_MM[0], SIZE_MM[1] - FOOT_MM),
                         (0.0, SIZE_MM[1] - FOOT_MM)], transform=axes.transData)  # fmt: skip
        path.set_clip_path(frame)


def _joined(axes: Axes, points: Sequence[Point]) -> None:
    """Draw the shape that holds an operation, and a line from its middle to each of its points."""
    if points:
        axes.add_patch(Polygon(outline(points), closed=True, facecolor=SHARED_LIGHT, alpha=0.6))
        x, y = _middle(points)
        ends = [end for point in points for end in ((x, y), point)]
        codes = [int(Path.MOVETO), int(Path.LINETO)] * len(points)
        axes.add_patch(PathPatch(Path(ends, codes), fill=False, edgecolor=SHARED, linewidth=0.45))


def _middle(points: Sequence[Point]) -> Point:
    return sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)


def _marks(axes: Axes, points: Sequence[Point], *, inside: bool, is_plant: bool) -> None:
    if points:
        colour = SUN if is_plant else SHARED_DARK if inside else MUTED
        shape, size = ("s", 2.6) if is_plant else ("o", 2.2)
        (marks,) = axes.plot(*zip(*points, strict=True), linestyle="none", marker=shape, markersize=size)
        marks.set(markerfacecolor=colour if inside else "white", markeredgecolor=colour, markeredgewidth=0.5)


def _communes(axes: Axes, spots: Sequence[tuple[str, Point]], taken: list[Box]) -> None:
    """Write the names of the communes that have most sites, in the middle of those, where there is room."""
    for name, _count in Counter(name for name, _place in spots if name).most_common(MOST_NAMES):
        x, y = _middle([place for commune, place in spots if commune == name])
        box = _free(x, y, width_mm(name, LABEL) / 2.0 + 0.8, taken)
        if not any(box.meets(other) for other in taken):
            taken.append(box)
            middle = (box.left + box.right) / 2.0, (box.top + box.bottom) / 2.0
            text = axes.text(*middle, name, size=LABEL, color=INK, ha="center", va="center", zorder=4)
            text.set_path_effects([withStroke(linewidth=2.2, foreground="white")])


def _numbers(axes: Axes, places: Sequence[Sequence[Point]]) -> list[Box]:
    """Write the number of each operation in its middle, else beside at the end of a line; return where."""
    taken = list[Box]()
    for number, points in enumerate(places, start=1):
        if not points:
            continue
        x, y = _middle(points)
        box = _free(x, y, width_mm(fr(number), LABEL, bold=True) / 2.0 + 0.8, taken)
        taken.append(box)
        middle = (box.left + box.right) / 2.0, (box.top + box.bottom) / 2.0
        if hypot(middle[0] - x, middle[1] - y) > NEAR_MM:
            axes.plot([x, middle[0]], [y, middle[1]], color=INK, linewidth=0.5)
        look = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": SHARED_DARK, "lw": 0.6}
        centred = axes.text(*middle, fr(number), size=LABEL, color=INK, ha="center", va="center", zorder=5)
        centred.set(weight=SEMIBOLD, bbox=look)
    return taken


def _free(x: float, y: float, half: float, taken: Sequence[Box]) -> Box:
    """Return the nearest room around a point that meets no other, on widening rings."""
    high = LABEL_MM / 2.0
    first = Box(x - half, y - high, x + half, y + high)
    tried = [first]
    for ring in range(1, RINGS + 1):
        for turn in range(TURNS):
            angle = 2.0 * pi * turn / TURNS
            dx, dy = ring * STEP_MM * cos(angle), ring * STEP_MM * sin(angle)
            tried.append(Box(first.left + dx, first.top + dy, first.right + dx, first.bottom + dy))
    inside = [b for b in tried if b.left > 0.0 and b.right < SIZE_MM[0] and b.top > 0.0
              and b.bottom < SIZE_MM[1] - FOOT_MM]  # fmt: skip
    return next((box for box in inside if not any(box.meets(other) for other in taken)), first)


def _foot(axes: Axes, plane: _Plane) -> None:
    """Draw the scale and what the marks are, below the map."""
    y = SIZE_MM[1] - 3.0
    length_km = nice_step(30.0 / plane.mm_per_km, 1)
    long_mm = length_km * plane.mm_per_km
    axes.plot([2.0, 2.0 + long_mm], [y, y], color=INK, linewidth=1.4, solid_capstyle="butt")
    words = unit(length_km, "km", 0 if length_km >= 1.0 else 1)
    axes.text(4.0 + long_mm, y, words, size=SMALL, color=MUTED, va="center")
    x = 12.0 + long_mm + width_mm(words, SMALL)
    for text, marker, face, edge in (
        (_("site in an operation"), "o", SHARED_DARK, SHARED_DARK),
        (_("in none"), "o", "white", MUTED),
        (_("roof in an operation"), "s", SUN, SUN),
        (_("in none"), "s", "white", SUN),
    ):
        (mark,) = axes.plot([x], [y], marker=marker, markersize=3.6, markeredgewidth=0.7)
        mark.set(markerfacecolor=face, markeredgecolor=edge)
        axes.text(x + 2.2, y, text, size=SMALL, color=INK, va="center")
        x += 7.0 + width_mm(text, SMALL)
