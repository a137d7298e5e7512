"""What dated changes add to the sites, hour by hour, and which part of their need they bear on."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from acc.arrays import FloatArray
from acc.changes import ADDED, OF_A_PART, DatedChange, What, at_midday
from acc.scenario import Scenario
from profiles.reference.kinds import AddedUse


def made_of_changes(
    scenario: Scenario, curve_of_use: Callable[[AddedUse], FloatArray]
) -> Mapping[DatedChange, FloatArray]:
    """Return, as if each change held all year, (T,): kWh that it adds, or the ratio of the part it bears on.

    A use that can move is made at midday too. What is moved leaves its usual hours: these kWh are below zero.

    Args:
        curve_of_use: makes 1 kWh in twelve months of a use, or the ratio of a part.
    """
    sites = {site.id: site for site in scenario.participants}
    curves: dict[DatedChange, FloatArray] = {}
    uses = [dated for dated in scenario.changes if dated.what in ADDED | OF_A_PART]
    for change in (*uses, *filter(None, map(at_midday, uses))):
        site = sites[change.site]
        profile = change.profile or site.source.profile
        use = AddedUse(change.what.value, change.hours, profile, site.position)
        values = curve_of_use(use)
        if change.what is What.HOURS:
            values = values - curve_of_use(replace(use, hours=()))
        curves[change] = values if change.what in OF_A_PART else change.kwh * values
    return curves
