"""Time of one reference load over a year in quarter hours, calendars and sun already kept (aim: a few ms)."""

from datetime import date
from itertools import count

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from acc.steps import Steps
from profiles.reference.kinds import PROFILES
from profiles.reference.load import reference_load

YEAR = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 15)


@pytest.mark.parametrize("kind", PROFILES)
def test_one_load(benchmark: BenchmarkFixture, kind: str) -> None:
    sites = count()  # another site each time: nothing of the one before can be kept

    def load() -> None:
        site = str(next(sites))
        reference_load(kind, YEAR, annual_kwh=1e5, position=None, temperature_c=None, seed=24, site_id=site)

    benchmark.pedantic(load, rounds=20, warmup_rounds=1)
