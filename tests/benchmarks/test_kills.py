"""A few kills, as the benchmark does by twenties of every command: the same bytes in the end."""

from pathlib import Path

import pytest

from benchmarks.kills import kills_of, temporaries


@pytest.mark.slow
@pytest.mark.parametrize("command", ["run", "import", "serve"])
def test_a_command_killed_three_times_ends_with_the_same_bytes(command: str, tmp_path: Path) -> None:
    found = kills_of(command, tmp_path, 3, seed=3)
    assert found.kills >= 1
    assert (found.torn, found.other, found.kept) == ((), (), 0)
    assert not temporaries(tmp_path)
