"""Where things lie on a map: kilometres a degree, the shape around some places."""

from collections.abc import Sequence

KM_PER_DEG = 111.2
"""Of latitude; of longitude, times the cosine of the latitude."""

Point = tuple[float, float]


def outline(points: Sequence[Point]) -> list[Point]:
    """Return the corners of the smallest convex shape that holds some points (Andrew, 1979).

    >>> outline([(0.0, 0.0), (2.0, 0.0), (1.0, 1.0), (2.0, 2.0), (0.0, 2.0)])
    [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]
    """
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered or [(0.0, 0.0)]
    return [*_side_of(ordered)[:-1], *_side_of(ordered[::-1])[:-1]]


def _side_of(points: Sequence[Point]) -> list[Point]:
    """Return one side of that shape, from the first point to the last, always turning the same way."""
    kept: list[Point] = []
    for x, y in points:
        while len(kept) > 1:
            (x0, y0), (x1, y1) = kept[-2:]
            if (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) > 0.0:
                break
            kept.pop()
        kept.append((x, y))
    return kept
