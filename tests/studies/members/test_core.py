import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from acc.members.core import LeavingGains

LINE = st.tuples(st.integers(-20, 20), st.integers(-5, 5))
HIGH = 4.0


@given(st.lists(LINE, min_size=1, max_size=12))
def test_the_best_price_is_that_of_every_crossing_looked_at(lines: list[tuple[int, int]]) -> None:
    start, slope = np.array(lines, dtype=float).T
    gains = LeavingGains(start, slope)
    rise, apart = slope[:, None] - slope, start[:, None] - start
    met = np.divide(apart, rise, out=np.zeros_like(apart), where=rise != 0.0).ravel()
    prices = np.unique(np.clip(np.append(met, HIGH), 0.0, HIGH))
    worst = (start[:, None] - slope[:, None] * prices).max(axis=0)
    found = gains.best_price(HIGH)
    assert 0.0 <= found <= HIGH
    assert abs(gains.at(found) - worst.min()) < 1e-9
    assert found <= prices[worst <= worst.min() + 1e-9].min() + 1e-9


def test_thousands_of_lines_take_no_more_than_their_own_room() -> None:
    rng = np.random.default_rng(1)
    gains = LeavingGains(rng.normal(size=20_000), rng.normal(size=20_000))
    price = gains.best_price(5.0)
    assert all(gains.at(price) <= gains.at(near) + 1e-12 for near in np.linspace(0.0, 5.0, 101))


def test_the_best_price_of_lines_by_hand() -> None:
    # One that falls slowly still falls at the end; one that never falls is least at once; beside a level
    # one, what falls is no higher from 2 on.
    assert LeavingGains(np.array([1.0]), np.array([0.5])).best_price(4.0) == 4.0
    assert LeavingGains(np.array([1.0]), np.array([-0.5])).best_price(4.0) == 0.0
    assert LeavingGains(np.array([1.0, 3.0]), np.array([0.0, 1.0])).best_price(4.0) == 2.0
