"""What a slip of the hand leaves in a curve: days swapped, panels taken off twice, a top cut off.

Each figure compares a curve with itself: whether it is a doubt is for the rules that know the site.
"""

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.steps import LocalCalendar, Steps
from profiles.curves.formats.times import run_lengths

MONTHS, WEEKDAYS = 12, 7
LEAST_DAYS = 60
"""Of the 132 days of a year that a date of America would move, so many say whether it did."""

LEAST_SWING = 0.2
"""First wave of a day over its mean: below, a need is too even to have an hour."""

NOON, EVENING, NIGHT = (10.0, 13.0), (17.0, 19.0), (3.0, 22.0)
"""Hours of UTC in France: the sun is highest, low but up from May to August, and down; NIGHT is around."""

LONG_DAYS = (5, 6, 7, 8)
LOW_NIGHT = 0.05
"""Quantile of the night's values that its standby is."""

NEAR_TOP, LEVELS, ALONE = 0.8, 10, 3
"""A top was cut where so many levels lie little below, none met a third as often as the top itself.

Together they are met as often: what is either on or off, a pump or lamps, has a true top and little below it.
"""

FEW_LEVELS = 8
"""A day of fewer levels than this part of its steps may well be like another one: lamps, a pump."""


def swapped_ratio(kwh: FloatArray, calendar: LocalCalendar) -> float | None:
    """Return how far days up to the 12th are from the month that they number, over how far from their own.

    A date read as in America puts 1 February on 2 January; days after the 12th stay and tell what a weekday
    of each month usually uses. Below 1, the file fits better once day and month change places.

    Args:
        kwh: of each step, NaN where it is missing, shape (T,).
    """
    days, place = np.unique(calendar.day, return_inverse=True)
    energy, months = np.bincount(place, weights=kwh), days.astype("datetime64[M]")
    month, day = months.astype(np.int64) % MONTHS, (days - months.astype("datetime64[D]")).astype(np.int64)
    stays = (day >= MONTHS) & ~np.isnan(energy)
    kind = _kind_of_day(month, days.astype(np.int64))
    count = np.bincount(kind[stays], minlength=MONTHS * WEEKDAYS)
    usual = np.bincount(kind[stays], weights=energy[stays], minlength=count.size) / np.where(
        count, count, np.nan
    )
    other = (months + (day - month)).astype("datetime64[D]") + month
    own, swapped = (
        abs(energy - usual[kind]),
        abs(energy - usual[_kind_of_day(day % MONTHS, other.astype(np.int64))]),
    )
    moves = (day < MONTHS) & (day != month) & ~np.isnan(own + swapped)
    if moves.sum() < LEAST_DAYS or not own[moves].sum() > 0.0:
        return None
    return float(swapped[moves].sum() / own[moves].sum())


def _kind_of_day(month: IntArray, day: IntArray) -> IntArray:
    """Return a number of each month, from 0, and weekday of days since 1970-01-01, a Thursday."""
    return month * WEEKDAYS + (day + 3) % WEEKDAYS


def busy_hour(kwh: FloatArray, calendar: LocalCalendar, steps: Steps) -> float | None:
    """Return the middle of the busy hours from Monday to Friday, local; None of a need that is even.

    >>> from datetime import date
    >>> from acc.steps import local_calendar
    >>> week = Steps.between(date(2025, 8, 4), date(2025, 8, 11), 60)
    >>> hours = local_calendar(week)
    >>> f"{busy_hour(np.where((hours.minute >= 480) & (hours.minute < 1080), 9.0, 1.0), hours, week):.2f}"
    '13.00'
    """
    worked = (calendar.weekday < 5) & ~np.isnan(kwh)
    clock = calendar.minute[worked] // steps.step_minutes
    count = np.bincount(clock)
    if not count.all() or not kwh[worked].sum() > 0.0:
        return None
    mean = np.bincount(clock, weights=kwh[worked]) / count
    turns = (np.arange(mean.size) + 0.5) / mean.size
    wave = complex((mean * np.exp(2j * np.pi * turns)).sum() / mean.sum())
    hour = float(np.angle(wave)) / (2.0 * np.pi) * 24.0 % 24.0
    return hour if 2.0 * abs(wave) > LEAST_SWING else None


def noon_dip(kwh: FloatArray, calendar: LocalCalendar, steps: Steps) -> float:
    """Return the part of noons, May to August, below half the standby of night, less that of evenings.

    No building that runs all night uses less than half of that at noon, and more again before dusk: panels
    do it, where the curve is what is left once they are taken off.
    """
    hour = steps.starts_utc.astype("datetime64[m]").astype(np.int64) % 1440 / 60.0 + steps.hours / 2.0
    long_days, known = np.isin(calendar.month, LONG_DAYS), ~np.isnan(kwh)
    night = known & ((hour < NIGHT[0]) | (hour > NIGHT[1]))
    noon, evening = (known & long_days & (hour > first) & (hour < last) for first, last in (NOON, EVENING))
    if not (night.any() and noon.any() and evening.any()):
        return 0.0
    low = np.quantile(kwh[night], LOW_NIGHT) / 2.0
    return float((kwh[noon] < low).mean() - (kwh[evening] < low).mean())


def top_ratio(kwh: FloatArray) -> float:
    """Return the part of the time at the very highest value, where it stands alone above varied ones; else 0.

    >>> top_ratio(np.minimum(np.arange(100.0), 85.0)), top_ratio(np.arange(100.0) // 50)  # cut; on or off
    (0.15, 0.0)
    """
    values, counts = np.unique(kwh[~np.isnan(kwh)], return_counts=True)
    below = counts[values >= NEAR_TOP * values.max(initial=0.0)][:-1]
    is_cut = below.size >= LEVELS and below.max() * ALONE < counts[-1] <= below.sum()
    return float(counts[-1] / counts.sum()) if is_cut else 0.0


def copied_days(kwh: FloatArray, midnights: IntArray, day: int) -> int:
    """Longest run of days that are those of another time, all as far apart; days of few levels are none.

    Args:
        kwh: of each step.
        midnights: places of the steps that begin a day of the clock: July copied from January is not in UTC.
        day: steps of a day.

    >>> month, midnights = np.arange(30.0 * 24) % 97, np.arange(0, 60 * 24, 24)
    >>> curves = np.concatenate([month, month]), month, np.ones(720)
    >>> [copied_days(kwh, midnights, 24) for kwh in curves]
    [30, 0, 0]
    >>> summer = np.concatenate([midnights[:30], midnights[30:] - 1])  # an hour less in UTC
    >>> copied_days(np.concatenate([month[:-1], month]), summer, 24)
    29
    """
    days = kwh[midnights[midnights + day <= kwh.size, None] + np.arange(day)]
    _days, same = np.unique(days, axis=0, return_inverse=True)
    is_varied = (np.diff(np.sort(days)) > 0.0).sum(axis=1) > day / FEW_LEVELS
    longest = 0
    for apart in range(1, len(days)) if len(set(same[is_varied])) < is_varied.sum() else ():
        is_copy = (same[apart:] == same[:-apart]) & is_varied[apart:]
        longest = max(longest, int(run_lengths(is_copy.astype(np.int64))[is_copy].max(initial=0)))
    return longest
