"""A territory as arrays: kinds of loads and roofs over classes of hours, worth over the plan in EUR.

Hours are SUMMED into classes. As min is concave this never lowers what a group shares (Jensen): what bounds
plans on classes bounds them on the year.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np

from acc.arrays import FloatArray, IntArray, Laid, in_memory, let_go
from scenarios.studies.lawful.curves import AT_ONCE
from scenarios.studies.lawful.worth_of_kwh import KwhWorth

SAME = 1e-9
"""Shapes, as parts of their sum, and prices closer than this are one."""


@dataclass(frozen=True, slots=True, eq=False)
class Territory:
    """N sites, M roofs, K kinds of loads, O kinds of roofs, V levels of worth, T classes of hours.

    Attributes:
        need_kwh, kind: of each site in the period, (N,), and its kind.
        load: part of a site's need in each class, by kind, (K, T); `level` of each kind, (K,).
        worth_eur: what a kWh received is worth over the plan, by level, (V, T).
        fixed_eur: what being in costs a site, (N,); `fee_eur` what an operation costs.
        made_kwh, orient, kwp: of each roof in the period, (M,), its kind, its power.
        shape: part of a roof's kWh in each class, by kind, (O, T).
        surplus_eur: what a kWh shared loses of surplus, by kind of roof, (O,).
        cost_eur: what a roof costs over the plan once it shares nothing, beside the best it would do alone.
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
        return replace(
            self,
            need_kwh=self.need_kwh[sites],
            kind=kind.astype(np.int64),
            load=_taken(self.load, kinds),
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
        """Return the same over classes of hours; the worth of a class is the highest of its hours.

        Args:
            of_step: class of each step, (T,).
        """
        count = int(of_step.max()) + 1
        best = np.full((len(self.worth_eur), count), -np.inf)
        np.maximum.at(best.T, of_step, self.worth_eur.T)
        load, shape = summed(self.load, of_step, count), summed(self.shape, of_step, count)
        return replace(self, load=load, shape=shape, worth_eur=best)


def summed(rows: FloatArray, of_step: IntArray, count: int) -> FloatArray:
    """Return rows summed by class, (S, C)."""
    sums = [np.bincount(of_step, weights=row, minlength=count) for block in _blocks(rows) for row in block]
    return np.array(sums)


def _blocks(rows: FloatArray) -> Iterator[FloatArray]:
    """Yield rows some at a time: those of 10,000 sites, which lie on the disk, would take 350 MB."""
    for first in range(0, len(rows), AT_ONCE):
        yield rows[first : first + AT_ONCE]
        let_go(rows)


def territory_of(worth: KwhWorth, store: Laid = in_memory) -> Territory:
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
    injected = np.array([state.injected_kwh[0] for state in states])
    shapes, orient, output = _kinds(injected)
    surplus = np.array([float(state.surplus_eur_per_kwh[0]) for state in states])
    levels, level = _levels(worth.spared_eur_per_kwh.T)
    pairs, kind = np.unique(np.stack([kind, level]), axis=1, return_inverse=True)
    # The least of prices that are alike but for rounding.
    least, lot = _levels(-surplus[:, None])
    lots, orient = np.unique(np.stack([orient, lot]), axis=1, return_inverse=True)
    alone = np.array([state.alone_eur for state in states])
    return Territory(
        need_kwh=need,
        kind=kind.ravel().astype(np.int64),
        load=_chosen(kinds, pairs[0]),
        level=pairs[1].astype(np.int64),
        worth_eur=levels[:, worth.pattern_of],
        fixed_eur=worth.fixed_eur,
        fee_eur=worth.fee_eur,
        made_kwh=output,
        orient=orient.ravel().astype(np.int64),
        kwp=np.array([state.kwp for state in states]),
        shape=_chosen(shapes, lots[0]),
        surplus_eur=-least[lots[1], 0],
        cost_eur=np.maximum(alone, 0.0) - alone,
    )


def _kinds(rows: FloatArray, store: Laid = in_memory) -> tuple[FloatArray, IntArray, FloatArray]:
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


def _taken(rows: FloatArray, at: IntArray) -> FloatArray:
    chosen: FloatArray = rows[at]
    let_go(rows)
    return chosen


def _chosen(rows: FloatArray, at: IntArray) -> FloatArray:
    """Return rows, themselves where each is chosen once and in its place."""
    return rows if np.array_equal(at, np.arange(len(rows))) else rows[at]


def _levels(values: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return the distinct rows of values, and which one each row is."""
    distinct, at = np.unique(np.round(values / SAME), axis=0, return_inverse=True)
    levels: FloatArray = distinct * SAME
    np.maximum.at(levels, at.ravel(), values)
    return levels, at.ravel().astype(np.int64)
