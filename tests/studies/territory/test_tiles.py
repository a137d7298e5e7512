"""Territories searched by tiles: the same bytes on threads, processes and a cluster, whoever dies."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from acc.scenario import Regime
from scenarios.operation.store.store import KEPT_NOWHERE, KeptStore
from scenarios.studies.sweep.executors import cluster_executor, program, work_as
from scenarios.studies.territory.lists.demo import write_demo

pytest.importorskip("numba")

from scenarios.studies.territory import stages
from scenarios.studies.territory.bound import PackedLaw
from scenarios.studies.territory.plan import by_plant_eur, net_eur, planned, units_of
from scenarios.studies.territory.problem import Territory
from scenarios.studies.territory.stages import (
    Stages,
    TiledGround,
    Workers,
    cells_of,
    tiled,
    tiled_by_plant_eur,
)

ROOT = Path(__file__).resolve().parents[3]
SAID = "", ""


def ground(store: KeptStore, workers: Workers, sites: int = 48, roofs: int = 16) -> TiledGround:
    """Return an invented territory of 12 km by 12, in two regimes, to be searched with these workers."""
    rng = np.random.default_rng(7)
    km = rng.uniform(0.0, 12.0, (sites + roofs, 2))
    apart = np.hypot(*(km[:, None] - km[None]).transpose(2, 0, 1))
    near = np.packbits(np.array([apart <= 2.0, apart <= 5.0]), axis=2, bitorder="little")
    law = PackedLaw((Regime.KM_2, Regime.KM_20), near, np.array([9.0, 9.0]), np.array([2.0, 5.0]))
    territory = Territory(
        need_kwh=rng.uniform(1.0, 9.0, sites),
        kind=np.arange(sites) % 4,
        load=rng.dirichlet(np.ones(30), 4),
        level=np.array([0, 0, 1, 1]),
        worth_eur=np.array([[2.0] * 30, [1.6] * 30]),
        fixed_eur=rng.uniform(0.0, 0.5, sites),
        fee_eur=1.0,
        made_kwh=rng.uniform(2.0, 9.0, roofs),
        orient=np.arange(roofs) % 2,
        kwp=rng.uniform(0.5, 3.0, roofs),
        shape=rng.dirichlet(np.ones(30), 2),
        surplus_eur=np.outer([0.1, 0.4], np.ones(30)),
        cost_eur=rng.uniform(0.0, 2.0, roofs),
    )
    return TiledGround(territory, law, km, 5, Stages.of(store, territory, law, km, 5, workers), 2)


def make_small(patch: pytest.MonkeyPatch) -> None:
    """Let tiles be of 24 units, looked at for a moment."""
    for name, value in (("TILE", 24), ("FIRST", 60), ("ROUNDS", 60), ("MOST_TRIALS", 4)):
        patch.setattr(stages, name, value)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small(monkeypatch)


Found = tuple[bytes, bytes, float, float]
"""A plan and its bound."""


def bytes_of(workers: Workers, store: KeptStore = KEPT_NOWHERE) -> Found:
    """Return what is found on some workers."""
    plan, bound = tiled(ground(store, workers), lambda _text: None, SAID)
    return plan.label.tobytes(), plan.regime.tobytes(), bound.net_eur, bound.slack_eur


def serial() -> Executor:
    return ThreadPoolExecutor(1)


def processes() -> Executor:
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


@pytest.fixture(scope="module")
def whole() -> Found:
    with pytest.MonkeyPatch.context() as patch:
        make_small(patch)
        return bytes_of(Workers(serial))


def test_every_unit_is_in_one_cell_and_borders_are_elsewhere_at_the_next_turn() -> None:
    km = np.random.default_rng(1).uniform(0.0, 9.0, (1_000, 2))
    km[3] = np.nan
    found = [list(cells_of(km, 120, turn)) for turn in (0, 1)]
    for cells in found:
        assert sorted(np.concatenate(cells).tolist()) == list(range(1_000))
        assert max(map(len, cells)) <= 120
    assert [len(cells) for cells in found] == [9, 16]
    middle = [{frozenset(cell.tolist()) for cell in cells} for cells in found]
    assert not middle[0] & middle[1]


def test_a_plan_of_tiles_is_lawful_below_its_bound_and_gains_at_every_pass() -> None:
    here = ground(KEPT_NOWHERE, Workers(serial))
    plan, bound = tiled(here, lambda _text: None, SAID)
    table, kwp = here.law.part(range(64)), np.concatenate([np.zeros(48), here.territory.kwp])
    assert plan.groups
    for group in plan.groups:
        regime = plan.regime[plan.label[group[0]]]
        assert table.near[regime][np.ix_(group, group)].all()
        assert kwp[group].sum() < here.law.cap_kwp[regime]
    year = units_of(here.territory, table, here.places_km)
    net = net_eur(year, plan)
    assert 0.0 < net <= bound.net_eur
    assert bound.slack_eur <= 1e-6
    assert tiled_by_plant_eur(here, plan) == pytest.approx(by_plant_eur(year, plan))
    alone = planned(year, 2_000, 1, 8)
    # What tiles of 24 units miss of a search of all 64 at once: borders are everywhere.
    assert net > 0.8 * alone.net_eur


def test_more_threads_find_the_same_bytes(whole: Found) -> None:
    assert bytes_of(Workers(partial(ThreadPoolExecutor, 3))) == whole


@pytest.mark.slow
def test_two_processes_find_the_same_bytes(whole: Found) -> None:
    assert bytes_of(Workers(processes, partial(work_as, program()))) == whole


def test_bits_tell_the_same_as_tables() -> None:
    law = ground(KEPT_NOWHERE, Workers(serial)).law
    none = np.zeros((1, 64, 8), dtype=np.uint8)
    alike = none.copy()
    alike[0, :9] = np.packbits(np.arange(64) < 9, bitorder="little")
    for near in (law.near, none, alike):
        packed = replace(law, near=near)
        tables = packed.part(range(64))
        for regime in range(len(near)):
            assert (packed.allowed(regime) == tables.allowed(regime)).all()
            pairs = zip(packed.alike(regime), tables.alike(regime), strict=True)
            assert {tuple(one.tolist()) for one, _other in pairs} == {
                tuple(one.tolist()) for one in tables.alike(regime)
            }
    assert [one.tolist() for one in replace(law, near=alike).alike(0)] == [list(range(9))]
    few = law.part([3, 5, 60])
    assert (few.near == law.part(range(64)).near[:, [3, 5, 60]][:, :, [3, 5, 60]]).all()


def test_an_invented_territory_of_the_whole_department_has_several_towns(tmp_path: Path) -> None:
    write_demo(tmp_path, sites=300, roofs=2, communes=503, seed=1)
    rows = (tmp_path / "territory" / "sites.csv").read_text(encoding="utf-8").splitlines()
    head = rows[0].split(";")
    towns = Counter(row.split(";")[head.index("insee")] for row in rows[1:])
    assert len([code for code, count in towns.items() if count >= 5]) == 7
    assert all(float(row.split(";")[head.index("annual_kwh")]) <= 2e6 for row in rows[1:])


class StoppedError(Exception):
    """A command that is killed."""


@pytest.mark.parametrize("after", [2, 9, 12])
def test_a_search_that_is_stopped_goes_on_from_what_is_kept(whole: Found, tmp_path: Path, after: int) -> None:
    made = list[object]()

    def run(task: Callable[[], object]) -> object:
        if len(made) == after:
            raise StoppedError
        made.append(task)
        return task()

    with pytest.raises(StoppedError):
        bytes_of(Workers(serial, run), KeptStore(tmp_path))
    assert len(list(tmp_path.glob("*.stage"))) == after
    made = [None] * (after + 1)
    assert bytes_of(Workers(serial, run), KeptStore(tmp_path)) == whole
    assert len(made) - 1 == len(list(tmp_path.glob("*.stage")))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::UserWarning")
def test_a_cluster_that_loses_a_worker_finds_the_same_bytes(whole: Found) -> None:
    distributed = pytest.importorskip("distributed")
    killed = list[int]()
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1"
    ) as started:
        cluster = cluster_executor(started.scheduler_address)
        first = next(iter(started.workers.values())).process.process.pid

        def made() -> Executor:
            executor = cluster.make()
            submit = executor.submit

            def submitted(*task: object) -> object:
                future = submit(*task)
                if not killed:
                    killed.append(first)
                    os.kill(first, signal.SIGKILL)
                return future

            executor.submit = submitted  # type: ignore[method-assign,assignment]
            return executor

        assert bytes_of(Workers(made, partial(work_as, program()))) == whole
        cluster.close()
    assert killed


KILLED = """
import sys
from pathlib import Path
from scenarios.operation.store.store import KEPT_NOWHERE, KeptStore
from scenarios.studies.territory.stages import Workers
from tests.studies.territory import test_tiles
import pytest
with pytest.MonkeyPatch.context() as patch:
    test_tiles.make_small(patch)
    test_tiles.bytes_of(Workers(test_tiles.serial), KeptStore(Path(sys.argv[1])))
"""


@pytest.mark.slow
def test_a_command_that_is_killed_goes_on_to_the_same_bytes(whole: Found, tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT) as process:
        while process.poll() is None and len(list(tmp_path.glob("*.stage"))) < 3:
            time.sleep(0.005)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert bytes_of(Workers(serial), KeptStore(tmp_path)) == whole
