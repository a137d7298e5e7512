"""Sizing beside scipy's `linprog` (HiGHS) on the full programme, on random problems; then with a battery."""

import time
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.measure import say
from scenarios.optimise.cutting_planes import ConvexProblem, maximise
from scenarios.optimise.terms import Gains
from scenarios.sizing.model import NPV, search_of
from tests.scenarios.optimise.test_cutting_planes import full_programme as roofs_programme
from tests.scenarios.optimise.test_cutting_planes import roofs
from tests.scenarios.sizing.test_battery import SOUGHT, full_programme, stored, week
from tests.scenarios.test_size import choice


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
        problem = search_of(ground, replace(choice(3), battery=sought), None, aim_row=NPV, floor_ratio=None)
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
