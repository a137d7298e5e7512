"""Files of the whole country: the rows of a territory, however they are packed; what cannot be unpacked."""

import csv
import gzip
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from acc.problem import InputError
from scenarios.studies.territory.lists import large_files as module
from scenarios.studies.territory.lists.kinds import Tables, passed_over, read_tables
from scenarios.studies.territory.lists.large_files import large_files, with_large_files
from scenarios.studies.territory.lists.open_files import read_territory
from tests.studies.territory.open_folder import CODES, write_open_folder

STOCK, UNITS, PLACES = (
    "StockEtablissement_24.csv",
    "StockUniteLegale_24.csv",
    "GeolocalisationEtablissement.csv",
)
ADDRESSES = "adresses-24.csv"

HEAD = (
    "siret,activitePrincipaleEtablissement,trancheEffectifsEtablissement,"
    "codeCommuneEtablissement,enseigne1Etablissement\n"
)
ROW = "{siret},47.11F,12,{commune},{sign}\n"


def stock_of(*communes: str, sign: str = "") -> str:
    rows = [ROW.format(siret=90_000_000_000_012 + n, commune=c, sign=sign) for n, c in enumerate(communes)]
    return HEAD + "".join(rows)


def read(folder: Path, *codes: str) -> Tables:
    tables = read_tables(folder, "", (), large_files(folder))
    return with_large_files(tables, folder, "", codes)


def fault_of(folder: Path, *codes: str) -> str:
    with pytest.raises(InputError) as refused:
        read(folder, *codes)
    return str(refused.value)


def packed(folder: Path) -> None:
    """Pack the files of a made-up folder as those of the whole country are published."""
    table = pa.csv.read_csv(
        folder / STOCK,
        convert_options=pa.csv.ConvertOptions(column_types=dict.fromkeys(heads(folder / STOCK), pa.string())),
    )
    pq.write_table(table, folder / "StockEtablissement_utf8.parquet", row_group_size=50)
    with zipfile.ZipFile(folder / "StockUniteLegale_utf8.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / UNITS, "StockUniteLegale_utf8.csv")
    with zipfile.ZipFile(folder / "GeolocalisationEtablissement.zip", "w") as archive:
        archive.write(folder / PLACES, "GeolocalisationEtablissement.csv")
    (folder / "adresses-24.csv.gz").write_bytes(gzip.compress((folder / ADDRESSES).read_bytes()))
    for name in (STOCK, UNITS, PLACES, ADDRESSES):
        (folder / name).unlink()


def heads(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file))


def test_a_folder_as_the_country_publishes_it_is_the_same_territory(tmp_path: Path) -> None:
    """Parquet, zips and a compressed CSV give each site and roof that the CSV of a department give."""
    territories = []
    for name in ("plain", "packed"):
        folder = tmp_path / name
        write_open_folder(folder)
        with_communes(folder, CODES[:4])
        if name == "packed":
            packed(folder)
        territories.append(read_territory(folder))
    plain, large = territories
    assert [row.cells for row in plain.participants] == [row.cells for row in large.participants]
    assert [row.cells for row in plain.plants] == [row.cells for row in large.plants]
    assert plain.doubts == large.doubts
    assert "StockEtablissement_utf8.parquet: 40 of 100" in str(large.said)


def with_communes(folder: Path, codes: tuple[str, ...]) -> Path:
    """Name the communes of a territory in the settings that a folder without any is given."""
    read_territory(folder)
    path = folder / "operation.toml"
    listed = ", ".join(f'"{code}"' for code in codes)
    path.write_text(path.read_text(encoding="utf-8") + f"communes = [{listed}]\n", encoding="utf-8")
    return folder


def test_places_and_units_are_those_of_the_establishments_that_are_kept(tmp_path: Path) -> None:
    (tmp_path / "stock.csv.gz").write_bytes(gzip.compress(stock_of("24037", "33063", "24037").encode()))
    places = "siret;x;y;qualite_xy;epsg\n" + "".join(
        f"{90_000_000_000_012 + n};500000;6400000;11;2154\n" for n in range(4)
    )
    units = (
        "siren,categorieJuridiqueUniteLegale,denominationUniteLegale\n900000000,5710,A\n123456789,5710,B\n"
    )
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("places.csv", places)
        archive.writestr("units.csv", units)
    tables = read(tmp_path, "24037")
    (stock,), (place,), (unit,) = tables["establishment"], tables["position"], tables["unit"]
    assert [row.line for row in stock.rows] == [2, 4]
    assert [row.cells["siret"] for row in place.rows] == ["90000000000012", "90000000000014"]
    assert [row.cells["siren"] for row in unit.rows] == ["900000000"]
    assert (stock.looked_at, place.looked_at, unit.looked_at) == (3, 4, 2)


def test_without_communes_every_row_is_kept(tmp_path: Path) -> None:
    (tmp_path / "stock.gz").write_bytes(gzip.compress(stock_of("24037", "33063").encode()))
    (table,) = read(tmp_path)["establishment"]
    assert len(table.rows) == 2


def test_a_file_in_the_letters_of_windows_and_a_cell_of_two_lines_are_read(tmp_path: Path) -> None:
    text = stock_of("24037", "24037", sign='"CAFÉ,\nTABAC"')
    (tmp_path / "stock.gz").write_bytes(gzip.compress(text.encode("cp1252")))
    (table,) = read(tmp_path, "24037")["establishment"]
    assert [row.cells["sign"] for row in table.rows] == ["CAFÉ,\nTABAC"] * 2


def test_numbers_of_a_parquet_file_are_codes_with_their_first_zero(tmp_path: Path) -> None:
    columns = {
        "siret": [12, 13], "activitePrincipaleEtablissement": ["47.11F", None],
        "trancheEffectifsEtablissement": ["12", "12"], "codeCommuneEtablissement": [1004, 24037],
    }  # fmt: skip
    pq.write_table(pa.table(columns), tmp_path / "stock.parquet")
    (table,) = read(tmp_path, "01004")["establishment"]
    assert [row.cells["siret"] for row in table.rows] == ["12"]
    assert "naf" not in read(tmp_path, "24037")["establishment"][0].rows[0].cells


def test_too_many_rows_ask_for_the_communes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 2)
    (tmp_path / "stock.gz").write_bytes(gzip.compress(stock_of("24037", "33063", "24037").encode()))
    assert "[territory], communes" in fault_of(tmp_path)
    assert len(read(tmp_path, "24037")["establishment"][0].rows) == 2


def test_an_archive_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_UNPACKED_BYTES", 1_000)
    (tmp_path / "stock.gz").write_bytes(gzip.compress(stock_of(*["33063"] * 100).encode()))
    assert fault_of(tmp_path, "24037").startswith("stock.gz")


@pytest.mark.parametrize("name", ["stock.parquet", "stock.zip", "stock.csv.gz"])
def test_a_damaged_file_is_named_with_the_way_out(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PAR1 not what its name says" * 10)
    assert fault_of(tmp_path, "24037") == f"{name}: cannot be unpacked: download it again, without a password"


def test_a_file_cut_by_its_download_is_refused(tmp_path: Path) -> None:
    whole = gzip.compress(stock_of(*["24037"] * 5_000).encode())
    (tmp_path / "stock.gz").write_bytes(whole[: len(whole) // 2])
    assert "download it again" in fault_of(tmp_path, "24037")


def test_a_line_of_too_many_cells_is_refused(tmp_path: Path) -> None:
    (tmp_path / "stock.gz").write_bytes(gzip.compress((stock_of("24037") + "1,2,3,4,5,6,7\n").encode()))
    assert "stock.gz" in fault_of(tmp_path, "24037")


def test_an_archive_without_a_csv_names_what_is_inside(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "BDTOPO.zip", "w") as archive:
        archive.writestr("BDTOPO/batiment.gpkg", b"")
    assert fault_of(tmp_path).startswith("BDTOPO.zip: no CSV inside (BDTOPO/batiment.gpkg)")


def test_a_column_that_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "stock.gz").write_bytes(
        gzip.compress(stock_of("24037").replace("codeCommune", "code").encode())
    )
    assert "read as establishments (SIRENE)" in fault_of(tmp_path)


def test_an_archive_of_another_kind_is_to_be_unpacked(tmp_path: Path) -> None:
    (tmp_path / "BDTOPO_3-5.7z").write_bytes(b"7z")
    assert "Unpack here what is to be read of BDTOPO_3-5.7z" in list(passed_over(tmp_path, "", {}, ()))
