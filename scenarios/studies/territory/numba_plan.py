"""Ruin and recreate (Schrimpf et al., 2000) on sites and roofs, compiled: what `plan` calls.

Units are sites, then roofs. What operations need and make stands in lanes: one a level of worth of the
sites, dearest or not, then one a price of the surplus of the roofs. What is shared is taken from all roofs of
an operation by what each makes, as settlement does; a bound may take it from the cheapest.

Operations made one by one at prices of units, compiled: what `columns` calls.
"""

from typing import NamedTuple, TypeVar

import numpy as np
from numba import njit

from acc.arrays import BoolArray, FloatArray, IntArray

Kernel = TypeVar("Kernel")


def compiled(kernel: Kernel) -> Kernel:
    """Compile a function on first use, kept on disk, that lets other threads run."""
    made: Kernel = njit(nogil=True, cache=True)(kernel)
    return made


class Units(NamedTuple):
    """What does not change: S units, V levels, R prices of surplus, T classes of hours.

    `near` (regimes, S, S) who may stand with whom, `cap` (regimes,) the power that must not be reached,
    `nearest` (S, D) others by rising distance, itself first; `size` kWh in rows `row` of `rows`, in the
    lane `lane`.
    """

    sites: int
    size: FloatArray
    row: IntArray
    lane: IntArray
    rows: FloatArray
    worth: FloatArray
    order: IntArray
    surplus: FloatArray
    cost: FloatArray
    kwp: FloatArray
    fee_eur: float
    near: BoolArray
    cap: FloatArray
    nearest: IntArray


class PlanState(NamedTuple):
    """A plan: the operation of each unit, -1 out; of each operation its regime, -1 none, and its sums."""

    label: IntArray
    regime: IntArray
    flow: FloatArray
    power: FloatArray
    conflicts: IntArray
    spent: FloatArray
    shared: FloatArray
    members: IntArray


@compiled
def shared_eur(flow: FloatArray, d: Units) -> float:
    """Euros shared by lanes (V + R, T): the dearest served first, each roof in proportion to output."""
    levels, classes = d.worth.shape
    total = 0.0
    for t in range(classes):
        output, lost = 0.0, 0.0
        for j in range(len(d.surplus)):
            output += flow[levels + j, t]
            lost += flow[levels + j, t] * d.surplus[j, t]
        left = output
        for i in range(levels):
            v = d.order[i, t]
            kwh = min(left, flow[v, t])
            total += kwh * d.worth[v, t]
            left -= kwh
        if output > 0.0:
            total -= lost * (output - left) / output
    return total


@compiled
def pour(flow: FloatArray, u: int, sign: float, d: Units) -> None:
    """Add the need or output of a unit to lanes (V + R, T), or subtract it."""
    lane, row, size = d.lane[u], d.row[u], sign * d.size[u]
    for t in range(flow.shape[1]):
        flow[lane, t] = max(0.0, flow[lane, t] + size * d.rows[row, t])


@compiled
def _move(s: PlanState, u: int, g: int, sign: int, d: Units) -> None:
    """Put a unit in an operation, or take it out; what is shared there is not brought up to date."""
    s.label[u] = g if sign > 0 else -1
    pour(s.flow[g], u, float(sign), d)
    s.spent[g] += sign * d.cost[u]
    s.power[g] += sign * d.kwp[u]
    s.members[g] += sign
    row = d.near[s.regime[g], u]
    for w in range(len(row)):
        s.conflicts[g, w] += sign * (1 - row[w])


@compiled
def fill(label: IntArray, s: PlanState, d: Units) -> None:
    """Put labelled units into a state whose operations have their regimes and nobody yet."""
    for u in range(len(label)):
        if label[u] >= 0:
            _move(s, u, label[u], 1, d)
    for g in range(len(s.members)):
        s.shared[g] = shared_eur(s.flow[g], d)


@compiled
def _close(s: PlanState, g: int) -> None:
    s.regime[g] = -1
    s.flow[g] = 0.0
    s.power[g] = 0.0
    s.spent[g] = 0.0
    s.shared[g] = 0.0
    s.conflicts[g] = 0
    s.members[g] = 0


@compiled
def _may_join(s: PlanState, u: int, g: int, d: Units) -> bool:
    r = s.regime[g]
    return bool(
        s.label[u] < 0
        and s.conflicts[g, u] == 0
        and d.near[r, u, u]
        and (d.kwp[u] == 0.0 or s.power[g] + d.kwp[u] < d.cap[r])
    )


@compiled
def _with(s: PlanState, u: int, g: int, sign: float, d: Units, trial: FloatArray) -> float:
    """Euros shared by an operation with one unit more, or less."""
    trial[:] = s.flow[g]
    pour(trial, u, sign, d)
    return shared_eur(trial, d)


@compiled
def _ruin(s: PlanState, centre: int, d: Units, pool: IntArray) -> tuple[int, bool]:
    """Take units out around a place; return how many stand in `pool`, and whether one is to be opened."""
    luck, size, opening = np.random.random(), 0, False
    depth = d.nearest.shape[1]
    if luck < 0.55:
        size = min(depth, np.random.randint(3, max(4, min(depth, 90))))
        pool[:size] = d.nearest[centre, :size]
    elif luck < 0.72:
        g = s.label[centre]
        opening = luck < 0.65 or g < 0
        for u in range(len(s.label)):
            if g >= 0 and s.label[u] == g:
                pool[size] = u
                size += 1
    elif luck < 0.84:
        opening = True
        size = min(depth, np.random.randint(5, max(6, min(depth, 160))))
        pool[:size] = d.nearest[centre, :size]
    else:
        part = 0.01 + 0.05 * np.random.random() + 1.0 / len(s.label)
        for u in range(len(s.label)):
            if np.random.random() < part:
                pool[size] = u
                size += 1
    for a in range(size):
        if s.label[pool[a]] >= 0:
            g = s.label[pool[a]]
            _move(s, pool[a], g, -1, d)
            if s.members[g] == 0:
                _close(s, g)
    for g in range(len(s.members)):
        if s.members[g] > 0:
            s.shared[g] = shared_eur(s.flow[g], d)
    return size, opening


@compiled
def _open(s: PlanState, centre: int, d: Units, trial: FloatArray) -> None:
    """Found an operation: sites around that may stand together, then roofs, then out who does not pay."""
    g = -1
    for a in range(len(s.members)):
        if s.members[a] == 0:
            g = a
            break
    if g < 0:
        return
    r = np.random.randint(len(d.cap))
    s.regime[g] = r
    keep = 0.4 + 0.6 * np.random.random()
    for u in d.nearest[centre]:
        if u < d.sites and _may_join(s, u, g, d) and np.random.random() < keep:
            _move(s, u, g, 1, d)
    dearest = 0.0
    for lap in range(2):
        for u in d.nearest[centre]:
            if u < d.sites or not _may_join(s, u, g, d):
                continue
            after = _with(s, u, g, 1.0, d, trial)
            gain = (after - s.shared[g] - d.cost[u]) / d.size[u]
            if gain > 0.0 and (lap == 1 or gain > 0.6 * dearest):
                dearest = max(dearest, gain)
                _move(s, u, g, 1, d)
                s.shared[g] = after
    for u in range(d.sites):
        if s.label[u] == g:
            after = _with(s, u, g, -1.0, d, trial)
            if s.shared[g] - after < d.cost[u]:
                _move(s, u, g, -1, d)
                s.shared[g] = after
    if s.members[g] == 0:
        _close(s, g)


@compiled
def _recreate(s: PlanState, pool: IntArray, size: int, d: Units, trial: FloatArray) -> None:
    """Put units where each adds most, in a random order, twice: a roof may make a site worth its place."""
    for _lap in range(2):
        for a in range(size - 1, 0, -1):
            b = np.random.randint(a + 1)
            pool[a], pool[b] = pool[b], pool[a]
        for a in range(size):
            u = pool[a]
            best, most, shared = -1, 0.0, 0.0
            for g in range(len(s.members)):
                if s.members[g] > 0 and _may_join(s, u, g, d):
                    after = _with(s, u, g, 1.0, d, trial)
                    gain = (after - s.shared[g] - d.cost[u]) * (1.0 + 0.2 * np.random.random())
                    if gain > most:
                        best, most, shared = g, gain, after
            if best >= 0:
                _move(s, u, best, 1, d)
                s.shared[best] = shared


@compiled
def _total(s: PlanState, d: Units) -> float:
    """Close what does not pay; return the worth of the plan."""
    total = 0.0
    for g in range(len(s.members)):
        if s.members[g] > 0:
            own = s.shared[g] - s.spent[g] - d.fee_eur
            if own > 0.0:
                total += own
                continue
            for u in range(len(s.label)):
                if s.label[u] == g:
                    s.label[u] = -1
            _close(s, g)
    return total


@compiled
def _copy(here: PlanState, copy: PlanState) -> None:
    for g in range(len(here.members)):
        # Where nobody stands, here nor there, both have zeros: most of the room kept for operations.
        if here.members[g] > 0 or copy.members[g] > 0:
            copy.flow[g] = here.flow[g]
            copy.conflicts[g] = here.conflicts[g]
    copy.label[:] = here.label
    copy.regime[:] = here.regime
    copy.power[:] = here.power
    copy.spent[:] = here.spent
    copy.shared[:] = here.shared
    copy.members[:] = here.members


@compiled
def ruin_recreate(
    rounds: int, seed: int, centres: IntArray, d: Units, s: PlanState, kept: PlanState, best: PlanState
) -> float:
    """Better the plan `s` in place; `best` has the best one met, of the worth that is returned.

    Args:
        centres: units around which it is looked for.
        kept: of the same shapes: where the plan of before a round stands.
    """
    np.random.seed(seed)
    count = len(s.label)
    pool = np.zeros(2 * count + d.nearest.shape[1], np.int64)
    trial = np.zeros(s.flow.shape[1:])
    here = most = _total(s, d)
    _copy(s, best)
    for turn in range(rounds):
        _copy(s, kept)
        before, centre = here, centres[np.random.randint(len(centres))]
        size, opening = _ruin(s, centre, d, pool)
        if opening:
            _open(s, centre, d, trial)
        for u in d.nearest[centre, : min(d.nearest.shape[1], 40)]:
            pool[size] = u
            size += 1
        _recreate(s, pool, size, d, trial)
        here = _total(s, d)
        slack = 0.01 * (1.0 - turn / rounds) * most
        if here > most + 1e-6:
            most = here
            _copy(s, best)
        elif here < most - slack and here < before:
            _copy(kept, s)
            here = before
    return most


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
