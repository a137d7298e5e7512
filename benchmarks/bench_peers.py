"""The job beside energy-system modellers that people use for it: PyPSA and oemof.solph, with HiGHS.

They live in an environment of their own (`make bench-peers`), are never installed with the program, and
time themselves without their imports. The same kWh and the same optimum are asserted first.
"""

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pytest

from acc.batch.sums import prorata_split
from acc.indicators import energy
from acc.keys.prorata import Prorata
from acc.settle import settle
from benchmarks.job import GROUPS, Job, job
from benchmarks.measure import say, threads
from benchmarks.stream_sums import stream_sums
from scenarios.studies.size.planes.cutting_planes import maximise
from scenarios.studies.size.planes.terms import ConvexProblem, Gains
from tests.studies.size.test_cutting_planes import roofs

ROOT = Path(__file__).resolve().parents[1]
PEERS = Path(os.environ.get("ACC_PEERS", ROOT / ".venv-peers"))
PYTHON = PEERS / "bin" / "python"
RUNS = 3
GOALS = {"pypsa": (500.0, 200.0), "oemof": (2000.0, 200.0)}
"""Times faster, for the year's allocation and for the sizes of three roofs."""

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="no environment of peers: `make bench-peers`")


@pytest.fixture(scope="module")
def work() -> Job:
    print("\n" + threads())
    return job()


@pytest.fixture(scope="module")
def given(work: Job, tmp_path_factory: pytest.TempPathFactory) -> Path:
    loop, slope, high = roofs(1, 3)
    path = tmp_path_factory.mktemp("peers") / "job.npz"
    np.savez(
        path,
        need=work.exchange.consumption_kwh,
        made=work.exchange.production_kwh,
        roof_need=loop.need_kwh,
        roof_unit=loop.unit_kwh,
        roof_worth=loop.worth[0],
        roof_slope=slope[0],
        roof_high=high,
    )
    return path


def own_s(function: Callable[[], object], times: int = 15) -> float:
    function()  # compiled, paged in
    taken = []
    for _time in range(times):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return median(taken)


def asked(peer: str, given: Path) -> dict[str, Any]:
    """Return what a peer found and how long it took."""
    script = ROOT / "benchmarks" / f"peer_{peer}.py"
    ran = subprocess.run(
        [str(PYTHON), str(script), str(given), str(RUNS)], capture_output=True, text=True, check=True
    )
    document: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return document


@pytest.mark.parametrize("peer", list(GOALS))
def test_the_year_and_three_roofs(work: Job, given: Path, peer: str) -> None:
    need, pool = work.exchange.consumption_kwh, work.exchange.production_kwh.sum(axis=1)

    def fast() -> np.ndarray:
        return stream_sums(need, pool, prorata_split(need.shape[1]), work.group, GROUPS)

    def reference() -> np.ndarray:
        return energy(work.exchange, settle(work.exchange, Prorata())).received_kwh

    loop, slope, high = roofs(1, 3)
    problem = ConvexProblem(Gains((loop,), slope, np.zeros(1)), np.zeros(3), high)
    found = asked(peer, given)
    for run in found["shared"]:
        np.testing.assert_allclose([fast().sum(), reference().sum()], run["kwh"], rtol=1e-6)
    for run in found["roofs"]:
        assert maximise(problem).value == pytest.approx(run["value"], rel=1e-6)
    year_s = median(run["seconds"] for run in found["shared"])
    roofs_s = median(run["seconds"] for run in found["roofs"])
    name = f"{peer} {found['version']}"
    print(f"\n  {name}: the year {year_s:.2f} s, three roofs {roofs_s:.2f} s")
    say("G5", f"year of 40, sums, over {name} pooled", year_s / own_s(fast), GOALS[peer][0])
    say("-", f"year of 40, every step written (numpy), over {name}", year_s / own_s(reference), 50.0)
    say("G6", f"three roofs, exact, over {name}", roofs_s / own_s(lambda: maximise(problem)), GOALS[peer][1])
