"""Layers as a GeoPackage (OGC 12-128r18), which GIS open as they are: SQLite, and three tables of where."""

import sqlite3
import struct
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date

from reports.view.places import Point

WGS84 = 4326
WGS84_WKT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)
APPLICATION_ID, VERSION = 0x47504B47, 10_300
FLAGS_LITTLE_ENDIAN = 1

TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
  organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL,
  definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
  identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL,
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  PRIMARY KEY (table_name, column_name));
"""

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Layer:
    """Points, or areas, and what is said of each, the same names in all.

    Attributes:
        shapes: longitude and latitude (WGS 84) of each row, its point alone; of areas,
            corners of which the last is the first.
    """

    name: str
    shapes: Sequence[Sequence[Point]]
    rows: Sequence[dict[str, Value]]
    is_area: bool = False


def geopackage(layers: Sequence[Layer], on: date) -> bytes:
    """Return layers as one file.

    Args:
        on: the date that the file says it is of: two of the same have the same bytes.
    """
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        base.execute(f"PRAGMA user_version = {VERSION}")
        base.executescript(TABLES)
        systems = [
            ("Undefined Cartesian", -1, "NONE", -1, "undefined", None),
            ("Undefined geographic", 0, "NONE", 0, "undefined", None),
            ("WGS 84", WGS84, "EPSG", WGS84, WGS84_WKT, None),
        ]
        base.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", systems)
        for layer in layers:
            _lay(base, layer, on)
        base.commit()
        return base.serialize()


def _lay(base: sqlite3.Connection, layer: Layer, on: date) -> None:
    name, shape = layer.name, "POLYGON" if layer.is_area else "POINT"
    names = list(layer.rows[0]) if layer.rows else []
    base.execute(
        "INSERT INTO gpkg_contents VALUES (?, 'features', ?, '', ?, ?, ?, ?, ?, ?)",
        (name, name, f"{on.isoformat()}T00:00:00.000Z", *_box(layer.shapes), WGS84),
    )
    base.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)", (name, shape, WGS84))
    columns = "".join(f', "{key}" {_type([row[key] for row in layer.rows])}' for key in names)
    base.execute(f'CREATE TABLE "{name}" (fid INTEGER PRIMARY KEY, geom {shape}{columns})')
    marks = ", ".join("?" * (2 + len(names)))
    pairs = enumerate(zip(layer.shapes, layer.rows, strict=True), start=1)
    base.executemany(
        f'INSERT INTO "{name}" VALUES ({marks})',  # noqa: S608 - the name is ours
        [(fid, _geometry(places, is_area=layer.is_area), *row.values()) for fid, (places, row) in pairs],
    )


def _box(shapes: Sequence[Sequence[Point]]) -> tuple[float | None, ...]:
    if not shapes:
        return (None,) * 4
    lons, lats = zip(*(place for places in shapes for place in places), strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def _type(values: Sequence[Value]) -> str:
    kinds = {type(value) for value in values} - {type(None)}
    names = {bool: "BOOLEAN", int: "INTEGER", float: "REAL"}
    return names.get(kinds.pop(), "TEXT") if len(kinds) == 1 else "TEXT"


def _geometry(places: Sequence[Point], *, is_area: bool) -> bytes:
    """Return a point, or an area of one ring, as well-known binary behind the header of the format."""
    header = struct.pack("<2sBBi", b"GP", 0, FLAGS_LITTLE_ENDIAN, WGS84)
    start = struct.pack("<BIII", 1, 3, 1, len(places)) if is_area else struct.pack("<BI", 1, 1)
    return header + start + b"".join(struct.pack("<dd", *place) for place in places)
