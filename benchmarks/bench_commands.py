"""Wall time of the commands that people wait for, in fresh processes, beside their limit.

Each figure is the best and the median of several runs; the limit is printed beside, never asserted:
machines differ. `--help` is held to `import click` measured in the same rounds.
"""

import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from shutil import copytree

import pytest

from benchmarks.measure import as_installed
from tests.conftest import SHARED

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 5


def seconds(*arguments: str) -> float:
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, cwd=ROOT, env=as_installed()
    )
    return time.perf_counter() - start


def cpu_seconds(*arguments: str) -> float:
    """Return the processor time of a process, user and system: another program beside it moves it little."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds(*arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def report(title: str, times: list[float], limit: str) -> None:
    print(f"{title:34} best {min(times):5.2f} s  median {statistics.median(times):5.2f} s  {limit}")


def test_help_beside_import_click() -> None:
    pairs = [(seconds("-m", "cli", "--help"), seconds("-c", "import click")) for _ in range(ROUNDS)]
    ratio = min(a for a, _b in pairs) / min(b for _a, b in pairs)
    report("acc --help", [a for a, _b in pairs], f"x{ratio:.2f} of `import click` (limit 1.5)")


def test_run_and_brief_of_the_demo(tmp_path: Path) -> None:
    folder = str(tmp_path / "demo")
    seconds("-m", "cli", "new", folder, "--example", "bergerac")
    cold = [seconds("-m", "cli", "run", folder, "--no-cache", "--quiet") for _ in range(ROUNDS)]
    report("acc run, nothing kept", cold, "(limit 4 s)")
    warm = [seconds("-m", "cli", "run", folder, "--quiet") for _ in range(ROUNDS)]
    report("acc run, curves kept", warm, f"x{min(cold) / min(warm):.1f} faster than cold")
    brief = [seconds("-m", "cli", "brief", folder, "--quiet") for _ in range(ROUNDS)]
    report("acc brief, after the run", brief, "(limit 3 s)")


OF_FORTY: dict[str, tuple[tuple[str, ...], float]] = {
    "run": (("--set", "prix={n}"), 1.0),
    "members": (("--force", "--seed", "{n}"), 3.0),
    "worth": (("--set", "prix={n}"), 3.0),
    "front": (("--set", "prix={n}"), 3.0),
}
"""What is asked anew of forty members whose curves are kept, and within how many seconds of CPU."""

TIMES, SAID_AGAIN_S = 3, 1.0


@pytest.mark.parametrize("command", OF_FORTY)
def test_a_question_asked_of_forty_members_whose_curves_are_kept(command: str, tmp_path: Path) -> None:
    if not (SHARED / "op40").exists():
        pytest.skip("the operation of forty members lies beside the project: it is not there")
    folder = str(copytree(SHARED / "op40", tmp_path / "op40"))
    words, limit = OF_FORTY[command]

    def asked(n: int) -> list[str]:
        return [command, folder, *(word.format(n=n) for word in words), "--quiet"]

    seconds("-m", "cli", "run", folder, "--quiet")
    seconds("-m", "cli", *asked(80))
    anew = [cpu_seconds("-m", "cli", *asked(81 + n)) for n in range(TIMES)]
    limits = f"x{statistics.median(anew) / limit:.2f} of its limit, {limit:g} s"
    report(f"acc {' '.join([command, *words])} (CPU)", anew, limits)
    stages = [sys.executable, "-m", "benchmarks.stages", *asked(90)]
    ran = subprocess.run(stages, check=True, capture_output=True, text=True, cwd=ROOT, env=as_installed())
    print(f"  of which {ran.stderr.splitlines()[-1]}")
    again = [cpu_seconds("-m", "cli", *asked(90)) for _time in range(TIMES)]
    limits = f"x{statistics.median(again) / SAID_AGAIN_S:.2f} of its limit, {SAID_AGAIN_S:g} s"
    report("  the same said again (CPU)", again, limits)
