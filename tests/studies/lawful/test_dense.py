"""Where sites stand too close together for a bound, a plan is found all the same, in few rounds."""

from dataclasses import replace
from pathlib import Path

import pytest

from acc.scenario import Regime
from acc.sites import Position
from scenarios.entry.places.geography import members_of
from scenarios.operation.ready.operation import Operation
from scenarios.studies.lawful.evaluate import PlanRequest, Scorer, no_operation, plan_rules
from scenarios.studies.lawful.law import GroupLaw, TooManyPlacesError
from scenarios.studies.lawful.plans import Effort, planner
from tests.perimeter_rules import RULES
from tests.studies.lawful.small_cases import random_case

SMALL = Effort(rounds=60)


def crowded(where: Path) -> Operation:
    """Return 100 sites over 3.6 km, of which so many sets fit into 2 km that no programme is solved."""
    operation = random_case(where, 3, 100, roofs=10).operation
    scenario = operation.scenario
    people = tuple(replace(site, position=nearer(site.position)) for site in scenario.participants)
    roofs = tuple(replace(roof, position=nearer(roof.position)) for roof in scenario.plants)
    return replace(
        operation,
        scenario=replace(scenario, participants=people, plants=roofs),
        members=members_of(people, roofs),
    )


def nearer(position: Position | None) -> Position | None:
    if position is None:
        return None
    return Position(44.8 + 0.4 * (position.latitude_deg - 44.8), 0.5 + 0.4 * (position.longitude_deg - 0.5))


def test_sets_too_many_to_list_are_not_listed() -> None:
    # Twelve pairs apart, all others together: 4096 largest sets, one of each pair in all.
    near = tuple(((1 << 24) - 1) ^ (1 << (at + 12) % 24) for at in range(24))
    law = GroupLaw(12, {Regime.KM_2: near}, {Regime.KM_2: 3000.0}, 3000.0, 0, 0)
    with pytest.raises(TooManyPlacesError):
        law.places()


def test_a_crowded_territory_has_a_lawful_plan_and_no_bound(tmp_path: Path) -> None:
    search, asked = planner(crowded(tmp_path), RULES, seed=1, power_shares=(1.0,)), PlanRequest(most=2)
    assert search.programmes is None
    nothing = no_operation(search.model)
    found = search.best(asked, [nothing], SMALL)
    rules = plan_rules(search.model, search.law, asked)
    alone = Scorer(search.exact, rules).scored(nothing)
    assert alone is not None
    assert found.score_eur > alone.score_eur
    assert found.losers == 0
    assert found.founded
    assert all(rules.regime(group) is not None for group in found.founded)
    assert all(search.exact.value(group).sites_eur >= 0.0 for group in found.founded)
    front = list(replace(search, seed=2).front(replace(asked, most=0), 0))
    assert [(bounds.bound_eur, bounds.key_bound_eur) for bounds in front] == [(None, None)]
