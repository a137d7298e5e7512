"""The largest group whose sites are all near one another: a clique of bit sets."""

from collections.abc import Iterable, Sequence

import numpy as np

from acc.arrays import BoolArray, FloatArray


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
