"""Reads columns of time stamps: the ways of writing seen in French meter files, many thousands at once."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np

from acc.arrays import BoolArray, IntArray, TimeArray
from acc.steps import FIRST_YEAR, LAST_YEAR
from profiles.curves.formats.base import Moments

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
    for template, rows, codes in _by_template(cells):
        clock[rows], offset[rows] = _read_fixed(template, codes)
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
    days_in_month = ((months + 1).astype("datetime64[M]").astype("datetime64[D]") - first_day).astype(
        np.int64
    )
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
    both: BoolArray = day | end_of_day
    return both


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
