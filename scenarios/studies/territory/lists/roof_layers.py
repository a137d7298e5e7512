"""GeoJSON of a territory (RFC 7946): features as rows, and the outlines of communes.

A layer of a GeoPackage (OGC 12-128r18) as rows: its columns, the middle of each geometry in WGS 84, and its
shape in metres of Lambert-93.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from gettext import gettext as _
from itertools import count
from json import JSONDecodeError
from math import inf, isfinite
from pathlib import Path

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from shapely.errors import ShapelyError
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry

from acc.problem import InputError, Problem
from acc.territory.result import Outline
from profiles.files.letters import stripped
from profiles.files.open_file import read_within
from profiles.text.delimited import parse_json
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.schema import MOST

PARTS = ("geometry", "properties")
MOST_BYTES = 200_000_000


DEGREES, LAMBERT_93 = 4326, 2154


@dataclass(frozen=True, slots=True, eq=False)
class Feature:
    """A feature: its row, with the middle of its geometry in WGS 84, and its shape as the layer has it.

    Attributes:
        to_metres: from the layer's system to Lambert-93; None where it is its own.
    """

    row: Row
    own: BaseGeometry
    to_metres: Transformer | None

    @property
    def metres(self) -> BaseGeometry:
        """Its shape in metres of Lambert-93.

        Raises:
            InputError: coordinates far outside the plane.
        """
        shape = turned(self.own, self.to_metres)
        if not isfinite(sum(shape.bounds)):
            raise no_geometry(self.row.file, self.row.line)
        return shape


def turned(own: BaseGeometry, turn: Transformer | None) -> BaseGeometry:
    """Return a shape in another system of coordinates; as it is without one."""
    return own if turn is None else shapely.transform(own, turn.transform, interleaved=False)


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


def _feature(name: str, number: int, values: object, own: BaseGeometry | None, turns: Turns) -> Feature:
    """Return a feature with its texts and the middle of its box.

    Raises:
        InputError: no geometry.
    """
    bounds = (inf,) * 4 if own is None or own.is_empty else own.bounds
    if own is None or not all(abs(value) < MOST for value in bounds):
        raise no_geometry(name, number)
    west, south, east, north = bounds
    middle = (west + east) / 2, (south + north) / 2
    lon, lat = middle if turns[0] is None else turns[0].transform(*middle)
    pairs = values.items() if isinstance(values, dict) else ()
    cells = {stripped(str(k)): stripped(str(v)) for k, v in pairs if k != "fid" and v is not None and v != ""}
    row = Row(name, number, cells | {"latitude": f"{lat:.6f}", "longitude": f"{lon:.6f}"})
    return Feature(row, own, turns[1])


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
        yield _feature(name, number, own, _shape(geometry), turns)


def geojson_outlines(path: Path, name: str) -> tuple[Outline, ...]:
    """Return the rings of every area of a file, to draw behind a map; what is no area is left out.

    Raises:
        InputError: see `geojson_rows`.
    """
    features, (to_degrees, _to_metres) = _features(path, name)
    shapes = (_shape(feature.get("geometry")) for feature in features if isinstance(feature, dict))
    return tuple(ring for own in shapes if own for ring in rings_of(turned(own, to_degrees)))


def rings_of(own: BaseGeometry) -> Iterator[Outline]:
    """Yield the rings of the areas of a shape.

    >>> [len(ring) for ring in rings_of(shapely.box(0, 0, 2, 1))]
    [5]
    """
    for part in shapely.get_parts(own):
        if isinstance(part, shapely.Polygon):
            yield from (tuple(ring.coords) for ring in (part.exterior, *part.interiors))


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


def _shape(geometry: object) -> BaseGeometry | None:
    """Return the shape of a geometry of GeoJSON; None where it is none."""
    try:
        return shapely.force_2d(shape_of(geometry))
    except (ShapelyError, RuntimeError, ValueError, TypeError, AttributeError, LookupError):
        return None


ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
"""Bytes of the envelope before a geometry, by its code."""

HEADER = 8

MOST_STEPS = 300
"""Of a million instructions each, which reading takes: a view may have rows without end."""

MOST_LAYERS = 12
"""Of a file that a refusal names."""

FAULTS = sqlite3.DatabaseError, ProjError, ShapelyError, LookupError, RuntimeError, ValueError
"""Of a damaged file; of curved shapes, which the library does not read, a RuntimeError."""


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
            own = _unpacked(blob) if isinstance(blob, bytes) else None
            yield _feature(name, number, cells, own, turns)


def _layer(base: sqlite3.Connection, layer: str) -> tuple[str, Turns]:
    """Return the column of the geometry of a layer, and what turns its coordinates."""
    select = "SELECT column_name, srs_id FROM gpkg_geometry_columns WHERE table_name = ?"
    column, srs = base.execute(select, (layer,)).fetchall()[0]
    wkt = base.execute("SELECT definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?", (srs,)).fetchone()
    return str(column), _turns(CRS.from_wkt(wkt[0]) if wkt else CRS.from_epsg(srs))


def _unpacked(blob: bytes) -> BaseGeometry | None:
    """Return the shape of a geometry: its header, its envelope, then well-known binary.

    Raises:
        ValueError: another header.
    """
    if blob[:2] != b"GP":
        raise ValueError(blob[:2])
    start = HEADER + ENVELOPES.get(blob[3] >> 1 & 7, 0)
    with np.errstate(invalid="ignore"):  # a coordinate that is no number is refused by its feature
        own = shapely.from_wkb(blob[start:], on_invalid="fix")
    return None if own is None else shapely.force_2d(own)
