"""Who stands where, how far apart, and the largest group that a distance allows.

The limit of the law is on the two most distant sites, not on a circle: three sites 2 km apart from
each other fit no circle of 2 km across and are lawful; two sites 4 km apart fit a circle of 2 km
radius and are not (arrêté of 21 November 2019, art. 1).

What the person of a site or plant is before the law: its kind, its public-service mission.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from gettext import gettext as _
from gettext import ngettext
from typing import TypedDict

import numpy as np

from acc.arrays import FloatArray
from acc.rules.distances import Apart, Distances, Pair, apart_of
from acc.rules.max_diameter_group import EFFORT, farthest_km, largest_lawful
from acc.scenario import Regime, Scenario
from acc.sites import Kind, Participant, Plant, Site


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


NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class QuotedFigure:
    """A dated figure as a check quotes it: `value` in the unit of the field that holds it (km, MW)."""

    value: float
    reference: str
    in_force_from: date
    confidence: str

    @property
    def quoted(self) -> "Quoted":
        """The fields of a check that name its text."""
        return {
            "reference": self.reference,
            "in_force_from": self.in_force_from,
            "confidence": self.confidence,
        }


class Quoted(TypedDict):
    """Where a figure comes from, as a check carries it."""

    reference: str
    in_force_from: date
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PerimeterRules:
    """The figures in force on one day; a regime that did not exist yet has no figure.

    Attributes:
        on: the day they are read at.
        distance_km: largest distance between two sites, by regime (2, 10 and 20 km).
        class_min: lowest INSEE density class allowed, by regime (10 and 20 km); classes go up to `class_max`.
        power_mw, power_zni_mw, power_epci_mw: cumulated power that must not be reached.
        accise_site_mw: power of one production site from which the zero rate of accise is lost.
        margin_ratio: how near a limit the method of measuring decides.
        same_place_km: beyond it, two points are not in one building nor on one site.
    """

    on: date
    distance_km: Mapping[Regime, QuotedFigure]
    class_min: Mapping[Regime, QuotedFigure]
    class_max: QuotedFigure | None
    power_mw: QuotedFigure
    power_zni_mw: QuotedFigure
    power_epci_mw: QuotedFigure | None
    accise_site_mw: QuotedFigure | None
    margin_ratio: QuotedFigure
    same_place_km: QuotedFigure


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """The sites that the rules look at: participants first, then plants.

    Attributes:
        distances: between sites, in that order: a table (N + M, N + M), or what gives them without one.
        bodies: what persons are, by id: those of whom the folder says it, owners who do not consume here.
    """

    participants: tuple[Participant, ...]
    plants: tuple[Plant, ...]
    distances: Distances
    bodies: Mapping[str, Body] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.distances) != len(self.participants) + len(self.plants):
            raise ValueError(_("the distances do not have the same sites as the members"))

    @property
    def apart(self) -> Apart:
        """The distances between sites, for those asked for."""
        return apart_of(self.distances)

    @property
    def distances_km(self) -> FloatArray:
        """All of them, shape (N + M, N + M), NaN where a position is missing: for few sites."""
        return self.apart.matrix()

    @property
    def sites(self) -> tuple[Site, ...]:
        """Every delivery and injection point, in the order of the distances."""
        return (*self.participants, *self.plants)

    @property
    def persons(self) -> list[Body]:
        """What the person of each site is, the owner for a plant; nothing known where nobody knows it."""
        known = with_sites(self.bodies, self.participants)
        holders = [*(member.id for member in self.participants), *(plant.producer for plant in self.plants)]
        return [known.get(holder, Body()) for holder in holders]

    @property
    def unknown_owners(self) -> tuple[str, ...]:
        """Owners of plants of whom it is not known whether they have a public-service mission."""
        owners = zip(self.plants, self.persons[len(self.participants) :], strict=True)
        return tuple(dict.fromkeys(plant.producer for plant, body in owners if body.is_public is None))

    @property
    def unplaced(self) -> list[int]:
        """Sites whose position is missing."""
        return [int(index) for index in np.flatnonzero(~self.apart.placed)]

    @property
    def approximate(self) -> list[int]:
        """Sites of which only the commune is known."""
        return [index for index, site in enumerate(self.sites) if site.within_km]

    @property
    def slack_km(self) -> float:
        """By how much a distance may be off: what the two least known positions leave open."""
        return sum(sorted((site.within_km for site in self.sites), reverse=True)[:2])

    def ids(self, indexes: Iterable[int]) -> tuple[str, ...]:
        """Return the ids of the sites in some rows, in the order of these."""
        sites = self.sites
        return tuple(sites[index].id for index in indexes)

    def names(self, indexes: Sequence[int]) -> str:
        """Return some sites as a sentence names them; a long list is cut and counted."""
        sites = self.sites
        listed = ", ".join(sites[index].name for index in indexes[:NAMES_SHOWN])
        more = len(indexes) - NAMES_SHOWN
        return _("{names} and {count} others").format(names=listed, count=more) if more > 0 else listed

    def places(self, indexes: Sequence[int]) -> str:
        """Return some sites as a remedy names them: a commune whose sites are all there is one name."""
        sites = self.sites
        counter = Counter(site.commune for site in sites)
        count_by_commune = Counter(sites[i].commune for i in indexes)
        together = [name for name, count in count_by_commune.items() if name and count == counter[name] > 1]
        alone = [i for i in indexes if sites[i].commune not in together]
        names = [self._place(name) for name in together]
        return ", ".join([*names, *([self.names(alone)] if alone else [])])

    def _place(self, commune: str) -> str:
        sites = sum(participant.commune == commune for participant in self.participants)
        plants = sum(plant.commune == commune for plant in self.plants)
        names = [
            ngettext("{count} site", "{count} sites", sites).format(count=sites) if sites else "",
            ngettext("{count} plant", "{count} plants", plants).format(count=plants) if plants else "",
        ]
        return f"{commune} ({', '.join(filter(None, names))})"

    def part(self, indexes: Iterable[int]) -> "Members":
        """Return the members reduced to some sites."""
        kept = sorted(indexes)
        count = len(self.participants)
        people = tuple(self.participants[i] for i in kept if i < count)
        plants = tuple(self.plants[i - count] for i in kept if i >= count)
        holders = {*(site.person for site in people), *(plant.producer for plant in plants)} - {None}
        of_them = (site for site in self.participants if site.id in holders or site.person in holders)
        return Members(people, plants, self.apart.part(kept), with_sites(self.bodies, of_them))

    def if_confirmed(self) -> "Members":
        """Return the members once each unknown owner is known to have a public-service mission."""
        confirmed = {owner: Body(public_mission=True) for owner in self.unknown_owners}
        return replace(self, bodies={**self.bodies, **confirmed})


def longest_pair(distances: Distances) -> Pair | None:
    """Return the two most distant sites; None below two placed sites.

    >>> longest_pair(np.array([[0.0, 1.0, 3.0], [1.0, 0.0, 2.5], [3.0, 2.5, 0.0]]))
    Pair(first=0, second=2, distance_km=3.0)
    """
    return apart_of(distances).longest


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who must leave for every distance to be within a limit.

    Attributes:
        sites: positions, farthest first.
        at_least: no fewer can leave; equal to the number of `sites` when that was proven.
    """

    sites: tuple[int, ...]
    at_least: int

    @property
    def proven(self) -> bool:
        """Whether no smaller set would do."""
        return self.at_least == len(self.sites)


def who_leaves(distances: Distances, limit_km: float, plants_from: int, effort: int = EFFORT) -> Leaving:
    """Return the fewest sites whose leaving makes every distance at most `limit_km`, farthest first.

    What stays holds a plant and a participant whenever some plant has a participant in reach:
    an operation without plant would be lawful and useless. Of several such sets, the one that
    leaves the most compact group. Sites without position stay.

    Args:
        plants_from: position of the first plant; participants stand before it.
        effort: distances looked at before the search gives its best set, unproven; no clock, so that the
            answer is the same on every machine.
    """
    apart = apart_of(distances)
    key = ((None if apart.points_km is None else apart.points_km.tobytes()), limit_km, plants_from, effort)
    if key[0] is not None and (known := _CACHE.get(key)) is not None:
        return known
    group = largest_lawful(apart, limit_km, plants_from, effort)
    kept = sorted(group.kept)
    leaving = np.setdiff1d(np.arange(len(apart)), kept)
    reach_km = farthest_km(apart, leaving, np.asarray(kept, dtype=np.int64))
    order = leaving[np.argsort(-reach_km, kind="stable")]
    answer = Leaving(tuple(order.tolist()), len(apart) - group.at_most)
    if key[0] is not None:
        while len(_CACHE) >= MOST_CACHED:
            _CACHE.pop(next(iter(_CACHE)), None)
        _CACHE[key] = answer
    return answer


MOST_CACHED = 64
_CACHE: dict[tuple[bytes | None, float, int, int], Leaving] = {}
"""Answers to `who_leaves`, a search: who changes a price in a meeting asks it again of the same places."""


def smallest_leaving_set(distances: Distances, limit_km: float, plants_from: int) -> tuple[int, ...]:
    """Return the sites of `who_leaves`, proven the fewest or not."""
    return who_leaves(distances, limit_km, plants_from).sites
