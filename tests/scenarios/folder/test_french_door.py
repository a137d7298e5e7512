"""Tables in French are the same folder as in English: titles, units, words; what is converted is said."""

import csv
import io
from pathlib import Path

import pytest

from acc.problem import InputError
from scenarios.entry.catalogue import copy_example
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import choices, french_word, plain_number, two_readings
from scenarios.entry.folder.load import load
from tests.scenarios.operation import write_operation


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_operation(tmp_path / "op")


def in_french(path: Path, *, shouting: bool) -> None:
    """Write a table again with French titles and words, a BOM, as a spreadsheet would."""
    lines = [line for line in path.read_text(encoding="utf-8-sig").splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines, delimiter=";"))
    out = io.StringIO()
    names = columns(path.name)
    titles = {name: names[name].header.upper() if shouting else names[name].french for name in rows[0]}
    writer = csv.DictWriter(out, list(titles.values()), delimiter=";")
    writer.writeheader()
    for row in rows:
        cells = {}
        for name, text in row.items():
            word = next((w.french for w in choices(path.name, name).values() if w.id == text), text)
            cells[titles[name]] = word.upper() if shouting and word != text else word
        writer.writerow(cells)
    path.write_text(out.getvalue(), encoding="utf-8-sig")


@pytest.mark.parametrize("shouting", [False, True])
@pytest.mark.parametrize("name", ["bergerac", "depart"])
def test_the_same_folder_by_both_doors(tmp_path: Path, name: str, shouting: bool) -> None:
    folder = tmp_path / "op"
    copy_example(name, folder)
    english = load(folder)
    for file in ("participants.csv", "plants.csv"):
        in_french(folder / file, shouting=shouting)
    assert load(folder) == english


@pytest.mark.parametrize(
    ("title", "cells"),
    [
        ("Consommation (MWh)", ("62", "88,0")),
        ("annual_mwh", ("62", "88")),
        ("Besoin annuel en Wh", ("62 000 000", "88 000 000")),
    ],
)
def test_a_unit_in_the_header_is_converted_and_said(folder: Path, title: str, cells: tuple[str, str]) -> None:
    before = load(folder)
    path = folder / "participants.csv"
    text = path.read_text(encoding="utf-8").replace("annual_kwh", title)
    for old, new in zip(("62000", "88000"), cells, strict=True):
        text = text.replace(old, new)
    path.write_text("\n".join(text.splitlines()[:3]), encoding="utf-8")
    (folder / "plants.csv").write_text("id;kwp\ntoit;90\n", encoding="utf-8")
    found = load(folder)
    assert [p.source.annual_kwh for p in found.participants] == [62000.0, 88000.0]
    said = [note for note in found.notes if note not in before.notes]
    assert len(said) == 1
    assert title in said[0]
    assert "kWh" in said[0]


@pytest.mark.parametrize(("cell", "kwh"), [("62000 kWh", 62e3), ("62 000 kWh/an", 62e3), ("6,2e4", 62e3)])
def test_the_unit_of_the_column_may_stand_in_a_cell(folder: Path, cell: str, kwh: float) -> None:
    path = folder / "participants.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("62000", cell), encoding="utf-8")
    assert load(folder).participants[0].source.annual_kwh == kwh


def test_a_unit_that_is_none_and_a_column_under_two_names_are_refused(folder: Path) -> None:
    path = folder / "participants.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("annual_kwh", "Consommation (t)"), encoding="utf-8")
    with pytest.raises(InputError, match=r"participants.csv, column Consommation \(t\): “t” is not a unit"):
        load(folder)
    path.write_text(text.replace(";kva;", ";Consommation;"), encoding="utf-8")
    with pytest.raises(InputError, match="stands twice, under two names"):
        load(folder)


def test_a_fault_names_the_column_as_it_is_written(folder: Path) -> None:
    path = folder / "participants.csv"
    text = path.read_text(encoding="utf-8").replace("annual_kwh", "Besoin annuel").replace("62000", "62.000")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(folder)
    problem = caught.value.problems[0]
    assert problem.path == "participants.csv, line 2, Besoin annuel"
    assert problem.message == "“62.000”: 62,000 kWh or 62 kWh? Write 62000 or 62."


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1 234,5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1'234", "1234"),
        ("-3,5", "-3.5"),
        ("12.34.5", "12.34.5"),
        ("1.2,345.6", "1.2,345.6"),
        ("62 MWh", "62 MWh"),
    ],
)
def test_marks_of_thousands_and_of_decimals(text: str, number: str) -> None:
    assert plain_number(text) == number


@pytest.mark.parametrize(
    ("text", "sure"), [("62.000", False), ("310,000", False), ("0,480", True), ("6.5", True)]
)
def test_a_number_with_two_readings(text: str, sure: bool) -> None:
    assert (two_readings(text) is None) is sure


def test_a_perimeter_and_a_kind_of_plant_are_read_in_french(folder: Path) -> None:
    path = folder / "operation.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[key]", 'perimeter = "10 km"\n[key]'), "utf-8")
    assert load(folder).regime == "10km"
    assert french_word("plant_kind", "canopy") == "Ombrière"
