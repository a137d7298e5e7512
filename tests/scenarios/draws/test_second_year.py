"""Buildings measured two years: the second told from the first, its total as `scale`, beside the truth."""

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from acc.arrays import FloatArray
from acc.result.result import Result
from scenarios.run import RunParts, run

OPERATION = """[operation]
name = "Deux ans"
start = 2018-01-01
end = 2019-01-01
step_minutes = 60
rates_on = 2026-09-01

[key]
name = "prorata"

[prices]
local_eur_per_mwh = 100
surplus = 40

[finance]
horizon_years = 2

[weather]
latitude = 44.84
longitude = 0.49
"""

TOGETHER, PRODUCED_RATIO, YIELD_KWH_PER_KWP = 8, 0.6, 1150.0
"""Buildings of a group, production over need, what a roof makes there."""


def measured(folder: Path, year: int) -> tuple[dict[str, FloatArray], list[str]]:
    with (folder / "cambridge" / f"calibration_{year}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if name != "time"]
    return {n: np.array([float(row[n]) for row in rows]) for n in names}, [row["time"] for row in rows]


def operation(where: Path, kwh: dict[str, FloatArray], stamps: list[str], kwp: float) -> Path:
    (where / "curves").mkdir(parents=True)
    (where / "operation.toml").write_text(OPERATION, encoding="utf-8")
    sites = ["id;name;kind;latitude;longitude;insee;turpe;supply_eur_per_mwh;curve"]
    for name, values in kwh.items():
        # Stamps are in winter time of England; a roof of here, an hour off, is as good a judge.
        sites.append(f"{name};{name};public;44.8478;0.4856;24037;BTSUP-CU;120;{name}.csv?clock=winter")
        lines = [f"{stamp};{value}" for stamp, value in zip(stamps, values.tolist(), strict=True)]
        (where / "curves" / f"{name}.csv").write_text("\n".join(["time;kWh", *lines]), encoding="utf-8")
    (where / "participants.csv").write_text("\n".join(sites), encoding="utf-8")
    plant = "id;name;owner;latitude;longitude;insee;kwp;surface_tilt;surface_azimuth\n"
    plant += f"toit;Toit;ville;44.8478;0.4856;24037;{kwp:.0f};15;180\n"
    (where / "plants.csv").write_text(plant, encoding="utf-8")
    return where


def result(where: Path, *, drawn: bool) -> Result:
    return run(
        where,
        ran_on=date(2026, 12, 1),
        parts=RunParts(ranges_folder=where / "out" if drawn else None, advice=False),
    )


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_the_second_year_of_measured_buildings_is_told_from_the_first(
    shared_data: Path, tmp_path: Path, seed: int
) -> None:
    first, stamps = measured(shared_data, 2018)
    second, _later = measured(shared_data, 2019)
    both = sorted(set(first) & set(second))
    names = np.random.default_rng(seed).choice(both, TOGETHER, replace=False).tolist()
    kwp = PRODUCED_RATIO * sum(first[name].sum() for name in names) / YIELD_KWH_PER_KWP
    known = operation(tmp_path / "first", {name: first[name] for name in names}, stamps, kwp)
    rows = [f"{name};scale;2019-01-01;{second[name].sum() / first[name].sum():.6f}" for name in names]
    (known / "changes.csv").write_text("\n".join(["id;what;since;ratio", *rows]), encoding="utf-8")
    told = result(known, drawn=True)
    truth = result(
        operation(tmp_path / "second", {name: second[name] for name in names}, stamps, kwp), drawn=False
    )
    assert told.years is not None
    assert told.ranges is not None
    made = truth.exchange.production_kwh.sum(axis=1) * 0.995  # a year of wear
    load = truth.exchange.consumption_kwh
    need = load.sum(axis=1)
    received = (load * np.divide(np.minimum(made, need), need)[:, None]).sum(axis=0)
    later = told.years.energies[1]
    assert later.consumption_kwh == pytest.approx(load.sum(axis=0), rel=0.005)  # an hour of summer time
    # Measured over 24 groups: 0.0 to 2.0 % for all together, 2 to 6 % on average for one of them.
    assert later.received_kwh.sum() == pytest.approx(received.sum(), rel=0.025)
    assert np.abs(later.received_kwh / received - 1.0).mean() <= 0.08
    low, _middle, high = told.ranges["later_received_kwh"]["2"]
    assert low <= received.sum() <= high
