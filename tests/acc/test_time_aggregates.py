from datetime import date

import numpy as np
import pytest

from acc.exchange import Exchange
from acc.keys.prorata import Prorata
from acc.settle import settle
from acc.steps import Steps, local_calendar
from acc.time_aggregates import (
    bins,
    hour_by_month_ratio,
    hour_by_weekday_ratio,
    is_year,
    last_day,
    mean_day_kw,
    peak,
    seasons,
    shared_by_hour_kwh,
    shortest_run,
    surplus_by_month_ratio,
    telling_step,
    totals_by,
)

YEAR = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 60)
LEAP = Steps.between(date(2024, 1, 1), date(2025, 1, 1), 60)


def exchange(steps: Steps, need: np.ndarray, production: np.ndarray) -> Exchange:
    return Exchange(steps, need, production[:, None], np.zeros((steps.count, 1)))


def test_a_season_holds_three_months() -> None:
    months = local_calendar(YEAR).month
    held = [sorted(set(months[seasons(months) == index].tolist())) for index in range(4)]
    assert held == [[1, 2, 12], [3, 4, 5], [6, 7, 8], [9, 10, 11]]


def test_the_mean_day_gives_back_the_energy_of_the_season() -> None:
    rng = np.random.default_rng(1)
    values = rng.random((YEAR.count, 2))
    day = mean_day_kw(values, YEAR)
    summer = seasons(local_calendar(YEAR).month) == 2
    # No clock changes in summer: 92 days of 24 h.
    np.testing.assert_allclose(day[2].sum(axis=0) * 92, values[summer].sum(axis=0))


def test_a_moment_that_the_period_does_not_hold_is_missing_not_zero() -> None:
    june = Steps.between(date(2025, 6, 1), date(2025, 7, 1), 60)
    day = mean_day_kw(np.ones((june.count, 1)), june)
    assert np.isnan(day[[0, 1, 3]]).all()
    assert not np.isnan(day[2]).any()


def test_the_bins_of_a_year_are_its_months_and_keep_every_kwh() -> None:
    values = np.random.default_rng(2).random((LEAP.count, 3))
    cut = bins(LEAP)
    assert not cut.by_day
    assert [day.month for day in cut.starts] == list(range(1, 13))
    np.testing.assert_allclose(
        totals_by(values, cut.group, cut.count).sum(axis=0), values.sum(axis=0), rtol=1e-12
    )


def test_the_bins_of_a_month_are_its_days_those_of_the_change_of_hour_too() -> None:
    march = Steps.between(date(2025, 3, 1), date(2025, 4, 1), 15)
    cut = bins(march)
    assert cut.by_day
    assert cut.count == 31
    assert np.bincount(cut.group)[29] == 92  # 30 March has 23 hours


def test_a_period_is_a_year_from_any_day_and_in_leap_years() -> None:
    assert is_year(YEAR)
    assert is_year(LEAP)
    assert is_year(Steps.between(date(2025, 7, 1), date(2026, 7, 1), 15))
    assert not is_year(Steps.between(date(2025, 1, 1), date(2025, 12, 31), 15))
    assert last_day(YEAR) == date(2025, 12, 31)


def test_the_ratios_by_hour_are_those_of_the_sums() -> None:
    steps = Steps.between(date(2025, 6, 1), date(2025, 7, 1), 60)
    hour = local_calendar(steps).minute // 60
    need = np.ones((steps.count, 2))
    given = exchange(steps, need, np.where(hour == 12, 1.0, 0.0))
    allocation = settle(given, Prorata())
    by_month = hour_by_month_ratio(given, allocation)
    assert by_month[12, 5] == pytest.approx(0.5)  # 1 kWh for a need of 2
    assert by_month[11, 5] == 0.0
    assert np.isnan(by_month[:, 0]).all()
    np.testing.assert_allclose(hour_by_weekday_ratio(given, allocation)[12], 0.5)
    assert shared_by_hour_kwh(given, allocation).tolist() == [0.0] * 12 + [30.0] + [0.0] * 11
    assert surplus_by_month_ratio(given, allocation)[12, 5] == 0.0
    assert np.isnan(surplus_by_month_ratio(given, allocation)[11, 5])


def test_the_example_is_a_sunny_midday_where_the_key_decides() -> None:
    steps = Steps.between(date(2025, 6, 2), date(2025, 6, 3), 60)
    hour = local_calendar(steps).minute // 60
    production = np.select([hour == 12, hour == 13, hour == 20], [8.0, 3.0, 7.5])
    given = exchange(steps, np.tile([4.0, 6.0], (steps.count, 1)), production)
    example = telling_step(given, settle(given, Prorata()))
    assert example is not None
    assert (example.day, example.minute) == (date(2025, 6, 2), 720)
    assert (example.production_kwh, example.need_kwh, example.received_kwh) == (8.0, 10.0, 8.0)
    np.testing.assert_allclose(example.served_ratio, 0.8)
    assert example.group_ratio == pytest.approx(0.8)


def test_there_is_no_example_without_sun() -> None:
    given = exchange(YEAR, np.ones((YEAR.count, 1)), np.zeros(YEAR.count))
    assert telling_step(given, settle(given, Prorata())) is None


def test_the_shortest_run_of_nothing_is_none() -> None:
    assert shortest_run(np.zeros(12), 0.75) is None
    run = shortest_run(np.array([0.0, 2.0, 3.0, 1.0, 0.0]), 1.0)
    assert run is not None
    assert (run.first, run.last, run.part_ratio) == (1, 3, 1.0)


def test_a_peak_is_a_power_at_a_local_time() -> None:
    steps = Steps.between(date(2025, 6, 1), date(2025, 6, 2), 15)
    values = np.zeros(steps.count)
    values[50] = 10.0
    found = peak(values, steps)
    assert (found.power_kw, found.day, found.minute) == (40.0, date(2025, 6, 1), 750)
