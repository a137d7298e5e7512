"""Rows of plants as a document may show them: those of homes without a row stand with another plant."""

from dataclasses import dataclass
from gettext import ngettext

from reports.format.numbers import fr
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
    """Return the plants of the first year, a row each, those of homes without a row with the smallest other.

    Own use behind a home's meter is what the home consumes: one that has an own use too hides it best.
    """
    energy, hidden = view.result.energy, view.hidden_homes
    plants = view.result.scenario.plants
    there = [i for i, p in enumerate(plants) if p.id not in view.later]
    at_home = [i for i in there if {plants[i].behind, plants[i].owner, plants[i].person} & hidden]
    others = [i for i in there if i not in at_home]
    if at_home and others:
        at_home.append(min(others, key=lambda i: (energy.own_use_kwh[i] <= 0.0, energy.production_kwh[i])))
    else:
        at_home = []
    rows = [PlantGroup(view.names[plants[i].id], (i,)) for i in others if i not in at_home]
    if not at_home:
        return rows
    name = ngettext("{count} plant (together)", "{count} plants (together)", len(at_home))
    return [*rows, PlantGroup(name.format(count=fr(len(at_home))), tuple(sorted(at_home)))]
