"""PVGIS typical year, CSV and JSON: hours of UTC, months of different years, irradiance as instants."""

from collections.abc import Mapping
from typing import Any

from profiles.weather.formats.base import IRRADIANCE, WeatherFormat, WeatherRecord, WeatherText
from profiles.weather.formats.pvgis import is_json, read_answer


def recognises(source: WeatherText) -> bool:
    """Return whether the file is a PVGIS typical year."""
    head = source.head
    return '"tmy_hourly"' in head if is_json(source) else "time(UTC)" in head and "G(h)" in head


def read(source: WeatherText, document: Mapping[str, Any] | None = None) -> WeatherRecord:
    """Return the typical year; of `document` where it is parsed already."""
    answer = read_answer(source, "time(UTC)", "tmy_hourly", document)
    offset_h = answer.number("Irradiance Time Offset (h)", "location", "irradiance_time_offset")
    return answer.record(
        typical=True,
        light_minutes=30.0 if offset_h is None else offset_h * 60.0,
        ghi=answer.values("G(h)", IRRADIANCE),
        dhi=answer.values("Gd(h)", IRRADIANCE),
    )


FORMAT = WeatherFormat("pvgis-tmy", recognises, read)
