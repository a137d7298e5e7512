"""A battery whose size is sought: what the simulator's rule makes of it, and planes that no rule passes.

The rule (`acc.devices.battery`) takes what all together leave and gives back what they lack, as soon as
it can.
Between two changes of sign only the sums of these runs matter, so a year is walked run by run.

The planes are those of the linear programme where each kWh made is used at once, stored or sold, with the
future known: jointly concave in powers and energy. A price of the stored kWh in each run, whatever it
is, gives a plane above that programme (Lagrange); the prices found here, by going back through the runs, give
the one that touches it. With one worth of all local kWh no rule does better than the simulator's, so
plane and value meet; with several the future known is worth more, and their difference stays in the gap.

What a stored kWh is worth along the year, with the future known: from the end back, run by run.

A run is a stretch of steps that all have a surplus, or all a lack. Inside one only sums matter: a battery
that only fills, or only empties, meets its bounds at the end.
"""

from dataclasses import dataclass, field

import numpy as np

from acc.arrays import FloatArray, IntArray

LEVELS = 12
"""Most prices told apart when the worth of the stored kWh is sought; the planes keep every price."""

TOUCH = 1e-9
"""A level this near a bound, as a part of the room, is on it: rounding of sums."""


def walked(sums: FloatArray, room_kwh: float, level_kwh: float) -> FloatArray:
    """Stored energy before each run and at the end, (R + 1,), kWh."""
    levels = [level_kwh]
    for change in sums.tolist():
        level_kwh += change
        if level_kwh < 0.0:
            level_kwh = 0.0
        elif level_kwh > room_kwh:
            level_kwh = room_kwh
        levels.append(level_kwh)
    return np.array(levels)


def run_prices(
    value: FloatArray,
    floor_eur_per_kwh: float,
    room_kwh: float,
    first_kwh: float,
    moved: FloatArray,
    starts: IntArray,
) -> FloatArray:
    """Value of a stored kWh in each run, with known future, (R,), EUR/kWh.

    What is left at the end is worth what it was bought at: no rule would then have taken it.

    Args:
        value: of a stored kWh given back at each step, (D,); `floor_eur_per_kwh` what one was bought at.
        room_kwh, first_kwh: what the battery can hold, and holds at the start.
        moved: what could enter it (above 0) or leave it at each step, (D,).
        starts: first step of each run of one sign.
    """
    values, level = _levels(value, floor_eur_per_kwh)
    sums = np.add.reduceat(moved, starts)
    if len(values) == 0:
        return np.full(len(starts), floor_eur_per_kwh)
    if len(values) == 1 and level.min() == 0:
        return _two_prices(sums, room_kwh, first_kwh, float(values[0]), floor_eur_per_kwh)
    run = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(moved)))
    out = (moved < 0.0) & (level >= 0)
    count = len(values)
    places = run[out] * count + level[out]
    given: FloatArray = np.bincount(places, -moved[out], len(starts) * count).astype(np.float64)
    walk = _Walk(
        room_kwh, [*values.tolist(), floor_eur_per_kwh], sums.tolist(), given.reshape(-1, count).tolist()
    )
    return np.array(walk.prices(first_kwh, walk.stacks()))


def _two_prices(
    sums: FloatArray, room_kwh: float, first_kwh: float, value_eur_per_kwh: float, floor_eur_per_kwh: float
) -> FloatArray:
    """Return the same where a kWh given back is worth the same at all steps: that, or what it was bought at.

    A kWh held before a run is given back later when less is held than what is to be given back ahead,
    which the same walk tells from the end.
    """
    kept = walked(sums, room_kwh, first_kwh)[:-1]
    ahead = walked(-sums[::-1], room_kwh, 0.0)[:0:-1]
    serves = np.where(
        kept >= room_kwh * (1.0 - TOUCH), ahead >= kept - TOUCH * room_kwh, ahead > kept + TOUCH * room_kwh
    )
    # Just as much is held as is to be given back: either price does, but the one of the run before must stay.
    even = (
        (np.abs(ahead - kept) <= TOUCH * room_kwh)
        & (kept > TOUCH * room_kwh)
        & (kept < room_kwh * (1.0 - TOUCH))
    )
    even[0] = False
    known = np.maximum.accumulate(np.where(even, 0, np.arange(len(sums))))
    return np.where(serves[known], value_eur_per_kwh, floor_eur_per_kwh)


def _levels(value: FloatArray, floor_eur_per_kwh: float) -> tuple[FloatArray, IntArray]:
    """Return at most `LEVELS` values above a floor, dearest first, and that of each step, -1 for none."""
    above = value > floor_eur_per_kwh
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
    """A battery of `room_kwh` through its runs: what each puts in (above 0), or what each may give by level.

    Attributes:
        values_eur_per_kwh: of a stored kWh at each level, dearest first, then the least that one is worth.
        sums_kwh: stored kWh, above 0 where the run has a surplus.
        given_kwh: stored kWh that each level could give, a row a run.
    """

    room_kwh: float
    values_eur_per_kwh: list[float]
    sums_kwh: list[float]
    given_kwh: list[list[float]]

    def stacks(self) -> list[list[float]]:
        """Return, before each run and at the end, how many of the kWh held go to each level.

        A run that gives adds its needs and the dearest that fit the room stay; a run that takes in serves
        the dearest first, so that a kWh held before it serves what is left.
        """
        stack = [0.0] * (len(self.values_eur_per_kwh) - 1)
        stacks = [stack]
        for put, given in zip(reversed(self.sums_kwh), reversed(self.given_kwh), strict=True):
            stack = _served(stack, put) if put > 0.0 else _joined(stack, given, self.room_kwh)
            stacks.append(stack)
        return stacks[::-1]

    def prices(self, level_kwh: float, stacks_kwh: list[list[float]]) -> list[float]:
        """Value of a stored kWh in each run along the best path."""
        price, prices = 0.0, []
        for position, (put, given) in enumerate(zip(self.sums_kwh, self.given_kwh, strict=True)):
            price = self._price(price, level_kwh, stacks_kwh[position])
            prices.append(price)
            after = stacks_kwh[position + 1]
            level_kwh = min(self.room_kwh, level_kwh + put) if put > 0.0 else _kept(level_kwh, after, given)
        return prices

    def _price(self, before_eur_per_kwh: float, level_kwh: float, stack_kwh: list[float]) -> float:
        """Return the worth of a kWh at this level; between two of them, the one of the run before."""
        low = self._at(stack_kwh, level_kwh + TOUCH * self.room_kwh)
        if level_kwh <= TOUCH * self.room_kwh:
            return low
        high = self._at(stack_kwh, level_kwh - TOUCH * self.room_kwh)
        if level_kwh >= self.room_kwh * (1.0 - TOUCH):
            return high
        return min(max(before_eur_per_kwh, low), high)

    def _at(self, stack_kwh: list[float], level_kwh: float) -> float:
        for length, value in zip(stack_kwh, self.values_eur_per_kwh, strict=False):
            level_kwh -= length
            if level_kwh < 0.0:
                return value
        return self.values_eur_per_kwh[-1]


def _served(stack_kwh: list[float], put_kwh: float) -> list[float]:
    left = list(stack_kwh)
    for place, length in enumerate(stack_kwh):
        if length >= put_kwh:
            left[place] = length - put_kwh
            break
        left[place] = 0.0
        put_kwh -= length
    return left


def _joined(stack_kwh: list[float], given_kwh: list[float], room_kwh: float) -> list[float]:
    joined = [0.0] * len(stack_kwh)
    for place, (length, more) in enumerate(zip(stack_kwh, given_kwh, strict=True)):
        both = length + more
        if both >= room_kwh:
            joined[place] = room_kwh
            break
        joined[place] = both
        room_kwh -= both
    return joined


def _kept(level_kwh: float, after_kwh: list[float], given_kwh: list[float]) -> float:
    """Remaining energy after a run that serves the dearest first, now or later."""
    kept = 0.0
    for length, more in zip(after_kwh, given_kwh, strict=True):
        if more >= level_kwh:
            return kept
        level_kwh -= more
        if length >= level_kwh:
            return kept + level_kwh
        kept, level_kwh = kept + length, level_kwh - length
    return kept + level_kwh


LEAST_KWH = 1e-6
"""An empty battery is priced as one of this energy: what its first kWh is worth."""


@dataclass(frozen=True, slots=True, eq=False)
class Store:
    """What one kWh of battery can do.

    Attributes:
        step_ratio: most that it takes or gives in a step, at the meter, per kWh of battery.
        way_ratio: efficiency of charging, the same as that of discharging.
        initial_ratio: charge at the start, part of the capacity.
        scale_ratio: kWh of capacity in the unit of the flows; 1 over its years when these are yearly.
        kept: planes found already, by worth and point.
    """

    step_ratio: float
    way_ratio: float
    initial_ratio: float = 0.0
    scale_ratio: float = 1.0
    kept: dict[tuple[object, ...], tuple[float, FloatArray]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class BatteryUse:
    """What becomes of the kWh made, each of shape (D,), and what the battery holds at the end."""

    direct_kwh: FloatArray
    taken_kwh: FloatArray
    given_kwh: FloatArray
    left_kwh: float


@dataclass(frozen=True, slots=True, eq=False)
class StoredWorth:
    """What a kWh is worth above its sale as surplus, each gain of its own.

    Attributes:
        name: of the gain, for what is kept.
        direct: used at once, (D,), not negative.
        given: given back by the battery, (D,).
        taken_eur_per_kwh: lost by each kWh that the battery takes.
    """

    name: str
    direct: FloatArray
    given: FloatArray
    taken_eur_per_kwh: float


def used_kwh(store: Store, output_kwh: FloatArray, need_kwh: FloatArray, capacity_kwh: float) -> BatteryUse:
    """Use of a battery of `capacity_kwh` under the simulator's rule: `acc.devices.battery.with_battery`.

    >>> half = Store(step_ratio=1.0, way_ratio=1.0)
    >>> use = used_kwh(half, np.array([5.0, 0.0, 0.0]), np.array([1.0, 2.0, 2.0]), 3.0)
    >>> use.taken_kwh.tolist(), use.given_kwh.tolist()
    ([3.0, 0.0, 0.0], [0.0, 2.0, 1.0])
    """
    room = capacity_kwh * store.scale_ratio
    moved, starts = _moved(store, output_kwh - need_kwh, room)
    first = room * store.initial_ratio
    stored = walked(np.add.reduceat(moved, starts), room, first)[:-1]
    lengths = np.diff(starts, append=len(moved))
    running = np.cumsum(moved)
    offset = stored - (running - moved)[starts]
    stored = np.clip(running + np.repeat(offset, lengths), 0.0, room)
    change = np.diff(stored, prepend=first)
    return BatteryUse(
        direct_kwh=np.minimum(output_kwh, need_kwh),
        taken_kwh=np.maximum(change, 0.0) / store.way_ratio,
        given_kwh=np.maximum(-change, 0.0) * store.way_ratio,
        left_kwh=float(stored[-1]),
    )


def _moved(store: Store, balance: FloatArray, room_kwh: float) -> tuple[FloatArray, IntArray]:
    """Possible charge (positive) or discharge at each step, (D,), and starts of the runs."""
    limit, way = room_kwh * store.step_ratio, store.way_ratio
    moved = np.clip(balance, -limit, limit)
    is_surplus = balance > 0.0
    moved *= np.where(is_surplus, way, 1.0 / way)
    return moved, np.flatnonzero(np.diff(is_surplus, prepend=not is_surplus[0]))


@dataclass(frozen=True, slots=True, eq=False)
class StoreTerm:
    """The worth of what is made for some gains, in powers and energy: the last variable is the battery.

    Attributes:
        unit_kwh: made by one unit, (m, D), `made_by` which of these each other variable makes, (n,).
        need_kwh: shape (D,).
        worths: with the rows of the gains that they are for.
        rows: how many gains there are.
    """

    store: Store
    unit_kwh: FloatArray
    made_by: IntArray
    need_kwh: FloatArray
    worths: tuple[tuple[StoredWorth, tuple[int, ...]], ...]
    rows: int

    def at(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the values (J,) of the planes that touch at `x`, and their slopes (J, n + 1)."""
        values, gradients = np.zeros(self.rows), np.zeros((self.rows, len(x)))
        for worth, rows in self.worths:
            key = (worth.name, x.tobytes())
            if key not in self.store.kept:
                self.store.kept[key] = self._plane(worth, x)
            values[list(rows)], gradients[list(rows)] = self.store.kept[key]
        return values, gradients

    def _plane(self, worth: StoredWorth, x: FloatArray) -> tuple[float, FloatArray]:
        powers = np.bincount(self.made_by, x[:-1], len(self.unit_kwh))
        output_kwh = np.einsum("n,nd->d", powers, self.unit_kwh)
        constant, of_output, of_kwh = plane(self.store, output_kwh, self.need_kwh, float(x[-1]), worth)
        gradient = np.append(np.einsum("nd,d->n", self.unit_kwh, of_output)[self.made_by], of_kwh)
        return constant + float(gradient @ x), gradient


def plane(
    store: Store, output_kwh: FloatArray, need_kwh: FloatArray, capacity_kwh: float, worth: StoredWorth
) -> tuple[float, FloatArray, float]:
    """Return a plane above the worth of every battery and output: constant, by kWh made (D,), by kWh.

    It touches the programme with the future known at `output_kwh` and `capacity_kwh`.
    """
    room = max(capacity_kwh, LEAST_KWH) * store.scale_ratio
    moved, starts = _moved(store, output_kwh - need_kwh, room)
    first = room * store.initial_ratio
    prices = run_prices(
        worth.given * store.way_ratio, worth.taken_eur_per_kwh / store.way_ratio, room, first, moved, starts
    )
    lengths = np.diff(starts, append=len(moved))
    stored_eur = np.repeat(prices, lengths)
    limit = capacity_kwh * store.scale_ratio * store.step_ratio
    of_output, of_need, of_limit = _step_prices(store, worth, stored_eur, output_kwh, need_kwh, limit)
    rises = np.maximum(np.diff(prices), 0.0).sum() + prices[0] * store.initial_ratio
    of_kwh = store.scale_ratio * (store.step_ratio * float(of_limit.sum()) + float(rises))
    return float(np.einsum("d,d->", need_kwh, of_need)), of_output, of_kwh


def _step_prices(
    store: Store,
    worth: StoredWorth,
    stored_eur: FloatArray,
    output_kwh: FloatArray,
    need_kwh: FloatArray,
    limit_kwh: float,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Dual prices of production, need and limit at each step, (D,) each.

    The step sends what is made to the need or to the battery, which serves the need too:
    `max direct q + give d + take c` with `q + c <= made`, `q + d <= need`, `c, d <= limit_kwh`. Its dual has
    `y1 + y2 >= direct` and pays `(take - y1)+ + (give - y2)+` for the limit; any such (y1, y2) is a bound.
    """
    direct = worth.direct
    give = np.maximum(worth.given - stored_eur / store.way_ratio, 0.0)
    take = np.maximum(stored_eur * store.way_ratio - worth.taken_eur_per_kwh, 0.0)
    lack = need_kwh - output_kwh
    y1 = np.where(
        lack > 0.0,
        np.where(lack <= limit_kwh, direct - give, direct),
        np.where(-lack <= limit_kwh, take, 0.0),
    )
    y1 = np.clip(y1, 0.0, direct)
    y2 = direct - y1
    odd = np.flatnonzero(take + give > direct)
    if odd.size:
        y1[odd], y2[odd] = _cheapest(
            direct[odd], give[odd], take[odd], output_kwh[odd], need_kwh[odd], limit_kwh
        )
    return y1, y2, np.maximum(take - y1, 0.0) + np.maximum(give - y2, 0.0)


def _cheapest(
    direct: FloatArray,
    give: FloatArray,
    take: FloatArray,
    output_kwh: FloatArray,
    need: FloatArray,
    limit_kwh: float,
) -> tuple[FloatArray, FloatArray]:
    """Return the cheapest corner of the dual of each step, where the battery may come before the need."""
    corners = []
    for first in (np.zeros_like(direct), take, np.maximum(direct - give, 0.0), direct):
        least = np.maximum(direct - first, 0.0)
        corners += [(first, least), (first, np.maximum(least, give))]
    y1, y2 = (np.stack(side) for side in zip(*corners, strict=True))
    cost = output_kwh * y1 + need * y2 + limit_kwh * (np.maximum(take - y1, 0.0) + np.maximum(give - y2, 0.0))
    best = np.argmin(cost, axis=0)[None]
    return np.take_along_axis(y1, best, 0)[0], np.take_along_axis(y2, best, 0)[0]
