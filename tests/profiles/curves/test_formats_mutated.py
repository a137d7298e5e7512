"""A broken file gives a curve or a message with its place, never a traceback; a longer run is a benchmark."""

import random
from datetime import date
from pathlib import Path

import pytest

from acc.problem import InputError
from profiles.curves.by_hour import read_shapes
from profiles.curves.formats.base import ReadOptions
from profiles.curves.formats.not_a_curve import read_contracts
from tests.effort import few
from tests.profiles.curves.test_formats import FILES, day_case
from tests.profiles.curves.test_read import C68, COEFFICIENTS, SUP36
from tests.profiles.mutations import mutated, run
from tests.profiles.writers import OPTIONS, WRITERS

COUNT = {"generic, XLSX": 60, "enedis-portal, XLSX": 60, "enedis-portal, workbook of pages": 60}
"""A workbook takes ten times as long to open."""


@pytest.mark.parametrize("part", few(1, [0.25, 1.0]))
@pytest.mark.parametrize("file", FILES)
def test_broken_files_give_a_curve_or_a_message(file: str, part: float) -> None:
    data = WRITERS[file](day_case(date(2025, 10, 26), 30))
    options = ReadOptions(unit="kW") if file in OPTIONS else ReadOptions()
    count = int(part * COUNT.get(file, 300))
    found = run(data, options, count, seed=24)
    assert found["curve"] + found["message"] == count
    assert found["message"] > 0


def any_shapes(path: Path) -> object:
    return read_shapes(path, path.name)


@pytest.mark.parametrize(
    ("read", "text"),
    [(read_contracts, C68), (any_shapes, COEFFICIENTS), (any_shapes, SUP36)],
    ids=["C68", "coefficients", "sup36"],
)
def test_broken_reference_files_too(read, text: str, tmp_path: Path) -> None:
    dice = random.Random(7)
    path = tmp_path / "muté.csv"
    refused = 0
    for _ in range(150):
        path.write_bytes(mutated(text.encode(), dice))
        try:
            read(path)
        except InputError:
            refused += 1
    assert refused
