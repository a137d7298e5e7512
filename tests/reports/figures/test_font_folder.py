"""The folder of letters given to what sets documents: ours alone, gone once it is cleaned up."""

import errno
import shutil
import tempfile
from pathlib import Path

import pytest

from acc.problem import InputError
from reports.figures import style
from reports.figures.style import FALLBACK_FILES, FONT_FILES


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_it_holds_our_letters_and_no_others() -> None:
    made = style.font_folder.__wrapped__()
    letters = {path.name for path in Path(made.name).iterdir()}
    assert letters == {Path(path).name for path in (*FONT_FILES, *FALLBACK_FILES)}
    made.cleanup()


def test_where_they_do_not_fit_it_is_told_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copy", full)
    with pytest.raises(InputError, match="TMPDIR"):
        style.font_folder.__wrapped__()
    assert list(tmp_path.iterdir()) == []
