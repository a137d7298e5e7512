"""PVGIS typical year, CSV and JSON: hours of UTC, months of different years, irradiance as instants."""

from gettext import gettext as _

from acc.sites import Position
from profiles.weather.formats.base import (
    IRRADIANCE,
    TEMPERATURE,
    WIND,
    WeatherFormat,
    WeatherRecord,
    WeatherText,
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
    """Return whether the file is a PVGIS typical year."""
    head = source.head
    is_json = head.lstrip().startswith("{")
    return '"tmy_hourly"' in head if is_json else "time(UTC)" in head and "G(h)" in head


def read(source: WeatherText) -> WeatherRecord:
    """Return the typical year."""
    if not source.head.lstrip().startswith("{"):
        offset_h = header_number(source, "Irradiance Time Offset (h)")
        return _record(source, read_csv_table(source, "time(UTC)"), header_position(source), offset_h)
    document = read_json(source)
    place = dig(document, "inputs", "location")
    position = as_position(dig(place, "latitude"), dig(place, "longitude"))
    offset = dig(place, "irradiance_time_offset")
    offset_h = float(offset) if isinstance(offset, int | float) else None
    return _record(source, json_table(source, document, "tmy_hourly"), position, offset_h)


def _record(
    source: WeatherText, table: PvgisTable, position: Position | None, offset_h: float | None
) -> WeatherRecord:
    line = table.first_line
    starts = read_stamps(source, table.column(source, "time(UTC)"), line)
    hours = starts.astype("datetime64[h]").astype("datetime64[m]")
    cells = {name: table.column(source, name) for name in ("G(h)", "Gd(h)", "T2m", "WS10m")}
    return WeatherRecord(
        title=_("typical year of PVGIS"),
        position=position,
        typical=True,
        starts_utc=hours,
        light_minutes=30.0 if offset_h is None else offset_h * 60.0,
        air_minutes=0.0,
        ghi=numbers(source, "G(h)", cells["G(h)"], IRRADIANCE, first_line=line),
        dhi=numbers(source, "Gd(h)", cells["Gd(h)"], IRRADIANCE, first_line=line),
        temp_air_c=numbers(source, "T2m", cells["T2m"], TEMPERATURE, first_line=line),
        wind_speed_m_s=numbers(source, "WS10m", cells["WS10m"], WIND, first_line=line),
        reference=REFERENCE,
    )


FORMAT = WeatherFormat("pvgis-tmy", recognises, read)
