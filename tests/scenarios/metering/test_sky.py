"""Where the sky of an operation is read, by hand."""

from dataclasses import replace

import pytest

from acc.problem import InputError
from acc.sites import Position
from scenarios.operation.metering.kept_meters import sky_position
from tests.operations import member, plant, scenario


def test_the_sky_is_read_in_the_middle_of_the_sites_to_a_hundredth_of_a_degree() -> None:
    sites = [
        replace(member(name), position=Position(*at))
        for name, at in (("a", (44.841, 0.481)), ("b", (44.853, 0.497)))
    ]
    roof = replace(plant("toit"), position=Position(44.862, 0.512))
    middle = sky_position(scenario(sites, [roof]))
    # (44.841 + 44.853 + 44.862) / 3 = 44.852, (0.481 + 0.497 + 0.512) / 3 = 0.49667
    assert middle == Position(44.85, 0.5)


def test_without_a_place_the_sky_is_asked_for() -> None:
    sites = [replace(member("a"), position=None)]
    with pytest.raises(InputError, match="coordinates"):
        sky_position(scenario(sites, [replace(plant("toit"), position=None)]))
