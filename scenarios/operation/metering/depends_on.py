"""What of a scenario the meters depend on: all that has to be the same for the same kWh."""

from dataclasses import replace

from acc.scenario import Scenario
from acc.sites import Participant


def unpriced(scenario: Scenario) -> tuple[Participant, ...]:
    """Return the participants without what their suppliers ask: neither kWh nor places depend on it."""
    return tuple(
        replace(site, contract=replace(site.contract, energy_eur_per_kwh={}))
        for site in scenario.participants
    )


def loads_parts(scenario: Scenario) -> tuple[object, ...]:
    """Return all that the loads of a scenario depend on beside its files."""
    sky = [site.position for site in scenario.plants]
    return unpriced(scenario), sky, scenario.steps, scenario.weather, scenario.holes, scenario.on
