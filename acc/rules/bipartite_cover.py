"""The heaviest places of which no two are in conflict, where conflicts join two sides only."""

from collections import deque
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from acc.arrays import BoolArray, IntArray


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
            for place in bits_of(front):
                if rows[place] & sides[side]:
                    return 0, place
                reached |= rows[place]
            front = reached & ~sides[1 - side]
            side = 1 - side
            sides[side] |= front
    return sides[0], None


def bits_of(bits: int) -> Iterator[int]:
    """Yield the positions of the bits that are set."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


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
        self._greedy(left, enough)
        while self.total < enough:
            reached_left, reached_right, path = self._search(left)
            if path is None:
                return (left & ~reached_left) | reached_right
            self._send(path)
        return None

    def _greedy(self, left: int, enough: int) -> None:
        has_room = (1 << len(self.rows)) - 1
        for place in sorted(bits_of(left), key=lambda row: self.rows[row].bit_count()):
            while self.room[place] and (free := self.rows[place] & has_room):
                other = (free & -free).bit_length() - 1
                self._send([place, other])
                if not self.room[other]:
                    has_room &= ~(1 << other)
            if self.total >= enough:
                break

    def _search(self, left: int) -> tuple[int, int, list[int] | None]:
        """Nodes reachable from places with room, and a path to a place with room, if any."""
        before: dict[int, int] = {}
        queue = deque(place for place in bits_of(left) if self.room[place] and self.rows[place])
        seen_left, seen_right = 0, 0
        for place in queue:
            seen_left |= 1 << place
        while queue:
            place = queue.popleft()
            for other in bits_of(self.rows[place] & ~seen_right):
                before[other] = place
                seen_right |= 1 << other
                if self.room[other]:
                    return 0, 0, _way(before, other)
                for back in bits_of(self.senders[other] & ~seen_left):
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


def _way(before: dict[int, int], end: int) -> list[int]:
    path = [end]
    while path[-1] in before:
        path.append(before[path[-1]])
    return path[::-1]
