"""Primal-dual steps (Chambolle and Pock, 2011) on the choice of operations, compiled: what `bound` calls.

Nothing proves these duals: `bound` takes what they end at, mends it and checks it. They are only good ones.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from acc.arrays import FloatArray, IntArray

compiled = njit(nogil=True, cache=True)


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


@compiled
def row_worth(price, d, out):  # type: ignore[no-untyped-def]
    """Return what a kWh of each row of loads and roofs is worth at prices, EUR, in `out` (K + O,)."""
    levels = len(d.worth)
    for k in range(len(d.rows)):
        lane, total = d.row_lane[k], 0.0
        for t in range(len(price)):
            over = d.worth[lane, t] - price[t] if lane < levels else price[t] - d.surplus[lane - levels]
            if over > 0.0:
                total += over * d.rows[k, t]
        out[k] = total


@compiled
def place_slack(c, rows, duals, d, worth, terms):  # type: ignore[no-untyped-def]
    """Return what a place is worth at most beyond what its units cost, and that of each unit in `terms`."""
    row_worth(duals.price[c], d, worth)
    total = duals.power[c] * rows.cap[c] - d.fee
    for e in range(rows.start[c], rows.start[c + 1]):
        u = rows.unit[e]
        own = d.size[u] * worth[d.row[u]] - d.cost[u] - d.kwp[u] * duals.power[c] - duals.unit[u]
        terms[e - rows.start[c]] = max(0.0, own)
        total += max(0.0, own)
    return total


@compiled
def mended(rows, duals, d):  # type: ignore[no-untyped-def]
    """Raise the worth of units until no place is worth more than they are, the worst place first."""
    places = len(rows.cap)
    worth, terms = np.zeros(len(d.rows)), np.zeros(len(d.size))
    slack = np.zeros(places)
    for c in range(places):
        # Beyond it no worth of units brings the place to nothing.
        duals.power[c] = min(duals.power[c], d.fee / rows.cap[c])
        slack[c] = place_slack(c, rows, duals, d, worth, terms)
    for worst in np.argsort(-slack):
        if slack[worst] <= 0.0:
            break
        over = place_slack(worst, rows, duals, d, worth, terms)
        if over > 0.0:
            total = over - duals.power[worst] * rows.cap[worst] + d.fee
            for e in range(rows.start[worst], rows.start[worst + 1]):
                duals.unit[rows.unit[e]] += terms[e - rows.start[worst]] * over / total * (1.0 + 1e-12)


@compiled
def _project(wanted, pace, z, fee):  # type: ignore[no-untyped-def]
    """Return how far a place is founded once its units are held below it: Newton, from the left."""
    start = z - 1.0
    for _turn in range(30):
        gap, slope = (z - start) * fee, fee
        for e in range(len(wanted)):
            if wanted[e] > z:
                gap -= (wanted[e] - z) / pace[e]
                slope += 1.0 / pace[e]
        ahead = max(0.0, z - gap / slope)
        if abs(ahead - z) < 1e-9:
            return ahead
        z = ahead
    return z


@compiled
def _place_step(c, rows, at, d, top, scale, worth, before):  # type: ignore[no-untyped-def]
    """Move the units of a place along what they bring, then its prices against what is short."""
    a, b = rows.start[c], rows.start[c + 1]
    count, duals = b - a, at.duals
    row_worth(duals.price[c], d, worth)
    pace, heavy = np.empty(count), 0.0
    for e in range(count):
        u = rows.unit[a + e]
        heavy += d.kwp[u]
    capped = heavy >= rows.cap[c]
    power_scale = 300.0 * top if capped else 0.0
    for e in range(count):
        u = rows.unit[a + e]
        pace[e] = 1.0 / (top * d.size[u] + scale[u] + power_scale * d.kwp[u])
        own = d.size[u] * worth[d.row[u]] - d.cost[u] - d.kwp[u] * duals.power[c] - duals.unit[u]
        before[a + e] = at.part[a + e]
        at.part[a + e] += pace[e] * own
    z = _project(at.part[a:b], pace, at.founded[c], max(d.fee, 1.0))
    at.founded[c] = z
    whole = np.zeros(len(d.rows))
    ahead = np.zeros(len(d.rows))
    kwp = 0.0
    for e in range(a, b):
        u = rows.unit[e]
        at.part[e] = min(z, max(0.0, at.part[e]))
        before[e] = 2.0 * at.part[e] - before[e]
        ahead[d.row[u]] += before[e] * d.size[u]
        whole[d.row[u]] += d.size[u]
        kwp += before[e] * d.kwp[u]
    _price_step(c, duals, d, top, ahead, whole)
    if capped:
        over = (kwp - rows.cap[c]) / heavy
        duals.power[c] = min(d.fee / rows.cap[c], max(0.0, duals.power[c] + power_scale * over))


@compiled
def _price_step(c, duals, d, top, ahead, whole):  # type: ignore[no-untyped-def]
    """Move the prices of a place against what is short at each, kWh of rows `ahead`, all of them `whole`."""
    soft, levels = 0.01 * top, len(d.worth)
    for t in range(d.rows.shape[1]):
        short, weight, price = 0.0, 1e-9, duals.price[c, t]
        for k in range(len(d.rows)):
            lane = d.row_lane[k]
            weight += whole[k] * d.rows[k, t]
            if lane < levels:
                lowest = d.worth[lane, t] >= top - 1e-9
                held = 1.0 if lowest else min(1.0, max(0.0, (d.worth[lane, t] - price) / soft + 0.5))
                short += held * ahead[k] * d.rows[k, t]
            else:
                sold = d.surplus[lane - levels]
                held = 1.0 if sold <= 0.0 else min(1.0, max(0.0, (price - sold) / soft + 0.5))
                short -= held * ahead[k] * d.rows[k, t]
        duals.price[c, t] = min(top, max(0.0, price + top * short / weight))


@compiled
def steps(rounds, rows, at, mean, d, top):  # type: ignore[no-untyped-def]
    """Make so many steps in place; `mean` has the mean of them."""
    count, places = len(d.size), len(rows.cap)
    worth, before = np.zeros(len(d.rows)), np.zeros(len(rows.unit))
    scale, held = 0.3 * top * d.size + 1.0, np.zeros(count)
    mean.part[:] = 0.0
    mean.founded[:] = 0.0
    mean.duals.price[:] = 0.0
    mean.duals.power[:] = 0.0
    mean.duals.unit[:] = 0.0
    for _round in range(rounds):
        for c in range(places):
            _place_step(c, rows, at, d, top, scale, worth, before)
        held[:] = 0.0
        for e in range(len(rows.unit)):
            held[rows.unit[e]] += before[e]
        for u in range(count):
            if rows.of_unit[u] > 0:
                moved = at.duals.unit[u] + scale[u] * (held[u] - 1.0) / rows.of_unit[u]
                at.duals.unit[u] = max(0.0, moved)
        mean.part[:] += at.part / rounds
        mean.founded[:] += at.founded / rounds
        mean.duals.price[:] += at.duals.price / rounds
        mean.duals.power[:] += at.duals.power / rounds
        mean.duals.unit[:] += at.duals.unit / rounds
