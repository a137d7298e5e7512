"""Breaks each kind of file and of sending: `python -m benchmarks.bench_fuzz_folders [count] [seed] [part]`.

Parts, in equal counts over their kinds: `folder`, the files of an operation, each broken copy of which is
settled; `readers`, what is read beside the tables (forms, returns, coefficients, territories, weather);
`page`, addresses and bodies that a browser sends. Prints by kind how many gave something and how many were
refused with a message; any other end, a case of more than 10 s of CPU, or a part that takes more than 300 MB,
stops the run. 100,000 take an hour of CPU. The files of meters alone are broken by `bench_fuzz_readers`.
"""

import resource
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.scenarios.folder import test_mutated as folders
from tests.scenarios.folder import test_mutated_readers as readers
from tests.web import test_mutated_page as page

MOST_MB = 300.0
"""Of memory, that a part may take more than those before."""


def _folder(count: int, seed: int) -> Mapping[str, tuple[int, int]]:
    with tempfile.TemporaryDirectory() as place:
        found = folders.fuzz(Path(place) / "op", count, seed)
    return {kind: (found[kind, "settled"], found[kind, "refused"]) for kind in folders.KINDS}


def _each(
    kinds: Mapping[str, object], ends: Callable[[str, Path, int, int], Counter[str]], given: str
) -> Callable[[int, int], Mapping[str, tuple[int, int]]]:
    def run(count: int, seed: int) -> Mapping[str, tuple[int, int]]:
        told = {}
        for kind in kinds:
            with tempfile.TemporaryDirectory() as place:
                found = ends(kind, Path(place), count // len(kinds), seed)
            told[kind] = (found[given], found["refused"])
            print(_line(kind, told[kind]), file=sys.stderr, flush=True)
        return told

    return run


PARTS = {
    "folder": _folder,
    "readers": _each(readers.KINDS, readers.ends, "read"),
    "page": _each(page.KINDS, page.ends, "answered"),
}


def _line(kind: str, told: tuple[int, int]) -> str:
    given, refused = told
    return f"{kind:22} {given:6} given ({given / max(given + refused, 1):4.0%}) {refused:6} refused"


def main(count: int = 100_000, seed: int = 1, *parts: str) -> None:
    """Run and print."""
    chosen = parts or tuple(PARTS)
    kinds = {"folder": len(folders.KINDS), "readers": len(readers.KINDS), "page": len(page.KINDS)}
    whole = 0
    for part in chosen:
        began, before_mb = time.process_time(), _peak_mb()
        share = count * kinds[part] // sum(kinds[one] for one in chosen)
        told = PARTS[part](share, seed)
        for kind, ends in told.items():
            print(_line(kind, ends))
        broken = sum(sum(ends) for ends in told.values())
        whole += broken
        spent_s, taken_mb = time.process_time() - began, _peak_mb() - before_mb
        print(f"{part}: {broken:,} broken, {spent_s:.0f} s of CPU, {taken_mb:.0f} MB more", flush=True)
        assert taken_mb < MOST_MB
    print(f"{whole:,} broken, no other end")


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(*map(int, sys.argv[1:3]), *sys.argv[3:])
