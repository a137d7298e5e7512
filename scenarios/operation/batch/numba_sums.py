"""The compiled sums: `acc.batch.sums.split_sums` in one pass over the steps; needs numba (extra `[fast]`).

Four steps of a thousand participants are 32 kB: they stay in the nearest cache while all keys look at
them, memory is read once, from end to end, and a sum is loaded once for four. `numba_sums` says when.

Imported for batches only, where numba (extra `[fast]`) is installed: compiling costs seconds once, then
the code is read from numba's cache. The kernel releases the interpreter, so that threads share the work.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import njit

from acc.arrays import FloatArray, IntArray
from acc.batch.sums import Bend, KeyForm, KeySums, Needs, ProductiveSteps, Split
from acc.water_filling import ROUNDING, SERVES_ALL

FIXED, RANKS = int(KeyForm.FIXED), int(KeyForm.RANKS)

REORDER = {"reassoc", "contract", "nsz", "arcp"}
"""Lets sums be taken several at a time; infinities and NaN keep their meaning."""


def compiled(function: Any) -> Any:
    """Return a function compiled on first use, kept on disk, that lets other threads run."""
    return njit(nogil=True, cache=True, fastmath=REORDER)(function)


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
            _read_steps(first, last, base, own, kind, hosts, host_kwh, need, total)
            _read_outputs(first, last, output, pool, part)
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
def _without(factor: FloatArray, hosts: IntArray) -> FloatArray:
    """Return the factors, those of hosts zero: their needs are given step by step."""
    if not hosts.size:
        return factor
    own = factor.copy()
    for h in range(hosts.shape[0]):
        own[:, hosts[h]] = 0.0
    return own


@compiled
def _read_steps(first, last, base, factor, kind, hosts, host_kwh, need, total):  # type: ignore[no-untyped-def]
    """Write the needs of four steps and their sums; where a group ends, its last step stands for the next."""
    for i in range(4):
        t = min(first + i, last)
        total[i] = _scale(base[t], factor[kind[t]], need[i])
        for h in range(hosts.shape[0]):
            need[i, hosts[h]] = host_kwh[h, t]
            total[i] += host_kwh[h, t]


@compiled
def _scale(values: FloatArray, factor: FloatArray, scaled: FloatArray) -> float:
    total = 0.0
    for n in range(values.shape[0]):
        value = values[n] * factor[n]
        scaled[n] = value
        total += value
    return total


@compiled
def _read_outputs(first: int, last: int, output: FloatArray, pool: FloatArray, part: FloatArray) -> None:
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
def _served(left: FloatArray, wanted: FloatArray) -> FloatArray:
    """Return the part of what is wanted that is served at each step; take it from what is left."""
    part = np.zeros(4)
    for i in range(4):
        if wanted[i] > 0.0:
            now = min(left[i], wanted[i])
            part[i] = now / wanted[i]
            left[i] -= now
    return part


@compiled
def _add_rows(
    rows: FloatArray, times: FloatArray, lane: FloatArray, sums: FloatArray, first: int, last: int
) -> None:
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
def _add_shared(part: FloatArray, given: FloatArray, shared: FloatArray) -> None:
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
def _least(offered_kwh: float, need_kwh: float) -> float:
    return offered_kwh if offered_kwh < need_kwh else need_kwh


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
def _take(need: FloatArray, members: IntArray, taken: FloatArray, total: FloatArray) -> None:
    """Write the needs of some participants side by side, and their sums."""
    a = b = c = d = 0.0
    for i in range(members.shape[0]):
        n = members[i]
        taken[0, i], taken[1, i], taken[2, i], taken[3, i] = need[0, n], need[1, n], need[2, n], need[3, n]
        a, b, c, d = a + need[0, n], b + need[1, n], c + need[2, n], d + need[3, n]
    total[0], total[1], total[2], total[3] = a, b, c, d


@compiled
def _levels_of(
    need: FloatArray, total: FloatArray, pool: FloatArray, pool_share: float, number: FloatArray
) -> FloatArray:
    """Return the level of each step, which uses its part of the pool or serves all needs."""
    level, weight = np.empty(4), 0.0
    for n in range(number.shape[0]):
        weight += number[n]
    for i in range(4):
        scarce = total[i] > pool[i] * pool_share
        level[i] = _level_of(need[i], pool[i] * pool_share, number, weight) if scarce else SERVES_ALL
    return level


@compiled
def _level_of(need: FloatArray, pool_kwh: float, number: FloatArray, weight: float) -> float:
    """Return the level, by Newton from below as in `acc.batch.sums.poured`."""
    level = pool_kwh / weight if weight > 0.0 else 0.0
    for _move in range(need.shape[0]):
        served, open_weight = 0.0, 0.0
        for n in range(need.shape[0]):
            offered = level * number[n]
            is_open = offered < need[n]
            served += offered if is_open else need[n]
            open_weight += number[n] if is_open else 0.0
        missing = pool_kwh - served
        if missing <= ROUNDING * pool_kwh or open_weight <= 0.0:
            break
        level += missing / open_weight
    return level


MOST_STEPS, FEWEST_STEPS, TILE_VALUES = 128, 16, 1 << 17
"""Steps handled at once, fewer when participants are many: a tile stays in cache (1 MB)."""


def split_sums(
    sheet: ProductiveSteps,
    needs: Needs,
    output_kwh: FloatArray,
    splits: Sequence[Split],
    *,
    by_plant: bool = False,
) -> tuple[KeySums, ...]:
    """Return the sums under each split; the same as `acc.batch.sums.split_sums`, within rounding."""
    base_kwh = needs.base_kwh[:, :]
    members, plants = len(base_kwh), len(output_kwh)
    groups = len(sheet.starts) - 1
    local = np.zeros((len(splits), plants if by_plant else 1, groups, members))
    shared = np.zeros((len(splits), plants))
    numbers = np.empty((len(splits), groups, members))
    for k, split in enumerate(splits):
        numbers[k] = split.number
    forms = np.array([int(split.form) for split in splits], dtype=np.int64)
    parts = np.array([split.production_share for split in splits], dtype=np.float64)
    bend = needs.bend or Bend(needs.factor[:, None], np.zeros(base_kwh.shape[1], dtype=np.int64))
    # One layout each: every other one would be compiled apart.
    meters = (needs.hosts, np.ascontiguousarray(needs.host_kwh), np.ascontiguousarray(output_kwh))
    splitting = (forms, parts, numbers)
    if np.isfortran(base_kwh):  # as `Sheet.take` leaves many participants: a step is one row
        factor = np.ascontiguousarray(bend.factor.T)
        sum_rows(
            sheet.starts,
            base_kwh.T,
            factor,
            bend.of_step,
            *meters,
            *splitting,
            *in_order(forms, numbers),
            local,
            shared,
        )
    else:
        factor = np.ascontiguousarray(bend.factor)
        _sum_sheet(sheet.starts, base_kwh, factor, bend.of_step, *meters, *splitting, local, shared)
    return tuple(KeySums(local[k], shared[k]) for k in range(len(splits)))


@compiled
def _sum_sheet(  # type: ignore[no-untyped-def]
    starts, base, factor, kind, hosts, host_kwh, output, forms, parts, numbers, local, shared
):
    """Add every step to `local` (K, J, G, N) and `shared` (K, M); `factor` has shape (N, kinds of steps)."""
    members, plants = base.shape[0], output.shape[0]
    tile = max(FEWEST_STEPS, min(MOST_STEPS, TILE_VALUES // max(1, members)))
    need, alone = np.empty((members, tile)), np.ones((1, tile))
    part, work = np.empty((plants, tile)), np.empty((3, tile))
    pool, total, level, given = np.empty(tile), np.empty(tile), np.empty(tile), np.empty(tile)
    ranks = np.empty((members, tile))
    for g in range(starts.shape[0] - 1):
        for first in range(starts[g], starts[g + 1], tile):
            count = min(tile, starts[g + 1] - first)
            _read(first, count, base, factor, kind, hosts, host_kwh, need, total)
            _read_output(first, count, output, pool, part)
            lane = part if local.shape[1] > 1 else alone
            for k in range(forms.shape[0]):
                if forms[k] == FIXED:
                    _scaled(k, g, count, need, pool, numbers, lane, given, local)
                elif forms[k] == RANKS:
                    _ranked(k, g, count, need, pool, total, numbers, ranks, lane, given, local)
                else:
                    _find_level(k, g, count, need, pool, parts[k], numbers, level, work)
                    _scaled(k, g, count, need, level, numbers, lane, given, local)
                for m in range(plants):
                    for t in range(count):
                        shared[k, m] += part[m, t] * given[t]


@compiled
def _read(first, count, base, factor, kind, hosts, host_kwh, need, total):  # type: ignore[no-untyped-def]
    for t in range(count):
        total[t] = 0.0
    for h in range(hosts.shape[0]):
        for t in range(count):
            need[hosts[h], t] = host_kwh[h, first + t]
            total[t] += host_kwh[h, first + t]
    for n in range(base.shape[0]):
        is_host = False
        for h in range(hosts.shape[0]):
            is_host = is_host or hosts[h] == n
        if not is_host:
            times = factor[n]
            for t in range(count):
                # One kind of steps is one number for all: nothing to look up.
                value = base[n, first + t] * (times[0] if len(times) == 1 else times[kind[first + t]])
                need[n, t] = value
                total[t] += value


@compiled
def _read_output(first: int, count: int, output: FloatArray, pool: FloatArray, part: FloatArray) -> None:
    for t in range(count):
        pool[t] = 0.0
    for m in range(output.shape[0]):
        for t in range(count):
            pool[t] += output[m, first + t]
    for m in range(output.shape[0]):
        for t in range(count):
            part[m, t] = output[m, first + t] / pool[t] if pool[t] > 0.0 else 0.0


@compiled
def _scaled(k, g, count, need, offer, numbers, lane, given, local):  # type: ignore[no-untyped-def]
    # Each is offered its number times `offer`: the whole production, or the level of this step.
    for t in range(count):
        given[t] = 0.0
    for n in range(need.shape[0]):
        share = numbers[k, g, n]
        for j in range(lane.shape[0]):
            received = 0.0
            for t in range(count):
                offered = offer[t] * share
                kept = offered if offered < need[n, t] else need[n, t]
                received += lane[j, t] * kept
            local[k, j, g, n] += received
        for t in range(count):
            offered = offer[t] * share
            given[t] += offered if offered < need[n, t] else need[n, t]


@compiled
def _ranked(k, g, count, need, pool, total, numbers, ranks, lane, given, local):  # type: ignore[no-untyped-def]
    last = 0
    for n in range(need.shape[0]):
        last = max(last, int(numbers[k, g, n]))
    if last == 0:
        for t in range(count):
            given[t] = pool[t] if pool[t] < total[t] else total[t]
            ranks[0, t] = given[t] / total[t] if total[t] > 0.0 else 0.0
    else:
        _rank_parts(k, g, count, last, need, pool, numbers, ranks, given)
    for n in range(need.shape[0]):
        rank = int(numbers[k, g, n])
        for j in range(lane.shape[0]):
            received = 0.0
            for t in range(count):
                received += lane[j, t] * need[n, t] * ranks[rank, t]
            local[k, j, g, n] += received


@compiled
def _rank_parts(k, g, count, last, need, pool, numbers, ranks, given):  # type: ignore[no-untyped-def]
    """Write the part of its needs that each rank is served into `ranks`, all that is served into `given`."""
    for r in range(last + 1):
        for t in range(count):
            ranks[r, t] = 0.0
    for n in range(need.shape[0]):
        rank = int(numbers[k, g, n])
        for t in range(count):
            ranks[rank, t] += need[n, t]
    for t in range(count):
        given[t] = 0.0
    for r in range(last + 1):
        for t in range(count):
            left = pool[t] - given[t]
            wanted = ranks[r, t]
            served = left if left < wanted else wanted
            given[t] += served
            ranks[r, t] = served / wanted if wanted > 0.0 else 0.0


@compiled
def _find_level(k, g, count, need, pool, part, numbers, level, work):  # type: ignore[no-untyped-def]
    """Write the level of each step, by Newton from below as in `acc.batch.sums.poured`."""
    weight = 0.0
    for t in range(count):
        work[0, t] = 0.0
    for n in range(need.shape[0]):
        weight += numbers[k, g, n]
        if numbers[k, g, n] > 0.0:
            for t in range(count):
                work[0, t] += need[n, t]
    moving = False
    for t in range(count):
        is_scarce = work[0, t] > pool[t] * part
        moving = moving or is_scarce
        level[t] = pool[t] * part / weight if is_scarce else SERVES_ALL
    for _move in range(need.shape[0]):
        if not moving:
            return
        moving = _newton(k, g, count, need, pool, part, numbers, level, work)


@compiled
def _newton(k, g, count, need, pool, part, numbers, level, work):  # type: ignore[no-untyped-def]
    """Raise the levels once; return whether one of them still moved."""
    for t in range(count):
        work[1, t] = 0.0
        work[2, t] = 0.0
    for n in range(need.shape[0]):
        weight = numbers[k, g, n]
        for t in range(count):
            offered = level[t] * weight
            is_open = offered < need[n, t]
            work[1, t] += offered if is_open else need[n, t]
            work[2, t] += weight if is_open else 0.0
    moved = False
    for t in range(count):
        missing = pool[t] * part - work[1, t]
        if level[t] < SERVES_ALL and missing > ROUNDING * pool[t] and work[2, t] > 0.0:
            level[t] += missing / work[2, t]
            moved = True
    return moved
