"""Where sites stand: distances on the ellipsoid, and coordinates that cannot be right."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from gettext import gettext as _

import numpy as np
from pyproj import Geod

from acc.arrays import FloatArray, IntArray
from acc.problem import Problem
from acc.rules.distances import FEW, Apart
from acc.rules.perimeter import Body, Members, bodies_of
from acc.scenario import Scenario
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


AXIS_KM, FLATTENING = 6378.137, 1.0 / 298.257223563
"""The ellipsoid WGS 84 (NGA.STND.0036): half its larger axis, and how much shorter the other is."""


def distances_km(positions: Sequence[Position | None]) -> FloatArray:
    """Return the geodesic distances between positions on WGS 84, shape (S, S); NaN where one is missing.

    One minute of latitude is a nautical mile, at 45 degrees:

    >>> pair = distances_km([Position(45.0, 0.5), Position(45.0 + 1 / 60, 0.5)])
    >>> round(float(pair[0, 1]), 3)
    1.852
    """
    return apart(positions).matrix()


def apart(positions: Sequence[Position | None]) -> Apart:
    """Return the geodesic distances between positions on WGS 84, measured when they are asked for.

    The last ones are kept: whoever asks again of the same places finds what was measured.
    """
    return _apart(tuple(positions))


@lru_cache(maxsize=16)
def _apart(positions: tuple[Position | None, ...]) -> Apart:
    latitude = np.array([np.nan if p is None else p.latitude_deg for p in positions], dtype=float)
    longitude = np.array([np.nan if p is None else p.longitude_deg for p in positions], dtype=float)
    placed = np.isfinite(latitude) & np.isfinite(longitude)
    exact_km: Callable[[IntArray, IntArray], FloatArray] = partial(_geodesic_km, latitude, longitude)
    if len(placed) <= FEW:
        exact_km = _MeasuredOnce(exact_km, len(placed))
    return Apart(exact_km, placed, _points_km(latitude, longitude))


@dataclass(frozen=True, eq=False)
class _MeasuredOnce:
    """Distances of few places: each pair is measured once, and looked up by whoever asks again."""

    measure_km: Callable[[IntArray, IntArray], FloatArray]
    count: int

    def __call__(self, first: IntArray, second: IntArray) -> FloatArray:
        pair_km: FloatArray = self._table_km[first, second]
        return pair_km

    @cached_property
    def _table_km(self) -> FloatArray:
        rows, columns = np.triu_indices(self.count)
        table = np.empty((self.count, self.count))
        table[rows, columns] = table[columns, rows] = self.measure_km(rows, columns)
        return table


def _geodesic_km(
    latitude_deg: FloatArray, longitude_deg: FloatArray, first: IntArray, second: IntArray
) -> FloatArray:
    """Return the distances between pairs of positions, NaN where one is missing."""
    known = np.isfinite((latitude_deg + longitude_deg)[first] + (latitude_deg + longitude_deg)[second])
    # The two directions differ in the last digit: the larger, so that distances are symmetric.
    forth = np.concatenate([first[known], second[known]])
    back = np.concatenate([second[known], first[known]])
    km = np.full(len(first), np.nan)
    if forth.size:
        ends = longitude_deg[forth], latitude_deg[forth], longitude_deg[back], latitude_deg[back]
        km[known] = Geod(ellps="WGS84").inv(*ends)[2].reshape(2, -1).max(axis=0) / 1000.0
    return km


def _points_km(latitude_deg: FloatArray, longitude_deg: FloatArray) -> FloatArray:
    """Positions in space, x, y and z from the centre of the Earth, (S, 3), km."""
    latitude, longitude = np.radians(latitude_deg), np.radians(longitude_deg)
    squared = FLATTENING * (2.0 - FLATTENING)
    radius_km = AXIS_KM / np.sqrt(1.0 - squared * np.sin(latitude) ** 2)
    flat_km = radius_km * np.cos(latitude)
    height_km = radius_km * (1.0 - squared) * np.sin(latitude)
    points: FloatArray = np.stack(
        [flat_km * np.cos(longitude), flat_km * np.sin(longitude), height_km], axis=1
    )
    return points


def scenario_members(scenario: Scenario) -> Members:
    """Return the active sites of a folder, who is public there included; see `members_of`."""
    return members_of(scenario.participants, scenario.plants, bodies_of(scenario))


def members_of(
    participants: Sequence[Participant], plants: Sequence[Plant], bodies: Mapping[str, Body] | None = None
) -> Members:
    """Return the active sites with the distances between them, ready for `acc.rules.all_checks.checks`.

    A plant behind a meter injects there: what it does not say of its place is that of its participant.

    Args:
        bodies: what persons are, by id; None where nothing but the participants says it.
    """
    by_id = {participant.id: participant for participant in participants}
    placed = tuple(_at_meter(plant, by_id) for plant in plants)
    positions = [site.position for site in (*participants, *placed)]
    return Members(tuple(participants), placed, apart(positions), bodies or {})


def _at_meter(plant: Plant, by_id: Mapping[str, Participant]) -> Plant:
    site = by_id.get(plant.behind) if plant.behind else None
    if site is None:
        return plant
    return replace(
        plant,
        position=plant.position or site.position,
        within_km=plant.within_km if plant.position else site.within_km,
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
