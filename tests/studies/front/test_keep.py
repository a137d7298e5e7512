"""A point of the front kept in a folder: its floor, and its orders in a file or each month solved anew."""

from pathlib import Path

import pytest

from acc.problem import InputError
from scenarios.entry.folder.raw import read_source
from scenarios.entry.folder.settings import Setting
from scenarios.entry.folder.xlsx_tables import WORKBOOK
from scenarios.export import export
from scenarios.studies.front.run import FrontRequest, keep_variant
from tests.scenarios.operation import write_operation

ORDERS = "mois;rang\n"


def test_orders_are_a_file_that_the_variant_names(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op")
    file = keep_variant(folder, "Plus égal", 0.25, ORDERS, FrontRequest())
    assert file == "cles/optimal-plus-egal.csv"
    assert (folder / file).read_text(encoding="utf-8") == ORDERS
    kept = read_source(folder).sections["variants"][-1]
    assert (kept["name"], kept["key.floor_ratio"], kept["key.file"]) == ("Plus égal", 0.25, file)
    with pytest.raises(InputError, match="is there already"):
        keep_variant(folder, "Plus égal", 0.5, ORDERS, FrontRequest())
    with pytest.raises(InputError, match="--force"):  # another name, the same file
        keep_variant(folder, "Plus egal", 0.5, ORDERS, FrontRequest())
    assert keep_variant(folder, "Plus egal", 0.5, "anew", FrontRequest(), force=True) == file
    assert (folder / file).read_text(encoding="utf-8") == "anew"


def test_without_orders_each_month_is_solved_and_no_file_is_written(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op")
    assert keep_variant(folder, "chaque mois", 0.25, None, FrontRequest()) is None
    kept = read_source(folder).sections["variants"][-1]
    assert (kept["key.floor_ratio"], kept["key.monthly"], "key.file" in kept) == (0.25, True, False)
    assert not (folder / "cles").exists()


@pytest.mark.parametrize("orders", [ORDERS, None])
@pytest.mark.parametrize("form", ["toml", "xlsx"])
def test_the_same_variant_again_is_left_as_it_is_and_another_is_refused(
    tmp_path: Path, form: str, orders: str | None
) -> None:
    folder = write_operation(tmp_path / "op")
    if form == "xlsx":
        export(folder, tmp_path / "book" / WORKBOOK)
        folder = tmp_path / "book"
    asked = FrontRequest(settings=(Setting("prices.local_eur_per_mwh", 90.5, ""),))
    file = keep_variant(folder, "Plus égal", 0.123456789, orders, asked)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert keep_variant(folder, "Plus égal", 0.123456789, orders, asked) == file
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    for floor, written, request in (
        (0.12345678, orders, asked),
        (0.123456789, "other\n" if orders else ORDERS, asked),
        (0.123456789, orders, FrontRequest()),
    ):
        with pytest.raises(InputError, match="is there already"):
            keep_variant(folder, "Plus égal", floor, written, request)
