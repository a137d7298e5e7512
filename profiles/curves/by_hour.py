"""Series that are no load curve of a meter: prices and carbon by the hour, shapes that Enedis publishes.

Prices of a market (EUR/MWh), carbon of the grid (g/kWh): any delimited table is read that has a column of
times and one of values, what the exchanges, the network and public observatories let people save. Times
without offset are those of Paris, unless the header or `?clock=utc` says otherwise.

Profile coefficients and regional means by sector, to scale to a bill: Licence Ouverte 2.0,
opendata.enedis.fr, `coefficients-des-profils` and `conso-sup36-region`. Both are files of millions of rows:
filter them on the site before the download (a region, a year, some profiles).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum
from functools import lru_cache
from gettext import gettext as _
from itertools import pairwise
from pathlib import Path

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.by_hour import ByHour
from acc.problem import InputError, Problem, refuse
from acc.steps import Steps
from profiles.curves.formats.base import CurveFile, Moments, Reading, ReadOptions, Series, all_false
from profiles.curves.formats.delimited import (
    CellTable,
    numbers_of,
    plain,
    read_series,
    read_stamps,
    read_table,
    read_values,
    shown,
)
from profiles.curves.formats.open_file import open_source
from profiles.curves.formats.times import infer_step_minutes, intervals_of, read_moments
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
    values = reading.values[intervals.index]
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


PROFILE = "sous profil"
COEFFICIENTS = ("coefficient dynamique", "coefficient ajuste", "coefficient prepare")
"""Of a sub-profile (RES1_BASE, PRO5_BASE...): the first one that a row has is taken."""

REGION = ("profil", "plage de puissance souscrite", "secteur activite")
"""What names a regional mean, in a file without sub-profiles."""


def read_shapes(path: Path, place: str) -> Mapping[str, Curve]:
    """Return the shapes of either file as curves of 1 kWh in all, NaN where secret (under 10 sites).

    By sub-profile (RES1_BASE; those of one profile, RES2_HP and RES2_HC, are to be summed by the caller), or
    by "profile / power class / sector": then the energy of the sites of a class over their number.

    Args:
        place: named in the faults of what is made of a curve.

    Raises:
        InputError: neither of the two files, or every cell that cannot be read.
    """
    source = open_source(path, ReadOptions())
    table = read_table(source, 0)
    table = CellTable(tuple(name.replace("_", " ") for name in table.names), table.columns, table.lines)
    is_region = table.column(PROFILE) is None and table.column(REGION[0]) is not None
    keys = [
        cells for key in (REGION if is_region else (PROFILE,)) if (cells := table.column(key)) is not None
    ]
    stamps = table.column("horodate")
    if stamps is None or not keys:
        message = _("not the expected Enedis open data: the columns horodate and {key} are needed")
        raise source.fault(message.format(key=PROFILE))
    moments, problems = read_stamps(source, stamps, table.lines)
    refuse(problems)
    weight = _mean_of_sites(source, table) if is_region else _coefficient(source, table)
    names = np.array([" / ".join(parts) for parts in zip(*keys, strict=True)])
    return {
        name: _shape(source, moments, weight, np.flatnonzero(names == name), place)
        for name in dict.fromkeys(names.tolist())
    }


def _coefficient(source: CurveFile, table: CellTable) -> FloatArray:
    best = np.full(table.lines.size, np.nan)
    for name in COEFFICIENTS:
        best = np.where(np.isnan(best), _values(source, table, name), best)
    return best


def _mean_of_sites(source: CurveFile, table: CellTable) -> FloatArray:
    energy = _values(source, table, "total energie soutiree wh", "total energie soutiree (wh)")
    sites = _values(source, table, "nb points soutirage")
    return np.asarray(np.divide(energy, sites, out=np.full(energy.size, np.nan), where=sites > 0))


def _shape(source: CurveFile, moments: Moments, weight: FloatArray, rows: IntArray, place: str) -> Curve:
    if moments.offset_minutes is None:
        raise source.fault(_("the stamps of Enedis open data have their offset from UTC: these have none"))
    utc = moments.clock[rows] - moments.offset_minutes[rows].astype("timedelta64[m]")
    order = np.argsort(utc, kind="stable")
    ordered = weight[rows][order]
    minutes, bad = infer_step_minutes(utc[order], "start")
    if bad.any() or np.unique(minutes).size != 1:
        raise source.fault(_("the stamps of a profile are not regular: keep one region and whole days"))
    return Curve(
        starts_utc=utc[order],
        minutes=minutes,
        energy_kwh=ordered / (np.nansum(ordered) or np.nan),
        estimated=all_false(rows.size),
        unit="kWh",
        format="reference",
        source=place,
    )


def _values(source: CurveFile, table: CellTable, *names: str) -> FloatArray:
    cells = table.column(*names)
    if cells is None:
        return np.full(table.lines.size, np.nan)
    values, problems = read_values(source, cells, table.lines, names[0])
    refuse(problems)
    return values
