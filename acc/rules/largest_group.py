"""The largest group whose sites are all near one another: a clique of bit sets.

The state of the search of `acc.rules.max_diameter_group`, and what no group can outweigh.

The heaviest places of which no two are in conflict, where conflicts join two sides only.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.rules.distances import BLOCK, NEAR_KM, Apart


class StepsSpentError(Exception):
    """A search took all the steps it was allowed."""


class SearchBudget:
    """How many steps a search may still take; None: as many as it needs."""

    def __init__(self, left: int | None = None) -> None:
        self.left = left

    def take(self) -> None:
        """Take one.

        Raises:
            StepsSpentError: none is left.
        """
        if self.left is None:
            return
        if not self.left:
            raise StepsSpentError
        self.left -= 1


def largest_group(
    near: BoolArray, required: Sequence[int] = (), steps: SearchBudget | None = None
) -> tuple[int, ...]:
    """Return the largest set of sites that are all `near` each other, and that holds `required`.

    Exact: branch and bound on the largest clique, bounded by a greedy colouring (Tomita and Seki,
    2003). Empty when the required sites are not near each other.

    Args:
        near: whether two sites may be together, symmetric, shape (S, S).
        required: positions that the set must hold.
        steps: how long it may search; None: to the end.

    Raises:
        StepsSpentError: the search was not over.
    """
    allowed = (1 << len(near)) - 1
    sets = [bits_of(np.flatnonzero(row)) & ~(1 << index) for index, row in enumerate(near)]
    for index in required:
        if not allowed >> index & 1:
            return ()
        allowed &= sets[index] | 1 << index
    chosen = 0
    for index in required:
        chosen |= 1 << index
    return tuple(positions_of(_expand(sets, chosen, allowed & ~chosen, chosen, steps or SearchBudget())))


def largest_from(
    distances_km: FloatArray,
    seeds: Sequence[tuple[int, ...]],
    first_below: int,
    limit_km: float,
    steps: int | None = None,
) -> tuple[int, ...]:
    """Return the largest group within `limit_km` that holds a seed and a site below `first_below`.

    Raises:
        StepsSpentError: it took more than `steps` steps.
    """
    # A missing distance (NaN) is not over the limit: who is not placed is named by its own check.
    near: BoolArray = ~(distances_km > limit_km)
    left = SearchBudget(steps)
    best: tuple[int, ...] = ()
    for seed in seeds:
        if near[list(seed)].all(axis=0).sum() <= len(best):
            continue
        group = _largest_useful(near, seed, first_below, left)
        if len(group) > len(best):
            best = group
    return best


def _largest_useful(
    near: BoolArray, seed: tuple[int, ...], first_below: int, steps: SearchBudget
) -> tuple[int, ...]:
    """Return the largest group that holds the seed and a site below `first_below`, empty without one."""
    group = largest_group(near, seed, steps)
    if group and group[0] < first_below:
        return group
    # The largest one holds plants only: each participant in reach is tried in turn.
    reach = np.flatnonzero(near[list(seed), :first_below].all(axis=0))
    return max((largest_group(near, (*seed, int(site)), steps) for site in reach), key=len, default=())


def bits_of(positions: Iterable[int]) -> int:
    """Return a set of positions as bits.

    >>> bits_of([0, 3])
    9
    """
    return sum(1 << int(position) for position in positions)


def positions_of(bits: int) -> list[int]:
    """Return the positions of a set of bits, in order.

    >>> positions_of(9)
    [0, 3]
    """
    positions = []
    while bits:
        lowest = bits & -bits
        positions.append(lowest.bit_length() - 1)
        bits ^= lowest
    return positions


def _expand(sets: Sequence[int], chosen: int, candidates: int, best: int, steps: SearchBudget) -> int:
    """Return the largest clique that holds `chosen` and takes the rest from `candidates`, or `best`."""
    if chosen.bit_count() > best.bit_count():
        best = chosen
    # A pile of its own: as deep as the clique is large, which is more than Python's calls allow.
    pile = [(chosen, candidates, _coloured(sets, candidates))]
    while pile:
        chosen, candidates, order = pile[-1]
        if not order or chosen.bit_count() + order[-1][1] <= best.bit_count():
            pile.pop()
            continue
        steps.take()
        vertex, _colour = order.pop()
        pile[-1] = (chosen, candidates & ~(1 << vertex), order)
        chosen, candidates = chosen | 1 << vertex, candidates & sets[vertex]
        if chosen.bit_count() > best.bit_count():
            best = chosen
        pile.append((chosen, candidates, _coloured(sets, candidates)))
    return best


def _coloured(sets: Sequence[int], candidates: int) -> list[tuple[int, int]]:
    """Return the candidates by colour, from 1: a clique takes at most one vertex of each colour."""
    order, colour = [], 0
    while candidates:
        colour += 1
        free = candidates
        while free:
            vertex = (free & -free).bit_length() - 1
            order.append((vertex, colour))
            candidates &= ~(1 << vertex)
            free &= ~(sets[vertex] | 1 << vertex)
    return order


TURNS = 6
"""Directions in which the width of a group is looked at."""


@dataclass(slots=True)
class Hunt:
    """The state of a search among places: sites of one place count as one, with their number as weight.

    Attributes:
        sites: a site of each place, shape (V,).
        weights: sites of each place, shape (V,).
        holds: whether each place has a plant, and a participant, where the group must hold one, shape (K, V).
        best: places of the best group so far, and its weight.
        left: distances that may still be looked at.
        turned_km: where places stand along some directions, shape (TURNS, V).
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
    turned_km: FloatArray | None
    tried: BoolArray
    best: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    weight: int = 0
    close: list[tuple[float, int, int, int]] = field(default_factory=list)
    at_most: int = 0

    @property
    def spread(self) -> bool:
        """Whether the places are so far apart that hardly one lens holds them all."""
        return (
            self.turned_km is not None and float(np.ptp(self.turned_km, axis=1).max()) > 2.0 * self.limit_km
        )

    def useful(self, group: IntArray) -> bool:
        """Return whether some places hold what the group must hold."""
        return bool(self.holds[:, group].any(axis=1).all())

    def near(self, rows: IntArray, columns: IntArray, limit_km: float) -> BoolArray:
        """Pairs of places within a limit of each other, (R, C)."""
        near = np.empty((len(rows), len(columns)), dtype=bool)
        second = self.sites[columns]
        for start in range(0, len(rows), BLOCK):
            first = self.sites[rows[start : start + BLOCK]]
            squares = self.apart.squares(first, second)
            near[start : start + BLOCK] = self.apart.within(squares, first, second, limit_km)
        return near

    def neighbours(self, end: int, places: IntArray) -> tuple[IntArray, FloatArray]:
        """Places within the limit of one, nearest first, and squares of their distances."""
        first, second = self.sites[[end]], self.sites[places]
        squares = self.apart.squares(first, second)
        near = self.apart.within(squares, first, second, self.limit_km)[0]
        self.left -= 5 * len(places) + 2000
        order = np.argsort(squares[0, near], kind="stable")
        return places[near][order], squares[0, near][order]

    def nearly(self, rows: IntArray, columns: IntArray, limit_km: float) -> BoolArray:
        """Pairs of places within a limit, or over it by less than 1 mm, (R, C)."""
        squares = self.apart.squares(self.sites[rows], self.sites[columns])
        return squares <= (self.apart.line_km(limit_km) + NEAR_KM) ** 2

    def keep(self, group: IntArray) -> None:
        """Take a lawful group where it is useful and larger than the best."""
        weight = int(self.weights[group].sum())
        if weight > self.weight and self.useful(group):
            self.best, self.weight = group, weight


def matched_bound(hunt: Hunt, places: IntArray) -> int:
    """Upper bound of the weight of a group among these places, from pairs too far apart.

    As many such pairs as can be found at once, those farthest out first.
    """
    room = hunt.weights.copy()
    total = int(room[places].sum())
    out = along_widest(hunt)[places]
    for place in places[np.argsort(-np.abs(out - np.median(out)), kind="stable")].tolist():
        if not room[place]:
            continue
        others = places[room[places] > 0]
        squares = hunt.apart.squares(hunt.sites[[place]], hunt.sites[others])[0]
        far = np.flatnonzero(squares > (hunt.apart.line_km(hunt.limit_km) + NEAR_KM) ** 2)
        for other in others[far[np.argsort(-squares[far], kind="stable")[: room[place]]]].tolist():
            both = min(room[place], room[other])
            room[place] -= both
            room[other] -= both
            total -= int(both)
    return total


def along_widest(hunt: Hunt) -> FloatArray:
    """Return each place along the axis on which they spread most; zeros where only distances are known."""
    if hunt.apart.points_km is None:
        return np.zeros(len(hunt.sites))
    points = hunt.apart.points_km[hunt.sites]
    return points[:, int(np.ptp(points, axis=0).argmax())]


def width_bound(hunt: Hunt, group: IntArray, width_km: float) -> int:
    """Upper bound of the weight of a group among these places, from its width in each direction."""
    weights = hunt.weights[group]
    if hunt.turned_km is None or not len(group):
        return int(weights.sum())
    order = np.argsort(hunt.turned_km[:, group], axis=1)
    # One line for all directions, far from each other: the heaviest window of each is found at once.
    apart_km = 4.0 * float(np.abs(hunt.turned_km).max()) + 2.0 * width_km
    shift = np.arange(TURNS)[:, None] * apart_km
    spots = (np.take_along_axis(hunt.turned_km[:, group], order, axis=1) + shift).ravel()
    total = np.concatenate([[0], np.cumsum(weights[order].ravel())])
    ends = np.searchsorted(spots, spots + width_km + NEAR_KM, side="right")
    return int((total[ends] - total[:-1]).reshape(TURNS, -1).max(axis=1).min())


def narrow(hunt: Hunt, around: IntArray, lens: BoolArray, most: IntArray) -> None:
    """Lower, where it outweighs the best, the bound `most` of each lens to that of its heaviest strip.

    Args:
        lens: which of the places `around` are in each lens, shape (K, C); `most` shape (C,).
    """
    if hunt.turned_km is None:
        return
    for along in hunt.turned_km[:, around]:
        heavy = np.flatnonzero(most > hunt.weight)
        order = np.argsort(along)
        ends = np.searchsorted(along[order], along[order] + hunt.limit_km + NEAR_KM, side="right")
        total = np.zeros((len(heavy), len(around) + 1), dtype=np.int32)
        inside = lens[:, heavy].T[:, order]
        np.cumsum(inside * hunt.weights[around[order]].astype(np.int32), axis=1, out=total[:, 1:])
        hunt.left -= 2 * inside.size
        strips = (total[:, ends] - total[:, :-1]).max(axis=1, initial=0)
        most[heavy] = np.minimum(most[heavy], strips)


def turned_km(points_km: FloatArray) -> FloatArray:
    """Coordinates of points along some directions of their main plane, (TURNS, V), km."""
    seen = points_km - points_km.mean(axis=0)
    _values, axes = np.linalg.eigh(seen.T @ seen)
    angles = np.arange(TURNS) * np.pi / TURNS
    turned: FloatArray = (seen @ axes[:, 1:] @ np.stack([np.cos(angles), np.sin(angles)])).T.copy()
    return turned


def largest_independent(
    conflicts: BoolArray, weights: IntArray, beat: int
) -> tuple[IntArray | None, int | None]:
    """Return the heaviest set without conflict; None when it does not weigh more than `beat`.

    What weighs least and touches every conflict is a smallest cut between the two sides, found as a largest
    flow (König, 1931; Ford and Fulkerson, 1956).

    Args:
        conflicts: symmetric, shape (K, K).
        weights: shape (K,).

    Returns:
        The positions of the set; and, when conflicts close an odd ring, no set but a place on the ring.
    """
    count = len(weights)
    in_conflict = np.flatnonzero(conflicts.any(axis=0))
    rows = [0] * count
    packed = np.packbits(conflicts[in_conflict], axis=1, bitorder="little")
    for place, row in zip(in_conflict.tolist(), packed, strict=True):
        rows[place] = int.from_bytes(row.tobytes(), "little")
    left, ring = _side_bits(rows, in_conflict.tolist())
    if ring is not None:
        return None, ring
    covered = _Flow(rows, weights.tolist()).cover(left, int(weights.sum()) - beat)
    if covered is None:
        return None, None
    return np.array([place for place in range(count) if not covered >> place & 1], dtype=np.int64), None


def _side_bits(rows: list[int], places: list[int]) -> tuple[int, int | None]:
    """Return the places of one side as bits; or a place on an odd ring, where there are no two sides."""
    sides = [0, 0]
    for start in places:
        if (sides[0] | sides[1]) >> start & 1:
            continue
        sides[0] |= 1 << start
        front, side = 1 << start, 0
        while front:
            reached = 0
            for place in positions_of(front):
                if rows[place] & sides[side]:
                    return 0, place
                reached |= rows[place]
            front = reached & ~sides[1 - side]
            side = 1 - side
            sides[side] |= front
    return sides[0], None


class _Flow:
    """A flow from one side to the other through the conflicts; each place lets through its weight."""

    def __init__(self, rows: list[int], weights: list[int]) -> None:
        self.rows = rows
        self.room = list(weights)
        self.sent: dict[tuple[int, int], int] = {}
        self.senders = [0] * len(rows)
        self.total = 0

    def cover(self, left: int, enough: int) -> int | None:
        """Return the lightest cover of the conflicts as bits; None once it weighs `enough`."""
        has_room = (1 << len(self.rows)) - 1
        for place in sorted(positions_of(left), key=lambda row: self.rows[row].bit_count()):
            while self.room[place] and (free := self.rows[place] & has_room):
                other = (free & -free).bit_length() - 1
                self._send([place, other])
                if not self.room[other]:
                    has_room &= ~(1 << other)
            if self.total >= enough:
                break
        while self.total < enough:
            reached_left, reached_right, path = self._search(left)
            if path is None:
                return (left & ~reached_left) | reached_right
            self._send(path)
        return None

    def _search(self, left: int) -> tuple[int, int, list[int] | None]:
        """Nodes reachable from places with room, and a path to a place with room, if any."""
        before: dict[int, int] = {}
        queue = deque(place for place in positions_of(left) if self.room[place] and self.rows[place])
        seen_left, seen_right = 0, 0
        for place in queue:
            seen_left |= 1 << place
        while queue:
            place = queue.popleft()
            for other in positions_of(self.rows[place] & ~seen_right):
                before[other] = place
                seen_right |= 1 << other
                if self.room[other]:
                    path = [other]
                    while path[-1] in before:
                        path.append(before[path[-1]])
                    return 0, 0, path[::-1]
                for back in positions_of(self.senders[other] & ~seen_left):
                    before[back] = other
                    seen_left |= 1 << back
                    queue.append(back)
        return seen_left, seen_right, None

    def _send(self, path: list[int]) -> None:
        """Send as much as a way lets through: it goes right by a conflict, and back by what was sent."""
        hops = list(pairwise(path))
        backs = [self.sent[other, here] for here, other in hops[1::2]]
        amount = min([self.room[path[0]], self.room[path[-1]], *backs])
        for here, hop in hops[::2]:
            self.sent[here, hop] = self.sent.get((here, hop), 0) + amount
            self.senders[hop] |= 1 << here
        for here, hop in hops[1::2]:
            self.sent[hop, here] -= amount
            if not self.sent[hop, here]:
                self.senders[here] &= ~(1 << hop)
        self.room[path[0]] -= amount
        self.room[path[-1]] -= amount
        self.total += amount
