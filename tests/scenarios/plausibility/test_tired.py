"""No slip of a tired hand ends in another figure without a word; who goes where it is told mends it."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from acc.problem import InputError
from reports.format.language import use
from scenarios.entry.folder.fault_location import placed
from scenarios.operation.ready.operation import open_operation
from scenarios.operation.store.store import KeptStore
from tests.scenarios.plausibility.tired import Slip, every_slip, save, sound, sound_curves

SLIPS = every_slip()
SAMPLED = 20
"""One slip in so many is tried each time; the rest by `make slow`."""

STORE = KeptStore(None, most=3000, most_bytes=500_000_000)
"""What two slips make alike is made once."""

CELL = re.compile(r"(?:Sites|Centrales|Membres|Opération|Prix)!(?:[A-Z]+\d+)?")


@dataclass(frozen=True)
class Answer:
    """What a folder gives: all that its figures rest on, None where it is refused; what is said of it."""

    figure: object
    told: tuple[str, ...]


def answer(folder: Path, name: str) -> Answer:
    """Return what a workbook gives, and says."""
    use("fr")
    try:
        operation, metered = open_operation(folder, cache=replace(STORE, stamp=name))
    except InputError as fault:
        return Answer(None, tuple(problem.text for problem in placed(folder, fault.problems)))
    scenario = operation.scenario
    bare = {"name": "", "prm": None}
    figure = (
        [replace(site, **bare) for site in scenario.participants],
        [replace(plant, **bare) for plant in scenario.plants],
        [replace(person, name="") for person in scenario.persons or ()],
        (scenario.steps, scenario.on, scenario.prices, scenario.finance, scenario.key, scenario.regime),
        {path: (facts.digest, f"{facts.peak_kw:.3f}") for path, facts in metered.facts.items()},
    )
    return Answer(figure, (*scenario.notes, *metered.warnings))


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    found = answer(save(sound(), tmp_path_factory.mktemp("sound"), sound_curves()), "sound")
    assert found.figure is not None, found.told
    return found


def check(slip: Slip, before: Answer, folder: Path) -> None:
    """Try one slip: the same figure, or told at the right cell, and mended there."""
    sheets = sound()
    slip.change(sheets)
    found = answer(save(sheets, folder / "slip", {**sound_curves(), **slip.curves}), slip.name)
    if found.figure == before.figure:
        return
    told = [text for text in found.told if text not in before.told]
    assert told, "another figure, and not a word"
    said = " ".join(told)
    assert any(cell in (CELL.findall(said) if "!" in cell else said) for cell in slip.cells), told
    mended = sound()
    if slip.mend is not None:
        mended = sheets
        slip.mend(mended)
    assert answer(save(mended, folder / "mended", sound_curves()), f"{slip.name}, mended") == before


@pytest.mark.parametrize("slip", SLIPS[::SAMPLED], ids=lambda slip: slip.name)
def test_a_slip_is_told_where_it_stands_and_mended_there(slip: Slip, before: Answer, tmp_path: Path) -> None:
    check(slip, before, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_every_slip_is_told_where_it_stands(slip: Slip, before: Answer, tmp_path: Path) -> None:
    check(slip, before, tmp_path)


def test_there_are_enough_of_them_each_once() -> None:
    assert len(SLIPS) >= 300
    assert len({slip.name for slip in SLIPS}) == len(SLIPS)
