"""The bound of keys that pool the roofs, by cases, beside every operation and plan of small territories."""

import numpy as np
import pytest

from tests.effort import few

pytest.importorskip("numba")

from scenarios.studies.territory.bound import TerritoryLaw, bounded, places_of, priced
from scenarios.studies.territory.cases import PlaceCases, checked, ground_of, searched
from scenarios.studies.territory.columns import least_prices, raised_prices
from scenarios.studies.territory.plan import SeenUnits, TerritoryPlan, net_eur
from scenarios.studies.territory.solve import RAISED, pooled_bound
from tests.studies.territory.random_territories import best_of_all, drawn, drawn_ground, over


@pytest.mark.parametrize("seed", few(2, range(8)))
def test_no_plan_of_all_passes_the_bound_and_it_is_no_wider_than_that_of_any_key(seed: int) -> None:
    units, law, km = drawn(np.random.default_rng(seed), 5, 3)
    best, places = best_of_all(units, law), places_of(law, km, units.sites)
    any_key = bounded(units, places, km).net_eur if places else 0.0
    ground = drawn_ground(units, law, km, np.arange(len(units.worth[0])))
    found = pooled_bound(ground, [], [], np.zeros(len(units.cost)), seed)
    assert found.slack_eur <= 1e-9
    assert found.net_eur >= best - 1e-6
    # Prices are raised by a part so that cases end: by that much, once and a rounding, it may be wider.
    assert found.net_eur <= any_key * (1.0 + 2.0 * RAISED) + 1e-6


@pytest.mark.parametrize("seed", few(2, range(8)))
def test_hours_that_are_one_class_hide_nothing_of_what_a_plan_shares_in_the_year(seed: int) -> None:
    rng = np.random.default_rng(seed)
    units, law, km = drawn(rng, 5, 3)
    ground = drawn_ground(units, law, km, np.array([0, 1, 0, 1]))
    found = pooled_bound(ground, [], [], np.zeros(len(units.cost)), seed)
    assert found.slack_eur <= 1e-9
    assert found.net_eur >= best_of_all(units, law) - 1e-6


def looked(seed: int, most: int) -> tuple[SeenUnits, TerritoryLaw, list[PlaceCases], np.ndarray]:
    """Return the cases of the places of a small territory, two hours a class, at prices drawn at random."""
    rng = np.random.default_rng(seed)
    year, law, km = drawn(rng, 6, 3)
    seen = SeenUnits(over(year, np.array([0, 0, 1, 1])), np.array([0, 0, 1, 1]), year)
    prices, d = rng.uniform(0.0, 3.0, len(year.cost)), priced(seen.units)
    grounds = [ground_of(place, seen, d, prices, km) for place in places_of(law, km, year.sites)]
    return seen, law, [searched(ground, most) for ground in grounds], prices


@pytest.mark.parametrize(
    ("seed", "most"), few(3, [(seed, most) for seed in range(6) for most in (1, 9, 300)])
)
def test_no_lawful_operation_is_worth_more_than_the_prices_that_close_the_cases(seed: int, most: int) -> None:
    seen, law, cases, prices = looked(seed, most)
    units, raised, count = seen.year, raised_prices(cases, prices), len(prices)
    assert (raised >= prices).all()
    assert max((excess for one in cases for excess in checked(one, seen, raised)), default=0.0) <= 1e-9
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


def test_where_no_case_is_open_prices_fall_as_far_as_known_operations_let_them() -> None:
    """Two operations that share their second unit, 3,000 and 2,000 EUR: it alone bears the least, 3,000."""
    known = np.array([[True, True, False], [False, True, True]]), np.array([3_000.0, 2_000.0])
    prices = np.array([2_000.0, 2_000.0, 1_500.0])
    assert least_prices([], prices, 0.0 * prices, known).sum() == pytest.approx(3_000.0)
    # Falling by a tenth at most, none but what already pays for both is asked for.
    assert least_prices([], prices, 0.9 * prices, known) == pytest.approx(0.9 * prices)
    assert least_prices([], prices, prices) == pytest.approx(prices)


def test_the_check_finds_prices_that_are_too_low_and_cases_that_leave_a_hole() -> None:
    seen, _law, cases, prices = looked(4, 300)
    divided = [one for one in cases if one.root.parts]
    assert divided
    assert max(excess for one in cases for excess in checked(one, seen, prices * 0.0)) > 0.1
    divided[0].root.parts.pop()
    assert max(checked(divided[0], seen, prices)) == np.inf


def test_the_bound_is_the_same_to_the_bit_whatever_the_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    units, law, km = drawn(np.random.default_rng(5), 9, 4)
    found = []
    for threads in (1, 3):
        monkeypatch.setattr("os.cpu_count", lambda threads=threads: threads)
        ground = drawn_ground(units, law, km, np.arange(len(units.worth[0])))
        found.append(pooled_bound(ground, [], [], np.zeros(len(units.cost)), 5))
    assert found[0].net_eur == found[1].net_eur > 0.0
    for (own, regime), (other, other_regime) in zip(found[0].wanted, found[1].wanted, strict=True):
        assert (own == other).all()
        assert regime == other_regime
