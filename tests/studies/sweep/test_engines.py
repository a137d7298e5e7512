"""Sweeps that lose a worker or are killed: a real dask cluster, real processes, the same bytes in the end."""

import os
import random
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from click.testing import CliRunner

from acc.problem import InputError
from acc.version import VERSION
from cli import main
from scenarios.operation.draws.compute import NUMPY
from scenarios.operation.store.store import PACKAGES
from scenarios.studies.sweep import executors
from scenarios.studies.sweep import run as runs
from scenarios.studies.sweep.executors import (
    Cluster,
    SweepParts,
    cluster_executor,
    local_executor,
    program,
    refuse_others,
)
from scenarios.studies.sweep.run import Advance, Sweep, prepare, run_sweep
from tests.closed import on_posix
from tests.scenarios.operation import write_operation

ROOT = Path(__file__).resolve().parents[3]
KEYS = {', "catch-up"': ""}

SWEEP = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from scenarios.studies.sweep.run import prepare, run_sweep
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
@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_ends_with_the_same_bytes(whole: Sweep, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    made = replace(whole, folder=tmp_path, parts=SweepParts(tmp_path, whole.parts.digest, whole.plan))
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


def struck(made: list[Executor]) -> Executor:
    """Two processes of this machine, which `made` holds."""
    made.append(local_executor(NUMPY, 2)())
    return made[-1]


@pytest.mark.slow
def test_a_process_of_this_machine_that_is_killed_once_costs_nothing(whole: Sweep, tmp_path: Path) -> None:
    made = replace(whole, folder=tmp_path, parts=SweepParts(tmp_path, whole.parts.digest, whole.plan))
    pools, killed = list[Executor](), list[int]()

    def kill_one(advance: Advance) -> None:
        if advance.done >= 40 and not killed:
            killed.append(next(iter(pools[0]._processes)))  # type: ignore[attr-defined]
            os.kill(killed[0], signal.SIGKILL)

    run_sweep(made, lambda: struck(pools), 2, kill_one)
    assert len(pools) == 2
    assert bytes_of(tmp_path) == bytes_of(whole.folder)


@pytest.mark.slow
def test_processes_that_are_killed_again_are_said_and_a_later_run_goes_on(
    whole: Sweep, tmp_path: Path
) -> None:
    made = replace(whole, folder=tmp_path, parts=SweepParts(tmp_path, whole.parts.digest, whole.plan))
    pools: list[Executor] = []
    killed = list[int]()

    def kill_one(advance: Advance) -> None:
        if len(killed) < len(pools) and advance.done >= 40 * len(pools):
            killed.append(next(iter(pools[-1]._processes)))  # type: ignore[attr-defined]
            os.kill(killed[-1], signal.SIGKILL)

    with pytest.raises(InputError, match=r"a worker died twice; \d+ draws of 200 are kept"):
        run_sweep(made, lambda: struck(pools), 2, kill_one)
    seen: list[Advance] = []
    run_sweep(made, lambda: ThreadPoolExecutor(1), 1, seen.append)
    assert seen[0].done >= 40
    assert bytes_of(tmp_path) == bytes_of(whole.folder)


def die_half_way() -> None:
    """A task whose process dies with half of its result in the pipe."""

    def send(pipe: Connection, _data: object) -> None:
        os.write(pipe.fileno(), struct.pack("!i", 4_096) + b"half")
        os.kill(os.getpid(), signal.SIGKILL)

    Connection._send_bytes = send  # type: ignore[attr-defined]


@on_posix
@pytest.mark.slow
def test_a_process_that_dies_half_way_through_sending_its_result_is_not_waited_for(
    whole: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "QUIET_SECONDS", 0.2)
    made = replace(whole, folder=tmp_path, parts=SweepParts(tmp_path, whole.parts.digest, whole.plan))
    pools: list[Executor] = []

    def pool() -> Executor:
        if pools:
            return ThreadPoolExecutor(1)
        struck(pools).submit(die_half_way)
        return pools[0]

    run_sweep(made, pool, 2)
    assert bytes_of(tmp_path) == bytes_of(whole.folder)


SCHEDULER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    started = LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0", host="127.0.0.1",
        protocol="tcp://",
    )
    print(started.scheduler_address, flush=True)
    sys.stdin.read()
"""


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.slow
def test_a_scheduler_that_is_killed_is_said_and_the_sweep_goes_on_without_it(
    whole: Sweep, tmp_path: Path
) -> None:
    pytest.importorskip("distributed")
    made = replace(whole, folder=tmp_path, parts=SweepParts(tmp_path, whole.parts.digest, whole.plan))
    command = [sys.executable, "-c", SCHEDULER]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as scheduler:
        assert scheduler.stdout is not None
        cluster = cluster_executor(scheduler.stdout.readline().strip())

        def kill(advance: Advance) -> None:
            if advance.done >= 40:
                scheduler.kill()

        with pytest.raises(InputError, match="the cluster was lost"), cluster.lost():
            run_sweep(made, cluster.make, cluster.workers, kill)
        cluster.close()
    left = len(bytes_of(tmp_path))
    run_sweep(made, lambda: ThreadPoolExecutor(1), 1)
    assert 2 <= left < len(bytes_of(tmp_path))
    assert bytes_of(tmp_path) == bytes_of(whole.folder)


NO_WORKER = """
import sys
from distributed import LocalCluster

started = LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0", host="127.0.0.1", protocol="tcp://")
print(started.scheduler_address, flush=True)
sys.stdin.read()
"""


@contextmanager
def scheduler_of(text: str) -> Iterator[str]:
    """Address of a scheduler that a program starts."""
    command = [sys.executable, "-c", text]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as own:
        assert own.stdout is not None
        yield own.stdout.readline().strip()
        own.kill()


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_cluster_without_workers_is_said_in_seconds_and_the_command_ends(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    folder = write_operation(tmp_path / "op")
    with scheduler_of(NO_WORKER) as address:
        began = time.monotonic()
        asked = CliRunner().invoke(main, ["sweep", str(folder), "--cluster", address, "--lang", "en"])
        assert time.monotonic() - began < 10.0
    assert asked.exit_code != 0
    assert "the scheduler answers, but it has no worker: start one" in asked.output


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_cluster_whose_workers_never_answer_is_said_and_left(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(executors, "WORKER_SECONDS", 2)
    monkeypatch.setattr(executors, "program", sleep_long)
    with scheduler_of(SCHEDULER) as address:
        began = time.monotonic()
        with pytest.raises(InputError, match="workers of the cluster do not answer within 2 s"):
            cluster_executor(address)
        assert time.monotonic() - began < 15.0


def sleep_long() -> str:
    time.sleep(20.0)
    return ""


class _Hands:
    """A client of which so many workers are left, one look after the other."""

    def __init__(self, *left: int) -> None:
        self.left = list(left)

    def nthreads(self) -> dict[str, int]:
        return dict.fromkeys(map(str, range(self.left.pop(0))), 1)


def test_workers_that_went_away_are_told_as_a_cluster_that_was_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(executors, "CONNECT_SECONDS", 0)
    for there in (_Hands(1), _Hands(0, 1)):
        cluster = Cluster(there, 1)  # type: ignore[arg-type]  # what is asked of a client here
        cluster.check()
    gone = Cluster(_Hands(0, 0), 1)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"the cluster was lost \(it has no worker left\)"), gone.lost():
        gone.check()


def test_a_sweep_that_gets_no_result_looks_whether_who_works_is_there(
    whole: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = replace(whole, folder=tmp_path, parts=SweepParts(tmp_path, whole.parts.digest, whole.plan))
    monkeypatch.setattr(runs, "QUIET_SECONDS", 0.05)

    class Silent(ThreadPoolExecutor):
        def submit(self, *_task: object, **_more: object) -> Future[None]:  # type: ignore[override]  # never done
            return Future()

    def gone() -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        run_sweep(made, lambda: Silent(1), 1, check=gone)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_worker_of_the_same_version_whose_code_is_another_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    for package in PACKAGES:
        copytree(ROOT / package, tmp_path / package, ignore=ignore_patterns("__pycache__", "*.png", "*.mo"))
    with (tmp_path / "scenarios/rates/turpe.csv").open("a", encoding="utf-8") as rates:
        rates.write("\n")
    command = [sys.executable, "-c", SCHEDULER]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as scheduler:
        assert scheduler.stdout is not None
        with pytest.raises(InputError, match=f"runs another program.*{VERSION}.*than this one.*{VERSION}"):
            cluster_executor(scheduler.stdout.readline().strip())
        scheduler.kill()


@pytest.mark.slow
def test_a_worker_that_came_late_with_another_program_is_refused_by_its_task(
    whole: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = replace(whole, folder=tmp_path, parts=SweepParts(tmp_path, whole.parts.digest, whole.plan))
    monkeypatch.setattr("scenarios.studies.sweep.run.program", lambda: "autoconso 9")
    with pytest.raises(InputError, match="runs another program") as refused:
        run_sweep(made, lambda: ThreadPoolExecutor(1), 1)
    assert refused.value.problems[0].path == "--cluster"
    assert not (tmp_path / "results").exists()


def test_a_worker_without_the_program_is_refused_with_what_it_lacks() -> None:
    with pytest.raises(InputError, match=r"w1 runs another program .ModuleNotFoundError: No module"):
        refuse_others(
            {"w0": program(), "w1": ModuleNotFoundError("No module named 'scenarios'")}, "--cluster"
        )


def killed_at_random(folder: Path, out: Path, draws: int, times: int, seed: int) -> list[int]:
    """Start the sweep, kill it soon after a part is done, and again; return the parts that each kill left."""
    generator = random.Random(seed)
    left = []
    for attempt in range(times + 1):
        command = [sys.executable, "-c", SWEEP, str(folder), str(out), str(draws)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            if attempt < times:
                before = parts_of(out)
                while process.poll() is None and parts_of(out) == before:
                    time.sleep(0.005)
                time.sleep(generator.uniform(0.0, 5e-5 * draws / times))
                process.send_signal(signal.SIGKILL)
            if process.wait() == -signal.SIGKILL:
                left.append(parts_of(out))
    return left


def parts_of(out: Path) -> int:
    return len(list(out.glob("*/results/*.parquet")))


def check_kills(whole: Sweep, folder: Path, tmp_path: Path, draws: int, times: int) -> list[int]:
    left = killed_at_random(folder, tmp_path, draws, times, seed=times)
    (made,) = tmp_path.iterdir()
    assert made.name == whole.folder.name
    assert bytes_of(made) == bytes_of(whole.folder)
    return left


@pytest.mark.slow
def test_a_sweep_killed_once_ends_with_the_same_bytes(whole: Sweep, folder: Path, tmp_path: Path) -> None:
    assert 0 < sum(check_kills(whole, folder, tmp_path, 200, 1)) <= 10


@pytest.mark.slow
def test_a_sweep_killed_ten_times_ends_with_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    long = prepare(folder, folder / "long", draws=4000, engine=NUMPY)
    run_sweep(long, lambda: ThreadPoolExecutor(1), 1)
    left = check_kills(long, folder, tmp_path, 4000, 10)
    assert len(left) == 10
    # Struck amid the work, each time further on: not before it, nor when all was done.
    assert len(set(left)) >= 8
    assert 0 < max(left) < len(bytes_of(long.folder))
