"""A sweep from folder to summary: run or resumed, summed up, written; found again for a brief."""

import os
from collections.abc import Callable, Mapping
from contextlib import closing, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from acc.result.result import Alone, Ranges, Result
from acc.result.sweep import SweepReport
from acc.version import VERSION
from scenarios.folder.atomic_write import write_whole
from scenarios.folder.raw import OPERATION, PARTICIPANTS, PLANTS
from scenarios.metering.cache import file_sha256
from scenarios.sweeping.csv_tables import sweep_tables
from scenarios.sweeping.executors import Cluster, cluster_executor, local_executor
from scenarios.sweeping.prepare import Advance, Sweep, prepare, run_sweep
from scenarios.sweeping.statistics import Summary, sweep_report
from scenarios.sweeping.summary_file import read_summary, summary_bytes
from scenarios.sweeping.worker import DrawResults

SUMMARY = "summary.json"
INPUTS = (OPERATION, PARTICIPANTS, PLANTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepChoices:
    """What the command line may say of a sweep; None takes what the folder says, or a default."""

    draws: int | None = None
    seed: int | None = None
    workers: int | None = None
    cluster: str | None = None
    use_cache: bool = True


def sweep_folder(
    folder: Path,
    out: Path,
    choices: SweepChoices,
    progress: Callable[[str], None],
    advance: Callable[[Advance], None],
) -> tuple[SweepReport, Sweep]:
    """Run or resume the sweep of a folder; return what the draws say, written beside them.

    Raises:
        InputError: every fault of the folder, an unreachable cluster, a full disk.
    """
    cluster = cluster_executor(choices.cluster) if choices.cluster else None
    with closing(cluster) if cluster else nullcontext():
        made = prepare(
            folder,
            out,
            draws=choices.draws,
            seed=choices.seed,
            use_cache=choices.use_cache,
            progress=progress,
        )
        results = _run(made, cluster, choices.workers, advance)
    report = sweep_report(Summary(made.plan, results), made.inputs, made.notes)
    for name, table in sweep_tables(report).items():
        write_whole(made.folder / name, table)
    write_whole(made.folder / SUMMARY, summary_bytes(report))
    return report, made


def _run(
    made: Sweep, cluster: Cluster | None, workers: int | None, advance: Callable[[Advance], None]
) -> DrawResults:
    if cluster is not None:
        with cluster.lost():
            return run_sweep(made, cluster.make, cluster.workers, advance)
    count = workers or os.cpu_count() or 1
    return run_sweep(made, local_executor(made.plan.engine, count), count, advance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a brief takes from a sweep: the ranges, and what each hypothesis does by itself."""

    ranges: Ranges | None = None
    draws: int | None = None
    alone: Mapping[str, Alone] = field(default_factory=dict)


def with_ranges(result: Result, folder: Path, out: Path) -> Result:
    """Return the result with what a sweep of the same inputs found, where one was made."""
    scenario = result.scenario
    if scenario.asked:  # no sweep drew what was asked over the folder
        return result
    found = kept(folder, out, variant=scenario.variant, key=scenario.key.name)
    return replace(result, ranges=found.ranges, ranges_draws=found.draws, alone=found.alone)


def kept(folder: Path, out: Path, *, variant: str | None, key: str) -> Kept:
    """Return what the last sweep of these very inputs found, nothing when there is none."""
    summaries = sorted(out.glob(f"sweep-*/{SUMMARY}"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in summaries:
        try:
            report = read_summary(path.read_bytes())
            same = all(file_sha256(folder / name) == sha for name, sha in report.inputs.items())
            if same and report.version == VERSION and set(INPUTS) <= set(report.inputs):
                return _kept_of(report, variant, key)
        except (OSError, ValueError):
            continue
    return Kept()


def _kept_of(report: SweepReport, variant: str | None, key: str) -> Kept:
    for of_variant in report.variants:
        if (of_variant.name or None) == variant and key in of_variant.keys:
            found = of_variant.keys[key]
            return Kept(ranges=found.ranges, draws=report.draws, alone=found.alone)
    return Kept()
