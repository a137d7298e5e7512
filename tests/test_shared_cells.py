"""Who collects every cell that may be handed round, of all runs of a folder, finds no closed member's need.

The attacker has the program, the shapes of the curves and all that the folder tells of the others. It writes
a folder with needs and supply prices of its own guess, makes the same documents, and moves its guess until
all cells agree: another key, dearer, a member without, with and without a dated closing, compared.
"""

import io
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain
from math import isfinite
from pathlib import Path
from random import Random

import numpy as np
import pytest
from openpyxl import load_workbook
from scipy.optimize import least_squares

from acc.arrays import FloatArray
from reports.data.files import public_document
from reports.studies.workbook.comparison import comparison_workbook
from reports.studies.workbook.write import workbook
from reports.view.view import view_of
from scenarios.entry.folder import mask
from scenarios.entry.folder.mask import SECRET, Mask
from scenarios.entry.folder.settings import read_setting
from scenarios.operation.ready.request import OperationRequest
from scenarios.run import RunParts, run
from tests.scenarios.folder.test_mutated import hours
from tests.test_attacked_files import DAY, PRICE, Needs, write

PARTS = RunParts(advice=False, gap=False, other_keys=None)
IDS = ("a", "b", "c", "d")
CHANGES = "what;id;since\ncloses;b;2031-01-01\n"
REQUESTS: tuple[OperationRequest, ...] = (
    {},
    {"variant": "plus cher"},
    {"key": "prorata"},
    {"settings": (read_setting("participants.a.active=false", "--set"),)},
    {"settings": (read_setting("operation.changes=false", "--set"),)},
)
AGREES = 1.0
"""Most that the cells of a fit may be off in all, as parts of the root of each: roundings alone leave 0.1."""


def shared_cells(folder: Path, needs: Needs, prices: Mapping[str, float]) -> dict[str, float]:
    """Every cell of the data, workbooks and comparison of a folder with such closed members."""
    write(folder, needs, {}, prices)
    for place, (id_, need) in enumerate(needs.items()):  # of one shape, nobody could tell them apart
        shape = partial(_at_hour, need, 6 * place)
        (folder / "curves" / f"{id_}.csv").write_text(hours(id_, "kwh", shape), encoding="utf-8")
    (folder / "changes.csv").write_text(CHANGES, encoding="utf-8")
    results = [run(folder, ran_on=DAY, parts=PARTS, mask=Mask(folder), **request) for request in REQUESTS]
    cells = chain(
        *(_leaves(public_document(view_of(result)), f"data {n}") for n, result in enumerate(results)),
        *(_cells_of_book(workbook(result), f"workbook {n}") for n, result in enumerate(results)),
        _cells_of_book(comparison_workbook(results[:2]), "comparison"),
    )
    return {place: value for place, value in cells if isfinite(value)}


def _at_hour(need: float, first: int, hour: int) -> float:
    return need * (4.0 if (hour - first) % 24 < 9 else 1.0) / 8.0


def _leaves(value: object, place: str) -> Iterator[tuple[str, float]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _leaves(part, f"{place} {name}")
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value):
            yield from _leaves(part, f"{place} {number}")
    elif isinstance(value, float):
        yield place, value


def _cells_of_book(data: bytes, name: str) -> Iterator[tuple[str, float]]:
    for sheet in load_workbook(io.BytesIO(data)):
        for row in sheet:
            for cell in row:
                if isinstance(cell.value, float | int):
                    yield f"{name} {sheet.title} {cell.coordinate}", float(cell.value)


def attack(folder: Path, shown: Mapping[str, float]) -> tuple[FloatArray, float]:
    """Needs that make the program print what is shown, (4,), and how far the cells of the fit are from it."""
    places = sorted(shown)
    goal = np.array([shown[place] for place in places])
    scale = np.maximum(np.abs(goal), 1.0) ** 0.5

    def gaps(guess: FloatArray) -> FloatArray:
        needs, prices = np.exp(guess).reshape(2, -1)
        own = (
            dict(zip(IDS, needs.tolist(), strict=True)),
            dict(zip(IDS, (PRICE * prices).tolist(), strict=True)),
        )
        cells = shared_cells(folder, *own)
        gap: FloatArray = (np.array([cells.get(place, shown[place]) for place in places]) - goal) / scale
        return gap

    ends = np.log([[5.0] * 4 + [0.75] * 4, [130.0] * 4 + [1.35] * 4])
    start = np.log([40.0] * 4 + [1.0] * 4)
    fit = least_squares(gaps, start, bounds=ends, diff_step=5e-3, loss="soft_l1", max_nfev=12)
    found: FloatArray = np.exp(fit.x[:4])
    return found, float(fit.cost)


def errors(where: Path, seed: int) -> tuple[FloatArray, float]:
    """How far the attacker is from the true needs, as parts of them, (4,), and from the cells."""
    needs = {id_: Random(f"{seed} {id_}").randint(25, 75) for id_ in IDS}
    folder = where / "folder"
    folder.mkdir()
    (folder / SECRET).write_text(f"{seed + 1:064x}", encoding="utf-8")
    shown = shared_cells(folder, needs, {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mask, "ratio", lambda *_words: 1.0)  # it guesses what was computed with
        found, cost = attack(where / "guess", shown)
    return np.abs(found / np.array([*needs.values()]) - 1.0), cost


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_who_collects_all_shared_cells_finds_no_need_within_a_tenth(tmp_path: Path, seed: int) -> None:
    assert errors(tmp_path, seed)[0].min() > 0.10


@pytest.mark.slow
def test_the_same_cells_give_the_needs_away_where_nothing_is_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mask, "ratio", lambda *_words: 1.0)
    own, cost = errors(tmp_path, 0)
    assert own.max() < 0.02
    assert cost < AGREES
