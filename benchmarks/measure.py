"""Times functions in turns, so that a busy machine slows them alike, and says which rounds were disturbed."""

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

FOREIGN_CORES = 0.2
"""Work of other processes, in cores, above which a round is disturbed."""


def rounds(functions: Mapping[str, Callable[[], object]], count: int = 7) -> dict[str, float]:
    """Return the best seconds of each function over clean rounds (over all of them when none is clean)."""
    for function in functions.values():
        function()  # compiled, cached, paged in
    times: dict[str, list[tuple[float, bool]]] = {name: [] for name in functions}
    for _round in range(count):
        for name, function in functions.items():
            busy, own, start = _busy_s(), _own_s(), time.perf_counter()
            function()
            seconds = time.perf_counter() - start
            foreign = (_busy_s() - busy) - (_own_s() - own)
            times[name].append((seconds, foreign <= FOREIGN_CORES * seconds + 0.02))
    best = {}
    for name, taken in times.items():
        clean = [seconds for seconds, is_clean in taken if is_clean]
        used = clean or [seconds for seconds, _clean in taken]
        best[name] = min(used)
        print(
            f"  {name:40s} best {min(used) * 1e3:10.3f} ms  median {median(used) * 1e3:10.3f} ms"
            f"  clean {len(clean)}/{count}"
        )
    return best


ASKED = "asked"
"""The goal of the speeds of benchmarks/README.md, whose table `make bench` prints again at its end."""

SAID: list[str] = []
"""What was said of them."""


def say(goal: str, text: str, ratio: float, limit: float, *, more: bool = True) -> None:
    """Print a ratio beside its goal."""
    met = ratio >= limit if more else ratio <= limit
    side, verdict = "at least" if more else "at most", "ok" if met else "MISSED"
    print(f"{goal}: {text}: {ratio:.2f} ({side} {limit:g}) {verdict}")
    if goal == ASKED:
        SAID.append(f"{text:64} {ratio:8.2f}   {side} {limit:<5g} {verdict}")


def threads() -> str:
    """Return what decides how many threads the libraries use."""
    return f"cores {os.cpu_count()}, OPENBLAS_NUM_THREADS {os.environ.get('OPENBLAS_NUM_THREADS', 'unset')}"


def as_installed() -> dict[str, str]:
    """Return an environment in which modules stay compiled from one process to the next."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _busy_s() -> float:
    """Return the seconds that all processes have used since the start, all cores together."""
    try:
        words = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]
    except OSError:
        return 0.0
    user, nice, system, _idle, _wait, irq, softirq, _steal = map(int, words)
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def _own_s() -> float:
    taken = os.times()
    return taken.user + taken.system + taken.children_user + taken.children_system
