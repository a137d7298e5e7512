"""What groups whose farthest pair ends at one place can weigh: a lens and a disc turned round that place.

A group no wider than the limit, of which `end` is one end of the farthest pair, lies in the lens of `end`
and the other end. A place is in the lens when the other end is seen in a direction near enough to its own,
however far: an arc of directions. Where most arcs meet, the lens is heaviest, and arcs in order tell it of
all directions at once.
"""

from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.rules.apart import EARTH_KM, NEAR_KM
from acc.rules.hunt import Hunt

TURN = 2.0 * np.pi

SLACK_RAD = 1e-6

OBLATE = 0.0034
"""The Earth is not round: its vertical leans by so much from the line to its centre."""

MOST_TILT = 0.5


@dataclass(frozen=True, slots=True)
class Round:
    """Places around one end, as seen from it.

    Attributes:
        places: those within the limit, the end left out.
        km: how far they are, in a straight line, shape (C,).
        direction: where they are seen in the plane, in radians, shape (C,).
        tilt: what the ground may deviate from that plane, as a sine.
    """

    places: IntArray
    km: FloatArray
    direction: FloatArray
    tilt: float


def seen_from(hunt: Hunt, end: int, places: IntArray, squares: FloatArray) -> Round | None:
    """Return the places around an end; None where only distances are known.

    Args:
        places: those within the limit; the end itself may be among them.
        squares: of their distances to the end, km2.
    """
    if hunt.flat_km is None:
        return None
    others = places != end
    east, north = hunt.flat_km[:, places[others]] - hunt.flat_km[:, [end]]
    km = np.sqrt(np.maximum(squares[others], 0.0))
    return Round(places[others], km, np.arctan2(north, east), hunt.tilt)


def lens_weights(hunt: Hunt, end: int, seen: Round) -> IntArray:
    """Return what no useful lens of the end and each of the places around it outweighs, shape (C,)."""
    # |cb| <= |ab| for c in the lens of a and b: cos(angle of b and c) >= |ac| / (2 |ab|), and |ab| <= limit.
    # 1 mm, and what the plane hides of heights, can only widen the arc.
    short = np.maximum(seen.km, NEAR_KM)
    least = seen.km / (2.0 * hunt.limit_km) - 2.0 * (NEAR_KM / short + seen.tilt**2)
    half = np.arccos(np.clip(least, -1.0, 1.0)) + SLACK_RAD
    return _met(hunt, end, seen, half, np.mod(seen.direction, TURN))


def heaviest_disc(hunt: Hunt, end: int, seen: Round) -> IntArray:
    """Return the places of the heaviest useful disc as wide as the limit, with the end on its rim."""
    wide_km = hunt.limit_km * (1.0 - seen.tilt**2)
    inside = seen.km < wide_km
    seen = Round(seen.places[inside], seen.km[inside], seen.direction[inside], seen.tilt)
    half = np.arccos(seen.km / wide_km)
    if not len(half):
        return np.array([end])
    at = np.mod(seen.direction - half, TURN)
    best = at[_met(hunt, end, seen, half, at).argmax()]
    turned = np.abs(np.mod(seen.direction - best + np.pi, TURN) - np.pi)
    return np.append(seen.places[turned <= half + SLACK_RAD], end)


def _met(hunt: Hunt, end: int, seen: Round, half: FloatArray, at: FloatArray) -> IntArray:
    """Return the weight of the arcs that meet in some directions, the end's too; 0 where they are not useful.

    Args:
        half: half the width of the arc of each place, shape (C,).
        at: the directions, from 0 to a turn.
    """
    hunt.left -= 10_000 + 40 * len(half)
    counted = np.vstack([hunt.weights[None, seen.places], hunt.holds[:, seen.places]]).astype(np.int64)
    whole = half >= np.pi
    starts, ends = np.mod(seen.direction - half, TURN), np.mod(seen.direction + half, TURN)
    # Those that hold the direction 0 have begun before it; a whole turn never ends.
    over = counted[:, whole | (ends < starts)].sum(axis=1)
    counted[:, whole] = 0
    first, last = np.argsort(starts), np.argsort(ends)
    begun, ended = np.zeros((2, len(counted), len(half) + 1), dtype=np.int64)
    np.cumsum(counted[:, first], axis=1, out=begun[:, 1:])
    np.cumsum(counted[:, last], axis=1, out=ended[:, 1:])
    met = begun[:, np.searchsorted(starts[first], at, side="right")]
    met -= ended[:, np.searchsorted(ends[last], at, side="left")]
    met += (over + np.append(hunt.weights[end], hunt.holds[:, end]))[:, None]
    weights: IntArray = np.where((met[1:] > 0).all(axis=0), met[0], 0)
    return weights


def flat_of(points_km: FloatArray, limit_km: float) -> tuple[FloatArray | None, float]:
    """Return where places stand in a level plane in their middle, shape (2, V), None where too far.

    And how much a line between two of them within the limit may rise above the plane, as a sine.
    """
    middle = points_km.mean(axis=0)
    up = middle / np.linalg.norm(middle)
    reach_km = float(np.sqrt(((points_km - middle) ** 2).sum(axis=1).max())) + limit_km
    tilt = reach_km / EARTH_KM + OBLATE
    east = np.array([-up[1], up[0], 0.0]) / np.hypot(up[0], up[1])
    flat: FloatArray = np.stack([east, np.cross(up, east)]) @ (points_km - middle).T
    return (flat, tilt) if tilt < MOST_TILT else (None, tilt)
