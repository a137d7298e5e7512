"""The compiled sums: `acc.batch.sums.split_sums` in one pass, a tile of steps at a time, in cache.

Imported for batches only, where numba (extra `[fast]`) is installed: compiling costs seconds once, then
the code is read from numba's cache. The kernel releases the interpreter, so that threads share the work.
"""

from collections.abc import Sequence

import numpy as np

from acc.arrays import FloatArray
from acc.batch.sums import Bend, KeySums, Needs, ProductiveSteps, Split
from acc.water_filling import ROUNDING, SERVES_ALL
from scenarios.operation.batch.compiled import FIXED, RANKS, compiled
from scenarios.operation.batch.numba_rows import in_order, sum_rows

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
    members, plants = len(needs.base_kwh), len(output_kwh)
    groups = len(sheet.starts) - 1
    local = np.zeros((len(splits), plants if by_plant else 1, groups, members))
    shared = np.zeros((len(splits), plants))
    numbers = np.empty((len(splits), groups, members))
    for k, split in enumerate(splits):
        numbers[k] = split.number
    forms = np.array([int(split.form) for split in splits], dtype=np.int64)
    parts = np.array([split.part for split in splits], dtype=np.float64)
    bend = needs.bend or Bend(needs.factor[:, None], np.zeros(needs.base_kwh.shape[1], dtype=np.int64))
    # One layout each: every other one would be compiled apart.
    meters = (needs.hosts, np.ascontiguousarray(needs.host_kwh), np.ascontiguousarray(output_kwh))
    splitting = (forms, parts, numbers)
    if np.isfortran(needs.base_kwh):  # as `Sheet.take` leaves many participants: a step is one row
        factor = np.ascontiguousarray(bend.factor.T)
        sum_rows(
            sheet.starts,
            needs.base_kwh.T,
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
        _sum_sheet(sheet.starts, needs.base_kwh, factor, bend.of_step, *meters, *splitting, local, shared)
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
def _read_output(first, count, output, pool, part):  # type: ignore[no-untyped-def]
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
