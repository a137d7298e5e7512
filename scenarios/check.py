"""Checks the sections of operation.toml that only batches read, so that `acc check` speaks for them too."""

from pathlib import Path

from acc.problem import InputError, Problem
from scenarios.folder.load import scenario_of
from scenarios.folder.raw import read_source
from scenarios.sizing.settings import read_size
from scenarios.sweeping.settings import read_sweep


def check_sections(folder: Path) -> None:
    """Raise every fault of `[sweep]` and `[size]`.

    Raises:
        InputError: the faults of both sections, or of the folder itself.
    """
    source = read_source(folder)
    scenario = scenario_of(source)
    problems: list[Problem] = []
    for check in (
        lambda: read_sweep(source),
        lambda: read_size(source, {plant.id: plant.kwp for plant in scenario.plants}, scenario.battery),
    ):
        try:
            check()
        except InputError as fault:
            problems += fault.problems
    if problems:
        raise InputError(problems)
