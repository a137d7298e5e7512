"""Checks by the rules what a search founds: `python -m benchmarks.bench_territory_law [count] [seed]`.

Prints how many operations were founded, under which regimes, and stops at the first that a rule refuses or
leaves to verify: all is known of these territories. 10,000 take two minutes and a half of CPU.
"""

import sys
import time
from collections import Counter

import numpy as np

from acc.rules.check import State
from tests.studies.territory.random_territories import founded


def main(count: int = 10_000, seed: int = 1) -> None:
    """Run and print."""
    began, regimes, checks, none = time.process_time(), Counter[str](), Counter[str](), 0
    for number in range(seed, seed + count):
        rng = np.random.default_rng((number, 34))
        found = founded.__wrapped__(number, int(rng.integers(4, 25)), int(rng.integers(2, 11)))
        none += not found
        for regime, of_operation in found:
            regimes[regime.value] += 1
            checks.update(check.state.value for check in of_operation)
            wrong = [check for check in of_operation if check.state in {State.NOT_MET, State.TO_VERIFY}]
            if wrong:
                raise SystemExit(f"territory {number}, {regime.value}: {wrong}")
    print(f"{count:,} territories ({none:,} without an operation), {regimes.total():,} operations:")
    print("  " + ", ".join(f"{name} {times:,}" for name, times in sorted(regimes.items())))
    print(f"{checks.total():,} checks: " + ", ".join(f"{n} {times:,}" for n, times in sorted(checks.items())))
    print(f"no unlawful operation; {time.process_time() - began:.0f} s of CPU")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
