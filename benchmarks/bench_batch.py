"""Batches beside the plain ways: thousands of draws, one core and two, and what handing out tasks costs."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from acc.batch.sums import split_sums
from benchmarks.job import Job, job, objects_sums, pandas_rows, plain_sums
from benchmarks.measure import ASKED, rounds, say, threads
from scenarios.operation.batch import numba_sums as fast

DRAWS = 40


@pytest.fixture(scope="module")
def work() -> Job:
    print("\n" + threads())
    return job()


def drawn(work: Job, number: int) -> object:
    factor = np.random.default_rng(number).uniform(0.7, 1.3, len(work.needs.factor))
    return replace(work.needs, factor=factor)


def many(work: Job, engine: object, names: tuple[str, ...], first: int, stop: int) -> None:
    splits = [work.splits[name] for name in names]
    for number in range(first, stop):
        engine(work.sheet, drawn(work, number), work.made_kwh, splits)  # type: ignore[operator]


def test_six_keys_a_draw_beside_the_plain_loop(work: Job) -> None:
    names = tuple(work.splits)
    factor = drawn(work, 3).factor  # type: ignore[attr-defined]
    expected = plain_sums(work, factor)
    splits = [work.splits[name] for name in names]
    for engine in (split_sums, fast.split_sums):
        for name, sums in zip(names, engine(work.sheet, drawn(work, 3), work.made_kwh, splits), strict=True):
            np.testing.assert_allclose(sums.local_kwh[0], expected[name], rtol=1e-9, atol=1e-6)
    pool = ThreadPoolExecutor(2)
    half = DRAWS // 2
    best = rounds(
        {
            "plain numpy, 1 draw": lambda: plain_sums(work, factor),
            "numpy sums, 1 draw": lambda: many(work, split_sums, names, 0, 1),
            "numba, 40 draws, 1 thread": lambda: many(work, fast.split_sums, names, 0, DRAWS),
            "numba, 40 draws, 2 threads": lambda: list(
                pool.map(lambda f: many(work, fast.split_sums, names, f, f + half), (0, half))
            ),
            "numba, 40 draws, 2 threads, by 5": lambda: list(
                pool.map(lambda f: many(work, fast.split_sums, names, f, f + 5), range(0, DRAWS, 5))
            ),
        }
    )
    plain = best["plain numpy, 1 draw"]
    one, two = best["numba, 40 draws, 1 thread"], best["numba, 40 draws, 2 threads"]
    say("G7", "six keys, two threads, over the plain loop", plain / (two / DRAWS), 30.0)
    say("G7", "six keys, one thread, over the plain loop", plain / (one / DRAWS), 15.0)
    say("G7", "two threads over one", one / two, 1.8)
    say(
        "G7",
        "tasks of 5 draws over tasks of 20",
        best["numba, 40 draws, 2 threads, by 5"] / two,
        1.05,
        more=False,
    )
    plainer = best["numpy sums, 1 draw"]
    say(ASKED, "numpy sums over numba, one thread", plainer / (one / DRAWS), 4.0, more=False)
    say("-", "numpy sums over the plain loop", plain / plainer, 2.0)


def test_one_operation_beside_the_ways_of_others(work: Job) -> None:
    steps, count = 400, work.exchange.steps.count
    splits = [work.splits["prorata"]]
    best = rounds(
        {
            "per-step Python objects, 400 steps": lambda: objects_sums(work, steps),
            "pandas row-wise, 400 steps": lambda: pandas_rows(work, steps),
            "numba, the year": lambda: fast.split_sums(work.sheet, work.needs, work.made_kwh, splits),
            "numpy, the year": lambda: split_sums(work.sheet, work.needs, work.made_kwh, splits),
        },
        5,
    )
    objects = best["per-step Python objects, 400 steps"] * count / steps
    rows = best["pandas row-wise, 400 steps"] * count / steps
    say("G5", "numba over per-step Python objects", objects / best["numba, the year"], 1000.0)
    say("-", "numpy over per-step Python objects", objects / best["numpy, the year"], 100.0)
    say("-", "numpy over pandas row-wise", rows / best["numpy, the year"], 1000.0)
