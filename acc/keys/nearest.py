"""Each plant serves the nearest participants first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from gettext import gettext as _
from itertools import pairwise

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


@dataclass(frozen=True, slots=True, eq=False)
class NearestFirst:
    """The shortest links are served first: `min(left of m, open need of n)` (full dynamique).

    Plants of 1 and 1; B stands 100 m from the first, 500 m from the second, C 300 m from the second and
    900 m from the first; needs 1.5 and 1. B receives 1 from the first, C 1 from the second; B's last 0.5
    finds nothing left. Links of one length are served together, in proportion to the needs.

    Attributes:
        metres: how long the link of each pair is, shape (M, N), to the metre.
    """

    metres: FloatArray

    def shares(self, exchange: Exchange, past: Past) -> FloatArray:
        """Return the coefficients, shape (T, M, N)."""
        made, need = exchange.production_kwh, exchange.consumption_kwh
        # What passes over a link stands together in memory.
        given = np.zeros((made.shape[1], need.shape[1], len(made))).transpose(2, 0, 1)
        left, open_need = made.T.copy(), need.T.copy()
        has = np.asarray(left.any(axis=1), dtype=bool)
        wants = np.asarray(open_need.any(axis=1), dtype=bool)
        for plants, members in self._links():
            if len(plants) == 1:
                (m,), (n,) = plants, members
                if has[m] and wants[n]:
                    offer = np.minimum(left[m], open_need[n])
                    given[:, m, n] = offer
                    left[m] -= offer
                    open_need[n] -= offer
                    has[m], wants[n] = left[m].any(), open_need[n].any()
            elif has[plants].any() and wants[members].any():
                _give_together(given, left, open_need, np.array([plants, members]))
                has[plants], wants[members] = left[plants].any(axis=1), open_need[members].any(axis=1)
            else:
                continue
            if not has.any() or not wants.any():
                break
        # Links of one length that do not join all with all may leave something on both sides.
        given = np.ascontiguousarray(given)
        if has.any() and wants.any():
            given = share_rest(given, made, need)
        return divided(given, made[:, :, None])

    def _links(self) -> Iterator[tuple[list[int], list[int]]]:
        """Yield the plants and the members of the links of each length, shortest first."""
        order = np.argsort(self.metres, axis=None, kind="stable")
        plants, members = np.divmod(order, self.metres.shape[1])
        ends = np.flatnonzero(np.diff(self.metres.ravel()[order])) + 1
        plant, member = plants.tolist(), members.tolist()
        for first, stop in pairwise([0, *ends.tolist(), len(order)]):
            yield plant[first:stop], member[first:stop]


def _give_together(given: FloatArray, left: FloatArray, open_need: FloatArray, pairs: IntArray) -> None:
    """Give what passes over links of one length, pairs of a plant and a member, shape (2, L)."""
    plants, plant = np.unique(pairs[0], return_inverse=True)
    members, member = np.unique(pairs[1], return_inverse=True)
    linked = np.zeros((len(plants), len(members)), dtype=bool)
    linked[plant, member] = True
    offer = _offer(left[plants].T, open_need[members].T, linked)
    given[:, plants[:, None], members] += offer
    left[plants] = np.maximum(left[plants] - offer.sum(axis=2).T, 0.0)
    open_need[members] = np.maximum(open_need[members] - offer.sum(axis=1).T, 0.0)


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
    return NearestFirst(np.round(distances / SAME_DISTANCE_KM))


NEAREST_FIRST = KeyRule(
    name="nearest-first",
    title=N_("Nearest first"),
    short=N_("nearest"),
    sentence=N_("Each plant serves the nearest sites first."),
    enedis=EnedisType.FULL,
    build=build_nearest,
)
