"""Each plant serves the nearest participants first.

Each roof serves its own owner first, then everyone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from gettext import gettext as _

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray, KeyParameters
from acc.exchange import Exchange
from acc.i18n import N_
from acc.keys.rule import EnedisType, KeyContext, KeyRule, Rewards, share_rest
from acc.problem import InputError, Problem
from acc.settle import Past
from acc.water_filling import divided


@dataclass(frozen=True, slots=True)
class OwnRoofFirst:
    """Plant m gives `min(P_m, C_owner)` to its owner; the rest is shared by default (full dynamique).

    Two plants of 1: the first belongs to A, the second to nobody here; needs A 0.6 and B 2. A receives
    0.6 from its roof; 0.4 and 1 are left for B, who receives 1.4. When several plants have one owner,
    each gives in proportion to what it makes.

    Attributes:
        owner: column of the participant each plant belongs to, None for a third party; (M,) values.
    """

    owner: tuple[int | None, ...]

    def shares(self, exchange: Exchange, past: Past) -> FloatArray:
        """Return the coefficients, shape (T, M, N)."""
        production_kwh, need = exchange.production_kwh, exchange.consumption_kwh
        owned = self.owned(need.shape[1])
        own_output = production_kwh @ owned
        part = divided(np.minimum(own_output, need), own_output)
        own = production_kwh[:, :, None] * owned * part[:, None, :]
        return divided(share_rest(own, production_kwh, need), production_kwh[:, :, None])

    def owned(self, members: int) -> FloatArray:
        """Return 1 where a plant belongs to a participant, (M, N)."""
        owned = np.zeros((len(self.owner), members))
        for plant, column in enumerate(self.owner):
            if column is not None:
                owned[plant, column] = 1.0
        return owned


def build_own_roof(parameters: KeyParameters, context: KeyContext) -> OwnRoofFirst:
    """Return the key where a plant belongs to its `owner`, else to the one it stands `behind`.

    Raises:
        InputError: no plant belongs to a participant.
    """
    columns = {p.id: n for n, p in enumerate(context.participants)}
    owner = tuple(columns.get(plant.owner or "", columns.get(plant.behind or "")) for plant in context.plants)
    if all(column is None for column in owner):
        message = _(
            "no plant belongs to a participant: give the id of one as `owner` in plants.csv, or another key"
        )
        raise InputError([Problem("key.own-roof-first", message)])
    return OwnRoofFirst(owner)


OWN_ROOF_FIRST = KeyRule(
    name="own-roof-first",
    title=N_("Own roof first"),
    short=N_("own roof"),
    sentence=N_("Each plant serves the sites of its producer first; the rest is shared."),
    enedis=EnedisType.FULL,
    rewards=Rewards(N_("those whom no roof of theirs serves in full"), false_word=N_("who owns the plant")),
    build=build_own_roof,
)


SAME_DISTANCE_KM = 0.001
"""Distances are compared to the metre: positions are not known better."""


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """The links of one length: P plants and Q members, and which of them are joined, (P, Q, 1).

    Attributes:
        place: where they stand in an array (M, N, ...): two numbers where there is one alone.
    """

    plants: IntArray
    members: IntArray
    linked: BoolArray
    place: tuple[int, int] | tuple[IntArray, ...]

    @property
    def is_single(self) -> bool:
        """Whether there is one alone."""
        return self.linked.size == 1


@dataclass(frozen=True, eq=False)
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
        production_kwh, need = exchange.production_kwh, exchange.consumption_kwh
        shares = np.zeros((len(production_kwh), production_kwh.shape[1], need.shape[1]))
        lit = np.flatnonzero(production_kwh.any(axis=1))
        if lit.size:
            production_kwh, need = production_kwh[lit], need[lit]
            shares[lit] = divided(self._given(production_kwh, need), production_kwh[:, :, None])
        return shares

    def _given(self, production: FloatArray, need: FloatArray) -> FloatArray:
        """Energy over each link, (T, M, N), kWh, from productions (T, M) and needs (T, N)."""
        # What passes over a link stands together in memory.
        given = np.zeros((production.shape[1], need.shape[1], len(production)))
        left, open_need = production.T.copy(), need.T.copy()
        for links, offer in self.passed(left, open_need):
            given[links.place] += offer
        # Links of one length that do not join all with all may leave something on both sides.
        by_step = np.ascontiguousarray(given.transpose(2, 0, 1))
        return share_rest(by_step, production, need) if left.any() and open_need.any() else by_step

    def passed(self, left: FloatArray, open_need: FloatArray) -> Iterator[tuple[Links, FloatArray]]:
        """Yield the energy over the links of each length, shortest first, (P, Q, T), or (T,) of a single one.

        Args:
            left, open_need: of plants (M, T), of members (N, T), kWh: what passes is taken from them.
        """
        for at, links in enumerate(self._links):
            # To look whether anything is left takes as long as some links.
            if at % LINKS_AT_ONCE == 0 and not left.any():
                return
            plants, members = links.place if links.is_single else (links.plants, links.members)
            offered, wanted = left[plants], open_need[members]
            if links.is_single:
                offer = np.minimum(offered, wanted)
                offered -= offer
                wanted -= offer
            else:
                offer = _offer(offered, wanted, links.linked)
                left[plants] = np.maximum(offered - offer.sum(axis=1), 0.0)
                open_need[members] = np.maximum(wanted - offer.sum(axis=0), 0.0)
            yield links, offer

    @cached_property
    def _links(self) -> tuple[Links, ...]:
        """The links of each length, shortest first."""
        order = np.argsort(self.metres, axis=None, kind="stable")
        ends = np.flatnonzero(np.diff(self.metres.ravel()[order])) + 1
        links = []
        for pairs in np.split(order, ends):
            plant, member = np.divmod(pairs, self.metres.shape[1])
            plants, members = np.unique(plant), np.unique(member)
            linked = np.zeros((len(plants), len(members), 1), dtype=bool)
            linked[np.searchsorted(plants, plant), np.searchsorted(members, member)] = True
            place = (int(plant[0]), int(member[0])) if len(pairs) == 1 else np.ix_(plants, members)
            links.append(Links(plants, members, linked, place))
        return tuple(links)


LINKS_AT_ONCE = 16
"""Links that are served before it is looked whether plants have anything left."""


def _offer(left_kwh: FloatArray, need_kwh: FloatArray, linked: BoolArray) -> FloatArray:
    """Energy over links of one length, (P, Q, T), kWh."""
    if linked.all():
        total = need_kwh.sum(axis=0)
        offered: FloatArray = need_kwh * divided(np.minimum(left_kwh, total), total)[:, None, :]
    else:
        wanted = need_kwh * linked
        totals = wanted.sum(axis=1)
        offered = wanted * divided(np.minimum(left_kwh, totals), totals)[:, None, :]
    reached = offered.sum(axis=0)
    offered *= divided(np.minimum(reached, need_kwh), reached)
    return offered


def build_nearest(parameters: KeyParameters, context: KeyContext) -> NearestFirst:
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
    rewards=Rewards(
        N_("those as far from the plants as it is, or farther"), false_word=N_("where it stands")
    ),
    build=build_nearest,
)
