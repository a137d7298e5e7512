"""Who must leave, against every subset of places and against a search of cliques: up to 40 sites."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from acc.arrays import BoolArray, FloatArray
from acc.rules.distances import Apart
from acc.rules.largest_group import largest_from
from acc.rules.perimeter import who_leaves
from acc.sites import Position
from scenarios.entry.places.geography import apart as geodesic
from tests.effort import law

SITES = 40
PLACES = 11
LIMITS_KM = [1.0, 1.5, 2.0, 3.0]

grid = st.tuples(st.integers(0, 8), st.integers(0, 8))
"""Cells of half a kilometre: many pairs are as far apart as each other, or right at the limit."""

anywhere = st.tuples(st.floats(0, 8), st.floats(0, 8))


@st.composite
def villages(draw: st.DrawFn) -> tuple[list[tuple[float, float]], int]:
    """Up to 40 sites at few places, each place with its weight, and the first plant."""
    places = draw(st.lists(st.one_of(grid, anywhere), min_size=1, max_size=PLACES, unique=True))
    sites = draw(st.lists(st.sampled_from(places), min_size=1, max_size=SITES))
    return sites, draw(st.integers(0, len(sites)))


def on_the_ground(cells: list[tuple[float, float]]) -> Apart:
    return geodesic([Position(44.85 + north / 222.26, 0.48 + east / 158.0) for east, north in cells])


def most_and_width(table: FloatArray, limit_km: float, plants_from: int) -> tuple[int, float]:
    """Return how many can stay, of every subset of places, and how wide the narrowest such group is."""
    places, place_of = np.unique(table, axis=0, return_inverse=True)
    count, place_of = len(places), np.ravel(place_of)
    first = [int(np.flatnonzero(place_of == place)[0]) for place in range(count)]
    between = table[np.ix_(first, first)]
    chosen: BoolArray = (np.arange(1 << count)[:, None] >> np.arange(count) & 1).astype(bool)
    for i, j in combinations(range(count), 2):
        if between[i, j] > limit_km:
            chosen = chosen[~(chosen[:, i] & chosen[:, j])]
    plants = np.bincount(place_of[plants_from:], minlength=count)
    people = np.bincount(place_of[:plants_from], minlength=count)
    useful = chosen[(chosen @ plants > 0) & (chosen @ people > 0)]
    chosen = useful if len(useful) else chosen
    weight = chosen @ (plants + people)
    largest = chosen[weight == weight.max()]
    return int(weight.max()), min(float(between[np.ix_(group, group)].max()) for group in largest)


def check(apart_km: Apart, limit_km: float, plants_from: int) -> tuple[int, float]:
    """Return how many stay and how wide they are, lawful and proven."""
    table = apart_km.matrix()
    found = who_leaves(apart_km, limit_km, plants_from)
    stay = np.setdiff1d(np.arange(len(table)), found.sites)
    width = float(table[np.ix_(stay, stay)].max())
    assert found.proven
    assert found.at_least == len(found.sites)
    assert width <= limit_km
    return len(stay), width


@given(villages(), st.sampled_from(LIMITS_KM))
@law(150)
def test_with_weights_and_ties_as_many_stay_as_of_every_subset_and_as_close_together(village, limit_km):
    sites, plants_from = village
    apart_km = on_the_ground(sites)
    assert check(apart_km, limit_km, plants_from) == most_and_width(apart_km.matrix(), limit_km, plants_from)


@given(
    st.lists(st.one_of(grid, anywhere), min_size=1, max_size=SITES),
    st.sampled_from(LIMITS_KM),
    st.integers(0, SITES),
)
@law(80)
def test_of_forty_sites_as_many_stay_as_a_search_of_cliques_keeps(cells, limit_km, plants_from):
    apart_km = on_the_ground(cells)
    plants = [(plant,) for plant in range(plants_from, len(cells))]
    table, first = apart_km.matrix(), min(plants_from, len(cells))
    kept = largest_from(table, plants, first, limit_km) or largest_from(table, [()], len(cells), limit_km)
    assert check(apart_km, limit_km, first)[0] == len(kept)
