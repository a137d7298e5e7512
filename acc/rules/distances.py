"""How far apart sites are: exact for any pair asked for, near enough for all pairs, never a table of all.

Two points a few kilometres apart are nearer through the ground than along it, by a known amount: the straight
line, corrected, is within 0.1 mm of the distance on the ellipsoid at 20 km. It finds; the exact one decides.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeAlias

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray

EARTH_KM = 6371.0
"""Mean radius: any value within 0.5 % gives the straight line under 20 km to 0.1 mm."""

NEAR_KM = 1e-6
"""Nearer a limit than this (1 mm) the exact distance decides."""

FEW = 64
"""Up to so many places every pair is measured."""

DIRECTIONS = 256

BLOCK = 256

MOST_DISTANCES = 50_000
"""Distances that one product gives without a second thread."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sites, by position in the distances, and how far apart they are."""

    first: int
    second: int
    distance_km: float


@dataclass(frozen=True, eq=False)
class Apart:
    """The distances between S sites.

    Attributes:
        exact_km: distances between pairs, from two arrays of positions; NaN where a place is missing.
        placed: which sites have a place, shape (S,).
        points_km: where they stand in space (x, y, z from the centre of the Earth), shape (S, 3), NaN without
            place; None where only distances are known.
    """

    exact_km: Callable[[IntArray, IntArray], FloatArray]
    placed: BoolArray
    points_km: FloatArray | None = None

    def __len__(self) -> int:
        return len(self.placed)

    def between(self, rows: Sequence[int] | IntArray, columns: Sequence[int] | IntArray) -> FloatArray:
        """Return exact distances, shape (len(rows), len(columns)), NaN where a place is missing."""
        first, second = np.meshgrid(
            np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64), indexing="ij"
        )
        return self.exact_km(first.ravel(), second.ravel()).reshape(first.shape)

    def matrix(self) -> FloatArray:
        """Return all the distances, shape (S, S): for few sites."""
        everyone = np.arange(len(self))
        return self.between(everyone, everyone)

    def near(self, limit_km: float) -> BoolArray:
        """Pairs of sites within a limit, (S, S); a site without place is near none."""
        near = np.zeros((len(self), len(self)), dtype=bool)
        placed = np.flatnonzero(self.placed)
        for start in range(0, len(placed), BLOCK):
            rows = placed[start : start + BLOCK]
            near[np.ix_(rows, placed)] = self.within(self.squares(rows, placed), rows, placed, limit_km)
        return near

    def part(self, kept: Sequence[int]) -> "Apart":
        """Return the distances between some sites."""
        chosen = np.asarray(kept, dtype=np.int64)
        points = None if self.points_km is None else self.points_km[chosen]
        return Apart(partial(_through, self.exact_km, chosen), self.placed[chosen], points)

    def squares(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """Return squares of straight lines in km2, shape (R, C), between sites that have a place: to 0.1 mm.

        Where only distances are known, their squares.
        """
        if self.points_km is None:
            return self.between(rows, columns) ** 2
        if len(rows) == 1:
            apart = self.points_km[columns] - self.points_km[rows]
            alone: FloatArray = np.einsum("ij,ij->i", apart, apart)[None, :]
            return alone
        # Around one of them: far from the Earth's centre the squares would lose their last digits.
        origin = self.points_km[rows[0]] if len(rows) else 0.0
        first, second = self.points_km[rows] - origin, self.points_km[columns] - origin
        # |a - b|^2 in one product, (-2 a, a^2, 1) . (b, 1, b^2): a table of its own for each term is slow.
        ones, others = np.ones((len(first), 1)), np.ones((len(second), 1))
        left = np.hstack([-2.0 * first, (first * first).sum(axis=1)[:, None], ones])
        right = np.hstack([second, others, (second * second).sum(axis=1)[:, None]]).T
        squares_km2 = np.empty((len(first), len(second)))
        # So few rows at once that one thread does it: where cores are busy, two wait for each other.
        few = max(1, MOST_DISTANCES // max(1, len(second)))
        for start in range(0, len(first), few):
            np.matmul(left[start : start + few], right, out=squares_km2[start : start + few])
        return squares_km2

    def line_km(self, arc_km: float) -> float:
        """Length of the chord through the ground for a distance along it, km."""
        return arc_km if self.points_km is None else arc_km - arc_km**3 / (24.0 * EARTH_KM**2)

    def within(self, squares: FloatArray, rows: IntArray, columns: IntArray, limit_km: float) -> BoolArray:
        """Distances at most a limit, from `squares`; exact distances decide near it."""
        line_km = self.line_km(limit_km)
        if self.points_km is None:
            return self.between(rows, columns) <= limit_km
        near = squares <= (line_km + NEAR_KM) ** 2
        edge = near & (squares >= (line_km - NEAR_KM) ** 2)
        if edge.any():
            first, second = np.nonzero(edge)
            near[first, second] = self.exact_km(rows[first], columns[second]) <= limit_km
        return near

    @cached_property
    def longest(self) -> Pair | None:
        """The two most distant sites, the first such pair; None below two placed sites."""
        placed = np.flatnonzero(self.placed)
        if len(placed) < 2:
            return None
        first, second = self._far_pairs(placed)
        km = self.exact_km(first, second)
        best = int(km.argmax())
        return Pair(int(first[best]), int(second[best]), float(km[best]))

    def _far_pairs(self, placed: IntArray) -> tuple[IntArray, IntArray]:
        """Return pairs among which the farthest is surely, in order: opposite ones, in some direction."""
        once = placed
        if self.points_km is not None:
            _places, first = np.unique(self.points_km[placed], axis=0, return_index=True)
            # Two sites of one place: the first two stand for all when there is no other place.
            once = placed[np.sort(first) if len(first) > 1 else np.arange(2)]
        if self.points_km is None or len(once) <= FEW:
            rows, columns = np.triu_indices(len(once), 1)
            return once[rows], once[columns]
        points = self.points_km[once]
        flat, wide_km = _plane(points - points.mean(axis=0))
        angles = np.arange(DIRECTIONS) * np.pi / DIRECTIONS
        along = np.stack([np.cos(angles), np.sin(angles)], axis=1) @ flat.T
        low, high = along.min(axis=1), along.max(axis=1)
        # The pair points within half a step of some direction, and the plane shortens it a little.
        least_km = (high - low).max() * np.cos(np.pi / DIRECTIONS / 2) * (
            1 - (wide_km / EARTH_KM) ** 2
        ) - 1e-4
        pairs = []
        for turn in np.flatnonzero(high - low >= least_km).tolist():
            ends = np.flatnonzero(along[turn] >= low[turn] + least_km)
            others = np.flatnonzero(along[turn] <= high[turn] - least_km)
            pairs.append(
                (np.minimum.outer(ends, others) * len(once) + np.maximum.outer(ends, others)).ravel()
            )
        rows, columns = np.divmod(np.unique(np.concatenate(pairs)), len(once))
        return once[rows], once[columns]


Distances: TypeAlias = FloatArray | Apart
"""A table of distances, shape (S, S), NaN where a place is missing; or what gives them without a table."""


def apart_of(distances: Distances) -> Apart:
    """Return the distances in one form."""
    if isinstance(distances, Apart):
        return distances
    return Apart(partial(_looked_up, distances), ~np.isnan(np.diag(distances)))


def _looked_up(matrix: FloatArray, first: IntArray, second: IntArray) -> FloatArray:
    return matrix[first, second]


def _through(
    exact_km: Callable[[IntArray, IntArray], FloatArray], chosen: IntArray, first: IntArray, second: IntArray
) -> FloatArray:
    return exact_km(chosen[first], chosen[second])


def _plane(seen: FloatArray) -> tuple[FloatArray, float]:
    """Return centred points in the plane they spread in most, shape (S, 2), and how far the farthest is."""
    _values, axes = np.linalg.eigh(seen.T @ seen)
    return seen @ axes[:, 1:], float(np.sqrt(np.einsum("ij,ij->i", seen, seen).max()))
