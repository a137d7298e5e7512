"""One day of the operation as areas, kW by step; a curve as a small drawing with its holes."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from gettext import gettext as _
from math import isnan
from typing import NamedTuple

import numpy as np

from acc.arrays import FloatArray, IntArray, TimeArray
from acc.result.result import Result
from acc.steps import Steps, local_calendar
from acc.time_aggregates import first_largest
from reports.format.axis import area_path, line_path, ticks
from reports.format.numbers import day_month, fr

SIZE = (236.0, 126.0)
"""Of the drawing, in the units of its paths."""

SUNDAY, WORKING_DAYS = 6, range(5)
"""Days of the week, Monday 0."""


class Day(NamedTuple):
    """The day, its areas as paths of SIZE, the marks of its axis (height, kW), its table.

    Attributes:
        hours: each hour of the day, then need, shared and surplus in it, kW on average.
    """

    title: str
    need: str
    complement: str
    shared: str
    surplus: str
    marks: tuple[tuple[float, str], ...]
    hours: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=4)
def _days(steps: Steps) -> tuple[TimeArray, IntArray]:
    """Return the days of a period, and the rank of that of each step."""
    days, rank = np.unique(local_calendar(steps).day, return_inverse=True)
    return days, rank


def sunny_sunday(result: Result) -> date | None:
    """Return the Sunday on which the most is injected, the sunniest day where there is no whole Sunday."""
    return _fullest_day(result.exchange.steps, result.exchange.production_kwh, [SUNDAY])


def winter_day(result: Result) -> date | None:
    """Return the working day on which the sites need the most."""
    return _fullest_day(result.exchange.steps, result.exchange.consumption_kwh, WORKING_DAYS)


def _fullest_day(steps: Steps, energies_kwh: FloatArray, weekdays: Sequence[int]) -> date | None:
    """Return the day of most energy, (T, N), among these of the week where the period has one."""
    days, rank = _days(steps)
    if not len(days):
        return None
    total = np.bincount(rank, weights=energies_kwh.sum(axis=1), minlength=len(days))
    wanted = np.isin((days.astype(np.int64) + 3) % 7, weekdays)
    total = np.where(wanted, total, -1.0) if wanted.any() else total
    return date.fromisoformat(str(days[first_largest(total)]))


def period_days(result: Result) -> tuple[date, date]:
    """Return the first and the last day of a result."""
    days = local_calendar(result.exchange.steps).day
    return date.fromisoformat(str(days[0])), date.fromisoformat(str(days[-1]))


def resolve_day(result: Result, request: str) -> date | None:
    """Return the day that is asked for: `sunny`, `winter` or a date of the period, else the sunny Sunday."""
    if request == "winter":
        return winter_day(result)
    try:
        day = date.fromisoformat(request)
    except ValueError:
        return sunny_sunday(result)
    inside = (local_calendar(result.exchange.steps).day == np.datetime64(day)).any()
    return day if inside else sunny_sunday(result)


def day_of(result: Result, day: date) -> Day:
    """Need, shared and surplus power at each step of a local day, kW, with the scale of its axis."""
    steps = result.exchange.steps
    rows = np.flatnonzero(local_calendar(steps).day == np.datetime64(day))
    need = result.exchange.consumption_kwh[rows].sum(axis=1) / steps.hours
    shared = result.allocation.received_kwh[rows].sum(axis=1) / steps.hours
    surplus = result.allocation.surplus_kwh[rows].sum(axis=1) / steps.hours
    top = float(max((shared + surplus).max(initial=0.0), need.max(initial=0.0), 1.0))
    marks = ticks(0.0, top, 3)
    top = max(top, marks[-1])
    nothing = np.zeros_like(need)
    return Day(
        title=_("{weekday} {day}").format(weekday=_weekday(day), day=day_month(day)),
        need=line_path(need, top, SIZE),
        complement=area_path(shared, need, top, SIZE),
        shared=area_path(nothing, shared, top, SIZE),
        surplus=area_path(shared, shared + surplus, top, SIZE),
        marks=tuple((round(SIZE[1] * (1.0 - mark / top), 1), fr(mark)) for mark in marks),
        hours=_hours((need, shared, surplus), round(1.0 / steps.hours)),
    )


def _weekday(day: date) -> str:
    names = (
        *(_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday")),
        *(_("Friday"), _("Saturday"), _("Sunday")),
    )
    return names[day.weekday()]


def _hours(lines_kw: Sequence[FloatArray], a_hour: int) -> tuple[tuple[str, ...], ...]:
    each = max(a_hour, 1)
    return tuple(
        (str(start // each), *(fr(float(line[start : start + each].mean())) for line in lines_kw))
        for start in range(0, len(lines_kw[0]) - each + 1, each)
    )


WIDTH, HEIGHT = 336.0, 80.0


class Sketch(NamedTuple):
    """The path of a line, and each hole as its start and its width."""

    path: str
    holes: tuple[tuple[float, float], ...]


def sketch(values: Sequence[float]) -> Sketch:
    """Return the drawing of values at equal steps, NaN where none is known.

    >>> sketch([1.0, 2.0, float("nan"), 2.0]).holes
    ((168.0, 84.0),)
    """
    top = max((value for value in values if not isnan(value)), default=0.0) or 1.0
    step = WIDTH / max(len(values), 1)
    parts, holes, pen = [], list[tuple[float, float]](), "M"
    for rank, value in enumerate(values):
        x = round(rank * step, 1)
        if isnan(value):
            if holes and abs(holes[-1][0] + holes[-1][1] - x) < 0.11:
                holes[-1] = (holes[-1][0], round(x + step - holes[-1][0], 1))
            else:
                holes.append((x, round(step, 1)))
            pen = "M"
            continue
        y = round(HEIGHT * (1.0 - 0.95 * value / top), 1)
        parts.append(f"{pen}{x} {y}H{round(x + step, 1)}")
        pen = "L"
    return Sketch("".join(parts), tuple(holes))
