"""The years of a plan by sums: what plants give sites, for keys that are splits; no kWh of a step is written.

From one year to the next few meters move: what the others need where anything is made is taken once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from acc.accounts.assemble import SharedKwh
from acc.accounts.members import SlotVolumes
from acc.arrays import BoolArray, FloatArray, IntArray
from acc.batch.key_forms import caught_up_sums, split_of
from acc.batch.ordered_sums import OrderedKey, ordered_sums
from acc.batch.sums import KeySums, Needs, ProductiveSteps, SheetRows, Split, sums_by_need, sums_by_year
from acc.bills.tariff_slots import SLOTS, SlotClock, slot_patterns
from acc.changes import DatedChange
from acc.indicators import Energy
from acc.keys.catch_up import CatchUp
from acc.settle import Key
from acc.years.plan_years import PlanYears, YearKwh
from acc.years.states import PlanBase
from scenarios.operation.ready.moved_meters import MovedMeters, MovingMeters, YearSheet
from scenarios.operation.store.store import KeptStore


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

YEARS_AT_ONCE = 8
"""Years whose meters are held at once, at most: memory that was used for some serves for the next."""


@dataclass(frozen=True, slots=True, eq=False)
class SummedYears:
    """What the years are summed from, N sites of which K move, M plants, G groups of steps.

    Attributes:
        meters: of the sites that move, `moving` among all, and of all plants.
        behind: index of the host of each plant among all sites, or None.
        need_kwh: what each site that does not move needs on the sheet, (N, D).
        in_slot: 1 where a group is in a slot of the clock of a site, (N, G, S); none without clocks.
        dark_kwh: what sites that move need off the sheet, by group, (K, G), where no change bears on them.
    """

    meters: MovingMeters
    moving: IntArray
    behind: tuple[int | None, ...]
    need_kwh: FloatArray | SheetRows
    in_slot: FloatArray
    dark_kwh: FloatArray | None = None

    @classmethod
    def of(
        cls,
        base: PlanBase,
        changes: Sequence[DatedChange],
        moving: Sequence[int],
        clocks: Sequence[SlotClock],
        still: Callable[[YearSheet], FloatArray | SheetRows],
        kept: KeptStore,
        *,
        every_step: bool = False,
    ) -> "SummedYears":
        """Build the sums of the years.

        Args:
            every_step: nights are on the sheet too, for a key that looks at what was needed before.
            base: of the sites that move and of all plants.
            clocks: of each site; none where no price is known.
            still: gives what each site that does not move needs on a sheet, (N, D).
            kept: has the years of meters that saw the same in the last answer.
        """
        patterns, group = slot_patterns(base.steps, clocks)
        made: BoolArray = np.asarray(base.output_kwh.any(axis=1)) | every_step
        lit = ProductiveSteps.of(made, group, len(patterns))
        has_nights = not {change.site for change in changes} <= {*base.plant_ids}
        sheet = YearSheet(lit, group, has_nights)
        slots: FloatArray = (patterns.T[:, :, None] == np.arange(len(SLOTS))).astype(np.float64)
        behind = tuple(None if host is None else moving[host] for host in base.behind)
        dark = None if has_nights else sheet.dark_kwh(base)
        meters = MovingMeters.of(base if has_nights else sheet.base(base), changes, sheet, kept)
        return cls(meters, np.array(moving, dtype=np.int64), behind, still(meters.sheet), slots, dark)

    @property
    def sheet(self) -> ProductiveSteps:
        """The steps in which anything is made, by group."""
        return self.meters.sheet.lit

    def split(self, key: Key, rows: Sequence[int]) -> Split | None:
        """Return a key of some sites as a split of all, whose others need nothing; None where it is none."""
        split, sites = split_of(key, len(rows), self.sheet), self.need_kwh.shape[0]
        if split is None or len(rows) == sites:
            return split
        number = np.zeros((*split.number.shape[:-1], sites))
        number[..., list(rows)] = split.number
        return Split(split.form, number, split.production_share)

    def seen(self, year: int) -> MovedMeters:
        """Energy of the meters that move, in a year of the plan, kWh."""
        seen = self.meters.meters(year)
        return (
            seen if self.dark_kwh is None else replace(seen, by_group_kwh=self.dark_kwh + seen.by_group_kwh)
        )

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
        ones, key, count = np.ones(self.need_kwh.shape[0]), requests[0].key, len(self.sheet.rows)
        hosts = [np.array(lit_kwh).reshape(len(lit_kwh), count) for lit_kwh, _made in seen]
        needs = [Needs(self.need_kwh, ones, self.moving, lit_kwh) for lit_kwh in hosts]
        made = [np.array(made_kwh).reshape(len(made_kwh), count) for _lit, made_kwh in seen]
        if isinstance(key, OrderedKey):
            sums = partial(ordered_sums, key, self.sheet, by_plant=by_plant)
            return [*map(sums, needs, made)]
        return caught_up_sums(self.sheet, needs, made, by_plant=by_plant)

    def _year(self, year: YearRequest, sums: KeySums, taken_kwh: FloatArray | None) -> YearKwh:
        seen, output = year.seen, year.seen.output_kwh
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


def shared_in(years: PlanYears | None, first: YearKwh) -> SharedKwh:
    """Sums that balances read of a plan, no step settled; prices are known, nothing is sold by the hour."""
    assert first.withdrawn_kwh is not None
    assert first.local_kwh is not None
    by_slot = SlotVolumes(first.withdrawn_kwh, first.local_kwh, years)
    return SharedKwh(first.energy, by_slot, np.zeros((0, len(first.energy.surplus_kwh))))
