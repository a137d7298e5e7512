"""A plant of another power: what its row states of its costs follows, its connection does not."""

from dataclasses import replace

from acc.plan.plant_costs import stated
from acc.sites import Plant
from scenarios.sizing.settings import RoofChoice

SCALED_LINES = (
    "capex_eur",
    "opex_eur_per_year",
    "insurance_eur_per_year",
    "rent_eur_per_year",
    "inverter_eur",
    "ifer_eur_per_year",
)
"""Costs of a row that follow the power when it is sought."""


def at_power(plant: Plant, kwp: float) -> Plant:
    """Return a plant of another power, what its row states scaled; its connection stays what it is."""
    if plant.costs is None:
        return replace(plant, kwp=kwp)
    own, times = plant.costs, kwp / plant.kwp
    scaled = {
        name: None if getattr(own, name) is None else getattr(own, name) * times for name in SCALED_LINES
    }
    return replace(plant, kwp=kwp, costs=replace(own, **scaled))


def built_plant(plant: Plant, kwp: float, roof: RoofChoice) -> Plant:
    """Return a plant built at another power, as the search counts it: what any power costs there with it."""
    scaled = at_power(plant, kwp)
    if not roof.fixed_eur:
        return scaled
    own = stated(scaled)
    connected = (own.connection_eur or 0.0) + roof.fixed_eur
    return replace(scaled, costs=replace(own, connection_eur=connected))
