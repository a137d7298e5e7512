"""The folder of letters given to what sets documents: ours alone, and none left for ever."""

import os
import tempfile
from pathlib import Path

import pytest

from reports.figures import style


def test_the_folders_of_processes_that_were_killed_go_after_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, fresh = tmp_path / "acc-fonts-old", tmp_path / "acc-fonts-fresh"
    for folder in (old, fresh):
        folder.mkdir()
        (folder / "letters.ttf").write_bytes(b"x")
    os.utime(old, (1.7e9, 1.7e9))
    made = style.font_folder.__wrapped__()
    assert not old.exists()
    assert fresh.exists()
    assert any(Path(made.name).iterdir())
    made.cleanup()
