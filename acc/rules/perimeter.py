"""Who stands where, how far apart, and the largest group that a distance allows.

The limit of the law is on the two most distant sites, not on a circle: three sites 2 km apart from
each other fit no circle of 2 km across and are lawful; two sites 4 km apart fit a circle of 2 km
radius and are not (arrêté of 21 November 2019, art. 1).
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from gettext import gettext as _
from typing import TypedDict

import numpy as np

from acc.arrays import FloatArray
from acc.rules.largest_group import _largest_from
from acc.scenario import Regime
from acc.sites import Kind, Participant, Plant, Site

NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """A dated figure as a check quotes it."""

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
    distance_km: Mapping[Regime, Figure]
    class_min: Mapping[Regime, Figure]
    class_max: Figure | None
    power_mw: Figure
    power_zni_mw: Figure
    power_epci_mw: Figure | None
    accise_site_mw: Figure | None
    margin_ratio: Figure
    same_place_km: Figure


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """The sites that the rules look at: participants first, then plants.

    Attributes:
        distances_km: between sites, in that order, shape (N + M, N + M); NaN where a position is missing.
        bodies: what owners are who are known and do not consume in this operation, by id.
    """

    participants: tuple[Participant, ...]
    plants: tuple[Plant, ...]
    distances_km: FloatArray
    bodies: Mapping[str, Kind] = field(default_factory=dict)

    def __post_init__(self) -> None:
        count = len(self.participants) + len(self.plants)
        if self.distances_km.shape != (count, count):
            raise ValueError(_("the distances do not have the same sites as the members"))

    @property
    def sites(self) -> tuple[Site, ...]:
        """Every delivery and injection point, in the order of the distances."""
        return (*self.participants, *self.plants)

    @property
    def kinds(self) -> list[Kind | None]:
        """What each site's body is; for a plant, its owner's kind, None when nobody knows the owner."""
        known = {**self.bodies, **{member.id: member.kind for member in self.participants}}
        owners = [plant.owner if plant.owner is not None else plant.behind for plant in self.plants]
        return [*(member.kind for member in self.participants), *(known.get(o or "") for o in owners)]

    @property
    def unplaced(self) -> list[int]:
        """Sites whose position is missing."""
        return [int(index) for index in np.flatnonzero(np.isnan(np.diag(self.distances_km)))]

    def ids(self, indexes: Iterable[int]) -> tuple[str, ...]:
        """Return the ids of some sites."""
        sites = self.sites
        return tuple(sites[index].id for index in indexes)

    def names(self, indexes: Sequence[int]) -> str:
        """Return some sites as a sentence names them; a long list is cut and counted."""
        sites = self.sites
        listed = ", ".join(sites[index].name for index in indexes[:NAMES_SHOWN])
        more = len(indexes) - NAMES_SHOWN
        return _("{names} and {count} others").format(names=listed, count=more) if more > 0 else listed

    def part(self, indexes: Iterable[int]) -> "Members":
        """Return the members reduced to some sites."""
        kept = sorted(indexes)
        count = len(self.participants)
        return Members(
            tuple(self.participants[i] for i in kept if i < count),
            tuple(self.plants[i - count] for i in kept if i >= count),
            self.distances_km[np.ix_(kept, kept)],
            {**self.bodies, **{member.id: member.kind for member in self.participants}},
        )


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sites, by position in the distances, and how far apart they are."""

    first: int
    second: int
    distance_km: float


def longest_pair(distances_km: FloatArray) -> Pair | None:
    """Return the two most distant sites of `distances_km` (S, S); None below two placed sites.

    >>> longest_pair(np.array([[0.0, 1.0, 3.0], [1.0, 0.0, 2.5], [3.0, 2.5, 0.0]]))
    Pair(first=0, second=2, distance_km=3.0)
    """
    above = np.where(np.isnan(distances_km), -1.0, distances_km)
    above[np.tril_indices(len(above))] = -1.0
    if not above.size or above.max() < 0.0:
        return None
    first, second = np.unravel_index(int(above.argmax()), above.shape)
    return Pair(int(first), int(second), float(above[first, second]))


def smallest_leaving_set(distances_km: FloatArray, limit_km: float, plants_from: int) -> tuple[int, ...]:
    """Return the fewest sites whose leaving makes every distance at most `limit_km`, farthest first.

    What stays holds a plant and a participant whenever some plant has a participant in reach:
    an operation without plant would be lawful and useless. Of several such sets, the one that
    leaves the most compact group. Sites without position stay.

    Args:
        distances_km: shape (S, S).
        plants_from: position of the first plant; participants stand before it.
    """
    count = len(distances_km)
    plants = [(plant,) for plant in range(plants_from, count)]
    find = partial(_largest_from, distances_km, plants, plants_from)
    if not find(limit_km):
        find = partial(_largest_from, distances_km, [()], count)
    kept = find(limit_km)
    limits_km = np.unique(distances_km[distances_km <= limit_km])
    tightest = bisect_left(limits_km, len(kept), key=lambda km: len(find(km, enough=len(kept))))
    kept = find(limits_km[tightest]) if tightest < len(limits_km) else kept
    leaving = sorted(set(range(count)) - set(kept))
    reach = {site: float(np.nan_to_num(distances_km[site, list(kept)]).max(initial=0.0)) for site in leaving}
    return tuple(sorted(leaving, key=lambda site: -reach[site]))
