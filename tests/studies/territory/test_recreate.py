"""A step of the search of a territory: units come back to the operations that they left."""

import numpy as np

from scenarios.studies.lawful.numba_plan import _move, _recreate
from scenarios.studies.territory.plan import _state
from tests.studies.territory.random_territories import drawn


def test_a_site_may_come_back_to_the_first_operation() -> None:
    units, _law, _km = drawn(np.random.default_rng(1), 1, 1)
    # Any two may share, below no power; nothing is paid for a place.
    regimes = np.ones((1, 2, 2), dtype=units.near.dtype)
    units = units._replace(near=regimes, cap=np.array([1e9]), cost=np.zeros(2))
    state = _state(units, 2)
    state.regime[0] = 0
    _move(state, 1, 0, 1, units)
    _recreate(state, np.array([0]), 1, units, np.zeros(state.flow.shape[1:]))
    assert state.label.tolist() == [0, 0]
    assert state.members.tolist() == [2, 0]
    assert state.shared[0] > 0.0
