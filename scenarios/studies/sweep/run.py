"""A sweep from folder to summary: run or resumed, summed up, written."""

import os
from collections.abc import Callable
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from gettext import ngettext
from pathlib import Path
from shutil import rmtree

from acc.result.sweep import SweepReport
from profiles.files.atomic_write import write_atomic
from scenarios.operation.draws.compute import middle_results
from scenarios.operation.draws.kept_ranges import SUMMARY, summary_bytes
from scenarios.operation.draws.ranges import Summary
from scenarios.operation.draws.results import DrawResults
from scenarios.operation.metering.memory import trimmed
from scenarios.operation.ready.provenance import operation_status
from scenarios.operation.store.store import sign_in_hidden_file
from scenarios.studies.sweep.csv_tables import sweep_tables
from scenarios.studies.sweep.executors import Cluster, cluster_executor, local_executor
from scenarios.studies.sweep.prepare import Advance, Sweep, prepare, run_sweep
from scenarios.studies.sweep.statistics import sweep_report


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
        prepared = prepare(
            folder,
            out,
            draws=choices.draws,
            seed=choices.seed,
            use_cache=choices.use_cache,
            progress=progress,
        )
        results = _run(prepared, cluster, choices.workers, advance)
    trimmed()
    summary = Summary(prepared.plan, results, middle_results(prepared.plan))
    report = sweep_report(summary, prepared.inputs, prepared.notes)
    for name, table in sweep_tables(report).items():
        write_atomic(prepared.folder / name, table)
    content = summary_bytes(report)
    sign_in_hidden_file(write_atomic(prepared.folder / SUMMARY, content), content)
    rmtree(prepared.folder / "stock", ignore_errors=True)  # what draws are made from: its parts say the rest
    # Of this run alone: the summary is that of a sweep whose parts were never touched.
    notes = (*report.notes, *_recomputed(prepared.parts.refused))
    return replace(report, status=operation_status(prepared.scenario, None), notes=notes), prepared


def _recomputed(parts: int) -> tuple[str, ...]:
    """Message on kept parts that were invalid."""
    text = ngettext(
        "{count} part of the draws was not as written here (changed, cut, from elsewhere): drawn again",
        "{count} parts of the draws were not as written here (changed, cut, from elsewhere): drawn again",
        parts,
    )
    return (text.format(count=parts),) if parts else ()


def _run(
    sweep: Sweep, cluster: Cluster | None, workers: int | None, advance: Callable[[Advance], None]
) -> DrawResults:
    if cluster is not None:
        with cluster.lost():
            return run_sweep(sweep, cluster.make, cluster.workers, advance)
    count = workers or os.cpu_count() or 1
    return run_sweep(sweep, local_executor(sweep.plan.engine, count), count, advance)
