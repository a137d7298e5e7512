"""A few kills, as the benchmark does by twenties of every command; a disk that takes no more."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.kills import COMMANDS, ROOT, kills_of, results, temporaries
from tests.closed import on_posix


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", ["run", "import", "serve", "compare", "worth", "size", "export", "coefficients", "territory"]
)
def test_a_command_killed_three_times_ends_with_the_same_bytes(command: str, tmp_path: Path) -> None:
    found = kills_of(command, tmp_path, 3, seed=3)
    assert found.kills >= 1
    assert (found.torn, found.other, found.kept) == ((), (), 0)
    assert not temporaries(tmp_path)


LIMITED = """
import resource, sys
most_bytes = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
import cli
cli.main()
"""
"""A command that may write no file above so many bytes: as on a full disk, in the midst of any of them."""


@on_posix
@pytest.mark.slow
@pytest.mark.parametrize("command", ["export", "compare", "worth", "size", "coefficients", "territory"])
def test_a_disk_that_takes_no_more_is_said_and_keeps_nothing_half_written(
    command: str, tmp_path: Path
) -> None:
    COMMANDS[command].ready(tmp_path)
    words = [word.replace("{at}", str(tmp_path)) for word in COMMANDS[command].words]
    before = results(tmp_path)
    for most_bytes in (100, 3_000, 20_000):
        full = [sys.executable, "-c", LIMITED, str(most_bytes), *words, "--quiet"]
        ended = subprocess.run(full, cwd=ROOT, capture_output=True, text=True, check=False)
        assert "Traceback" not in ended.stderr
        if ended.returncode == 0:  # no file was larger
            continue
        assert ended.stderr.startswith("✗")
        assert not temporaries(tmp_path)
        written = results(tmp_path).keys() - before.keys()
        assert all(len(results(tmp_path)[name]) <= most_bytes for name in written)
    assert (
        subprocess.run([sys.executable, "-m", "cli", *words, "--quiet"], cwd=ROOT, check=False).returncode
        == 0
    )
