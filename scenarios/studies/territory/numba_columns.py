"""Operations made one by one at prices of units, compiled: what `columns` calls."""

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from scenarios.studies.lawful.numba_plan import Units, compiled, pour, shared_eur

MOST_OUT = 6
"""Units that one that comes in puts out at most."""


@compiled
def worth_eur(inside: BoolArray, d: Units) -> float:
    """Worth of an operation, net of costs and fee, EUR."""
    flow, spent = np.zeros((len(d.worth) + len(d.surplus), d.worth.shape[1])), d.fee_eur
    for u in range(len(inside)):
        if inside[u]:
            pour(flow, u, 1.0, d)
            spent += d.cost[u]
    return shared_eur(flow, d) - spent


@compiled
def _turned(
    u: int, sign: float, inside: BoolArray, flow: FloatArray, clashes: IntArray, near: BoolArray, d: Units
) -> float:
    """Put a unit in, or take it out; return its power, below zero where it goes."""
    inside[u] = sign > 0.0
    pour(flow, u, sign, d)
    for w in range(len(inside)):
        if not near[u, w]:
            clashes[w] += 1 if sign > 0.0 else -1
    return float(sign * d.kwp[u])


@compiled
def _gain(u, inside, flow, clashes, near, prices, here, d, trial):  # type: ignore[no-untyped-def]
    """Gain of an operation if a unit leaves, or enters in place of incompatible ones."""
    trial[:] = flow
    if inside[u]:
        pour(trial, u, -1.0, d)
        return shared_eur(trial, d) - here + d.cost[u] + prices[u]
    spared = -d.cost[u] - prices[u]
    if clashes[u] > 0:
        for w in range(len(inside)):
            if inside[w] and not near[u, w]:
                pour(trial, w, -1.0, d)
                spared += d.cost[w] + prices[w]
    pour(trial, u, 1.0, d)
    return shared_eur(trial, d) - here + spared


@compiled
def _improve(inside: BoolArray, regime: int, prices: FloatArray, d: Units, moves: int) -> None:
    """Better an operation in place, the best move first, until none is left."""
    count = len(inside)
    near, cap, power = d.near[regime], d.cap[regime], 0.0
    flow = np.zeros((len(d.worth) + len(d.surplus), d.worth.shape[1]))
    trial, clashes = np.zeros(flow.shape), np.zeros(count, np.int64)
    for u in range(count):
        if inside[u]:
            power += _turned(u, 1.0, inside, flow, clashes, near, d)
    for _move in range(moves):
        here, best, most = shared_eur(flow, d), -1, 1e-6
        for u in range(count):
            may = near[u, u] and clashes[u] <= MOST_OUT and (d.kwp[u] == 0.0 or power + d.kwp[u] < cap)
            if inside[u] or may:
                gain = _gain(u, inside, flow, clashes, near, prices, here, d, trial)  # type: ignore[no-untyped-call]
                if gain > most:
                    best, most = u, gain
        if best < 0:
            break
        if inside[best]:
            power += _turned(best, -1.0, inside, flow, clashes, near, d)
            continue
        for w in range(count):
            if inside[w] and not near[best, w]:
                power += _turned(w, -1.0, inside, flow, clashes, near, d)
        power += _turned(best, 1.0, inside, flow, clashes, near, d)


@compiled
def improve_all(
    inside: BoolArray, regimes: IntArray, prices: FloatArray, d: Units, moves: int, own: FloatArray
) -> None:
    """Better operations in place at prices of units; fill what each brings, these not paid."""
    for k in range(len(inside)):
        _improve(inside[k], regimes[k], prices, d, moves)
        own[k] = worth_eur(inside[k], d)
