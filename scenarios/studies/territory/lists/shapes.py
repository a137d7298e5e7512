"""Areas in metres of Lambert-93: what they cover, which way they lie, what stands inside."""

from collections.abc import Iterator, Sequence
from math import atan2, cos, degrees, hypot, radians, sin

from scenarios.studies.territory.lists.roof_layers import Point, Ring

CELL_M = 200.0
"""Of the grid by which areas are looked for: some houses wide."""


def area_m2(rings: Sequence[Ring]) -> float:
    """Area of a shape, m2: rings that turn the other way are holes.

    >>> area_m2([((0, 0), (10, 0), (10, 10), (0, 10)), ((1, 1), (1, 3), (3, 3), (3, 1))])
    96.0
    """
    signed = [_signed_m2(ring) for ring in rings]
    largest = max(signed, key=abs, default=0.0)
    return abs(sum(signed)) if largest else 0.0


def _signed_m2(ring: Ring) -> float:
    turned = zip(ring, (*ring[1:], *ring[:1]), strict=True)
    east, north = ring[0] if ring else (0.0, 0.0)
    return 0.5 * sum((a[0] - east) * (b[1] - north) - (b[0] - east) * (a[1] - north) for a, b in turned)


def long_side(rings: Sequence[Ring]) -> tuple[float, float]:
    """Return the azimuth of the longest wall, 0 to 180 degrees from the north, and the width across it, m.

    >>> azimuth, width_m = long_side([((0, 0), (20, 0), (20, 10), (0, 10))])
    >>> azimuth, round(width_m, 9)
    (90.0, 10.0)
    """
    ring = max(rings, key=lambda each: abs(_signed_m2(each)))
    walls = [(b[0] - a[0], b[1] - a[1]) for a, b in zip(ring, (*ring[1:], *ring[:1]), strict=True)]
    east, north = max(walls, key=lambda wall: hypot(*wall))
    azimuth = degrees(atan2(east, north)) % 180.0
    across = [x * cos(radians(azimuth)) - y * sin(radians(azimuth)) for x, y in ring]
    return azimuth, max(across) - min(across)


def middle(rings: Sequence[Ring]) -> Point:
    """Return the middle of the box of a shape."""
    east, north = zip(*(point for ring in rings for point in ring), strict=True)
    return (min(east) + max(east)) / 2.0, (min(north) + max(north)) / 2.0


def holds(rings: Sequence[Ring], point: Point) -> bool:
    """Return whether a point stands in a shape, out of its holes.

    >>> holds([((0, 0), (9, 0), (9, 9), (0, 9))], (3, 3)), holds([((0, 0), (9, 0), (9, 9))], (3, 8))
    (True, False)
    """
    is_in, (x, y) = False, point
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], *ring[:1]), strict=True):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                is_in = not is_in
    return is_in


MOST_CELLS = 250_000
"""Of a shape, which is then as large as a department: what is larger is none that is asked for."""


class Areas:
    """Shapes by the cells of a grid that they reach: which of them hold a point."""

    def __init__(self, shapes: Sequence[Sequence[Ring]]) -> None:
        self.shapes, self.at = shapes, dict[tuple[int, int], list[int]]()
        for number, rings in enumerate(shapes):
            for cell in _cells(rings):
                self.at.setdefault(cell, []).append(number)

    def holding(self, point: Point) -> Iterator[int]:
        """Yield the numbers of the shapes in which a point stands."""
        cell = int(point[0] // CELL_M), int(point[1] // CELL_M)
        return (number for number in self.at.get(cell, ()) if holds(self.shapes[number], point))


def _cells(rings: Sequence[Ring]) -> Iterator[tuple[int, int]]:
    points = [point for ring in rings for point in ring]
    if not points:
        return
    east, north = ([int(value // CELL_M) for value in values] for values in zip(*points, strict=True))
    if (max(east) - min(east)) * (max(north) - min(north)) > MOST_CELLS:
        return
    for x in range(min(east), max(east) + 1):
        for y in range(min(north), max(north) + 1):
            yield x, y
