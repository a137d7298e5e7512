"""The best price of a kWh for one operation of which some units are settled, compiled: what `cases` calls.

Nothing proves the price: `cases` takes it to say what the operation is worth at most, which holds at any.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from acc.arrays import BoolArray, FloatArray, IntArray
from scenarios.studies.territory_plan.numba_bound import stepped_price

compiled = njit(nogil=True, cache=True, fastmath=True)


class PlaceFlows(NamedTuple):
    """Units of a place: kWh (U, T), lane of each, EUR that a kWh of a lane is worth or loses (V + R, T).

    `cost` what being in costs, prices of units in it; `size` the kWh of the period; `roof` who makes.
    """

    flow: FloatArray
    lane: IntArray
    level: FloatArray
    worths: int
    cost: FloatArray
    size: FloatArray
    roof: BoolArray
    top: float


@compiled
def form(price, around, mixed, f, brings):  # type: ignore[no-untyped-def]
    """Fill what each unit brings at a price, its cost paid; return what holds besides.

    Args:
        around: roofs around which the key pools, in the classes that are `mixed`.
    """
    held, classes = 0.0, len(price)
    pooled = np.zeros(classes)
    for e in range(len(f.cost)):
        total, level, flow = 0.0, f.level[f.lane[e]], f.flow[e]
        if around[e]:
            for t in range(classes):
                over = price[t] - level[t]
                pooled[t] += over * flow[t] if mixed[t] else 0.0
                held += max(0.0, -over) * flow[t] if mixed[t] else 0.0
                total += (min(0.0, over) if mixed[t] else max(0.0, over)) * flow[t]
        elif f.roof[e]:
            for t in range(classes):
                total += max(0.0, price[t] - level[t]) * flow[t]
        else:
            for t in range(classes):
                total += max(0.0, level[t] - price[t]) * flow[t]
        brings[e] = total - f.cost[e]
    for t in range(classes):
        held += max(0.0, pooled[t])
    return held


@compiled
def at_most(held, brings, settled):  # type: ignore[no-untyped-def]
    """Return what an operation brings at most: 1 of `settled` stands in it, -1 does not, 0 may."""
    total = held
    for e in range(len(brings)):
        if settled[e] > 0:
            total += brings[e]
        elif settled[e] == 0:
            total += max(0.0, brings[e])
    return total


@compiled
def best_price(rounds, settled, price, part, f, best, mean):  # type: ignore[no-untyped-def]
    """Move price and parts of units by primal-dual steps; fill the best price met and the mean parts."""
    units, classes = f.flow.shape
    ahead, middle, brings = np.zeros(f.level.shape), np.zeros(classes), np.zeros(units)
    whole, none, least = np.full(classes, 1e-9), np.zeros(max(units, classes), np.bool_), np.inf
    for e in range(units):
        if settled[e] >= 0:
            whole += f.flow[e]
    mean[:] = 0.0
    last = rounds - rounds // 2
    for turn in range(rounds + 1):
        if turn == rounds:
            price[:] = middle
        total = at_most(form(price, none, none, f, brings), brings, settled)
        if total < least:
            least = total
            best[:] = price
        ahead[:] = 0.0
        for e in range(units if turn < rounds else 0):
            if settled[e] < 0:
                continue
            moved = 1.0
            if settled[e] == 0:
                moved = min(1.0, max(0.0, part[e] + brings[e] / (f.top * f.size[e])))
            x = 2.0 * moved - part[e] if settled[e] == 0 else 1.0
            part[e] = moved
            mean[e] += moved / last if turn >= rounds // 2 else 0.0
            lane = ahead[f.lane[e]]
            for t in range(classes):
                lane[t] += x * f.flow[e, t]
        for t in range(classes if turn < rounds else 0):
            for k in range(len(ahead)):
                ahead[k, t] = max(0.0, ahead[k, t])
            price[t] = stepped_price(price[t], t, ahead, f.top / whole[t], f)
            middle[t] += price[t] / last if turn >= rounds // 2 else 0.0
