"""The sums at the speed of memory equal those of `settle`, written or not."""

import numpy as np
import pytest

from acc.keys.prorata import Prorata
from acc.keys.static import Static
from acc.settle import settle
from acc.totals import Form, Split, prorata_split
from tests.acc.test_totals import many

stream = pytest.importorskip("scenarios.stream", reason="the extra [fast] is not installed")
SHARE = tuple(np.arange(1.0, 41.0) / 820.0)


@pytest.mark.parametrize(
    ("key", "split"),
    [(Prorata(), prorata_split(40)), (Static(SHARE), Split(Form.FIXED, np.array(SHARE)))],
)
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_sums_and_steps_equal_those_of_settle(key: Prorata | Static, split: Split, workers: int) -> None:
    exchange = many(5)
    group = np.arange(exchange.steps.count) % 5
    expected = settle(exchange, key).received_kwh
    pool = exchange.production_kwh.sum(axis=1)
    written = np.full_like(expected, np.nan)
    sums = stream.stream_sums(exchange.consumption_kwh, pool, split, group, 5, workers=workers)
    also = stream.stream_sums(
        exchange.consumption_kwh, pool, split, group, 5, workers=workers, received_kwh=written
    )
    np.testing.assert_allclose(written, expected, rtol=1e-9, atol=1e-12)
    for g in range(5):
        np.testing.assert_allclose(sums[g], expected[group == g].sum(axis=0), rtol=1e-9)
    np.testing.assert_allclose(also, sums, rtol=1e-12)


def test_other_splits_are_refused() -> None:
    group = np.zeros(1, dtype=np.int64)
    with pytest.raises(ValueError, match="fixed shares or the default key only"):
        stream.stream_sums(np.ones((1, 2)), np.ones(1), Split(Form.WEIGHTS, np.ones(2)), group, 1)
