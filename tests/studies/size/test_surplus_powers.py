"""At which powers nearly nothing is left: what a run at these powers uses, and what draws make of them."""

from pathlib import Path

import pytest

from scenarios.entry.folder.settings import read_setting
from scenarios.operation.ready.operation import open_operation
from scenarios.studies.size.surplus_powers import USED_RATIOS, powers_by_use
from tests.scenarios.operation import write_operation


def used_ratio(folder: Path, times: float) -> float:
    """Return the part used of what is made once each plant has so many times its power."""
    powers = {"gymnase": 90.0, "hangar": 60.0}
    settings = [read_setting(f"plants.{name}.kwp={kwp * times!r}") for name, kwp in powers.items()]
    operation, _metered = open_operation(folder, settings=settings)
    kwh = operation.outcome(operation.scenario.key, leaving=False).energy
    own = float(kwh.own_use_kwh.sum())
    return (own + float(kwh.received_kwh.sum())) / (own + float(kwh.production_kwh.sum()))


def test_a_run_at_these_powers_uses_as_much(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op")
    told = powers_by_use(folder)
    assert [row.used_ratio for row in told] == list(USED_RATIOS)
    assert [row.kwp for row in told] == sorted((row.kwp for row in told), reverse=True)
    for row in told:
        assert used_ratio(folder, row.kwp / 150.0) == pytest.approx(row.used_ratio, abs=1e-5)
        assert row.low_kwp < row.kwp < row.high_kwp


def test_nothing_is_told_through_a_battery_or_where_nothing_is_shared(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op")
    battery = "\n[battery]\nenergy_kwh = 20\npower_kw = 10\nround_trip_ratio = 0.9\n"
    text = (folder / "operation.toml").read_text(encoding="utf-8")
    (folder / "operation.toml").write_text(text + battery, encoding="utf-8")
    assert powers_by_use(folder) == ()
