"""Sizing beside scipy's `linprog` (HiGHS) on the full programme; with a battery; of a whole folder."""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.measure import ASKED, say
from scenarios.studies.size.model import NPV, search_of
from scenarios.studies.size.planes.cutting_planes import maximise
from scenarios.studies.size.planes.terms import ConvexProblem, Gains
from scenarios.studies.size.run import size_folder
from tests.studies.size.test_battery import SOUGHT, full_programme, stored, week
from tests.studies.size.test_cutting_planes import full_programme as roofs_programme
from tests.studies.size.test_cutting_planes import roofs
from tests.studies.size.test_size import choice


@pytest.mark.parametrize("count", [3, 6, 10])
def test_exact_and_faster_than_the_full_programme(count: int) -> None:
    ratios, gaps = [], []
    for seed in range(30):
        loop, slope, high = roofs(seed, count, 35_040)
        problem = ConvexProblem(Gains((loop,), slope, np.zeros(1)), np.zeros(count), high)
        start = time.perf_counter()
        found = maximise(problem)
        own = time.perf_counter() - start
        start = time.perf_counter()
        expected = roofs_programme(loop, slope, high)
        full = time.perf_counter() - start
        assert found.value == pytest.approx(expected, rel=1e-9)
        ratios.append(full / own)
        gaps.append(found.gap_ratio)
    say("G6", f"{count} roofs, a year at 15 min: over linprog, median of 30", float(np.median(ratios)), 10.0)
    say("G6", f"{count} roofs: over linprog, the worst twentieth", float(np.quantile(ratios, 0.05)), 10.0)
    say("G6", f"{count} roofs: largest gap, in 1e-9", 1e9 * max(gaps), 1.0, more=False)


@pytest.mark.parametrize(("steps", "count"), [(2_976, 10), (35_040, 2)])
def test_powers_and_battery_faster_than_the_full_programme(steps: int, count: int) -> None:
    ratios, gaps, seconds = [], [], []
    for seed in range(count):
        base = week(seed, 3, steps)
        sought = replace(SOUGHT, high_kwh=40.0, capex_eur_per_kwh=1.5 * steps / 168.0)
        ground = stored(base, sought, step_hours=0.25)
        problem = search_of(ground, replace(choice(3), battery=sought), aim_row=NPV, floor_ratio=None)
        start = time.perf_counter()
        found = maximise(problem)
        seconds.append(time.perf_counter() - start)
        start = time.perf_counter()
        expected = full_programme(ground, sought)
        ratios.append((time.perf_counter() - start) / seconds[-1])
        assert found.bound == pytest.approx(expected, rel=1e-7)
        gaps.append(found.gap_ratio)
    name = f"3 roofs and a battery, {steps} steps"
    say("G12", f"{name}: over linprog, median of {count}", float(np.median(ratios)), 20.0)
    say("G12", f"{name}: largest gap, in %", 100.0 * max(gaps), 0.1, more=False)
    say("G12", f"{name}: median time, s", float(np.median(seconds)), 1.0, more=False)


OPERATION = """[operation]
name = "Quarante sites, douze toitures"
start = 2026-01-01
end = 2027-01-01
step_minutes = 15
rates_on = 2026-09-01
perimeter = "20km"
[prices]
local_eur_per_mwh = 105.0
surplus = 45.0
[finance]
horizon_years = 25
discount_ratio = 0.04
[size]
objective = "npv"
contracts = ["oa-2026-06"]
[size.battery]
max_kwh = 400
capex_eur_per_kwh = 450
hours = 2
round_trip_ratio = 0.88
"""
USES = ("town-hall", "primary-school")


def write_forty(folder: Path) -> Path:
    """Write forty sites and twelve roofs, a third of them behind meters."""
    folder.mkdir()
    sites = ["id;name;kind;latitude;longitude;insee;kva;turpe;supply_eur_per_mwh;profile;annual_kwh"]
    sites += [
        f"s{n};Site {n};company;44.84{n:02d};0.4856;24037;36;CU4;{110 + n};{USES[n % 2]};{20_000 + 3_000 * n}"
        for n in range(40)
    ]
    roofs = ["id;name;owner;latitude;longitude;insee;kwp;surface_tilt;surface_azimuth;behind"]
    roofs += [
        f"r{m};Roof {m};s{m};44.84{m:02d};0.4856;24037;{40 + 30 * m};{8 + m};{160 + 5 * m};"
        + ("" if m % 3 else f"s{m}")
        for m in range(12)
    ]
    (folder / "operation.toml").write_text(OPERATION, encoding="utf-8")
    (folder / "participants.csv").write_text("\n".join(sites), encoding="utf-8")
    (folder / "plants.csv").write_text("\n".join(roofs), encoding="utf-8")
    return folder


def test_a_folder_of_two_contracts_and_a_battery(tmp_path: Path) -> None:
    """Its curve of nine batteries, its frontier and each class of each roof included; processor time."""
    folder, taken = write_forty(tmp_path / "forty"), []
    for _time in range(3):  # the first one meters the folder
        start = time.process_time()
        found = size_folder(folder)
        taken.append(time.process_time() - start)
    assert found.battery is not None
    say(ASKED, "sizes: 12 roofs, 2 contracts, a battery, s", min(taken[1:]), 5.0, more=False)
