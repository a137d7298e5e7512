"""The table of weather formats, recognised by content, never by name: the first one reads a file."""

from profiles.weather.formats import epw, meteo_france, pvgis, refused
from profiles.weather.formats.base import WeatherFormat

FORMATS: tuple[WeatherFormat, ...] = (
    *refused.FORMATS,
    pvgis.TMY,
    pvgis.HOURLY,
    epw.FORMAT,
    meteo_france.FORMAT,
)
