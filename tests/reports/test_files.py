import os
from pathlib import Path

import pytest

from acc.problem import InputError
from profiles.files import atomic_write
from reports.files import folder_name, write_files
from tests.closed import modes, on_posix


def test_files_are_written_in_their_folders_and_nothing_else(tmp_path: Path) -> None:
    written = write_files(tmp_path / "run", {"a.csv": b"a", "sheets/b.pdf": b"b"})
    assert [path.read_bytes() for path in written] == [b"a", b"b"]
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(written)


@on_posix
def test_what_is_written_is_closed_to_other_users_whatever_the_mask(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir(mode=0o755)
    before = os.umask(0)
    try:
        write_files(there / "out", {"run/a.csv": b"kWh"})
        (there / "out" / "b.csv").write_bytes(b"old, open to all")
        write_files(there / "out", {"b.csv": b"new"}, force=True)
    finally:
        os.umask(before)
    assert modes(there) == {0o755}
    assert modes(*(path for path in there.rglob("*") if path.is_dir())) == {0o700}
    assert modes(*(path for path in there.rglob("*") if path.is_file())) == {0o600}


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_full_disk_or_ctrl_c_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    def fails(_file: int) -> None:
        raise fault

    monkeypatch.setattr(atomic_write.os, "fsync", fails)
    with pytest.raises(InputError if isinstance(fault, OSError) else KeyboardInterrupt):
        write_files(tmp_path, {"a.csv": b"half"})
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(InputError, match="out"):
        write_files(tmp_path / "out", {"a.csv": b""})


def test_the_folder_of_a_comparison_of_many_questions_has_a_name_that_systems_take() -> None:
    asks = [f"kwp.toit-ecole-prigonrieux={kwp}" for kwp in range(100, 180, 10)]
    name = folder_name(["compare", *asks])
    assert len(name) <= 60
    assert name != folder_name(["compare", *asks[:-1], "kwp.toit-ecole-prigonrieux=999"])
