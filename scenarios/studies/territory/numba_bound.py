"""Primal-dual steps (Chambolle and Pock, 2011) on the choice of operations, compiled: what `bound` calls.

Nothing proves these duals: `bound` takes what they end at, mends it and checks it. They are only good ones.

The best price of a kWh for one operation of which some units are settled, compiled: what `cases` calls.

Nothing proves the price: `cases` takes it to say what the operation is worth at most, which holds at any.
"""

from typing import NamedTuple, TypeVar

import numpy as np
from numba import njit

from acc.arrays import BoolArray, FloatArray, IntArray

Kernel = TypeVar("Kernel")


def compiled(kernel: Kernel) -> Kernel:
    """Compile a function on first use, kept on disk, that lets other threads run."""
    made: Kernel = njit(nogil=True, cache=True, fastmath=True)(kernel)
    return made


class PricedUnits(NamedTuple):
    """What the steps read of S units over T classes of hours: see `numba_plan.Units`.

    `flow` (S, T) what each needs or makes, kWh; `lane` of each; `level` (V + R, T) what a kWh of a lane is
    worth or loses of surplus, `worths` of them worths, `rising` (V + R, T) their order; `size` the kWh of the
    period.
    """

    flow: FloatArray
    lane: IntArray
    level: FloatArray
    rising: IntArray
    worths: int
    size: FloatArray
    cost: FloatArray
    kwp: FloatArray
    fee_eur: float
    top_eur_per_kwh: float


class PlaceRows(NamedTuple):
    """Places as rows of units: those of place c are `unit[start[c] : start[c + 1]]`, all of it E entries."""

    start: IntArray
    unit: IntArray
    cap: FloatArray
    of_unit: IntArray


class Duals(NamedTuple):
    """What proves a bound: prices of a kWh (C, T), of a kWp (C,), worth of a unit (S,), EUR."""

    price: FloatArray
    power: FloatArray
    unit: FloatArray


class StepsState(NamedTuple):
    """Where steps stand: parts of units in places (E,), of places (C,), and the duals."""

    part: FloatArray
    founded: FloatArray
    duals: Duals


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
    top_eur_per_kwh: float


@compiled
def lane_gains(price: FloatArray, d: PricedUnits | PlaceFlows, gain: FloatArray) -> None:
    """Fill the gain per kWh of each lane at prices, EUR: worth over price, or price over surplus."""
    for k in range(len(d.level)):
        for t in range(len(price)):
            over = d.level[k, t] - price[t] if k < d.worths else price[t] - d.level[k, t]
            gain[k, t] = max(0.0, over)


@compiled
def _brings(u: int, power_eur_per_kwp: float, gain: FloatArray, d: PricedUnits) -> float:
    """Net contribution of a unit in a place, its cost and its power paid."""
    flow, own, total = d.flow[u], gain[d.lane[u]], 0.0
    for t in range(len(flow)):
        total += flow[t] * own[t]
    return float(total - d.cost[u] - d.kwp[u] * power_eur_per_kwp)


@compiled
def place_slack(
    c: int, rows: PlaceRows, duals: Duals, d: PricedUnits, gain: FloatArray, terms: FloatArray
) -> float:
    """Upper bound of a place beyond the cost of its units, and term of each unit in `terms`."""
    lane_gains(duals.price[c], d, gain)
    total, power = float(duals.power[c] * rows.cap[c] - d.fee_eur), duals.power[c]
    for e in range(rows.start[c], rows.start[c + 1]):
        u = rows.unit[e]
        own = _brings(u, power, gain, d) - duals.unit[u]
        terms[e - rows.start[c]] = own
        total += max(0.0, own)
    return total


@compiled
def slacks(rows: PlaceRows, duals: Duals, d: PricedUnits, slack: FloatArray) -> None:
    """Fill the upper bound of each place beyond the cost of its units."""
    gain, terms = np.zeros(d.level.shape), np.zeros(len(d.size))
    for c in range(len(slack)):
        slack[c] = place_slack(c, rows, duals, d, gain, terms)


@compiled
def mended(order: IntArray, rows: PlaceRows, duals: Duals, d: PricedUnits) -> None:
    """Raise the worth of units until no place is worth more than they are, place by place."""
    gain, terms = np.zeros(d.level.shape), np.zeros(len(d.size))
    for worst in order:
        over = place_slack(worst, rows, duals, d, gain, terms)
        if over > 0.0:
            total = over - duals.power[worst] * rows.cap[worst] + d.fee_eur
            for e in range(rows.start[worst], rows.start[worst + 1]):
                raised = max(0.0, terms[e - rows.start[worst]]) * over / total
                duals.unit[rows.unit[e]] += raised * (1.0 + 1e-12)


@compiled
def lowered(order: IntArray, rows: PlaceRows, duals: Duals, d: PricedUnits) -> None:
    """Lower the worth of units, one by one, as far as no place is worth more than they are."""
    places, count = len(rows.cap), len(d.size)
    gain, terms = np.zeros(d.level.shape), np.zeros(count)
    slack, value = np.zeros(places), np.zeros(len(rows.unit))
    first = np.zeros(count + 1, np.int64)
    for e in range(len(rows.unit)):
        first[rows.unit[e] + 1] += 1
    first = np.cumsum(first)
    entry, home, filled = np.zeros(len(rows.unit), np.int64), np.zeros(len(rows.unit), np.int64), first.copy()
    for c in range(places):
        slack[c] = place_slack(c, rows, duals, d, gain, terms)
        for e in range(rows.start[c], rows.start[c + 1]):
            u = rows.unit[e]
            value[e] = terms[e - rows.start[c]] + duals.unit[u]
            entry[filled[u]], home[filled[u]] = e, c
            filled[u] += 1
    for u in order:
        room = duals.unit[u]
        for k in range(first[u], first[u + 1]):
            term = value[entry[k]] - duals.unit[u]
            room = min(room, max(0.0, -slack[home[k]] - 1e-9) + max(0.0, -term))
        if room > 0.0:
            for k in range(first[u], first[u + 1]):
                term = value[entry[k]] - duals.unit[u]
                slack[home[k]] += max(0.0, term + room) - max(0.0, term)
            duals.unit[u] -= room


@compiled
def _project(wanted: FloatArray, pace: FloatArray, founded_share: float, fee_eur: float) -> float:
    """Level of a place once its units are held below it: Newton, from the left."""
    start = founded_share - 1.0
    for _turn in range(30):
        gap, slope = (founded_share - start) * fee_eur, fee_eur
        for e in range(len(wanted)):
            if wanted[e] > founded_share:
                gap -= (wanted[e] - founded_share) / pace[e]
                slope += 1.0 / pace[e]
        ahead = max(0.0, founded_share - gap / slope)
        if abs(ahead - founded_share) < 1e-9:
            return ahead
        founded_share = ahead
    return founded_share


@compiled
def stepped_price(
    price_eur_per_kwh: float, t: int, ahead: FloatArray, pace: float, d: PricedUnits | PlaceFlows
) -> float:
    """Return the price that a step against what is short ends at: it stops where a lane starts or ends."""
    to = price_eur_per_kwh
    for k in range(d.worths):
        to += pace * ahead[k, t]
    for j in range(len(d.rising)):
        k = d.rising[j, t]
        if to > d.level[k, t]:
            to = max(d.level[k, t], to - pace * ahead[k, t])
    return min(d.top_eur_per_kwh, max(0.0, to))


@compiled
def _place_step(c, rows, at, d, scale, gain, ahead, pace, before, total):  # type: ignore[no-untyped-def]
    """Move the units of a place along what they bring, then its prices against what is short."""
    a, b = rows.start[c], rows.start[c + 1]
    duals, heavy = at.duals, 0.0
    lane_gains(duals.price[c], d, gain)
    for e in range(a, b):
        heavy += d.kwp[rows.unit[e]]
    capped = heavy >= rows.cap[c]
    power_scale = 300.0 * d.top_eur_per_kwh if capped else 0.0
    power = duals.power[c]
    for e in range(a, b):
        u = rows.unit[e]
        before[e] = at.part[e]
        pace[e - a] = 1.0 / (d.top_eur_per_kwh * d.size[u] + scale[u] + power_scale * d.kwp[u])
        at.part[e] += pace[e - a] * (_brings(u, power, gain, d) - duals.unit[u])
    z = _project(at.part[a:b], pace, at.founded[c], max(d.fee_eur, 1.0))
    at.founded[c] = z
    ahead[:] = 0.0
    kwp = 0.0
    for e in range(a, b):
        u = rows.unit[e]
        at.part[e] = min(z, max(0.0, at.part[e]))
        x = 2.0 * at.part[e] - before[e]
        before[e] = x
        if x != 0.0:
            lane, flow = ahead[d.lane[u]], d.flow[u]
            for t in range(len(flow)):
                lane[t] += x * flow[t]
            kwp += x * d.kwp[u]
    for t in range(d.flow.shape[1]):
        for k in range(len(ahead)):
            ahead[k, t] = max(0.0, ahead[k, t])
        duals.price[c, t] = stepped_price(duals.price[c, t], t, ahead, d.top_eur_per_kwh / total[c, t], d)
    if capped:
        over = (kwp - rows.cap[c]) / heavy
        duals.power[c] = min(d.fee_eur / rows.cap[c], max(0.0, power + power_scale * over))


@compiled
def steps(rounds: int, rows: PlaceRows, at: StepsState, mean: StepsState, d: PricedUnits) -> None:
    """Make so many steps in place; `mean` has the mean of them."""
    count, places, classes = len(d.size), len(rows.cap), d.flow.shape[1]
    gain, ahead = np.zeros(d.level.shape), np.zeros(d.level.shape)
    before, pace = np.zeros(len(rows.unit)), np.zeros(count)
    total = np.full((places, classes), 1e-9)
    for c in range(places):
        for e in range(rows.start[c], rows.start[c + 1]):
            total[c] += d.flow[rows.unit[e]]
    scale, covered = 0.3 * d.top_eur_per_kwh * d.size + 1.0, np.zeros(count)
    mean.part[:] = 0.0
    mean.founded[:] = 0.0
    mean.duals.price[:] = 0.0
    mean.duals.power[:] = 0.0
    mean.duals.unit[:] = 0.0
    for _round in range(rounds):
        for c in range(places):
            _place_step(c, rows, at, d, scale, gain, ahead, pace, before, total)  # type: ignore[no-untyped-call]
        covered[:] = 0.0
        for e in range(len(rows.unit)):
            covered[rows.unit[e]] += before[e]
        for u in range(count):
            if rows.of_unit[u] > 0:
                moved = at.duals.unit[u] + scale[u] * (covered[u] - 1.0) / rows.of_unit[u]
                at.duals.unit[u] = max(0.0, moved)
        mean.part[:] += at.part / rounds
        mean.founded[:] += at.founded / rounds
        mean.duals.price[:] += at.duals.price / rounds
        mean.duals.power[:] += at.duals.power / rounds
        mean.duals.unit[:] += at.duals.unit / rounds


UNIT_PACE = 5.0
"""How much faster units move than prices, of steps that both would take alike."""


@compiled
def form(price: FloatArray, around: BoolArray, mixed: BoolArray, f: PlaceFlows, brings: FloatArray) -> float:
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
def at_most(base_eur: float, brings: FloatArray, settled: IntArray) -> float:
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
                moved = min(1.0, max(0.0, part[e] + UNIT_PACE * brings[e] / (f.top_eur_per_kwh * f.size[e])))
            x = np.float32(2.0 * moved - part[e] if settled[e] == 0 else 1.0)
            part[e] = moved
            mean[e] += moved / last if turn >= rounds // 2 else 0.0
            lane, flow = ahead[f.lane[e]], f.flow[e]
            for t in range(classes):
                lane[t] += x * flow[t]
        for t in range(classes):
            for k in range(len(ahead)):
                ahead[k, t] = max(np.float32(0.0), ahead[k, t])
            price[t] = stepped_price(price[t], t, ahead, f.top_eur_per_kwh / (UNIT_PACE * flows[t]), f)
            middle[t] += price[t] / last if turn >= rounds // 2 else 0.0
