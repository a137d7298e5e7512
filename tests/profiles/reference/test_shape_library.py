"""Measured shapes: the table that comes with the program counted again, cells and small libraries by hand."""

import csv
from collections import defaultdict
from datetime import date
from math import exp, log
from statistics import median

import numpy as np
import pytest

from acc.steps import Steps
from benchmarks.usual_years import usual_year_kwh
from profiles.reference.kinds import PROFILES
from profiles.reference.shape_library import (
    CELLS,
    SHAPES,
    Building,
    cell_of_steps,
    daytime_share,
    library,
    library_of,
    mode_cell,
    profile_kwh,
    usual_hours,
)

NO_MODES = np.zeros((1, 144))


def test_kwh_from_the_first_year_of_a_building_to_each_later_one_are_those_of_the_table() -> None:
    years = defaultdict[str, dict[int, float]](dict)
    with SHAPES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            years[row["building"]][int(row["year"])] = float(row["kwh"])
    changes = [log(of[year] / of[min(of)]) for of in years.values() for year in of if year != min(of)]
    usual = median(changes)
    expected = sorted(exp(way * (change - usual)) for change in changes for way in (1, -1))
    assert library().other_level == pytest.approx(expected, rel=1e-12)
    assert np.exp(np.sort(library().log_kwh)) == pytest.approx(
        sorted(k for of in years.values() for k in of.values())
    )


def test_shapes_have_a_mean_of_one_over_the_hours_of_a_year_and_come_by_what_is_used_by_day() -> None:
    hours = usual_hours()
    assert hours.sum() == pytest.approx(365.25 * 24.0)
    assert hours[[0, 24, 48]] == pytest.approx([31 * 5 / 7, 31 * 2 / 7, 28.25 * 5 / 7])
    assert (library().shape * hours).sum(axis=1) == pytest.approx(hours.sum())
    assert (np.diff(daytime_share(library().shape)) >= 0.0).all()


def test_what_is_used_by_day_is_that_of_nine_to_seventeen() -> None:
    """Eight hours of 24 of an even shape; all of one that has nothing before 9 nor from 17 on."""
    hour = np.arange(CELLS) % 24
    by_day = np.where((hour >= 9) & (hour < 17), 3.0, 0.0)
    assert daytime_share(np.array([np.ones(CELLS), by_day, 3.0 - by_day])) == pytest.approx([1 / 3, 1.0, 0.0])


def test_a_cell_is_a_month_a_kind_of_day_and_an_hour_of_the_local_clock() -> None:
    """10 July 2026 is a Friday: cells from 6 x 48; Saturday and Sunday 24 further. By half hours two each."""
    cells = cell_of_steps(Steps.between(date(2026, 7, 10), date(2026, 7, 13), 30)).reshape(3, 48)
    assert cells[0].tolist() == [288 + n // 2 for n in range(48)]
    assert (cells[1] == cells[0] + 24).all()
    assert (cells[2] == cells[1]).all()
    assert (
        cell_of_steps(Steps.between(date(2026, 12, 31), date(2027, 1, 1), 60)) == 528 + np.arange(24)
    ).all()


def test_modes_have_three_seasons() -> None:
    """January to March, November and December; April, May, September and October; June to August."""
    seasons = [0, 0, 0, 1, 1, 2, 2, 2, 1, 1, 0, 0]
    expected = [season * 48 + place for season in seasons for place in range(48)]
    assert mode_cell(np.arange(CELLS)).tolist() == expected


def test_a_building_is_like_a_site_of_its_size() -> None:
    """exp(-1/2) where logarithms are 3 apart, one spread; 0.01 more for any size; no kWh counts as one."""
    even = np.ones(CELLS)
    made = library_of(
        [Building("a", 2018, 1_000.0, even), Building("b", 2018, 1_000.0 * exp(3.0), even)], NO_MODES
    )
    near, far = 1.01, exp(-0.5) + 0.01
    assert made.likeness(1_000.0) == pytest.approx([near, far])
    assert made.likeness(1_000.0 * exp(3.0)) == pytest.approx([far, near])
    assert made.likeness(0.0) == pytest.approx(made.likeness(1.0))


def test_the_middle_of_buildings_weighs_them_as_they_are_like_a_site() -> None:
    """8 h of 3 and 16 h of 1 have a mean of 40 / 24: 1.8 by day, 0.6 by night. The even one comes first."""
    hour = np.arange(CELLS) % 24
    by_day = np.where((hour >= 9) & (hour < 17), 3.0, 1.0)
    made = library_of([Building("x", 2018, 1.0, by_day), Building("y", 2018, 1.0, np.ones(CELLS))], NO_MODES)
    assert made.middle_of(np.array([3.0, 1.0]))[[0, 12]] == pytest.approx([0.75 + 0.15, 0.75 + 0.45])
    assert made.middle[[0, 12]] == pytest.approx([0.8, 1.4])
    assert (made.other_level.tolist(), made.other_year.shape) == ([1.0], (1, CELLS))


@pytest.mark.parametrize("kind", PROFILES)
def test_the_table_of_usual_years_is_that_of_the_uses_of_today(kind: str) -> None:
    """Fails once a use, normals or days changed: `python -m benchmarks.usual_years` makes it again."""
    assert np.array(profile_kwh(kind)) == pytest.approx(usual_year_kwh(kind), rel=1e-6, abs=1e-12)


def test_a_usual_year_of_street_lamps_is_the_nights_of_its_weeks() -> None:
    """Nothing heats; lamps burn at midnight in each month, never at noon, and most in December."""
    heating, total = profile_kwh("street-lighting")
    by_month = total.reshape(12, 2, 24)
    assert not heating.any()
    assert (by_month[:, :, 0] > 0.0).all()
    assert not by_month[:, :, 12].any()
    assert by_month.sum(axis=(1, 2)).argmax() == 11
