"""Where sites stand: distances on the ellipsoid, and coordinates that cannot be right."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _

import numpy as np
from pyproj import Geod

from acc.arrays import FloatArray
from acc.problem import Problem
from acc.rules.perimeter import Members
from acc.sites import Participant, Plant, Position

LATITUDES_DEG = (41.3, 51.2)
LONGITUDES_DEG = (-5.2, 9.7)
"""The box that holds metropolitan France, Corsica included (IGN, rounded outwards)."""

OVERSEAS_BOXES_DEG = (
    (14.3, 18.2, -63.2, -60.7),  # Guadeloupe, Martinique, Saint-Martin, Saint-Barthélemy
    (2.0, 5.9, -54.7, -51.5),  # Guyane
    (-21.5, -20.8, 55.1, 55.9),  # La Réunion
    (-13.1, -12.5, 44.9, 45.4),  # Mayotte
    (46.7, 47.2, -56.5, -56.0),  # Saint-Pierre-et-Miquelon
)
"""South, north, west and east of the overseas départements, where the law applies too."""


def distances_km(positions: Sequence[Position | None]) -> FloatArray:
    """Return the geodesic distances between positions on WGS 84, shape (S, S); NaN where one is missing.

    One minute of latitude is a nautical mile, at 45 degrees:

    >>> pair = distances_km([Position(45.0, 0.5), Position(45.0 + 1 / 60, 0.5)])
    >>> round(float(pair[0, 1]), 3)
    1.852
    """
    latitude = np.array([np.nan if p is None else p.latitude_deg for p in positions], dtype=float)
    longitude = np.array([np.nan if p is None else p.longitude_deg for p in positions], dtype=float)
    count = len(positions)
    distances = np.full((count, count), np.nan)
    placed = np.flatnonzero(np.isfinite(latitude) & np.isfinite(longitude))
    first, second = (index.ravel() for index in np.meshgrid(placed, placed, indexing="ij"))
    if first.size:
        _azimuth, _back, metres = Geod(ellps="WGS84").inv(
            longitude[first], latitude[first], longitude[second], latitude[second]
        )
        distances[first, second] = np.asarray(metres) / 1000.0
    # The two directions differ in the last digit: the matrix is made exactly symmetric.
    symmetric: FloatArray = np.maximum(distances, distances.T)
    return symmetric


def members_of(participants: Sequence[Participant], plants: Sequence[Plant]) -> Members:
    """Return the active sites with the distances between them, ready for `acc.rules.all_checks.checks`.

    A plant behind a meter injects there: what it does not say of its place is that of its participant.
    """
    by_id = {participant.id: participant for participant in participants}
    placed = tuple(_at_meter(plant, by_id) for plant in plants)
    positions = [site.position for site in (*participants, *placed)]
    return Members(tuple(participants), placed, distances_km(positions))


def _at_meter(plant: Plant, by_id: Mapping[str, Participant]) -> Plant:
    site = by_id.get(plant.behind) if plant.behind else None
    if site is None:
        return plant
    return replace(
        plant,
        position=plant.position or site.position,
        insee=plant.insee or site.insee,
        commune=plant.commune or site.commune,
        density_class=plant.density_class or site.density_class,
        epci=plant.epci or site.epci,
    )


def position_problems(positions: Mapping[str, Position | None]) -> list[Problem]:
    """Return the positions that are not in France, by path, with the likely cause."""
    return [
        Problem(path, _position_message(position))
        for path, position in positions.items()
        if position is not None and not in_france(position)
    ]


def in_france(position: Position) -> bool:
    """Return whether a position may be in metropolitan France or an overseas département.

    >>> in_france(Position(44.85, 0.48)), in_france(Position(0.48, 44.85))
    (True, False)
    """
    boxes = ((*LATITUDES_DEG, *LONGITUDES_DEG), *OVERSEAS_BOXES_DEG)
    return any(
        south <= position.latitude_deg <= north and west <= position.longitude_deg <= east
        for south, north, west, east in boxes
    )


def _position_message(position: Position) -> str:
    latitude, longitude = position.latitude_deg, position.longitude_deg
    if in_france(Position(longitude, latitude)):
        message = _(
            "latitude {latitude:g} and longitude {longitude:g} look swapped: write latitude {longitude:g} "
            "and longitude {latitude:g}"
        )
    elif not (abs(latitude) <= 90.0 and abs(longitude) <= 180.0):
        message = _(
            "latitude {latitude:g} and longitude {longitude:g} are not degrees: convert them (Lambert-93 "
            "metres?) to decimal degrees, WGS 84"
        )
    else:
        message = _(
            "latitude {latitude:g} and longitude {longitude:g} are outside France: decimal degrees are "
            "expected, positive to the north and to the east (Bergerac: 44.85 and 0.48)"
        )
    return message.format(latitude=latitude, longitude=longitude)
