"""Links served in order of length, against one loop over pairs; those of one length waste nothing."""

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from acc.exchange import Exchange
from acc.keys.nearest import NearestFirst
from acc.settle import settle
from acc.steps import Steps
from tests.effort import law

STEPS, PLANTS, MEMBERS = 6, 3, 4
kwh = st.integers(0, 40).map(lambda tenths: tenths / 10)


def exchange_of(need: np.ndarray, made: np.ndarray) -> Exchange:
    steps = Steps.between(date(2025, 6, 1), date(2025, 6, 2), 60).part(0, STEPS)
    return Exchange(steps, need, made, np.zeros_like(made))


@given(arrays(float, (STEPS, MEMBERS), elements=kwh), arrays(float, (STEPS, PLANTS), elements=kwh), st.data())
@law(60)
def test_links_of_different_lengths_are_served_one_after_the_other(need, made, data):
    metres = np.array(data.draw(st.permutations(range(PLANTS * MEMBERS)))).reshape(PLANTS, MEMBERS) * 10.0
    left, wanted = made.copy(), need.copy()
    expected = np.zeros((STEPS, PLANTS, MEMBERS))
    for pair in np.argsort(metres, axis=None):
        m, n = divmod(int(pair), MEMBERS)
        expected[:, m, n] = np.minimum(left[:, m], wanted[:, n])
        left[:, m] -= expected[:, m, n]
        wanted[:, n] -= expected[:, m, n]
    found = settle(exchange_of(need, made), NearestFirst(metres)).received_by_plant_kwh
    if found is None:  # nothing is made
        found = np.zeros_like(expected)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


@given(
    arrays(float, (STEPS, MEMBERS), elements=kwh),
    arrays(float, (STEPS, PLANTS), elements=kwh),
    arrays(float, (PLANTS, MEMBERS), elements=st.sampled_from([0.0, 10.0, 20.0])),
)
@law(60)
def test_links_of_one_length_waste_nothing(need, made, metres):
    found = settle(exchange_of(need, made), NearestFirst(metres))
    shared = np.minimum(made.sum(axis=1), need.sum(axis=1))
    np.testing.assert_allclose(found.received_kwh.sum(axis=1), shared, rtol=0, atol=1e-9)
    assert (found.received_kwh <= need + 1e-9).all()
