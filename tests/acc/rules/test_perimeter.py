"""The longest pair decides, not a circle; and the fewest who must leave."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from acc.rules.largest_group import largest_group
from acc.rules.perimeter import longest_pair, smallest_leaving_set

points = st.lists(st.tuples(st.floats(0, 10), st.floats(0, 10)), max_size=9)


def apart(places: list[tuple[float, float]]) -> np.ndarray:
    spot = np.array(places, dtype=float).reshape(-1, 2)
    return np.hypot(*(spot[:, None, :] - spot[None, :, :]).transpose(2, 0, 1))


@given(points)
@settings(max_examples=100, deadline=None)
def test_the_longest_pair_is_that_of_brute_force(places):
    distances = apart(places)
    found = longest_pair(distances)
    if len(places) < 2:
        assert found is None
        return
    best = max(distances[i, j] for i, j in combinations(range(len(places)), 2))
    assert found is not None
    assert found.distance_km == best == distances[found.first, found.second]


def test_sites_without_position_make_no_pair():
    distances = apart([(0, 0), (3, 4)])
    distances[1, :] = distances[:, 1] = np.nan
    assert longest_pair(distances) is None


@given(points, st.floats(0.5, 8))
@settings(max_examples=100, deadline=None)
def test_nobody_larger_can_stay_together_than_the_largest_group(places, limit):
    near = apart(places) <= limit
    kept = largest_group(near)
    assert all(near[i, j] for i, j in combinations(kept, 2))
    larger = combinations(range(len(places)), len(kept) + 1)
    assert not any(all(near[i, j] for i, j in combinations(group, 2)) for group in larger)


@given(points, st.floats(0.5, 8), st.integers(0, 8))
@settings(max_examples=100, deadline=None)
def test_those_who_leave_are_the_fewest_that_keep_a_plant_and_a_participant(places, limit, plants_from):
    distances = apart(places)
    size = len(places)
    leaving = smallest_leaving_set(distances, limit, plants_from)
    kept = [i for i in range(size) if i not in leaving]
    assert all(distances[i, j] <= limit for i, j in combinations(kept, 2))
    lawful = [
        group
        for count in range(size + 1)
        for group in combinations(range(size), count)
        if all(distances[i, j] <= limit for i, j in combinations(group, 2))
    ]
    useful = [g for g in lawful if any(i < plants_from for i in g) and any(i >= plants_from for i in g)]
    assert len(kept) == max(map(len, useful or lawful))


def test_the_only_plant_is_kept_even_when_the_consumers_are_closer_to_each_other():
    # Consumers at 0, 0 and 1.5, plant at 3 (km, on a line): within 2 km the three consumers hold
    # together, but only the one at 1.5 reaches the plant.
    distances = apart([(0, 0), (0, 0), (1.5, 0), (3, 0)])
    assert smallest_leaving_set(distances, 2.0, plants_from=3) == (0, 1)


def test_those_who_leave_come_farthest_first():
    distances = apart([(0, 0), (5, 0), (9, 0), (0.5, 0)])
    assert smallest_leaving_set(distances, 2.0, plants_from=3) == (2, 1)


@pytest.mark.parametrize("limit_km", [2.0, 10.0, 15.0])
def test_of_sixty_sites_as_many_stay_as_an_integer_program_keeps(limit_km):
    """Too many for every subset in turn: one binary a site, two who are too far apart never both stay."""
    places = np.random.default_rng(1).uniform(0, 20, (60, 2))
    distances = apart(places.tolist())
    kept = sorted(set(range(60)) - set(smallest_leaving_set(distances, limit_km, plants_from=50)))
    assert (distances[np.ix_(kept, kept)] <= limit_km).all()
    assert kept[0] < 50 <= kept[-1]

    pairs = np.argwhere(np.triu(distances > limit_km))
    apart_rows = np.zeros((len(pairs), 60))
    np.put_along_axis(apart_rows, pairs, 1.0, axis=1)
    is_plant = np.arange(60) >= 50
    most = milp(
        -np.ones(60),
        integrality=np.ones(60),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(apart_rows, ub=1.0),
            LinearConstraint(np.stack([is_plant, ~is_plant]).astype(float), lb=1.0),
        ],
    )
    assert most.success
    assert len(kept) == round(-most.fun)


def test_of_two_who_could_leave_the_farther_one_does():
    # 0 and 2.5 km are too far apart; without 0 the rest spans 2.0 km, without 2.5 it spans 0.5 km.
    assert smallest_leaving_set(apart([(0, 0), (2.5, 0), (0.5, 0)]), 2.0, plants_from=2) == (1,)
