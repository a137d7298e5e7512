"""Loads as a draw bends them: the curve of each participant times a factor by cell, its energy kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.batch.needs import some_at_a_time
from acc.bills.tariff_slots import HCH, HPH, POINTE, SLOTS, SlotClock
from acc.sites import Participant
from acc.steps import Steps
from profiles.reference.shape_library import CELLS, cell_of_steps
from scenarios.operation.draws.cells import cell_means, over_means
from scenarios.operation.draws.load_uncertainty import Rule, Unknown
from scenarios.operation.metering.bill import clock_of_bill

FOUR, TWO = frozenset({"hph", "hch", "hpb", "hcb"}), frozenset({"hp", "hc"})
"""Postes that a bill has to give together for each to be kept."""

BENT_AT_ONCE = 1 << 20
"""Energies bent together (8 MB, a year at 15 minutes of thirty sites): it takes some arrays of so many."""


FACTORS_AT_ONCE = 256
"""Sites whose factors are found together: of thousands, a factor each pair weighs as much as 400 loads."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Where the cells lie in a case: D steps of the sheet, P pairs of a cell and a group of steps.

    Attributes:
        of_sheet: pair of each step of the sheet, shape (D,).
        of_pair: cell of each pair, by group, shape (P,).
        group: of each pair, shape (P,).
        starts: where each group begins among the pairs, shape (G,).
        bendable_kwh: energy of what is bent, in each pair, shape (W, N, P).
        billed: 1 where a group of steps is in a part of the bill whose kWh are known, shape (N, G, parts).
    """

    of_sheet: IntArray
    of_pair: IntArray
    group: IntArray
    starts: IntArray
    bendable_kwh: FloatArray
    billed: FloatArray

    def factors(self, weather: int, kwh: FloatArray, shape: FloatArray) -> FloatArray:
        """Multipliers of each load in each pair, (N, P).

        Args:
            kwh: present use of each load in each group of steps, (N, G); its bill is kept.
            shape: of each, up to a factor, (N, CELLS).
        """
        factor = np.empty((len(shape), len(self.of_pair)))
        for some in some_at_a_time(0, len(shape), FACTORS_AT_ONCE):
            bent, billed = shape[some, self.of_pair], self.billed[some]
            bent_kwh: FloatArray = np.einsum(
                "ng,ngb->nb", self._sums(self.bendable_kwh[weather, some] * bent), billed
            )
            wanted: FloatArray = np.einsum("ng,ngb->nb", kwh[some], billed)
            part = np.divide(wanted, bent_kwh, out=np.zeros_like(bent_kwh), where=bent_kwh > 0.0)
            np.multiply(bent, np.einsum("nb,ngb->ng", part, billed)[:, self.group], out=factor[some])
        return factor

    def by_group(self, weather: int, factor: FloatArray) -> FloatArray:
        """Sum of each load in each group of steps, (N, G), kWh."""
        sums = np.empty((len(factor), len(self.starts)))
        for some in some_at_a_time(0, len(factor), FACTORS_AT_ONCE):
            sums[some] = self._sums(self.bendable_kwh[weather, some] * factor[some])
        return sums

    def _sums(self, kwh: FloatArray) -> FloatArray:
        sums: FloatArray = np.add.reduceat(kwh, self.starts, axis=1)
        return sums


def cells_of(
    pair_code: IntArray,
    rows: IntArray,
    loads: Iterable[FloatArray],
    steps: Steps,
    unknowns: Sequence[Unknown],
    billed: FloatArray,
) -> Cells:
    """Return the cells of a case.

    Args:
        pair_code: group of each step times CELLS, plus its cell, (T,); rows: steps of the sheet, (D,).
        loads: what is bent in each weather year, before `bendable_kwh`, (T, N), read one after the other.
        billed: as the attribute.
    """
    code, pair = np.unique(pair_code, return_inverse=True)
    energy = []
    for load in loads:
        of_year = np.zeros((len(unknowns), len(code)))
        for sites in some_at_a_time(0, len(unknowns), bent_at_once(len(load))):
            columns = bendable_kwh(load[:, sites], steps, unknowns[sites]).T
            of_year[sites] = [np.bincount(pair, column, len(code)) for column in columns]
        energy.append(of_year)
    group = code // CELLS
    starts = np.searchsorted(group, np.arange(billed.shape[1]))
    return Cells(pair[rows], code % CELLS, group, starts, np.stack(energy), billed)


def bill_clocks(participants: Sequence[Participant]) -> dict[int, SlotClock]:
    """Return the hours by which the postes of each bill that gives some were counted, by participant."""
    return {
        n: clock_of_bill(participant.contract, participant.bill)
        for n, participant in enumerate(participants)
        if participant.bill and participant.bill.kwh_by_slot
    }


def billed_parts(
    participants: Sequence[Participant], slots: Mapping[int, IntArray], groups: int
) -> FloatArray:
    """Return 1 where a group of steps is in a part of a bill, (N, G, slots): the year, or each poste known.

    Args:
        slots: slot of each group on the clock of each bill with postes, (G,), by participant.
    """
    two = np.array([HPH, HPH, HCH, HPH, HCH])  # pointe is a part of the full hours
    parts = np.zeros((len(participants), groups), dtype=np.int64)
    for n, slot in slots.items():
        bill = participants[n].bill
        known = set(bill.kwh_by_slot) if bill else set()
        if known >= FOUR:
            parts[n] = slot if "pointe" in known else np.where(slot == POINTE, HPH, slot)
        elif known >= TWO:
            parts[n] = two[slot]
    hot: FloatArray = (parts[:, :, None] == np.arange(len(SLOTS))).astype(np.float64)
    return hot


def bent_at_once(count: int) -> int:
    """Number of loads bent together, for a number of steps."""
    return max(1, BENT_AT_ONCE // max(1, count))


def bendable_kwh(load: FloatArray, steps: Steps, unknowns: Sequence[Unknown]) -> FloatArray:
    """Base of the shapes, (T, N), kWh: the curves, or their roughness for a measured shape.

    A measured shape is laid on even cells: on the days of a profile it would take its habits too.
    """
    return next(bendable_rows(load, steps, unknowns, len(load)))


def bendable_rows(
    load: FloatArray, steps: Steps, unknowns: Sequence[Unknown], at_once: int
) -> Iterator[FloatArray]:
    """Yield the same, some steps at a time: cells have the mean of the whole period."""
    measured = [n for n, unknown in enumerate(unknowns) if unknown.rule is Rule.MEASURED]
    cell = cell_of_steps(steps)
    sites = [measured[some] for some in some_at_a_time(0, len(measured), bent_at_once(len(load)))]
    means = [cell_means(load[:, some], cell) for some in sites]
    for rows in some_at_a_time(0, len(load), at_once):
        bendable = load[rows].copy() if measured else load[rows]
        for some, mean in zip(sites, means, strict=True):
            bendable[:, some] = over_means(load[rows, some], cell[rows], mean)
        yield bendable
