"""Meters that wait on the disk for their turn, one weather year of one variant in memory at a time."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from gettext import gettext as _
from pathlib import Path
from shutil import disk_usage

import numpy as np

from acc.i18n import decimal
from acc.problem import InputError, Problem
from acc.scenario import Scenario
from scenarios.operation.metering.memory import GB, spooled, trimmed
from scenarios.operation.metering.meter import Metered

SPOOLED_BYTES = 1 << 26
"""Arrays of all variants and weather years from which they wait on the disk for their turn (64 MB)."""

WRITTEN = 4
"""What a weather year takes on the disk, in arrays of all meters: as metered, then as draws read them."""


def waits_on_disk(scenarios: Sequence[Scenario], years: int) -> bool:
    """Return whether the arrays of all variants, each under so many years, are too many to be held."""
    return _metered_bytes(scenarios, years) >= SPOOLED_BYTES


def check_disk_fits(scenarios: Sequence[Scenario], years: int, folder: Path) -> None:
    """Refuse a sweep whose arrays would fill the disk of `folder`, before any is made.

    Raises:
        InputError: with what is needed, what is free and the ways on.
    """
    place = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    need, free = WRITTEN * _metered_bytes(scenarios, years), disk_usage(place).free
    again = sum(path.stat().st_size for path in folder.glob("sweep-*/stock/*"))  # of one that was stopped
    if need <= free + again:
        return
    message = _(
        "the curves of all weather years and variants take about {need} GB of disk, {free} GB are free: "
        "fewer years ([sweep] weather_years) or variants, a longer step (step_minutes = 60), or another disk "
        "(--out)"
    )
    sentence = message.format(need=decimal(need / GB, 1), free=decimal(free / GB, 1))
    raise InputError([Problem(str(folder), sentence)])


def _metered_bytes(scenarios: Sequence[Scenario], years: int) -> int:
    values = sum(
        (len(scenario.participants) + len(scenario.plants)) * scenario.steps.count for scenario in scenarios
    )
    return years * values * np.dtype(np.float64).itemsize


def on_disk(metered: Metered, spool: Path) -> Metered:
    """Return meters whose arrays lie on the disk."""
    memmap = partial(spooled, folder=spool)
    stored = replace(
        metered,
        exchange=metered.exchange.with_memmap(memmap),
        unit_kwh=memmap(metered.unit_kwh),
        unshifted=metered.unshifted and metered.unshifted.with_memmap(memmap),
        shifted=None,
    )
    trimmed()
    return stored
