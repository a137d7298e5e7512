"""Pouring an amount of energy over needs, by weight or by rank: the one arithmetic of keys and batches.

Arrays stand participants first, steps last, so that each sum runs along memory; whoever holds (T, N)
gives the transpose. Nothing is settled here: these functions say what each one should receive.
"""

import numpy as np

from acc.arrays import FloatArray, IntArray, column_sums

SERVES_ALL = 1e280
"""A level above any need, whatever the weight it is multiplied by."""

ROUNDING = 1e-12
"""Relative size of what is rounding, not energy."""


def poured_by_weight(need_kwh: FloatArray, pool_kwh: FloatArray, weight: FloatArray) -> FloatArray:
    """Return `min(C_i, level w_i)`, shape (N, d): the level uses the whole pool, or serves all needs.

    This is where offering the pool in proportion to the weights ends once what one cannot use has been
    offered to the others, in the same proportion, until nothing moves. Newton from below: what is poured
    grows with the level, ever more slowly, so it needs at most N moves and stops exactly; steps that are
    done are left.

    Args:
        pool_kwh: what is poured at each step, shape (d,).
        weight: of each participant, not negative, shape (N,); a weight of zero receives nothing.

    >>> poured_by_weight(np.array([[0.4], [0.8]]), np.array([1.0]), np.array([1.0, 1.0])).ravel().tolist()
    [0.4, 0.6]
    """
    column = weight[:, None]
    wanted = need_kwh if weight.all() else np.where(column > 0.0, need_kwh, 0.0)
    steps = np.flatnonzero(column_sums(wanted) > pool_kwh)
    level = np.full(len(pool_kwh), SERVES_ALL)
    need, pool = np.take(wanted, steps, axis=1), pool_kwh[steps]
    rising = pool / max(weight.sum(), np.finfo(float).tiny)
    for _move in range(len(weight)):
        level[steps] = rising
        offered = column * rising
        open_weight = weight @ (need > offered).astype(np.float64)  # as numbers: BLAS knows no truths
        missing = pool - column_sums(np.minimum(need, offered, out=offered))
        moving = np.flatnonzero((missing > ROUNDING * pool) & (open_weight > 0.0))
        if not moving.size:
            break
        rising = rising[moving] + missing[moving] / open_weight[moving]
        steps, need, pool = steps[moving], np.take(need, moving, axis=1), pool[moving]
    received: FloatArray = column * level
    return np.minimum(wanted, received, out=received)


def poured_by_rank(need_kwh: FloatArray, pool_kwh: FloatArray, rank: IntArray) -> FloatArray:
    """Return what each one receives when rank 0 is served first, then rank 1 with what is left, (N, d).

    Inside a rank the default rule holds: the same part of every need.

    Args:
        pool_kwh: what is poured at each step, shape (d,).
        rank: of each participant, from 0, shape (N,).

    >>> poured_by_rank(np.array([[0.4], [0.8]]), np.array([1.0]), np.array([1, 0])).ravel().round(3).tolist()
    [0.2, 0.8]
    """
    order = np.argsort(rank, kind="stable")
    starts = np.searchsorted(rank[order], np.arange(int(rank.max()) + 1))
    wanted = np.add.reduceat(need_kwh[order], starts, axis=0)
    # A rank that nobody holds has no needs of its own: reduceat would give those of the next one.
    wanted[np.bincount(rank) == 0] = 0.0
    before = np.cumsum(wanted, axis=0) - wanted
    served = divided(np.clip(pool_kwh - before, 0.0, wanted), wanted)
    received: FloatArray = need_kwh * served[rank]
    return received


def divided(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Return `part / whole`, zero where the whole is zero."""
    shape = np.broadcast_shapes(part.shape, whole.shape)
    quotient: FloatArray = np.divide(part, whole, out=np.zeros(shape), where=whole > 0.0)
    return quotient
