"""The places of the network and its plants, where they lie on a map: who is there, what may be told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from itertools import chain

import numpy as np

from acc.arrays import FloatArray
from acc.household_privacy import HOMES, may_have_a_row
from acc.result.result import Result
from acc.scenario import Scenario
from acc.sites import Plant, Site, unique_plant_name
from acc.time_aggregates import peak
from reports.format.wording import sentence
from reports.view.privacy import LEAST_CLOSED
from reports.view.view import View

KM_PER_DEG = 111.2
"""Of latitude; of longitude, times the cosine of the latitude."""

Point = tuple[float, float]


def outline(points: Sequence[Point]) -> list[Point]:
    """Return the corners of the smallest convex shape that holds some points (Andrew, 1979).

    >>> outline([(0.0, 0.0), (2.0, 0.0), (1.0, 1.0), (2.0, 2.0), (0.0, 2.0)])
    [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]
    """
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered or [(0.0, 0.0)]
    return [*_side_of(ordered)[:-1], *_side_of(ordered[::-1])[:-1]]


def _side_of(points: Sequence[Point]) -> list[Point]:
    """Return one side of that shape, from the first point to the last, always turning the same way."""
    kept: list[Point] = []
    for x, y in points:
        while len(kept) > 1:
            (x0, y0), (x1, y1) = kept[-2:]
            if (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) > 0.0:
                break
            kept.pop()
        kept.append((x, y))
    return kept


WITHOUT_DEROGATION_KM = 2.0
"""Beyond it a derogation is asked for (arrêté of 21 November 2019, art. 1), whatever its own limit."""


def far_pairs(scenario: Scenario, distances_km: FloatArray) -> list[tuple[str, str, float]]:
    """Return the names of each two sites beyond the 2 km and their distance, km, farthest first.

    Args:
        distances_km: between participants then plants, NaN where a place is missing.
    """
    names = site_names(scenario)
    first, second = np.triu_indices(len(names), 1)
    apart = distances_km[first, second]
    order = np.argsort(-np.nan_to_num(apart), kind="stable")
    far = (i for i in order.tolist() if apart[i] > WITHOUT_DEROGATION_KM)
    return [(names[first[i]], names[second[i]], float(apart[i])) for i in far]


def site_names(scenario: Scenario) -> list[str]:
    """Return the names of sites then plants, a plant told apart from the site of its name."""
    roofs = [unique_plant_name(plant, scenario.participants) for plant in scenario.plants]
    return [*(site.name for site in scenario.participants), *roofs]


@dataclass(frozen=True, slots=True)
class PlantGroup:
    """One row: a plant, or several together.

    Attributes:
        plants: their places in the scenario.
    """

    name: str
    plants: tuple[int, ...]


def plant_groups(view: View) -> list[PlantGroup]:
    """Return the plants of the first year, a row each, those of who is not named in one row of three holders.

    What a plant gives to the meter that it stands behind is what its holder uses, and what it sells is what
    its owner earns: with fewer, the smallest of the others join them, those that serve a meter first.
    """
    plants, energy = view.result.scenario.plants, view.result.energy
    present = [i for i, p in enumerate(plants) if p.id not in view.later]
    closed = [i for i in present if view.names[plants[i].id] != plants[i].name]
    smallest = sorted(
        (i for i in present if i not in closed),
        key=lambda i: (energy.own_use_kwh[i] <= 0.0, energy.production_kwh[i]),
    )
    for i in smallest if closed else ():
        if len({plant_holder(view, plants[index]) for index in closed}) >= LEAST_CLOSED:
            break
        closed.append(i)
    rows = [PlantGroup(view.names[plants[i].id], (i,)) for i in present if i not in closed]
    if not closed:
        return rows
    return [*rows, PlantGroup(sentence("plants-together", len(closed)), tuple(sorted(closed)))]


def plant_holder(view: View, plant: Plant) -> str:
    """Return the person whose figures a plant tells: of the site that it stands behind, else its owner."""
    sites = {site.id: site.person or site.id for site in view.result.scenario.participants}
    return sites.get(plant.behind or plant.producer, plant.producer)


@dataclass(frozen=True, slots=True)
class NetworkPlace:
    """One place of the network: the columns of its sites and of its plants, those of the first year.

    Attributes:
        is_shown: whether its figures may be told; else they would be those of one or two who are not named.
    """

    name: str
    sites: tuple[int, ...]
    plants: tuple[int, ...]
    is_shown: bool = True


def places(view: View) -> list[NetworkPlace]:
    """Return the places by name: substations, by commune where one is not known.

    A place tells figures where nobody there is without a row, or three holders are, and no home or ten. So do
    all that are not told together: what everybody has, less the places that are told, is theirs.
    """
    network_places = [NetworkPlace(name, *rows) for name, rows in sorted(_by_name(view).items())]
    untold = [place for place in network_places if not _may_tell(view, [place])]
    for place in sorted(network_places, key=lambda place: sum(map(len, _without_a_row(view, [place])))):
        if not untold or _may_tell(view, untold):
            break
        if place not in untold:
            untold.append(place)
    return [replace(place, is_shown=place not in untold) for place in network_places]


def place_word(view: View) -> str:
    """Name of the kind of places: substations, or communes where none is known."""
    return _("Substation") if _has_substation(view) else _("Commune")


def place_name(view: View, site: Site) -> str:
    """Return the substation of a site, or its commune."""
    if site.substation:
        return site.substation
    commune = site.commune or site.insee
    if not _has_substation(view):
        return commune or _("not given")
    return _("{commune} (substation not given)").format(commune=commune or "?")


def _has_substation(view: View) -> bool:
    scenario = view.result.scenario
    return any(site.substation for site in chain(scenario.participants, scenario.plants))


def _by_name(view: View) -> dict[str, tuple[tuple[int, ...], tuple[int, ...]]]:
    scenario = view.result.scenario
    kinds: tuple[Sequence[Site], Sequence[Site]] = (scenario.participants, scenario.plants)
    columns: dict[str, tuple[list[int], list[int]]] = {}
    for kind, sites in enumerate(kinds):
        for index, site in enumerate(sites):
            if site.id not in view.later:
                columns.setdefault(place_name(view, site), ([], []))[kind].append(index)
    return {name: (tuple(some), tuple(plants)) for name, (some, plants) in columns.items()}


def _without_a_row(view: View, some: Sequence[NetworkPlace]) -> tuple[set[str], set[str]]:
    """Sites, homes excepted, and plants of these places without a row of their own."""
    people, plants = view.result.scenario.participants, view.result.scenario.plants
    sites = _sites_without_a_row(view, some)
    together = {m for group in plant_groups(view) if len(group.plants) > 1 for m in group.plants}
    roofs = [plants[m] for place in some for m in place.plants if m in together]
    holders = {people[n].person or people[n].id for n in sites if people[n].kind not in HOMES}
    return holders, {plant_holder(view, plant) for plant in roofs}


def _sites_without_a_row(view: View, some: Sequence[NetworkPlace]) -> list[int]:
    named = {n for group in view.groups for n in group.named}
    return [n for place in some for n in place.sites if n not in named]


def _may_tell(view: View, some: Sequence[NetworkPlace]) -> bool:
    """Return whether what places draw, and what they inject, are figures of enough holders."""
    people = view.result.scenario.participants
    enough = all(not holders or len(holders) >= LEAST_CLOSED for holders in _without_a_row(view, some))
    return enough and may_have_a_row(people[n] for n in _sites_without_a_row(view, some))


def drawn_kwh(result: Result, sites: Sequence[int], plants: Sequence[int]) -> FloatArray:
    """Withdrawals of sites less injections of plants, (T,), kWh; negative for a reverse flow."""
    exchange = result.exchange
    needs: FloatArray = exchange.consumption_kwh[:, list(sites)].sum(axis=1)
    injected: FloatArray = exchange.production_kwh[:, list(plants)].sum(axis=1)
    return needs - injected


def sent_back_kw(result: Result, place: NetworkPlace) -> float:
    """Return the largest power that a place sends back."""
    return peak(sent_back_kwh(result, place), result.exchange.steps).power_kw


def sent_back_kwh(result: Result, place: NetworkPlace) -> FloatArray:
    """Reverse flow of a place, step by step, kWh."""
    return np.maximum(-drawn_kwh(result, place.sites, place.plants), 0.0)
