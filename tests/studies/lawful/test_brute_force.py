"""The search against every lawful plan of small cases, and bounds over both."""

from pathlib import Path

import pytest

from scenarios.studies.lawful.evaluate import PlanRequest, group_values, no_operation, plan_rules
from scenarios.studies.lawful.plans import EFFORT, planner
from scenarios.studies.lawful.programme import key_bound
from tests.effort import few
from tests.perimeter_rules import RULES
from tests.studies.lawful.small_cases import best_plan, random_case


@pytest.mark.parametrize("no_loser", [False, True])
@pytest.mark.parametrize(
    ("seed", "sites", "fee"),
    few(2, [(1, 5, 6000.0), (9, 7, 800.0), (0, 5, 0.0), (10, 8, 3000.0)]),
)
def test_the_search_finds_the_best_of_all_plans(
    tmp_path: Path, seed: int, sites: int, fee: float, *, no_loser: bool
) -> None:
    case = random_case(tmp_path, seed, sites, fee=fee)
    values = group_values(case.model)
    asked = PlanRequest(most=3, no_loser=no_loser)
    losers, value = best_plan(case, values, plan_rules(case.model, case.law, asked))

    search = planner(case.operation, RULES, seed=1, power_shares=(1.0, 0.75))
    found = search.best(asked, [no_operation(case.model)], EFFORT)
    assert (found.losers if no_loser else 0) == losers
    assert found.value_eur == pytest.approx(value, abs=0.01)

    assert search.programmes is not None
    any_key, fewer_eur = search.programmes.any_key.best(3), search.programmes.any_key.best(2).bound_eur
    assert any_key.bound_eur >= value - 0.01
    assert key_bound(search.programmes.default_key, 3, fewer_eur).bound_eur >= value - 0.01
