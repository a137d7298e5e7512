"""Areas in metres of Lambert-93: which way they lie, what stands inside."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import atan2, cos, degrees, hypot, radians, sin

import shapely
from shapely.geometry.base import BaseGeometry

Place = tuple[float, float]
"""East and north, m."""


def long_side(shape: BaseGeometry) -> tuple[float, float]:
    """Return the azimuth of the longest wall, 0 to 180 degrees from the north, and the width across it, m.

    >>> azimuth, width_m = long_side(shapely.box(0, 0, 20, 10))
    >>> azimuth, round(width_m, 9)
    (90.0, 10.0)
    """
    largest = max(shapely.get_parts(shape), key=shapely.area)
    corners = shapely.get_coordinates(shapely.get_exterior_ring(largest)).tolist()
    walls = ((b[0] - a[0], b[1] - a[1]) for a, b in pairwise(corners))
    east, north = max(walls, key=lambda wall: hypot(*wall), default=(0.0, 0.0))
    azimuth = degrees(atan2(east, north)) % 180.0
    across = [x * cos(radians(azimuth)) - y * sin(radians(azimuth)) for x, y in corners] or [0.0]
    return azimuth, max(across) - min(across)


def middle(shape: BaseGeometry) -> Place:
    """Return the middle of the box of a shape."""
    west, south, east, north = shape.bounds
    return (west + east) / 2.0, (south + north) / 2.0


class Areas:
    """Shapes in a tree: which of them hold a point."""

    def __init__(self, shapes: Sequence[BaseGeometry]) -> None:
        self.tree = shapely.STRtree(shapes)

    def holding(self, place: Place) -> Iterator[int]:
        """Yield the numbers of the shapes in which a point stands, the first ones first.

        >>> list(Areas([shapely.box(0, 0, 9, 9), shapely.box(5, 5, 6, 6)]).holding((3.0, 3.0)))
        [0]
        """
        yield from sorted(self.tree.query(shapely.Point(place), predicate="intersects").tolist())
