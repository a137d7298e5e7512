"""Sweeps that lose a worker or are killed: a real dask cluster, real processes, the same bytes in the end."""

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from scenarios.executors import cluster_executor
from scenarios.sweep import Advance, Sweep, prepare, run_sweep
from scenarios.sweep_files import Parts
from scenarios.sweep_work import NUMPY
from tests.scenarios.operation import write_operation

ROOT = Path(__file__).resolve().parents[2]
KEYS = {', "catch-up"': ""}

SWEEP = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from scenarios.sweep import prepare, run_sweep
folder, out = Path(sys.argv[1]), Path(sys.argv[2])
sweep = prepare(folder, out, draws=int(sys.argv[3]), engine="numpy")
print("ready", flush=True)
run_sweep(sweep, lambda: ThreadPoolExecutor(2), 2)
"""
"""A sweep in a process of its own, to be killed."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_operation(tmp_path_factory.mktemp("engines") / "op", **KEYS)


@pytest.fixture(scope="module")
def whole(folder: Path) -> Sweep:
    """A sweep of ten parts that was not broken."""
    sweep = prepare(folder, folder / "whole", draws=200, engine=NUMPY)
    run_sweep(sweep, lambda: ThreadPoolExecutor(1), 1)
    return sweep


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "results").iterdir())}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_cluster_that_loses_a_worker_ends_with_the_same_bytes(whole: Sweep, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    made = replace(whole, folder=tmp_path, parts=Parts(tmp_path, whole.parts.digest, whole.plan))
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1"
    ) as started:
        cluster = cluster_executor(started.scheduler_address)
        processes = [worker.process.process.pid for worker in started.workers.values()]
        killed: list[int] = []

        def kill_one(advance: Advance) -> None:
            if advance.done >= 40 and not killed:
                killed.append(processes[0])
                os.kill(processes[0], signal.SIGKILL)

        run_sweep(made, cluster.make, cluster.workers, kill_one)
        cluster.close()
    assert cluster.workers == 2
    assert killed
    assert bytes_of(tmp_path) == bytes_of(whole.folder)


def killed_at_random(folder: Path, out: Path, draws: int, times: int, seed: int) -> int:
    """Start the sweep and kill it, again and again, then let it end; return how many kills struck."""
    generator = random.Random(seed)
    struck = 0
    for attempt in range(times + 1):
        command = [sys.executable, "-c", SWEEP, str(folder), str(out), str(draws)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            if attempt < times:
                time.sleep(generator.uniform(0.0, 0.25))
                process.send_signal(signal.SIGKILL)
            struck += process.wait() == -signal.SIGKILL
    return struck


def check_kills(whole: Sweep, folder: Path, tmp_path: Path, times: int) -> None:
    struck = killed_at_random(folder, tmp_path, 200, times, seed=times)
    (made,) = tmp_path.iterdir()
    assert struck > 0
    assert made.name == whole.folder.name
    assert bytes_of(made) == bytes_of(whole.folder)


def test_a_sweep_killed_once_ends_with_the_same_bytes(whole: Sweep, folder: Path, tmp_path: Path) -> None:
    check_kills(whole, folder, tmp_path, 1)


@pytest.mark.slow
def test_a_sweep_killed_ten_times_ends_with_the_same_bytes(
    whole: Sweep, folder: Path, tmp_path: Path
) -> None:
    check_kills(whole, folder, tmp_path, 10)
