"""The table of input columns: one line is all that a column is, whoever reads it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from acc.problem import InputError
from scenarios.entry.columns.input_columns import TABLE, columns, ranked, with_trait
from scenarios.entry.columns.names import PARTICIPANTS, PARTIES, PERSONS, PLANTS, SIGNATURES, TABLES, words
from scenarios.entry.columns.schema import ENUMS, TYPES
from scenarios.entry.editing.tables import look
from scenarios.entry.folder.load import load
from scenarios.entry.plausibility.cell_rules import usual_ranges
from scenarios.entry.workbook.cells import sheet_value, text_of
from tests.scenarios.operation import write_operation

ROOT = Path(__file__).parents[3]
NEW = (
    "plants.csv;transformer_kva;Transformateur;kVA;amount >0;;0.4..4 per kwp;output;75;115;65;oui;power;kept;"
    "250;transfo;puissance du transformateur\n"
)
ALL = [(file, column) for file in TABLES for column in columns(file).values()]


def write_plant(folder: Path, column: str, value: str) -> Path:
    write_operation(folder)
    text = f"id;name;kwp;latitude;longitude;insee;{column}\ntoit;Toit;200;44.8455;0.4835;24037;{value}\n"
    (folder / "plants.csv").write_text(text, encoding="utf-8")
    return folder


def read_by_all(table: Path, folder: Path, column: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.scenarios.folder.column_readers"]
    done = subprocess.run(
        [*command, str(table), str(folder), column], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_line_added_to_the_table_is_a_column_for_all_its_readers(tmp_path: Path) -> None:
    table, folder = tmp_path / "table.csv", write_plant(tmp_path / "op", "Transfo (MVA)", "0,01")
    table.write_text(TABLE.read_text(encoding="utf-8") + NEW, encoding="utf-8")
    known = read_by_all(table, folder, "transformer_kva")
    assert known["row"] == [1250.5]
    assert known["header"] == ["transformer_kva", 1000.0]
    assert known["schema"]["anyOf"] == [
        {"exclusiveMinimum": 0, "maximum": 1e9, "type": "number"},
        {"type": "null"},
    ]
    assert known["unlikely"] == ["plants.toit.transformer_kva"]  # 10 kVA for 200 kWp: from 80 to 800 usually
    assert known["workbook"] == [250, len([n for n in ranked(PLANTS, "workbook") if _rank(n) < 115])]
    assert known["form"] is True
    assert known["page"] == [["0,01", True], ["", True]]
    assert [float(cell) for cell in known["copy"]] == [10.0]
    line = "| `transformer_kva` | **Transformateur** (kVA) : puissance du transformateur | `250` |"
    assert known["docs"] == [line]
    assert known["types"] == ["transformer_kva: float | None = ..."]
    assert known["at half its power"] == 500.0
    assert known["core"] == [None]  # no field of the core is called so


def test_a_column_whose_id_is_a_field_of_the_core_goes_there_by_its_name(tmp_path: Path) -> None:
    known = read_by_all(TABLE, write_plant(tmp_path / "op", "inverter_kva", "350"), "inverter_kva")
    assert known["core"] == [350.0]


def test_without_its_line_a_column_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"transformer_kva"):
        load(write_plant(tmp_path / "op", "transformer_kva", "250"))
    with pytest.raises(InputError, match=r"inverter_kva"):
        load(write_plant(tmp_path / "op", "inverter_kvaa", "250"))


def _rank(name: str) -> int:
    rank = columns(PLANTS)[name].workbook
    assert rank is not None
    return rank


def test_every_line_says_what_its_readers_ask() -> None:
    for file, column in ALL:
        where = f"{file} {column.id}"
        assert column.type == "list" or column.type in TYPES, where
        assert column.type != "list" or (words(column.of) and set(words(column.of)) >= _ids(column.of)), where
        assert column.anonymous in {"kept", "renamed", "moved", "curve", "closed"}, where
        is_closed = file in {PARTIES, SIGNATURES} or column.id in {"quoted_by", "source"}
        assert (column.anonymous == "closed") is is_closed, where
        assert column.follows in {"", "power", "law", "stays"}, where
        assert column.group, where
        assert not column.points_to or column.points_to in TABLES, where
        for usual in column.usual:
            assert usual.low < usual.high, where
            assert not usual.per or usual.per in columns(file), where


def test_a_home_alone_is_judged_as_a_home_of_a_group() -> None:
    usual = columns(PARTICIPANTS)["annual_kwh"].usual
    (alone,) = [each for each in usual if each.of == "household"]
    (of_group,) = [each for each in usual if each.per == "households"]
    assert alone.low == of_group.low == 600.0  # 435 kWh typed for 4,350 is told


def _ids(name: str) -> set[str]:
    return {str(word) for word in ENUMS.get(name, ())}  # type: ignore[attr-defined]


def test_no_two_columns_of_a_table_have_the_same_rank() -> None:
    for file in TABLES:
        for where in ("page", "workbook", "form"):
            ranks = [getattr(columns(file)[name], where) for name in ranked(file, where)]  # type: ignore[arg-type]
            assert ranks == sorted(set(ranks))


def test_a_day_is_a_day_in_every_table() -> None:
    days = {column.id for _file, column in ALL if column.is_day}
    assert {column.type for _file, column in ALL if column.id in days} == {"day"}


def test_cells_of_several_values_stay_texts_in_a_workbook_and_in_a_copy() -> None:
    cells = {"horizon_deg": "0 5 12 3", "shading_ratio": " ".join("0" * 12), "losses": "soiling=0,02"}
    for column, text in cells.items():
        assert sheet_value(PLANTS, column, text) == text
        assert text_of(PLANTS, column, text) == text


def test_a_name_of_another_line_keeps_its_zeros_in_a_workbook() -> None:
    pointing = {column.id for _file, column in ALL if column.points_to}
    assert pointing == {"person", "behind", "landlord", "id"}  # `id` of a quote: its plant
    assert all(column.is_kept_text for _file, column in ALL if column.id in pointing)


@pytest.mark.parametrize("column", ["landlord", "person", "behind"])
def test_a_pointer_that_is_no_id_is_told_not_a_traceback(tmp_path: Path, column: str) -> None:
    with pytest.raises(InputError, match=r"M\. Dupont ! is not an id"):
        load(write_plant(tmp_path / "op", column, "M. Dupont !"))


def test_what_a_copy_replaces_is_said_of_each_column() -> None:
    assert with_trait(PERSONS, "anonymous", "kept") == (
        *("kind", "vat", "profit_tax_ratio"),
        *("public_buyer", "public_mission"),
    )
    assert set(with_trait(PLANTS, "anonymous", "renamed")) == {
        *("id", "name", "person", "owner", "landlord", "behind", "prm", "substation")
    }
    assert with_trait(PLANTS, "anonymous", "curve") == ("curve",)
    assert len(with_trait(PARTICIPANTS, "group", "bill")) == 7 + 12 + 3  # postes, months, days and power


def test_usual_ranges_of_columns_and_of_settings_are_read_alike() -> None:
    of_kinds = {usual.of: usual.high for usual in usual_ranges(PARTICIPANTS)["annual_kwh"] if usual.of}
    assert of_kinds["household"] == 40_000.0
    assert [(usual.low, usual.high) for usual in usual_ranges("prices")["surplus"]] == [(10.0, 400.0)]


@pytest.mark.parametrize(
    ("key", "value", "unit"),
    [("opex_eur_per_kwp_year", 9000, "EUR/kWc/an"), ("inverter_eur_per_kwp", 9000, "EUR/kWc")],
)
def test_an_unlikely_setting_is_told_in_its_unit(tmp_path: Path, key: str, value: int, unit: str) -> None:
    changes = {"horizon_years = 20": f"horizon_years = 20\n{key} = {value}"}
    found = look(write_operation(tmp_path / "op", **changes)).faults
    told = [fault.message for fault in found if fault.path == f"finance.{key}"]
    assert [text.partition(", usually")[0].partition(" ")[2] for text in told] == [unit]
