"""EnergyPlus weather (EPW): hours of local standard time, hour 1 is 00:00 to 01:00; 34 or 35 fields."""

import re
from collections.abc import Sequence
from gettext import gettext as _

import numpy as np

from acc.arrays import TimeArray
from acc.problem import Problem, refuse
from profiles.text.delimited import rows_of
from profiles.weather.formats.base import (
    IRRADIANCE,
    MOST_PROBLEMS,
    TEMPERATURE,
    WIND,
    WeatherFormat,
    WeatherRecord,
    WeatherText,
    as_position,
    number,
    numbers,
)
from profiles.weather.formats.pvgis import REFERENCE as PVGIS_REFERENCE

FIELDS = 22
"""Fields used, of the 34 or 35 that files have: date to wind speed."""

DRY_BULB, GHI, DNI, DHI, WIND_SPEED = 6, 13, 14, 15, 21
"""Their places; the direct normal is left out, it follows from the others."""


def recognises(source: WeatherText) -> bool:
    """Return whether the file is an EPW."""
    return source.head.lstrip("\ufeff").upper().startswith("LOCATION,")


def read(source: WeatherText) -> WeatherRecord:
    """Return the year of the file, taken as good for any year."""
    lines = source.text.splitlines()
    heads = [n for n, line in enumerate(lines) if line.upper().startswith("DATA PERIODS")]
    if not heads:
        raise source.fault(_("no line DATA PERIODS: this EPW file is incomplete"))
    cells_of_head = [cell.strip() for cell in lines[heads[0]].split(",")]
    if len(cells_of_head) > 2 and cells_of_head[2] not in {"", "1"}:
        message = _("{n} values an hour: an EPW with one value an hour is expected")
        raise source.fault(message.format(n=cells_of_head[2]))
    first_line = heads[0] + 2
    rows = [cells for cells in rows_of(source.name, lines[heads[0] + 1 :]) if cells]
    _complete(source, rows, first_line)
    columns = list(zip(*(row[:FIELDS] for row in rows), strict=True))
    location = _location(source, lines[0])
    offset_h = _pvgis_offset_h(lines[: heads[0]])
    zone_h = _zone_h(source, location) if offset_h is None else 0.0

    def column(name: str, field: int, bounds: tuple[float, float], missing: float) -> np.ndarray:
        return numbers(source, name, columns[field], bounds, first_line=first_line, missing=missing)

    return WeatherRecord(
        title=_("EPW weather year"),
        position=as_position(location[6], location[7]),
        typical=True,
        starts_utc=_starts_utc(source, columns, first_line, zone_h),
        light_minutes=30.0 if offset_h is None else offset_h * 60.0,
        air_minutes=30.0 if offset_h is None else 0.0,
        ghi=column("global horizontal radiation", GHI, IRRADIANCE, 9999.0),
        dhi=column("diffuse horizontal radiation", DHI, IRRADIANCE, 9999.0),
        temp_air_c=column("dry bulb temperature", DRY_BULB, TEMPERATURE, 99.9),
        wind_speed_m_s=column("wind speed", WIND_SPEED, WIND, 999.0),
        reference=location[4] or "EPW" if offset_h is None else PVGIS_REFERENCE,
        notes=_notes(columns, offset_h),
    )


def _complete(source: WeatherText, rows: Sequence[Sequence[str]], first_line: int) -> None:
    if not rows:
        raise source.fault(_("no hourly values"))
    message = _("{found} fields, at least {wanted} expected: the file may have been cut short")
    short = [(n, len(row)) for n, row in enumerate(rows, start=first_line) if len(row) < FIELDS]
    texts = {n: message.format(found=count, wanted=FIELDS) for n, count in short[:MOST_PROBLEMS]}
    refuse([Problem(source.place(n), text) for n, text in texts.items()])


def _location(source: WeatherText, line: str) -> list[str]:
    cells = [cell.strip() for cell in line.split(",")]
    if len(cells) < 9:
        raise source.fault(_("the line LOCATION has {n} fields, 10 expected").format(n=len(cells)), 1)
    return cells


def _zone_h(source: WeatherText, location: Sequence[str]) -> float:
    zone = number(location[8])
    if not -12.0 <= zone <= 14.0:
        message = _("{value} is not a time zone in hours: the ninth field of LOCATION gives it")
        raise source.fault(message.format(value=repr(location[8])), 1)
    return zone


def _pvgis_offset_h(header: Sequence[str]) -> float | None:
    """Return the moment of the irradiance after the start of its hour, for a file made by PVGIS.

    PVGIS writes a time zone in LOCATION but its rows stay in UTC; its own comment betrays the file. The
    offset there counts from the end of the hour.
    """
    match = re.search(r"Irradiance Time Offset \(h\):\s*(-?\d+(?:\.\d+)?)", "\n".join(header))
    return float(match.group(1)) + 1.0 if match else None


def _starts_utc(
    source: WeatherText, columns: Sequence[Sequence[str]], first_line: int, zone_h: float
) -> TimeArray:
    months, days, hours = (
        numbers(source, name, columns[field], (1.0, high), first_line=first_line)
        for field, (name, high) in enumerate((("month", 12.0), ("day", 31.0), ("hour", 24.0)), start=1)
    )
    undated = np.isnan(months + days + hours)
    if undated.any():
        message = _("no month, day or hour")
        raise source.fault(message, first_line + int(np.argmax(undated)))
    # One common year, of 366 days only if the file has a 29 February: going to UTC over the end of a month
    # then never lands on a day that the file does not have.
    year = 2000 if ((months == 2.0) & (days == 29.0)).any() else 2001
    months_since = ((year - 1970) * 12 + months - 1.0).astype(np.int64)
    midnight = months_since.astype("datetime64[M]").astype("datetime64[D]") + (days - 1.0).astype(
        np.int64
    ).astype("timedelta64[D]")
    minutes = np.round((hours - 1.0 - zone_h) * 60.0).astype(np.int64)
    return np.asarray(midnight.astype("datetime64[m]") + minutes.astype("timedelta64[m]"))


def _notes(columns: Sequence[Sequence[str]], offset_h: float | None) -> tuple[str, ...]:
    notes = []
    if offset_h is not None:
        notes.append(_("EPW made by PVGIS: its hours are read in UTC, whatever zone its header shows."))
    years = sorted(set(columns[0]))
    if len(years) <= 2:
        notes.append(_("weather of {years} used for the year asked").format(years=", ".join(years)))
    return tuple(notes)


FORMAT = WeatherFormat("epw", recognises, read)
