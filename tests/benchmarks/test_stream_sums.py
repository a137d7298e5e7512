"""The sums at the speed of memory equal those of `settle`, written or not."""

import numpy as np
import pytest

from acc.arrays import IntArray
from acc.batch.sums import KeyForm, Split, prorata_split
from acc.exchange import Exchange
from acc.keys.prorata import Prorata
from acc.keys.weighted import Static
from acc.settle import settle
from tests.acc.batch.test_sums import many
from tests.effort import few

stream = pytest.importorskip("benchmarks.stream_sums", reason="the extra [fast] is not installed")
SHARE = tuple(np.arange(1.0, 41.0) / 820.0)


KEYS = [(Prorata(), prorata_split(40)), (Static(SHARE), Split(KeyForm.FIXED, np.array(SHARE)))]


def assert_equal_to_settle(
    exchange: Exchange, group: IntArray, key: Prorata | Static, split: Split, workers: int
) -> None:
    expected = settle(exchange, key).received_kwh
    pool = exchange.production_kwh.sum(axis=1)
    written = np.full_like(expected, np.nan)
    sums = stream.stream_sums(exchange.consumption_kwh, pool, split, group, 5, workers=workers)
    also = stream.stream_sums(
        exchange.consumption_kwh, pool, split, group, 5, workers=workers, received_kwh=written
    )
    np.testing.assert_allclose(written, expected, rtol=1e-9, atol=1e-12)
    for g in range(5):
        np.testing.assert_allclose(sums[g], expected[group == g].sum(axis=0), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(also, sums, rtol=1e-12)


@pytest.mark.parametrize(("key", "split"), KEYS)
@pytest.mark.parametrize("workers", few(1, [2, 1, 3]))
@pytest.mark.parametrize("run", [1, 3, 4, 7], ids="a group lasts {} steps".format)
def test_sums_and_steps_equal_those_of_settle(
    key: Prorata | Static, split: Split, workers: int, run: int
) -> None:
    exchange = many(5)
    assert_equal_to_settle(exchange, np.arange(exchange.steps.count) // run % 5, key, split, workers)


@pytest.mark.parametrize(("key", "split"), KEYS)
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7, 41])
def test_any_number_of_steps_some_without_needs_or_production(
    key: Prorata | Static, split: Split, count: int
) -> None:
    year = many(6)
    light = np.flatnonzero(year.production_kwh.sum(axis=1) > 0.0)[0]
    part = year.part(int(light), int(light) + count)
    need, made = part.consumption_kwh.copy(), part.production_kwh.copy()
    need[1::5], made[2::3] = 0.0, 0.0
    exchange = Exchange(part.steps, need, made, np.zeros_like(made))
    for group in (np.zeros(count, dtype=np.int64), np.arange(count) // 5 % 5):
        assert_equal_to_settle(exchange, group, key, split, 2)


def test_other_splits_are_refused() -> None:
    group = np.zeros(1, dtype=np.int64)
    with pytest.raises(ValueError, match="fixed shares or the default key only"):
        stream.stream_sums(np.ones((1, 2)), np.ones(1), Split(KeyForm.WEIGHTS, np.ones(2)), group, 1)
