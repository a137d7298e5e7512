"""The rules on power: the cap of the operation, and the power of one site that bears the accise."""

from gettext import gettext as _

import numpy as np

from acc.arrays import BoolArray
from acc.rules.check import Check, State
from acc.rules.epci import outside_mainland
from acc.rules.perimeter import Figure, Members, PerimeterRules
from acc.scenario import Regime


def check_power(members: Members, regime: Regime, rules: PerimeterRules) -> list[Check]:
    """Return the check that the cumulated peak power stays under the cap; none in one building.

    "Inférieure à": the cap itself is too much. The culprits are the largest plants, as few as it takes.
    """
    figure = _cap(members, regime, rules)
    if figure is None:
        return []
    total_kwp = sum(plant.kwp for plant in members.plants)
    limit_kwp = 1000.0 * figure.value
    excess_kwp = total_kwp - limit_kwp
    culprits = _largest_plants(members, excess_kwp) if excess_kwp >= 0.0 else []
    message = _("Take out more than {kwp} kWp, or make two operations: {names}.")
    return [
        Check(
            rule="power",
            state=State.NOT_MET if culprits else State.MET,
            title=_("The plants together stay under {limit:g} MW").format(limit=figure.value),
            measured=total_kwp,
            limit=limit_kwp,
            unit="kWp",
            culprits=members.ids(culprits),
            remedy=message.format(kwp=round(excess_kwp), names=members.names(culprits)) if culprits else "",
            **figure.quoted,
        )
    ]


def _cap(members: Members, regime: Regime, rules: PerimeterRules) -> Figure | None:
    if regime is Regime.BUILDING:
        return None
    if outside_mainland(members):
        return rules.power_zni_mw
    return rules.power_epci_mw if regime is Regime.EPCI else rules.power_mw


def _largest_plants(members: Members, excess_kwp: float) -> list[int]:
    """Return the fewest plants whose leaving brings the total under the cap, as positions of sites."""
    order = sorted(range(len(members.plants)), key=lambda plant: -members.plants[plant].kwp)
    leaving: list[int] = []
    for plant in order:
        leaving.append(plant + len(members.participants))
        excess_kwp -= members.plants[plant].kwp
        if excess_kwp < 0.0:
            break
    return leaving


def check_accise(members: Members, rules: PerimeterRules) -> list[Check]:
    """Return the check that no production site loses the zero rate of accise.

    A site is what stands at one place (plants without position stand alone). The operation stays
    lawful without it: its kWh are taxed.
    """
    figure = rules.accise_site_mw
    if figure is None or not members.plants:
        return []
    sites = production_sites(members, rules.same_place_km.value)
    powers = [sum(members.plants[plant].kwp for plant in site) for site in sites]
    limit_kwp = 1000.0 * figure.value
    over = [site for site, kwp in zip(sites, powers, strict=True) if kwp >= limit_kwp]
    plants = [plant + len(members.participants) for site in over for plant in site]
    return [
        Check(
            rule="accise",
            state=_accise_state(members, over),
            title=_("Each production site stays under {limit:g} MW and its local kWh bear no accise").format(
                limit=figure.value
            ),
            measured=max(powers),
            limit=limit_kwp,
            unit="kWp",
            culprits=members.ids(plants),
            remedy=_accise_remedy(members, over, plants),
            binding=False,
            **figure.quoted,
        )
    ]


def _accise_state(members: Members, over: list[list[int]]) -> State:
    if not over:
        return State.MET
    sure = any(_is_one_site(members, site) for site in over)
    return State.NOT_MET if sure else State.TO_VERIFY


def _is_one_site(members: Members, site: list[int]) -> bool:
    """Return whether plants at one place surely are one production site: one plant, or one known owner."""
    owners = {members.plants[plant].owner for plant in site}
    return len(site) == 1 or (len(owners) == 1 and None not in owners)


def _accise_remedy(members: Members, over: list[list[int]], plants: list[int]) -> str:
    if not over:
        return ""
    if _accise_state(members, over) is State.NOT_MET:
        message = _("The operation stays lawful, but the local kWh of {names} bear the full rate.")
    else:
        message = _("At one place but of several owners, or of unknown ones: ask customs for {names}.")
    return message.format(names=members.names(plants))


def production_sites(members: Members, same_place_km: float) -> list[list[int]]:
    """Return the plants of each place: neighbours within `same_place_km`, step by step."""
    plants = np.arange(len(members.participants), len(members.sites))
    # NaN (a plant without position) is not near, so such a plant stands alone.
    near: BoolArray = members.apart.between(plants, plants) <= same_place_km
    left, sites = list(range(len(members.plants))), []
    while left:
        site, grown = {left[0]}, 0
        while grown != len(site):
            grown = len(site)
            site |= {int(plant) for plant in np.flatnonzero(near[sorted(site)].any(axis=0))}
        sites.append(sorted(site))
        left = [plant for plant in left if plant not in site]
    return sites
