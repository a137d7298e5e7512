"""What a program writes into a folder is read back first: a refusal leaves it as it was."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from shutil import copytree

import pytest

from acc.problem import InputError
from scenarios.entry.catalogue import copy_example
from scenarios.entry.editing.tables import Typed
from scenarios.entry.editing.versions import versions_of
from scenarios.entry.editing.write import accept, write_cells, write_setting
from scenarios.entry.folder.load import load
from scenarios.entry.folder.put import keep, put
from scenarios.entry.folder.question import read_question
from scenarios.export import export
from scenarios.studies.front.run import FrontRequest, keep_variant

NOW = datetime(2026, 11, 25, 14, 31)
LONG = "n" * 90
ASKED = read_question(["prix=95"])


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("untouched")
    copy_example("bergerac", where / "folder")
    (where / "book").mkdir()
    export(where / "folder", where / "book" / "membres.xlsx")
    return where


@pytest.fixture(params=["folder", "book"])
def folder(request: pytest.FixtureRequest, untouched: Path, tmp_path: Path) -> Path:
    return Path(copytree(untouched / request.param, tmp_path / "demo"))


def held(folder: Path) -> dict[str, bytes]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def kept(folder: Path, name: str, **about: str) -> None:
    keep(folder, name, variant=None, key=None, settings=ASKED, about=about)


WRITES: dict[str, Callable[[Path], object]] = {
    "a name": lambda folder: kept(folder, LONG),
    "a note": lambda folder: kept(folder, "court", note="n" * 600),
    "a point": lambda folder: keep_variant(folder, LONG, 0.2, "x", FrontRequest(settings=ASKED)),
    "a reason": lambda folder: accept(folder, "participants.ecole.kva", 3, "n" * 600, NOW),
    "a cell": lambda folder: write_cells(folder, [Typed("participants.csv", 0, "name", LONG)], NOW),
    "a setting": lambda folder: write_setting(folder, "operation.name", LONG, NOW),
}


@pytest.mark.parametrize("what", WRITES)
def test_a_text_that_the_reader_would_refuse_is_not_written(folder: Path, what: str) -> None:
    before = held(folder)
    with pytest.raises(InputError) as refused:
        WRITES[what](folder)
    (problem,) = refused.value.problems
    assert problem.path
    assert "nnnn" in problem.message
    assert "at most" in problem.message
    assert held(folder) == before
    assert not versions_of(folder)
    load(folder)


def test_the_longest_name_that_is_read_is_kept(folder: Path) -> None:
    kept(folder, "n" * 80)
    assert load(folder, variant="n" * 80).prices.local_eur_per_kwh == pytest.approx(0.095)


def test_a_fault_that_was_there_stops_no_other_write(tmp_path: Path) -> None:
    copy_example("bergerac", tmp_path / "demo")
    path = tmp_path / "demo" / "operation.toml"
    path.write_text(f'{path.read_text("utf-8")}\n[[variants]]\nname = "{LONG}"\n', encoding="utf-8")
    write_setting(tmp_path / "demo", "prices.local_eur_per_mwh", "97", NOW)
    assert "local_eur_per_mwh = 97" in path.read_text("utf-8")


def test_what_cannot_be_read_at_all_is_not_put(folder: Path) -> None:
    before = held(folder)
    name = "membres.xlsx" if "membres.xlsx" in before else "operation.toml"
    with pytest.raises(InputError, match="Nothing is written"):
        put(folder, {name: b"[operation\n"})
    assert held(folder) == before
