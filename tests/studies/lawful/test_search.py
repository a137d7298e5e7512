"""The compiled search of a folder beside what judges it: over each step the same euros of each person."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("numba")

from scenarios.operation.ready.operation import open_operation
from scenarios.rates.table import perimeter_rules, read_rates
from scenarios.studies.lawful.evaluate import (
    OUT,
    Labels,
    PlanRequest,
    Scored,
    Scorer,
    no_operation,
    plan_rules,
    powers_by_meter,
)
from scenarios.studies.lawful.meters import NOT_BUILT
from scenarios.studies.lawful.numba_plan import NOBODY, _losers_eur, _total
from scenarios.studies.lawful.plans import EFFORT, Planner, planner
from scenarios.studies.lawful.search import FolderGround, search_ground, searched
from tests.perimeter_rules import RULES
from tests.studies.lawful.small_cases import random_case

ASKED = PlanRequest(most=3)


def search_of(where: Path, seed: int, **case: object) -> tuple[Planner, FolderGround, Scorer]:
    """Return a small case, its units, and what judges its plans."""
    operation = random_case(where, seed, 7, **case).operation
    search = planner(operation, RULES, seed=1, power_shares=(1.0, 0.75))
    ground = search_ground(search.model, search.worth, search.law, ASKED)
    return search, ground, Scorer(search.exact, plan_rules(search.model, search.law, ASKED))


def is_capped(search: Planner, plan: Scored) -> bool:
    """Whether a contract does not pay all that a roof injects: the search counts its surplus by the mean."""
    return any(
        (made > rate.cap_kwh).any()
        for group in plan.founded
        for at, powers in powers_by_meter(search.model, group.roofs)
        for built in [search.model.meters.built(at, powers)]
        for rate, made in zip(built.rates, built.injected_kwh.sum(axis=2), strict=True)
    )


@pytest.mark.parametrize("recovered", [True, False])
def test_over_each_step_a_plan_has_the_euros_that_it_is_judged_by(tmp_path: Path, *, recovered: bool) -> None:
    compared = 0
    for seed in (4, 9, 10):
        search, ground, scorer = search_of(tmp_path, seed, fee=200.0, recovered=recovered)
        every = np.arange(search.worth.steps)
        units, who, idle = ground.units(every), ground.persons(every), scorer.scored(ground.idle)
        assert idle is not None
        for own in range(6):
            plan = scorer.scored(searched(ground, 2, 40, own))
            if plan is None or not plan.founded or is_capped(search, plan):
                continue
            state, eur = ground.state(units, plan.labels, 3), np.zeros(who.idle.shape)
            cost = _losers_eur(state, who, eur)
            # The fee is shared by what is received in each mean year, here by that of all of them.
            np.testing.assert_allclose(eur, plan.persons_eur, rtol=1e-3, atol=1.0)
            assert (cost < 0.0) == (plan.losers > 0)
            assert _total(state, units) + idle.value_eur == pytest.approx(plan.value_eur, rel=1e-4)
            compared += 1
    assert compared


def test_units_that_stay_out_or_stand_nowhere_are_in_no_plan(tmp_path: Path) -> None:
    search, _ground, _scorer = search_of(tmp_path, 9, fee=0.0)
    banned = 0b1011
    asked = replace(ASKED, without=banned, no_loser=False)
    ground = search_ground(search.model, search.worth, search.law, asked)
    found = searched(ground, 3, 60, 1)
    assert [found.label[n] for n in (0, 1, 3)] == [OUT] * 3
    assert search.scored(asked, found) is not None
    nowhere = replace(ground, regimes=(), near=ground.near[:0])
    assert searched(nowhere, 3, 60, 1) == ground.idle
    assert searched(ground, 0, 60, 1) == ground.idle


def test_the_same_seed_finds_the_same_plan_and_one_begins_where_it_is_told(tmp_path: Path) -> None:
    _search, ground, scorer = search_of(tmp_path, 10, fee=0.0)
    found = [searched(ground, 2, 80, seed) for seed in (5, 5)]
    assert found[0] == found[1]
    begun = searched(ground, 2, 1, 3, found[0], 1)
    first, again = scorer.scored(scorer.mended(found[0])), scorer.scored(scorer.mended(begun))
    assert first is not None
    assert again is not None
    assert again.score_eur >= first.score_eur - 0.01 * abs(first.score_eur)


def test_nobody_is_looked_at_where_losers_are_not_asked_about(tmp_path: Path) -> None:
    search, _ground, _scorer = search_of(tmp_path, 3)
    free = search_ground(search.model, search.worth, search.law, replace(ASKED, no_loser=False))
    assert free.persons(np.zeros(search.worth.steps, dtype=np.int64)) is NOBODY


def test_a_group_of_modes_is_that_of_the_labels(tmp_path: Path) -> None:
    search, ground, _scorer = search_of(tmp_path, 2)
    model = search.model
    labels = Labels([0] * (model.sites + model.roofs), [0] * model.roofs)
    (group,) = ground.groups(labels)
    units = {ground.modes[j].unit for j in group}
    assert len(units) == len(group) == len(ground.nearest)
    assert all(power != NOT_BUILT for j in group for _roof, power in ground.modes[j].roofs)


@pytest.mark.slow
@pytest.mark.shared
def test_forty_members_have_the_same_three_operations_whatever_the_seed(shared_data: Path) -> None:
    operation, _metered = open_operation(shared_data / "op40", use_cache=False)
    rules = perimeter_rules(read_rates(), operation.scenario.on)
    search = planner(operation, rules, seed=0)
    nothing = no_operation(search.model)
    found = [replace(search, seed=10 * own).best(ASKED, [nothing], EFFORT) for own in range(10)]
    assert [plan.losers for plan in found] == [0] * 10
    best = max(plan.value_eur for plan in found)
    # Classes of steps tell plans apart within half a thousandth.
    assert [plan.value_eur for plan in found] == pytest.approx([best] * 10, rel=5e-4)
    assert best >= 1_424_000.0
