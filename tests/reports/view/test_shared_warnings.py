"""Doubts and gaps of a site that is not named are not told in what others read, under no name either."""

from dataclasses import replace

from acc.sites import Kind
from reports.view.selection import shared_warnings
from reports.view.view import view_of
from tests.reports.make import make_result


def test_of_who_is_not_named_only_what_bears_on_its_plant_is_told() -> None:
    result = make_result()
    people = tuple(replace(p, publish=p.kind is not Kind.COMPANY) for p in result.scenario.participants)
    closed = next(p for p in people if p.kind is Kind.COMPANY)
    open_ = next(p for p in people if p.kind is Kind.COMMUNE)
    (plant, *_others) = result.scenario.plants
    owned = (replace(plant, owner=closed.id), *result.scenario.plants[1:])
    measured = (
        f"{closed.name}: 7.0% of its kWh do not fit under 120 kVA",
        f"{open_.name}: one value an hour",
        f"{plant.name}: 700 kWh per kWp, little for its tilt",
        "54 rates are worked out",
    )
    doubted = (f"{plant.name}, kwp: 36 kVA behind {closed.name}",)
    scenario = replace(result.scenario, participants=people, plants=owned, notes=doubted)
    provenance = replace(result.provenance, warnings=(*doubted, *measured))
    view = view_of(replace(result, scenario=scenario, provenance=provenance))
    assert closed.name not in view.names.values()
    assert shared_warnings(view) == list(measured[1:])
