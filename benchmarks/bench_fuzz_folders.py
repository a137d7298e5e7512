"""Breaks each kind of file of an operation folder: `python -m benchmarks.bench_fuzz_folders [count] [seed]`.

Prints by kind how many broken copies reached a settlement, which closes, and how many were refused with a
message; any other end stops the run with its traceback. 100,000 take some fifty minutes of CPU. Then what is
read beside the tables: `... count seed readers` breaks these alone, so many of each kind.
"""

import sys
import tempfile
import time
import warnings
from pathlib import Path

from tests.scenarios.folder import test_mutated_readers as readers
from tests.scenarios.folder.test_mutated import KINDS, fuzz


def main(count: int = 100_000, seed: int = 1) -> None:
    """Run and print."""
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        found = fuzz(Path(folder) / "op", count, seed)
    for kind in KINDS:
        settled, refused = found[kind, "settled"], found[kind, "refused"]
        print(f"{kind:20} {settled:6} settled ({settled / (settled + refused):.0%}) {refused:6} refused")
    print(f"{found.total():,} broken files, {time.process_time() - began:.0f} s of CPU")


def main_of_readers(count: int, seed: int, names: list[str]) -> None:
    """Run and print, of each kind that is read beside the tables."""
    for name in names or readers.KINDS:
        began = time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            found = readers.ends(name, Path(folder), count, seed)
        spent_s = time.process_time() - began
        print(
            f"{name:20} {found['read']:6} read {found['refused']:6} refused, {spent_s:.0f} s of CPU",
            flush=True,
        )


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if sys.argv[3:4] == ["readers"]:
        main_of_readers(int(sys.argv[1]), int(sys.argv[2]), sys.argv[4:])
    else:
        main(*map(int, sys.argv[1:]))
