"""From stamps as written to intervals in UTC: summer time, order, doubles, steps, start or end of step."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from gettext import gettext as _

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray, TimeArray
from acc.i18n import long_day
from acc.problem import InputError, Problem
from acc.steps import STEP_MINUTES, paris_offset_minutes
from profiles.curves.formats.base import Clock, CurveFile, Moments, Reading, Stamp, fault_list

WINTER_MINUTES, SUMMER_MINUTES = 60, 120
FIXED_OFFSET_MINUTES: dict[Clock, int] = {"winter": WINTER_MINUTES, "utc": 0}

STEADY_ROWS = 4
"""A distance between stamps is a step once it comes this many times in a row; fewer are holes."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows kept, oldest first: their index in the reading, their stamp in UTC, what was noticed."""

    index: IntArray
    utc: TimeArray
    notes: tuple[str, ...]
    doubles: int


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Start in UTC and length in minutes of each row of `rows`."""

    rows: Rows
    starts_utc: TimeArray
    minutes: IntArray


def intervals_of(source: CurveFile, reading: Reading) -> Intervals:
    """Return the interval of each row of a reading, in UTC, oldest first.

    Raises:
        InputError: each stamp that does not exist in Paris, goes back, overlaps, or has no usable step.
    """
    rows = _ordered(source, reading)
    stamp = source.options.stamp or reading.stamp
    if reading.minutes is None:
        minutes, bad = infer_step_minutes(rows.utc, stamp)
    else:
        minutes, bad = _declared_minutes(rows.utc, reading.minutes[rows.index], stamp)
    if bad.any():
        raise InputError(_step_problems(source, reading, rows, bad))
    starts = rows.utc - minutes.astype("timedelta64[m]") if stamp == "end" else rows.utc
    return Intervals(rows, starts, minutes)


def _ordered(source: CurveFile, reading: Reading) -> Rows:
    index = np.arange(reading.lines.size)
    if reading.newest_first and _goes_back(reading.moments):
        index = index[::-1]
    index, utc, notes = _utc(source, reading, index)
    return _without_doubles(source, reading, index, utc, notes)


def _goes_back(moments: Moments) -> bool:
    steps = np.diff(moments.clock)
    return bool((steps < np.timedelta64(0, "s")).sum() * 2 > steps.size)


def _utc(source: CurveFile, reading: Reading, index: IntArray) -> tuple[IntArray, TimeArray, tuple[str, ...]]:
    """Return the rows, oldest first in an autumn hour given label by label, their UTC, and notes."""
    clock = reading.moments.clock[index]
    if reading.moments.offset_minutes is not None:
        return index, clock - reading.moments.offset_minutes[index].astype("timedelta64[m]"), ()
    setting = source.options.clock
    if setting in FIXED_OFFSET_MINUTES:
        fixed = FIXED_OFFSET_MINUTES[setting]
        note = _("stamps without offset read on a fixed clock, {minutes} min ahead of UTC all year")
        return index, clock - np.timedelta64(fixed, "m"), (note.format(minutes=fixed),)
    utc, times_shown = paris_to_utc(clock)
    if (times_shown == 0).any():
        raise InputError(_absent_problems(source, reading, index[times_shown == 0]))
    notes: list[str] = []
    order = np.arange(index.size)
    for day, rows in _autumn_hours(clock, times_shown):
        if rows[-1] - rows[0] + 1 == rows.size:
            order[rows] = rows[np.argsort(utc[rows], kind="stable")]
        notes.append(_autumn_note(day, (clock[rows] - utc[rows]).astype(np.int64)))
    return index[order], utc[order], tuple(notes)


def paris_to_utc(clock: TimeArray) -> tuple[TimeArray, IntArray]:
    """Return UTC, and how many times Paris shows each reading: 0 in the hour skipped in spring, 2 in autumn.

    The hour that comes twice is told apart by the order of the rows: the first pass is summer time.
    Rows sorted by label (each label twice in a row) are told apart in the same way.

    >>> labels = np.array(["2025-10-26T02:00", "2025-10-26T02:30", "2025-10-26T02:00"], "datetime64[s]")
    >>> [str(moment)[11:16] for moment in paris_to_utc(labels)[0]]
    ['00:00', '00:30', '01:00']
    """
    summer = clock - np.timedelta64(SUMMER_MINUTES, "m")
    winter = clock - np.timedelta64(WINTER_MINUTES, "m")
    is_summer = paris_offset_minutes(summer) == SUMMER_MINUTES
    is_winter = paris_offset_minutes(winter) == WINTER_MINUTES
    times_shown = is_summer.astype(np.int64) + is_winter
    use_winter = is_winter & ~is_summer
    for _day, rows in _autumn_hours(clock, times_shown):
        use_winter[rows] = _second_pass(clock[rows])
    return np.where(use_winter, winter, summer), times_shown


def _autumn_hours(clock: TimeArray, times_shown: IntArray) -> Iterator[tuple[np.datetime64, IntArray]]:
    """Yield each day of 25 h with its rows of the hour that comes twice, in file order."""
    rows = np.flatnonzero(times_shown == 2)
    days = clock[rows].astype("datetime64[D]")
    for day in np.unique(days):
        yield day, rows[days == day]


def _second_pass(labels: TimeArray) -> BoolArray:
    """Labels of one autumn hour, in file order, that belong to its second pass."""
    seen: set[int] = set()
    last, returned, second = -1, False, []
    for label in labels.astype(np.int64).tolist():
        returned |= label < last
        second.append(returned or label in seen)
        seen.add(label)
        last = label
    return np.array(second, dtype=np.bool_)


def _autumn_note(day: np.datetime64, offsets: IntArray) -> str:
    shown = long_day(day.astype("datetime64[D]").item())
    if np.unique(offsets).size > 1:
        return _("{day}: the hour that comes twice is told apart by the order of the rows").format(day=shown)
    return _("{day}: the hour that comes twice is given once, read as summer time").format(day=shown)


def _without_doubles(
    source: CurveFile, reading: Reading, index: IntArray, utc: TimeArray, notes: tuple[str, ...]
) -> Rows:
    """Keep one row of those that give one step the same value; what does not advance otherwise is a fault."""
    apart = np.diff(utc).astype(np.int64)
    first = np.flatnonzero(np.insert(apart != 0, 0, values=True))
    values = reading.values[index]
    clash = 1 + first[np.fmax.reduceat(values, first) > np.fmin.reduceat(values, first)]
    back = np.flatnonzero(apart < 0) + 1
    if back.size or clash.size:
        message = _("{time} is given twice with two values: keep the right one")
        twice = _row_problems(source, reading, index[clash], message)
        raise InputError([*_back(source, reading, index, back), *twice])
    doubles = index.size - first.size
    if not doubles:
        return Rows(index, utc, notes, 0)
    group = np.repeat(np.arange(first.size), np.diff(np.append(first, index.size)))
    # Of the rows of one stamp, one that has a value comes first.
    kept = np.lexsort((np.isnan(values), group))[first]
    note = _("rows that repeat a step already given, counted once: {n}").format(n=doubles)
    return Rows(index[kept], utc[kept], (*notes, note), doubles)


def infer_step_minutes(utc: TimeArray, stamp: Stamp) -> tuple[IntArray, BoolArray]:
    """Return the step of each row found from the stamps, and the rows for which there is none.

    A distance that comes at least four times in a row, on marks of its own length, is a step; a
    longer distance met here and there is a hole.

    >>> minutes = np.array([0, 30, 60, 90, 120, 240], "timedelta64[m]")
    >>> stamps = np.datetime64("2025-01-01T00:30", "s") + minutes
    >>> infer_step_minutes(stamps, "end")[0].tolist()
    [30, 30, 30, 30, 30, 30]
    """
    minutes_of_day = utc.astype(np.int64) // 60
    if stamp == "start":
        step_minutes, bad = _infer_from_end_stamps(-minutes_of_day[::-1])
        step_minutes, bad = step_minutes[::-1], bad[::-1]
    else:
        step_minutes, bad = _infer_from_end_stamps(minutes_of_day)
    return step_minutes, bad | (utc.astype(np.int64) % 60 != 0)


def _infer_from_end_stamps(marks: IntArray) -> tuple[IntArray, BoolArray]:
    """`infer_step_minutes` for stamps in minutes at the end of their step."""
    if marks.size < 2:
        return np.zeros(marks.size, dtype=np.int64), np.ones(marks.size, dtype=np.bool_)
    apart = np.diff(marks, prepend=marks[0])
    apart[0] = apart[1]
    usable = np.isin(apart, STEP_MINUTES) & (marks % np.where(apart > 0, apart, 1) == 0)
    steady = usable & (run_lengths(apart) >= min(STEADY_ROWS, marks.size))
    if not steady.any():
        steady = usable & (apart == apart[usable].min(initial=np.iinfo(np.int64).max))
    if not steady.any():
        return np.zeros(marks.size, dtype=np.int64), np.ones(marks.size, dtype=np.bool_)
    places = np.flatnonzero(steady)
    before = np.searchsorted(places, np.arange(marks.size), side="right") - 1
    step_minutes = apart[places[np.maximum(before, 0)]]
    # A step longer than the distance to the row before would overlap it: the distance itself is the step.
    short = (step_minutes > apart) & usable
    step_minutes = np.where(short, apart, step_minutes)
    too_long = step_minutes > apart
    too_long[0] = False
    return step_minutes, too_long | (marks % 5 != 0)


def run_lengths(values: FloatArray | IntArray) -> IntArray:
    """Return, for each item, how many equal items stand together around it."""
    ends = np.append(np.flatnonzero(np.diff(values)), values.size - 1)
    lengths = np.diff(ends, prepend=-1)
    return np.repeat(lengths, lengths)


def _declared_minutes(utc: TimeArray, minutes: IntArray, stamp: Stamp) -> tuple[IntArray, BoolArray]:
    """Return the steps that the file declares, and the rows where they overlap or are no step."""
    bad = ~np.isin(minutes, STEP_MINUTES) | (utc.astype(np.int64) % 300 != 0)
    apart = np.diff(utc).astype(np.int64) // 60
    if stamp == "end":
        bad[1:] |= minutes[1:] > apart
    else:
        bad[:-1] |= minutes[:-1] > apart
    return minutes, bad


def _clock_text(reading: Reading, row: int) -> str:
    return str(reading.moments.clock[row]).replace("T", " ")[:16]


def _row_problems(
    source: CurveFile, reading: Reading, rows: Iterable[int], message: str, **words: object
) -> list[Problem]:
    kept = list(rows)
    lines = [int(reading.lines[row]) for row in kept]
    return fault_list(
        source, lines, lambda i: message.format(time=_clock_text(reading, kept[i]), **words), reading.place
    )


def _absent_problems(source: CurveFile, reading: Reading, rows: IntArray) -> list[Problem]:
    message = _(
        "{time} does not exist in Paris, where clocks then jump from 2:00 to 3:00: the file is on a clock "
        "without summer time. Write the offset in each stamp (+01:00), or add ?clock=winter (UTC+1) or "
        "?clock=utc to the file name"
    )
    return _row_problems(source, reading, rows, message)


def _back(source: CurveFile, reading: Reading, index: IntArray, rows: IntArray) -> list[Problem]:
    if rows.size * 2 > index.size and rows.size > 1:
        message = _("the stamps go back in time from {time}: sort the file, oldest row first")
        return _row_problems(source, reading, index[rows[:1]], message)
    message = _("{time} comes after a later time: the rows overlap; keep each period once, oldest row first")
    return _row_problems(source, reading, index[rows], message)


def _step_problems(source: CurveFile, reading: Reading, rows: Rows, bad: BoolArray) -> list[Problem]:
    if rows.utc.size == 1 and reading.minutes is None:
        return [Problem(source.name, _("a single row: the step cannot be found; a year of rows is expected"))]
    apart = float(np.median(np.diff(rows.utc).astype(np.int64))) / 60 if rows.utc.size > 1 else 0.0
    if apart >= 24 * 60 - 60:
        message = _(
            "one value a day or less: this is not a load curve. Ask Enedis for the load curve "
            "(courbe de charge, 5 to 60 min), or give the yearly kWh and a profile instead"
        )
        return [Problem(source.name, message)]
    message = _("the step of {time} is none of {known} min, or overlaps the row beside it")
    return _row_problems(source, reading, rows.index[bad], message, known=", ".join(map(str, STEP_MINUTES)))
