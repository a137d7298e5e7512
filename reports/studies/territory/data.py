"""The operations of a territory as data: JSON, GeoJSON and GeoPackage; public bodies alone are named."""

import json
import sqlite3
import struct
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from math import cos, isfinite, pi, radians, sin
from pathlib import Path
from typing import Annotated, NamedTuple

from acc.household_privacy import PUBLIC_BODIES
from acc.sites import Participant, Plant, Site
from acc.territory.result import AwaitedAnswer, Source, TerritoryOperation, TerritoryReport
from reports.data.encode import Document, Keys, Picked
from reports.view.places import KM_PER_DEG, Point, outline
from reports.view.privacy import LEAST_CLOSED, shown_degrees


def may_be_named(site: Site) -> bool:
    """Return whether a site stands under its name in what is made of a territory: public bodies alone."""
    return getattr(site, "kind", None) in PUBLIC_BODIES


def sites_of(report: TerritoryReport, operation: TerritoryOperation) -> list[Participant]:
    """Sites of an operation, in the order of the lists."""
    inside = set(operation.planned.participant_ids)
    return [site for site in report.scenario.participants if site.id in inside]


def displayed_need_kwh(report: TerritoryReport, operation: TerritoryOperation) -> float | None:
    """Need of its sites, kWh; None where it would disclose that of one or two unnamed ones."""
    closed = {site.person or site.id for site in sites_of(report, operation) if not may_be_named(site)}
    return None if 0 < len(closed) < LEAST_CLOSED else operation.needed_kwh


def main_commune(report: TerritoryReport, operation: TerritoryOperation) -> str:
    """Return the commune where most of its sites are."""
    counter = Counter(site.commune for site in sites_of(report, operation) if site.commune)
    return counter.most_common(1)[0][0] if counter else ""


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


class Layer(NamedTuple):
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


PROOF = Keys(TerritoryReport, "every_place=is_exact places largest_excess_eur=slack_eur")
OPERATION = Keys(
    TerritoryOperation,
    "folder perimeter=planned.regime sites=planned.participant_ids plants=planned.plant_ids "
    "kwp=power_kwp received_kwh=planned.received_kwh added_eur_ht=added_eur saved_eur_ht=saved_eur "
    "default_key_added_eur_ht=default_key_eur drawn_added_eur_ht=drawn_eur drawn_received_kwh=drawn_kwh "
    "longest_km=planned.longest_km checks=planned.states",
    folder=(Path, None),
)
SOURCE = Keys(Source, "file known year ids spread_ln=own_ln are_roofs")
ANSWER = Keys(AwaitedAnswer, "id operation swing_eur_ht=swing_eur")
TERRITORY = Keys(
    TerritoryReport,
    "fictitious=scenario.fictitious seed years yes_ratio estimated_sites=estimated operations "
    "added_eur_ht=added_eur saved_eur_ht=saved_eur bound_eur_ht=bound_eur "
    "bound_any_key_eur_ht=any_key_eur owners_to_confirm=unknown_owners gap_eur_ht=gap_eur "
    "gap_by_plant_key_eur_ht=by_plant_eur "
    "gap_of_net_ratio gap_of_saved_ratio proof read=said sources answers warnings=scenario.notes files",
    sources=SOURCE,
    answers=ANSWER,
    operations=(list[Annotated[Picked, OPERATION]], None),
    gap_of_net_ratio=(float | None, lambda report: _ratio(report.gap_eur, report.bound_eur)),
    gap_of_saved_ratio=(float | None, lambda report: _ratio(report.gap_eur, report.saved_eur)),
    proof=(Annotated[Picked, PROOF], PROOF.record),
    files=(Sequence[Path], None),
)


def territory_document(
    report: TerritoryReport, folders: Sequence[Path], files: Sequence[Path]
) -> Annotated[Document, TERRITORY]:
    """Document of the results, EUR excl. VAT over the plan, beyond roofs alone."""
    each = zip(report.operations, folders, strict=True)
    operations = [OPERATION.record(operation, folder=folder) for operation, folder in each]
    return TERRITORY.document(report, operations=operations, files=files)


def _ratio(part: float, total: float) -> float | None:
    return part / total if isfinite(total) and total > 0.0 else None


def territory_geojson(report: TerritoryReport) -> bytes:
    """Return a point for each site and roof with a position, an area for each operation (RFC 7946)."""
    points = [_feature(str(own.pop("id")), "Point", list(point), own) for point, own in _points(report)]
    areas = [
        _feature(f"operation-{values['operation']}", "Polygon", [[list(place) for place in ring]], values)
        for ring, values in _areas(report)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": points + areas}, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def _feature(id_: str, kind: str, coordinates: object, values: dict[str, Value]) -> Picked:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "id": id_, "geometry": geometry, "properties": values}


def territory_geopackage(report: TerritoryReport) -> bytes:
    """Return the same as two layers of a GeoPackage, in WGS 84."""
    points, areas = list(_points(report)), list(_areas(report))
    sites = Layer("sites", [[point] for point, _values in points], [values for _point, values in points])
    rings, rows = [ring for ring, _values in areas], [values for _ring, values in areas]
    layers = [Layer("operations", rings, rows, is_area=True)] if areas else []
    return geopackage([sites, *layers], report.scenario.on)


def _areas(report: TerritoryReport) -> Iterator[tuple[list[Point], dict[str, Value]]]:
    """Yield the area of each operation, from its displayed sites and roofs, with its values."""
    scenario = report.scenario
    shown = {site.id: shown_degrees(site, scenario) for site in report.units if site.position is not None}
    for k, operation in enumerate(report.operations, start=1):
        planned = operation.planned
        places = [shown[id_] for id_ in planned.ids if id_ in shown]
        low, high = operation.drawn_ends if operation.drawn_eur else (None, None)
        values: dict[str, Value] = {
            "operation": k,
            "role": "operation",
            "perimeter": str(planned.regime),
            "commune": main_commune(report, operation),
            "sites": len(planned.participant_ids),
            "roofs": len(planned.plant_ids),
            "kwp": operation.power_kwp,
            "needed_kwh": displayed_need_kwh(report, operation),
            "made_kwh": operation.made_kwh,
            "received_kwh": planned.received_kwh,
            "added_eur_ht": operation.added_eur,
            "added_eur_ht_low": low,
            "added_eur_ht_high": high,
            "per_member_eur_ht": operation.per_member_eur,
            "invented": scenario.fictitious,
        }
        if places:
            yield _around(places), values


MARGIN_KM = 0.15
"""An area reaches so far beyond its sites, so that one site alone is seen too."""


def _around(places: Sequence[Point]) -> list[Point]:
    """Return the ring around latitudes and longitudes, as longitudes and latitudes, anticlockwise."""
    far, turns = MARGIN_KM / KM_PER_DEG, [0.25 * pi * k for k in range(8)]
    reached = [
        (lon + far * cos(turn) / cos(radians(lat)), lat + far * sin(turn))
        for lat, lon in places
        for turn in turns
    ]
    corners = outline(reached)
    return [*corners, corners[0]]


def _points(report: TerritoryReport) -> Iterator[tuple[tuple[float, float], dict[str, Value]]]:
    """Yield longitude and latitude of each site and roof that has them, and what is told of it."""
    places, scenario = report.plan.places, report.scenario
    for site in report.units:
        if site.position is None:
            continue
        place = places.get(site.id)
        values: dict[str, Value] = {
            "id": site.id,
            "operation": None if place is None else place + 1,
            "perimeter": None if place is None else str(report.operations[place].planned.regime),
            "role": "plant" if isinstance(site, Plant) else "participant",
            "commune": site.commune,
            "insee": site.insee,
            "name": site.name if may_be_named(site) else None,
            "kwp": site.kwp if isinstance(site, Plant) else None,
            "invented": scenario.fictitious,
        }
        latitude, longitude = shown_degrees(site, scenario)
        yield (longitude, latitude), values
