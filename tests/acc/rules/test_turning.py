"""Lenses and discs turned round an end, against each lens looked at place by place."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acc.rules.apart import Apart
from acc.rules.hunt import width_bound
from acc.rules.lens import _start
from acc.rules.turning import heaviest_disc, lens_weights, seen_from
from acc.sites import Position
from scenarios.folder.geography import apart as geodesic

LIMITS_KM = [0.5, 2.0, 20.0]
on_grid = st.tuples(st.integers(0, 8), st.integers(0, 8))
anywhere = st.tuples(st.floats(0, 8), st.floats(0, 8))
cells = st.lists(st.one_of(on_grid, anywhere), min_size=2, max_size=40)


def on_the_ground(places: list[tuple[float, float]], limit_km: float) -> Apart:
    """Return points of which neighbours on the grid are a quarter of the limit apart."""
    scale = limit_km / 4
    return geodesic([Position(44.85 + n * scale / 111.13, 0.48 + e * scale / 79.0) for e, n in places])


@pytest.mark.parametrize(("width_km", "weight"), [(1.5, 3), (0.9, 2), (4.0, 4), (100.0, 4)])
def test_no_group_of_four_places_on_a_road_outweighs_the_heaviest_strip_of_its_width(width_km, weight):
    """Places at 0, 0.5, 1 and 3 km of a road that runs north: three lie within 1.5 km, all within 4."""
    places = [Position(44.85 + km / 111.13, 0.48) for km in (0.0, 0.5, 1.0, 3.0)]
    hunt, _place_of = _start(geodesic(places), 2.0, 2, np.arange(4), 10**9)
    assert width_bound(hunt, np.arange(4), width_km) == weight
    assert width_bound(hunt, np.arange(0), width_km) == 0


@given(cells, st.sampled_from(LIMITS_KM), st.integers(0, 40))
@settings(max_examples=80, deadline=None)
def test_no_lens_outweighs_its_bound_and_a_disc_keeps_the_limit(places, limit_km, plants_from):
    apart_km = on_the_ground(places, limit_km)
    everyone = np.arange(len(places))
    hunt, _place_of = _start(apart_km, limit_km, plants_from, everyone, 10**9)
    table = apart_km.between(hunt.sites, hunt.sites)
    for end in range(len(hunt.sites)):
        around, squares = hunt.neighbours(end, np.arange(len(hunt.sites)))
        assert sorted(around.tolist()) == np.flatnonzero(table[end] <= limit_km).tolist()
        seen = seen_from(hunt, end, around, squares)
        assert seen is not None
        for other, bound in zip(seen.places.tolist(), lens_weights(hunt, end, seen).tolist(), strict=True):
            lens = np.flatnonzero(np.maximum(table[end], table[other]) <= table[end, other])
            assert bound >= int(hunt.weights[lens].sum()) * hunt.useful(lens)
        disc = heaviest_disc(hunt, end, seen)
        assert end in disc
        assert table[np.ix_(disc, disc)].max() <= limit_km + 1e-5
