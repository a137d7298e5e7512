"""Uses that a site adds: their kWh exactly, their hours, and what of them an operation can share."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from acc.arrays import FloatArray
from acc.steps import Steps, local_calendar
from profiles.reference.added_load import added_use_kwh, part_of_need
from profiles.reference.added_uses import AddedUse, added_rows, usual_figure
from profiles.reference.load import reference_load
from scenarios.operation.metering.make import Maker
from scenarios.operation.metering.sky import sky_position
from scenarios.operation.ready.operation import open_operation

YEAR = Steps.between(date(2026, 1, 1), date(2027, 1, 1), 60)
CLOCK = local_calendar(YEAR)


def kwh(kind: str, *windows: tuple[float, float], profile: str | None = None) -> FloatArray:
    hours = tuple((int(60 * a), int(60 * b)) for a, b in windows)
    return added_use_kwh(AddedUse(kind, hours, profile), YEAR, None)


@pytest.mark.parametrize("kind", [kind for kind in added_rows() if not AddedUse(kind).is_part])
def test_twelve_months_sum_to_the_kwh_whatever_the_first_day_and_the_hours(kind: str) -> None:
    july = Steps.between(date(2026, 7, 1), date(2027, 7, 1), 15)
    for steps in (YEAR, july):
        for hours in ((), ((660, 960),), ((1320, 1440), (0, 360))):
            made = added_use_kwh(AddedUse(kind, hours), steps, None)
            assert made.sum() == pytest.approx(1.0, rel=1e-12)
            assert made.min() >= 0.0


def test_a_heat_pump_of_a_school_is_a_matter_of_winter_mornings() -> None:
    gas = 92_000.0 * usual_figure("heat-pump", "boiler_ratio") / usual_figure("heat-pump", "scop")
    assert gas == pytest.approx(28_552.0, abs=1.0)
    made = kwh("heat-pump", profile="primary-school")
    assert made[np.isin(CLOCK.month, (7, 8))].sum() <= 0.02
    assert made[np.isin(CLOCK.month, (11, 12, 1, 2, 3))].sum() >= 0.78
    # Warmer air asks less for the same degrees: the curve is flatter in spring than the heat is.
    heat = np.maximum(0.0, 15.5 - np.linspace(-5.0, 15.0, 5))
    lift = 50.0 - np.linspace(-5.0, 15.0, 5)
    power = heat / (6.81 - 0.121 * lift + 0.00063 * lift**2)
    assert (np.diff(power / np.maximum(heat, 1e-9)) < 0.0).all()


def test_vehicles_charge_at_their_hours_on_days_worked() -> None:
    by_hour = np.bincount(CLOCK.minute // 60, kwh("ev-fleet", (11, 16)), 24)
    assert by_hour[11:16].sum() == pytest.approx(1.0)
    assert kwh("ev-fleet", (11, 16))[CLOCK.weekday >= 5].sum() == 0.0
    night = np.bincount(CLOCK.minute // 60, kwh("ev-fleet"), 24)
    assert night[7:17].sum() == 0.0
    summer = np.bincount(CLOCK.month, kwh("water-heater", (12.5, 15.5))[:] * (CLOCK.minute // 60 == 13), 13)
    assert (summer[4:11] > 0.0).all()
    assert summer[[1, 2, 3, 11, 12]].sum() == 0.0


def test_what_heats_and_what_lights_are_the_parts_that_the_profile_has_of_them() -> None:
    load = reference_load(
        "primary-school",
        YEAR,
        annual_kwh=10_000.0,
        position=None,
        temperature_c=None,
        seed=1,
        site_id="ecole",
    ).kwh
    heats, lights = (
        part_of_need(AddedUse(kind, profile="primary-school"), YEAR, None) for kind in ("renovation", "led")
    )
    for part, of_the_year in ((heats, 0.14), (lights, 0.15)):
        assert part.min() >= 0.0
        assert part.max() < 1.0
        # The site is one of its kind: its shares and its noise are its own.
        assert (load * part).sum() / 10_000.0 == pytest.approx(of_the_year, abs=0.05)
    assert heats[np.isin(CLOCK.month, (7, 8))].sum() < 0.02 * heats.sum()
    whole = part_of_need(AddedUse("led", profile="street-lighting"), YEAR, None)
    assert set(whole.tolist()) == {0.0, 1.0}  # lamps alone, and nothing by day


CELLS: dict[str, tuple[list[tuple[float, str, tuple[tuple[float, float], ...]]], tuple[int, ...]]] = {
    "flat": ([(1.0, "use", ())], (5, 13, 22, 27)),
    "depot, spread": ([(1.0, "ev-fleet", ())], (0, 1, 4, 6)),
    "depot, at once": ([(1.0, "ev-fleet", ((17, 21),))], (0, 5, 14, 21)),
    "depot, by day": ([(1.0, "ev-fleet", ((11, 16),))], (11, 40, 65, 76)),
    "public": ([(1.0, "ev-public", ())], (12, 29, 48, 59)),
    "home": ([(1.0, "ev-home", ())], (0, 0, 0, 0)),
    "home, a third at noon": ([(2 / 3, "ev-home", ()), (1 / 3, "ev-home", ((12.5, 15.5),))], (7, 17, 23, 26)),
    "water heater": ([(1.0, "water-heater", ())], (0, 0, 0, 0)),
    "water heater, summer noon": ([(1.0, "water-heater", ((12.5, 15.5),))], (20, 40, 47, 50)),
}
"""What of 10 MWh more is local at op40, in percent, with its solar and with 30, 60 and 100 % of its need."""


@pytest.mark.shared
@pytest.mark.slow
def test_what_of_each_use_is_local_is_what_was_measured_apart(shared_data: Path, tmp_path: Path) -> None:
    operation, _metered = open_operation(shared_data / "op40", use_cache=False)
    steps = operation.exchange.steps
    air_c = Maker(operation.scenario, tmp_path, sky_position(operation.scenario)).weather.temp_air_c
    need, pool = (
        each.sum(axis=1) for each in (operation.exchange.consumption_kwh, operation.exchange.production_kwh)
    )
    for name, (parts, expected) in CELLS.items():
        added = np.zeros(len(need))
        for part, kind, hours in parts:
            windows = tuple((int(60 * a), int(60 * b)) for a, b in hours)
            added += part * 10_000.0 * added_use_kwh(AddedUse(kind, windows), steps, air_c)
        for target, percent in zip((None, 0.3, 0.6, 1.0), expected, strict=True):
            made = pool if target is None else pool * (target * need.sum() / pool.sum())
            local = np.minimum(need + added, made).sum() - np.minimum(need, made).sum()
            assert local / 100.0 == pytest.approx(percent, abs=1.0), (name, target)
