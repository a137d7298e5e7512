"""The arrays of a weather year that draws are made from: on disk for workers, or held where draws are few."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TypeAlias, TypeVar

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.batch.needs import some_at_a_time
from acc.batch.sums import MANY, ProductiveSteps
from acc.steps import Steps
from scenarios.folder.atomic_write import write_whole
from scenarios.sweeping.bent_loads import BENT_AT_ONCE, bendable_kwh
from scenarios.sweeping.unknowns import Rule, Unknown

Array = TypeVar("Array", FloatArray, IntArray)


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
    arrays = {"load": sheet.take(load), "unit": sheet.take(unit), "full_load": load, "full_unit": unit}
    if measured:
        bendable = bendable_kwh(load, steps, unknowns)
        arrays |= {"bendable": sheet.take(bendable), "full_bendable": bendable}
    at = {name: kept(path, name, values) for name, values in arrays.items()}
    return Stock(**{"bendable": at["load"], "full_bendable": at["full_load"]} | at)


def bendable_on_sheet(
    sheet: ProductiveSteps, load: FloatArray, steps: Steps, unknowns: Sequence[Unknown]
) -> FloatArray:
    """Return what shapes are laid on, on the sheet (N, D), made some sites at a time."""
    members = load.shape[1]
    if members < MANY:
        return sheet.take(bendable_kwh(load, steps, unknowns))
    by_step = np.empty((len(sheet.rows), members))
    for sites in some_at_a_time(0, members, BENT_AT_ONCE):
        by_step[:, sites] = bendable_kwh(load[:, sites], steps, unknowns[sites])[sheet.rows]
    return by_step.T


def kept(path: Path | None, name: str, values: Array) -> Path | Array:
    """Write an array once, whole or not at all, in the order that it has in memory; hold it without a path.

    Raises:
        PartError: the disk is full, or refuses.
    """
    if path is None:
        return values
    target = path.with_name(f"{path.name}-{name}.npy")
    content = BytesIO()
    np.save(content, values, allow_pickle=False)
    return write_whole(target, content.getbuffer())


def mapped(found: Path | Later | Array) -> Array:
    """Return an array, held, made now, or mapped where it lies."""
    if isinstance(found, Later):
        return found.values()  # type: ignore[return-value]  # of its kind
    return _mapped_at(found) if isinstance(found, Path) else found  # type: ignore[return-value]  # of its kind


@lru_cache(maxsize=256)
def _mapped_at(path: Path) -> FloatArray:
    values: FloatArray = np.load(path, mmap_mode="r", allow_pickle=False)
    return values
