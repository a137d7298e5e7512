"""Groups seen by the mean years of a plan are worth what `acc run` tells over its years; bounds hold it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from acc.finance import Finance
from scenarios.operation.ready.operation import Operation
from scenarios.operation.tariffs.price import tariffs_of
from scenarios.studies.lawful.evaluate import (
    GroupEuros,
    GroupValues,
    SharingGroup,
    plan_rules,
    powers_by_meter,
)
from scenarios.studies.lawful.meters import stretches_of
from scenarios.studies.lawful.model import GroupModel, group_model
from scenarios.studies.lawful.plans import planner
from tests.effort import few
from tests.perimeter_rules import RULES
from tests.studies.lawful.small_cases import best_plan, random_case
from tests.studies.lawful.test_evaluate import persons_of, persons_run
from tests.studies.lawful.test_known_cases import FREE


def wearing(operation: Operation, times: float) -> Operation:
    """Return an operation whose plants wear so many times faster."""
    scenario = operation.scenario
    finance = scenario.finance or Finance()
    faster = replace(finance, degradation_ratio=times * finance.degradation_ratio)
    scenario = replace(scenario, finance=faster)
    return replace(operation, scenario=scenario, tariffs=tariffs_of(scenario, operation.exchange))


def random_group(model: GroupModel, rng: np.random.Generator) -> SharingGroup:
    """Return some sites and roofs, hosts with theirs."""
    sites = int(rng.integers(1, 1 << model.sites))
    roofs = [(m, int(rng.integers(2))) for m in range(model.roofs) if m == 0 or rng.random() < 0.6]
    for m, _power in roofs:
        host = model.meters.every[model.meter_of[m]].host
        sites |= 0 if host is None else 1 << host
    return SharingGroup(sites, tuple(roofs))


@pytest.mark.parametrize("times", [1.0, 2.0])
@pytest.mark.parametrize("seed", few(2, range(10)))
def test_a_group_is_worth_what_its_run_tells_over_its_years(tmp_path: Path, seed: int, times: float) -> None:
    operation = wearing(random_case(tmp_path, seed, 8).operation, times)
    model, rng = group_model(operation, (1.0, 0.75)), np.random.default_rng(seed)
    assert len(model.meters.stretches) > 1
    for _group in range(4):
        group = random_group(model, rng)
        seen, run = persons_of(model, group), persons_run(model, group)
        scale = np.abs(run[0]).sum()
        # Years of a stretch differ by their wear, and a host's part of a pool is no straight line of it.
        assert -2e-5 * scale <= seen[0].sum() - run[0].sum() <= 1e-3 * scale * times**2
        np.testing.assert_allclose(seen[1], run[1], rtol=0, atol=1e-8)


@pytest.mark.parametrize("seed", few(1, [0, 9, 20]))
def test_bounds_hold_the_run_of_the_best_of_all_plans(tmp_path: Path, seed: int) -> None:
    case = random_case(tmp_path, seed, 5)
    operation = wearing(case.operation, 2.0)
    search = planner(operation, RULES, seed=1, power_shares=(1.0, 0.75))
    case = replace(case, operation=operation, model=search.model)
    values = RunValues(search.model, search.exact.load_kwh, search.exact.edges)
    bounds = list(search.front(FREE))[-1]
    _losers, best = best_plan(case, values, plan_rules(search.model, search.law, FREE))
    assert best <= bounds.key_bound_eur + 0.01 <= bounds.bound_eur + 0.02


class RunValues(GroupValues):
    """Groups as `acc run` has them over the years."""

    def _value(self, group: SharingGroup) -> GroupEuros:
        found = super()._value(group)
        if not group.sites or not group.roofs:
            return found
        run = persons_run(self.model, group)
        for meter, powers in powers_by_meter(self.model, group.roofs):
            run = run - self.model.meters.built(meter, powers).alone_eur
        return replace(found, persons_eur=run)


def test_plans_whose_years_are_alike_have_one_stretch(tmp_path: Path) -> None:
    operation = random_case(tmp_path, 0, 4).operation
    assert [len(years) for years in stretches_of(operation.ground)] == [1, 10, 9]
    assert len(stretches_of(wearing(operation, 0.0).ground)) == 1
