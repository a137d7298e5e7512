"""Public holidays and school holidays: dates anyone can check, and the years not published yet."""

from datetime import date, timedelta

import numpy as np
import pytest
from holidays.countries.france import France

from acc.problem import InputError
from profiles.reference.shapes import is_in, public_holidays, school_holidays

NOT_PUBLISHED = range(2029, 2046)


def test_eleven_public_holidays_with_the_movable_ones_in_their_place() -> None:
    for year in range(2024, 2041):
        assert len(public_holidays(year)) in {10, 11}  # ten where Ascension falls on 1 or 8 May
    assert {date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25)} <= public_holidays(2026)
    assert date(2026, 7, 14) in public_holidays(2026)
    assert date(2026, 12, 26) not in public_holidays(2026)  # Alsace-Moselle only


def test_public_holidays_are_those_of_a_package_that_knows_every_country() -> None:
    for year in range(1990, 2101):
        assert public_holidays(year) == set(France(years=year)), year


def test_zone_a_in_2026_as_published() -> None:
    days = school_holidays(2026).days
    assert not school_holidays(2026).is_repeated
    assert date(2026, 2, 6) not in days
    assert {date(2026, 2, 7), date(2026, 2, 22), date(2026, 7, 4), date(2026, 8, 31)} <= days
    assert date(2026, 2, 23) not in days
    assert date(2026, 9, 1) not in days


def test_the_known_part_of_the_last_published_year_is_kept() -> None:
    year = school_holidays(2028)
    assert year.is_repeated
    assert year.known_until == date(2028, 8, 31)
    assert date(2028, 2, 19) in year.days  # published
    assert {date(2028, 10, 28), date(2028, 12, 25)} <= year.days  # repeated


@pytest.mark.parametrize("number", NOT_PUBLISHED)
def test_a_repeated_year_keeps_christmas_summer_and_the_length_of_holidays(number: int) -> None:
    year = school_holidays(number)
    assert year.is_repeated
    around_christmas = [date(number, 12, 23) + timedelta(days=n) for n in range(9)]
    mid_summer = [date(number, 7, 10) + timedelta(days=n) for n in range(50)]
    assert set(around_christmas) | set(mid_summer) | {date(number, 1, 1)} <= year.days
    assert not {date(number, 9, day) for day in range(4, 31)} & year.days
    assert 110 <= len(year.days) <= 130


@pytest.mark.parametrize("number", NOT_PUBLISHED)
def test_repeated_winter_holidays_run_from_saturday_to_sunday(number: int) -> None:
    winter = sorted(d for d in school_holidays(number).days if date(number, 2, 1) <= d < date(number, 3, 25))
    assert len(winter) == 16
    assert (winter[0].weekday(), winter[-1].weekday()) == (5, 6)


def test_years_before_the_first_known_one_are_refused() -> None:
    with pytest.raises(InputError, match="1985 are not known: the first known year is 1990"):
        school_holidays(1985)


def test_membership_follows_the_calendar_days_given() -> None:
    days = np.array(["2026-07-13", "2026-07-14", "2026-07-14"], dtype="datetime64[D]")
    assert is_in(public_holidays(2026), days).tolist() == [False, True, True]
