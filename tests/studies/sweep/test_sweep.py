"""A sweep without uncertainty is a run; a sweep that was broken off ends with the same bytes."""

import csv
import errno
import gc
import multiprocessing
import os
import pickle
import signal
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from acc.plan.values import cumulated_eur
from acc.problem import InputError
from profiles.files import atomic_write as whole
from scenarios.entry.folder.load import load
from scenarios.operation.draws.compute import NUMBA, NUMPY, engine_of, work
from scenarios.operation.draws.draws import Draw
from scenarios.operation.draws.loads import sums_by_group
from scenarios.operation.draws.ranges import Summary, ranges
from scenarios.operation.draws.results import BY_YEAR, GROUP, INDICATORS
from scenarios.operation.draws.settings import SPREADS
from scenarios.operation.metering.kept_meters import arrays
from scenarios.operation.store.store import KeptStore
from scenarios.run import RunParts, run
from scenarios.studies.sweep import executors as spool
from scenarios.studies.sweep.executors import GAIN, SweepParts, cluster_executor, local_executor
from scenarios.studies.sweep.run import Advance, Sweep, prepare, run_sweep, spans, sweep_tables
from scenarios.studies.sweep.statistics import sweep_report
from tests.closed import on_posix
from tests.draws import case_results
from tests.effort import few
from tests.scenarios.operation import write_operation

ENGINES = (NUMPY, NUMBA)
EVEN = dict.fromkeys(SPREADS, 1.0) | {"load_growth": 0.0}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_operation(tmp_path_factory.mktemp("sweep") / "op")


@pytest.fixture(scope="module")
def sweep(folder: Path) -> Sweep:
    """Three parts of draws, without the key that is computed step by step."""
    made = prepare(folder, folder / "out", draws=45)
    plan = replace(made.plan, keys=made.plan.keys[:-1])
    cases = tuple(replace(case, choices=case.choices[:-1]) for case in plan.cases)
    return replace(made, plan=replace(plan, cases=cases, engine=NUMPY))


def moved(sweep: Sweep, where: Path) -> Sweep:
    """Return the same sweep, written elsewhere."""
    return replace(sweep, folder=where, parts=SweepParts(where, "digest", sweep.plan))


def threads(workers: int = 1) -> Callable[[], Executor]:
    return lambda: ThreadPoolExecutor(workers)


def bytes_of(sweep: Sweep) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((sweep.folder / "results").glob("part-*"))}


def planted(path: Path) -> bytes:
    """Return a part as whole as the one that is there, each gain multiplied by ten."""
    table, sink = pq.read_table(path), pa.BufferOutputStream()
    place = table.schema.get_field_index("gain_eur_ht")
    table = table.set_column(place, "gain_eur_ht", pc.multiply(table["gain_eur_ht"], 10.0))
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue().to_pybytes()


def sure_draw(sweep: Sweep, **changes: Any) -> Draw:
    load_ = dict.fromkeys(sweep.plan.members, 1.0)
    return replace(Draw(0, 0, EVEN, load_, None), **changes)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_draw_without_uncertainty_is_a_run(folder: Path, engine: str) -> None:
    made = prepare(folder, folder / "out", draws=1)
    # Each key run by itself: beside another some of its years would lie on a curve.
    outcomes = {
        key: run(folder, ran_on=date(2026, 9, 1), key=key, parts=RunParts(advice=False))
        for key in made.plan.keys
    }
    made_of = case_results(made.plan.cases[0], sure_draw(made), engine_of(engine))
    found, cash = made_of.values, made_of.by_year[:, BY_YEAR.index("cumulated_eur")]
    for k, key in enumerate(made.plan.keys):
        outcome = outcomes[key]
        assert outcome.money is not None
        values = dict(zip(INDICATORS, found[k].T, strict=True))
        np.testing.assert_allclose(values["received_kwh"][1:], outcome.energy.received_kwh, rtol=1e-9)
        np.testing.assert_allclose(values["consumption_kwh"][1:], outcome.energy.consumption_kwh, rtol=1e-9)
        saving = [
            p.saving_eur_ht if p.saving_eur_ht is not None else np.nan for p in outcome.money.participants
        ]
        np.testing.assert_allclose(values["saving_eur_ht"][1:], saving, rtol=1e-8, atol=1e-6)
        assert values["saving_eur_ht"][GROUP] == pytest.approx(outcome.money.saving_eur_ht)
        assert values["production_kwh"][GROUP] == pytest.approx(outcome.energy.production_kwh.sum())
        assert values["surplus_kwh"][GROUP] == pytest.approx(outcome.energy.surplus_kwh.sum())
        assert values["autoconsommation_ratio"][GROUP] == pytest.approx(outcome.energy.autoconsommation_ratio)
        assert outcome.money.plan is not None
        assert values["npv_eur_ht"][GROUP] == pytest.approx(outcome.money.plan.npv_eur_ht)
        np.testing.assert_allclose(cash[k], cumulated_eur(outcome.money.plan.flows), rtol=1e-9, atol=1e-5)
        gains = {person.id: person.gain_eur_ht for person in outcome.money.persons}
        assert dict(zip(made.plan.persons, made_of.gain_eur[k], strict=True)) == pytest.approx(gains)
        assert outcome.money.total is not None
        assert values["gain_eur_ht"][GROUP] == pytest.approx(outcome.money.total.gain_eur_ht)
        payback = outcome.money.plan.payback_years
        assert values["payback_years"][GROUP] == pytest.approx(
            np.nan if payback is None else payback, nan_ok=True
        )


@pytest.mark.parametrize("engine", few(1, ENGINES))
def test_a_sweep_of_many_is_summed_step_by_step_to_the_same(
    folder: Path, tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = prepare(folder, tmp_path / "few", draws=1, engine=engine).plan
    monkeypatch.setattr("acc.batch.sums.MANY", 2)
    many = prepare(folder, tmp_path / "many", draws=1, engine=engine).plan
    # What workers map keeps the order in which it was taken: a step is a row.
    load_of = [np.load(plan.cases[0].stocks[0].load, mmap_mode="r") for plan in (few, many)]
    assert [np.isfortran(values) for values in load_of] == [False, True]
    np.testing.assert_array_equal(*load_of)
    expected, found = work(few, 0, 6), work(many, 0, 6)
    np.testing.assert_allclose(found.values, expected.values, rtol=1e-9, atol=1e-6)


def test_loads_that_wait_on_the_disk_give_the_same_bytes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("acc.batch.sums.MANY", "scenarios.operation.draws.loads.MANY"):
        monkeypatch.setattr(name, 2)
    monkeypatch.setattr("scenarios.operation.draws.loads.WRITTEN_AT_ONCE", 20_000)  # a few steps at a time
    held = prepare(folder, tmp_path / "held", draws=1)
    monkeypatch.setattr("scenarios.studies.sweep.executors.SPOOLED_BYTES", 0.0)
    monkeypatch.setattr("scenarios.operation.metering.memory.PAGED_BYTES", 0)
    spooled = prepare(folder, tmp_path / "spooled", draws=1)
    stocks = [
        {path.name: path.read_bytes() for path in (made.folder / "stock").iterdir()}
        for made in (held, spooled)
    ]
    assert stocks[0] == stocks[1]
    assert [path.name for path in (tmp_path / "spooled").iterdir()] == [spooled.folder.name]
    np.testing.assert_array_equal(work(spooled.plan, 0, 3).values, work(held.plan, 0, 3).values)
    full = np.load(spooled.plan.cases[0].stocks[0].full_bendable)
    rows = spooled.plan.cases[0].sheet.rows
    np.testing.assert_array_equal(np.load(spooled.plan.cases[0].stocks[0].bendable), full[rows].T)


@pytest.mark.parametrize("engine", ENGINES)
def test_who_leaves_is_missing_and_the_others_are_as_in_a_run_without_it(folder: Path, engine: str) -> None:
    made = prepare(folder, folder / "out", draws=1)
    drawn = sure_draw(made, leaver="cave")
    found = case_results(made.plan.cases[0], drawn, engine_of(engine)).values
    result = run(
        folder,
        ran_on=date(2026, 9, 1),
        variant="sans la cave",
        parts=RunParts(other_keys=["static", "equal", "catch-up"]),
    )
    stay = [1 + n for n, name in enumerate(made.plan.members) if name != "cave"]
    for key, outcome in {"prorata": result, **result.others}.items():
        values = found[made.plan.keys.index(key)]
        received = values[stay, INDICATORS.index("received_kwh")]
        np.testing.assert_allclose(received, outcome.energy.received_kwh, rtol=1e-9)
        assert np.isnan(values[1 + made.plan.members.index("cave")]).all()


def test_prices_and_investment_of_a_draw_count(sweep: Sweep) -> None:
    case = sweep.plan.cases[0]

    def group(**values: float) -> dict[str, float]:
        drawn = sure_draw(sweep, values=EVEN | values)
        values = case_results(case, drawn, engine_of(NUMPY)).values
        return dict(zip(INDICATORS, values[0, GROUP], strict=True))

    plain, capex = group(), group(capex=1.2)
    dear, local = group(supply_price=1.2), group(local_price=1.1)
    assert capex["npv_eur_ht"] < plain["npv_eur_ht"]
    assert capex["saving_eur_ht"] == plain["saving_eur_ht"]
    assert dear["saving_eur_ht"] > plain["saving_eur_ht"]
    assert local["saving_eur_ht"] < plain["saving_eur_ht"]
    assert local["local_eur_ht"] == pytest.approx(1.1 * plain["local_eur_ht"])
    assert group(solar_yield=1.1)["production_kwh"] > 1.1 * plain["production_kwh"]  # own use is served first


def test_the_same_seed_gives_the_same_bytes_whatever_the_workers(sweep: Sweep, tmp_path: Path) -> None:
    found = []
    for workers in (1, 2, 4):
        made = moved(sweep, tmp_path / str(workers))
        run_sweep(made, threads(workers), workers)
        found.append(bytes_of(made))
    assert len(found[0]) == 3
    assert found[0] == found[1] == found[2]


@pytest.mark.slow
def test_processes_give_the_same_bytes_as_threads(sweep: Sweep, tmp_path: Path) -> None:
    one, other = moved(sweep, tmp_path / "threads"), moved(sweep, tmp_path / "processes")
    run_sweep(one, threads(), 1)
    run_sweep(other, local_executor(NUMPY, 2), 2)
    assert bytes_of(one) == bytes_of(other)


class Dying(Executor):
    """Runs tasks at once, and breaks as a process pool does when a worker is killed."""

    def __init__(self, after: int) -> None:
        self.left = after

    def submit(self, function: Any, /, *args: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if self.left:
            self.left -= 1
            future.set_result(function(*args, **named))
        else:
            future.set_exception(BrokenProcessPool("killed"))
        return future


def test_a_worker_that_dies_once_costs_nothing(sweep: Sweep, tmp_path: Path) -> None:
    executors = iter([Dying(1), Dying(99)])
    made, whole = moved(sweep, tmp_path / "died"), moved(sweep, tmp_path / "whole")
    run_sweep(made, lambda: next(executors), 1)
    run_sweep(whole, threads(), 1)
    assert bytes_of(made) == bytes_of(whole)


@on_posix
@pytest.mark.slow
def test_a_worker_that_the_system_kills_costs_nothing(sweep: Sweep, tmp_path: Path) -> None:
    made, whole = moved(sweep, tmp_path / "killed"), moved(sweep, tmp_path / "whole")
    killed: list[int | None] = []

    def kill(advance: Advance) -> None:
        if advance.done and not killed:
            killed.append(multiprocessing.active_children()[0].pid)
            os.kill(killed[0] or 0, signal.SIGKILL)

    run_sweep(made, local_executor(NUMPY, 2), 2, kill)
    run_sweep(whole, threads(), 1)
    assert killed
    assert bytes_of(made) == bytes_of(whole)


def test_workers_that_keep_dying_are_reported_and_a_later_run_goes_on(sweep: Sweep, tmp_path: Path) -> None:
    made, whole = moved(sweep, tmp_path / "died"), moved(sweep, tmp_path / "whole")
    executors = iter([Dying(1), Dying(0)])
    with pytest.raises(InputError, match="20 draws of 45 are kept: run again to go on"):
        run_sweep(made, lambda: next(executors), 1)
    seen: list[Advance] = []
    run_sweep(made, threads(), 1, seen.append)
    assert seen[0] == Advance(20, 45, 20)
    assert seen[-1] == Advance(45, 45, 20)
    run_sweep(whole, threads(), 1)
    assert bytes_of(made) == bytes_of(whole)


@pytest.mark.parametrize("damage", ["cut", "other", "empty", "foreign", "planted"])
def test_a_part_that_is_not_whole_is_made_again(sweep: Sweep, tmp_path: Path, damage: str) -> None:
    made = moved(sweep, tmp_path / "a")
    first = run_sweep(made, threads(), 1)
    before = bytes_of(made)
    assert made.parts.refused == 0
    path = made.parts.path((20, 40))
    raw = path.read_bytes()
    middle = len(raw) // 2
    content = {
        "cut": raw[:-50],
        "other": raw[:middle] + bytes([raw[middle] ^ 255]) * 40 + raw[middle + 40 :],
        "empty": b"",
        "foreign": made.parts.path((0, 20)).read_bytes(),
        "planted": planted(path),
    }[damage]
    path.write_bytes(content)
    again = run_sweep(made, threads(), 1)
    np.testing.assert_array_equal(first.values, again.values)
    np.testing.assert_array_equal(first.by_year, again.by_year)
    assert bytes_of(made) == before
    assert made.parts.refused == 1


def test_a_full_disk_is_reported_and_loses_nothing(
    sweep: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = moved(sweep, tmp_path / "full")
    real, calls = os.fsync, []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    with monkeypatch.context() as patched:
        patched.setattr(whole.os, "fsync", full)
        with pytest.raises(InputError, match="the disk is full; 20 draws of 45 are kept"):
            run_sweep(made, threads(), 1)
    assert list(bytes_of(made)) == ["part-0000000.parquet"]
    run_sweep(made, threads(), 1)
    assert len(bytes_of(made)) == 3


def test_more_draws_only_add_parts(folder: Path) -> None:
    small, large = (prepare(folder, folder / "out", draws=draws) for draws in (20, 40))
    other = prepare(folder, folder / "out", draws=20, seed=99)
    assert small.folder == large.folder != other.folder


def test_the_dataset_is_tidy(sweep: Sweep, tmp_path: Path) -> None:
    made = moved(sweep, tmp_path / "tidy")
    found = run_sweep(made, threads(), 1)
    table = pq.read_table(made.folder / "results").to_pandas()
    assert list(table.columns) == ["draw", "variant", "key", "member", *INDICATORS, *BY_YEAR, GAIN]
    assert len(table) == 45 * len(made.plan.keys) * 7
    row = table[(table.draw == 30) & (table.key == "equal") & (table.member == "ecole")].iloc[0]
    expected = found.values[30, 0, made.plan.keys.index("equal"), 1 + made.plan.members.index("ecole")]
    assert row.saving_eur_ht == expected[INDICATORS.index("saving_eur_ht")]
    assert table[table.member == "bureau"].saving_eur_ht.isna().all()  # its supplier's price is not known
    whole = table[(table.draw == 30) & (table.key == "equal") & (table.member == "")].iloc[0]
    assert list(whole.cumulated_eur) == found.by_year[30, 0, made.plan.keys.index("equal"), 0].tolist()
    assert table[table.member != ""].cumulated_eur.isna().all()
    drawn = pq.read_table(made.parts.write_draws(45)).to_pandas()
    assert len(drawn) == 45
    assert drawn["load.ecole"].std() > 0.0


def test_the_summary_is_data_that_json_can_hold(sweep: Sweep, tmp_path: Path) -> None:
    made = moved(sweep, tmp_path / "summary")
    summary = Summary(made.plan, run_sweep(made, threads(), 1))
    report = sweep_report(summary)
    low, middle, high = ranges(summary, "equal")["received_kwh"][""]
    assert low < middle < high
    cash = ranges(summary, "equal")["cumulated_eur"]
    assert len(cash) == summary.plan.cases[0].cash_years == 21
    assert cash["0"][0] < cash["0"][1] < 0.0  # what is invested is drawn too
    (variant,) = report.variants
    beats = variant.beats["received_kwh"]
    assert beats["prorata"]["static"][""] == 1.0  # it wastes nothing, at any draw
    assert sum(variant.variance_shares["npv_eur_ht"].values()) == pytest.approx(1.0)
    assert "bureau" not in beats["prorata"]["equal"] or beats["prorata"]["equal"]["bureau"] >= 0.0
    # Keys are judged on what everybody gains, then person by person: the draws themselves say so.
    whole = summary.of("gain_eur_ht")[:, :, 0]
    equal = summary.plan.keys.index("equal")
    lost = (whole.max(axis=1) - whole[:, equal]).mean()
    assert variant.regret["gain_eur_ht"]["equal"][""] == pytest.approx(lost)
    people = variant.beats["gain_eur_ht"]["prorata"]["equal"]
    assert set(people) == {"", *summary.plan.persons}
    assert summary.results.gain_eur[:, 0].sum(axis=2) == pytest.approx(whole)
    assert variant.ahead["gain_eur_ht"]["prorata"]["equal"].members == len(summary.plan.persons)


def test_variants_are_drawn_as_pairs(folder: Path, tmp_path: Path) -> None:
    text = (folder / "operation.toml").read_text(encoding="utf-8")
    other = write_operation(tmp_path / "op")
    text = text.replace("latitude = 44.84\nlongitude = 0.49", "")
    changed = text.replace('keys = ["static"', 'variants = ["sans la cave"]\nkeys = ["static"').replace(
        ', "catch-up"', ""
    )
    (other / "operation.toml").write_text(changed, encoding="utf-8")
    made = prepare(other, other / "out", draws=3)
    assert [case.variant for case in made.plan.cases] == ["", "sans la cave"]
    skies = [np.load(case.stocks[1].full_unit)[:, 0] for case in made.plan.cases]
    np.testing.assert_array_equal(*skies)  # one sky, although the middle of the sites has moved
    consumption = work(made.plan, 0, 3).values[..., INDICATORS.index("consumption_kwh")]
    ecole = 1 + made.plan.members.index("ecole")
    np.testing.assert_allclose(consumption[:, 0, :, ecole], consumption[:, 1, :, ecole], rtol=1e-9)
    assert np.isnan(consumption[:, 1, :, 1 + made.plan.members.index("cave")]).all()


def test_an_unreachable_cluster_says_so_at_once() -> None:
    pytest.importorskip("distributed")
    with pytest.raises(InputError, match="no cluster answers within 3 s"):
        cluster_executor("tcp://127.0.0.1:9")
    with pytest.raises(InputError, match="tcp://host:port is expected"):
        cluster_executor("somewhere")


@pytest.mark.parametrize("says", [b"", b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"])
def test_another_server_than_a_scheduler_is_refused_within_ten_seconds(says: bytes) -> None:
    pytest.importorskip("distributed")
    with socket.create_server(("127.0.0.1", 0)) as server:
        held = []

        def answer() -> None:
            with suppress(OSError):
                while True:
                    held.append(server.accept()[0])
                    held[-1].sendall(says)

        threading.Thread(target=answer, daemon=True).start()
        began = time.monotonic()
        with pytest.raises(InputError, match="no cluster answers"):
            cluster_executor(f"tcp://127.0.0.1:{server.getsockname()[1]}")
        gc.collect()  # what a half-made client does when it goes counts too
        assert time.monotonic() - began < 10.0


def test_a_plan_is_small_enough_to_travel_with_each_task(sweep: Sweep) -> None:
    # Four keys, six members, each of twenty years, no array of steps: what a plan names of itself differs by
    # a Python.
    assert len(pickle.dumps(sweep.plan)) < 260_000


def test_spans_cover_every_draw() -> None:
    assert spans(1) == [(0, 1)]
    assert [stop - first for first, stop in spans(50)] == [20, 20, 10]


def test_a_cache_is_not_needed(folder: Path) -> None:
    assert KeptStore(None).known(arrays((1,)), {"x": 1}) is None
    assert load(folder).key.name == "prorata"


def test_a_key_that_does_not_suit_a_variant_is_left_out_or_refused_by_name(tmp_path: Path) -> None:
    changes = {
        '"sans la cave"': '"avec lui"',
        '"participants.cave.active" = false': '"participants.bureau.active" = true',
        ", bureau = 1": "",
        'keys = ["static", "equal", "weighted", "catch-up"]': 'variants = ["avec lui"]',
    }
    folder = write_operation(tmp_path / "op", **changes)
    people = folder / "participants.csv"
    head, *rows = people.read_text(encoding="utf-8").splitlines()
    rows = [f"{row};{'non' if row.startswith('bureau') else 'oui'}" for row in rows]
    people.write_text("\n".join([f"{head};active", *rows, ""]), encoding="utf-8")
    made = prepare(folder, tmp_path / "out", draws=1)
    assert "weighted" not in made.plan.keys
    assert {"prorata", "equal"} <= set(made.plan.keys)
    assert any("avec lui" in note and "weighted" in note for note in made.notes)
    path = folder / "operation.toml"
    path.write_text(path.read_text(encoding="utf-8") + 'keys = ["weighted"]\n', encoding="utf-8")
    with pytest.raises(InputError, match="avec lui"):
        prepare(folder, tmp_path / "out", draws=1)


def test_a_full_disk_is_reported_before_the_first_draw(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(whole.os, "fsync", full)
    with pytest.raises(InputError, match="the disk is full"):
        prepare(folder, tmp_path / "out", draws=1)
    assert not list((tmp_path / "out").rglob("*.tmp"))


def test_the_tables_hold_what_the_summary_holds(sweep: Sweep, tmp_path: Path) -> None:
    made = moved(sweep, tmp_path)
    report = sweep_report(Summary(made.plan, run_sweep(made, threads(), 1)))
    tables = {
        name: list(csv.DictReader(StringIO(data.decode()))) for name, data in sweep_tables(report).items()
    }
    (variant,) = report.variants
    for row in tables["ranges.csv"]:
        found = variant.keys[row["key"]].ranges[row["indicator"]][row["member"]]
        assert [float(row[p]) for p in ("p10", "p50", "p90")] == list(found)
    for row in tables["beats.csv"]:
        assert (
            float(row["beats_ratio"])
            == variant.beats[row["indicator"]][row["key"]][row["rival"]][row["member"]]
        )
    for row in tables["keys.csv"]:
        assert float(row["regret"]) == variant.regret[row["indicator"]][row["key"]][row["member"]]


def test_sums_of_groups_are_the_same_bytes_however_many_threads_multiply() -> None:
    generator = np.random.default_rng(3)
    kwh, group = generator.uniform(0.0, 9.0, (5000, 40)), generator.integers(0, 7, 5000)
    whole, parts = sums_by_group(kwh, group, 7), [sums_by_group(kwh[:, [n]], group, 7) for n in range(40)]
    np.testing.assert_allclose(whole, np.vstack(parts), rtol=1e-12)
    assert whole.shape == (40, 7)


def test_a_disk_too_small_is_told_before_anything_is_made(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "disk_usage", lambda _folder: SimpleNamespace(free=1000))
    with pytest.raises(InputError, match=r"about .* GB of disk, 0\.0 GB are free: .*weather_years"):
        prepare(folder, tmp_path / "far" / "out", draws=1)
    assert not (tmp_path / "far").exists()
