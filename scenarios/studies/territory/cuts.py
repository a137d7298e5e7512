"""Places cut in two where what is chosen in them is wider than an operation may be.

Along any line the sites of an operation span its limit L at most. Of the two parts of a place, what lies up
to m + L along a line and what lies beyond m, one holds each operation of the place, wherever m is: one whose
first site is not beyond m ends by m + L. So cut places hold every lawful operation as before.
"""

from dataclasses import replace

import numpy as np

from acc.arrays import FloatArray
from scenarios.studies.territory.places import PLANE_RATIO, Place

DIRECTIONS = 24
LEAST_CHOSEN = 0.02
"""Part of a place, or of a unit in a founded place, below which it is not chosen."""

_TURNS = np.pi * np.arange(DIRECTIONS) / DIRECTIONS
LINES = np.stack([np.cos(_TURNS), np.sin(_TURNS)])


def parts_of(place: Place, chosen: FloatArray, places_km: FloatArray) -> tuple[Place, ...]:
    """Return the two parts of a place, or the place itself where what is chosen spans no more than its limit.

    Args:
        chosen: weight of each unit of the place, zero where it is not chosen.
    """
    if not np.isfinite(place.limit_km) or not (chosen > 0.0).any():
        return (place,)
    along = places_km[place.units] @ LINES
    wide, here = place.limit_km * PLANE_RATIO, chosen > 0.0
    least, best = 0.0, None
    for line in range(DIRECTIONS):
        order = np.argsort(along[here, line], kind="stable")
        at, weight = along[here, line][order], chosen[here][order]
        if at[-1] - at[0] <= wide:
            continue
        before = np.concatenate([[0.0], np.cumsum(weight)])
        ends = np.searchsorted(at, at + wide, side="right")
        lost = np.minimum(before[1:], before[-1] - before[ends])
        middle = int(np.argmax(lost))
        if lost[middle] > least:
            least, best = float(lost[middle]), (line, float(at[middle]))
    if best is None:
        return (place,)
    line, first = best
    sides = along[:, line] <= first + wide, along[:, line] > first
    return tuple(replace(place, units=place.units[side]) for side in sides)
