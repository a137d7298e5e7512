"""The sky of a scenario: where it is read, and under which years."""

from dataclasses import replace
from gettext import gettext as _

from acc.problem import InputError, Problem
from acc.scenario import Scenario
from acc.sites import Position


def sky_position(scenario: Scenario) -> Position:
    """Position of the weather: as chosen, or the centre of the sites.

    Raises:
        InputError: no site has a place.
    """
    if scenario.weather.position:
        return scenario.weather.position
    sites = [s.position for s in (*scenario.plants, *scenario.participants) if s.position]
    if not sites:
        message = _("no site has coordinates: give latitude and longitude to one, or in [weather]")
        raise InputError([Problem("plants.csv", message)])
    latitude = sum(p.latitude_deg for p in sites) / len(sites)
    return Position(round(latitude, 2), round(sum(p.longitude_deg for p in sites) / len(sites), 2))


def weather_years(scenario: Scenario, count: int) -> list[Scenario]:
    """Return the scenario under each weather year: other seeds of a generated sky; a file has one year."""
    weather = scenario.weather
    if weather.source != "generated":
        return [scenario]
    return [replace(scenario, weather=replace(weather, seed=weather.seed + n)) for n in range(count)]
