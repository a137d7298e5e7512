"""Small cases whose best plan is known by trying all: none at all, one with a loser, a smaller roof alone."""

from pathlib import Path

import numpy as np
import pytest

from scenarios.studies.lawful.evaluate import PlanRequest, Scored, group_values, no_operation, plan_rules
from scenarios.studies.lawful.plans import DESCENT, Planner, planner
from tests.effort import few
from tests.perimeter_rules import RULES
from tests.studies.lawful.small_cases import Case, best_plan, random_case

FREE, NO_LOSER = PlanRequest(most=2, no_loser=False), PlanRequest(most=2)


def search_of(case: Case) -> Planner:
    return planner(case.operation, RULES, seed=1, power_shares=(1.0, 0.75))


def found_as_by_trying_all(case: Case, asked: PlanRequest) -> Scored:
    """Return the plan of the search, once it is the best of all plans."""
    search = search_of(case)
    found = search.best(asked, [search.start(asked), no_operation(search.model)], DESCENT)
    rules = plan_rules(case.model, case.law, asked)
    losers, value = best_plan(case, group_values(case.model), rules)
    assert found.value_eur == pytest.approx(value, abs=0.01)
    assert not asked.no_loser or found.losers == losers
    return found


def test_no_operation_is_best_where_none_pays_its_organiser(tmp_path: Path) -> None:
    assert not found_as_by_trying_all(random_case(tmp_path, 3, 5, fee=6000.0, recovered=True), FREE).founded


@pytest.mark.usefixtures("first_year_repeated")
def test_the_best_for_all_may_have_a_loser_and_none_may_cost_the_whole_operation(tmp_path: Path) -> None:
    case = random_case(tmp_path, 3, 5, fee=0.0, recovered=True)
    free, without = (found_as_by_trying_all(case, asked) for asked in (FREE, NO_LOSER))
    assert (len(free.founded), free.losers) == (1, 1)
    assert (len(without.founded), without.losers) == (0, 0)
    assert without.value_eur < free.value_eur - 1000.0


def test_a_smaller_roof_alone_may_beat_it_in_an_operation(tmp_path: Path) -> None:
    found = found_as_by_trying_all(random_case(tmp_path, 13, 5, fee=6000.0), NO_LOSER)
    assert not found.founded
    assert found.labels.power[0] == 1  # three quarters of its power


@pytest.mark.parametrize(("seed", "fee"), few(1, [(9, 0.0), (20, 6000.0)]))
def test_each_plan_of_the_front_is_under_both_bounds_and_one_operation_more_takes_nothing(
    tmp_path: Path, seed: int, fee: float
) -> None:
    front = list(search_of(random_case(tmp_path, seed, 6, fee=fee)).front(FREE))
    assert len(front) >= 2
    for one in front:
        assert one.scored.value_eur <= one.key_bound_eur + 0.01
        assert one.key_bound_eur <= one.bound_eur + 0.01
    assert np.all(np.diff([one.scored.value_eur for one in front]) >= -0.01)
    assert front[0].scored.founded == ()
