"""Météo-France hourly observations (`H_24_*.csv`): real hours of UTC, stamped at their end, J/cm2."""

from collections.abc import Mapping, Sequence
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray, TimeArray
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
    moment_of,
    numbers,
)

W_PER_M2 = 10_000.0 / 3600.0
"""An hour of 1 J/cm2 is a mean of 2.78 W/m2."""

WANTED = ("NUM_POSTE", "NOM_USUEL", "LAT", "LON", "AAAAMMJJHH", "T", "FF", "GLO")


def recognises(source: WeatherText) -> bool:
    """Return whether the file is one of Météo-France's hourly files."""
    first = source.head.lstrip("\ufeff").split("\n", 1)[0]
    return first.startswith("NUM_POSTE;") and "AAAAMMJJHH" in first


def read(source: WeatherText) -> WeatherRecord:
    """Return the station asked for, or the one with the most hours of sunshine measured.

    Raises:
        InputError: no station that measures the global irradiation, an unknown station.
    """
    lines = source.text.lstrip("\ufeff").splitlines()
    names = lines[0].strip().split(";")
    missing = [name for name in WANTED if name not in names and name != "FF"]
    if missing:
        message = _("column {name} missing: this file of Météo-France cannot serve as weather")
        raise source.fault(message.format(name=", ".join(missing)), 1)
    station, rows, numbers_of_lines = _station(source, lines, names)
    columns = {n: [row[i] for row in rows] for i, n in enumerate(names) if n in WANTED}
    return _record(source, station, columns, numbers_of_lines)


def _station(
    source: WeatherText, lines: Sequence[str], names: Sequence[str]
) -> tuple[str, list[list[str]], list[int]]:
    """Return the station, its rows and the line of each, up to its first and last hour of sunshine."""
    post, glo = names.index("NUM_POSTE"), names.index("GLO")
    by_station: dict[str, list[tuple[int, list[str]]]] = {}
    for number, cells in enumerate(rows_of(source.name, lines[1:], ";"), start=2):
        if cells and len(cells) != len(names):
            message = _("{found} values, {wanted} expected: the file may have been cut short")
            raise source.fault(message.format(found=len(cells), wanted=len(names)), number)
        if cells:
            by_station.setdefault(cells[post].strip(), []).append((number, cells))
    measured = {s: sum(bool(cells[glo].strip()) for _n, cells in rows) for s, rows in by_station.items()}
    lit = [s for s, count in measured.items() if count]
    if source.station is not None and source.station not in lit:
        message = _("station {station} does not measure the sunshine here: one of {known} is expected")
        raise source.fault(message.format(station=source.station, known=", ".join(lit) or "-"))
    if not lit:
        raise source.fault(_("no station of this file measures the sunshine (column GLO is empty)"))
    station = source.station or max(lit, key=lambda s: measured[s])
    rows = by_station[station]
    return station, [cells for _n, cells in rows], [n for n, _cells in rows]


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


FORMAT = WeatherFormat("meteo-france", recognises, read)
