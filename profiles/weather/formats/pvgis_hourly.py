"""PVGIS hourly series (seriescalc), CSV and JSON: real years, UTC, for a horizontal plane."""

import re
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray
from acc.sites import Position
from profiles.weather.formats.base import (
    IRRADIANCE,
    TEMPERATURE,
    WIND,
    WeatherFormat,
    WeatherRecord,
    WeatherText,
    broken,
    numbers,
)
from profiles.weather.formats.pvgis import (
    REFERENCE,
    PvgisTable,
    as_position,
    dig,
    header_number,
    header_position,
    json_table,
    read_csv_table,
    read_json,
    read_stamps,
)


def recognises(source: WeatherText) -> bool:
    """Return whether the file is a PVGIS hourly series."""
    head = source.head
    if head.lstrip().startswith("{"):
        return '"hourly"' in head and '"meteo_data"' in head
    return re.search(r"^time,.*\bH_sun\b", head, flags=re.MULTILINE) is not None


def read(source: WeatherText) -> WeatherRecord:
    """Return the hourly series.

    Raises:
        InputError: a plane that is not horizontal, since a weather needs what falls on the ground.
    """
    if not source.head.lstrip().startswith("{"):
        slope = header_number(source, "Slope")
        return _record(source, read_csv_table(source, "time"), header_position(source), slope)
    document = read_json(source)
    place = dig(document, "inputs", "location")
    position = as_position(dig(place, "latitude"), dig(place, "longitude"))
    slope_value = dig(document, "inputs", "mounting_system", "fixed", "slope", "value")
    slope = float(slope_value) if isinstance(slope_value, int | float) else None
    return _record(source, json_table(source, document, "hourly"), position, slope)


def _record(
    source: WeatherText, table: PvgisTable, position: Position | None, slope_deg: float | None
) -> WeatherRecord:
    if slope_deg != 0.0:
        raise broken(source, _not_horizontal(slope_deg))
    line = table.first_line
    stamps = read_stamps(source, table.column(source, "time"), line)
    hours = stamps.astype("datetime64[h]").astype("datetime64[m]")
    ghi, dhi = _on_the_ground(source, table)
    return WeatherRecord(
        title=_("hourly series of PVGIS"),
        position=position,
        typical=False,
        starts_utc=hours,
        light_minutes=float(np.median((stamps - hours).astype(np.int64))),
        air_minutes=0.0,
        ghi=ghi,
        dhi=dhi,
        temp_air_c=numbers(source, "T2m", table.column(source, "T2m"), TEMPERATURE, first_line=line),
        wind_speed_m_s=numbers(source, "WS10m", table.column(source, "WS10m"), WIND, first_line=line),
        reference=REFERENCE,
    )


def _on_the_ground(source: WeatherText, table: PvgisTable) -> tuple[FloatArray, FloatArray | None]:
    line = table.first_line
    if "Gb(i)" in table.columns:
        beam, sky = (
            numbers(source, name, table.column(source, name), IRRADIANCE, first_line=line)
            for name in ("Gb(i)", "Gd(i)")
        )
        return beam + sky, sky
    return numbers(source, "G(i)", table.column(source, "G(i)"), IRRADIANCE, first_line=line), None


def _not_horizontal(slope_deg: float | None) -> str:
    found = _("a tracker") if slope_deg is None else _("a slope of {deg:g} degrees").format(deg=slope_deg)
    return _(
        "{found}: a weather needs the horizontal plane. Download it again with slope 0, azimuth 0 and "
        "`Radiation components` ticked, or the typical year (TMY)"
    ).format(found=found)


FORMAT = WeatherFormat("pvgis-hourly", recognises, read)
