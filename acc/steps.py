"""The time axis: equal steps in UTC, and the local calendar that people and tariffs live by.

Labels mark the **start** of a step. The local calendar is Europe/Paris: days of 23 h and 25 h
and leap years are real, never dropped.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from gettext import gettext as _
from zoneinfo import ZoneInfo

import numpy as np

from acc.arrays import IntArray, TimeArray

PARIS = ZoneInfo("Europe/Paris")
STEP_MINUTES = (5, 10, 15, 30, 60)

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Of any day or moment that is read: others are slips (1900 is Excel's zero), or mean "for ever"."""


@dataclass(frozen=True, slots=True)
class Steps:
    """A run of `count` equal steps from `start_utc`.

    Args:
        start_utc: start of the first step, naive datetime in UTC.
        step_minutes: length of a step, one of 5, 10, 15, 30, 60.
        count: number of steps, at least 1.

    Raises:
        ValueError: a step length that does not divide an hour, or no step at all.

    >>> year = Steps.between(date(2025, 1, 1), date(2026, 1, 1), step_minutes=15)
    >>> year.count, year.hours
    (35040, 0.25)
    >>> Steps.between(date(2025, 3, 30), date(2025, 3, 31), 15).count  # the day of 23 h
    92
    """

    start_utc: datetime
    step_minutes: int
    count: int

    def __post_init__(self) -> None:
        if self.step_minutes not in STEP_MINUTES:
            raise ValueError(
                _("{value} min is not a step: one of {known} min is expected").format(
                    value=self.step_minutes, known=", ".join(map(str, STEP_MINUTES))
                )
            )
        if self.count < 1:
            raise ValueError(_("the period is empty: the end must come after the start"))
        if self.start_utc.tzinfo is not None:
            raise ValueError(_("the start of the steps is a naive UTC time"))

    @classmethod
    def between(cls, first_day: date, end_day: date, step_minutes: int) -> "Steps":
        """Return the steps from local midnight of `first_day` to that of `end_day`, excluded."""
        start_utc, end_utc = paris_midnight_utc(first_day), paris_midnight_utc(end_day)
        return cls(start_utc, step_minutes, (end_utc - start_utc) // timedelta(minutes=step_minutes))

    @property
    def hours(self) -> float:
        """Length of a step in hours."""
        return self.step_minutes / 60.0

    @property
    def end_utc(self) -> datetime:
        """End of the last step, naive UTC."""
        return self.start_utc + self.count * timedelta(minutes=self.step_minutes)

    @property
    def starts_utc(self) -> TimeArray:
        """Start of each step, datetime64[m] in UTC, shape (T,)."""
        first = np.datetime64(self.start_utc, "m")
        return first + np.arange(self.count) * np.timedelta64(self.step_minutes, "m")

    def part(self, first: int, stop: int) -> "Steps":
        """Return the steps `first` (included) to `stop` (excluded) as steps of their own."""
        start_utc = self.start_utc + first * timedelta(minutes=self.step_minutes)
        return Steps(start_utc, self.step_minutes, stop - first)

    def rows_of(self, part: "Steps") -> slice:
        """Slice of `part` in these steps.

        Raises:
            ValueError: another step length, or steps outside these.
        """
        step = timedelta(minutes=self.step_minutes)
        first, rest = divmod(part.start_utc - self.start_utc, step)
        if part.step_minutes != self.step_minutes or rest or first < 0 or first + part.count > self.count:
            raise ValueError(_("these steps are not a part of the period"))
        return slice(first, first + part.count)


@dataclass(frozen=True, slots=True, eq=False)
class LocalCalendar:
    """What a clock on the wall in Paris shows at the start of each step, arrays of shape (T,)."""

    day: TimeArray
    """Local date, datetime64[D]."""
    minute: IntArray
    """Minutes since local midnight as the clock shows them, 0 to 1439."""
    month: IntArray
    """1 to 12."""
    weekday: IntArray
    """0 for Monday to 6 for Sunday."""
    utc_offset_minutes: IntArray
    """60 in winter, 120 in summer."""


def count_full_years(steps: Steps) -> int:
    """Number of twelve-month years in the steps, 0 when it is not an integer.

    >>> count_full_years(Steps.between(date(2025, 7, 1), date(2026, 7, 1), 60))
    1
    >>> count_full_years(Steps.between(date(2025, 7, 1), date(2026, 6, 30), 60))
    0
    """
    first, last = (
        moment.replace(tzinfo=UTC).astimezone(PARIS).replace(tzinfo=None)
        for moment in (steps.start_utc, steps.end_utc)
    )
    same_day = (first.month, first.day, first.time()) == (last.month, last.day, last.time())
    return last.year - first.year if same_day else 0


def years_later(day: date, years: int) -> date:
    """Return the same day some years later; 1 March where a year has no 29 February."""
    month = day.month + (day.month == 2 and day.day == 29)
    return date(day.year + years, month, 1 if month > day.month else day.day)


def paris_midnight_utc(day: date) -> datetime:
    """Return the naive UTC time of 00:00 in Paris on `day`."""
    local = datetime.combine(day, time(), tzinfo=PARIS)
    return local.astimezone(UTC).replace(tzinfo=None)


@lru_cache(maxsize=16)
def local_calendar(steps: Steps) -> LocalCalendar:
    """Return the local calendar of `steps`; kept, since every part of a run asks for it.

    >>> calendar = local_calendar(Steps.between(date(2025, 10, 26), date(2025, 10, 27), 60))
    >>> calendar.minute.tolist()[:5]  # two o'clock comes twice on the day of 25 h
    [0, 60, 120, 120, 180]
    """
    starts = steps.starts_utc
    offset = paris_offset_minutes(starts)
    local = starts + offset.astype("timedelta64[m]")
    day = local.astype("datetime64[D]")
    calendar = LocalCalendar(
        day=day,
        minute=(local - day.astype("datetime64[m]")).astype(np.int64),
        month=day.astype("datetime64[M]").astype(np.int64) % 12 + 1,
        # 1970-01-01, day 0 of numpy, was a Thursday (weekday 3).
        weekday=(day.astype(np.int64) + 3) % 7,
        utc_offset_minutes=offset,
    )
    for name in calendar.__slots__:
        getattr(calendar, name).flags.writeable = False
    return calendar


def paris_offset_minutes(moments_utc: TimeArray) -> IntArray:
    """Return the offset of Paris from UTC at each moment, in minutes, shape (T,)."""
    hours, inverse = np.unique(moments_utc.astype("datetime64[h]"), return_inverse=True)
    days, day_of_hour = np.unique(hours.astype("datetime64[D]"), return_inverse=True)
    at_start = np.array([_offset_minutes(day) for day in days.astype("datetime64[h]")])
    next_days = days + np.timedelta64(1, "D")
    at_end = np.array([_offset_minutes(day) for day in next_days.astype("datetime64[h]")])
    offset = at_start[day_of_hour]
    # Clocks change on an hour of UTC: only those two days a year are read hour by hour.
    for index in np.flatnonzero(at_start[day_of_hour] != at_end[day_of_hour]):
        offset[index] = _offset_minutes(hours[index])
    return offset[inverse].astype(np.int64)


def _offset_minutes(hour_utc: np.datetime64) -> int:
    moment = hour_utc.astype("datetime64[s]").item().replace(tzinfo=UTC).astimezone(PARIS)
    offset = moment.utcoffset()
    assert offset is not None  # a ZoneInfo always gives one
    return int(offset.total_seconds() // 60)
