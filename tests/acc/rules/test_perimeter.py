"""The longest pair decides, not a circle; and the fewest who must leave."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from acc.rules.distances import Apart
from acc.rules.largest_group import largest_from, largest_group, largest_independent
from acc.rules.perimeter import longest_pair, smallest_leaving_set, who_leaves
from acc.sites import Position
from scenarios.entry.places.geography import apart as geodesic
from tests.effort import law

points = st.lists(st.tuples(st.floats(0, 10), st.floats(0, 10)), max_size=9)


def apart(places: list[tuple[float, float]]) -> np.ndarray:
    spot = np.array(places, dtype=float).reshape(-1, 2)
    return np.hypot(*(spot[:, None, :] - spot[None, :, :]).transpose(2, 0, 1))


@given(points)
@law(100)
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
@law(100)
def test_nobody_larger_can_stay_together_than_the_largest_group(places, limit):
    near = apart(places) <= limit
    kept = largest_group(near)
    assert all(near[i, j] for i, j in combinations(kept, 2))
    larger = combinations(range(len(places)), len(kept) + 1)
    assert not any(all(near[i, j] for i, j in combinations(group, 2)) for group in larger)


@given(points, st.floats(0.5, 8), st.integers(0, 8))
@law(100)
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


def on_the_ground(places: list[tuple[float, float]]) -> Apart:
    """Return the distances between points given in kilometres around Bergerac, measured on the ellipsoid."""
    return geodesic([Position(44.85 + north / 111.13, 0.48 + east / 79.0) for east, north in places])


cells = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=24)


@given(cells, st.sampled_from([1.0, 1.5, 2.0]), st.integers(0, 24), st.integers(0, 25))
@law(60)
def test_on_a_grid_full_of_ties_those_who_leave_are_those_a_search_of_cliques_finds(
    places, limit_km, plants_from, nowhere
):
    """Several sites at one place, pairs at the limit, one without position: as the search of every clique."""
    apart_km = on_the_ground([(east / 2, north / 2) for east, north in places])
    if nowhere < len(places):
        positions = [Position(44.85 + n / 222.26, 0.48 + e / 158.0) for e, n in places]
        apart_km = geodesic([None if i == nowhere else p for i, p in enumerate(positions)])
    table = apart_km.matrix()
    plants = [(plant,) for plant in range(plants_from, len(places))]
    kept = largest_from(table, plants, plants_from, limit_km) or largest_from(
        table, [()], len(places), limit_km
    )
    found = who_leaves(apart_km, limit_km, plants_from)
    assert found.proven
    assert len(found.sites) == len(places) - len(kept)
    stay = sorted(set(range(len(places))) - set(found.sites))
    assert not (table[np.ix_(stay, stay)] > limit_km).any()


@given(points)
@law(60)
def test_the_longest_pair_on_the_ground_is_that_of_the_whole_table(places):
    apart_km = on_the_ground(places)
    assert longest_pair(apart_km) == longest_pair(apart_km.matrix())


def test_the_longest_pair_of_three_hundred_sites_is_that_of_the_whole_table():
    turn = np.random.default_rng(2).uniform(0, 2 * np.pi, 300)
    apart_km = on_the_ground(np.column_stack([np.cos(turn), np.sin(turn)]).tolist())
    assert longest_pair(apart_km) == longest_pair(apart_km.matrix())


def villages(count: int) -> list[tuple[float, float]]:
    rng = np.random.default_rng(1)
    centres = rng.uniform(0, 20, (60, 2))
    return (centres[rng.integers(60, size=count)] + rng.normal(0, 0.25, (count, 2))).tolist()


def test_two_thousand_sites_in_villages_are_decided_to_the_last():
    found = who_leaves(on_the_ground(villages(2000)), 2.0, plants_from=1980)
    assert found.proven


def test_eleven_hundred_sites_in_one_village_stay_together():
    """As many as used to be one call each: more than the language allows."""
    places = np.random.default_rng(1).normal(0, 0.2, (1100, 2)).tolist()
    assert who_leaves(on_the_ground([*places, (9.0, 0.0)]), 2.0, plants_from=1090).sites == (1100,)


@pytest.mark.slow
def test_a_search_cut_short_gives_a_lawful_group_and_how_few_could_leave():
    apart_km = on_the_ground(np.random.default_rng(1).normal(0, 1.2, (300, 2)).tolist())
    short, whole = (who_leaves(apart_km, 2.0, 290, effort) for effort in (100_000, 500_000_000))
    assert whole.proven
    assert not short.proven
    assert short.at_least <= len(whole.sites) <= len(short.sites)
    stay = sorted(set(range(300)) - set(short.sites))
    assert apart_km.matrix()[np.ix_(stay, stay)].max() <= 2.0


def test_the_lightest_cover_follows_weights_and_names_an_odd_ring():
    # A chain 0 - 1 - 2 where the middle weighs 5 and the ends 2 each: the middle alone is heavier.
    chain = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=bool)
    kept, ring = largest_independent(chain, np.array([2, 5, 2]), 0)
    assert kept is not None
    assert (kept.tolist(), ring) == ([1], None)
    kept, _ring = largest_independent(chain, np.array([3, 5, 3]), 0)
    assert kept is not None
    assert kept.tolist() == [0, 2]
    assert largest_independent(chain, np.array([2, 5, 2]), 5) == (None, None)
    assert largest_independent(~np.eye(3, dtype=bool), np.ones(3, dtype=np.int64), 0)[1] is not None
