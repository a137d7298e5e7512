"""A few kills of a run, as the benchmark does by fifties: the same bytes in the end, nothing half written."""

from pathlib import Path

import pytest

from benchmarks.kills import kills_of, temporaries
from tests.scenarios.operation import write_operation


@pytest.mark.slow
def test_a_run_killed_three_times_ends_with_the_same_bytes(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op")
    found = kills_of("run", folder, 3, seed=3)
    assert found.kills >= 1
    assert (found.torn, found.other, found.kept) == ((), (), 0)
    assert not temporaries(folder)
