"""Which group of a split has the battery: the nearest whose perimeter holds with it, and no other."""

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _

import numpy as np

from acc.result.groups import BatteryHome, LawfulGroup
from acc.rules.all_checks import regime_checks
from acc.rules.check import State
from acc.rules.perimeter import Members, PerimeterRules
from acc.scenario import Battery, Scenario
from scenarios.folder.battery_and_loads import checked_members
from scenarios.folder.geography import distances_km


def battery_home(
    scenario: Scenario, members: Members, groups: Sequence[LawfulGroup], rules: PerimeterRules
) -> BatteryHome | None:
    """Return where the battery goes; None without a battery, or without any group."""
    battery = scenario.battery
    if battery is None or not groups:
        return None
    if battery.position is None:
        why = _("its place is not known (latitude, longitude of [battery]): with the group that shares most")
        return BatteryHome(name=battery.name, group=1, why=why)
    away_km = [_away_km(battery, members, group) for group in groups]
    order = sorted(range(len(groups)), key=lambda index: (away_km[index], index))
    for index in order:
        if _may_have_it(scenario, groups[index], rules):
            why = _("the nearest group whose perimeter holds with it, {metres} m away")
            return BatteryHome(
                name=battery.name, group=index + 1, why=why.format(metres=_metres(away_km[index]))
            )
    why = _("no group has it, since it would break each perimeter; the nearest site stands {metres} m away")
    return BatteryHome(name=battery.name, group=None, why=why.format(metres=_metres(away_km[order[0]])))


def _metres(distance_km: float) -> int:
    return round(1000.0 * distance_km)


def _away_km(battery: Battery, members: Members, group: LawfulGroup) -> float:
    """Return the distance from the battery to the nearest site of a group."""
    places = [members.sites[site].position for site in group.sites]
    return float(np.nanmin(distances_km([battery.position, *places])[0, 1:]))


def _may_have_it(scenario: Scenario, group: LawfulGroup, rules: PerimeterRules) -> bool:
    """Return whether no rule of the perimeter of a group is broken once the battery is one of its sites."""
    part = replace(
        scenario,
        regime=group.regime,
        participants=tuple(p for p in scenario.participants if p.id in group.participant_ids),
        plants=tuple(p for p in scenario.plants if p.id in group.plant_ids),
    )
    found = regime_checks(checked_members(part), group.regime, rules)
    return all(check.state is not State.NOT_MET for check in found)
