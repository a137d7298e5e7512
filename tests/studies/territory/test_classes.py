"""Classes of hours that groups see alike, and the step of a price, beside what each is by its definition."""

from dataclasses import replace

import numpy as np
import pytest

from acc.scenario import Regime
from tests.effort import few

pytest.importorskip("numba")

from scenarios.studies.territory.bound import TerritoryLaw, priced
from scenarios.studies.territory.numba_bound import stepped_price
from scenarios.studies.territory.plan import TerritoryPlan, by_plant_eur, net_eur, units_of
from scenarios.studies.territory.problem import Territory, coarse_classes, seen_classes
from tests.studies.territory.random_territories import drawn

SITES, ROOFS, HOURS = 8, 4, 60


def invented(rng: np.random.Generator) -> tuple[Territory, list[np.ndarray]]:
    """Return a territory of two levels of worth and two prices of surplus, and three groups of its units."""
    territory = Territory(
        need_kwh=rng.uniform(1.0, 9.0, SITES),
        kind=np.arange(SITES) % 4,
        load=rng.dirichlet(np.ones(HOURS), 4),
        level=np.array([0, 0, 1, 1]),
        worth_eur=np.array([[2.0] * HOURS, [1.6] * HOURS]),
        fixed_eur=np.zeros(SITES),
        fee_eur=0.0,
        made_kwh=rng.uniform(2.0, 9.0, ROOFS),
        orient=np.arange(ROOFS) % 2,
        kwp=np.ones(ROOFS),
        shape=rng.dirichlet(np.ones(HOURS), 2),
        surplus_eur=np.outer([0.1, 0.4], np.ones(HOURS)),
        cost_eur=np.zeros(ROOFS),
    )
    sets = rng.random((3, SITES + ROOFS)) < 0.6
    sets[:, [0, SITES]] = True
    return territory, [np.flatnonzero(inside) for inside in sets]


def worth_eur(territory: Territory, group: np.ndarray) -> float:
    """Return what a group is worth under a key by plant, which a sum of hours never lowers."""
    count = territory.units
    law = TerritoryLaw((Regime.KM_2,), np.ones((1, count, count), dtype=np.bool_), np.ones(1), np.ones(1))
    units = units_of(territory, law, np.zeros((count, 2)))
    plan = TerritoryPlan(np.where(np.isin(np.arange(count), group), 0, -1), np.zeros(1, dtype=np.int64), 0.0)
    return net_eur(units, plan) + by_plant_eur(units, plan)


@pytest.mark.parametrize("seed", few(3, range(12)))
def test_classes_never_lower_what_a_group_is_worth_and_those_of_its_own_sides_do_not_raise_it(
    seed: int,
) -> None:
    territory, groups = invented(np.random.default_rng(seed))
    whole = [worth_eur(territory, group) for group in groups]
    exact = territory.in_classes(seen_classes(territory, groups, HOURS))
    assert exact.classes < HOURS
    assert [worth_eur(exact, group) for group in groups] == pytest.approx(whole, rel=1e-9)
    few_classes = territory.in_classes(seen_classes(territory, groups[:1], 6))
    assert few_classes.classes <= 6
    for group, known in zip(groups, whole, strict=True):
        assert worth_eur(few_classes, group) >= known - 1e-9


@pytest.mark.parametrize("seed", few(3, range(12)))
def test_classes_that_groups_see_lose_less_than_those_of_all_that_is_made_and_needed(seed: int) -> None:
    territory, groups = invented(np.random.default_rng(seed))
    seen, coarse = seen_classes(territory, groups, 10), coarse_classes(territory, 10)
    lost = [
        sum(worth_eur(territory.in_classes(classes), group) - worth_eur(territory, group) for group in groups)
        for classes in (seen, coarse)
    ]
    assert 0.0 <= lost[0] <= lost[1] + 1e-9


def test_without_a_group_classes_are_by_what_all_make_and_need_and_prices_are_kept_apart() -> None:
    territory, groups = invented(np.random.default_rng(1))
    assert (seen_classes(territory, [], 5) == coarse_classes(territory, 5)).all()
    dear = replace(territory, worth_eur=territory.worth_eur + (np.arange(HOURS) < 20))
    for classes in (seen_classes(dear, groups, 7), coarse_classes(dear, 7)):
        assert not set(classes[:20].tolist()) & set(classes[20:].tolist())


@pytest.mark.parametrize("seed", few(5, range(40)))
def test_a_step_of_a_price_ends_where_its_own_slope_takes_it(seed: int) -> None:
    """The least of (p - p0)^2 / (2 pace) + what lanes bring at p, found along a fine grid."""
    rng = np.random.default_rng(seed)
    d = priced(drawn(rng, 3, 2)[0])
    ahead, pace, start = (
        rng.uniform(0.0, 3.0, d.level.shape),
        float(rng.uniform(0.02, 0.6)),
        rng.uniform(0.0, 2.0),
    )
    grid = np.linspace(0.0, d.top_eur_per_kwh, 200_001)
    held = (grid - start) ** 2 / (2.0 * pace)
    for k, level in enumerate(d.level[:, 0]):
        held += ahead[k, 0] * np.maximum(0.0, level - grid if k < d.worths else grid - level)
    assert stepped_price(start, 0, ahead, pace, d) == pytest.approx(grid[held.argmin()], abs=2e-5)
