"""One large operation at the speed of memory: needs are read once, and written once where asked.

For the default and the static key, whose arithmetic is so small that memory is the limit; a thousand
participants over a year at 15 min are 280 MB. Numba (extra `[fast]`), threads over ranges of steps.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.totals import Form, Split
from scenarios.compiled import compiled


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
        or (split.form is Form.RANKS and split.number.any())
        or split.form is Form.WEIGHTS
    ):
        raise ValueError("fixed shares or the default key only")
    out = np.empty((0, 0)) if received_kwh is None else received_kwh
    bounds = np.linspace(0, len(need_kwh), workers + 1).astype(int)
    sums = np.zeros((workers, count, need_kwh.shape[1]))
    kernel = _fixed_steps if split.form is Form.FIXED else _default_steps

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
    members, writes = need.shape[1], out.shape[0] > 0
    for t in range(need.shape[0]):
        total, g = 0.0, group[t]
        if pool[t] > 0.0:
            for n in range(members):
                total += need[t, n]
        part = min(1.0, pool[t] / total) if total > 0.0 else 0.0
        if writes:
            for n in range(members):
                received = need[t, n] * part
                out[t, n] = received
                sums[g, n] += received
        elif part > 0.0:
            for n in range(members):
                sums[g, n] += need[t, n] * part


@compiled
def _fixed_steps(need, pool, number, group, sums, out):  # type: ignore[no-untyped-def]
    members, writes = need.shape[1], out.shape[0] > 0
    for t in range(need.shape[0]):
        made, g = pool[t], group[t]
        if writes:
            for n in range(members):
                offered = made * number[n]
                received = offered if offered < need[t, n] else need[t, n]
                out[t, n] = received
                sums[g, n] += received
        elif made > 0.0:
            for n in range(members):
                offered = made * number[n]
                sums[g, n] += offered if offered < need[t, n] else need[t, n]
