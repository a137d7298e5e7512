"""From a bill to a curve: a shape bent by poste and by month until it holds each stated energy.

Iterative proportional fitting (Deming and Stephan 1940): of all the curves that hold the stated energies,
the one that differs least from the shape (least relative entropy). A factor holds for a poste in a month,
so that inside them hours and days keep the proportions of the shape. What passes the subscribed power is
moved to the steps around, the energy kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray, TimeArray
from acc.bills.tariff_slots import SLOTS, SlotClock, slot_index
from acc.kept_bill import KeptBill
from acc.steps import Steps, local_calendar

PASSES = 5000
SETTLED_RATIO = 1e-15
"""A pass that moves less than this part of the year has nothing left to do."""

ROUNDING_RATIO = 5e-4
"""Figures of one bill that differ by less are the same, rounded."""

FLOOR_RATIO = 1e-3
"""Power given to a shape that has none where the bill has some, as a part of its mean."""

Classes: TypeAlias = tuple[IntArray, IntArray]
"""Of each step: its poste, its month, among those stated; the last one is the rest. Shapes (T,)."""


@dataclass(frozen=True, slots=True, eq=False)
class BillFit:
    """How a shape is bent to a bill.

    Attributes:
        factor: of each poste and month, those stated then the rest, shape (K, M).
        floor_kw: even power added to the shape first, in its own units, 0 in most cases.
        lowest_ratio, largest_ratio: factors against the same shape brought to the yearly kWh alone.
        moved_ratio: part of the kWh that is elsewhere than in that shape.
    """

    bill: KeptBill
    clock: SlotClock
    factor: FloatArray
    floor_kw: float
    lowest_ratio: float
    largest_ratio: float
    moved_ratio: float

    def bend(self, shape: FloatArray, steps: Steps) -> FloatArray:
        """Return the curve of `shape`, both of shape (T,), on these steps or on those of another year."""
        return np.asarray((shape + self.floor_kw * steps.hours) * self.factor[_classes(steps, self)])

    def cells(self, steps: Steps) -> tuple[IntArray, IntArray, IntArray]:
        """Return the poste of each step, its month, and both together, among those stated, (T,) each."""
        slot, month = _classes(steps, self)
        return slot, month, slot * self.factor.shape[1] + month


def fit_to_bill(
    shape: FloatArray, steps: Steps, clock: SlotClock, bill: KeptBill, total_kwh: float
) -> BillFit | None:
    """Fit of `shape`, (T,) on the steps of the bill, to all the figures of the bill.

    Args:
        total_kwh: energy of the whole bill; the postes and months that are not stated share the rest.

    Returns:
        None where no curve on these steps holds the postes and the months together.
    """
    for floor_ratio in (0.0, FLOOR_RATIO):
        floor_kw = floor_ratio * float(shape.mean()) / steps.hours
        plain = BillFit(bill, clock, np.ones((1, 1)), floor_kw, 1, 1, 0)
        raised = shape + plain.floor_kw * steps.hours
        slots, months = (_targets(of, total_kwh) for of in (bill.kwh_by_slot, bill.kwh_by_month))
        before = np.zeros((len(slots), len(months)))
        classes = _classes(steps, plain)
        np.add.at(before, classes, raised)
        after = _raked(before, slots, months)
        if after is not None:
            return _with_quality(plain, raised, classes, (before, after))
    return None


def _with_quality(
    plain: BillFit, shape: FloatArray, classes: Classes, tables: tuple[FloatArray, FloatArray]
) -> BillFit:
    before, after = tables
    level = float(after.sum()) / float(before.sum())
    factor = np.divide(after, before, out=np.full(before.shape, level), where=before > 0)
    bent = factor[before > 0] / level
    moved = np.abs(shape * (factor[classes] - level)).sum() / 2.0
    return replace(
        plain,
        factor=factor,
        lowest_ratio=float(bent.min()),
        largest_ratio=float(bent.max()),
        moved_ratio=float(moved) / float(after.sum()),
    )


def _targets(stated_kwh: Mapping[str, float] | Mapping[int, float], total_kwh: float) -> FloatArray:
    """Return the stated energies, then the rest of the bill."""
    kwh = list(stated_kwh.values())
    return np.array([*kwh, max(0.0, total_kwh - sum(kwh))])


def _raked(table: FloatArray, rows: FloatArray, columns: FloatArray) -> FloatArray | None:
    """Return `table` brought to sums of rows, exactly, and of columns; None where no table has both."""
    allowed = ROUNDING_RATIO * rows.sum()
    for _pass in range(PASSES):
        last, table = table, _scaled(_scaled(table.T, columns).T, rows)
        if np.abs(table - last).max() <= SETTLED_RATIO * rows.sum():
            break
    kept = np.allclose(table.sum(axis=1), rows, rtol=1e-12, atol=allowed)
    return table if kept and np.allclose(table.sum(axis=0), columns, rtol=0.0, atol=allowed) else None


def _scaled(table: FloatArray, rows: FloatArray) -> FloatArray:
    sums = table.sum(axis=1)
    factor = np.divide(rows, sums, out=np.zeros(len(sums)), where=sums > 0)
    return np.asarray(table * factor[:, None])


def _classes(steps: Steps, fit: BillFit) -> Classes:
    slots = _class_of_slots(tuple(fit.bill.kwh_by_slot))[slot_index(steps, fit.clock)]
    stated = list(fit.bill.kwh_by_month)
    months = np.array([stated.index(n) if n in stated else len(stated) for n in range(1, 13)])
    return slots, months[local_calendar(steps).month - 1]


def _class_of_slots(stated: Sequence[str]) -> IntArray:
    """Index of each of `SLOTS` among the stated postes; without pointe, its hours are HPH."""
    names = {slot: (slot, slot[:2]) for slot in SLOTS} | {"pointe": ("pointe", "hph", "hp")}
    classes = [[stated.index(name) for name in names[slot] if name in stated] for slot in SLOTS]
    return np.array([ranks[0] if ranks else len(stated) for ranks in classes])


POWER_ROUNDING_RATIO = 1e-9
"""A sum that passes what a meter lets through by less is the same figure, rounded."""

NOTHING_RATIO = 1e-6
"""Less than this part of the mean is no use."""


def under_power(kwh: FloatArray, steps: Steps, limit_kw: float, cell: IntArray) -> FloatArray:
    """Return the curve with what passes the power moved within its cell, its day first, then its month.

    Hours without any energy (lamps by day) take some only where the others are full. Where a whole cell needs
    more than that power all the time, it is even, above the power.

    Args:
        kwh: energy of each step, shape (T,).
        cell: of each step, among those that keep their energy (postes and months of a bill), (T,).
    """
    limit_kwh = limit_kw * steps.hours
    if float(kwh.max()) <= limit_kwh:
        return kwh
    day, at_work = local_calendar(steps).day, 2 * cell + is_used(kwh)
    capped_kwh = kwh.copy()
    groups = (_groups(at_work, day), _groups(at_work, day.astype("datetime64[M]")), at_work, cell)
    for group in groups:
        for rows in _above(capped_kwh > limit_kwh, group):
            if group is cell or float(capped_kwh[rows].sum()) <= limit_kwh * len(rows):
                capped_kwh[rows] = _under(capped_kwh[rows], limit_kwh)
    return capped_kwh


def is_used(kwh: FloatArray) -> BoolArray:
    """Return the steps in which a profile uses something, shape (T,)."""
    return np.asarray(kwh > NOTHING_RATIO * kwh.mean())


def beyond_power(
    kwh: FloatArray, steps: Steps, limit_kw: float, cells: Sequence[IntArray]
) -> tuple[float, float] | None:
    """Return the kWh of the worst cell that no curve holds under the power, and the most that passes there.

    Args:
        cells: of each step, the cells whose energy is known, one array a question, shape (T,) each.
    """
    needed_and_most: list[tuple[float, float]] = []
    for cell in cells:
        needed, most = np.bincount(cell, kwh), np.bincount(cell) * (limit_kw * steps.hours)
        beyond = np.flatnonzero(needed > most * (1.0 + POWER_ROUNDING_RATIO))
        needed_and_most += [(float(needed[index]), float(most[index])) for index in beyond]
    return max(needed_and_most, key=lambda pair: pair[0] - pair[1], default=None)


def _groups(cell: IntArray, part: TimeArray) -> IntArray:
    """Return the group of each step: its cell, within a day or a month."""
    number = (part - part[0]).astype(np.int64)
    return np.asarray(cell * (int(number.max()) + 1) + number)


def _above(is_above: BoolArray, group: IntArray) -> Iterator[IntArray]:
    """Yield the steps of each group that has one above."""
    order = np.argsort(group, kind="stable")
    bounds = np.flatnonzero(np.diff(group[order])) + 1
    for rows in np.split(order, bounds):
        if is_above[rows].any():
            yield rows


def _under(kwh: FloatArray, limit_kwh: float) -> FloatArray:
    """Return `kwh` with its sum and nothing above the limit: what is cut is spread in proportion."""
    total, count = float(kwh.sum()), len(kwh)
    if total >= limit_kwh * count:
        return np.full(count, total / count)
    shape = np.maximum(kwh, 1e-9 * total / count)  # hours without any energy fill last
    highest = np.sort(shape)[::-1]
    level = (total - np.arange(count) * limit_kwh) / np.cumsum(highest[::-1])[::-1]
    first = int(np.argmax(level * highest <= limit_kwh))
    return np.asarray(np.minimum(level[first] * shape, limit_kwh))
