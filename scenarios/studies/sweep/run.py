"""A sweep from folder to summary: run or resumed, summed up, written.

The tables of a sweep, for a spreadsheet: what `summary.json` holds, one figure a row.

A sweep: keys x variants x draws, written in batches as they come, resumed where it stopped.

The results are a folder of Parquet parts, one for each range of draws, each written under a temporary
name and renamed once it is whole. A part depends on its range only: parts that are there are kept, so a
sweep that was killed ends with the same bytes as one that was not, whatever the workers.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from gettext import gettext as _
from gettext import ngettext
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

import numpy as np

from acc.batch.key_forms import split_of
from acc.batch.sums import ProductiveSteps
from acc.devices.battery import ServedLast
from acc.i18n import semicolons
from acc.keys import KEYS
from acc.problem import InputError, Problem
from acc.result.sweep import SweepReport, VariantDraws
from acc.scenario import KeyChoice, Scenario
from profiles.files.atomic_write import PartError, write_atomic
from profiles.text.delimited import csv_text
from scenarios.entry.folder.load import scenario_of
from scenarios.entry.folder.raw import RawFolder, read_source
from scenarios.entry.folder.settings import with_variant
from scenarios.operation.draws.case import case_of
from scenarios.operation.draws.compute import NUMBA, NUMPY, SweepPlan, middle_results, plan_of, work
from scenarios.operation.draws.ranges import Summary
from scenarios.operation.draws.results import DrawResults
from scenarios.operation.draws.settings import SweepChoice, read_sweep, sweep_digest
from scenarios.operation.metering.kept_meters import sky_position, weather_years
from scenarios.operation.metering.memory import trimmed
from scenarios.operation.metering.meter import Metered, Progress, meter
from scenarios.operation.metering.subprocess_worker import Makers
from scenarios.operation.ready.operation import Operation, operation_of
from scenarios.operation.ready.other_keys import keys_left_out
from scenarios.operation.ready.request import operation_status, provenance
from scenarios.operation.store.store import KeptStore, sign_in_hidden_file
from scenarios.studies.sweep.executors import (
    Cluster,
    OtherProgramError,
    check_disk_fits,
    cluster_executor,
    local_executor,
    on_disk,
    program,
    refused,
    waits_on_disk,
    work_as,
)
from scenarios.studies.sweep.kept import SUMMARY, summary_bytes
from scenarios.studies.sweep.statistics import sweep_report

if TYPE_CHECKING:
    from scenarios.studies.sweep.executors import SweepParts


PART_DRAWS = 20
"""Draws of a part, and of a task: long enough (0.1 s and more) that handing it out costs nothing."""

AHEAD = 2
"""Tasks waiting for each worker, so that none is idle while a part is written."""

QUIET_SECONDS = 10
"""After so long without a result one looks whether who works is still there."""


@dataclass(frozen=True, slots=True)
class Advance:
    """How far a sweep is.

    Attributes:
        done, total: draws; `kept` of them were there from an earlier run.
    """

    done: int
    total: int
    kept: int


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """A sweep made ready.

    Attributes:
        folder: where it is written, named after everything that it rests on.
        notes: what was left out or taken by default, sentences already translated.
        inputs: sha256 of every file that it rests on, by path relative to the operation folder.
    """

    plan: SweepPlan
    folder: Path
    parts: "SweepParts"
    notes: tuple[str, ...]
    inputs: Mapping[str, str]

    @property
    def scenario(self) -> Scenario:
        """The folder as it stands."""
        return self.plan.cases[0].scenario


def prepare(
    folder: Path,
    out: Path,
    *,
    draws: int | None = None,
    seed: int | None = None,
    use_cache: bool = True,
    engine: str | None = None,
    progress: Progress = lambda _text: None,
) -> Sweep:
    """Return the sweep of an operation folder, its arrays written in a folder of `out`.

    Args:
        engine: `numba` or `numpy`; the compiled one where it is installed, when None.

    Raises:
        InputError: every fault of the folder, its curves, keys, prices and `[sweep]`; a full disk.
    """
    source = read_source(folder)
    choice = read_sweep(source, draws=draws, seed=seed)
    engine = engine or (NUMBA if find_spec("numba") else NUMPY)
    cache = KeptStore.of(folder, use_cache=use_cache)
    scenarios = _scenarios(source, choice)
    years = len(weather_years(scenarios[0], choice.weather_years))
    check_disk_fits(scenarios, years, out)
    stored = partial(on_disk, spool=out) if waits_on_disk(scenarios, years) else lambda metered: metered
    with Makers() as makers:
        meters = partial(meter, folder=folder, cache=cache, progress=progress, makers=makers)
        operations = [
            _ground(scenario, choice, folder, lambda year: stored(meters(year))) for scenario in scenarios
        ]
    from scenarios.studies.sweep.executors import SweepParts  # noqa: PLC0415 - pyarrow, once those who made curves are gone

    same = _("The weather comes from a file: the year is the same in every draw.")
    notes = (same,) if years < choice.weather_years else ()
    choice = replace(choice, weather_years=years)
    keys, not_compared = chosen_keys(choice, [operation for operation, _metered in operations])
    inputs = _inputs(operations, folder)
    tariffs = [operation.tariffs for operation, _metered in operations]
    digest = sweep_digest(choice, keys, engine, inputs, tariffs)
    where = out / f"sweep-{digest[:8]}"
    cases = [
        case_of(
            operation,
            metered,
            [operation.read(operation.scenario.choice(name)) for name in keys],
            where / "stock" / str(number),
            reform=choice.off_peak_reform_ratio > 0.0,
        )
        for number, (operation, metered) in enumerate(operations)
    ]
    plan = plan_of(choice, cases, keys, engine)
    return Sweep(plan, where, SweepParts(where, digest, plan), (*not_compared, *notes), inputs)


def run_sweep(
    sweep: Sweep,
    make_executor: Callable[[], Executor],
    workers: int,
    advance: Callable[[Advance], None] = lambda _advance: None,
    check: Callable[[], None] = lambda: None,
) -> DrawResults:
    """Return the results of every draw, computed where they are not yet written.

    Args:
        make_executor: called once, and once more after a worker died; the executor is closed at the end.
        workers: how many tasks run at once.
        check: raises where those who work are gone; done whenever no result came for a while.

    Raises:
        InputError: a worker that keeps dying or runs another program, a disk that is full; what was done
            stays written.
    """
    total = sweep.plan.choice.draws
    kept = sweep.parts.kept(total, PART_DRAWS)
    missing = [span for span in spans(total) if span not in kept]
    done = sum(stop - first for first, stop in kept)
    already = done
    advance(Advance(done, total, already))
    for attempt in range(2):
        try:
            for span, results in _computed(sweep.plan, missing, make_executor, workers, check):
                sweep.parts.write(span, results)
                kept = [*kept, span]
                done += span[1] - span[0]
                advance(Advance(done, total, already))
            sweep.parts.write_draws(total)
            break
        except BrokenProcessPool:
            missing = [span for span in missing if span not in kept]
            if attempt:
                message = _("a worker died twice; {done} draws of {total} are kept: run again to go on")
                raise InputError([Problem("", message.format(done=done, total=total))]) from None
        except OtherProgramError as fault:
            raise InputError([refused(_("that came late"), str(fault), "--cluster")]) from None
        except PartError as fault:
            message = _("cannot write: {reason}; {done} draws of {total} are kept: make room and run again")
            filled = message.format(reason=fault.reason, done=done, total=total)
            raise InputError([Problem(str(sweep.folder), filled)]) from None
    return sweep.parts.read(spans(total))


def spans(total: int) -> list[tuple[int, int]]:
    """Return the ranges of draws, one for each part.

    >>> spans(45)
    [(0, 20), (20, 40), (40, 45)]
    """
    return [(first, min(first + PART_DRAWS, total)) for first in range(0, total, PART_DRAWS)]


def _computed(
    plan: SweepPlan,
    missing: Iterable[tuple[int, int]],
    make_executor: Callable[[], Executor],
    workers: int,
    check: Callable[[], None],
) -> Iterable[tuple[tuple[int, int], DrawResults]]:
    """Yield each range with its results, in the order in which they come."""
    waiting, own = list(missing)[::-1], program()
    if not waiting:
        return
    with make_executor() as executor:
        running: dict[Future[DrawResults], tuple[int, int]] = {}
        try:
            while waiting or running:
                while waiting and len(running) < AHEAD * workers:
                    span = waiting.pop()
                    running[executor.submit(work_as, own, partial(work, plan, *span))] = span
                finished, _rest = wait(running, QUIET_SECONDS, return_when=FIRST_COMPLETED)
                if not finished:
                    _end_half_sent(executor)
                    check()
                for future in sorted(finished, key=lambda f: running[f]):
                    yield running.pop(future), future.result()
        finally:
            for future in running:
                future.cancel()


def _end_half_sent(executor: Executor) -> None:
    """End the processes of a pool where one died half-way through sending a result, else it waits for ever.

    Who reads the pipe waits for the rest as long as somebody may write to it, this process included. A pool
    that knows of the dead has broken by then, and loses nothing here.
    """
    processes = list((getattr(executor, "_processes", None) or {}).values())
    if not all(process.is_alive() for process in processes):
        for process in processes:
            process.kill()
        executor._result_queue._writer.close()  # type: ignore[attr-defined]


def chosen_keys(
    choice: SweepChoice, operations: Sequence[Operation]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the keys to compare, the folder's own first, and what to say of those left out.

    Without a list: every key whose parameters suit every variant and whose sums are fast; the others on
    request.

    Args:
        operations: of the folder as it stands, then of its variants.

    Raises:
        InputError: the folder's own key, or one asked for, whose parameters do not suit a variant.
    """
    scenario = operations[0].scenario
    names = tuple(dict.fromkeys((scenario.key.name, *choice.keys)))
    for name in names:
        _check_key(name, operations)
    if choice.keys:
        return names, ()
    slow, compared, left_out = list[str](), [scenario.key.name], dict[str, str]()
    for name in KEYS:
        if name == scenario.key.name:
            continue
        try:
            _check_key(name, operations)
            if _is_fast(scenario.choice(name), operations[0]):
                compared.append(name)
            else:
                slow.append(name)
        except InputError as fault:
            left_out[name] = semicolons(dict.fromkeys(problem.message for problem in fault.problems))
    message = _("Not drawn, computed step by step: {names}. Name them in [sweep] keys to draw them too")
    title = _("{title} (`{name}`)")
    titles = ", ".join(title.format(title=_(KEYS[name].title), name=name) for name in slow)
    notes = [message.format(names=titles)] if slow else []
    return tuple(compared), (*notes, *keys_left_out(scenario, left_out))


def _check_key(name: str, operations: Sequence[Operation]) -> None:
    """Refuse a key that cannot be built in the folder or one of its variants.

    Raises:
        InputError: why, and in which variant.
    """
    for operation in operations:
        try:
            operation.key(operation.scenario.choice(name))
        except InputError as fault:
            variant = operation.scenario.variant
            if not variant:
                raise
            message = _("in the variant “{variant}”, key {key}: {why}")
            raise InputError(
                [
                    Problem(p.path, message.format(variant=variant, key=name, why=p.message))
                    for p in fault.problems
                ]
            ) from None


def _is_fast(choice: KeyChoice, operation: Operation) -> bool:
    exchange = operation.exchange
    # A step of the day stands for all: each step is then a group, or as many as have one order.
    lit = np.zeros(exchange.steps.count, dtype=np.bool_)
    lit[exchange.production_kwh.any(axis=1).argmax()] = True
    sheet = ProductiveSteps.of(lit, np.zeros(len(lit), dtype=np.int64), 1)
    key = operation.key(choice)
    key = key.key if isinstance(key, ServedLast) else key
    return split_of(key, exchange.consumption_kwh.shape[1], sheet) is not None


def _scenarios(source: RawFolder, choice: SweepChoice) -> list[Scenario]:
    """Return the folder as it stands and its variants, all under one sky: draws are paired."""
    own = scenario_of(source)
    variants = [scenario_of(with_variant(source, name), variant=name) for name in choice.variants]
    sky = sky_position(own) if variants else None
    if sky is not None:
        variants = [replace(v, weather=replace(v.weather, position=sky)) for v in variants]
    return [own, *variants]


def _ground(
    scenario: Scenario, choice: SweepChoice, folder: Path, meters: Callable[[Scenario], Metered]
) -> tuple[Operation, list[Metered]]:
    """Operation of a variant, and its meters under each weather year."""
    metered = [meters(year) for year in weather_years(scenario, choice.weather_years)]
    return operation_of(scenario, metered[0], folder), metered


def _inputs(operations: Sequence[tuple[Operation, list[Metered]]], folder: Path) -> dict[str, str]:
    """Return the sha256 of every file that a sweep rests on, by path relative to the folder."""
    operation, metered = operations[0]
    inputs = dict(provenance(operation.scenario, metered[0], folder, date.min, ()).inputs)
    for _ground_of, meters in operations:
        for metered_case in meters:
            inputs |= metered_case.inputs
    return inputs


RANGES = ("variant", "key", "member", "indicator", "p10", "p50", "p90")
KEY_COLUMNS = ("variant", "indicator", "key", "member", "best_ratio", "regret")
BEATS = ("variant", "indicator", "key", "rival", "member", "beats_ratio")


def sweep_tables(report: SweepReport) -> dict[str, bytes]:
    """Return ranges.csv, keys.csv and beats.csv; the member "" is the whole operation.

    A regret is in the unit of its indicator.
    """
    variants = report.variants
    return {
        "ranges.csv": _csv(RANGES, (row for variant in variants for row in _ranges(variant))),
        "keys.csv": _csv(KEY_COLUMNS, (row for variant in variants for row in _keys(variant))),
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
    return csv_text([header, *rows], ",").encode()


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
            return run_sweep(sweep, cluster.make, cluster.workers, advance, cluster.check)
    count = workers or os.cpu_count() or 1
    return run_sweep(sweep, local_executor(sweep.plan.engine, count), count, advance)
