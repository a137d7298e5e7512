"""Sizing beside scipy's `linprog` (HiGHS) on the full programme, on thirty random problems."""

import time

import numpy as np
import pytest

from benchmarks.measure import say
from scenarios.kelley import Gains, Problem, maximise
from tests.scenarios.test_kelley import full_programme, roofs


@pytest.mark.parametrize("count", [3, 6, 10])
def test_exact_and_faster_than_the_full_programme(count: int) -> None:
    ratios, gaps = [], []
    for seed in range(30):
        loop, slope, high = roofs(seed, count, 35_040)
        problem = Problem(Gains((loop,), slope, np.zeros(1)), np.zeros(count), high)
        start = time.perf_counter()
        found = maximise(problem)
        own = time.perf_counter() - start
        start = time.perf_counter()
        expected = full_programme(loop, slope, high)
        full = time.perf_counter() - start
        assert found.value == pytest.approx(expected, rel=1e-9)
        ratios.append(full / own)
        gaps.append(found.gap_ratio)
    say("G6", f"{count} roofs, a year at 15 min: over linprog, median of 30", float(np.median(ratios)), 10.0)
    say("G6", f"{count} roofs: over linprog, the worst twentieth", float(np.quantile(ratios, 0.05)), 10.0)
    say("G6", f"{count} roofs: largest gap, in 1e-9", 1e9 * max(gaps), 1.0, more=False)
