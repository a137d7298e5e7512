"""A sweep from folder to summary: run or resumed, summed up, written.

The tables of a sweep, for a spreadsheet: what `summary.json` holds, one figure a row.
"""

import csv
import os
from collections.abc import Callable, Iterable
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from gettext import ngettext
from io import StringIO
from pathlib import Path
from shutil import rmtree

from acc.result.sweep import SweepReport, VariantDraws
from profiles.files.atomic_write import write_atomic
from scenarios.operation.draws.ranges import Summary
from scenarios.operation.draws.results import DrawResults
from scenarios.operation.draws.summary_file import SUMMARY, summary_bytes
from scenarios.operation.draws.worker import middle_results
from scenarios.operation.metering.memory import trimmed
from scenarios.operation.ready.status import operation_status
from scenarios.operation.store.signed_files import sign_in_hidden_file
from scenarios.studies.sweep.executors import Cluster, cluster_executor, local_executor
from scenarios.studies.sweep.prepare import Advance, Sweep, prepare, run_sweep
from scenarios.studies.sweep.statistics import sweep_report

RANGES = ("variant", "key", "member", "indicator", "p10", "p50", "p90")
KEYS = ("variant", "indicator", "key", "member", "best_ratio", "regret")
BEATS = ("variant", "indicator", "key", "rival", "member", "beats_ratio")


def sweep_tables(report: SweepReport) -> dict[str, bytes]:
    """Return ranges.csv, keys.csv and beats.csv; the member "" is the whole operation.

    A regret is in the unit of its indicator.
    """
    variants = report.variants
    return {
        "ranges.csv": _csv(RANGES, (row for variant in variants for row in _ranges(variant))),
        "keys.csv": _csv(KEYS, (row for variant in variants for row in _keys(variant))),
        "beats.csv": _csv(BEATS, (row for variant in variants for row in _beats(variant))),
    }


def _ranges(variant: VariantDraws) -> Iterable[tuple[str, ...]]:
    for key, results in variant.keys.items():
        for indicator, rows in results.ranges.items():
            for member, values in rows.items():
                yield (variant.name, key, member, indicator, *(repr(float(v)) for v in values))


def _keys(variant: VariantDraws) -> Iterable[tuple[str, ...]]:
    for indicator, by_key in variant.regret.items():
        for key, by_member in by_key.items():
            for member, regret in by_member.items():
                best = variant.best[indicator][key].get(member)
                ratio = "" if best is None else repr(best)
                yield (variant.name, indicator, key, member, ratio, repr(regret))


def _beats(variant: VariantDraws) -> Iterable[tuple[str, ...]]:
    for indicator, by_key in variant.beats.items():
        for key, rivals in by_key.items():
            for rival, by_member in rivals.items():
                for member, ratio in by_member.items():
                    yield (variant.name, indicator, key, rival, member, repr(ratio))


def _csv(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()


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
