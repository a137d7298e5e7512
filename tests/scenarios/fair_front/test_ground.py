"""The one pass of the front: what an order of the members gives, pattern by pattern."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.arrays import FloatArray
from acc.water_filling import allocate_by_rank, ranks_of
from scenarios.operation.fair_front.passes import GreedyAllocation, Ground, Passes, ground_of, stacked
from tests.effort import law
from tests.strategies import exchanges
from tests.studies.front.cases import ground, town, worth_of


def poured(found: Ground, extra: FloatArray) -> GreedyAllocation:
    return Passes(found).pour(extra)


def test_three_members_by_hand() -> None:
    # Two scarce steps of 4 and 1 kWh; the third step has enough for all and leaves no choice.
    found = ground([[3.0, 2.0, 1.0], [0.0, 2.0, 2.0], [1.0, 1.0, 0.0]], [4.0, 1.0, 5.0], [0.10, 0.20, 0.05])
    assert found.fixed_kwh.tolist() == [1.0, 1.0, 0.0]
    assert found.fixed_eur == pytest.approx(0.30)
    assert found.demand_kwh.tolist() == [4.0, 5.0, 3.0]
    assert found.can_receive.all()
    order = poured(found, np.zeros(3))  # the second first: 2 + 1; the first: 2; the third nothing
    assert order.received_kwh.tolist() == [2.0, 3.0, 0.0]
    assert order.total_eur == pytest.approx(0.2 + 0.6)
    assert order.paid_eur == pytest.approx(0.1 + 0.45)
    # 0.20 more for the third puts it first: 1 + 1; then the second: 2 + 0; then the first: 1.
    assert poured(found, np.array([0.0, 0.0, 0.2])).received_kwh.tolist() == [1.0, 2.0, 2.0]


def test_who_is_worth_less_than_the_surplus_is_not_served() -> None:
    found = ground([[1.0, 1.0]], [5.0], [0.10, -0.02])
    assert found.fixed_kwh.tolist() == [0.0, 0.0]  # there is enough for all, and still something to choose
    assert poured(found, np.zeros(2)).received_kwh.tolist() == [1.0, 0.0]
    assert poured(found, np.array([0.0, 0.03])).received_kwh.tolist() == [1.0, 1.0]


def test_equal_ones_share_as_the_default_key_does() -> None:
    found = ground([[1.0, 3.0, 4.0]], [2.0], [0.10, 0.10, 0.05])
    assert poured(found, np.zeros(3)).received_kwh.tolist() == [0.5, 1.5, 0.0]


@law(60)
@given(exchange=exchanges(), seed=st.integers(0, 1000))
def test_a_pass_is_the_pouring_of_the_keys(exchange, seed: int) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(seed)
    count, members = exchange.consumption_kwh.shape
    everyone = rng.choice([0.05, 0.10, 0.15], (2, members))[rng.integers(0, 2, count)]
    extra = rng.choice([0.0, 0.05, 0.3], members)
    found = ground_of(exchange, worth_of(everyone))
    expected = np.zeros(members)
    for t in range(count):
        rank = ranks_of((everyone[t] + extra)[None, :])[0]
        pool = exchange.production_kwh[t].sum()
        expected += allocate_by_rank(exchange.consumption_kwh[t][:, None], np.array([pool]), rank)[:, 0]
    order = poured(found, extra)
    np.testing.assert_allclose(order.received_kwh + found.fixed_kwh, expected, atol=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_a_pass_that_remembers_gives_what_one_without_memory_gives(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange, _worth = town(seed, patterns=4)
    rng = np.random.default_rng(seed)
    # Some prices are under zero: who has one is not served.
    prices = rng.uniform(-0.05, 0.2, (4, exchange.consumption_kwh.shape[1])).round(2)
    found = ground_of(exchange, worth_of(prices[np.arange(exchange.steps.count) % 4]))
    assert len(found.starts) - 1 == 4
    passes, short = Passes(found), Passes(found)
    monkeypatch.setattr("scenarios.operation.fair_front.passes.MOST_KEPT", 0)
    for pattern in short._patterns:
        pattern.most = 3
    for _turn in range(8):
        # Many are equal: members of one rank, and the same orders again.
        extra = rng.choice([0.0, 0.01, 0.02, 0.1], len(found.demand_kwh))
        kept, alone = passes.pour(extra), poured(found, extra)
        np.testing.assert_allclose(kept.received_kwh, short.pour(extra).received_kwh, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(kept.received_kwh, alone.received_kwh, rtol=1e-12, atol=1e-12)
        assert kept.total_eur == pytest.approx(alone.total_eur, rel=1e-12)
        assert kept.paid_eur == pytest.approx(alone.paid_eur, rel=1e-12)


def test_prices_that_change_at_each_step_give_the_same_pass_as_few_patterns() -> None:
    exchange, worth = town(3, patterns=3)
    few = ground_of(exchange, worth)
    rng = np.random.default_rng(1)
    many = ground_of(exchange, worth_of(worth.everyone + rng.uniform(0, 1e-7, (exchange.steps.count, 1))))
    assert len(few.starts) - 1 == 2  # the third is at night
    assert len(many.starts) - 1 > 40
    extra = rng.uniform(0, 0.1, 6)
    one, other = poured(few, extra), poured(many, extra)
    np.testing.assert_allclose(one.received_kwh, other.received_kwh, rtol=1e-9)


def test_two_years_at_half_weight_are_their_mean() -> None:
    one, other = (ground_of(*town(seed)) for seed in (1, 2))
    mean = stacked([one, other], [0.5, 0.5])
    extra = np.zeros(6)
    sums = [poured(each, extra).received_kwh + each.fixed_kwh for each in (one, other)]
    together = poured(mean, extra)
    np.testing.assert_allclose(together.received_kwh + mean.fixed_kwh, np.mean(sums, axis=0), rtol=1e-9)
