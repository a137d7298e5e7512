"""The largest group of sites whose two most distant members are within a limit, exactly.

Let a and b be the farthest pair of a group: the others lie in the lens of the points nearer to both than these
two are to each other. Each half of the lens is no wider than that, so that two sites too far apart stand in
different halves: the conflicts are bipartite, and the largest group is the lens less a smallest cover of its
conflicts (Clark, Colbourn and Johnson, 1990; König, 1931). Every pair a, b is tried, or shown to be of no use.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.rules.apart import BLOCK, NEAR_KM, Apart
from acc.rules.cover import largest_independent
from acc.rules.largest_group import StepsSpentError, largest_from

EFFORT = 300_000_000
"""Distances looked at before a search stops unproven: about 2 s."""

WIDE = 1500
"""A site with more neighbours than this is looked at with its farthest neighbours only, and proves nothing."""

FARTHEST = 4

SMALL = 400
"""Up to so many sites the last choice, between groups of one size and one width, is searched as well."""

SMALL_STEPS = 1500


@dataclass(frozen=True, slots=True)
class Lawful:
    """A lawful group.

    Attributes:
        kept: positions of its sites.
        at_most: no lawful group has more; equal to its size when that was proven.
    """

    kept: tuple[int, ...]
    at_most: int


@dataclass(slots=True)
class Hunt:
    """The state of a search among places: sites of one place count as one, with their number as weight.

    Attributes:
        sites: a site of each place, shape (V,).
        weights: sites of each place, shape (V,).
        holds: whether each place has a plant, and a participant, where the group must hold one, shape (K, V).
        best: places of the best group so far, and its weight.
        left: distances that may still be looked at.
        close: pairs whose lens might hold as many as the best: width, two places.
        at_most: no group not yet looked at weighs more.
        tried: places that were tried as an end with all their neighbours.
    """

    apart: Apart
    limit_km: float
    sites: IntArray
    weights: IntArray
    holds: BoolArray
    left: int
    best: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    weight: int = 0
    close: list[tuple[float, int, int, int]] = field(default_factory=list)
    at_most: int = 0
    tried: set[int] = field(default_factory=set)

    def useful(self, group: IntArray) -> bool:
        """Return whether some places hold what the group must hold."""
        return bool(self.holds[:, group].any(axis=1).all())

    def near(self, rows: IntArray, columns: IntArray, limit_km: float) -> BoolArray:
        """Return which places are within a limit of each other, shape (R, C)."""
        first, second = self.sites[rows], self.sites[columns]
        return self.apart.within(self.apart.about(first, second), first, second, limit_km)

    def keep(self, group: IntArray) -> None:
        """Take a lawful group where it is useful and larger than the best."""
        weight = int(self.weights[group].sum())
        if weight > self.weight and self.useful(group):
            self.best, self.weight = group, weight


def largest_lawful(apart: Apart, limit_km: float, plants_from: int, effort: int = EFFORT) -> Lawful:
    """Return the largest group within `limit_km`, with a plant and a participant where any two are so near.

    Of several, the most compact. Sites without place are in every group.

    Args:
        plants_from: position of the first plant; participants stand before it.
        effort: distances that may be looked at.
    """
    unplaced = np.flatnonzero(~apart.placed).tolist()
    placed = np.flatnonzero(apart.placed)
    if not len(placed):
        return Lawful(tuple(unplaced), len(unplaced))
    hunt, place_of = _start(apart, limit_km, plants_from, placed, effort)
    asked = bool(len(hunt.holds))
    _search(hunt)
    if asked and not hunt.weight and not hunt.at_most:  # no plant has a participant in reach
        hunt.holds, hunt.at_most = hunt.holds[:0], 0
        _search(hunt)
    proven = hunt.at_most <= hunt.weight
    if proven:
        _most_compact(hunt)
    kept = placed[np.isin(place_of, hunt.best)]
    at_most = max(hunt.at_most, hunt.weight) + len(unplaced)
    if proven and len(apart) <= SMALL:
        useful = asked == bool(len(hunt.holds)) or not asked
        kept = _as_searched(apart, kept, plants_from if useful else None, len(unplaced))
        return Lawful(tuple(sorted({*kept.tolist(), *unplaced})), at_most)
    return Lawful(tuple(sorted([*kept.tolist(), *unplaced])), at_most)


def farthest_km(apart: Apart, sites: IntArray, others: IntArray) -> FloatArray:
    """Return the distance of each site to the farthest of the others, 0 without place, shape (S,)."""
    reach = np.zeros(len(sites))
    far = others[apart.placed[others]]
    rows = np.flatnonzero(apart.placed[sites])
    for start in range(0, len(rows) if len(far) else 0, BLOCK):
        block = rows[start : start + BLOCK]
        farthest = far[apart.about(sites[block], far).argmax(axis=1)]
        reach[block] = apart.exact_km(sites[block], farthest)
    return reach


def _start(
    apart: Apart, limit_km: float, plants_from: int, placed: IntArray, effort: int
) -> tuple[Hunt, IntArray]:
    """Return the search at its start, and the place of each placed site."""
    once, place_of = np.arange(len(placed)), np.arange(len(placed))
    if apart.points_km is not None:
        _points, once, place_of = np.unique(
            apart.points_km[placed], axis=0, return_index=True, return_inverse=True
        )
    is_plant = placed >= plants_from
    everyone_plant = np.arange(len(apart)) >= plants_from
    missing = ~apart.placed
    holds = []
    for kind, all_of_kind in ((is_plant, everyone_plant), (~is_plant, ~everyone_plant)):
        if not (missing & all_of_kind).any():  # one without place is in every group
            holds.append(np.bincount(place_of, weights=kind, minlength=len(once)) > 0)
    weights = np.bincount(place_of, minlength=len(once)).astype(np.int64)
    table = np.array(holds, dtype=bool).reshape(len(holds), len(once))
    return Hunt(apart, limit_km, placed[once], weights, table, effort), place_of


def _search(hunt: Hunt) -> None:
    """Find the heaviest group: each place in turn as an end of its farthest pair, the most promising first."""
    places = np.arange(len(hunt.sites))
    bound, half = _neighbourhoods(hunt)
    hunt.tried.clear()
    centre = int(np.argmax(half))
    if hunt.apart.points_km is not None:
        ends = places[hunt.near(np.array([centre]), places, hunt.limit_km / 2)[0]]
        hunt.keep(ends)
    for place in np.argsort(-bound, kind="stable").tolist():
        if bound[place] < max(hunt.weight, 1):
            break
        if hunt.left <= 0:
            hunt.at_most = max(hunt.at_most, int(bound[place]))
            break
        _from_end(hunt, place, places[(bound >= max(hunt.weight, 1))])


def _neighbourhoods(hunt: Hunt) -> tuple[IntArray, IntArray]:
    """Return, for each place, the weight within the limit and within half of it; 0 where a need is not met."""
    count = len(hunt.sites)
    around, half = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    along = _along(hunt)
    order = np.argsort(along, kind="stable")
    sums = np.concatenate([hunt.weights[None, :], hunt.holds]).astype(np.float32).T
    for start in range(0, count, BLOCK):
        rows = order[start : start + BLOCK]
        low = np.searchsorted(along, along[rows[0]] - hunt.limit_km - NEAR_KM, sorter=order)
        high = np.searchsorted(along, along[rows[-1]] + hunt.limit_km + NEAR_KM, side="right", sorter=order)
        columns = order[low:high]
        hunt.left -= len(rows) * len(columns)
        about = hunt.apart.about(hunt.sites[rows], hunt.sites[columns])
        near = hunt.apart.within(about, hunt.sites[rows], hunt.sites[columns], hunt.limit_km)
        for weight, within in ((around, near), (half, about <= hunt.limit_km / 2)):
            found = within.astype(np.float32) @ sums[columns]
            weight[rows] = np.where((found[:, 1:] > 0).all(axis=1), np.rint(found[:, 0]), 0)
    return around, half


def _along(hunt: Hunt) -> FloatArray:
    """Return each place along the axis on which they spread most; zeros where only distances are known."""
    if hunt.apart.points_km is None:
        return np.zeros(len(hunt.sites))
    points = hunt.apart.points_km[hunt.sites]
    widest: FloatArray = points[:, int(np.ptp(points, axis=0).argmax())]
    return widest


def _from_end(hunt: Hunt, end: int, places: IntArray) -> None:
    """Try every pair of a place and a neighbour of it as the farthest pair of a group."""
    around = places[hunt.near(np.array([end]), places, hunt.limit_km)[0]]
    hunt.left -= len(places)
    at_most = _width_bound(hunt, around, hunt.limit_km)
    if at_most < hunt.weight or not hunt.useful(around):
        return
    km = hunt.apart.about(hunt.sites[[end]], hunt.sites[around])[0]
    around, km = around[np.argsort(km, kind="stable")], np.sort(km)
    columns = np.arange(len(around))
    if len(around) > WIDE:
        hunt.at_most = max(hunt.at_most, at_most)
        columns = columns[-FARTHEST:]
    hunt.left -= len(around) * len(columns)
    table = hunt.apart.about(hunt.sites[around], hunt.sites[around[columns]])
    lens = (table <= km[columns] + NEAR_KM) & (km[:, None] <= km[columns] + NEAR_KM)
    most = np.rint(hunt.weights[around].astype(np.float32) @ lens.astype(np.float32)).astype(np.int64)
    for column in np.argsort(-most, kind="stable").tolist():
        if most[column] < max(hunt.weight, 1):
            break
        if hunt.left <= 0:
            hunt.at_most = max(hunt.at_most, min(at_most, int(most[column])))
            return
        other = int(around[columns[column]])
        if other in hunt.tried:
            continue  # from the other end
        inside = around[lens[:, column]]
        hunt.close.append((float(km[columns[column]]), int(most[column]), end, other))
        _in_lens(hunt, inside, hunt.limit_km)
    if len(around) <= WIDE:
        hunt.tried.add(end)


def _width_bound(hunt: Hunt, group: IntArray, width_km: float) -> int:
    """Return what no group among these places outweighs: in every direction it is no wider than its width."""
    weights = hunt.weights[group]
    if hunt.apart.points_km is None:
        return int(weights.sum())
    points = hunt.apart.points_km[hunt.sites[group]]
    seen = points - points.mean(axis=0)
    _values, axes = np.linalg.eigh(seen.T @ seen)
    angles = np.arange(6) * np.pi / 6
    along = seen @ axes[:, 1:] @ np.stack([np.cos(angles), np.sin(angles)])
    return min(_heaviest_window(along[:, turn], weights, width_km + NEAR_KM) for turn in range(6))


def _heaviest_window(along: FloatArray, weights: IntArray, width_km: float) -> int:
    order = np.argsort(along)
    spots = along[order]
    total = np.concatenate([[0], np.cumsum(weights[order])])
    ends = np.searchsorted(spots, spots + width_km, side="right")
    return int((total[ends] - total[:-1]).max(initial=0))


def _in_lens(hunt: Hunt, inside: IntArray, limit_km: float) -> None:
    """Keep the heaviest useful group of a lens where it outweighs the best."""
    if int(hunt.weights[inside].sum()) <= hunt.weight or not hunt.useful(inside):
        return
    hunt.left -= 500 + 12 * len(inside)
    if _width_bound(hunt, inside, limit_km) <= hunt.weight:
        return
    hunt.left -= 4 * len(inside) ** 2 + 5000
    near = hunt.near(inside, inside, limit_km)
    near |= near.T
    np.fill_diagonal(near, val=True)
    holds = hunt.holds[:, inside]
    waiting = [np.arange(len(inside))]
    while waiting:
        group = waiting.pop()
        weights = hunt.weights[inside[group]]
        if int(weights.sum()) <= hunt.weight or not holds[:, group].any(axis=1).all():
            continue
        kept, split = largest_independent(~near[np.ix_(group, group)], weights, hunt.weight)
        if split is not None:  # on an odd ring of conflicts: with this one, or without it
            waiting += [np.delete(group, split), group[near[group[split], group]]]
            continue
        if kept is None:
            continue
        missing = np.flatnonzero(~holds[:, group[kept]].any(axis=1))
        if not len(missing):
            hunt.keep(inside[group[kept]])
            continue
        for must in group[holds[missing[0], group]].tolist():
            waiting.append(group[near[must, group]])


def _most_compact(hunt: Hunt) -> None:
    """Take the least wide of the groups as heavy as the best, by growing width."""
    weight, width_km = hunt.weight, _width_km(hunt, hunt.best)
    places = np.arange(len(hunt.sites))
    for km, most, end, other in sorted(hunt.close):
        if km >= width_km or hunt.left <= 0:
            break
        if most < weight:
            continue
        table = hunt.apart.about(hunt.sites[[end, other]], hunt.sites[places])
        hunt.left -= 2 * len(places)
        hunt.weight = weight - 1
        _in_lens(hunt, places[(table <= km + NEAR_KM).all(axis=0)], km + NEAR_KM)
        if hunt.weight == weight:
            break
    hunt.weight = weight


def _width_km(hunt: Hunt, group: IntArray) -> float:
    pair = hunt.apart.part(hunt.sites[group].tolist()).longest
    return pair.distance_km if pair else 0.0


def _as_searched(apart: Apart, kept: IntArray, plants_from: int | None, unplaced: int) -> IntArray:
    """Return the group that a search of cliques meets first, of the same size and width."""
    count = len(apart)
    pair = apart.part(kept.tolist()).longest
    seeds: Sequence[tuple[int, ...]] = [()]
    if plants_from is not None:
        seeds = [(plant,) for plant in range(plants_from, count)]
    find = partial(largest_from, apart.matrix(), seeds, count if plants_from is None else plants_from)
    try:
        found = find(pair.distance_km if pair else 0.0, steps=SMALL_STEPS)
    except StepsSpentError:
        return kept
    return np.array(found, dtype=np.int64) if len(found) == len(kept) + unplaced else kept
