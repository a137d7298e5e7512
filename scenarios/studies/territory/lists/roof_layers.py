"""GeoJSON of a territory (RFC 7946): features as rows, and the outlines of communes.

A layer of a GeoPackage (OGC 12-128r18) as rows: its columns, the middle of each geometry in WGS 84, and its
rings in metres of Lambert-93.
"""

import re
import sqlite3
import struct
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from gettext import gettext as _
from itertools import count
from json import JSONDecodeError
from math import isfinite
from pathlib import Path

from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from acc.problem import InputError, Problem
from acc.territory.result import Outline
from profiles.files.letters import stripped
from profiles.files.open_file import read_within
from profiles.text.delimited import parse_json
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.schema import MOST

PARTS = ("geometry", "properties")
MOST_BYTES = 200_000_000


Point = tuple[float, float]
Ring = tuple[Point, ...]
DEGREES, LAMBERT_93 = 4326, 2154


@dataclass(frozen=True, slots=True, eq=False)
class Feature:
    """A feature: its row, with the middle of its geometry in WGS 84, and its rings as the layer has them.

    Attributes:
        to_metres: from the layer's system to Lambert-93; None where it is its own.
    """

    row: Row
    corners: tuple[Ring, ...]
    to_metres: Transformer | None

    @property
    def rings(self) -> tuple[Ring, ...]:
        """Its rings in metres of Lambert-93.

        Raises:
            InputError: coordinates far outside the plane.
        """
        if self.to_metres is None:
            return self.corners
        turned = (self.to_metres.transform(*zip(*ring, strict=True)) for ring in self.corners)
        rings = tuple(tuple(zip(*ring, strict=True)) for ring in turned)
        if not isfinite(sum(sum(map(sum, ring)) for ring in rings)):
            raise no_geometry(self.row.file, self.row.line)
        return rings


def no_geometry(name: str, number: int) -> InputError:
    """Return the refusal of a feature that has no place."""
    return InputError([Problem(name, _("feature {number}: no geometry").format(number=number))])


Turns = tuple[Transformer | None, Transformer | None]
"""What turns east and north of a layer into WGS 84, and into Lambert-93; None where it is the same."""


def _turns(system: CRS) -> Turns:
    own = system.to_epsg()
    degrees, metres = (
        None if own == target else Transformer.from_crs(system, target, always_xy=True)
        for target in (DEGREES, LAMBERT_93)
    )
    return degrees, metres


def _feature(name: str, number: int, values: object, corners: Sequence[Ring], turns: Turns) -> Feature:
    """Return a feature with its texts and the middle of its box.

    Raises:
        InputError: no geometry.
    """
    points = [point for ring in corners for point in ring]
    if not points or not isfinite(sum(map(sum, points))):
        raise no_geometry(name, number)
    east, north = zip(*points, strict=True)
    middle = (min(east) + max(east)) / 2, (min(north) + max(north)) / 2
    lon, lat = middle if turns[0] is None else turns[0].transform(*middle)
    pairs = values.items() if isinstance(values, dict) else ()
    cells = {stripped(str(k)): stripped(str(v)) for k, v in pairs if k != "fid" and v is not None and v != ""}
    row = Row(name, number, cells | {"latitude": f"{lat:.6f}", "longitude": f"{lon:.6f}"})
    return Feature(row, tuple(corners), turns[1])


def geojson_rows(path: Path, name: str) -> Iterator[Row]:
    """Yield the features of a file as rows, numbered from 1: WGS 84, the middle of each.

    Raises:
        InputError: see `geojson_features`.
    """
    return (feature.row for feature in geojson_features(path, name))


def geojson_features(path: Path, name: str) -> Iterator[Feature]:
    """Yield the features of a file, numbered from 1.

    Args:
        name: what faults call the file.

    Raises:
        InputError: what is no collection of features, one without a geometry, an unknown coordinate system.
    """
    features, turns = _features(path, name)
    for number, feature in enumerate(features, start=1):
        geometry, own = (feature.get(part) if isinstance(feature, dict) else None for part in PARTS)
        corners = list(_runs(geometry.get("coordinates") if isinstance(geometry, dict) else None))
        yield _feature(name, number, own, corners, turns)


def geojson_outlines(path: Path, name: str) -> tuple[Outline, ...]:
    """Return the rings of every area of a file, to draw behind a map; what is no area is left out.

    Raises:
        InputError: see `geojson_rows`.
    """
    rings = []
    for feature in _features(path, name)[0]:
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if isinstance(geometry, dict) and geometry.get("type") in {"Polygon", "MultiPolygon"}:
            rings += [run for run in _runs(geometry.get("coordinates")) if len(run) > 2]
    return tuple(rings)


def _features(path: Path, name: str) -> tuple[list[object], Turns]:
    """Return the features of a file, and what turns its coordinates: WGS 84 where it names no system."""
    try:
        content = parse_json(read_within(path, MOST_BYTES))
    except JSONDecodeError:
        content = None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(features, list):
        raise InputError([Problem(name, _("not a GeoJSON collection of features"))])
    crs = str(content.get("crs") or "")
    code = re.search(r"EPSG\D+(\d{4,5})\b", crs)
    try:
        return features, _turns(CRS.from_epsg(code[1] if code and "CRS84" not in crs else DEGREES))
    except ProjError:
        message = _("an unknown coordinate system: export it again in EPSG:4326 or EPSG:2154")
        raise InputError([Problem(name, message)]) from None


def _runs(coordinates: object) -> Iterator[Ring]:
    """Yield the points that stand in coordinates, however deep, those of one list together."""
    if not isinstance(coordinates, list):
        return
    if _is_point(coordinates):
        yield ((float(coordinates[0]), float(coordinates[1])),)
        return
    points = [(float(p[0]), float(p[1])) for p in coordinates if _is_point(p)]
    if points:
        yield tuple(points)
        return
    for coordinate in coordinates:
        yield from _runs(coordinate)


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

MOST_STEPS = 300
"""Of a million instructions each, which reading takes: a view may have rows without end."""

MOST_LAYERS = 12
"""Of a file that a refusal names."""

FAULTS = sqlite3.DatabaseError, struct.error, ProjError, LookupError, RecursionError, ValueError


@contextmanager
def opened_geopackage(path: Path, name: str) -> Iterator[sqlite3.Connection]:
    """Give a file, only to be read and for so long.

    Raises:
        InputError: no GeoPackage that can be read; rows without end.
    """
    steps = count()
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
            base.set_progress_handler(lambda: next(steps) >= MOST_STEPS, 1_000_000)
            yield base
    except FAULTS:
        raise InputError([Problem(name, _("not a GeoPackage that can be read"))]) from None


def geopackage_layers(path: Path, name: str) -> dict[str, list[str]]:
    """Return the columns of each layer of a file.

    Raises:
        InputError: see `opened_geopackage`.
    """
    with opened_geopackage(path, name) as base:
        tables = [row[0] for row in base.execute("SELECT table_name FROM gpkg_geometry_columns")]
        select = "SELECT name FROM pragma_table_info(?)"
        return {table: [str(row[0]) for row in base.execute(select, (table,))] for table in tables}


def geopackage_rows(path: Path, name: str) -> Iterator[Row]:
    """Yield the features of the only layer as rows.

    Raises:
        InputError: see `geopackage_features`; no layer, or several.
    """
    layers = list(geopackage_layers(path, name))
    if len(layers) != 1:
        message = _("{count} layers ({names}): name one in [territory], layers = [“{layer}”]")
        words = {"names": ", ".join(layers[:MOST_LAYERS]), "layer": f"{path.name}#{next(iter(layers), '')}"}
        raise InputError([Problem(name, message.format(count=len(layers), **words))])
    return (feature.row for feature in geopackage_features(path, name, layers[0]))


def geopackage_features(path: Path, name: str, layer: str) -> Iterator[Feature]:
    """Yield the features of a layer, numbered from 1.

    Args:
        name: what faults call the file.

    Raises:
        InputError: see `opened_geopackage`; an unknown coordinate system; no geometry.
    """
    with opened_geopackage(path, name) as base:
        column, turns = _layer(base, layer)
        quoted = layer.replace('"', '""')
        cursor = base.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608 - the name is the file's own
        heads = [head[0] for head in cursor.description]
        for number, values in enumerate(cursor, start=1):
            cells = dict(zip(heads, values, strict=True))
            blob = cells.pop(column)
            corners = list(_coordinates(blob)) if isinstance(blob, bytes) else []
            yield _feature(name, number, cells, corners, turns)


def _layer(base: sqlite3.Connection, layer: str) -> tuple[str, Turns]:
    """Return the column of the geometry of a layer, and what turns its coordinates."""
    select = "SELECT column_name, srs_id FROM gpkg_geometry_columns WHERE table_name = ?"
    column, srs = base.execute(select, (layer,)).fetchall()[0]
    wkt = base.execute("SELECT definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?", (srs,)).fetchone()
    return str(column), _turns(CRS.from_wkt(wkt[0]) if wkt else CRS.from_epsg(srs))


def _coordinates(blob: bytes) -> Iterator[Ring]:
    """Yield the rings of a geometry: its header, its envelope, then well-known binary."""
    if blob[:2] != b"GP":
        raise struct.error
    yield from _corners(blob, HEADER + ENVELOPES.get(blob[3] >> 1 & 7, 0))[0]


def _corners(blob: bytes, at: int) -> tuple[list[Ring], int]:
    """Return the rings of a geometry that begins at a byte, and where it ends."""
    order = "<" if blob[at] else ">"
    (code,) = struct.unpack_from(f"{order}I", blob, at + 1)
    kind, axes = code % 1000, 2 + (code // 1000 in {1, 2}) + 2 * (code // 1000 == 3)
    at += 5
    if kind == POINT:
        ring, at = _run(blob, at, order, axes, 1)
        return [ring], at
    (parts,) = struct.unpack_from(f"{order}I", blob, at)
    at += 4
    if kind == LINE:
        ring, at = _run(blob, at, order, axes, parts)
        return [ring], at
    rings = list[Ring]()
    for _part in range(parts):
        if kind == POLYGON:
            (size,) = struct.unpack_from(f"{order}I", blob, at)
            ring, at = _run(blob, at + 4, order, axes, size)
            rings.append(ring)
        else:
            some, at = _corners(blob, at)
            rings += some
    return rings, at


def _run(blob: bytes, at: int, order: str, axes: int, count: int) -> tuple[Ring, int]:
    values = struct.unpack_from(f"{order}{count * axes}d", blob, at)
    return tuple(zip(values[::axes], values[1::axes], strict=True)), at + 8 * len(values)
