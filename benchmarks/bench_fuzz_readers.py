"""Breaks each known file some thousands of times: `python benchmarks/bench_fuzz_readers.py [count] [seed]`.

Prints, for each file, how many broken copies were read and how many were refused with a message; any
other end stops the run with its traceback. The default count makes 100,000 mutations and more in all.
"""

import sys
import time
import warnings
from datetime import date

from profiles.curves.formats.base import ReadOptions
from tests.profiles.curves.test_formats import FILES, day_case
from tests.profiles.mutations import run
from tests.profiles.writers import OPTIONS, WRITERS

COUNT = 6_000


def main(count: int, seed: int) -> None:
    """Run and print."""
    warnings.simplefilter("error")
    total, started = 0, time.perf_counter()
    for file in FILES:
        data = WRITERS[file](day_case(date(2025, 10, 26), 30))
        options = ReadOptions(unit="kW") if file in OPTIONS else ReadOptions()
        # Workbooks take ten times as long to open: a third of the count.
        found = run(data, options, count // 3 if "XLSX" in file else count, seed)
        total += found.total()
        print(f"{file:26} {found['curve']:7,} read {found['message']:7,} refused", flush=True)
    print(f"{total:,} mutations in {time.perf_counter() - started:.0f} s, no other end")


def test_broken_files_never_end_in_a_traceback() -> None:
    main(COUNT // 20, seed=1)


if __name__ == "__main__":
    arguments = [int(word) for word in sys.argv[1:]]
    main(*(arguments + [COUNT, 1][len(arguments) :]))
