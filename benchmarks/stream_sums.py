"""What memory allows: one large operation whose needs are read once, and written once where asked.

The program itself sums by `scenarios.operation.batch.numba_sums`, for any key; this is the ceiling it is held
against.

For the default and the static key, whose arithmetic is so small that memory is the limit; a thousand
participants over a year at 15 min are 280 MB. Numba (extra `[fast]`), threads over ranges of steps. Four
steps of one group are added at once where nothing is written, so that their sums are loaded once for all.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.batch.sums import KeyForm, Split
from scenarios.operation.batch.numba_sums import compiled


def stream_sums(
    need_kwh: FloatArray,
    pool_kwh: FloatArray,
    split: Split,
    group: IntArray,
    count: int,
    *,
    workers: int = 2,
    received_kwh: FloatArray | None = None,
) -> FloatArray:
    """Return what each participant receives in each group of steps, shape (count, N).

    Args:
        need_kwh: shape (T, N), steps first, as meters give it.
        pool_kwh: all plants together, shape (T,).
        split: fixed shares, or everyone in one rank.
        received_kwh: written with what each one receives at each step, shape (T, N), when given.

    Raises:
        ValueError: another kind of split.
    """
    if (
        split.number.ndim != 1
        or (split.form is KeyForm.RANKS and split.number.any())
        or split.form is KeyForm.WEIGHTS
    ):
        raise ValueError("fixed shares or the default key only")
    out = np.empty((0, 0)) if received_kwh is None else received_kwh
    bounds = np.linspace(0, len(need_kwh), workers + 1).astype(int)
    sums = np.zeros((workers, count, need_kwh.shape[1]))
    kernel = _fixed_steps if split.form is KeyForm.FIXED else _default_steps

    def part(worker: int) -> None:
        rows = slice(bounds[worker], bounds[worker + 1])
        written = out if received_kwh is None else out[rows]
        kernel(need_kwh[rows], pool_kwh[rows], split.number, group[rows], sums[worker], written)

    with ThreadPoolExecutor(workers) as threads:
        list(threads.map(part, range(workers)))
    whole: FloatArray = sums.sum(axis=0)
    return whole


@compiled
def _default_steps(need, pool, _number, group, sums, out):  # type: ignore[no-untyped-def]
    t = 0
    while t < need.shape[0]:
        if out.shape[0] == 0 and _are_four_alike(group, t):
            _add_four_parts(need[t : t + 4], pool[t : t + 4], sums[group[t]])
            t += 4
        else:
            _add_part(need[t], pool[t], sums[group[t]], out[t : t + 1])
            t += 1


@compiled
def _fixed_steps(need, pool, number, group, sums, out):  # type: ignore[no-untyped-def]
    t = 0
    while t < need.shape[0]:
        if out.shape[0] == 0 and _are_four_alike(group, t):
            _add_four_offers(need[t : t + 4], pool[t : t + 4], number, sums[group[t]])
            t += 4
        else:
            _add_offer(need[t], pool[t], number, sums[group[t]], out[t : t + 1])
            t += 1


@compiled
def _are_four_alike(group, t):  # type: ignore[no-untyped-def]
    """Return whether the next four steps add to the same row of sums."""
    if t + 4 > group.shape[0]:
        return False
    return group[t] == group[t + 1] and group[t] == group[t + 2] and group[t] == group[t + 3]


@compiled
def _add_four_parts(need, pool, sums):  # type: ignore[no-untyped-def]
    if not pool.any():
        return
    a = b = c = d = 0.0
    for n in range(need.shape[1]):
        a += need[0, n]
        b += need[1, n]
        c += need[2, n]
        d += need[3, n]
    a, b, c, d = _part(pool[0], a), _part(pool[1], b), _part(pool[2], c), _part(pool[3], d)
    for n in range(need.shape[1]):
        sums[n] += a * need[0, n] + b * need[1, n] + c * need[2, n] + d * need[3, n]


@compiled
def _add_part(need, pool, sums, out):  # type: ignore[no-untyped-def]
    part = _part(pool, need.sum()) if pool > 0.0 else 0.0
    if out.shape[0] > 0:
        for n in range(need.shape[0]):
            received = need[n] * part
            out[0, n] = received
            sums[n] += received
    elif part > 0.0:
        for n in range(need.shape[0]):
            sums[n] += need[n] * part


@compiled
def _part(pool, total):  # type: ignore[no-untyped-def]
    return min(1.0, pool / total) if total > 0.0 else 0.0


@compiled
def _add_four_offers(need, pool, number, sums):  # type: ignore[no-untyped-def]
    if not pool.any():
        return
    a, b, c, d = pool[0], pool[1], pool[2], pool[3]
    for n in range(need.shape[1]):
        share = number[n]
        sums[n] += (
            _least(share * a, need[0, n])
            + _least(share * b, need[1, n])
            + _least(share * c, need[2, n])
            + _least(share * d, need[3, n])
        )


@compiled
def _add_offer(need, pool, number, sums, out):  # type: ignore[no-untyped-def]
    if out.shape[0] > 0:
        for n in range(need.shape[0]):
            received = _least(pool * number[n], need[n])
            out[0, n] = received
            sums[n] += received
    elif pool > 0.0:
        for n in range(need.shape[0]):
            sums[n] += _least(pool * number[n], need[n])


@compiled
def _least(one, other):  # type: ignore[no-untyped-def]
    # `min` looks for NaN as well, and the loop is no longer computed many at a time.
    return one if one < other else other
