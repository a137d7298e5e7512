"""The generated year: published totals, days and ramps as measured, the same sky whatever is asked."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.arrays import FloatArray
from acc.plant_model import Plane
from acc.sites import Plant, Position
from acc.steps import Steps, local_calendar
from benchmarks.sky_statistics import MEASURED, sky_statistics
from profiles.pv.plant_output import plant_output_kwh
from profiles.weather.sun import clear_sky_ghi
from profiles.weather.synthetic_year import (
    MonthlySky,
    calibrated_position,
    generated_weather,
    published_months,
    published_places,
    smoothest_months,
)
from profiles.weather.values import Weather
from tests.effort import law

YEAR = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 15)
SEEDS = (24, 1, 7)
QUARTERS_KWH_PER_M2 = (216.0, 498.0, 501.0, 176.0)
"""Published for Bergerac, as are the mean temperatures of the quarters below."""

QUARTERS_C = (7.03, 16.11, 20.99, 10.38)
LILLE = Position(50.63, 3.06)
NANCY = Position(48.69, 6.18)


@pytest.fixture(scope="module", params=SEEDS)
def weather(request: pytest.FixtureRequest) -> Weather:
    return generated_weather(YEAR, seed=request.param)


def output(tilt_deg: float, azimuth_deg: float, weather: Weather) -> FloatArray:
    plane = Plane(surface_tilt_deg=tilt_deg, surface_azimuth_deg=azimuth_deg)
    return plant_output_kwh(Plant(id="p", name="p", kwp=1.0, planes=(plane,)), weather)


def days(values: FloatArray) -> FloatArray:
    return values[: len(values) // 96 * 96].reshape(-1, 96)


def test_the_year_has_the_published_irradiation_of_bergerac(weather: Weather) -> None:
    assert weather.ghi_kwh_per_m2 == pytest.approx(1391.0, rel=0.01)  # the acceptance: 1 %


def test_each_quarter_has_its_published_irradiation(weather: Weather) -> None:
    quarter = (local_calendar(YEAR).month - 1) // 3
    kwh = np.bincount(quarter, weights=weather.ghi) * YEAR.hours / 1000.0
    assert kwh == pytest.approx(QUARTERS_KWH_PER_M2, rel=0.01)  # the acceptance: 1 %


def test_each_month_has_its_own_irradiation(weather: Weather) -> None:
    clear = clear_sky_ghi(YEAR, weather.position)
    month = local_calendar(YEAR).month - 1
    found = np.bincount(month, weights=weather.ghi) / np.bincount(month, weights=clear)
    wanted = published_months(weather.position).clear_sky_index
    assert found == pytest.approx(wanted, rel=0.01)  # the acceptance: 1 %


@given(
    st.lists(st.floats(0.1, 2.0), min_size=4, max_size=4),
    st.lists(st.floats(20, 31), min_size=12, max_size=12),
)
def test_months_keep_the_quarters_and_bend_least(quarters: list[float], days: list[float]) -> None:
    weights, sums = np.array(days), np.array(quarters) * np.array(days).reshape(4, 3).sum(axis=1)
    months = smoothest_months(weights, sums)
    assert (months * weights).reshape(4, 3).sum(axis=1) == pytest.approx(sums, rel=1e-9)

    def bend(values: FloatArray) -> float:
        return float(((np.roll(values, 1) - 2.0 * values + np.roll(values, -1)) ** 2).sum())

    # Any other curve with the same quarters bends more: move weight inside one quarter.
    moved = months.copy()
    moved[0] += 0.01 / weights[0]
    moved[1] -= 0.01 / weights[1]
    assert bend(months) <= bend(moved)


def test_no_day_passes_the_clear_sky_by_more_than_five_percent(weather: Weather) -> None:
    clear = clear_sky_ghi(YEAR, weather.position)
    index = days(weather.ghi).sum(axis=1) / days(clear).sum(axis=1)
    assert index.max() <= 1.05
    assert index.min() > 0.0


def test_no_step_passes_the_clear_sky_by_more_than_its_cap(weather: Weather) -> None:
    clear = clear_sky_ghi(YEAR, weather.position)
    high = clear > 50.0
    assert (weather.ghi[high] / clear[high]).max() <= 1.22  # cap of 1.19, and means of the sun over 15 min


def assert_as_measured(seeds: range) -> None:
    fine = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 5)
    place = calibrated_position()
    clear = clear_sky_ghi(fine, place)
    for seed in seeds:
        found = sky_statistics(generated_weather(fine, seed=seed).ghi, clear, fine)
        # Daily figures do not depend on the steps; ramps are those of means over 10, 15, 30 and 60 min.
        outside = {
            name: found[name] for name, (low, high) in MEASURED.items() if not low <= found[name] <= high
        }
        assert not outside, seed
        assert 0.2 <= found["lag_1"] <= 0.5  # Bordeaux IWEC 0.27, Pessac ERA5 0.44, Lyon-Bron 0.44
        assert 0.17 <= found["ramp_30"] <= 0.20  # DWD Aachen 0.188
        assert 0.165 <= found["ramp_60"] <= 0.20  # Lyon-Bron 0.184
        assert 0.145 <= found["ramp_10"] < found["ramp_15"]


def test_days_and_ramps_vary_as_measured() -> None:
    assert_as_measured(range(3))


@pytest.mark.slow
def test_days_and_ramps_vary_as_measured_whatever_the_seed() -> None:
    assert_as_measured(range(20))


def test_thirty_degrees_south_yields_what_is_published_around(weather: Weather) -> None:
    south = output(30.0, 180.0, weather)
    assert 1200.0 <= south.sum() <= 1300.0
    month = local_calendar(YEAR).month
    assert 0.33 <= south[month == 12].sum() / south[month == 7].sum() <= 0.40
    assert south.max() / YEAR.hours <= 0.95


def test_the_sky_has_no_preferred_side(weather: Weather) -> None:
    east, west = output(30.0, 90.0, weather).sum(), output(30.0, 270.0, weather).sum()
    assert east == pytest.approx(west, rel=0.02)  # the acceptance: 2 %


def test_parts_make_the_whole(weather: Weather) -> None:
    assert (weather.dhi <= weather.ghi + 1e-9).all()
    assert ((weather.dni > 0.0) <= (weather.ghi > 0.0)).all()
    assert 0.40 <= weather.dhi.sum() / weather.ghi.sum() <= 0.50


def test_temperature_is_continuous_at_midnight_and_has_the_published_quarters(weather: Weather) -> None:
    change = np.abs(np.diff(weather.temp_air_c))
    midnight = local_calendar(YEAR).minute[1:] == 0
    assert change.max() < 0.7
    assert change[midnight].max() < 0.6
    quarter = (local_calendar(YEAR).month - 1) // 3
    means = np.bincount(quarter, weights=weather.temp_air_c) / np.bincount(quarter)
    assert means == pytest.approx(QUARTERS_C, abs=1.5)  # daily anomalies of 2.8 C leave 0.7 C on a quarter


def test_the_sky_goes_on_over_new_year() -> None:
    two_days = generated_weather(Steps.between(date(2025, 12, 31), date(2026, 1, 2), 15))
    assert np.abs(np.diff(two_days.temp_air_c)).max() < 0.7


@given(
    first=st.dates(date(2024, 1, 1), date(2025, 12, 20)),
    length=st.integers(1, 10),
    step=st.sampled_from([5, 10, 15, 30, 60]),
)
@law(15)
def test_any_period_and_step_cut_the_same_sky(first: date, length: int, step: int) -> None:
    whole = Steps.between(date(2024, 1, 1), date(2026, 1, 1), 5)
    end = date.fromordinal(first.toordinal() + length)
    asked = Steps.between(first, end, step)
    sky, part = generated_weather(whole), generated_weather(asked)
    start = int((asked.start_utc - whole.start_utc).total_seconds()) // 300
    for name in ("ghi", "dni", "dhi", "temp_air_c"):
        fine = getattr(sky, name)[start : start + asked.count * step // 5]
        assert getattr(part, name) == pytest.approx(fine.reshape(asked.count, -1).mean(axis=1), abs=1e-9)


def test_a_leap_year_keeps_its_29_february() -> None:
    leap = generated_weather(Steps.between(date(2024, 1, 1), date(2025, 1, 1), 60))
    assert leap.steps.count == 8784
    assert leap.ghi_kwh_per_m2 == pytest.approx(1391.0, rel=0.01)  # the acceptance: 1 %
    day = generated_weather(Steps.between(date(2024, 2, 29), date(2024, 3, 1), 60))
    assert day.ghi.sum() > 0.0


def test_the_seed_names_the_sky() -> None:
    january = Steps.between(date(2025, 1, 1), date(2025, 2, 1), 60)
    assert (generated_weather(january, seed=3).ghi == generated_weather(january, seed=3).ghi).all()
    assert (generated_weather(january, seed=3).ghi != generated_weather(january, seed=4).ghi).any()


@pytest.mark.parametrize("factor", [0.88, 0.96, 1.04, 1.12])
def test_a_year_factor_scales_the_irradiation_and_keeps_the_cap(factor: float) -> None:
    hours = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 60)
    year = generated_weather(hours, year_ratio=factor)
    assert year.ghi_kwh_per_m2 == pytest.approx(1391.0 * factor, rel=2e-3)  # July is near its cap at 1.12
    index = year.ghi.reshape(-1, 24).sum(axis=1)
    clear = clear_sky_ghi(Steps(hours.start_utc, 5, 105_120), year.position).reshape(-1, 12).mean(axis=1)
    assert (index / clear.reshape(-1, 24).sum(axis=1)).max() <= 1.05
    assert f"{factor:.3f}" in year.source


def test_elsewhere_the_sky_takes_the_published_months_of_the_nearest_place_and_says_which() -> None:
    hours = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 60)
    lille = generated_weather(hours, LILLE)
    assert "Villeneuve-d'Ascq" in lille.source
    assert lille.notes == ()
    assert lille.ghi_kwh_per_m2 == pytest.approx(1133.0, rel=0.01)  # published 7 km away; the acceptance: 1 %
    assert lille.mean_temp_air_c == pytest.approx(11.0, abs=0.7)  # daily anomalies of 2.8 C
    nancy = generated_weather(hours, NANCY)
    assert "Chaumont" in nancy.source
    assert "101 km" in nancy.notes[0]


def test_the_months_of_a_file_replace_the_published_ones() -> None:
    hours = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 60)
    place = Position(45.73, 4.94)
    dull = MonthlySky("lyon.epw", (0.5,) * 12, (9.0,) * 12, place)
    sky = generated_weather(hours, place, months=dull)
    assert sky.ghi.sum() / clear_sky_ghi(hours, place).sum() == pytest.approx(0.5, rel=0.01)  # hours of 5 min
    assert sky.mean_temp_air_c == pytest.approx(9.0, abs=0.7)  # daily anomalies of 2.8 C
    assert "lyon.epw" in sky.source
    assert generated_weather(hours, LILLE, months=dull).notes != ()


@pytest.mark.slow
def test_published_places_are_in_france_and_told_apart() -> None:
    places = published_places()
    assert places[0].name == "Bergerac"
    assert len({place.name for place in places}) == len(places) == 50
    for place in places:
        assert 41.0 <= place.position.latitude_deg <= 51.5
        assert -5.0 <= place.position.longitude_deg <= 10.0
        assert 1100.0 <= sum(place.ghi_kwh_per_m2) <= 1700.0
        sky = published_months(place.position)
        assert sky.name == place.name
        assert 0.55 <= min(sky.clear_sky_index) <= max(sky.clear_sky_index) <= 1.02  # Ajaccio in August: 1.01


def test_steps_off_the_grid_are_refused() -> None:
    odd = Steps.between(date(2025, 1, 1), date(2025, 1, 2), 15)
    shifted = Steps(odd.start_utc.replace(minute=7), 15, 4)
    with pytest.raises(ValueError, match="multiple of 5 minutes"):
        generated_weather(shifted)
