"""The map of the lawful groups, and its file: sites and roofs on the ground, a line a group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from gettext import gettext as _
from math import cos, radians
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from acc.accounts.persons import holdings
from acc.result.lawful_plan import LawfulPlan, LawfulPlansReport, PlannedOperation
from acc.rules.check import status_of
from acc.scenario import Scenario
from acc.sites import Participant, Plant, Position
from acc.units import THOUSAND
from reports.figures.axes import nice_step, shortened, width_mm
from reports.figures.mailed import caption, mailed
from reports.figures.style import SEMIBOLD, SLIDE_DPI, SMALL, blank, canvas
from reports.format.labels import regime_word
from reports.format.numbers import fr, unit
from reports.format.palette import INK, MUTED, SUN
from reports.view.places import KM_PER_DEG, Point, outline
from reports.view.privacy import drawn_names, is_at_home, plant_holders, shown_degrees

SIZE_MM = (178.0, 118.0)
MARGIN_MM, LEGEND_MM, LINE_MM = 8.0, 46.0, 4.4
PLACE_SIZE = 6.8
LONGEST_NAME_MM = 34.0
TEXT_MM = 3.0
"""Height that a line of text needs around its middle."""

GROUP_MARKS = tuple((mark, INK) for mark in "osD^vPX*phH<")
"""Twelve marks of one ink, each shape once: other colours have a meaning elsewhere."""


class Spot(NamedTuple):
    """A site of the map; `group` counts from 0, None when no group takes it; `name` empty when not told."""

    name: str
    position: Position
    group: int | None
    is_plant: bool = False
    commune: str = ""


class GroupLine(NamedTuple):
    """The two farthest sites of a group, as indices of the spots, how far apart, what the limit leaves."""

    first: int
    second: int
    distance_km: float
    left_km: float | None = None


class OwnerLine(NamedTuple):
    """A roof and a site of its owner that stands elsewhere, as indices of the spots."""

    roof: int
    site: int


class Box(NamedTuple):
    """The room of a text or a mark, in mm from the top left."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Return whether two rooms have something in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


@dataclass(slots=True)
class Room:
    """What the map has drawn so far, so that no text stands on another one."""

    texts: list[Box] = field(default_factory=list)
    marks: list[Box] = field(default_factory=list)

    def place(self, anchors: Sequence[Point], text: str, size: float, *, bold: bool = False) -> Box | None:
        """Return the freest room for a text beside one of some points, None where each stands on a text."""
        wide = width_mm(text, size, bold)
        tried = [box for point in anchors for box in _label_rooms(point, wide) if _inside(box)]
        free = [box for box in tried if not any(box.meets(other) for other in self.texts)]
        return min(free, key=lambda box: sum(box.meets(mark) for mark in self.marks), default=None)


def group_map(
    spots: Sequence[Spot],
    lines: Sequence[GroupLine | None],
    titles: Sequence[str],
    owners: Sequence[OwnerLine] = (),
) -> Figure:
    """Return the map of the operations of a plan.

    Args:
        spots: every site that has a position.
        lines: longest pair of each group, None for a group at one place.
        titles: what the legend says of each group.
        owners: roofs whose owner stands elsewhere.
    """
    figure = blank(*SIZE_MM)
    axes = canvas(figure)
    places, mm_per_km = _places(spots)
    room = Room(marks=[Box(x - 1.4, y - 1.4, x + 1.4, y + 1.4) for x, y in places])
    _draw_outlines(axes, len(titles), spots, places)
    for number, line in enumerate(lines):
        if line:
            _draw_line(axes, number, places[line.first], places[line.second])
    for owner in owners:
        (x0, y0), (x1, y1) = places[owner.roof], places[owner.site]
        axes.plot([x0, x1], [y0, y1], color=SUN, linewidth=0.9)
    for spot, place in zip(spots, places, strict=True):
        _draw_spot(axes, spot, place)
    for number, line in enumerate(lines):
        mine = [place for spot, place in zip(spots, places, strict=True) if spot.group == number]
        ends = [places[line.first], places[line.second]] if line else []
        _name_group(axes, room, number, (sorted(ends, reverse=True), mine), line)
    for spot, place in zip(spots, places, strict=True):
        if spot.group is None and spot.name:
            _name_place(axes, room, [place], spot.name, italic=False)
    for commune, where in _communes(spots, places).items():
        _name_place(axes, room, where, commune, italic=True)
    _legend(axes, titles, some_left=any(spot.group is None for spot in spots), some_owners=bool(owners))
    _scale_bar(axes, mm_per_km)
    return figure


def _draw_outlines(axes: Axes, count: int, spots: Sequence[Spot], places: Sequence[Point]) -> None:
    """Draw a line around the sites of each group that are drawn."""
    for number in range(count):
        mine = [place for spot, place in zip(spots, places, strict=True) if spot.group == number]
        if mine:
            colour = GROUP_MARKS[number % len(GROUP_MARKS)][1]
            axes.add_patch(Polygon(outline(mine), closed=True, fill=False, edgecolor=colour, linewidth=1.2))


def _places(spots: Sequence[Spot]) -> tuple[list[Point], float]:
    """Return the place of each spot in mm from the top left, and the scale."""
    latitude = sum(s.position.latitude_deg for s in spots) / max(1, len(spots))
    shrink = cos(radians(latitude))
    xs = [s.position.longitude_deg * KM_PER_DEG * shrink for s in spots] or [0.0]
    ys = [s.position.latitude_deg * KM_PER_DEG for s in spots] or [0.0]
    room_x, room_y = SIZE_MM[0] - LEGEND_MM - 2.0 * MARGIN_MM, SIZE_MM[1] - 2.0 * MARGIN_MM
    scale = min(room_x / max(max(xs) - min(xs), 0.2), room_y / max(max(ys) - min(ys), 0.2))
    middle_x, middle_y = (min(xs) + max(xs)) / 2.0, (min(ys) + max(ys)) / 2.0
    centre_x, centre_y = LEGEND_MM + (SIZE_MM[0] - LEGEND_MM) / 2.0, SIZE_MM[1] / 2.0
    pairs = zip(xs, ys, strict=True)
    places = [(centre_x + (x - middle_x) * scale, centre_y - (y - middle_y) * scale) for x, y in pairs]
    return places[: len(spots)], scale


def _communes(spots: Sequence[Spot], places: Sequence[Point]) -> Mapping[str, list[Point]]:
    """Return the places of the sites of each commune, the one with most sites first."""
    points_of: dict[str, list[Point]] = {}
    for spot, place in zip(spots, places, strict=True):
        if spot.commune:
            points_of.setdefault(spot.commune, []).append(place)
    return dict(sorted(points_of.items(), key=lambda item: (-len(item[1]), item[0])))


def _label_rooms(point: Point, wide: float) -> list[Box]:
    """Return the rooms for a text to the right of a point, to its left, above and below."""
    x, y = point
    half = TEXT_MM / 2.0
    return [
        Box(x + 2.4, y - half, x + 2.4 + wide, y + half),
        Box(x - 2.4 - wide, y - half, x - 2.4, y + half),
        Box(x - wide / 2.0, y - 2.0 - TEXT_MM, x + wide / 2.0, y - 2.0),
        Box(x - wide / 2.0, y + 2.0, x + wide / 2.0, y + 2.0 + TEXT_MM),
    ]


def _inside(box: Box) -> bool:
    return box.left >= LEGEND_MM and box.right <= SIZE_MM[0] and box.top >= 0.0 and box.bottom <= SIZE_MM[1]


def _draw_line(axes: Axes, number: int, first: Point, second: Point) -> None:
    _marker, colour = GROUP_MARKS[number % len(GROUP_MARKS)]
    xs, ys = zip(first, second, strict=True)
    axes.plot(xs, ys, color=colour, linewidth=0.9, linestyle=(0, (2, 1.5)))


def _name_group(
    axes: Axes, room: Room, number: int, places: Sequence[Sequence[Point]], line: GroupLine | None
) -> None:
    """Write the number of a group and its longest distance beside that pair, else beside another site."""
    words = fr(number + 1) if line is None else f"{fr(number + 1)} · {unit(line.distance_km, 'km', 1)}"
    if line is not None and line.left_km is not None:
        left = unit(round(line.left_km * THOUSAND, -1), "m")
        words = _("{distance} ({left} left)").format(distance=words, left=left)
    tried = (room.place(points, words, SMALL, bold=True) for points in places)
    box = next((place for place in tried if place is not None), None)
    if box is None:
        return
    room.texts.append(box)
    _marker, colour = GROUP_MARKS[number % len(GROUP_MARKS)]
    _write(axes, box, words, size=SMALL, color=colour, weight=SEMIBOLD)


def _name_place(axes: Axes, room: Room, places: Sequence[Point], name: str, *, italic: bool) -> None:
    """Write the name of a site in no group or of a commune, where no other text stands."""
    words = shortened(name, PLACE_SIZE, LONGEST_NAME_MM)
    box = room.place(places, words, PLACE_SIZE)
    if box is not None:
        room.texts.append(box)
        _write(axes, box, words, size=PLACE_SIZE, color=MUTED, style="italic" if italic else "normal")


def _write(axes: Axes, box: Box, words: str, **style: object) -> None:
    # A thin white ground keeps a text readable over the line of a longest pair.
    ground = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.4}
    middle = (box.top + box.bottom) / 2.0
    axes.text(box.left, middle, words, ha="left", va="center_baseline", bbox=ground, **style)  # type: ignore[arg-type]


def _draw_spot(axes: Axes, spot: Spot, place: Point) -> None:
    """Draw a site in the shape of its group, hollow where it has none; a plant in a square of sun."""
    marker, face, edge, width = "o", "white", MUTED, 1.0
    if spot.group is not None:
        (marker, face), edge, width = GROUP_MARKS[spot.group % len(GROUP_MARKS)], "white", 0.5
    if spot.is_plant:
        axes.plot([place[0]], [place[1]], marker="s", color="white", markersize=8.0, markeredgecolor=SUN)
    (mark,) = axes.plot([place[0]], [place[1]], marker=marker, color=face, markersize=5.0)
    mark.set(markeredgecolor=edge, markeredgewidth=width)


def _legend(axes: Axes, titles: Sequence[str], *, some_left: bool, some_owners: bool) -> None:
    y = 4.0

    def row(text: str) -> None:
        nonlocal y
        axes.text(4.6, y, text, size=SMALL, color=INK, ha="left", va="center")
        y += LINE_MM

    for number, title in enumerate(titles):
        marker, colour = GROUP_MARKS[number % len(GROUP_MARKS)]
        axes.plot([2.0], [y], marker=marker, color=colour, markersize=4.6)
        row(f"{number + 1} · {title}")
    if some_left:
        axes.plot([2.0], [y], marker="o", color="white", markersize=4.6, markeredgecolor=MUTED)
        row(_("in no operation"))
    y += 1.0
    axes.plot([2.0], [y], marker="s", color="white", markersize=5.0, markeredgecolor=SUN, markeredgewidth=1.2)
    row(_("plant"))
    if titles:
        axes.plot([0.8, 3.4], [y, y], color=INK, linewidth=0.9, linestyle=(0, (2, 1.5)))
        row(_("longest pair"))
    if some_owners:
        axes.plot([0.8, 3.4], [y, y], color=SUN, linewidth=0.9)
        row(_("to its owner, elsewhere"))


def _scale_bar(axes: Axes, mm_per_km: float) -> None:
    length_km = nice_step(30.0 / mm_per_km, 1)
    left, y = 2.0, SIZE_MM[1] - 3.0
    axes.plot([left, left + length_km * mm_per_km], [y, y], color=INK, linewidth=1.4, solid_capstyle="butt")
    words = unit(length_km, "km", 0 if length_km >= 1.0 else 1)
    axes.text(left, y - 2.0, words, size=SMALL, color=MUTED, va="bottom")


def split_png(report: LawfulPlansReport) -> bytes:
    """Return the map of the operations of the best plan, as a picture under its own heading."""
    # The operations drawn are lawful, not what they take the place of.
    status = status_of((), fictitious=report.scenario.fictitious)
    above = caption(report.scenario, status, _("Lawful operations"))
    return mailed(plan_map(report.scenario, report.best), above, SLIDE_DPI)


def plan_map(scenario: Scenario, plan: LawfulPlan) -> Figure:
    """Return the map of the operations of a plan; sites without position are not drawn.

    Nor is who may not be named: neither a home nor a company that did not agree.
    """
    groups, group_of = plan.operations, plan.places
    sites: list[Participant | Plant] = [*scenario.participants, *scenario.plants]
    closed = {site.id for site in scenario.participants if not site.publish}
    placed = [
        site
        for site in sites
        if site.position is not None
        and not closed & ({site.id} if isinstance(site, Participant) else plant_holders(site))
    ]
    names = drawn_names(scenario)
    spots = [
        Spot(
            _drawn_name(site, scenario, names),
            Position(*shown_degrees(site, scenario)),
            group_of.get(site.id),
            isinstance(site, Plant),
            site.commune or "",
        )
        for site in placed
    ]
    index = {site.id: place for place, site in enumerate(placed)}
    lines = [_line(group, index) for group in groups]
    titles = [f"{regime_word(group.regime)}, {unit(group.received_kwh / 1000.0, 'MWh')}" for group in groups]
    return group_map(spots, lines, titles, _owners(scenario, plan, index))


def _drawn_name(site: Participant | Plant, scenario: Scenario, names: Mapping[str, str]) -> str:
    if isinstance(site, Plant):
        return "" if is_at_home(site, scenario) else site.name
    return names.get(site.id, "")


def _line(group: PlannedOperation, index: Mapping[str, int]) -> GroupLine | None:
    ends = [index[name] for name in group.longest_ids if name in index]
    if group.longest_km is None or len(ends) < 2:
        return None
    left_km = None if group.limit_km is None else group.limit_km - group.longest_km
    return GroupLine(ends[0], ends[1], group.longest_km, left_km)


def _owners(scenario: Scenario, plan: LawfulPlan, index: Mapping[str, int]) -> list[OwnerLine]:
    """Return each roof whose owner stands elsewhere, with the first of the owner's sites that is placed."""
    elsewhere = {roof.id for roof in plan.roofs if roof.owner_elsewhere}
    lines = []
    for holding in holdings(scenario):
        sites = [index[id_] for n in holding.sites if (id_ := scenario.participants[n].id) in index]
        roofs = [scenario.plants[m].id for m in holding.plants if scenario.plants[m].id in elsewhere]
        lines += [OwnerLine(index[roof], sites[0]) for roof in roofs if sites and roof in index]
    return lines
