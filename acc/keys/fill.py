"""The arithmetic that keys share: pouring an amount of energy over needs, step by step.

These functions say what each one should receive; `shares_for` turns it into the coefficients that a key
proposes. Nothing is settled here.
"""

import numpy as np

from acc.arrays import FloatArray, IntArray

ROUNDING = 1e-12
"""Relative size of what is rounding, not energy."""


def shares_for(received_kwh: FloatArray, need_kwh: FloatArray, pool_kwh: FloatArray) -> FloatArray:
    """Return the coefficients (T, N) under which each one receives `received_kwh` of the pool (T,).

    Where every need is served the coefficients sum to 1 all the same, in proportion to the needs: the
    law caps them, and a file of coefficients then says 100 % at each step.

    >>> shares_for(np.array([[0.4, 0.8]]), np.array([[0.4, 0.8]]), np.array([2.0])).round(3).tolist()
    [[0.333, 0.667]]
    """
    total = received_kwh.sum(axis=1)
    all_served = total >= need_kwh.sum(axis=1) * (1.0 - ROUNDING)
    whole = np.where(all_served, total, np.maximum(pool_kwh, total))[:, None]
    return divided(received_kwh, whole)


def divided(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Return `part / whole`, zero where the whole is zero."""
    shape = np.broadcast_shapes(part.shape, whole.shape)
    quotient: FloatArray = np.divide(part, whole, out=np.zeros(shape), where=whole > 0.0)
    return quotient


def fill_by_weight(need_kwh: FloatArray, pool_kwh: FloatArray, weight: FloatArray) -> FloatArray:
    """Return `min(C_i, level x w_i)`, with at each step the level that uses the whole pool, or all needs.

    This is where offering the pool in proportion to the weights ends once what one cannot use has been
    offered to the others, in the same proportion, until nothing moves.

    Args:
        weight: of each participant, not negative, shape (N,); a weight of zero receives nothing.

    >>> fill_by_weight(np.array([[0.4, 0.8]]), np.array([1.0]), np.array([1.0, 1.0])).tolist()
    [[0.4, 0.6]]
    """
    received = np.where(weight > 0.0, need_kwh, 0.0)
    scarce = np.flatnonzero(received.sum(axis=1) > pool_kwh)
    if scarce.size:
        need = received[scarce]
        received[scarce] = np.minimum(need, _level(need, pool_kwh[scarce], weight)[:, None] * weight)
    return received


def _level(need: FloatArray, pool: FloatArray, weight: FloatArray) -> FloatArray:
    """Return the level of each step by Newton: what is poured grows with it, ever more slowly.

    Started from below, each move stays below and reaches the level once no further need is met on the
    way, so there are at most N moves.
    """
    level: FloatArray = pool / weight.sum()
    for _move in range(need.shape[1]):
        offered = level[:, None] * weight
        missing = pool - np.minimum(need, offered).sum(axis=1)
        open_weight = np.where(need > offered, weight, 0.0).sum(axis=1)
        moving = (missing > ROUNDING * pool) & (open_weight > 0.0)
        if not moving.any():
            break
        level = level + np.divide(missing, open_weight, out=np.zeros_like(level), where=moving)
    return level


def fill_by_rank(need_kwh: FloatArray, pool_kwh: FloatArray, rank: IntArray) -> FloatArray:
    """Return what each one receives when rank 0 is served first, then rank 1 with what is left...

    Inside a rank the default rule holds: the same part of every need.

    Args:
        rank: of each participant, 0 to R - 1, each at least once, shape (N,).

    >>> fill_by_rank(np.array([[0.4, 0.8]]), np.array([1.0]), np.array([1, 0])).round(3).tolist()
    [[0.2, 0.8]]
    """
    order = np.argsort(rank, kind="stable")
    starts = np.searchsorted(rank[order], np.arange(int(rank.max()) + 1))
    need = np.add.reduceat(need_kwh[:, order], starts, axis=1)
    before = np.cumsum(need, axis=1) - need
    served = np.clip(pool_kwh[:, None] - before, 0.0, need)
    received: FloatArray = need_kwh * divided(served, need)[:, rank]
    return received
