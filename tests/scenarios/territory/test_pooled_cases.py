"""The bound of keys that pool the roofs, by cases, beside every operation and plan of small territories."""

import numpy as np
import pytest

from tests.effort import few

pytest.importorskip("numba")

from scenarios.studies.territory_plan.bound import bounded, priced
from scenarios.studies.territory_plan.cases import PlaceCases, ground_of, searched
from scenarios.studies.territory_plan.law_tables import TerritoryLaw
from scenarios.studies.territory_plan.numba_plan import Units
from scenarios.studies.territory_plan.places import places_of
from scenarios.studies.territory_plan.plan import TerritoryPlan, net_eur
from scenarios.studies.territory_plan.pooled_bound import RAISED, checked, pooled_bound, raised_prices
from tests.scenarios.territory.random_territories import best_of_all, drawn


@pytest.mark.parametrize("seed", few(2, range(8)))
def test_no_plan_of_all_passes_the_bound_and_it_is_no_wider_than_that_of_any_key(seed: int) -> None:
    units, law, km = drawn(np.random.default_rng(seed), 5, 3)
    best, places = best_of_all(units, law), places_of(law, km, units.sites)
    any_key = bounded(units, places, km).net_eur if places else 0.0
    found = pooled_bound(units, units, law, [], np.zeros(len(units.cost)), km, seed)
    assert found.slack_eur <= 1e-9
    assert found.net_eur >= best - 1e-6
    # Prices are raised by a part so that cases end: by that much, once and a rounding, it may be wider.
    assert found.net_eur <= any_key * (1.0 + 2.0 * RAISED) + 1e-6


def looked(seed: int, most: int) -> tuple[Units, TerritoryLaw, list[PlaceCases], np.ndarray]:
    """Return the cases of the places of a small territory at prices drawn at random."""
    rng = np.random.default_rng(seed)
    units, law, km = drawn(rng, 6, 3)
    prices, d = rng.uniform(0.0, 3.0, len(units.cost)), priced(units)
    grounds = [ground_of(place, units, d, prices, km) for place in places_of(law, km, units.sites)]
    return units, law, [searched(ground, most) for ground in grounds], prices


@pytest.mark.parametrize(
    ("seed", "most"), few(3, [(seed, most) for seed in range(6) for most in (1, 9, 300)])
)
def test_no_lawful_operation_is_worth_more_than_the_prices_that_close_the_cases(seed: int, most: int) -> None:
    units, law, cases, prices = looked(seed, most)
    raised, count = raised_prices(cases, prices), len(units.cost)
    assert (raised >= prices).all()
    assert max((excess for one in cases for excess in checked(one, units, raised)), default=0.0) <= 1e-9
    for bits in range(1, 1 << count):
        group = np.flatnonzero([bits >> u & 1 for u in range(count)])
        if group[0] >= units.sites or group[-1] < units.sites:
            continue
        if any(
            near[np.ix_(group, group)].all() and units.kwp[group].sum() < cap
            for near, cap in zip(law.near, law.cap_kwp, strict=True)
        ):
            label = np.where(np.isin(np.arange(count), group), 0, -1)
            worth_eur = net_eur(units, TerritoryPlan(label, np.zeros(1, dtype=np.int64), 0.0))
            assert worth_eur <= raised[group].sum() + 1e-6


def test_the_check_finds_prices_that_are_too_low_and_cases_that_leave_a_hole() -> None:
    units, _law, cases, prices = looked(4, 300)
    divided = [one for one in cases if one.root.parts]
    assert divided
    assert max(excess for one in cases for excess in checked(one, units, prices * 0.0)) > 0.1
    divided[0].root.parts.pop()
    assert max(checked(divided[0], units, prices)) == np.inf
