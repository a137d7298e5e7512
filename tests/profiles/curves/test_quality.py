"""What a curve is worth, by hand: each measure, each grade, and what is refused outright."""

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest

from acc.sites import Grade
from acc.steps import Steps, local_calendar
from profiles.curves.facts import BAND_RATIO, CRITERIA, GRADES, grade_of, implausible
from profiles.curves.resample import to_steps
from tests.profiles.curves.test_resample import curve_of, without

YEAR = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 15)


def steady(minutes: int = 15, kw: float = 2.0):
    """A year of `kw`, never twice the same value in a row."""
    steps = Steps.between(date(2025, 1, 1), date(2026, 1, 1), minutes)
    kwh = kw * steps.hours * (1.0 + 1e-3 * (np.arange(steps.count) % 2))
    return curve_of(kwh, steps.start_utc, minutes)


def test_a_whole_year_by_the_quarter_of_an_hour_is_an_a() -> None:
    report = grade_of(steady(), annual_kwh=17_528.76, subscribed_kva=12.0)
    assert report.grade is Grade.A
    assert report.reasons == ()
    assert report.yearly_kwh == pytest.approx(2.0 * 8760 * 1.0005)
    assert report.peak_kw == pytest.approx(2.002)
    assert report.signature.load_factor == pytest.approx(1.0005 / 1.001)


@pytest.mark.parametrize(("minutes", "grade"), [(10, Grade.A), (15, Grade.A), (30, Grade.B), (60, Grade.C)])
def test_longer_steps_lower_the_grade(minutes: int, grade: Grade) -> None:
    assert grade_of(steady(minutes)).grade is grade


@pytest.mark.parametrize(("days", "grade"), [(3, Grade.A), (4, Grade.B), (19, Grade.C), (60, Grade.D)])
def test_holes_lower_the_grade(days: int, grade: Grade) -> None:
    first = datetime(2025, 5, 1)
    last = first.fromordinal(first.toordinal() + days)
    report = grade_of(without(steady(), first, last))
    assert report.grade is grade
    assert (report.reasons == ()) is (grade is Grade.A)


@pytest.mark.parametrize(("bill", "grade"), [(1.02, "A"), (1.05, "B"), (1.15, "C"), (1.4, "D"), (0.7, "D")])
def test_a_bill_that_disagrees_lowers_the_grade(bill: float, grade: str) -> None:
    assert grade_of(steady(), annual_kwh=17_528.76 * bill).grade == grade


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (1000.0, "in W, or Wh"),
        (4.0, "mean powers (kW), not energies"),
        (0.25, "energies (kWh), not powers"),
        (1.2, ""),
    ],
)
def test_a_gap_that_is_a_mix_of_units_is_named(factor: float, said: str) -> None:
    hints = grade_of(steady(), annual_kwh=17_528.76 / factor).hints
    assert said in " ".join(hints)
    assert bool(hints) is bool(said)


def test_values_that_no_longer_move_are_counted() -> None:
    curve = steady()
    stuck = np.where(np.arange(YEAR.count) < 96 * 10, 0.7, curve.energy_kwh)
    report = grade_of(curve_of(stuck, YEAR.start_utc, 15))
    assert report.measures["stuck_ratio"] == pytest.approx(960 / YEAR.count)
    assert report.grade is Grade.C
    # A site that is closed is at zero, which is no fault.
    closed = np.where(np.arange(YEAR.count) < 96 * 10, 0.0, curve.energy_kwh)
    assert grade_of(curve_of(closed, YEAR.start_utc, 15)).measures["stuck_ratio"] == 0.0


def test_estimated_values_and_doubles_are_reported() -> None:
    curve = steady()
    estimated = np.arange(YEAR.count) < YEAR.count // 5
    report = grade_of(replace(curve, estimated=estimated, doubles=3))
    assert report.grade is Grade.C
    assert report.doubles == 3
    assert report.reasons == ("20.0 % of the values are estimated by the grid operator",)


def test_another_year_is_at_best_a_b() -> None:
    curve = steady()
    made = to_steps(curve, Steps.between(date(2027, 1, 1), date(2028, 1, 1), 15))
    assert grade_of(curve, made).grade is Grade.B


def test_a_short_curve_says_nothing_of_the_bill() -> None:
    short = curve_of(steady().energy_kwh[: 96 * 100], YEAR.start_utc, 15)
    report = grade_of(short, annual_kwh=1.0)
    assert report.yearly_kwh is None
    assert "bill_gap_ratio" not in report.measures
    assert report.grade is Grade.D


def test_limits_grow_and_worse_grades_carry_wider_bands() -> None:
    for criterion in CRITERIA.values():
        assert list(criterion.limits) == sorted(criterion.limits)
    bands = [BAND_RATIO[grade] for grade in GRADES]
    assert bands == sorted(bands)


# What cannot be


def test_962_mwh_in_a_month_for_36_kva_is_impossible() -> None:
    months = local_calendar(YEAR).month
    january = (months == 1).sum()
    kwh = np.where(months == 1, 962_000.0 / january, 2.0)
    (first,) = implausible(kwh, YEAR, subscribed_kva=36.0, path="curves/usine.csv")
    assert str(first) == (
        "curves/usine.csv: 962000 kWh in 2025-01: 36 kVA at all hours give 26784 kWh; check the unit of the "
        "curve, the meter and the subscribed power"
    )


def test_a_peak_a_little_above_the_subscribed_power_is_possible() -> None:
    kwh = np.full(YEAR.count, 5.0)
    kwh[40] = 12.0  # 48 kW
    assert implausible(kwh, YEAR, subscribed_kva=36.0) == []
    kwh[40] = 19.0  # 76 kW
    assert len(implausible(kwh, YEAR, subscribed_kva=36.0)) == 1


def test_watts_taken_for_kilowatts_and_an_empty_curve_are_impossible() -> None:
    assert "are the values in W?" in implausible(np.full(YEAR.count, 20_000.0), YEAR)[0].message
    lone = np.full(YEAR.count, 20.0)
    lone[5_000] = 99_999.0  # a step that a hand typed: the others are in kW
    assert "empty that value" in implausible(lone, YEAR)[0].message
    assert "no energy at all" in implausible(np.zeros(YEAR.count), YEAR)[0].message
    assert implausible(np.where(np.arange(YEAR.count) % 7, 1.0, np.nan), YEAR) == []
