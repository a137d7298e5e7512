"""Who holds what: sites and plants of each person, by column; without `persons.csv` each is its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from acc.holders import holders_of
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
    names = {site.id: site.name for site in (*scenario.participants, *scenario.absent, *scenario.plants)}
    names |= {person.id: person.name for person in scenario.persons or ()}
    kinds = {site.id: site.kind for site in scenario.absent}
    kinds |= {person.id: person.kind for person in scenario.persons or () if person.kind is not None}
    sites_of: dict[str, list[int]] = {id_: [] for id_ in (*of_site, *of_plant)}
    plants_of: dict[str, list[int]] = {id_: [] for id_ in sites_of}
    for n, person in enumerate(of_site):
        sites_of[person].append(n)
    for m, person in enumerate(of_plant):
        plants_of[person].append(m)
    by_person = []
    for id_, sites in sites_of.items():
        kind = kinds.get(id_) or (scenario.participants[sites[0]].kind if sites else None)
        by_person.append(Holding(id_, names.get(id_, id_), kind, tuple(sites), tuple(plants_of[id_])))
    return tuple(by_person)
