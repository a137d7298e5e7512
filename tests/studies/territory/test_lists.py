"""Roofs from a layer of a GIS, and the territory told as one: what is written is read again where it lies."""

import re
import sqlite3
import struct
from contextlib import closing, suppress
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from pyproj import CRS, Transformer

from acc.problem import InputError
from reports.studies.territory.data import Layer, geopackage
from scenarios.entry.columns.csv_tables import Row
from scenarios.studies.territory.lists.demo import write_demo
from scenarios.studies.territory.lists.open_files import read_territory
from scenarios.studies.territory.lists.roof_layers import geopackage_features, geopackage_rows

ROWS = [{"kwp": 36.5, "name": "Toit", "invented": True}, {"kwp": 9.0, "name": None, "invented": False}]


def written(where: Path) -> Path:
    layer = Layer("toits", [[(0.48, 44.85)], [(0.51, 44.9)]], ROWS)
    where.write_bytes(geopackage([layer], date(2026, 9, 1)))
    return where


def test_points_are_written_as_a_layer_of_wgs84_and_read_where_they_lie(tmp_path: Path) -> None:
    path = written(tmp_path / "roofs.gpkg")
    first, second = geopackage_rows(path, "roofs.gpkg")
    assert (first.cells["longitude"], first.cells["latitude"]) == ("0.480000", "44.850000")
    assert (first.cells["kwp"], first.cells["name"]) == ("36.5", "Toit")
    assert "name" not in second.cells
    with closing(sqlite3.connect(path)) as base:
        (wkt,) = base.execute("SELECT definition FROM gpkg_spatial_ref_sys WHERE srs_id = 4326").fetchone()
        assert CRS.from_wkt(wkt).to_epsg() == 4326
        assert base.execute("PRAGMA application_id").fetchone() == (int.from_bytes(b"GPKG", "big"),)
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert base.execute("SELECT srs_id, min_x, max_y FROM gpkg_contents").fetchone() == (4326, 0.48, 44.9)
    assert path.read_bytes() == written(tmp_path / "again.gpkg").read_bytes()


def lambert_square(wkb_of: str) -> tuple[bytes, tuple[float, float]]:
    """Return a square of 20 m in Lambert-93 as a geometry with an envelope, and its middle in WGS 84."""
    east, north = 501_000.0, 6_418_000.0
    ring = [(0, 0), (20, 0), (20, 20), (0, 20), (0, 0)]
    corners = [(east + x, north + y) for x, y in ring]
    flat = [value for corner in corners for value in corner]
    polygon = struct.pack("<BIII10d", 1, 3, 1, 5, *flat)
    whole = polygon if wkb_of == "polygon" else struct.pack("<BII", 1, 6, 1) + polygon
    header = struct.pack("<2sBBi4d", b"GP", 0, 1 | 1 << 1, 2154, east, east + 20, north, north + 20)
    middle = Transformer.from_crs(2154, 4326, always_xy=True).transform(east + 10, north + 10)
    return header + whole, middle


def test_a_layer_on_another_planet_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "roofs.gpkg")
    with closing(sqlite3.connect(path)) as base, base:
        # One letter flipped: a sphere of another size is no more the Earth.
        base.execute("UPDATE gpkg_spatial_ref_sys SET definition = replace(definition, '6378137', '178137')")
    with pytest.raises(InputError, match="not a GeoPackage that can be read"):
        list(geopackage_rows(path, "roofs.gpkg"))


def test_a_layer_whose_fault_is_told_in_bytes_that_are_no_text_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "roofs.gpkg")
    data = path.read_bytes()
    assert b"CREATE TABLE gpkg_geometry_columns" in data
    path.write_bytes(
        data.replace(b"CREATE TABLE gpkg_geometry_columns", b"CREATE \xc1ABLE gpkg_geometry_columns")
    )
    with pytest.raises(InputError, match="not a GeoPackage that can be read"):
        list(geopackage_rows(path, "roofs.gpkg"))


@pytest.mark.parametrize("wkb_of", ["polygon", "multipolygon"])
def test_outlines_in_lambert_93_have_their_middle_in_longitude_and_latitude(
    tmp_path: Path, wkb_of: str
) -> None:
    write_demo(tmp_path, sites=3, roofs=1, communes=1, seed=1)
    (tmp_path / "territory" / "roofs.csv").unlink()
    path = written(tmp_path / "territory" / "roofs.gpkg")
    blob, (lon, lat) = lambert_square(wkb_of)
    with closing(sqlite3.connect(path)) as base:
        base.execute("UPDATE gpkg_geometry_columns SET srs_id = 2154")
        base.execute("UPDATE toits SET geom = ?", (blob,))
        base.commit()
    roof, _other = read_territory(tmp_path).plants
    assert float(str(roof.cells["longitude"])) == pytest.approx(lon, abs=1e-6)
    assert float(str(roof.cells["latitude"])) == pytest.approx(lat, abs=1e-6)


@pytest.mark.parametrize("change", ["DELETE FROM gpkg_geometry_columns", "UPDATE toits SET geom = NULL"])
def test_a_layer_without_a_place_is_refused(tmp_path: Path, change: str) -> None:
    path = written(tmp_path / "roofs.gpkg")
    with closing(sqlite3.connect(path)) as base:
        base.execute(change)
        base.commit()
    with pytest.raises(InputError):
        list(geopackage_rows(path, "roofs.gpkg"))


@pytest.mark.parametrize("kind", [*range(18), 1_003, 3_003, 2**31])
def test_a_geometry_of_any_kind_and_cut_anywhere_is_read_or_refused(tmp_path: Path, kind: int) -> None:
    """Curved shapes of a GIS among them, which no roof has."""
    path = written(tmp_path / "roofs.gpkg")
    blob, _middle = lambert_square("polygon")
    head = len(blob) - len(struct.pack("<BIII10d", 1, 3, 1, 5, *range(10)))
    other = blob[: head + 1] + struct.pack("<I", kind) + blob[head + 5 :]
    for cut in (len(other), len(other) - 8, head + 5, head + 1, head, 3):
        with closing(sqlite3.connect(path)) as base, base:
            base.execute("UPDATE toits SET geom = ?", (other[:cut],))
        with suppress(InputError):
            for feature in geopackage_features(path, "roofs.gpkg", "toits"):
                assert feature.metres.is_empty is False


ENDLESS = (
    "CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT i AS fid, x'' AS geom FROM n WHERE i < 0"
)


@pytest.mark.parametrize(
    "changes",
    [
        ("UPDATE toits SET geom = x'47'",),
        ("UPDATE toits SET geom = x'4750000100000000' || zeroblob(9)",),
        ("UPDATE gpkg_geometry_columns SET column_name = 'shape'",),
        (ENDLESS, "UPDATE gpkg_geometry_columns SET table_name = 'endless'"),
    ],
)
def test_a_layer_that_cannot_be_read_is_refused(tmp_path: Path, changes: tuple[str, ...]) -> None:
    path = written(tmp_path / "roofs.gpkg")
    with closing(sqlite3.connect(path)) as base:
        base.execute("PRAGMA foreign_keys = OFF")
        for change in changes:
            base.execute(change)
        base.commit()
    with pytest.raises(InputError):
        list(geopackage_rows(path, "roofs.gpkg"))


@pytest.mark.parametrize("held", [b"", b"no database", b"GP"])
def test_what_is_no_geopackage_is_refused(tmp_path: Path, held: bytes) -> None:
    path = tmp_path / "roofs.gpkg"
    path.write_bytes(held)
    with pytest.raises(InputError, match="GeoPackage"):
        list(geopackage_rows(path, "roofs.gpkg"))


def test_two_lists_of_roofs_are_refused(tmp_path: Path) -> None:
    write_demo(tmp_path, sites=3, roofs=1, communes=1, seed=1)
    written(tmp_path / "territory" / "roofs.gpkg")
    with pytest.raises(InputError, match="Keep one"):
        read_territory(tmp_path)


def test_lists_are_sheets_of_a_workbook_too_below_a_title_and_another_sheet(tmp_path: Path) -> None:
    write_demo(tmp_path, sites=3, roofs=2, communes=1, seed=1)
    lists = tmp_path / "territory"
    told = [[tuple(row.cells.items()) for row in rows] for rows in _tables(tmp_path)]
    for name in ("sites", "roofs"):
        rows = [line.split(";") for line in (lists / f"{name}.csv").read_text("utf-8-sig").splitlines()]
        book = openpyxl.Workbook()
        book.active.append(["Ce classeur vient du syndicat"])
        sheet = book.create_sheet("Liste")
        sheet.append(["Sites au 1er mars", None, "nom"])
        for row in rows:
            sheet.append([float(cell) if re.fullmatch(r"[\d.]+", cell) else cell for cell in row])
        sheet.append(["# fin"])
        (lists / f"{name}.csv").unlink()
        book.save(lists / f"{name}.xlsx")
    again = [[tuple(row.cells.items()) for row in rows] for rows in _tables(tmp_path)]
    assert [[_numbers(row) for row in rows] for rows in again] == [
        [_numbers(row) for row in rows] for rows in told
    ]
    assert read_territory(tmp_path).origins["plants.csv", 2][0] == "territory/roofs.xlsx"


def _tables(folder: Path) -> list[tuple[Row, ...]]:
    lists = read_territory(folder)
    return [lists.participants, lists.plants]


def _numbers(cells: tuple[tuple[str, object], ...]) -> dict[str, object]:
    return {name: float(str(cell)) if name.endswith("tude") else str(cell) for name, cell in cells}


def test_a_sheet_without_titles_or_with_a_cell_at_fault_is_refused_with_its_place(tmp_path: Path) -> None:
    write_demo(tmp_path, sites=2, roofs=1, communes=1, seed=1)
    lists = tmp_path / "territory"
    (lists / "sites.csv").unlink()
    book = openpyxl.Workbook()
    book.active.append(["bonjour", "à tous"])
    book.save(lists / "sites.xlsx")
    with pytest.raises(InputError) as fault:
        read_territory(tmp_path)
    assert [problem.path for problem in fault.value.problems] == ["territory/sites.xlsx"]
    book.active.append(["nom", "profil", "kva"])
    book.active.append(["Mairie", "=1/0", "9"])
    book.save(lists / "sites.xlsx")
    with pytest.raises(InputError) as fault:
        read_territory(tmp_path)
    assert any(problem.path.endswith("Sheet!B3") for problem in fault.value.problems)
