"""What no group can outweigh: the heaviest strip of its width."""

import numpy as np
import pytest

from acc.rules.largest_group import matched_bound, width_bound
from acc.rules.max_diameter_group import _start
from acc.sites import Position
from scenarios.entry.places.geography import apart as geodesic


@pytest.mark.parametrize(("width_km", "weight"), [(1.5, 3), (0.9, 2), (4.0, 4), (100.0, 4)])
def test_no_group_of_four_places_on_a_road_outweighs_the_heaviest_strip_of_its_width(width_km, weight):
    """Places at 0, 0.5, 1 and 3 km of a road that runs north: three lie within 1.5 km, all within 4."""
    places = [Position(44.85 + km / 111.13, 0.48) for km in (0.0, 0.5, 1.0, 3.0)]
    hunt, _place_of = _start(geodesic(places), 2.0, 2, np.arange(4), 10**9)
    assert width_bound(hunt, np.arange(4), width_km) == weight
    assert width_bound(hunt, np.arange(0), width_km) == 0


def test_a_place_that_was_matched_takes_no_other_with_it() -> None:
    """At 0, 1, 9 and 10 km, of 2 allowed: 0 goes with 10 and 1 with 9, so two of four must go."""
    places = [Position(44.85 + km / 111.13, 0.48) for km in (0.0, 1.0, 9.0, 10.0)]
    hunt, _place_of = _start(geodesic(places), 2.0, 2, np.arange(4), 10**9)
    assert matched_bound(hunt, np.arange(4)) == 2
