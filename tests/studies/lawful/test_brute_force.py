"""The search against every lawful plan of small cases, and bounds over both."""

from pathlib import Path

import pytest

from scenarios.studies.lawful.evaluate import PlanRequest, Scorer, group_values, no_operation, plan_rules
from scenarios.studies.lawful.plans import Effort, best_from
from scenarios.studies.lawful.programme import AllocationProgramme, DefaultKeyProgramme, key_bound
from scenarios.studies.lawful.worth_of_kwh import kwh_worth
from tests.effort import few
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
    rules = plan_rules(case.model, case.law, PlanRequest(most=3, no_loser=no_loser))
    losers, value = best_plan(case, values, rules)

    scorer, places = Scorer(values, rules), case.law.places()
    programme = AllocationProgramme(case.model, kwh_worth(case.model), case.law, places)
    bound = programme.best(3)
    start = no_operation(case.model)
    found = best_from(
        scorer, scorer, [p.bits for p in places], [start, bound.labels], Effort(3000, 500), (1, 2)
    )

    assert (found.losers if no_loser else 0) == losers
    assert found.value_eur == pytest.approx(value, abs=0.01)
    fewer_eur = programme.best(2).bound_eur
    by_key = DefaultKeyProgramme(case.model, kwh_worth(case.model), case.law, places)
    assert bound.bound_eur >= value - 0.01
    assert key_bound(by_key, 3, fewer_eur).bound_eur >= value - 0.01
