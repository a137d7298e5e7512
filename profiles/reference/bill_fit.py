"""From a bill to a curve: a shape bent by poste and by month until it holds each stated energy.

Iterative proportional fitting (Deming and Stephan 1940): of all the curves that hold the stated energies,
the one that differs least from the shape (least relative entropy). A factor holds for a poste in a month,
so that inside them hours and days keep the proportions of the shape.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from acc.arrays import FloatArray, IntArray
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
        plain = BillFit(
            bill, clock, np.ones((1, 1)), floor_ratio * float(shape.mean()) / steps.hours, 1, 1, 0
        )
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
    return BillFit(
        bill=plain.bill,
        clock=plain.clock,
        factor=factor,
        floor_kw=plain.floor_kw,
        lowest_ratio=float(bent.min()),
        largest_ratio=float(bent.max()),
        moved_ratio=float(moved) / float(after.sum()),
    )


def _targets(stated: Mapping[str, float] | Mapping[int, float], total_kwh: float) -> FloatArray:
    """Return the stated energies, then the rest of the bill."""
    kwh = list(stated.values())
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
