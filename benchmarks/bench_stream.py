"""One large operation beside the speed of memory, measured in the same process and the same rounds."""

import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numba import njit

from acc.batch.sums import KeyForm, Split, prorata_split
from benchmarks.job import GROUPS, job
from benchmarks.measure import ASKED, rounds, say, threads
from benchmarks.stream_sums import stream_sums
from scenarios.operation.batch import numba_sums as fast

MEMBERS = 1000
ROOT = Path(__file__).resolve().parents[1]


@njit(nogil=True, fastmath=True)
def _read(values):  # type: ignore[no-untyped-def]
    total = 0.0
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            total += values[i, j]
    return total


def test_a_thousand_participants_at_the_speed_of_memory() -> None:
    print("\n" + threads())
    work = job(MEMBERS, 15)
    need = work.exchange.consumption_kwh
    # Every step with some production: none is skipped, as memory would see it.
    pool = work.exchange.production_kwh.sum(axis=1) + 1e-6
    out, other = np.empty_like(need), np.empty_like(need)
    half = len(need) // 2
    halves = (slice(0, half), slice(half, len(need)))
    executor = ThreadPoolExecutor(2)
    splits = {
        "prorata": prorata_split(MEMBERS),
        "static": Split(KeyForm.FIXED, np.full(MEMBERS, 1.0 / MEMBERS)),
    }
    functions = {
        "STREAM copy, 2 threads": lambda: list(executor.map(lambda r: np.copyto(other[r], need[r]), halves)),
        "STREAM read, 2 threads": lambda: list(executor.map(lambda r: _read(need[r]), halves)),
    }
    for name, split in splits.items():
        functions[f"{name}, written"] = lambda split=split: stream_sums(  # type: ignore[misc]
            need, pool, split, work.group, GROUPS, received_kwh=out
        )
        functions[f"{name}, sums only"] = lambda split=split: stream_sums(  # type: ignore[misc]
            need, pool, split, work.group, GROUPS
        )
    for name, split in work.splits.items():
        functions[f"{name}, sums of two draws"] = lambda split=split: list(  # type: ignore[misc]
            executor.map(lambda _n: fast.split_sums(work.sheet, work.needs, work.made_kwh, [split]), range(2))
        )
    best = rounds(functions)
    copy, read = best["STREAM copy, 2 threads"], best["STREAM read, 2 threads"]
    for name in splits:
        say(ASKED, f"one large operation, {name}, over STREAM copy", copy / best[f"{name}, written"], 0.8)
        say(ASKED, "  the same, sums alone, over STREAM read", read / best[f"{name}, sums only"], 0.8)
    # Two draws read the steps with production twice.
    lit = 2.0 * work.needs.base_kwh.shape[1] / len(need)
    for name in work.splits:
        seconds = best[f"{name}, sums of two draws"]
        say(ASKED, f"fast batch, {name}, over STREAM read", lit * read / seconds, 0.6)


MEMORY = """
import resource
import numpy as np
from benchmarks.job import GROUPS, job
from benchmarks.stream_sums import stream_sums
from acc.batch.sums import prorata_split
work = job(40, 60)
small = work.exchange
stream_sums(small.consumption_kwh, small.production_kwh.sum(axis=1), prorata_split(40), work.group, GROUPS)
need, pool = np.ones((35040, 1000)), np.ones(35040)
group = np.arange(35040) % GROUPS
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
stream_sums(need, pool, prorata_split(1000), group, GROUPS)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, need.nbytes / 2**20)
"""


def test_sums_only_need_no_memory() -> None:
    assert resource.RUSAGE_SELF is not None
    ran = subprocess.run([sys.executable, "-c", MEMORY], cwd=ROOT, capture_output=True, text=True, check=True)
    more_mb, loads_mb = map(float, ran.stdout.split())
    say("G4", "more memory for sums only, MB", more_mb, 0.05 * loads_mb + 64.0, more=False)
