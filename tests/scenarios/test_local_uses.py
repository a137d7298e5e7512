"""What of a use that a site adds is local, by one row each: a table measured apart, before the code."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from acc.arrays import FloatArray
from acc.steps import Steps, local_calendar
from acc.years.meter_sums import YearMeters
from acc.years.row_values import row_values
from acc.years.states import PlanBase
from profiles.reference.kinds import usual_figure
from profiles.reference.load import BERGERAC, surroundings_on, years_of
from profiles.reference.shapes import is_in, public_holidays
from scenarios.operation.metering.make import Maker
from scenarios.operation.metering.sky import sky_position
from scenarios.operation.ready.operation import open_operation

HEAD = "id;what;since;kwh;hours\n"

CELLS: dict[str, tuple[tuple[str, ...], tuple[int, int, int, int]]] = {
    "flat": (("mairie-creysse;use;2027;10000;",), (5, 13, 22, 27)),
    "heat pump, office hours": (("cab;heat-pump;2027;10000;",), (0, 3, 10, 15)),
    "cooling by day": (("logements-barbusse;cooling;2027;10000;11:00-20:00",), (14, 50, 72, 81)),
    "depot, spread": (("college-lacoste;ev-fleet;2027;10000;",), (0, 1, 4, 6)),
    "depot, at once": (("ecole-cyrano;ev-fleet;2027;10000;17:00-21:00",), (0, 5, 14, 21)),
    "depot, by day": (("ecole-gardonne;ev-fleet;2027;10000;11:00-16:00",), (11, 40, 65, 76)),
    "public point": (("hopital;ev-public;2027;10000;",), (12, 29, 48, 59)),
    "homes": (("foyer-jeunes;ev-home;2027;10000;",), (0, 0, 0, 0)),
    "homes, a third at noon": (
        ("fondation;ev-home;2027;6666.667;", "garage-creysse;ev-home;2027;3333.333;12:30-15:30"),
        (7, 17, 23, 26),
    ),
    "water heater": (("mairie-cours;water-heater;2027;10000;",), (0, 0, 0, 0)),
    "water heater, summer noon": (("ecole-cours;water-heater;2027;10000;12:30-15:30",), (20, 40, 47, 50)),
    "street lamps, by a clock": (("eclairage-bergerac;use;2027;10000;17:30-5:30",), (0, 1, 3, 6)),
}
"""The rows of 10 MWh a year, and what of them is local in percent: with the sun of the folder, then with
30, 60 and 100 % of the need."""


def scaled(base: PlanBase, need: FloatArray, injected: FloatArray, target: float | None) -> PlanBase:
    """Return the base of an operation with nothing behind meters, its injection a part of its need."""
    ratio = 1.0 if target is None else target * need.sum() / injected.sum()
    return replace(
        base,
        load_kwh=need,
        output_kwh=ratio * injected,
        behind=(None,) * injected.shape[1],
        wear_ratio=np.zeros(injected.shape[1]),
    )


@pytest.mark.shared
@pytest.mark.slow
def test_what_of_each_use_is_local_is_what_was_measured_apart(shared_data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "op40"
    copytree(shared_data / "op40", folder)
    rows = [row for some, _cells in CELLS.values() for row in some]
    (folder / "changes.csv").write_text(HEAD + "\n".join(rows), encoding="utf-8")
    operation, _metered = open_operation(folder, use_cache=False)
    assert operation.base is not None
    exchange, changes = operation.exchange, operation.scenario.changes
    for at, target in enumerate((None, 0.3, 0.6, 1.0)):
        base = scaled(operation.base, exchange.consumption_kwh, exchange.production_kwh, target)
        alone = {row.change.site: row.alone_kwh for row in row_values(YearMeters.of(base, 2), changes).rows}
        for name, (some, cells) in CELLS.items():
            percent = sum(alone[row.split(";")[0]] for row in some) / 100.0
            assert percent == pytest.approx(cells[at], abs=1.0), (name, at)  # cells have no decimals


MILD = (6, 7, 8, 9)
"""Months in which what follows the air is cold, not heat."""


def of_cold_and_sun(path: Path) -> dict[tuple[bool, int], tuple[float, float]]:
    """Return what a degree of cold adds, and the sun takes off, above 36 kVA, by day off and hour."""
    header, *lines = path.read_text(encoding="utf-8").strip().splitlines()
    names, rows = header.split(";"), [line.split(";") for line in lines]
    load, felt_c, sun = (
        np.array([float(row[names.index(name)]) for row in rows])
        for name in ("consommation_telerelevee_btsup", "temperature_reelle_lissee", "pseudo_rayonnement")
    )
    clock = local_calendar(Steps(datetime(2023, 1, 1), 30, len(load)))
    off = (clock.weekday >= 5) | is_in(public_holidays(2023), clock.day)
    cold, heats = (
        np.maximum(0.0, usual_figure("heat-pump", "threshold_c") - felt_c),
        ~np.isin(clock.month, MILD),
    )
    found = {}
    for day in (False, True):
        for hour in range(24):
            at = heats & (off == day) & (clock.minute // 60 == hour)
            known = np.stack([np.ones(at.sum()), cold[at], sun[at]], axis=1)
            _base, per_degree, per_sun = np.linalg.lstsq(known, load[at])[0]
            found[day, hour] = float(per_degree), float(min(per_sun, 0.0))
    return found


@pytest.mark.shared
@pytest.mark.slow
def test_a_heat_pump_is_as_local_as_cold_was_measured_to_be(shared_data: Path, tmp_path: Path) -> None:
    """The air of the hour stands for the sun, which heats rooms when panels make most: with the mean of the
    day, twice as much would be local."""
    measured = of_cold_and_sun(shared_data / "grid" / "enedis_bilan_electrique_2023.csv")
    operation, _metered = open_operation(shared_data / "op40", use_cache=False)
    exchange, scenario = operation.exchange, operation.scenario
    air_c = Maker(scenario, tmp_path, sky_position(scenario)).weather.temp_air_c
    around = surroundings_on(years_of(exchange.steps)[0], exchange.steps, BERGERAC, air_c)
    need, pool = exchange.consumption_kwh.sum(axis=1), exchange.production_kwh.sum(axis=1)
    off, clock = around.year.slot // 96 >= 5, local_calendar(exchange.steps)
    slopes = np.array(
        [measured[key] for key in zip(off.tolist(), (clock.minute // 60).tolist(), strict=True)]
    )
    cold = np.maximum(0.0, usual_figure("heat-pump", "threshold_c") - around.day_mean_c)
    sun = pool / pool.mean() * 52.0  # mean of the file
    heat = np.maximum(0.0, slopes[:, 0] * cold + slopes[:, 1] * sun * (cold > 0.0))
    lift = usual_figure("heat-pump", "flow_c") - air_c
    power = heat / (
        usual_figure("heat-pump", "cop_constant")
        + usual_figure("heat-pump", "cop_per_k") * lift
        + usual_figure("heat-pump", "cop_per_k2") * lift**2
    )
    added = 10_000.0 * power / power.sum()
    for target, percent in zip((None, 0.3, 0.6, 1.0), CELLS["heat pump, office hours"][1], strict=True):
        made = pool if target is None else pool * (target * need.sum() / pool.sum())
        local = np.minimum(need + added, made).sum() - np.minimum(need, made).sum()
        assert local / 100.0 == pytest.approx(percent, abs=2.0), (
            target
        )  # other trades, other hours of the year
