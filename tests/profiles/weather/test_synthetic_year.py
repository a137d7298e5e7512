"""The generated year: published totals, no day above the clear sky, the same sky whatever is asked."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acc.arrays import FloatArray
from acc.sites import Plane, Plant, Position
from acc.steps import Steps, local_calendar
from profiles.data.sourced_figures import numbered, read_figures
from profiles.pv.plant_output import plant_output_kwh
from profiles.weather.clear_sky import clear_sky_ghi
from profiles.weather.synthetic_year import (
    calibrated_position,
    generated_weather,
    is_calibrated,
)
from profiles.weather.values import Weather

YEAR = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 15)
SEEDS = (24, 1, 7)
MARMANDE = Position(44.50, 0.17)
LILLE = Position(50.63, 3.06)


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
    published = numbered(read_figures("weather.csv"), "ghi_q", 4)
    assert kwh == pytest.approx(published, rel=0.01)  # the acceptance: 1 %


def test_monthly_indices_are_the_smoothest_curve_with_the_published_quarters() -> None:
    # min |second difference|^2 over the year's circle, four equality constraints: one linear system.
    clear = clear_sky_ghi(YEAR, calibrated_position()) * YEAR.hours / 1000.0
    monthly = np.bincount(local_calendar(YEAR).month - 1, weights=clear)
    months = np.arange(12)
    totals = np.where(months // 3 == np.arange(4)[:, None], monthly, 0.0)
    bend = np.roll(np.eye(12), 1, axis=1) - 2.0 * np.eye(12) + np.roll(np.eye(12), -1, axis=1)
    system = np.block([[bend.T @ bend, totals.T], [totals, np.zeros((4, 4))]])
    figures = read_figures("weather.csv")
    wanted = np.concatenate([np.zeros(12), numbered(figures, "ghi_q", 4)])
    index = np.linalg.solve(system, wanted)[:12]
    rows = numbered(figures, "clear_sky_index_", 12)
    assert rows == pytest.approx(index, abs=2e-3)  # rows have 4 digits; steps of 15 min against 5 min


def test_no_day_passes_the_clear_sky_by_more_than_five_percent(weather: Weather) -> None:
    clear = clear_sky_ghi(YEAR, weather.position)
    index = days(weather.ghi).sum(axis=1) / days(clear).sum(axis=1)
    assert index.max() <= 1.05
    assert index.min() > 0.0


def test_no_step_passes_the_clear_sky_by_more_than_its_cap(weather: Weather) -> None:
    clear = clear_sky_ghi(YEAR, weather.position)
    high = clear > 50.0
    assert (weather.ghi[high] / clear[high]).max() <= 1.08  # cap of 1.06, and means of the sun over 15 min


def test_days_and_half_hours_vary_as_measured(weather: Weather) -> None:
    clear = clear_sky_ghi(YEAR, weather.position)
    daily = days(weather.ghi).sum(axis=1) / days(clear).sum(axis=1)
    assert 0.19 <= daily.std() <= 0.25  # Bordeaux IWEC 0.22, Pessac ERA5 0.24
    assert 0.2 <= np.corrcoef(daily[1:], daily[:-1])[0, 1] <= 0.5  # IWEC 0.27, ERA5 0.44
    clear_30, ghi_30 = (values.reshape(-1, 2).mean(axis=1) for values in (clear, weather.ghi))
    index = np.where(clear_30 > 150.0, ghi_30 / np.maximum(clear_30, 1.0), np.nan)
    assert 0.12 <= np.nanstd(np.diff(index)) <= 0.20  # Aachen measured 0.188, ERA5 0.105


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
    published = numbered(read_figures("weather.csv"), "temperature_q", 4)
    assert means == pytest.approx(published, abs=1.5)  # daily anomalies of 2.8 C leave 0.7 C on a quarter


def test_the_sky_goes_on_over_new_year() -> None:
    two_days = generated_weather(Steps.between(date(2025, 12, 31), date(2026, 1, 2), 15))
    assert np.abs(np.diff(two_days.temp_air_c)).max() < 0.7


@given(
    first=st.dates(date(2024, 1, 1), date(2025, 12, 20)),
    length=st.integers(1, 10),
    step=st.sampled_from([5, 10, 15, 30, 60]),
)
@settings(max_examples=15, deadline=None)
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
    year = generated_weather(hours, year_factor=factor)
    assert year.ghi_kwh_per_m2 == pytest.approx(1391.0 * factor, rel=2e-3)  # July is near its cap at 1.12
    index = year.ghi.reshape(-1, 24).sum(axis=1)
    clear = clear_sky_ghi(Steps(hours.start_utc, 5, 105_120), year.position).reshape(-1, 12).mean(axis=1)
    assert (index / clear.reshape(-1, 24).sum(axis=1)).max() <= 1.05
    assert f"{factor:.3f}" in year.source


def test_elsewhere_the_sky_says_that_it_is_not_calibrated() -> None:
    hours = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 60)
    lille = generated_weather(hours, LILLE)
    assert not is_calibrated(LILLE)
    assert "not calibrated" in lille.source
    assert "Bergerac" in lille.notes[0]
    clear = clear_sky_ghi(hours, LILLE).sum()
    bergerac_clear = clear_sky_ghi(hours, calibrated_position()).sum()
    assert lille.ghi.sum() / clear == pytest.approx(
        generated_weather(hours).ghi.sum() / bergerac_clear, rel=0.01
    )
    assert generated_weather(hours, Position(44.9, 0.5)).notes == ()
    assert not is_calibrated(MARMANDE)


def test_steps_off_the_grid_are_refused() -> None:
    odd = Steps.between(date(2025, 1, 1), date(2025, 1, 2), 15)
    shifted = Steps(odd.start_utc.replace(minute=7), 15, 4)
    with pytest.raises(ValueError, match="multiple of 5 minutes"):
        generated_weather(shifted)
