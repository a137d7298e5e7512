"""The weather that an operation asks for: generated, PVGIS, or a file of its folder `curves/`."""

from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from acc.scenario import WeatherChoice
from acc.sites import Position
from acc.steps import Steps
from profiles.weather.formats import WeatherRecord
from profiles.weather.monthly_sky import months_of_record
from profiles.weather.pvgis_client import EVERY_YEAR, TYPICAL_YEAR, URL, pvgis_record
from profiles.weather.read import file_weather, read_weather_file, record_weather
from profiles.weather.synthetic_year import generated_weather
from profiles.weather.values import Weather


def weather_for(
    choice: WeatherChoice,
    steps: Steps,
    position: Position | None,
    curves_folder: Path,
    cache_folder: Path,
    *,
    year_factor: float = 1.0,
    pvgis_url: str = URL,
) -> Weather:
    """Return the weather of `choice` on `steps`.

    `generated`: no file unless it takes the months of one, no network. `pvgis`: the typical year of the
    place, or the year asked; asked once, then read from `cache_folder`. Anything else is a file of
    `curves_folder`, optionally `file.csv#station`.

    Args:
        position: where the operation stands; the one of `choice` goes first.
        year_factor: annual irradiation of a generated sky against the published mean.

    Raises:
        InputError: no answer of PVGIS, a file that is missing, unknown, broken, or does not serve the period.
    """
    place = choice.position or position
    if choice.source == "generated":
        months = None
        if choice.months is not None:
            path, station = _file(choice.months, curves_folder)
            months = months_of_record(read_weather_file(path, station), path.name, place)
        return generated_weather(steps, place, choice.seed, months=months, year_factor=year_factor)
    if choice.months is not None:
        message = _(
            'only a generated sky takes the months of a file: write source = "generated", or no months'
        )
        raise InputError([Problem("[weather] months", message)])
    if choice.source == "pvgis":
        record = _pvgis(choice, place, cache_folder, pvgis_url)
        return record_weather(record, "PVGIS", steps, place, choice.year)
    path, station = _file(choice.source, curves_folder)
    return file_weather(path, steps, place, choice.year, station)


def _file(reference: str, curves_folder: Path) -> tuple[Path, str | None]:
    """Return the file and the station that `file.csv#station` names."""
    name, _sign, station = reference.partition("#")
    return curves_folder / name, station or None


def _pvgis(choice: WeatherChoice, place: Position | None, cache_folder: Path, url: str) -> WeatherRecord:
    if place is None:
        message = _("PVGIS needs a place: give latitude and longitude to a site, or in [weather]")
        raise InputError([Problem("[weather]", message)])
    return pvgis_record(TYPICAL_YEAR if choice.year is None else EVERY_YEAR, place, cache_folder, url=url)
