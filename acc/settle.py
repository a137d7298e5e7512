"""The only code that moves kWh: `received = min(share x production, consumption)`.

Code de l'énergie D315-4 and D315-6: each participant receives its coefficient of the production of
the step, at most what it consumes; what it still needs is its supplier's complement, what nobody
takes is surplus. A key proposes shares; whatever it proposes, no energy can appear here.
"""

from dataclasses import dataclass
from gettext import gettext as _
from typing import Protocol

import numpy as np

from acc.arrays import FloatArray
from acc.exchange import Exchange

SHARE_TOLERANCE = 1e-9
"""By how much a row of shares may pass 1 through rounding; beyond it the key is refused."""

BLOCK_VALUES = 1 << 16
"""Shares held at once (512 kB, so that a block stays in cache and memory does not grow with the period)."""


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """What each participant has received and consumed before the block, kWh, shape (N,)."""

    received_kwh: FloatArray
    consumption_kwh: FloatArray


class Key(Protocol):
    """A rule of allocation (clé de répartition): it proposes, `settle` disposes."""

    def shares(self, exchange: Exchange, past: Past) -> FloatArray:
        """Return the coefficients of a block, in [0, 1], the shares of one production summing to at most 1.

        Shape (T, N) when the productions are pooled first (statique, dynamique), or (T, M, N), one
        coefficient for each plant and participant (full dynamique).
        """
        ...


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


def settle(exchange: Exchange, key: Key) -> Allocation:
    """Return the allocation of `exchange` under `key`.

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
    count, members = exchange.consumption_kwh.shape
    plants = exchange.production_kwh.shape[1]
    received = np.empty((count, members))
    surplus = np.empty((count, plants))
    pairs: list[FloatArray] = []
    past = Past(np.zeros(members), np.zeros(members))
    first = 0
    for block in exchange.blocks(_block_rows(members, plants)):
        stop = first + block.steps.count
        shares = checked_shares(key.shares(block, past), block)
        if shares.ndim == 2:
            received[first:stop], surplus[first:stop] = _settle_pooled(block, shares)
        else:
            by_plant, surplus[first:stop] = _settle_pairs(block, shares)
            received[first:stop] = by_plant.sum(axis=1)
            pairs.append(by_plant)
        past = Past(
            past.received_kwh + received[first:stop].sum(axis=0),
            past.consumption_kwh + block.consumption_kwh.sum(axis=0),
        )
        first = stop
    return Allocation(received, surplus, np.concatenate(pairs) if pairs else None)


def checked_shares(shares: FloatArray, block: Exchange) -> FloatArray:
    """Return `shares` clipped to [0, 1] once they are known to be lawful within `SHARE_TOLERANCE`."""
    count, members = block.consumption_kwh.shape
    plants = block.production_kwh.shape[1]
    if shares.shape not in {(count, members), (count, plants, members)}:
        raise ValueError(
            _("a key gave shares of shape {shape} for {members} participants").format(
                shape=shares.shape, members=members
            )
        )
    if shares.size and not shares.min() >= -SHARE_TOLERANCE:
        raise ValueError(_("a key gave a negative or missing share"))
    total = shares.sum(axis=-1)
    if total.size and not total.max() <= 1.0 + SHARE_TOLERANCE:
        raise ValueError(
            _("a key gave shares that sum to {total:.6f}: at most 1 is expected").format(total=total.max())
        )
    shares = np.clip(shares, 0.0, 1.0)
    # What passes 1 by rounding is taken back, so that nobody receives more than was produced.
    return shares / np.maximum(total, 1.0)[..., None] if total.size and total.max() > 1.0 else shares


def _settle_pooled(block: Exchange, shares: FloatArray) -> tuple[FloatArray, FloatArray]:
    pool = block.production_kwh.sum(axis=1)
    received = np.minimum(shares * pool[:, None], block.consumption_kwh)
    # By difference the surplus comes out at -1e-15 now and then: rounding, clipped.
    left = np.maximum(pool - received.sum(axis=1), 0.0)
    left_share = np.divide(left, pool, out=np.zeros_like(left), where=pool > 0.0)
    return received, block.production_kwh * left_share[:, None]


def _settle_pairs(block: Exchange, shares: FloatArray) -> tuple[FloatArray, FloatArray]:
    offered = shares * block.production_kwh[:, :, None]
    total = offered.sum(axis=1)
    # When the offers of several plants pass a participant's need, each is cut in proportion:
    # the law does not say which producer's energy is left (facts: "NOT FOUND"), and this is neutral.
    kept = np.minimum(total, block.consumption_kwh)
    cut = np.divide(kept, total, out=np.zeros_like(kept), where=total > 0.0)
    by_plant = offered * cut[:, None, :]
    return by_plant, np.maximum(block.production_kwh - by_plant.sum(axis=2), 0.0)


def _block_rows(members: int, plants: int) -> int:
    return max(1, BLOCK_VALUES // max(1, members * max(1, plants)))
