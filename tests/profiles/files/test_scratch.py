"""Temporary folders: they may hold an operation; none outlives its call, nor a process that was killed."""

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from acc.problem import InputError
from profiles.files import atomic_write as scratch


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def of_process(tmp_path: Path, process: str) -> Path:
    folder = tmp_path / f"{scratch.PREFIX}{process}-ab12_xyz"
    folder.mkdir()
    (folder / "participants.csv").write_text("id\n", encoding="utf-8")
    return folder


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a process is not asked whether it lives")
def test_what_a_killed_process_left_goes_at_the_next_start_and_what_a_living_one_uses_stays(
    tmp_path: Path,
) -> None:
    ended = subprocess.Popen([sys.executable, "-S", "-c", ""])
    ended.wait()
    left, used = of_process(tmp_path, str(ended.pid)), of_process(tmp_path, str(os.getpid()))
    with scratch.scratch_folder() as made:
        assert Path(made).is_dir()
        assert not left.exists()
        assert used.exists()
    assert not Path(made).exists()


def test_where_no_process_is_asked_a_folder_goes_after_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scratch.os, "name", "nt")
    old, fresh = of_process(tmp_path, "1"), of_process(tmp_path, "2")
    os.utime(old, (1.7e9, 1.7e9))
    left = [path for path in (old, fresh) if scratch._is_left(path)]
    assert left == [old]


@pytest.mark.parametrize(
    "name", ["acc-demo", "acc-2024-mairie", "autoconso-scratch-mes-essais", "autoconso-scratch-1"]
)
def test_what_a_person_keeps_beside_is_never_removed(tmp_path: Path, name: str) -> None:
    own = tmp_path / name
    own.mkdir()
    os.utime(own, (1.7e9, 1.7e9))
    assert scratch.sweep_left() == ()
    assert own.exists()


def test_a_full_disk_is_told_with_the_folder_and_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "acc-1"))

    monkeypatch.setattr(tempfile, "TemporaryDirectory", full)
    with pytest.raises(InputError, match="TMPDIR") as fault:
        scratch.scratch_folder()
    assert str(tmp_path) in str(fault.value)
