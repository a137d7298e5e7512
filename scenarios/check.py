"""Checks the sections of operation.toml that only batches read, so that `acc check` speaks for them too."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from acc.problem import InputError, Problem
from scenarios.folder.load import load, scenario_of
from scenarios.folder.raw import read_source
from scenarios.sizing.settings import read_size
from scenarios.sweeping.settings import read_sweep


def check_sections(folder: Path) -> None:
    """Raise every fault of the variants, of `[sweep]` and of `[size]`.

    Raises:
        InputError: the faults of them all, or of the folder itself.
    """
    source = read_source(folder)
    scenario = scenario_of(source)
    problems: list[Problem] = []
    looks: list[Callable[[], object]] = [
        *(partial(load, folder, variant=name) for name in source.variants),
        lambda: read_sweep(source),
        lambda: read_size(source, {plant.id: plant.kwp for plant in scenario.plants}, scenario.battery),
    ]
    for look in looks:
        try:
            look()
        except InputError as fault:
            problems += fault.problems
    if problems:
        raise InputError(problems)
