"""The largest group of sites whose two most distant members are within a limit, exactly.

Let a and b be the farthest pair of a group: the others lie in the lens of the points nearer to both than
these two are to each other. Each half of the lens is no wider than that, so that two sites too far apart
stand in different halves: the conflicts are bipartite, and the largest group is the lens less a smallest
cover of its conflicts (Clark, Colbourn and Johnson, 1990; König, 1931). Every pair a, b is tried, or shown
to be of no use.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.rules.distances import BLOCK, NEAR_KM, Apart
from acc.rules.largest_group import (
    Hunt,
    StepsSpentError,
    along_widest,
    largest_from,
    largest_independent,
    matched_bound,
    narrow,
    turned_km,
    width_bound,
)

EFFORT = 500_000_000
"""Distances looked at before a search stops unproven: about 2 s."""

MANY = 1500
"""Above so many places that are hardly wider than the limit, all of them are tried at once as one lens."""

DISCS = 64
"""Places round which a first group is looked for."""

WIDER = 1.25
"""How much wider than the limit the disc is from which that group is chosen."""

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
    has_holds = bool(len(hunt.holds))
    _search(hunt)
    if has_holds and not hunt.weight and not hunt.at_most:  # no plant has a participant in reach
        hunt.holds, hunt.at_most = hunt.holds[:0], 0
        _search(hunt)
    proven = hunt.at_most <= hunt.weight
    at_most = max(hunt.at_most, hunt.weight) + len(unplaced)
    if proven:
        _most_compact(hunt)
    kept = placed[np.isin(place_of, hunt.best)]
    if proven and len(apart) <= SMALL:
        useful = has_holds == bool(len(hunt.holds)) or not has_holds
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
        farthest = far[apart.squares(sites[block], far).argmax(axis=1)]
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
    turned = None if apart.points_km is None else turned_km(apart.points_km[placed[once]])
    tried = np.zeros(len(once), dtype=bool)
    return Hunt(apart, limit_km, placed[once], weights, table, effort, turned, tried), place_of


def _search(hunt: Hunt) -> None:
    """Find the heaviest group: each place in turn as an end of its farthest pair, best hopes first."""
    hunt.tried[:] = False
    around = _neighbourhoods(hunt)
    order = np.argsort(-around, kind="stable")
    _in_discs(hunt, order[:DISCS])
    places = np.flatnonzero(around > 0)
    if len(places) > MANY and not hunt.spread and _in_lens(hunt, places, hunt.limit_km, rings=False):
        return
    for turn, place in enumerate(order.tolist()):
        if around[place] < max(hunt.weight, 1):
            break
        if hunt.left <= 0:
            hunt.at_most = max(hunt.at_most, int(around[place]))
            break
        if turn % 16 == 0:
            places = np.flatnonzero(around >= max(hunt.weight, 1))
            if int(hunt.weights[places].sum()) <= hunt.weight:  # one group only can weigh so much
                break
        _from_end(hunt, place, places)
    if hunt.at_most > hunt.weight:
        hunt.at_most = min(hunt.at_most, matched_bound(hunt, np.flatnonzero(around >= hunt.weight)))


def _in_discs(hunt: Hunt, centres: IntArray) -> None:
    """Keep the heaviest group of the discs as wide as the limit, moved from some places to where more are."""
    if hunt.apart.points_km is None:  # distances of any kind: two sides of a triangle may be the shorter
        return
    points = hunt.apart.points_km[hunt.sites]
    half_km = hunt.apart.line_km(hunt.limit_km) / 2.0 - NEAR_KM
    kept_for_pairs = hunt.left // 2
    for centre in points[centres]:
        hunt.left -= 2 * len(points)
        middle = points[((points - centre) ** 2).sum(axis=1) <= half_km**2].mean(axis=0)
        squares = ((points - middle) ** 2).sum(axis=1)
        hunt.keep(np.flatnonzero(squares <= half_km**2))
        if hunt.left > kept_for_pairs:
            _in_lens(hunt, np.flatnonzero(squares <= (WIDER * half_km) ** 2), hunt.limit_km, rings=False)


def _neighbourhoods(hunt: Hunt) -> IntArray:
    """Return the weight within the limit of each place, shape (V,); 0 where what must be held is not."""
    count = len(hunt.sites)
    around = np.zeros(count, dtype=np.int64)
    along = along_widest(hunt)
    order = np.argsort(along, kind="stable")
    sums = np.concatenate([hunt.weights[None, :], hunt.holds]).astype(np.float32).T
    for start in range(0, count, BLOCK):
        rows = order[start : start + BLOCK]
        low = np.searchsorted(along, along[rows[0]] - hunt.limit_km - NEAR_KM, sorter=order)
        high = np.searchsorted(along, along[rows[-1]] + hunt.limit_km + NEAR_KM, side="right", sorter=order)
        columns = order[low:high]
        hunt.left -= len(rows) * len(columns)
        weights = hunt.near(rows, columns, hunt.limit_km).astype(np.float32) @ sums[columns]
        around[rows] = np.where((weights[:, 1:] > 0).all(axis=1), np.rint(weights[:, 0]), 0)
    return around


def _from_end(hunt: Hunt, end: int, places: IntArray) -> None:
    """Try every pair of a place and a neighbour of it as the farthest pair of a group."""
    around, squares = hunt.neighbours(end, places)
    if not hunt.useful(around):
        return
    most = np.full(len(around), hunt.weights[around].sum())
    most[hunt.tried[around] & (around != end)] = 0
    hunt.tried[end] = True
    columns = np.flatnonzero(most >= max(hunt.weight, 1))
    columns = columns[np.argsort(-most[columns], kind="stable")]
    for start in range(0, len(columns), BLOCK):
        _from_pairs(hunt, end, around, np.sqrt(np.maximum(squares, 0.0)), columns[start : start + BLOCK])


def _from_pairs(hunt: Hunt, end: int, around: IntArray, km: FloatArray, columns: IntArray) -> None:
    """Try an end with some of the places around it as the farthest pair of a group.

    Args:
        km: how far each is from the end, shape (C,).
        columns: positions of the others.
    """
    hunt.left -= 2 * len(around) * len(columns)
    table = hunt.apart.squares(hunt.sites[around], hunt.sites[around[columns]])
    lens = (table <= (km[columns] + NEAR_KM) ** 2) & (km[:, None] <= km[columns] + NEAR_KM)
    most = np.rint(hunt.weights[around].astype(np.float32) @ lens.astype(np.float32)).astype(np.int64)
    narrow(hunt, around, lens, most)
    for column in np.argsort(-most, kind="stable").tolist():
        if most[column] < max(hunt.weight, 1):
            break
        if hunt.left <= 0:
            hunt.at_most = max(hunt.at_most, int(most[column]))
            break
        other = int(around[columns[column]])
        hunt.close.append((float(km[columns[column]]), int(most[column]), end, other))
        _in_lens(hunt, around[lens[:, column]], hunt.limit_km)


def _in_lens(hunt: Hunt, inside: IntArray, limit_km: float, *, rings: bool = True) -> bool:
    """Keep the heaviest useful group of a lens where it outweighs the best; return whether that was settled.

    Args:
        rings: whether to go on when conflicts close an odd ring, which a lens hardly ever has.
    """
    if int(hunt.weights[inside].sum()) <= hunt.weight or not hunt.useful(inside):
        return True
    hunt.left -= 2 * len(inside) ** 2 + 10_000
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
        hunt.left -= len(group) ** 2 + 50_000
        if hunt.left <= 0:
            hunt.at_most = max(hunt.at_most, int(weights.sum()))
            return False
        kept, split = largest_independent(~near[np.ix_(group, group)], weights, hunt.weight)
        if split is not None and not rings:
            return False
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
    return True


def _most_compact(hunt: Hunt) -> None:
    """Take the least wide of the groups as heavy as the best, by growing width."""
    pair = hunt.apart.part(hunt.sites[hunt.best].tolist()).longest
    weight, width_km = hunt.weight, (pair.distance_km if pair else 0.0)
    places = np.arange(len(hunt.sites))
    for km, most, end, other in sorted(hunt.close):
        if km >= width_km or hunt.left <= 0:
            break
        if most < weight:
            continue
        inside = places[hunt.nearly(np.array([end, other]), places, km).all(axis=0)]
        hunt.left -= 2 * len(places)
        if width_bound(hunt, inside, km + NEAR_KM) < weight:
            continue
        hunt.weight = weight - 1
        _in_lens(hunt, inside, km + NEAR_KM)
        if hunt.weight == weight:
            break
    hunt.weight = weight


def _as_searched(apart: Apart, kept: IntArray, plants_from: int | None, unplaced: int) -> IntArray:
    """Return the group that a search of cliques meets first, of the same size and no wider."""
    count, table = len(apart), apart.matrix()
    width_km = float(table[np.ix_(kept, kept)].max())
    seeds: Sequence[tuple[int, ...]] = [()]
    if plants_from is not None:
        seeds = [(plant,) for plant in range(plants_from, count)]
    find = partial(largest_from, table, seeds, count if plants_from is None else plants_from)
    nearly = np.unique(table[(table <= width_km) & (table >= width_km - 3 * NEAR_KM)])
    try:
        for limit_km in nearly.tolist():
            if len(group := find(limit_km, steps=SMALL_STEPS)) == len(kept) + unplaced:
                return np.array(group, dtype=np.int64)
    except StepsSpentError:
        pass
    return kept
