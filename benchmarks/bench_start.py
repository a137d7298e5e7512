"""Starting: what `--help` and a second run cost beside the imports they cannot do without."""

import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from benchmarks.measure import say
from scenarios.run import run
from tests.scenarios.operation import write_operation

ROOT = Path(__file__).resolve().parents[1]
WARM = "import sys; from datetime import date; from pathlib import Path; from scenarios.run import run; "
WARM += "run(Path(sys.argv[1]), ran_on=date(2026, 9, 1))"


def seconds(*command: str, times: int = 7) -> float:
    taken = []
    for _time in range(times):
        start = time.perf_counter()
        subprocess.run([sys.executable, *command], cwd=ROOT, check=True, capture_output=True)
        taken.append(time.perf_counter() - start)
    return min(taken)


def test_help_costs_little_more_than_click() -> None:
    say(
        "G10",
        "--help over import click",
        seconds("cli.py", "--help") / seconds("-c", "import click"),
        1.5,
        more=False,
    )


@pytest.mark.parametrize("key", ["prorata"])
def test_a_second_run_costs_little_more_than_numpy(tmp_path: Path, key: str) -> None:
    folder = write_operation(tmp_path / "op", **{', "catch-up"': ""})
    start = time.perf_counter()
    run(folder, ran_on=date(2026, 9, 1), key=key)
    print(f"\n  first run, everything imported: {time.perf_counter() - start:.2f} s")
    warm, numpy = seconds("-c", WARM, str(folder)), seconds("-c", "import numpy")
    pydantic = seconds("-c", "import numpy, pydantic, pyproj")
    print(f"  second run {warm:.3f} s, import numpy {numpy:.3f} s, numpy pydantic pyproj {pydantic:.3f} s")
    say("G11", "second run over 1.5 x import numpy + 0.05 s", warm / (1.5 * numpy + 0.05), 1.0, more=False)
