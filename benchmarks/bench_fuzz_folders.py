"""Breaks each kind of file of an operation folder: `python -m benchmarks.bench_fuzz_folders [count] [seed]`.

Prints by kind how many broken copies reached a settlement, which closes, and how many were refused with a
message; any other end stops the run with its traceback. 100,000 take some fifty minutes of CPU.
"""

import sys
import tempfile
import time
import warnings
from pathlib import Path

from tests.scenarios.folder.test_mutated import KINDS, fuzz


def main(count: int = 100_000, seed: int = 1) -> None:
    """Run and print."""
    warnings.simplefilter("ignore")
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        found = fuzz(Path(folder) / "op", count, seed)
    for kind in KINDS:
        settled, refused = found[kind, "settled"], found[kind, "refused"]
        print(f"{kind:20} {settled:6} settled ({settled / (settled + refused):.0%}) {refused:6} refused")
    print(f"{found.total():,} broken files, {time.process_time() - began:.0f} s of CPU")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
