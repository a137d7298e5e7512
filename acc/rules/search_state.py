"""The state of the search of `acc.rules.max_diameter_group`, and what no group can outweigh."""

from dataclasses import dataclass, field

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.rules.distances import BLOCK, NEAR_KM, Apart

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
        close: BoolArray = squares <= (self.apart.line_km(limit_km) + NEAR_KM) ** 2
        return close

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
    widest: FloatArray = points[:, int(np.ptp(points, axis=0).argmax())]
    return widest


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
