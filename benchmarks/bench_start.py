"""Starting: what `--help`, a first and a second run cost beside the imports they cannot do without."""

import subprocess
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.measure import ASKED, as_installed, say

ROOT = Path(__file__).resolve().parents[1]
ACC = ("-m", "cli")
"""As it is installed: a script, `python cli.py`, would be compiled each time."""

METERS = 40

Command = tuple[str, ...] | Callable[[], tuple[str, ...]]
"""Words, or what makes others each time."""

OPERATION = """[operation]
name = "Quarante compteurs"
start = 2026-01-01
end = 2027-01-01
step_minutes = 30
rates_on = 2026-09-01
[prices]
local_eur_per_mwh = 105.0
surplus = 30.0
"""
PLANTS = """id;name;owner;latitude;longitude;insee;kwp;surface_tilt;surface_azimuth
gymnase;Gymnase;commune;44.8455;0.4835;24037;36;12;165
ecole;Ecole;commune;44.8455;0.4835;24037;60;20;190
cave;Cave;company;44.8455;0.4835;24037;50;10;95
"""
READ = """
import sys
from pathlib import Path
import pandas as pd
for path in Path(sys.argv[1], "curves").iterdir():
    table = pd.read_csv(path, sep=";")
    table["time"] = pd.to_datetime(table["time"], format="ISO8601", utc=True)
"""
"""What one writes to read the same files, without a look at what is in them."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An operation of forty meters, each in a file of a year at 30 min, and three plants."""
    folder = tmp_path_factory.mktemp("start") / "operation"
    (folder / "curves").mkdir(parents=True)
    index = pd.date_range("2026-01-01", "2027-01-01", freq="30min", tz="Europe/Paris", inclusive="left")
    stamps = [moment.isoformat() for moment in index]
    generator = np.random.default_rng(1)
    rows = ["id;name;kind;latitude;longitude;insee;kva;turpe;supply_eur_per_mwh;curve"]
    for meter in range(METERS):
        power_w = 1000.0 * generator.gamma(2.0, 0.5, len(stamps))
        lines = [f"{stamp};{power:.0f}" for stamp, power in zip(stamps, power_w, strict=True)]
        path = folder / "curves" / f"m{meter}.csv"
        path.write_text("\n".join(["time;power (W)", *lines]), encoding="utf-8")
        rows.append(f"m{meter};Meter {meter};company;44.84{meter:02d};0.4856;24037;36;CU4;120;{path.name}")
    (folder / "operation.toml").write_text(OPERATION, encoding="utf-8")
    (folder / "participants.csv").write_text("\n".join(rows), encoding="utf-8")
    (folder / "plants.csv").write_text(PLANTS, encoding="utf-8")
    return folder


def _other_questions(folder: Path) -> Callable[[], tuple[str, ...]]:
    prices = count(90)
    return lambda: (*ACC, "run", str(folder), "--quiet", "--set", f"prix={next(prices)}")


def seconds(*commands: Command, times: int = 7) -> list[float]:
    """Return the best time of each command, in turn, in new processes; the first one is not counted."""
    taken: list[list[float]] = [[] for _command in commands]
    for _time in range(times + 1):
        for command, own in zip(commands, taken, strict=True):
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, *(command() if callable(command) else command)],
                cwd=ROOT,
                env=as_installed(),
                check=True,
                capture_output=True,
            )
            own.append(time.perf_counter() - start)
    return [min(own[1:]) for own in taken]


def test_help_costs_little_more_than_click() -> None:
    own, click = seconds((*ACC, "--help"), ("-c", "import click"))
    say("G10", "--help over import click", own / click, 1.5, more=False)


def test_a_second_run_costs_little_more_than_numpy(folder: Path) -> None:
    # What validates the folder and measures its distances, and writes the results: not to be done without.
    needed = "import click, numpy, pydantic, pyproj, pyarrow.parquet"
    run = (*ACC, "run", str(folder), "--quiet")
    said, warm, numpy, imports, click = seconds(
        run, _other_questions(folder), ("-c", "import numpy"), ("-c", needed), ("-c", "import click")
    )
    print(
        f"\n  said again {said:.3f} s, other question {warm:.3f} s"
        f", import numpy {numpy:.3f} s, click {click:.3f} s, {needed} {imports:.3f} s"
    )
    say("G11", "second run over 1.5 x import numpy + 0.05 s", said / (1.5 * numpy + 0.05), 1.0, more=False)
    say(ASKED, "second run over what the first imports", said / imports, 1.2, more=False)
    say("-", "second run over import click", said / click, 2.5, more=False)
    say("-", "other question, curves kept, over what it imports", warm / imports, 2.0, more=False)


def test_a_first_run_costs_little_more_than_reading_its_files(folder: Path) -> None:
    run = (*ACC, "run", str(folder), "--quiet", "--no-cache")
    cold, read, pvlib = seconds(run, ("-c", READ, str(folder)), ("-c", "import pvlib"), times=3)
    print(f"\n  first run {cold:.3f} s, pandas reads the files {read:.3f} s, import pvlib {pvlib:.3f} s")
    say(ASKED, "first run over pandas reading the same files", cold / read, 1.5, more=False)
    say(ASKED, "  import of pvlib alone, over the same", pvlib / read, 1.5, more=False)
