"""Each plant serves the nearest participants first."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from gettext import gettext as _

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.exchange import Exchange
from acc.i18n import N_
from acc.keys.pairs import share_rest
from acc.keys.rule import EnedisType, KeyContext, KeyRule
from acc.pouring import divided
from acc.problem import InputError, Problem
from acc.settle import Past

SAME_DISTANCE_KM = 0.001
"""Distances are compared to the metre: positions are not known better."""


@dataclass(frozen=True, eq=False)
class NearestFirst:
    """The shortest links are served first: `min(left of m, open need of n)` (full dynamique).

    Plants of 1 and 1; B stands 100 m from the first, 500 m from the second, C 300 m from the second and
    900 m from the first; needs 1.5 and 1. B receives 1 from the first, C 1 from the second; B's last 0.5
    finds nothing left. Links of one length are served together, in proportion to the needs.

    Attributes:
        links: which pairs have the same length, shortest first, each of shape (M, N).
    """

    links: tuple[BoolArray, ...]

    def shares(self, exchange: Exchange, past: Past) -> FloatArray:
        """Return the coefficients, shape (T, M, N)."""
        made, need = exchange.production_kwh, exchange.consumption_kwh
        # What passes over a link stands together in memory.
        given = np.zeros((made.shape[1], need.shape[1], len(made))).transpose(2, 0, 1)
        left, open_need = made.T.copy(), need.T.copy()  # a plant, or a member, is a row
        for plants, members, linked in self._ends:
            if linked.size == 1:  # most links are the only ones of their length
                (m,), (n,) = plants, members
                given[:, m, n] = passed = np.minimum(left[m], open_need[n])
                left[m] -= passed
                open_need[n] -= passed
                continue
            offer = _offer(left[plants].T, open_need[members].T, linked)
            given[:, plants[:, None], members] += offer
            left[plants] = np.maximum(left[plants] - offer.sum(axis=2).T, 0.0)
            open_need[members] = np.maximum(open_need[members] - offer.sum(axis=1).T, 0.0)
        # Links of one length that do not join all with all may leave something on both sides.
        return divided(share_rest(np.ascontiguousarray(given), made, need), made[:, :, None])

    @cached_property
    def _ends(self) -> tuple[tuple[IntArray, IntArray, BoolArray], ...]:
        """Plants and members at the ends of the links of each length, and which of them are linked."""
        ends = [(np.flatnonzero(same.any(axis=1)), np.flatnonzero(same.any(axis=0))) for same in self.links]
        return tuple(
            (plants, members, same[np.ix_(plants, members)])
            for (plants, members), same in zip(ends, self.links, strict=True)
        )


def _offer(left_kwh: FloatArray, need_kwh: FloatArray, linked: BoolArray) -> FloatArray:
    """Return what passes over links of one length, shape (T, m, n)."""
    wanted = need_kwh[:, None, :] * linked
    total = wanted.sum(axis=2)
    offered = wanted * divided(np.minimum(left_kwh, total), total)[:, :, None]
    reached = offered.sum(axis=1)
    kept = divided(np.minimum(reached, need_kwh), reached)
    return offered * kept[:, None, :]


def build_nearest(parameters: Mapping[str, object], context: KeyContext) -> NearestFirst:
    """Return the key for the distances between plants and participants.

    Raises:
        InputError: everyone whose position is unknown.
    """
    distances = context.distances_km
    if distances is None or not np.isfinite(distances).all():
        sites = (*context.participants, *context.plants)
        message = _("no position: latitude and longitude are needed to serve the nearest first")
        unplaced = [site.id for site in sites if site.position is None]
        raise InputError(
            [Problem(f"key.nearest-first.{name}", message) for name in unplaced or ["distances"]]
        )
    metres = np.round(distances / SAME_DISTANCE_KM)
    return NearestFirst(tuple(metres == length for length in np.unique(metres)))


NEAREST_FIRST = KeyRule(
    name="nearest-first",
    title=N_("Nearest first"),
    short=N_("nearest"),
    sentence=N_("Each plant serves the nearest sites first."),
    enedis=EnedisType.FULL,
    build=build_nearest,
)
