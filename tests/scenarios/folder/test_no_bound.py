"""Files without bound, and letters that steer a terminal: refused at once in a sentence, or taken out."""

import json
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from acc.problem import InputError
from profiles.curves.read import read_curves
from profiles.text.delimited import parse_json
from reports.terminal.problems import format_problems, problems_json
from reports.terminal.today import today
from scenarios.entry.columns.csv_tables import read_table
from scenarios.entry.folder.load import load
from scenarios.entry.folder.raw import OPERATION, PARTICIPANTS, PLANTS
from scenarios.entry.folder.settings import read_setting
from scenarios.entry.folder.sheets import open_sheets
from scenarios.entry.places.insee_density import read_grid
from scenarios.operation.coefficient_files.operator_returns import read_returned
from scenarios.studies.territory.lists.open_files import LISTS, ROOFS_MAP, SITES, read_territory
from tests.scenarios.operation import PARTICIPANTS as ROWS
from tests.scenarios.operation import write_operation

SECONDS = 1.0
"""Of CPU, to refuse a file."""

SITE = "mairie;Mairie;commune;44.8478;0.4856;24037;36;CU4;128;town-hall;62000\n"
NO_NUMBER, DEEP = "a whole number of more than 18 digits", "tables within tables, 20 levels deep"

WITHOUT_BOUND: dict[str, tuple[str, Callable[[str], str], str]] = {
    "lists in lists": (OPERATION, lambda text: text + "x = " + "[" * 20_000 + "]" * 20_000, DEEP),
    "tables in tables": (OPERATION, lambda text: text + "x = " + "{a=" * 90 + "1" + "}" * 90, DEEP),
    "a dotted key": (OPERATION, lambda text: text + "a." * 200_000 + "a = 1", DEEP),
    "a dotted header": (OPERATION, lambda text: text + "[" + "a." * 5_000 + "a]\nx = 1", DEEP),
    "a number of 5,000 digits": (OPERATION, lambda text: text.replace("105.0", "9" * 5_000), NO_NUMBER),
    "a number of 50,000 bits": (
        OPERATION,
        lambda text: text.replace("105.0", "0x" + "f" * 12_500),
        NO_NUMBER,
    ),
    "a megabyte of settings": (OPERATION, lambda text: text + "garbage\n" * 125_000, "500,000 expected"),
    "a line of 400,000 signs": (OPERATION, lambda text: text + "g" * 400_000, "ggg...” is not understood"),
    "a fee of 1e308": (
        OPERATION,
        lambda text: text.replace("300.0", "1e308"),
        "at most 1\u202f000\u202f000",
    ),
    "a need of 1e308": (
        PARTICIPANTS,
        lambda text: text.replace("62000", "1e308"),
        "1e308 is refused: at most",
    ),
    "a power of 1e308": (PLANTS, lambda text: text.replace(";90;", ";1e308;"), "1e308 is refused"),
    "a price of -1e308": (PARTICIPANTS, lambda text: text.replace(";128;", ";-1e308;"), "at least 0"),
    "no number": (PARTICIPANTS, lambda text: text.replace("62000", "inf"), "inf is not a finite number"),
    "60,000 rows": (PARTICIPANTS, lambda text: text + SITE * 60_000, "60,007 lines: more than the 20,000"),
    "columns": (
        PARTICIPANTS,
        lambda text: text.replace("annual_kwh", "kwh" + ";c" * 200_000),
        "columns: more",
    ),
    "digits of another script": (PARTICIPANTS, lambda text: text.replace("24037", "२४०३७"), "insee"),
}


@pytest.mark.parametrize("case", WITHOUT_BOUND)
def test_a_file_without_bound_is_refused_in_a_second_where_it_stands(tmp_path: Path, case: str) -> None:
    folder = write_operation(tmp_path / "op")
    file, change, sentence = WITHOUT_BOUND[case]
    text = (folder / file).read_text(encoding="utf-8")
    (folder / file).write_text(change(text), encoding="utf-8")
    began = time.process_time()
    with pytest.raises(InputError) as refused:
        load(folder)
    assert time.process_time() - began < SECONDS
    problem = refused.value.problems[0]
    assert problem.path.startswith(file)
    assert sentence in str(problem)
    assert len(str(problem)) < 500


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50_000, "9" * 5_000, b"\xff\xfe\x00"])
def test_json_beyond_what_python_holds_is_no_json(text: str | bytes) -> None:
    with pytest.raises(json.JSONDecodeError):
        parse_json(text)


ODD_POINTS = ("[1]", '[1, "a"]', "[1e999, 2]", "[" + "9" * 400 + ", 2]", '"a"', "1", "[" * 900 + "]" * 900)


@pytest.mark.parametrize("points", ODD_POINTS)
def test_a_feature_of_a_map_without_a_point_is_refused(tmp_path: Path, points: str) -> None:
    folder = write_operation(tmp_path / "op")
    (folder / LISTS).mkdir()
    (folder / LISTS / SITES).write_text(ROWS, encoding="utf-8")
    text = f'{{"features": [{{"geometry": {{"coordinates": {points}}}}}]}}'
    (folder / LISTS / ROOFS_MAP).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="feature 1: no geometry"):
        read_territory(folder)


@pytest.mark.parametrize("text", ["[" * 100_000, "9" * 5_000, '{"features": 1}', "[]"])
def test_a_map_and_returns_without_bound_are_refused(tmp_path: Path, text: str) -> None:
    folder = write_operation(tmp_path / "op")
    (folder / LISTS).mkdir()
    (folder / LISTS / SITES).write_text(ROWS, encoding="utf-8")
    (folder / LISTS / ROOFS_MAP).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"roofs\.geojson: not a GeoJSON collection of features"):
        read_territory(folder)
    returned = tmp_path / "returned.json"
    returned.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"returned\.json"):
        read_returned(returned)


STEERS = "\x1b[31m\x07\x9b\u202e\u200b\u2066"


def test_letters_that_steer_a_terminal_are_in_no_name(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op", Essai=r"Es\u202Esai\u200B")
    rows = ROWS.replace("Mairie", f"Mai{STEERS}rie")
    (folder / PARTICIPANTS).write_text(rows, encoding="utf-8")
    scenario = load(folder)
    assert scenario.name == "Essai"
    assert scenario.participants[0].name == "Mai[31mrie"
    assert read_setting(f"name=Es{STEERS}sai").value == "Es[31msai"
    assert read_setting(r'name="Es\u202Esai"').value == "Essai"


def test_letters_that_steer_a_terminal_are_in_no_message(tmp_path: Path) -> None:
    path = tmp_path / f"{STEERS}.csv"
    path.write_text("id;id\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_table(path)
    said = "".join(format_problems(refused.value.problems)) + str(
        json.loads(problems_json(refused.value.problems))
    )
    assert "[31m" in said
    assert not set(STEERS) & set(said) - set("[31m")


@pytest.mark.parametrize("epoch", ["abc", "-1", "1e9", "99999999999999999999", "9999999999", "٣", " 12"])
def test_an_odd_day_of_the_environment_is_a_message(monkeypatch: pytest.MonkeyPatch, epoch: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(InputError, match="SOURCE_DATE_EPOCH: a count of seconds since 1970 is expected"):
        today()


def workbook_of(rows: bytes, after: bytes = b"") -> bytes:
    """Return a workbook of one sheet, whose XML is written by hand."""
    plain, made = BytesIO(), BytesIO()
    openpyxl.Workbook().save(plain)
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    with ZipFile(plain) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            own = name == "xl/worksheets/sheet1.xml"
            new.writestr(
                name, sheet + rows + b"</sheetData>" + after + b"</worksheet>" if own else old.read(name)
            )
    return made.getvalue()


BOOKS = {
    "cells": (b"<row><c/></row>" * 400_000, b"", "this is no list of members"),
    "one merging": (b"<row/>", b'<mergeCell ref="A1:XFD1048576"/>', "more than 20,000 merged cells"),
}


@pytest.mark.parametrize("case", BOOKS)
def test_a_small_workbook_that_holds_a_million_cells_is_refused_in_a_second(
    tmp_path: Path, case: str
) -> None:
    rows, after, sentence = BOOKS[case]
    path = tmp_path / "membres.xlsx"
    path.write_bytes(workbook_of(rows, b"<mergeCells>" + after + b"</mergeCells>"))
    assert path.stat().st_size < 100_000
    began = time.process_time()
    with pytest.raises(InputError, match=sentence):
        open_sheets(path)
    assert time.process_time() - began < SECONDS


def test_a_small_workbook_that_holds_millions_of_cells_is_no_curve_nor_grid(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook_of(b"<row><c/></row>" * 4_100_000))
    began = time.process_time()
    with pytest.raises(InputError, match="unpacks to more than"):
        read_curves(path)
    with pytest.raises(InputError, match="unpacks to more than"):
        read_grid(path)
    assert time.process_time() - began < 2.0 * SECONDS
