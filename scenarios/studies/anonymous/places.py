"""Moves all places together, turned and set down elsewhere: the distances between them stay."""

from collections.abc import Mapping
from random import Random
from statistics import fmean

from pyproj import Geod

from acc.sites import Position
from scenarios.entry.places.geography import distances_km

ELSEWHERE = Position(46.5, 2.5)
"""The middle of France: latitudes near to those of before keep distances to the millimetre."""


def moved(places: Mapping[str, Position], chance: Random) -> tuple[dict[str, Position], float]:
    """Return the places elsewhere, turned by chance and perhaps mirrored, and the largest change in km.

    Each keeps its distance and, but for the turn, its direction from the middle of them all.
    """
    if not places:
        return {}, 0.0
    geod, count = Geod(ellps="WGS84"), len(places)
    # Lists, not arrays: pyproj takes an array of one place for a number.
    latitude = [place.latitude_deg for place in places.values()]
    longitude = [place.longitude_deg for place in places.values()]
    azimuth, _back, metres = geod.inv(
        [fmean(longitude)] * count, [fmean(latitude)] * count, longitude, latitude
    )
    turn, mirror = chance.uniform(0.0, 360.0), chance.choice((-1.0, 1.0))
    elsewhere = [ELSEWHERE.longitude_deg] * count, [ELSEWHERE.latitude_deg] * count
    east, north, _back = geod.fwd(*elsewhere, [mirror * angle + turn for angle in azimuth], metres)
    new = {name: Position(float(lat), float(lon)) for name, lat, lon in zip(places, north, east, strict=True)}
    before, after = distances_km(list(places.values())), distances_km(list(new.values()))
    return new, float(abs(before - after).max())
