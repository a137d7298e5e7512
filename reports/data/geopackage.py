"""Points as a GeoPackage (OGC 12-128r18), which GIS open as they are: SQLite, and three tables of where."""

import sqlite3
import struct
from collections.abc import Sequence
from contextlib import closing
from datetime import date

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


def points_geopackage(
    layer: str, points: Sequence[tuple[float, float]], rows: Sequence[dict[str, Value]], on: date
) -> bytes:
    """Return one layer of points.

    Args:
        points: longitude and latitude of each, WGS 84.
        rows: what is said of each, the same names in all.
        on: the date that the file says it is of: two of the same have the same bytes.
    """
    names = list(rows[0]) if rows else []
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
        box = _box(points)
        base.execute(
            "INSERT INTO gpkg_contents VALUES (?, 'features', ?, '', ?, ?, ?, ?, ?, ?)",
            (layer, layer, f"{on.isoformat()}T00:00:00.000Z", *box, WGS84),
        )
        base.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POINT', ?, 0, 0)", (layer, WGS84))
        columns = "".join(f', "{name}" {_type([row[name] for row in rows])}' for name in names)
        base.execute(f'CREATE TABLE "{layer}" (fid INTEGER PRIMARY KEY, geom POINT{columns})')
        marks = ", ".join("?" * (2 + len(names)))
        base.executemany(
            f'INSERT INTO "{layer}" VALUES ({marks})',  # noqa: S608 - the name is ours
            [
                (fid, _geometry(*point), *row.values())
                for fid, (point, row) in enumerate(zip(points, rows, strict=True), start=1)
            ],
        )
        base.commit()
        return base.serialize()


def _box(points: Sequence[tuple[float, float]]) -> tuple[float | None, ...]:
    if not points:
        return (None,) * 4
    lons, lats = zip(*points, strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def _type(values: Sequence[Value]) -> str:
    kinds = {type(value) for value in values} - {type(None)}
    names = {bool: "BOOLEAN", int: "INTEGER", float: "REAL"}
    return names.get(kinds.pop(), "TEXT") if len(kinds) == 1 else "TEXT"


def _geometry(lon: float, lat: float) -> bytes:
    header = struct.pack("<2sBBi", b"GP", 0, FLAGS_LITTLE_ENDIAN, WGS84)
    return header + struct.pack("<BIdd", 1, 1, lon, lat)
