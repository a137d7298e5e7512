"""Columns of time stamps, as French meter files write them, and the intervals in UTC that they are.

Summer time, order, doubles, steps, start or end of step; many thousands of stamps are read at once.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from gettext import gettext as _

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray, TimeArray
from acc.i18n import long_day
from acc.problem import InputError, Problem
from acc.steps import FIRST_YEAR, LAST_YEAR, STEP_MINUTES, paris_offset_minutes
from profiles.curves.formats.base import Clock, CurveFile, Moments, Reading, Stamp, fault_list

YEARS = (FIRST_YEAR, LAST_YEAR)
"""Years of load curves."""

ANY_STAMP = re.compile(
    r"(?P<date>\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})"
    r"(?:[T ]+(?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]0*)?)?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?"
)

_ISO_DATE = "YYYY-MM-DD"
_FRENCH_DATE = "DD/MM/YYYY"
_TEMPLATES = tuple(
    date + clock + zone
    for date in (_ISO_DATE, _FRENCH_DATE)
    for clock in ("Thh:mm:ss", " hh:mm:ss", "Thh:mm", " hh:mm")
    for zone in ("", "+oo:pp", "-oo:pp", "+oopp", "Z")
)
STAMPS_AT_ONCE = 20_000
"""A stamp takes a kilobyte while it is read."""

LONGEST_YEARS = 15
"""From one end to the other of a curve; meters that send their curve are not older."""

_NO_OFFSET = np.iinfo(np.int64).min


def read_moments(cells: Sequence[str]) -> tuple[Moments, BoolArray]:
    """Return the stamps of `cells` and a mask of those that are not stamps.

    ISO 8601 and day-first French dates, with or without seconds and offset from UTC; 24:00 ends a day.
    A column where only some stamps have an offset is not one clock: those without are faults.

    >>> moments, bad = read_moments(["2025-01-01T00:30:00+01:00", "31/12/2024 24:00", "midi"])
    >>> moments.clock[:2].tolist() == [datetime(2025, 1, 1, 0, 30), datetime(2025, 1, 1)]
    True
    >>> bad.tolist()  # the second one has no offset, the first one has
    [False, True, True]
    """
    return _read_column(tuple(cells))


@lru_cache(maxsize=4)
def _read_column(cells: tuple[str, ...]) -> tuple[Moments, BoolArray]:
    """Read a column; meters that are exported together have the same stamps, which are then read once."""
    clock = np.full(len(cells), np.datetime64("NaT", "s"), dtype="datetime64[s]")
    offset = np.full(len(cells), _NO_OFFSET, dtype=np.int64)
    for first in range(0, len(cells), STAMPS_AT_ONCE):
        for template, rows, codes in _by_template(cells[first : first + STAMPS_AT_ONCE]):
            clock[first + rows], offset[first + rows] = _read_fixed(template, codes)
    for index in np.flatnonzero(np.isnat(clock)).tolist():
        clock[index], offset[index] = _read_any(cells[index].strip())
    bad = np.isnat(clock)
    with_offset = offset != _NO_OFFSET
    is_local = not with_offset.any()
    bad = bad if is_local else bad | ~with_offset
    for values in (clock, offset, bad):
        values.flags.writeable = False
    return Moments(clock, None if is_local else offset), bad


def _by_template(cells: Sequence[str]) -> list[tuple[str, IntArray, IntArray]]:
    """Return the rows of each template found, with the code points of their characters (width, R)."""
    texts = np.asarray(cells, dtype=np.str_)
    if texts.size == 0 or texts.itemsize == 0 or texts.itemsize > 4 * 64:
        return []
    # One row a character: each is then read through in one go.
    codes = np.ascontiguousarray(texts.view(np.uint32).reshape(texts.size, -1).T, dtype=np.int64)
    length = (codes != 0).sum(axis=0)
    date = _FRENCH_DATE if len(codes) > 2 and codes[2, 0] == ord("/") else _ISO_DATE
    rows_by_template = []
    for template in _TEMPLATES:
        width = len(template)
        fits = length == width
        if template[:10] != date or not fits.any():
            continue
        for place, mark in enumerate(template):
            column = codes[place]
            fits &= (column == ord(mark)) if mark in "-/T :+Z" else (column >= 48) & (column <= 57)
        rows: IntArray = np.flatnonzero(fits)
        if rows.size:
            rows_by_template.append((template, rows, codes[:width, rows]))
    return rows_by_template


def _read_fixed(template: str, codes: IntArray) -> tuple[TimeArray, IntArray]:
    def number(letter: str) -> IntArray:
        places = [place for place, mark in enumerate(template) if mark == letter]
        total: IntArray = np.zeros(codes.shape[1], dtype=np.int64)
        for place in places:
            total = total * 10 + codes[place] - 48
        return total

    year, month, day = number("Y"), number("M"), number("D")
    hour, minute, second = number("h"), number("m"), number("s")
    ahead, ahead_minutes = number("o"), number("p")
    months = (np.clip(year, *YEARS) - 1970) * 12 + np.clip(month, 1, 12) - 1
    first_day = months.astype("datetime64[M]").astype("datetime64[D]")
    next_day = (months + 1).astype("datetime64[M]").astype("datetime64[D]")
    days_in_month = (next_day - first_day).astype(np.int64)
    good = (year >= YEARS[0]) & (year <= YEARS[1]) & (month >= 1) & (month <= 12)
    good &= (day >= 1) & (day <= days_in_month) & _is_clock(hour, minute, second)
    good &= (ahead <= 14) & (ahead_minutes < 60)
    seconds = hour * 3600 + minute * 60 + second
    day_start = first_day + (day - 1).astype("timedelta64[D]")
    clock = day_start.astype("datetime64[s]") + seconds.astype("timedelta64[s]")
    clock[~good] = np.datetime64("NaT", "s")
    sign = -1 if "-oo" in template else 1
    has_offset = "o" in template or template.endswith("Z")
    offset = sign * (ahead * 60 + ahead_minutes) if has_offset else np.full(codes.shape[1], _NO_OFFSET)
    return clock, offset


def _is_clock(hour: IntArray, minute: IntArray, second: IntArray) -> BoolArray:
    day = (hour < 24) & (minute < 60) & (second < 60)
    end_of_day = (hour == 24) & (minute == 0) & (second == 0)
    return np.asarray(day | end_of_day)


def _read_any(cell: str) -> tuple[np.datetime64, int]:
    nothing = np.datetime64("NaT", "s"), _NO_OFFSET
    match = ANY_STAMP.fullmatch(cell)
    if match is None:
        return nothing
    parts = re.split(r"[-/.]", match["date"])
    year, month, day = map(int, parts if len(parts[0]) == 4 else parts[::-1])
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    end_of_day = (hour, minute, second) == (24, 0, 0)
    if not YEARS[0] <= year <= YEARS[1]:
        return nothing
    try:
        moment = datetime(year, month, day, 0 if end_of_day else hour, minute, second)  # noqa: DTZ001 - a clock reading
    except ValueError:
        return nothing
    offset = _offset(match["zone"])
    return np.datetime64(moment + timedelta(days=end_of_day), "s"), offset


def _offset(zone: str | None) -> int:
    if zone is None:
        return _NO_OFFSET
    if zone == "Z":
        return 0
    digits = zone[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    return -minutes if zone[0] == "-" else minutes


WINTER_MINUTES, SUMMER_MINUTES = 60, 120
FIXED_OFFSET_MINUTES: dict[Clock, int] = {"winter": WINTER_MINUTES, "utc": 0}

STEADY_ROWS = 4
"""A distance between stamps is a step once it comes this many times in a row; fewer are holes."""


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Rows kept, oldest first: index in the reading, start in UTC, length in minutes; notes, doubles."""

    index: IntArray
    starts_utc: TimeArray
    minutes: IntArray
    notes: tuple[str, ...]
    doubles: int


def intervals_of(source: CurveFile, reading: Reading) -> Intervals:
    """Return the interval of each row of a reading, in UTC, oldest first.

    Raises:
        InputError: each stamp that does not exist in Paris, goes back, overlaps, or has no usable step.
    """
    index = np.arange(reading.lines.size)
    if reading.newest_first and _goes_back(reading.moments):
        index = index[::-1]
    index, utc, notes = _utc(source, reading, index)
    count = index.size
    index, utc = _without_doubles(source, reading, index, utc)
    if doubles := count - index.size:
        notes = (*notes, _("rows that repeat a step already given, counted once: {n}").format(n=doubles))
    stamp = source.options.stamp or reading.stamp
    _refuse_far(source, reading, index, utc)
    if reading.minutes is None:
        minutes, bad = infer_step_minutes(utc, stamp)
    else:
        minutes, bad = _declared_minutes(utc, reading.minutes[index], stamp)
    if bad.any():
        raise InputError(_step_problems(source, reading, index, utc, bad))
    starts = utc - minutes.astype("timedelta64[m]") if stamp == "end" else utc
    return Intervals(index, starts, minutes, notes, doubles)


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
    source: CurveFile, reading: Reading, index: IntArray, utc: TimeArray
) -> tuple[IntArray, TimeArray]:
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
    if index.size == first.size:
        return index, utc
    group = np.repeat(np.arange(first.size), np.diff(np.append(first, index.size)))
    # Of the rows of one stamp, one that has a value comes first.
    kept = np.lexsort((np.isnan(values), group))[first]
    return index[kept], utc[kept]


def _refuse_far(source: CurveFile, reading: Reading, index: IntArray, utc: TimeArray) -> None:
    """Refuse the stamps that a hole of most of many years parts from the others: a slip in their year."""
    years = np.diff(utc).astype(np.int64) / (365.25 * 86_400)
    if years.sum() > LONGEST_YEARS and years.max() > years.sum() / 2:
        after = int(years.argmax()) + 1
        far = index[after:] if 2 * after >= index.size else index[:after]
        message = _("{time} is {years:.0f} years away from the other rows: correct its year, or remove it")
        raise InputError(_row_problems(source, reading, far, message, years=float(years.max())))


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
    way = -1 if stamp == "start" else 1
    step_minutes, bad = _infer_from_end_stamps(way * minutes_of_day[::way])
    return step_minutes[::way], bad[::way] | (utc.astype(np.int64) % 60 != 0)


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
    rows = slice(1, None) if stamp == "end" else slice(-1)
    bad[rows] |= minutes[rows] > apart
    return minutes, bad


def _row_problems(
    source: CurveFile, reading: Reading, rows: Iterable[int], message: str, **words: object
) -> list[Problem]:
    kept = list(rows)
    lines = [int(reading.lines[row]) for row in kept]
    times = [str(reading.moments.clock[row]).replace("T", " ")[:16] for row in kept]
    return fault_list(source, lines, lambda i: message.format(time=times[i], **words), reading.place)


def _absent_problems(source: CurveFile, reading: Reading, rows: IntArray) -> list[Problem]:
    message = _(
        "{time} does not exist in Paris, where clocks then jump from 2:00 to 3:00: the file is on a clock "
        "without summer time. Write the offset in each stamp (+01:00), or write the clock behind the name "
        "where it is named, in the cell of the curve: {winter} (UTC+1) or {utc}"
    )
    winter, utc = (source.named_with(f"clock={clock}") for clock in ("winter", "utc"))
    return _row_problems(source, reading, rows, message, winter=winter, utc=utc)


def _back(source: CurveFile, reading: Reading, index: IntArray, rows: IntArray) -> list[Problem]:
    if rows.size * 2 > index.size and rows.size > 1:
        message = _("the stamps go back in time from {time}: sort the file, oldest row first")
        return _row_problems(source, reading, index[rows[:1]], message)
    message = _("{time} comes after a later time: the rows overlap; keep each period once, oldest row first")
    return _row_problems(source, reading, index[rows], message)


def _step_problems(
    source: CurveFile, reading: Reading, index: IntArray, utc: TimeArray, bad: BoolArray
) -> list[Problem]:
    if utc.size == 1 and reading.minutes is None:
        return [Problem(source.name, _("a single row: the step cannot be found; a year of rows is expected"))]
    apart = float(np.median(np.diff(utc).astype(np.int64))) / 60 if utc.size > 1 else 0.0
    if apart >= 24 * 60 - 60:
        message = _(
            "one value a day or less: this is not a load curve. Ask Enedis for the load curve "
            "(courbe de charge, 5 to 60 min), or give the yearly kWh and a profile instead"
        )
        return [Problem(source.name, message)]
    message = _("the step of {time} is none of {known} min, or overlaps the row beside it")
    return _row_problems(source, reading, index[bad], message, known=", ".join(map(str, STEP_MINUTES)))
