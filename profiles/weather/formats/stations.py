"""Weather of stations: EnergyPlus years (EPW) and hourly observations of Météo-France.

An EPW has hours of local standard time, hour 1 is 00:00 to 01:00, 34 or 35 fields. `H_24_*.csv` of
Météo-France has real hours of UTC, stamped at their end, J/cm2.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from gettext import gettext as _
from itertools import islice

import numpy as np

from acc.arrays import FloatArray, TimeArray
from acc.problem import Problem, refuse
from profiles.text.delimited import each_line, rows_of
from profiles.weather.formats.base import (
    IRRADIANCE,
    MOST_PROBLEMS,
    TEMPERATURE,
    WIND,
    WeatherFormat,
    WeatherRecord,
    WeatherText,
    as_position,
    check_parsed,
    moment_of,
    number,
    numbers,
)
from profiles.weather.formats.pvgis import REFERENCE as PVGIS_REFERENCE

FIELDS = 22
"""Fields used, of the 34 or 35 that files have: date to wind speed."""

DRY_BULB, GHI, DNI, DHI, WIND_SPEED = 6, 13, 14, 15, 21
"""Their places; the direct normal is left out, it follows from the others."""


def is_epw(source: WeatherText) -> bool:
    """Return whether the file is an EPW."""
    return source.head.lstrip("\ufeff").upper().startswith("LOCATION,")


def read_epw(source: WeatherText) -> WeatherRecord:
    """Return the year of the file, taken as good for any year."""
    check_parsed(source)
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
        notes=tuple(_epw_notes(columns, offset_h)),
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


def _epw_notes(columns: Sequence[Sequence[str]], offset_h: float | None) -> Iterator[str]:
    if offset_h is not None:
        yield _("EPW made by PVGIS: its hours are read in UTC, whatever zone its header shows.")
    years = sorted(set(columns[0]))
    if len(years) <= 2:
        yield _("weather of {years} used for the year asked").format(years=", ".join(years))


EPW = WeatherFormat("epw", is_epw, read_epw)


W_PER_M2 = 10_000.0 / 3600.0
"""An hour of 1 J/cm2 is a mean of 2.78 W/m2."""

ROW_BYTES = 700
"""What the cells that are wanted of a row take at most."""

WANTED = ("NUM_POSTE", "NOM_USUEL", "LAT", "LON", "AAAAMMJJHH", "T", "FF", "GLO")


def is_meteo_france(source: WeatherText) -> bool:
    """Return whether the file is one of Météo-France's hourly files."""
    first = source.head.lstrip("\ufeff").split("\n", 1)[0]
    return first.startswith("NUM_POSTE;") and "AAAAMMJJHH" in first


def read_meteo_france(source: WeatherText) -> WeatherRecord:
    """Return the station asked for, or the one with the most hours of sunshine measured.

    Raises:
        InputError: no station that measures the global irradiation, an unknown station.
    """
    names = next(each_line(source.head)).lstrip("\ufeff").strip().split(";")
    missing = [name for name in WANTED if name not in names and name != "FF"]
    if missing:
        message = _("column {name} missing: this file of Météo-France cannot serve as weather")
        raise source.fault(message.format(name=", ".join(missing)), 1)
    station, count = _station(source, names)
    check_parsed(source, sys.getsizeof(source.text) + count * ROW_BYTES)
    columns: dict[str, list[str]] = {name: [] for name in WANTED if name in names}
    wanted, numbers_of_lines = [(names.index(name), cells) for name, cells in columns.items()], []
    for line, row in _rows(source, names):
        if row[names.index("NUM_POSTE")].strip() == station:
            numbers_of_lines.append(line)
            for place, cells in wanted:
                cells.append(row[place])
    return _record(source, station, columns, numbers_of_lines)


def _rows(source: WeatherText, names: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the line and the cells of each row.

    Raises:
        InputError: one of another width than the header.
    """
    rows = rows_of(source.name, islice(each_line(source.text), 1, None), ";")
    for line, cells in enumerate(rows, start=2):
        if cells and len(cells) != len(names):
            message = _("{found} values, {wanted} expected: the file may have been cut short")
            raise source.fault(message.format(found=len(cells), wanted=len(names)), line)
        if cells:
            yield line, cells


def _station(source: WeatherText, names: Sequence[str]) -> tuple[str, int]:
    """Return the station asked for, or that of the most hours of sunshine, and how many rows it has."""
    post, glo = names.index("NUM_POSTE"), names.index("GLO")
    rows: Counter[str] = Counter()
    measured: Counter[str] = Counter()
    for _line, cells in _rows(source, names):
        station = cells[post].strip()
        rows[station] += 1
        measured[station] += bool(cells[glo].strip())
    lit = [station for station, count in measured.items() if count]
    if source.station is not None and source.station not in lit:
        message = _("station {station} does not measure the sunshine here: one of {known} is expected")
        raise source.fault(message.format(station=source.station, known=", ".join(lit) or "-"))
    if not lit:
        raise source.fault(_("no station of this file measures the sunshine (column GLO is empty)"))
    station = source.station or max(lit, key=measured.__getitem__)
    return station, rows[station]


def _record(
    source: WeatherText, station: str, columns: Mapping[str, Sequence[str]], lines: Sequence[int]
) -> WeatherRecord:
    ends = _ends_utc(source, columns["AAAAMMJJHH"], lines)
    order = np.argsort(ends, kind="stable")
    first = lines[0]

    def column(name: str, bounds: tuple[float, float]) -> FloatArray:
        return numbers(source, name, columns[name], bounds, first_line=first)[order]

    wind = column("FF", WIND) if "FF" in columns else None
    message = _("station {station}; GLO read as J/cm2 of the hour before its stamp, UTC")
    return WeatherRecord(
        title=_("hourly observations of Météo-France, {station}").format(station=columns["NOM_USUEL"][0]),
        position=as_position(columns["LAT"][0], columns["LON"][0]),
        typical=False,
        starts_utc=ends[order] - np.timedelta64(60, "m"),
        light_minutes=30.0,
        air_minutes=60.0,
        ghi=column("GLO", (IRRADIANCE[0], IRRADIANCE[1] / W_PER_M2)) * W_PER_M2,
        dhi=None,
        temp_air_c=column("T", TEMPERATURE),
        wind_speed_m_s=None if wind is None or np.isnan(wind).all() else wind,
        reference="Météo-France, données climatologiques horaires, Licence Ouverte 2.0",
        notes=(message.format(station=station),),
    )


def _ends_utc(source: WeatherText, cells: Sequence[str], lines: Sequence[int]) -> TimeArray:
    texts = [f"{c[:4]}-{c[4:6]}-{c[6:8]}T{c[8:10]}" if len(c) == 10 and c.isdigit() else "" for c in cells]
    problems = []
    ends = np.full(len(cells), np.datetime64("NaT", "m"), dtype="datetime64[m]")
    for row, text in enumerate(texts):
        try:
            ends[row] = moment_of(text or "-")
        except ValueError:
            message = _("{value} is not a time: `2024013123` is expected").format(value=repr(cells[row]))
            problems.append(Problem(source.place(lines[row]), message))
    refuse(problems[:MOST_PROBLEMS])
    return ends


METEO_FRANCE = WeatherFormat("meteo-france", is_meteo_france, read_meteo_france)
