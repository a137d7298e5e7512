"""Signatures by hand: a curve of two levels has ratios that anyone can work out."""

from datetime import date

import numpy as np
import pytest

from acc.steps import Steps, local_calendar
from profiles.curves.facts import RATIOS, signature

YEAR = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 60)


def test_a_flat_curve_has_only_ones() -> None:
    flat = signature(np.full(YEAR.count, 3.0), YEAR)
    assert [getattr(flat, name) for name in RATIOS] == pytest.approx([1.0] * 6)


def test_a_weekend_at_half_power_is_seen() -> None:
    worked = local_calendar(YEAR).weekday < 5
    assert signature(np.where(worked, 2.0, 1.0), YEAR).weekend_weekday == pytest.approx(0.5)


def test_august_alone_holds_twelve_times_its_share_nearly() -> None:
    august = np.where(local_calendar(YEAR).month == 8, 1.0, 0.0)
    ratios = signature(august, YEAR)
    assert ratios.august == pytest.approx(365 / 31)
    assert ratios.load_factor == pytest.approx(31 / 365)
    assert ratios.january_february == 0


def test_what_the_period_does_not_hold_is_nan_and_a_division_by_zero_is_inf() -> None:
    week = Steps.between(date(2025, 3, 3), date(2025, 3, 8), 60)
    night = np.where(local_calendar(week).minute < 360, 1.0, 0.0)
    ratios = signature(night, week)
    assert np.isnan(ratios.august)
    assert ratios.night_day == np.inf
