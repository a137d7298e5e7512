"""What the person of a site or plant is before the law: its kind, its public-service mission."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from acc.scenario import Scenario
from acc.sites import Kind, Participant


@dataclass(frozen=True, slots=True)
class Body:
    """What a person is known to be.

    Attributes:
        kind: None where nothing says it.
        public_mission: whether the folder says that it has a public-service mission, None where it is silent.
    """

    kind: Kind | None = None
    public_mission: bool | None = None

    @property
    def is_local_authority(self) -> bool:
        """Whether it is a commune or an EPCI."""
        return self.kind in {Kind.COMMUNE, Kind.EPCI}

    @property
    def is_public(self) -> bool | None:
        """Whether the EPCI case can include it: None where that is to verify.

        >>> Body(Kind.EPCI).is_public, Body(Kind.COMPANY).is_public, Body(Kind.COMPANY, True).is_public
        (True, False, True)
        >>> Body().is_public is None
        True
        """
        if self.is_local_authority or self.public_mission is not None:
            return self.is_local_authority or self.public_mission
        return None if self.kind is None else self.kind.has_public_mission


def bodies_of(scenario: Scenario) -> dict[str, Body]:
    """Bodies of the persons of a folder, by id and by name, and of owners who do not consume, by id."""
    persons = scenario.persons or ()
    bodies = {person.name: Body(person.kind, person.public_mission) for person in persons}
    bodies |= {person.id: Body(person.kind, person.public_mission) for person in persons}
    return with_sites(bodies, scenario.absent)


def with_sites(bodies: Mapping[str, Body], sites: Iterable[Participant]) -> dict[str, Body]:
    """Return bodies with those of some sites, by site and by person: else a person is what its site is."""
    known = dict(bodies)
    for site in sites:
        known[site.id] = known[site.person or site.id] = body_of(site, known)
    return known


def body_of(site: Participant, bodies: Mapping[str, Body]) -> Body:
    """Body of the person of a site: from the row of the person, else from that of the site."""
    body = bodies.get(site.person or site.id, Body())
    return body if body.kind is not None else replace(body, kind=site.kind)
