"""Who holds what: sites and plants of each person, by column; without `persons.csv` each is its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from acc.accounts.ledger import holders_of
from acc.scenario import Scenario
from acc.sites import Kind


@dataclass(frozen=True, slots=True)
class Holding:
    """One person and what it holds.

    Attributes:
        kind: its own, else that of its first site; None for an owner of whom the folder tells nothing.
        sites, plants: columns of its participants and of its plants.
    """

    id: str
    name: str
    kind: Kind | None
    sites: tuple[int, ...]
    plants: tuple[int, ...]


def holdings(scenario: Scenario, owners: Sequence[str] | None = None) -> tuple[Holding, ...]:
    """Return each person, in the order in which sites and then plants name them.

    Args:
        owners: producer of each plant as its euros name it; that of the scenario where none are computed.
    """
    of_site, of_plant = holders_of(scenario, owners or [plant.producer for plant in scenario.plants])
    names = {site.id: site.name for site in (*scenario.participants, *scenario.plants)}
    names |= {person.id: person.name for person in scenario.persons or ()}
    kinds = {person.id: person.kind for person in scenario.persons or ()}
    found = []
    for id_ in dict.fromkeys((*of_site, *of_plant)):
        sites = tuple(n for n, person in enumerate(of_site) if person == id_)
        plants = tuple(m for m, person in enumerate(of_plant) if person == id_)
        kind = kinds.get(id_) or (scenario.participants[sites[0]].kind if sites else None)
        found.append(Holding(id_, names.get(id_, id_), kind, sites, plants))
    return tuple(found)
