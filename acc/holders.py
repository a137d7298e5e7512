"""Who holds each site and plant, and what papers say of it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from acc.parties import Party
from acc.scenario import Scenario
from acc.sites import Participant


def party_of(scenario: Scenario, id_: str) -> Party:
    """Party named in papers for a person, site or plant: its own row over that of its person."""
    _sites, owners = holders_of(scenario, [plant.producer for plant in scenario.plants])
    holder = dict(zip((plant.id for plant in scenario.plants), owners, strict=True))
    holder |= {site.id: site.person or site.id for site in (*scenario.absent, *scenario.participants)}
    stated: dict[str, Any] = {}
    for key in (holder.get(id_, id_), id_):
        row = asdict(scenario.parties.get(key, Party(id=key)))
        stated |= {name: value for name, value in row.items() if value is not None}
    return Party(**stated | {"id": id_})


def holders_of(scenario: Scenario, owners: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the person of each participant and, from who produces it, of each plant, by id.

    The stated one; else each participant is its own person, and a plant is its owner's: a participant, a
    person, or a third party that the folder only names.
    """
    of_site = {site.id: site.person or site.id for site in scenario.participants}
    by_name = {person.name: person.id for person in scenario.persons or ()}
    of_plant = tuple(of_site.get(owner) or by_name.get(owner) or owner for owner in owners)
    return tuple(of_site.values()), of_plant


def without_holder(scenario: Scenario) -> tuple[Participant, ...]:
    """Return the sites of which nobody said in whose name the supplier's contract is.

    The grid operator takes a point under the name of that contract; the name of the party stands for it.
    """
    parties = [(site, party_of(scenario, site.id)) for site in scenario.participants]
    return tuple(site for site, party in parties if not (party.holder or party.legal_name))
