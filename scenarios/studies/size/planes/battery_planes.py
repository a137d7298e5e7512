"""A battery whose size is sought: what the simulator's rule makes of it, and planes that no rule passes.

The rule (`acc.devices.battery`) takes what all together leave and gives back what they lack, as soon as
it can.
Between two changes of sign only the sums of these runs matter, so a year is walked run by run.

The planes are those of the linear programme where each kWh made is used at once, stored or sold, with the
future known: jointly concave in powers and energy. A price of the stored kWh in each run, whatever it
is, gives a plane above that programme (Lagrange); the prices found here, by going back through the runs, give
the one that touches it. With one worth of all local kWh no rule does better than the simulator's, so
plane and value meet; with several the future known is worth more, and their difference stays in the gap.
"""

from dataclasses import dataclass, field

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from scenarios.studies.size.planes.stored_energy_prices import run_prices, walked

LEAST_KWH = 1e-6
"""An empty battery is priced as one of this energy: what its first kWh is worth."""


@dataclass(frozen=True, slots=True, eq=False)
class Store:
    """What one kWh of battery can do.

    Attributes:
        step_ratio: most that it takes or gives in a step, at the meter, per kWh of battery.
        way_ratio: efficiency of charging, the same as that of discharging.
        initial_ratio: charge at the start, part of the capacity.
        scale: kWh of capacity in the unit of the flows; 1 over the years of the period when these are yearly.
        kept: planes found already, by worth and point.
    """

    step_ratio: float
    way_ratio: float
    initial_ratio: float = 0.0
    scale: float = 1.0
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
        taken: lost by each kWh that the battery takes.
    """

    name: str
    direct: FloatArray
    given: FloatArray
    taken: float


def used(store: Store, output_kwh: FloatArray, need_kwh: FloatArray, kwh: float) -> BatteryUse:
    """Use of a battery of `kwh` under the simulator's rule: `acc.devices.battery.with_battery`.

    >>> half = Store(step_ratio=1.0, way_ratio=1.0)
    >>> found = used(half, np.array([5.0, 0.0, 0.0]), np.array([1.0, 2.0, 2.0]), 3.0)
    >>> found.taken_kwh.tolist(), found.given_kwh.tolist()
    ([3.0, 0.0, 0.0], [0.0, 2.0, 1.0])
    """
    room = kwh * store.scale
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


def _moved(store: Store, balance: FloatArray, room: float) -> tuple[FloatArray, IntArray]:
    """Possible charge (positive) or discharge at each step, (D,), and starts of the runs."""
    limit, way = room * store.step_ratio, store.way_ratio
    moved = np.clip(balance, -limit, limit)
    moved *= np.where(balance > 0.0, way, 1.0 / way)
    return moved, _starts(balance > 0.0)


def _starts(is_surplus: BoolArray) -> IntArray:
    return np.flatnonzero(np.diff(is_surplus, prepend=not is_surplus[0]))


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
    store: Store, output_kwh: FloatArray, need_kwh: FloatArray, kwh: float, worth: StoredWorth
) -> tuple[float, FloatArray, float]:
    """Return a plane above the worth of every battery and output: constant, by kWh made (D,), by kWh.

    It touches the programme with the future known at `output_kwh` and `kwh`.
    """
    room = max(kwh, LEAST_KWH) * store.scale
    moved, starts = _moved(store, output_kwh - need_kwh, room)
    first = room * store.initial_ratio
    prices = run_prices(
        worth.given * store.way_ratio, worth.taken / store.way_ratio, room, first, moved, starts
    )
    lengths = np.diff(starts, append=len(moved))
    stored_eur = np.repeat(prices, lengths)
    limit = kwh * store.scale * store.step_ratio
    of_output, of_need, of_limit = _step_prices(store, worth, stored_eur, output_kwh, need_kwh, limit)
    rises = np.maximum(np.diff(prices), 0.0).sum() + prices[0] * store.initial_ratio
    of_kwh = store.scale * (store.step_ratio * float(of_limit.sum()) + float(rises))
    return float(np.einsum("d,d->", need_kwh, of_need)), of_output, of_kwh


def _step_prices(
    store: Store,
    worth: StoredWorth,
    stored_eur: FloatArray,
    output_kwh: FloatArray,
    need_kwh: FloatArray,
    limit: float,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Dual prices of production, need and limit at each step, (D,) each.

    The step sends what is made to the need or to the battery, which serves the need too:
    `max direct q + give d + take c` with `q + c <= made`, `q + d <= need`, `c, d <= limit`. Its dual has
    `y1 + y2 >= direct` and pays `(take - y1)+ + (give - y2)+` for the limit; any such (y1, y2) is a bound.
    """
    direct = worth.direct
    give = np.maximum(worth.given - stored_eur / store.way_ratio, 0.0)
    take = np.maximum(stored_eur * store.way_ratio - worth.taken, 0.0)
    lack = need_kwh - output_kwh
    y1 = np.where(
        lack > 0.0,
        np.where(lack <= limit, direct - give, direct),
        np.where(-lack <= limit, take, 0.0),
    )
    y1 = np.clip(y1, 0.0, direct)
    y2 = direct - y1
    odd = np.flatnonzero(take + give > direct)
    if odd.size:
        y1[odd], y2[odd] = _cheapest(direct[odd], give[odd], take[odd], output_kwh[odd], need_kwh[odd], limit)
    return y1, y2, np.maximum(take - y1, 0.0) + np.maximum(give - y2, 0.0)


def _cheapest(
    direct: FloatArray,
    give: FloatArray,
    take: FloatArray,
    output_kwh: FloatArray,
    need: FloatArray,
    limit: float,
) -> tuple[FloatArray, FloatArray]:
    """Return the cheapest corner of the dual of each step, where the battery may come before the need."""
    corners = []
    for first in (np.zeros_like(direct), take, np.maximum(direct - give, 0.0), direct):
        least = np.maximum(direct - first, 0.0)
        corners += [(first, least), (first, np.maximum(least, give))]
    y1, y2 = (np.stack(side) for side in zip(*corners, strict=True))
    cost = output_kwh * y1 + need * y2 + limit * (np.maximum(take - y1, 0.0) + np.maximum(give - y2, 0.0))
    best = np.argmin(cost, axis=0)[None]
    return np.take_along_axis(y1, best, 0)[0], np.take_along_axis(y2, best, 0)[0]
