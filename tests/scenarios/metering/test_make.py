"""What the cache does not hold: curves of a part of a year are scaled to what a whole one would sum to."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from acc.sites import LoadSource
from acc.steps import Steps
from scenarios.operation.metering.make import YEAR_HOURS, Maker
from tests.scenarios.metering.test_cache_keys import BERGERAC, METERED, SCENARIO, changed


def load_kwh(folder: Path, source: LoadSource, days: int, level: float = 3.0) -> np.ndarray:
    """Return the load made from an even curve of `level` kWh an hour over the first days of 2026."""
    steps = Steps.between(date(2026, 1, 1), date.fromordinal(date(2026, 1, 1).toordinal() + days), 60)
    starts = np.datetime64(steps.start_utc, "s") + np.arange(steps.count) * np.timedelta64(1, "h")
    (folder / "curves").mkdir(exist_ok=True)
    rows = "\n".join(f"{moment}Z;{level}" for moment in starts)
    (folder / "curves" / "mairie.csv").write_text(f"horodatage;site_kwh\n{rows}\n", encoding="utf-8")
    scenario = changed(SCENARIO, "steps", steps)
    return Maker(scenario, folder / "curves", BERGERAC).metered_load(changed(METERED, "source", source))[0]


@pytest.mark.parametrize("days", [14, 59, 364])
def test_a_curve_of_part_of_a_year_is_scaled_by_its_mean_power(tmp_path: Path, days: int) -> None:
    # 2 kW all year long: a part of the year holds its part of the bill, not the whole of it.
    source = LoadSource(curve="mairie.csv", scale_to_kwh=2.0 * YEAR_HOURS)
    kwh = load_kwh(tmp_path, source, days)
    assert kwh == pytest.approx(np.full(24 * days, 2.0))


def test_a_curve_of_a_whole_year_is_scaled_to_the_bill_itself(tmp_path: Path) -> None:
    kwh = load_kwh(tmp_path, LoadSource(curve="mairie.csv", scale_to_kwh=17_520.0), 365)
    assert kwh.sum() == pytest.approx(17_520.0)


def test_a_curve_that_is_not_scaled_keeps_its_own_kwh(tmp_path: Path) -> None:
    assert load_kwh(tmp_path, LoadSource(curve="mairie.csv"), 14) == pytest.approx(np.full(336, 3.0))
