"""The compiled sums for many participants: four steps at a time, whose needs stand together in memory.

Four steps of a thousand participants are 32 kB: they stay in the nearest cache while all keys look at
them, memory is read once, from end to end, and a sum is loaded once for four. `numba_sums` says when.
"""

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.water_filling import ROUNDING, SERVES_ALL
from scenarios.operation.batch.compiled import FIXED, RANKS, compiled


def in_order(forms: IntArray, numbers: FloatArray) -> tuple[IntArray, IntArray]:
    """Return the order in which sums stand (K, G, N), rank after rank where there are, and where ranks begin.

    The second has shape (K, G, N + 1): that of each rank, and of those that nobody has.
    """
    members = numbers.shape[2]
    order = np.broadcast_to(np.arange(members), numbers.shape).copy()
    starts = np.zeros((*numbers.shape[:2], members + 1), dtype=np.int64)
    for k in np.flatnonzero(forms == RANKS):
        order[k] = numbers[k].argsort(axis=1, kind="stable")
        for g, number in enumerate(np.sort(numbers[k], axis=1)):
            starts[k, g] = number.searchsorted(np.arange(members + 1))
    return order, starts


@compiled
def sum_rows(  # type: ignore[no-untyped-def]
    starts, base, factor, kind, hosts, host_kwh, output, forms, parts, numbers, order, ranks, local, shared
):
    """Add every step to `local` (K, J, G, N) and `shared` (K, M).

    `base` has shape (D, N), `factor` (kinds of steps, N), `kind` says that of each step; `order` and `ranks`
    are those of `in_order`. Loops are written out: what numpy writes short takes seconds to compile.
    """
    members = base.shape[1]
    need, taken = np.empty((4, members)), np.empty((4, members))
    total, pool, given = np.empty(4), np.empty(4), np.empty(4)
    part, alone = np.empty((output.shape[0], 4)), np.ones((1, 4))
    sums = np.empty((local.shape[0], local.shape[1], members))
    own = _without(factor, hosts)
    for g in range(starts.shape[0] - 1):
        sums[:] = 0.0
        for first in range(starts[g], starts[g + 1], 4):
            last = min(first + 4, starts[g + 1]) - 1
            _read(first, last, base, own, kind, hosts, host_kwh, need, total)
            _read_output(first, last, output, pool, part)
            lane = part if local.shape[1] > 1 else alone
            for k in range(forms.shape[0]):
                if forms[k] != RANKS:
                    offer = pool
                    if forms[k] != FIXED:
                        offer = _levels_of(need, total, pool, parts[k], numbers[k, g])
                    _add_offers(need, offer, numbers[k, g], lane, sums[k], given)
                elif ranks[k, g, 1] == members:
                    _add_parts(need, total, pool, lane, sums[k], given)
                else:
                    _add_ranks(need, pool, order[k, g], ranks[k, g], taken, lane, sums[k], given)
                _add_shared(part, given, shared[k])
        for k in range(forms.shape[0]):
            for j in range(local.shape[1]):
                for n in range(members):
                    local[k, j, g, order[k, g, n]] = sums[k, j, n]


@compiled
def _without(factor, hosts):  # type: ignore[no-untyped-def]
    """Return the factors, those of hosts zero: their needs are given step by step."""
    if not hosts.size:
        return factor
    own = factor.copy()
    for h in range(hosts.shape[0]):
        own[:, hosts[h]] = 0.0
    return own


@compiled
def _read(first, last, base, factor, kind, hosts, host_kwh, need, total):  # type: ignore[no-untyped-def]
    """Write the needs of four steps and their sums; where a group ends, its last step stands for the next."""
    for i in range(4):
        t = min(first + i, last)
        total[i] = _scale(base[t], factor[kind[t]], need[i])
        for h in range(hosts.shape[0]):
            need[i, hosts[h]] = host_kwh[h, t]
            total[i] += host_kwh[h, t]


@compiled
def _scale(values, factor, scaled):  # type: ignore[no-untyped-def]
    total = 0.0
    for n in range(values.shape[0]):
        value = values[n] * factor[n]
        scaled[n] = value
        total += value
    return total


@compiled
def _read_output(first, last, output, pool, part):  # type: ignore[no-untyped-def]
    """Write the output and the part of each plant; zero after the last step of a group."""
    pool[:] = 0.0
    part[:] = 0.0
    for i in range(last + 1 - first):
        for m in range(output.shape[0]):
            pool[i] += output[m, first + i]
        if pool[i] > 0.0:
            for m in range(output.shape[0]):
                part[m, i] = output[m, first + i] / pool[i]


@compiled
def _add_parts(need, total, pool, lane, sums, given):  # type: ignore[no-untyped-def]
    """Give the same part of every need: the default key."""
    for i in range(4):
        given[i] = pool[i]
    _add_rows(need, _served(given, total), lane, sums, 0, need.shape[1])
    for i in range(4):
        given[i] = pool[i] - given[i]


@compiled
def _served(left, wanted):  # type: ignore[no-untyped-def]
    """Return the part of what is wanted that is served at each step; take it from what is left."""
    part = np.zeros(4)
    for i in range(4):
        if wanted[i] > 0.0:
            now = min(left[i], wanted[i])
            part[i] = now / wanted[i]
            left[i] -= now
    return part


@compiled
def _add_rows(rows, times, lane, sums, first, last):  # type: ignore[no-untyped-def]
    for j in range(lane.shape[0]):
        a, b, c, d = (
            times[0] * lane[j, 0],
            times[1] * lane[j, 1],
            times[2] * lane[j, 2],
            times[3] * lane[j, 3],
        )
        row = sums[j, first:last]
        for n in range(row.shape[0]):
            row[n] += a * rows[0, n] + b * rows[1, n] + c * rows[2, n] + d * rows[3, n]


@compiled
def _add_shared(part, given, shared):  # type: ignore[no-untyped-def]
    for m in range(part.shape[0]):
        for i in range(4):
            shared[m] += part[m, i] * given[i]


@compiled
def _add_offers(need, offer, number, lane, sums, given):  # type: ignore[no-untyped-def]
    """Give each one its number times what is offered at each step, at most its need."""
    o, p, q, r = offer[0], offer[1], offer[2], offer[3]
    for j in range(lane.shape[0]):
        u, v, w, x = lane[j, 0], lane[j, 1], lane[j, 2], lane[j, 3]
        a = b = c = d = 0.0
        for n in range(need.shape[1]):
            share = number[n]
            e, f = _least(o * share, need[0, n]), _least(p * share, need[1, n])
            g, h = _least(q * share, need[2, n]), _least(r * share, need[3, n])
            a += e
            b += f
            c += g
            d += h
            sums[j, n] += u * e + v * f + w * g + x * h
        given[0], given[1], given[2], given[3] = a, b, c, d


@compiled
def _least(value, other):  # type: ignore[no-untyped-def]
    return value if value < other else other


@compiled
def _add_ranks(need, pool, order, ranks, taken, lane, sums, given):  # type: ignore[no-untyped-def]
    """Serve one rank after the other, each what is left; `sums` stand in the order of the ranks."""
    left, wanted, rank = pool.copy(), np.empty(4), 0
    while ranks[rank] < order.shape[0] and (left[0] + left[1] + left[2] + left[3]) > 0.0:
        first, last = ranks[rank], ranks[rank + 1]
        _take(need, order[first:last], taken, wanted)
        _add_rows(taken, _served(left, wanted), lane, sums, first, last)
        rank += 1
    for i in range(4):
        given[i] = pool[i] - left[i]


@compiled
def _take(need, members, taken, total):  # type: ignore[no-untyped-def]
    """Write the needs of some participants side by side, and their sums."""
    a = b = c = d = 0.0
    for i in range(members.shape[0]):
        n = members[i]
        taken[0, i], taken[1, i], taken[2, i], taken[3, i] = need[0, n], need[1, n], need[2, n], need[3, n]
        a, b, c, d = a + need[0, n], b + need[1, n], c + need[2, n], d + need[3, n]
    total[0], total[1], total[2], total[3] = a, b, c, d


@compiled
def _levels_of(need, total, pool, part, number):  # type: ignore[no-untyped-def]
    """Return the level of each step, which uses its part of the pool or serves all needs."""
    level, weight = np.empty(4), 0.0
    for n in range(number.shape[0]):
        weight += number[n]
    for i in range(4):
        scarce = total[i] > pool[i] * part
        level[i] = _level_of(need[i], pool[i] * part, number, weight) if scarce else SERVES_ALL
    return level


@compiled
def _level_of(need, pool, number, weight):  # type: ignore[no-untyped-def]
    """Return the level, by Newton from below as in `acc.batch.sums.poured`."""
    level = pool / weight if weight > 0.0 else 0.0
    for _move in range(need.shape[0]):
        served, open_weight = 0.0, 0.0
        for n in range(need.shape[0]):
            offered = level * number[n]
            is_open = offered < need[n]
            served += offered if is_open else need[n]
            open_weight += number[n] if is_open else 0.0
        missing = pool - served
        if missing <= ROUNDING * pool or open_weight <= 0.0:
            break
        level += missing / open_weight
    return level
