"""Every key on 250 participants, 35,040 steps and 10 plants, beside one copy of the loads; memory apart.

The copy is measured in the same rounds: only ratios inside one run are comparable. Results are checked
before they are timed.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest

from acc.devices.battery import with_battery
from acc.exchange import Exchange
from acc.grid_operator.coefficients import coefficients_of
from acc.keys import KEYS, build_key
from acc.scenario import Battery
from acc.settle import Allocation, Key, settle
from benchmarks.measure import ASKED, say
from scenarios.operation.coefficient_files.check import check_file
from scenarios.operation.coefficient_files.write import write_coefficients
from tests.community import community
from tests.strategies import context_of, plain_parameters

MEMBERS, PLANTS, DAYS, STEP_MINUTES = 250, 10, 365, 15
ROUNDS = 9
MOST_COPIES = 4.0
MOST_BYTES = 1.5e9
POOLED = [name for name, rule in KEYS.items() if rule.enedis != "full dynamique"]
FULL = [name for name in KEYS if name not in POOLED]


def key_of(name: str, exchange: Exchange) -> Key:
    return build_key(name, plain_parameters(name, exchange), context_of(exchange))


@pytest.fixture(scope="module")
def year() -> Exchange:
    """Return the year, its production half of what is needed."""
    made = community(1, members=MEMBERS, plants=PLANTS, days=DAYS, step_minutes=STEP_MINUTES)
    scale = 0.5 * made.consumption_kwh.sum() / made.production_kwh.sum()
    production = made.production_kwh * scale
    return Exchange(made.steps, made.consumption_kwh, production, np.zeros_like(production))


def seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def assert_lawful(exchange: Exchange, allocation: Allocation, name: str) -> None:
    assert (allocation.received_kwh <= exchange.consumption_kwh + 1e-9).all()
    shared = allocation.received_kwh.sum(axis=1) + allocation.surplus_kwh.sum(axis=1)
    np.testing.assert_allclose(shared, exchange.production_kwh.sum(axis=1), rtol=0, atol=1e-9)
    if KEYS[name].wastes_nothing:
        most = np.minimum(exchange.production_kwh.sum(axis=1), exchange.consumption_kwh.sum(axis=1))
        np.testing.assert_allclose(allocation.received_kwh.sum(axis=1), most, rtol=0, atol=1e-9)


def test_every_pooled_key_beside_a_copy_of_the_loads(year: Exchange) -> None:
    copy, received = np.zeros_like(year.consumption_kwh), np.zeros_like(year.consumption_kwh)
    keys = {name: key_of(name, year) for name in POOLED}
    for name, key in keys.items():
        assert_lawful(year, settle(year, key, out=received), name)
    times: dict[str, list[float]] = {name: [] for name in ("copy", *keys)}
    for round_ in range(ROUNDS):
        times["copy"].append(seconds(lambda: np.copyto(copy, year.consumption_kwh)))
        for name, key in keys.items():
            if name in {"prorata", "static"} or round_ < 3:
                times[name].append(seconds(lambda key=key: settle(year, key, out=received)))
    best = {name: min(measured) for name, measured in times.items()}
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "default")
    print(f"\n{MEMBERS} x {year.steps.count} x {PLANTS}, BLAS threads {threads}")
    print(f"copy of the loads {best['copy'] * 1e3:.1f} ms (best of {ROUNDS}, into memory already in use)")
    for name in keys:
        print(f"  {name:22s} {best[name] * 1e3:8.1f} ms  {best[name] / best['copy']:6.1f} copies")
    for name in ("prorata", "static"):
        say(
            ASKED,
            f"settle, {name}, over a copy of the loads",
            best[name] / best["copy"],
            MOST_COPIES,
            more=False,
        )


def test_full_dynamic_keys(year: Exchange) -> None:
    month = year.part(0, year.steps.count // 12)
    for name in FULL:
        key = key_of(name, month)
        assert_lawful(month, settle(month, key), name)
        taken = seconds(lambda key=key: settle(month, key))
        print(f"\n  {name:22s} {taken:.2f} s a month, {MEMBERS} x {PLANTS} pairs")


@pytest.mark.parametrize("name", [*POOLED, *FULL])
def test_memory_in_a_fresh_process(name: str) -> None:
    root = Path(__file__).resolve().parents[1]
    run = subprocess.run(
        [sys.executable, str(Path(__file__)), name],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    peak = float(run.stdout)
    print(f"\n  {name:22s} peak {peak / 1e9:.2f} GB, limit {MOST_BYTES / 1e9:.1f} GB")
    assert peak < MOST_BYTES


def test_catching_up_goes_step_by_step_and_stays_around_a_second() -> None:
    exchange = community(1, members=40, plants=3, days=DAYS, step_minutes=STEP_MINUTES)
    taken = min(seconds(lambda: settle(exchange, key_of("catch-up", exchange))) for _round in range(3))
    print(f"\n  catch-up, 40 x {exchange.steps.count}: {taken:.2f} s")
    assert taken < 2.0


def test_a_battery_over_a_year() -> None:
    exchange = community(1, members=40, plants=3, days=DAYS, step_minutes=STEP_MINUTES)
    battery = Battery(energy_kwh=300.0, power_kw=100.0, round_trip_ratio=0.85)
    taken = min(seconds(lambda: with_battery(exchange, battery)) for _round in range(3))
    print(f"\n  battery, {exchange.steps.count} steps: {taken * 1e3:.0f} ms")
    assert taken < 0.5


def test_a_year_of_coefficients_is_written_and_checked(tmp_path: Path) -> None:
    exchange = community(1, members=40, plants=3, days=DAYS, step_minutes=STEP_MINUTES)
    context = context_of(exchange)
    members = tuple(
        type(one)(id=one.id, name=one.name, kind=one.kind, prm=f"{30_000_000_000_000 + n}")
        for n, one in enumerate(context.participants)
    )
    exact = coefficients_of(exchange, key_of("equal", exchange), [one.id for one in members], [])
    start = perf_counter()
    done = write_coefficients(exact, exchange, members, tmp_path)
    written = perf_counter() - start
    prms = [one.prm or "" for one in members]
    checked = seconds(lambda: [check_file(Path(path), prms=prms) for path in done.files])
    size = sum(Path(path).stat().st_size for path in done.files)
    print(f"\n  12 files of coefficients, {size / 1e6:.0f} MB: {written:.1f} s, checked in {checked:.1f} s")
    print(f"  lost by rounding: {done.lost.lost_share:.0e} of a step, {done.lost.lost_kwh:.6f} kWh")
    assert done.lost.lost_share < 1e-9


def measure(name: str) -> None:
    """Settle the year under one key and print the peak memory of this process, in bytes."""
    made = community(1, members=MEMBERS, plants=PLANTS, days=DAYS, step_minutes=STEP_MINUTES)
    settle(made, key_of(name, made))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


if __name__ == "__main__":
    measure(sys.argv[1])
