"""The same result gives the same bytes wherever, whenever and in whatever language of the machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reports.same_bytes import digests

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_same_result_gives_the_same_bytes_in_another_folder_time_zone_and_locale(tmp_path: Path) -> None:
    there = subprocess.run(
        [sys.executable, "-m", "tests.reports.same_bytes", str(tmp_path / "elsewhere")],
        cwd=ROOT,
        # The rest of the environment chooses the kernels of the linear algebra, hence the last digits.
        env={**os.environ, "TZ": "Pacific/Auckland", "LC_ALL": "C", "PATH": "", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert dict(line.split() for line in there.stdout.splitlines()) == digests(tmp_path / "here")
