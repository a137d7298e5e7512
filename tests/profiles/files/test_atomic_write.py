import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from profiles.files import atomic_write
from profiles.files.atomic_write import PartError, make_folder_atomic, write_atomic, write_together
from scenarios.operation.metering.kept_meters import MadeNotes, arrays
from scenarios.operation.store.store import KeptStore
from tests.closed import modes, on_posix

KILLED = """
import os, signal, sys
from pathlib import Path
from profiles.files import atomic_write
atomic_write.os.fsync = lambda _file: os.kill(os.getpid(), signal.SIGKILL)
atomic_write.write_atomic(Path(sys.argv[1]), b"new")
"""


def test_a_text_keeps_its_line_ends_and_a_file_that_is_there_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.csv"
    write_atomic(path, b"old")
    assert write_atomic(path, "é\r\nf\n") == path
    assert path.read_bytes() == "é\r\nf\n".encode()
    assert list(path.parent.iterdir()) == [path]


@on_posix
def test_what_is_written_is_closed_to_other_users_whatever_the_mask(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir(mode=0o755)
    before = os.umask(0)
    try:
        write_atomic(there / "out" / "run" / "a.csv", b"kWh")
        (there / "out" / "b.csv").write_bytes(b"old, open to all")
        write_atomic(there / "out" / "b.csv", b"new")
        KeptStore(there / "cache").keep(arrays((2,)), {"a": 1}, (np.zeros(2), MadeNotes()))
    finally:
        os.umask(before)
    assert modes(there) == {0o755}
    assert modes(*(path for path in there.rglob("*") if path.is_dir())) == {0o700}
    assert modes(*(path for path in there.rglob("*") if path.is_file())) == {0o600}


@on_posix
def test_a_process_killed_half_way_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    assert list(tmp_path.glob("[!.]*")) == [path]  # what is left is hidden, and closed


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_full_disk_or_ctrl_c_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    def fails(_file: int) -> None:
        raise fault

    monkeypatch.setattr(atomic_write.os, "fsync", fails)
    with pytest.raises(PartError if isinstance(fault, OSError) else KeyboardInterrupt):
        write_atomic(tmp_path / "a.csv", b"half")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(PartError, match="out"):
        write_atomic(tmp_path / "out" / "a.csv", b"")


def test_files_that_belong_together_take_their_names_when_all_are_whole(tmp_path: Path) -> None:
    first, second, gone = (tmp_path / name for name in ("a.csv", "b.csv", "c.csv"))
    first.write_bytes(b"old")
    gone.write_bytes(b"old")

    def full(_file: object) -> None:
        assert first.read_bytes() == b"old", "the first waits for the second"
        raise OSError(28, "No space left on device")

    with pytest.raises(PartError, match=r"b\.csv"):
        write_together({first: b"new", gone: None, second: full})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.csv": b"old", "c.csv": b"old"}
    write_together({first: b"new", gone: None, second: "b"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.csv": b"new", "b.csv": b"b"}


def test_a_full_disk_is_not_told_as_a_workbook_that_excel_holds() -> None:
    assert "Excel" not in str(PartError(Path("a.xlsx"), OSError(28, "No space left on device")))
    assert "Excel" in str(PartError(Path("a.xlsx"), PermissionError(13, "Permission denied")))


def test_a_folder_is_made_with_all_that_it_holds_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    (tmp_path / ".new.killed12.tmp").mkdir()

    def write(where: Path, *, fails: bool = False) -> list[Path]:
        assert not folder.exists()
        written = [write_atomic(where / "curves" / "a.csv", b"a")]
        if fails:
            raise PartError(where, OSError(28, "No space left on device"))
        return written

    with pytest.raises(PartError):
        make_folder_atomic(folder, lambda where: write(where, fails=True))
    assert list(tmp_path.iterdir()) == []
    assert make_folder_atomic(folder, write) == [folder / "curves" / "a.csv"]
    assert (folder / "curves" / "a.csv").read_bytes() == b"a"
    assert make_folder_atomic(folder, lambda where: [write_atomic(where / "b.csv", b"b")]) == [
        folder / "b.csv"
    ]
    assert {path.name for path in folder.iterdir()} == {"curves", "b.csv"}, "what was there stays"
