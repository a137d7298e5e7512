"""Tables that a person opens in Excel begin with the mark by which it reads their accents; curves do not."""

import io
import zipfile
from pathlib import Path

import pytest

from scenarios.entry.catalogue import EXAMPLES, copy_example
from scenarios.entry.folder.load import load
from scenarios.entry.folder.raw import PARTICIPANTS, PERSONS, PLANTS
from scenarios.export import export
from scenarios.studies.anonymous.hand_over import hand_over, zipped
from scenarios.studies.lawful.folders import split_folder

BOM = b"\xef\xbb\xbf"
TABLES = (PARTICIPANTS, PLANTS, PERSONS)


def without_mark(folder: Path) -> list[str]:
    """Return the tables below a folder that Excel would read wrongly."""
    found = [path for name in TABLES for path in folder.rglob(name)]
    assert found
    return [str(path) for path in found if not path.read_bytes().startswith(BOM)]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_folders_to_start_from_open_in_excel(tmp_path: Path, name: str) -> None:
    copy_example(name, tmp_path / "op")
    assert without_mark(tmp_path / "op") == []
    assert load(tmp_path / "op").participants


@pytest.mark.slow
def test_so_do_those_that_are_written(tmp_path: Path) -> None:
    copy_example("depart", tmp_path / "op")
    export(tmp_path / "op", tmp_path / "text")
    split_folder(tmp_path / "op", tmp_path / "groups", seed=24, most=1)
    with zipfile.ZipFile(io.BytesIO(zipped(hand_over(tmp_path / "op").files))) as archive:
        archive.extractall(tmp_path / "handed")
    assert without_mark(tmp_path) == []
    assert not (tmp_path / "handed" / "curves" / "sites.csv").read_bytes().startswith(BOM)
