"""What a slip of the hand leaves in a curve, by hand; and what is true leaves nothing."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.steps import Steps, local_calendar
from profiles.curves.slips import busy_hour, noon_dip, swapped_ratio, top_ratio
from tests.effort import law

YEAR = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 60)
CLOCK = local_calendar(YEAR)
HOUR, MONTH = CLOCK.minute // 60, CLOCK.month
UTC_HOUR = (np.arange(YEAR.count, dtype=np.int64) - 1) % 24  # the year begins at 23 h UTC


def as_in_america(kwh: np.ndarray) -> np.ndarray:
    """Return what a sheet makes of it that reads 01/02 as 2 January, once sorted."""
    days = CLOCK.day.astype("datetime64[D]").astype(object)
    at = {
        (day.month, day.day, hour): n for n, (day, hour) in enumerate(zip(days, HOUR.tolist(), strict=True))
    }
    moved = kwh.copy()
    for (month, day, hour), n in at.items():
        if day <= 12:
            moved[n] = kwh[at.get((day, month, hour), n)]
    return moved


def test_twelve_months_of_one_level_each_are_swapped_or_not() -> None:
    kwh = np.asarray(100.0 + 10.0 * MONTH)
    noisy = kwh + np.random.default_rng(1).normal(0.0, 1.0, kwh.size)
    as_written, swapped = swapped_ratio(noisy, CLOCK), swapped_ratio(as_in_america(noisy), CLOCK)
    assert as_written is not None
    assert swapped is not None
    assert as_written > 5.0
    # Each of the 132 days then stands where another one stood.
    assert swapped == pytest.approx(1.0 / as_written, rel=1e-9)


@law(20)
@given(st.integers(0, 10**6), st.sampled_from([24, 168]))
def test_a_need_without_seasons_says_nothing_of_its_dates(seed: int, memory: int) -> None:
    rng = np.random.default_rng(seed)
    noise = np.repeat(rng.normal(0.0, 1.0, 8760 // memory + 1), memory)[:8760]
    ratio = swapped_ratio(50.0 + noise + rng.normal(0.0, 0.5, 8760), CLOCK)
    assert ratio is not None
    assert ratio > 0.8


def test_three_months_say_nothing_of_their_dates() -> None:
    quarter = Steps.between(date(2025, 1, 1), date(2025, 4, 1), 60)
    assert swapped_ratio(np.arange(quarter.count) % 97.0, local_calendar(quarter)) is None


@pytest.mark.parametrize("late", [0, 2, 6, -4])
def test_the_middle_of_the_busy_hours_moves_with_the_clock(late: int) -> None:
    busy = np.where((8 + late <= HOUR) & (18 + late > HOUR), 9.0, 1.0)
    assert busy_hour(busy, CLOCK, YEAR) == pytest.approx(13.0 + late)


def test_an_even_need_has_no_busy_hour() -> None:
    assert busy_hour(np.ones(8760), CLOCK, YEAR) is None
    cold_room = 10.0 + np.cos((HOUR - 15) / 24 * 2 * np.pi) * 0.9  # 9 % more in the afternoon
    assert busy_hour(cold_room, CLOCK, YEAR) is None


def panels(kwh: float) -> np.ndarray:
    """A bell from 5 to 19 h UTC, `kwh` at noon."""
    return kwh * np.maximum(0.0, np.sin((UTC_HOUR + 0.5 - 5.0) / 14.0 * np.pi)) * (UTC_HOUR < 19)


def test_panels_taken_off_leave_noons_below_the_night_and_nothing_else_does() -> None:
    office = np.where((HOUR >= 8) & (HOUR < 18) & (CLOCK.weekday < 5), 10.0, 3.0)
    assert noon_dip(office, CLOCK, YEAR) == 0.0
    # 3 kWh at night and all weekend: 2 of panels leave 1 at noon, two days in seven.
    of_the_noons = np.isin(MONTH, (5, 6, 7, 8)) & (UTC_HOUR == 11)
    weekends = float(np.mean(CLOCK.weekday[of_the_noons] >= 5))
    assert noon_dip(np.maximum(0.0, office - panels(2.0)), CLOCK, YEAR) == pytest.approx(weekends)
    lamps_or_boiler = np.where((HOUR >= 22) | (HOUR < 6), 5.0, 0.0)
    bakery = np.where(HOUR < 9, 8.0, 1.0)
    for by_night in (lamps_or_boiler, bakery):
        assert noon_dip(by_night, CLOCK, YEAR) == 0.0


def test_a_top_is_cut_where_it_stands_alone_above_varied_values() -> None:
    rng = np.random.default_rng(3)
    varied = np.round(rng.gamma(4.0, 5.0, 8760), 1)
    limit = float(np.quantile(varied, 0.97))
    assert top_ratio(varied) == 0.0
    assert top_ratio(np.minimum(varied, limit)) == pytest.approx(np.mean(varied >= limit))
    lamps = np.where((HOUR >= 20) | (HOUR < 6), 5.0, 0.0)
    lamps[HOUR == 19] = np.round(rng.random(int((HOUR == 19).sum())) * 5.0, 2)  # dusk within the hour
    assert top_ratio(lamps) == 0.0
    assert top_ratio(np.full(8760, 40.0)) == 0.0
