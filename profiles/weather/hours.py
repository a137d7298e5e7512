"""The hours of a weather file on an operation: the same dates or a year reused, then shorter steps.

Inside each hour the light follows the sun, its energy is kept. The index (irradiance over the sine of the
sun's height) is interpolated from hour to hour, then each hour is brought back to its own energy: a
mean-preserving interpolation. It adds no clouds: shared energy on 15-min steps comes out a little high.
"""

from calendar import isleap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray, IntArray, TimeArray
from acc.problem import InputError, Problem
from acc.sites import Position
from acc.steps import Steps
from profiles.weather.formats.base import WeatherRecord
from profiles.weather.sun import LOWEST_COS_ZENITH, middles_utc, split_global, sun_position
from profiles.weather.values import FINE_MINUTES, mean_over_steps

MARGIN = np.timedelta64(2, "h")
"""Hours read before and after the period, so that its ends are interpolated like the rest."""

LONGEST_HOLE_H = 3
"""A longer hole in a file is not filled: the sky may have changed meanwhile."""

LEAP_DAY = (1 * 31 + 28) * 24
"""Place of 29 February, 00:00, in a table of 12 months of 31 days of 24 hours."""


@dataclass(frozen=True, slots=True, eq=False)
class Hours:
    """Hourly values over the period and its margins, arrays of shape (h,), nothing missing.

    Attributes:
        first_utc: start of the first hour, datetime64[m].
        dhi: None when the file only has the global.
    """

    first_utc: np.datetime64
    ghi: FloatArray
    dhi: FloatArray | None
    temp_air_c: FloatArray
    wind_speed_m_s: FloatArray | None
    notes: tuple[str, ...]


def hours_of_period(record: WeatherRecord, steps: Steps, year: int | None, path: str) -> Hours:
    """Return the hours of `record` that stand for the period of `steps`.

    A typical year serves any year, by month, day and hour of UTC. Real hours serve their own dates; for
    another period the last whole calendar year is reused, or the one asked. 29 February repeats the 28th
    where the file has none.

    Raises:
        InputError: no whole year, an unknown year, hours missing or doubled.
    """
    first = np.datetime64(steps.start_utc, "h") - MARGIN
    last = np.datetime64(steps.end_utc + timedelta(minutes=59), "h") + MARGIN
    wanted: TimeArray = np.arange(first, last)
    rows, notes = _rows(record, wanted, steps, year, path)
    light, light_note = _filled([record.ghi] if record.dhi is None else [record.ghi, record.dhi], rows, path)
    air, air_note = _filled([record.temp_air_c], rows, path)
    return Hours(
        first_utc=first.astype("datetime64[m]"),
        ghi=np.maximum(light[0], 0.0),
        dhi=np.maximum(light[1], 0.0) if len(light) > 1 else None,
        temp_air_c=air[0],
        wind_speed_m_s=None if record.wind_speed_m_s is None else _bridged(record.wind_speed_m_s[rows]),
        notes=tuple(note for note in (*notes, light_note, air_note) if note),
    )


def complete_years(record: WeatherRecord) -> tuple[int, ...]:
    """Return the calendar years of which a record of real hours has every hour."""
    years, counts = np.unique(_year_of(record.starts_utc), return_counts=True)
    return tuple(int(y) for y, n in zip(years, counts, strict=True) if n == 8760 + 24 * isleap(y))


def annual_ghi_kwh_per_m2(record: WeatherRecord) -> dict[int, float]:
    """Return the irradiation of each whole year of a record of real hours: the spread behind P50 and P90."""
    year_of = _year_of(record.starts_utc)
    return {y: float(np.nansum(record.ghi[year_of == y])) / 1000.0 for y in complete_years(record)}


def _rows(
    record: WeatherRecord, wanted: TimeArray, steps: Steps, year: int | None, path: str
) -> tuple[IntArray, list[str]]:
    if record.typical:
        note = _("the file is a typical year: the year {year} asked has no effect").format(year=year)
        rows, notes = _rows_by_calendar(record, np.arange(len(record.starts_utc)), wanted, path)
        return rows, notes + [note] * (year is not None)
    inside = record.starts_utc[0] <= np.datetime64(steps.start_utc, "m") and np.datetime64(
        steps.end_utc, "m"
    ) <= record.starts_utc[-1] + np.timedelta64(60, "m")
    if inside and year is None:
        return _rows_by_date(record, wanted, path), []
    chosen = _chosen_year(record, year, path)
    own = np.flatnonzero(_year_of(record.starts_utc) == chosen)
    rows, notes = _rows_by_calendar(record, own, wanted, path)
    return rows, [_("weather of {year} used for the period of the operation").format(year=chosen), *notes]


def _chosen_year(record: WeatherRecord, year: int | None, path: str) -> int:
    years = complete_years(record)
    if not years:
        message = _(
            "the weather goes from {first} to {last} (UTC): it has to cover the period of the operation, "
            "or a whole calendar year"
        )
        first, last = record.starts_utc[0], record.starts_utc[-1]
        raise InputError([Problem(path, message.format(first=first, last=last))])
    if year is not None and year not in years:
        message = _("no whole year {year} in the weather: one of {known} is expected")
        raise InputError([Problem(path, message.format(year=year, known=_listed(years)))])
    return years[-1] if year is None else year


def _listed(years: Sequence[int]) -> str:
    """Years as text, those of a row by their ends.

    >>> _listed([2005, 2006, 2007, 2008]), _listed([2005, 2006, 2007]), _listed([2005, 2007, 2008, 2009])
    ('2005 to 2008', '2005, 2006, 2007', '2005, 2007, 2008, 2009')
    """
    if len(years) > 3 and years[-1] - years[0] == len(years) - 1:
        return _("{first} to {last}").format(first=years[0], last=years[-1])
    return ", ".join(map(str, years))


def _rows_by_date(record: WeatherRecord, wanted: TimeArray, path: str) -> IntArray:
    """Return the row of each wanted hour; the margins beyond the file repeat its first and last rows."""
    starts = record.starts_utc.astype("datetime64[h]")
    _no_double(starts, path)
    rows = np.searchsorted(starts, np.clip(wanted, starts[0], starts[-1]))
    absent = starts[rows] != np.clip(wanted, starts[0], starts[-1])
    if absent.any():
        rows = np.where(absent, -1, rows)
    return rows.astype(np.int64)


def _rows_by_calendar(
    record: WeatherRecord, own: IntArray, wanted: TimeArray, path: str
) -> tuple[IntArray, list[str]]:
    """Return the row of each wanted hour by month, day and hour among the rows `own`."""
    places = _place_in_year(record.starts_utc[own])
    table = np.full(12 * 31 * 24, -1, dtype=np.int64)
    if len(np.unique(places)) != len(places):
        _no_double(np.sort(record.starts_utc[own]), path)
        message = _("a year of months, each once, is expected: some hours come twice")
        raise InputError([Problem(path, message)])
    table[places] = own
    leap_day = slice(LEAP_DAY, LEAP_DAY + 24)
    no_leap_day = table[LEAP_DAY] < 0
    if no_leap_day:
        table[leap_day] = table[LEAP_DAY - 24 : LEAP_DAY]
    wanted_places = _place_in_year(wanted)
    notes = []
    on_leap_day = bool(((wanted_places >= LEAP_DAY) & (wanted_places < LEAP_DAY + 24)).any())
    if no_leap_day and on_leap_day:
        notes.append(_("29 February repeats the weather of the 28th, which the file does not have"))
    elif not no_leap_day and not on_leap_day and len(wanted) > 365 * 24:
        notes.append(_("29 February of the file is not used: the period has none"))
    return table[wanted_places], notes


def _place_in_year(hours: TimeArray) -> IntArray:
    months = hours.astype("datetime64[M]")
    into_month = (hours.astype("datetime64[h]") - months.astype("datetime64[h]")).astype(np.int64)
    return np.asarray(months.astype(np.int64) % 12 * (31 * 24) + into_month)


def _no_double(sorted_starts: TimeArray, path: str) -> None:
    steps = np.diff(sorted_starts).astype(np.int64)
    if len(steps) and steps.min() <= 0:
        row = int(np.argmin(steps))
        message = _("the hour {hour} (UTC) comes twice, or out of order")
        raise InputError([Problem(path, message.format(hour=sorted_starts[row + 1]))])


def _filled(columns: Sequence[FloatArray], rows: IntArray, path: str) -> tuple[list[FloatArray], str]:
    """Return the values of `rows`, short holes bridged, and a note that says how many."""
    values = [np.where(rows >= 0, column[rows], np.nan) for column in columns]
    missing = np.isnan(np.array(values)).any(axis=0)
    if not missing.any():
        return values, ""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], missing, [False]]).astype(np.int8)))
    longest = int((edges[1::2] - edges[::2]).max())
    if longest > LONGEST_HOLE_H:
        message = _(
            "hours without a value: {n}, of which {longest} in a row; at most {limit} in a row are filled. "
            "Take another year, another file or the generated weather"
        )
        text = message.format(n=int(missing.sum()), longest=longest, limit=LONGEST_HOLE_H)
        raise InputError([Problem(path, text)])
    note = _("hours missing in the weather file, interpolated: {n}").format(n=int(missing.sum()))
    return [_bridged(column) for column in values], note


def _bridged(values: FloatArray) -> FloatArray:
    known = ~np.isnan(values)
    places = np.arange(len(values))
    return np.asarray(np.interp(places, places[known], values[known]))


def _year_of(moments: TimeArray) -> IntArray:
    return np.asarray(moments.astype("datetime64[Y]").astype(np.int64) + 1970)


GRAZING_SINE = 0.03
"""An hour whose sun is lower on average has no index of its own to hand to its neighbours."""

NO_LIGHT_W_PER_M2 = 1e-9
"""Below it an hour has no shape to follow."""


def light_on_steps(hours: Hours, light_minutes: float, steps: Steps, position: Position) -> list[FloatArray]:
    """Global, beam normal and diffuse irradiance of `hours` on `steps`, W/m2, shape (T,) each.

    Args:
        light_minutes: past the start of each hour, what its values are the mean around.
    """
    fine = _fine_steps(steps)
    sun = sun_position(fine, position)
    sine = np.maximum(np.cos(np.radians(sun.zenith_deg)), 0.0)
    centres: FloatArray = np.arange(len(hours.ghi), dtype=np.float64) + light_minutes / 60.0
    moments: FloatArray = (middles_utc(fine) - hours.first_utc).astype(np.float64) / 3600.0
    hour_of = np.clip(np.floor(moments - centres[0] + 0.5), 0, len(centres) - 1).astype(np.int64)
    dhi_h = hours.dhi
    if dhi_h is None:
        sine_h = _hour_means(sine, hour_of, len(centres))
        extra_h = _hour_means(sun.extra_w_per_m2, hour_of, len(centres))
        dhi_h = split_global(hours.ghi, np.degrees(np.arccos(sine_h)), extra_h)[1]
    dhi_h = np.minimum(dhi_h, hours.ghi)
    diffuse = spread_hours(dhi_h, sine, hour_of, centres, moments)
    beam = spread_hours(hours.ghi - dhi_h, sine, hour_of, centres, moments)
    high = sine > LOWEST_COS_ZENITH
    # Beam under 3 degrees of height is handed to the diffuse: divided by its sine it would run away.
    diffuse = np.where(high, diffuse, diffuse + beam)
    dni = np.divide(beam, sine, out=np.zeros_like(beam), where=high)
    ghi = np.where(high, diffuse + beam, diffuse)
    first = (steps.start_utc - fine.start_utc) // timedelta(minutes=FINE_MINUTES)
    return [mean_over_steps(values, first, steps) for values in (ghi, dni, diffuse)]


def air_on_steps(values: FloatArray, air_minutes: float, hours: Hours, steps: Steps) -> FloatArray:
    """Return hourly temperature or wind interpolated to the middle of each step, shape (T,)."""
    moments = (middles_utc(steps) - hours.first_utc).astype(np.float64) / 3600.0
    return np.asarray(np.interp(moments, np.arange(len(values)) + air_minutes / 60.0, values))


def spread_hours(
    hourly: FloatArray, sine: FloatArray, hour_of: IntArray, centres: FloatArray, moments: FloatArray
) -> FloatArray:
    """Return `hourly` on the fine grid, along the sine of the sun's height, the mean of each hour kept.

    Args:
        hourly: mean of each hour, shape (h,).
        sine: of the sun's height on the fine grid, 0 at night, shape (f,).
        hour_of: the hour each fine moment belongs to, shape (f,).
        centres, moments: of the hours, (h,), and of the fine grid, (f,), in hours from the same origin.
    """
    sine_h = _hour_means(sine, hour_of, len(hourly))
    lit = sine_h > GRAZING_SINE
    index = np.divide(hourly, sine_h, out=np.zeros_like(hourly), where=lit)
    values = sine * np.interp(moments, centres[lit], index[lit]) if lit.any() else np.zeros_like(sine)
    spread_h = _hour_means(values, hour_of, len(hourly))
    has_sun = spread_h > NO_LIGHT_W_PER_M2
    scale = np.divide(hourly, spread_h, out=np.zeros_like(hourly), where=has_sun)
    # What the file gives in an hour without sun (twilight, rounding) is spread evenly.
    flat = np.where(has_sun, 0.0, hourly)
    return np.asarray(values * scale[hour_of] + flat[hour_of])


def _hour_means(values: FloatArray, hour_of: IntArray, count: int) -> FloatArray:
    totals = np.bincount(hour_of, weights=values, minlength=count)
    return np.asarray(totals / np.maximum(np.bincount(hour_of, minlength=count), 1))


def _fine_steps(steps: Steps) -> Steps:
    """Return the fine grid over the period and an hour on each side, in line with the steps."""
    margin = timedelta(minutes=60)
    count = (steps.end_utc - steps.start_utc + 2 * margin) // timedelta(minutes=FINE_MINUTES)
    return Steps(steps.start_utc - margin, FINE_MINUTES, count)
