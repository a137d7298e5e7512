"""The arrays of a weather year that draws are made from: on disk for workers, or held where draws are few."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import BinaryIO, TypeAlias, TypeVar

import numpy as np

from acc.arrays import FloatArray, IntArray, let_go
from acc.batch.needs import some_at_a_time
from acc.batch.sums import MANY, ProductiveSteps
from acc.steps import Steps
from profiles.files.atomic_write import write_atomic
from scenarios.operation.draws.load_perturbation import bendable_kwh, bendable_rows, bent_at_once
from scenarios.operation.draws.load_uncertainty import Rule, Unknown

Array = TypeVar("Array", FloatArray, IntArray)


WRITTEN_AT_ONCE = 1 << 20
"""Energies taken together on their way to the disk (8 MB)."""


class Later:
    """An array that is made when it is first asked for: a quick draw asks for few of them."""

    def __init__(self, make: Callable[[], FloatArray]) -> None:
        self._make = make
        self._made: FloatArray | None = None

    def values(self) -> FloatArray:
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
    sheet: ProductiveSteps,
    load: FloatArray,
    unit: FloatArray,
    steps: Steps,
    unknowns: Sequence[Unknown],
) -> Stock:
    """Return the arrays of a weather year, written at `path` (without suffix), or held where there is none.

    Args:
        load: what each site uses, (T, N); unit: what each plant makes per kWp, (T, M).
    """
    measured = any(unknown.rule is Rule.MEASURED for unknown in unknowns)
    if path is None:
        on_sheet = Later(lambda: sheet.take(load))
        bent = bendable_on_sheet(sheet, load, steps, unknowns) if measured else on_sheet
        full = Later(lambda: bendable_kwh(load, steps, unknowns))
        return Stock(on_sheet, sheet.take(unit), load, unit, bent, full if measured else load)
    at = {"unit": kept(path, "unit", sheet.take(unit)), "full_unit": kept(path, "full_unit", unit)}
    at |= {"full_load": kept(path, "full_load", load), "load": _on_sheet(path, "load", sheet, load)}
    if not measured:
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


def bendable_on_sheet(
    sheet: ProductiveSteps, load: FloatArray, steps: Steps, unknowns: Sequence[Unknown]
) -> FloatArray:
    """Base of the shapes on the sheet, (N, D), kWh, built some sites at a time."""
    members, count = load.shape[1], len(sheet.rows)
    by_step = np.empty((count, members)) if members >= MANY else np.empty((members, count)).T
    for sites in some_at_a_time(0, members, bent_at_once(len(load))):
        by_step[:, sites] = bendable_kwh(load[:, sites], steps, unknowns[sites])[sheet.rows]
    return by_step.T


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
