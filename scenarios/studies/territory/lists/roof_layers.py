"""GeoJSON of a territory (RFC 7946): features as rows, and the outlines of communes.

A layer of a GeoPackage (OGC 12-128r18) as rows: its columns, and the middle of each geometry in WGS 84.
"""

import re
import sqlite3
import struct
from collections.abc import Iterator, Sequence
from contextlib import closing
from gettext import gettext as _
from itertools import count
from json import JSONDecodeError
from pathlib import Path

from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from acc.arrays import CellValue
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


ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
"""Bytes of the envelope before a geometry, by its code."""

HEADER = 8
POINT, LINE, POLYGON = 1, 2, 3

MOST_STEPS = 50
"""Of a million instructions each, which reading takes: a view may have rows without end."""

Point = tuple[float, float]


def geopackage_rows(path: Path, name: str) -> Iterator[Row]:
    """Yield the features of the only layer, numbered from 1.

    Args:
        name: what faults call the file.

    Raises:
        InputError: no GeoPackage; no layer, or several; an unknown coordinate system; no geometry; rows
            without end.
    """
    steps = count()
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
            base.set_progress_handler(lambda: next(steps) >= MOST_STEPS, 1_000_000)
            table, column, to_wgs84 = _layer(base, name)
            cursor = base.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the name is the file's own
            heads = [head[0] for head in cursor.description]
            for number, values in enumerate(cursor, start=1):
                cells = dict(zip(heads, values, strict=True))
                yield Row(name, number, _cells(cells, cells.pop(column), to_wgs84, number, name))
    except (sqlite3.DatabaseError, struct.error, ProjError, LookupError, RecursionError, ValueError):
        raise InputError([Problem(name, _("not a GeoPackage that can be read"))]) from None


def _layer(base: sqlite3.Connection, name: str) -> tuple[str, str, Transformer]:
    layers = base.execute("SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns").fetchall()
    if len(layers) != 1:
        message = _("{count} layers: keep the one of the roofs alone")
        raise InputError([Problem(name, message.format(count=len(layers)))])
    table, column, srs = layers[0]
    wkt = base.execute("SELECT definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?", (srs,)).fetchone()
    system = CRS.from_wkt(wkt[0]) if wkt else CRS.from_epsg(srs)
    return str(table).replace('"', '""'), str(column), Transformer.from_crs(system, 4326, always_xy=True)


def _cells(
    cells: dict[str, CellValue], blob: object, to_wgs84: Transformer, number: int, name: str
) -> dict[str, CellValue]:
    points = list(_coordinates(blob)) if isinstance(blob, bytes) else []
    if not points:
        raise InputError([Problem(name, _("feature {number}: no geometry").format(number=number))])
    east, north = [x for x, _y in points], [y for _x, y in points]
    lon, lat = to_wgs84.transform((min(east) + max(east)) / 2, (min(north) + max(north)) / 2)
    texts: dict[str, CellValue] = {
        key: str(value) for key, value in cells.items() if key != "fid" and value not in {None, ""}
    }
    return texts | {"latitude": f"{lat:.6f}", "longitude": f"{lon:.6f}"}


def _coordinates(blob: bytes) -> Iterator[Point]:
    """Yield the corners of a geometry: its header, its envelope, then well-known binary."""
    if blob[:2] != b"GP":
        raise struct.error
    yield from _corners(blob, HEADER + ENVELOPES.get(blob[3] >> 1 & 7, 0))[0]


def _corners(blob: bytes, at: int) -> tuple[list[Point], int]:
    """Return the corners of a geometry that begins at a byte, and where it ends."""
    order = "<" if blob[at] else ">"
    (code,) = struct.unpack_from(f"{order}I", blob, at + 1)
    kind, axes = code % 1000, 2 + (code // 1000 in {1, 2}) + 2 * (code // 1000 == 3)
    at += 5
    if kind == POINT:
        return _run(blob, at, order, axes, 1)
    (parts,) = struct.unpack_from(f"{order}I", blob, at)
    at += 4
    if kind == LINE:
        return _run(blob, at, order, axes, parts)
    corners = list[Point]()
    for _part in range(parts):
        if kind == POLYGON:
            (size,) = struct.unpack_from(f"{order}I", blob, at)
            some, at = _run(blob, at + 4, order, axes, size)
        else:
            some, at = _corners(blob, at)
        corners += some
    return corners, at


def _run(blob: bytes, at: int, order: str, axes: int, count: int) -> tuple[list[Point], int]:
    values = struct.unpack_from(f"{order}{count * axes}d", blob, at)
    return list(zip(values[::axes], values[1::axes], strict=True)), at + 8 * len(values)
