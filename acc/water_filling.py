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


def allocate_by_weight(need_kwh: FloatArray, pool_kwh: FloatArray, weight: FloatArray) -> FloatArray:
    """Return `min(C_i, level w_i)`, shape (N, d): the level uses the whole pool, or serves all needs.

    This is where offering the pool in proportion to the weights ends once what one cannot use has been
    offered to the others, in the same proportion, until nothing moves. Newton from below: what is poured
    grows with the level, ever more slowly, so it needs at most N moves and stops exactly; steps that are
    done are left.

    Args:
        pool_kwh: what is poured at each step, shape (d,).
        weight: of each participant, not negative, shape (N,); a weight of zero receives nothing.

    >>> allocate_by_weight(np.array([[0.4], [0.8]]), np.array([1.0]), np.array([1.0, 1.0])).ravel().tolist()
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


def allocate_by_rank(need_kwh: FloatArray, pool_kwh: FloatArray, rank: IntArray) -> FloatArray:
    """Energy received when rank 0 is served first, then rank 1 with the remainder, (N, d), kWh.

    Inside a rank the default rule holds: the same part of every need.

    Args:
        pool_kwh: energy to share at each step, shape (d,).
        rank: of each participant, from 0, shape (N,).

    >>> allocate_by_rank(np.array([[0.4], [0.8]]), np.ones(1), np.array([1, 0])).ravel().round(3).tolist()
    [0.2, 0.8]
    """
    order = np.argsort(rank, kind="stable")
    starts = np.searchsorted(rank[order], np.arange(int(rank.max()) + 1))
    wanted = np.add.reduceat(need_kwh[order], starts, axis=0)
    # A rank that nobody holds has no needs of its own: reduceat would give those of the next one.
    wanted[np.bincount(rank) == 0] = 0.0
    before = np.cumsum(wanted, axis=0) - wanted
    served = divided(np.clip(pool_kwh - before, 0.0, wanted), wanted)
    return need_kwh * served[rank]


def divided(part: FloatArray, total: FloatArray) -> FloatArray:
    """Return `part / total`, zero where the total is zero."""
    # By infinity: a division of all is made three times as fast as one of some.
    return part / np.where(total > 0.0, total, np.inf)


SAME_PRICE_EUR_PER_KWH = 1e-9
"""Prices closer than this are one: over a million kWh, a thousandth of a euro."""

SAME_SCORE = 1e-12
"""Scores closer than this are equal: above what rounding does to a sum of two prices."""


def ranks_of(score: FloatArray) -> IntArray:
    """Return 0 for the highest score of a row, 1 for the next; -1 for who is not above 0, shape (K, N).

    >>> ranks_of(np.array([[0.1, 0.3, 0.1, -0.2]])).tolist()
    [[1, 0, 1, -1]]
    """
    units = round_to_units(score, SAME_SCORE)
    order = np.argsort(-units, axis=-1, kind="stable")
    ordered = np.take_along_axis(units, order, axis=-1)
    step = np.zeros_like(units)
    step[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    place = np.empty_like(units)
    np.put_along_axis(place, order, np.cumsum(step, axis=-1), axis=-1)
    return np.where(units > 0, place, -1)


def round_to_units(values: FloatArray, unit: float) -> IntArray:
    """Return values as whole numbers of a unit, so that what differs by rounding alone compares equal."""
    return np.rint(values / unit).astype(np.int64)


def row_numbers(rows: IntArray) -> IntArray:
    """Return a number for each row, the same for equal rows alone (but for one chance in 2^60)."""
    odd = np.random.default_rng(24).integers(1 << 40, 1 << 62, rows.shape[1]) | 1
    numbers: IntArray = (rows * odd).sum(axis=1)
    return numbers
