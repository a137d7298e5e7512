"""Distances against figures that geodesy publishes, and coordinates that cannot be right."""

import numpy as np
import pytest

from acc.rules.perimeter import longest_pair
from acc.sites import Kind, Participant, Plant, Position
from scenarios.entry.places.geography import distances_km, members_of, position_problems

BERGERAC = Position(44.8535, 0.4829)
PERIGUEUX = Position(45.1840, 0.7218)


def test_a_degree_of_latitude_near_bergerac_is_111_km():
    # Length of a degree of meridian at 45 degrees on WGS 84: 111.132 km.
    pair = distances_km([Position(44.5, 0.5), Position(45.5, 0.5)])
    assert pair[0, 1] == pytest.approx(111.132, abs=0.002)


def test_a_degree_of_longitude_at_45_degrees_is_79_km():
    # cos(45 deg) x 111.320 km, corrected for the ellipsoid: 78.847 km along the parallel.
    pair = distances_km([Position(45.0, 0.0), Position(45.0, 1.0)])
    assert pair[0, 1] == pytest.approx(78.847, abs=0.003)


def test_the_matrix_is_symmetric_with_zeros_on_its_diagonal():
    found = distances_km([BERGERAC, PERIGUEUX, Position(44.66, 0.40)])
    assert np.array_equal(found, found.T)
    assert np.array_equal(np.diag(found), np.zeros(3))
    assert 40 < found[0, 1] < 43


def test_a_missing_position_is_nan_with_everyone_itself_included():
    found = distances_km([BERGERAC, None, PERIGUEUX])
    assert np.isnan(found[1]).all()
    assert np.isnan(found[:, 1]).all()
    assert longest_pair(found).first == 0


def test_nobody_at_all_makes_an_empty_matrix():
    assert distances_km([]).shape == (0, 0)
    assert np.isnan(distances_km([None])).all()


def test_a_plant_behind_a_meter_stands_where_the_meter_is():
    mairie = Participant(
        id="m", name="M", kind=Kind.COMMUNE, position=BERGERAC, insee="24037", density_class=2, epci="x"
    )
    roof = Plant(id="r", name="R", kwp=9, behind="m")
    plant = members_of([mairie], [roof]).plants[0]
    assert (plant.position, plant.insee, plant.density_class, plant.epci) == (BERGERAC, "24037", 2, "x")
    assert members_of([mairie], [roof]).distances_km.tolist() == [[0.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize(
    ("position", "words"),
    [
        (Position(0.4829, 44.8535), "look swapped: write latitude 44.8535 and longitude 0.4829"),
        (Position(6421000.0, 505000.0), "Lambert-93"),
        (Position(51.9, 0.48), "outside France"),
        (Position(0.0, 0.0), "outside France"),
    ],
)
def test_a_position_that_cannot_be_right_says_why(position, words):
    (problem,) = position_problems({"participants.csv, line 2": position})
    assert problem.path == "participants.csv, line 2"
    assert words in problem.message


def test_positions_in_france_and_missing_ones_are_no_problem():
    assert not position_problems(
        {"a": BERGERAC, "b": None, "corsica": Position(42.0, 9.0), "reunion": Position(-21.1, 55.5)}
    )
