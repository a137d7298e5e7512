"""GeoJSON of a territory (RFC 7946): features as rows, and the outlines of communes."""

import re
from collections.abc import Iterator, Sequence
from gettext import gettext as _
from json import JSONDecodeError
from pathlib import Path

from acc.problem import InputError, Problem
from acc.territory.result import Outline
from profiles.files.letters import stripped
from profiles.files.open_file import read_within
from profiles.text.delimited import parse_json
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.schema import MOST

PARTS = ("geometry", "properties")
MOST_BYTES = 200_000_000


def geojson_rows(path: Path, name: str) -> Iterator[Row]:
    """Yield the features of a file as rows, numbered from 1: WGS 84, the middle of each.

    Args:
        name: what faults call the file.

    Raises:
        InputError: what is no collection of features, one without a geometry, another coordinate system.
    """
    for number, feature in enumerate(_features(path, name), start=1):
        geometry, own = (feature.get(part) if isinstance(feature, dict) else None for part in PARTS)
        points = list(_points(geometry.get("coordinates") if isinstance(geometry, dict) else None))
        if not points:
            message = _("feature {number}: no geometry")
            raise InputError([Problem(name, message.format(number=number))])
        lons, lats = [p[0] for p in points], [p[1] for p in points]
        place = {"latitude": (min(lats) + max(lats)) / 2, "longitude": (min(lons) + max(lons)) / 2}
        jsons = own.items() if isinstance(own, dict) else ()
        cells = {stripped(str(k)): stripped(str(v)) for k, v in jsons if v is not None and v != ""}
        yield Row(name, number, cells | {key: f"{value:.6f}" for key, value in place.items()})


def geojson_outlines(path: Path, name: str) -> tuple[Outline, ...]:
    """Return the rings of every area of a file, to draw behind a map; what is no area is left out.

    Raises:
        InputError: see `geojson_rows`.
    """
    rings = []
    for feature in _features(path, name):
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if isinstance(geometry, dict) and geometry.get("type") in {"Polygon", "MultiPolygon"}:
            rings += list(_rings(geometry.get("coordinates")))
    return tuple(rings)


def _features(path: Path, name: str) -> list[object]:
    try:
        content = parse_json(read_within(path, MOST_BYTES))
    except JSONDecodeError:
        content = None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(features, list):
        raise InputError([Problem(name, _("not a GeoJSON collection of features"))])
    crs = str(content.get("crs") or "")
    if crs and not re.search(r"CRS84|4326", crs):
        message = _("another coordinate system than longitude and latitude: export it again in EPSG:4326")
        raise InputError([Problem(name, message)])
    return features


def _rings(coordinates: object) -> Iterator[Outline]:
    """Yield the lists of three points and more that stand in coordinates, however deep."""
    if not isinstance(coordinates, list):
        return
    points = [(float(p[0]), float(p[1])) for p in coordinates if _is_point(p)]
    if points:
        if len(points) == len(coordinates) and len(points) > 2:
            yield tuple(points)
        return
    for coordinate in coordinates:
        yield from _rings(coordinate)


def _points(coordinates: object) -> Iterator[Sequence[float]]:
    if not isinstance(coordinates, list):
        return
    if _is_point(coordinates):
        yield coordinates
    else:
        for coordinate in coordinates:
            yield from _points(coordinate)


def _is_point(given: object) -> bool:
    return (
        isinstance(given, list)
        and len(given) > 1
        and all(isinstance(value, int | float) and abs(value) < MOST for value in given[:2])
    )
