"""Years in which panels age: every one on its own energy, and what lies between those that are settled."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.arrays import FloatArray
from acc.changes import DatedChange, What
from acc.exchange import Exchange, exchange_behind_meters
from acc.indicators import energy
from acc.keys.prorata import Prorata
from acc.settle import settle
from acc.steps import Steps
from acc.years.plan_years import YearKwh, curve_weights, filled, plan_years
from acc.years.states import exchange_in, plan_base

STEPS = Steps.between(date(2026, 1, 1), date(2027, 1, 1), 60)
BEHIND = (None, 1)
HORIZON = 25


def made(ratio: float) -> tuple[FloatArray, FloatArray]:
    """Return loads and output of a year, the sun making so much of the need, (T, 3) and (T, 2)."""
    random, hour = np.random.default_rng(35), np.arange(STEPS.count) % 24
    load = random.uniform(0.5, 3.0, (STEPS.count, 3)) * (1.0 + 0.5 * np.cos(hour / 24 * 6.3)[:, None])
    sun = np.maximum(0.0, np.sin((hour - 6) / 12 * np.pi)) * random.uniform(0.1, 1.0, STEPS.count)
    output = np.stack([sun, 0.6 * sun], axis=1)
    return load, output * (ratio * load.sum() / output.sum())


def worn(first: Exchange, wear: FloatArray, year: int, changes: tuple[DatedChange, ...] = ()) -> Exchange:
    return exchange_in(plan_base(first, BEHIND, ("a", "b", "c"), ("p", "q"), wear, {}), changes, year)


def exchange_of(load: FloatArray, output: FloatArray) -> Exchange:
    return exchange_behind_meters(STEPS, load, output, BEHIND)


@pytest.mark.parametrize("ratio", [0.18, 0.3, 0.6, 1.0])
def test_each_year_is_what_pooled_meters_share_of_worn_output(ratio: float) -> None:
    load, output = made(ratio)
    first, wear = exchange_of(load, output), np.array([0.005, 0.005])

    def pooled(year: int) -> tuple[float, float, float]:
        """Return need, production and shared, by the sums of all meters alone."""
        worn_kwh = output * 0.995 ** (year - 1)
        own = np.minimum(load[:, 1], worn_kwh[:, 1])
        need, injected = load.sum(axis=1) - own, worn_kwh.sum(axis=1) - own
        return float(need.sum()), float(injected.sum()), float(np.minimum(need, injected).sum())

    def settled(year: int) -> YearKwh:
        seen = first if year == 1 else worn(first, wear, year)
        return YearKwh(energy=energy(seen, settle(seen, Prorata())))

    years = filled({1, HORIZON})
    weights = curve_weights(years, HORIZON, 0.005)
    found = plan_years(date(2026, 1, 1), {year: settled(year) for year in years}, weights)
    for year, kwh in enumerate(found.energies, start=1):
        # A curve through four years of twenty-five, see `LONG_YEARS`.
        close = 1e-9 if year in years else 5e-5
        told = kwh.consumption_kwh.sum(), kwh.production_kwh.sum(), kwh.received_kwh.sum()
        assert told == pytest.approx(pooled(year), rel=close)
        assert kwh.received_kwh.sum() + kwh.surplus_kwh.sum() == pytest.approx(kwh.production_kwh.sum())


@given(year=st.integers(1, 30), wear=st.floats(0.0, 0.03), seed=st.integers(0, 99))
def test_what_ages_makes_less_and_nobody_needs_less(year: int, wear: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    day = STEPS.part(0, 24)
    first = exchange_behind_meters(day, random.uniform(0, 2, (24, 3)), random.uniform(0, 4, (24, 2)), BEHIND)
    later = worn(first, np.full(2, wear), year)
    left = (1.0 - wear) ** (year - 1)
    whole = [(one.production_kwh + one.own_use_kwh).sum() for one in (first, later)]
    assert whole[1] == pytest.approx(whole[0] * left)
    used = [one.consumption_kwh[:, 1] + one.own_use_kwh[:, 1] for one in (first, later)]
    np.testing.assert_allclose(used[1], used[0], rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(later.consumption_kwh[:, [0, 2]], first.consumption_kwh[:, [0, 2]])
    assert (later.own_use_kwh <= first.own_use_kwh + 1e-12).all()
    assert (later.own_use_kwh >= first.own_use_kwh * left - 1e-12).all()


def test_a_plant_whose_life_ends_serves_its_host_no_more() -> None:
    first = exchange_of(*made(0.6))
    ends = DatedChange(site="q", what=What.CLOSES, since=date(2037, 1, 1))
    assert worn(first, np.zeros(2), 11, (ends,)).own_use_kwh.sum() == pytest.approx(first.own_use_kwh.sum())
    later = worn(first, np.zeros(2), 12, (ends,))
    assert later.production_kwh[:, 1].sum() == later.own_use_kwh.sum() == 0.0
    np.testing.assert_allclose(later.production_kwh[:, 0], first.production_kwh[:, 0])
    more = later.consumption_kwh[:, 1] - first.consumption_kwh[:, 1]
    np.testing.assert_allclose(more, first.own_use_kwh[:, 1], atol=1e-12)
