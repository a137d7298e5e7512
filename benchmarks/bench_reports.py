"""Briefs from a result in memory, and forty sheets on two processes, each beside its limit.

The limits are those of the specification (3 s for a brief, start of the process included; 20 s for the
sheets); they are printed, never asserted: machines differ.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.measure import ASKED, say
from reports.documents.brief import brief_document
from reports.documents.comparison import comparison_document
from reports.paper.typeset import pdf
from reports.sheets import write_sheets
from tests.reports.make import make_result, small
from tests.reports.make_money import with_money

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 5


def report(title: str, times: list[float], limit: str) -> None:
    print(f"{title:40} best {min(times):5.2f} s  median {statistics.median(times):5.2f} s  {limit}")


def timed(run: object) -> float:
    start = time.perf_counter()
    run()  # type: ignore[operator]
    return time.perf_counter() - start


def test_a_brief_from_a_result_in_memory(benchmark: BenchmarkFixture) -> None:
    """The specification asks for 1 s."""
    result = with_money(make_result())
    benchmark.pedantic(lambda: pdf(brief_document(result)), rounds=ROUNDS, warmup_rounds=1)


def test_a_comparison_from_a_result_in_memory(benchmark: BenchmarkFixture) -> None:
    result = with_money(make_result())
    benchmark.pedantic(lambda: pdf(comparison_document([result])), rounds=ROUNDS, warmup_rounds=1)


def test_a_brief_from_the_start_of_the_process() -> None:
    script = (
        "from tests.reports.make import make_result\n"
        "from reports.documents.brief import brief_document\n"
        "from reports.paper.typeset import pdf\n"
        "pdf(brief_document(make_result()))"
    )
    command = [sys.executable, "-c", script]
    times = [timed(lambda: subprocess.run(command, check=True, cwd=ROOT)) for _ in range(ROUNDS)]
    report("process start to PDF", times, "(limit 3 s)")


def test_forty_sheets(tmp_path: Path) -> None:
    result = with_money(small(40))
    for workers in (1, 2):
        out = tmp_path / str(workers)
        seconds = timed(lambda out=out, workers=workers: write_sheets(result, ["all"], out, workers=workers))
        report(f"40 sheets, {workers} processes", [seconds], "(limit 20 s)")
    say(ASKED, "40 sheets, two processes, s", seconds, 4.0, more=False)
