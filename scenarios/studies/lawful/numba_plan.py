"""Ruin and recreate (Schrimpf et al., 2000) on units, compiled: the search of a folder and of a territory.

Units are sites, with the roofs behind their meters, then roofs on the network. Each has modes: powers of its
roofs; a site or a roof without choice has one. What operations need and make stands in lanes. Under the key
`price` these are one a level of worth of the sites, dearest or not, then one a price of the surplus of the
roofs: the dearest are served first, and what is shared is taken from all roofs by what each makes. Under the
default key everybody has the same part of its need: sums of need, of what it is worth, of what is made are
enough (`LANES`).
"""

from functools import partial
from typing import NamedTuple, TypeVar

import numpy as np
from numba import njit

from acc.arrays import BoolArray, FloatArray, IntArray
from scenarios.studies.lawful.evaluate import LOSER_EUR, LOSES_EUR, LOSS_TIMES

Kernel = TypeVar("Kernel")

DEPTH = 320
"""Units around a place that are looked at when an operation is opened there."""


def compiled(kernel: Kernel, *, in_any_order: bool = False) -> Kernel:
    """Compile a function on first use, kept on disk, that lets other threads run.

    Args:
        in_any_order: whether its sums may be taken in any order, several terms at once.
    """
    fast = {"reassoc"} if in_any_order else False
    made: Kernel = njit(nogil=True, cache=True, error_model="numpy", fastmath=fast)(kernel)
    return made


NEED, WORTH, PAYS, TAXED, MADE, SURPLUS, LANES = range(7)
"""Lanes of the default key: need; its worth to all and to its site, the local price paid; the VAT that it
bears on its part of the fee; what is made, and what that would be as surplus. Then two for each person who
bears VAT and has roofs, whose kWh it does not bill itself: its need, at that VAT, and what it makes."""


class Units(NamedTuple):
    """What does not change: S units, J modes, E rows of these, V levels, R prices of surplus, T classes.

    `first` (S + 1,) where the modes of each unit begin, `entry` (J + 1,) where the rows of each mode do.
    `near` (regimes, J, J) which modes may stand together, `cap` (regimes,) the power that must not be
    reached, `asks` (regimes,) for a local authority, `body` (J,) whether one is in a mode; `nearest` (S, D)
    others by rising distance, itself first; `size` kWh in rows `row` of `rows`, in the lane `lane`, (E,);
    `cost` of a mode, (J,), of which `fixed` is paid by its site; `lanes` of the default key, 0 under `price`.
    """

    sites: int
    first: IntArray
    entry: IntArray
    size: FloatArray
    row: IntArray
    lane: IntArray
    rows: FloatArray
    worth: FloatArray
    order: IntArray
    surplus: FloatArray
    cost: FloatArray
    fixed: FloatArray
    kwp: FloatArray
    fee_eur: float
    near: BoolArray
    cap: FloatArray
    asks: BoolArray
    body: BoolArray
    nearest: IntArray
    lanes: int


class PersonRows(NamedTuple):
    """What persons have, Q of them, none where nobody asks who loses: over the plan, then over the period.

    `idle` (2, Q) where nothing is shared. Of mode j the entries `first[j]` to `first[j + 1]`: whose, and a
    `kind`: `FLAT` adds `eur` (W, 2), `BUYS` and `SELLS` what is served, or shared, of the row `row` of `rows`
    (2, C), `FEE` takes its part of `eur` by what is received. `owner` (O,) has the pairs of lanes.
    """

    idle: FloatArray
    first: IntArray
    person: IntArray
    kind: IntArray
    eur: FloatArray
    row: IntArray
    rows: FloatArray
    owner: IntArray


FLAT, BUYS, SELLS, FEE = range(4)

NOBODY = PersonRows(
    np.zeros((2, 0)),
    np.zeros(0, np.int64),
    np.zeros(0, np.int64),
    np.zeros(0, np.int64),
    np.zeros((0, 2)),
    np.zeros(0, np.int64),
    np.zeros((0, 2, 0)),
    np.zeros(0, np.int64),
)


class PlanState(NamedTuple):
    """A plan: operation of each unit, -1 out, its mode; of each operation its regime, -1 none, and sums."""

    label: IntArray
    mode: IntArray
    regime: IntArray
    flow: FloatArray
    power: FloatArray
    conflicts: IntArray
    spent: FloatArray
    shared: FloatArray
    members: IntArray


@compiled
def shared_eur(flow: FloatArray, d: Units) -> float:
    """Euros shared by lanes (L, T)."""
    return _pooled_eur(flow, d, WORTH) if d.lanes else _dearest_first_eur(flow, d)


@compiled
def _dearest_first_eur(flow: FloatArray, d: Units) -> float:
    """Euros shared where the dearest are served first, each roof in proportion to output."""
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


@partial(compiled, in_any_order=True)
def _pooled_eur(flow: FloatArray, d: Units, lane: int) -> float:
    """Euros shared under the default key, VAT on the fee paid: by all (`WORTH`), or by sites (`PAYS`)."""
    need, made, eur, lost, vat = flow[NEED], flow[MADE], flow[lane], flow[SURPLUS], flow[TAXED]
    part, counted = np.empty(len(need)), 1.0 if lane == WORTH else 0.0
    total, received, taxed = 0.0, 0.0, 0.0
    for t in range(len(need)):
        part[t] = 1.0 / max(need[t], made[t]) if need[t] > 0.0 and made[t] > 0.0 else 0.0
    for t in range(len(need)):
        total += (eur[t] * made[t] - counted * lost[t] * need[t]) * part[t]
        received += need[t] * made[t] * part[t]
        taxed += vat[t] * made[t] * part[t]
    for q in range(LANES, d.lanes, 2):
        own, other = flow[q], flow[q + 1]
        for t in range(len(need)):
            total += own[t] * other[t] * part[t]
    return total - d.fee_eur * taxed / received if received > 1e-6 else 0.0


@compiled
def pour(flow: FloatArray, j: int, sign: float, d: Units) -> None:
    """Add what a mode needs and makes to lanes (L, T), or subtract it."""
    for e in range(d.entry[j], d.entry[j + 1]):
        lane, row, size = d.lane[e], d.row[e], sign * d.size[e]
        for t in range(flow.shape[1]):
            flow[lane, t] += size * d.rows[row, t]


@compiled
def _move(s: PlanState, u: int, g: int, sign: int, d: Units) -> None:
    """Put a unit in an operation in its mode, or take it out; what is shared there is then out of date."""
    j = s.mode[u]
    s.label[u] = g if sign > 0 else -1
    pour(s.flow[g], j, float(sign), d)
    s.spent[g] += sign * d.cost[j]
    s.power[g] += sign * d.kwp[j]
    s.members[g] += sign
    row = d.near[s.regime[g], j]
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
def _may_join(s: PlanState, u: int, j: int, g: int, d: Units) -> bool:
    r = s.regime[g]
    return bool(
        s.label[u] < 0
        and s.conflicts[g, j] == 0
        and d.near[r, j, j]
        and (d.kwp[j] == 0.0 or s.power[g] + d.kwp[j] < d.cap[r])
    )


@compiled
def _with(s: PlanState, j: int, g: int, sign: float, d: Units, trial: FloatArray) -> float:
    """Euros shared by an operation with one mode more, or less."""
    trial[:] = s.flow[g]
    pour(trial, j, sign, d)
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
        modes = d.first[u + 1] - d.first[u]
        j = d.first[u] + (np.random.randint(modes) if modes > 1 else 0)
        if u < d.sites and _may_join(s, u, j, g, d) and np.random.random() < keep:
            s.mode[u] = j
            _move(s, u, g, 1, d)
    s.shared[g] = shared_eur(s.flow[g], d)
    dearest = 0.0
    for lap in range(2):
        for u in d.nearest[centre]:
            for j in range(d.first[u], d.first[u + 1]):
                if u < d.sites or not _may_join(s, u, j, g, d):
                    continue
                after = _with(s, j, g, 1.0, d, trial)
                gain = (after - s.shared[g] - d.cost[j]) / d.size[d.entry[j]]
                if gain > 0.0 and (lap == 1 or gain > 0.6 * dearest):
                    dearest = max(dearest, gain)
                    s.mode[u] = j
                    _move(s, u, g, 1, d)
                    s.shared[g] = after
    for u in range(d.sites):
        if s.label[u] == g:
            after = _with(s, s.mode[u], g, -1.0, d, trial)
            if s.shared[g] - after < d.cost[s.mode[u]]:
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
            if s.label[u] >= 0 and d.first[u + 1] - d.first[u] > 1 and s.members[s.label[u]] > 1:
                g = s.label[u]
                _move(s, u, g, -1, d)
                s.shared[g] = shared_eur(s.flow[g], d)
            best, mode, most, shared = -1, 0, 0.0, 0.0
            for g in range(len(s.members)):
                for j in range(d.first[u], d.first[u + 1]):
                    # Not always the mode that adds most: a person may lose by it.
                    looked_at = d.first[u + 1] - d.first[u] == 1 or np.random.random() < 0.8
                    if s.members[g] > 0 and looked_at and _may_join(s, u, j, g, d):
                        after = _with(s, j, g, 1.0, d, trial)
                        gain = (after - s.shared[g] - d.cost[j]) * (1.0 + 0.2 * np.random.random())
                        if gain > most:
                            best, mode, most, shared = g, j, gain, after
            if best >= 0:
                s.mode[u] = mode
                _move(s, u, best, 1, d)
                s.shared[best] = shared


@compiled
def _is_allowed(s: PlanState, g: int, d: Units) -> bool:
    """Whether a local authority is there where the regime asks for one, and sites pay the organiser."""
    bodies, paid = 0, d.fee_eur
    for u in range(len(s.label)):
        if s.label[u] == g:
            bodies += d.body[s.mode[u]]
            paid += d.fixed[s.mode[u]]
    if d.asks[s.regime[g]] and bodies == 0:
        return False
    return d.lanes == 0 or _pooled_eur(s.flow[g], d, PAYS) >= paid


@compiled
def _total(s: PlanState, d: Units) -> float:
    """Close what does not pay or may not stand; return the worth of the plan."""
    total = 0.0
    for g in range(len(s.members)):
        if s.members[g] > 0:
            own = s.shared[g] - s.spent[g] - d.fee_eur
            if own > 0.0 and _is_allowed(s, g, d):
                total += own
                continue
            for u in range(len(s.label)):
                if s.label[u] == g:
                    s.label[u] = -1
            _close(s, g)
    return total


@compiled
def _add_persons(s: PlanState, g: int, who: PersonRows, eur: FloatArray) -> None:
    """Add what persons have by an operation, (2, Q)."""
    flow, received = s.flow[g], 0.0
    served, shared = np.zeros(flow.shape[1]), np.zeros(flow.shape[1])
    for t in range(flow.shape[1]):
        need, made = flow[NEED, t], flow[MADE, t]
        most = max(need, made)
        if most > 0.0:
            served[t], shared[t] = made / most, need / most
            received += need * made / most
            for q in range(len(who.owner)):
                eur[0, who.owner[q]] += flow[LANES + 2 * q, t] * flow[LANES + 2 * q + 1, t] / most
    for u in range(len(s.label)):
        if s.label[u] != g:
            continue
        for w in range(who.first[s.mode[u]], who.first[s.mode[u] + 1]):
            p, kind = who.person[w], who.kind[w]
            for v in range(2):
                if kind == FLAT:
                    eur[v, p] += who.eur[w, v]
                    continue
                part, row = 0.0, who.rows[who.row[w], 0 if kind == FEE else v]
                for t in range(len(row)):
                    part += row[t] * (shared[t] if kind == SELLS else served[t])
                eur[v, p] += part if kind != FEE else -who.eur[w, v] * part / max(received, 1e-9)


@compiled
def _losers_eur(s: PlanState, who: PersonRows, eur: FloatArray) -> float:
    """What losers cost the score, below zero; fill what persons have, (2, Q)."""
    if len(who.first) == 0:
        return 0.0
    eur[:] = who.idle
    for g in range(len(s.members)):
        if s.members[g] > 0:
            _add_persons(s, g, who, eur)
    cost = 0.0
    for p in range(eur.shape[1]):
        least = min(eur[0, p], eur[1, p])
        if least < -LOSES_EUR:
            cost += LOSS_TIMES * least - LOSER_EUR
    return cost


@compiled
def _let_losers_out(s: PlanState, d: Units, who: PersonRows, eur: FloatArray) -> None:
    """Take out the units of persons who lose; what stands without them is looked at anew."""
    for u in range(len(s.label)):
        g, lost = s.label[u], False
        if g < 0:
            continue
        for w in range(who.first[s.mode[u]], who.first[s.mode[u] + 1]):
            lost = lost or min(eur[0, who.person[w]], eur[1, who.person[w]]) < -LOSES_EUR
        if lost:
            _move(s, u, g, -1, d)
            if s.members[g] == 0:
                _close(s, g)
    for g in range(len(s.members)):
        if s.members[g] > 0:
            s.shared[g] = shared_eur(s.flow[g], d)


@compiled
def _copy(here: PlanState, copy: PlanState) -> None:
    for g in range(len(here.members)):
        # Where nobody stands, here nor there, both have zeros: most of the room kept for operations.
        if here.members[g] > 0 or copy.members[g] > 0:
            copy.flow[g] = here.flow[g]
            copy.conflicts[g] = here.conflicts[g]
    copy.label[:] = here.label
    copy.mode[:] = here.mode
    copy.regime[:] = here.regime
    copy.power[:] = here.power
    copy.spent[:] = here.spent
    copy.shared[:] = here.shared
    copy.members[:] = here.members


@compiled
def ruin_recreate(
    rounds: int,
    seed: int,
    centres: IntArray,
    d: Units,
    who: PersonRows,
    s: PlanState,
    kept: PlanState,
    best: PlanState,
) -> float:
    """Better the plan `s` in place; `best` has the best one met, of the worth that is returned.

    Args:
        centres: units around which it is looked for.
        who: what persons have: a plan in which one loses is worth less than any other.
        kept: of the same shapes: where the plan of before a round stands.
    """
    np.random.seed(seed)
    count = len(s.label)
    pool = np.zeros(2 * count + d.nearest.shape[1], np.int64)
    trial = np.zeros(s.flow.shape[1:])
    eur = np.zeros(who.idle.shape)
    here = most = _total(s, d) + _losers_eur(s, who, eur)
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
        cost = _losers_eur(s, who, eur)
        if cost < 0.0:
            _let_losers_out(s, d, who, eur)
            here = _total(s, d)
            cost = _losers_eur(s, who, eur)
        here += cost
        slack = 0.01 * (1.0 - turn / rounds) * abs(most)
        if here > most + 1e-6:
            most = here
            _copy(s, best)
        elif here < most - slack and here < before:
            _copy(kept, s)
            here = before
    return most
