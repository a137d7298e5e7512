"""Time of one reference load over a year in quarter hours, calendars and sun already kept."""

import statistics
import time
from datetime import date

from acc.steps import Steps
from profiles.reference import PROFILES, reference_load

YEAR = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 15)
ROUNDS = 20


def milliseconds(kind: str, site: int) -> float:
    start = time.perf_counter()
    reference_load(kind, YEAR, annual_kwh=1e5, position=None, temperature_c=None, seed=24, site_id=str(site))
    return 1000 * (time.perf_counter() - start)


def test_one_load_of_each_kind() -> None:
    for kind in PROFILES:
        first, *times = [milliseconds(kind, site) for site in range(ROUNDS)]
        print(f"{kind:28} first {first:6.1f} ms  median {statistics.median(times):5.1f} ms  (aim: a few ms)")
