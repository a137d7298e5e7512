"""The table of weather formats, recognised by content, never by name: the first one reads a file."""

from profiles.weather.formats import pvgis, refused, stations
from profiles.weather.formats.base import WeatherFormat

FORMATS: tuple[WeatherFormat, ...] = (
    *refused.FORMATS,
    pvgis.TMY,
    pvgis.HOURLY,
    stations.EPW,
    stations.METEO_FRANCE,
)
