"""Series that are no load curve: prices of a market (EUR/MWh), carbon of the grid (g/kWh), at any step.

Any delimited table is read that has a column of times and one of values: what the exchanges, the network
and public observatories let people save. Times without offset are those of Paris, unless the header or
`?clock=utc` says otherwise.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from functools import lru_cache
from gettext import gettext as _
from itertools import pairwise
from pathlib import Path

import numpy as np

from acc.arrays import FloatArray
from acc.by_hour import ByHour
from acc.problem import InputError, Problem
from acc.steps import Steps
from profiles.curves.formats.base import CurveFile, Moments, Reading, ReadOptions, Series, all_false
from profiles.curves.formats.delimited import CellTable, numbers_of, plain, read_series, read_table, shown
from profiles.curves.formats.open_file import open_source
from profiles.curves.formats.times import intervals_of, read_moments
from profiles.curves.read import Curve, curve_reference
from profiles.curves.resample import to_steps
from profiles.files.open_file import masked_name
from profiles.text.delimited import separator_of, split_lines, text_lines

HEAD_LINES = 50
"""Titles stand above the header of some exports: how many lines are searched for it."""

HOURS = frozenset({"heure", "heures", "hour", "time", "start", "début", "debut"})
RANGE = re.compile(r"\s+-\s+")
"""Between the ends of a step in one cell ("01/01/2025 00:00 - 01/01/2025 01:00"): the first one counts."""

UTC = re.compile(r"\b(utc|gmt)\b(?!\s*[+-])")


class Measured(Enum):
    """What a file measures: the pattern of its unit in a header, and how it is written to people."""

    PRICE = (re.compile(r"(eur|€)\s*/\s*mwh"), "EUR/MWh")
    CARBON = (re.compile(r"\bg\s*(co2|co₂)?\s*(e|eq)?\w*\s*/\s*kwh|g\s*/\s*kwh"), "g/kWh")

    def is_unit_of(self, header: str) -> bool:
        """Return whether a header says this unit."""
        return self.value[0].search(plain(header)) is not None

    @property
    def unit(self) -> str:
        """The unit as it is written."""
        return str(self.value[1])


def read_by_hour(name: str, folder: Path, steps: Steps, measured: Measured) -> ByHour:
    """Return one series of a file on the steps of an operation, in the unit of the file.

    Longer steps hold their value for the whole of them, shorter ones are averaged; days that the file does
    not hold are those of the same weekday and season of another year.

    Args:
        name: a file, the column after `#` where several could be meant, options after `?` as for a curve.

    Raises:
        InputError: no times, no column of that unit or several, cells that cannot be read, too little of the
            period.
    """
    path, column, options = curve_reference(name, folder)
    version = path.stat().st_mtime_ns if path.exists() else 0
    curve = _curve(path, version, column, options, measured)
    try:
        hourly = to_steps(curve, steps)
    except InputError:
        message = _("{first} to {last}, or the same weeks of another year: too little of the period is there")
        ends = (str(day)[:10] for day in (curve.starts_utc[0], curve.ends_utc[-1]))
        filled = message.format(**dict(zip(("first", "last"), ends, strict=True)))
        raise InputError([Problem(curve.source, filled)]) from None
    known = ~np.isnan(curve.energy_kwh)
    hours = curve.minutes[known] / 60.0
    values: FloatArray = hourly.kwh / steps.hours
    values.flags.writeable = False
    return ByHour(
        file=masked_name(name),
        values=values,
        own_mean=float(curve.energy_kwh[known].sum() / hours.sum()),
        redated=hourly.redated,
        filled_ratio=float(hourly.filled.mean()),
    )


@lru_cache(maxsize=4)
def _curve(path: Path, version: int, column: str | None, options: ReadOptions, measured: Measured) -> Curve:  # noqa: ARG001 - tells a changed file
    """Return a series as a curve: each value times the hours of its step, which is then kept like energy."""
    source = open_source(path, options)
    if source.text is None:
        raise source.fault(_("a text file is expected (CSV): save the sheet as CSV"))
    source, table, stamps = _table(source)
    name, cells = _column(source, table, column, measured)
    series = Series(column=name, unit="kWh", stamp="start", newest_first=True)
    (reading,) = read_series(source, table.lines, stamps, {name: (cells, series)})
    reading = _with_values(reading)
    intervals = intervals_of(source, reading)
    values = reading.values[intervals.rows.index]
    return Curve(
        starts_utc=intervals.starts_utc,
        minutes=intervals.minutes,
        energy_kwh=values * intervals.minutes / 60.0,
        estimated=all_false(values.size),
        unit=measured.unit,
        format="by-hour",
        kind="production",
        column=name,
        source=source.name,
    )


def _with_values(reading: Reading) -> Reading:
    """Return a series without its empty rows: half of those of some exports are, by their step."""
    kept = ~np.isnan(reading.values)
    offset = reading.moments.offset_minutes
    moments = Moments(reading.moments.clock[kept], None if offset is None else offset[kept])
    return replace(reading, lines=reading.lines[kept], values=reading.values[kept], moments=moments)


def _table(source: CurveFile) -> tuple[CurveFile, CellTable, Sequence[str]]:
    """Return the table of a file and its times, read on UTC where its header says so."""
    header, place = _header(source)
    table = read_table(source, header)
    stamps = [RANGE.split(cell.strip())[0] for cell in table.columns[place]]
    if not any(":" in cell for cell in stamps[:2]):  # a day, its hour in the next column
        stamps = [f"{day} {hour.strip()}" for day, hour in zip(stamps, table.columns[place + 1], strict=True)]
    if source.options.clock is None and UTC.search(plain(table.names[place])):
        source = replace(source, options=replace(source.options, clock="utc"))
    return source, table, stamps


def _header(source: CurveFile) -> tuple[int, int]:
    """Return the line above the first one that holds a time, and the column of times."""
    lines = text_lines(source.text or "")[:HEAD_LINES]
    filled = [index for index, line in enumerate(lines) if line.strip()]
    for index, below in pairwise(filled):
        names, cells = (split_lines([lines[i]], separator_of(lines[index]))[0] for i in (index, below))
        for place, cell in enumerate(cells[: len(names)]):
            stamp = RANGE.split(cell.strip())[0]
            has_hour = place + 1 < min(len(cells), len(names)) and plain(names[place + 1]) in HOURS
            if _is_time(f"{stamp} {cells[place + 1].strip()}" if has_hour and ":" not in stamp else stamp):
                return index, place
    message = _("no column of times is found: a line like 2025-01-31T23:00:00+01:00;61.5 under a header")
    raise source.fault(message)


def _is_time(cell: str) -> bool:
    return ":" in cell and not bool(read_moments([cell])[1].any())


def _column(
    source: CurveFile, table: CellTable, wanted: str | None, measured: Measured
) -> tuple[str, Sequence[str]]:
    """Return the column asked for; else the only one whose header says the unit."""
    named = dict(zip(table.names, table.columns, strict=True))
    if wanted is not None:
        near = [name for name in named if wanted.lower() in name.lower()]
        fitting = [name for name in named if name == wanted] or near
    else:
        of_unit = {name: numbers_of(cells)[0] for name, cells in named.items() if measured.is_unit_of(name)}
        fitting = [name for name, values in of_unit.items() if np.isfinite(values).any()]
    if len(fitting) == 1:
        return fitting[0], named[fitting[0]]
    message = _(
        "one column in {unit} is expected, {count} are found: name it, {file}#{column}; columns: {names}"
    )
    names = ", ".join(shown(name) for name in table.names if name)
    words = {"unit": measured.unit, "count": len(fitting), "file": source.name, "names": names}
    raise InputError([Problem(source.name, message.format(column=_("COLUMN"), **words))])
