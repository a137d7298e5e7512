"""Uses that a site adds: their kWh exactly, their hours, and what of them an operation can share."""

from datetime import date

import numpy as np
import pytest

from acc.arrays import FloatArray
from acc.steps import Steps, local_calendar
from profiles.reference.kinds import AddedUse, added_rows, usual_figure
from profiles.reference.load import added_use_kwh, part_of_need, reference_load

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


def test_a_pump_and_cooling_keep_the_hours_of_the_kind_of_their_site_unless_the_row_has_its_own() -> None:
    office, hotel = (kwh("cooling", profile=name) for name in ("office", "hotel-restaurant"))
    weekend = CLOCK.weekday >= 5
    assert office[weekend].sum() < 0.05
    assert 0.2 < hotel[weekend].sum() < 0.35  # each day of the week
    by_hour = np.bincount(CLOCK.minute // 60, kwh("cooling", (8, 19), profile="office"), 24)
    assert by_hour[8:19].sum() == pytest.approx(1.0)
    # The air of the afternoon is the mildest: less heat is asked for then than in the morning.
    pump = np.bincount(CLOCK.minute // 60, kwh("heat-pump", (8, 18), profile="office"), 24)
    assert pump[8:18].sum() == pytest.approx(1.0)
    assert pump[15] < 0.7 * pump[8]
