"""The compiled sums for many participants: one step at a time, whose needs stand together in memory.

A step of a thousand participants is 8 kB: it stays in the nearest cache while all keys look at it, and
memory is read once, from end to end. `scenarios.fast` says when.
"""

import numpy as np

from acc.totals import ROUNDING, SERVES_ALL
from scenarios.compiled import FIXED, RANKS, compiled


@compiled
def sum_rows(  # type: ignore[no-untyped-def]
    starts, base, factor, hosts, host_kwh, made, forms, parts, numbers, local, shared
):
    """Add every step to `local` (K, J, G, N) and `shared` (K, M); `base` has shape (D, N)."""
    members = base.shape[1]
    need, got, served = np.empty(members), np.empty(members), np.empty(members)
    ranks = np.zeros((forms.shape[0], 3, members + 1), dtype=np.int64)
    for g in range(starts.shape[0] - 1):
        for k in range(forms.shape[0]):
            if forms[k] == RANKS:
                _sort_ranks(numbers[k, g], ranks[k])
        for t in range(starts[g], starts[g + 1]):
            total = _read_row(t, base, factor, hosts, host_kwh, need)
            pool = made[:, t].sum()
            if pool <= 0.0:
                continue
            for k in range(forms.shape[0]):
                if (
                    forms[k] == RANKS and ranks[k, 2, 1] == members
                ):  # the default key: the same part of each need
                    given = pool if pool < total else total
                    _add_row(k, g, t, given, need, given / total if total > 0.0 else 0.0, made, local, shared)
                else:
                    given = _split_row(forms[k], pool, parts[k], numbers[k, g], ranks[k], need, served, got)
                    _add_row(k, g, t, given, got, 1.0, made, local, shared)


@compiled
def _split_row(form, pool, part, number, ranks, need, served, got):  # type: ignore[no-untyped-def]
    """Write what each one gets into `got`; return their sum."""
    if form == FIXED:
        return _scale_row(need, pool, number, got)
    if form == RANKS:
        return _rank_row(need, pool, ranks, served, got)
    return _scale_row(need, _level_of(need, pool * part, number), number, got)


@compiled
def _add_row(k, g, t, given, got, times, made, local, shared):  # type: ignore[no-untyped-def]
    pool = made[:, t].sum()
    for j in range(local.shape[1]):
        part = times * made[j, t] / pool if local.shape[1] > 1 else times
        for n in range(got.shape[0]):
            local[k, j, g, n] += part * got[n]
    for m in range(made.shape[0]):
        shared[k, m] += given * made[m, t] / pool


@compiled
def _read_row(t, base, factor, hosts, host_kwh, need):  # type: ignore[no-untyped-def]
    for n in range(need.shape[0]):
        need[n] = base[t, n] * factor[n]
    for h in range(hosts.shape[0]):
        need[hosts[h]] = host_kwh[h, t]
    total = 0.0
    for n in range(need.shape[0]):
        total += need[n]
    return total


@compiled
def _scale_row(need, offer, number, got):  # type: ignore[no-untyped-def]
    given = 0.0
    for n in range(need.shape[0]):
        offered = offer * number[n]
        got[n] = offered if offered < need[n] else need[n]
        given += got[n]
    return given


@compiled
def _sort_ranks(number, ranks):  # type: ignore[no-untyped-def]
    """Write the rank of each one, all of them rank after rank, and where each rank begins among them."""
    members = number.shape[0]
    ranks[0, :members] = number.astype(np.int64)
    ranks[1, :members] = np.argsort(number, kind="mergesort")
    ranks[2, :] = np.searchsorted(number[ranks[1, :members]], np.arange(members + 1))


@compiled
def _rank_row(need, pool, ranks, served, got):  # type: ignore[no-untyped-def]
    """Write what each one gets; `served` holds the part of its needs that each rank gets."""
    members, given, rank = need.shape[0], 0.0, 0
    while ranks[2, rank] < members:
        wanted = 0.0
        if given < pool:  # nothing is left for the others, whatever they want
            for i in range(ranks[2, rank], ranks[2, rank + 1]):
                wanted += need[ranks[1, i]]
        left = pool - given
        now = left if left < wanted else wanted
        served[rank] = now / wanted if wanted > 0.0 else 0.0
        given += now
        rank += 1
    for n in range(members):
        got[n] = need[n] * served[ranks[0, n]]
    return given


@compiled
def _level_of(need, pool, number):  # type: ignore[no-untyped-def]
    """Return the level that uses the pool or serves all needs, by Newton from below (`acc.totals.poured`)."""
    weight, wanted = 0.0, 0.0
    for n in range(need.shape[0]):
        weight += number[n]
        wanted += need[n] if number[n] > 0.0 else 0.0
    if wanted <= pool:
        return SERVES_ALL
    level = pool / weight
    for _move in range(need.shape[0]):
        poured, open_weight = 0.0, 0.0
        for n in range(need.shape[0]):
            offered = level * number[n]
            is_open = offered < need[n]
            poured += offered if is_open else need[n]
            open_weight += number[n] if is_open else 0.0
        missing = pool - poured
        if missing <= ROUNDING * pool or open_weight <= 0.0:
            return level
        level += missing / open_weight
    return level
