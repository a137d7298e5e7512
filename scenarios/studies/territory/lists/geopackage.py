"""A layer of a GeoPackage (OGC 12-128r18) as rows: its columns, and the middle of each geometry in WGS 84."""

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from gettext import gettext as _
from itertools import count
from pathlib import Path

from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from acc.problem import InputError, Problem
from scenarios.entry.columns.csv_tables import Row

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
    cells: dict[str, object], blob: object, to_wgs84: Transformer, number: int, name: str
) -> dict[str, object]:
    points = list(_points(blob)) if isinstance(blob, bytes) else []
    if not points:
        raise InputError([Problem(name, _("feature {number}: no geometry").format(number=number))])
    east, north = [x for x, _y in points], [y for _x, y in points]
    lon, lat = to_wgs84.transform((min(east) + max(east)) / 2, (min(north) + max(north)) / 2)
    texts: dict[str, object] = {
        key: str(value) for key, value in cells.items() if key != "fid" and value not in {None, ""}
    }
    return texts | {"latitude": f"{lat:.6f}", "longitude": f"{lon:.6f}"}


def _points(blob: bytes) -> Iterator[Point]:
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
