"""A territory of 10,000 sites on two dask workers, and how the time of its bound grows with the sites.

    python -m benchmarks.bench_territory [--sizes 500,1000,2000,4000,10000] [--cluster 10000] [--keep DIR]

Each size runs in a process of its own, the bound as the largest territories have it (60 classes of hours,
places cut three times), whatever the size: its CPU is that of its thread. The case of the cluster is the
command as a syndicate runs it, one of the two workers killed while the bound is sought: seconds of the bound,
memory of all processes together, gap. `--keep` leaves the folders there. Half an hour on a machine that does
nothing else.
"""

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.bench_scale import measured, slope
from benchmarks.measure import say
from scenarios.studies.territory.run import demo_territory

GOAL = "territory"
SECONDS, GB, GAP_PERCENT, SLOPE = 300.0, 1.5, 8.0, 1.2
MOST_SECONDS = 7_200.0

BOUND = """
import sys, time
from pathlib import Path
from scenarios.studies.territory import solve, stages
from scenarios.studies.territory.run import territory_folder
solve.TILED, bounded = 0, stages.bounded
def timed(*asked, **more):
    began = time.thread_time()
    found = bounded(*asked, **more)
    print("bound", time.thread_time() - began, file=sys.stderr)
    return found
stages.bounded = timed
folder = Path(sys.argv[1])
report = territory_folder(folder, folder / "out", seed=24, force=True, progress=lambda text: None).report
print("told", report.added_eur, report.bound_eur, report.saved_eur, file=sys.stderr)
"""
"""A territory whose bound is timed."""

CLUSTER = """
import os, signal, sys, time
from pathlib import Path
from threading import Timer
from distributed import LocalCluster
from scenarios.studies.territory.run import territory_folder
if __name__ == "__main__":
    folder, began = Path(sys.argv[1]), time.perf_counter()
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1"
    ) as started:
        one = next(iter(started.workers.values())).process.process.pid
        def progress(text):
            if text.startswith(("a first plan", "what no plan", "a better plan")):
                print("at", time.perf_counter() - began, text, file=sys.stderr, flush=True)
            if text.startswith("what no plan"):
                Timer(20.0, os.kill, (one, signal.SIGKILL)).start()
        found = territory_folder(
            folder, folder / "out", seed=24, force=True, progress=progress, cluster=started.scheduler_address
        )
        print("at", time.perf_counter() - began, "written", file=sys.stderr)
    report = found.report
    print("told", report.added_eur, report.bound_eur, report.saved_eur, file=sys.stderr)
"""
"""A territory on a cluster that loses a worker 20 s after the bound is asked for."""


def gap_of(words: str) -> float:
    """Print what was told of a plan and its bound; return the gap as a percentage of what the plan brings."""
    (told,) = [line.split()[1:] for line in words.splitlines() if line.startswith("told ")]
    added, bound, saved = map(float, told)
    gap, gross = 100.0 * (bound / added - 1.0), 100.0 * (bound - added) / saved
    print(f"  plan {added:,.0f} EUR, bound {bound:,.0f} EUR: {bound - added:,.0f} EUR, {gap:.2f} %")
    print(f"  of what is saved before costs: {gross:.2f} %", flush=True)
    return gap


def bounds(where: Path, sizes: list[int]) -> None:
    """Print the CPU of the bound by size, and its slope."""
    seconds = list[float]()
    for size in sizes:
        folder = where / str(size)
        demo_territory(folder, size, seed=24, force=True)
        one = measured([sys.executable, "-c", BOUND, str(folder)], MOST_SECONDS)
        if one.code:
            raise SystemExit(one.said)
        (line,) = [line for line in one.said.splitlines() if line.startswith("bound ")]
        seconds.append(float(line.split()[1]))
        beside = f"in all {one.cpu:6.0f} s, {one.megabytes:5.0f} MB"
        print(f"{size:6d} sites: bound {seconds[-1]:6.1f} s of CPU; {beside}")
        gap_of(one.said)
    say(
        GOAL, "time of the bound against the number of sites, slope", slope(sizes, seconds), SLOPE, more=False
    )


def on_a_cluster(where: Path, sites: int) -> None:
    """Print what a territory takes on two dask workers, one of which is killed."""
    folder = where / f"cluster-{sites}"
    demo_territory(folder, sites, seed=24, force=True)
    one = measured([sys.executable, "-c", CLUSTER, str(folder)], MOST_SECONDS)
    times = [line.split(maxsplit=2)[1:] for line in one.said.splitlines() if line.startswith("at ")]
    print("\n".join(f"  {float(at):7.1f} s: {text}" for at, text in times))
    if one.code:
        raise SystemExit(one.said)
    told = [float(at) for at, text in times if text.startswith(("what no plan", "a better plan"))]
    print(f"{sites} sites on two dask workers, one killed: {one.seconds:.0f} s, {one.cpu:.0f} s of CPU")
    say(GOAL, "bound, s", told[1] - told[0], SECONDS, more=False)
    say(GOAL, "memory of all processes, GB", one.megabytes / 1e3, GB, more=False)
    say(GOAL, "gap, %", gap_of(one.said), GAP_PERCENT, more=False)


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="500,1000,2000,4000,10000")
    parser.add_argument("--cluster", type=int, default=10_000, help="sites, 0: not tried")
    parser.add_argument("--keep", type=Path, help="folder to leave what was made in")
    asked = parser.parse_args()
    with nullcontext(asked.keep) if asked.keep else TemporaryDirectory() as made:
        if asked.cluster:
            on_a_cluster(Path(made), asked.cluster)
        if asked.sizes:
            bounds(Path(made), [int(size) for size in asked.sizes.split(",")])


if __name__ == "__main__":
    main()
