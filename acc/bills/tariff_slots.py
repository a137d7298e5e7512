"""Tariff slots: which of the five classes of the network tariff each step belongs to, and kWh by slot.

High season is November to March, low season April to October; off-peak hours are local to each
delivery point. In medium voltage (HTA) Sundays are wholly off-peak and a peak (pointe) of four hours
a day exists from December to February. Reference: CRE, délibération 2025-78 (TURPE 7 HTA-BT).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.exchange import Exchange
from acc.from_plants import from_plants
from acc.settle import BLOCK_VALUES, Allocation
from acc.sites import SupplyContract
from acc.steps import Steps, local_calendar

SLOTS = ("pointe", "hph", "hch", "hpb", "hcb")
"""Names of the slots, in the order of every array by slot (heures pleines, creuses; haute, basse saison)."""

POINTE, HPH, HCH, HPB, HCB = range(len(SLOTS))
HIGH_SEASON_MONTHS = (11, 12, 1, 2, 3)
PEAK_MONTHS = (12, 1, 2)
SUNDAY = 6

Windows = tuple[tuple[int, int], ...]
OFF_PEAK: Windows = ((1320, 1440), (0, 360))
PEAK: Windows = ((540, 660), (1080, 1200))
"""Defaults: off-peak 22:00-06:00; peak 9:00-11:00 and 18:00-20:00. Each operator sets its own."""

LOW_VOLTAGE_KVA = 250.0
"""Above it a delivery point is in medium voltage (Enedis' technical rules): used only for defaults."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotClock:
    """The hours of one delivery point: local windows as minutes of the day, [start, end).

    Attributes:
        off_peak: windows of heures creuses; (1320, 360) crosses midnight.
        off_peak_summer: those of the low season, None where they are the same all year.
        peak: windows of the pointe, counted in HTA only.
        hta: medium voltage, with its Sundays and its peak.
    """

    off_peak: Windows
    peak: Windows = ()
    hta: bool = False
    off_peak_summer: Windows | None = None

    @property
    def off_peak_minutes(self) -> int:
        """Minutes of heures creuses in a winter day; the grid operator gives 480."""
        return int(_in_windows(np.arange(1440), self.off_peak).sum())


def off_peak_of(contract: SupplyContract) -> tuple[Windows, Windows | None]:
    """Return the off-peak windows given, of winter or of the year, and those of summer where they differ."""
    if contract.off_peak_winter_hours is None:
        return contract.off_peak_hours, None
    return contract.off_peak_winter_hours, contract.off_peak_summer_hours


def clock_of(contract: SupplyContract, *, hta: bool) -> SlotClock:
    """Return the hours of a contract, the default ones where none are given.

    >>> clock_of(SupplyContract(), hta=False).off_peak == OFF_PEAK
    True
    """
    winter, summer = off_peak_of(contract)
    return SlotClock(
        off_peak=winter if winter or summer else OFF_PEAK,
        peak=(contract.peak_hours or PEAK) if hta else (),
        hta=hta,
        off_peak_summer=summer,
    )


@lru_cache(maxsize=64)
def slot_index(steps: Steps, clock: SlotClock) -> IntArray:
    """Return the index in `SLOTS` of each step, shape (T,); a step belongs to the slot of its start.

    >>> from datetime import date
    >>> day = Steps.between(date(2026, 1, 7), date(2026, 1, 8), 60)
    >>> [SLOTS[i] for i in slot_index(day, SlotClock(off_peak=((1320, 360),)))[[0, 6, 22]]]
    ['hch', 'hph', 'hch']
    """
    calendar = local_calendar(steps)
    high = np.isin(calendar.month, HIGH_SEASON_MONTHS)
    off_peak = _in_windows(calendar.minute, clock.off_peak)
    if clock.off_peak_summer is not None:
        off_peak = np.where(high, off_peak, _in_windows(calendar.minute, clock.off_peak_summer))
    if clock.hta:
        off_peak = off_peak | (calendar.weekday == SUNDAY)
    index = np.where(high, np.where(off_peak, HCH, HPH), np.where(off_peak, HCB, HPB)).astype(np.int64)
    if clock.hta:
        peak = np.isin(calendar.month, PEAK_MONTHS) & (calendar.weekday != SUNDAY)
        index[peak & _in_windows(calendar.minute, clock.peak)] = POINTE
    index.flags.writeable = False
    return index


def slot_patterns(steps: Steps, clocks: Sequence[SlotClock]) -> tuple[IntArray, IntArray]:
    """Return the rows of slots that come, each participant by its own clock, (R, N), and that of each step.

    Days repeat: few rows differ, however long the period. They are kept: a meeting asks again and again.
    """
    return _slot_patterns(steps, tuple(clocks))


@lru_cache(maxsize=8)
def _slot_patterns(steps: Steps, clocks: tuple[SlotClock, ...]) -> tuple[IntArray, IntArray]:
    kinds = list(dict.fromkeys(clocks))
    if not kinds:
        return np.zeros((1, 0), dtype=np.int64), np.zeros(steps.count, dtype=np.int64)
    slots, row = np.unique([slot_index(steps, clock) for clock in kinds], axis=1, return_inverse=True)
    place = {clock: index for index, clock in enumerate(kinds)}
    patterns = slots[[place[clock] for clock in clocks]].T, row.ravel().astype(np.int64)
    for array in patterns:
        array.flags.writeable = False
    return patterns


def kwh_by_slot(steps: Steps, clocks: Sequence[SlotClock], values_kwh: FloatArray) -> FloatArray:
    """Return the kWh of each participant in each slot of its own clock, shape (N, S), from (T, N)."""
    sums = np.zeros(len(clocks) * len(SLOTS))
    for rows, cell in _blocks(steps, clocks):
        sums += np.bincount(cell, values_kwh[rows].ravel(), len(sums))
    return sums.reshape(len(clocks), len(SLOTS))


def local_kwh_by_slot(exchange: Exchange, allocation: Allocation, clocks: Sequence[SlotClock]) -> FloatArray:
    """Local energy from each plant to each participant by slot of its own clock, (M, N, S), kWh."""
    production_kwh, received = exchange.production_kwh, allocation.finest_kwh
    sums = np.zeros((production_kwh.shape[1], len(clocks), len(SLOTS)))
    kinds = list(dict.fromkeys(clocks))
    for clock in kinds:
        columns = np.array([n for n, its in enumerate(clocks) if its == clock], dtype=np.int64)
        own = received if len(kinds) == 1 else received.take(columns, axis=-1)
        of_clock = from_plants(production_kwh, own, slot_index(exchange.steps, clock), len(SLOTS))
        sums[:, columns] = of_clock.transpose(1, 2, 0)
    return sums


def own_use_by_slot(
    exchange: Exchange, clocks: Sequence[SlotClock], hosts: Sequence[int | None]
) -> FloatArray:
    """Own use served by each plant, by slot of the host's clock, (M, S), kWh."""
    sums = np.zeros((len(hosts), len(SLOTS)))
    for plant, host in enumerate(hosts):
        if host is not None:
            index = slot_index(exchange.steps, clocks[host])
            sums[plant] = np.bincount(index, exchange.own_use_kwh[:, plant], len(SLOTS))
    return sums


def _blocks(steps: Steps, clocks: Sequence[SlotClock]) -> Iterator[tuple[slice, IntArray]]:
    """Yield blocks of steps, and for each value of a block (R, N) its cell: participant, then slot."""
    kinds = list(dict.fromkeys(clocks))
    slots = np.array([slot_index(steps, clock) for clock in kinds]).reshape(len(kinds), steps.count).T
    which = np.array([kinds.index(clock) for clock in clocks], dtype=np.int64)
    first_cell = np.arange(len(clocks)) * len(SLOTS)
    height = max(1, BLOCK_VALUES // max(1, len(clocks)))
    for first in range(0, steps.count, height):
        rows = slice(first, min(first + height, steps.count))
        yield rows, (slots[rows][:, which] + first_cell).ravel()


def _in_windows(minute: IntArray, windows: Windows) -> BoolArray:
    inside: BoolArray = np.zeros(minute.shape, dtype=np.bool_)
    for start, end in windows:
        if start < end:
            inside |= (minute >= start) & (minute < end)
        else:
            inside |= (minute >= start) | (minute < end)
    return inside
