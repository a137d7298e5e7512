"""Rows of plants as a document may show them: those of homes without a row stand with another plant."""

from dataclasses import dataclass
from gettext import ngettext

from acc.sites import Plant
from reports.format.numbers import fr
from reports.view.privacy import LEAST_CLOSED
from reports.view.view import View


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
    name = ngettext("{count} plant (together)", "{count} plants (together)", len(closed))
    return [*rows, PlantGroup(name.format(count=fr(len(closed))), tuple(sorted(closed)))]


def plant_holder(view: View, plant: Plant) -> str:
    """Return the person whose figures a plant tells: of the site that it stands behind, else its owner."""
    sites = {site.id: site.person or site.id for site in view.result.scenario.participants}
    return sites.get(plant.behind or plant.producer, plant.producer)
