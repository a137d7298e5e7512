"""The years of a plan by sums: what plants give sites, for keys that are splits; no kWh of a step is written.

From one year to the next few meters move: what the others need where anything is made is taken once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise

import numpy as np

from acc.accounts.assemble import SharedKwh
from acc.accounts.members import SlotVolumes
from acc.arrays import BoolArray, FloatArray, IntArray, span_sums
from acc.batch.key_forms import caught_up_sums, split_of
from acc.batch.ordered_sums import OrderedKey, ordered_sums
from acc.batch.sums import KeySums, Needs, ProductiveSteps, Split, sums_by_need, sums_by_year
from acc.bills.tariff_slots import SLOTS, SlotClock, slot_patterns
from acc.changes import DatedChange
from acc.exchange import Exchange
from acc.indicators import Energy
from acc.keys.catch_up import CatchUp
from acc.settle import Key
from acc.steps import local_calendar
from acc.years.plan_years import PlanYears, YearKwh
from acc.years.states import ABSENT, PlanBase, meters_in


@dataclass(frozen=True, slots=True, eq=False)
class MovedMeters:
    """What the meters that move see in a year: K sites at the D steps of the sheet, M plants.

    Attributes:
        lit_kwh: withdrawn on the sheet, (K, D); `by_group_kwh` on all steps, by group of them, (K, G).
        made_kwh: injected on the sheet, (M, D); `own_kwh` used behind meters, by group, (M, G).
    """

    lit_kwh: FloatArray
    by_group_kwh: FloatArray
    made_kwh: FloatArray
    own_kwh: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class YearRequest:
    """What is shared in a year: what meters see, the key of all sites, what each of them withdraws, (N,).

    Attributes:
        key: a split, or a key that serves in order; one that looks back is that of all years summed together.
    """

    seen: MovedMeters
    key: Split | OrderedKey | CatchUp
    needs_kwh: FloatArray


MOST_VALUES = 8_000_000
"""Energies of the meters that move that are held at once (64 MB)."""

MOST_OF_YEAR = 200_000
"""The same of one year, where they are kept for other keys (1.6 MB)."""

YEARS_AT_ONCE = 8
"""Years whose meters are held at once, at most: memory that was used for some serves for the next."""


@dataclass(frozen=True, slots=True, eq=False)
class SummedYears:
    """What the years are summed from, N sites of which K move, M plants, G groups of steps.

    Attributes:
        base: of the sites that move, `moving` among all, and of all plants: at each step, or on the sheet
            alone where no site changes, `dark_kwh` then what they need off it by group, (K, G).
        changes: dated, of sites and plants.
        need_kwh: what each site that does not move needs on the sheet, (N, D).
        group: of each step, (T,); a group is in one slot of every clock.
        in_slot: 1 where a group is in a slot of the clock of a site, (N, G, S); none without clocks.
        summed: of each site that moves, what it used in the year told last, and its sums by group.
        known: the meters of each year, None where one key asked for them.
    """

    base: PlanBase
    changes: Sequence[DatedChange]
    moving: IntArray
    behind: tuple[int | None, ...]
    sheet: ProductiveSteps
    need_kwh: FloatArray
    group: IntArray
    in_slot: FloatArray
    dark_kwh: FloatArray | None = None
    summed: dict[int, tuple[FloatArray, FloatArray]] = field(default_factory=dict)
    known: dict[int, MovedMeters | None] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        first: Exchange,
        base: PlanBase,
        changes: Sequence[DatedChange],
        moving: Sequence[int],
        behind: Sequence[int | None],
        clocks: Sequence[SlotClock],
        *,
        every_step: bool = False,
    ) -> "SummedYears":
        """Build the sums of the years.

        Args:
            every_step: nights are on the sheet too, for a key that looks at what was needed before.
            first: exchange at the meters in a year.
            base: of the sites that move and of all plants.
            behind: index of the host of each plant among all sites, or None.
            clocks: of each site; none where no price is known.
        """
        patterns, group = slot_patterns(first.steps, clocks)
        lit: BoolArray = np.asarray(base.output_kwh.any(axis=1)) | every_step
        sheet = ProductiveSteps.of(lit, group, len(patterns))
        slots: FloatArray = (patterns.T[:, :, None] == np.arange(len(SLOTS))).astype(np.float64)
        columns = np.array(moving, dtype=np.int64)
        need_kwh = sheet.take(first.consumption_kwh)
        need_kwh[columns] = 0.0
        dark = None
        if {change.site for change in changes} <= {*base.plant_ids}:
            base, dark = _on_sheet(base, sheet, group)
        return cls(base, changes, columns, tuple(behind), sheet, need_kwh, group, slots, dark)

    def split(self, key: Key, rows: Sequence[int]) -> Split | None:
        """Return a key of some sites as a split of all, whose others need nothing; None where it is none."""
        split, sites = split_of(key, len(rows), self.sheet), len(self.need_kwh)
        if split is None or len(rows) == sites:
            return split
        number = np.zeros((*split.number.shape[:-1], sites))
        number[..., list(rows)] = split.number
        return Split(split.form, number, split.production_share)

    def meters(self, year: int) -> MovedMeters:
        """Energy of the meters that move, in a year of the plan, kWh; kept from a second key on."""
        known = self.known.get(year)
        if known is not None:
            return known
        seen = self._meters(year)
        is_small = seen.lit_kwh.size + seen.made_kwh.size <= MOST_OF_YEAR
        self.known[year] = seen if year in self.known and is_small else None
        return seen

    def _meters(self, year: int) -> MovedMeters:
        seen = meters_in(self.base, self.changes, year, range(len(self.moving)))
        withdrawn, output, own = (np.ascontiguousarray(kwh.T) for kwh in seen)
        spans = [*pairwise(self.sheet.starts.tolist())]
        if self.dark_kwh is not None:
            by_group = self.dark_kwh + span_sums(withdrawn, spans)
            return MovedMeters(withdrawn, by_group, output, span_sums(own, spans))
        lit = self.sheet.rows
        by_group = self._by_group(seen[0])
        return MovedMeters(withdrawn[:, lit], by_group, output[:, lit], span_sums(own[:, lit], spans))

    def _by_group(self, withdrawn: FloatArray) -> FloatArray:
        """Withdrawals of the sites that move, by group of steps, kWh, summed anew where their use changes."""
        absent = (self.base.site_ids.index(c.site) for c in self.changes if c.what in ABSENT)
        apart = {*self.base.behind, *absent}
        count, rows = len(self.sheet.starts) - 1, []
        for k in range(len(self.moving)):
            used = self.base.last_used[k][-1]
            if k not in self.summed or self.summed[k][0] is not used or k in apart:
                sums: FloatArray = np.bincount(self.group, withdrawn[:, k], count).astype(np.float64)
                self.summed[k] = used, sums
            rows.append(self.summed[k][1])
        return np.array(rows).reshape(len(rows), count)

    @property
    def at_once(self) -> int:
        """Years whose meters are held at once."""
        values = len(self.sheet.rows) * (len(self.moving) + len(self.behind))
        return max(1, min(YEARS_AT_ONCE, MOST_VALUES // max(1, values)))

    def sum_years(self, requests: Sequence[YearRequest], taken_kwh: FloatArray | None) -> list[YearKwh]:
        """Return the kWh of some years.

        Args:
            taken_kwh: what each site withdraws by slot in the first year, (N, S); None without prices.
        """
        key_sums = self._shared(requests, by_plant=taken_kwh is not None)
        return [self._year(year, sums, taken_kwh) for year, sums in zip(requests, key_sums, strict=True)]

    def _shared(self, requests: Sequence[YearRequest], *, by_plant: bool) -> Sequence[KeySums]:
        """Sums of years, the keys of all of which are splits, or the same in order."""
        seen = [(year.seen.lit_kwh, year.seen.made_kwh) for year in requests]
        splits = [year.key for year in requests if isinstance(year.key, Split)]
        if len(splits) == len(requests):
            meters = self.sheet, self.need_kwh, self.moving
            if all(split.is_by_need for split in splits):
                return sums_by_need(*meters, seen, by_plant=by_plant)
            years = [(*year, split) for year, split in zip(seen, splits, strict=True)]
            return sums_by_year(*meters, years, by_plant=by_plant)
        ones, key = np.ones(len(self.need_kwh)), requests[0].key
        needs = [Needs(self.need_kwh, ones, self.moving, lit_kwh) for lit_kwh, _made in seen]
        made = [made_kwh for _lit, made_kwh in seen]
        if isinstance(key, OrderedKey):
            sums = partial(ordered_sums, key, self.sheet, by_plant=by_plant)
            return [*map(sums, needs, made)]
        return caught_up_sums(self.sheet, needs, made, by_plant=by_plant)

    def _year(self, year: YearRequest, sums: KeySums, taken_kwh: FloatArray | None) -> YearKwh:
        seen, output = year.seen, year.seen.made_kwh.sum(axis=1)
        left = np.maximum(output - sums.shared_kwh, 0.0)
        energy = Energy(year.needs_kwh, sums.received_kwh, output, left, seen.own_kwh.sum(axis=1))
        if taken_kwh is None:
            return YearKwh(energy=energy)
        withdrawn = taken_kwh.copy()
        withdrawn[self.moving] = np.einsum("kg,kgs->ks", seen.by_group_kwh, self.in_slot[self.moving])
        hosts = [0 if host is None else host for host in self.behind]
        return YearKwh(
            energy=energy,
            withdrawn_kwh=withdrawn,
            local_kwh=np.einsum("mgn,ngs->mns", sums.local_kwh, self.in_slot),
            own_use_kwh=np.einsum("mg,mgs->ms", seen.own_kwh, self.in_slot[hosts]),
        )


def _on_sheet(base: PlanBase, sheet: ProductiveSteps, group: IntArray) -> tuple[PlanBase, FloatArray]:
    """Base of the years on the steps of a sheet, and needs of sites off it, (K, G), kWh."""
    rows, spans = sheet.rows, tuple(pairwise(sheet.starts.tolist()))
    lit = replace(
        base,
        load_kwh=np.asfortranarray(base.load_kwh[rows]),
        output_kwh=np.asfortranarray(base.output_kwh[rows]),
        days=local_calendar(base.steps).day[rows],
        spans=spans,
    )
    dark = base.load_kwh.copy()
    dark[rows] = 0.0
    sums = [np.bincount(group, kwh, len(spans)) for kwh in dark.T]
    return lit, np.array(sums, dtype=np.float64).reshape(len(sums), len(spans))


def shared_in(years: PlanYears | None, first: YearKwh) -> SharedKwh:
    """Sums that balances read of a plan, no step settled; prices are known, nothing is sold by the hour."""
    assert first.withdrawn_kwh is not None
    assert first.local_kwh is not None
    by_slot = SlotVolumes(first.withdrawn_kwh, first.local_kwh, years)
    return SharedKwh(first.energy, by_slot, np.zeros((0, len(first.energy.surplus_kwh))))
