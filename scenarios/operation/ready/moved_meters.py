"""What the meters that move see in each year of a plan: made once for those that rest on the same columns.

A site that moves is made with the plants behind its meter, a plant on the network by itself: where one roof
is moved, the others see what they saw. Columns are compared value by value with those of the last answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from acc.arrays import FloatArray, IntArray, span_sums
from acc.batch.sums import ProductiveSteps
from acc.changes import DatedChange
from acc.steps import local_calendar
from acc.years.states import ABSENT, PlanBase, meters_in
from scenarios.operation.store.store import KeptKind, KeptStore


@dataclass(frozen=True, slots=True, eq=False)
class MovedMeters:
    """What the meters that move see in a year: K sites at the D steps of the sheet, M plants.

    Attributes:
        lit_kwh: withdrawn on the sheet, K of (D,); `by_group_kwh` on all steps, by group of them, (K, G).
        made_kwh: injected on the sheet, M of (D,); `output_kwh` their sums, (M,).
        own_kwh: used behind meters, by group, (M, G).
    """

    lit_kwh: Sequence[FloatArray]
    by_group_kwh: FloatArray
    made_kwh: Sequence[FloatArray]
    output_kwh: FloatArray
    own_kwh: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class YearSheet:
    """The steps that years are told at.

    Attributes:
        lit: steps in which anything is made, by group.
        group: of each step of all, (T,).
        has_nights: bases hold each step, in order: a dated change moves what is needed in the dark; they hold
            those of `lit` alone otherwise.
    """

    lit: ProductiveSteps
    group: IntArray
    has_nights: bool

    @property
    def spans(self) -> list[tuple[int, int]]:
        """First and last place (excluded) of each group."""
        return [*pairwise(self.lit.starts.tolist())]

    def is_like(self, other: "YearSheet") -> bool:
        """Return whether another one has the same steps in the same groups."""
        mine, others = ((s.lit.rows, s.lit.starts, s.group) for s in (self, other))
        return self.has_nights == other.has_nights and all(map(np.array_equal, mine, others))

    def base(self, base: PlanBase) -> PlanBase:
        """Base of the years on the steps of `lit`."""
        rows = self.lit.rows
        return replace(
            base,
            load_kwh=np.asfortranarray(base.load_kwh[rows]),
            output_kwh=np.asfortranarray(base.output_kwh[rows]),
            days=local_calendar(base.steps).day[rows],
            spans=tuple(self.spans),
        )

    def dark_kwh(self, base: PlanBase) -> FloatArray:
        """Needs of sites off `lit`, by group, (K, G), kWh."""
        dark, count = base.load_kwh.copy(), len(self.spans)
        dark[self.lit.rows] = 0.0
        sums = [np.bincount(self.group, kwh, count) for kwh in dark.T]
        return np.array(sums, dtype=np.float64).reshape(len(sums), count)


MOST_OF_YEAR = 400_000
"""Energies of the meters that move, of a year, where they are kept for another question (3 MB)."""


@dataclass(frozen=True, slots=True, eq=False)
class MeterBlock:
    """Sites that move and plants whose meters bear on one another.

    Attributes:
        base, changes: of these alone.
        keeps: whether what they see in a year is kept from the second time on that it is asked for: a roof
            that is drawn along leaves nothing.
        years: what they see; None in one that was asked for once.
        summed: of each site, what it used in the year told last, and its sums by group.
    """

    base: PlanBase
    changes: tuple[DatedChange, ...]
    sheet: YearSheet
    keeps: bool
    years: dict[int, MovedMeters | None] = field(default_factory=dict)
    summed: dict[int, tuple[FloatArray, FloatArray]] = field(default_factory=dict)

    def is_like(self, other: "MeterBlock") -> bool:
        """Return whether another one, of the same sites and plants on the same sheet, sees the same."""
        same = self.changes == other.changes and self.keeps == other.keeps
        return same and all(map(np.array_equal, self._made_from, other._made_from))

    @property
    def _made_from(self) -> tuple[FloatArray, ...]:
        base, added = self.base, self.base.added_kwh
        uses = (added[change] for change in self.changes if change in added)
        return base.load_kwh, base.output_kwh, base.wear_ratio, *uses

    def meters(self, year: int) -> MovedMeters:
        """Energies at these meters in a year of the plan."""
        known = self.years.get(year)
        if known is not None:
            return known
        seen = self._seen(year)
        self.years[year] = seen if self.keeps and year in self.years else None
        return seen

    def _seen(self, year: int) -> MovedMeters:
        seen = meters_in(self.base, self.changes, year, range(len(self.base.site_ids)))
        withdrawn, output, own = (np.ascontiguousarray(kwh.T) for kwh in seen)
        if self.sheet.has_nights:
            by_group, lit = self._by_group(withdrawn), self.sheet.lit.rows
            withdrawn, output, own = withdrawn[:, lit], output[:, lit], own[:, lit]
        else:
            by_group = span_sums(withdrawn, self.sheet.spans)
        own_kwh = span_sums(own, self.sheet.spans)
        return MovedMeters([*withdrawn], by_group, [*output], output.sum(axis=1), own_kwh)

    def _by_group(self, withdrawn: FloatArray) -> FloatArray:
        """Withdrawals of sites by group of steps, (K, G), kWh, summed anew where their use changes."""
        absent = (self.base.site_ids.index(c.site) for c in self.changes if c.what in ABSENT)
        apart = {*self.base.behind, *absent}
        count, rows = len(self.sheet.spans), []
        for k, column in enumerate(withdrawn):
            used = self.base.last_used[k][-1]
            if k not in self.summed or self.summed[k][0] is not used or k in apart:
                sums: FloatArray = np.bincount(self.sheet.group, column, count).astype(np.float64)
                self.summed[k] = used, sums
            rows.append(self.summed[k][1])
        return np.array(rows).reshape(len(rows), count)


@dataclass(frozen=True, slots=True, eq=False)
class KnownBlocks:
    """The blocks of the last answer on a sheet, by the ids of their sites and plants."""

    sheet: YearSheet
    blocks: dict[tuple[tuple[str, ...], ...], MeterBlock] = field(default_factory=dict)

    def known(self, block: MeterBlock) -> MeterBlock:
        """Return the last block of the same sites and plants where it sees the same, this one from now on."""
        name = block.base.site_ids, block.base.plant_ids
        last = self.blocks.get(name)
        if last is None or not last.is_like(block):
            self.blocks[name] = last = block
        return last


BLOCKS: KeptKind[KnownBlocks] = KeptKind("blocks of meters", most=2)


@dataclass(frozen=True, slots=True, eq=False)
class MovingMeters:
    """All the meters that move: blocks, with the columns of each among the sites that move and the plants."""

    blocks: Sequence[tuple[Sequence[int], Sequence[int], MeterBlock]]
    sheet: YearSheet

    @classmethod
    def of(
        cls, base: PlanBase, changes: Sequence[DatedChange], sheet: YearSheet, kept: KeptStore
    ) -> "MovingMeters":
        """Return them in one block, or apart where the store has what others saw in the last answer.

        Args:
            base: of the sites that move and of all plants, on the steps of the sheet.
        """
        count, plants = len(base.site_ids), len(base.plant_ids)
        keeps = len(sheet.lit.rows) * (count + plants) <= MOST_OF_YEAR
        if not kept.most or not keeps:
            block = MeterBlock(base, tuple(changes), sheet, keeps)
            return cls([(range(count), range(plants), block)], sheet)
        known = kept.known(BLOCKS, (base.steps, sheet.has_nights))
        if known is None or not known.sheet.is_like(sheet):
            known = KnownBlocks(sheet)
            kept.keep(BLOCKS, (base.steps, sheet.has_nights), known)
        blocks = []
        for sites, those in _wired(base.behind, count):
            part = base.part(sites, those)
            block = MeterBlock(part, part.own(changes), known.sheet, keeps)
            blocks.append((sites, those, known.known(block)))
        return cls(blocks, known.sheet)

    def meters(self, year: int) -> MovedMeters:
        """Energies at all of them in a year of the plan, kWh."""
        if len(self.blocks) == 1:
            return self.blocks[0][-1].meters(year)
        parts = [block.meters(year) for _sites, _plants, block in self.blocks]
        order = np.argsort([m for _sites, plants, _block in self.blocks for m in plants]).tolist()

        def rows(name: str) -> list[FloatArray]:
            return [row for part in parts for row in getattr(part, name)]

        def of_plants(name: str) -> list[FloatArray]:
            every = rows(name)
            return [every[at] for at in order]

        lit, count = rows("lit_kwh"), len(self.sheet.spans)
        by_group = np.array(rows("by_group_kwh")).reshape(len(lit), count)
        own = np.array(of_plants("own_kwh")).reshape(len(order), count)
        return MovedMeters(lit, by_group, of_plants("made_kwh"), np.array(of_plants("output_kwh")), own)


def _wired(behind: Sequence[int | None], sites: int) -> Iterator[tuple[list[int], list[int]]]:
    """Yield each site with the plants behind its meter, then each plant on the network."""
    for k in range(sites):
        yield [k], [m for m, host in enumerate(behind) if host == k]
    yield from (([], [m]) for m, host in enumerate(behind) if host is None)
