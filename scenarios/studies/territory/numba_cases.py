"""The best price of a kWh for one operation of which some units are settled, compiled: what `cases` calls.

Nothing proves the price: `cases` takes it to say what the operation is worth at most, which holds at any.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from acc.arrays import BoolArray, FloatArray, IntArray
from scenarios.studies.territory.numba_bound import lane_gains, stepped_price

compiled = njit(nogil=True, cache=True, fastmath=True)

UNIT_PACE = 5.0
"""How much faster units move than prices, of steps that both would take alike."""


class PlaceFlows(NamedTuple):
    """Units of a place: kWh (U, T), lane of each, EUR that a kWh of a lane is worth or loses (V + R, T).

    `rising` the order of lanes; `cost` what being in costs, prices of units in it; `size` the kWh of the
    period; `roof` who makes, in each of H hours of the year a part `hours` (K, H) of it, by the row `row`;
    `of_hour` (H,) their classes.
    """

    flow: FloatArray
    lane: IntArray
    level: FloatArray
    rising: IntArray
    worths: int
    cost: FloatArray
    size: FloatArray
    roof: BoolArray
    row: IntArray
    hours: FloatArray
    of_hour: IntArray
    top: float


@compiled
def form(price, around, mixed, f, brings):  # type: ignore[no-untyped-def]
    """Fill the net contribution of each unit at a price; return the remainder.

    Args:
        around: roofs around which the key pools, in the classes that are `mixed`.
    """
    base_eur, classes = 0.0, len(price)
    pooled = np.zeros(len(f.of_hour))
    for e in range(len(f.cost)):
        total, level, flow = 0.0, f.level[f.lane[e]], f.flow[e]
        if around[e]:
            for t in range(classes):
                over = price[t] - level[t]
                base_eur += max(0.0, -over) * flow[t] if mixed[t] else 0.0
                total += (min(0.0, over) if mixed[t] else max(0.0, over)) * flow[t]
            # What roofs make together above their price, hour by hour: of a class it would be less.
            hour = f.hours[f.row[e]]
            for h in range(len(pooled)):
                t = f.of_hour[h]
                pooled[h] += (price[t] - level[t]) * hour[h] * f.size[e] if mixed[t] else 0.0
        elif f.roof[e]:
            for t in range(classes):
                total += max(0.0, price[t] - level[t]) * flow[t]
        else:
            for t in range(classes):
                total += max(0.0, level[t] - price[t]) * flow[t]
        brings[e] = total - f.cost[e]
    for h in range(len(pooled)):
        base_eur += max(0.0, pooled[h])
    return base_eur


@compiled
def at_most(base_eur, brings, settled):  # type: ignore[no-untyped-def]
    """Upper bound of an operation: 1 of `settled` is inside, -1 outside, 0 open."""
    total = base_eur
    for e in range(len(brings)):
        if settled[e] > 0:
            total += brings[e]
        elif settled[e] == 0:
            total += max(0.0, brings[e])
    return total


@compiled
def best_price(rounds, settled, price, part, f, best, mean):  # type: ignore[no-untyped-def]
    """Move price and parts of units by primal-dual steps; fill the best price met and the mean parts.

    Args:
        settled: 1 of units that stand in, 0 of those that may: no other is in `f`, of single precision.
    """
    units, classes = f.flow.shape
    ahead, gain, middle = np.zeros_like(f.level), np.zeros_like(f.level), np.zeros(classes)
    flows, brings, least = np.full(classes, 1e-9), np.zeros(units), np.inf
    for e in range(units):
        flows += f.flow[e]
    mean[:] = 0.0
    last = rounds - rounds // 2
    for turn in range(rounds + 1):
        if turn == rounds:
            price[:] = middle
        lane_gains(price, f, gain)
        for e in range(units):
            brings[e] = np.dot(gain[f.lane[e]], f.flow[e]) - f.cost[e]
        total = at_most(0.0, brings, settled)
        if total < least:
            least = total
            best[:] = price
        if turn == rounds:
            break
        ahead[:] = 0.0
        for e in range(units):
            moved = 1.0
            if settled[e] == 0:
                moved = min(1.0, max(0.0, part[e] + UNIT_PACE * brings[e] / (f.top * f.size[e])))
            x = np.float32(2.0 * moved - part[e] if settled[e] == 0 else 1.0)
            part[e] = moved
            mean[e] += moved / last if turn >= rounds // 2 else 0.0
            lane, flow = ahead[f.lane[e]], f.flow[e]
            for t in range(classes):
                lane[t] += x * flow[t]
        for t in range(classes):
            for k in range(len(ahead)):
                ahead[k, t] = max(np.float32(0.0), ahead[k, t])
            price[t] = stepped_price(price[t], t, ahead, f.top / (UNIT_PACE * flows[t]), f)
            middle[t] += price[t] / last if turn >= rounds // 2 else 0.0
