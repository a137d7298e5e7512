"""The only code that moves kWh: `received = min(share x production, consumption)`.

Code de l'énergie D315-4 and D315-6: each participant receives its coefficient of the production of
the step, at most what it consumes; what it still needs is its supplier's complement, what nobody
takes is surplus. A key proposes shares; whatever it proposes, no energy can appear here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from gettext import gettext as _
from itertools import pairwise
from typing import Protocol

import numpy as np

from acc.arrays import PAGED_BYTES, FloatArray, IntArray, column_sums, row_sums, zeros
from acc.exchange import Exchange

SHARE_TOLERANCE = 1e-9
"""By how much a row of shares may pass 1 through rounding; beyond it the key is refused."""

BLOCK_VALUES = 1 << 15
"""Shares held at once (256 kB, so that a block stays in cache and memory does not grow with the period)."""


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """What each participant has received and consumed before the block, kWh, shape (N,)."""

    received_kwh: FloatArray
    consumption_kwh: FloatArray

    def of(self, columns: IntArray) -> "Past":
        """Return the past of some participants."""
        return Past(self.received_kwh[columns], self.consumption_kwh[columns])

    def after(self, received_kwh: FloatArray, consumption_kwh: FloatArray) -> "Past":
        """Return the past once the steps of these two arrays (t, N) are over."""
        return Past(
            self.received_kwh + column_sums(received_kwh), self.consumption_kwh + column_sums(consumption_kwh)
        )


class Key(Protocol):
    """A rule of allocation (clé de répartition): it proposes, `settle` disposes.

    A key that looks at the past says so by an attribute `looks_back = True`. To the others the past is
    not a number: summing it costs time, and a key that forgets to say so fails at once.
    """

    def shares(self, exchange: Exchange, past: Past) -> FloatArray:
        """Return the coefficients of a block, in [0, 1], the shares of one production summing to at most 1.

        Shape (T, N) when the productions are pooled first (statique, dynamique), or (T, M, N), one
        coefficient for each plant and participant (full dynamique).
        """
        ...


def looks_back(key: Key) -> bool:
    """Return whether `key` asks for the past."""
    return bool(getattr(key, "looks_back", False))


@dataclass(frozen=True, slots=True, eq=False)
class Allocation:
    """Who received what, in kWh per step.

    Attributes:
        received_kwh: local energy of each participant, shape (T, N).
        surplus_kwh: injected by each plant and received by nobody, shape (T, M).
        received_by_plant_kwh: the same energy plant by plant, shape (T, M, N), for full dynamic keys;
            None for pooled keys, where it is proportional to the injection of the step.
    """

    received_kwh: FloatArray
    surplus_kwh: FloatArray
    received_by_plant_kwh: FloatArray | None = None

    @property
    def finest_kwh(self) -> FloatArray:
        """What is received as finely as it was settled: plant by plant, (T, M, N), or of the pool, (T, N)."""
        return self.received_kwh if self.received_by_plant_kwh is None else self.received_by_plant_kwh


def settle(exchange: Exchange, key: Key, *, out: FloatArray | None = None) -> Allocation:
    """Return the allocation of `exchange` under `key`.

    Args:
        out: array (T, N) to hold what is received, where the same one serves for many runs.

    Raises:
        ValueError: the key proposes a share outside [0, 1], or shares that sum to more than 1.

    >>> from datetime import date
    >>> from acc.keys.prorata import Prorata
    >>> from acc.steps import Steps
    >>> steps = Steps.between(date(2025, 1, 1), date(2025, 1, 2), 15).part(0, 1)
    >>> exchange = Exchange(steps, np.array([[0.4, 0.8]]), np.array([[1.0]]), np.zeros((1, 1)))
    >>> settle(exchange, Prorata()).received_kwh.round(4).tolist()
    [[0.3333, 0.6667]]
    """
    need, production_kwh = exchange.consumption_kwh, exchange.production_kwh
    received = zeros(need.shape) if out is None else out
    pairs: FloatArray | None = None
    remembers = looks_back(key)
    past = _start(need.shape[1], known=remembers)
    pool, left = row_sums(production_kwh), np.zeros(len(production_kwh))
    for rows, is_lit in _parts(exchange, pool):
        got = received[rows]
        if not is_lit:  # by night there is nothing to share
            if out is not None:
                got[:] = 0.0
            past = past.after(got, need[rows]) if remembers else past
            continue
        part = exchange.part(rows.start, rows.stop)
        shares, total = checked_shares(key.shares(part, past), part)
        if shares.ndim == 2:
            offer = pool[rows]
            _settle_pooled(shares, offer / np.maximum(total, 1.0), part.consumption_kwh, got)
            np.subtract(offer, row_sums(got), out=left[rows])
        else:
            pairs = zeros((*production_kwh.shape, need.shape[1])) if pairs is None else pairs
            _settle_pairs(shares, production_kwh[rows] / np.maximum(total, 1.0), need[rows], pairs[rows])
            pairs[rows].sum(axis=1, out=got)
        if remembers:
            past = past.after(got, need[rows])
    surplus = (
        _surplus_of_pool(left, pool, production_kwh) if pairs is None else production_kwh - row_sums(pairs)
    )
    # By difference the surplus comes out at -1e-15 now and then: rounding, clipped.
    return Allocation(received, np.maximum(surplus, 0.0, out=surplus), pairs)


def checked_shares(shares: FloatArray, part: Exchange) -> tuple[FloatArray, FloatArray]:
    """Return `shares`, none below zero, and their sums, known to be lawful within `SHARE_TOLERANCE`.

    Raises:
        ValueError: another shape, a share that is negative or missing, shares that sum to more than 1.
    """
    count, members = part.consumption_kwh.shape
    plants = part.production_kwh.shape[1]
    if shares.shape not in {(count, members), (count, plants, members)}:
        raise ValueError(
            _("a key gave shares of shape {shape} for {members} participants").format(
                shape=shares.shape, members=members
            )
        )
    # One row that stands for all steps (as the static key gives it) is read once.
    distinct = shares[:1] if shares.strides[0] == 0 else shares
    lowest = np.minimum.reduce(distinct, axis=None, initial=0.0)
    if not lowest >= -SHARE_TOLERANCE:
        raise ValueError(_("a key gave a negative or missing share"))
    if lowest < 0.0:
        shares = distinct = np.maximum(shares, 0.0)
    total = row_sums(distinct)
    if not np.maximum.reduce(total, axis=None, initial=0.0) <= 1.0 + 2.0 * SHARE_TOLERANCE:
        raise ValueError(
            _("a key gave shares that sum to {total:.6f}: at most 1 is expected").format(total=total.max())
        )
    return shares, total


def _parts(exchange: Exchange, pool: FloatArray) -> Iterator[tuple[slice, bool]]:
    """Yield the period in parts small enough to stay in cache, and whether anything is made in each.

    Where nights are left unwritten (`zeros`) a part begins and ends with the day: none writes a night.
    """
    height = max(1, BLOCK_VALUES // max(1, exchange.consumption_kwh.shape[1]))
    edges = np.zeros(0, dtype=np.int64)
    if exchange.consumption_kwh.nbytes >= PAGED_BYTES:
        edges = np.flatnonzero(np.diff(pool > 0.0)) + 1
    firsts = [
        first
        for start, stop in pairwise([0, *edges.tolist(), len(pool)])
        for first in range(start, stop, height)
    ]
    lit = np.maximum.reduceat(pool, firsts) > 0.0
    for (first, stop), is_lit in zip(pairwise([*firsts, len(pool)]), lit.tolist(), strict=True):
        yield slice(first, stop), is_lit


def _start(members: int, *, known: bool) -> Past:
    nothing = np.full(members, 0.0 if known else np.nan)
    return Past(nothing, nothing)


def _settle_pooled(shares: FloatArray, pool: FloatArray, need: FloatArray, received: FloatArray) -> None:
    """Write `min(k_i x P, C_i)` into `received` (t, N)."""
    np.multiply(shares, pool[:, None], out=received)
    np.minimum(received, need, out=received)


def _surplus_of_pool(left: FloatArray, pool: FloatArray, production_kwh: FloatArray) -> FloatArray:
    """Surplus of each plant, (T, M), kWh: that of the pool, in proportion to injections."""
    return production_kwh * np.divide(left, pool, out=np.zeros_like(left), where=pool > 0.0)[:, None]


def _settle_pairs(shares: FloatArray, production: FloatArray, need: FloatArray, pairs: FloatArray) -> None:
    """Write the energy from each plant to each participant into `pairs` (t, M, N)."""
    np.multiply(shares, production[:, :, None], out=pairs)
    offered = pairs.sum(axis=1)
    # When the offers of several plants pass a participant's need, each is cut in proportion:
    # no text says which producer's energy is left over, and this favours none.
    kept = np.minimum(offered, need)
    pairs *= np.divide(kept, offered, out=np.zeros_like(kept), where=offered > 0.0)[:, None, :]
