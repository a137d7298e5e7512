"""A plant built at the power that the search found, with what any power costs there."""

from dataclasses import replace

from acc.plan.another_power import at_power
from acc.plan.plant_costs import stated
from acc.sites import Plant
from scenarios.entry.folder.another_power import power_rules
from scenarios.studies.sizing.settings import RoofChoice


def built_plant(plant: Plant, kwp: float, roof: RoofChoice) -> Plant:
    """Return a plant built at another power, as the search counts it: what any power costs there with it."""
    scaled = at_power(plant, kwp, power_rules())
    if not roof.fixed_eur:
        return scaled
    own = stated(scaled)
    connected = (own.connection_eur or 0.0) + roof.fixed_eur
    return replace(scaled, costs=replace(own, connection_eur=connected))
