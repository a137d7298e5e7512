"""The sites without a background map: what counts is the distance between the two farthest."""

from collections.abc import Sequence
from gettext import gettext as _
from math import cos, hypot, pi, radians, sin
from typing import NamedTuple, TypeAlias

from matplotlib.figure import Figure

from reports.figures.axes import Panel, figure_scales_mm, nice_step, width_mm
from reports.figures.style import SEMIBOLD, SMALL, blank
from reports.format.numbers import fr, unit
from reports.format.palette import INK, MUTED, SHARED, SUN
from reports.view.places import KM_PER_DEG

SIZE_MM = (86.0, 66.0)
MARGIN_MM = 7.0
LABEL_MM = 2.9
RINGS_MM = (8.0, 11.0, 14.0, 18.0, 22.0)
"""How far from its sites the name of a commune may stand, at the end of a line."""
NEAR_MM = 3.2

HALO = {"boxstyle": "square,pad=0.08", "facecolor": "white", "edgecolor": "none", "alpha": 0.75}
"""Behind labels: path effects would turn their letters into outlines."""

Rect: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom, in mm."""


class Dot(NamedTuple):
    """A site of the map; an empty name is drawn without label."""

    name: str
    latitude_deg: float
    longitude_deg: float
    is_plant: bool = False


class FarthestPair(NamedTuple):
    """The two farthest sites, as indices of the dots, their measured distance, and the one allowed."""

    first: int
    second: int
    distance_km: float
    limit_km: float | None = None


class Town(NamedTuple):
    """The name of a commune with how many sites it has, and their middle."""

    name: str
    latitude_deg: float
    longitude_deg: float


class _View(NamedTuple):
    """From degrees to mm on the page: km around the centre, degrees of longitude shrunk."""

    shrink_ratio: float
    x_km: float
    y_km: float
    mm_per_km: float

    def mm(self, place_km: "Dot | Town") -> tuple[float, float]:
        east_km = place_km.longitude_deg * KM_PER_DEG * self.shrink_ratio
        north_km = place_km.latitude_deg * KM_PER_DEG
        x = SIZE_MM[0] / 2.0 + (east_km - self.x_km) * self.mm_per_km
        return x, SIZE_MM[1] / 2.0 + 1.0 - (north_km - self.y_km) * self.mm_per_km


def site_map(dots: Sequence[Dot], pair: FarthestPair | None = None, towns: Sequence[Town] = ()) -> Figure:
    """Return the map of the sites: the longest pair from A to B, with its length and the one allowed.

    Args:
        towns: written instead of the names of the sites, which would stand one over the other.
    """
    figure = blank(*SIZE_MM)
    frame = figure_scales_mm(figure)
    view = _view(dots)
    spots = [view.mm(dot) for dot in dots]
    taken: list[Rect] = [_legend(frame), (0.0, SIZE_MM[1] - 7.0, 30.0, SIZE_MM[1])]
    if pair is not None:
        taken.extend(_line(frame, spots, pair))
        taken.extend(_ends(frame, spots, pair))
    _dots(frame, dots, spots)
    taken += [(x - 1.1, y - 1.1, x + 1.1, y + 1.1) for x, y in spots]
    named = [(town.name, view.mm(town)) for town in towns] or _sites(dots, spots, pair)
    for name, spot in named:
        _label(frame, name, spot, taken, far=bool(towns))
    _scale_bar(frame, view)
    return figure


def _sites(
    dots: Sequence[Dot], spots: Sequence[tuple[float, float]], pair: FarthestPair | None
) -> list[tuple[str, tuple[float, float]]]:
    """Return the names of the sites, the two farthest first, plants last."""
    ends = set() if pair is None else {pair.first, pair.second}
    order = sorted(range(len(dots)), key=lambda i: (i not in ends, dots[i].is_plant, i))
    return [(dots[i].name, spots[i]) for i in order if dots[i].name]


def _ends(frame: Panel, spots: Sequence[tuple[float, float]], pair: FarthestPair) -> list[Rect]:
    """Write A and B at the ends of the line, outwards; return the places they take."""
    (x0, y0), (x1, y1) = spots[pair.first], spots[pair.second]
    length = hypot(x1 - x0, y1 - y0) or 1.0
    across, down = (x1 - x0) / length, (y1 - y0) / length
    places = (("A", x0 - 3.0 * across, y0 - 3.0 * down), ("B", x1 + 3.0 * across, y1 + 3.0 * down))
    for letter, x, y in places:
        middle = {"ha": "center", "va": "center", "zorder": 2.5}
        frame.text(x, y, letter, size=SMALL, weight=SEMIBOLD, color=INK, bbox=HALO, **middle)
    return [(x - 1.4, y - 1.5, x + 1.4, y + 1.5) for _letter, x, y in places]


def _label(
    frame: Panel, name: str, spot: tuple[float, float], taken: list[Rect], *, far: bool = False
) -> None:
    """Write a name where it covers nothing, `far` at the end of a line; else left out."""
    place = _free_place(name, spot, taken, far=far)
    if place is not None:
        taken.append(place)
        ends = (min(max(spot[0], place[0]), place[2]), min(max(spot[1], place[1]), place[3]))
        if far and hypot(ends[0] - spot[0], ends[1] - spot[1]) > NEAR_MM:
            frame.line([spot[0], ends[0]], [spot[1], ends[1]], color=MUTED, linewidth=0.6, zorder=1.5)
        frame.text(place[0], (place[1] + place[3]) / 2.0, name, size=6.8, va="center", bbox=HALO)


def _view(dots: Sequence[Dot]) -> _View:
    shrink = cos(radians(sum(dot.latitude_deg for dot in dots) / len(dots))) if dots else 1.0
    east_km = [dot.longitude_deg * KM_PER_DEG * shrink for dot in dots] or [0.0]
    north_km = [dot.latitude_deg * KM_PER_DEG for dot in dots] or [0.0]
    left, right, bottom, top = min(east_km), max(east_km), min(north_km), max(north_km)
    room_x, room_y = SIZE_MM[0] - 4.0 * MARGIN_MM, SIZE_MM[1] - 2.6 * MARGIN_MM
    scale = min(room_x / max(right - left, 0.1), room_y / max(top - bottom, 0.1))
    return _View(shrink, (left + right) / 2.0, (bottom + top) / 2.0, scale)


def _line(frame: Panel, spots: Sequence[tuple[float, float]], pair: FarthestPair) -> list[Rect]:
    """Draw the pair and its distance where it covers fewest sites; return the places it takes."""
    (x0, y0), (x1, y1) = spots[pair.first], spots[pair.second]
    frame.line([x0, x1], [y0, y1], color=INK, linewidth=1.0, linestyle=(0, (1, 1.4)))
    text = unit(pair.distance_km, "km", 1)
    if pair.limit_km is not None:
        text = _("{distance}, {limit} at most").format(distance=text, limit=fr(pair.limit_km))
    half = width_mm(text, SMALL, bold=True) / 2.0 + 0.6
    along = [(x0 + part * (x1 - x0), y0 + part * (y1 - y0)) for part in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8)]
    rects = [(x - half, y - 1.8, x + half, y + 1.8) for x, y in along]
    place = min(rects, key=lambda rect: sum(_overlap(rect, (x, y, x, y)) for x, y in spots))
    middle = (place[0] + half, place[1] + 1.8)
    frame.text(*middle, text, size=SMALL, weight=SEMIBOLD, ha="center", va="center", bbox=HALO, zorder=2.5)
    stops = [part / 24.0 for part in range(25)]
    line = [(x0 + part * (x1 - x0), y0 + part * (y1 - y0)) for part in stops]
    return [place, *((x - 0.3, y - 0.3, x + 0.3, y + 0.3) for x, y in line)]


def _dots(frame: Panel, dots: Sequence[Dot], spots: Sequence[tuple[float, float]]) -> None:
    for dot, (x, y) in zip(dots, spots, strict=True):
        marker, colour, size = ("^", SUN, 5.6) if dot.is_plant else ("o", SHARED, 4.0)
        edge = {"markeredgecolor": "white", "markeredgewidth": 0.5}
        frame.line([x], [y], marker=marker, color=colour, markersize=size, **edge)


def _free_place(name: str, spot: tuple[float, float], taken: Sequence[Rect], *, far: bool) -> Rect | None:
    """First free place beside a spot or, `far`, on widening rings around it; None where there is none."""
    x, y = spot
    w, h = width_mm(name, 6.8), LABEL_MM / 2.0
    corners = [
        *((x + 1.7, y), (x - 1.7 - w, y), (x - w / 2.0, y - 3.0), (x - w / 2.0, y + 3.0)),
        *((x + 1.2, y - 2.4), (x + 1.2, y + 2.4), (x - 1.2 - w, y - 2.4), (x - 1.2 - w, y + 2.4)),
    ]
    turns = [(ring, turn * pi / 8.0) for ring in RINGS_MM for turn in range(16)] if far else []
    corners += [(x + ring * cos(turn) - w / 2.0, y + ring * sin(turn)) for ring, turn in turns]
    for left, middle in corners:
        rect = (left, middle - h, left + w, middle + h)
        inside = left >= 0.0 and left + w <= SIZE_MM[0] and rect[1] >= 0.0 and rect[3] <= SIZE_MM[1] - 4.0
        if inside and not any(_overlap(rect, other) for other in taken):
            return rect
    return None


def _overlap(a: Rect, b: Rect) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _legend(frame: Panel) -> Rect:
    words = ((_("plant"), "^", SUN, 5.6), (_("participant"), "o", SHARED, 4.0))
    for index, (word, marker, colour, size) in enumerate(words):
        y = 2.4 + 4.0 * index
        frame.line([2.0], [y], marker=marker, color=colour, markersize=size, markeredgecolor="white")
        frame.text(4.4, y, word, size=SMALL, va="center")
    return 0.0, 0.0, 4.4 + max(width_mm(word, SMALL) for word, *_rest in words), 9.0


def _scale_bar(frame: Panel, view: _View) -> None:
    length_km = nice_step(18.0 / view.mm_per_km, 1)
    y = SIZE_MM[1] - 1.4
    ends = [2.0, 2.0 + length_km * view.mm_per_km]
    frame.line(ends, [y, y], color=INK, linewidth=1.8, solid_capstyle="butt")
    decimals = 0 if length_km >= 1.0 else 1
    text = unit(length_km, "km", decimals) if length_km >= 0.1 else f"{fr(length_km * 1000.0)} m"
    frame.text(2.0, y - 2.4, text, size=6.8, color=MUTED, va="center")
