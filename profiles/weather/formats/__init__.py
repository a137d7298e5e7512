"""The table of weather formats: one module each, recognised by content, never by name."""

from profiles.weather.formats import epw, meteo_france, pvgis_hourly, pvgis_tmy, refused
from profiles.weather.formats.base import WeatherFormat, WeatherRecord, WeatherText

__all__ = ["FORMATS", "WeatherFormat", "WeatherRecord", "WeatherText"]

FORMATS: tuple[WeatherFormat, ...] = (
    refused.DWD_REFERENCE_YEAR,
    refused.DWD_MEASUREMENT,
    refused.NSRDB,
    pvgis_tmy.FORMAT,
    pvgis_hourly.FORMAT,
    epw.FORMAT,
    meteo_france.FORMAT,
)
