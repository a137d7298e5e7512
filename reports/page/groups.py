"""The way out of a state that is not lawful: the operations of its kept plan, to open and on the map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _

from acc.result.lawful_plan import LawfulPlan, PlannedOperation
from acc.scenario import Scenario
from reports.format.lawful_plan import operation_worth, perimeter_text
from reports.format.numbers import plants_count, sites_count


@dataclass(frozen=True, slots=True)
class LawfulGroup:
    """One operation of a plan.

    Attributes:
        number: from 1, as its outline on the map says.
        title: how many sites and plants.
        text: its worth and its perimeter.
        sets, without, powers: words that make it of the state: its perimeter, who is out, its roofs.
        ids: of its sites and plants.
    """

    number: int
    title: str
    text: str
    sets: tuple[str, ...]
    without: tuple[str, ...]
    powers: tuple[str, ...]
    ids: frozenset[str]


def lawful_groups(scenario: Scenario, plan: LawfulPlan | None) -> tuple[LawfulGroup, ...]:
    """Return the operations of a plan of a state; none where none was looked for."""
    operations = plan.operations if plan else ()
    roofs = {roof.id: roof.kwp for roof in plan.roofs} if plan else {}
    return tuple(
        _group(scenario, rank, operation, roofs) for rank, operation in enumerate(operations, start=1)
    )


def _group(
    scenario: Scenario, rank: int, operation: PlannedOperation, kwp: Mapping[str, float]
) -> LawfulGroup:
    ids = frozenset({*operation.participant_ids, *operation.plant_ids})
    out = [site.id for site in (*scenario.participants, *scenario.plants) if site.id not in ids]
    moved = [roof for roof in scenario.plants if roof.id in ids and roof.kwp != kwp.get(roof.id, roof.kwp)]
    return LawfulGroup(
        rank,
        _("{sites}, {plants}").format(
            sites=sites_count(len(operation.participant_ids)), plants=plants_count(len(operation.plant_ids))
        ),
        _("{worth}, {perimeter}").format(
            worth=operation_worth(operation), perimeter=perimeter_text(operation)
        ),
        () if operation.regime is scenario.regime else (f"perimetre={operation.regime}",),
        tuple(out),
        tuple(f"{roof.id}={kwp[roof.id]:g}" for roof in moved),
        ids,
    )


def outline(points: Sequence[tuple[float, float]], room: float) -> tuple[float, float, float, float]:
    """Return the frame around some places, with room: x, y, width, height.

    >>> outline([(1.0, 2.0), (3.0, 3.0)], 0.5)
    (0.5, 1.5, 3.0, 2.0)
    """
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    low_x, low_y = min(xs) - room, min(ys) - room
    return low_x, low_y, max(xs) + room - low_x, max(ys) + room - low_y
