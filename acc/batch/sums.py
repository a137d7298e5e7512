"""What participants withdraw in a draw, made a few steps at a time: a base, and what it is multiplied by.

For batches, where thousands of draws ask for sums only. The reference stays `acc.settle`: what is
computed here equals it (1e-9), by property tests. Keys are served that can be said as a `Split`, in
three forms; the others go through `settle`. Steps without production are never read.

Arrays stand participants first, steps last and ordered by group of steps (`ProductiveSteps` does it once
for all draws), so that each sum runs along memory.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray, column_sums
from acc.from_plants import from_plants
from acc.settle import Allocation
from acc.water_filling import allocate_by_rank, allocate_by_weight, divided

BLOCK_VALUES = 1 << 16
"""Needs handled at once (512 kB): a block stays in cache, and what numpy takes to begin is small beside."""

YEARS_VALUES = 1 << 18
"""The same of many years (2 MB): their products with each need are more than the needs themselves."""


@dataclass(frozen=True, slots=True, eq=False)
class Bend:
    """Factors that change from step to step: P kinds of steps, as the hours of a month.

    Attributes:
        factor: of each participant in each kind of steps, shape (N, P).
        of_step: kind of each step of the sheet, shape (D,).
    """

    factor: FloatArray
    of_step: IntArray

    def times(self, base: FloatArray, steps: slice | IntArray) -> FloatArray:
        """Return a base (N, d) times the factors of its steps, an array of its own, laid as the base is."""
        kind = self.of_step[steps]
        if np.isfortran(base):  # as `Sheet.take` leaves many participants: a step is a row
            by_step = self.factor.T.take(kind, axis=0, mode="clip")
            return np.multiply(by_step, base.T, out=by_step).T
        bent = self.factor.take(kind, axis=1, mode="clip")  # kinds are in range: "raise" would copy first
        return np.multiply(bent, base, out=bent)


@dataclass(frozen=True, slots=True, eq=False)
class SheetRows:
    """The sheet's steps of an array (T, N), laid as `ProductiveSteps.take` lays many: copied when asked for.

    Attributes:
        rows: position of the sheet's steps in the period, (D,).
        is_out: columns that are nothing on the sheet, (N,).
    """

    values: FloatArray
    rows: IntArray
    is_out: BoolArray

    @property
    def shape(self) -> tuple[int, int]:
        """Columns, and steps of the sheet."""
        return len(self.is_out), len(self.rows)

    def __getitem__(self, place: tuple[slice | IntArray, slice | IntArray]) -> FloatArray:
        """Return some columns at some steps, (n, d), an array of its own."""
        taken: FloatArray = self.values[:, place[0]][self.rows[place[1]]]
        taken[:, self.is_out[place[0]]] = 0.0
        return taken.T


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """What each participant withdraws: a base times factors, but for those with a plant behind their meter.

    Attributes:
        base_kwh: shape (N, D), D the steps of a sheet; may be memory-mapped, is never written to.
        factor: of each participant, shape (N,).
        hosts: participants given step by step instead, shape (H,).
        host_kwh: their needs, shape (H, D).
        bend: factors that stand in place of `factor`, where there are some.
    """

    base_kwh: FloatArray | SheetRows
    factor: FloatArray
    hosts: IntArray
    host_kwh: FloatArray
    bend: Bend | None = None

    @classmethod
    def of(cls, need_kwh: FloatArray) -> "Needs":
        """Return needs as they are, shape (N, D)."""
        members, count = need_kwh.shape
        return cls(need_kwh, np.ones(members), np.zeros(0, dtype=np.int64), np.zeros((0, count)))

    def part(self, steps: slice | IntArray) -> FloatArray:
        """Return the needs of some steps, an array of its own."""
        base = self.base_kwh[:, steps]
        need = base * self.factor[:, None] if self.bend is None else self.bend.times(base, steps)
        need[self.hosts] = self.host_kwh[:, steps]
        return need

    def of_rows(self, rows: IntArray) -> FloatArray:
        """Needs of some participants before own use, (rows, D), kWh."""
        base = np.ascontiguousarray(self.base_kwh[rows, :])
        if self.bend is None:
            return base * self.factor[rows, None]
        return Bend(self.bend.factor[rows], self.bend.of_step).times(base, slice(None))

    def withdrawn(self, rows: IntArray) -> FloatArray:
        """Needs of some participants, plants behind their meters counted, (rows, D), kWh."""
        need = self.of_rows(rows)
        for host, kwh in zip(self.hosts, self.host_kwh, strict=True):
            need[rows == host] = kwh
        return need

    def total(self) -> FloatArray:
        """Total need at each step, (D,), kWh."""
        members, count = self.base_kwh.shape
        return np.concatenate([np.zeros(0), *(column_sums(self.part(p)) for p in parts(0, count, members))])


def parts(first: int, stop: int, members: int, values: int = BLOCK_VALUES) -> Iterator[slice]:
    """Return steps `first` to `stop` (excluded) in parts of at most so many needs."""
    return some_at_a_time(first, stop, max(1, values // max(1, members)))


def some_at_a_time(first: int, stop: int, size: int) -> Iterator[slice]:
    """Yield `first` to `stop` (excluded) in parts of `size`, the last one of what is left."""
    for start in range(first, stop, size):
        yield slice(start, min(start + size, stop))


TAKEN_VALUES = 1 << 21
"""Energies copied at once into a sheet (16 MB): all loads of a few sites, few of those over ten years."""

MANY = 200
"""Participants from which a step is a row long enough to be summed at once: memory is then read in order."""


Rows: TypeAlias = Sequence[FloatArray]
"""Energies of sites or plants, (D,) each: some are kept from answer to answer, others are made anew."""


class KeyForm(IntEnum):
    """How a pool is split; the whole number is what a compiled kernel reads."""

    FIXED = 0
    """`min(k_i P, C_i)`: fixed shares, what one cannot use is surplus."""
    RANKS = 1
    """Rank 0 first, the next with what is left; inside a rank the same part of every need."""
    WEIGHTS = 2
    """`min(C_i, level w_i)`, the level that uses the pool, or all needs."""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """A pooled key in one of the three forms.

    Attributes:
        number: share, rank (0 to R - 1) or weight of each participant, shape (N,); ranks may differ from
            group to group of steps, shape (G, N).
        production_share: of the production that is shared at all, for weights.
    """

    form: KeyForm
    number: FloatArray
    production_share: float = 1.0

    @property
    def is_by_need(self) -> bool:
        """Whether it gives the same part of every need: one rank for all, as the default key."""
        return self.form is KeyForm.RANKS and not self.number.any()

    @property
    def wastes_nothing(self) -> bool:
        """Whether all that is made is received while somebody needs any."""
        return self.form is KeyForm.RANKS

    def of_group(self, group: int) -> FloatArray:
        """Return the numbers that hold in a group of steps, shape (N,)."""
        return self.number if self.number.ndim == 1 else self.number[group]


def prorata_split(members: int) -> Split:
    """Return the default key: everyone in one rank."""
    return Split(KeyForm.RANKS, np.zeros(members))


@dataclass(frozen=True, slots=True, eq=False)
class ProductiveSteps:
    """The steps of a period that have production, ordered by group.

    Attributes:
        rows: position of each in the period, shape (D,).
        starts: where each group begins in `rows`, and the end, shape (G + 1,).
    """

    rows: IntArray
    starts: IntArray

    @classmethod
    def of(cls, lit: BoolArray, group: IntArray, count: int) -> "ProductiveSteps":
        """Return the steps of `lit` (T,) by `group` (T,), 0 to `count` - 1."""
        order = np.flatnonzero(lit)
        order = order[np.argsort(group[order], kind="stable")]
        return cls(order, np.searchsorted(group[order], np.arange(count + 1)))

    def take(self, values: FloatArray) -> FloatArray:
        """Return the sheet's steps of an array (T, X) as (X, D); of many, a step stays together in memory."""
        count = values.shape[1]
        if count >= MANY:
            by_step: FloatArray = values[self.rows]
            return by_step.T
        taken = np.empty((count, len(self.rows)))
        for some in some_at_a_time(0, count, max(1, TAKEN_VALUES // max(1, len(self.rows)))):
            taken[some] = values[:, some][self.rows].T
        return taken

    def read(self, values: FloatArray, out: Sequence[int] = ()) -> FloatArray | SheetRows:
        """Return the same, nothing in some columns; of many participants, what is read when asked for."""
        is_out = np.isin(np.arange(values.shape[1]), out)
        if len(is_out) >= MANY:
            return SheetRows(values, self.rows, is_out)
        taken = self.take(values)
        taken[is_out] = 0.0
        return taken

    def blocks(self, members: int, values: int = BLOCK_VALUES) -> Iterator[tuple[int, slice]]:
        """Yield each group in parts that stay in cache, of at most so many needs."""
        for group, (start, stop) in enumerate(zip(self.starts[:-1], self.starts[1:], strict=True)):
            for steps in parts(int(start), int(stop), members, values):
                yield group, steps


@dataclass(frozen=True, slots=True, eq=False)
class KeySums:
    """Sums of an allocation under one key.

    Attributes:
        local_kwh: received by each participant in each group of steps, from each plant, shape
            (M, G, N), or from all of them together, shape (1, G, N).
        shared_kwh: of each plant, received by somebody, shape (M,).
    """

    local_kwh: FloatArray
    shared_kwh: FloatArray

    @property
    def received_kwh(self) -> FloatArray:
        """Local energy of each participant, shape (N,)."""
        received: FloatArray = self.local_kwh.sum(axis=(0, 1))
        return received


def split_sums(
    sheet: ProductiveSteps,
    needs: Needs,
    production_kwh: FloatArray,
    splits: Sequence[Split],
    *,
    by_plant: bool = False,
) -> tuple[KeySums, ...]:
    """Return the sums under each split, in one pass over the needs.

    Args:
        production_kwh: injected by each plant, shape (M, D).

    >>> sheet = ProductiveSteps.of(np.array([True]), np.array([0]), 1)
    >>> sums = split_sums(sheet, Needs.of(np.array([[0.4], [0.8]])), np.array([[1.0]]), [prorata_split(2)])
    >>> sums[0].received_kwh.round(4).tolist()
    [0.3333, 0.6667]
    """
    members, plants = needs.base_kwh.shape[0], len(production_kwh)
    every = [_no_sums(sheet, members, plants, by_plant=by_plant) for _split in splits]
    for group, steps in sheet.blocks(members):
        need, production = needs.part(steps), production_kwh[:, steps]
        seen, made = (need, column_sums(need)), _made(production)
        for sums, split in zip(every, splits, strict=True):
            _add(sums, split, group, seen, made, by_plant=by_plant)
    return tuple(every)


def sums_by_year(
    sheet: ProductiveSteps,
    still_kwh: FloatArray | SheetRows,
    moving: IntArray,
    years: Sequence[tuple[Rows, Rows, Split]],
    *,
    by_plant: bool,
) -> list[KeySums]:
    """Return the sums of some years, each under its split, in one pass over the needs that do not move.

    Args:
        still_kwh, moving: as in `sums_by_need`.
        years: of each what sites that move need, K of (D,), what plants inject, M of (D,), and the split.
    """
    members, plants = still_kwh.shape[0], len(years[0][1]) if years else 0
    every = [_no_sums(sheet, members, plants, by_plant=by_plant) for _year in years]
    for group, steps in sheet.blocks(members):
        need = still_kwh[:, steps].copy()
        for sums, (moved_kwh, production_kwh, split) in zip(every, years, strict=True):
            need[moving] = _part(moved_kwh, steps)
            seen, made = (need, column_sums(need)), _made(_part(production_kwh, steps))
            _add(sums, split, group, seen, made, by_plant=by_plant)
    return every


def _part(rows: Rows, steps: slice) -> FloatArray:
    """Return some steps of rows side by side."""
    part = np.empty((len(rows), steps.stop - steps.start))
    for row, kwh in zip(part, rows, strict=True):
        row[:] = kwh[steps]
    return part


def _no_sums(sheet: ProductiveSteps, members: int, plants: int, *, by_plant: bool) -> KeySums:
    """Return sums of nothing yet, to add to."""
    lanes, groups = plants if by_plant else 1, len(sheet.starts) - 1
    return KeySums(np.zeros((lanes, groups, members)), np.zeros(plants))


def _made(production: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the pool of some steps, (d,), and the part of each plant in it, (M, d)."""
    pool = column_sums(production)
    return pool, divided(production, pool)


def _add(
    sums: KeySums,
    split: Split,
    group: int,
    seen: tuple[FloatArray, FloatArray],
    made: tuple[FloatArray, FloatArray],
    *,
    by_plant: bool,
) -> None:
    """Add some steps of a group to the sums of a key.

    Args:
        seen: needs (N, d), and their sum; made: the pool and the part of each plant.
    """
    (need, total), (pool, part) = seen, made
    received, given = _received(need, pool, total, split, group)
    lane = part * given if by_plant else given[None, :]
    sums.local_kwh[:, group] += lane @ received.T
    # A key that gives `given x received` shares its sum; the pool of a step bounds it.
    shared = sums.shared_kwh
    shared += part @ (given * (total if received is need else column_sums(received)))


def sums_by_need(
    sheet: ProductiveSteps,
    still_kwh: FloatArray | SheetRows,
    moving: IntArray,
    years: Sequence[tuple[Rows, Rows]],
    *,
    by_plant: bool,
) -> list[KeySums]:
    """Return the sums of some years under the default key, in one pass over the needs that do not move.

    Args:
        still_kwh: needs that are the same each year, (N, D); nothing of the sites that move.
        moving: these sites, K of them.
        years: of each what they need, K of (D,), and what plants inject, M of (D,).
    """
    members, plants = still_kwh.shape[0], len(years[0][1]) if years else 0
    local = np.zeros((len(years), plants if by_plant else 1, len(sheet.starts) - 1, members))
    shared = np.zeros((len(years), plants))
    for group, steps in sheet.blocks(members, YEARS_VALUES):
        need, lanes = still_kwh[:, steps], []
        still = column_sums(need)
        for year, (moved_kwh, production_kwh) in enumerate(years):
            moved, production = _part(moved_kwh, steps), _part(production_kwh, steps)
            pool, total = column_sums(production), still + column_sums(moved)
            # A plant's part of the pool, times the part of each need that is met.
            most = np.maximum(pool, total)
            met_per_kwh = divided(np.ones_like(most), most)
            lanes.append(production * met_per_kwh if by_plant else (pool * met_per_kwh)[None, :])
            of_year = local[year, :, group]
            of_year[:, moving] += lanes[-1] @ moved.T
            shared[year] += production @ (total * met_per_kwh)
        if lanes:
            local[:, :, group] += (np.concatenate(lanes) @ need.T).reshape(local[:, :, group].shape)
    return [KeySums(*pair) for pair in zip(local, shared, strict=True)]


def allocation_sums(
    sheet: ProductiveSteps, production_kwh: FloatArray, allocation: Allocation, *, by_plant: bool = False
) -> KeySums:
    """Return the same sums of a settled allocation, for the keys that no split can say.

    Args:
        production_kwh: injected by each plant, shape (T, M), all steps of the period.
    """
    pool = production_kwh if by_plant else production_kwh.sum(axis=1, keepdims=True)
    received = allocation.finest_kwh if by_plant else allocation.received_kwh
    count = len(sheet.starts) - 1
    group = np.repeat(np.arange(count), np.diff(sheet.starts))
    local = from_plants(pool[sheet.rows], received[sheet.rows], group, count).transpose(1, 0, 2)
    shared = production_kwh.sum(axis=0) - allocation.surplus_kwh.sum(axis=0)
    return KeySums(local, np.maximum(shared, 0.0))


def _received(
    need: FloatArray, pool: FloatArray, total: FloatArray, split: Split, group: int
) -> tuple[FloatArray, FloatArray]:
    """Return two arrays whose product is what is received: kWh (N, d) and, of each step, a part (d,)."""
    number = split.of_group(group)
    ones = np.ones(len(pool))
    if split.form is KeyForm.FIXED:
        return np.minimum(need, pool * number[:, None]), ones
    if split.form is KeyForm.WEIGHTS:
        return allocate_by_weight(need, pool * split.production_share, number), ones
    rank = number.astype(np.int64)
    if not rank.any():
        # The default key: the same part of every need, and the sums are one matrix product.
        return need, divided(np.minimum(pool, total), total)
    return allocate_by_rank(need, pool, rank), ones
