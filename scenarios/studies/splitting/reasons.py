"""Why a split leaves a site out: its position, its class, nobody in reach, or a better use of who is."""

from collections.abc import Sequence
from gettext import gettext as _

import numpy as np

from acc.rules.largest_group import positions_of
from acc.rules.perimeter import Members, PerimeterRules
from acc.scenario import Regime
from scenarios.studies.splitting.units import Units, class_allowed


def reason(units: Units, members: Members, rules: PerimeterRules, unit: int) -> str:
    """Return why no group takes a unit."""
    if set(units.sites[unit]) & set(members.unplaced):
        return _("no position: give its latitude and longitude")
    if not any(near[unit] >> unit & 1 for near in units.near.values()):
        return _("none of the regimes asked for allows it: see its density class, its EPCI and its kind")
    if units.regime(1 << unit) is None:
        return _("no regime allows it by itself: its power passes the cap of an operation")
    wanted, nobody = _missing(units, unit)
    if not units.reach(unit) & wanted:
        return _with_nearest(units, members, rules, unit, wanted, nobody)
    return _("those within reach share more in groups where it may not stand: too far from one of them")


def _missing(units: Units, unit: int) -> tuple[int, str]:
    """Return the units that this one needs, and what to say when none is in reach."""
    if not units.with_plant >> unit & 1:
        return units.with_plant, _("no plant within reach under any regime")
    if not units.with_load >> unit & 1:
        return units.with_load, _("no consumer within reach under any regime")
    return units.with_plant | units.with_load, _("nobody within reach under any regime")


def _with_nearest(
    units: Units, members: Members, rules: PerimeterRules, unit: int, wanted: int, nobody: str
) -> str:
    sites = [site for other in positions_of(wanted & ~(1 << unit)) for site in units.sites[other]]
    distances_km = members.distances_km[units.sites[unit][0], sites]
    if not np.isfinite(distances_km).any():
        return nobody
    nearest = sites[int(np.nanargmin(distances_km))]
    away_km = float(np.nanmin(distances_km))
    text = _("{nobody}: the nearest, {name}, stands {metres} m away").format(
        nobody=nobody, name=members.sites[nearest].name, metres=round(1000.0 * away_km)
    )
    return text + _obstacle(members, rules, (units.sites[unit][0], nearest), away_km)


def _obstacle(members: Members, rules: PerimeterRules, pair: Sequence[int], away_km: float) -> str:
    """Return what keeps two sites apart that a derogation would reach: a class not known, or too dense."""
    reached = [
        regime
        for regime in (Regime.KM_10, Regime.KM_20)
        if regime in rules.distance_km
        and away_km <= rules.distance_km[regime].value * (1.0 - rules.margin_ratio.value)
    ]
    for regime in reached:
        refused = [i for i in pair if not class_allowed(members.sites[i].density_class, rules, regime)]
        unknown = [i for i in refused if members.sites[i].density_class is None]
        limit = rules.distance_km[regime].value
        if unknown and len(unknown) == len(refused):
            message = _(", within {limit:g} km, but the density class of {who} is to verify in INSEE's grid")
            return message.format(limit=limit, who=members.names(unknown))
    dense = [i for i in pair if members.sites[i].density_class is not None]
    refused = [
        i for i in dense if reached and not class_allowed(members.sites[i].density_class, rules, reached[0])
    ]
    if not refused:
        return ""
    message = _(", within {limit:g} km, but {who} stands in a commune of class {number}")
    site = members.sites[refused[0]]
    limit = rules.distance_km[reached[0]].value
    return message.format(limit=limit, who=site.name, number=site.density_class)
