"""A territory as arrays: kinds of loads and roofs over classes of hours, worth over the plan in EUR.

Hours are SUMMED into classes. As min is concave this never lowers what a group shares (Jensen): what bounds
plans on classes bounds them on the year.

Classes of hours: those that operations see alike are one.

With sites served from the dearest on, by roofs whose surplus is the cheapest first, what a group shares is a
sum of min(made, need): of all that is made against the needs of the dearest v levels, for each v, and of what
the cheapest j lots make against all needs, for each j. Summing hours on the same side of all costs nothing;
summing others adds, for each min, the less of what is over on one side and of what is over on the other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise

import numpy as np

from acc.arrays import FloatArray, IntArray, StoreRows, in_memory, let_go
from scenarios.studies.lawful.meters import AT_ONCE
from scenarios.studies.lawful.worth_of_kwh import KwhWorth

SAME = 1e-9
"""Shapes, as parts of their sum, and prices closer than this are one."""


@dataclass(frozen=True, slots=True, eq=False)
class Territory:
    """N sites, M roofs, K kinds of loads, O kinds of roofs, V levels of worth, T classes of hours.

    Attributes:
        need_kwh, kind: of each site in the steps of all mean years, (N,), and its kind.
        load: part of a site's need in each class, by kind, (K, T); `level` of each kind, (K,).
        worth_eur: what a kWh received is worth over the plan, by level, (V, T).
        fixed_eur: what being in costs a site, (N,); `fee_eur` what an operation costs.
        made_kwh, orient, kwp: of each roof in the same, (M,), its kind, its power.
        shape: part of a roof's kWh in each class, by kind, (O, T).
        surplus_eur: what a kWh shared loses of surplus over the plan, by kind of roof, (O, T).
        cost_eur: what a roof costs over the plan once it shares nothing, beside the best it would do alone.
        years: how many mean years the steps are of.
    """

    need_kwh: FloatArray
    kind: IntArray
    load: FloatArray
    level: IntArray
    worth_eur: FloatArray
    fixed_eur: FloatArray
    fee_eur: float
    made_kwh: FloatArray
    orient: IntArray
    kwp: FloatArray
    shape: FloatArray
    surplus_eur: FloatArray
    cost_eur: FloatArray
    years: int = 1

    @property
    def sites(self) -> int:
        """How many sites stand before the roofs."""
        return len(self.need_kwh)

    @property
    def units(self) -> int:
        """Sites and roofs together."""
        return len(self.need_kwh) + len(self.made_kwh)

    @property
    def classes(self) -> int:
        """How many classes of hours there are."""
        return int(self.load.shape[1])

    def part(self, units: IntArray) -> "Territory":
        """Return some sites and roofs, in their order, with the kinds that these have."""
        sites, roofs = units[units < self.sites], units[units >= self.sites] - self.sites
        kinds, kind = np.unique(self.kind[sites], return_inverse=True)
        orients, orient = np.unique(self.orient[roofs], return_inverse=True)
        chosen: FloatArray = self.load[kinds]
        let_go(self.load)
        return replace(
            self,
            need_kwh=self.need_kwh[sites],
            kind=kind.astype(np.int64),
            load=chosen,
            level=self.level[kinds],
            fixed_eur=self.fixed_eur[sites],
            made_kwh=self.made_kwh[roofs],
            orient=orient.astype(np.int64),
            kwp=self.kwp[roofs],
            shape=self.shape[orients],
            surplus_eur=self.surplus_eur[orients],
            cost_eur=self.cost_eur[roofs],
        )

    def in_classes(self, of_step: IntArray) -> "Territory":
        """Return the same over classes of hours: the highest worth of the hours of each, the least surplus.

        Args:
            of_step: class of each step, (T,).
        """
        count = int(of_step.max()) + 1
        best, least = (
            np.full((len(self.worth_eur), count), -np.inf),
            np.full((len(self.shape), count), np.inf),
        )
        np.maximum.at(best.T, of_step, self.worth_eur.T)
        np.minimum.at(least.T, of_step, self.surplus_eur.T)
        load, shape = summed(self.load, of_step, count), summed(self.shape, of_step, count)
        return replace(self, load=load, shape=shape, worth_eur=best, surplus_eur=least)


def summed(rows: FloatArray, of_step: IntArray, count: int) -> FloatArray:
    """Return rows summed by class, (S, C)."""
    sums = [np.bincount(of_step, weights=row, minlength=count) for block in _blocks(rows) for row in block]
    return np.array(sums)


def _blocks(rows: FloatArray) -> Iterator[FloatArray]:
    """Yield rows some at a time: those of 10,000 sites, which lie on the disk, would take 350 MB."""
    for first in range(0, len(rows), AT_ONCE):
        yield rows[first : first + AT_ONCE]
        let_go(rows)


def territory_of(worth: KwhWorth, store: StoreRows = in_memory) -> Territory:
    """Build the arrays of the bounds; each roof is at its full power, on the network.

    Args:
        store: storage of the shapes of loads, if hardly any are alike.

    Raises:
        ValueError: a roof behind a meter.
    """
    states = [of_meter[0] for of_meter in worth.states]
    if any(state.host_kwh is not None for state in states):
        raise ValueError("roofs of a territory stand on the network")
    order = np.argsort([state.roofs[0][0] for state in states])
    states = [states[at] for at in order]
    kinds, kind, need = _kinds(worth.load_kwh, store)
    years = worth.stretches
    if years > 1:
        kinds = store((np.tile(block, years) / years for block in _blocks(kinds)), (len(kinds), worth.steps))
    injected = np.array([state.injected_kwh[0] for state in states])
    shapes, orient, output = _kinds(injected)
    surplus = np.array([state.surplus_eur_per_kwh[0] for state in states])
    levels, level = _levels(worth.spared_eur_per_kwh.T)
    pairs, kind = np.unique(np.stack([kind, level]), axis=1, return_inverse=True)
    # The least of prices that are alike but for rounding.
    least, lot = _levels(-surplus)
    lots, orient = np.unique(np.stack([orient, lot]), axis=1, return_inverse=True)
    alone = np.array([state.alone_eur for state in states])
    return Territory(
        need_kwh=need * years,
        kind=kind.ravel().astype(np.int64),
        load=_chosen(kinds, pairs[0]),
        level=pairs[1].astype(np.int64),
        worth_eur=levels[:, worth.pattern_of],
        fixed_eur=worth.fixed_eur,
        fee_eur=worth.fee_eur,
        made_kwh=output,
        orient=orient.ravel().astype(np.int64),
        kwp=np.array([state.power_kwp for state in states]),
        shape=_chosen(shapes, lots[0]),
        surplus_eur=-least[lots[1]],
        cost_eur=np.maximum(alone, 0.0) - alone,
        years=years,
    )


def _kinds(rows: FloatArray, store: StoreRows = in_memory) -> tuple[FloatArray, IntArray, FloatArray]:
    """Return the shapes of rows as parts of their sums, the shape of each, and the sums."""
    sums = np.concatenate([block.sum(axis=1) for block in _blocks(rows)])
    cell = SAME * max(float(part.max()) for part in _parts(rows))
    keys = (
        sha256(np.round(row / cell).astype(np.int64).tobytes()).digest()
        for part in _parts(rows)
        for row in part
    )
    place = dict[bytes, int]()
    kind = np.array([place.setdefault(key, len(place)) for key in keys], dtype=np.int64)
    if len(place) == len(rows):
        return store(_parts(rows), rows.shape), kind, sums
    shapes, first = np.zeros((len(place), rows.shape[1])), 0
    # The highest of rows that are alike but for rounding: a bound stays a bound.
    for part in _parts(rows):
        np.maximum.at(shapes, kind[first : first + len(part)], part)
        first += len(part)
    return shapes, kind, sums


def _parts(rows: FloatArray) -> Iterator[FloatArray]:
    """Yield rows as parts of their sums, some at a time."""
    for block in _blocks(rows):
        sums = block.sum(axis=1)
        yield block / np.where(sums > 0.0, sums, 1.0)[:, None]


def _chosen(rows: FloatArray, at: IntArray) -> FloatArray:
    """Return rows, themselves where each is chosen once and in its place."""
    return rows if np.array_equal(at, np.arange(len(rows))) else rows[at]


def _levels(values: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return the distinct rows of values, and which one each row is."""
    distinct, at = np.unique(np.round(values / SAME), axis=0, return_inverse=True)
    levels: FloatArray = distinct * SAME
    np.maximum.at(levels, at.ravel(), values)
    return levels, at.ravel().astype(np.int64)


ROUNDS = 30


def coarse_classes(territory: Territory, count: int) -> IntArray:
    """Return classes by what all roofs make against what all sites need, (T,): before any plan is known."""
    need = np.bincount(territory.kind, territory.need_kwh, len(territory.load)) @ territory.load
    output = np.bincount(territory.orient, territory.made_kwh, len(territory.shape)) @ territory.shape
    rank = np.argsort(np.argsort(output / np.maximum(need, 1e-9), kind="stable"), kind="stable")
    classes: IntArray = (rank * count) // len(rank)
    return _numbered(classes, _patterns(territory))


def seen_classes(territory: Territory, groups: Sequence[IntArray], count: int) -> IntArray:
    """Return about so many classes of hours, (T,), that groups of units see as nearly alike as they can."""
    sides = [side for group in groups for side in _sides(territory, group)]
    if not sides:
        return coarse_classes(territory, count)
    over_eur = np.array(sides).T
    output = np.bincount(territory.orient, territory.made_kwh, len(territory.shape)) @ territory.shape
    patterns = _patterns(territory)
    classes = np.zeros(len(over_eur), dtype=np.int64)
    for pattern in range(int(patterns.max()) + 1):
        own = patterns == pattern
        # Each pattern of prices has its part of the classes: two summed would both have the higher price.
        some = int(np.ceil(count * output[own].sum() / output.sum()))
        classes[own] = _modes(over_eur[own], some)
    return _numbered(classes, patterns)


def _patterns(territory: Territory) -> IntArray:
    """Index of the price pattern of each hour, (T,)."""
    prices = np.concatenate([territory.worth_eur, territory.surplus_eur])
    return np.unique(prices, axis=1, return_inverse=True)[1].ravel().astype(np.int64)


def _numbered(classes: IntArray, patterns: IntArray) -> IntArray:
    """Return the classes of each pattern numbered without gaps."""
    pairs = np.stack([patterns, classes])
    return np.unique(pairs, axis=1, return_inverse=True)[1].ravel().astype(np.int64)


def _sides(territory: Territory, group: IntArray) -> Iterator[FloatArray]:
    """Yield the production less the need at each step, EUR, negative for a lack."""
    n = territory.sites
    sites, roofs = group[group < n], group[group >= n] - n
    worth, surplus = territory.worth_eur.mean(axis=1), territory.surplus_eur.mean(axis=1)
    levels = np.unique(worth[territory.level[territory.kind[sites]]])[::-1]
    lots = np.unique(surplus[territory.orient[roofs]])
    if not len(levels) or not len(lots):
        return
    of_site = worth[territory.level[territory.kind[sites]]]
    of_roof = surplus[territory.orient[roofs]]
    need, output = _needed(territory, sites), _produced(territory, roofs)
    for level, cheaper in zip(levels, [*levels[1:], lots[-1]], strict=True):
        yield (output - _needed(territory, sites[of_site >= level])) * max(0.0, float(level - cheaper))
    for lot, dearer in pairwise(lots):
        yield (_produced(territory, roofs[of_roof <= lot]) - need) * float(dearer - lot)


def _needed(territory: Territory, sites: IntArray) -> FloatArray:
    return territory.need_kwh[sites] @ territory.load[territory.kind[sites]]


def _produced(territory: Territory, roofs: IntArray) -> FloatArray:
    return territory.made_kwh[roofs] @ territory.shape[territory.orient[roofs]]


def _modes(over_eur: FloatArray, count: int) -> IntArray:
    """Return the class of each hour, by the sides that most of a class is on (k-modes, Huang, 1998).

    Args:
        over_eur: above zero on one side, below on the other, (T, G): on the wrong one an hour costs it.
    """
    above, below = np.maximum(over_eur, 0.0), np.maximum(-over_eur, 0.0)
    apart, centres = np.full(len(over_eur), np.inf), list[FloatArray]()
    at = int(np.argmax(np.abs(over_eur).sum(axis=1)))
    while len(centres) < count and (apart > 0.0).any():
        centre = (over_eur[at] > 0.0).astype(float)
        centres.append(centre)
        apart = np.minimum(apart, below @ centre + above @ (1.0 - centre))
        at = int(np.argmax(apart))
    modes, classes = np.array(centres), np.full(len(over_eur), -1, dtype=np.int64)
    for _round in range(ROUNDS):
        now = (below @ modes.T + above @ (1.0 - modes).T).argmin(axis=1)
        if (now == classes).all():
            break
        classes = now
        sums = np.array([np.bincount(classes, column, len(modes)) for column in over_eur.T]).T
        modes = (sums > 0.0).astype(float)
    return classes
