"""Meters that wait on the disk for their turn, one weather year of one variant in memory at a time."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np

from acc.arrays import FloatArray
from acc.i18n import reason_of
from acc.scenario import Scenario
from scenarios.folder.atomic_write import PartError, make_closed_folder
from scenarios.metering.memory import trimmed
from scenarios.metering.meter import Metered

SPOOLED_BYTES = 1 << 26
"""Arrays of all variants and weather years from which they wait on the disk for their turn (64 MB)."""


def waits_on_disk(scenarios: Sequence[Scenario], years: int) -> bool:
    """Return whether the arrays of all variants, each under so many years, are too many to be held."""
    values = sum((len(one.participants) + len(one.plants)) * one.steps.count for one in scenarios)
    return years * values * np.dtype(np.float64).itemsize >= SPOOLED_BYTES


def on_disk(metered: Metered, spool: Path) -> Metered:
    """Return meters whose arrays lie on the disk."""
    laid = partial(spooled, folder=spool)
    found = replace(
        metered,
        exchange=metered.exchange.laid(laid),
        unit_kwh=laid(metered.unit_kwh),
        unshifted=metered.unshifted and metered.unshifted.laid(laid),
        shifted=None,
    )
    trimmed()
    return found


def spooled(values: FloatArray, folder: Path) -> FloatArray:
    """Return an array from a file without a name in `folder`: nothing is left of it, however one ends.

    Raises:
        PartError: the disk is full, or refuses.
    """
    try:
        make_closed_folder(folder)
        with TemporaryFile(dir=folder) as file:
            values.tofile(file)
            return np.memmap(file, dtype=values.dtype, mode="r", shape=values.shape)
    except OSError as fault:
        raise PartError(folder, reason_of(fault)) from None
