"""A curve on the steps of an operation: energy kept, dates moved by whole weeks, holes filled."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acc.arrays import FloatArray
from acc.problem import InputError
from acc.steps import Steps, local_calendar, paris_midnight_utc
from profiles.curves.read import Curve
from profiles.curves.resample import FillPolicy, fill_linear, fill_week, on_own_days, to_steps
from tests.effort import law


def curve_of(kwh: np.ndarray, start_utc: datetime, minutes: int) -> Curve:
    starts = np.datetime64(start_utc, "s") + np.arange(kwh.size) * np.timedelta64(minutes * 60, "s")
    known = np.ones(kwh.size, dtype=np.int64) * minutes
    return Curve(
        starts_utc=starts, minutes=known, energy_kwh=kwh, estimated=known < 0, unit="kWh", format="generic",
        prm=None, kind="consumption", column="x_kwh", source="x.csv",
    )  # fmt: skip


def year_curve(year: int, minutes: int = 15) -> tuple[Curve, Steps]:
    """A year whose value at each step tells its own local date and time."""
    steps = Steps.between(date(year, 1, 1), date(year + 1, 1, 1), minutes)
    calendar = local_calendar(steps)
    kwh = calendar.weekday * 10_000.0 + calendar.minute
    return curve_of(kwh, steps.start_utc, minutes), steps


def without(curve: Curve, first: datetime, last: datetime) -> Curve:
    """The same curve, its values missing from `first` to `last`, excluded, UTC."""
    inside = (curve.starts_utc >= np.datetime64(first, "s")) & (curve.starts_utc < np.datetime64(last, "s"))
    return curve_of(
        np.where(inside, np.nan, curve.energy_kwh),
        curve.starts_utc[0].astype(datetime),
        int(curve.minutes[0]),
    )


# Steps


@given(
    minutes=st.sampled_from([5, 10, 15, 30, 60]),
    target=st.sampled_from([5, 10, 15, 30, 60]),
    day=st.sampled_from([date(2025, 1, 15), date(2025, 3, 30), date(2025, 10, 26)]),
    seed=st.integers(0, 99),
)
@law(60)
def test_every_hour_keeps_its_energy_whatever_the_steps(
    minutes: int, target: int, day: date, seed: int
) -> None:
    steps = Steps.between(day, day + timedelta(days=1), target)
    per_hour, hours = 60 // minutes, int(steps.count * steps.hours)
    kwh = np.random.default_rng(seed).integers(0, 1000, hours * per_hour) / 8.0
    made = to_steps(curve_of(kwh, steps.start_utc, minutes), steps)
    np.testing.assert_allclose(
        made.kwh.reshape(hours, -1).sum(axis=1), kwh.reshape(hours, -1).sum(axis=1), rtol=1e-12
    )
    assert made.source_step_minutes == minutes
    assert not made.filled.any()
    assert not made.redated


def test_longer_steps_are_spread_evenly_and_said_to_over_estimate_sharing() -> None:
    steps = Steps(datetime(2025, 1, 1), 15, 8)
    made = to_steps(curve_of(np.array([1.0, 3.0]), steps.start_utc, 60), steps)
    assert made.kwh.tolist() == [0.25] * 4 + [0.75] * 4
    assert any("60 min data spread evenly over 15 min steps" in note for note in made.notes)
    assert any("sharing is over-estimated" in note for note in made.notes)


def test_ten_minutes_on_a_quarter_of_an_hour_are_split_at_the_mark() -> None:
    steps = Steps(datetime(2025, 1, 1), 15, 2)
    made = to_steps(curve_of(np.array([2.0, 4.0, 6.0]), steps.start_utc, 10), steps)
    assert made.kwh.tolist() == [4.0, 8.0]  # 2 + 4 / 2, then 4 / 2 + 6
    assert any("10 min data split at the marks" in note for note in made.notes)


def test_several_steps_in_one_curve_keep_their_energy() -> None:
    start = np.datetime64("2025-01-01T00:00", "s")
    minutes = np.array([30, 30, 60, 15, 15, 15, 15])
    starts = start + np.concatenate([[0], np.cumsum(minutes)[:-1]]) * np.timedelta64(60, "s")
    mixed = Curve(
        starts_utc=starts, minutes=minutes, energy_kwh=np.array([2.0, 4.0, 8.0, 1.0, 1.0, 1.0, 1.0]),
        estimated=minutes < 0, unit="kWh", format="generic", prm=None, kind="consumption", column="x",
        source="x",
    )  # fmt: skip
    steps, kwh = on_own_days(mixed, 15)
    assert steps.count == 12
    assert kwh.tolist() == [1.0, 1.0, 2.0, 2.0] + [2.0] * 4 + [1.0] * 4


# Dates


@pytest.mark.parametrize(("source", "target"), [(2023, 2025), (2025, 2024), (2024, 2027), (2020, 2028)])
def test_another_year_keeps_weekday_and_clock(source: int, target: int) -> None:
    curve, _steps = year_curve(source)
    steps = Steps.between(date(target, 1, 1), date(target + 1, 1, 1), 15)
    made = to_steps(curve, steps)
    calendar = local_calendar(steps)
    expected = calendar.weekday * 10_000.0 + calendar.minute
    known = ~made.filled
    np.testing.assert_array_equal(made.kwh[known], expected[known])
    assert made.redated
    assert made.filled.sum() <= 4  # the hour that the other spring skips
    assert any("taken from another year" in note for note in made.notes)


def test_each_day_comes_from_the_same_season() -> None:
    steps = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 60)
    day = local_calendar(steps).day.astype(np.int64).astype(np.float64)
    target = Steps.between(date(2027, 1, 1), date(2028, 1, 1), 60)
    made = to_steps(curve_of(day, steps.start_utc, 60), target)
    apart = local_calendar(target).day.astype(np.int64) - made.kwh
    off_season = np.minimum(apart % 365, 365 - apart % 365)
    assert off_season[~made.filled].max() <= 7
    assert np.median(off_season) <= 2


def test_days_that_the_curve_has_keep_their_own_values() -> None:
    curve, _steps = year_curve(2025)
    steps = Steps.between(date(2025, 7, 1), date(2026, 7, 1), 15)
    made = to_steps(curve, steps)
    own = curve.energy_kwh[curve.starts_utc >= steps.starts_utc[0].astype("datetime64[s]")]
    np.testing.assert_array_equal(made.kwh[: own.size], own)
    assert made.redated


def test_february_29_is_there_and_another_year_fills_it() -> None:
    curve, _steps = year_curve(2025)
    steps = Steps.between(date(2024, 1, 1), date(2025, 1, 1), 15)
    assert steps.count == 35_136
    made = to_steps(curve, steps)
    leap_day = local_calendar(steps).day == np.datetime64("2024-02-29")
    assert leap_day.sum() == 96
    assert not np.isnan(made.kwh[leap_day]).any()


def test_the_double_hour_of_autumn_keeps_both_passes() -> None:
    steps = Steps.between(date(2025, 10, 26), date(2025, 10, 27), 60)
    kwh = np.arange(25.0)
    assert to_steps(curve_of(kwh, steps.start_utc, 60), steps).kwh.tolist() == kwh.tolist()


def test_the_double_hour_keeps_both_passes_when_the_curve_covers_a_part_of_the_period() -> None:
    # The last day is not in the curve: days are read by the clock on the wall, but its own ones by UTC.
    steps = Steps.between(date(2025, 10, 20), date(2025, 10, 30), 60)
    kwh = np.arange(float(steps.count - 24))
    made = to_steps(curve_of(kwh, steps.start_utc, 60), steps)
    assert made.kwh[:-24].tolist() == kwh.tolist()
    wednesday = slice(2 * 24, 3 * 24)  # 29 October takes the 22nd, hour by hour of the wall
    assert made.kwh[-24:].tolist() == kwh[wednesday].tolist()


# Holes


def test_a_hole_of_two_hours_is_bridged_by_a_line() -> None:
    curve, steps = year_curve(2025)
    # Wednesday 15 January, 10:00 to 12:00 local; minutes grow by 15 a step, so the line is exact.
    made = to_steps(without(curve, datetime(2025, 1, 15, 9), datetime(2025, 1, 15, 11)), steps)
    np.testing.assert_allclose(made.kwh, curve.energy_kwh, rtol=1e-12)
    assert made.filled.sum() == 8
    assert made.filled_ratio == pytest.approx(curve.energy_kwh[made.filled].sum() / curve.energy_kwh.sum())
    assert any(note.startswith("steps without value, filled: 8;") for note in made.notes)


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_a_line_bridges_two_hours_and_not_a_step_more(minutes: int) -> None:
    curve, steps = year_curve(2025, minutes)
    first, last = datetime(2025, 1, 15, 9), datetime(2025, 1, 15, 11)
    made = to_steps(without(curve, first, last), steps, fill=FillPolicy.LINEAR)
    assert made.filled.sum() == 120 // minutes
    with pytest.raises(InputError, match=r"“linear” does not fill: 1, "):
        to_steps(without(curve, first, last + timedelta(minutes=minutes)), steps, fill=FillPolicy.LINEAR)


def test_a_longer_hole_takes_the_same_weekday_and_time_of_the_nearest_weeks() -> None:
    curve, steps = year_curve(2025)
    made = to_steps(without(curve, datetime(2025, 3, 28), datetime(2025, 4, 9)), steps)
    np.testing.assert_allclose(made.kwh, curve.energy_kwh, rtol=1e-12)  # across the change of clocks too
    assert made.filled.sum() == 12 * 96


def test_the_mean_of_the_weeks_before_and_after() -> None:
    steps = Steps.between(date(2025, 1, 6), date(2025, 1, 27), 60)
    kwh = np.repeat([1.0, np.nan, 3.0], 168)
    assert fill_week(kwh, steps).tolist() == [1.0] * 168 + [2.0] * 168 + [3.0] * 168


def by_weeks(kwh: FloatArray, steps: Steps) -> FloatArray:
    """Fill as `fill_week` does, hole by hole, from the steps of the same clock of other weeks."""
    calendar = local_calendar(steps)
    day = calendar.day.astype(int)
    known = {(day[n], calendar.minute[n]): kwh[n] for n in range(kwh.size)}
    filled = kwh.copy()
    for n in np.flatnonzero(np.isnan(kwh)):
        for week in range(1, steps.count):
            near = [known.get((day[n] + 7 * way * week, calendar.minute[n]), np.nan) for way in (-1, 1)]
            if not np.isnan(near).all():
                filled[n] = np.nanmean(near)
                break
    return filled


@given(seed=st.integers(0, 999), days=st.integers(1, 60))
@settings(max_examples=10, deadline=None)
def test_weeks_are_searched_all_at_once_as_one_after_the_other(seed: int, days: int) -> None:
    random = np.random.default_rng(seed)
    start = date(2025, 10, 1)
    steps = Steps.between(start, start + timedelta(days=days), 60)
    kwh = np.where(random.random(steps.count) < 0.8, np.nan, random.integers(0, 9, steps.count))
    np.testing.assert_array_equal(fill_week(kwh, steps), by_weeks(kwh, steps))


def test_a_hole_of_years_takes_no_more_passes_than_one_of_weeks(monkeypatch: pytest.MonkeyPatch) -> None:
    passes: list[int] = []
    tried = np.isnan
    monkeypatch.setattr(np, "isnan", lambda values: (passes.append(values.size), tried(values))[1])
    counts = []
    for year in (2026, 2040):
        steps = Steps.between(date(2025, 1, 1), date(year, 1, 1), 60)
        kwh = np.full(steps.count, np.nan)
        kwh[:1_000], kwh[-1] = 1.0, 2.0
        local_calendar(steps)
        passes.clear()
        fill_week(kwh, steps)
        counts.append(len(passes))
        assert max(passes) < 1.1 * steps.count
    assert counts == [4, 4]


def test_holes_can_be_refused_and_are_then_named() -> None:
    curve, steps = year_curve(2025)
    holed = without(curve, datetime(2025, 1, 15, 9), datetime(2025, 1, 15, 11))
    with pytest.raises(InputError) as caught:
        to_steps(holed, steps, fill=FillPolicy.REFUSE)
    assert str(caught.value) == (
        "x.csv: holes that the policy “refuse” does not fill: 1, 2.0 h (0.0 % of the period), "
        "from 2025-01-15 10:00 to 2025-01-15 12:00. Complete the file, or choose the policy auto"
    )


def test_a_line_does_not_bridge_a_day() -> None:
    curve, steps = year_curve(2025)
    holed = without(curve, datetime(2025, 1, 15), datetime(2025, 1, 16))
    with pytest.raises(InputError, match=r"“linear” does not fill: 1, 24\.0 h"):
        to_steps(holed, steps, fill=FillPolicy.LINEAR)
    assert to_steps(holed, steps, fill=FillPolicy.WEEK).filled.sum() == 96


def test_the_ends_of_a_period_are_not_extended_by_a_line() -> None:
    assert np.isnan(fill_linear(np.array([np.nan, 1.0, np.nan]), 5)).tolist() == [True, False, True]


def test_too_little_of_the_year_is_refused() -> None:
    curve, _steps = year_curve(2025)
    months = curve_of(curve.energy_kwh[:17_000], paris_midnight_utc(date(2025, 1, 1)), 15)
    with pytest.raises(InputError, match=r"gives 5\d % of the period, 75 % are needed"):
        to_steps(months, Steps.between(date(2025, 1, 1), date(2026, 1, 1), 15))


@given(seed=st.integers(0, 999), year=st.sampled_from([2024, 2025, 2027]))
@settings(max_examples=10, deadline=None)
def test_nothing_is_missing_nor_negative_once_on_the_steps(seed: int, year: int) -> None:
    random = np.random.default_rng(seed)
    source = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 60)
    kwh = random.uniform(0.0, 10.0, source.count)
    for first in random.integers(0, source.count, 12):
        kwh[first : first + random.integers(1, 100)] = np.nan
    steps = Steps.between(date(year, 1, 1), date(year + 1, 1, 1), 60)
    made = to_steps(curve_of(kwh, source.start_utc, 60), steps)
    assert made.kwh.min() >= 0.0  # false for NaN too
    assert 0.0 < made.filled_ratio < 0.25
