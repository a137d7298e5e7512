"""What a stored kWh is worth along the year, with the future known: from the end back, run by run.

A run is a stretch of steps that all have a surplus, or all a lack. Inside one only sums matter: a battery
that only fills, or only empties, meets its bounds at the end.
"""

from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray, IntArray

LEVELS = 12
"""Most prices told apart when the worth of the stored kWh is sought; the planes keep every price."""

TOUCH = 1e-9
"""A level this near a bound, as a part of the room, is on it: rounding of sums."""


def walked(sums: FloatArray, room: float, level: float) -> FloatArray:
    """Stored energy before each run and at the end, (R + 1,), kWh."""
    levels = [level]
    for change in sums.tolist():
        level += change
        if level < 0.0:
            level = 0.0
        elif level > room:
            level = room
        levels.append(level)
    return np.array(levels)


def run_prices(
    value: FloatArray, floor: float, room: float, first: float, moved: FloatArray, starts: IntArray
) -> FloatArray:
    """Value of a stored kWh in each run, with known future, (R,), EUR/kWh.

    What is left at the end is worth what it was bought at: no rule would then have taken it.

    Args:
        value: of a stored kWh given back at each step, (D,); `floor` what one was bought at.
        room, first: what the battery can hold, and holds at the start.
        moved: what could enter it (above 0) or leave it at each step, (D,).
        starts: first step of each run of one sign.
    """
    values, level = _levels(value, floor)
    sums = np.add.reduceat(moved, starts)
    if len(values) == 0:
        return np.full(len(starts), floor)
    if len(values) == 1 and level.min() == 0:
        return _two_prices(sums, room, first, float(values[0]), floor)
    run = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(moved)))
    out = (moved < 0.0) & (level >= 0)
    count = len(values)
    places = run[out] * count + level[out]
    given: FloatArray = np.bincount(places, -moved[out], len(starts) * count).astype(np.float64)
    walk = _Walk(room, [*values.tolist(), floor], sums.tolist(), given.reshape(-1, count).tolist())
    return np.array(walk.prices(first, walk.stacks()))


def _two_prices(sums: FloatArray, room: float, first: float, value: float, floor: float) -> FloatArray:
    """Return the same where a kWh given back is worth the same at all steps: that, or what it was bought at.

    A kWh held before a run is given back later when less is held than what is to be given back ahead,
    which the same walk tells from the end.
    """
    kept = walked(sums, room, first)[:-1]
    ahead = walked(-sums[::-1], room, 0.0)[:0:-1]
    serves = np.where(kept >= room * (1.0 - TOUCH), ahead >= kept - TOUCH * room, ahead > kept + TOUCH * room)
    # Just as much is held as is to be given back: either price does, but the one of the run before must stay.
    even = (np.abs(ahead - kept) <= TOUCH * room) & (kept > TOUCH * room) & (kept < room * (1.0 - TOUCH))
    even[0] = False
    known = np.maximum.accumulate(np.where(even, 0, np.arange(len(sums))))
    return np.where(serves[known], value, floor)


def _levels(value: FloatArray, floor: float) -> tuple[FloatArray, IntArray]:
    """Return at most `LEVELS` values above a floor, dearest first, and that of each step, -1 for none."""
    above = value > floor
    if value.min() == value.max():  # the commonest: one worth
        return value[:1][above[:1]], np.where(above, 0, -1)
    values: FloatArray = np.unique(value[above])
    if len(values) > LEVELS:
        edges = np.linspace(values[0], values[-1], LEVELS + 1)
        values = (edges[1:] + edges[:-1]) / 2.0
        level = np.clip(np.searchsorted(edges, value) - 1, 0, LEVELS - 1)
    else:
        level = np.searchsorted(values, value)
    place = np.where(above, len(values) - 1 - level, -1)
    return values[::-1], place.astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Walk:
    """A battery of `room` through its runs: what each puts in (above 0), or what each could give by level.

    Attributes:
        values: of a stored kWh at each level, dearest first, then the least that one is worth.
        sums: stored kWh, above 0 where the run has a surplus.
        given: stored kWh that each level could give, a row a run.
    """

    room: float
    values: list[float]
    sums: list[float]
    given: list[list[float]]

    def stacks(self) -> list[list[float]]:
        """Return, before each run and at the end, how many of the kWh held go to each level.

        A run that gives adds its needs and the dearest that fit the room stay; a run that takes in serves
        the dearest first, so that a kWh held before it serves what is left.
        """
        stack = [0.0] * (len(self.values) - 1)
        stacks = [stack]
        for put, given in zip(reversed(self.sums), reversed(self.given), strict=True):
            stack = _served(stack, put) if put > 0.0 else _joined(stack, given, self.room)
            stacks.append(stack)
        return stacks[::-1]

    def prices(self, level: float, stacks: list[list[float]]) -> list[float]:
        """Value of a stored kWh in each run along the best path."""
        price, prices = 0.0, []
        for position, (put, given) in enumerate(zip(self.sums, self.given, strict=True)):
            price = self._price(price, level, stacks[position])
            prices.append(price)
            after = stacks[position + 1]
            level = min(self.room, level + put) if put > 0.0 else _kept(level, after, given)
        return prices

    def _price(self, before: float, level: float, stack: list[float]) -> float:
        """Return the worth of a kWh at this level; between two of them, the one of the run before."""
        low = self._at(stack, level + TOUCH * self.room)
        if level <= TOUCH * self.room:
            return low
        high = self._at(stack, level - TOUCH * self.room)
        if level >= self.room * (1.0 - TOUCH):
            return high
        return min(max(before, low), high)

    def _at(self, stack: list[float], level: float) -> float:
        for length, value in zip(stack, self.values, strict=False):
            level -= length
            if level < 0.0:
                return value
        return self.values[-1]


def _served(stack: list[float], put: float) -> list[float]:
    left = list(stack)
    for place, length in enumerate(stack):
        if length >= put:
            left[place] = length - put
            break
        left[place] = 0.0
        put -= length
    return left


def _joined(stack: list[float], given: list[float], room: float) -> list[float]:
    joined = [0.0] * len(stack)
    for place, (length, more) in enumerate(zip(stack, given, strict=True)):
        both = length + more
        if both >= room:
            joined[place] = room
            break
        joined[place] = both
        room -= both
    return joined


def _kept(level: float, after: list[float], given: list[float]) -> float:
    """Remaining energy after a run that serves the dearest first, now or later."""
    kept = 0.0
    for length, more in zip(after, given, strict=True):
        if more >= level:
            return kept
        level -= more
        if length >= level:
            return kept + level
        kept, level = kept + length, level - length
    return kept + level
