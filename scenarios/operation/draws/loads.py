"""Loads as draws bend them, and the arrays of a weather year that they are made from."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO, TypeAlias, TypeVar

import numpy as np

from acc.arrays import FloatArray, IntArray, let_go
from acc.batch.sums import MANY, ProductiveSteps, SheetRows, some_at_a_time
from acc.bills.tariff_slots import HCH, HPH, POINTE, SLOTS, SlotClock
from acc.sites import Participant
from acc.steps import Steps
from profiles.files.atomic_write import write_atomic
from profiles.reference.shape_library import CELLS, cell_of_steps
from scenarios.operation.draws.unknowns import Rule, Unknown
from scenarios.operation.metering.bill import clock_of_bill

TOGETHER_VALUES = 1 << 20
"""Energies copied together to be summed (8 MB): all of a group may be a third of the loads."""


def cell_means(load: FloatArray, cell: IntArray) -> FloatArray:
    """Return the mean of loads (T, N) in each cell, (CELLS, N), from the cell of each step."""
    sums = np.stack([np.bincount(cell, column, CELLS) for column in load.T], axis=1)
    return sums / np.maximum(np.bincount(cell, minlength=CELLS), 1)[:, None]


def over_means(load: FloatArray, cell: IntArray, means: FloatArray) -> FloatArray:
    """Return some steps of loads (T, N) over the means of their cells; a cell without any load is even."""
    usual = means[cell]
    return np.divide(load, usual, out=np.ones_like(load), where=usual > 0.0)


def sums_by_group(kwh: FloatArray, group: IntArray, count: int) -> FloatArray:
    """Return the sums (columns, G) of (T, columns) over each group of steps.

    No matrix product: its last bits change with the threads of BLAS, and the bytes of a sweep with them.
    """
    sums = np.zeros((count, kwh.shape[1]))
    for g in range(count):
        rows = np.flatnonzero(group == g)
        for some in some_at_a_time(0, len(rows), max(1, TOGETHER_VALUES // max(1, kwh.shape[1]))):
            sums[g] += kwh[rows[some]].sum(axis=0)
    return np.ascontiguousarray(sums.T)


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
        return np.add.reduceat(kwh, self.starts, axis=1)


def cells_of(
    pair_code: IntArray,
    rows: IntArray,
    loads: Iterable[FloatArray],
    steps: Steps,
    unknowns: Sequence[Unknown],
    billed: FloatArray,
    on_sheet: Sequence[FloatArray] = (),
) -> Cells:
    """Return the cells of a case.

    Args:
        pair_code: group of each step times CELLS, plus its cell, (T,); rows: steps of the sheet, (D,).
        loads: what is bent in each weather year, before `bendable_kwh`, (T, N), read one after the other.
        billed: as the attribute.
        on_sheet: where the base of the shapes on the sheet is written, (N, D) of each weather year.
    """
    code, pair = np.unique(pair_code, return_inverse=True)
    energy = []
    for load, sheet in zip_longest(loads, on_sheet):
        of_year = np.zeros((len(unknowns), len(code)))
        for sites in some_at_a_time(0, len(unknowns), bent_at_once(len(load))):
            columns = bendable_kwh(load[:, sites], steps, unknowns[sites])
            of_year[sites] = [np.bincount(pair, column, len(code)) for column in columns.T]
            if sheet is not None:
                sheet[sites] = columns[rows].T
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


Array = TypeVar("Array", FloatArray, IntArray)


WRITTEN_AT_ONCE = 1 << 20
"""Energies taken together on their way to the disk (8 MB)."""


class Later:
    """An array that is made when it is first asked for: a quick draw asks for few of them."""

    def __init__(self, make: Callable[[], FloatArray | SheetRows]) -> None:
        self._make = make
        self._made: FloatArray | SheetRows | None = None

    def values(self) -> FloatArray | SheetRows:
        """Return the array, made once."""
        if self._made is None:
            self._made = self._make()
        return self._made


Kept: TypeAlias = Path | FloatArray | Later
"""Where an array lies, or the array itself where the draws are few and made at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Stock:
    """The arrays of one weather year, or where they lie.

    Attributes:
        load, unit: on the sheet, participants or plants first: kWh used (N, D), made per kWp (M, D).
        full_load, full_unit: the same on every step, (T, N) and (T, M), for keys that `settle` serves.
        bendable, full_bendable: as loads, what drawn shapes are laid on.
    """

    load: Kept
    unit: Kept
    full_load: Kept
    full_unit: Kept
    bendable: Kept
    full_bendable: Kept

    def let_go(self) -> None:
        """Give back the memory of what a draw has read from the disk."""
        for name in self.__slots__:
            if isinstance(value := getattr(self, name), Path):
                let_go(mapped(value))


def stocked(
    path: Path | None,
    load: FloatArray,
    unit: FloatArray,
    bent: FloatArray | None,
    sheet: ProductiveSteps,
    steps: Steps,
    unknowns: Sequence[Unknown],
) -> Stock:
    """Return the arrays of a weather year, written at `path` (without suffix), or held where there is none.

    Args:
        load: what each site uses, (T, N); unit: what each plant makes per kWp, (T, M).
        bent: held, what shapes are laid on, (N, D), where that is not the loads.
    """
    if path is None:
        # Shapes are laid on `bent` in each draw: the loads themselves are read once then.
        on_sheet = Later(lambda: sheet.take(load) if bent is None else sheet.read(load))
        full = load if bent is None else Later(lambda: bendable_kwh(load, steps, unknowns))
        return Stock(on_sheet, sheet.take(unit), load, unit, on_sheet if bent is None else bent, full)
    at = {"unit": kept(path, "unit", sheet.take(unit)), "full_unit": kept(path, "full_unit", unit)}
    at |= {"full_load": kept(path, "full_load", load), "load": _on_sheet(path, "load", sheet, load)}
    if not _is_any_measured(unknowns):
        return Stock(bendable=at["load"], full_bendable=at["full_load"], **at)
    at["full_bendable"] = _rows_kept(
        path,
        "full_bendable",
        load.shape,
        bendable_rows(load, steps, unknowns, max(1, WRITTEN_AT_ONCE // max(1, load.shape[1]))),
    )
    let_go(load)
    bendable = mapped(at["full_bendable"])
    at["bendable"] = _on_sheet(path, "bendable", sheet, bendable)
    let_go(bendable)
    return Stock(**at)


def _on_sheet(path: Path, name: str, sheet: ProductiveSteps, values: FloatArray) -> Path:
    """Write the sheet's steps of an array (T, N) as `ProductiveSteps.take` lays them, (N, D)."""
    members = values.shape[1]
    if members < MANY:
        return write_atomic(_place(path, name), partial(_save, sheet.take(values)))
    spans = some_at_a_time(0, len(sheet.rows), max(1, WRITTEN_AT_ONCE // members))
    shape = (members, len(sheet.rows))
    return _rows_kept(path, name, shape, (values[sheet.rows[some]] for some in spans), by_step=True)


def _rows_kept(
    path: Path, name: str, shape: tuple[int, int], rows: Iterable[FloatArray], *, by_step: bool = False
) -> Path:
    """Write an array whose rows come some at a time, its columns with `by_step`."""

    def write(file: BinaryIO) -> None:
        head = {"descr": "<f8", "fortran_order": by_step, "shape": shape}
        np.lib.format.write_array_header_1_0(file, head)
        for some in rows:
            some.astype("<f8", order="C", copy=False).tofile(file)

    return write_atomic(_place(path, name), write)


def empty_sheets(path: Path | None, unknowns: Sequence[Unknown], steps: int, years: int) -> list[FloatArray]:
    """Return a place a year for what shapes are laid on, (N, D), laid as `ProductiveSteps.take` does.

    None where it is written at `path`, or is the loads.
    """
    if path is not None or not _is_any_measured(unknowns):
        return []
    shape, members = (steps, len(unknowns)), len(unknowns)
    return [np.empty(shape).T if members >= MANY else np.empty(shape[::-1]) for _year in range(years)]


def _is_any_measured(unknowns: Sequence[Unknown]) -> bool:
    return any(unknown.rule is Rule.MEASURED for unknown in unknowns)


def kept(path: Path | None, name: str, values: Array) -> Path | Array:
    """Write an array once, whole or not at all, in the order that it has in memory; hold it without a path.

    Raises:
        PartError: the disk is full, or refuses.
    """
    if path is None:
        return values
    return write_atomic(_place(path, name), partial(_save, values))


def _place(path: Path, name: str) -> Path:
    return path.with_name(f"{path.name}-{name}.npy")


def _save(values: Array, file: BinaryIO) -> None:
    np.save(file, values, allow_pickle=False)


def mapped(array: Path | Later | Array) -> Array:
    """Return an array, held, made now, or mapped where it lies."""
    if isinstance(array, Later):
        return array.values()  # type: ignore[return-value]  # of its kind
    return _mapped_at(array) if isinstance(array, Path) else array  # type: ignore[return-value]  # of its kind


@lru_cache(maxsize=256)
def _mapped_at(path: Path) -> FloatArray:
    values: FloatArray = np.load(path, mmap_mode="r", allow_pickle=False)
    return values
