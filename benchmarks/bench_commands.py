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

from benchmarks.measure import as_installed

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


def test_a_price_asked_of_a_kept_folder(tmp_path: Path) -> None:
    folder = str(tmp_path / "demo")
    seconds("-m", "cli", "new", folder, "--example", "bergerac")
    seconds("-m", "cli", "run", folder, "--set", "prix=90", "--quiet")
    asked = [
        cpu_seconds("-m", "cli", "run", folder, "--set", f"prix={91 + n}", "--quiet") for n in range(ROUNDS)
    ]
    report("acc run --set prix, kept (CPU)", asked, f"x{min(asked):.2f} of its limit, 1 s")
    modules = [cpu_seconds("-c", "import cli, scenarios.run, reports.terminal.run") for _ in range(ROUNDS)]
    report("  of which modules imported (CPU)", modules, f"{min(modules) / min(asked):.0%} of it")
