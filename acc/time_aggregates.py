"""When energy is shared: mean weeks and days, months, hours. What the figures draw is computed here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import ArrayLike

from acc.arrays import FloatArray, IntArray
from acc.exchange import Exchange
from acc.settle import Allocation
from acc.steps import Steps, local_calendar

SHORT_PERIOD_DAYS = 62
"""Up to this length a period is read day by day, beyond it month by month."""

MIDDAY_MINUTES = (11 * 60, 15 * 60)
"""Where the worked example of a brief is looked for: the sun is high, everyone can follow."""

TELLING_RATIO = 0.75
"""Production over need of a telling example: enough to serve much, not enough to serve all."""

TELLING_WITHIN = 0.05
"""How close to it counts as close."""


def seasons(month: IntArray) -> IntArray:
    """Return 0 for winter (December to February), 1 spring, 2 summer, 3 autumn.

    >>> seasons(np.array([12, 2, 3, 8, 11])).tolist()
    [0, 0, 1, 2, 3]
    """
    return month % 12 // 3


def means_by(values: FloatArray, group: IntArray, count: int) -> FloatArray:
    """Return the mean of `values` (T, K) over each group of steps, shape (count, K); nan for an empty group.

    >>> means_by(np.array([[1.0], [3.0], [5.0]]), np.array([0, 0, 2]), 3).ravel().tolist()
    [2.0, nan, 5.0]
    """
    steps = np.bincount(group, minlength=count).astype(np.float64)
    sums = totals_by(values, group, count)
    return np.divide(sums, steps[:, None], out=np.full_like(sums, np.nan), where=steps[:, None] > 0.0)


def totals_by(values: FloatArray, group: IntArray, count: int) -> FloatArray:
    """Return the sum of `values` (T, K) over each group of steps, shape (count, K)."""
    columns = [np.bincount(group, weights=column, minlength=count) for column in values.T]
    return np.stack(columns, axis=1) if columns else np.zeros((count, 0))


def ratios(part: FloatArray, total: FloatArray) -> FloatArray:
    """Return `part / total` value by value, nan where the total is zero.

    >>> ratios(np.array([1.0, 0.0]), np.array([4.0, 0.0])).tolist()
    [0.25, nan]
    """
    empty = np.full(np.shape(part), np.nan)
    part_of: FloatArray = np.divide(part, total, out=empty, where=np.asarray(total) > 0.0)
    return part_of


def mean_day_kw(values_kwh: FloatArray, steps: Steps) -> FloatArray:
    """Return the mean power of each season's day, shape (4, steps a day, K), in kW.

    Local time; nan where the period holds no such moment.
    """
    calendar, slots = local_calendar(steps), _slots(steps)
    group = seasons(calendar.month) * slots + calendar.minute // steps.step_minutes
    return (means_by(values_kwh, group, 4 * slots) / steps.hours).reshape(4, slots, -1)


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """Consecutive months, or days when the period is short.

    Attributes:
        group: bin of each step, shape (T,).
        starts: first local day of each bin.
    """

    by_day: bool
    group: IntArray
    starts: tuple[date, ...]

    @property
    def count(self) -> int:
        """Number of bins."""
        return len(self.starts)


def bins(steps: Steps) -> Bins:
    """Return the months of the period, or its days when there are at most 62.

    >>> bins(Steps.between(date(2025, 1, 1), date(2025, 3, 5), 60)).count
    3
    """
    day = local_calendar(steps).day
    by_day = steps.count * steps.hours <= SHORT_PERIOD_DAYS * 24.0
    unit = "datetime64[D]" if by_day else "datetime64[M]"
    starts, group = np.unique(day.astype(unit), return_inverse=True)
    return Bins(by_day, group.astype(np.int64), tuple(starts.astype("datetime64[D]").tolist()))


def hour_by_month_ratio(exchange: Exchange, allocation: Allocation) -> FloatArray:
    """Return the part of the group's need that is served, by local hour and month, shape (24, 12)."""
    calendar = local_calendar(exchange.steps)
    return _hour_ratio(exchange, allocation, calendar.month - 1, 12)


def hour_by_weekday_ratio(exchange: Exchange, allocation: Allocation) -> FloatArray:
    """Return the part of the group's need that is served, by local hour and day of week, shape (24, 7)."""
    return _hour_ratio(exchange, allocation, local_calendar(exchange.steps).weekday, 7)


def surplus_by_month_ratio(exchange: Exchange, allocation: Allocation) -> FloatArray:
    """Return the part of the production that nobody takes, by local hour and month, shape (24, 12)."""
    steps = exchange.steps
    month = local_calendar(steps).month - 1
    return _ratio_by_hour(steps, allocation.surplus_kwh, exchange.production_kwh, month, 12)


def hours_above(values_kwh: FloatArray, steps: Steps, power_kw: float) -> float:
    """Return for how many hours the power of `values_kwh` (T,) is above `power_kw`.

    >>> from datetime import date
    >>> day = Steps.between(date(2025, 1, 1), date(2025, 1, 2), 15)
    >>> hours_above(np.where(np.arange(96) < 6, 1.0, 0.0), day, 3.9)
    1.5
    """
    return float((values_kwh > power_kw * steps.hours).sum()) * steps.hours


def shared_by_hour_kwh(exchange: Exchange, allocation: Allocation) -> FloatArray:
    """Energy received by the group in each local hour of the day, over the period, (24,), kWh."""
    hour = local_calendar(exchange.steps).minute // 60
    return totals_by(allocation.received_kwh.sum(axis=1, keepdims=True), hour, 24)[:, 0]


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive values `first` to `last`, both included, and their part of the sum."""

    first: int
    last: int
    part_ratio: float


def shortest_run(values: FloatArray, part_ratio: float) -> Run | None:
    """Return the shortest run of consecutive values that hold `part_ratio` of their sum, or the largest.

    >>> shortest_run(np.array([1.0, 4.0, 4.0, 1.0]), 0.75)
    Run(first=1, last=2, part_ratio=0.8)
    """
    total = float(values.sum())
    if not total > 0.0:
        return None
    until = np.concatenate([[0.0], np.cumsum(values)])
    for length in range(1, len(values) + 1):
        sums = until[length:] - until[:-length]
        best = first_largest(sums)
        if sums[best] >= part_ratio * total:
            return Run(best, best + length - 1, min(1.0, float(sums[best]) / total))
    return Run(0, len(values) - 1, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One step of the data, worked out.

    Attributes:
        day, minute: local date, minutes since midnight.
        served_ratio: part of each participant's need, shape (N,); nan without need.
    """

    day: date
    minute: int
    production_kwh: float
    need_kwh: float
    received_kwh: float
    served_ratio: FloatArray

    @property
    def group_ratio(self) -> float:
        """Part of the group's need that is served."""
        return self.received_kwh / self.need_kwh


def telling_step(exchange: Exchange, allocation: Allocation) -> Example | None:
    """Return the midday step that shows best how the key shares, None when the sun never shines on a need.

    It is the sunniest step where production is close to three quarters of the need (or the one nearest
    to it): the key decides something, and there is enough to decide about.
    """
    production = exchange.production_kwh.sum(axis=1)
    need = exchange.consumption_kwh.sum(axis=1)
    minute = local_calendar(exchange.steps).minute
    midday = (minute >= MIDDAY_MINUTES[0]) & (minute < MIDDAY_MINUTES[1]) & (production > 0.0) & (need > 0.0)
    if not midday.any():
        return None
    distance = np.where(midday, np.abs(ratios(production, need) - TELLING_RATIO), np.inf)
    close = distance <= max(TELLING_WITHIN, float(distance.min()))
    return _example(exchange, allocation, first_largest(np.where(close, production, -1.0)))


def _example(exchange: Exchange, allocation: Allocation, step: int) -> Example:
    calendar = local_calendar(exchange.steps)
    return Example(
        calendar.day[step].astype("datetime64[D]").item(),
        int(calendar.minute[step]),
        float(exchange.production_kwh[step].sum()),
        float(exchange.consumption_kwh[step].sum()),
        float(allocation.received_kwh[step].sum()),
        ratios(allocation.received_kwh[step], exchange.consumption_kwh[step]),
    )


def grouped(values: FloatArray, groups: Sequence[Sequence[int]]) -> FloatArray:
    """Return the sum of `values` (..., N) over each group of columns, shape (..., G).

    >>> grouped(np.array([1.0, 2.0, 4.0]), [(0, 2), (1,)]).tolist()
    [5.0, 2.0]
    """
    return np.stack([values[..., list(members)].sum(axis=-1) for members in groups], axis=-1)


@dataclass(frozen=True, slots=True)
class Peak:
    """The largest power of a series, and when."""

    power_kw: float
    day: date
    minute: int


def first_largest(values: ArrayLike) -> int:
    """Return the place of the first of the largest, nan left out, whatever the order of their sums rounded.

    >>> first_largest(np.array([1.0, 3.0, np.nextafter(3.0, 4.0)]))
    1
    """
    array = np.asarray(values, dtype=np.float64)
    largest = float(np.nanmax(array))
    return int(np.flatnonzero(array.ravel() >= largest - ROUNDING * abs(largest))[0])


ROUNDING = 1e-9
"""Of a value: what the order of a sum leaves of it, were it what is left of much larger ones."""


def peak(values_kwh: FloatArray, steps: Steps) -> Peak:
    """Return the step of largest power of `values_kwh` (T,), in local time."""
    step = first_largest(values_kwh)
    calendar = local_calendar(steps)
    day = calendar.day[step].astype("datetime64[D]").item()
    return Peak(float(values_kwh[step]) / steps.hours, day, int(calendar.minute[step]))


def last_day(steps: Steps) -> date:
    """Return the last local day of the period."""
    return date.fromisoformat(str(local_calendar(steps).day[-1]))


def is_year(steps: Steps) -> bool:
    """Return whether the period is twelve months, from any first day; only then are figures "a year".

    >>> is_year(Steps.between(date(2024, 1, 1), date(2025, 1, 1), 60))
    True
    """
    first = date.fromisoformat(str(local_calendar(steps).day[0]))
    after = last_day(steps) + timedelta(days=1)
    return (after.year - first.year, after.month, after.day) == (1, first.month, first.day)


def _slots(steps: Steps) -> int:
    return 24 * 60 // steps.step_minutes


def _hour_ratio(exchange: Exchange, allocation: Allocation, column: IntArray, count: int) -> FloatArray:
    return _ratio_by_hour(exchange.steps, allocation.received_kwh, exchange.consumption_kwh, column, count)


def _ratio_by_hour(
    steps: Steps, part_kwh: FloatArray, total_kwh: FloatArray, column: IntArray, count: int
) -> FloatArray:
    hour = local_calendar(steps).minute // 60
    pair = np.stack([part_kwh.sum(axis=1), total_kwh.sum(axis=1)], axis=1)
    sums = totals_by(pair, hour * count + column, 24 * count).reshape(24, count, 2)
    return ratios(sums[..., 0], sums[..., 1])
