"""Which group of a split has the battery: the nearest whose perimeter holds with it, and no other."""

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _

import numpy as np

from acc.result.groups import BatteryHome, LawfulGroup
from acc.rules.all_checks import regime_checks, worst_state
from acc.rules.check import Check, State
from acc.rules.perimeter import Members, PerimeterRules
from acc.scenario import Battery, Scenario
from scenarios.entry.folder.battery_and_loads import checked_members
from scenarios.entry.places.geography import distances_km


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
        if worst_state(_checks_with_it(scenario, groups[index], rules)) is not State.NOT_MET:
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


def with_battery(
    scenario: Scenario, groups: Sequence[LawfulGroup], home: BatteryHome | None, rules: PerimeterRules
) -> tuple[LawfulGroup, ...]:
    """Return the groups, that of the battery checked with it."""
    return tuple(
        replace(group, checks=_checks_with_it(scenario, group, rules))
        if home is not None and home.group == number
        else group
        for number, group in enumerate(groups, start=1)
    )


def _checks_with_it(scenario: Scenario, group: LawfulGroup, rules: PerimeterRules) -> tuple[Check, ...]:
    """Return the checks of the perimeter of a group once the battery is one of its sites."""
    part = replace(
        scenario,
        regime=group.regime,
        participants=tuple(p for p in scenario.participants if p.id in group.participant_ids),
        plants=tuple(p for p in scenario.plants if p.id in group.plant_ids),
    )
    return tuple(regime_checks(checked_members(part), group.regime, rules))
